//! Statements of visitors and their events, and the functions that run them.

use super::model::{CallKind, DEDUPLICATION_DAYS, LINKED, NAMES_MAX, RefusalReason};
use crate::contacts::changes::bitmap_event;
use crate::contacts::draft::Blind;
use kernel::{OrFault, Result, Timestamp};
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, HashMap, HashSet};
use store::{Event, Row, StoreKeys, Tx, Value, params, statements};

/// Refusals that are kept.
const REFUSALS_KEPT: i64 = 1_000;
const DAY_MS: i64 = 86_400_000;

statements! {
    /// Visitors by keyed hashes of their ids.
    LIST_VISITORS = "SELECT identity_bi, no, wrapped_key FROM visitors WHERE store_id = $1 AND identity_bi {in $2}";
    /// Some visitors by number.
    LIST_VISITORS_BY_NO = "SELECT no, wrapped_key FROM visitors
        WHERE store_id = $1 AND no {in $2} AND wrapped_key IS NOT NULL";
    /// The highest number of a visitor.
    FIND_LAST_VISITOR = "SELECT no FROM visitors WHERE store_id = $1 ORDER BY no DESC LIMIT 1";
    /// Adds a visitor.
    INSERT_VISITOR = "INSERT INTO visitors (store_id, no, identity_bi, wrapped_key, created_at)
        VALUES ($1, $2, $3, $4, $5)";
    /// Destroys the keys of visitors; their numbers are not given again.
    EMPTY_VISITORS = "UPDATE visitors SET identity_bi = NULL, wrapped_key = NULL WHERE store_id = $1 AND no {in $2}";
    /// Where the events of a visitor are.
    INSERT_VISITOR_EVENT = "INSERT INTO visitor_events (store_id, visitor, seq) VALUES ($1, $2, $3)";
    /// Forgets where they are.
    DELETE_VISITOR_EVENTS = "DELETE FROM visitor_events WHERE store_id = $1 AND visitor {in $2}";
    /// Positions of a visitor's events, newest first.
    LIST_VISITOR_EVENTS = "SELECT seq FROM visitor_events
        WHERE store_id = $1 AND visitor = $2 AND seq >= $3 AND seq < $4 ORDER BY seq DESC LIMIT $5";
    /// Links of some visitors.
    LIST_LINKS = "SELECT visitor, from_seq, ordinal FROM visitor_links
        WHERE store_id = $1 AND visitor {in $2} ORDER BY visitor, from_seq";
    /// Visitors that are or were some contacts.
    LIST_LINKED = "SELECT visitor FROM visitor_links WHERE store_id = $1 AND ordinal {in $2}";
    /// Says who a visitor is from a position on.
    INSERT_LINK = "INSERT INTO visitor_links (store_id, visitor, from_seq, ordinal, linked_at)
        VALUES ($1, $2, $3, $4, $5)";
    /// Takes that back.
    DELETE_LINK = "DELETE FROM visitor_links WHERE store_id = $1 AND visitor = $2 AND ordinal = $3";
    /// Takes back all links of some visitors.
    DELETE_LINKS = "DELETE FROM visitor_links WHERE store_id = $1 AND visitor {in $2}";
    /// Names by keyed hash.
    LIST_NAMES_BY_HASH = "SELECT name_bi, no FROM event_names WHERE store_id = $1 AND name_bi {in $2}";
    /// Names by number.
    LIST_NAMES_BY_NO = "SELECT no, name FROM event_names WHERE store_id = $1 AND no {in $2}";
    /// Every name, in order of its first event.
    LIST_NAMES = "SELECT kind, name, happened FROM event_names WHERE store_id = $1 ORDER BY no";
    /// The highest number of a name.
    FIND_LAST_NAME = "SELECT no FROM event_names WHERE store_id = $1 ORDER BY no DESC LIMIT 1";
    /// Adds a name.
    INSERT_NAME = "INSERT INTO event_names (store_id, no, name_bi, kind, name, happened, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// Counts events of a name.
    COUNT_NAME = "UPDATE event_names SET happened = happened + $3 WHERE store_id = $1 AND no = $2";
    /// Messages that are known already.
    LIST_MESSAGES = "SELECT message_bi FROM event_messages WHERE store_id = $1 AND message_bi {in $2}";
    /// Remembers a message.
    INSERT_MESSAGE = "INSERT INTO event_messages (store_id, message_bi, received_day) VALUES ($1, $2, $3)";
    /// Forgets messages of days before one.
    DELETE_MESSAGES = "DELETE FROM event_messages WHERE store_id = $1 AND received_day < $2";
    /// The last refusal.
    FIND_LAST_REFUSAL = "SELECT no FROM event_refusals WHERE store_id = $1 ORDER BY no DESC LIMIT 1";
    /// Notes a refusal.
    INSERT_REFUSAL = "INSERT INTO event_refusals (store_id, no, at, kind, reason) VALUES ($1, $2, $3, $4, $5)";
    /// Forgets refusals up to a number.
    DELETE_REFUSALS = "DELETE FROM event_refusals WHERE store_id = $1 AND no <= $2";
    /// Refusals before a number, newest first.
    LIST_REFUSALS = "SELECT no, at, kind, reason FROM event_refusals
        WHERE store_id = $1 AND no < $2 ORDER BY no DESC LIMIT $3";
    /// Events of the log before a position, newest first.
    LIST_EVENTS_BEFORE = "SELECT seq, at, kind, ordinal, campaign_id, body FROM events
        WHERE store_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
    /// Events of the log by position, newest first.
    LIST_EVENTS_AT = "SELECT seq, at, kind, ordinal, campaign_id, body FROM events
        WHERE store_id = $1 AND seq {in $2} ORDER BY seq DESC";
}

