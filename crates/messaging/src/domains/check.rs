//! Looking for the records of a domain in DNS.

use super::dmarc;
use super::dns::{DnsResolver, Unreachable};
use super::model::{DnsRecord, RecordPurpose, RecordStatus, SenderDomain};
use super::spf;

/// Looks for every record; the answer has the same records with verdicts.
pub async fn check(dns: &dyn DnsResolver, domain: &SenderDomain, wanted: Vec<DnsRecord>) -> Vec<DnsRecord> {
    let mut judged = Vec::with_capacity(wanted.len());
    for record in wanted {
        let unknown = record.clone();
        let verdict = match record.purpose {
            RecordPurpose::Dkim => check_dkim(dns, record).await,
            RecordPurpose::ReturnPathSpf => check_spf(dns, record).await,
            RecordPurpose::ReturnPathMx => check_mx(dns, record).await,
            RecordPurpose::TrackingHost => check_host(dns, record).await,
            RecordPurpose::Dmarc => check_dmarc(dns, domain, record).await,
        };
        judged.push(verdict.unwrap_or_else(|Unreachable| {
            unknown.judged(
                RecordStatus::Unknown,
                Vec::new(),
                "DNS did not answer; try again in a few minutes.",
            )
        }));
    }
    judged
}

fn p_of(record: &str) -> Option<String> {
    record.split(';').find_map(|tag| {
        let (name, value) = tag.split_once('=')?;
        (name.trim() == "p").then(|| value.chars().filter(|c| !c.is_whitespace()).collect())
    })
}

async fn check_dkim(dns: &dyn DnsResolver, record: DnsRecord) -> Result<DnsRecord, Unreachable> {
    let found = dns.txt(&record.name).await?;
    let keys: Vec<&String> = found.iter().filter(|t| p_of(t).is_some()).collect();
    let ours = p_of(&record.value);
    let (status, detail) = match keys.as_slice() {
        [] if found.is_empty() => (RecordStatus::Missing, "Publish this record."),
        [one] if p_of(one) == ours => (RecordStatus::Ok, ""),
        [one] if p_of(one).as_deref() == Some("") => {
            (RecordStatus::Wrong, "The key was revoked; publish the value shown.")
        }
        [_] => (RecordStatus::Wrong, "Another key is published at this name; replace it by the value shown."),
        [] => (RecordStatus::Wrong, "What is published here is no key; replace it by the value shown."),
        _ => (RecordStatus::Wrong, "Several keys are published at this name; keep only the value shown."),
    };
    Ok(record.judged(status, found, detail))
}

async fn check_spf(dns: &dyn DnsResolver, record: DnsRecord) -> Result<DnsRecord, Unreachable> {
    let report = spf::inspect(dns, &record.name).await?;
    let found: Vec<String> = report.record.iter().cloned().collect();
    let verdict = match (report.records, report.errors.first()) {
        (0, _) => (RecordStatus::Missing, "Publish this record.".to_owned()),
        (_, Some(error)) => (RecordStatus::Wrong, error.clone()),
        _ if !report.has_mechanisms_of(&record.value) => (
            RecordStatus::Wrong,
            "The record does not allow our senders; add the mechanisms shown.".to_owned(),
        ),
        _ => (RecordStatus::Ok, String::new()),
    };
    Ok(record.judged(verdict.0, found, verdict.1))
}

async fn check_mx(dns: &dyn DnsResolver, record: DnsRecord) -> Result<DnsRecord, Unreachable> {
    let hosts = dns.mx(&record.name).await?;
    let found = hosts.iter().map(|(preference, host)| format!("{preference} {host}")).collect();
    let wanted = record.value.split_once(' ').map_or("", |(_, host)| host);
    let (status, detail) = match hosts.as_slice() {
        [] => (RecordStatus::Missing, "Publish this record, or bounces are lost."),
        _ if hosts.iter().all(|(_, host)| host == wanted) => (RecordStatus::Ok, ""),
        _ if hosts.iter().any(|(_, host)| host == wanted) => {
            (RecordStatus::Warning, "Some bounces go to other hosts and are not counted.")
        }
        _ => (RecordStatus::Wrong, "Bounces go elsewhere and are not counted."),
    };
    Ok(record.judged(status, found, detail))
}

async fn check_host(dns: &dyn DnsResolver, record: DnsRecord) -> Result<DnsRecord, Unreachable> {
    let alias = dns.cname(&record.name).await?;
    if alias.first().is_some_and(|a| *a == record.value) {
        return Ok(record.judged(RecordStatus::Ok, alias, ""));
    }
    let addresses = dns.addresses(&record.name).await?;
    let ours = match record.value.parse() {
        Ok(address) => vec![address],
        Err(_) => dns.addresses(&record.value).await?,
    };
    let found = alias.into_iter().chain(addresses.iter().map(ToString::to_string)).collect::<Vec<_>>();
    let (status, detail) = match () {
        () if found.is_empty() => {
            (RecordStatus::Missing, "Publish this record, or tracked links do not open.")
        }
        () if addresses.iter().any(|a| ours.contains(a)) => (RecordStatus::Ok, ""),
        () => (RecordStatus::Wrong, "The name leads elsewhere; tracked links do not open."),
    };
    Ok(record.judged(status, found, detail))
}

async fn check_dmarc(
    dns: &dyn DnsResolver,
    domain: &SenderDomain,
    record: DnsRecord,
) -> Result<DnsRecord, Unreachable> {
    let Some(found) = dmarc::find(dns, &domain.domain).await? else {
        return Ok(record.judged(RecordStatus::Missing, Vec::new(), "Publish this record."));
    };
    let organisation = &found.domain;
    let shown = vec![found.record.clone()];
    // We sign with the From domain itself, so DKIM is always aligned.
    if !dmarc::is_aligned(&domain.domain, &domain.bounce_host, organisation, found.strict_spf) {
        let detail = "The bounce domain is not aligned with the From domain; SPF alone will not pass DMARC.";
        return Ok(record.judged(RecordStatus::Warning, shown, detail));
    }
    let (status, detail) = match (found.warnings.first(), found.testing) {
        (Some(warning), _) => (RecordStatus::Warning, warning.clone()),
        (None, true) => (RecordStatus::Warning, "The tag t=y tells receivers to test only.".to_owned()),
        (None, false) => (RecordStatus::Ok, String::new()),
    };
    Ok(record.judged(status, shown, detail))
}
