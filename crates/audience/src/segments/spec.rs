//! How a condition describes its form as data, and the arguments a rule gives it.
//!
//! From the same description come validation, the JSON schema of rules, the API's catalogue and the
//! console's form. A condition with an unusual field needs a new [`FieldKind`] here; nothing else.

use super::moment::{self, Moment};
use crate::contacts::model::{Country, MonthDay};
use jiff::civil::Date;
use kernel::ids::{CampaignId, ImportId, SegmentId};
use kernel::{FieldError, Timestamp};
use serde_json::{Map, Value as Json, json};
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

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum FieldKind {
    /// Name of a custom attribute.
    Attribute,
    /// A campaign's id.
    Campaign,
    /// One of these words; with titles.
    Choice(&'static [(&'static str, &'static str)]),
    /// Some of these words; with titles.
    Choices(&'static [(&'static str, &'static str)]),
    /// Country codes of ISO 3166-1.
    Countries,
    /// A number of days, 1 to [`DAYS_MAX`].
    Days,
    /// An import's id.
    Import,
    /// A date, or an instant of RFC 3339; a date means its beginning in the store's time zone.
    Instant,
    /// Language tags of BCP 47.
    Languages,
    /// Number of a link in a message, counted from 0.
    Link,
    /// A month, 1 to 12.
    Month,
    /// A day of the year, `MM-DD`.
    MonthDay,
    /// A text, number or boolean.
    Scalar,
    /// A segment's id.
    Segment,
    /// Names of tags.
    Tags,
    /// A text.
    Text,
    /// Texts.
    Texts,
    /// IANA time zones.
    TimeZones,
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
            Arg::MonthDay(day) => format!("{:02}-{:02}", day.month, day.day).into(),
            Arg::Scalar(json) => json.clone(),
            Arg::Campaign(id) => id.to_string().into(),
            Arg::Import(id) => id.to_string().into(),
            Arg::Segment(id) => id.to_string().into(),
        }
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
                Some(field) => match parse_arg(field.kind, value) {
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

/// Reads a field. Errors: what would be right, to follow "x is ".
fn parse_arg(kind: FieldKind, value: &Json) -> Result<Arg, String> {
    let text = value.as_str();
    Ok(match kind {
        FieldKind::Attribute => {
            Arg::Text(text.and_then(attribute_name).ok_or("an attribute's name, such as shoe_size")?)
        }
        FieldKind::Campaign => Arg::Campaign(
            text.and_then(|t| t.parse().ok()).ok_or("a campaign's id, such as cmp_0123456789abc")?,
        ),
        FieldKind::Choice(words) => Arg::Text(choice(words, value)?),
        FieldKind::Choices(words) => Arg::Texts(list(value, |v| choice(words, v))?),
        FieldKind::Countries => Arg::Texts(list(value, country)?),
        FieldKind::Days => Arg::Integer(whole(value, 1, DAYS_MAX, "days")?),
        FieldKind::Import => {
            Arg::Import(text.and_then(|t| t.parse().ok()).ok_or("an import's id, such as imp_0123456789abc")?)
        }
        FieldKind::Instant => instant(text)?,
        FieldKind::Languages => Arg::Texts(list(value, language)?),
        FieldKind::Link => Arg::Integer(whole(value, 0, u16::MAX.into(), "the number of a link")?),
        FieldKind::Month => Arg::Integer(whole(value, 1, 12, "a month")?),
        FieldKind::MonthDay => {
            Arg::MonthDay(text.and_then(moment::parse_month_day).ok_or("a day of the year such as 02-29")?)
        }
        FieldKind::Scalar => scalar(value)?,
        FieldKind::Segment => Arg::Segment(
            text.and_then(|t| t.parse().ok()).ok_or("a segment's id, such as seg_0123456789abc")?,
        ),
        FieldKind::Tags => Arg::Texts(list(value, tag)?),
        FieldKind::Text => Arg::Text(short_text(value)?),
        FieldKind::Texts => Arg::Texts(list(value, short_text)?),
        FieldKind::TimeZones => Arg::Texts(list(value, time_zone)?),
    })
}

fn list(value: &Json, read: impl Fn(&Json) -> Result<String, String>) -> Result<Vec<String>, String> {
    let items = value.as_array().filter(|items| (1..=LIST_MAX).contains(&items.len()));
    let items = items.ok_or_else(|| format!("a list of 1 to {LIST_MAX} values"))?;
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        let value = read(item).map_err(|right| format!("a list; each value is {right}"))?;
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Ok(values)
}

fn choice(words: &[(&'static str, &'static str)], value: &Json) -> Result<String, String> {
    let found = value.as_str().filter(|text| words.iter().any(|(word, _)| word == text));
    let all = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
    found.map(str::to_owned).ok_or_else(|| format!("one of {}", all()))
}

fn whole(value: &Json, from: i64, to: i64, what: &str) -> Result<i64, String> {
    value
        .as_i64()
        .filter(|n| (from..=to).contains(n))
        .ok_or_else(|| format!("a whole number ({what}) from {from} to {to}"))
}

fn short_text(value: &Json) -> Result<String, String> {
    let text = value.as_str().filter(|t| !t.trim().is_empty() && t.chars().count() <= TEXT_MAX);
    text.map(str::to_owned).ok_or_else(|| format!("a text of 1 to {TEXT_MAX} characters"))
}

fn country(value: &Json) -> Result<String, String> {
    let code = value.as_str().and_then(Country::parse);
    code.map(|c| c.as_str().to_owned())
        .ok_or_else(|| "a country's two letters (ISO 3166-1), such as SG".into())
}

fn language(value: &Json) -> Result<String, String> {
    let shape =
        |t: &&str| (2..=35).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    value
        .as_str()
        .filter(shape)
        .map(str::to_owned)
        .ok_or_else(|| "a language tag (BCP 47), such as en or zh-Hant".into())
}

fn time_zone(value: &Json) -> Result<String, String> {
    let known = value.as_str().filter(|t| jiff::tz::TimeZone::get(t).is_ok());
    known.map(str::to_owned).ok_or_else(|| "a time zone (IANA), such as Asia/Singapore".into())
}

fn tag(value: &Json) -> Result<String, String> {
    crate::tags::model::parse_name(value.as_str().unwrap_or_default())
        .map_err(|right| format!("a tag; {right}"))
}

fn attribute_name(text: &str) -> Option<String> {
    let fits = (1..=crate::attributes::model::NAME_MAX).contains(&text.len());
    let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    (fits && plain).then(|| text.to_owned())
}

fn instant(text: Option<&str>) -> Result<Arg, String> {
    let text = text.unwrap_or_default();
    if let Ok(date) = text.parse::<Date>()
        && text.len() == 10
    {
        return Ok(Arg::Date(date));
    }
    let at = Timestamp::parse(text).map(Arg::Instant);
    at.ok_or_else(|| "a date such as 2026-11-23, or a time such as 2026-11-23T09:00:00Z".into())
}

fn scalar(value: &Json) -> Result<Arg, String> {
    match value {
        Json::Bool(_) | Json::Number(_) => Ok(Arg::Scalar(value.clone())),
        Json::String(_) => short_text(value).map(|_| Arg::Scalar(value.clone())),
        _ => Err(format!("a number, true, false, or a text of 1 to {TEXT_MAX} characters")),
    }
}

impl FieldKind {
    /// The word that tells the console which input to show.
    pub fn word(self) -> &'static str {
        match self {
            FieldKind::Attribute => "attribute",
            FieldKind::Campaign => "campaign",
            FieldKind::Choice(_) => "choice",
            FieldKind::Choices(_) => "choices",
            FieldKind::Countries => "countries",
            FieldKind::Days => "days",
            FieldKind::Import => "import",
            FieldKind::Instant => "instant",
            FieldKind::Languages => "languages",
            FieldKind::Link => "link",
            FieldKind::Month => "month",
            FieldKind::MonthDay => "month_day",
            FieldKind::Scalar => "scalar",
            FieldKind::Segment => "segment",
            FieldKind::Tags => "tags",
            FieldKind::Text => "text",
            FieldKind::Texts => "texts",
            FieldKind::TimeZones => "time_zones",
        }
    }

    /// Words to choose from, with titles.
    pub fn choices(self) -> &'static [(&'static str, &'static str)] {
        match self {
            FieldKind::Choice(words) | FieldKind::Choices(words) => words,
            _ => &[],
        }
    }

    /// JSON schema of the field.
    pub(super) fn schema(self) -> Json {
        let list = |item: Json| json!({"type": "array", "items": item, "minItems": 1, "maxItems": LIST_MAX});
        let id = |prefix: &str| json!({"type": "string", "pattern": format!("^{prefix}_[0-9a-hjkmnp-tv-z]{{13}}$")});
        let whole = |from: i64, to: i64| json!({"type": "integer", "minimum": from, "maximum": to});
        let text = || json!({"type": "string", "minLength": 1, "maxLength": TEXT_MAX});
        let words = |w: &[(&str, &str)]| json!({"enum": w.iter().map(|(word, _)| *word).collect::<Vec<_>>()});
        match self {
            FieldKind::Attribute => json!({"type": "string", "pattern": "^[a-z0-9_]{1,64}$"}),
            FieldKind::Campaign => id("cmp"),
            FieldKind::Choice(w) => words(w),
            FieldKind::Choices(w) => list(words(w)),
            FieldKind::Countries => list(json!({"type": "string", "pattern": "^[A-Za-z]{2}$"})),
            FieldKind::Days => whole(1, DAYS_MAX),
            FieldKind::Import => id("imp"),
            FieldKind::Instant => {
                json!({"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]})
            }
            FieldKind::Languages => list(json!({"type": "string", "pattern": "^[A-Za-z0-9-]{2,35}$"})),
            FieldKind::Link => whole(0, u16::MAX.into()),
            FieldKind::Month => whole(1, 12),
            FieldKind::MonthDay => json!({"type": "string", "pattern": "^[0-9]{2}-[0-9]{2}$"}),
            FieldKind::Scalar => json!({"type": ["string", "number", "boolean"]}),
            FieldKind::Segment => id("seg"),
            FieldKind::Tags => {
                list(json!({"type": "string", "minLength": 1, "maxLength": crate::tags::model::NAME_MAX}))
            }
            FieldKind::Text => text(),
            FieldKind::Texts => list(text()),
            FieldKind::TimeZones => list(json!({"type": "string", "minLength": 1})),
        }
    }
}
