//! `make bench`: every figure of docs/performance.md as a ratio to a floor of the same run.

use crate::run::{command, run};
use crate::tools;
use anyhow::Result;

/// Builds the release program and measures.
pub(crate) fn bench() -> Result<()> {
    tools::debian()?;
    run(command(&["cargo", "build", "--locked", "--release", "--package", "server"]))
}
