//! A PostgreSQL server of our own for tests and benchmarks, on loopback, removed afterwards.

use crate::run::{command, is_root, output, root, run};
use anyhow::{Context, Result};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian keeps the newest server's programs.
pub(crate) fn binaries() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .map(|e| e.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop()
}

/// A running server; stopped and removed when dropped.
pub(crate) struct Server {
    bin: PathBuf,
    folder: PathBuf,
    /// URL of its `postgres` database.
    pub(crate) url: String,
}

impl Server {
    /// Starts a fresh server. It refuses to run as root, so root lends it the `postgres` user.
    pub(crate) fn start(durable: bool) -> Result<Self> {
        let bin = binaries().context("PostgreSQL is not installed")?;
        let folder = std::env::temp_dir().join(format!("smartpush-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let _ = root();
        if is_root() {
            run(command(&["chown", "postgres", &folder.to_string_lossy()]))?;
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let server = Server { bin, folder, url: format!("postgres://postgres@127.0.0.1:{port}/postgres") };
        let data = server.folder.join("data");
        server.program(
            "initdb",
            &["-D", &data.to_string_lossy(), "-A", "trust", "-U", "postgres", "--locale=C", "-E", "UTF8"],
        )?;
        let sync = if durable { "on" } else { "off" };
        let options = format!(
            "-p {port} -k {} -c listen_addresses=127.0.0.1 -c max_connections=300 -c shared_buffers=256MB \
             -c fsync={sync} -c synchronous_commit={sync} -c max_wal_size=4GB",
            server.folder.display()
        );
        let log = server.folder.join("log");
        server.program(
            "pg_ctl",
            &["-D", &data.to_string_lossy(), "-w", "-l", &log.to_string_lossy(), "-o", &options, "start"],
        )?;
        Ok(server)
    }

    fn program(&self, name: &str, words: &[&str]) -> Result<()> {
        let program = self.bin.join(name);
        output(as_postgres(&program, words)).map(|_| ()).with_context(|| format!("PostgreSQL's {name}"))
    }
}

fn as_postgres(program: &Path, words: &[&str]) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.args(words).current_dir("/");
    command
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        if let Err(e) = self.program("pg_ctl", &["-D", &data.to_string_lossy(), "-m", "immediate", "stop"]) {
            eprintln!("the test server was not stopped: {e:#}");
        }
        if let Err(e) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("the test server's folder stays behind: {e}");
        }
    }
}
