//! The phone number; sealed, except that there is one.

use crate::contacts::model::{Facts, PersonalFields};
use crate::segments::columns::Column;
use crate::segments::sample::Example;
use crate::segments::spec::{Args, ConditionSpec};
use crate::segments::text_test::{SealedText, TEXT_FIELDS, TEXT_OPERATORS};
use std::borrow::Cow;

/// The member.
pub struct Phone;

static SPEC: ConditionSpec = ConditionSpec {
    id: "phone",
    title: "Phone number",
    help: "Compares the phone number; spaces and punctuation do not matter. Whether there is one is known at once; its digits are sealed with each contact, so all contacts that other conditions leave over are opened one by one.",
    slow: true,
    operators: TEXT_OPERATORS,
    fields: TEXT_FIELDS,
};

impl SealedText for Phone {
    fn form(&self) -> &'static ConditionSpec {
        &SPEC
    }

    fn noun(&self, _: &Args) -> &'static str {
        "phone number"
    }

    fn text<'p>(&self, _: &Args, personal: &'p PersonalFields) -> Option<Cow<'p, str>> {
        personal.phone.as_deref().map(Cow::Borrowed)
    }

    fn normal(&self, text: &str) -> String {
        text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    }

    fn known(&self) -> Option<(Column, fn(&Facts) -> bool)> {
        Some((Column("has_phone", None), |facts| facts.has_phone))
    }

    fn samples(&self) -> Vec<Example> {
        vec![
            Example::yes(
                r#"{"condition":"phone","operator":"starts_with","value":"+65"}"#,
                "+65 8123 4567",
                |s| {
                    s.personal.phone = Some("+6581234567".into());
                },
            ),
            Example::yes(
                r#"{"condition":"phone","operator":"equals","value":"+65 8123-4567"}"#,
                "+6581234567",
                |s| {
                    s.personal.phone = Some("+6581234567".into());
                },
            ),
            Example::no(
                r#"{"condition":"phone","operator":"ends_with","value":"99"}"#,
                "no phone number",
                |_| {},
            ),
            Example::no(r#"{"condition":"phone","operator":"exists"}"#, "has only an email address", |s| {
                s.facts.has_email = true
            }),
        ]
    }
}
