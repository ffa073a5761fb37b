//! Opens and clicks: public addresses, telling people from machines, batched events (P-045, P-075).
//!
//! A click goes to a destination held here, so a link of ours leads nowhere else (no open redirect). A
//! hit becomes an event with a class and the rule that gave it; address and user agent of the client are
//! looked at and forgotten. Nothing is recorded of a contact who refused measuring, whose store turned
//! it off, or who was erased. It does not decide what a report counts.

mod api;
pub mod classify;
mod consumer;
pub mod links;
pub mod model;
mod privacy;
pub mod refusals;
pub mod sql;
#[cfg(test)]
mod tests;
mod tracker;

pub use links::{LinkCache, Rebuild, Rebuilder, freeze_links, list_links};
pub use model::{CLICKED, HitClass, HitRecord, OPENED, is_human};
pub use refusals::{allow, is_refused, list_of, load_refusals, refuse};
pub use tracker::Tracker;

use std::sync::Arc;
use web::Feature;

/// Public routes, the buffer of hits, statements, columns.
pub fn feature() -> Feature {
    Feature::new("tracking")
        .routes(api::routes)
        .statements(sql::ALL)
        .consumers(|_| vec![Arc::new(consumer::ForgetErased)])
        .services(|state| {
            let tracker = Tracker::new(state.db().clone());
            state.insert(tracker).insert(LinkCache::default());
            Ok(())
        })
        .personal_data(privacy::DATA)
}
