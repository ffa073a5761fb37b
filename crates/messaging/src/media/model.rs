//! What an item of the media library is, and what in its words may be personal. Pure.

use kernel::Timestamp;
use kernel::ids::MediaId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest name, in characters.
pub const NAME_MAX: usize = 200;
/// Longest alternative text, in characters.
pub const ALT_MAX: usize = 1_000;
/// Longest reference to a consent, in characters.
pub const REFERENCE_MAX: usize = 500;
/// Most items of a store.
pub const ITEMS_MAX: i64 = 20_000;

/// Version of [`ATTESTATION`]; a new wording gets a new version.
pub const ATTESTATION_VERSION: &str = "1";
/// The statement without which nothing is taken in (P-036).
pub const ATTESTATION: &str = "I may use this file in messages and pages of this store. It shows or names no \
    person, or I hold the consent of every person it shows or names.";

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MediaKind)]
pub enum Kind {
    /// Sound.
    Audio,
    /// A picture.
    Image,
    /// Plain text.
    Text,
    /// A moving picture.
    Video,
}

impl Kind {
    /// The word in JSON and in the database.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Audio => "audio",
            Kind::Image => "image",
            Kind::Text => "text",
            Kind::Video => "video",
        }
    }

    /// The kind with a word.
    pub fn parse(word: &str) -> Option<Kind> {
        [Kind::Audio, Kind::Image, Kind::Text, Kind::Video].into_iter().find(|k| k.word() == word)
    }
}

/// Where a place is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceSource {
    /// The device, when the file was made in the console.
    Device,
    /// The file itself.
    File,
    /// Typed in.
    Manual,
}

/// Where something was made. Sensitive: kept only if whoever uploads allows it (P-032).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MediaPlace)]
pub struct Place {
    /// Degrees, south negative.
    #[schema(minimum = -90, maximum = 90)]
    pub latitude: f64,
    /// Degrees, west negative.
    #[schema(minimum = -180, maximum = 180)]
    pub longitude: f64,
    /// Metres, if known.
    #[serde(default)]
    #[schema(minimum = 0)]
    pub accuracy: Option<f64>,
    /// Where it is known from.
    pub source: PlaceSource,
}

impl Place {
    /// True if there is such a place.
    pub fn exists(&self) -> bool {
        (-90.0..=90.0).contains(&self.latitude)
            && (-180.0..=180.0).contains(&self.longitude)
            && self.accuracy.is_none_or(|metres| metres.is_finite() && metres >= 0.0)
    }
}

/// The words of an item; sealed where they lie.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Words {
    /// Its name, mostly that of the file.
    pub name: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// Where it was made.
    pub place: Option<Place>,
    /// Where the consent of the persons in it is kept (P-036).
    pub consent_reference: Option<String>,
}

/// An item of the library.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its id.
    pub id: MediaId,
    /// What it is.
    pub kind: Kind,
    /// Its media type.
    pub content_type: String,
    /// SHA-256 of the public copy; its name in the data folder.
    pub hash: [u8; 32],
    /// Ending of its name.
    pub extension: String,
    /// Bytes of the public copy.
    pub bytes: i64,
    /// True if there is a small picture of it.
    pub has_thumbnail: bool,
    /// Width in pixels.
    pub width: Option<i64>,
    /// Height in pixels.
    pub height: Option<i64>,
    /// When it was made, if known.
    pub captured_at: Option<Timestamp>,
    /// When it was uploaded.
    pub uploaded_at: Timestamp,
    /// By whom: an actor.
    pub uploaded_by: String,
    /// Its words.
    pub words: Words,
    /// True if its text, as uploaded, may say who somebody is.
    pub personal_content: bool,
}

impl Item {
    /// True if its words or its text may say who somebody is (P-036).
    pub fn contains_personal(&self) -> bool {
        self.personal_content || names_somebody(&self.words.name) || names_somebody(&self.words.alt)
    }

