//! Import of contacts from files: CSV in any usual dialect, and XLSX; streamed, any size (P-046).
//!
//! A file is read as a table (`reader`), its columns are recognised (`formats`) or told (`mapping`), its
//! cells are checked (`rows`), and what is sound goes in by batches (`pipeline`). A bad row is reported
//! with line, column and reason and loses nothing else. It deliberately decides nothing about consent:
//! `consent` does, and a file never brings back who said no.

mod api;
pub mod formats;
pub mod intake;
pub mod jobs;
pub mod mapping;
pub mod model;
pub mod pipeline;
mod privacy;
pub mod reader;
pub mod report;
pub mod rows;
pub mod sql;
pub mod undo;
pub mod upload;

#[cfg(test)]
mod tests;

use store::queue::JobHandler;
use web::{AppState, Feature};

/// Routes, statements, jobs, columns.
pub fn feature() -> Feature {
    Feature::new("imports")
        .routes(api::routes)
        .streams(api::streams)
        .statements(sql::ALL)
        .jobs(handlers)
        .personal_data(privacy::DATA)
}

fn handlers(state: &AppState) -> Vec<Box<dyn JobHandler>> {
    handlers_with(state.vault())
}

/// The jobs of imports, for whoever runs jobs without a server.
pub fn handlers_with(vault: &store::Vault) -> Vec<Box<dyn JobHandler>> {
    let kinds = [jobs::CHECK, jobs::RUN, jobs::UNDO];
    kinds
        .into_iter()
        .map(|kind| Box::new(jobs::Handler { kind, vault: vault.clone() }) as Box<dyn JobHandler>)
        .collect()
}
