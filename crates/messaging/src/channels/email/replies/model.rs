//! Bounce classes and their consequences. Pure tables.

use serde::Serialize;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Why a message was not taken. The numbers are stored in journals and ledgers: append only.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum BounceClass {
    /// Nobody knows what the reply means; goes to review.
    Unclassified = 0,
    /// There is no such mailbox.
    InvalidRecipient = 1,
    /// The domain does not exist or takes no mail.
    BadDomain = 2,
    /// The mailbox existed and is closed, moved or given to somebody else.
    Inactive = 3,
    /// The mailbox is full.
    MailboxFull = 4,
    /// The message itself: too big, malformed, a forbidden attachment.
    Content = 5,
    /// The other system, for the moment or by its own fault.
    Transient = 6,
    /// A stranger is asked to come back in a few minutes.
    Greylist = 7,
    /// Too much, too fast.
    RateLimited = 8,
    /// Taken for spam, or against the receiver's policy.
    Policy = 9,
    /// Our set-up: SPF, DKIM, DMARC, reverse DNS, TLS, log-in, sender address.
    ConfigAuth = 10,
    /// The sending address is on a block list.
    Blocklisted = 11,
    /// Relaying refused, routing loop.
    Routing = 12,
    /// Tried too long.
    Expired = 13,
    /// An automatic answer, not a bounce.
    AutoReply = 14,
    /// A person asks to be left alone.
    UnsubscribeReply = 15,
}

/// What the person's record learns.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Person {
    /// Send no more on this channel.
    Suppress,
    /// One piece of evidence; see [`BounceClass::soft_rule`].
    Soft,
    /// Nothing: it was not about the person.
    None,
}

/// Whether the same message may be taken later.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Permanence {
    /// Worth another try.
    Transient,
    /// No.
    Permanent,
}

/// What to do with the message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NextStep {
    /// Try again by the schedule, no sooner than this many milliseconds from now.
    RetryAfter(i64),
    /// It has failed; the person stays reachable (or counts one soft bounce).
    Fail,
    /// It has failed, and the person is suppressed.
    Suppress,
    /// Stop sending for this sender at this provider until a person resumes. The message is kept: it was
    /// definitely not taken and may be tried this many milliseconds later, once the cause is mended.
    PauseSender(i64),
    /// Not a failure of the message.
    Ignore,
}

/// What the sender does about the receiving site (D-05, D-20).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SiteAction {
    /// Nothing.
    None,
    /// Counts towards the list's quality.
    CountQuality,
    /// Fewer connections and messages for a while.
    SlowDown,
    /// Counts towards the breaker, and somebody is told.
    Breaker,
    /// Somebody must look now.
    Alarm,
    /// The reply itself needs a look: the catalogue does not know it.
    Review,
}

/// How many soft proofs suppress a person, and for how long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SoftRule {
    /// Consecutive proofs without a success between them.
    pub proofs: u32,
    /// Over at least this many hours.
    pub over_hours: u32,
    /// Days of suppression; `None` is for good.
    pub suppress_days: Option<u32>,
}

/// Consequences of a class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClassSpec {
    /// The class.
    pub class: BounceClass,
    /// Its word in APIs and reports.
    pub word: &'static str,
    /// What a permanent reply says about the person.
    pub person: Person,
    /// What the sender does about the site.
    pub site: SiteAction,
    /// Least wait before the next try.
    pub wait_ms: i64,
    /// Tries in all, if fewer than the schedule allows.
    pub tries_max: Option<u32>,
    /// One sentence for the console.
    pub meaning: &'static str,
}

const fn spec(
    class: BounceClass,
    word: &'static str,
    person: Person,
    site: SiteAction,
    meaning: &'static str,
) -> ClassSpec {
    ClassSpec { class, word, person, site, wait_ms: 0, tries_max: None, meaning }
}

