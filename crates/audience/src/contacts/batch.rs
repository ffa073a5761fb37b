//! The working set of one batch of drafts: known contacts by their addresses, joined with new ones.

use crate::consent::model::{Change, Channel, ConsentSource, Suppression};
use crate::contacts::changes::Changes;
use crate::contacts::draft::{
    Addresses, Blind, Draft, Existing, PII, PreparedDraft, StatusOutcome, UpsertOptions, apply_statuses,
    blind_email, blind_phone, derive_facts, fresh_facts, merge_facts, merge_personal,
};
use crate::contacts::model::{Facts, PersonalFields};
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
    /// `None` for a new contact until it is written.
    ordinal: Option<u32>,
    facts: Facts,
    /// Encoded facts of a new contact that nothing changed since.
    encoded: Option<Vec<u8>>,
    /// Opened fields; a known contact's are opened when first needed.
    personal: Option<PersonalFields>,
    wrapped_key: Vec<u8>,
    pii: Vec<u8>,
    email: Option<Blind>,
    phone: Option<Blind>,
    external: Vec<Blind>,
    consents: Vec<(Channel, Change, ConsentSource)>,
    linked: Vec<(Channel, Blind)>,
    changed: bool,
    reseal: bool,
    /// An address was given up and must be freed before others are written.
    released: bool,
}

impl Slot {
    fn known(contact: StoredContact) -> Self {
        Slot {
            id: contact.id,
            ordinal: Some(contact.ordinal),
            facts: contact.facts,
            encoded: None,
            personal: None,
            wrapped_key: contact.wrapped_key,
            pii: contact.pii,
            email: contact.email_bi,
            phone: contact.phone_bi,
            external: Vec::new(),
            consents: Vec::new(),
            linked: Vec::new(),
            changed: false,
            reseal: false,
            released: false,
        }
    }

    fn fresh(prepared: PreparedDraft, source: ConsentSource) -> (Self, Draft, u32) {
        let PreparedDraft { draft, id, addresses, wrapped_key, pii, facts, facts_encoded, statuses } =
            prepared;
        let slot = Slot {
            id,
            ordinal: None,
            facts,
            encoded: Some(facts_encoded),
            personal: None,
            wrapped_key,
            pii,
            email: addresses.email,
            phone: addresses.phone,
            external: addresses.external,
            consents: statuses
                .changes
                .into_iter()
                .map(|(channel, change)| (channel, change, source))
                .collect(),
            linked: Vec::new(),
            changed: true,
            reseal: false,
            released: false,
        };
        (slot, draft, statuses.refused)
    }

    fn address(&self, channel: Channel) -> Option<Blind> {
        match channel {
            Channel::Email => self.email,
            Channel::Sms => self.phone,
            Channel::Push => None,
        }
    }

    fn personal(&mut self, keys: &StoreKeys) -> Result<&mut PersonalFields> {
        let opened = match self.personal.take() {
            Some(open) => open,
            None => PersonalFields::decode(
                &keys.open_contact_key(self.id, &self.wrapped_key)?.open(PII, &self.pii)?,
            )?,
        };
        Ok(self.personal.insert(opened))
    }

    fn sealed(&mut self, keys: &StoreKeys) -> Result<Vec<u8>> {
        match (&self.personal, self.reseal) {
            (Some(personal), true) => {
                keys.open_contact_key(self.id, &self.wrapped_key)?.seal(PII, &personal.encode())
            }
            _ => Ok(std::mem::take(&mut self.pii)),
        }
    }

    fn note(&mut self, outcome: StatusOutcome, source: ConsentSource) -> u32 {
        self.changed |= !outcome.changes.is_empty();
        self.consents.extend(outcome.changes.into_iter().map(|(channel, change)| (channel, change, source)));
        outcome.refused
    }

