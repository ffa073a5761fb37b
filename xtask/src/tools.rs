//! What tests and benchmarks need from Debian and PyPI, installed if missing.

use crate::run::{command, exists, is_root, output, root, run};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// A file and the Debian package that brings it.
const DEBIAN: &[(&str, &str)] = &[
    ("/usr/sbin/smtp-sink", "postfix"),
    ("/usr/sbin/opendkim", "opendkim"),
    ("/usr/bin/rspamd", "rspamd"),
    ("/usr/bin/sqlite3", "sqlite3"),
    ("/usr/bin/openssl", "openssl"),
    ("/usr/bin/python3", "python3"),
    (CHROMIUM, "chromium"),
    ("/usr/share/fonts/truetype/liberation", "fonts-liberation"),
    ("/usr/share/fonts/opentype/noto", "fonts-noto-cjk"),
];

/// The browser of the console's tests.
pub(crate) const CHROMIUM: &str = "/usr/bin/chromium";

/// PyPI packages for the wire tests.
const PYTHON: &[&str] = &["dkimpy==1.1.8", "schemathesis>=4", "pynacl", "segment-analytics-python==2.4.0"];

/// Installs the Debian packages that are missing.
pub(crate) fn debian() -> Result<()> {
    let mut missing: Vec<&str> = DEBIAN
        .iter()
        .filter(|(program, _)| !Path::new(program).exists())
        .map(|(_, package)| *package)
        .collect();
    if crate::postgres::binaries().is_none() {
        missing.push("postgresql");
    }
    if !exists("runuser") {
        missing.push("util-linux");
    }
    if missing.is_empty() {
        return Ok(());
    }
    apt(&["update", "-qq"])?;
    let mut words = vec!["install", "-y", "-qq", "--no-install-recommends"];
    words.extend(&missing);
    apt(&words)
}

fn apt(words: &[&str]) -> Result<()> {
    let mut all = if is_root() { vec!["apt-get"] } else { vec!["sudo", "apt-get"] };
    all.extend(words);
    let mut apt = command(&all);
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    run(apt)
}

/// A Python with the packages of the tests; made once under `target/`.
pub(crate) fn python() -> Result<PathBuf> {
    environment("venv", PYTHON)
}

/// A Python with DuckDB, for the benchmark.
pub(crate) fn python_with_duckdb() -> Result<PathBuf> {
    environment("venv-bench", &["duckdb"])
}

fn environment(name: &str, packages: &[&str]) -> Result<PathBuf> {
    let venv = root().join("target").join(name);
    let python = venv.join("bin/python");
    let mark = venv.join("packages.txt");
    let wanted = packages.join("\n");
    if std::fs::read_to_string(&mark).is_ok_and(|have| have == wanted) {
        return Ok(python);
    }
    if output(command(&["python3", "-c", "import venv, ensurepip"])).is_err() {
        apt(&["update", "-qq"])?;
        apt(&["install", "-y", "-qq", "--no-install-recommends", "python3-venv"])?;
    }
    run(command(&["python3", "-m", "venv", &venv.to_string_lossy()]))?;
    let mut words = vec!["-m", "pip", "install", "--quiet"];
    words.extend(packages);
    let mut pip = std::process::Command::new(&python);
    pip.args(words);
    run(pip)?;
    std::fs::write(&mark, wanted).context("note the installed packages")?;
    Ok(python)
}
