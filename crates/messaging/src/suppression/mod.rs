//! What bounces, complaints and unsubscribes do to a contact (D-03): consent ledger, flags, events.
//!
//! A hard bounce and a complaint take effect at once; soft bounces by their class's rule (five in a row
//! over two weeks without a success, then for 90 days). The list of suppressed addresses itself is
//! `audience::suppressions`; the gate reads the flags. Nothing here is reversed by itself except a soft
//! suppression whose time is over.

mod consumer;
mod jobs;
pub mod model;
mod privacy;
mod react;
pub mod sql;
#[cfg(test)]
mod tests;

pub use consumer::Reactions;
pub use model::{BounceReport, Effect, LeavingReason, Reaction};
pub use react::{explain, react};

use std::sync::Arc;
use web::Feature;

/// Statements, the reader of settled chunks, the job that ends soft suppressions.
pub fn feature() -> Feature {
    Feature::new("suppression")
        .statements(sql::ALL)
        .consumers(|_| vec![Arc::new(Reactions)])
        .jobs(|_| vec![Box::new(jobs::LiftSoft)])
        .personal_data(privacy::DATA)
}
