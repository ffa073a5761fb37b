//! What a field of a condition can hold: how it is read, described and shown. An alphabetical catalogue.

use super::moment;
use super::property_filter;
use super::spec::{Arg, DAYS_MAX, LIST_MAX, TEXT_MAX};
use crate::contacts::model::Country;
use crate::events::values::scaled;
use jiff::civil::Date;
use kernel::Timestamp;
use serde_json::{Value as Json, json};

/// Highest count a rule may ask for.
pub const COUNT_MAX: i64 = 1_000_000;

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum FieldKind {
    /// A number with at most four decimals.
    Amount,
    /// Name of a custom attribute.
    Attribute,
    /// A campaign's id.
    Campaign,
    /// One of these words; with titles.
    Choice(&'static [(&'static str, &'static str)]),
    /// Some of these words; with titles.
    Choices(&'static [(&'static str, &'static str)]),
    /// How often, from 0.
    Count,
    /// Country codes of ISO 3166-1.
    Countries,
    /// A number of days, 1 to [`DAYS_MAX`].
    Days,
    /// Name of an event.
    EventName,
    /// Tests of the properties of one event.
    Filters,
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
    /// Path of a property: names joined by dots.
    Property,
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

/// Reads a field. Errors: what would be right, to follow "x is ".
fn parse(kind: FieldKind, value: &Json) -> Result<Arg, String> {
    let text = value.as_str();
    Ok(match kind {
        FieldKind::Amount => Arg::Amount(amount(value).ok_or("a number, such as 49.90")?),
        FieldKind::Attribute => {
            Arg::Text(text.and_then(attribute_name).ok_or("an attribute's name, such as shoe_size")?)
        }
        FieldKind::Campaign => Arg::Campaign(
            text.and_then(|t| t.parse().ok()).ok_or("a campaign's id, such as cmp_0123456789abc")?,
        ),
        FieldKind::Choice(words) => Arg::Text(choice(words, value)?),
        FieldKind::Choices(words) => Arg::Texts(list(value, |v| choice(words, v))?),
        FieldKind::Count => Arg::Integer(whole(value, 0, COUNT_MAX, "how often")?),
        FieldKind::Countries => Arg::Texts(list(value, country)?),
        FieldKind::Days => Arg::Integer(whole(value, 1, DAYS_MAX, "days")?),
        FieldKind::EventName => Arg::Text(short_text(value)?),
        FieldKind::Filters => Arg::Filters(property_filter::parse(value)?),
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
        FieldKind::Property => Arg::Text(property_filter::path(value)?),
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

/// A number in ten-thousandths.
fn amount(value: &Json) -> Option<i64> {
    value.as_f64().filter(|_| value.is_number()).and_then(scaled)
}

fn scalar(value: &Json) -> Result<Arg, String> {
    match value {
        Json::Bool(_) | Json::Number(_) => Ok(Arg::Scalar(value.clone())),
        Json::String(_) => short_text(value).map(|_| Arg::Scalar(value.clone())),
        _ => Err(format!("a number, true, false, or a text of 1 to {TEXT_MAX} characters")),
    }
}

impl FieldKind {
    /// Reads a value. Errors: what would be right, to follow "x is ".
    pub(super) fn parse(self, value: &Json) -> Result<Arg, String> {
        parse(self, value)
    }

    /// The word that tells the console which input to show.
    pub fn word(self) -> &'static str {
        match self {
            FieldKind::Amount => "amount",
            FieldKind::Attribute => "attribute",
            FieldKind::Campaign => "campaign",
            FieldKind::Choice(_) => "choice",
            FieldKind::Choices(_) => "choices",
            FieldKind::Count => "count",
            FieldKind::Countries => "countries",
            FieldKind::Days => "days",
            FieldKind::EventName => "event_name",
            FieldKind::Filters => "filters",
            FieldKind::Import => "import",
            FieldKind::Instant => "instant",
            FieldKind::Languages => "languages",
            FieldKind::Link => "link",
            FieldKind::Month => "month",
            FieldKind::MonthDay => "month_day",
            FieldKind::Property => "property",
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
            FieldKind::Amount => json!({"type": "number"}),
            FieldKind::Attribute => json!({"type": "string", "pattern": "^[a-z0-9_]{1,64}$"}),
            FieldKind::Campaign => id("cmp"),
            FieldKind::Choice(w) => words(w),
            FieldKind::Choices(w) => list(words(w)),
            FieldKind::Count => whole(0, COUNT_MAX),
            FieldKind::Countries => list(json!({"type": "string", "pattern": "^[A-Za-z]{2}$"})),
            FieldKind::Days => whole(1, DAYS_MAX),
            FieldKind::EventName => text(),
            FieldKind::Filters => property_filter::schema(),
            FieldKind::Import => id("imp"),
            FieldKind::Instant => {
                json!({"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]})
            }
            FieldKind::Languages => list(json!({"type": "string", "pattern": "^[A-Za-z0-9-]{2,35}$"})),
            FieldKind::Link => whole(0, u16::MAX.into()),
            FieldKind::Month => whole(1, 12),
            FieldKind::MonthDay => json!({"type": "string", "pattern": "^[0-9]{2}-[0-9]{2}$"}),
            FieldKind::Property => text(),
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
