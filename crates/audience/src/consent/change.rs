//! Changing consent: one contact with its evidence, or many at once.

use super::replay::keep_withdrawn;
use crate::consent::model::{
    Change, Channel, ConsentStatus, Evidence, Grounds, Suppression, Verdict, WORDING_MAX, judge,
};
use crate::consent::sql::{self as ledger, NewEntry};
use crate::contacts::address_of;
use crate::contacts::changes::{Changes, bitmap_event, consent_event};
use crate::contacts::draft::Blind;
use crate::contacts::sql::{self, StoredContact};
use crate::suppressions::model::Reason;
use crate::suppressions::sql as list;
use kernel::ids::ContactId;
use kernel::{Problem, Result};
use roaring::RoaringBitmap;
use store::{StoreKeys, Tx};

/// Purposes under which parts of an entry are sealed.
pub(crate) const IP: &str = "consent.ip";
pub(crate) const PROOF: &str = "consent.proof";

/// A change of one contact's status, with its evidence.
#[derive(Clone, Debug)]
pub struct StatusRequest {
    /// The channel.
    pub channel: Channel,
    /// The status asked for.
    pub status: ConsentStatus,
    /// Where from and what was shown.
    pub grounds: Grounds,
    /// Address of the contact's machine; stored sealed.
    pub ip: Option<String>,
    /// Proof: a form submission, a message id, a document's number; stored sealed.
    pub proof: Option<String>,
}

/// Longest proof, in characters.
pub const PROOF_MAX: usize = 2_000;

impl StatusRequest {
    /// Checks lengths and that a yes says what was shown. Problem: a field that is not right.
    pub fn check(&self) -> Result<()> {
        let too_long = |field: &str, max: usize| {
            Problem::field(
                format!("/{field}"),
                "too_long",
                format!("This field has at most {max} characters."),
            )
        };
        if self.grounds.wording.chars().count() > WORDING_MAX {
            return Err(too_long("wording", WORDING_MAX).into());
        }
        if self.grounds.wording_version.chars().count() > 64 {
            return Err(too_long("wording_version", 64).into());
        }
        if self.proof.as_ref().is_some_and(|p| p.chars().count() > PROOF_MAX) {
            return Err(too_long("proof", PROOF_MAX).into());
        }
        if self.status == ConsentStatus::Subscribed && self.grounds.wording.trim().is_empty() {
            return Err(Problem::field(
                "/wording",
                "required",
                "A subscription is recorded with the words the contact saw.",
            )
            .into());
        }
        Ok(())
    }
}

/// Changes one contact's status if the rules allow, and records it with its evidence. A yes that holds
/// already is recorded as fresh evidence. Problem: absent, or refused (with the reason).
pub fn set_status(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    id: ContactId,
    request: &StatusRequest,
) -> Result<StoredContact> {
    request.check()?;
    sql::lock(tx)?;
    let mut contact = sql::get_by_id(tx, id)?;
    let evidence =
        Evidence { wording: !request.grounds.wording.trim().is_empty(), proof: request.proof.is_some() };
    let change = Change::Status(request.status);
    let state = contact.facts.channel(request.channel);
    let takes_effect = match judge(state, request.status, request.grounds.source, evidence) {
        Verdict::Refuse(why) => return Err(Problem::conflict(why.sentence()).into()),
        Verdict::Keep if request.status != ConsentStatus::Subscribed => return Ok(contact),
        Verdict::Keep => false,
        Verdict::Change(_) => true,
    };
    let key = contact.key(keys)?;
    let seal =
        |purpose, text: &Option<String>| text.as_ref().map(|t| key.seal(purpose, t.as_bytes())).transpose();
    let entry = NewEntry {
        ordinal: contact.ordinal,
        channel: request.channel,
        change,
        grounds: &request.grounds,
        ip_sealed: seal(IP, &request.ip)?,
        proof_sealed: seal(PROOF, &request.proof)?,
    };
    ledger::append_entry(tx, entry)?;
    if takes_effect {
        take_back(tx, &mut contact, request)?;
        contact.facts.channel_mut(request.channel).take(change, request.grounds.at);
        sql::update_facts(tx, &[(contact.ordinal, contact.facts.clone())])?;
        let one: RoaringBitmap = [contact.ordinal].into_iter().collect();
        keep_withdrawn(tx, request.channel, change, &request.grounds, &one)?;
        let events = vec![
            consent_event(tx, request.channel, change, one.clone()),
            bitmap_event(tx, crate::contacts::CHANGED, &one),
        ];
        tx.append(events)?;
    }
    sql::get_by_id(tx, id)
}

