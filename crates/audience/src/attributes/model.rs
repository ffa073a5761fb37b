//! Types, classes and values of custom attributes. Pure.

use crate::contacts::model::{AttributeValue, TEXT_LENGTH_MAX};
use kernel::Timestamp;
use kernel::ids::AttributeId;

/// Most attributes of one store.
pub const DEFINITIONS_MAX: usize = 500;
/// Longest name.
pub const NAME_MAX: usize = 64;

/// Type of an attribute's values.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttributeType {
    /// Yes or no.
    Bool,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A day.
    Date,
    /// An instant.
    Time,
    /// Text.
    Text,
}

impl AttributeType {
    /// Every type.
    pub const ALL: &'static [AttributeType] = &[
        AttributeType::Bool,
        AttributeType::Integer,
        AttributeType::Number,
        AttributeType::Date,
        AttributeType::Time,
        AttributeType::Text,
    ];

    /// The word in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            AttributeType::Bool => "bool",
            AttributeType::Integer => "integer",
            AttributeType::Number => "number",
            AttributeType::Date => "date",
            AttributeType::Time => "time",
            AttributeType::Text => "text",
        }
    }

    /// The type with a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|t| t.as_str() == word)
    }

    /// Reads a cell of a file. `None`: not a value of this type.
    pub fn parse_text(self, text: &str) -> Option<AttributeValue> {
        let text = text.trim();
        Some(match self {
            AttributeType::Bool => AttributeValue::Bool(parse_bool(text)?),
            AttributeType::Integer => AttributeValue::Integer(text.parse().ok()?),
            AttributeType::Number => {
                AttributeValue::Number(text.parse::<f64>().ok().filter(|n| n.is_finite())?)
            }
            AttributeType::Date => AttributeValue::Date(parse_day(text)?),
            AttributeType::Time => AttributeValue::Time(Timestamp::parse(text)?),
            AttributeType::Text => Some(AttributeValue::Text(text.to_owned()))
                .filter(|_| text.chars().count() <= TEXT_LENGTH_MAX)?,
        })
    }

    /// Reads a JSON value. `None`: not a value of this type.
    pub fn parse_json(self, value: &serde_json::Value) -> Option<AttributeValue> {
        use serde_json::Value as Json;
        match (self, value) {
            (AttributeType::Bool, Json::Bool(v)) => Some(AttributeValue::Bool(*v)),
            (AttributeType::Integer, Json::Number(n)) => n.as_i64().map(AttributeValue::Integer),
            (AttributeType::Number, Json::Number(n)) => {
                n.as_f64().filter(|n| n.is_finite()).map(AttributeValue::Number)
            }
            (AttributeType::Date | AttributeType::Time | AttributeType::Text, Json::String(s)) => {
                self.parse_text(s)
            }
            _ => None,
        }
    }

    /// What a value of this type looks like, for messages.
    pub fn example(self) -> &'static str {
        match self {
            AttributeType::Bool => "true or false",
            AttributeType::Integer => "a whole number like 42",
            AttributeType::Number => "a number like 4.2",
            AttributeType::Date => "a date like 2026-11-23",
            AttributeType::Time => "a time like 2026-11-23T09:00:00Z",
            AttributeType::Text => "a text of at most 4,000 characters",
        }
    }
}

fn parse_bool(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" | "y" => Some(true),
        "false" | "no" | "0" | "n" => Some(false),
        _ => None,
    }
}

fn parse_day(text: &str) -> Option<i32> {
    let date: jiff::civil::Date = text.parse().ok()?;
    Some(day_number(date))
}

fn epoch() -> jiff::civil::Date {
    jiff::civil::date(1970, 1, 1)
}

/// Days from 1970-01-01 to a date.
pub fn day_number(date: jiff::civil::Date) -> i32 {
    date.since((jiff::Unit::Day, epoch())).map_or(0, |span| span.get_days())
}

/// The date that many days after 1970-01-01; the nearest that exists if out of range.
pub fn day_of(number: i32) -> jiff::civil::Date {
    jiff::Span::new().try_days(number).and_then(|span| epoch().checked_add(span)).unwrap_or(if number < 0 {
        jiff::civil::Date::MIN
    } else {
        jiff::civil::Date::MAX
    })
}

impl AttributeValue {
    /// Its type.
    pub fn kind(&self) -> AttributeType {
        match self {
            AttributeValue::Bool(_) => AttributeType::Bool,
            AttributeValue::Integer(_) => AttributeType::Integer,
            AttributeValue::Number(_) => AttributeType::Number,
            AttributeValue::Date(_) => AttributeType::Date,
            AttributeValue::Time(_) => AttributeType::Time,
            AttributeValue::Text(_) => AttributeType::Text,
        }
    }

