//! How a condition describes its form as data, and the arguments a rule gives it.
//!
//! From the same description come validation, the JSON schema of rules, the API's catalogue and the
//! console's form. A condition with an unusual field needs a new [`FieldKind`]; nothing else.

pub use super::field_kind::FieldKind;
use super::moment::Moment;
use super::property_filter::WrittenFilter;
use crate::contacts::model::MonthDay;
use crate::events::values::SCALE;
use jiff::civil::Date;
use kernel::ids::{CampaignId, ImportId, SegmentId};
use kernel::{FieldError, Timestamp};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// Most values of a list.
pub const LIST_MAX: usize = 1_000;
/// Longest text value, in characters.
pub const TEXT_MAX: usize = 200;
/// Longest window, in days.
pub const DAYS_MAX: i64 = 3_650;

/// What a condition tells about itself.
#[derive(Debug)]
pub struct ConditionSpec {
    /// Its word in rules; never changes.
    pub id: &'static str,
    /// Title for people.
    pub title: &'static str,
    /// What it does and what it does not, in a sentence or two.
    pub help: &'static str,
    /// True if it reads and decrypts every contact that other conditions leave over.
    pub slow: bool,
    /// Ways to compare; empty if there is nothing to choose.
    pub operators: &'static [Operator],
    /// Every field, whichever operator asks for it.
    pub fields: &'static [Field],
}

/// A way to compare.
#[derive(Debug)]
pub struct Operator {
    /// Its word in rules.
    pub word: &'static str,
    /// Title for people.
    pub title: &'static str,
    /// Fields that must be given.
    pub needs: &'static [&'static str],
    /// Fields that may be given.
    pub takes: &'static [&'static str],
}

impl Operator {
    /// An operator whose fields must all be given.
    pub const fn new(word: &'static str, title: &'static str, needs: &'static [&'static str]) -> Self {
        Operator { word, title, needs, takes: &[] }
    }

    /// An operator with optional fields.
    pub const fn with(
        word: &'static str,
        title: &'static str,
        needs: &'static [&'static str],
        takes: &'static [&'static str],
    ) -> Self {
        Operator { word, title, needs, takes }
    }
}

/// A field of a condition's form.
#[derive(Debug)]
pub struct Field {
    /// Its key in rules.
    pub name: &'static str,
    /// Title for people.
    pub title: &'static str,
    /// What it holds.
    pub kind: FieldKind,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// A word, a name or a text.
    Text(String),
    /// Words, names or texts; at least one.
    Texts(Vec<String>),
    /// Days, a month or a link.
    Integer(i64),
    /// A date.
    Date(Date),
    /// An instant.
    Instant(Timestamp),
    /// A number in ten-thousandths.
    Amount(i64),
    /// Tests of an event's properties.
    Filters(Vec<WrittenFilter>),
    /// A day of the year.
    MonthDay(MonthDay),
    /// A text, number or boolean as written; typed when the attribute is known.
    Scalar(Json),
    /// A campaign.
    Campaign(CampaignId),
    /// An import.
    Import(ImportId),
    /// A segment.
    Segment(SegmentId),
}

impl Arg {
    fn to_json(&self) -> Json {
        match self {
            Arg::Text(text) => text.as_str().into(),
            Arg::Texts(texts) => texts.clone().into(),
            Arg::Integer(number) => (*number).into(),
            Arg::Date(date) => date.to_string().into(),
            Arg::Instant(at) => at.to_string().into(),
            Arg::Amount(scaled) => amount_json(*scaled),
            Arg::Filters(filters) => filters.iter().map(WrittenFilter::to_json).collect(),
            Arg::MonthDay(day) => format!("{:02}-{:02}", day.month, day.day).into(),
            Arg::Scalar(json) => json.clone(),
            Arg::Campaign(id) => id.to_string().into(),
            Arg::Import(id) => id.to_string().into(),
            Arg::Segment(id) => id.to_string().into(),
        }
    }
}

/// A number in ten-thousandths as JSON: whole if it is.
fn amount_json(scaled: i64) -> Json {
    match scaled % SCALE {
        0 => (scaled / SCALE).into(),
        _ => (scaled as f64 / SCALE as f64).into(),
    }
}

/// The arguments of one condition in a rule, checked against its spec.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Args {
    operator: &'static str,
    fields: BTreeMap<&'static str, Arg>,
}

