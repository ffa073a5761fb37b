//! SPF (RFC 7208) as a publisher must see it: one record, right syntax, at most ten look-ups.
//!
//! It does not evaluate a record for an address; receivers do.

use super::dns::{DnsResolver, Unreachable};
use futures_util::future::BoxFuture;

/// Terms that cause a look-up, over all included records (RFC 7208 4.6.4).
pub const LOOKUPS_MAX: u32 = 10;
/// Look-ups that find nothing (RFC 7208 4.6.4).
pub const VOIDS_MAX: u32 = 2;
/// How deep includes are followed; deeper needs more than ten look-ups anyway.
const DEPTH_MAX: u32 = 10;

/// What was found at one name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SpfReport {
    /// The record, if there is exactly one.
    pub record: Option<String>,
    /// Records found; more than one is a permanent error.
    pub records: usize,
    /// Look-ups an evaluation needs at most.
    pub lookups: u32,
    /// Of these, how many find nothing.
    pub voids: u32,
    /// What is wrong, in sentences.
    pub errors: Vec<String>,
}

impl SpfReport {
    /// True if receivers can evaluate the record.
    pub fn is_valid(&self) -> bool {
        self.record.is_some() && self.errors.is_empty()
    }

    /// True if every mechanism of `wanted` stands in the record, directly.
    pub fn has_mechanisms_of(&self, wanted: &str) -> bool {
        let Some(record) = &self.record else { return false };
        let have: Vec<String> = terms(record).map(normal).collect();
        terms(wanted).map(normal).filter(|t| !t.ends_with("all")).all(|term| have.contains(&term))
    }
}

fn terms(record: &str) -> impl Iterator<Item = &str> {
    record.split_ascii_whitespace().skip(1)
}

fn normal(term: &str) -> String {
    term.trim_start_matches('+').to_ascii_lowercase()
}

/// Looks at the SPF record of a name and at everything it includes.
pub async fn inspect(dns: &dyn DnsResolver, name: &str) -> Result<SpfReport, Unreachable> {
    let mut report = SpfReport::default();
    let found = find(dns, name).await?;
    report.records = found.len();
    match found.as_slice() {
        [] => {}
        [one] => {
            report.record = Some(one.clone());
            walk(dns, name.to_owned(), one.clone(), 0, &mut report).await?;
        }
        _ => report
            .errors
            .push("There is more than one SPF record; receivers then take none. Merge them into one.".into()),
    }
    if report.lookups > LOOKUPS_MAX {
        let n = report.lookups;
        report.errors.push(format!("The record needs {n} look-ups; receivers stop at {LOOKUPS_MAX}. Remove includes that are not needed."));
    }
    if report.voids > VOIDS_MAX {
        let n = report.voids;
        report
            .errors
            .push(format!("{n} names in the record do not exist; receivers stop after {VOIDS_MAX}."));
    }
    Ok(report)
}

async fn find(dns: &dyn DnsResolver, name: &str) -> Result<Vec<String>, Unreachable> {
    let is_spf = |text: &String| {
        let start = text.get(..6).unwrap_or("");
        start.eq_ignore_ascii_case("v=spf1") && matches!(text.as_bytes().get(6), None | Some(b' '))
    };
    Ok(dns.txt(name).await?.into_iter().filter(is_spf).collect())
}

fn walk<'a>(
    dns: &'a dyn DnsResolver,
    name: String,
    record: String,
    depth: u32,
    report: &'a mut SpfReport,
) -> BoxFuture<'a, Result<(), Unreachable>> {
    Box::pin(async move {
        for term in terms(&record) {
            if report.lookups > LOOKUPS_MAX || depth > DEPTH_MAX {
                return Ok(());
            }
            step(dns, &name, term, depth, report).await?;
        }
        Ok(())
    })
}

async fn step(
    dns: &dyn DnsResolver,
    name: &str,
    term: &str,
    depth: u32,
    report: &mut SpfReport,
) -> Result<(), Unreachable> {
    let term = term.trim_start_matches(['+', '-', '~', '?']).to_ascii_lowercase();
    let (mechanism, target) = term.split_once([':', '=']).unwrap_or((&term, name));
    let target = target.split('/').next().unwrap_or(target).to_owned();
    let mechanism = mechanism.split('/').next().unwrap_or(mechanism);
    match mechanism {
        "all" | "exp" => {}
        "ip4" | "ip6" => check_address(&term, report),
        "a" | "exists" => {
            report.lookups += 1;
            // Macros depend on the message; what they lead to can't be looked up beforehand.
            if !target.contains('%') && dns.addresses(&target).await?.is_empty() {
                report.voids += 1;
            }
        }
        "mx" => {
            report.lookups += 1;
            report.voids += u32::from(dns.mx(&target).await?.is_empty());
        }
        "ptr" => {
            report.lookups += 1;
            report.errors.push("The mechanism `ptr` is slow and must not be used (RFC 7208 5.5).".into());
        }
        "include" | "redirect" => follow(dns, &target, depth, report).await?,
        _ => report.errors.push(format!("`{term}` is no SPF term.")),
    }
    Ok(())
}

async fn follow(
    dns: &dyn DnsResolver,
    target: &str,
    depth: u32,
    report: &mut SpfReport,
) -> Result<(), Unreachable> {
    report.lookups += 1;
    if target.contains('%') {
        return Ok(());
    }
    match find(dns, target).await?.as_slice() {
        [] => {
            report.voids += 1;
            report.errors.push(format!("{target} is included but has no SPF record."));
        }
        [one] => walk(dns, target.to_owned(), one.clone(), depth + 1, report).await?,
        _ => report.errors.push(format!("{target} is included and has more than one SPF record.")),
    }
    Ok(())
}

fn check_address(term: &str, report: &mut SpfReport) {
    let text = term.split_once(':').map_or("", |(_, t)| t);
    let (address, length) = text.split_once('/').map_or((text, None), |(a, l)| (a, Some(l)));
    let bits = match address.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(_)) if term.starts_with("ip4") => 32,
        Ok(std::net::IpAddr::V6(_)) if term.starts_with("ip6") => 128,
        _ => return report.errors.push(format!("`{term}` has no address of its kind.")),
    };
    if length.is_some_and(|l| l.parse::<u8>().map_or(true, |n| n > bits)) {
        report.errors.push(format!("`{term}` has a network length that does not exist."));
    }
}
