//! Reports: what became of a campaign and what people did with it.
//!
//! Sums of delivery come from the outbox's ledger, exact at any moment; opens, clicks, bounces,
//! complaints and unsubscribes are rolled up from the event log by a consumer whose cursor commits with
//! its effect, so a recount gives the same figures. Machine opens and clicks (privacy proxies, link
//! scanners) are counted apart and never as people. Attribution of orders is not here.

mod api;
mod consumer;
mod downloads;
mod model;
mod privacy;
mod sql;

pub use consumer::Rollup;
pub use model::{Kind, Report, Sums};
pub use sql::{PeopleCounts, count_people, report};

use std::sync::Arc;
use web::Feature;

/// Routes, statements, consumer and columns of reports.
pub fn feature() -> Feature {
    Feature::new("reports")
        .routes(api::routes)
        .routes(downloads::routes)
        .streams(downloads::streams)
        .statements(sql::ALL)
        .consumers(|_| vec![Arc::new(Rollup)])
        .personal_data(privacy::DATA)
}