fn blobs(list: impl IntoIterator<Item = Blind>) -> Value {
    let mut list: Vec<Vec<u8>> = list.into_iter().map(|b| b.to_vec()).collect();
    // In order, the probes of a long list touch each page once.
    list.sort_unstable();
    list.dedup();
    Value::Blobs(list)
}

fn blind(row: &Row, i: usize) -> Result<Blind> {
    row.blob(i)?.as_slice().try_into().or_fault("read a keyed hash")
}

fn last(row: Option<Row>) -> Result<i64> {
    row.map(|r| r.int(0)).transpose().map(|no| no.unwrap_or(0))
}

/// A visitor as kept.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Number in the store.
    pub no: i64,
    /// Key of what they did, wrapped.
    pub wrapped_key: Vec<u8>,
}

/// Visitors by keyed hashes of their ids.
pub fn visitors(tx: &mut Tx<'_>, identities: &HashSet<Blind>) -> Result<HashMap<Blind, Visitor>> {
    let rows = tx.query(&LIST_VISITORS, &[blobs(identities.iter().copied())])?;
    rows.iter().map(|r| Ok((blind(r, 0)?, Visitor { no: r.int(1)?, wrapped_key: r.blob(2)? }))).collect()
}

/// Wrapped keys of visitors by number.
pub fn visitor_keys(tx: &mut Tx<'_>, numbers: Vec<i64>) -> Result<HashMap<i64, Vec<u8>>> {
    let rows = tx.query(&LIST_VISITORS_BY_NO, params![numbers])?;
    rows.iter().map(|r| Ok((r.int(0)?, r.blob(1)?))).collect()
}

/// Makes visitors; the caller holds the store's lane.
pub fn insert_visitors(tx: &mut Tx<'_>, new: Vec<(Blind, Vec<u8>)>) -> Result<Vec<(Blind, Visitor)>> {
    let first = last_visitor(tx)? + 1;
    let now = tx.now();
    let made: Vec<(Blind, Visitor)> = new
        .into_iter()
        .zip(first..)
        .map(|((identity, wrapped_key), no)| (identity, Visitor { no, wrapped_key }))
        .collect();
    let rows = made.iter().map(|(identity, visitor)| {
        vec![visitor.no.into(), (*identity).into(), visitor.wrapped_key.clone().into(), now.into()]
    });
    tx.insert_many(&INSERT_VISITOR, rows.collect::<Vec<_>>())?;
    Ok(made)
}

/// Notes where events of visitors are.
pub fn insert_visitor_events(tx: &mut Tx<'_>, mut places: Vec<(i64, i64)>) -> Result<()> {
    places.sort_unstable();
    let rows = places.into_iter().map(|(visitor, seq)| vec![visitor.into(), seq.into()]);
    tx.insert_many(&INSERT_VISITOR_EVENT, rows.collect::<Vec<_>>()).map(drop)
}

/// The highest number ever given to a visitor; 0 if there is none.
pub fn last_visitor(tx: &mut Tx<'_>) -> Result<i64> {
    last(tx.query_opt(&FIND_LAST_VISITOR, params![])?)
}

