//! Skeleton of the audience crate.
