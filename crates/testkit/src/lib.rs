//! For tests only: both engines, twin stores, a clock moved by hand.
//!
//! It depends on `kernel`, `store` and `web` only, so that feature crates can use it without a cycle.
//! Whole-program tests live in `crates/server/tests/it`.

mod app;
mod engines;
mod postgres;
pub mod smtp_sink;

pub use app::{Answer, App};
pub use engines::{TestDb, for_each_engine, postgres_url};
pub use postgres::FreshPostgres;
