//! What visitors of a shop do: events that pages and servers send, whose they are, and who that is.
//!
//! An event belongs to a *visitor*: a browser by its own id, or a user by the shop's. It stands in the store's log
//! like everything else, sealed under the visitor's key. A reader of the log finds out which contact a visitor is;
//! until then nothing but an id is known of them. Messages that a client sends again are taken once. How events
//! come over HTTP is not decided here, nor what segments make of them.

mod api;
mod append;
pub mod collector;
mod identity;
pub mod model;
mod opener;
mod privacy;
pub mod sql;
#[cfg(test)]
mod tests;
mod traits;
pub mod values;
pub mod view;

pub use append::{Batch, append};
pub use collector::Collector;
pub use model::{CallKind, Incoming, LINKED, RefusalReason};
pub use opener::Opener;
pub use sql::Refusal;

use std::sync::Arc;

/// Routes, statements, the queue in front of the log, consumers, columns.
pub fn feature() -> web::Feature {
    web::Feature::new("events")
        .routes(api::routes)
        .statements(sql::ALL)
        .consumers(|state| {
            let vault = state.vault().clone();
            vec![Arc::new(identity::Identify { vault }), Arc::new(identity::ForgetErased)]
        })
        .services(|state| {
            let collector = Collector::new(state.vault().clone());
            state.insert(collector);
            Ok(())
        })
        .personal_data(privacy::DATA)
}
