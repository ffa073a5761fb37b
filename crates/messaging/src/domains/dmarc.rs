//! DMARC (RFC 9989): the record that applies to a From domain, and alignment.
//!
//! The record is found by walking up the labels, at most eight queries. Tags that RFC 9989 removed
//! (`pct`, `rf`, `ri`) are never written and are pointed out where they stand.

use super::dns::{DnsResolver, Unreachable};

/// Names asked at most (RFC 9989 4.10).
const QUERIES_MAX: usize = 8;

/// What receivers are asked to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Policy {
    /// Nothing; report only.
    None,
    /// Put aside.
    Quarantine,
    /// Refuse.
    Reject,
}

/// A DMARC record as read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dmarc {
    /// Where it was found.
    pub domain: String,
    /// The record.
    pub record: String,
    /// `p=`; a record without a readable one counts as none.
    pub policy: Policy,
    /// `t=y`: receivers only test the policy.
    pub testing: bool,
    /// `aspf=s`: the bounce domain must be the From domain itself.
    pub strict_spf: bool,
    /// `adkim=s`: the signing domain must be the From domain itself.
    pub strict_dkim: bool,
    /// What should be mended, in sentences.
    pub warnings: Vec<String>,
}

/// Finds the record for a From domain. `None`: there is none on any level.
pub async fn find(dns: &dyn DnsResolver, from_domain: &str) -> Result<Option<Dmarc>, Unreachable> {
    for domain in walk(from_domain) {
        let name = format!("_dmarc.{domain}");
        let records: Vec<String> = dns.txt(&name).await?.into_iter().filter(|t| is_dmarc(t)).collect();
        match records.as_slice() {
            [] => {}
            [one] => return Ok(Some(parse(domain, one))),
            // RFC 9989 4.10: several records at one name are as good as none.
            _ => {
                let mut several = parse(domain, &records[0]);
                several.policy = Policy::None;
                several
                    .warnings
                    .push("There is more than one DMARC record; receivers then take none. Keep one.".into());
                return Ok(Some(several));
            }
        }
    }
    Ok(None)
}

/// The names asked: the domain, then its parents, long names cut to their last seven labels first.
fn walk(from_domain: &str) -> Vec<&str> {
    let mut names = vec![from_domain];
    let mut rest = from_domain;
    while let Some((_, parent)) = rest.split_once('.') {
        rest = parent;
        if parent.split('.').count() < QUERIES_MAX && parent.contains('.') {
            names.push(parent);
        }
    }
    names.truncate(QUERIES_MAX);
    names
}

fn is_dmarc(text: &str) -> bool {
    let mut parts = text.splitn(2, ';');
    parts.next().is_some_and(|v| {
        v.split_once('=').is_some_and(|(k, v)| k.trim().eq_ignore_ascii_case("v") && v.trim() == "DMARC1")
    })
}

fn parse(domain: &str, record: &str) -> Dmarc {
    let mut dmarc = Dmarc {
        domain: domain.to_owned(),
        record: record.to_owned(),
        policy: Policy::None,
        testing: false,
        strict_spf: false,
        strict_dkim: false,
        warnings: Vec::new(),
    };
    for tag in record.split(';').filter(|t| !t.trim().is_empty()) {
        let (name, value) = tag.split_once('=').unwrap_or((tag, ""));
        apply(&mut dmarc, &name.trim().to_ascii_lowercase(), value.trim());
    }
    dmarc
}

fn apply(dmarc: &mut Dmarc, name: &str, value: &str) {
    let value = value.to_ascii_lowercase();
    match name {
        "p" => match value.as_str() {
            "none" => {}
            "quarantine" => dmarc.policy = Policy::Quarantine,
            "reject" => dmarc.policy = Policy::Reject,
            _ => dmarc.warnings.push("The tag p is none, quarantine or reject.".into()),
        },
        "t" => dmarc.testing = value == "y",
        "aspf" => dmarc.strict_spf = value == "s",
        "adkim" => dmarc.strict_dkim = value == "s",
        "pct" | "rf" | "ri" => {
            dmarc
                .warnings
                .push(format!("The tag {name} was removed from the standard (RFC 9989); take it out."));
        }
        "v" | "sp" | "np" | "psd" | "rua" | "ruf" | "fo" => {}
        other => dmarc.warnings.push(format!("The tag {other} is not known.")),
    }
}

/// True if `other` (bounce domain or `d=`) is aligned with the From domain: the same, or for relaxed
/// alignment of the same organisation, whose name is the one that carries the DMARC record.
pub fn is_aligned(from_domain: &str, other: &str, organisation: &str, strict: bool) -> bool {
    let within = |name: &str| name == organisation || name.ends_with(&format!(".{organisation}"));
    from_domain == other || (!strict && within(from_domain) && within(other))
}
