//! Finds out who visitors are: reads the log, makes and fills contacts from what is said about them, and links
//! visitors to contacts.
//!
//! - A visitor's first link reaches back over all they did before: the history of an anonymous browser becomes the
//!   contact's. Another contact on the same device gets what happens from then on.
//! - A page may fill gaps of a contact; what is known already only a key of the merchant's own server replaces.
//! - Two known contacts are never made one here, whoever says so. Consent is never given here.

use super::append::{VISITOR, identity_hash};
use super::model::{CallKind, Entry, Identity, RefusalReason, STORED};
use super::sql::{self, Link};
use super::traits;
use crate::consent::model::{ConsentSource, Grounds};
use crate::contacts::draft::{self, Addresses, Blind, Draft, Existing, UpsertOptions};
use crate::contacts::model::Origin;
use crate::contacts::view::Dictionary;
use crate::contacts::{self, RowOutcome};
use kernel::ids::ContactId;
use kernel::{OrFault, Result, Timestamp};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use store::vault::BLIND_LENGTH;
use store::{Consumer, Event, StoreKeys, Tx, Vault, params};

/// The reader of the log.
pub(super) struct Identify {
    /// Keys of stores.
    pub vault: Vault,
}

impl Consumer for Identify {
    fn name(&self) -> &'static str {
        "events.identify"
    }

    fn kinds(&self) -> &'static [&'static str] {
        STORED
    }

    fn handle(&self, tx: &mut Tx<'_>, events: &[Event]) -> Result<()> {
        let entries = events.iter().map(|e| Entry::decode(&e.body)).collect::<Result<Vec<_>>>()?;
        let telling = |(event, entry): &(&Event, &Entry)| entry.user.is_some() || tells(event);
        let telling: Vec<(&Event, &Entry)> = events.iter().zip(&entries).filter(telling).collect();
        if telling.is_empty() {
            return Ok(());
        }
        contacts::sql::lock(tx)?;
        let keys = self.vault.keys_in(tx)?;
        let mut known = Known::load(tx, keys, &telling)?;
        for (event, entry) in telling {
            known.hear(tx, event, entry)?;
        }
        sql::tell_linked(tx, known.linked)?;
        sql::note_refusals(tx, &known.refused)
    }
}

/// True for calls that are about who somebody is.
fn tells(event: &Event) -> bool {
    matches!(CallKind::of_stored(&event.kind), Some(CallKind::Identify | CallKind::Alias))
}

/// What is known while a batch is read.
struct Known {
    keys: std::sync::Arc<StoreKeys>,
    dictionary: Dictionary,
    /// Wrapped keys of the visitors of this batch.
    wrapped: HashMap<i64, Vec<u8>>,
    links: HashMap<i64, Vec<Link>>,
    /// Contacts by the shop's id of a user, as far as they are known or known not to be there.
    users: HashMap<Blind, Option<u32>>,
    /// Visitors who got a link.
    linked: Vec<i64>,
    refused: Vec<(String, RefusalReason)>,
}

impl Known {
    fn load(tx: &mut Tx<'_>, keys: std::sync::Arc<StoreKeys>, telling: &[(&Event, &Entry)]) -> Result<Self> {
        let visitors: HashSet<i64> = telling.iter().map(|(_, entry)| entry.visitor).collect();
        let visitors: Vec<i64> = visitors.into_iter().collect();
        let mut users: HashMap<Blind, Option<u32>> =
            telling.iter().filter_map(|(_, entry)| Some((entry.user?, None))).collect();
        for (user, ordinal) in contacts::sql::list_external(tx, users.keys().copied().collect())? {
            users.insert(user, Some(ordinal));
        }
        Ok(Known {
            keys,
            dictionary: Dictionary::load(tx)?,
            wrapped: sql::visitor_keys(tx, visitors.clone())?,
            links: sql::links(tx, visitors)?,
            users,
            linked: Vec::new(),
            refused: Vec::new(),
        })
    }

    fn hear(&mut self, tx: &mut Tx<'_>, event: &Event, entry: &Entry) -> Result<()> {
        if !tells(event) {
            return match entry.user.and_then(|user| self.users.get(&user).copied().flatten()) {
                Some(ordinal) => self.link(tx, entry.visitor, event.seq, ordinal),
                None => Ok(()),
            };
        }
        // A visitor who was erased meanwhile left nothing to read.
        let Some(wrapped) = self.wrapped.get(&entry.visitor) else { return Ok(()) };
        let key = self.keys.open_sealing_key(VISITOR, wrapped)?;
        let document: Value =
            serde_json::from_slice(&key.open(VISITOR, &entry.sealed)?).or_fault("read an event")?;
        let Some(ordinal) = self.identified(tx, event, entry, &document)? else { return Ok(()) };
        // The contact may have got the id by this very call.
        if let Some(user) = entry.user {
            self.users.insert(user, contact_of(tx, user)?);
        }
        self.link(tx, entry.visitor, event.seq, ordinal)?;
        for other in others(&self.keys, event, &document) {
            self.link_other(tx, event.seq, ordinal, other)?;
        }
        Ok(())
    }

