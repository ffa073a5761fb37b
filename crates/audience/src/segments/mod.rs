//! Segments.
pub mod engine;
