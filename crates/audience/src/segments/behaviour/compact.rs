//! Takes calls from the log into parts, and links into blocks of visitors.
//!
//! Everything happens under the compactor's claim and before the watermark moves. A compactor that dies in between
//! leaves rows in parts that the log is still read for; whoever comes next cuts them off where it writes, and until
//! then they are passed over, so no event counts twice.

use super::hashes::Hashes;
use super::part::{Part, PartEvent};
use super::sql;
use super::store::{bounds, by_visitor, links_between, load_visitors, put_visitors, visitor_generations};
use super::visitors::{BLOCK, VisitorBlock};
use crate::events::model::{CallKind, Entry};
use crate::events::values::values;
use crate::events::{self, Opener};
use crate::segments::compact::Claim;
use crate::segments::moment::{DAY_MS, day_of_instant};
use kernel::Result;
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use store::{StoreKeys, Tx, params};

/// Kinds of calls that are deeds: who somebody is, and what belongs together, is none.
const DEEDS: &[&str] = &[CallKind::Track.stored(), CallKind::Page.stored(), CallKind::Screen.stored()];
/// Events of the log that are taken in at once.
const EVENTS_AT_ONCE: i64 = 10_000;
/// Events that are gathered before their days are written.
const GATHERED_MAX: usize = 400_000;
/// Days of names that are written in one transaction.
const DAYS_AT_ONCE: usize = 32;

/// A name and a UTC day.
type Day = (i64, i32);

/// Events by name and day.
type Days = BTreeMap<Day, Vec<PartEvent>>;

/// Takes in the log from one position to another. Parts may hold rows after `from`: they are cut off.
///
/// A history that comes at once touches every day of years with every stretch of the log: many stretches are gathered
/// before the days are written.
pub(in crate::segments) async fn take_in_calls(
    claim: &Claim,
    keys: &Arc<StoreKeys>,
    from: i64,
    to: i64,
) -> Result<()> {
    let (mut at, mut begun) = (from, HashSet::new());
    while at < to {
        let (mut days, mut gathered) = (Days::new(), 0);
        while at < to && gathered < GATHERED_MAX {
            let keys = keys.clone();
            let (some, last) = claim.store().read(move |tx| read_calls(tx, &keys, at, to)).await?;
            for (day, events) in some {
                gathered += events.len();
                days.entry(day).or_default().extend(events);
            }
            at = last;
        }
        write_days(claim, days, from, &mut begun).await?;
    }
    Ok(())
}

/// Writes days, some in a transaction. Those that are written for the first time lose what comes after `from`.
async fn write_days(claim: &Claim, days: Days, from: i64, begun: &mut HashSet<Day>) -> Result<()> {
    let mut days = days.into_iter().peekable();
    while days.peek().is_some() {
        let cut = |(day, events): (Day, Vec<PartEvent>)| (day, events, begun.insert(day).then_some(from));
        let some: Vec<_> = days.by_ref().take(DAYS_AT_ONCE).map(cut).collect();
        claim
            .write(move |tx| some.into_iter().try_for_each(|(day, events, cut)| append(tx, day, events, cut)))
            .await?;
    }
    Ok(())
}

/// Calls after a position by name and day, and how far was read.
fn read_calls(tx: &mut Tx<'_>, keys: &StoreKeys, after: i64, to: i64) -> Result<(Days, i64)> {
    let (events, looked) = tx.events_of(DEEDS, after, to, EVENTS_AT_ONCE)?;
    let mut calls = Vec::new();
    for event in events {
        let entry = Entry::decode(&event.body)?;
        calls.push((event, entry));
    }
    let opener = Opener::of(tx, keys, calls.iter().map(|(_, entry)| entry.visitor))?;
    let mut hashes = Hashes::new(keys);
    let mut days = Days::new();
    for (event, entry) in calls {
        let Some(document) = opener.open(&entry)? else { continue };
        let said = values(&document);
        let day = day_of_instant(event.at);
        days.entry((entry.name_no, day)).or_default().push(PartEvent {
            seq: event.seq,
            visitor: entry.visitor as u32,
            ms: (event.at.0 - i64::from(day) * DAY_MS) as u32,
            cells: said.iter().map(|p| hashes.cell(&p.path, &p.value)).collect(),
        });
    }
    Ok((days, looked))
}