    /// True if everybody may see it: nobody is named, or there is a consent.
    pub fn is_public(&self) -> bool {
        !self.contains_personal() || self.words.consent_reference.is_some()
    }
}

/// True if a text holds an email address, a phone number or a number of a payment card (P-036).
pub fn names_somebody(text: &str) -> bool {
    holds_address(text) || holds_number(text)
}

fn holds_address(text: &str) -> bool {
    text.match_indices('@').any(|(at, _)| {
        let local = text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric());
        let mut labels = text[at + 1..]
            .split(|c: char| !(c.is_alphanumeric() || c == '.' || c == '-'))
            .next()
            .unwrap_or_default()
            .trim_end_matches('.')
            .split('.');
        let first = labels.next().is_some_and(|l| !l.is_empty());
        local && first && labels.next_back().is_some_and(|l| l.chars().count() >= 2)
    })
}

/// Runs of digits that people part by spaces, dots, hyphens, brackets or slashes.
fn holds_number(text: &str) -> bool {
    let mut run = Run::default();
    for c in text.chars().chain(['\n']) {
        match c {
            '0'..='9' => run.digits.push(c),
            '+' if run.digits.is_empty() => run.plus = true,
            ' ' | '.' | '-' | '(' | ')' | '/' | '\u{a0}' if !run.digits.is_empty() => run.parted += 1,
            '(' if run.digits.is_empty() => {}
            _ => {
                if run.is_number() {
                    return true;
                }
                run = Run::default();
            }
        }
    }
    false
}

#[derive(Default)]
struct Run {
    digits: String,
    plus: bool,
    parted: usize,
}

impl Run {
    /// A number with `+`, or one parted as people write phone numbers, or one that is a card's. Long numbers
    /// without either (articles, dates, what cameras give their files) are not.
    fn is_number(&self) -> bool {
        let length = self.digits.len();
        let international = self.plus && (8..=15).contains(&length);
        let parted = self.parted >= 2 && (9..=15).contains(&length) && !self.is_date();
        international || parted || (13..=19).contains(&length) && luhn(&self.digits)
    }

    /// `2026-11-25 10.30.00` and the like.
    fn is_date(&self) -> bool {
        let part = |from: usize| self.digits.get(from..from + 2).and_then(|p| p.parse::<u32>().ok());
        matches!(self.digits.get(..2), Some("19" | "20"))
            && part(4).is_some_and(|month| (1..=12).contains(&month))
            && part(6).is_some_and(|day| (1..=31).contains(&day))
    }
}

/// The check digit of cards (ISO/IEC 7812-1).
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let digit = u32::from(b - b'0') * if i % 2 == 1 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The name of a file without folders and control characters, cut to what a name may be.
pub fn plain_name(file_name: &str) -> String {
    let last = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect();
    match name.trim() {
        "" => "file".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_phone_numbers_and_cards_are_found_and_other_numbers_are_not() {
        for text in [
            "ana@shop.example",
            "mail to Ana.Li+x@mail.shop.example.",
            "call +65 9123 4567",
            "+6591234567.jpg",
            "(415) 555-2671",
            "030/1234-5678",
            "4111 1111 1111 1111",
            "5500005555555559",
        ] {
            assert!(names_somebody(text), "{text}");
        }
        for text in [
            "IMG_20261125_103000.jpg",
            "2026-11-25 10.30.00.png",
            "Summer sale 50 % off, from 3 to 5 @ the shop",
            "order 123456789012",
            "1920x1080",
            "@shop",
            "a @ b.example",
            "1,299.00",
        ] {
            assert!(!names_somebody(text), "{text}");
        }
    }

    #[test]
    fn a_name_is_that_of_the_file_without_its_way() {
        assert_eq!(plain_name("C:\\fakepath\\tea.jpg"), "tea.jpg");
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name("\u{7}\n"), "file");
        assert_eq!(plain_name(&"x".repeat(500)).len(), NAME_MAX);
    }
}
