//! Tags: short names a merchant gives to groups of contacts.
//!
//! The store keeps a dictionary (name ↔ number); which contact carries which tag stands in the
//! contact's facts, with its origin. A tag has no rules of its own.

pub mod model;
pub mod sql;

pub use model::Tag;
