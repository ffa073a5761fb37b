//! Events as they are shown: opened, with their name and with whom they are of.

use super::model::{CallKind, Entry};
use super::opener::Opener;
use super::sql::{self, Link};
use crate::contacts;
use kernel::ids::ContactId;
use kernel::{OrFault, Result, Timestamp};
use serde_json::Value;
use std::collections::HashMap;
use store::{Event, StoreKeys, Tx};

/// Events of the log that are read at once while looking for some.
const STEP: i64 = 500;
/// Most events of the log that one page looks at; the next page goes on from there.
const LOOKED_AT_MAX: i64 = 10_000;

/// An event of a visitor.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct EventOut {
    /// Its position in the store's log.
    pub position: i64,
    /// When it happened, by our clock.
    pub at: Timestamp,
    /// When it came.
    pub received_at: Timestamp,
    /// What was called.
    pub kind: CallKind,
    /// Name of the event, of the page or of the screen; empty if it has none.
    pub name: String,
    /// Number of the visitor.
    pub visitor: i64,
    /// The contact that the visitor is, if that is known.
    pub contact: Option<ContactId>,
    /// It came with a key that may change contacts, and not from a page.
    pub trusted: bool,
    /// All that was said; null if the visitor was erased.
    #[schema(value_type = Option<Object>)]
    pub document: Option<Value>,
}

/// Which events are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only this kind of call.
    pub kind: Option<CallKind>,
    /// Only this name.
    pub name: Option<String>,
}

/// Events before a position, newest first, and where to go on; `None` at the beginning of the log.
pub fn list(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    wanted: &Wanted,
    before: i64,
    limit: usize,
) -> Result<(Vec<EventOut>, Option<i64>)> {
    let names = match &wanted.name {
        Some(name) => Some(sql::name_numbers(tx, keys, name)?),
        None => None,
    };
    let (mut found, mut from, mut looked_at) = (Vec::new(), before, 0);
    loop {
        let step = sql::events_before(tx, from, STEP)?;
        looked_at += STEP;
        let end = step.len() < STEP as usize;
        from = step.last().map_or(from, |e| e.seq);
        let step = step.into_iter().filter(|e| is_wanted_kind(e, wanted)).map(read);
        let mut step = step.collect::<Result<Vec<Read>>>()?;
        step.retain(|(_, entry)| names.as_ref().is_none_or(|names| names.contains(&entry.name_no)));
        found.extend(open(tx, keys, step)?);
        if found.len() > limit {
            found.truncate(limit);
            let next = found.last().map(|e| e.position);
            return Ok((found, next));
        }
        if end {
            return Ok((found, None));
        }
        if looked_at >= LOOKED_AT_MAX {
            return Ok((found, Some(from)));
        }
    }
}

fn is_wanted_kind(event: &Event, wanted: &Wanted) -> bool {
    match (CallKind::of_stored(&event.kind), wanted.kind) {
        (Some(_), None) => true,
        (Some(kind), Some(only)) => kind == only,
        (None, _) => false,
    }
}

/// Events of a contact before a position, newest first: of all visitors that the contact is or was, while they were.
pub fn of_contact(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    ordinal: u32,
    before: i64,
    limit: usize,
) -> Result<Vec<EventOut>> {
    let places = positions_of(tx, ordinal, before, limit)?;
    let events = read_at(tx, places)?;
    open(tx, keys, events)
}

/// Where in the log the events of a contact are, before a position, newest first.
pub fn positions_of(tx: &mut Tx<'_>, ordinal: u32, before: i64, limit: usize) -> Result<Vec<i64>> {
    let visitors = sql::linked(tx, vec![i64::from(ordinal)])?;
    let mut places = Vec::new();
    for links in sql::links(tx, visitors)?.into_values() {
        for (i, link) in links.iter().enumerate().filter(|(_, link)| link.ordinal == ordinal) {
            let until = links.get(i + 1).map_or(i64::MAX, |next| next.from_seq).min(before);
            places.extend(sql::places(tx, link.visitor, link.from_seq, until, limit as i64)?);
        }
    }
    places.sort_unstable_by(|a, b| b.cmp(a));
    places.truncate(limit);
    Ok(places)
}

/// Events at some positions, newest first, still sealed.
pub fn read_at(tx: &mut Tx<'_>, positions: Vec<i64>) -> Result<Vec<(Event, Entry)>> {
    sql::events_at(tx, positions)?.into_iter().map(read).collect()
}

/// An event of the log with what its body holds.
type Read = (Event, Entry);

fn read(event: Event) -> Result<Read> {
    let entry = Entry::decode(&event.body)?;
    Ok((event, entry))
}

/// Opens events of visitors.
fn open(tx: &mut Tx<'_>, keys: &StoreKeys, events: Vec<Read>) -> Result<Vec<EventOut>> {
    let distinct = |mut list: Vec<i64>| {
        list.sort_unstable();
        list.dedup();
        list
    };
    let visitors = distinct(events.iter().map(|(_, e)| e.visitor).collect());
    let names = sql::names(tx, distinct(events.iter().map(|(_, e)| e.name_no).collect()))?;
    let opener = Opener::of(tx, keys, visitors.iter().copied())?;
    let links = sql::links(tx, visitors)?;
    let contacts = contact_ids(tx, &links)?;
    let mut shown = Vec::with_capacity(events.len());
    for (event, entry) in events {
        let document = opener.open(&entry)?;
        let is = links.get(&entry.visitor).and_then(|list| contact_at(list, event.seq));
        shown.push(EventOut {
            position: event.seq,
            at: event.at,
            received_at: entry.received_at,
            kind: CallKind::of_stored(&event.kind).or_fault("read the kind of an event")?,
            name: names.get(&entry.name_no).cloned().unwrap_or_default(),
            visitor: entry.visitor,
            contact: is.and_then(|ordinal| contacts.get(&ordinal).copied()),
            trusted: entry.trusted,
            document,
        });
    }
    Ok(shown)
}

/// The contact that a visitor was at a position. Links are in order of their beginning.
pub fn contact_at(links: &[Link], seq: i64) -> Option<u32> {
    links.iter().take_while(|link| link.from_seq <= seq).last().map(|link| link.ordinal)
}

fn contact_ids(tx: &mut Tx<'_>, links: &HashMap<i64, Vec<Link>>) -> Result<HashMap<u32, ContactId>> {
    let mut ordinals: Vec<u32> = links.values().flatten().map(|link| link.ordinal).collect();
    ordinals.sort_unstable();
    ordinals.dedup();
    Ok(contacts::load_many(tx, &ordinals)?.into_iter().map(|c| (c.ordinal, c.id)).collect())
}
