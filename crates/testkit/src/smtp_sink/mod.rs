//! A recording SMTP server inside the test process, scriptable to misbehave.
//!
//! Strict about line ends (only CRLF . CRLF ends a message), so that tests see what a strict receiver
//! would. It never sleeps: what must wait waits at a [`Gate`] the test opens. For whole-program crash
//! tests there is the program `recording_sink`, which survives the death of its client.

mod script;
mod session;
mod text;

pub use script::{Act, Gate, Record, Script, SinkTls, Verb, When};

use std::collections::HashMap;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// The authority that issued the sink's certificate (PEM).
pub const TEST_AUTHORITY: &str = include_str!("../../certificates/authority.pem");
/// The sink's certificate for localhost, 127.0.0.1 and ::1 (PEM).
pub const TEST_CERTIFICATE: &str = include_str!("../../certificates/server.pem");
/// Its private key (PEM); public on purpose.
pub const TEST_KEY: &str = include_str!("../../certificates/server.key");

/// A message a sink has answered with 250.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Number of the connection, from 1.
    pub connection: u64,
    /// The MAIL line's argument as sent, with parameters.
    pub mail: String,
    /// Return path.
    pub mail_from: String,
    /// Recipients.
    pub rcpt_to: Vec<String>,
    /// Headers and body without dot-stuffing.
    pub data: Vec<u8>,
    /// True if it came under TLS.
    pub encrypted: bool,
}

impl Received {
    /// The value of a header of the message, unfolded, if it is there.
    pub fn header(&self, name: &str) -> Option<String> {
        header(&self.data, name)
    }
}

/// The value of a header in a raw message; the name is matched without case.
pub fn header(message: &[u8], name: &str) -> Option<String> {
    let head = memchr::memmem::find(message, b"\r\n\r\n").map_or(message, |at| &message[..at + 2]);
    let text = String::from_utf8_lossy(head).replace("\r\n ", " ").replace("\r\n\t", " ");
    text.split("\r\n").find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}

pub(crate) struct Shared {
    script: Script,
    received: Mutex<Vec<Received>>,
    accepted: AtomicU64,
    connections: AtomicU64,
    commands: Mutex<Vec<String>>,
    counters: Mutex<HashMap<Verb, u64>>,
    lines: Mutex<Option<std::fs::File>>,
    changed: Notify,
    tls: Option<tokio_rustls::TlsAcceptor>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|e| e.into_inner())
}

impl Shared {
    fn record(&self, message: Received) {
        match &self.script.record {
            Record::Messages => locked(&self.received).push(message),
            Record::Count => {}
            Record::Lines(_) => self.append_line(&message),
        }
        self.accepted.fetch_add(1, Ordering::SeqCst);
        self.changed.notify_waiters();
    }

    fn append_line(&self, message: &Received) {
        let id = message.header("Message-ID").unwrap_or_default();
        let line = format!("{}\t{id}\n", message.rcpt_to.join(","));
        let written = locked(&self.lines).as_mut().map(|file| file.write_all(line.as_bytes()));
        written.expect("invariant: a line sink has a file").expect("the sink's file takes a line");
    }
}

/// A running sink. Dropped, it stops listening and closes its connections.
pub struct SmtpSink {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: tokio::task::JoinHandle<()>,
}

impl SmtpSink {
    /// A well-behaved sink that keeps messages.
    pub async fn start() -> Self {
        Self::with(Script::new()).await
    }

    /// A sink that follows a script.
    pub async fn with(script: Script) -> Self {
        let lines = match &script.record {
            Record::Lines(path) => {
                let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
                Some(file.expect("the sink's file can be opened"))
            }
            _ => None,
        };
        let tls = (script.tls != SinkTls::None).then(session::acceptor);
        let shared = Arc::new(Shared {
            script,
            received: Mutex::default(),
            accepted: AtomicU64::new(0),
            connections: AtomicU64::new(0),
            commands: Mutex::default(),
            counters: Mutex::default(),
            lines: Mutex::new(lines),
            changed: Notify::new(),
            tls,
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("the port's address");
        let listening = tokio::spawn(listen(listener, shared.clone()));
        SmtpSink { address, shared, listening }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address as a relay, by the scheme its script stands for; the host is `localhost` under TLS.
    pub fn url(&self) -> String {
        let user = match &self.shared.script.login {
            Some((user, password)) => format!("{user}:{password}@"),
            None => String::new(),
        };
        let port = self.address.port();
        match self.shared.script.tls {
            SinkTls::None => format!("smtp://{user}127.0.0.1:{port}"),
            SinkTls::StartTls => format!("smtp+starttls://{user}127.0.0.1:{port}"),
            SinkTls::Implicit => format!("smtps://{user}127.0.0.1:{port}"),
        }
    }

    /// Messages answered with 250, in that order.
    pub fn messages(&self) -> Vec<Received> {
        locked(&self.shared.received).clone()
    }

    /// How many were answered with 250.
    pub fn count(&self) -> u64 {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    /// How many connections were opened.
    pub fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Every command line, in order of arrival over all connections (without bodies and credentials).
    pub fn commands(&self) -> Vec<String> {
        locked(&self.shared.commands).clone()
    }

    /// Waits until this many were accepted.
    pub async fn wait_for(&self, count: u64) {
        loop {
            let changed = self.shared.changed.notified();
            if self.count() >= count {
                return;
            }
            changed.await;
        }
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    let mut sessions = tokio::task::JoinSet::new();
    loop {
        while sessions.try_join_next().is_some() {}
        let Ok((tcp, _)) = listener.accept().await else { return };
        let number = shared.connections.fetch_add(1, Ordering::SeqCst) + 1;
        sessions.spawn(session::serve(tcp, number, shared.clone()));
    }
}
