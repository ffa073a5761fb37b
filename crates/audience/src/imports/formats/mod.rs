//! The programs whose files are recognised by their headings: one file each, one line in [`FORMATS`].
//!
//! A format says which headings mark it, what its columns mean and what its words for consent mean.
//! Headings that no format claims are read by usual words (`usual`), then by their values (`mapping`).

mod error_file;
mod klaviyo;
mod listmonk;
mod mailchimp;
mod omnisend;
mod own;
mod shopify;
mod smartpush;
mod usual;

#[cfg(test)]
mod tests;

pub(super) use error_file::HEADINGS as ERROR_FILE_HEADINGS;

use super::mapping::{Confidence, ConsentRole, ConsentValue, Field};
use crate::attributes::model::AttributeClass;
use crate::consent::model::{Channel, ConsentStatus, Suppression};
use kernel::{Problem, Result};
use std::collections::BTreeMap;

/// What a column of a format means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Meaning {
    /// A field of every contact.
    Field(Field),
    /// Consent to a channel.
    Consent(Channel, ConsentRole),
    /// The contact's id in a system.
    ExternalId(&'static str),
    /// A list of tags.
    Tags,
    /// A custom attribute of this class, whatever its values look like.
    Attribute(AttributeClass),
    /// Nothing to keep.
    Ignore,
}

/// A program's file. Headings are compared as lower-case letters and digits.
pub struct Format {
    /// Stable word.
    pub word: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Sets of headings; all of one set mark the format. Earlier formats in the list win.
    marks: &'static [&'static [&'static str]],
    /// Headings and what they mean.
    columns: &'static [(&'static str, Meaning)],
    /// Words in columns of consent that mean something of their own here, lower-case.
    pub consent_words: &'static [(&'static str, ConsentValue)],
    /// Status of everyone in the file, from its name (as written) and its headings (normalised).
    file_status: Option<FileStatus>,
}

type FileStatus = fn(&str, &[String]) -> Option<ConsentValue>;

const SUBSCRIBED: ConsentValue = ConsentValue::Status(ConsentStatus::Subscribed);
const UNSUBSCRIBED: ConsentValue = ConsentValue::Status(ConsentStatus::Unsubscribed);
const NEVER: ConsentValue = ConsentValue::Status(ConsentStatus::NeverSubscribed);
const BOUNCED: ConsentValue = ConsentValue::Flag(Suppression::Bounced);
const SUPPRESSED: ConsentValue = ConsentValue::Flag(Suppression::Suppressed);

/// Every format; the first whose marks are present is taken.
pub static FORMATS: &[&Format] = &[
    &error_file::FORMAT,
    &klaviyo::FORMAT,
    &listmonk::FORMAT,
    &mailchimp::FORMAT,
    &omnisend::FORMAT,
    &own::FORMAT,
    &shopify::FORMAT,
    &smartpush::FORMAT,
    &usual::FORMAT,
];

/// The format with a word. Problem: there is none.
pub fn find(word: &str) -> Result<&'static Format> {
    FORMATS.iter().copied().find(|f| f.word == word).ok_or_else(|| {
        let words: Vec<&str> = FORMATS.iter().map(|f| f.word).collect();
        Problem::field("/format", "unknown", format!("The formats are: {}.", words.join(", "))).into()
    })
}

/// The format that normalised headings and a file name point to; `usual` if none.
pub fn detect(headings: &[String], file_name: &str) -> &'static Format {
    let has = |mark: &&str| headings.iter().any(|h| h == mark);
    let by_marks = FORMATS.iter().copied().find(|f| f.marks.iter().any(|set| set.iter().all(has)));
    by_marks.or_else(|| mailchimp::by_file_name(headings, file_name)).unwrap_or(&usual::FORMAT)
}

impl Format {
    /// What a normalised heading means, and how sure that is.
    pub(super) fn meaning(&self, normalised: &str) -> Option<(Meaning, Confidence)> {
        let find = |format: &Format| format.columns.iter().find(|(h, _)| *h == normalised).map(|(_, m)| *m);
        let own = find(self).map(|m| (m, Confidence::Known));
        own.or_else(|| find(&usual::FORMAT).map(|m| (m, Confidence::Guessed)))
    }

    /// Status of everyone in the file, where the file as a whole says it.
    pub(super) fn everyone(&self, file_name: &str, headings: &[String]) -> BTreeMap<Channel, ConsentValue> {
        let status = self.file_status.and_then(|f| f(file_name, headings));
        status.map(|s| (Channel::Email, s)).into_iter().collect()
    }
}
