//! A custom attribute's value.
//!
//! Attributes of class *fact* are columns, one per attribute; those of class *personal* are sealed and
//! slow. Which comparisons make sense depends on the attribute's type, checked against the store.

use super::{Bits, Cells, Check, Condition, Listens, Mention, Names, Reads, Result};
use crate::attributes::model::{AttributeClass, AttributeType, Definition, day_number};
use crate::contacts::model::{AttributeValue, Facts};
use crate::segments::columns::attribute_column;
use crate::segments::engine::Ranges;
use crate::segments::engine::block::{order_int, order_real};
use crate::segments::evaluate::{ContactView, SetContext};
use crate::segments::moment::Moment;
use crate::segments::sample::Example;
use crate::segments::spec::{Args, ConditionSpec, Field, FieldKind, Operator};
use crate::segments::text_test::{compare, positive};
use crate::segments::words;

/// The member.
pub struct Attribute;

const TEXT_ONLY: &[&str] = &["contains", "not_contains", "starts_with", "ends_with"];
const ORDER: &[&str] = &["less_than", "at_most", "greater_than", "at_least", "between"];
const TIME_ONLY: &[&str] = &["in_last_days", "in_next_days"];

static SPEC: ConditionSpec = ConditionSpec {
    id: "attribute",
    title: "Custom attribute",
    help: "Compares a custom attribute. “Is not” and “does not contain” include contacts without a value. Texts are \
           compared without regard to case. Attributes marked personal are sealed: all contacts that other conditions \
           leave over are opened one by one.",
    slow: false,
    operators: &[
        Operator::new("equals", "is", &["attribute", "value"]),
        Operator::new("not_equals", "is not", &["attribute", "value"]),
        Operator::new("less_than", "is less than", &["attribute", "value"]),
        Operator::new("at_most", "is at most", &["attribute", "value"]),
        Operator::new("greater_than", "is greater than", &["attribute", "value"]),
        Operator::new("at_least", "is at least", &["attribute", "value"]),
        Operator::new("between", "is between", &["attribute", "from", "to"]),
        Operator::new("contains", "contains", &["attribute", "value"]),
        Operator::new("not_contains", "does not contain", &["attribute", "value"]),
        Operator::new("starts_with", "begins with", &["attribute", "value"]),
        Operator::new("ends_with", "ends with", &["attribute", "value"]),
        Operator::new("in_last_days", "is in the last days", &["attribute", "days"]),
        Operator::new("in_next_days", "is in the next days", &["attribute", "days"]),
        Operator::new("exists", "has a value", &["attribute"]),
        Operator::new("not_exists", "has no value", &["attribute"]),
    ],
    fields: &[
        Field { name: "attribute", title: "Attribute", kind: FieldKind::Attribute },
        Field { name: "value", title: "Value", kind: FieldKind::Scalar },
        Field { name: "from", title: "From", kind: FieldKind::Scalar },
        Field { name: "to", title: "To (included)", kind: FieldKind::Scalar },
        Field { name: "days", title: "Days", kind: FieldKind::Days },
    ],
};

/// The question, typed by the attribute's definition.
enum Test {
    /// Has any value.
    Known,
    /// Ordered value in these ranges.
    In(Ranges),
    /// Lower-cased text compares so with this one.
    Text(&'static str, String),
    /// Never: the rule does not fit the attribute any more.
    Nobody,
}

fn definition<'a>(args: &Args, names: &'a Names) -> Option<&'a Definition> {
    names.attribute(args.text("attribute")?)
}

/// A value in the order of its column; texts have none.
fn order(value: &AttributeValue) -> Option<u64> {
    Some(match value {
        AttributeValue::Bool(v) => order_int((*v).into()),
        AttributeValue::Integer(v) => order_int(*v),
        AttributeValue::Number(v) => order_real(*v),
        AttributeValue::Date(v) => order_int((*v).into()),
        AttributeValue::Time(v) => order_int(v.0),
        AttributeValue::Text(_) => return None,
    })
}

fn typed(kind: AttributeType, args: &Args, field: &str) -> Option<AttributeValue> {
    let written = args.scalar(field)?;
    match kind {
        // Whole numbers may be written where numbers with a fraction are kept.
        AttributeType::Integer | AttributeType::Number | AttributeType::Bool => kind.parse_json(written),
        _ => written.as_str().and_then(|text| kind.parse_text(text)),
    }
}

fn window(kind: AttributeType, operator: &str, days: i64, moment: &Moment) -> Option<Ranges> {
    let (today, now) = (i64::from(day_number(moment.today())), moment.now.0);
    let span = days * crate::segments::moment::DAY_MS;
    let (from, to) = match (kind, operator) {
        (AttributeType::Date, "in_last_days") => (today - days, today),
        (AttributeType::Date, _) => (today, today + days),
        (AttributeType::Time, "in_last_days") => (now - span + 1, now),
        (AttributeType::Time, _) => (now, now + span),
        _ => return None,
    };
    Some(Ranges::of([(order_int(from), order_int(to))]))
}

