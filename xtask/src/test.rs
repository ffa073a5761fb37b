//! `make test`: installs what is missing, then every test on both engines.

use crate::postgres::Server;
use crate::run::{command, root, run};
use crate::{check, console, tidy, tools};
use anyhow::Result;

/// Runs everything. `cargo` prints each runner's closing lines.
pub(crate) fn test() -> Result<()> {
    tools::debian()?;
    let python = tools::python()?;
    tidy::tidy()?;
    check::format()?;
    console::build()?;
    console::check()?;
    let server = Server::start(false)?;
    let mut build = command(&["cargo", "build", "--locked", "--workspace", "--all-targets"]);
    build.env("RUSTFLAGS", rustflags());
    run(build)?;
    let mut tests = command(&["cargo", "test", "--locked", "--workspace", "--all-targets", "--no-fail-fast"]);
    tests
        .env("RUSTFLAGS", rustflags())
        .env("SMARTPUSH_TEST_POSTGRES", &server.url)
        .env("SMARTPUSH_TEST_PYTHON", &python)
        .env("SMARTPUSH_TEST_REQUIRE_ALL", "1")
        .env("SMARTPUSH_TEST_OUTPUT", root().join("target/test-output"));
    run(tests)?;
    drop(server);
    console::browser_test(&root().join("target/debug/smartpush"), &python)?;
    check::lints()
}

fn rustflags() -> String {
    #[expect(clippy::disallowed_methods, reason = "a task runner reads its environment")]
    std::env::var("RUSTFLAGS").unwrap_or_default()
}
