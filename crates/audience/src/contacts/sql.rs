//! Statements on contacts, and the functions that run them.

use crate::consent::model::Channel;
use crate::contacts::draft::{Blind, PII};
use crate::contacts::model::{Facts, PersonalFields};
use kernel::ids::ContactId;
use kernel::{OrFault, Problem, Result, Timestamp};
use roaring::RoaringBitmap;
use std::collections::HashMap;
use store::{ContactKey, RowRef, Statement, StoreKeys, Tx, Value, params, statements};

statements! {
    /// Locks the store's lane, so that writers of contacts follow one another.
    LOCK_LANE = "SELECT next_ordinal FROM store_lanes WHERE store_id = $1 {for_update}";
    /// Adds a contact.
    INSERT_CONTACT = "INSERT INTO contacts (store_id, ordinal, id, version, updated_at, email_bi, phone_bi, facts,
        wrapped_key, pii) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    /// Replaces what is stored of a contact.
    UPDATE_CONTACT = "UPDATE contacts SET version = version + 1, updated_at = $3, email_bi = $4, phone_bi = $5,
        facts = $6, pii = $7 WHERE store_id = $1 AND ordinal = $2";
    /// Notes whose an address is.
    INSERT_ADDRESS = "INSERT INTO contact_addresses (store_id, address_bi, ordinal) VALUES ($1, $2, $3)";
    /// Gives an address up.
    DELETE_ADDRESS = "DELETE FROM contact_addresses WHERE store_id = $1 AND address_bi = $2";
    /// Replaces the facts of a contact.
    UPDATE_FACTS = "UPDATE contacts SET version = version + 1, updated_at = $3, facts = $4
        WHERE store_id = $1 AND ordinal = $2";
    /// Destroys everything that says who a contact was; the row stays as a tombstone (P-123).
    ERASE_CONTACT = "UPDATE contacts SET version = version + 1, updated_at = $3, email_bi = NULL, phone_bi = NULL,
        facts = $4, wrapped_key = NULL, pii = NULL WHERE store_id = $1 AND ordinal = $2";
    /// A contact by its public id.
    FIND_BY_ID = "SELECT ordinal, id, version, updated_at, facts, wrapped_key, pii, email_bi, phone_bi FROM contacts
        WHERE store_id = $1 AND id = $2 AND wrapped_key IS NOT NULL";
    /// Contacts by keyed hashes of addresses.
    LIST_BY_ADDRESSES = "SELECT c.ordinal, c.id, c.version, c.updated_at, c.facts, c.wrapped_key, c.pii, c.email_bi,
        c.phone_bi FROM contact_addresses a JOIN contacts c ON c.store_id = a.store_id AND c.ordinal = a.ordinal
        WHERE a.store_id = $1 AND a.address_bi {in $2}";
    /// Contacts by ordinals, ascending.
    LIST_BY_ORDINALS = "SELECT ordinal, id, version, updated_at, facts, wrapped_key, pii, email_bi, phone_bi FROM contacts
        WHERE store_id = $1 AND ordinal {in $2} AND wrapped_key IS NOT NULL ORDER BY ordinal";
    /// The keyed hashes of the addresses of some contacts, ascending.
    LIST_ADDRESSES = "SELECT ordinal, email_bi, phone_bi FROM contacts
        WHERE store_id = $1 AND ordinal {in $2} AND wrapped_key IS NOT NULL ORDER BY ordinal";
    /// Contacts by public ids.
    LIST_BY_IDS = "SELECT ordinal, id, version, updated_at, facts, wrapped_key, pii, email_bi, phone_bi FROM contacts
        WHERE store_id = $1 AND id {in $2} AND wrapped_key IS NOT NULL ORDER BY ordinal";
    /// A range of contacts, newest first.
    SCAN_CONTACTS = "SELECT ordinal, id, version, updated_at, facts, wrapped_key, pii, email_bi, phone_bi FROM contacts
        WHERE store_id = $1 AND ordinal >= $2 AND ordinal < $3 AND wrapped_key IS NOT NULL ORDER BY ordinal DESC";
    /// What a search looks at of a range of contacts, newest first.
    SCAN_SEALED = "SELECT ordinal, id, wrapped_key, pii FROM contacts
        WHERE store_id = $1 AND ordinal >= $2 AND ordinal < $3 AND wrapped_key IS NOT NULL ORDER BY ordinal DESC";
    /// The facts of a range of contacts, ascending.
    SCAN_FACTS = "SELECT ordinal, facts FROM contacts
        WHERE store_id = $1 AND ordinal >= $2 AND ordinal < $3 AND wrapped_key IS NOT NULL ORDER BY ordinal";
    /// The facts of some contacts, ascending.
    LIST_FACTS = "SELECT ordinal, facts FROM contacts
        WHERE store_id = $1 AND ordinal {in $2} AND wrapped_key IS NOT NULL ORDER BY ordinal";
    /// Some contact that is not erased.
    FIND_ANY_CONTACT = "SELECT ordinal FROM contacts WHERE store_id = $1 AND wrapped_key IS NOT NULL
        ORDER BY ordinal DESC LIMIT 1";
    /// Number of contacts.
    COUNT_CONTACTS = "SELECT count(*) FROM contacts WHERE store_id = $1 AND wrapped_key IS NOT NULL";
    /// Whom ids of other systems belong to.
    LIST_EXTERNAL = "SELECT external_bi, ordinal FROM contact_external_ids WHERE store_id = $1 AND external_bi {in $2}";
    /// Notes an id of another system.
    INSERT_EXTERNAL = "INSERT INTO contact_external_ids (store_id, external_bi, ordinal) VALUES ($1, $2, $3)";
    /// Forgets the ids of a contact in other systems.
    DELETE_EXTERNAL = "DELETE FROM contact_external_ids WHERE store_id = $1 AND ordinal = $2";
}

