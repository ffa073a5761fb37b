//! What is wrong in a store and wants somebody's eye.

use automation::activity::{Kind, Slots};
use automation::campaigns::State;
use automation::campaigns::brief::{self, CampaignBrief, Filter};
use kernel::{Result, Timestamp};
use messaging::outbox::ledger;
use messaging::{domains, relays};
use serde::Serialize;
use store::Tx;
use store::queue::JobRow;
use utoipa::ToSchema;

/// Span over which bounces and complaints are looked at.
const RATES_SPAN_MS: i64 = 7 * 24 * 3_600_000;
/// Fewer messages say nothing about rates.
const RATES_SENT_MIN: i64 = 500;
/// A scheduled campaign that is later than this was not launched.
const LATE_MS: i64 = 120_000;
/// Most campaigns and jobs named.
const NAMED_MAX: usize = 5;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AlertLevel {
    /// Something does not work.
    Error,
    /// Something will not work, or harms.
    Warning,
    /// Good to know.
    Info,
}

/// Something that wants somebody's eye.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Alert {
    level: AlertLevel,
    /// Stable word: `sending_locked`, `postal_address`, `domain_records`, `relay_test`, `campaign_held`,
    /// `campaign_late`, `complaints`, `bounces`, `job_failed`, `sandbox`.
    code: &'static str,
    /// A sentence.
    message: String,
    /// Id of what it is about.
    object: Option<String>,
    /// Its name.
    name: Option<String>,
}

impl Alert {
    fn new(level: AlertLevel, code: &'static str, message: impl Into<String>) -> Self {
        Alert { level, code, message: message.into(), object: None, name: None }
    }

    fn of(mut self, object: impl ToString, name: &str) -> Self {
        (self.object, self.name) = (Some(object.to_string()), Some(name.to_owned()));
        self
    }
}

/// Everything that is wrong now, worst first.
pub(super) fn find(tx: &mut Tx<'_>, recent: &Slots, failed: &[JobRow]) -> Result<Vec<Alert>> {
    let mut alerts = of_store(tx)?;
    alerts.extend(of_domains_and_relays(tx)?);
    alerts.extend(of_campaigns(tx)?);
    alerts.extend(of_rates(recent, tx.now()));
    alerts.extend(failed.iter().take(NAMED_MAX).map(|job| {
        let why = job.error.as_deref().unwrap_or("no reason was given");
        Alert::new(AlertLevel::Warning, "job_failed", format!("A background job failed: {why}"))
            .of(job.id, &job.kind)
    }));
    alerts.sort_by_key(|alert| alert.level);
    Ok(alerts)
}

/// From when on counts are needed for [`find`].
pub(super) fn rates_since(now: Timestamp) -> Timestamp {
    now.plus_ms(-RATES_SPAN_MS)
}

fn of_store(tx: &mut Tx<'_>) -> Result<Vec<Alert>> {
    let mut alerts = Vec::new();
    if tenancy::installation::sending_locked(&mut tx.system())?.is_some() {
        let message = "Sending is locked since a restore; `smartpush unlock` allows it again.";
        alerts.push(Alert::new(AlertLevel::Error, "sending_locked", message));
    }
    if tenancy::stores::get_in(tx)?.settings.postal_address.is_none() {
        let message = "Marketing mail must tell a postal address, and the store has none.";
        alerts.push(Alert::new(AlertLevel::Warning, "postal_address", message));
    }
    Ok(alerts)
}

fn of_domains_and_relays(tx: &mut Tx<'_>) -> Result<Vec<Alert>> {
    let mut alerts = Vec::new();
    for domain in domains::list_domains(tx)?.iter().filter(|d| d.checked_at.is_some() && !d.verified) {
        let message = format!("Not all DNS records of {} are right.", domain.domain);
        let alert = Alert::new(AlertLevel::Warning, "domain_records", message);
        alerts.push(alert.of(domain.id, &domain.domain));
    }
    let relays = relays::list_health(tx)?;
    if !relays.iter().any(|r| r.preferred && !r.sandbox) {
        let message = "Messages are captured in the sandbox unless a campaign names a relay; none leaves.";
        alerts.push(Alert::new(AlertLevel::Info, "sandbox", message));
    }
    for relay in relays.iter().filter(|r| r.passed == Some(false)) {
        let message = format!("The last test of the relay {} failed.", relay.name);
        alerts.push(Alert::new(AlertLevel::Error, "relay_test", message).of(relay.id, &relay.name));
    }
    Ok(alerts)
}