/// Adds events to a day; what a compactor that died left there after `cut` is taken away first.
fn append(tx: &mut Tx<'_>, (name_no, day): Day, events: Vec<PartEvent>, cut: Option<i64>) -> Result<()> {
    let parts = tx.query(&sql::LIST_DAY, params![name_no, day])?;
    let parts = parts.iter().map(|r| Ok((r.int(0)?, r.int(1)?))).collect::<Result<Vec<(i64, i64)>>>()?;
    let leftover = parts.iter().take_while(|(_, last)| cut.is_some_and(|cut| *last > cut)).last();
    let mut number = leftover.or(parts.first()).map_or(0, |(number, _)| *number);
    let kept = tx.query(&sql::LIST_COLUMNS, params![name_no, day, number])?;
    let kept = kept.iter().map(|r| Ok((r.int(0)?, r.blob(1)?))).collect::<Result<Vec<_>>>()?;
    let mut part = Part::decode(&kept)?;
    if let Some(cut) = cut {
        part.cut_after(cut);
    }
    tx.execute(&sql::DELETE_FROM, params![name_no, day, number])?;
    for event in events {
        if !part.takes(&event) {
            write(tx, (name_no, day), number, &std::mem::take(&mut part))?;
            number += 1;
        }
        part.push(event);
    }
    write(tx, (name_no, day), number, &part)
}

fn write(tx: &mut Tx<'_>, (name_no, day): Day, number: i64, part: &Part) -> Result<()> {
    let last_seq = part.rows.last_seq();
    let row = |(id, data): (i64, Vec<u8>)| {
        let generation = rand::random::<i64>();
        params![name_no, day, number, id, last_seq, generation, data].to_vec()
    };
    tx.insert_many(&sql::INSERT_COLUMN, part.encode().into_iter().map(row).collect::<Vec<_>>()).map(drop)
}

/// Writes anew who the visitors are whose links changed.
pub(in crate::segments) async fn take_in_links(claim: &Claim, changed: RoaringBitmap) -> Result<()> {
    for number in blocks_of(&changed) {
        let changed = changed.clone();
        let block = claim.store().read(move |tx| changed_block(tx, number, &changed)).await?;
        claim.write(move |tx| put_visitors(tx, number, &block)).await?;
    }
    Ok(())
}

fn blocks_of(visitors: &RoaringBitmap) -> Vec<u32> {
    let mut numbers: Vec<u32> = visitors.iter().map(|visitor| visitor / BLOCK).collect();
    numbers.dedup();
    numbers
}

fn changed_block(tx: &mut Tx<'_>, number: u32, changed: &RoaringBitmap) -> Result<VisitorBlock> {
    let generation = visitor_generations(tx)?.into_iter().find(|(no, _)| *no == number);
    let mut block = match generation {
        Some((_, generation)) => VisitorBlock::clone(&*load_visitors(tx, number, generation)?),
        None => VisitorBlock::default(),
    };
    let (first, end) = bounds(number);
    let mine: Vec<u32> = changed.iter().filter(|v| (first..end).contains(&i64::from(*v))).collect();
    let mut links = events::sql::links(tx, mine.iter().map(|v| i64::from(*v)).collect())?;
    for visitor in mine {
        block.set(visitor, links.remove(&i64::from(visitor)).unwrap_or_default());
    }
    Ok(block)
}

/// Forgets all parts and blocks, and writes who visitors are from their links.
pub(in crate::segments) async fn build_anew(claim: &Claim) -> Result<()> {
    claim
        .write(|tx| {
            tx.execute(&sql::DELETE_PARTS, params![])?;
            tx.execute(&sql::DELETE_VISITOR_BLOCKS, params![]).map(drop)
        })
        .await?;
    let last = claim.store().read(events::sql::last_visitor).await?;
    for number in 0..(last as u32 / BLOCK) + 1 {
        let (first, end) = bounds(number);
        let links = claim.store().read(move |tx| Ok(by_visitor(links_between(tx, first, end)?))).await?;
        if links.is_empty() {
            continue;
        }
        let mut block = VisitorBlock::default();
        links.into_iter().for_each(|(visitor, links)| block.set(visitor, links));
        claim.write(move |tx| put_visitors(tx, number, &block)).await?;
    }
    Ok(())
}
