//! The console: its packages, its build, its checks. Nothing is done twice: packages are installed when the
//! lock file changed, the build is made when a source changed.

use crate::run::{command, exists, output, root, run};
use anyhow::{Context, Result, bail};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Oldest Node that the console's tools run on.
const NODE_MIN: (u32, u32) = (20, 19);
/// What the build is not made of.
const NOT_SOURCES: &[&str] = &["bench", "dist", "e2e", "node_modules", "test-output"];
/// The document that the console's client of the API is made from.
const API: &str = "docs/api/openapi.json";

fn folder() -> PathBuf {
    root().join("console")
}

/// Builds the console if a source changed; answers what tells this build from others.
pub(crate) fn build() -> Result<String> {
    install()?;
    let mut sources = files(&folder())?;
    sources.push(root().join(API));
    let wanted = fingerprint(&sources)?;
    let note = root().join("target/console-built.txt");
    let there = folder().join("dist/index.html").exists();
    if there && std::fs::read_to_string(&note).is_ok_and(|have| have == wanted) {
        return Ok(wanted);
    }
    run(npm(&["run", "build"]))?;
    std::fs::create_dir_all(root().join("target"))?;
    std::fs::write(&note, &wanted).context("note what the console was built from")?;
    Ok(wanted)
}

/// Freshness of the client of the API, types, lints, format, words of all languages, tests without a browser.
pub(crate) fn check() -> Result<()> {
    install()?;
    run(npm(&["run", "check"]))
}

/// Tests in a browser, against a built program; `python` has the Python clients.
pub(crate) fn browser_test(program: &Path, python: &Path) -> Result<()> {
    let mut tests = npm(&["run", "e2e"]);
    tests
        .env("SMARTPUSH_BIN", program)
        .env("SMARTPUSH_TEST_PYTHON", python)
        .env("CHROMIUM", crate::tools::CHROMIUM)
        .env("SMARTPUSH_TEST_OUTPUT", root().join("target/test-output"));
    run(tests)
}

/// Installs the packages of the lock files, without running any script of theirs: the console's, and the client
/// libraries of others that the tests point at the program.
pub(crate) fn install() -> Result<()> {
    require_node()?;
    for place in [folder(), folder().join("e2e/clients")] {
        let wanted = fingerprint(&[place.join("package-lock.json"), place.join("package.json")])?;
        let note = place.join("node_modules/.installed");
        if std::fs::read_to_string(&note).is_ok_and(|have| have == wanted) {
            continue;
        }
        let mut npm = npm(&["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        npm.current_dir(place);
        run(npm)?;
        std::fs::write(&note, wanted).context("note which packages are installed")?;
    }
    Ok(())
}

fn npm(words: &[&str]) -> Command {
    let mut npm = command(&["npm"]);
    npm.args(words).current_dir(folder());
    npm
}

fn require_node() -> Result<()> {
    let (major, minor) = NODE_MIN;
    let how = format!(
        "The console needs Node {major}.{minor} or later with npm. Install it from https://nodejs.org or your \
         distribution, then try again. The program alone: cargo build --release --package server"
    );
    if !exists("node") || !exists("npm") {
        bail!("Node or npm is not on the path. {how}");
    }
    let version = output(command(&["node", "--version"]))?;
    if version_of(&version).is_none_or(|have| have < NODE_MIN) {
        bail!("This is Node {}. {how}", version.trim());
    }
    Ok(())
}

/// `v20.19.3` as (20, 19).
fn version_of(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().trim_start_matches('v').split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

/// Every file below a folder that the build is made of, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if NOT_SOURCES.contains(&name.as_ref()) {
            continue;
        }
        match path.is_dir() {
            true => found.extend(files(&path)?),
            false => found.push(path),
        }
    }
    found.sort();
    Ok(found)
}

/// Names and contents as one number.
fn fingerprint(files: &[PathBuf]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in files {
        let content = std::fs::read(file).with_context(|| file.display().to_string())?;
        (file.strip_prefix(root()).unwrap_or(file), content).hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared() {
        assert_eq!(version_of("v20.19.3\n"), Some((20, 19)));
        assert!(version_of("v22.1.0") > Some(NODE_MIN) && version_of("v20.9.0") < Some(NODE_MIN));
        assert_eq!(version_of("nonsense"), None);
    }
}
