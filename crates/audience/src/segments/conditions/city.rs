//! The city a contact lives in; sealed.

use crate::contacts::model::PersonalFields;
use crate::segments::sample::Example;
use crate::segments::spec::{Args, ConditionSpec};
use crate::segments::text_test::{SealedText, TEXT_FIELDS, TEXT_OPERATORS};
use std::borrow::Cow;

/// The member.
pub struct City;

static SPEC: ConditionSpec = ConditionSpec {
    id: "city",
    title: "City",
    help: "Compares the city. Cities are sealed with each contact, so all contacts that other conditions leave over are opened one by one.",
    slow: true,
    operators: TEXT_OPERATORS,
    fields: TEXT_FIELDS,
};

impl SealedText for City {
    fn form(&self) -> &'static ConditionSpec {
        &SPEC
    }

    fn noun(&self, _: &Args) -> &'static str {
        "city"
    }

    fn text<'p>(&self, _: &Args, personal: &'p PersonalFields) -> Option<Cow<'p, str>> {
        personal.city.as_deref().map(Cow::Borrowed)
    }

    fn samples(&self) -> Vec<Example> {
        vec![
            Example::yes(
                r#"{"condition":"city","operator":"equals","value":"paris"}"#,
                "lives in Paris",
                |s| {
                    s.personal.city = Some("Paris".into());
                },
            ),
            Example::no(
                r#"{"condition":"city","operator":"contains","value":"york"}"#,
                "lives in Paris",
                |s| {
                    s.personal.city = Some("Paris".into());
                },
            ),
            Example::yes(
                r#"{"condition":"city","operator":"not_contains","value":"york"}"#,
                "city not known",
                |_| {},
            ),
            Example::yes(
                r#"{"condition":"city","operator":"is_any_of","values":["Zürich","Genève"]}"#,
                "lives in ZÜRICH",
                |s| {
                    s.personal.city = Some("ZÜRICH".into());
                },
            ),
            Example::no(r#"{"condition":"city","operator":"exists"}"#, "city not known", |_| {}),
        ]
    }
}
