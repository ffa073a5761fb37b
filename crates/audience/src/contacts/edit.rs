//! Changing single contacts: create, edit, erase.

use crate::consent::model::{Change, Channel, ConsentStatus, Grounds, Suppression};
use crate::contacts::changes::{Changes, ERASED, bitmap_event};
use crate::contacts::draft::{Addresses, Blind, Draft, Existing, PII, UpsertOptions, derive_facts, prepare};
use crate::contacts::model::{Facts, PersonalFields};
use crate::contacts::sql::{self, StoredContact};
use crate::contacts::upsert::{RowOutcome, upsert_batch};
use crate::suppressions::model::Reason;
use crate::suppressions::sql as list;
use kernel::ids::ContactId;
use kernel::{Code, Fault, Problem, Result};
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

/// Edits one contact. `expected` is the version the caller saw (412 if it is another one now). `edit`
/// changes fields freely; addresses, what facts know of personal fields, and suppressions follow.
/// Statuses are not changed here: that is what `consent::set_status` is for. Problem: absent, changed
/// meanwhile, or an address belongs to another contact.
pub fn update(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    id: ContactId,
    expected: Option<i64>,
    grounds: &Grounds,
    edit: impl FnOnce(&mut PersonalFields, &mut Facts) -> Result<()>,
) -> Result<StoredContact> {
    sql::lock(tx)?;
    let mut contact = sql::get_by_id(tx, id)?;
    if expected.is_some_and(|v| v != contact.version) {
        return Err(Problem::new(
            Code::PreconditionFailed,
            "The contact was changed by somebody else meanwhile; load it again and repeat the change.",
        )
        .into());
    }
    let (old_personal, old_facts) = (contact.open(keys)?, contact.facts.clone());
    let mut personal = old_personal.clone();
    edit(&mut personal, &mut contact.facts)?;
    if personal == old_personal && contact.facts == old_facts {
        return Ok(contact);
    }
    let mut changes = Changes::default();
    changes.touch(contact.ordinal);
    readdress(tx, keys, &mut contact, &old_personal, &personal, grounds, &mut changes)?;
    write(tx, keys, &contact, &personal)?;
    changes.record(tx, grounds)?;
    sql::get_by_id(tx, id)
}

fn write(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    contact: &StoredContact,
    personal: &PersonalFields,
) -> Result<()> {
    let pii = contact.key(keys)?.seal(PII, &personal.encode())?;
    let facts = contact.facts.encode();
    let now = tx.now();
    tx.execute(
        &sql::UPDATE_CONTACT,
        params![contact.ordinal, now, contact.email_bi, contact.phone_bi, facts, pii],
    )
    .map(drop)
}

/// Brings hashes, indexes and what hangs on an address in line with edited fields.
#[expect(clippy::too_many_arguments, reason = "one step of `update`, apart only for its length")]
fn readdress(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    contact: &mut StoredContact,
    old: &PersonalFields,
    new: &PersonalFields,
    grounds: &Grounds,
    changes: &mut Changes,
) -> Result<()> {
    let addresses = Addresses::of(keys, new);
    if addresses.is_empty() {
        return Err(Problem::field(
            "/email",
            "required",
            "A contact keeps at least an email address, a phone number or an id in another system.",
        )
        .into());
    }
    derive_facts(&mut contact.facts, new);
    refuse_taken(tx, contact.ordinal, &addresses)?;
    let before = (contact.email_bi, contact.phone_bi);
    (contact.email_bi, contact.phone_bi) = (addresses.email, addresses.phone);
    for (channel, was, is) in
        [(Channel::Email, before.0, addresses.email), (Channel::Sms, before.1, addresses.phone)]
    {
        if was != is {
            change_address(tx, contact, channel, is, grounds, changes)?;
        }
    }
    if old.external_ids != new.external_ids {
        tx.execute(&sql::DELETE_EXTERNAL, params![contact.ordinal])?;
        let rows = addresses.external.iter().map(|b| vec![Value::from(*b), contact.ordinal.into()]);
        tx.insert_many(&sql::INSERT_EXTERNAL, rows.collect::<Vec<_>>())?;
    }
    Ok(())
}

/// An address's bounce goes with it; what the suppression list says of the new one comes.
fn change_address(
    tx: &mut Tx<'_>,
    contact: &mut StoredContact,
    channel: Channel,
    new: Option<Blind>,
    grounds: &Grounds,
    changes: &mut Changes,
) -> Result<()> {
    let now = tx.now();
    if contact.facts.channel(channel).bounced_at.is_some() {
        let lift = Change::Lift(Suppression::Bounced);
        contact.facts.channel_mut(channel).take(lift, now);
        changes.consent(contact.ordinal, channel, lift, grounds.source);
    }
    let Some(blind) = new else { return Ok(()) };
    let hits = match channel {
        Channel::Email => list::find_hits(tx, &[blind], &[])?,
        _ => list::find_hits(tx, &[], &[blind])?,
    };
    for (reason, at) in hits.get(&(channel, blind)).into_iter().flatten() {
        contact.facts.channel_mut(channel).take(reason.change(), *at);
        changes.consent(
            contact.ordinal,
            channel,
            reason.change(),
            crate::consent::ConsentSource::SuppressionList,
        );
        list::link(tx, &[(channel, blind, contact.ordinal)])?;
    }
    Ok(())
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
        && of_another(sql::list_by_emails(tx, vec![email])?)
    {
        return taken("/email", "email address");
    }
    if let Some(phone) = addresses.phone
        && of_another(sql::list_by_phones(tx, vec![phone])?)
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
    tx.execute_many(&sql::DELETE_EXTERNAL, gone.iter().map(|o| vec![(*o).into()]))?;
    let rows = gone.iter().map(|o| vec![(*o).into(), now.into(), Value::Blob(Vec::new())]);
    tx.execute_many(&sql::ERASE_CONTACT, rows.collect::<Vec<_>>())?;
    let events = vec![bitmap_event(tx, ERASED, &erased), bitmap_event(tx, super::CHANGED, &erased)];
    tx.append(events)?;
    Ok(erased)
}

fn keep_suppressions(tx: &mut Tx<'_>, contacts: &[StoredContact], grounds: &Grounds) -> Result<()> {
    let mut kept: HashMap<(Channel, Reason), Vec<(Blind, Option<u32>)>> = HashMap::new();
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
