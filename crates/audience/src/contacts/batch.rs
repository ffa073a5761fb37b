//! The working set of one batch of drafts: known contacts by their addresses, joined with new ones.

use crate::consent::model::{Change, Channel, ConsentSource, Suppression};
use crate::contacts::changes::Changes;
use crate::contacts::draft::{
    Addresses, Blind, Existing, PII, PreparedDraft, StatusOutcome, UpsertOptions, apply_statuses,
    blind_email, blind_phone, derive_facts, fresh_facts, merge_facts, merge_personal,
};
use crate::contacts::model::{Facts, PersonalFields};
use crate::contacts::sources::{Before, Stamp};
use crate::contacts::sql::{self, StoredContact};
use crate::contacts::upsert::{BatchOutcome, Conflict, RowOutcome};
use crate::suppressions::sql as list;
use kernel::ids::ContactId;
use kernel::{Result, Timestamp};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use store::{StoreKeys, Tx, Value};

/// One contact of the batch while drafts join it.
struct Slot {
    id: ContactId,
    /// A new contact's is given when it is written.
    ordinal: u32,
    is_new: bool,
    /// Encoded facts, unless they are open.
    encoded: Vec<u8>,
    /// Opened facts; a new contact's are opened when another draft joins it.
    facts: Option<Box<Facts>>,
    /// Opened fields; opened when first needed.
    personal: Option<Box<PersonalFields>>,
    wrapped_key: Vec<u8>,
    pii: Vec<u8>,
    email: Option<Blind>,
    phone: Option<Blind>,
    /// Email address and phone number by which it is found at present.
    found_by: [Option<Blind>; 2],
    external: Vec<Blind>,
    consents: Vec<(Channel, Change, ConsentSource)>,
    linked: Vec<(Channel, Blind)>,
    changed: bool,
    reseal: bool,
}

impl Slot {
    fn known(contact: StoredContact) -> Self {
        Slot {
            id: contact.id,
            ordinal: contact.ordinal,
            is_new: false,
            encoded: Vec::new(),
            facts: Some(Box::new(contact.facts)),
            personal: None,
            wrapped_key: contact.wrapped_key,
            pii: contact.pii,
            email: contact.email_bi,
            phone: contact.phone_bi,
            found_by: [contact.email_bi, contact.phone_bi],
            external: Vec::new(),
            consents: Vec::new(),
            linked: Vec::new(),
            changed: false,
            reseal: false,
        }
    }

    fn fresh(prepared: PreparedDraft, source: ConsentSource) -> Self {
        let changes = prepared.outcome.changes.into_iter();
        Slot {
            id: prepared.id,
            ordinal: 0,
            is_new: true,
            encoded: prepared.facts,
            facts: None,
            personal: None,
            wrapped_key: prepared.wrapped_key,
            pii: prepared.pii,
            email: prepared.addresses.email,
            phone: prepared.addresses.phone,
            found_by: [None; 2],
            external: prepared.addresses.external,
            consents: changes.map(|(channel, change)| (channel, change, source)).collect(),
            linked: Vec::new(),
            changed: true,
            reseal: false,
        }
    }

    fn facts(&mut self) -> Result<&mut Facts> {
        let opened = match self.facts.take() {
            Some(open) => open,
            None => Box::new(Facts::decode(&self.encoded)?),
        };
        Ok(self.facts.insert(opened))
    }

    fn encoded(&mut self) -> Vec<u8> {
        match &self.facts {
            Some(facts) => facts.encode(),
            None => std::mem::take(&mut self.encoded),
        }
    }

    fn personal(&mut self, keys: &StoreKeys) -> Result<&mut PersonalFields> {
        let opened = match self.personal.take() {
            Some(open) => open,
            None => {
                let key = keys.open_contact_key(self.id, &self.wrapped_key)?;
                Box::new(PersonalFields::decode(&key.open(PII, &self.pii)?)?)
            }
        };
        Ok(self.personal.insert(opened))
    }

    /// The fields as they are, for telling later which of them changed.
    fn fields(&mut self, keys: &StoreKeys) -> Result<Before> {
        let facts = self.facts()?.clone();
        Ok(Before::of(self.personal(keys)?, &facts))
    }

    /// Seals the personal fields again if they changed.
    fn seal(&mut self, keys: &StoreKeys) -> Result<()> {
        if let (Some(personal), true) = (&self.personal, self.reseal) {
            let key = keys.open_contact_key(self.id, &self.wrapped_key)?;
            self.pii = key.seal(PII, &personal.encode())?;
        }
        Ok(())
    }

    fn note(&mut self, outcome: StatusOutcome, source: ConsentSource) -> u32 {
        self.changed |= !outcome.changes.is_empty();
        self.consents.extend(outcome.changes.into_iter().map(|(channel, change)| (channel, change, source)));
        outcome.refused
    }

