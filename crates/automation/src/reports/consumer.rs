//! Rolls events of messages up into hours and people.

use super::model::{HOUR_MS, Kind, happening};
use super::sql;
use crate::activity::{self, Slots};
use kernel::{OrFault, Result, Timestamp};
use roaring::RoaringBitmap;
use std::collections::BTreeMap;
use store::{Consumer, Event, Tx, params};

/// Stands for the whole message where others name a link of it.
const WHOLE: i64 = -1;

/// The consumer.
pub struct Rollup;

/// Who did something, in the order of the log.
type Part = Vec<(u32, Timestamp)>;

type Hours = BTreeMap<(i64, Kind, i64), i64>;
type People = BTreeMap<(i64, Kind, i64), Part>;

impl Consumer for Rollup {
    fn name(&self) -> &'static str {
        "reports"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "message.bounced",
            "message.clicked",
            "message.complained",
            "message.opened",
            "message.unsubscribed",
        ]
    }

    fn handle(&self, tx: &mut Tx<'_>, events: &[Event]) -> Result<()> {
        let (mut hours, mut people) = (Hours::new(), People::new());
        for event in events {
            let (Some(campaign), Some(ordinal)) = (event.campaign, event.ordinal) else { continue };
            let Some((kind, link)) = happening(event) else { continue };
            let since = event.at.since(sql::launched_at(tx, campaign)?.unwrap_or(event.at)).max(0);
            *hours.entry((campaign, kind, since / HOUR_MS)).or_default() += 1;
            people.entry((campaign, kind, WHOLE)).or_default().push((ordinal, event.at));
            if let Some(link) = link {
                people.entry((campaign, kind, link.into())).or_default().push((ordinal, event.at));
            }
        }
        write(tx, hours, people)
    }
}

fn write(tx: &mut Tx<'_>, hours: Hours, people: People) -> Result<()> {
    for ((campaign, kind, hour), n) in hours {
        tx.execute(&sql::ADD_HOUR, params![campaign, kind.word(), hour, n])?;
    }
    let mut first = Slots::default();
    for ((campaign, kind, link), part) in people {
        let known = tx.query_opt(&sql::FIND_PEOPLE, params![campaign, kind.word(), link])?;
        let (times, mut set) = match known {
            Some(row) => (row.int(0)?, sql::set(&row.blob(1)?)?),
            None => (0, RoaringBitmap::new()),
        };
        let times = times + part.len() as i64;
        for (ordinal, at) in part {
            if set.insert(ordinal)
                && link == WHOLE
                && let Some(counted) = counted(kind)
            {
                first.count(counted, at, 1);
            }
        }
        let mut bytes = Vec::with_capacity(set.serialized_size());
        set.serialize_into(&mut bytes).or_fault("write a set of people")?;
        let row = params![campaign, kind.word(), link, times, bytes, set.len() as i64];
        tx.execute(&sql::PUT_PEOPLE, row)?;
    }
    activity::add(tx, &first)
}

/// As what the activity of the store counts somebody's first.
fn counted(kind: Kind) -> Option<activity::Kind> {
    match kind {
        Kind::Opened => Some(activity::Kind::Opened),
        Kind::Clicked => Some(activity::Kind::Clicked),
        Kind::Bounced => Some(activity::Kind::Bounced),
        Kind::Complained => Some(activity::Kind::Complained),
        // Counted from the ledger of consent, whatever led to it.
        Kind::Unsubscribed => None,
        Kind::OpenedByMachine | Kind::ClickedByMachine => None,
    }
}
