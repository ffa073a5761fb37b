//! Skeleton of the tenancy crate.