/// A contact as stored: facts open, personal fields sealed.
#[derive(Clone, Debug)]
pub struct StoredContact {
    /// Dense number in the store.
    pub ordinal: u32,
    /// Public id.
    pub id: ContactId,
    /// Counts changes; the entity tag of the API.
    pub version: i64,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// What is known without decrypting.
    pub facts: Facts,
    pub(crate) wrapped_key: Vec<u8>,
    pub(crate) pii: Vec<u8>,
    pub(crate) email_bi: Option<Blind>,
    pub(crate) phone_bi: Option<Blind>,
}

impl StoredContact {
    pub(crate) fn of(row: &RowRef<'_>) -> Result<Self> {
        Ok(StoredContact {
            ordinal: row.int(0)? as u32,
            id: ContactId(row.int(1)?),
            version: row.int(2)?,
            updated_at: Timestamp(row.int(3)?),
            facts: Facts::decode(row.blob(4)?)?,
            wrapped_key: row.blob(5)?.to_vec(),
            pii: row.blob(6)?.to_vec(),
            email_bi: blind_column(row, 7)?,
            phone_bi: blind_column(row, 8)?,
        })
    }

    /// The contact's own key.
    pub fn key(&self, keys: &StoreKeys) -> Result<ContactKey> {
        keys.open_contact_key(self.id, &self.wrapped_key)
    }

    /// Decrypts the personal fields.
    pub fn open(&self, keys: &StoreKeys) -> Result<PersonalFields> {
        PersonalFields::decode(&self.key(keys)?.open(PII, &self.pii)?)
    }
}

fn blind_column(row: &RowRef<'_>, i: usize) -> Result<Option<Blind>> {
    row.opt_blob(i)?.map(|b| b.try_into().or_fault("read a keyed hash")).transpose()
}

fn collect(tx: &mut Tx<'_>, statement: &'static Statement, params: &[Value]) -> Result<Vec<StoredContact>> {
    let mut found = Vec::new();
    tx.query_each(statement, params, |row| {
        found.push(StoredContact::of(row)?);
        Ok(true)
    })?;
    Ok(found)
}

/// Makes writers of contacts of this store follow one another until commit. Call it before reading what
/// will be written; on SQLite the single writer does it anyway.
pub fn lock(tx: &mut Tx<'_>) -> Result<()> {
    tx.query_one(&LOCK_LANE, params![]).map(drop)
}

