//! Skeleton of the server crate.
