//! Building the whole product: the console first, then the program that has it inside.

use crate::console;
use crate::run::{command, run};
use anyhow::Result;

/// Variable by which the compiler notices that the console inside the program changed.
const CONSOLE_BUILD: &str = "SMARTPUSH_CONSOLE_BUILD";

/// Builds `target/release/smartpush` with the console inside.
pub(crate) fn release() -> Result<()> {
    let console = console::build()?;
    let mut build = command(&["cargo", "build", "--locked", "--release", "--package", "server"]);
    build.env(CONSOLE_BUILD, console);
    run(build)
}
