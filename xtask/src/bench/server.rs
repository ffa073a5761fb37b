//! The server with a million contacts: start, idle memory, search, and the console it serves.

use super::process::{Program, memory_mb};
use super::table::{Table, median};
use super::{CONTACTS, console, data, folder};
use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// A server is idle when it has had nothing to do for so long.
const REST: Duration = Duration::from_secs(30);

/// Measures start to first answer, memory when idle, and the first page of a substring search.
pub(crate) fn measure(table: &mut Table) -> Result<()> {
    let file = data::contacts(CONTACTS, false)?;
    let program = Program::set_up("server", None)?;
    let path = file.to_string_lossy();
    program.run(&["contacts", "import", &path, "--store", &program.store, "--json"])?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let listen = format!("127.0.0.1:{port}");
    let began = Instant::now();
    let mut command = program.command(&["serve", "--listen", &listen]);
    // One browser goes through ten thousand pages as fast as it can.
    command.env("SMARTPUSH__HTTP__REQUESTS_PER_SECOND", "0");
    let log = std::fs::File::create(folder().join("server.log"))?;
    let server = Running(command.stdout(Stdio::null()).stderr(log).spawn().context("start the server")?);
    while get(&listen, "/healthz", "").is_err() {
        if began.elapsed() > Duration::from_secs(30) {
            bail!("the server did not answer within 30 seconds");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    table.at_most("start with 1M contacts to first answer", "s", began.elapsed().as_secs_f64(), 1.0);
    wait_until_idle(server.0.id())?;
    std::thread::sleep(REST);
    let idle = memory_mb(server.0.id(), "VmRSS").context("memory of the server")?;
    table.at_most("memory when idle", "MB", idle, 60.0);
    let key = format!("Authorization: Bearer {}\r\n", program.api_key);
    let mut times = Vec::new();
    for word in ["garcia", "leeds", "mail17", "okaf", "nobody-has-this"] {
        let began = Instant::now();
        let answer = get(&listen, &format!("/api/v1/contacts?limit=50&search={word}"), &key)?;
        if !answer.starts_with("HTTP/1.1 200") {
            bail!("search failed: {}", answer.lines().next().unwrap_or_default());
        }
        times.push(began.elapsed().as_secs_f64());
    }
    let worst = times.iter().copied().fold(0.0, f64::max);
    table.at_most("substring search over 1M sealed contacts, first page (worst of 5)", "s", worst, 1.0);
    table.at_most("the same, median of 5", "s", median(times), 1.0);
    console::measure(table, &listen)
}

/// Until the process has done nothing worth mentioning for three seconds: after an import the columns of
/// segments are made first.
fn wait_until_idle(pid: u32) -> Result<()> {
    let mut before = cpu_ticks(pid)?;
    for _ in 0..40 {
        std::thread::sleep(Duration::from_secs(3));
        let now = cpu_ticks(pid)?;
        if now - before <= 6 {
            return Ok(());
        }
        before = now;
    }
    bail!("the server was never idle")
}

/// User and system time of a process so far, in hundredths of a second.
fn cpu_ticks(pid: u32) -> Result<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let field = |n: usize| fields.get(n).and_then(|f| f.parse::<u64>().ok());
    field(11).zip(field(12)).map(|(user, system)| user + system).context("the times of the server")
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        if let Err(e) = self.0.kill().and_then(|()| self.0.wait().map(drop)) {
            eprintln!("the server was not stopped: {e}");
        }
    }
}

fn get(listen: &str, path: &str, headers: &str) -> Result<String> {
    let mut stream = TcpStream::connect(listen)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n{headers}\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if answer.is_empty() {
        bail!("no answer");
    }
    Ok(answer)
}
