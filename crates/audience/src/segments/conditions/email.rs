//! The email address; sealed, except that there is one.

use crate::contacts::model::{Facts, PersonalFields};
use crate::segments::columns::Column;
use crate::segments::sample::Example;
use crate::segments::spec::{Args, ConditionSpec};
use crate::segments::text_test::{SealedText, TEXT_FIELDS, TEXT_OPERATORS};
use std::borrow::Cow;

/// The member.
pub struct Email;

static SPEC: ConditionSpec = ConditionSpec {
    id: "email",
    title: "Email address",
    help: "Compares the email address. Whether there is one is known at once; its text is sealed with each contact, so all contacts that other conditions leave over are opened one by one.",
    slow: true,
    operators: TEXT_OPERATORS,
    fields: TEXT_FIELDS,
};

impl SealedText for Email {
    fn form(&self) -> &'static ConditionSpec {
        &SPEC
    }

    fn noun(&self, _: &Args) -> &'static str {
        "email address"
    }

    fn text<'p>(&self, _: &Args, personal: &'p PersonalFields) -> Option<Cow<'p, str>> {
        personal.email.as_deref().map(Cow::Borrowed)
    }

    fn known(&self) -> Option<(Column, fn(&Facts) -> bool)> {
        Some((Column("has_email", None), |facts| facts.has_email))
    }

    fn samples(&self) -> Vec<Example> {
        vec![
            Example::yes(
                r#"{"condition":"email","operator":"equals","value":"Ana@Shop.example"}"#,
                "ana@shop.example",
                |s| {
                    s.personal.email = Some("ana@shop.example".into());
                },
            ),
            Example::no(
                r#"{"condition":"email","operator":"contains","value":"+test"}"#,
                "ana@shop.example",
                |s| {
                    s.personal.email = Some("ana@shop.example".into());
                },
            ),
            Example::yes(r#"{"condition":"email","operator":"exists"}"#, "has an email address", |s| {
                s.facts.has_email = true
            }),
            Example::yes(
                r#"{"condition":"email","operator":"not_exists"}"#,
                "has only a phone number",
                |s| s.facts.has_phone = true,
            ),
        ]
    }
}
