//! What a sink shall do, step by step.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

/// A moment of the dialogue a script can take hold of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Verb {
    /// The greeting.
    Banner,
    /// EHLO and HELO.
    Ehlo,
    /// STARTTLS.
    StartTls,
    /// AUTH, after the credentials came.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// While the message is read, before its final dot.
    Body,
    /// After the final dot.
    Dot,
    /// RSET.
    Rset,
    /// QUIT.
    Quit,
}

/// Which of the moments: counted over the whole sink, the first is 1.
#[derive(Clone, Debug)]
pub enum When {
    /// Every time.
    Always,
    /// Only the nth.
    Nth(u64),
    /// The nth and all later ones.
    From(u64),
    /// Every nth.
    Every(u64),
    /// Only the nth within each connection.
    NthInConnection(u64),
    /// When the command line or the envelope's recipient contains this.
    Containing(String),
}

/// What to do instead of the ordinary.
#[derive(Clone, Debug)]
pub enum Act {
    /// Answer this (lines without line ends). A refusal at the dot does not record the message.
    Reply(String),
    /// Answer this and close, as 421 does.
    ReplyAndClose(String),
    /// Close without a word. At the dot the message is not recorded.
    Close,
    /// Record the message and close without a word: accepted, and the sender never learns.
    RecordAndClose,
    /// Read no more than this many bytes of the body, then close.
    CloseAfterBytes(usize),
    /// Never answer; the connection stays open.
    Silence,
    /// Go on as usual once the gate is open.
    Wait(Gate),
    /// The usual answer, one byte a packet.
    Drip,
    /// Exactly these bytes, whatever they are, instead of the usual answer.
    Raw(Vec<u8>),
}

/// Holds sessions back until a test opens it. Opened once, it stays open.
#[derive(Clone, Default)]
pub struct Gate(Arc<GateState>);

#[derive(Default)]
struct GateState {
    open: AtomicBool,
    changed: Notify,
    waiting: AtomicBool,
    arrived: Notify,
}

impl Gate {
    /// A closed gate.
    pub fn closed() -> Self {
        Gate::default()
    }

    /// Lets everybody through, now and later.
    pub fn open(&self) {
        self.0.open.store(true, Ordering::SeqCst);
        self.0.changed.notify_waiters();
    }

    /// Waits until a session stands at the gate.
    pub async fn reached(&self) {
        loop {
            let arrived = self.0.arrived.notified();
            if self.0.waiting.load(Ordering::SeqCst) {
                return;
            }
            arrived.await;
        }
    }

    pub(super) async fn pass(&self) {
        self.0.waiting.store(true, Ordering::SeqCst);
        self.0.arrived.notify_waiters();
        loop {
            let changed = self.0.changed.notified();
            if self.0.open.load(Ordering::SeqCst) {
                return;
            }
            changed.await;
        }
    }
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gate")
    }
}

/// TLS of a sink, with the test certificate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SinkTls {
    /// None; STARTTLS is not offered.
    #[default]
    None,
    /// STARTTLS is offered.
    StartTls,
    /// From the first byte.
    Implicit,
}

/// What is kept of accepted messages.
#[derive(Clone, Debug, Default)]
pub enum Record {
    /// Envelope and message in memory.
    #[default]
    Messages,
    /// Only their number.
    Count,
    /// Lines `recipient<TAB>message-id` appended to a file.
    Lines(PathBuf),
}

/// A sink's whole behaviour.
#[derive(Clone, Debug)]
pub struct Script {
    /// EHLO keywords, without STARTTLS and AUTH, which follow from `tls` and `login`.
    pub capabilities: Vec<String>,
    /// Deviations; the first that fits is taken.
    pub rules: Vec<(Verb, When, Act)>,
    /// What is kept.
    pub record: Record,
    /// TLS.
    pub tls: SinkTls,
    /// The only credentials accepted; without them AUTH is not offered.
    pub login: Option<(String, String)>,
    /// AUTH mechanisms offered with `login`.
    pub mechanisms: String,
}

impl Default for Script {
    fn default() -> Self {
        let capabilities = ["PIPELINING", "SIZE 26214400", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"];
        Script {
            capabilities: capabilities.map(str::to_owned).to_vec(),
            rules: Vec::new(),
            record: Record::Messages,
            tls: SinkTls::None,
            login: None,
            mechanisms: "PLAIN LOGIN".to_owned(),
        }
    }
}

impl Script {
    /// The ordinary sink.
    pub fn new() -> Self {
        Script::default()
    }

    /// Adds a deviation.
    pub fn on(mut self, verb: Verb, when: When, act: Act) -> Self {
        self.rules.push((verb, when, act));
        self
    }

    /// Adds a deviating reply.
    pub fn reply(self, verb: Verb, when: When, reply: &str) -> Self {
        self.on(verb, when, Act::Reply(reply.to_owned()))
    }

    /// Replaces the EHLO keywords.
    pub fn capabilities(mut self, keywords: &[&str]) -> Self {
        self.capabilities = keywords.iter().map(|k| (*k).to_owned()).collect();
        self
    }

    /// Offers TLS.
    pub fn tls(mut self, tls: SinkTls) -> Self {
        self.tls = tls;
        self
    }

    /// Demands these credentials before MAIL.
    pub fn login(mut self, user: &str, password: &str, mechanisms: &str) -> Self {
        self.login = Some((user.to_owned(), password.to_owned()));
        self.mechanisms = mechanisms.to_owned();
        self
    }

    /// Keeps something else of accepted messages.
    pub fn record(mut self, record: Record) -> Self {
        self.record = record;
        self
    }
}
