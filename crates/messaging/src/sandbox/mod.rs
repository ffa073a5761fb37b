//! The sandbox: a provider that captures messages instead of sending them.
//!
//! A new installation starts with it, and it is what rehearsals are read in. Messages are sealed under
//! their contact's key, so erasing the contact erases them. At most [`KEPT_MAX`] are kept in a store;
//! older ones go first. It contacts nobody and says nothing about how a real provider would answer.

mod api;
mod capture;
mod consumer;
pub mod model;
mod privacy;
mod read;
pub mod sql;
#[cfg(test)]
mod tests;

pub use capture::{Captured, KEPT_MAX, capture};
pub use model::Summary;
pub use read::{Entry, Filter, count, list, open_raw};

use std::sync::Arc;
use web::Feature;

/// Routes, statements, columns.
pub fn feature() -> Feature {
    Feature::new("sandbox")
        .routes(api::routes)
        .statements(sql::ALL)
        .consumers(|_| vec![Arc::new(consumer::DeleteErased)])
        .personal_data(privacy::DATA)
}
