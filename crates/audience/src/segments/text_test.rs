//! Comparing texts, and conditions on sealed text fields, which differ only in the field.
//!
//! Case never matters. A comparison that says "not" holds also for contacts without the field: it is the
//! exact opposite of its positive form.

use super::columns::Column;
use super::conditions::{Condition, Listens, Reads};
use super::engine::Bits;
use super::evaluate::{ContactView, SetContext};
use super::names::Names;
use super::sample::Example;
use super::spec::{Args, ConditionSpec, Field, FieldKind, Operator};
use super::words;
use crate::contacts::model::{Facts, PersonalFields};
use kernel::{Fault, Result};
use std::borrow::Cow;

/// Ways to compare texts.
pub const TEXT_OPERATORS: &[Operator] = &[
    Operator::new("equals", "is", &["value"]),
    Operator::new("not_equals", "is not", &["value"]),
    Operator::new("is_any_of", "is any of", &["values"]),
    Operator::new("contains", "contains", &["value"]),
    Operator::new("not_contains", "does not contain", &["value"]),
    Operator::new("starts_with", "begins with", &["value"]),
    Operator::new("ends_with", "ends with", &["value"]),
    Operator::new("exists", "is known", &[]),
    Operator::new("not_exists", "is not known", &[]),
];

/// Fields of [`TEXT_OPERATORS`].
pub const TEXT_FIELDS: &[Field] = &[
    Field { name: "value", title: "Text", kind: FieldKind::Text },
    Field { name: "values", title: "Texts", kind: FieldKind::Texts },
];

/// A column that says who has the field at all, and the same asked of one contact's facts.
type Known = (Column, fn(&Facts) -> bool);

/// Compares a text that is there, by an operator's word without its `not_`.
pub fn compare(operator: &str, text: &str, wanted: &str) -> bool {
    match operator {
        "equals" => text == wanted,
        "contains" => text.contains(wanted),
        "starts_with" => text.starts_with(wanted),
        "ends_with" => text.ends_with(wanted),
        _ => false,
    }
}

/// An operator's positive form, and whether it was negated.
pub fn positive(operator: &'static str) -> (&'static str, bool) {
    operator.strip_prefix("not_").map_or((operator, false), |positive| (positive, true))
}

/// `is “Paris”`, `does not contain “x”`, `is “a” or “b”`, `is known`.
pub fn phrase(args: &Args) -> String {
    let value = || format!("“{}”", args.written("value"));
    match args.operator() {
        "is_any_of" => format!("is {}", words::alternatives(&words::quoted(args.texts("values")), "or")),
        "exists" => "is known".into(),
        "not_exists" => "is not known".into(),
        word => {
            let title = TEXT_OPERATORS.iter().find(|o| o.word == word).map_or(word, |o| o.title);
            format!("{title} {}", value())
        }
    }
}

/// A condition on a text among the personal fields.
pub trait SealedText: Sync {
    /// Its form; operators and fields are those of this module.
    fn form(&self) -> &'static ConditionSpec;
    /// What it is called in sentences.
    fn noun(&self, args: &Args) -> &'static str;
    /// The text, if known.
    fn text<'p>(&self, args: &Args, personal: &'p PersonalFields) -> Option<Cow<'p, str>>;
    /// A text in the form in which it is compared.
    fn normal(&self, text: &str) -> String {
        text.to_lowercase()
    }
    /// A column of everybody whose text is known, and the same for one contact.
    fn known(&self) -> Option<Known> {
        None
    }
    /// Examples.
    fn samples(&self) -> Vec<Example>;
}

/// [`SealedText::known`], if that is all the arguments ask for.
fn asks_known<T: SealedText>(condition: &T, args: &Args) -> Option<Known> {
    condition.known().filter(|_| matches!(args.operator(), "exists" | "not_exists"))
}

impl<T: SealedText> Condition for T {
    fn spec(&self) -> &'static ConditionSpec {
        self.form()
    }

    fn reads(&self, args: &Args, _: &Names) -> Reads {
        if asks_known(self, args).is_some() { Reads::Columns } else { Reads::Sealed }
    }

    fn columns(&self, facts: &Facts, cells: &mut super::columns::Cells) {
        if let Some((column, _)) = self.known().filter(|(_, is_known)| is_known(facts)) {
            cells.mark(column);
        }
    }

    fn set(&self, args: &Args, cx: &mut SetContext<'_, '_>) -> Result<Bits> {
        let Some((column, _)) = asks_known(self, args) else {
            return Err(Fault::new("a condition on a sealed field was asked for a set").into());
        };
        let known = cx.present(column)?;
        Ok(cx.or_others(known, args.operator() == "not_exists"))
    }

    fn holds(&self, args: &Args, contact: &ContactView<'_>) -> bool {
        let (operator, negated) = positive(args.operator());
        if let Some((_, is_known)) = asks_known(self, args) {
            return is_known(contact.facts) != negated;
        }
        let text = contact.personal.and_then(|p| self.text(args, p));
        let holds = text.is_some_and(|text| {
            let text = self.normal(&text);
            match operator {
                "exists" => true,
                "is_any_of" => args.texts("values").iter().any(|v| self.normal(v) == text),
                word => compare(word, &text, &self.normal(args.text("value").unwrap_or_default())),
            }
        });
        holds != negated
    }

    fn listens(&self, _: &Args) -> Listens {
        Listens::CONTACT
    }

    fn sentence(&self, args: &Args, _: &Names) -> String {
        format!("{} {}", self.noun(args), phrase(args))
    }

    fn why(&self, args: &Args, contact: &ContactView<'_>) -> String {
        match contact.personal.and_then(|p| self.text(args, p)) {
            Some(text) => format!("{} is “{text}”", self.noun(args)),
            None => format!("{} is not known", self.noun(args)),
        }
    }

    fn examples(&self) -> Vec<Example> {
        self.samples()
    }
}