/// Every class, in the order of its number.
pub const CLASSES: [ClassSpec; 16] = [
    spec(
        BounceClass::Unclassified,
        "unclassified",
        Person::None,
        SiteAction::Review,
        "The receiving server refused the message for a reason we do not know yet.",
    ),
    spec(
        BounceClass::InvalidRecipient,
        "invalid_recipient",
        Person::Suppress,
        SiteAction::CountQuality,
        "The mailbox does not exist.",
    ),
    spec(
        BounceClass::BadDomain,
        "bad_domain",
        Person::Soft,
        SiteAction::CountQuality,
        "The domain of the address does not exist or takes no mail.",
    ),
    spec(
        BounceClass::Inactive,
        "inactive",
        Person::Suppress,
        SiteAction::CountQuality,
        "The mailbox is closed, has moved or belongs to somebody else now.",
    ),
    spec(BounceClass::MailboxFull, "mailbox_full", Person::Soft, SiteAction::None, "The mailbox is full."),
    spec(
        BounceClass::Content,
        "content",
        Person::None,
        SiteAction::None,
        "The message is too large, malformed or has a part the receiver does not take.",
    ),
    spec(
        BounceClass::Transient,
        "transient",
        Person::None,
        SiteAction::None,
        "The receiving system had a problem of its own.",
    ),
    ClassSpec {
        wait_ms: 5 * MINUTE_MS,
        ..spec(
            BounceClass::Greylist,
            "greylist",
            Person::None,
            SiteAction::None,
            "The receiver asks unknown senders to come back in a few minutes.",
        )
    },
    ClassSpec {
        wait_ms: 15 * MINUTE_MS,
        ..spec(
            BounceClass::RateLimited,
            "rate_limited",
            Person::None,
            SiteAction::SlowDown,
            "The receiver wants fewer messages in the same time.",
        )
    },
    ClassSpec {
        wait_ms: 4 * HOUR_MS,
        ..spec(
            BounceClass::Policy,
            "policy",
            Person::None,
            SiteAction::Breaker,
            "The receiver takes the message for spam or against its policy.",
        )
    },
    ClassSpec {
        wait_ms: 30 * MINUTE_MS,
        ..spec(
            BounceClass::ConfigAuth,
            "config_auth",
            Person::None,
            SiteAction::Alarm,
            "The set-up of the sender (SPF, DKIM, DMARC, DNS, TLS or log-in) must be mended.",
        )
    },
    ClassSpec {
        wait_ms: 4 * HOUR_MS,
        ..spec(
            BounceClass::Blocklisted,
            "blocklisted",
            Person::None,
            SiteAction::Alarm,
            "The sending address is on a block list.",
        )
    },
    ClassSpec {
        tries_max: Some(2),
        ..spec(
            BounceClass::Routing,
            "routing",
            Person::None,
            SiteAction::Alarm,
            "The server does not relay for us, or the mail went in circles.",
        )
    },
    spec(BounceClass::Expired, "expired", Person::Soft, SiteAction::None, "It was tried for too long."),
    spec(
        BounceClass::AutoReply,
        "auto_reply",
        Person::None,
        SiteAction::None,
        "An automatic answer, not a bounce.",
    ),
    spec(
        BounceClass::UnsubscribeReply,
        "unsubscribe_reply",
        Person::None,
        SiteAction::None,
        "The person asked in a reply to get no more mail.",
    ),
];

impl BounceClass {
    /// Consequences of the class.
    pub fn spec(self) -> &'static ClassSpec {
        &CLASSES[self as usize]
    }

    /// Its word in APIs and reports.
    pub fn word(self) -> &'static str {
        self.spec().word
    }

    /// The number stored in journals and ledgers.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The class of a stored number; `Unclassified` for numbers of a newer program.
    pub fn of_number(number: u8) -> Self {
        CLASSES.get(usize::from(number)).map_or(BounceClass::Unclassified, |s| s.class)
    }

    /// The class of a word.
    pub fn parse(word: &str) -> Option<Self> {
        CLASSES.iter().find(|s| s.word == word).map(|s| s.class)
    }

    /// When soft proofs of this class suppress a person: a missing domain twice a day apart, a full
    /// mailbox or expired message five times over two weeks (then for 90 days).
    pub fn soft_rule(self) -> Option<SoftRule> {
        match self {
            BounceClass::BadDomain => Some(SoftRule { proofs: 2, over_hours: 24, suppress_days: None }),
            BounceClass::MailboxFull | BounceClass::Expired => {
                Some(SoftRule { proofs: 5, over_hours: 14 * 24, suppress_days: Some(90) })
            }
            _ => None,
        }
    }
}

/// A reply understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Classified {
    /// Why.
    pub class: BounceClass,
    /// Whether another try may help.
    pub permanence: Permanence,
    /// What the person's record learns.
    pub person: Person,
    /// What to do with the message.
    pub next: NextStep,
    /// What to do about the site.
    pub site: SiteAction,
    /// The rule of the catalogue that spoke; stored with the bounce, so that a verdict can be traced.
    pub rule: &'static str,
}

impl Classified {
    /// Consequences of a class for a reply of this permanence.
    pub(super) fn of(class: BounceClass, permanence: Permanence, rule: &'static str) -> Self {
        let spec = class.spec();
        let permanence = match class {
            // Some servers say 550 and mean "not now".
            BounceClass::Greylist | BounceClass::RateLimited => Permanence::Transient,
            BounceClass::Expired => Permanence::Permanent,
            _ => permanence,
        };
        let person = if permanence == Permanence::Permanent { spec.person } else { Person::None };
        Classified { class, permanence, person, next: next_step(spec, permanence), site: spec.site, rule }
    }
}

fn next_step(spec: &ClassSpec, permanence: Permanence) -> NextStep {
    match (spec.class, permanence) {
        (BounceClass::AutoReply | BounceClass::UnsubscribeReply, _) => NextStep::Ignore,
        (BounceClass::ConfigAuth | BounceClass::Blocklisted, _) => NextStep::PauseSender(spec.wait_ms),
        // Two tries: the relay's set-up may be under repair.
        (BounceClass::Routing, _) | (_, Permanence::Transient) => NextStep::RetryAfter(spec.wait_ms),
        (_, Permanence::Permanent) if spec.person == Person::Suppress => NextStep::Suppress,
        (_, Permanence::Permanent) => NextStep::Fail,
    }
}