fn of_campaigns(tx: &mut Tx<'_>) -> Result<Vec<Alert>> {
    let mut alerts = Vec::new();
    for campaign in in_states(tx, vec![State::Paused])? {
        let send = ledger::find_send(tx, campaign.id)?;
        if let Some(reason) = send.and_then(|s| s.hold_reason) {
            let message = format!("The campaign {} was held: {reason}", campaign.name);
            let alert = Alert::new(AlertLevel::Error, "campaign_held", message);
            alerts.push(alert.of(campaign.id, &campaign.name));
        }
    }
    let late = tx.now().plus_ms(-LATE_MS);
    for campaign in in_states(tx, vec![State::Scheduled])? {
        if campaign.scheduled_at.is_some_and(|at| at < late) {
            let message =
                format!("The campaign {} was not launched at its time; its plan says why.", campaign.name);
            let alert = Alert::new(AlertLevel::Error, "campaign_late", message);
            alerts.push(alert.of(campaign.id, &campaign.name));
        }
    }
    Ok(alerts)
}

/// Campaigns in some states, newest first.
fn in_states(tx: &mut Tx<'_>, states: Vec<State>) -> Result<Vec<CampaignBrief>> {
    let filter = Filter { states, ..Filter::default() };
    Ok(brief::list(tx, &filter, i64::MAX, NAMED_MAX)?.0)
}

/// Limits in thousandths of what was sent: from which on it is a warning, and from which on an error.
/// Mailbox providers name 0.1 % and 0.3 % for complaints; for bounces 2 % and 5 % are the usual limits.
const RATES: &[(Kind, &str, &str, i64, i64)] = &[
    (Kind::Complained, "complaints", "reported as spam", 1, 3),
    (Kind::Bounced, "bounces", "bounced", 20, 50),
];

fn of_rates(recent: &Slots, now: Timestamp) -> Vec<Alert> {
    let (from, to) = (rates_since(now), now.plus_ms(automation::activity::model::SLOT_MS));
    let sent = recent.sum(Kind::Sent, from, to);
    let alert = |&(kind, code, verb, warning, error): &(Kind, &'static str, &'static str, i64, i64)| {
        let n = recent.sum(kind, from, to);
        let level = match n * 1_000 {
            rate if rate >= error * sent => AlertLevel::Error,
            rate if rate >= warning * sent => AlertLevel::Warning,
            _ => return None,
        };
        let message = format!("Of {sent} messages of the last seven days, {n} were {verb}.");
        Some(Alert::new(level, code, message))
    };
    if sent < RATES_SENT_MIN { Vec::new() } else { RATES.iter().filter_map(alert).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sent: u64, complained: u64, bounced: u64, expected: &[(&str, AlertLevel)]) {
        let now = Timestamp(RATES_SPAN_MS * 3);
        let mut slots = Slots::default();
        for (kind, n) in [(Kind::Sent, sent), (Kind::Complained, complained), (Kind::Bounced, bounced)] {
            slots.count(kind, now.plus_ms(-1_000), n);
        }
        let found: Vec<_> = of_rates(&slots, now).iter().map(|a| (a.code, a.level)).collect();
        assert_eq!(found, expected, "{sent} {complained} {bounced}");
    }

    #[test]
    fn too_many_complaints_and_bounces_are_told_once_enough_was_sent() {
        check(499, 499, 499, &[]);
        check(1_000, 0, 19, &[]);
        check(1_000, 1, 20, &[("complaints", AlertLevel::Warning), ("bounces", AlertLevel::Warning)]);
        check(1_000, 3, 50, &[("complaints", AlertLevel::Error), ("bounces", AlertLevel::Error)]);
    }
}
