//! Who did one thing and then, within some days, another; or did not.

use super::{Bits, Condition, Listens, Names, Reads, Result};
use crate::events::CallKind;
use crate::segments::behaviour::{BehaviourQuery, SequenceQuery};
use crate::segments::evaluate::{ContactView, SetContext};
use crate::segments::moment::{DAY_MS, Moment};
use crate::segments::property_filter::WrittenFilter;
use crate::segments::sample::Example;
use crate::segments::spec::{Args, ConditionSpec, Field, FieldKind, Operator};
use crate::segments::words;

/// The member.
pub struct Sequence;

const NEEDS: &[&str] = &["event", "then", "within_days"];
const TAKES: &[&str] = &["in_last_days", "where", "then_where"];

static SPEC: ConditionSpec = ConditionSpec {
    id: "sequence",
    title: "One event after another",
    help: "Whether an event was followed by another one within some days, or was not. “Not followed by” holds once \
           the days are over. Any of several first events is enough; the second comes later, at the latest on the \
           millisecond.",
    slow: false,
    operators: &[
        Operator::with("followed_by", "was followed by", NEEDS, TAKES),
        Operator::with("not_followed_by", "was not followed by", NEEDS, TAKES),
    ],
    fields: &[
        Field { name: "event", title: "First", kind: FieldKind::EventName },
        Field { name: "then", title: "Then", kind: FieldKind::EventName },
        Field { name: "within_days", title: "Within days", kind: FieldKind::Days },
        Field { name: "in_last_days", title: "First in the last days", kind: FieldKind::Days },
        Field { name: "where", title: "First with properties", kind: FieldKind::Filters },
        Field { name: "then_where", title: "Then with properties", kind: FieldKind::Filters },
    ],
};

fn part(args: &Args, name: &str, filters: &str) -> BehaviourQuery {
    let written = args.filters(filters).unwrap_or_default();
    let filters = written.iter().map(WrittenFilter::filter).collect();
    BehaviourQuery { filters, ..BehaviourQuery::of(CallKind::Track, args.text(name).unwrap_or_default()) }
}

fn query(args: &Args, moment: &Moment) -> SequenceQuery {
    let since = args.integer("in_last_days").map(|days| moment.days_ago(days).plus_ms(1));
    SequenceQuery {
        first: BehaviourQuery { since, ..part(args, "event", "where") },
        then: part(args, "then", "then_where"),
        within_ms: args.integer("within_days").unwrap_or(1) * DAY_MS,
        followed: args.operator() == "followed_by",
        now: moment.now,
    }
}

impl Condition for Sequence {
    fn spec(&self) -> &ConditionSpec {
        &SPEC
    }

    fn reads(&self, _: &Args, _: &Names) -> Reads {
        Reads::Behaviour
    }

    fn asks_behaviour(&self, args: &Args, moment: &Moment) -> Vec<BehaviourQuery> {
        let query = query(args, moment);
        vec![query.first, query.then]
    }

    fn set(&self, args: &Args, cx: &mut SetContext<'_, '_>) -> Result<Bits> {
        cx.sequence(&query(args, &cx.moment()))
    }

    fn holds(&self, args: &Args, contact: &ContactView<'_>) -> bool {
        query(args, contact.moment).answers(contact.deeds)
    }

    fn listens(&self, args: &Args) -> Listens {
        let time = args.integer("in_last_days").is_some() || args.operator() == "not_followed_by";
        Listens { events: &["event.tracked", "visitors.linked"], time }
    }

    fn sentence(&self, args: &Args, _: &Names) -> String {
        let named = |field: &str, filters: &str| {
            let tests: Vec<String> =
                args.filters(filters).unwrap_or_default().iter().map(WrittenFilter::sentence).collect();
            let name = format!("“{}”", args.text(field).unwrap_or_default());
            if tests.is_empty() { name } else { format!("{name} where {}", tests.join(" and ")) }
        };
        let window = args.integer("in_last_days").map(|days| format!(" in the last {}", words::days(days)));
        let did = if args.operator() == "followed_by" { "and then" } else { "and then not" };
        format!(
            "did {}{} {did} {} within {}",
            named("event", "where"),
            window.unwrap_or_default(),
            named("then", "then_where"),
            words::days(args.integer("within_days").unwrap_or(1))
        )
    }

    fn why(&self, args: &Args, contact: &ContactView<'_>) -> String {
        let query = query(args, contact.moment);
        let last = |of: &BehaviourQuery| {
            let last = contact.deeds.iter().filter(|deed| of.wants(deed)).map(|deed| deed.at).max();
            let written = last.map(|at| format!("last at {}", at.to_jiff().strftime("%Y-%m-%d %H:%M UTC")));
            written.unwrap_or_else(|| "never".to_owned())
        };
        let name = |field: &str| args.text(field).unwrap_or_default().to_owned();
        format!("“{}” {}, “{}” {}", name("event"), last(&query.first), name("then"), last(&query.then))
    }

    fn examples(&self) -> Vec<Example> {
        vec![
            Example::yes(
                r#"{"condition":"sequence","operator":"followed_by","event":"Checkout Started","then":"Order Completed","within_days":3}"#,
                "began to check out 9 days ago and ordered 7 days ago",
                |s| {
                    s.deed("Checkout Started", 9, "{}");
                    s.deed("Order Completed", 7, "{}");
                },
            ),
            Example::yes(
                r#"{"condition":"sequence","operator":"not_followed_by","event":"Checkout Started","then":"Order Completed","within_days":3}"#,
                "began to check out 9 days ago and ordered 5 days ago",
                |s| {
                    s.deed("Checkout Started", 9, "{}");
                    s.deed("Order Completed", 5, "{}");
                },
            ),
            Example::no(
                r#"{"condition":"sequence","operator":"not_followed_by","event":"Checkout Started","then":"Order Completed","within_days":3}"#,
                "began to check out 2 days ago: the order may still come",
                |s| s.deed("Checkout Started", 2, "{}"),
            ),
            Example::no(
                r#"{"condition":"sequence","operator":"followed_by","event":"Order Completed","then":"Checkout Started","within_days":30,"in_last_days":5}"#,
                "the first is too long ago",
                |s| {
                    s.deed("Order Completed", 7, "{}");
                    s.deed("Checkout Started", 6, "{}");
                },
            ),
        ]
    }
}
