//! Statements of reports, and a report put together from them.

use super::model::{Cause, HOUR_MS, HOURS_SHOWN, Hour, Kind, Link, Report, Tally};
use kernel::ids::CampaignId;
use kernel::{OrFault, Problem, Result, Timestamp};
use messaging::channels::email::replies::BounceClass;
use messaging::gate::Reason;
use messaging::outbox::{ChunkOutcome, Fate, SendState, ledger};
use roaring::RoaringBitmap;
use std::collections::BTreeMap;
use store::{Tx, params, statements};

statements! {
    /// When a campaign was launched.
    FIND_LAUNCH = "SELECT started_at FROM sends WHERE store_id = $1 AND id = $2";
    /// Adds to an hour.
    ADD_HOUR = "INSERT INTO report_hours (store_id, campaign_id, kind, hour, happened) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (store_id, campaign_id, kind, hour) DO UPDATE SET happened = report_hours.happened + excluded.happened";
    /// The hours of a campaign.
    LIST_HOURS = "SELECT kind, hour, happened FROM report_hours WHERE store_id = $1 AND campaign_id = $2 AND hour < $3";
    /// People of one kind and link.
    FIND_PEOPLE = "SELECT happened, people FROM report_people
        WHERE store_id = $1 AND campaign_id = $2 AND kind = $3 AND link = $4";
    /// Writes people of one kind and link.
    PUT_PEOPLE = "INSERT INTO report_people (store_id, campaign_id, kind, link, happened, people, people_count)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (store_id, campaign_id, kind, link)
        DO UPDATE SET happened = excluded.happened, people = excluded.people, people_count = excluded.people_count";
    /// How many opened, clicked and left by some campaigns; the people themselves only where they were not counted.
    COUNT_PEOPLE = "SELECT campaign_id, kind, people_count, CASE WHEN people_count IS NULL THEN people ELSE NULL END
        FROM report_people WHERE store_id = $1 AND campaign_id {in $2} AND kind IN ('opened', 'clicked', 'unsubscribed')
        AND link = -1";
    /// All people of a campaign.
    LIST_PEOPLE = "SELECT kind, link, happened, people FROM report_people WHERE store_id = $1 AND campaign_id = $2";
}

pub(super) fn set(bytes: &[u8]) -> Result<RoaringBitmap> {
    RoaringBitmap::deserialize_from(bytes).or_fault("read a set of people")
}

pub(super) fn launched_at(tx: &mut Tx<'_>, campaign: i64) -> Result<Option<Timestamp>> {
    tx.query_opt(&FIND_LAUNCH, params![campaign])?.map(|row| row.time(0)).transpose()
}

/// The contacts of one kind (and link), for the drill-down.
pub fn people(tx: &mut Tx<'_>, campaign: CampaignId, kind: Kind, link: Option<u16>) -> Result<RoaringBitmap> {
    let link = link.map_or(-1, i64::from);
    match tx.query_opt(&FIND_PEOPLE, params![campaign, kind.word(), link])? {
        Some(row) => set(&row.blob(1)?),
        None => Ok(RoaringBitmap::new()),
    }
}

/// How many contacts did something with a campaign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PeopleCounts {
    /// Opened it.
    pub opened: u64,
    /// Clicked a link of it.
    pub clicked: u64,
    /// Unsubscribed by it.
    pub unsubscribed: u64,
}

/// The counts of several campaigns, in one statement.
pub fn count_people(tx: &mut Tx<'_>, campaigns: &[CampaignId]) -> Result<BTreeMap<CampaignId, PeopleCounts>> {
    let ids: Vec<i64> = campaigns.iter().map(|id| id.0).collect();
    let mut counts: BTreeMap<CampaignId, PeopleCounts> = BTreeMap::new();
    for row in tx.query(&COUNT_PEOPLE, params![ids])? {
        let people = match (row.opt_int(2)?, row.opt_blob(3)?) {
            (Some(counted), _) => counted as u64,
            (None, Some(bytes)) => set(&bytes)?.len(),
            (None, None) => 0,
        };
        let of = counts.entry(CampaignId(row.int(0)?)).or_default();
        match Kind::parse(&row.text(1)?) {
            Some(Kind::Opened) => of.opened = people,
            Some(Kind::Clicked) => of.clicked = people,
            _ => of.unsubscribed = people,
        }
    }
    Ok(counts)
}

