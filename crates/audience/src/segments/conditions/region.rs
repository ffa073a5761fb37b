//! The region, state or province a contact lives in; sealed.

use crate::contacts::model::PersonalFields;
use crate::segments::sample::Example;
use crate::segments::spec::{Args, ConditionSpec};
use crate::segments::text_test::{SealedText, TEXT_FIELDS, TEXT_OPERATORS};
use std::borrow::Cow;

/// The member.
pub struct Region;

static SPEC: ConditionSpec = ConditionSpec {
    id: "region",
    title: "Region or state",
    help: "Compares the region, state or province. It is sealed with each contact, so all contacts that other conditions leave over are opened one by one.",
    slow: true,
    operators: TEXT_OPERATORS,
    fields: TEXT_FIELDS,
};

impl SealedText for Region {
    fn form(&self) -> &'static ConditionSpec {
        &SPEC
    }

    fn noun(&self, _: &Args) -> &'static str {
        "region"
    }

    fn text<'p>(&self, _: &Args, personal: &'p PersonalFields) -> Option<Cow<'p, str>> {
        personal.region.as_deref().map(Cow::Borrowed)
    }

    fn samples(&self) -> Vec<Example> {
        vec![
            Example::yes(
                r#"{"condition":"region","operator":"starts_with","value":"new "}"#,
                "lives in New South Wales",
                |s| {
                    s.personal.region = Some("New South Wales".into());
                },
            ),
            Example::no(
                r#"{"condition":"region","operator":"not_equals","value":"Bavaria"}"#,
                "lives in Bavaria",
                |s| {
                    s.personal.region = Some("Bavaria".into());
                },
            ),
            Example::yes(r#"{"condition":"region","operator":"not_exists"}"#, "region not known", |_| {}),
        ]
    }
}
