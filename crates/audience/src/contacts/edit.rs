//! Changing single contacts: create, edit, erase.

use crate::consent::model::{Change, Channel, ConsentSource, ConsentStatus, Grounds, Suppression};
use crate::contacts::changes::{Changes, ERASED, bitmap_event};
use crate::contacts::draft::{Addresses, Blind, Draft, Existing, PII, UpsertOptions, derive_facts, prepare};
use crate::contacts::model::{Facts, PersonalFields};
use crate::contacts::sources::{Before, Stamp};
use crate::contacts::sql::{self, StoredContact};
use crate::contacts::upsert::{RowOutcome, upsert_batch};
use crate::suppressions::model::Reason;
use crate::suppressions::sql as list;
use kernel::ids::ContactId;
use kernel::{Code, Fault, Problem, Result, Timestamp};
use roaring::RoaringBitmap;
use std::collections::HashMap;
use store::{StoreKeys, Tx, Value, params};

/// Makes one contact. Problem: it exists already, or its addresses belong to different contacts.
pub fn create(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    draft: Draft,
    options: &UpsertOptions,
) -> Result<StoredContact> {
    let options = UpsertOptions { existing: Existing::Skip, ..options.clone() };
    let id: ContactId = tx.ids().make().into();
    let prepared = prepare(keys, id, draft, &options, tx.now())?;
    let outcome = upsert_batch(tx, keys, vec![prepared], &options)?;
    match outcome.rows.first() {
        Some(RowOutcome::Created(id)) => sql::get_by_id(tx, *id),
        Some(RowOutcome::Conflict(conflict)) => {
            Err(Problem::conflict(format!("Not created: {}.", conflict.sentence())).into())
        }
        Some(RowOutcome::Updated(id) | RowOutcome::Unchanged(id)) => {
            Err(Problem::conflict(format!("A contact with this email, phone or external id exists: {id}."))
                .into())
        }
        None => Err(Fault::new("a batch of one draft has no outcome").into()),
    }
}

/// Which contact to edit, and in which version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Target {
    /// The contact.
    pub id: ContactId,
    /// The version the caller saw; `None`: whatever it is now.
    pub version: Option<i64>,
}

impl From<ContactId> for Target {
    fn from(id: ContactId) -> Self {
        Target { id, version: None }
    }
}

/// Edits one contact. `edit` changes fields freely; addresses, what facts know of personal fields, and
/// suppressions follow. Statuses are not changed here: that is what `consent::set_status` is for.
/// Problem: absent, changed meanwhile (412), or an address belongs to another contact.
pub fn update(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    target: Target,
    grounds: &Grounds,
    edit: impl FnOnce(&mut PersonalFields, &mut Facts) -> Result<()>,
) -> Result<StoredContact> {
    sql::lock(tx)?;
    let contact = sql::get_by_id(tx, target.id)?;
    if target.version.is_some_and(|v| v != contact.version) {
        return Err(Problem::new(
            Code::PreconditionFailed,
            "The contact was changed by somebody else meanwhile; load it again and repeat the change.",
        )
        .into());
    }
    let before = contact.open(keys)?;
    let mut personal = before.clone();
    let mut editing = Editing { facts: contact.facts.clone(), contact, grounds, changes: Changes::default() };
    edit(&mut personal, &mut editing.facts)?;
    if personal == before && editing.facts == editing.contact.facts {
        return Ok(editing.contact);
    }
    editing.changes.touch(editing.contact.ordinal);
    let stamp = Stamp::of_edit(grounds, tx.now());
    Before::of(&before, &editing.contact.facts).note(&mut personal, &editing.facts, stamp);
    editing.readdress(tx, keys, &before, &personal)?;
    editing.write(tx, keys, &personal)?;
    sql::get_by_id(tx, target.id)
}

/// A contact on its way from one state to the next.
struct Editing<'a> {
    contact: StoredContact,
    facts: Facts,
    grounds: &'a Grounds,
    changes: Changes,
}

