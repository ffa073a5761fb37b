//! Where the fields of a contact came from. What a contact was made with came from its origin; only what changed
//! later is noted field by field, sealed with the fields themselves, so that erasure takes it along. Pure.

use crate::attributes::model::Definition;
use crate::consent::model::Grounds;
use crate::contacts::model::{AttributeValue, Facts, Origin, PersonalFields};
use kernel::Timestamp;
use std::collections::HashMap;

/// Custom attributes are numbered from here on.
const ATTRIBUTE: u32 = 64;

/// Common fields with their stored numbers, which never change.
const FIELDS: &[(u32, &str)] = &[
    (1, "email"),
    (2, "phone"),
    (3, "first_name"),
    (4, "last_name"),
    (5, "birthday"),
    (6, "company"),
    (7, "address"),
    (8, "address2"),
    (9, "city"),
    (10, "region"),
    (11, "postcode"),
    (12, "note"),
    (32, "country"),
    (33, "language"),
    (34, "time_zone"),
    (35, "gender"),
];

/// Where a field's present value came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Number of the field.
    pub field: u32,
    /// What brought it.
    pub origin: Origin,
    /// Who did it: `usr_…`, `key_…`, `contact`, `system`.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// What brings a change.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    /// What it is.
    pub origin: Origin,
    /// Who did it.
    pub actor: &'a str,
    /// When.
    pub at: Timestamp,
}

impl<'a> Stamp<'a> {
    /// Of an edit, by who made it.
    pub fn of_edit(grounds: &'a Grounds, at: Timestamp) -> Self {
        let actor = grounds.actor.as_str();
        let origin = match grounds.import {
            Some(import) => Origin::Import(import),
            None if actor.starts_with("usr_") || actor == "operator" => Origin::Manual,
            None if actor == "contact" => Origin::Form,
            None => Origin::Api,
        };
        Stamp { origin, actor, at }
    }
}

/// The fields of a contact, in a form that can be compared.
fn values(personal: &PersonalFields, facts: &Facts) -> HashMap<u32, String> {
    let p = personal;
    let texts = [
        (1, &p.email),
        (2, &p.phone),
        (3, &p.first_name),
        (4, &p.last_name),
        (6, &p.company),
        (7, &p.address),
        (8, &p.address2),
        (9, &p.city),
        (10, &p.region),
        (11, &p.postcode),
        (12, &p.note),
        (33, &facts.language),
        (34, &facts.time_zone),
    ];
    let mut all: HashMap<u32, String> =
        texts.into_iter().filter_map(|(no, text)| Some((no, text.clone()?))).collect();
    all.extend(p.birthday.map(|b| (5, b.to_string())));
    all.extend(facts.country.map(|c| (32, c.as_str().to_owned())));
    all.extend(facts.gender.map(|g| (35, g.as_str().to_owned())));
    let attribute = |(no, value): &(u32, AttributeValue)| (ATTRIBUTE + no, value.to_text());
    all.extend(facts.attributes.iter().chain(&p.attributes).map(attribute));
    all
}

/// A contact before a change.
pub struct Before(HashMap<u32, String>);

impl Before {
    /// Remembers the fields.
    pub fn of(personal: &PersonalFields, facts: &Facts) -> Self {
        Before(values(personal, facts))
    }

    /// Notes the source of every field that is another now; answers whether there is one.
    pub fn note(&self, personal: &mut PersonalFields, facts: &Facts, stamp: Stamp<'_>) -> bool {
        let now = values(personal, facts);
        let before = personal.sources.clone();
        personal
            .sources
            .retain(|s| now.get(&s.field).is_some_and(|value| self.0.get(&s.field) == Some(value)));
        let mut changed: Vec<u32> =
            now.iter().filter(|(no, value)| self.0.get(*no) != Some(*value)).map(|(no, _)| *no).collect();
        changed.sort_unstable();
        let Stamp { origin, actor, at } = stamp;
        let source = |field| Source { field, origin, actor: actor.to_owned(), at };
        personal.sources.extend(changed.into_iter().map(source));
        personal.sources != before
    }
}

/// The source of every field that has a value, by the field's name.
pub fn list(
    personal: &PersonalFields,
    facts: &Facts,
    attributes: &HashMap<u32, Definition>,
) -> Vec<(String, Source)> {
    let noted: HashMap<u32, &Source> = personal.sources.iter().map(|s| (s.field, s)).collect();
    let mut fields: Vec<u32> = values(personal, facts).into_keys().collect();
    fields.sort_unstable();
    let named = |field: u32| {
        let source = noted.get(&field).copied().cloned();
        let first = || Source { field, origin: facts.origin, actor: String::new(), at: facts.created_at };
        Some((name(field, attributes)?, source.unwrap_or_else(first)))
    };
    fields.into_iter().filter_map(named).collect()
}

fn name(field: u32, attributes: &HashMap<u32, Definition>) -> Option<String> {
    match field.checked_sub(ATTRIBUTE) {
        Some(no) => Some(format!("attributes.{}", attributes.get(&no)?.name)),
        None => FIELDS.iter().find(|(no, _)| *no == field).map(|(_, name)| (*name).to_owned()),
    }
}
