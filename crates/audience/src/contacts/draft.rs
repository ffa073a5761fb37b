//! What somebody says about one contact, how it is checked, and how it joins what is known. Pure, apart
//! from the cryptography of [`prepare`], which runs on the caller's threads and outside transactions.

use crate::consent::model::{Change, Channel, ConsentStatus, Evidence, Grounds, Suppression, Verdict, judge};
use crate::contacts::model::{
    AttributeValue, Birthday, Country, EXTERNAL_IDS_MAX, ExternalId, FIELD_LENGTH_MAX, Facts, Gender, Origin,
    PersonalFields, TEXT_LENGTH_MAX,
};
use kernel::ids::ContactId;
use kernel::{Result, Timestamp};
use store::StoreKeys;
use store::vault::BLIND_LENGTH;

/// Purpose under which personal fields are sealed.
pub(crate) const PII: &str = "pii";

/// A keyed hash of an address.
pub type Blind = [u8; BLIND_LENGTH];

/// A status somebody asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RequestedStatus {
    /// The channel.
    pub channel: Channel,
    /// The status.
    pub status: ConsentStatus,
    /// When it was given, if the source knows; else now.
    pub at: Option<Timestamp>,
}

/// What is said about one contact. Absent fields say nothing. Values are normalised: addresses parsed,
/// tags and attributes resolved to numbers.
#[derive(Clone, Default, Debug)]
pub struct Draft {
    /// Personal fields, with custom attributes of class *personal*.
    pub personal: PersonalFields,
    /// Country.
    pub country: Option<Country>,
    /// Language, a BCP 47 tag.
    pub language: Option<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
    /// Gender.
    pub gender: Option<Gender>,
    /// Numbers of tags to add.
    pub tags: Vec<u32>,
    /// Custom attributes of class *fact*, ascending by number, each once.
    pub attributes: Vec<(u32, AttributeValue)>,
    /// Statuses asked for.
    pub statuses: Vec<RequestedStatus>,
    /// Suppressions the source reports (cleaned addresses of another program).
    pub suppressions: Vec<(Channel, Suppression)>,
}

/// A draft with everything computed that needs no database: keyed hashes, key, sealed fields. Small, because
/// an import keeps a hundred thousand of them; what a known contact needs is opened again.
pub struct PreparedDraft {
    pub(crate) id: ContactId,
    pub(crate) addresses: Addresses,
    pub(crate) wrapped_key: Vec<u8>,
    pub(crate) pii: Vec<u8>,
    /// Encoded facts of the contact, if it is a new one.
    pub(crate) facts: Vec<u8>,
    /// What came of the statuses for a new contact.
    pub(crate) outcome: StatusOutcome,
    pub(crate) statuses: Vec<RequestedStatus>,
    pub(crate) suppressions: Vec<(Channel, Suppression)>,
}

impl PreparedDraft {
    /// The draft it was made of.
    pub(crate) fn reopen(&self, keys: &StoreKeys) -> Result<Draft> {
        let facts = Facts::decode(&self.facts)?;
        let key = keys.open_contact_key(self.id, &self.wrapped_key)?;
        Ok(Draft {
            personal: PersonalFields::decode(&key.open(PII, &self.pii)?)?,
            country: facts.country,
            language: facts.language,
            time_zone: facts.time_zone,
            gender: facts.gender,
            tags: facts.tags.iter().map(|t| t.tag).collect(),
            attributes: facts.attributes,
            statuses: self.statuses.clone(),
            suppressions: self.suppressions.clone(),
        })
    }
}

/// Keyed hashes of a contact's addresses.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Addresses {
    /// Of the email address.
    pub email: Option<Blind>,
    /// Of the phone number.
    pub phone: Option<Blind>,
    /// Of the ids in other systems.
    pub external: Vec<Blind>,
}

impl Addresses {
    /// Computes them.
    pub fn of(keys: &StoreKeys, personal: &PersonalFields) -> Self {
        Addresses {
            email: personal.email.as_deref().map(|e| blind_email(keys, e)),
            phone: personal.phone.as_deref().map(|p| blind_phone(keys, p)),
            external: personal.external_ids.iter().map(|e| blind_external(keys, e)).collect(),
        }
    }

    /// The hash for a channel's address, if the channel has one.
    pub fn of_channel(&self, channel: Channel) -> Option<Blind> {
        match channel {
            Channel::Email => self.email,
            Channel::Sms => self.phone,
            Channel::Push => None,
        }
    }

    /// True if there is none at all.
    pub fn is_empty(&self) -> bool {
        self.email.is_none() && self.phone.is_none() && self.external.is_empty()
    }
}

/// Keyed hash of a normalised email address; the same in contacts and in the suppression list.
pub fn blind_email(keys: &StoreKeys, email: &str) -> Blind {
    keys.blind("email", email)
}

