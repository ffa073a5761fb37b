//! Tags: short names a merchant gives to groups of contacts.
//!
//! The store keeps a dictionary (name ↔ number); which contact carries which tag stands in the
//! contact's facts, with its origin. A tag has no rules of its own.

mod api;
pub mod model;
mod privacy;
pub mod sql;

pub use model::Tag;

/// Routes, statements, columns.
pub fn feature() -> web::Feature {
    web::Feature::new("tags").routes(api::routes).statements(sql::ALL).personal_data(privacy::DATA)
}