/// Tells the log that it changed who some visitors are.
pub fn tell_linked(tx: &mut Tx<'_>, visitors: impl IntoIterator<Item = i64>) -> Result<()> {
    let visitors: RoaringBitmap = visitors.into_iter().map(|no| no as u32).collect();
    if visitors.is_empty() {
        return Ok(());
    }
    let event = bitmap_event(tx, LINKED, &visitors);
    tx.append(vec![event]).map(drop)
}

/// Forgets visitors: their keys, and with them all they did; their links and places.
pub fn forget_visitors(tx: &mut Tx<'_>, numbers: Vec<i64>) -> Result<()> {
    tell_linked(tx, numbers.iter().copied())?;
    for statement in [&EMPTY_VISITORS, &DELETE_LINKS, &DELETE_VISITOR_EVENTS] {
        tx.execute(statement, params![numbers.clone()])?;
    }
    Ok(())
}

/// From which position on a visitor is which contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The visitor.
    pub visitor: i64,
    /// From this position of the log on.
    pub from_seq: i64,
    /// The contact.
    pub ordinal: u32,
}

/// Links of some visitors, by visitor and position.
pub fn links(tx: &mut Tx<'_>, visitors: Vec<i64>) -> Result<HashMap<i64, Vec<Link>>> {
    let mut found: HashMap<i64, Vec<Link>> = HashMap::new();
    for row in tx.query(&LIST_LINKS, params![visitors])? {
        let link = Link { visitor: row.int(0)?, from_seq: row.int(1)?, ordinal: row.int(2)? as u32 };
        found.entry(link.visitor).or_default().push(link);
    }
    Ok(found)
}

/// Visitors that are or were one of some contacts.
pub fn linked(tx: &mut Tx<'_>, ordinals: Vec<i64>) -> Result<Vec<i64>> {
    let rows = tx.query(&LIST_LINKED, params![ordinals])?;
    let mut visitors = rows.iter().map(|r| r.int(0)).collect::<Result<Vec<i64>>>()?;
    visitors.sort_unstable();
    visitors.dedup();
    Ok(visitors)
}

/// Keyed hash of a name.
pub fn name_hash(keys: &StoreKeys, kind: CallKind, name: &str) -> Blind {
    keys.blind("event name", &format!("{}\0{name}", kind.word()))
}

/// Counts names and answers their numbers; `None` for those the store has no room for. The caller holds the lane.
pub fn count_names(
    tx: &mut Tx<'_>,
    counts: &BTreeMap<Blind, (CallKind, String, i64)>,
) -> Result<HashMap<Blind, Option<i64>>> {
    let rows = tx.query(&LIST_NAMES_BY_HASH, &[blobs(counts.keys().copied())])?;
    let known: HashMap<Blind, i64> =
        rows.iter().map(|r| Ok((blind(r, 0)?, r.int(1)?))).collect::<Result<_>>()?;
    let mut end = last(tx.query_opt(&FIND_LAST_NAME, params![])?)?;
    let now = tx.now();
    let mut numbers = HashMap::with_capacity(counts.len());
    for (hash, (kind, name, happened)) in counts {
        let no = match known.get(hash) {
            Some(no) => {
                tx.execute(&COUNT_NAME, params![*no, *happened])?;
                Some(*no)
            }
            None if end < NAMES_MAX => {
                end += 1;
                tx.execute(&INSERT_NAME, params![end, *hash, kind.stored(), name, *happened, now])?;
                Some(end)
            }
            None => None,
        };
        numbers.insert(*hash, no);
    }
    Ok(numbers)
}

/// Numbers of a name, whatever was called by it.
pub fn name_numbers(tx: &mut Tx<'_>, keys: &StoreKeys, name: &str) -> Result<HashSet<i64>> {
    let hashes = CallKind::ALL.iter().map(|kind| name_hash(keys, *kind, name));
    let rows = tx.query(&LIST_NAMES_BY_HASH, &[blobs(hashes)])?;
    rows.iter().map(|r| r.int(1)).collect()
}

/// The number of what was called by a name; nothing if it never was.
pub fn name_number(tx: &mut Tx<'_>, keys: &StoreKeys, kind: CallKind, name: &str) -> Result<HashSet<i64>> {
    let rows = tx.query(&LIST_NAMES_BY_HASH, &[blobs([name_hash(keys, kind, name)])])?;
    rows.iter().map(|r| r.int(1)).collect()
}

