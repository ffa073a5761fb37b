//! Where the fields of a contact came from. What a contact was made with came from its origin; only what changed
//! later is noted field by field, sealed with the fields themselves, so that erasure takes it along. Pure.

use crate::attributes::model::Definition;
use crate::consent::model::Grounds;
use crate::contacts::model::{AttributeValue, Facts, Origin, PersonalFields};
use kernel::Timestamp;
use std::collections::HashMap;

/// Custom attributes are numbered from here on.
const ATTRIBUTE: u32 = 64;

/// A common field: its stored number, which never changes, its name, and its value as text.
struct Field {
    no: u32,
    name: &'static str,
    value: fn(&PersonalFields, &Facts) -> Option<String>,
}

const fn field(no: u32, name: &'static str, value: fn(&PersonalFields, &Facts) -> Option<String>) -> Field {
    Field { no, name, value }
}

const FIELDS: &[Field] = &[
    field(1, "email", |p, _| p.email.clone()),
    field(2, "phone", |p, _| p.phone.clone()),
    field(3, "first_name", |p, _| p.first_name.clone()),
    field(4, "last_name", |p, _| p.last_name.clone()),
    field(5, "birthday", |p, _| p.birthday.map(|b| b.to_string())),
    field(6, "company", |p, _| p.company.clone()),
    field(7, "address", |p, _| p.address.clone()),
    field(8, "address2", |p, _| p.address2.clone()),
    field(9, "city", |p, _| p.city.clone()),
    field(10, "region", |p, _| p.region.clone()),
    field(11, "postcode", |p, _| p.postcode.clone()),
    field(12, "note", |p, _| p.note.clone()),
    field(32, "country", |_, f| f.country.map(|c| c.as_str().to_owned())),
    field(33, "language", |_, f| f.language.clone()),
    field(34, "time_zone", |_, f| f.time_zone.clone()),
    field(35, "gender", |_, f| f.gender.map(|g| g.as_str().to_owned())),
];

/// Where a field's present value came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Number of the field.
    pub field: u32,
    /// What brought it.
    pub origin: Origin,
    /// Who did it: `usr_…`, `key_…`, `contact`, `system`, `site`.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// The actor of what a page of the shop says by itself.
pub const SITE: &str = "site";

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
            None if actor == SITE => Origin::Site,
            None => Origin::Api,
        };
        Stamp { origin, actor, at }
    }
}

/// The fields of a contact that have a value, in a form that can be compared.
fn values(personal: &PersonalFields, facts: &Facts) -> HashMap<u32, String> {
    let common = FIELDS.iter().filter_map(|field| Some((field.no, (field.value)(personal, facts)?)));
    let attribute = |(no, value): &(u32, AttributeValue)| (ATTRIBUTE + no, value.to_text());
    common.chain(facts.attributes.iter().chain(&personal.attributes).map(attribute)).collect()
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
        None => FIELDS.iter().find(|f| f.no == field).map(|f| f.name.to_owned()),
    }
}
