//! How a handler gets its arguments: who asks, path, query, body, conditions, paging.
//!
//! Every extractor fails with a [`crate::Failure`], so that a client sees one form of error only.

pub mod body;
pub mod change;
pub mod conditional;
pub mod paging;
pub mod path;
pub mod query;
pub mod recheck;
pub mod tenant;
