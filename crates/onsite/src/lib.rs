//! Skeleton of the onsite crate.
