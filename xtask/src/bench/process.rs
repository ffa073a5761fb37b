//! Running the program under measurement: its answer, its time, its memory.

use super::folder;
use crate::run::root;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Log-in of the owner of every measured installation.
pub(crate) const EMAIL: &str = "bench@shop.example";
/// The owner's password.
pub(crate) const PASSWORD: &str = "a long bench passphrase";

/// The release program on a data folder, or on a PostgreSQL database.
pub(crate) struct Program {
    /// Where its data live.
    pub(crate) data: PathBuf,
    /// The database, if not the SQLite file in `data`.
    pub(crate) database: Option<String>,
    /// Its store.
    pub(crate) store: String,
    /// A key with all scopes.
    pub(crate) api_key: String,
}

/// What a run said and took.
pub(crate) struct Run {
    /// The JSON object it printed.
    pub(crate) answer: Value,
    /// Highest resident memory, MB.
    pub(crate) peak_mb: f64,
}

fn binary() -> PathBuf {
    root().join("target/release/smartpush")
}

impl Program {
    /// A fresh installation with one store.
    pub(crate) fn set_up(name: &str, database: Option<String>) -> Result<Self> {
        let data = folder().join(name);
        if data.exists() {
            std::fs::remove_dir_all(&data)?;
        }
        let mut program = Program { data, database, store: String::new(), api_key: String::new() };
        let words = ["setup", "--email", EMAIL, "--password", PASSWORD, "--store", "Bench"];
        let run = program.run(&[&words[..], &["--json"]].concat())?;
        program.store = run.answer["store"].as_str().context("setup answers a store")?.to_owned();
        program.api_key = run.answer["api_key"].as_str().context("setup answers a key")?.to_owned();
        Ok(program)
    }

    /// A command of the program, not yet started.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.arg("--data").arg(&self.data).args(words);
        if let Some(url) = &self.database {
            command.env("SMARTPUSH_DATABASE_URL", url);
        }
        command
    }

    /// Runs a command that prints one JSON object.
    pub(crate) fn run(&self, words: &[&str]) -> Result<Run> {
        let mut command = self.command(words);
        let child = command.stdout(Stdio::piped()).spawn().context("start smartpush")?;
        let watcher = Peak::watch(&child);
        let output = child.wait_with_output()?;
        let peak_mb = watcher.end();
        let text = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            bail!("smartpush {} failed: {text}", words.join(" "));
        }
        let answer = serde_json::from_str(text.trim())
            .with_context(|| format!("the answer of {}: {text}", words.join(" ")))?;
        Ok(Run { answer, peak_mb })
    }
}

/// Watches the high-water mark of a process.
struct Peak {
    stop: std::sync::Arc<std::sync::atomic::AtomicBool>,
    thread: std::thread::JoinHandle<f64>,
}

impl Peak {
    fn watch(child: &Child) -> Self {
        let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let (seen, pid) = (stop.clone(), child.id());
        let thread = std::thread::spawn(move || {
            let mut peak = 0.0_f64;
            while !seen.load(std::sync::atomic::Ordering::Relaxed) {
                peak = memory_mb(pid, "VmHWM").unwrap_or(peak).max(peak);
                std::thread::sleep(Duration::from_millis(20));
            }
            peak
        });
        Peak { stop, thread }
    }

    fn end(self) -> f64 {
        self.stop.store(true, std::sync::atomic::Ordering::Relaxed);
        self.thread.join().unwrap_or(f64::NAN)
    }
}

/// A line of `/proc/PID/status` in MB: `VmRSS` now, `VmHWM` highest.
pub(crate) fn memory_mb(pid: u32, line: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let found = status.lines().find(|l| l.starts_with(line))?;
    let kib: f64 = found.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}

/// Runs a floor and answers its seconds.
pub(crate) fn seconds(mut command: Command) -> Result<f64> {
    let began = Instant::now();
    let status = command.stdout(Stdio::null()).status().with_context(|| format!("start {command:?}"))?;
    if !status.success() {
        bail!("{command:?} failed");
    }
    Ok(began.elapsed().as_secs_f64())
}

/// Removes a file of an earlier run.
pub(crate) fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e.into()),
        _ => Ok(()),
    }
}