macro_rules! getters {
    ($($(#[$doc:meta])* $name:ident -> $t:ty { $($pattern:pat => $value:expr),* };)*) => {
        $($(#[$doc])* pub fn $name(&self, field: &str) -> Option<$t> {
            match self.fields.get(field)? { $($pattern => Some($value),)* _ => None }
        })*
    };
}

impl Args {
    /// The operator's word; empty if the condition has none.
    pub fn operator(&self) -> &'static str {
        self.operator
    }

    getters! {
        /// A text field, if given.
        text -> &str { Arg::Text(text) => text };
        /// A number field, if given.
        integer -> i64 { Arg::Integer(number) => *number };
        /// A number in ten-thousandths, if given.
        amount -> i64 { Arg::Amount(scaled) => *scaled };
        /// Tests of properties, if given.
        filters -> &[WrittenFilter] { Arg::Filters(filters) => filters.as_slice() };
        /// A day of the year, if given.
        month_day -> MonthDay { Arg::MonthDay(day) => *day };
        /// An untyped value, if given.
        scalar -> &Json { Arg::Scalar(json) => json };
        /// A campaign, if given.
        campaign -> CampaignId { Arg::Campaign(id) => *id };
        /// An import, if given.
        import -> ImportId { Arg::Import(id) => *id };
        /// A segment, if given.
        segment -> SegmentId { Arg::Segment(id) => *id };
    }

    /// An instant field, if given; a date is its beginning in the store's time zone.
    pub fn instant(&self, field: &str, moment: &Moment) -> Option<Timestamp> {
        match self.fields.get(field)? {
            Arg::Date(date) => Some(moment.start_of(*date)),
            Arg::Instant(at) => Some(*at),
            _ => None,
        }
    }

    /// A list field; empty if not given.
    pub fn texts(&self, field: &str) -> &[String] {
        match self.fields.get(field) {
            Some(Arg::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// How a field was written, for sentences.
    pub fn written(&self, field: &str) -> String {
        match self.fields.get(field).map(Arg::to_json) {
            Some(Json::String(text)) => text,
            Some(other) => other.to_string(),
            None => String::new(),
        }
    }

    /// Adds its keys to a condition's object.
    pub(super) fn write(&self, object: &mut Map<String, Json>) {
        if !self.operator.is_empty() {
            object.insert("operator".into(), self.operator.into());
        }
        object.extend(self.fields.iter().map(|(name, arg)| ((*name).to_owned(), arg.to_json())));
    }

    /// Reads a condition's object against the spec. Every error says what would be right.
    pub fn parse(
        spec: &ConditionSpec,
        object: &Map<String, Json>,
        pointer: &str,
        errors: &mut Vec<FieldError>,
    ) -> Self {
        let mut args = Args::default();
        let operator = parse_operator(spec, object.get("operator"), pointer, errors);
        let (needs, takes) = match (operator, spec.operators) {
            (Some(operator), _) => {
                args.operator = operator.word;
                (operator.needs, operator.takes)
            }
            (None, []) => (&[] as &[_], &[] as &[_]),
            // Without an operator nothing is known about the fields; one error is enough.
            (None, _) => return args,
        };
        for name in needs.iter().filter(|n| !object.contains_key(**n)) {
            errors.push(error(pointer, name, "required", format!("“{}” needs a {name}", spec.title)));
        }
        for (key, value) in object.iter().filter(|(k, _)| !matches!(k.as_str(), "condition" | "operator")) {
            match spec
                .fields
                .iter()
                .find(|f| f.name == key && (needs.contains(&f.name) || takes.contains(&f.name)))
            {
                None => {
                    errors.push(error(pointer, key, "unknown", unknown_key(spec, operator, needs, takes)))
                }
                Some(field) => match field.kind.parse(value) {
                    Ok(arg) => drop(args.fields.insert(field.name, arg)),
                    Err(right) => errors.push(error(pointer, key, "invalid", format!("{key} is {right}"))),
                },
            }
        }
        args
    }
}

fn error(pointer: &str, key: &str, code: &'static str, detail: String) -> FieldError {
    FieldError { pointer: format!("{pointer}/{}", escape(key)), code, detail }
}

/// A key as a part of a JSON pointer (RFC 6901).
pub(super) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn unknown_key(spec: &ConditionSpec, operator: Option<&Operator>, needs: &[&str], takes: &[&str]) -> String {
    let known: Vec<&str> = needs.iter().chain(takes).copied().collect();
    let with = operator.map_or(String::new(), |o| format!(" with {}", o.word));
    match known.as_slice() {
        [] => format!("“{}”{with} takes no further fields; leave this one out", spec.id),
        known => format!("“{}”{with} takes {}; leave this one out", spec.id, known.join(", ")),
    }
}

fn parse_operator(
    spec: &ConditionSpec,
    value: Option<&Json>,
    pointer: &str,
    errors: &mut Vec<FieldError>,
) -> Option<&'static Operator> {
    let found = value.and_then(Json::as_str).and_then(|word| spec.operators.iter().find(|o| o.word == word));
    if found.is_none() && !spec.operators.is_empty() {
        let words: Vec<&str> = spec.operators.iter().map(|o| o.word).collect();
        let code = if value.is_none() { "required" } else { "invalid" };
        errors.push(error(pointer, "operator", code, format!("operator is one of {}", words.join(", "))));
    }
    if value.is_some() && spec.operators.is_empty() {
        errors.push(error(
            pointer,
            "operator",
            "unknown",
            format!("“{}” has no operators; leave it out", spec.id),
        ));
    }
    found
}
