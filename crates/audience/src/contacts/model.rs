//! What a contact is made of. Pure.

pub use crate::consent::model::{Channel, ChannelStatus, ConsentStatus};
use crate::contacts::sources::Source;
use kernel::Timestamp;
use kernel::ids::ImportId;
use std::fmt;

/// Most tags of one contact.
pub const TAGS_MAX: usize = 200;
/// Most custom attributes of one contact.
pub const ATTRIBUTES_MAX: usize = 500;
/// Longest single text field, in characters (names, city, …).
pub const FIELD_LENGTH_MAX: usize = 500;
/// Longest note and longest text attribute, in characters.
pub const TEXT_LENGTH_MAX: usize = 4_000;
/// Most external ids of one contact.
pub const EXTERNAL_IDS_MAX: usize = 20;

/// Two capital letters of ISO 3166-1.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country([u8; 2]);

impl Country {
    /// Reads two letters in any case; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        match *text.trim().as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Some(Country([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => None,
        }
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("invariant: two ASCII letters")
    }

    /// The two bytes, for compact columns.
    pub fn bytes(self) -> [u8; 2] {
        self.0
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Gender, if it was given.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// Female.
    Female = 1,
    /// Male.
    Male = 2,
    /// Something else, by her or his own word.
    Other = 3,
}

impl Gender {
    /// Reads what files and people write: `f`, `female`, `m`, `male`, `o`, `other`, `x`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_lowercase().as_str() {
            "f" | "female" | "w" | "woman" => Some(Gender::Female),
            "m" | "male" | "man" => Some(Gender::Male),
            "o" | "other" | "x" | "diverse" | "non-binary" => Some(Gender::Other),
            _ => None,
        }
    }

    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Gender::Female => "female",
            Gender::Male => "male",
            Gender::Other => "other",
        }
    }

    /// Its number in codecs; 0 means not given.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The gender with a number.
    pub fn from_number(number: u8) -> Option<Self> {
        [Gender::Female, Gender::Male, Gender::Other].into_iter().find(|g| g.number() == number)
    }
}

/// A day of the year; what segments may know of a birthday.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct MonthDay {
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31, and a day that the month can have in a leap year.
    pub day: u8,
}

impl MonthDay {
    /// Checks that the month has the day in a leap year.
    pub fn new(month: u8, day: u8) -> Option<Self> {
        jiff::civil::Date::new(2000, month as i8, day as i8).ok().map(|_| MonthDay { month, day })
    }

    /// `month × 100 + day`, sortable.
    pub fn number(self) -> u16 {
        u16::from(self.month) * 100 + u16::from(self.day)
    }
}

/// A birthday; the year may be unknown. Sealed, apart from its [`MonthDay`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Birthday {
    /// Year, if given.
    pub year: Option<u16>,
    /// The day of the year.
    pub day: MonthDay,
}

impl Birthday {
    /// Reads `YYYY-MM-DD`, `YYYY/MM/DD`, `YYYYMMDD` or, without a year, `--MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix("--") {
            let (month, day) = rest.split_once('-')?;
            return Some(Birthday {
                year: None,
                day: MonthDay::new(month.parse().ok()?, day.parse().ok()?)?,
            });
        }
        let (year, month, day) = match text.len() {
            8 if text.bytes().all(|b| b.is_ascii_digit()) => (&text[..4], &text[4..6], &text[6..]),
            _ => {
                let mut parts = text.split(['-', '/']);
                let found = (parts.next()?, parts.next()?, parts.next()?);
                if parts.next().is_some() {
                    return None;
                }
                found
            }
        };
        let (year, month, day): (u16, u8, u8) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        if !(1880..=2200).contains(&year) {
            return None;
        }
        jiff::civil::Date::new(year as i16, month as i8, day as i8).ok()?;
        Some(Birthday { year: Some(year), day: MonthDay { month, day } })
    }
}

impl fmt::Display for Birthday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            Some(year) => write!(f, "{year:04}-{:02}-{:02}", self.day.month, self.day.day),
            None => write!(f, "--{:02}-{:02}", self.day.month, self.day.day),
        }
    }
}

/// Where a contact or a tag came from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Origin {
    /// The HTTP API.
    Api,
    /// An operator.
    Manual,
    /// A sign-up form.
    Form,
    /// A contact file.
    Import(ImportId),
    /// A shop platform.
    Shop,
    /// A page of the shop, which is not trusted with more than filling gaps.
    Site,
}

impl Origin {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Origin::Api => "api",
            Origin::Manual => "manual",
            Origin::Form => "form",
            Origin::Import(_) => "import",
            Origin::Shop => "shop",
            Origin::Site => "site",
        }
    }

    /// The import, if it was one.
    pub fn import(self) -> Option<ImportId> {
        match self {
            Origin::Import(id) => Some(id),
            _ => None,
        }
    }
}

/// A tag on a contact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TagMembership {
    /// Number of the tag in the store's dictionary.
    pub tag: u32,
    /// Where it came from.
    pub origin: Origin,
}

/// A value of a custom attribute.
#[derive(Clone, PartialEq, Debug)]
pub enum AttributeValue {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number; finite.
    Number(f64),
    /// A day, counted from 1970-01-01.
    Date(i32),
    /// An instant.
    Time(Timestamp),
    /// Text, at most [`TEXT_LENGTH_MAX`] characters.
    Text(String),
}

