//! Words of the suppression list. Pure.

use crate::consent::model::{Change, Channel, ConsentSource, ConsentStatus, Suppression};
use kernel::Timestamp;
use kernel::ids::SuppressionId;

/// Why an address is on the list.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Debug,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The address does not exist or refuses for good.
    Bounced = 0,
    /// Its owner complained.
    Complained = 1,
    /// The merchant put it there.
    Suppressed = 2,
    /// Its owner unsubscribed and was erased since (P-126).
    Unsubscribed = 3,
}

impl Reason {
    /// Every reason.
    pub const ALL: &'static [Reason] =
        &[Reason::Bounced, Reason::Complained, Reason::Suppressed, Reason::Unsubscribed];

    /// Its number in the database; never changes.
    pub fn number(self) -> i64 {
        self as i64
    }

    /// The reason with a number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|r| r.number() == number)
    }

    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Bounced => "bounced",
            Reason::Complained => "complained",
            Reason::Suppressed => "suppressed",
            Reason::Unsubscribed => "unsubscribed",
        }
    }

    /// What an entry with this reason does to a contact who has the address.
    pub fn change(self) -> Change {
        match self {
            Reason::Bounced => Change::Raise(Suppression::Bounced),
            Reason::Complained => Change::Raise(Suppression::Complained),
            Reason::Suppressed => Change::Raise(Suppression::Suppressed),
            Reason::Unsubscribed => Change::Status(ConsentStatus::Unsubscribed),
        }
    }
}

impl From<Suppression> for Reason {
    fn from(flag: Suppression) -> Self {
        match flag {
            Suppression::Bounced => Reason::Bounced,
            Suppression::Complained => Reason::Complained,
            Suppression::Suppressed => Reason::Suppressed,
        }
    }
}

/// An entry of the list. The address itself is not in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Public id.
    pub id: SuppressionId,
    /// The channel.
    pub channel: Channel,
    /// Why.
    pub reason: Reason,
    /// Since when.
    pub at: Timestamp,
    /// Who or what put it there.
    pub source: ConsentSource,
    /// Who did it in the program.
    pub actor: String,
    /// The contact who has the address, if there is one.
    pub ordinal: Option<u32>,
}