/// Contacts by ordinals, ascending; erased and unknown ones are absent.
pub fn load_many(tx: &mut Tx<'_>, ordinals: &[u32]) -> Result<Vec<StoredContact>> {
    let list: Vec<i64> = ordinals.iter().map(|o| i64::from(*o)).collect();
    collect(tx, &LIST_BY_ORDINALS, params![list])
}

/// Contacts by public ids, ascending by ordinal; erased and unknown ones are absent.
pub fn load_ids(tx: &mut Tx<'_>, ids: &[ContactId]) -> Result<Vec<StoredContact>> {
    let list: Vec<i64> = ids.iter().map(|o| o.0).collect();
    collect(tx, &LIST_BY_IDS, params![list])
}

/// A contact by public id.
pub fn find_by_id(tx: &mut Tx<'_>, id: ContactId) -> Result<Option<StoredContact>> {
    Ok(collect(tx, &FIND_BY_ID, params![id])?.pop())
}

/// A contact by public id. Problem: absent.
pub fn get_by_id(tx: &mut Tx<'_>, id: ContactId) -> Result<StoredContact> {
    find_by_id(tx, id)?.ok_or_else(|| Problem::not_found("contact").into())
}

/// A contact by ordinal.
pub fn find_by_ordinal(tx: &mut Tx<'_>, ordinal: u32) -> Result<Option<StoredContact>> {
    Ok(load_many(tx, &[ordinal])?.pop())
}

/// A contact by a normalised email address.
pub fn find_by_email(tx: &mut Tx<'_>, keys: &StoreKeys, email: &str) -> Result<Option<StoredContact>> {
    Ok(list_by_addresses(tx, vec![super::draft::blind_email(keys, email)])?.pop())
}

/// A contact by a number in E.164.
pub fn find_by_phone(tx: &mut Tx<'_>, keys: &StoreKeys, phone: &str) -> Result<Option<StoredContact>> {
    Ok(list_by_addresses(tx, vec![super::draft::blind_phone(keys, phone)])?.pop())
}

fn blobs(list: Vec<Blind>) -> Value {
    Value::Blobs(list.into_iter().map(|b| b.to_vec()).collect())
}

/// Contacts by keyed hashes of email addresses and phone numbers. A contact found by two is there twice.
pub(crate) fn list_by_addresses(tx: &mut Tx<'_>, mut list: Vec<Blind>) -> Result<Vec<StoredContact>> {
    // In order, the probes of a long list touch each page once.
    list.sort_unstable();
    collect(tx, &LIST_BY_ADDRESSES, &[blobs(list)])
}

/// The keyed hash of a contact's address on a channel.
pub(crate) fn address_of(contact: &StoredContact, channel: Channel) -> Option<Blind> {
    match channel {
        Channel::Email => contact.email_bi,
        Channel::Sms => contact.phone_bi,
        Channel::Push => None,
    }
}

/// The addresses of some contacts on a channel, as keyed hashes; ascending, erased contacts are absent.
pub(crate) fn list_addresses(
    tx: &mut Tx<'_>,
    channel: Channel,
    ordinals: &RoaringBitmap,
) -> Result<Vec<(u32, Option<Blind>)>> {
    let list: Vec<i64> = ordinals.iter().map(i64::from).collect();
    let mut found = Vec::with_capacity(list.len());
    tx.query_each(&LIST_ADDRESSES, params![list], |row| {
        let address = match channel {
            Channel::Email => blind_column(row, 1)?,
            Channel::Sms => blind_column(row, 2)?,
            Channel::Push => None,
        };
        found.push((row.int(0)? as u32, address));
        Ok(true)
    })?;
    Ok(found)
}

/// Ordinals of the contacts who have some addresses.
pub(crate) fn owners(tx: &mut Tx<'_>, channel: Channel, addresses: &[Blind]) -> Result<HashMap<Blind, u32>> {
    let found = match channel {
        Channel::Email | Channel::Sms => list_by_addresses(tx, addresses.to_vec())?,
        Channel::Push => Vec::new(),
    };
    Ok(found.iter().filter_map(|c| Some((address_of(c, channel)?, c.ordinal))).collect())
}

