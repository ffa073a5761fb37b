//! Rights: what a caller may do in a store. An alphabetical, append-only catalogue.
//!
//! Each right is a type, so that a handler names its right in its signature
//! (`Tenant<rights::ReadContacts>`), and a word, so that keys can be given some of them.

use serde::de::Error as _;

/// One right as a type.
pub trait Right: Send + Sync + 'static {
    /// The word used in keys and documents, for example `contacts:read`.
    const SCOPE: &'static str;
    /// Its place in [`Rights`].
    const BIT: u64;
}

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident = $bit:literal, $scope:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;
            impl Right for $name {
                const SCOPE: &'static str = $scope;
                const BIT: u64 = 1 << $bit;
            }
        )*

        /// Every right: word and bit.
        pub const ALL: &[(&str, u64)] = &[$(($scope, 1 << $bit)),*];
    };
}

rights! {
    /// Read the store's part of the audit log.
    ReadAudit = 0, "audit:read";
    /// Create and change campaigns, without sending them.
    EditCampaigns = 1, "campaigns:edit";
    /// Read campaigns.
    ReadCampaigns = 2, "campaigns:read";
    /// Launch, pause, resume and cancel campaigns; send tests.
    SendCampaigns = 3, "campaigns:send";
    /// Create, change, import and delete contacts and their consent.
    EditContacts = 4, "contacts:edit";
    /// Take contacts out of the program as files.
    ExportContacts = 5, "contacts:export";
    /// Read contacts with their personal data.
    ReadContacts = 6, "contacts:read";
    /// Read what visitors of the shop did, with their personal data.
    ReadEvents = 15, "events:read";
    /// Send events. A key that may do nothing else may stand in a page.
    WriteEvents = 16, "events:write";
    /// Create and revoke API keys.
    ManageKeys = 7, "keys:manage";
    /// Read reports and their drill-downs.
    ReadReports = 8, "reports:read";
    /// Create and change segments.
    EditSegments = 9, "segments:edit";
    /// Read segments and count them.
    ReadSegments = 10, "segments:read";
    /// Change settings, senders, domains and relays.
    EditSettings = 11, "settings:edit";
    /// Read settings, senders, domains, relays and jobs.
    ReadSettings = 12, "settings:read";
    /// Create and change templates.
    EditTemplates = 13, "templates:edit";
    /// Read templates and preview them.
    ReadTemplates = 14, "templates:read";
}

/// A set of rights.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Rights(u64);

impl Rights {
    /// Every right.
    pub fn all() -> Self {
        Rights(ALL.iter().fold(0, |bits, (_, bit)| bits | bit))
    }

    /// One right.
    pub fn of<R: Right>() -> Self {
        Rights(R::BIT)
    }

    /// No right.
    pub fn none() -> Self {
        Rights(0)
    }

    /// True if `R` is among them.
    pub fn has<R: Right>(self) -> bool {
        self.0 & R::BIT != 0
    }

    /// True if every right of `other` is among them.
    pub fn contains(self, other: Rights) -> bool {
        other.0 & !self.0 == 0
    }

    /// True if there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// From words. `Err` names the word that is no right.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut bits = 0;
        for word in words {
            let (_, bit) = ALL.iter().find(|(w, _)| *w == word).ok_or_else(|| word.to_owned())?;
            bits |= bit;
        }
        Ok(Rights(bits))
    }

    /// Their words in alphabetical order.
    pub fn words(self) -> Vec<&'static str> {
        ALL.iter().filter(|(_, bit)| self.0 & bit != 0).map(|(word, _)| *word).collect()
    }
}

impl std::fmt::Debug for Rights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.words()).finish()
    }
}

impl serde::Serialize for Rights {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.words().serialize(s)
    }
}

impl<'de> serde::Deserialize<'de> for Rights {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let words = Vec::<String>::deserialize(d)?;
        Rights::parse(words.iter().map(String::as_str)).map_err(|word| {
            let known: Vec<_> = ALL.iter().map(|(w, _)| *w).collect();
            D::Error::custom(format!("`{word}` is no right; the rights are {}", known.join(", ")))
        })
    }
}

impl utoipa::PartialSchema for Rights {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
        let word = ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .enum_values(Some(ALL.iter().map(|(w, _)| *w)));
        ArrayBuilder::new().items(word).into()
    }
}

impl utoipa::ToSchema for Rights {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_distinct_sorted_and_survive_their_words() {
        let words: Vec<_> = ALL.iter().map(|(w, _)| *w).collect();
        let mut sorted = words.clone();
        sorted.sort_unstable();
        assert_eq!(words, sorted);
        assert_eq!(Rights::all().words().len(), ALL.len(), "every bit is its own");
        let some = Rights::parse(["contacts:read", "segments:edit"]).unwrap();
        assert!(some.has::<ReadContacts>() && !some.has::<EditContacts>());
        assert!(Rights::all().contains(some) && !some.contains(Rights::all()));
        assert_eq!(Rights::parse(["contacts:rule"]), Err("contacts:rule".into()));
    }
}
