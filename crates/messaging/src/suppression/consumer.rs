//! Reading forward: what relays refused at once, who is evidently alive, who was erased.

use super::model::{BounceReport, Reaction};
use super::react::react;
use super::sql;
use crate::channels::email::replies::{BounceClass, Person};
use crate::outbox::journal::ReplyCode;
use crate::outbox::ledger::SETTLED;
use crate::outbox::{ChunkOutcome, Fate};
use crate::tracking::model::{CLICKED, OPENED, is_human};
use audience::contacts::ERASED;
use kernel::ids::CampaignId;
use kernel::{OrFault, Result};
use roaring::RoaringBitmap;
use store::{Consumer, Event, Tx, params};

/// Consumer of settled chunks, opens and clicks.
pub struct Reactions;

impl Consumer for Reactions {
    fn name(&self) -> &'static str {
        "suppression.reactions"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[SETTLED, OPENED, CLICKED, ERASED]
    }

    fn handle(&self, tx: &mut Tx<'_>, events: &[Event]) -> Result<()> {
        let mut streaks = list_streaks(tx)?;
        for event in events {
            match event.kind.as_str() {
                SETTLED => settled(tx, event, &mut streaks)?,
                ERASED => erased(tx, event)?,
                _ => reached(tx, event, &streaks)?,
            }
        }
        Ok(())
    }
}

fn list_streaks(tx: &mut Tx<'_>) -> Result<RoaringBitmap> {
    let rows = tx.query(&sql::LIST_STREAK_ORDINALS, params![])?;
    rows.iter().map(|row| row.int(0).map(|o| o as u32)).collect()
}

fn settled(tx: &mut Tx<'_>, event: &Event, streaks: &mut RoaringBitmap) -> Result<()> {
    let campaign = CampaignId(event.campaign.unwrap_or(0));
    let outcome = ChunkOutcome::decode(&event.body)?;
    let taken = outcome.accepted() & &*streaks;
    if !taken.is_empty() {
        let ordinals: Vec<i64> = taken.iter().map(i64::from).collect();
        tx.execute(&sql::SET_CLEAN, params![ordinals, campaign, event.at])?;
    }
    for (fate, members) in &outcome.groups {
        let Fate::Failed(code) = fate else { continue };
        let report = report_of(*code);
        if report.person() == Person::None {
            continue;
        }
        for ordinal in members {
            react(tx, ordinal, campaign, Reaction::Refused(report))?;
        }
        *streaks |= members;
    }
    Ok(())
}

/// A chunk's outcome has the class that the reply was given; what fails there fails for good, but a
/// message that was tried too long says nothing certain about the mailbox.
fn report_of(code: ReplyCode) -> BounceReport {
    let transient = code.basic / 100 == 4 || code.enhanced[0] == 4;
    BounceReport {
        class: BounceClass::of_number(code.class),
        permanent: !transient,
        basic: code.basic,
        enhanced: code.enhanced,
        strong: true,
    }
}

fn reached(tx: &mut Tx<'_>, event: &Event, streaks: &RoaringBitmap) -> Result<()> {
    let Some(ordinal) = event.ordinal.filter(|o| streaks.contains(*o) && is_human(&event.body)) else {
        return Ok(());
    };
    react(tx, ordinal, CampaignId(0), Reaction::Reached).map(drop)
}

fn erased(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let members = RoaringBitmap::deserialize_from(&event.body[..]).or_fault("read a bitmap")?;
    let ordinals: Vec<i64> = members.iter().map(i64::from).collect();
    tx.execute(&sql::DELETE_STREAKS, params![ordinals.clone()])?;
    tx.execute(&sql::DELETE_MARKS, params![ordinals])?;
    Ok(())
}
