//! Guesses from the first rows of a file: type of an attribute, order of dates, and whether values tell
//! who somebody is.

use super::DateOrder;
use crate::attributes::model::{AttributeClass, AttributeType};
use crate::imports::reader::{Batch, RawRow};
use crate::imports::rows::dates;
use std::collections::HashSet;

/// Rows looked at.
pub const SAMPLE_ROWS: usize = 1_000;
/// Values kept of a column, to be shown.
const SHOWN: usize = 5;
/// Longest shown value, in bytes.
const SHOWN_BYTES: usize = 80;

/// What the first rows say about one column.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    values: Vec<String>,
}

impl Sample {
    /// One for each column.
    pub fn of(columns: usize, batches: &[Batch]) -> Vec<Sample> {
        let mut samples = vec![Sample::default(); columns];
        for row in batches.iter().flat_map(Batch::rows).take(SAMPLE_ROWS) {
            take(&mut samples, &row);
        }
        samples
    }

    /// For a column of JSON objects: their keys with the plain values under each, in order of first use.
    pub(super) fn inside(&self) -> Vec<(String, Sample)> {
        let mut found: Vec<(String, Sample)> = Vec::new();
        for value in &self.values {
            let Ok(serde_json::Value::Object(map)) = serde_json::from_str(value) else { continue };
            for (key, value) in map {
                let Some(text) = json_text(&value) else { continue };
                match found.iter_mut().find(|(k, _)| *k == key) {
                    Some((_, sample)) => sample.values.push(text),
                    None => found.push((key, Sample { values: vec![text] })),
                }
            }
        }
        found
    }

    #[cfg(test)]
    pub(super) fn of_values(values: &[&str]) -> Self {
        Sample { values: values.iter().map(|v| (*v).to_owned()).collect() }
    }

    /// Some distinct values, shortened, for the merchant's eyes.
    pub fn shown(&self) -> Vec<String> {
        let mut seen = HashSet::new();
        let distinct = self.values.iter().filter(|v| seen.insert(v.as_str()));
        distinct.take(SHOWN).map(|v| crate::imports::reader::shorten(v, SHOWN_BYTES).to_owned()).collect()
    }

    fn all(&self, test: impl Fn(&str) -> bool) -> bool {
        !self.values.is_empty() && self.values.iter().all(|v| test(v))
    }

    fn share(&self, test: impl Fn(&str) -> bool) -> f64 {
        let hits = self.values.iter().filter(|v| test(v)).count();
        hits as f64 / self.values.len().max(1) as f64
    }

    /// Share of values that are email addresses.
    pub fn email_share(&self) -> f64 {
        self.share(|v| kernel::EmailAddress::parse(v).is_ok())
    }

    /// Share of values that are written like international phone numbers.
    pub fn phone_share(&self) -> f64 {
        self.share(|v| looks_like_phone(v.trim_start_matches('\'')))
    }

    /// Share of values that pass as payment card numbers.
    pub fn card_share(&self) -> f64 {
        self.share(looks_like_card)
    }

    /// Type of the values; text if they disagree or there are none.
    pub fn value_type(&self) -> AttributeType {
        let words = |v: &str| matches!(v.to_ascii_lowercase().as_str(), "true" | "false" | "yes" | "no");
        let plain = |v: &str| v.len() <= 15 && !v.starts_with('+') && (v.len() == 1 || !v.starts_with('0'));
        if self.all(words) {
            AttributeType::Bool
        } else if self.all(|v| plain(v) && v.parse::<i64>().is_ok()) {
            AttributeType::Integer
        } else if self.all(|v| (plain(v) || v.contains('.')) && v.parse::<f64>().is_ok_and(f64::is_finite)) {
            AttributeType::Number
        } else if self.all(|v| dates::parse_date(v, self.date_order(None)).is_some() && !dates::has_time(v)) {
            AttributeType::Date
        } else if self.all(|v| dates::parse_time(v, self.date_order(None)).is_some()) {
            AttributeType::Time
        } else {
            AttributeType::Text
        }
    }

