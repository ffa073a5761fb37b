//! Conditions on what happened to messages (sent, opened, clicked, …), which differ in what happened.
//!
//! Windows are whole UTC days: "in the last 7 days" begins with the first instant of the day seven days
//! ago. Without a campaign, messages of all campaigns count.

use super::conditions::{Check, Condition, Listens, Reads};
use super::engagement::{EngagementQuery, Touch};
use super::engine::Bits;
use super::evaluate::{ContactView, SetContext};
use super::moment::Moment;
use super::names::{Mention, Names};
use super::sample::Example;
use super::spec::{Args, ConditionSpec, Field, FieldKind};
use super::words;
use kernel::Result;

/// Fields of every condition on messages.
pub const CAMPAIGN: Field = Field { name: "campaign", title: "Campaign", kind: FieldKind::Campaign };
/// The window.
pub const IN_LAST_DAYS: Field =
    Field { name: "in_last_days", title: "In the last days", kind: FieldKind::Days };
/// The link, in conditions on clicks.
pub const LINK: Field = Field { name: "link", title: "Link", kind: FieldKind::Link };
/// Whether machines count, in conditions on opens and clicks.
pub const BY: Field = Field {
    name: "by",
    title: "By whom",
    kind: FieldKind::Choice(&[("person", "A person"), ("anybody", "A person or a machine")]),
};

/// A condition on what happened to messages. Operators are `did` and `did_not`.
pub struct MessageTouch {
    /// Its form.
    pub spec: ConditionSpec,
    /// What happened, by a person if there is a difference.
    pub touches: &'static [Touch],
    /// The same if machines count.
    pub touches_by_anybody: &'static [Touch],
    /// `opened`, as in "opened a message", and the same denied.
    pub verb: (&'static str, &'static str),
    /// Kind of the event that tells it.
    pub event: &'static [&'static str],
    /// Examples.
    pub examples: fn() -> Vec<Example>,
}

impl MessageTouch {
    fn query(&self, args: &Args, moment: &Moment) -> EngagementQuery {
        let anybody = args.text("by") == Some("anybody");
        EngagementQuery {
            touches: if anybody { self.touches_by_anybody } else { self.touches },
            campaign: args.campaign("campaign"),
            link: args.integer("link").map(|link| link as u16),
            since_day: args.integer("in_last_days").map(|days| moment.utc_day() - days as i32),
        }
    }
}

impl Condition for MessageTouch {
    fn spec(&self) -> &ConditionSpec {
        &self.spec
    }

    fn reads(&self, _: &Args, _: &Names) -> Reads {
        Reads::Engagement
    }

    fn check(&self, args: &Args) -> Check {
        match (args.integer("link"), args.campaign("campaign")) {
            (Some(_), None) => {
                Err(("campaign", "a link is counted within one campaign; name the campaign".into()))
            }
            _ => Ok(()),
        }
    }

    fn mentions(&self, args: &Args) -> Vec<Mention> {
        args.campaign("campaign").map(Mention::Campaign).into_iter().collect()
    }

    fn asks_engagement(&self, args: &Args, moment: &Moment) -> Option<EngagementQuery> {
        Some(self.query(args, moment))
    }

    fn set(&self, args: &Args, cx: &mut SetContext<'_, '_>) -> Result<Bits> {
        let found = cx.engagement(&self.query(args, &cx.moment()))?;
        Ok(cx.or_others(found, args.operator() == "did_not"))
    }

    fn holds(&self, args: &Args, contact: &ContactView<'_>) -> bool {
        contact.history.answers(&self.query(args, contact.moment)) != (args.operator() == "did_not")
    }

    fn listens(&self, args: &Args) -> Listens {
        Listens { events: self.event, time: args.integer("in_last_days").is_some() }
    }

    fn sentence(&self, args: &Args, _: &Names) -> String {
        let mut text = if args.operator() == "did" { self.verb.0 } else { self.verb.1 }.to_owned();
        if let Some(link) = args.integer("link") {
            text.push_str(&format!(" (link {link})"));
        }
        match args.campaign("campaign") {
            Some(campaign) => text.push_str(&format!(" of campaign {campaign}")),
            None => text.push_str(" of any campaign"),
        }
        if let Some(days) = args.integer("in_last_days") {
            text.push_str(&format!(" in the last {}", words::days(days)));
        }
        if args.text("by") == Some("anybody") {
            text.push_str(", machines included");
        }
        text
    }

    fn why(&self, args: &Args, contact: &ContactView<'_>) -> String {
        let query = self.query(args, contact.moment);
        let days = contact.history.0.iter().filter(|h| h.keys().any(|key| query.wants(&key))).map(|h| h.day);
        match days.max() {
            Some(day) => format!("{}, last on {}", self.verb.0, crate::attributes::model::day_of(day)),
            None => self.verb.1.to_owned(),
        }
    }

    fn examples(&self) -> Vec<Example> {
        (self.examples)()
    }
}
