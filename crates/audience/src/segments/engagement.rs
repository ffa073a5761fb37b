//! What contacts did with messages: the events of sending and tracking as sets of contacts. Pure.
//!
//! A set is kept per kind, campaign and UTC day, for clicks also per link, and once more over all
//! campaigns; so "clicked anything in the last 30 days" is the union of 30 sets. A machine that opens or
//! clicks (mail privacy proxy, link scanner) is a kind of its own and never counts as a person.

use super::moment::day_of_instant;
use kernel::ids::CampaignId;
use roaring::RoaringBitmap;
use std::collections::HashMap;
use store::Event;

/// The campaign number that stands for all campaigns.
const ANY: i64 = 0;

/// What happened. Numbers are kept in the database and never change.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Touch {
    /// The message was accepted by the recipient's server.
    Sent = 1,
    /// A person opened it, also through the provider's image proxy.
    Opened = 2,
    /// A machine loaded its pictures.
    OpenedByMachine = 3,
    /// A person clicked a link.
    Clicked = 4,
    /// A machine followed a link.
    ClickedByMachine = 5,
    /// It came back.
    Bounced = 6,
    /// It was marked as spam.
    Complained = 7,
    /// It led to an unsubscribe.
    Unsubscribed = 8,
}

/// A set's key: what, in which campaign (0: any), by which link (-1: any), on which UTC day.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct SetKey {
    /// What happened.
    pub touch: Touch,
    /// The campaign's number, or 0 for any.
    pub campaign: i64,
    /// The link's number, or -1 for any.
    pub link: i64,
    /// Days since 1970-01-01.
    pub day: i32,
}

/// A question about what happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EngagementQuery {
    /// Any of these.
    pub touches: &'static [Touch],
    /// In this campaign, or in any.
    pub campaign: Option<CampaignId>,
    /// By this link, or by any. Only with a campaign.
    pub link: Option<u16>,
    /// On this UTC day or later.
    pub since_day: Option<i32>,
}

impl EngagementQuery {
    /// The campaign's number in keys.
    pub fn campaign_no(&self) -> i64 {
        self.campaign.map_or(ANY, |c| c.0)
    }

    /// The link's number in keys.
    pub fn link_no(&self) -> i64 {
        self.link.map_or(-1, i64::from)
    }

    /// The first day in keys.
    pub fn first_day(&self) -> i32 {
        self.since_day.unwrap_or(i32::MIN)
    }

    /// True if the set with this key belongs to the answer.
    pub fn wants(&self, key: &SetKey) -> bool {
        self.touches.contains(&key.touch)
            && key.campaign == self.campaign_no()
            && key.link == self.link_no()
            && key.day >= self.first_day()
    }
}

/// Something that happened, as told by one event.
#[derive(Clone, PartialEq, Debug)]
pub struct Happening {
    /// What.
    pub touch: Touch,
    /// In which campaign; 0 if the message belongs to none.
    pub campaign: i64,
    /// By which link.
    pub link: Option<u16>,
    /// On which UTC day.
    pub day: i32,
    /// To whom.
    pub who: RoaringBitmap,
}

/// Body of the events of opens and clicks: class, rule, link (little-endian). Classes 0 (a person) and 2 (a
/// provider's image proxy, which asks when the person opens) are people; all others are machines.
fn hit(body: &[u8]) -> (bool, Option<u16>) {
    match body {
        [class, _, low, high, ..] => (matches!(class, 0 | 2), Some(u16::from_le_bytes([*low, *high]))),
        _ => (false, None),
    }
}

/// Body of the event of a bounce: class, then whether the report was more than a guess from prose.
fn is_guess(body: &[u8]) -> bool {
    body.get(1) == Some(&0)
}

/// Kinds of events that tell about messages.
pub const KINDS: &[&str] = &[
    "message.bounced",
    "message.clicked",
    "message.complained",
    "message.opened",
    "message.unsubscribed",
    "messages.settled",
];

impl Happening {
    /// Reads an event; `None` if it tells nothing about messages.
    pub fn of(event: &Event) -> Option<Self> {
        let (by_person, link) = hit(&event.body);
        let (touch, link) = match event.kind.as_str() {
            "messages.settled" => (Touch::Sent, None),
            "message.opened" if by_person => (Touch::Opened, None),
            "message.opened" => (Touch::OpenedByMachine, None),
            "message.clicked" if by_person => (Touch::Clicked, link),
            "message.clicked" => (Touch::ClickedByMachine, link),
            "message.bounced" if is_guess(&event.body) => return None,
            "message.bounced" => (Touch::Bounced, None),
            "message.complained" => (Touch::Complained, None),
            "message.unsubscribed" => (Touch::Unsubscribed, None),
            _ => return None,
        };
        let who = match event.ordinal {
            Some(ordinal) => RoaringBitmap::from_iter([ordinal]),
            // The bitmap of accepted recipients is the first part of a chunk's outcome.
            None => RoaringBitmap::deserialize_from(event.body.as_slice()).ok()?,
        };
        Some(Happening {
            touch,
            campaign: event.campaign.unwrap_or(ANY),
            link,
            day: day_of_instant(event.at),
            who,
        })
    }

    /// The sets it belongs to.
    pub fn keys(&self) -> impl Iterator<Item = SetKey> {
        let key = |campaign, link| SetKey { touch: self.touch, campaign, link, day: self.day };
        let own = (self.campaign != ANY).then(|| key(self.campaign, -1));
        let by_link = self.link.filter(|_| self.campaign != ANY).map(|link| key(self.campaign, link.into()));
        [Some(key(ANY, -1)), own, by_link].into_iter().flatten()
    }
}

/// Sets gathered from events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EngagementSets(pub HashMap<SetKey, RoaringBitmap>);

impl EngagementSets {
    /// Takes in an event.
    pub fn add(&mut self, happening: &Happening) {
        for key in happening.keys() {
            *self.0.entry(key).or_default() |= &happening.who;
        }
    }

    /// Who is in the answer, as far as these sets know.
    pub fn answer(&self, query: &EngagementQuery) -> RoaringBitmap {
        let wanted = self.0.iter().filter(|(key, _)| query.wants(key));
        wanted.fold(RoaringBitmap::new(), |all, (_, set)| all | set)
    }
}

/// What happened to one contact.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History(pub Vec<Happening>);

impl History {
    /// True if something that the query asks for happened.
    pub fn answers(&self, query: &EngagementQuery) -> bool {
        self.0.iter().any(|happening| happening.keys().any(|key| query.wants(&key)))
    }
}

impl Touch {
    /// The touch with a number.
    pub fn from_number(number: i64) -> Option<Self> {
        use Touch::{
            Bounced, Clicked, ClickedByMachine, Complained, Opened, OpenedByMachine, Sent, Unsubscribed,
        };
        [Sent, Opened, OpenedByMachine, Clicked, ClickedByMachine, Bounced, Complained, Unsubscribed]
            .into_iter()
            .find(|t| *t as i64 == number)
    }
}