/// Keyed hash of a number in E.164; the same in contacts and in the suppression list.
pub fn blind_phone(keys: &StoreKeys, phone: &str) -> Blind {
    keys.blind("phone", phone)
}

/// Keyed hash of an id in another system.
pub fn blind_external(keys: &StoreKeys, external: &ExternalId) -> Blind {
    keys.blind("external", &format!("{}\0{}", external.system, external.id))
}

/// Computes keyed hashes, a fresh key, the sealed fields and the facts of a draft. `id` becomes the
/// contact's if the draft turns out to be a new one: make ids in blocks with `db.ids().make_block(n)`.
pub fn prepare(
    keys: &StoreKeys,
    id: ContactId,
    draft: Draft,
    options: &UpsertOptions,
    now: Timestamp,
) -> Result<PreparedDraft> {
    let addresses = Addresses::of(keys, &draft.personal);
    let (key, wrapped_key) = keys.new_contact_key(id)?;
    let pii = key.seal(PII, &draft.personal.encode())?;
    let mut facts = fresh_facts(&draft, options, now);
    let outcome = apply_statuses(&mut facts, &draft, &options.grounds, now);
    let (facts, Draft { statuses, suppressions, .. }) = (facts.encode(), draft);
    Ok(PreparedDraft { id, addresses, wrapped_key, pii, facts, outcome, statuses, suppressions })
}

/// Facts of a new contact, before any status.
pub(crate) fn fresh_facts(draft: &Draft, options: &UpsertOptions, now: Timestamp) -> Facts {
    let mut facts = Facts::new(now, options.origin);
    merge_facts(&mut facts, draft, options.origin, true);
    derive_facts(&mut facts, &draft.personal);
    facts
}

/// What to do with a draft of a contact that is known already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Existing {
    /// Fill gaps; known values stay.
    FillGaps,
    /// Given values replace known ones; fields that are not given stay.
    Overwrite,
    /// Leave it as it is.
    Skip,
}

/// How drafts become contacts.
#[derive(Clone, Debug)]
pub struct UpsertOptions {
    /// What to do with known contacts.
    pub existing: Existing,
    /// Where contacts and tags come from.
    pub origin: Origin,
    /// What proves the statuses, and who did it.
    pub grounds: Grounds,
}

/// A field of a draft that is not right: its name and a sentence that says what would be.
pub type FieldComplaint = (&'static str, &'static str);

impl Draft {
    /// Checks lengths and counts, and that the contact can be told from others. Complaints in order of
    /// fields; empty if all is well.
    pub fn complaints(&self) -> Vec<FieldComplaint> {
        let mut found = Vec::new();
        let p = &self.personal;
        if p.email.is_none() && p.phone.is_none() && p.external_ids.is_empty() {
            found
                .push(("email", "a contact has an email address, a phone number or an id in another system"));
        }
        for (name, text) in [
            ("first_name", &p.first_name),
            ("last_name", &p.last_name),
            ("company", &p.company),
            ("address", &p.address),
            ("address2", &p.address2),
            ("city", &p.city),
            ("region", &p.region),
            ("postcode", &p.postcode),
        ] {
            if text.as_ref().is_some_and(|t| t.chars().count() > FIELD_LENGTH_MAX) {
                found.push((name, "this field has at most 500 characters"));
            }
        }
        if p.note.as_ref().is_some_and(|t| t.chars().count() > TEXT_LENGTH_MAX) {
            found.push(("note", "a note has at most 4,000 characters"));
        }
        if p.external_ids.len() > EXTERNAL_IDS_MAX {
            found.push(("external_ids", "a contact has at most 20 ids in other systems"));
        }
        if self.language.as_deref().is_some_and(|l| !is_language(l)) {
            found.push(("language", "a language is a tag like en, zh-Hant or pt-BR"));
        }
        if self.time_zone.as_deref().is_some_and(|z| !is_time_zone(z)) {
            found.push(("time_zone", "a time zone is a name like Asia/Singapore"));
        }
        found
    }
}

/// True for the shape of a BCP 47 tag.
pub fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts
        .next()
        .is_some_and(|p| (2..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic()));
    first
        && text.len() <= 35
        && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Language in its usual form: `ZH-hant` becomes `zh-Hant`, `pt_br` becomes `pt-BR`. `None` if it is none.
pub fn parse_language(text: &str) -> Option<String> {
    let text = text.trim().replace('_', "-");
    if !is_language(&text) {
        return None;
    }
    let parts = text.split('-').enumerate().map(|(i, part)| match (i, part.len()) {
        (0, _) => part.to_ascii_lowercase(),
        (_, 2) => part.to_ascii_uppercase(),
        (_, 4) => part[..1].to_ascii_uppercase() + &part[1..].to_ascii_lowercase(),
        _ => part.to_ascii_lowercase(),
    });
    Some(parts.collect::<Vec<_>>().join("-"))
}