    /// Takes over what the suppression list says about an address it has from now on.
    fn take_listed(&mut self, channel: Channel, blind: Blind, hits: &list::Hits) {
        let Some(entries) = hits.get(&(channel, blind)) else {
            return;
        };
        for (reason, at) in entries {
            let change = reason.change();
            self.facts.channel_mut(channel).take(change, *at);
            self.consents.push((channel, change, ConsentSource::SuppressionList));
        }
        self.linked.push((channel, blind));
        self.changed = true;
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
        let emails: Vec<Blind> = drafts.iter().filter_map(|d| d.addresses.email).collect();
        let phones: Vec<Blind> = drafts.iter().filter_map(|d| d.addresses.phone).collect();
        let external: Vec<Blind> = drafts.iter().flat_map(|d| d.addresses.external.iter().copied()).collect();
        let mut batch = Batch {
            keys,
            options,
            now: tx.now(),
            slots: Vec::with_capacity(drafts.len()),
            emails: Index::default(),
            phones: Index::default(),
            external: Index::default(),
            hits: list::find_hits(tx, &emails, &phones)?,
            outcome: BatchOutcome { rows: Vec::with_capacity(drafts.len()), ..BatchOutcome::default() },
        };
        batch.load_known(tx, emails, phones, external)?;
        Ok(batch)
    }

