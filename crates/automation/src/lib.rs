//! Skeleton of the automation crate.
