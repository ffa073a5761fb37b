//! The rules of the gate and their reasons.

use audience::consent::ConsentStatus;
use kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// What a message is for; it decides which rules apply. Fixed at launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageClass {
    /// Needs consent; counts towards the frequency cap.
    Marketing,
    /// Owed to the person (an order, a receipt); consent to marketing is not asked for.
    Transactional,
    /// A rehearsal to the merchant's own address, filled with a contact's data.
    Test,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident => $word:literal, $sentence:literal;)*) => {
        /// Why a message was not sent, or not yet. Words are stable: they are stored and shown.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason { $($(#[$doc])* $name),* }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Reason] = &[$(Reason::$name),*];

            /// Stable word.
            pub fn word(self) -> &'static str {
                match self { $(Reason::$name => $word),* }
            }

            /// A sentence for people.
            pub fn sentence(self) -> &'static str {
                match self { $(Reason::$name => $sentence),* }
            }

            /// From its word.
            pub fn parse(word: &str) -> Option<Reason> {
                Reason::ALL.iter().copied().find(|r| r.word() == word)
            }
        }
    };
}

reasons! {
    /// The contact was erased after the audience was frozen.
    Erased => "erased", "The contact was erased.";
    /// No address for the channel.
    NoAddress => "no_address", "The contact has no email address.";
    /// Never gave consent for the channel.
    NoConsent => "no_consent", "The contact never subscribed to email.";
    /// Took consent back.
    Unsubscribed => "unsubscribed", "The contact has unsubscribed from email.";
    /// Mail to the address bounced for good.
    Bounced => "bounced", "Earlier mail to this address bounced for good.";
    /// The person reported mail as spam.
    Complained => "complained", "The contact reported an earlier message as spam.";
    /// Suppressed by the merchant or by a suppression list.
    Suppressed => "suppressed", "The contact is on the suppression list.";
    /// Had enough messages lately.
    FrequencyCap => "frequency_cap", "The contact has already received as many messages as the store allows in this period.";
    /// It is night where the contact lives.
    QuietHours => "quiet_hours", "It is within the store's quiet hours where the contact lives.";
    /// The relay's limit for the mailbox provider.
    ProviderLimit => "provider_limit", "The relay is given only so many messages a minute for this mailbox provider; this one waits its turn.";
    /// The template could not be filled for this contact.
    RenderFailed => "render_failed", "The template could not be filled with this contact's data.";
    /// The campaign was cancelled before this contact's turn.
    Cancelled => "campaign_cancelled", "The campaign was cancelled before it was this contact's turn.";
    /// The message would have come too late to be of use.
    Expired => "expired", "Delivery was tried until the message was too old to be of use.";
}

/// What the gate must know about one recipient.
#[derive(Clone, Debug)]
pub struct GateFacts {
    /// False once the contact was erased.
    pub exists: bool,
    /// True if there is an address for the channel.
    pub has_address: bool,
    /// Consent of the channel.
    pub status: ConsentStatus,
    /// Mail bounced for good.
    pub bounced: bool,
    /// Reported as spam.
    pub complained: bool,
    /// On the suppression list.
    pub suppressed: bool,
    /// Marketing messages within the cap's period, other sends only.
    pub recent_messages: u32,
    /// The contact's own time zone, or the store's.
    pub zone: jiff::tz::TimeZone,
}

/// Hours of the day in which nothing is sent, in the contact's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// First quiet minute of the day, 0..1440.
    pub from_minute: u16,
    /// First minute after the quiet hours, 0..1440; smaller than `from_minute` if they span midnight.
    pub to_minute: u16,
}

/// Rules of the store and the send.
#[derive(Clone, Debug)]
pub struct GateRules {
    /// What the message is for.
    pub class: MessageClass,
    /// Most marketing messages in the period; `None` for no cap.
    pub cap: Option<u32>,
    /// Quiet hours, if the store has any.
    pub quiet: Option<QuietHours>,
}

/// The answer of the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Hand it over.
    Go,
    /// Not now; ask again at that time.
    Later(Timestamp, Reason),
    /// Never within this send.
    Never(Reason),
}

/// Decides for one recipient. What forbids outranks what delays; a refusal of the person outranks a
/// technical one, so that the reason shown is the one that counts.
pub fn decide(facts: &GateFacts, rules: &GateRules, now: Timestamp) -> Decision {
    if let Some(reason) = forbidden(facts, rules) {
        return Decision::Never(reason);
    }
    match rules.quiet.filter(|_| rules.class == MessageClass::Marketing) {
        Some(quiet) => match quiet_until(quiet, &facts.zone, now) {
            Some(at) => Decision::Later(at, Reason::QuietHours),
            None => Decision::Go,
        },
        None => Decision::Go,
    }
}

fn forbidden(facts: &GateFacts, rules: &GateRules) -> Option<Reason> {
    let marketing = rules.class == MessageClass::Marketing;
    if !facts.exists {
        return Some(Reason::Erased);
    }
    if rules.class == MessageClass::Test {
        return None;
    }
    if !facts.has_address {
        return Some(Reason::NoAddress);
    }
    if facts.complained && marketing {
        return Some(Reason::Complained);
    }
    if facts.suppressed {
        return Some(Reason::Suppressed);
    }
    if facts.bounced {
        return Some(Reason::Bounced);
    }
    if !marketing {
        return None;
    }
    match facts.status {
        ConsentStatus::Subscribed => {}
        ConsentStatus::Unsubscribed => return Some(Reason::Unsubscribed),
        ConsentStatus::NeverSubscribed => return Some(Reason::NoConsent),
    }
    rules.cap.filter(|cap| facts.recent_messages >= *cap).map(|_| Reason::FrequencyCap)
}

/// The end of the quiet hours the instant lies in, or `None` outside them. Right across changes of the
/// clock: a wall time that does not exist is taken as the next one that does.
fn quiet_until(quiet: QuietHours, zone: &jiff::tz::TimeZone, now: Timestamp) -> Option<Timestamp> {
    let local = zone.to_datetime(now.to_jiff());
    let minute = local.hour() as u16 * 60 + local.minute() as u16;
    let (from, to) = (quiet.from_minute, quiet.to_minute);
    let inside = if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to };
    if !inside || from == to {
        return None;
    }
    let day = if minute < to { local.date() } else { local.date().tomorrow().ok()? };
    let end = day.at((to / 60) as i8, (to % 60) as i8, 0, 0);
    let end = zone.to_ambiguous_timestamp(end).compatible().ok()?;
    Some(Timestamp::from_jiff(end))
}
