//! `make bench`: every figure of docs/performance.md as a ratio to a floor measured in the same run on the
//! same machine. Wall times on a shared machine vary; the ratio is what counts.
//!
//! `make bench` runs everything; `cargo run -p xtask -- bench import segment` runs the named parts only
//! (`import`, `import-postgres`, `segment`, `behaviour`, `server`, `campaign`).

mod behaviour;
mod campaign;
mod console;
mod data;
mod import;
mod process;
mod segment;
mod server;
mod table;

use crate::run::root;
use crate::{program, tools};
use anyhow::Result;
use std::path::PathBuf;

/// Contacts of the large store.
pub(crate) const CONTACTS: usize = 1_000_000;
/// Contacts of the campaign.
pub(crate) const RECIPIENTS: usize = 100_000;

/// Where the benchmark keeps its files.
pub(crate) fn folder() -> PathBuf {
    root().join("target/bench")
}

/// Builds the release program and measures the named parts, or all.
pub(crate) fn bench() -> Result<()> {
    tools::debian()?;
    program::release()?;
    std::fs::create_dir_all(folder())?;
    let wanted: Vec<String> = std::env::args().skip(2).collect();
    let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|w| w == part);
    let mut table = table::Table::default();
    if is_wanted("import") {
        import::sqlite(&mut table)?;
    }
    if is_wanted("import-postgres") {
        import::postgres(&mut table)?;
    }
    if is_wanted("segment") {
        segment::count(&mut table)?;
    }
    if is_wanted("behaviour") {
        behaviour::segments(&mut table)?;
    }
    if is_wanted("server") {
        server::measure(&mut table)?;
    }
    if is_wanted("campaign") {
        campaign::measure(&mut table)?;
    }
    table.print();
    Ok(())
}