/// Names by number.
pub fn names(tx: &mut Tx<'_>, numbers: Vec<i64>) -> Result<HashMap<i64, String>> {
    let rows = tx.query(&LIST_NAMES_BY_NO, params![numbers])?;
    rows.iter().map(|r| Ok((r.int(0)?, r.text(1)?))).collect()
}

/// How many events there were of each kind and name, in order of the first.
pub fn counts(tx: &mut Tx<'_>) -> Result<Vec<(CallKind, String, i64)>> {
    let rows = tx.query(&LIST_NAMES, params![])?;
    rows.iter()
        .map(|r| Ok((CallKind::of_stored(&r.text(0)?).or_fault("read a kind")?, r.text(1)?, r.int(2)?)))
        .collect()
}

/// Of some messages those that are known already.
pub fn known_messages(tx: &mut Tx<'_>, messages: &HashSet<Blind>) -> Result<HashSet<Blind>> {
    let rows = tx.query(&LIST_MESSAGES, &[blobs(messages.iter().copied())])?;
    rows.iter().map(|r| blind(r, 0)).collect()
}

/// Remembers messages, and forgets those of too long ago.
pub fn remember_messages(tx: &mut Tx<'_>, mut messages: Vec<Blind>) -> Result<()> {
    let day = tx.now().0.div_euclid(DAY_MS);
    messages.sort_unstable();
    let rows = messages.into_iter().map(|m| vec![m.into(), day.into()]);
    tx.insert_many(&INSERT_MESSAGE, rows.collect::<Vec<_>>())?;
    tx.execute(&DELETE_MESSAGES, params![day - DEDUPLICATION_DAYS]).map(drop)
}

/// A refusal as kept.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Number in the store, rising.
    pub no: i64,
    /// When.
    pub at: Timestamp,
    /// What was called, if it could be read; else empty.
    pub kind: String,
    /// Why.
    pub reason: RefusalReason,
}

/// Notes refusals and forgets all but the newest. The caller holds the lane.
pub fn note_refusals(tx: &mut Tx<'_>, refusals: &[(String, RefusalReason)]) -> Result<()> {
    if refusals.is_empty() {
        return Ok(());
    }
    let end = last(tx.query_opt(&FIND_LAST_REFUSAL, params![])?)?;
    let now = tx.now();
    let rows = refusals.iter().zip(end + 1..);
    let rows =
        rows.map(|((kind, why), no)| vec![no.into(), now.into(), kind.as_str().into(), why.word().into()]);
    tx.insert_many(&INSERT_REFUSAL, rows.collect::<Vec<_>>())?;
    let kept_from = end + refusals.len() as i64 - REFUSALS_KEPT;
    tx.execute(&DELETE_REFUSALS, params![kept_from]).map(drop)
}

/// Refusals before a number, newest first.
pub fn refusals(tx: &mut Tx<'_>, before: i64, limit: i64) -> Result<Vec<Refusal>> {
    let rows = tx.query(&LIST_REFUSALS, params![before, limit])?;
    rows.iter()
        .map(|r| {
            let reason = RefusalReason::of_word(&r.text(3)?).or_fault("read the reason of a refusal")?;
            Ok(Refusal { no: r.int(0)?, at: r.time(1)?, kind: r.text(2)?, reason })
        })
        .collect()
}

/// Events of the log before a position, newest first, whatever they are about.
pub fn events_before(tx: &mut Tx<'_>, before: i64, limit: i64) -> Result<Vec<Event>> {
    tx.query(&LIST_EVENTS_BEFORE, params![before, limit])?.iter().map(Event::of).collect()
}

/// Events of the log by position, newest first.
pub fn events_at(tx: &mut Tx<'_>, positions: Vec<i64>) -> Result<Vec<Event>> {
    tx.query(&LIST_EVENTS_AT, params![positions])?.iter().map(Event::of).collect()
}

/// Positions of a visitor's events in `from..before`, newest first.
pub fn places(tx: &mut Tx<'_>, visitor: i64, from: i64, before: i64, limit: i64) -> Result<Vec<i64>> {
    let rows = tx.query(&LIST_VISITOR_EVENTS, params![visitor, from, before, limit])?;
    rows.iter().map(|r| r.int(0)).collect()
}
