//! How much happened when, over all campaigns and contacts of a store: counts by quarter of an hour.
//!
//! A quarter of an hour is the smallest step by which time zones differ, so days of any zone are sums of
//! such slots. Nobody is named. A consumer of the log counts what it reads there; reports add first opens
//! and clicks, which only they can tell from later ones.

mod consumer;
pub mod model;
mod privacy;
mod sql;
#[cfg(test)]
mod tests;

pub use consumer::Counter;
pub use model::{Kind, Slots};
pub use sql::{add, list};

use std::sync::Arc;
use web::Feature;

/// Statements, consumer and columns.
pub fn feature() -> Feature {
    Feature::new("activity")
        .statements(sql::ALL)
        .consumers(|_| vec![Arc::new(Counter)])
        .personal_data(privacy::DATA)
}