fn ranges(kind: AttributeType, operator: &str, args: &Args, moment: &Moment) -> Option<Ranges> {
    if let Some(days) = args.integer("days") {
        return window(kind, operator, days, moment);
    }
    let at = |field: &str| typed(kind, args, field).as_ref().and_then(order);
    let range = match operator {
        "equals" => (at("value")?, at("value")?),
        "less_than" => (0, at("value")?.checked_sub(1)?),
        "at_most" => (0, at("value")?),
        "greater_than" => (at("value")?.checked_add(1)?, u64::MAX),
        "at_least" => (at("value")?, u64::MAX),
        "between" => (at("from")?, at("to")?),
        _ => return None,
    };
    Some(Ranges::of([range]))
}

/// The positive form of the question, and whether it is negated.
fn test(args: &Args, kind: AttributeType, moment: &Moment) -> (Test, bool) {
    let (operator, negated) = positive(args.operator());
    let text = || args.scalar("value").and_then(|v| v.as_str()).map(str::to_lowercase);
    let test = match (operator, kind) {
        ("exists", _) => Test::Known,
        (word, AttributeType::Text) => text().map_or(Test::Nobody, |text| Test::Text(word, text)),
        (word, kind) => ranges(kind, word, args, moment).map_or(Test::Nobody, Test::In),
    };
    (test, negated)
}

impl Condition for Attribute {
    fn spec(&self) -> &'static ConditionSpec {
        &SPEC
    }

    fn reads(&self, args: &Args, names: &Names) -> Reads {
        match definition(args, names).map(|d| d.class) {
            Some(AttributeClass::Personal) => Reads::Sealed,
            _ => Reads::Columns,
        }
    }

    fn check_in_store(&self, args: &Args, names: &Names) -> Check {
        let Some(definition) = definition(args, names) else {
            return Err(("attribute", "attribute is the name of an attribute of this store".into()));
        };
        let (operator, kind) = (args.operator(), definition.kind);
        let fits = match kind {
            AttributeType::Text => !ORDER.contains(&operator) && !TIME_ONLY.contains(&operator),
            AttributeType::Bool => {
                !ORDER.contains(&operator) && !TEXT_ONLY.contains(&operator) && !TIME_ONLY.contains(&operator)
            }
            AttributeType::Date | AttributeType::Time => !TEXT_ONLY.contains(&operator),
            _ => !TEXT_ONLY.contains(&operator) && !TIME_ONLY.contains(&operator),
        };
        if !fits {
            return Err((
                "operator",
                format!("attributes of type {} cannot be compared with {operator}", kind.as_str()),
            ));
        }
        for field in ["value", "from", "to"] {
            if args.scalar(field).is_some() && typed(kind, args, field).is_none() {
                return Err((field, format!("{field} is {}", kind.example())));
            }
        }
        Ok(())
    }

    fn mentions(&self, args: &Args) -> Vec<Mention> {
        args.text("attribute").map(|name| Mention::Attribute(name.to_owned())).into_iter().collect()
    }

    fn columns(&self, facts: &Facts, cells: &mut Cells) {
        facts.attributes.iter().for_each(|(no, value)| cells.attribute(*no, value));
    }

    fn set(&self, args: &Args, cx: &mut SetContext<'_, '_>) -> Result<Bits> {
        let Some((no, kind)) = definition(args, cx.names()).map(|d| (d.no, d.kind)) else {
            return Ok(cx.nobody());
        };
        let column = attribute_column(no, kind);
        let (test, negated) = test(args, kind, &cx.moment());
        let found = match &test {
            Test::Known => cx.present(column)?,
            Test::In(ranges) => cx.numbers(column, ranges)?,
            Test::Text(word, wanted) => {
                cx.texts(column, &|text| compare(word, &text.to_lowercase(), wanted))?
            }
            Test::Nobody => return Ok(cx.nobody()),
        };
        Ok(cx.or_others(found, negated))
    }

    fn holds(&self, args: &Args, contact: &ContactView<'_>) -> bool {
        let Some(definition) = definition(args, contact.names) else { return false };
        let (test, negated) = test(args, definition.kind, contact.moment);
        let value = value(definition, contact).filter(|v| v.kind() == definition.kind);
        let holds = match (&test, value) {
            (Test::Nobody, _) => return false,
            (_, None) => false,
            (Test::Known, Some(_)) => true,
            (Test::In(ranges), Some(value)) => order(value).is_some_and(|v| ranges.contains(v)),
            (Test::Text(word, wanted), Some(AttributeValue::Text(text))) => {
                compare(word, &text.to_lowercase(), wanted)
            }
            (Test::Text(..), Some(_)) => false,
        };
        holds != negated
    }

    fn listens(&self, args: &Args) -> Listens {
        Listens::contact_and_time(TIME_ONLY.contains(&args.operator()))
    }

    fn sentence(&self, args: &Args, names: &Names) -> String {
        let name = args.text("attribute").unwrap_or_default();
        let label = names.attribute(name).map_or(name, |d| d.label.as_str());
        let title = SPEC.operators.iter().find(|o| o.word == args.operator()).map_or("", |o| o.title);
        match args.operator() {
            "exists" | "not_exists" => format!("{label} {title}"),
            "between" => format!("{label} is between {} and {}", args.written("from"), args.written("to")),
            "in_last_days" => {
                format!("{label} is in the last {}", words::days(args.integer("days").unwrap_or(0)))
            }
            "in_next_days" => {
                format!("{label} is in the next {}", words::days(args.integer("days").unwrap_or(0)))
            }
            _ => format!("{label} {title} {}", args.written("value")),
        }
    }

    fn why(&self, args: &Args, contact: &ContactView<'_>) -> String {
        let name = args.text("attribute").unwrap_or_default();
        let found =
            definition(args, contact.names).and_then(|d| Some((d.label.as_str(), value(d, contact)?)));
        match found {
            Some((label, value)) => format!("{label} is {}", value.to_text()),
            None => format!("{name} has no value"),
        }
    }

    fn examples(&self) -> Vec<Example> {
        examples()
    }
}