    /// Its JSON form.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            AttributeValue::Bool(v) => (*v).into(),
            AttributeValue::Integer(v) => (*v).into(),
            AttributeValue::Number(v) => (*v).into(),
            other => other.to_text().into(),
        }
    }

    /// Its form in files and templates; [`AttributeType::parse_text`] reads it back.
    pub fn to_text(&self) -> String {
        match self {
            AttributeValue::Bool(v) => v.to_string(),
            AttributeValue::Integer(v) => v.to_string(),
            AttributeValue::Number(v) => v.to_string(),
            AttributeValue::Date(v) => day_of(*v).to_string(),
            AttributeValue::Time(v) => v.to_string(),
            AttributeValue::Text(v) => v.clone(),
        }
    }
}

/// How revealing an attribute is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttributeClass {
    /// Says nothing about who somebody is; stored plain, fast in segments.
    Fact,
    /// Says who somebody is or is nobody's business; sealed with the contact.
    Personal,
}

impl AttributeClass {
    /// The word in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            AttributeClass::Fact => "fact",
            AttributeClass::Personal => "personal",
        }
    }

    /// The class with a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [AttributeClass::Fact, AttributeClass::Personal].into_iter().find(|c| c.as_str() == word)
    }
}

/// The definition of an attribute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Definition {
    /// Its number in the store; what contacts hold.
    pub no: u32,
    /// Its public id.
    pub id: AttributeId,
    /// Name in templates, rules and files: `[a-z0-9_]{1,64}`.
    pub name: String,
    /// Name for people.
    pub label: String,
    /// Type of its values.
    pub kind: AttributeType,
    /// Where its values live.
    pub class: AttributeClass,
    /// What the merchant needs it for.
    pub purpose: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Words that no attribute's name may contain: health, biometrics, identity papers, cards (P-201).
const FORBIDDEN: &[&str] = &[
    "allerg",
    "biometric",
    "cancer",
    "credit_card",
    "creditcard",
    "card_number",
    "cvv",
    "diagnos",
    "disab",
    "disease",
    "dna",
    "driver_licence",
    "driver_license",
    "drivers_license",
    "face_id",
    "fingerprint",
    "genetic",
    "health",
    "hiv",
    "iban",
    "id_card",
    "illness",
    "iris_scan",
    "medical",
    "medication",
    "national_id",
    "passport",
    "password",
    "patient",
    "pregnan",
    "prescription",
    "religio",
    "sexual",
    "social_security",
    "ssn",
    "symptom",
    "tax_id",
    "therapy",
    "voiceprint",
];

/// Names that are fields of every contact already.
const RESERVED: &[&str] = &[
    "id",
    "email",
    "phone",
    "first_name",
    "last_name",
    "birthday",
    "company",
    "address",
    "address2",
    "city",
    "region",
    "postcode",
    "country",
    "language",
    "time_zone",
    "gender",
    "tags",
    "note",
    "created_at",
    "attributes",
    "accepts_email_marketing",
    "suppressed",
    "accepts_sms",
];

/// Checks a name. Errors: a sentence that says what would be right.
pub fn check_name(name: &str) -> Result<(), &'static str> {
    let shape = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if name.is_empty() || name.len() > NAME_MAX || !name.bytes().all(shape) {
        return Err("a name has 1 to 64 of the characters a-z, 0-9 and _");
    }
    if RESERVED.contains(&name) {
        return Err("every contact has a field of this name; use it instead");
    }
    if speaks_of_forbidden(name) {
        return Err(
            "attributes about health, biometrics, beliefs, identity papers or payment cards are not kept here",
        );
    }
    Ok(())
}

fn speaks_of_forbidden(name: &str) -> bool {
    // Short words count only as a whole part of the name: "edna" is no DNA.
    FORBIDDEN.iter().any(|word| match word.len() {
        0..=4 => name.split('_').any(|part| part == *word),
        _ => name.contains(word),
    })
}

/// Turns a column heading into a name: lower case, `_` for what is neither letter nor digit.
/// `None` if nothing is left.
pub fn name_from_heading(heading: &str) -> Option<String> {
    let mut name = String::new();
    for c in heading.trim().chars() {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_lowercase() || c.is_ascii_digit() => name.push(c),
            _ if !name.is_empty() && !name.ends_with('_') => name.push('_'),
            _ => {}
        }
    }
    name.truncate(NAME_MAX);
    let name = name.trim_end_matches('_').to_owned();
    (!name.is_empty()).then_some(name)
}
