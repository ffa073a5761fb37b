//! What a campaign is made of. Pure.

use kernel::ids::{CampaignId, DomainId, RelayId, SegmentId};
use kernel::{FieldError, Problem, Timestamp};
use messaging::outbox::program::FrozenSigning;
use messaging::templates::{Body, EmailSource, Utm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest name, in characters.
pub const NAME_MAX: usize = 200;
/// Most terms of include and of exclude.
pub const TERMS_MAX: usize = 50;
/// Most connections a campaign may ask for.
pub const CONNECTIONS_MAX: u16 = 100;

/// A part of an audience.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Term {
    /// Every contact; must be `true`.
    All(bool),
    /// Members of a saved segment.
    Segment(SegmentId),
    /// Contacts with a tag.
    Tag(String),
    /// Contacts that match a rule (see `smartpush segment schema`).
    Rule(serde_json::Value),
}

/// Words, sender and body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Subject line, Liquid inside.
    pub subject: String,
    /// Preview text after the subject, Liquid inside.
    #[serde(default)]
    pub preheader: String,
    /// Author: `Shop <news@shop.example>`.
    pub from: String,
    /// Where replies go, if not to the author.
    #[serde(default)]
    pub reply_to: Option<String>,
    /// The body.
    pub body: Body,
    /// Plain text part, Liquid inside; made from the body if absent.
    #[serde(default)]
    pub text: Option<String>,
    /// Postal address in the footer; the store's if absent.
    #[serde(default)]
    pub postal_address: Option<String>,
}

impl Content {
    /// The part that templates compile.
    pub fn source(&self) -> EmailSource {
        EmailSource {
            subject: self.subject.clone(),
            preheader: self.preheader.clone(),
            body: self.body.clone(),
            text: self.text.clone(),
        }
    }
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Track {
    /// Opens, by a pixel, where the contact and the store allow it.
    pub opens: bool,
    /// Clicks, by redirected links.
    pub clicks: bool,
}

impl Default for Track {
    fn default() -> Self {
        Track { opens: true, clicks: true }
    }
}

/// When a campaign goes out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Timing {
    /// At launch.
    #[default]
    Now,
    /// At an instant.
    At {
        /// The instant.
        at: Timestamp,
    },
    /// At the same wall time wherever each contact lives.
    LocalTime {
        /// Wall time without a zone: `2026-12-01T09:00:00`.
        at: String,
        /// For contacts whose wall time is past at launch: send at once (true) or not before the next
        /// day's same time (false).
        #[serde(default)]
        late_at_once: bool,
    },
}

/// Audience, delivery and measuring.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = CampaignSettings)]
pub struct Settings {
    /// Who gets it: contacts any of these terms matches.
    pub include: Vec<Term>,
    /// Who does not: contacts any of these terms matches.
    pub exclude: Vec<Term>,
    /// Relay; the store's default if absent.
    pub relay: Option<RelayId>,
    /// Connections at most; the relay's if absent.
    pub connections: Option<u16>,
    /// Sender domain whose keys sign; found by the author's domain if absent.
    pub domain: Option<DomainId>,
    /// What is measured.
    pub track: Track,
    /// Parameters added to links.
    pub utm: Option<Utm>,
    /// Most messages a second; 0 for no limit.
    pub throttle_per_second: u32,
    /// When it goes out.
    pub timing: Timing,
}

/// State as shown. After launch it follows the send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CampaignState)]
pub enum State {
    /// Being written.
    Draft,
    /// Launches by itself at a time.
    Scheduled,
    /// Going out.
    Running,
    /// Held by the merchant or a breaker.
    Paused,
    /// Every recipient has had the last word.
    Finished,
    /// Ended for good before its end.
    Cancelled,
    /// Put away.
    Archived,
}

impl State {
    /// Every state.
    pub const ALL: &'static [State] = &[
        State::Draft,
        State::Scheduled,
        State::Running,
        State::Paused,
        State::Finished,
        State::Cancelled,
        State::Archived,
    ];

    /// From its word.
    pub fn parse(word: &str) -> Option<State> {
        State::ALL.iter().copied().find(|s| s.word() == word)
    }

    /// The word in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Scheduled => "scheduled",
            State::Running => "running",
            State::Paused => "paused",
            State::Finished => "finished",
            State::Cancelled => "cancelled",
            State::Archived => "archived",
        }
    }
}

/// What may be done with a campaign in a state.
pub fn can(state: State) -> Vec<&'static str> {
    match state {
        State::Draft => vec!["edit", "delete", "plan", "launch", "test", "duplicate", "archive"],
        State::Scheduled => vec!["cancel", "launch", "reschedule", "test", "duplicate"],
        State::Running => vec!["pause", "cancel", "throttle", "duplicate"],
        State::Paused => vec!["resume", "cancel", "throttle", "duplicate"],
        State::Finished | State::Cancelled => vec!["duplicate", "archive"],
        State::Archived => vec!["duplicate", "unarchive"],
    }
}

