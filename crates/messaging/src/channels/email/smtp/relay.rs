//! A relay made ready for connecting: its address, whom to trust, how to introduce ourselves.

use super::outcome::ConnectError;
use super::tls;
use super::url::{Security, SmtpUrl};
use std::sync::Arc;
use std::time::Duration;

/// Messages a connection carries before it is renewed, unless told otherwise.
pub const MESSAGES_PER_CONNECTION_MAX: u32 = 1_000;

/// How long to wait for what (RFC 5321 4.5.3.2; connect and greeting shorter). A final-dot timeout
/// below ten minutes makes duplicates (RFC 1047).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// TCP connect, each address.
    pub connect: Duration,
    /// Greeting; also EHLO, STARTTLS, TLS handshake, AUTH.
    pub banner: Duration,
    /// Reply to MAIL.
    pub mail: Duration,
    /// Reply to RCPT.
    pub rcpt: Duration,
    /// 354 after DATA.
    pub data: Duration,
    /// Each block of the body that the server takes.
    pub block: Duration,
    /// Reply to the final dot.
    pub dot: Duration,
    /// How long an unused connection is kept.
    pub idle: Duration,
    /// Reply to QUIT; nothing depends on it.
    pub quit: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            connect: Duration::from_secs(30),
            banner: Duration::from_secs(60),
            mail: Duration::from_secs(5 * 60),
            rcpt: Duration::from_secs(5 * 60),
            data: Duration::from_secs(2 * 60),
            block: Duration::from_secs(3 * 60),
            dot: Duration::from_secs(10 * 60),
            idle: Duration::from_secs(60),
            quit: Duration::from_secs(5),
        }
    }
}

impl Timeouts {
    /// The same short time for everything; for tests and for the test-connection operation.
    pub fn all(limit: Duration) -> Self {
        Timeouts {
            connect: limit,
            banner: limit,
            mail: limit,
            rcpt: limit,
            data: limit,
            block: limit,
            dot: limit,
            idle: limit,
            quit: limit,
        }
    }
}

/// Whose certificates are accepted.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Trust {
    /// Those the machine accepts.
    #[default]
    Platform,
    /// Those issued by the authorities in this PEM text, and no others.
    Authorities(String),
}

/// A relay ready for [`super::Connection::open`]. Cheap to clone; make one a campaign, not one a message.
#[derive(Clone)]
pub struct Relay {
    /// Its address and log-in.
    pub url: SmtpUrl,
    /// Our name in EHLO; the address of our end if absent (RFC 5321 4.1.3).
    pub helo: Option<String>,
    /// Messages a connection carries at most.
    pub messages_max: u32,
    /// False forces lock-step even when the server offers PIPELINING.
    pub pipelining: bool,
    pub(super) tls: Option<Arc<rustls::ClientConfig>>,
}

impl Relay {
    /// Prepares TLS for a relay. Error: the authorities' PEM cannot be read, or the machine has none.
    pub fn new(url: SmtpUrl, trust: &Trust) -> Result<Self, ConnectError> {
        let tls = match url.security {
            Security::None => None,
            // Encryption without authentication is all that opportunism promises (RFC 7435).
            Security::Opportunistic => Some(tls::accept_any()?),
            Security::StartTls | Security::Implicit if !url.verify => Some(tls::accept_any()?),
            Security::StartTls | Security::Implicit => Some(tls::verified(trust)?),
        };
        Ok(Relay { url, helo: None, messages_max: MESSAGES_PER_CONNECTION_MAX, pipelining: true, tls })
    }
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Relay").field("url", &self.url).field("messages_max", &self.messages_max).finish()
    }
}