    /// The contact that a call names, made or filled with what it says; `None` if it names nobody who can be told
    /// from others, or two.
    fn identified(
        &mut self,
        tx: &mut Tx<'_>,
        event: &Event,
        entry: &Entry,
        document: &Value,
    ) -> Result<Option<u32>> {
        let mut draft = traits::read(document, &self.dictionary);
        if !draft.complaints().is_empty() {
            return Ok(None);
        }
        if !entry.trusted && self.is_new_id_of_known(tx, entry, &draft)? {
            draft.personal.external_ids.clear();
        }
        let options = options(tx.now(), entry.trusted);
        let id: ContactId = tx.ids().make().into();
        let prepared = draft::prepare(&self.keys, id, draft, &options, tx.now())?;
        let made = contacts::upsert_batch(tx, &self.keys, vec![prepared], &options)?;
        let contact = match made.rows.first() {
            Some(RowOutcome::Created(id) | RowOutcome::Updated(id) | RowOutcome::Unchanged(id)) => *id,
            Some(RowOutcome::Conflict(_)) => {
                let kind = CallKind::of_stored(&event.kind).map_or("", CallKind::word);
                self.refused.push((kind.to_owned(), RefusalReason::TwoContacts));
                return Ok(None);
            }
            None => return Ok(None),
        };
        Ok(contacts::find_by_id(tx, contact)?.map(|c| c.ordinal))
    }

    /// A page says that somebody known by address has a user id that nobody has. It may be anybody's page: only the
    /// merchant's own server gives known contacts ids, or a stranger could take one beforehand.
    fn is_new_id_of_known(&self, tx: &mut Tx<'_>, entry: &Entry, draft: &Draft) -> Result<bool> {
        let Some(user) = entry.user else { return Ok(false) };
        let hashes = Addresses::of(&self.keys, &draft.personal);
        let addresses: Vec<_> = [hashes.email, hashes.phone].into_iter().flatten().collect();
        let known = !addresses.is_empty() && !contacts::sql::list_by_addresses(tx, addresses)?.is_empty();
        Ok(known && contact_of(tx, user)?.is_none())
    }

    /// Says that a visitor is a contact from a position on; from the beginning if nobody was known before.
    fn link(&mut self, tx: &mut Tx<'_>, visitor: i64, seq: i64, ordinal: u32) -> Result<()> {
        let links = self.links.entry(visitor).or_default();
        if links.last().is_some_and(|last| last.ordinal == ordinal) {
            return Ok(());
        }
        let from_seq = if links.is_empty() { 0 } else { seq };
        let now: Timestamp = tx.now();
        tx.execute(&sql::INSERT_LINK, params![visitor, from_seq, ordinal, now])?;
        links.push(Link { visitor, from_seq, ordinal });
        self.linked.push(visitor);
        Ok(())
    }

    /// Links a visitor known by another id, unless they are somebody else already.
    fn link_other(
        &mut self,
        tx: &mut Tx<'_>,
        seq: i64,
        ordinal: u32,
        identity: [u8; BLIND_LENGTH],
    ) -> Result<()> {
        let found = sql::visitors(tx, &HashSet::from([identity]))?;
        let Some(visitor) = found.get(&identity).map(|v| v.no) else { return Ok(()) };
        if let std::collections::hash_map::Entry::Vacant(unread) = self.links.entry(visitor) {
            unread.insert(sql::links(tx, vec![visitor])?.remove(&visitor).unwrap_or_default());
        }
        match self.links.get(&visitor).is_none_or(Vec::is_empty) {
            true => self.link(tx, visitor, seq, ordinal),
            false => Ok(()),
        }
    }
}

/// Ordinal of the contact with a user id.
fn contact_of(tx: &mut Tx<'_>, user: [u8; BLIND_LENGTH]) -> Result<Option<u32>> {
    Ok(contacts::sql::list_external(tx, vec![user])?.first().map(|(_, ordinal)| *ordinal))
}

/// Other visitors that a call says are the same person: the user by the shop's id, and what `alias` replaces.
fn others(keys: &StoreKeys, event: &Event, document: &Value) -> Vec<[u8; BLIND_LENGTH]> {
    let text = |name: &str| document[name].as_str();
    let mut others = Vec::new();
    if let Some(user) = text("userId") {
        others.push(identity_hash(keys, Identity::User(user)));
    }
    if let (true, Some(before)) = (event.kind == CallKind::Alias.stored(), text("previousId")) {
        others.push(identity_hash(keys, Identity::Anonymous(before)));
        others.push(identity_hash(keys, Identity::User(before)));
    }
    others
}

fn options(now: Timestamp, trusted: bool) -> UpsertOptions {
    let (existing, origin, actor) = match trusted {
        true => (Existing::Overwrite, Origin::Api, "system"),
        false => (Existing::FillGaps, Origin::Site, contacts::sources::SITE),
    };
    let grounds = Grounds {
        source: ConsentSource::Api,
        wording: String::new(),
        wording_version: String::new(),
        at: now,
        actor: actor.to_owned(),
        import: None,
    };
    UpsertOptions { existing, origin, grounds }
}

/// Forgets the visitors of erased contacts: their keys are destroyed, and with them all they did (P-123).
pub(super) struct ForgetErased;

impl Consumer for ForgetErased {
    fn name(&self) -> &'static str {
        "events.forget_erased"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[contacts::ERASED]
    }

    fn handle(&self, tx: &mut Tx<'_>, events: &[Event]) -> Result<()> {
        for event in events {
            let members =
                roaring::RoaringBitmap::deserialize_from(&event.body[..]).or_fault("read a bitmap")?;
            let visitors = sql::linked(tx, members.iter().map(i64::from).collect())?;
            sql::forget_visitors(tx, visitors)?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[test]
fn hashes_of_users_and_browsers_never_meet() {
    let vault = store::Vault::new(store::RootKey::new(&[3; 32]).unwrap());
    let keys = vault.installation();
    let (user, browser) =
        (identity_hash(keys, Identity::User("u1")), identity_hash(keys, Identity::Anonymous("u1")));
    assert!(user != browser && user != super::append::user_hash(keys, "u1"));
}
