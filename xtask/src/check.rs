//! `make check`: format, lints, house rules and the fast tests.

use crate::run::{command, output, run};
use crate::{console, tidy};
use anyhow::{Result, bail};

/// Everything one runs before a commit.
pub(crate) fn check() -> Result<()> {
    tidy::tidy()?;
    format()?;
    console::check()?;
    lints()?;
    run(command(&["cargo", "test", "--locked", "--workspace", "--lib"]))
}

/// The format is rustfmt's.
pub(crate) fn format() -> Result<()> {
    run(command(&["cargo", "fmt", "--all", "--check"]))
}

/// Warnings are errors.
pub(crate) fn lints() -> Result<()> {
    run(command(&["cargo", "clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    one_crypto_library()
}

/// Two TLS providers in one program make rustls panic, and OpenSSL is not wanted.
fn one_crypto_library() -> Result<()> {
    for unwanted in ["ring", "openssl-sys", "native-tls"] {
        let tree = output(command(&[
            "cargo", "tree", "--locked", "--edges", "normal", "-p", "server", "-i", unwanted,
        ]));
        if tree.is_ok_and(|t| t.contains("server")) {
            bail!(
                "the program links {unwanted}; find the feature that brings it with `cargo tree -i {unwanted}`"
            );
        }
    }
    Ok(())
}

/// Writes the committed OpenAPI document anew.
pub(crate) fn write_openapi() -> Result<()> {
    let document =
        output(command(&["cargo", "run", "--quiet", "--locked", "-p", "server", "--", "openapi"]))?;
    std::fs::create_dir_all("docs/api")?;
    std::fs::write("docs/api/openapi.json", document)?;
    Ok(())
}
