//! What `campaign run`, `resume` and `status` answer.

use super::super::Outcome;
use automation::campaigns::{self, Campaign, State};
use automation::reports::Report;
use kernel::Result;
use kernel::ids::CampaignId;
use messaging::outbox::ledger;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::Scoped;

/// A campaign with its sums, as one object.
pub async fn describe(store: &Scoped, id: CampaignId) -> Result<Value> {
    let (campaign, report, hold) = store
        .read(move |tx| {
            let campaign = campaigns::sql::get(tx, id)?;
            let send = ledger::find_send(tx, id)?;
            let hold = send.as_ref().and_then(|s| s.hold_reason.clone());
            let report = send.map(|_| automation::reports::report(tx, id, &[])).transpose()?;
            Ok((campaign, report, hold))
        })
        .await?;
    let now = store.db().now();
    Ok(match report {
        Some(report) => with_sums(&campaign, &report, hold, now),
        None => json!({ "campaign": campaign.id, "name": campaign.name, "state": campaign.state }),
    })
}

fn with_sums(campaign: &Campaign, report: &Report, hold: Option<String>, now: kernel::Timestamp) -> Value {
    let s = &report.sums;
    let seconds = report.finished_at.unwrap_or(now).since(report.launched_at).max(1) as f64 / 1_000.0;
    let done = s.accepted + s.failed + s.unknown;
    let reasons: BTreeMap<&str, u64> =
        report.decisions.iter().map(|c| (c.reason.as_str(), c.count)).collect();
    let failures: BTreeMap<&str, u64> =
        report.failures.iter().map(|c| (c.reason.as_str(), c.count)).collect();
    let mut value = json!({
        "campaign": campaign.id, "name": campaign.name, "state": campaign.state, "audience": s.audience,
        "accepted": s.accepted, "deferred": s.deferred, "failed": s.failed, "suppressed": s.suppressed,
        "unknown": s.unknown, "open": s.open, "seconds": seconds, "per_second": done as f64 / seconds,
        "reasons": reasons, "failures": failures,
    });
    if let Some(hold) = hold {
        value["hold_reason"] = hold.into();
    }
    value
}

/// The object as lines for people. Exit code 0 if the campaign went as it should.
pub fn outcome(value: Value) -> Outcome {
    let mut lines = vec![format!("{} {}", text(&value["campaign"]), text(&value["state"]))];
    for (name, meaning) in [
        ("audience", "recipients, frozen at launch"),
        ("accepted", "taken by the relay"),
        ("deferred", "refused for now, tried again"),
        ("failed", "refused for good"),
        ("suppressed", "not sent, by decision"),
        ("unknown", "handed over, no reply seen"),
        ("open", "still to come"),
    ] {
        if let Some(n) = value[name].as_i64() {
            lines.push(format!("{n:>10}  {name:<11} {meaning}"));
        }
    }
    for (name, count) in value["reasons"].as_object().into_iter().flatten() {
        lines.push(format!("{count:>10}    {name}"));
    }
    if let Some(hold) = value["hold_reason"].as_str() {
        lines.push(format!("Held: {hold}"));
    }
    if let (Some(seconds), Some(rate)) = (value["seconds"].as_f64(), value["per_second"].as_f64()) {
        lines.push(format!("{seconds:.1} seconds, {rate:.0} a second"));
    }
    Outcome::done(value, lines.join("\n"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// True if a campaign of this state can go on.
pub fn can_run(state: State) -> bool {
    matches!(state, State::Running | State::Paused)
}