/// What may be known of a contact without decrypting.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// When the contact was made.
    pub created_at: Timestamp,
    /// Where it came from.
    pub origin: Origin,
    /// It has an email address.
    pub has_email: bool,
    /// It has a phone number.
    pub has_phone: bool,
    /// Country, if known.
    pub country: Option<Country>,
    /// Language, a BCP 47 tag such as `zh-Hant`, if known.
    pub language: Option<String>,
    /// IANA time zone such as `Asia/Singapore`, if known.
    pub time_zone: Option<String>,
    /// Birthday without its year, if known.
    pub birthday: Option<MonthDay>,
    /// Gender, if given.
    pub gender: Option<Gender>,
    /// State of each channel, by [`Channel::number`].
    pub channels: [ChannelStatus; 3],
    /// Tags, ascending by number, each once.
    pub tags: Vec<TagMembership>,
    /// Custom attributes of class *fact*, ascending by number, each once.
    pub attributes: Vec<(u32, AttributeValue)>,
}

impl Facts {
    /// Facts of a contact about whom nothing is known yet.
    pub fn new(created_at: Timestamp, origin: Origin) -> Self {
        Facts {
            created_at,
            origin,
            has_email: false,
            has_phone: false,
            country: None,
            language: None,
            time_zone: None,
            birthday: None,
            gender: None,
            channels: [ChannelStatus::default(); 3],
            tags: Vec::new(),
            attributes: Vec::new(),
        }
    }

    /// State of a channel.
    pub fn channel(&self, channel: Channel) -> &ChannelStatus {
        &self.channels[channel.number() as usize]
    }

    /// State of a channel, to change it.
    pub fn channel_mut(&mut self, channel: Channel) -> &mut ChannelStatus {
        &mut self.channels[channel.number() as usize]
    }

    /// True if the contact carries a tag.
    pub fn has_tag(&self, tag: u32) -> bool {
        self.tags.binary_search_by_key(&tag, |t| t.tag).is_ok()
    }

    /// Adds a tag; answers whether it was new. A contact that has [`TAGS_MAX`] takes no more.
    pub fn add_tag(&mut self, tag: u32, origin: Origin) -> bool {
        match self.tags.binary_search_by_key(&tag, |t| t.tag) {
            Err(place) if self.tags.len() < TAGS_MAX => {
                self.tags.insert(place, TagMembership { tag, origin });
                true
            }
            _ => false,
        }
    }

    /// Takes a tag away; answers whether it was there.
    pub fn remove_tag(&mut self, tag: u32) -> bool {
        match self.tags.binary_search_by_key(&tag, |t| t.tag) {
            Ok(place) => {
                self.tags.remove(place);
                true
            }
            Err(_) => false,
        }
    }

    /// Value of a custom attribute of class *fact*.
    pub fn attribute(&self, no: u32) -> Option<&AttributeValue> {
        find_attribute(&self.attributes, no)
    }

    /// Sets or (with `None`) removes a custom attribute.
    pub fn set_attribute(&mut self, no: u32, value: Option<AttributeValue>) {
        set_attribute(&mut self.attributes, no, value);
    }
}

fn find_attribute(list: &[(u32, AttributeValue)], no: u32) -> Option<&AttributeValue> {
    list.binary_search_by_key(&no, |(n, _)| *n).ok().map(|i| &list[i].1)
}

fn set_attribute(list: &mut Vec<(u32, AttributeValue)>, no: u32, value: Option<AttributeValue>) {
    match (list.binary_search_by_key(&no, |(n, _)| *n), value) {
        (Ok(place), Some(value)) => list[place].1 = value,
        (Ok(place), None) => {
            list.remove(place);
        }
        (Err(place), Some(value)) => list.insert(place, (no, value)),
        (Err(_), None) => {}
    }
}

/// An id another system gave the contact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExternalId {
    /// The system: `shopify`, `klaviyo`, `erp`, …
    pub system: String,
    /// Its id there.
    pub id: String,
}

/// What says who a contact is. Stored sealed under the contact's own key.
#[derive(Clone, PartialEq, Default)]
pub struct PersonalFields {
    /// Email address, normalised.
    pub email: Option<String>,
    /// Phone number in E.164, with `+`.
    pub phone: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Birthday with its year, if known.
    pub birthday: Option<Birthday>,
    /// Company.
    pub company: Option<String>,
    /// First line of the address.
    pub address: Option<String>,
    /// Second line of the address.
    pub address2: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Region, state or province.
    pub region: Option<String>,
    /// Postcode.
    pub postcode: Option<String>,
    /// The merchant's note.
    pub note: Option<String>,
    /// Ids in other systems.
    pub external_ids: Vec<ExternalId>,
    /// Custom attributes of class *personal*, ascending by number, each once.
    pub attributes: Vec<(u32, AttributeValue)>,
    /// Where fields came from that changed after the contact was made, also those of its facts.
    pub sources: Vec<Source>,
}

impl PersonalFields {
    /// Value of a custom attribute of class *personal*.
    pub fn attribute(&self, no: u32) -> Option<&AttributeValue> {
        find_attribute(&self.attributes, no)
    }

    /// Sets or (with `None`) removes a custom attribute.
    pub fn set_attribute(&mut self, no: u32, value: Option<AttributeValue>) {
        set_attribute(&mut self.attributes, no, value);
    }
}

// Logs must never show who somebody is.
impl fmt::Debug for PersonalFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonalFields(…)")
    }
}