fn value<'a>(definition: &Definition, contact: &ContactView<'a>) -> Option<&'a AttributeValue> {
    match definition.class {
        AttributeClass::Fact => contact.facts.attribute(definition.no),
        AttributeClass::Personal => contact.personal?.attribute(definition.no),
    }
}

fn examples() -> Vec<Example> {
    text_examples().into_iter().chain(number_examples()).chain(time_examples()).collect()
}

fn text_examples() -> Vec<Example> {
    use AttributeClass::{Fact, Personal};
    use AttributeType::Text;
    vec![
        Example::yes(
            r#"{"condition":"attribute","attribute":"size","operator":"equals","value":"xl"}"#,
            "size is XL",
            |s| {
                s.attribute("size", Fact, Text, Some(AttributeValue::Text("XL".into())));
            },
        ),
        Example::yes(
            r#"{"condition":"attribute","attribute":"size","operator":"not_equals","value":"XL"}"#,
            "no size",
            |s| {
                s.attribute("size", Fact, Text, None);
            },
        ),
        Example::no(
            r#"{"condition":"attribute","attribute":"size","operator":"contains","value":"m"}"#,
            "a size of 300 letters l",
            |s| {
                s.attribute("size", Fact, Text, Some(AttributeValue::Text("l".repeat(300))));
            },
        ),
        Example::yes(
            r#"{"condition":"attribute","attribute":"nickname","operator":"starts_with","value":"an"}"#,
            "nickname (personal) is Ann",
            |s| {
                s.attribute("nickname", Personal, Text, Some(AttributeValue::Text("Ann".into())));
            },
        ),
    ]
}

fn number_examples() -> Vec<Example> {
    use AttributeClass::Fact;
    use AttributeType::{Bool, Integer, Number};
    vec![
        Example::yes(
            r#"{"condition":"attribute","attribute":"points","operator":"at_least","value":100}"#,
            "100 points",
            |s| {
                s.attribute("points", Fact, Integer, Some(AttributeValue::Integer(100)));
            },
        ),
        Example::no(
            r#"{"condition":"attribute","attribute":"points","operator":"less_than","value":0}"#,
            "no points known",
            |s| {
                s.attribute("points", Fact, Integer, None);
            },
        ),
        Example::yes(
            r#"{"condition":"attribute","attribute":"rate","operator":"between","from":-1.5,"to":2}"#,
            "rate is -1.5",
            |s| {
                s.attribute("rate", Fact, Number, Some(AttributeValue::Number(-1.5)));
            },
        ),
        Example::no(
            r#"{"condition":"attribute","attribute":"gift","operator":"equals","value":true}"#,
            "gift is false",
            |s| {
                s.attribute("gift", Fact, Bool, Some(AttributeValue::Bool(false)));
            },
        ),
    ]
}

fn time_examples() -> Vec<Example> {
    use crate::segments::sample::NOW;
    use AttributeClass::Fact;
    use AttributeType::{Date, Time};
    vec![
        Example::yes(
            r#"{"condition":"attribute","attribute":"renewal","operator":"in_next_days","days":7}"#,
            "renewal is in 7 days",
            |s| {
                let day = s.moment.utc_day() + 7;
                s.attribute("renewal", Fact, Date, Some(AttributeValue::Date(day)));
            },
        ),
        Example::no(
            r#"{"condition":"attribute","attribute":"visit","operator":"in_last_days","days":1}"#,
            "visit was 24 hours ago",
            |s| {
                s.attribute("visit", Fact, Time, Some(AttributeValue::Time(NOW.plus_ms(-86_400_000))));
            },
        ),
    ]
}
