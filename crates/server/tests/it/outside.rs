//! Programs that nobody here wrote: found, started, and missed loudly.

use super::program::{Running, wait_for};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output};

/// The path of a program, if it is there. Where all are required a missing one fails the test; elsewhere
/// it is said loudly and the test is skipped.
pub fn tool(path: &str) -> Option<&str> {
    if Path::new(path).exists() {
        return Some(path);
    }
    missing(path);
    None
}

/// The Python with the packages of the wire tests.
pub fn python() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests are told their tools by the environment")]
    let python = std::env::var("SMARTPUSH_TEST_PYTHON").ok().filter(|p| Path::new(p).exists());
    if python.is_none() {
        missing("the Python of SMARTPUSH_TEST_PYTHON");
    }
    python
}

fn missing(what: &str) {
    #[expect(clippy::disallowed_methods, reason = "tests are told their tools by the environment")]
    let required = std::env::var("SMARTPUSH_TEST_REQUIRE_ALL").is_ok();
    assert!(!required, "{what} is missing; `make test` installs it");
    eprintln!("SKIPPED: {what} is missing; `make test` installs it");
}

/// The user tests run as.
pub fn is_root() -> bool {
    output(Command::new("id").arg("-u")) == "0"
}

/// What a command that must succeed prints.
#[track_caller]
pub fn output(command: &mut Command) -> String {
    let said = command.output().expect("the program starts");
    String::from_utf8_lossy(&succeeded(said).stdout).trim().to_owned()
}

/// The output, if the program succeeded.
#[track_caller]
pub fn succeeded(said: Output) -> Output {
    let (out, err) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.status.success(), "{}\n{out}\n{err}", said.status);
    said
}

/// Starts a program and waits until it listens.
#[track_caller]
pub fn listening(command: Command, address: &str) -> Running {
    let mut running = Running::start(command);
    wait_for(address, || {
        assert!(running.lives(), "the program on {address} ended early");
        TcpStream::connect(address).ok()
    });
    running
}
