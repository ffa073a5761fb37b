//! Running programs: print what is run, fail when it fails.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The repository's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// A command from words.
pub(crate) fn command(words: &[&str]) -> Command {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command
}

/// Runs a command with its output shown; fails when it fails.
pub(crate) fn run(mut command: Command) -> Result<()> {
    let words = describe(&command);
    println!("$ {words}");
    let status = command.status().with_context(|| format!("could not start: {words}"))?;
    if !status.success() {
        bail!("failed ({status}): {words}");
    }
    Ok(())
}

/// Runs a command and answers what it printed; fails when it fails.
pub(crate) fn output(mut command: Command) -> Result<String> {
    let words = describe(&command);
    let output = command.output().with_context(|| format!("could not start: {words}"))?;
    if !output.status.success() {
        bail!("failed ({}): {words}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn describe(command: &Command) -> String {
    let mut words = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        words.push(' ');
        words.push_str(&argument.to_string_lossy());
    }
    words
}

/// True if a program is on the path.
pub(crate) fn exists(program: &str) -> bool {
    command(&["sh", "-c", &format!("command -v {program} >/dev/null 2>&1")])
        .status()
        .is_ok_and(|s| s.success())
}

/// True if this process is root.
pub(crate) fn is_root() -> bool {
    output(command(&["id", "-u"])).is_ok_and(|id| id.trim() == "0")
}
