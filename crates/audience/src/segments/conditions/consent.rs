//! What a contact said about a channel, and whether the address may be used.

use super::{Bits, Cells, Check, Condition, Listens, Names, Reads, Result};
use crate::consent::{Channel, ConsentStatus, Suppression};
use crate::contacts::model::Facts;
use crate::segments::columns::Column;
use crate::segments::engine::Ranges;
use crate::segments::engine::block::order_int;
use crate::segments::evaluate::{ContactView, SetContext};
use crate::segments::moment::Moment;
use crate::segments::sample::{Example, NOW};
use crate::segments::spec::{Args, ConditionSpec, Field, FieldKind, Operator};
use crate::segments::words;
use kernel::Timestamp;

/// The member.
pub struct Consent;

const STATUSES: &[(&str, &str)] = &[
    ("subscribed", "Subscribed"),
    ("unsubscribed", "Unsubscribed"),
    ("never_subscribed", "Never subscribed"),
    ("bounced", "Bounced"),
    ("complained", "Complained"),
    ("suppressed", "Suppressed by the merchant"),
    ("sendable", "May be written to"),
];

static SPEC: ConditionSpec = ConditionSpec {
    id: "consent",
    title: "Consent",
    help: "What the contact said about a channel (subscribed, unsubscribed, never subscribed), whether the address \
           bounced, complained or was suppressed, or whether it may be written to at all (subscribed and none of \
           these). With “in the last days”: since when.",
    slow: false,
    operators: &[
        Operator::with("is", "is", &["channel", "status"], &["in_last_days"]),
        Operator::with("is_not", "is not", &["channel", "status"], &["in_last_days"]),
    ],
    fields: &[
        Field {
            name: "channel",
            title: "Channel",
            kind: FieldKind::Choice(&[("email", "Email"), ("sms", "Text message"), ("push", "Push")]),
        },
        Field { name: "status", title: "Status", kind: FieldKind::Choice(STATUSES) },
        Field { name: "in_last_days", title: "In the last days", kind: FieldKind::Days },
    ],
};

/// Status of a channel; absent while never subscribed.
fn status_column(channel: Channel) -> Column {
    Column("consent_status", Some(channel.number().into()))
}

/// Since when the status holds.
fn since_column(channel: Channel) -> Column {
    Column("consent_at", Some(channel.number().into()))
}

/// Since when a flag stands; absent if it does not.
fn flag_column(channel: Channel, flag: Suppression) -> Column {
    let name = match flag {
        Suppression::Bounced => "bounced_at",
        Suppression::Complained => "complained_at",
        Suppression::Suppressed => "suppressed_at",
    };
    Column(name, Some(channel.number().into()))
}

fn channel(args: &Args) -> Channel {
    args.text("channel").and_then(Channel::from_word).unwrap_or(Channel::Email)
}

fn status(args: &Args) -> &str {
    args.text("status").unwrap_or_default()
}

/// The instants a window covers; everything if there is no window.
fn window(args: &Args, moment: &Moment) -> Ranges {
    match args.integer("in_last_days") {
        Some(days) => {
            Ranges::of([(order_int(moment.days_ago(days).0.saturating_add(1)), order_int(moment.now.0))])
        }
        None => Ranges::of([(0, u64::MAX)]),
    }
}

fn set(args: &Args, cx: &mut SetContext<'_, '_>) -> Result<Bits> {
    let (channel, window) = (channel(args), window(args, &cx.moment()));
    if let Some(flag) = Suppression::from_word(status(args)) {
        return cx.numbers(flag_column(channel, flag), &window);
    }
    if let Some(status) =
        ConsentStatus::from_word(status(args)).filter(|s| *s != ConsentStatus::NeverSubscribed)
    {
        let mut found =
            cx.numbers(status_column(channel), &Ranges::values([order_int(status.number().into())]))?;
        if args.integer("in_last_days").is_some() {
            found.and(&cx.numbers(since_column(channel), &window)?);
        }
        return Ok(found);
    }
    if status(args) == "never_subscribed" {
        let answered = cx.present(status_column(channel))?;
        return Ok(cx.others(&answered));
    }
    let subscribed = Ranges::values([order_int(ConsentStatus::Subscribed.number().into())]);
    let mut found = cx.numbers(status_column(channel), &subscribed)?;
    for flag in Suppression::ALL {
        found.minus(&cx.present(flag_column(channel, *flag))?);
    }
    Ok(found)
}