/// A campaign.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// Its id; its send has the same.
    pub id: CampaignId,
    /// Name, for the merchant.
    pub name: String,
    /// State as shown.
    pub state: State,
    /// Counts changes; the entity tag of the API.
    pub version: i64,
    /// Words, sender and body.
    pub content: Content,
    /// Audience, delivery and measuring.
    pub settings: Settings,
    /// Keys of its own, if it was given some; else the sender domain's sign.
    pub signing: Option<FrozenSigning>,
    /// When it launches by itself.
    pub scheduled_at: Option<Timestamp>,
    /// When it was launched.
    pub launched_at: Option<Timestamp>,
    /// When it was put away.
    pub archived_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Checks what a merchant may save. A draft may be incomplete; what is there must be sound.
pub fn check(name: &str, content: &Content, settings: &Settings) -> Result<(), Problem> {
    let mut errors = Vec::new();
    let mut wrong = |pointer: &str, code: &'static str, detail: String| {
        errors.push(FieldError { pointer: pointer.to_owned(), code, detail });
    };
    if name.trim().is_empty() || name.chars().count() > NAME_MAX || name.contains(char::is_control) {
        wrong("/name", "length", format!("A name has 1 to {NAME_MAX} characters and no line breaks."));
    }
    for (pointer, text) in
        [("/content/subject", &content.subject), ("/content/preheader", &content.preheader)]
    {
        if text.contains(['\r', '\n', '\0']) {
            wrong(pointer, "line_break", "It is one line.".into());
        }
    }
    for (pointer, terms) in
        [("/settings/include", &settings.include), ("/settings/exclude", &settings.exclude)]
    {
        check_terms(pointer, terms, &mut wrong);
    }
    if settings.connections.is_some_and(|n| n == 0 || n > CONNECTIONS_MAX) {
        wrong("/settings/connections", "range", format!("Connections are 1 to {CONNECTIONS_MAX}."));
    }
    if let Timing::LocalTime { at, .. } = &settings.timing
        && at.parse::<jiff::civil::DateTime>().is_err()
    {
        wrong(
            "/settings/timing/at",
            "time",
            "A wall time looks like 2026-12-01T09:00:00, without a zone.".into(),
        );
    }
    Problem::fields(errors).map_or(Ok(()), Err)
}

fn check_terms(pointer: &str, terms: &[Term], wrong: &mut impl FnMut(&str, &'static str, String)) {
    if terms.len() > TERMS_MAX {
        wrong(pointer, "too_many", format!("At most {TERMS_MAX} terms."));
    }
    for (i, term) in terms.iter().enumerate() {
        let here = format!("{pointer}/{i}");
        match term {
            Term::All(false) => wrong(&here, "all", "Write `all = true`, or leave the term out.".into()),
            Term::Tag(tag) if tag.trim().is_empty() => wrong(&here, "tag", "Name a tag.".into()),
            Term::All(true) | Term::Segment(_) | Term::Tag(_) | Term::Rule(_) => {}
        }
    }
}

/// When a contact's wall time comes, in its zone.
///
/// A wall time the clock skips is taken as the next one that exists; one it repeats, as the first. If it
/// is past at `now`: at once, or at the same wall time on the first later day.
pub fn local_due(
    at: jiff::civil::DateTime,
    zone: &jiff::tz::TimeZone,
    now: Timestamp,
    late_at_once: bool,
) -> Timestamp {
    let instant = |wall: jiff::civil::DateTime| {
        zone.to_ambiguous_timestamp(wall).compatible().map_or(now, Timestamp::from_jiff)
    };
    let due = instant(at);
    if due >= now || late_at_once {
        return due.max(now);
    }
    let today = zone.to_datetime(now.to_jiff()).date();
    let mut day = today;
    for _ in 0..2 {
        let next = instant(day.to_datetime(at.time()));
        if next >= now {
            return next;
        }
        day = day.tomorrow().unwrap_or(day);
    }
    instant(day.to_datetime(at.time())).max(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_due(at: &str, zone: &str, now: &str, late_at_once: bool, expected: &str) {
        let zone_found = jiff::tz::TimeZone::get(zone).unwrap();
        let now = Timestamp::parse(now).unwrap();
        let due = local_due(at.parse().unwrap(), &zone_found, now, late_at_once);
        assert_eq!(due.to_string(), expected, "{at} in {zone}");
    }

    #[test]
    fn each_zone_has_its_own_moment() {
        let now = "2026-12-01T00:00:00Z";
        check_due("2026-12-01T09:00:00", "Asia/Singapore", now, false, "2026-12-01T01:00:00Z");
        check_due("2026-12-01T09:00:00", "America/New_York", now, false, "2026-12-01T14:00:00Z");
    }

    #[test]
    fn who_is_past_the_hour_waits_a_day_or_gets_it_at_once() {
        let now = "2026-12-01T05:00:00Z";
        check_due("2026-12-01T09:00:00", "Asia/Singapore", now, false, "2026-12-02T01:00:00Z");
        check_due("2026-12-01T09:00:00", "Asia/Singapore", now, true, "2026-12-01T05:00:00Z");
    }

    #[test]
    fn a_wall_time_the_clock_skips_is_the_next_that_exists() {
        let now = "2026-03-28T12:00:00Z";
        check_due("2026-03-29T02:30:00", "Europe/Berlin", now, false, "2026-03-29T01:30:00Z");
    }
}
