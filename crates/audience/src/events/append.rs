//! Puts events into the log: one transaction for many requests.
//!
//! Whatever is sent again within seven days is known by its message id and not taken twice. A document is sealed
//! under its visitor's own key. Who a visitor is, is found out later, by a reader of the log.

use super::model::{CallKind, Entry, Identity, Incoming, RefusalReason, USER_ID_SYSTEM};
use super::sql;
use crate::contacts::draft::{Blind, blind_external};
use crate::contacts::model::ExternalId;
use kernel::{OrFault, Result, Timestamp};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::vault::SealingKey;
use store::{NewEvent, StoreKeys, Tx};

/// Purpose of a visitor's key, and of what it seals.
pub(super) const VISITOR: &str = "visitor";

/// What was called, if it could be read, and why it was not taken.
pub type Refused = (String, RefusalReason);

/// Events of one request.
pub struct Batch {
    /// Those that are right.
    pub events: Vec<Incoming>,
    /// Those that are not.
    pub refused: Vec<Refused>,
    /// The key may change contacts.
    pub trusted: bool,
    /// When it came.
    pub received_at: Timestamp,
}

/// Keyed hash of a visitor's id.
pub(super) fn identity_hash(keys: &StoreKeys, identity: Identity<'_>) -> Blind {
    match identity {
        Identity::Anonymous(id) => keys.blind("visitor", id),
        Identity::User(id) => keys.blind("visitor user", id),
    }
}

/// Keyed hash under which contacts are found by the shop's id of a user.
pub(super) fn user_hash(keys: &StoreKeys, user: &str) -> Blind {
    let (system, id) = (USER_ID_SYSTEM.to_owned(), user.to_owned());
    blind_external(keys, &ExternalId { system, id })
}

/// An event on its way, with its hashes.
struct Pending {
    event: Incoming,
    trusted: bool,
    received_at: Timestamp,
    identity: Blind,
    name: Blind,
}

/// Appends the events of some requests; answers how many were taken.
pub fn append(tx: &mut Tx<'_>, keys: &StoreKeys, batches: Vec<Batch>) -> Result<u64> {
    crate::contacts::sql::lock(tx)?;
    let mut refused: Vec<Refused> = Vec::new();
    let mut pending = Vec::new();
    // Few names for many events: each is hashed once.
    let mut names: HashMap<(CallKind, String), Blind> = HashMap::new();
    for batch in batches {
        refused.extend(batch.refused);
        pending.extend(batch.events.into_iter().map(|event| {
            Pending {
                identity: identity_hash(keys, event.identity()),
                name: *names
                    .entry((event.kind, event.name.clone()))
                    .or_insert_with(|| sql::name_hash(keys, event.kind, &event.name)),
                event,
                trusted: batch.trusted,
                received_at: batch.received_at,
            }
        }));
    }
    let pending = unseen(tx, keys, pending)?;
    let (pending, too_many) = named(tx, pending)?;
    refused.extend(too_many);
    let taken = pending.len() as u64;
    write(tx, keys, pending)?;
    sql::note_refusals(tx, &refused)?;
    Ok(taken)
}

/// Leaves out messages that came before, and remembers the others.
fn unseen(tx: &mut Tx<'_>, keys: &StoreKeys, pending: Vec<Pending>) -> Result<Vec<Pending>> {
    let hashes: Vec<Blind> = pending.iter().map(|p| keys.blind("message", &p.event.message_id)).collect();
    let mut seen = sql::known_messages(tx, &hashes.iter().copied().collect())?;
    let mut new = Vec::with_capacity(hashes.len());
    let mut kept = Vec::with_capacity(pending.len());
    for (hash, event) in hashes.into_iter().zip(pending) {
        if seen.insert(hash) {
            new.push(hash);
            kept.push(event);
        }
    }
    sql::remember_messages(tx, new)?;
    Ok(kept)
}

/// An event with the number of its name.
type Named = (Pending, i64);

/// Gives every event the number of its name; refuses those whose name finds no room.
fn named(tx: &mut Tx<'_>, pending: Vec<Pending>) -> Result<(Vec<Named>, Vec<Refused>)> {
    let mut counts: BTreeMap<Blind, (CallKind, String, i64)> = BTreeMap::new();
    for p in &pending {
        counts.entry(p.name).or_insert_with(|| (p.event.kind, p.event.name.clone(), 0)).2 += 1;
    }
    let numbers = sql::count_names(tx, &counts)?;
    let (mut kept, mut refused) = (Vec::with_capacity(pending.len()), Vec::new());
    for p in pending {
        match numbers.get(&p.name).copied().flatten() {
            Some(no) => kept.push((p, no)),
            None => refused.push((p.event.kind.word().to_owned(), RefusalReason::TooManyNames)),
        }
    }
    Ok((kept, refused))
}

/// The visitors of some events with their keys; unknown ones are made.
fn visitors(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    identities: HashSet<Blind>,
) -> Result<HashMap<Blind, (i64, SealingKey)>> {
    let known = sql::visitors(tx, &identities)?;
    let mut found = HashMap::with_capacity(identities.len());
    let mut new = Vec::new();
    let mut new_keys = Vec::new();
    for identity in identities {
        match known.get(&identity) {
            Some(visitor) => {
                let key = keys.open_sealing_key(VISITOR, &visitor.wrapped_key)?;
                found.insert(identity, (visitor.no, key));
            }
            None => {
                let (key, wrapped) = keys.new_sealing_key(VISITOR)?;
                new.push((identity, wrapped));
                new_keys.push(key);
            }
        }
    }
    if !new.is_empty() {
        let made = sql::insert_visitors(tx, new)?;
        found.extend(made.into_iter().zip(new_keys).map(|((id, visitor), key)| (id, (visitor.no, key))));
    }
    Ok(found)
}

fn write(tx: &mut Tx<'_>, keys: &StoreKeys, pending: Vec<Named>) -> Result<()> {
    if pending.is_empty() {
        return Ok(());
    }
    let visitors = visitors(tx, keys, pending.iter().map(|(p, _)| p.identity).collect())?;
    let mut events = Vec::with_capacity(pending.len());
    let mut owners = Vec::with_capacity(pending.len());
    for (p, name_no) in pending {
        let (visitor, key) = visitors.get(&p.identity).or_fault("find the visitor of an event")?;
        let entry = Entry {
            trusted: p.trusted,
            visitor: *visitor,
            name_no,
            received_at: p.received_at,
            user: p.event.user_id.as_deref().map(|user| user_hash(keys, user)),
            sealed: key.seal(VISITOR, p.event.document.as_bytes())?,
        };
        let (at, kind, body) = (p.event.at, p.event.kind.stored(), entry.encode());
        events.push(NewEvent { at, kind, ordinal: None, campaign: None, body });
        owners.push(*visitor);
    }
    let first = {
        let count = events.len() as i64;
        tx.append(events)? - count + 1
    };
    sql::insert_visitor_events(tx, owners.into_iter().zip(first..).collect())
}