/// True for a name in the time zone database.
pub fn is_time_zone(name: &str) -> bool {
    name.len() <= 64 && jiff::tz::TimeZone::get(name).is_ok()
}

/// Takes fields of `new` into `known`: gaps are filled, and with `overwrite` given fields replace known
/// ones. Answers whether anything changed.
pub fn merge_personal(known: &mut PersonalFields, new: &PersonalFields, overwrite: bool) -> bool {
    let mut changed = false;
    for (known, new) in [
        (&mut known.email, &new.email),
        (&mut known.phone, &new.phone),
        (&mut known.first_name, &new.first_name),
        (&mut known.last_name, &new.last_name),
        (&mut known.company, &new.company),
        (&mut known.address, &new.address),
        (&mut known.address2, &new.address2),
        (&mut known.city, &new.city),
        (&mut known.region, &new.region),
        (&mut known.postcode, &new.postcode),
        (&mut known.note, &new.note),
    ] {
        changed |= merge_field(known, new, overwrite);
    }
    changed |= merge_field::<Birthday>(&mut known.birthday, &new.birthday, overwrite);
    for external in &new.external_ids {
        if !known.external_ids.contains(external) && known.external_ids.len() < EXTERNAL_IDS_MAX {
            known.external_ids.push(external.clone());
            changed = true;
        }
    }
    for (no, value) in &new.attributes {
        let present = known.attribute(*no);
        if present.is_none() || (overwrite && present != Some(value)) {
            known.set_attribute(*no, Some(value.clone()));
            changed = true;
        }
    }
    changed
}

fn merge_field<T: Clone + PartialEq>(known: &mut Option<T>, new: &Option<T>, overwrite: bool) -> bool {
    if new.is_some() && (known.is_none() || overwrite) && known != new {
        known.clone_from(new);
        return true;
    }
    false
}

/// Takes the plain fields of a draft into facts; answers whether anything changed.
pub fn merge_facts(known: &mut Facts, draft: &Draft, origin: Origin, overwrite: bool) -> bool {
    let mut changed = merge_field(&mut known.country, &draft.country, overwrite);
    changed |= merge_field(&mut known.language, &draft.language, overwrite);
    changed |= merge_field(&mut known.time_zone, &draft.time_zone, overwrite);
    changed |= merge_field(&mut known.gender, &draft.gender, overwrite);
    for tag in &draft.tags {
        changed |= known.add_tag(*tag, origin);
    }
    for (no, value) in &draft.attributes {
        let present = known.attribute(*no);
        if present.is_none() || (overwrite && present != Some(value)) {
            known.set_attribute(*no, Some(value.clone()));
            changed = true;
        }
    }
    changed
}

/// Copies into facts what they know of personal fields; answers whether anything changed.
pub fn derive_facts(facts: &mut Facts, personal: &PersonalFields) -> bool {
    let derived = (personal.email.is_some(), personal.phone.is_some(), personal.birthday.map(|b| b.day));
    let changed = (facts.has_email, facts.has_phone, facts.birthday) != derived;
    (facts.has_email, facts.has_phone, facts.birthday) = derived;
    changed
}

/// What came of the statuses a draft asks for.
#[derive(Default, Debug)]
pub struct StatusOutcome {
    /// What took effect, for the ledger.
    pub changes: Vec<(Channel, Change)>,
    /// How many were refused.
    pub refused: u32,
}

/// Puts the statuses and suppressions of a draft into effect as far as the rules allow. A status for a
/// channel whose address is unknown says nothing and is skipped.
pub fn apply_statuses(facts: &mut Facts, draft: &Draft, grounds: &Grounds, now: Timestamp) -> StatusOutcome {
    let mut outcome = StatusOutcome::default();
    for (channel, flag) in &draft.suppressions {
        if facts.channel(*channel).flag(*flag).is_none() {
            let change = Change::Raise(*flag);
            facts.channel_mut(*channel).take(change, now);
            outcome.changes.push((*channel, change));
        }
    }
    let evidence = Evidence { wording: !grounds.wording.is_empty(), proof: false };
    for wanted in &draft.statuses {
        let has_address = match wanted.channel {
            Channel::Email => facts.has_email,
            Channel::Sms => facts.has_phone,
            Channel::Push => true,
        };
        if !has_address {
            continue;
        }
        match judge(facts.channel(wanted.channel), wanted.status, grounds.source, evidence) {
            Verdict::Change(status) => {
                let at = wanted.at.filter(|at| *at <= now).unwrap_or(now);
                let change = Change::Status(status);
                facts.channel_mut(wanted.channel).take(change, at);
                outcome.changes.push((wanted.channel, change));
            }
            Verdict::Refuse(_) => outcome.refused += u32::from(wanted.status == ConsentStatus::Subscribed),
            Verdict::Keep => {}
        }
    }
    outcome
}
