//! What a hit is and how it is written into the event log. Pure.

use kernel::ids::StoreId;
use kernel::{Timestamp, ids::CampaignId};

/// Kind of the event of an open.
pub const OPENED: &str = "message.opened";
/// Kind of the event of a click.
pub const CLICKED: &str = "message.clicked";

/// Who caused a hit, as far as can be told (D-18).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum HitClass {
    /// A person.
    Human = 0,
    /// A mail program that loads everything beforehand (Apple Mail Privacy Protection).
    PrefetchMpp = 1,
    /// A mailbox provider's image proxy on behalf of a person who opened.
    ImageProxy = 2,
    /// A security scanner that follows every link.
    Scanner = 3,
    /// A program that says so.
    Bot = 4,
    /// Nothing speaks for either.
    Unknown = 5,
}

impl HitClass {
    /// Every class, by number.
    pub const ALL: [HitClass; 6] = [
        HitClass::Human,
        HitClass::PrefetchMpp,
        HitClass::ImageProxy,
        HitClass::Scanner,
        HitClass::Bot,
        HitClass::Unknown,
    ];

    /// Its number in events.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// From its number; `Unknown` for numbers of a newer program.
    pub fn of_number(number: u8) -> Self {
        Self::ALL.into_iter().find(|c| c.number() == number).unwrap_or(HitClass::Unknown)
    }

    /// True if the hit counts as interest of a person: filtered figures, segments, sunset. A proxied open
    /// is one: the provider's proxy asks when the person opens.
    pub fn is_engagement(self) -> bool {
        matches!(self, HitClass::Human | HitClass::ImageProxy)
    }
}

/// What was hit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum HitKind {
    /// The open pixel.
    Open,
    /// A link.
    Click,
}

impl HitKind {
    /// Kind of the event.
    pub fn event(self) -> &'static str {
        match self {
            HitKind::Open => OPENED,
            HitKind::Click => CLICKED,
        }
    }
}

/// A classified hit on its way into the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hit {
    /// Owner of the message.
    pub store: StoreId,
    /// The campaign.
    pub campaign: CampaignId,
    /// The contact.
    pub ordinal: u32,
    /// What was hit.
    pub kind: HitKind,
    /// Number of the link; 0 for opens.
    pub link: u16,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub class: HitClass,
    /// Number of the rule that said so.
    pub rule: u8,
}

impl Hit {
    /// Body of the event: class, rule, link. No address, no user agent.
    pub fn encode(&self) -> Vec<u8> {
        let [low, high] = self.link.to_le_bytes();
        vec![self.class.number(), self.rule, low, high]
    }
}

/// The body of an event as read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HitRecord {
    /// By whom.
    pub class: HitClass,
    /// Number of the rule that said so; see [`super::classify::RULES`].
    pub rule: u8,
    /// Number of the link; 0 for opens.
    pub link: u16,
}

impl HitRecord {
    /// Reads the body of an event; `None` if it is not one.
    pub fn decode(body: &[u8]) -> Option<Self> {
        let [class, rule, low, high] = *body.first_chunk::<4>()?;
        Some(HitRecord { class: HitClass::of_number(class), rule, link: u16::from_le_bytes([low, high]) })
    }
}

/// True if the event's body tells of a person's interest ([`HitClass::is_engagement`]).
pub fn is_human(body: &[u8]) -> bool {
    HitRecord::decode(body).is_some_and(|r| r.class.is_engagement())
}
