//! Skeleton of the privacy crate.
