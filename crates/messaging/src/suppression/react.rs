//! One function that puts a reaction into effect, inside the caller's transaction.

use super::jobs;
use super::model::{
    BOUNCED, BounceReport, COMPLAINED, EXPLAINED, Effect, LeavingReason, Reaction, Streak, UNSUBSCRIBED,
};
use super::sql;
use crate::channels::email::replies::{BounceClass, Person};
use audience::consent::change::{suppress, unsubscribe};
use audience::consent::model::Grounds;
use audience::consent::{Channel, ConsentSource, Suppression};
use kernel::Result;
use kernel::ids::CampaignId;
use store::{NewEvent, Tx, params};

const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// Puts a reaction of one contact to one message into effect: ledger, flags, events (P-051). A report
/// that was known before changes nothing. `campaign` is 0 for messages without one.
pub fn react(tx: &mut Tx<'_>, ordinal: u32, campaign: CampaignId, reaction: Reaction) -> Result<Effect> {
    match reaction {
        Reaction::Reached => forget(tx, ordinal),
        Reaction::Refused(report) => bounce(tx, ordinal, campaign, report),
        Reaction::Bounced(report) => {
            if !note(tx, ordinal, campaign, BOUNCED, report.encode())? {
                return Ok(Effect::default());
            }
            Ok(Effect { noted: true, ..bounce(tx, ordinal, campaign, report)? })
        }
        Reaction::Complained => {
            let noted = note(tx, ordinal, campaign, COMPLAINED, Vec::new())?;
            let grounds = grounds(tx, ConsentSource::Feedback, "contact");
            Ok(Effect {
                noted,
                unsubscribed: unsubscribe(tx, ordinal, Channel::Email, &grounds)?,
                suppressed: suppress(tx, ordinal, Channel::Email, Suppression::Complained, &grounds)?,
            })
        }
        Reaction::Unsubscribed(source) => {
            let grounds = grounds(tx, source, "contact");
            // She may have come back since an earlier unsubscribe: the ledger is asked, not the mark.
            let unsubscribed = unsubscribe(tx, ordinal, Channel::Email, &grounds)?;
            let noted = note(tx, ordinal, campaign, UNSUBSCRIBED, vec![source.number()])?;
            Ok(Effect { noted, unsubscribed, suppressed: false })
        }
    }
}

/// Notes why somebody left, once a message. Nothing follows from it; reports show it.
pub fn explain(tx: &mut Tx<'_>, ordinal: u32, campaign: CampaignId, reason: LeavingReason) -> Result<bool> {
    note(tx, ordinal, campaign, EXPLAINED, vec![reason as u8])
}

fn grounds(tx: &Tx<'_>, source: ConsentSource, actor: &str) -> Grounds {
    Grounds {
        source,
        wording: String::new(),
        wording_version: String::new(),
        at: tx.now(),
        actor: actor.to_owned(),
        import: None,
    }
}

/// Appends the event unless the same report about the same message was taken in before.
fn note(
    tx: &mut Tx<'_>,
    ordinal: u32,
    campaign: CampaignId,
    kind: &'static str,
    body: Vec<u8>,
) -> Result<bool> {
    let number: i64 = match kind {
        BOUNCED => 1,
        COMPLAINED => 2,
        EXPLAINED => 4,
        _ => 3,
    };
    let now = tx.now();
    if tx.execute(&sql::PUT_MARK, params![campaign, ordinal, number, now])? == 0 {
        return Ok(false);
    }
    let campaign = Some(campaign.0).filter(|id| *id != 0);
    tx.append(vec![NewEvent { at: now, kind, ordinal: Some(ordinal), campaign, body }])?;
    Ok(true)
}

fn bounce(tx: &mut Tx<'_>, ordinal: u32, campaign: CampaignId, report: BounceReport) -> Result<Effect> {
    let suppressed = match report.person() {
        Person::None => false,
        Person::Suppress => raise(tx, ordinal)?,
        Person::Soft => soft(tx, ordinal, campaign, report.class)?,
    };
    Ok(Effect { suppressed, ..Effect::default() })
}

fn raise(tx: &mut Tx<'_>, ordinal: u32) -> Result<bool> {
    let grounds = grounds(tx, ConsentSource::Feedback, "system");
    suppress(tx, ordinal, Channel::Email, Suppression::Bounced, &grounds)
}

fn soft(tx: &mut Tx<'_>, ordinal: u32, campaign: CampaignId, class: BounceClass) -> Result<bool> {
    let Some(rule) = class.soft_rule() else { return Ok(false) };
    let number = i64::from(class.number());
    let (streak, is_over) = Streak::with(find(tx, ordinal, number)?, campaign.0, tx.now(), rule);
    if !is_over {
        let row =
            params![ordinal, number, streak.proofs, streak.first_at, streak.last_at, streak.last_campaign];
        tx.execute(&sql::PUT_STREAK, row)?;
        return Ok(false);
    }
    tx.execute(&sql::DELETE_STREAKS, params![vec![i64::from(ordinal)]])?;
    let raised = raise(tx, ordinal)?;
    if let Some(days) = rule.suppress_days.filter(|_| raised) {
        let at = tx.now();
        jobs::enqueue(tx, ordinal, at, at.plus_ms(i64::from(days) * DAY_MS))?;
    }
    Ok(raised)
}

fn find(tx: &mut Tx<'_>, ordinal: u32, class: i64) -> Result<Option<Streak>> {
    let Some(row) = tx.query_opt(&sql::FIND_STREAK, params![ordinal, class])? else { return Ok(None) };
    Ok(Some(Streak {
        proofs: row.int(0)? as u32,
        first_at: row.time(1)?,
        last_at: row.time(2)?,
        last_campaign: row.int(3)?,
        clean: row.opt_int(4)?.zip(row.opt_time(5)?),
    }))
}

fn forget(tx: &mut Tx<'_>, ordinal: u32) -> Result<Effect> {
    tx.execute(&sql::DELETE_STREAKS, params![vec![i64::from(ordinal)]])?;
    Ok(Effect::default())
}