    /// Takes over what the suppression list says about an address it has from now on.
    fn take_listed(&mut self, channel: Channel, blind: Blind, hits: &list::Hits) -> Result<()> {
        let Some(entries) = hits.get(&(channel, blind)) else {
            return Ok(());
        };
        for (reason, at) in entries {
            let change = reason.change();
            self.facts()?.channel_mut(channel).take(change, *at);
            self.consents.push((channel, change, ConsentSource::SuppressionList));
        }
        self.linked.push((channel, blind));
        self.changed = true;
        Ok(())
    }
}

/// Keyed hashes are random already: eight of their bytes serve as hash.
#[derive(Default)]
struct BlindHasher(u64);

impl Hasher for BlindHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u128(&mut self, value: u128) {
        self.0 = value as u64;
    }
}

/// From keyed hash to place in the batch.
#[derive(Default)]
struct Index(HashMap<u128, usize, BuildHasherDefault<BlindHasher>>);

impl Index {
    fn with_capacity(count: usize) -> Self {
        Index(HashMap::with_capacity_and_hasher(count, BuildHasherDefault::default()))
    }

    fn get(&self, blind: Option<Blind>) -> Option<usize> {
        self.0.get(&u128::from_le_bytes(blind?)).copied()
    }

    fn put(&mut self, blind: Option<Blind>, place: usize) {
        if let Some(blind) = blind {
            self.0.insert(u128::from_le_bytes(blind), place);
        }
    }

    fn remove(&mut self, blind: Option<Blind>) {
        if let Some(blind) = blind {
            self.0.remove(&u128::from_le_bytes(blind));
        }
    }
}

pub(super) struct Batch<'a> {
    keys: &'a StoreKeys,
    options: &'a UpsertOptions,
    now: Timestamp,
    slots: Vec<Slot>,
    emails: Index,
    phones: Index,
    external: Index,
    hits: list::Hits,
    outcome: BatchOutcome,
}

impl<'a> Batch<'a> {
    /// Looks up every contact that the drafts may be about, by lists.
    pub(super) fn load(
        tx: &mut Tx<'_>,
        keys: &'a StoreKeys,
        drafts: &[PreparedDraft],
        options: &'a UpsertOptions,
    ) -> Result<Self> {
        let mut addresses: Vec<Blind> = drafts.iter().filter_map(|d| d.addresses.email).collect();
        let phones: Vec<Blind> = drafts.iter().filter_map(|d| d.addresses.phone).collect();
        let external: Vec<Blind> = drafts.iter().flat_map(|d| d.addresses.external.iter().copied()).collect();
        let hits = list::find_hits(tx, &addresses, &phones)?;
        let phone_count = phones.len();
        addresses.extend(phones);
        let mut batch = Batch {
            keys,
            options,
            now: tx.now(),
            slots: Vec::with_capacity(drafts.len()),
            emails: Index::with_capacity(addresses.len() - phone_count),
            phones: Index::with_capacity(phone_count),
            external: Index::default(),
            hits,
            outcome: BatchOutcome { rows: Vec::with_capacity(drafts.len()), ..BatchOutcome::default() },
        };
        batch.load_known(tx, addresses, external)?;
        Ok(batch)
    }

    fn load_known(&mut self, tx: &mut Tx<'_>, addresses: Vec<Blind>, external: Vec<Blind>) -> Result<()> {
        let mut known = HashMap::new();
        if !addresses.is_empty() {
            self.add_known(sql::list_by_addresses(tx, addresses)?, &mut known);
        }
        if external.is_empty() {
            return Ok(());
        }
        let owners = sql::list_external(tx, external)?;
        let missing: Vec<u32> = owners.iter().map(|(_, o)| *o).filter(|o| !known.contains_key(o)).collect();
        self.add_known(sql::load_many(tx, &missing)?, &mut known);
        for (blind, ordinal) in owners {
            if let Some(place) = known.get(&ordinal) {
                self.external.put(Some(blind), *place);
            }
        }
        Ok(())
    }

    fn add_known(&mut self, contacts: Vec<StoredContact>, known: &mut HashMap<u32, usize>) {
        for contact in contacts {
            if known.contains_key(&contact.ordinal) {
                continue;
            }
            let place = self.slots.len();
            known.insert(contact.ordinal, place);
            self.emails.put(contact.email_bi, place);
            self.phones.put(contact.phone_bi, place);
            self.slots.push(Slot::known(contact));
        }
    }

