//! Automation of this repository: `cargo xtask demo|build|test|check|bench|tidy|openapi|sentences`.
//!
//! It installs from the ordinary registries only (Debian packages, PyPI, npm) and starts every server it
//! needs by itself, on loopback.

mod bench;
mod check;
mod console;
mod demo;
mod postgres;
mod program;
mod run;
mod sentences;
mod test;
mod tidy;
mod tools;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    std::env::set_current_dir(run::root())?;
    let task = std::env::args().nth(1).unwrap_or_default();
    match task.as_str() {
        "bench" => bench::bench(),
        "build" => program::release(),
        "check" => check::check(),
        "demo" => demo::demo(),
        "openapi" => check::write_openapi(),
        "sentences" => sentences::write(),
        "test" => test::test(),
        "tidy" => tidy::tidy(),
        other => bail!("unknown task {other:?}: demo, build, test, check, bench, tidy, openapi or sentences"),
    }
}
