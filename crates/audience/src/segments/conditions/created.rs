//! When a contact was made.

use super::{Bits, Cells, Condition, Listens, Names, Reads, Result};
use crate::contacts::model::Facts;
use crate::segments::columns::Column;
use crate::segments::engine::Ranges;
use crate::segments::engine::block::order_int;
use crate::segments::evaluate::{ContactView, SetContext};
use crate::segments::moment::Moment;
use crate::segments::sample::{Example, NOW};
use crate::segments::spec::{Args, ConditionSpec, Field, FieldKind, Operator};
use crate::segments::words;

/// The member.
pub struct Created;

const COLUMN: Column = Column("created", None);

static SPEC: ConditionSpec = ConditionSpec {
    id: "created",
    title: "Created",
    help: "When the contact was made. A date means its beginning in the store’s time zone; a window of days is exact to the millisecond.",
    slow: false,
    operators: &[
        Operator::new("before", "before", &["at"]),
        Operator::new("after", "at or after", &["at"]),
        Operator::new("in_last_days", "in the last days", &["days"]),
        Operator::new("not_in_last_days", "not in the last days", &["days"]),
    ],
    fields: &[
        Field { name: "at", title: "Date or time", kind: FieldKind::Instant },
        Field { name: "days", title: "Days", kind: FieldKind::Days },
    ],
};

fn ranges(args: &Args, moment: &Moment) -> Ranges {
    let at = order_int(args.instant("at", moment).unwrap_or(moment.now).0);
    let window = order_int(moment.days_ago(args.integer("days").unwrap_or(0)).0);
    match args.operator() {
        "before" => at.checked_sub(1).map_or(Ranges::default(), |last| Ranges::of([(0, last)])),
        "after" => Ranges::of([(at, u64::MAX)]),
        "in_last_days" => Ranges::of([(window.saturating_add(1), u64::MAX)]),
        _ => Ranges::of([(0, window)]),
    }
}

impl Condition for Created {
    fn spec(&self) -> &'static ConditionSpec {
        &SPEC
    }

    fn reads(&self, _: &Args, _: &Names) -> Reads {
        Reads::Columns
    }

    fn columns(&self, facts: &Facts, cells: &mut Cells) {
        cells.int(COLUMN, facts.created_at.0);
    }

    fn set(&self, args: &Args, cx: &mut SetContext<'_, '_>) -> Result<Bits> {
        cx.numbers(COLUMN, &ranges(args, &cx.moment()))
    }

    fn holds(&self, args: &Args, contact: &ContactView<'_>) -> bool {
        ranges(args, contact.moment).contains(order_int(contact.facts.created_at.0))
    }

    fn listens(&self, args: &Args) -> Listens {
        Listens::contact_and_time(args.integer("days").is_some())
    }

    fn sentence(&self, args: &Args, _: &Names) -> String {
        let days = || words::days(args.integer("days").unwrap_or(0));
        match args.operator() {
            "before" => format!("created before {}", args.written("at")),
            "after" => format!("created at or after {}", args.written("at")),
            "in_last_days" => format!("created in the last {}", days()),
            _ => format!("not created in the last {}", days()),
        }
    }

    fn why(&self, _: &Args, contact: &ContactView<'_>) -> String {
        format!("created {}", contact.facts.created_at)
    }

    fn examples(&self) -> Vec<Example> {
        vec![
            Example::yes(r#"{"condition":"created","operator":"in_last_days","days":1}"#, "made now", |s| {
                s.facts.created_at = NOW
            }),
            Example::no(
                r#"{"condition":"created","operator":"in_last_days","days":1}"#,
                "made exactly 24 hours ago",
                |s| {
                    s.facts.created_at = NOW.plus_ms(-86_400_000);
                },
            ),
            Example::yes(
                r#"{"condition":"created","operator":"not_in_last_days","days":99}"#,
                "made 100 days ago",
                |_| {},
            ),
            Example::no(
                r#"{"condition":"created","operator":"before","at":"2026-11-23T09:00:00Z"}"#,
                "made at that instant",
                |s| {
                    s.facts.created_at = NOW;
                },
            ),
            Example::yes(
                r#"{"condition":"created","operator":"after","at":"2026-11-23"}"#,
                "made on that day",
                |s| s.facts.created_at = NOW,
            ),
        ]
    }
}
