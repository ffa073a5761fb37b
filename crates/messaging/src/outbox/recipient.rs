//! A recipient as the hand-off needs it: decrypted, with the names of its tags and attributes at hand.
//!
//! It lives as long as its chunk is handed over and is never stored or logged.

use audience::contacts::{AttributeValue, Facts, PersonalFields};
use kernel::EmailAddress;
use std::collections::HashMap;

/// Names of a store's tags and custom attributes, read once a send.
#[derive(Default)]
pub struct Names {
    /// Tag names by number.
    pub tags: HashMap<u32, String>,
    /// Attribute numbers by name.
    pub attributes: HashMap<String, u32>,
}

/// One recipient.
pub struct Recipient {
    /// Where the message goes.
    pub address: EmailAddress,
    /// Decrypted fields.
    pub personal: PersonalFields,
    /// Open facts.
    pub facts: Facts,
    /// Birthday as text, if known.
    pub birthday: Option<String>,
    /// Names of its tags.
    pub tags: Vec<String>,
}

impl Recipient {
    /// From stored fields; `None` if there is no valid email address.
    pub fn of(facts: Facts, personal: PersonalFields, names: &Names) -> Option<Self> {
        let address = EmailAddress::parse(personal.email.as_deref()?).ok()?;
        let birthday = personal.birthday.map(|b| b.to_string());
        let tags = facts.tags.iter().filter_map(|t| names.tags.get(&t.tag).cloned()).collect();
        Some(Recipient { address, personal, facts, birthday, tags })
    }

    /// A custom attribute by its number, open or sealed.
    pub fn attribute(&self, number: u32) -> Option<&AttributeValue> {
        self.facts.attribute(number).or_else(|| self.personal.attribute(number))
    }
}