/// A yes by the contact herself takes back her earlier complaint, and any yes the no that a list kept.
fn take_back(tx: &mut Tx<'_>, contact: &mut StoredContact, request: &StatusRequest) -> Result<()> {
    let (channel, grounds) = (request.channel, &request.grounds);
    if request.status != ConsentStatus::Subscribed {
        return Ok(());
    }
    let mut gone = vec![Reason::Unsubscribed];
    let complained = contact.facts.channel(channel).complained_at.is_some();
    if complained && grounds.source.is_opt_in_by_contact() {
        let lift = Change::Lift(Suppression::Complained);
        contact.facts.channel_mut(channel).take(lift, grounds.at);
        let ordinal = contact.ordinal;
        let entry = NewEntry { ordinal, channel, change: lift, grounds, ip_sealed: None, proof_sealed: None };
        ledger::append_entry(tx, entry)?;
        gone.push(Reason::Complained);
    }
    let Some(address) = address_of(contact, channel) else { return Ok(()) };
    gone.into_iter().try_for_each(|reason| list::delete(tx, channel, reason, &[address]))
}

/// Puts one change into effect for many contacts: unsubscribes, raises or lifts a flag. Contacts for whom
/// it holds already, or whom the rules protect, are left out; the answer says for whom it took effect.
/// Flags are kept on the suppression list too.
pub fn change_many(
    tx: &mut Tx<'_>,
    ordinals: &[u32],
    channel: Channel,
    change: Change,
    grounds: &Grounds,
) -> Result<RoaringBitmap> {
    sql::lock(tx)?;
    let mut changed = Vec::new();
    let mut addresses: Vec<(Blind, Option<u32>)> = Vec::new();
    let mut changes = Changes::default();
    for mut contact in sql::load_many(tx, ordinals)? {
        if !takes_effect(&contact, channel, change, grounds) {
            continue;
        }
        contact.facts.channel_mut(channel).take(change, grounds.at);
        changes.consent(contact.ordinal, channel, change, grounds.source);
        addresses.extend(address_of(&contact, channel).map(|a| (a, Some(contact.ordinal))));
        changed.push((contact.ordinal, contact.facts));
    }
    sql::update_facts(tx, &changed)?;
    keep_list(tx, channel, change, grounds, &addresses)?;
    changes.record(tx, grounds)?;
    Ok(changed.into_iter().map(|(ordinal, _)| ordinal).collect())
}

fn takes_effect(contact: &StoredContact, channel: Channel, change: Change, grounds: &Grounds) -> bool {
    let state = contact.facts.channel(channel);
    match change {
        Change::Status(status) => {
            let evidence = Evidence { wording: !grounds.wording.is_empty(), proof: false };
            matches!(judge(state, status, grounds.source, evidence), Verdict::Change(_))
        }
        Change::Raise(flag) => state.flag(flag).is_none(),
        Change::Lift(flag) => state.flag(flag).is_some(),
    }
}

fn keep_list(
    tx: &mut Tx<'_>,
    channel: Channel,
    change: Change,
    grounds: &Grounds,
    addresses: &[(Blind, Option<u32>)],
) -> Result<()> {
    match change {
        Change::Status(_) => Ok(()),
        Change::Raise(flag) => list::put(tx, channel, flag.into(), grounds, addresses),
        Change::Lift(flag) => {
            let gone: Vec<Blind> = addresses.iter().map(|(a, _)| *a).collect();
            list::delete(tx, channel, flag.into(), &gone)
        }
    }
}

/// Unsubscribes one contact from one channel (P-012); answers whether that was new.
pub fn unsubscribe(tx: &mut Tx<'_>, ordinal: u32, channel: Channel, grounds: &Grounds) -> Result<bool> {
    let change = Change::Status(ConsentStatus::Unsubscribed);
    Ok(!change_many(tx, &[ordinal], channel, change, grounds)?.is_empty())
}

/// Raises a suppression flag on one contact; answers whether that was new.
pub fn suppress(
    tx: &mut Tx<'_>,
    ordinal: u32,
    channel: Channel,
    flag: Suppression,
    grounds: &Grounds,
) -> Result<bool> {
    Ok(!change_many(tx, &[ordinal], channel, Change::Raise(flag), grounds)?.is_empty())
}

/// Puts an address on the list, whether or not a contact has it.
pub fn suppress_address(
    tx: &mut Tx<'_>,
    channel: Channel,
    address: Blind,
    reason: Reason,
    grounds: &Grounds,
) -> Result<()> {
    let owner = sql::list_by_addresses(tx, vec![address])?.pop();
    if let Some(contact) = &owner {
        change_many(tx, &[contact.ordinal], channel, reason.change(), grounds)?;
    }
    list::put(tx, channel, reason, grounds, &[(address, owner.map(|c| c.ordinal))])
}
