//! How a contact is written over HTTP: bodies, and reading them into typed fields. Every field that is
//! not right is named at once.

use crate::attributes::AttributeClass;
use crate::consent::model::{ConsentStatus, WORDING_MAX};
use crate::contacts::draft::{is_time_zone, parse_language};
use crate::contacts::model::{
    AttributeValue, Birthday, Country, EXTERNAL_IDS_MAX, ExternalId, FIELD_LENGTH_MAX, Facts, Gender,
    PersonalFields, TAGS_MAX, TEXT_LENGTH_MAX,
};
use crate::contacts::phone;
use crate::contacts::view::{Dictionary, ExternalIdBody};
use crate::tags::model::parse_name;
use kernel::Timestamp;
use kernel::email::EmailAddress;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::BTreeMap;
use web::Errors;

/// Absent, null and a value are three different things.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(d: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(d).map(Some)
}

macro_rules! bodies {
    ($($(#[$doc:meta])* $(@ $example:literal)? $name:ident: $t:ty;)*) => {
        /// A new contact. At least one of email, phone and external id is needed.
        #[derive(Clone, Default, Debug, Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct ContactIn {
            $($(#[$doc])* $(#[schema(example = $example)])? pub $name: Option<$t>,)*
            /// Names of tags; unknown ones are made.
            #[serde(default)]
            pub tags: Vec<String>,
            /// Custom attributes by name; they must be defined.
            #[serde(default)]
            #[schema(value_type = Object)]
            pub attributes: BTreeMap<String, Value>,
            /// Ids in other systems.
            #[serde(default)]
            pub external_ids: Vec<ExternalIdBody>,
            /// What the contact agreed to, with its evidence.
            pub consent: Option<ConsentIn>,
        }

        /// Changes to a contact: an absent field stays, null removes it.
        #[derive(Clone, Default, Debug, Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct ContactPatch {
            $($(#[$doc])* #[serde(default, deserialize_with = "given")] #[schema(value_type = Option<$t>)]
            pub $name: Option<Option<$t>>,)*
            /// All tags from now on. To add or remove some, use the address for tags.
            pub tags: Option<Vec<String>>,
            /// Custom attributes by name; null removes one, others stay.
            #[serde(default)]
            #[schema(value_type = Object)]
            pub attributes: BTreeMap<String, Value>,
            /// All ids in other systems from now on.
            pub external_ids: Option<Vec<ExternalIdBody>>,
        }

        impl From<ContactIn> for ContactPatch {
            fn from(new: ContactIn) -> Self {
                ContactPatch {
                    $($name: new.$name.map(Some),)*
                    tags: Some(new.tags),
                    attributes: new.attributes,
                    external_ids: Some(new.external_ids),
                }
            }
        }
    };
}

bodies! {
    /// Email address.
    @ "ana@example.com" email: String;
    /// Phone number in E.164, or a national number of `country`.
    @ "+6591234567" phone: String;
    /// First name.
    first_name: String;
    /// Last name.
    last_name: String;
    /// `YYYY-MM-DD`, or `--MM-DD` without a year.
    @ "1990-05-17" birthday: String;
    /// Gender, if she wants to say.
    gender: Gender;
    /// Company.
    company: String;
    /// First line of the address.
    address: String;
    /// Second line of the address.
    address2: String;
    /// City.
    city: String;
    /// Region, state or province.
    region: String;
    /// Postcode.
    postcode: String;
    /// Country, two letters of ISO 3166-1.
    @ "SG" country: String;
    /// Language, a BCP 47 tag.
    @ "zh-Hant" language: String;
    /// IANA time zone.
    @ "Asia/Singapore" time_zone: String;
    /// The merchant's note.
    note: String;
}

/// Consent given when the contact is made.
#[derive(Clone, Default, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentIn {
    /// Status for email.
    pub email: Option<ConsentStatus>,
    /// Status for text messages.
    pub sms: Option<ConsentStatus>,
    /// Status for push.
    pub push: Option<ConsentStatus>,
    /// The words the contact saw; needed to subscribe.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub wording: String,
    /// Version of the wording.
    #[serde(default)]
    #[schema(max_length = 64)]
    pub wording_version: String,
    /// What proves it: a form submission, a message id, a document's number.
    #[schema(max_length = 2000)]
    pub proof: Option<String>,
    /// When it was given; now if absent.
    pub at: Option<Timestamp>,
}

impl ConsentIn {
    /// Notes what is not right.
    pub fn check(&self, errors: &mut Errors) {
        errors.text("/consent/wording", &self.wording, 0..=WORDING_MAX);
        let subscribes = [self.email, self.sms, self.push].contains(&Some(ConsentStatus::Subscribed));
        if subscribes && self.wording.trim().is_empty() {
            errors.add(
                "/consent/wording",
                "required",
                "A subscription is recorded with the words the contact saw.",
            );
        }
    }
}

/// Fields read from a body. The outer `Option` says whether the body speaks of the field.
#[derive(Clone, Default, Debug)]
pub struct Fields {
    email: Option<Option<String>>,
    phone: Option<Option<String>>,
    texts: Vec<(TextField, Option<String>)>,
    birthday: Option<Option<Birthday>>,
    gender: Option<Option<Gender>>,
    country: Option<Option<Country>>,
    language: Option<Option<String>>,
    time_zone: Option<Option<String>>,
    attributes: Vec<(u32, AttributeClass, Option<AttributeValue>)>,
    external_ids: Option<Vec<ExternalId>>,
    /// Checked names of tags, if the body speaks of them.
    pub tags: Option<Vec<String>>,
}

/// The free texts among the personal fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum TextField {
    FirstName,
    LastName,
    Company,
    Address,
    Address2,
    City,
    Region,
    Postcode,
    Note,
}

impl TextField {
    fn of(self, personal: &mut PersonalFields) -> &mut Option<String> {
        match self {
            TextField::FirstName => &mut personal.first_name,
            TextField::LastName => &mut personal.last_name,
            TextField::Company => &mut personal.company,
            TextField::Address => &mut personal.address,
            TextField::Address2 => &mut personal.address2,
            TextField::City => &mut personal.city,
            TextField::Region => &mut personal.region,
            TextField::Postcode => &mut personal.postcode,
            TextField::Note => &mut personal.note,
        }
    }
}

/// Reads a field that is given: null and blank text remove it, the rest is parsed.
fn read<T, E: AsRef<str>>(
    errors: &mut Errors,
    pointer: &str,
    value: Option<Option<String>>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Option<Option<T>> {
    let Some(text) = value?.filter(|t| !t.trim().is_empty()) else { return Some(None) };
    match parse(text.trim()) {
        Ok(value) => Some(Some(value)),
        Err(why) => {
            errors.add(pointer, "not_valid", format!("Not taken: {}.", why.as_ref()));
            None
        }
    }
}

impl Fields {
    /// Reads a body; every field that is not right is noted.
    pub fn read(body: ContactPatch, dictionary: &Dictionary, errors: &mut Errors) -> Self {
        let country = read(errors, "/country", body.country, |t| {
            Country::parse(t).ok_or("a country has two letters like SG")
        });
        let of_number = country.flatten();
        let mut fields = Fields {
            email: read(errors, "/email", body.email, |t| {
                EmailAddress::parse(t).map(|e| e.as_str().to_owned())
            }),
            phone: read(errors, "/phone", body.phone, |t| phone::parse(t, of_number)),
            birthday: read(errors, "/birthday", body.birthday, |t| {
                Birthday::parse(t).ok_or("a birthday is written 1990-05-17, or --05-17 without a year")
            }),
            gender: body.gender,
            country,
            language: read(errors, "/language", body.language, |t| {
                parse_language(t).ok_or("a language is a tag like en, zh-Hant or pt-BR")
            }),
            time_zone: read(errors, "/time_zone", body.time_zone, |t| match is_time_zone(t) {
                true => Ok(t.to_owned()),
                false => Err("a time zone is a name like Asia/Singapore"),
            }),
            external_ids: body.external_ids.map(|list| read_external(list, errors)),
            attributes: read_attributes(body.attributes, dictionary, errors),
            tags: body.tags.map(|names| read_tags(&names, "/tags", errors)),
            texts: Vec::new(),
        };
        for (field, pointer, value) in [
            (TextField::FirstName, "/first_name", body.first_name),
            (TextField::LastName, "/last_name", body.last_name),
            (TextField::Company, "/company", body.company),
            (TextField::Address, "/address", body.address),
            (TextField::Address2, "/address2", body.address2),
            (TextField::City, "/city", body.city),
            (TextField::Region, "/region", body.region),
            (TextField::Postcode, "/postcode", body.postcode),
            (TextField::Note, "/note", body.note),
        ] {
            let Some(value) = value else { continue };
            let text = value.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
            if let Some(text) = &text {
                match field {
                    TextField::Note => errors.text(pointer, text, 0..=TEXT_LENGTH_MAX),
                    _ => errors.line(pointer, text, 0..=FIELD_LENGTH_MAX),
                };
            }
            fields.texts.push((field, text));
        }
        fields
    }

    /// Puts the fields into a contact; tags are left to the caller.
    pub fn apply(&self, personal: &mut PersonalFields, facts: &mut Facts) {
        set(&mut personal.email, &self.email);
        set(&mut personal.phone, &self.phone);
        set(&mut personal.birthday, &self.birthday);
        set(&mut facts.gender, &self.gender);
        set(&mut facts.country, &self.country);
        set(&mut facts.language, &self.language);
        set(&mut facts.time_zone, &self.time_zone);
        for (field, text) in &self.texts {
            field.of(personal).clone_from(text);
        }
        if let Some(list) = &self.external_ids {
            personal.external_ids.clone_from(list);
        }
        for (no, class, value) in &self.attributes {
            match class {
                AttributeClass::Fact => facts.set_attribute(*no, value.clone()),
                AttributeClass::Personal => personal.set_attribute(*no, value.clone()),
            }
        }
    }
}

fn set<T: Clone>(known: &mut Option<T>, given: &Option<Option<T>>) {
    if let Some(value) = given {
        known.clone_from(value);
    }
}

/// Checks names of tags.
pub fn read_tags(names: &[String], pointer: &str, errors: &mut Errors) -> Vec<String> {
    if names.len() > TAGS_MAX {
        errors.add(pointer, "too_many", "A contact has at most 200 tags.");
        return Vec::new();
    }
    let mut checked = Vec::with_capacity(names.len());
    for (i, name) in names.iter().enumerate() {
        match parse_name(name) {
            Ok(name) if !checked.contains(&name) => checked.push(name),
            Ok(_) => {}
            Err(why) => {
                errors.add(format!("{pointer}/{i}"), "not_valid", format!("Not taken: {why}."));
            }
        }
    }
    checked
}

fn read_external(list: Vec<ExternalIdBody>, errors: &mut Errors) -> Vec<ExternalId> {
    if list.len() > EXTERNAL_IDS_MAX {
        errors.add("/external_ids", "too_many", "A contact has at most 20 ids in other systems.");
        return Vec::new();
    }
    let read = list.into_iter().enumerate().map(|(i, e)| {
        errors.line(&format!("/external_ids/{i}/system"), &e.system, 1..=50);
        errors.line(&format!("/external_ids/{i}/id"), &e.id, 1..=200);
        ExternalId { system: e.system, id: e.id }
    });
    read.collect()
}

fn read_attributes(
    values: BTreeMap<String, Value>,
    dictionary: &Dictionary,
    errors: &mut Errors,
) -> Vec<(u32, AttributeClass, Option<AttributeValue>)> {
    let mut read = Vec::with_capacity(values.len());
    for (name, value) in values {
        let pointer = format!("/attributes/{}", name.replace('~', "~0").replace('/', "~1"));
        let Some(definition) = dictionary.attribute(&name) else {
            errors.add(pointer, "unknown_attribute", "Define the attribute first: POST /api/v1/attributes.");
            continue;
        };
        match &value {
            Value::Null => read.push((definition.no, definition.class, None)),
            value => match definition.kind.parse_json(value) {
                Some(value) => read.push((definition.no, definition.class, Some(value))),
                None => {
                    errors.add(
                        pointer,
                        "wrong_type",
                        format!("This attribute is {}.", definition.kind.example()),
                    );
                }
            },
        }
    }
    read
}