/// The report of a launched campaign. `links` are its destinations in order.
pub fn report(tx: &mut Tx<'_>, campaign: CampaignId, links: &[String]) -> Result<Report> {
    let send = ledger::find_send(tx, campaign)?.ok_or_else(|| {
        Problem::conflict("The campaign has not been launched; there is nothing to report yet.")
    })?;
    let people = all_people(tx, campaign)?;
    let tally = |kind: Kind| people.get(&(kind, -1)).copied().unwrap_or_default();
    let mut outcomes = Outcomes::default();
    ledger::each_outcome(tx, campaign, |outcome, at| {
        outcomes.add(&outcome, at.since(send.started_at) / HOUR_MS);
        Ok(())
    })?;
    if send.state == SendState::Cancelled {
        outcomes.cancel(send.counts.suppressed);
    }
    Ok(Report {
        sums: send.counts.into(),
        launched_at: send.started_at,
        finished_at: send.finished_at,
        opened: tally(Kind::Opened),
        opened_by_machine: tally(Kind::OpenedByMachine),
        clicked: tally(Kind::Clicked),
        clicked_by_machine: tally(Kind::ClickedByMachine),
        bounced: tally(Kind::Bounced),
        complained: tally(Kind::Complained),
        unsubscribed: tally(Kind::Unsubscribed),
        hours: hours(tx, campaign, &outcomes.accepted_by_hour)?,
        links: link_figures(&people, links),
        failures: outcomes.failures(),
        decisions: outcomes.decisions(),
    })
}

fn all_people(tx: &mut Tx<'_>, campaign: CampaignId) -> Result<BTreeMap<(Kind, i64), Tally>> {
    let mut found = BTreeMap::new();
    for row in tx.query(&LIST_PEOPLE, params![campaign])? {
        let Some(kind) = Kind::parse(&row.text(0)?) else { continue };
        let tally = Tally { people: set(&row.blob(3)?)?.len(), times: row.int(2)? };
        found.insert((kind, row.int(1)?), tally);
    }
    Ok(found)
}

fn link_figures(people: &BTreeMap<(Kind, i64), Tally>, links: &[String]) -> Vec<Link> {
    let figures = |(number, url): (usize, &String)| {
        let tally = people.get(&(Kind::Clicked, number as i64)).copied().unwrap_or_default();
        Link { link: number as i64, url: url.clone(), people: tally.people, times: tally.times }
    };
    links.iter().enumerate().map(figures).collect()
}

fn hours(tx: &mut Tx<'_>, campaign: CampaignId, accepted: &BTreeMap<i64, i64>) -> Result<Vec<Hour>> {
    let mut hours: Vec<Hour> = (0..HOURS_SHOWN)
        .map(|hour| Hour { hour, accepted: accepted.get(&hour).copied().unwrap_or(0), ..Hour::default() })
        .collect();
    for row in tx.query(&LIST_HOURS, params![campaign, HOURS_SHOWN])? {
        let Some(hour) = hours.get_mut(row.int(1)? as usize) else { continue };
        match Kind::parse(&row.text(0)?) {
            Some(Kind::Opened) => hour.opened += row.int(2)?,
            Some(Kind::Clicked) => hour.clicked += row.int(2)?,
            Some(Kind::Unsubscribed) => hour.unsubscribed += row.int(2)?,
            _ => {}
        }
    }
    Ok(hours)
}

#[derive(Default)]
struct Outcomes {
    accepted_by_hour: BTreeMap<i64, i64>,
    failed: BTreeMap<u8, u64>,
    suppressed: BTreeMap<Reason, u64>,
}

impl Outcomes {
    fn add(&mut self, outcome: &ChunkOutcome, hour: i64) {
        for (fate, set) in &outcome.groups {
            match fate {
                Fate::Accepted => *self.accepted_by_hour.entry(hour).or_default() += set.len() as i64,
                Fate::Failed(code) => *self.failed.entry(code.class).or_default() += set.len(),
                Fate::Suppressed(reason) => *self.suppressed.entry(*reason).or_default() += set.len(),
                Fate::Deferred(..) | Fate::Delayed(..) | Fate::Unknown | Fate::Released => {}
            }
        }
    }

    /// Whoever is on the suppressed side without a decision of the gate was not reached before the end.
    fn cancel(&mut self, suppressed: i64) {
        let decided: u64 = self.suppressed.values().sum();
        let rest = (suppressed as u64).saturating_sub(decided);
        if rest > 0 {
            self.suppressed.insert(Reason::Cancelled, rest);
        }
    }

    fn failures(&self) -> Vec<Cause> {
        let cause = |(class, count): (&u8, &u64)| {
            let spec = BounceClass::of_number(*class).spec();
            Cause { reason: spec.word.to_owned(), sentence: spec.meaning.to_owned(), count: *count }
        };
        self.failed.iter().map(cause).collect()
    }

    fn decisions(&self) -> Vec<Cause> {
        let cause = |(reason, count): (&Reason, &u64)| Cause {
            reason: reason.word().to_owned(),
            sentence: reason.sentence().to_owned(),
            count: *count,
        };
        self.suppressed.iter().map(cause).collect()
    }
}
