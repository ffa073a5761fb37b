//! Conditions on what was done in the shop, which differ in what was called: an event, a page, a screen. How often,
//! within a time, with such properties, to such a sum.

use super::behaviour::query::wanted_text;
use super::behaviour::{BehaviourQuery, PropertyFilter, Total};
use super::conditions::{Check, Condition, Listens, Reads};
use super::engine::Bits;
use super::evaluate::{ContactView, SetContext};
use super::moment::Moment;
use super::names::Names;
use super::property_filter::WrittenFilter;
use super::sample::Example;
use super::spec::{Args, ConditionSpec, Field, FieldKind, Operator};
use super::words;
use crate::events::CallKind;
use crate::events::values::written;
use kernel::Result;

/// Fields of every condition on what was done, but the name.
pub const FIELDS: [Field; 9] = [
    Field { name: "at_least", title: "At least so many times", kind: FieldKind::Count },
    Field { name: "at_most", title: "At most so many times", kind: FieldKind::Count },
    Field { name: "in_last_days", title: "In the last days", kind: FieldKind::Days },
    Field { name: "since", title: "Not before", kind: FieldKind::Instant },
    Field { name: "until", title: "Before", kind: FieldKind::Instant },
    Field { name: "where", title: "With properties", kind: FieldKind::Filters },
    Field { name: "total_of", title: "Sum of a property", kind: FieldKind::Property },
    Field { name: "total_at_least", title: "Sum at least", kind: FieldKind::Amount },
    Field { name: "total_at_most", title: "Sum at most", kind: FieldKind::Amount },
];

const VIEWED: &[&str] = &["name", "in_last_days", "since", "until", "where"];
const VIEWED_COUNTED: &[&str] = &[
    "name",
    "at_least",
    "at_most",
    "in_last_days",
    "since",
    "until",
    "where",
    "total_of",
    "total_at_least",
    "total_at_most",
];
/// The same without the name, which an event must have.
const DONE: &[&str] = VIEWED.split_at(1).1;
const DONE_COUNTED: &[&str] = VIEWED_COUNTED.split_at(1).1;

/// Operators of an event, which has a name.
pub const OF_EVENT: &[Operator] = &[
    Operator::with("did", "did", &["event"], DONE_COUNTED),
    Operator::with("did_not", "did not", &["event"], DONE),
];

/// Operators of a page or a screen, whatever its name or by it.
pub const OF_VIEW: &[Operator] =
    &[Operator::with("did", "did", &[], VIEWED_COUNTED), Operator::with("did_not", "did not", &[], VIEWED)];

/// Fields of a page or a screen.
pub const VIEW_FIELDS: &[Field] = &{
    let [a, b, c, d, e, f, g, h, i] = FIELDS;
    [Field { name: "name", title: "Name", kind: FieldKind::Text }, a, b, c, d, e, f, g, h, i]
};

/// Fields that stand for the test of one property.
const SHORTHANDS: &[(&str, &str)] =
    &[("product_id", "products.product_id"), ("sku", "products.sku"), ("category", "products.category")];

const BOUNDS: [&str; 4] = ["total_at_least", "total_at_most", "average_at_least", "average_at_most"];

/// A condition on what was done. Operators are `did` and `did_not`.
pub struct Did {
    /// Its form.
    pub spec: ConditionSpec,
    /// What was called.
    pub kind: CallKind,
    /// The one name it is about, for those that are about one.
    pub name: Option<&'static str>,
    /// What sums are of if the rule does not say.
    pub total_of: Option<&'static str>,
    /// What was done and what was not, before the name, and what stands there without one.
    pub says: (&'static str, &'static str, &'static str),
    /// Kinds of events of the log that can change the answer.
    pub events: &'static [&'static str],
    /// Examples.
    pub examples: fn() -> Vec<Example>,
}

fn count(args: &Args, field: &str) -> Option<u64> {
    args.integer(field).and_then(|n| u64::try_from(n).ok())
}

fn is_negated(args: &Args) -> bool {
    args.operator() == "did_not"
}

fn is_bounded(args: &Args) -> bool {
    BOUNDS.iter().any(|bound| args.amount(bound).is_some())
}

fn shorthands(args: &Args) -> impl Iterator<Item = (&'static str, &'static str, &str)> {
    SHORTHANDS.iter().filter_map(|(field, property)| Some((*field, *property, args.text(field)?)))
}

