//! Skeleton of the web crate.