    fn load_known(
        &mut self,
        tx: &mut Tx<'_>,
        emails: Vec<Blind>,
        phones: Vec<Blind>,
        external: Vec<Blind>,
    ) -> Result<()> {
        let mut known = HashMap::new();
        if !emails.is_empty() {
            self.add_known(sql::list_by_emails(tx, emails)?, &mut known);
        }
        if !phones.is_empty() {
            self.add_known(sql::list_by_phones(tx, phones)?, &mut known);
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
            Ok(None) => self.create(prepared),
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

    fn create(&mut self, prepared: PreparedDraft) -> RowOutcome {
        let place = self.slots.len();
        let (mut slot, draft, mut refused) = Slot::fresh(prepared, self.options.grounds.source);
        self.emails.put(slot.email, place);
        self.phones.put(slot.phone, place);
        for blind in &slot.external {
            self.external.put(Some(*blind), place);
        }
        if !self.hits.is_empty() && [Channel::Email, Channel::Sms].iter().any(|c| self.is_listed(&slot, *c)) {
            refused = self.restart_listed(&mut slot, &draft);
        }
        let id = slot.id;
        self.outcome.subscriptions_refused += u64::from(refused);
        self.slots.push(slot);
        RowOutcome::Created(id)
    }

    fn is_listed(&self, slot: &Slot, channel: Channel) -> bool {
        slot.address(channel).is_some_and(|blind| self.hits.contains_key(&(channel, blind)))
    }

    /// A new contact whose address is on the suppression list: the list speaks before the draft does.
    fn restart_listed(&self, slot: &mut Slot, draft: &Draft) -> u32 {
        slot.facts = fresh_facts(draft, self.options, self.now);
        slot.encoded = None;
        slot.consents.clear();
        for channel in [Channel::Email, Channel::Sms] {
            if let Some(blind) = slot.address(channel) {
                slot.take_listed(channel, blind, &self.hits);
            }
        }
        let outcome = apply_statuses(&mut slot.facts, draft, &self.options.grounds, self.now);
        slot.note(outcome, self.options.grounds.source)
    }

    fn merge(&mut self, place: usize, prepared: &PreparedDraft) -> Result<RowOutcome> {
        let (keys, options) = (self.keys, self.options);
        let slot = &mut self.slots[place];
        let before = slot.changed;
        if options.existing == Existing::Skip {
            return Ok(RowOutcome::Unchanged(slot.id));
        }
        // Whether this draft changes anything is told by a flag that begins false.
        slot.changed = false;
        let overwrite = options.existing == Existing::Overwrite;
        if merge_personal(slot.personal(keys)?, &prepared.draft.personal, overwrite) {
            slot.reseal = true;
            slot.changed = true;
            self.readdress(place)?;
        }
        let slot = &mut self.slots[place];
        slot.changed |= merge_facts(&mut slot.facts, &prepared.draft, options.origin, overwrite);
        let outcome = apply_statuses(&mut slot.facts, &prepared.draft, &options.grounds, self.now);
        self.outcome.subscriptions_refused += u64::from(slot.note(outcome, options.grounds.source));
        let changed = std::mem::replace(&mut slot.changed, true);
        slot.changed = changed || before;
        if changed {
            slot.encoded = None;
        }
        Ok(if changed { RowOutcome::Updated(slot.id) } else { RowOutcome::Unchanged(slot.id) })
    }

    /// After personal fields changed: addresses, their indexes, what hangs on an address.
    fn readdress(&mut self, place: usize) -> Result<()> {
        let keys = self.keys;
        let slot = &mut self.slots[place];
        let personal = slot.personal(keys)?.clone();
        derive_facts(&mut slot.facts, &personal);
        let email = personal.email.as_deref().map(|e| blind_email(keys, e));
        let phone = personal.phone.as_deref().map(|p| blind_phone(keys, p));
        for (channel, old, new) in [(Channel::Email, slot.email, email), (Channel::Sms, slot.phone, phone)] {
            if old == new {
                continue;
            }
            slot.released |= old.is_some() && slot.ordinal.is_some();
            if slot.facts.channel(channel).bounced_at.is_some() {
                // The dead address is gone; the new one has not bounced.
                let lift = Change::Lift(Suppression::Bounced);
                slot.facts.channel_mut(channel).take(lift, self.now);
                slot.consents.push((channel, lift, self.options.grounds.source));
            }
            if let Some(new) = new {
                slot.take_listed(channel, new, &self.hits);
            }
        }
        let (old_email, old_phone) = (slot.email, slot.phone);
        (slot.email, slot.phone) = (email, phone);
        let external: Vec<Blind> = Addresses::of(keys, &personal).external;
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
        self.slots.retain(|s| s.changed);
        let fresh = self.slots.iter().filter(|s| s.ordinal.is_none()).count();
        let released: Vec<u32> = self.slots.iter().filter(|s| s.released).filter_map(|s| s.ordinal).collect();
        sql::release_addresses(tx, &released)?;
        let mut next = if fresh > 0 { tx.take_ordinals(fresh as u32)? } else { 0 };
        let (mut inserts, mut updates) = (Vec::with_capacity(fresh), Vec::new());
        let mut told = Told::default();
        for mut slot in self.slots {
            let is_new = slot.ordinal.is_none();
            let ordinal = slot.ordinal.unwrap_or(next);
            next += u32::from(is_new);
            told.note(ordinal, &slot);
            let sealed = slot.sealed(self.keys)?;
            let facts = slot.encoded.take().unwrap_or_else(|| slot.facts.encode());
            match is_new {
                true => inserts.push(insert_row(ordinal, self.now, slot, facts, sealed)),
                false => updates.push(update_row(ordinal, self.now, &slot, facts, sealed)),
            }
        }
        tx.execute_many(&sql::UPDATE_CONTACT, updates)?;
        tx.insert_many(&sql::INSERT_CONTACT, inserts)?;
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
    external: Vec<Vec<Value>>,
    linked: Vec<(Channel, Blind, u32)>,
}

impl Told {
    fn note(&mut self, ordinal: u32, slot: &Slot) {
        self.changes.touch(ordinal);
        for (channel, change, source) in &slot.consents {
            self.changes.consent(ordinal, *channel, *change, *source);
        }
        self.external.extend(slot.external.iter().map(|b| vec![(*b).into(), ordinal.into()]));
        self.linked.extend(slot.linked.iter().map(|(channel, blind)| (*channel, *blind, ordinal)));
    }
}

fn insert_row(ordinal: u32, now: Timestamp, slot: Slot, facts: Vec<u8>, pii: Vec<u8>) -> Vec<Value> {
    let mut row = Vec::with_capacity(10);
    row.extend([
        ordinal.into(),
        slot.id.into(),
        1_i64.into(),
        now.into(),
        slot.email.into(),
        slot.phone.into(),
    ]);
    row.extend([facts.into(), slot.wrapped_key.into(), pii.into()]);
    row
}

fn update_row(ordinal: u32, now: Timestamp, slot: &Slot, facts: Vec<u8>, pii: Vec<u8>) -> Vec<Value> {
    vec![ordinal.into(), now.into(), slot.email.into(), slot.phone.into(), facts.into(), pii.into()]
}
