//! What is counted, and slots of time. Pure.

use kernel::Timestamp;
use std::collections::BTreeMap;

/// Length of a slot.
pub const SLOT_MS: i64 = 900_000;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident => $word:literal;)*) => {
        /// Something that is counted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[$doc])* $name),* }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Kind] = &[$(Kind::$name),*];

            /// Stored word.
            pub fn word(self) -> &'static str {
                match self { $(Kind::$name => $word),* }
            }

            /// From the stored word.
            pub fn parse(word: &str) -> Option<Kind> {
                Kind::ALL.iter().copied().find(|k| k.word() == word)
            }
        }
    };
}

kinds! {
    /// A contact's first bounce of a campaign, told after the message had been taken.
    Bounced => "bounced";
    /// A contact's first click in a campaign, by a person.
    Clicked => "clicked";
    /// A contact's first complaint about a campaign.
    Complained => "complained";
    /// A contact was made.
    NewContacts => "new_contacts";
    /// A contact's first open of a campaign, by a person.
    Opened => "opened";
    /// A marketing message was taken by a relay.
    Sent => "sent";
    /// A known contact unsubscribed from email, in whatever way.
    Unsubscribed => "unsubscribed";
}

/// The slot a time falls into.
pub fn slot_of(at: Timestamp) -> i64 {
    at.0.div_euclid(SLOT_MS)
}

/// Counts by kind and slot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slots(pub BTreeMap<(Kind, i64), i64>);

impl Slots {
    /// Counts something.
    pub fn count(&mut self, kind: Kind, at: Timestamp, n: u64) {
        if n > 0 {
            *self.0.entry((kind, slot_of(at))).or_default() += n as i64;
        }
    }

    /// Sum of a kind from a time up to another, both at the beginning of a slot.
    pub fn sum(&self, kind: Kind, from: Timestamp, to: Timestamp) -> i64 {
        self.0.range((kind, slot_of(from))..(kind, slot_of(to))).map(|(_, n)| n).sum()
    }
}
