//! The suppression list: addresses that must not be used, per channel, kept as keyed hashes.
//!
//! It outlives contacts: who unsubscribed and was erased stays unreachable when a file brings the
//! address back (P-126). The hash can't be turned into the address without the store's key. Flags on
//! contacts are the faster copy of the same truth.

mod api;
pub mod model;
mod privacy;
mod replay;
pub mod sql;

pub use model::{Entry, Reason};

/// Routes, statements, columns.
pub fn feature() -> web::Feature {
    web::Feature::new("suppressions")
        .routes(api::routes)
        .statements(sql::ALL)
        .replayers(|_| vec![std::sync::Arc::new(replay::Suppressions)])
        .personal_data(privacy::DATA)
}
