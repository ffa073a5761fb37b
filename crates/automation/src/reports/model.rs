//! What a report counts. Pure.

use kernel::Timestamp;
use messaging::outbox::Counts;
use messaging::tracking::model::HitRecord;
use serde::Serialize;
use store::Event;
use utoipa::ToSchema;

/// Hours shown after launch.
pub const HOURS_SHOWN: i64 = 48;
/// Milliseconds of an hour.
pub const HOUR_MS: i64 = 3_600_000;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident => $word:literal;)*) => {
        /// Something people (or machines) do with a message.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
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
    /// A person opened it.
    Opened => "opened";
    /// A machine loaded its pictures.
    OpenedByMachine => "opened_by_machine";
    /// A person clicked a link.
    Clicked => "clicked";
    /// A machine followed a link.
    ClickedByMachine => "clicked_by_machine";
    /// It came back after it had been taken.
    Bounced => "bounced";
    /// Its reader reported it as spam.
    Complained => "complained";
    /// It led to an unsubscribe.
    Unsubscribed => "unsubscribed";
}

/// Reads an event: what happened, and by which link. `None` if a report does not count it.
pub fn happening(event: &Event) -> Option<(Kind, Option<u16>)> {
    let hit = HitRecord::decode(&event.body);
    let by_person = hit.is_some_and(|h| h.class.is_engagement());
    Some(match event.kind.as_str() {
        "message.opened" if by_person => (Kind::Opened, None),
        "message.opened" => (Kind::OpenedByMachine, None),
        "message.clicked" => {
            (if by_person { Kind::Clicked } else { Kind::ClickedByMachine }, hit.map(|h| h.link))
        }
        "message.bounced" => (Kind::Bounced, None),
        "message.complained" => (Kind::Complained, None),
        "message.unsubscribed" => (Kind::Unsubscribed, None),
        _ => return None,
    })
}

/// People and happenings of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tally {
    /// Different contacts.
    pub people: u64,
    /// Times it happened.
    pub times: i64,
}

/// Figures of one hour after launch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Hour {
    /// Hours after launch, from 0.
    pub hour: i64,
    /// Messages the relay took.
    pub accepted: i64,
    /// Opens by people.
    pub opened: i64,
    /// Clicks by people.
    pub clicked: i64,
    /// Unsubscribes.
    pub unsubscribed: i64,
}

/// Figures of one link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Link {
    /// Its number in the message.
    pub link: i64,
    /// Where it leads.
    pub url: String,
    /// Different contacts who clicked it.
    pub people: u64,
    /// Clicks by people.
    pub times: i64,
}

/// A number of recipients with its cause in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Cause {
    /// Stable word.
    pub reason: String,
    /// A sentence.
    pub sentence: String,
    /// Recipients.
    pub count: u64,
}

/// Sums of delivery as shown: they always add up to the audience.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Sums {
    /// Frozen at launch.
    pub audience: i64,
    /// Taken by the relay.
    pub accepted: i64,
    /// Refused for now and waiting for the next try.
    pub deferred: i64,
    /// Refused for good.
    pub failed: i64,
    /// Not sent, by decision of the gate.
    pub suppressed: i64,
    /// Handed over without a reply seen; never sent again by itself.
    pub unknown: i64,
    /// Whose turn has not come.
    pub open: i64,
}

impl From<Counts> for Sums {
    fn from(c: Counts) -> Self {
        Sums {
            audience: c.audience,
            accepted: c.accepted,
            deferred: c.deferred,
            failed: c.failed,
            suppressed: c.suppressed,
            unknown: c.unknown,
            open: c.open(),
        }
    }
}

/// The report of a campaign.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Report {
    /// Sums of delivery.
    pub sums: Sums,
    /// When it was launched.
    pub launched_at: Timestamp,
    /// When the sum closed, or it was cancelled.
    pub finished_at: Option<Timestamp>,
    /// Opens by people.
    pub opened: Tally,
    /// Opens by machines; apart, never added to the former.
    pub opened_by_machine: Tally,
    /// Clicks by people.
    pub clicked: Tally,
    /// Clicks by machines.
    pub clicked_by_machine: Tally,
    /// Came back after it had been taken.
    pub bounced: Tally,
    /// Reported as spam.
    pub complained: Tally,
    /// Unsubscribed through this campaign.
    pub unsubscribed: Tally,
    /// The first 48 hours.
    pub hours: Vec<Hour>,
    /// Links, in the order of the message.
    pub links: Vec<Link>,
    /// Refusals for good by class.
    pub failures: Vec<Cause>,
    /// Decisions of the gate by reason.
    pub decisions: Vec<Cause>,
}
