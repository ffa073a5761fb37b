//! Rolls events of messages up into hours and people.

use super::model::{HOUR_MS, Kind, happening};
use super::sql;
use kernel::{OrFault, Result};
use roaring::RoaringBitmap;
use std::collections::BTreeMap;
use store::{Consumer, Event, Tx, params};

/// The consumer.
pub struct Rollup;

#[derive(Default)]
struct Part {
    times: i64,
    people: RoaringBitmap,
}

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
            add(&mut people, (campaign, kind, -1), ordinal);
            if let Some(link) = link {
                add(&mut people, (campaign, kind, link.into()), ordinal);
            }
        }
        write(tx, hours, people)
    }
}

fn add(people: &mut People, key: (i64, Kind, i64), ordinal: u32) {
    let part = people.entry(key).or_default();
    part.times += 1;
    part.people.insert(ordinal);
}

fn write(tx: &mut Tx<'_>, hours: Hours, people: People) -> Result<()> {
    for ((campaign, kind, hour), n) in hours {
        tx.execute(&sql::ADD_HOUR, params![campaign, kind.word(), hour, n])?;
    }
    for ((campaign, kind, link), part) in people {
        let known = tx.query_opt(&sql::FIND_PEOPLE, params![campaign, kind.word(), link])?;
        let (times, mut set) = match known {
            Some(row) => (row.int(0)?, sql::set(&row.blob(1)?)?),
            None => (0, RoaringBitmap::new()),
        };
        set |= part.people;
        let mut bytes = Vec::with_capacity(set.serialized_size());
        set.serialize_into(&mut bytes).or_fault("write a set of people")?;
        tx.execute(&sql::PUT_PEOPLE, params![campaign, kind.word(), link, times + part.times, bytes])?;
    }
    Ok(())
}