impl Condition for Consent {
    fn spec(&self) -> &'static ConditionSpec {
        &SPEC
    }

    fn reads(&self, _: &Args, _: &Names) -> Reads {
        Reads::Columns
    }

    fn check(&self, args: &Args) -> Check {
        let timeless = matches!(status(args), "never_subscribed" | "sendable");
        match args.integer("in_last_days") {
            Some(_) if timeless => {
                Err(("in_last_days", format!("{} has no date; leave the days out", status(args))))
            }
            _ => Ok(()),
        }
    }

    fn columns(&self, facts: &Facts, cells: &mut Cells) {
        for channel in Channel::ALL {
            let state = facts.channel(*channel);
            if state.status != ConsentStatus::NeverSubscribed {
                cells.int(status_column(*channel), state.status.number().into());
                cells.int(since_column(*channel), state.status_at.map_or(i64::MIN, |at| at.0));
            }
            for flag in Suppression::ALL {
                if let Some(at) = state.flag(*flag) {
                    cells.int(flag_column(*channel, *flag), at.0);
                }
            }
        }
    }

    fn set(&self, args: &Args, cx: &mut SetContext<'_, '_>) -> Result<Bits> {
        let found = set(args, cx)?;
        Ok(cx.or_others(found, args.operator() == "is_not"))
    }

    fn holds(&self, args: &Args, contact: &ContactView<'_>) -> bool {
        let state = contact.facts.channel(channel(args));
        let window = window(args, contact.moment);
        let lately = |at: Option<Timestamp>| window.contains(order_int(at.map_or(i64::MIN, |at| at.0)));
        let holds = if let Some(flag) = Suppression::from_word(status(args)) {
            state.flag(flag).is_some_and(|at| lately(Some(at)))
        } else if let Some(wanted) = ConsentStatus::from_word(status(args)) {
            state.status == wanted && (wanted == ConsentStatus::NeverSubscribed || lately(state.status_at))
        } else {
            state.is_sendable()
        };
        holds != (args.operator() == "is_not")
    }

    fn listens(&self, args: &Args) -> Listens {
        Listens::contact_and_time(args.integer("in_last_days").is_some())
    }

    fn sentence(&self, args: &Args, _: &Names) -> String {
        let is = if args.operator() == "is_not" { "is not" } else { "is" };
        let title = STATUSES.iter().find(|(word, _)| *word == status(args)).map_or("", |(_, title)| *title);
        let mut text = format!("consent to {} {is} “{}”", channel(args), title.to_lowercase());
        if let Some(days) = args.integer("in_last_days") {
            text.push_str(&format!(" since at most {}", words::days(days)));
        }
        text
    }

    fn why(&self, args: &Args, contact: &ContactView<'_>) -> String {
        let (channel, state) = (channel(args), contact.facts.channel(channel(args)));
        let flags = Suppression::ALL.iter().filter_map(|f| state.flag(*f).map(|at| (f.as_str(), at)));
        let status = (state.status.as_str(), state.status_at);
        let mut parts = vec![status.1.map_or(status.0.to_owned(), |at| format!("{} since {at}", status.0))];
        parts.extend(flags.map(|(flag, at)| format!("{flag} since {at}")));
        format!("{channel} is {}", parts.join(" and ")).replace('_', " ")
    }

    fn examples(&self) -> Vec<Example> {
        vec![
            Example::yes(
                r#"{"condition":"consent","operator":"is","channel":"email","status":"subscribed","in_last_days":10}"#,
                "subscribed yesterday",
                |s| {
                    let email = s.facts.channel_mut(Channel::Email);
                    email.status = ConsentStatus::Subscribed;
                    email.status_at = Some(NOW.plus_ms(-86_400_000));
                },
            ),
            Example::no(
                r#"{"condition":"consent","operator":"is","channel":"email","status":"sendable"}"#,
                "subscribed, but the address bounced",
                |s| {
                    let email = s.facts.channel_mut(Channel::Email);
                    email.status = ConsentStatus::Subscribed;
                    email.bounced_at = Some(NOW);
                },
            ),
            Example::yes(
                r#"{"condition":"consent","operator":"is","channel":"sms","status":"never_subscribed"}"#,
                "never asked",
                |_| {},
            ),
            Example::yes(
                r#"{"condition":"consent","operator":"is_not","channel":"push","status":"subscribed"}"#,
                "unsubscribed",
                |s| {
                    s.facts.channel_mut(Channel::Push).status = ConsentStatus::Unsubscribed;
                },
            ),
            Example::no(
                r#"{"condition":"consent","operator":"is","channel":"email","status":"complained","in_last_days":30}"#,
                "complained 31 days ago",
                |s| {
                    s.facts.channel_mut(Channel::Email).complained_at = Some(NOW.plus_ms(-31 * 86_400_000));
                },
            ),
        ]
    }
}
