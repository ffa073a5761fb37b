//! What can be said of a message or a connection afterwards. Values, not errors.

use super::reply::Reply;
use std::fmt;

/// Where in the dialogue something happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// Looking up the relay's name.
    Resolve,
    /// TCP connect.
    Connect,
    /// The server's greeting.
    Banner,
    /// EHLO or HELO.
    Ehlo,
    /// The STARTTLS command.
    StartTls,
    /// The TLS handshake.
    Tls,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA, until 354.
    Data,
    /// The message, before its final dot was handed to the system.
    Body,
    /// The final dot and its reply.
    Dot,
    /// RSET between two messages.
    Rset,
    /// Nothing under way.
    Idle,
}

impl Stage {
    /// Stable word for storing and showing.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Resolve => "resolve",
            Stage::Connect => "connect",
            Stage::Banner => "banner",
            Stage::Ehlo => "ehlo",
            Stage::StartTls => "starttls",
            Stage::Tls => "tls",
            Stage::Auth => "auth",
            Stage::Mail => "mail",
            Stage::Rcpt => "rcpt",
            Stage::Data => "data",
            Stage::Body => "body",
            Stage::Dot => "dot",
            Stage::Rset => "rset",
            Stage::Idle => "idle",
        }
    }
}

/// Why a connection is of no more use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cause {
    /// No answer in time.
    Timeout,
    /// The server closed the connection.
    Closed,
    /// The system's word for it.
    Io(std::io::ErrorKind),
    /// Something that is not an SMTP reply.
    Garbage(&'static str),
    /// A line or reply beyond our limits.
    TooLong,
    /// TLS went wrong; the library's words (no personal data in them).
    Tls(String),
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Timeout => f.write_str("no answer in time"),
            Cause::Closed => f.write_str("the server closed the connection"),
            Cause::Io(kind) => write!(f, "{kind}"),
            Cause::Garbage(what) => f.write_str(what),
            Cause::TooLong => f.write_str("the server's reply is too long"),
            Cause::Tls(what) => write!(f, "TLS: {what}"),
        }
    }
}

/// What became of one message. Exactly one is told for every message taken from a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome<'a> {
    /// The relay has taken responsibility (2xx to the final dot).
    Accepted(Reply<'a>),
    /// A definite no, with the server's words.
    Refused {
        /// Where it said so.
        stage: Stage,
        /// What it said.
        reply: Reply<'a>,
    },
    /// A definite no without a reply: the relay cannot have the message.
    NotSent(NotSent),
    /// The final dot may have arrived and was not answered. Never resend silently.
    Unknown(Cause),
}

/// Why a message certainly was not handed over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotSent {
    /// The connection broke before the final dot.
    Broken {
        /// How far we were.
        stage: Stage,
        /// What happened.
        cause: Cause,
    },
    /// The server said 421 to an earlier message; this one was never considered.
    ServerClosing,
    /// The source withdrew it at the last moment.
    Withheld,
    /// Larger than this server takes (SIZE, RFC 1870).
    TooLarge {
        /// The server's limit in bytes.
        bytes_max: u64,
    },
    /// An address beyond ASCII, and the server has no SMTPUTF8 (RFC 6531).
    NeedsSmtpUtf8,
    /// A body beyond ASCII, and the server has no 8BITMIME (RFC 6152).
    NeedsEightBit,
    /// An address that would break the dialogue (control character, space, angle bracket).
    BadAddress,
}

impl NotSent {
    /// True if trying again at this relay cannot help.
    pub fn is_permanent(&self) -> bool {
        match self {
            NotSent::Broken { .. } | NotSent::ServerClosing | NotSent::Withheld => false,
            NotSent::TooLarge { .. }
            | NotSent::NeedsSmtpUtf8
            | NotSent::NeedsEightBit
            | NotSent::BadAddress => true,
        }
    }
}

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotSent::Broken { stage, cause } => write!(f, "connection lost ({}): {cause}", stage.word()),
            NotSent::ServerClosing => f.write_str("the server ended the session"),
            NotSent::Withheld => f.write_str("withheld"),
            NotSent::TooLarge { bytes_max } => write!(f, "the relay takes at most {bytes_max} bytes"),
            NotSent::NeedsSmtpUtf8 => {
                f.write_str("the relay does not take addresses beyond ASCII (no SMTPUTF8)")
            }
            NotSent::NeedsEightBit => f.write_str("the relay does not take 8-bit bodies (no 8BITMIME)"),
            NotSent::BadAddress => f.write_str("the address cannot be written in SMTP"),
        }
    }
}

/// Why a connection could not be opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConnectError {
    /// Name look-up, TCP, greeting or handshake did not succeed; later may be better.
    Unreachable {
        /// How far we were.
        stage: Stage,
        /// What happened.
        cause: Cause,
    },
    /// The server said no.
    Refused {
        /// To what.
        stage: Stage,
        /// Its words.
        reply: Reply<'static>,
    },
    /// The relay is not as configured (no STARTTLS, no usable AUTH, a certificate nobody vouches for, a
    /// password over an open line). Retrying cannot help; a person must look. The sentence is for them.
    Configuration(String),
}

impl ConnectError {
    /// True if a person must change something: configuration errors and refused credentials.
    pub fn is_configuration(&self) -> bool {
        match self {
            ConnectError::Unreachable { .. } => false,
            ConnectError::Refused { stage, reply } => *stage == Stage::Auth && reply.is_permanent(),
            ConnectError::Configuration(_) => true,
        }
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConnectError::Unreachable { stage, cause } => {
                write!(f, "relay not reached ({}): {cause}", stage.word())
            }
            ConnectError::Refused { stage, reply } => write!(f, "relay refused ({}): {reply}", stage.word()),
            ConnectError::Configuration(sentence) => f.write_str(sentence),
        }
    }
}

impl std::error::Error for ConnectError {}

/// How a run over one connection ended. The connection is closed in every case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PumpEnd {
    /// The source had no more; QUIT was said.
    Finished,
    /// The connection carried as many messages as allowed; open another.
    Full,
    /// Nothing to do for the idle time; open another when there is.
    Idle,
    /// A message was withheld after DATA; SMTP has no way back but closing. Open another.
    Withheld,
    /// The server is closing (421): wait before opening another.
    Closing(Reply<'static>),
    /// The connection broke.
    Broken {
        /// How far we were.
        stage: Stage,
        /// What happened.
        cause: Cause,
    },
}