pub(crate) fn list_external(tx: &mut Tx<'_>, list: Vec<Blind>) -> Result<Vec<(Blind, u32)>> {
    let rows = tx.query(&LIST_EXTERNAL, &[blobs(list)])?;
    rows.iter()
        .map(|r| Ok((r.blob(0)?.as_slice().try_into().or_fault("read a keyed hash")?, r.int(1)? as u32)))
        .collect()
}

/// Contacts with ordinals in `from..before`, newest first, until `each` answers `false`.
pub fn scan(
    tx: &mut Tx<'_>,
    from: u32,
    before: u32,
    mut each: impl FnMut(StoredContact) -> Result<bool>,
) -> Result<()> {
    tx.query_each(&SCAN_CONTACTS, params![from, before], |row| each(StoredContact::of(row)?))
}

/// A contact in a range, still closed; borrows from the driver.
pub(crate) struct SealedContact<'a> {
    pub(crate) ordinal: u32,
    pub(crate) id: ContactId,
    pub(crate) wrapped_key: &'a [u8],
    pub(crate) pii: &'a [u8],
}

/// Contacts with ordinals in `from..before`, newest first, closed, until `each` answers `false`.
pub(crate) fn scan_sealed(
    tx: &mut Tx<'_>,
    from: u32,
    before: u32,
    mut each: impl FnMut(SealedContact<'_>) -> Result<bool>,
) -> Result<()> {
    tx.query_each(&SCAN_SEALED, params![from, before], |row| {
        each(SealedContact {
            ordinal: row.int(0)? as u32,
            id: ContactId(row.int(1)?),
            wrapped_key: row.blob(2)?,
            pii: row.blob(3)?,
        })
    })
}

/// Facts of contacts with ordinals in `from..before`, ascending; erased ones are absent.
pub fn each_facts(
    tx: &mut Tx<'_>,
    from: u32,
    before: u32,
    mut each: impl FnMut(u32, Facts) -> Result<()>,
) -> Result<()> {
    tx.query_each(&SCAN_FACTS, params![from, before], |row| {
        each(row.int(0)? as u32, Facts::decode(row.blob(1)?)?)?;
        Ok(true)
    })
}

/// Facts of some contacts, ascending; erased and unknown ones are absent.
pub fn load_facts(tx: &mut Tx<'_>, ordinals: &[u32]) -> Result<Vec<(u32, Facts)>> {
    let list: Vec<i64> = ordinals.iter().map(|o| i64::from(*o)).collect();
    let mut found = Vec::with_capacity(ordinals.len());
    tx.query_each(&LIST_FACTS, params![list], |row| {
        found.push((row.int(0)? as u32, Facts::decode(row.blob(1)?)?));
        Ok(true)
    })?;
    Ok(found)
}

/// True if there is a contact that is not erased.
pub fn any(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(tx.query_opt(&FIND_ANY_CONTACT, params![])?.is_some())
}

/// Number of contacts that are not erased.
pub fn count(tx: &mut Tx<'_>) -> Result<u64> {
    Ok(tx.query_one(&COUNT_CONTACTS, params![])?.int(0)? as u64)
}

/// Writes changed facts of contacts.
pub(crate) fn update_facts(tx: &mut Tx<'_>, changed: &[(u32, Facts)]) -> Result<()> {
    let now = tx.now();
    let rows: Vec<Vec<Value>> = changed
        .iter()
        .map(|(ordinal, facts)| vec![(*ordinal).into(), now.into(), facts.encode().into()])
        .collect();
    tx.execute_many(&UPDATE_FACTS, rows).map(drop)
}

/// Gives addresses up and notes whose others are. An address may change hands: those given up go first.
pub(crate) fn move_addresses(
    tx: &mut Tx<'_>,
    mut gone: Vec<Blind>,
    mut come: Vec<(Blind, u32)>,
) -> Result<()> {
    gone.sort_unstable();
    come.sort_unstable();
    tx.execute_many(&DELETE_ADDRESS, gone.into_iter().map(|a| vec![a.into()]))?;
    tx.insert_many(&INSERT_ADDRESS, come.into_iter().map(|(a, o)| vec![a.into(), o.into()])).map(drop)
}
