//! The records a sender domain needs, and what was found of them. Pure.

use crate::dkim::Algorithm;
use kernel::Timestamp;
use kernel::ids::DomainId;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use utoipa::ToSchema;

/// How long an old pair of keys stays published after a rotation.
pub const OVERLAP_MS: i64 = 7 * 24 * 3_600 * 1_000;
/// Time between two checks by itself.
pub const CHECK_EVERY_MS: i64 = 6 * 3_600 * 1_000;

/// What a record is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordPurpose {
    /// Public key of a signature.
    Dkim,
    /// Who may send with the bounce domain (SPF of the return path).
    ReturnPathSpf,
    /// Where bounces go.
    ReturnPathMx,
    /// Policy for the From domain.
    Dmarc,
    /// Host of tracked links and of the unsubscribe page.
    TrackingHost,
}

/// Result of looking for one record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordStatus {
    /// Not looked for yet.
    Unchecked,
    /// As wanted.
    Ok,
    /// Works, and should be mended.
    Warning,
    /// Not there.
    Missing,
    /// There, but something else.
    Wrong,
    /// DNS did not answer.
    Unknown,
}

/// One record to publish, and what was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct DnsRecord {
    /// What it is for.
    pub purpose: RecordPurpose,
    /// `TXT`, `MX`, `CNAME`, `A` or `AAAA`.
    pub kind: String,
    /// Full name, without a dot at the end.
    pub name: String,
    /// What to publish.
    pub value: String,
    /// True if campaigns can't be launched without it.
    pub required: bool,
    /// What was found.
    pub found: Vec<String>,
    /// The verdict.
    pub status: RecordStatus,
    /// What to do, as a sentence; empty if nothing.
    pub detail: String,
}

impl DnsRecord {
    fn wanted(purpose: RecordPurpose, kind: &str, name: String, value: String) -> Self {
        DnsRecord {
            purpose,
            kind: kind.to_owned(),
            name,
            value,
            required: matches!(
                purpose,
                RecordPurpose::Dkim | RecordPurpose::ReturnPathSpf | RecordPurpose::Dmarc
            ),
            found: Vec::new(),
            status: RecordStatus::Unchecked,
            detail: String::new(),
        }
    }

    /// The same with a verdict.
    pub fn judged(mut self, status: RecordStatus, found: Vec<String>, detail: impl Into<String>) -> Self {
        (self.status, self.found, self.detail) = (status, found, detail.into());
        self
    }
}

/// State of a pair of keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// Made, but its record was not seen yet; does not sign.
    Pending,
    /// Signs.
    Active,
    /// Signs no more; its record stays until mail that is on its way has arrived.
    Retiring,
}

impl KeyState {
    /// Stored word.
    pub fn word(self) -> &'static str {
        match self {
            KeyState::Pending => "pending",
            KeyState::Active => "active",
            KeyState::Retiring => "retiring",
        }
    }

    /// From the stored word.
    pub fn of(word: &str) -> Option<Self> {
        [KeyState::Pending, KeyState::Active, KeyState::Retiring].into_iter().find(|s| s.word() == word)
    }
}

/// A key without its private half.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DkimKey {
    /// `s=`.
    pub selector: String,
    /// Number of the pair: RSA and Ed25519 are made and rotated together.
    pub generation: i64,
    /// Its kind.
    pub algorithm: Algorithm,
    /// Text of its DNS record.
    pub record: String,
    /// Its state.
    pub state: KeyState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it and its record may go, if it is retiring.
    pub retire_at: Option<Timestamp>,
}

/// A sender domain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SenderDomain {
    /// Its id.
    pub id: DomainId,
    /// The domain of From addresses.
    pub domain: String,
    /// Domain of the return path.
    pub bounce_host: String,
    /// Host of tracked links.
    pub tracking_host: String,
    /// SPF mechanisms of whoever hands the mail to the world: `mx`, `include:_spf.relay.example`.
    pub spf_mechanisms: String,
    /// True if every required record was right when last looked at.
    pub verified: bool,
    /// When it was last looked at.
    pub checked_at: Option<Timestamp>,
    /// What was found then.
    pub findings: Vec<DnsRecord>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Selector of a key: `sp3` for RSA, `sp3e` for Ed25519 of the third pair.
