//! The domain of the email address; sealed.

use crate::contacts::model::PersonalFields;
use crate::segments::sample::Example;
use crate::segments::spec::{Args, ConditionSpec};
use crate::segments::text_test::{SealedText, TEXT_FIELDS, TEXT_OPERATORS};
use std::borrow::Cow;

/// The member.
pub struct EmailDomain;

static SPEC: ConditionSpec = ConditionSpec {
    id: "email_domain",
    title: "Email domain",
    help: "Compares the part of the email address after the @. Addresses are sealed with each contact, so all contacts that other conditions leave over are opened one by one.",
    slow: true,
    operators: TEXT_OPERATORS,
    fields: TEXT_FIELDS,
};

impl SealedText for EmailDomain {
    fn form(&self) -> &'static ConditionSpec {
        &SPEC
    }

    fn noun(&self, _: &Args) -> &'static str {
        "email domain"
    }

    fn text<'p>(&self, _: &Args, personal: &'p PersonalFields) -> Option<Cow<'p, str>> {
        let (_, domain) = personal.email.as_deref()?.rsplit_once('@')?;
        Some(Cow::Borrowed(domain))
    }

    fn samples(&self) -> Vec<Example> {
        vec![
            Example::yes(
                r#"{"condition":"email_domain","operator":"equals","value":"gmail.com"}"#,
                "ana@gmail.com",
                |s| {
                    s.personal.email = Some("ana@gmail.com".into());
                },
            ),
            Example::yes(
                r#"{"condition":"email_domain","operator":"ends_with","value":".edu"}"#,
                "bo@mit.edu",
                |s| {
                    s.personal.email = Some("bo@mit.edu".into());
                },
            ),
            Example::no(
                r#"{"condition":"email_domain","operator":"is_any_of","values":["gmail.com","qq.com"]}"#,
                "no email address",
                |_| {},
            ),
        ]
    }
}