impl Did {
    fn name_of<'a>(&self, args: &'a Args) -> Option<&'a str> {
        self.name.or(args.text("event")).or(args.text("name"))
    }

    fn total<'a>(&self, args: &'a Args) -> Option<&'a str> {
        args.text("total_of").or(self.total_of).filter(|_| is_bounded(args))
    }

    fn query(&self, args: &Args, moment: &Moment) -> BehaviourQuery {
        let window = args.integer("in_last_days").map(|days| moment.days_ago(days).plus_ms(1));
        let written = args.filters("where").unwrap_or_default().iter().map(WrittenFilter::filter);
        let short = shorthands(args).filter_map(|(_, property, text)| {
            Some(PropertyFilter { property: property.to_owned(), test: wanted_text(text)? })
        });
        BehaviourQuery {
            kind: self.kind,
            name: self.name_of(args).map(str::to_owned),
            since: window.or_else(|| args.instant("since", moment)),
            until: args.instant("until", moment),
            filters: short.chain(written).collect(),
            at_least: count(args, "at_least").unwrap_or(1),
            at_most: count(args, "at_most"),
            total: self.total(args).map(|property| Total {
                property: property.to_owned(),
                at_least: args.amount("total_at_least"),
                at_most: args.amount("total_at_most"),
                average_at_least: args.amount("average_at_least"),
                average_at_most: args.amount("average_at_most"),
            }),
        }
    }

    fn sum(&self, args: &Args) -> String {
        let Some(property) = self.total(args) else { return String::new() };
        let bounds = |least: &str, most: &str| between(args.amount(least), args.amount(most));
        let adding = bounds("total_at_least", "total_at_most").map(|sum| format!("adding up to {sum}"));
        let average = bounds("average_at_least", "average_at_most").map(|sum| format!("of {sum} on average"));
        let parts: Vec<String> = adding.into_iter().chain(average).collect();
        format!("with {property} {}", parts.join(" and "))
    }

    fn check_total(&self, args: &Args) -> Check {
        match (args.text("total_of"), is_bounded(args)) {
            (Some(_), false) => {
                return Err(("total_of", "a sum is compared; say total_at_least or total_at_most".into()));
            }
            (None, true) if self.total_of.is_none() => {
                return Err(("total_of", "a sum is that of a property; name it, such as revenue".into()));
            }
            _ => {}
        }
        for (least, most) in [("total_at_least", "total_at_most"), ("average_at_least", "average_at_most")] {
            if let (Some(lower), Some(upper)) = (args.amount(least), args.amount(most))
                && lower > upper
            {
                return Err((most, "at most is not less than at least".into()));
            }
        }
        Ok(())
    }
}

impl Condition for Did {
    fn spec(&self) -> &ConditionSpec {
        &self.spec
    }

    fn reads(&self, _: &Args, _: &Names) -> Reads {
        Reads::Behaviour
    }

    fn check(&self, args: &Args) -> Check {
        if args.integer("in_last_days").is_some() && !args.written("since").is_empty() {
            return Err(("since", "a window begins once; leave in_last_days or since out".into()));
        }
        match (count(args, "at_least"), count(args, "at_most")) {
            (least, Some(most)) if least.unwrap_or(1) > most => Err((
                "at_most",
                "at most is not less than at least (1 if it is not given; 0 for never)".into(),
            )),
            _ => self.check_total(args),
        }
    }

    fn asks_behaviour(&self, args: &Args, moment: &Moment) -> Vec<BehaviourQuery> {
        vec![self.query(args, moment)]
    }

    fn set(&self, args: &Args, cx: &mut SetContext<'_, '_>) -> Result<Bits> {
        let found = cx.behaviour(&self.query(args, &cx.moment()))?;
        Ok(cx.or_others(found, is_negated(args)))
    }

    fn holds(&self, args: &Args, contact: &ContactView<'_>) -> bool {
        let query = self.query(args, contact.moment);
        query.is_met(query.tally(contact.deeds)) != is_negated(args)
    }

    fn listens(&self, args: &Args) -> Listens {
        Listens {
            events: self.events,
            time: args.integer("in_last_days").is_some() || !args.written("until").is_empty(),
        }
    }

    fn sentence(&self, args: &Args, _: &Names) -> String {
        let says = if is_negated(args) { self.says.1 } else { self.says.0 };
        let name = self.name.xor(self.name_of(args)).map(|name| format!("“{name}”"));
        let done = format!("{says} {}", name.as_deref().unwrap_or(self.says.2));
        let short =
            shorthands(args).map(|(field, _, text)| format!("{} is “{text}”", field.replace('_', " ")));
        let written = args.filters("where").unwrap_or_default();
        let filters: Vec<String> = short.chain(written.iter().map(WrittenFilter::sentence)).collect();
        let parts = [
            done,
            times(args),
            args.integer("in_last_days").map_or(String::new(), |n| format!("in the last {}", words::days(n))),
            prefixed("since", &args.written("since")),
            prefixed("before", &args.written("until")),
            prefixed("where", &filters.join(" and ")),
            self.sum(args),
        ];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    fn why(&self, args: &Args, contact: &ContactView<'_>) -> String {
        let query = self.query(args, contact.moment);
        let last = contact.deeds.iter().filter(|deed| query.wants(deed)).map(|deed| deed.at).max();
        let Some(last) = last else { return "never".to_owned() };
        let last = last.to_jiff().strftime("%Y-%m-%d %H:%M UTC").to_string();
        let tally = query.tally(contact.deeds);
        let times = if tally.count == 1 { "once".to_owned() } else { format!("{} times", tally.count) };
        match query.total {
            Some(total) => {
                format!("{times}, last at {last}; {} adds up to {}", total.property, written(tally.total))
            }
            None => format!("{times}, last at {last}"),
        }
    }

    fn examples(&self) -> Vec<Example> {
        (self.examples)()
    }
}

fn prefixed(word: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{word} {text}") }
}

fn times(args: &Args) -> String {
    match (count(args, "at_least"), count(args, "at_most")) {
        (None | Some(1), None) => String::new(),
        (Some(least), None) => format!("at least {least} times"),
        (None | Some(0), Some(most)) => format!("at most {most} times"),
        (Some(least), Some(most)) if least == most => format!("exactly {least} times"),
        (Some(least), Some(most)) => format!("{least} to {most} times"),
    }
}

fn between(least: Option<i64>, most: Option<i64>) -> Option<String> {
    Some(match (least, most) {
        (None, None) => return None,
        (Some(least), Some(most)) => format!("{} to {}", written(least), written(most)),
        (Some(least), None) => format!("at least {}", written(least)),
        (None, Some(most)) => format!("at most {}", written(most)),
    })
}
