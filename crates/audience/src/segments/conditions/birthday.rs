//! The day of the year a contact was born on; the year plays no part.

use super::{Bits, Cells, Condition, Listens, Names, Reads, Result};
use crate::contacts::model::{Facts, MonthDay};
use crate::segments::columns::Column;
use crate::segments::engine::Ranges;
use crate::segments::engine::block::order_int;
use crate::segments::evaluate::{ContactView, SetContext};
use crate::segments::moment::Moment;
use crate::segments::sample::Example;
use crate::segments::spec::{Args, ConditionSpec, Field, FieldKind, Operator};
use crate::segments::words;

/// The member.
pub struct Birthday;

const COLUMN: Column = Column("birthday", None);

static SPEC: ConditionSpec = ConditionSpec {
    id: "birthday",
    title: "Birthday",
    help: "When the birthday falls; days are those of the store’s time zone. Who was born on 29 February celebrates on 28 February in \
           other years. A span may cross the new year.",
    slow: false,
    operators: &[
        Operator::new("is_today", "is today", &[]),
        Operator::new("in_next_days", "is today or in the next days", &["days"]),
        Operator::new("in_month", "is in the month", &["month"]),
        Operator::new("between", "is between", &["from", "to"]),
        Operator::new("exists", "is known", &[]),
        Operator::new("not_exists", "is not known", &[]),
    ],
    fields: &[
        Field { name: "days", title: "Days", kind: FieldKind::Days },
        Field { name: "month", title: "Month", kind: FieldKind::Month },
        Field { name: "from", title: "From", kind: FieldKind::MonthDay },
        Field { name: "to", title: "To (included)", kind: FieldKind::MonthDay },
    ],
};

fn number(day: MonthDay) -> u64 {
    order_int(day.number().into())
}

/// The days asked for.
fn ranges(args: &Args, moment: &Moment) -> Ranges {
    let all = |days: i64| Ranges::values(moment.days_ahead(days).into_iter().map(|n| order_int(n.into())));
    let month = |m: i64| Ranges::of([(order_int(m * 100), order_int(m * 100 + 99))]);
    match args.operator() {
        "is_today" => all(0),
        "in_next_days" => all(args.integer("days").unwrap_or(0)),
        "in_month" => month(args.integer("month").unwrap_or(0)),
        "between" => match (args.month_day("from").map(number), args.month_day("to").map(number)) {
            (Some(from), Some(to)) if from <= to => Ranges::of([(from, to)]),
            (Some(from), Some(to)) => Ranges::of([(0, to), (from, u64::MAX)]),
            _ => Ranges::default(),
        },
        _ => Ranges::of([(0, u64::MAX)]),
    }
}

impl Condition for Birthday {
    fn spec(&self) -> &'static ConditionSpec {
        &SPEC
    }

    fn reads(&self, _: &Args, _: &Names) -> Reads {
        Reads::Columns
    }

    fn columns(&self, facts: &Facts, cells: &mut Cells) {
        if let Some(day) = facts.birthday {
            cells.int(COLUMN, day.number().into());
        }
    }

    fn set(&self, args: &Args, cx: &mut SetContext<'_, '_>) -> Result<Bits> {
        let found = cx.numbers(COLUMN, &ranges(args, &cx.moment()))?;
        Ok(cx.or_others(found, args.operator() == "not_exists"))
    }

    fn holds(&self, args: &Args, contact: &ContactView<'_>) -> bool {
        let found =
            contact.facts.birthday.is_some_and(|day| ranges(args, contact.moment).contains(number(day)));
        found != (args.operator() == "not_exists")
    }

    fn listens(&self, args: &Args) -> Listens {
        Listens::contact_and_time(matches!(args.operator(), "is_today" | "in_next_days"))
    }

    fn sentence(&self, args: &Args, _: &Names) -> String {
        match args.operator() {
            "is_today" => "birthday is today".into(),
            "in_next_days" => {
                format!("birthday is in the next {}", words::days(args.integer("days").unwrap_or(0)))
            }
            "in_month" => format!(
                "birthday is in {}",
                MONTHS[args.integer("month").unwrap_or(1).clamp(1, 12) as usize - 1]
            ),
            "between" => format!("birthday is between {} and {}", args.written("from"), args.written("to")),
            "exists" => "birthday is known".into(),
            _ => "birthday is not known".into(),
        }
    }

    fn why(&self, _: &Args, contact: &ContactView<'_>) -> String {
        let day = contact.facts.birthday.map(|d| format!("{:02}-{:02}", d.month, d.day));
        words::is_value("birthday", day.as_deref())
    }

    fn examples(&self) -> Vec<Example> {
        vec![
            Example::yes(r#"{"condition":"birthday","operator":"is_today"}"#, "born on 23 November", |s| {
                s.facts.birthday = MonthDay::new(11, 23);
            }),
            Example::yes(
                r#"{"condition":"birthday","operator":"in_next_days","days":7}"#,
                "born on 30 November",
                |s| {
                    s.facts.birthday = MonthDay::new(11, 30);
                },
            ),
            Example::no(
                r#"{"condition":"birthday","operator":"in_next_days","days":7}"#,
                "born on 1 December",
                |s| {
                    s.facts.birthday = MonthDay::new(12, 1);
                },
            ),
            Example::yes(
                r#"{"condition":"birthday","operator":"in_next_days","days":97}"#,
                "born on 29 February",
                |s| {
                    s.facts.birthday = MonthDay::new(2, 29);
                },
            ),
            Example::no(
                r#"{"condition":"birthday","operator":"in_next_days","days":96}"#,
                "born on 29 February",
                |s| {
                    s.facts.birthday = MonthDay::new(2, 29);
                },
            ),
            Example::no(
                r#"{"condition":"birthday","operator":"in_month","month":2}"#,
                "born on 1 March",
                |s| {
                    s.facts.birthday = MonthDay::new(3, 1);
                },
            ),
            Example::yes(
                r#"{"condition":"birthday","operator":"between","from":"12-20","to":"01-10"}"#,
                "born on 1 January",
                |s| {
                    s.facts.birthday = MonthDay::new(1, 1);
                },
            ),
            Example::yes(r#"{"condition":"birthday","operator":"not_exists"}"#, "birthday not known", |_| {}),
        ]
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
