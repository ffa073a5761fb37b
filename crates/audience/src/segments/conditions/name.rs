//! First, last or full name; sealed.

use crate::contacts::model::PersonalFields;
use crate::segments::sample::Example;
use crate::segments::spec::{Args, ConditionSpec, Field, FieldKind, Operator};
use crate::segments::text_test::SealedText;
use std::borrow::Cow;

/// The member.
pub struct Name;

const PARTS: &[(&str, &str)] = &[("full", "Full name"), ("first", "First name"), ("last", "Last name")];

static SPEC: ConditionSpec = ConditionSpec {
    id: "name",
    title: "Name",
    help: "Compares the first, last or (if no part is given) full name. Names are sealed with each contact, so all \
           contacts that other conditions leave over are opened one by one.",
    slow: true,
    operators: &[
        Operator::with("equals", "is", &["value"], &["part"]),
        Operator::with("not_equals", "is not", &["value"], &["part"]),
        Operator::with("is_any_of", "is any of", &["values"], &["part"]),
        Operator::with("contains", "contains", &["value"], &["part"]),
        Operator::with("not_contains", "does not contain", &["value"], &["part"]),
        Operator::with("starts_with", "begins with", &["value"], &["part"]),
        Operator::with("ends_with", "ends with", &["value"], &["part"]),
        Operator::with("exists", "is known", &[], &["part"]),
        Operator::with("not_exists", "is not known", &[], &["part"]),
    ],
    fields: &[
        Field { name: "part", title: "Part", kind: FieldKind::Choice(PARTS) },
        Field { name: "value", title: "Text", kind: FieldKind::Text },
        Field { name: "values", title: "Texts", kind: FieldKind::Texts },
    ],
};

impl SealedText for Name {
    fn form(&self) -> &'static ConditionSpec {
        &SPEC
    }

    fn noun(&self, args: &Args) -> &'static str {
        match args.text("part") {
            Some("first") => "first name",
            Some("last") => "last name",
            _ => "name",
        }
    }

    fn text<'p>(&self, args: &Args, personal: &'p PersonalFields) -> Option<Cow<'p, str>> {
        let (first, last) = (personal.first_name.as_deref(), personal.last_name.as_deref());
        match (args.text("part"), first, last) {
            (Some("first"), name, _) | (Some("last"), _, name) => name.map(Cow::Borrowed),
            (_, Some(first), Some(last)) => Some(Cow::Owned(format!("{first} {last}"))),
            (_, first, last) => first.or(last).map(Cow::Borrowed),
        }
    }

    fn samples(&self) -> Vec<Example> {
        vec![
            Example::yes(
                r#"{"condition":"name","operator":"equals","value":"ana lópez"}"#,
                "Ana López",
                |s| {
                    s.personal.first_name = Some("Ana".into());
                    s.personal.last_name = Some("López".into());
                },
            ),
            Example::no(
                r#"{"condition":"name","operator":"exists","part":"last"}"#,
                "only the first name is known",
                |s| {
                    s.personal.first_name = Some("Ana".into());
                },
            ),
            Example::yes(
                r#"{"condition":"name","operator":"starts_with","part":"last","value":"Mc"}"#,
                "Bo McCoy",
                |s| {
                    s.personal.last_name = Some("McCoy".into());
                },
            ),
        ]
    }
}