pub fn selector(generation: i64, algorithm: Algorithm) -> String {
    match algorithm {
        Algorithm::Rsa => format!("sp{generation}"),
        Algorithm::Ed25519 => format!("sp{generation}e"),
    }
}

/// Every record the domain needs. `our_host` is the host under which the world reaches this program.
pub fn wanted_records(domain: &SenderDomain, keys: &[DkimKey], our_host: &str) -> Vec<DnsRecord> {
    use RecordPurpose::*;
    let mut records: Vec<DnsRecord> = keys
        .iter()
        .map(|key| {
            let name = format!("{}._domainkey.{}", key.selector, domain.domain);
            let mut record = DnsRecord::wanted(Dkim, "TXT", name, key.record.clone());
            record.required = key.state == KeyState::Active;
            record
        })
        .collect();
    let spf = format!("v=spf1 {} ~all", domain.spf_mechanisms);
    records.push(DnsRecord::wanted(ReturnPathSpf, "TXT", domain.bounce_host.clone(), spf));
    let (kind, mail_host) = match our_host.parse::<IpAddr>() {
        // An MX can't point to an address; the tracking host has one.
        Ok(IpAddr::V4(_)) => ("A", domain.tracking_host.as_str()),
        Ok(IpAddr::V6(_)) => ("AAAA", domain.tracking_host.as_str()),
        Err(_) => ("CNAME", our_host),
    };
    records.push(DnsRecord::wanted(
        ReturnPathMx,
        "MX",
        domain.bounce_host.clone(),
        format!("10 {mail_host}"),
    ));
    records.push(DnsRecord::wanted(TrackingHost, kind, domain.tracking_host.clone(), our_host.to_owned()));
    records.push(DnsRecord::wanted(
        Dmarc,
        "TXT",
        format!("_dmarc.{}", domain.domain),
        "v=DMARC1; p=none".to_owned(),
    ));
    records
}

/// True if mail with this domain passes what the large mailbox providers ask for: an aligned DKIM
/// signature, an SPF record of the bounce domain, a DMARC record.
pub fn is_verified(findings: &[DnsRecord]) -> bool {
    let good = |r: &DnsRecord| matches!(r.status, RecordStatus::Ok | RecordStatus::Warning);
    let any = |purpose| findings.iter().any(|r| r.purpose == purpose && good(r));
    any(RecordPurpose::Dkim) && any(RecordPurpose::ReturnPathSpf) && any(RecordPurpose::Dmarc)
}

/// The records as a zone file (RFC 1035 5), for people who edit one.
pub fn zone_file(records: &[DnsRecord]) -> String {
    let mut out = String::new();
    for record in records {
        let value = match record.kind.as_str() {
            "TXT" => quoted(&record.value),
            "MX" | "CNAME" => format!("{}.", record.value),
            _ => record.value.clone(),
        };
        out.push_str(&format!("{}. 3600 IN {} {}\n", record.name, record.kind, value));
    }
    out
}

/// A TXT value in strings of at most 255 bytes.
fn quoted(value: &str) -> String {
    let strings: Vec<String> = value
        .as_bytes()
        .chunks(255)
        .map(|part| {
            format!("\"{}\"", String::from_utf8_lossy(part).replace('\\', "\\\\").replace('"', "\\\""))
        })
        .collect();
    match strings.len() {
        1 => strings.concat(),
        _ => format!("( {} )", strings.join(" ")),
    }
}

/// Reads a host name in ASCII; international names in their xn-- form. `None`: not one.
pub fn parse_host(text: &str) -> Option<String> {
    let host = text.trim().trim_end_matches('.').to_ascii_lowercase();
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let good = (4..=240).contains(&host.len()) && host.contains('.') && host.split('.').all(label);
    (good && host.parse::<IpAddr>().is_err()).then_some(host)
}

/// Reads SPF mechanisms without `v=spf1` and `all`. `None`: something that is no mechanism.
pub fn parse_mechanisms(text: &str) -> Option<String> {
    let known = |term: &str| {
        let name = term.split([':', '/']).next().unwrap_or("");
        matches!(name, "a" | "mx" | "ip4" | "ip6" | "include" | "exists")
            && term.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:/%{}".contains(&b))
    };
    let terms: Vec<&str> = text.split_ascii_whitespace().collect();
    (!terms.is_empty() && text.len() <= 400 && terms.iter().all(|t| known(t))).then(|| terms.join(" "))
}
