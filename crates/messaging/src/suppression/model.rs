//! Reactions and the rule of soft bounces. Pure.

use crate::channels::email::replies::{BounceClass, Person, SoftRule};
use audience::consent::ConsentSource;
use kernel::Timestamp;

/// Kind of the event of a bounce reported after the hand-off.
pub const BOUNCED: &str = "message.bounced";
/// Kind of the event of a complaint.
pub const COMPLAINED: &str = "message.complained";
/// Kind of the event of an unsubscribe caused by a message.
pub const UNSUBSCRIBED: &str = "message.unsubscribed";

/// Kind of the event of a reason given for leaving.
pub const EXPLAINED: &str = "message.leaving_explained";

/// Why somebody left, if they said so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeavingReason {
    /// Too many messages.
    TooOften = 0,
    /// Of no interest.
    NotRelevant = 1,
    /// Never signed up.
    NeverSignedUp = 2,
    /// Something else.
    Other = 3,
}

impl LeavingReason {
    /// The reason at a place of the page's list, which is also its number in events.
    pub fn of_place(place: usize) -> Option<Self> {
        use LeavingReason::{NeverSignedUp, NotRelevant, Other, TooOften};
        [TooOften, NotRelevant, NeverSignedUp, Other].get(place).copied()
    }
}

/// A later message that was taken and not sent back for so long counts as delivered: most systems give
/// up after five days (RFC 5321 4.5.4.1).
pub const QUIET_MS: i64 = 5 * 24 * 3_600 * 1_000;

/// A bounce as reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BounceReport {
    /// Why.
    pub class: BounceClass,
    /// True if the other side will not take it later either.
    pub permanent: bool,
    /// Basic code, 0 if none.
    pub basic: u16,
    /// Enhanced code, zeros if none.
    pub enhanced: [u16; 3],
    /// False if it was guessed from prose; then it is noted and nothing more (D-02).
    pub strong: bool,
}

impl BounceReport {
    /// Body of the event: class, strength, permanence, codes.
    pub fn encode(&self) -> Vec<u8> {
        let mut body = vec![self.class.number(), u8::from(self.strong), u8::from(self.permanent)];
        body.extend_from_slice(&self.basic.to_le_bytes());
        for part in self.enhanced {
            body.extend_from_slice(&part.to_le_bytes());
        }
        body
    }

    /// Reads the body of the event; `None` if it is not one.
    pub fn decode(body: &[u8]) -> Option<Self> {
        let number = |at: usize| Some(u16::from_le_bytes([*body.get(at)?, *body.get(at + 1)?]));
        Some(BounceReport {
            class: BounceClass::of_number(*body.first()?),
            strong: *body.get(1)? != 0,
            permanent: *body.get(2)? != 0,
            basic: number(3)?,
            enhanced: [number(5)?, number(7)?, number(9)?],
        })
    }

    /// What the person's record learns. A mailbox that is "unknown" for the moment is not dead.
    pub fn person(&self) -> Person {
        match self.class.spec().person {
            _ if !self.strong => Person::None,
            Person::Suppress if !self.permanent => Person::None,
            person => person,
        }
    }
}

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reaction {
    /// A report after the hand-off says that the message did not arrive.
    Bounced(BounceReport),
    /// The relay itself refused for good; the ledger of the send has it already, so no event is made.
    Refused(BounceReport),
    /// She pressed "this is spam".
    Complained,
    /// She wants no more.
    Unsubscribed(ConsentSource),
    /// A proof that the address works: delivered, opened or clicked by a person.
    Reached,
}

/// What a reaction changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Effect {
    /// The report was not known before.
    pub noted: bool,
    /// The contact was suppressed by it.
    pub suppressed: bool,
    /// The contact was unsubscribed by it.
    pub unsubscribed: bool,
}

/// Soft bounces in a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Streak {
    /// Number in a row.
    pub proofs: u32,
    /// The first of them.
    pub first_at: Timestamp,
    /// The last of them.
    pub last_at: Timestamp,
    /// The campaign of the last.
    pub last_campaign: i64,
    /// A later campaign that was taken, and when.
    pub clean: Option<(i64, Timestamp)>,
}

impl Streak {
    /// The streak after one more soft bounce of `campaign`, and whether the rule now suppresses. The same
    /// campaign counts once.
    pub fn with(before: Option<Streak>, campaign: i64, now: Timestamp, rule: SoftRule) -> (Streak, bool) {
        let fresh = Streak { proofs: 1, first_at: now, last_at: now, last_campaign: campaign, clean: None };
        let streak = match before {
            None => fresh,
            Some(old) if old.last_campaign == campaign => Streak { clean: None, ..old },
            Some(old) if old.was_reached(campaign, now) => fresh,
            Some(old) => {
                Streak { proofs: old.proofs + 1, last_at: now, last_campaign: campaign, clean: None, ..old }
            }
        };
        let lasted_ms = streak.last_at.since(streak.first_at);
        let is_over = streak.proofs >= rule.proofs && lasted_ms >= i64::from(rule.over_hours) * 3_600_000;
        (streak, is_over)
    }

    /// True if another campaign was taken and has been quiet long enough to count as delivered.
    fn was_reached(&self, campaign: i64, now: Timestamp) -> bool {
        self.clean.is_some_and(|(clean, at)| clean != campaign && now.since(at) >= QUIET_MS)
    }
}