    /// Finds the contact a draft is about: by email, phone and external id, which must agree.
    fn resolve(&self, addresses: &Addresses) -> Result<Option<usize>, Conflict> {
        let by_email = self.emails.get(addresses.email);
        let by_phone = self.phones.get(addresses.phone);
        let by_external = addresses.external.iter().find_map(|e| self.external.get(Some(*e)));
        let mut found: Option<usize> = None;
        for owner in [by_email, by_phone, by_external].into_iter().flatten() {
            match found {
                Some(first) if first != owner => {
                    return Err(Conflict::TwoContacts(self.slots[first].id, self.slots[owner].id));
                }
                _ => found = Some(owner),
            }
        }
        if let (None, Some(owner), None) = (by_email, by_phone, by_external)
            && addresses.email.is_some()
            && self.slots[owner].email.is_some()
        {
            return Err(Conflict::PhoneOfAnother(self.slots[owner].id));
        }
        Ok(found)
    }

    /// Lets one draft join.
    pub(super) fn join(&mut self, prepared: PreparedDraft) -> Result<()> {
        let row = match self.resolve(&prepared.addresses) {
            Err(conflict) => RowOutcome::Conflict(conflict),
            Ok(None) => self.create(prepared)?,
            Ok(Some(place)) => self.merge(place, &prepared)?,
        };
        match row {
            RowOutcome::Created(_) => self.outcome.created += 1,
            RowOutcome::Updated(_) => self.outcome.updated += 1,
            RowOutcome::Unchanged(_) => self.outcome.unchanged += 1,
            RowOutcome::Conflict(_) => self.outcome.conflicts += 1,
        }
        self.outcome.rows.push(row);
        Ok(())
    }

    fn create(&mut self, prepared: PreparedDraft) -> Result<RowOutcome> {
        let (place, id) = (self.slots.len(), prepared.id);
        let (email, phone) = (prepared.addresses.email, prepared.addresses.phone);
        self.emails.put(email, place);
        self.phones.put(phone, place);
        for blind in &prepared.addresses.external {
            self.external.put(Some(*blind), place);
        }
        let is_listed = [(Channel::Email, email), (Channel::Sms, phone)]
            .into_iter()
            .any(|(channel, blind)| blind.is_some_and(|b| self.hits.contains_key(&(channel, b))));
        let (slot, refused) = match is_listed {
            true => self.listed(prepared)?,
            false => {
                let refused = prepared.outcome.refused;
                (Slot::fresh(prepared, self.options.grounds.source), refused)
            }
        };
        self.outcome.subscriptions_refused += u64::from(refused);
        self.slots.push(slot);
        Ok(RowOutcome::Created(id))
    }

    /// A new contact whose address is on the suppression list: the list speaks before the draft does.
    fn listed(&self, prepared: PreparedDraft) -> Result<(Slot, u32)> {
        let draft = prepared.reopen(self.keys)?;
        let mut slot = Slot::fresh(prepared, self.options.grounds.source);
        slot.facts = Some(Box::new(fresh_facts(&draft, self.options, self.now)));
        slot.consents.clear();
        for (channel, blind) in [(Channel::Email, slot.email), (Channel::Sms, slot.phone)] {
            if let Some(blind) = blind {
                slot.take_listed(channel, blind, &self.hits)?;
            }
        }
        let outcome = apply_statuses(slot.facts()?, &draft, &self.options.grounds, self.now);
        let refused = slot.note(outcome, self.options.grounds.source);
        Ok((slot, refused))
    }

    fn merge(&mut self, place: usize, prepared: &PreparedDraft) -> Result<RowOutcome> {
        let (keys, options) = (self.keys, self.options);
        let slot = &mut self.slots[place];
        let before = slot.changed;
        if options.existing == Existing::Skip {
            return Ok(RowOutcome::Unchanged(slot.id));
        }
        let draft = prepared.reopen(keys)?;
        // Whether this draft changes anything is told by a flag that begins false.
        slot.changed = false;
        let overwrite = options.existing == Existing::Overwrite;
        let known_ids = slot.personal(keys)?.external_ids.len();
        let known = slot.fields(keys)?;
        if merge_personal(slot.personal(keys)?, &draft.personal, overwrite) {
            slot.reseal = true;
            slot.changed = true;
            self.readdress(place, known_ids)?;
        }
        let slot = &mut self.slots[place];
        slot.changed |= merge_facts(slot.facts()?, &draft, options.origin, overwrite);
        let stamp = Stamp { origin: options.origin, actor: &options.grounds.actor, at: self.now };
        if slot.changed {
            let facts = slot.facts()?.clone();
            slot.reseal |= known.note(slot.personal(keys)?, &facts, stamp);
        }
        let outcome = apply_statuses(slot.facts()?, &draft, &options.grounds, self.now);
        self.outcome.subscriptions_refused += u64::from(slot.note(outcome, options.grounds.source));
        let changed = slot.changed;
        slot.changed |= before;
        Ok(if changed { RowOutcome::Updated(slot.id) } else { RowOutcome::Unchanged(slot.id) })
    }

