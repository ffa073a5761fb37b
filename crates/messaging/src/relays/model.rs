//! A relay as configured, checked and tested. Pure but for the shape of a finished session.

use super::limits::ProviderLimits;
use crate::channels::email::smtp::{ConnectError, Connection, Relay, RelayUrl, Stage, Trust};
use kernel::ids::RelayId;
use serde::Serialize;
use utoipa::ToSchema;

/// Connections unless told otherwise.
pub const CONNECTIONS: u32 = 10;
/// Most connections to one relay.
pub const CONNECTIONS_MAX: u32 = 200;
/// Messages a connection carries unless told otherwise.
pub const MESSAGES_PER_CONNECTION: u32 = 1_000;
/// Most messages a connection carries.
pub const MESSAGES_PER_CONNECTION_MAX: u32 = 100_000;
/// Longest authority certificate, in bytes of PEM.
pub const AUTHORITY_LENGTH_MAX: usize = 64 * 1024;

/// A relay ready for use, its log-in opened. `Debug` shows no credentials.
#[derive(Clone, Debug)]
pub struct Configured {
    /// Its id; 0 for the sandbox of a store that never chose a relay.
    pub id: RelayId,
    /// Its name.
    pub name: String,
    /// Where it is, with log-in.
    pub url: RelayUrl,
    /// PEM of the only authorities trusted, instead of the machine's.
    pub authority: Option<String>,
    /// Our name in EHLO.
    pub helo: Option<String>,
    /// Connections at once.
    pub connections_max: u32,
    /// Messages a connection carries.
    pub messages_per_connection_max: u32,
    /// Figures by provider.
    pub limits: ProviderLimits,
}

impl Configured {
    /// The built-in sandbox.
    pub fn sandbox() -> Self {
        Configured {
            id: RelayId(0),
            name: SANDBOX_NAME.into(),
            url: RelayUrl::Sandbox,
            authority: None,
            helo: None,
            connections_max: CONNECTIONS,
            messages_per_connection_max: MESSAGES_PER_CONNECTION,
            limits: ProviderLimits::default(),
        }
    }

    /// True if it captures instead of sending.
    pub fn is_sandbox(&self) -> bool {
        self.url == RelayUrl::Sandbox
    }

    /// What the SMTP client needs; `None` for the sandbox. Error: TLS cannot be set up.
    pub fn relay(&self) -> Result<Option<Relay>, ConnectError> {
        let Some(url) = self.url.smtp() else { return Ok(None) };
        let trust = self.authority.clone().map_or(Trust::Platform, Trust::Authorities);
        let mut relay = Relay::new(url.clone(), &trust)?;
        relay.helo.clone_from(&self.helo);
        relay.messages_max = self.messages_per_connection_max;
        Ok(Some(relay))
    }
}

/// Name of the relay every store begins with.
pub const SANDBOX_NAME: &str = "Sandbox";

/// A relay about to be stored, checked.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) name: String,
    /// Without credentials.
    pub(crate) address: String,
    pub(crate) authority: Option<String>,
    pub(crate) helo: Option<String>,
    pub(crate) connections_max: u32,
    pub(crate) messages_per_connection_max: u32,
    pub(crate) limits: ProviderLimits,
    /// Its place in the order; last if not told.
    pub(crate) place: Option<i64>,
}

impl Draft {
    pub(crate) fn sandbox() -> Self {
        Draft {
            name: SANDBOX_NAME.into(),
            address: "sandbox".into(),
            authority: None,
            helo: None,
            connections_max: CONNECTIONS,
            messages_per_connection_max: MESSAGES_PER_CONNECTION,
            limits: ProviderLimits::default(),
            place: None,
        }
    }
}

/// True for a name or address literal that may follow EHLO.
pub fn is_helo(text: &str) -> bool {
    let name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let literal = |c: char| c.is_ascii_hexdigit() || c == ':' || c == '.';
    match text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
        Some(inner) => !inner.is_empty() && inner.strip_prefix("IPv6:").unwrap_or(inner).chars().all(literal),
        None => (1..=253).contains(&text.len()) && text.chars().all(name),
    }
}

/// What a test found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TestReport {
    /// True if mail could be handed over.
    pub passed: bool,
    /// Where it failed: `resolve`, `connect`, `banner`, `ehlo`, `starttls`, `tls`, `auth`, `configuration`.
    pub failed_at: Option<String>,
    /// What to do, or what was found, as a sentence.
    pub detail: String,
    /// True if the session was under TLS.
    pub encrypted: bool,
    /// What the server offers.
    pub capabilities: Vec<String>,
    /// Largest message the server takes, in bytes, if it says so.
    pub message_bytes_max: Option<u64>,
}

impl TestReport {
    pub(super) fn sandbox() -> Self {
        TestReport {
            passed: true,
            failed_at: None,
            detail: "The sandbox captures messages and sends nothing.".into(),
            encrypted: false,
            capabilities: Vec::new(),
            message_bytes_max: None,
        }
    }

    pub(super) fn passed(connection: &Connection) -> Self {
        let can = connection.capabilities();
        let offered = [
            (can.pipelining, "PIPELINING"),
            (can.eight_bit_mime, "8BITMIME"),
            (can.smtputf8, "SMTPUTF8"),
            (can.enhanced_codes, "ENHANCEDSTATUSCODES"),
            (can.size, "SIZE"),
        ];
        let detail = match connection.is_encrypted() {
            true => "The relay answers, and the session is encrypted.",
            false => {
                "The relay answers, but the session is not encrypted. Use smtps or smtp+starttls if it can."
            }
        };
        TestReport {
            passed: true,
            failed_at: None,
            detail: detail.into(),
            encrypted: connection.is_encrypted(),
            capabilities: offered.iter().filter(|(is, _)| *is).map(|(_, name)| (*name).to_owned()).collect(),
            message_bytes_max: Some(can.size_max).filter(|bytes| *bytes > 0),
        }
    }

    pub(super) fn failed(error: &ConnectError) -> Self {
        let stage = match error {
            ConnectError::Unreachable { stage, .. } | ConnectError::Refused { stage, .. } => stage.word(),
            ConnectError::Configuration(_) => "configuration",
        };
        TestReport {
            passed: false,
            failed_at: Some(stage.to_owned()),
            detail: shortened(&sentence_of(error)),
            ..TestReport::sandbox()
        }
    }

    pub(super) fn too_slow() -> Self {
        TestReport {
            passed: false,
            failed_at: Some(Stage::Connect.word().to_owned()),
            detail: "The relay did not answer in time.".into(),
            ..TestReport::sandbox()
        }
    }
}

fn sentence_of(error: &ConnectError) -> String {
    match error {
        ConnectError::Configuration(sentence) => sentence.clone(),
        ConnectError::Unreachable { stage: Stage::Resolve, cause } => {
            format!("The relay's name could not be looked up ({cause}). Check the host.")
        }
        ConnectError::Unreachable { stage: Stage::Connect, cause } => {
            format!("Nobody answers at this host and port ({cause}). Check both, and the firewall.")
        }
        ConnectError::Unreachable { cause, .. } => {
            format!("The session broke off: {cause}. Check that port and kind of encryption fit together.")
        }
        ConnectError::Refused { stage: Stage::Auth, reply } => {
            format!("The relay did not accept user and password: {reply}")
        }
        ConnectError::Refused { reply, .. } => format!("The relay refused: {reply}"),
    }
}

/// A stranger's words are kept short.
fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(500).collect()
}
