//! `make demo`: builds the program and lets it show itself.

use crate::program;
use crate::run::{command, run};
use anyhow::Result;

/// Builds the release program, fills `data/demo` on the first start, then serves.
pub(crate) fn demo() -> Result<()> {
    program::release()?;
    run(command(&["target/release/smartpush", "demo", "--data", "data/demo", "--listen", "127.0.0.1:8080"]))
}