    /// Order of day and month: from a number above twelve, else by the sign between and the country.
    pub fn date_order(&self, country: Option<&str>) -> DateOrder {
        let mut slash = false;
        for value in &self.values {
            let Some((first, second)) = dates::leading_pair(value) else { continue };
            match (first > 12, second > 12) {
                (true, false) => return DateOrder::Dmy,
                (false, true) => return DateOrder::Mdy,
                _ => slash |= value.contains('/'),
            }
        }
        if slash && country.is_none_or(|c| c == "US") { DateOrder::Mdy } else { DateOrder::Dmy }
    }

    /// Whether values of this type under this heading may stand in the plain facts of a contact.
    pub fn class(&self, normalised_heading: &str, value_type: AttributeType) -> AttributeClass {
        if heading_is_personal(normalised_heading) || self.email_share() > 0.05 || self.phone_share() > 0.2 {
            return AttributeClass::Personal;
        }
        match value_type {
            AttributeType::Text if self.values.is_empty() || self.is_distinct() => AttributeClass::Personal,
            AttributeType::Integer if self.all(|v| v.len() >= 9) => AttributeClass::Personal,
            _ => AttributeClass::Fact,
        }
    }

    /// Texts that differ from row to row say something about one person rather than a group.
    fn is_distinct(&self) -> bool {
        let distinct: HashSet<&str> = self.values.iter().map(String::as_str).collect();
        let long = self.values.iter().any(|v| v.chars().count() > 64);
        long || (distinct.len() >= 10 && distinct.len() * 2 > self.values.len())
    }
}

/// A JSON value as the text of a cell; nothing for null and for what is nested.
pub(in crate::imports) fn json_text(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(s) => Some(s.clone()).filter(|s| !s.trim().is_empty()),
        serde_json::Value::Bool(b) => Some(b.to_string()),
        serde_json::Value::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

fn take(samples: &mut [Sample], row: &RawRow<'_>) {
    for (sample, cell) in samples.iter_mut().zip(row.cells()) {
        let value = cell.trim();
        if !value.is_empty() {
            sample.values.push(value.to_owned());
        }
    }
}

/// Words in headings that announce personal data.
const PERSONAL_WORDS: &[&str] = &[
    "address",
    "birth",
    "email",
    "ipadd",
    "latitude",
    "longitude",
    "mobile",
    "name",
    "note",
    "phone",
    "street",
    "telephone",
    "zip",
    "comment",
    "geo",
    "location",
    "姓",
    "电话",
    "手机",
    "地址",
    "邮箱",
    "生日",
    "备注",
];

fn heading_is_personal(normalised: &str) -> bool {
    normalised == "ip" || PERSONAL_WORDS.iter().any(|w| normalised.contains(w))
}

fn looks_like_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let signs = text.chars().all(|c| c.is_ascii_digit() || " +-()./".contains(c));
    let grouped = text.starts_with('+') || text.contains([' ', '(', '-']);
    signs && grouped && (8..=15).contains(&digits) && dates::parse_date(text, DateOrder::Dmy).is_none()
}

/// Thirteen to nineteen digits with a right check digit (ISO/IEC 7812) and a known first digit.
pub(super) fn looks_like_card(text: &str) -> bool {
    let digits: Vec<u32> =
        text.chars().filter(|c| !matches!(c, ' ' | '-')).map_while(|c| c.to_digit(10)).collect();
    let whole = text.chars().all(|c| c.is_ascii_digit() || c == ' ' || c == '-');
    if !whole || !(13..=19).contains(&digits.len()) || !matches!(digits[0], 3..=6) {
        return false;
    }
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| if i % 2 == 0 { *d } else { d * 2 / 10 + d * 2 % 10 })
        .sum();
    sum.is_multiple_of(10)
}
