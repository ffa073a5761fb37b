//! Skeleton of the messaging crate.