impl Editing<'_> {
    fn write(self, tx: &mut Tx<'_>, keys: &StoreKeys, personal: &PersonalFields) -> Result<()> {
        let contact = self.contact;
        let pii = contact.key(keys)?.seal(PII, &personal.encode())?;
        let now = tx.now();
        tx.execute(
            &sql::UPDATE_CONTACT,
            params![contact.ordinal, now, contact.email_bi, contact.phone_bi, self.facts.encode(), pii],
        )?;
        self.changes.record(tx, self.grounds)
    }

    /// Brings hashes, indexes and what hangs on an address in line with edited fields.
    fn readdress(
        &mut self,
        tx: &mut Tx<'_>,
        keys: &StoreKeys,
        before: &PersonalFields,
        personal: &PersonalFields,
    ) -> Result<()> {
        let addresses = Addresses::of(keys, personal);
        if addresses.is_empty() {
            let detail =
                "A contact keeps at least an email address, a phone number or an id in another system.";
            return Err(Problem::field("/email", "required", detail).into());
        }
        derive_facts(&mut self.facts, personal);
        let ordinal = self.contact.ordinal;
        refuse_taken(tx, ordinal, &addresses)?;
        let old = (self.contact.email_bi, self.contact.phone_bi);
        (self.contact.email_bi, self.contact.phone_bi) = (addresses.email, addresses.phone);
        for (channel, old, new) in
            [(Channel::Email, old.0, addresses.email), (Channel::Sms, old.1, addresses.phone)]
        {
            if old != new {
                sql::move_addresses(
                    tx,
                    Vec::from_iter(old),
                    new.map(|blind| (blind, ordinal)).into_iter().collect(),
                )?;
                self.change_address(tx, channel, new)?;
            }
        }
        if before.external_ids != personal.external_ids {
            tx.execute(&sql::DELETE_EXTERNAL, params![ordinal])?;
            let rows = addresses.external.iter().map(|b| vec![Value::from(*b), ordinal.into()]);
            tx.insert_many(&sql::INSERT_EXTERNAL, rows.collect::<Vec<_>>())?;
        }
        Ok(())
    }

    /// An address's bounce goes with it; what the suppression list says of the new one comes.
    fn change_address(&mut self, tx: &mut Tx<'_>, channel: Channel, new: Option<Blind>) -> Result<()> {
        if self.facts.channel(channel).bounced_at.is_some() {
            let now = tx.now();
            self.take(channel, Change::Lift(Suppression::Bounced), now, self.grounds.source);
        }
        let Some(blind) = new else { return Ok(()) };
        let hits = match channel {
            Channel::Email => list::find_hits(tx, &[blind], &[])?,
            _ => list::find_hits(tx, &[], &[blind])?,
        };
        for (reason, at) in hits.get(&(channel, blind)).into_iter().flatten() {
            self.take(channel, reason.change(), *at, ConsentSource::SuppressionList);
        }
        match hits.is_empty() {
            true => Ok(()),
            false => list::link(tx, &[(channel, blind, self.contact.ordinal)]),
        }
    }

    fn take(&mut self, channel: Channel, change: Change, at: Timestamp, source: ConsentSource) {
        self.facts.channel_mut(channel).take(change, at);
        self.changes.consent(self.contact.ordinal, channel, change, source);
    }
}

fn refuse_taken(tx: &mut Tx<'_>, ordinal: u32, addresses: &Addresses) -> Result<()> {
    let taken = |pointer, what: &str| {
        Err(Problem {
            code: Code::Conflict,
            ..Problem::field(pointer, "taken", format!("Another contact has this {what}."))
        }
        .into())
    };
    let of_another = |found: Vec<StoredContact>| found.iter().any(|c| c.ordinal != ordinal);
    if let Some(email) = addresses.email
        && of_another(sql::list_by_addresses(tx, vec![email])?)
    {
        return taken("/email", "email address");
    }
    if let Some(phone) = addresses.phone
        && of_another(sql::list_by_addresses(tx, vec![phone])?)
    {
        return taken("/phone", "phone number");
    }
    let external = addresses.external.clone();
    if !external.is_empty() && sql::list_external(tx, external)?.iter().any(|(_, o)| *o != ordinal) {
        return taken("/external_ids", "id in another system");
    }
    Ok(())
}

/// Erases contacts: key, sealed fields, facts and addresses go; the row stays as an empty tombstone and
/// the ledger keeps its entries about the bare ordinal. Who unsubscribed or was suppressed stays so by
/// keyed hash (P-123, P-126). Answers the ordinals that were erased now. Appends `contacts.erased` and
/// `contacts.changed`.
pub fn erase(tx: &mut Tx<'_>, ordinals: &[u32], grounds: &Grounds) -> Result<RoaringBitmap> {
    sql::lock(tx)?;
    let contacts = sql::load_many(tx, ordinals)?;
    let erased: RoaringBitmap = contacts.iter().map(|c| c.ordinal).collect();
    if erased.is_empty() {
        return Ok(erased);
    }
    keep_suppressions(tx, &contacts, grounds)?;
    let now = tx.now();
    let gone: Vec<u32> = erased.iter().collect();
    list::unlink(tx, &gone)?;
    let addresses = contacts.iter().flat_map(|c| [c.email_bi, c.phone_bi]).flatten();
    sql::move_addresses(tx, addresses.collect(), Vec::new())?;
    tx.execute_many(&sql::DELETE_EXTERNAL, gone.iter().map(|o| vec![(*o).into()]))?;
    let rows = gone.iter().map(|o| vec![(*o).into(), now.into(), Value::Blob(Vec::new())]);
    tx.execute_many(&sql::ERASE_CONTACT, rows.collect::<Vec<_>>())?;
    super::replay::keep_erased(tx, &contacts);
    let events = vec![bitmap_event(tx, ERASED, &erased), bitmap_event(tx, super::CHANGED, &erased)];
    tx.append(events)?;
    Ok(erased)
}

fn keep_suppressions(tx: &mut Tx<'_>, contacts: &[StoredContact], grounds: &Grounds) -> Result<()> {
    let mut kept: HashMap<_, Vec<(Blind, Option<u32>)>> = HashMap::new();
    for contact in contacts {
        for (channel, blind) in [(Channel::Email, contact.email_bi), (Channel::Sms, contact.phone_bi)] {
            let Some(blind) = blind else { continue };
            let state = contact.facts.channel(channel);
            let flags =
                Suppression::ALL.iter().filter(|f| state.flag(**f).is_some()).map(|f| Reason::from(*f));
            let no = (state.status == ConsentStatus::Unsubscribed).then_some(Reason::Unsubscribed);
            for reason in flags.chain(no) {
                kept.entry((channel, reason)).or_default().push((blind, None));
            }
        }
    }
    for ((channel, reason), addresses) in kept {
        list::put(tx, channel, reason, grounds, &addresses)?;
    }
    Ok(())
}