    /// After personal fields changed: addresses, their indexes, what hangs on an address. Ids in other systems from
    /// the number `known_ids` on are new.
    fn readdress(&mut self, place: usize, known_ids: usize) -> Result<()> {
        let keys = self.keys;
        let slot = &mut self.slots[place];
        let personal = slot.personal(keys)?.clone();
        derive_facts(slot.facts()?, &personal);
        let email = personal.email.as_deref().map(|e| blind_email(keys, e));
        let phone = personal.phone.as_deref().map(|p| blind_phone(keys, p));
        for (channel, old, new) in [(Channel::Email, slot.email, email), (Channel::Sms, slot.phone, phone)] {
            if old == new {
                continue;
            }
            if slot.facts()?.channel(channel).bounced_at.is_some() {
                // The dead address is gone; the new one has not bounced.
                let lift = Change::Lift(Suppression::Bounced);
                slot.facts()?.channel_mut(channel).take(lift, self.now);
                slot.consents.push((channel, lift, self.options.grounds.source));
            }
            if let Some(new) = new {
                slot.take_listed(channel, new, &self.hits)?;
            }
        }
        let (old_email, old_phone) = (slot.email, slot.phone);
        (slot.email, slot.phone) = (email, phone);
        let external = Addresses::of(keys, &personal).external.split_off(known_ids);
        let fresh: Vec<Blind> =
            external.into_iter().filter(|b| self.external.get(Some(*b)).is_none()).collect();
        for blind in &fresh {
            self.external.put(Some(*blind), place);
        }
        self.slots[place].external.extend(fresh);
        if old_email != email {
            self.emails.remove(old_email);
            self.emails.put(email, place);
        }
        if old_phone != phone {
            self.phones.remove(old_phone);
            self.phones.put(phone, place);
        }
        Ok(())
    }

    /// Writes what changed, records it and answers what became of each draft.
    pub(super) fn write(mut self, tx: &mut Tx<'_>) -> Result<BatchOutcome> {
        let (now, keys) = (self.now, self.keys);
        self.slots.retain(|s| s.changed);
        let fresh = self.slots.iter().filter(|s| s.is_new).count();
        let mut next = if fresh == 0 { 0 } else { tx.take_ordinals(fresh as u32)? };
        let mut told = Told::default();
        let mut updates = Vec::new();
        for slot in &mut self.slots {
            slot.seal(keys)?;
            if slot.is_new {
                slot.ordinal = next;
                next += 1;
            } else {
                updates.push(update_row(slot, now));
            }
            told.note(slot);
        }
        tx.execute_many(&sql::UPDATE_CONTACT, updates)?;
        let inserts = self.slots.into_iter().filter(|s| s.is_new).map(|slot| insert_row(slot, now));
        tx.insert_many(&sql::INSERT_CONTACT, inserts)?;
        sql::move_addresses(tx, told.gone, told.come)?;
        tx.insert_many(&sql::INSERT_EXTERNAL, told.external)?;
        list::link(tx, &told.linked)?;
        told.changes.record(tx, &self.options.grounds)?;
        Ok(self.outcome)
    }
}

/// What has to be told apart from the rows themselves.
#[derive(Default)]
struct Told {
    changes: Changes,
    gone: Vec<Blind>,
    come: Vec<(Blind, u32)>,
    external: Vec<Vec<Value>>,
    linked: Vec<(Channel, Blind, u32)>,
}

impl Told {
    fn note(&mut self, slot: &Slot) {
        let ordinal = slot.ordinal;
        self.changes.touch(ordinal);
        for (channel, change, source) in &slot.consents {
            self.changes.consent(ordinal, *channel, *change, *source);
        }
        for (old, new) in slot.found_by.into_iter().zip([slot.email, slot.phone]) {
            if old != new {
                self.gone.extend(old);
                self.come.extend(new.map(|blind| (blind, ordinal)));
            }
        }
        self.external.extend(slot.external.iter().map(|b| vec![(*b).into(), ordinal.into()]));
        self.linked.extend(slot.linked.iter().map(|(channel, blind)| (*channel, *blind, ordinal)));
    }
}

fn insert_row(mut slot: Slot, now: Timestamp) -> Vec<Value> {
    let facts = slot.encoded();
    // One more than the row's own: the store comes first.
    let mut row = Vec::with_capacity(10);
    row.extend([slot.ordinal.into(), slot.id.into(), 1_i64.into(), now.into()]);
    row.extend([slot.email.into(), slot.phone.into()]);
    row.extend([facts.into(), slot.wrapped_key.into(), slot.pii.into()]);
    row
}

fn update_row(slot: &mut Slot, now: Timestamp) -> Vec<Value> {
    let (facts, pii) = (slot.encoded(), std::mem::take(&mut slot.pii));
    let (email, phone) = (slot.email.into(), slot.phone.into());
    vec![slot.ordinal.into(), now.into(), email, phone, facts.into(), pii.into()]
}
