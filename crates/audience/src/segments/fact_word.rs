//! Conditions on one word among the facts (country, language, …), which differ only in the word.

use super::columns::{Cells, Column};
use super::conditions::{Condition, Listens, Reads};
use super::engine::Bits;
use super::evaluate::{ContactView, SetContext};
use super::names::Names;
use super::sample::Example;
use super::spec::{Args, ConditionSpec, Operator};
use super::words;
use crate::contacts::model::Facts;
use kernel::Result;

/// Ways to compare a word. "None of" and "not known" are the opposites of the others.
pub const WORD_OPERATORS: &[Operator] = &[
    Operator::new("is_any_of", "is any of", &["values"]),
    Operator::new("is_none_of", "is none of", &["values"]),
    Operator::new("exists", "is known", &[]),
    Operator::new("not_exists", "is not known", &[]),
];

/// A condition on one word among the facts.
pub struct FactWord {
    /// Its form; operators are [`WORD_OPERATORS`], the field is `values`.
    pub spec: ConditionSpec,
    /// What it is called in sentences.
    pub noun: &'static str,
    /// The word, if known.
    pub word: fn(&Facts) -> Option<&str>,
    /// Whether a wanted word covers a contact's word.
    pub covers: fn(wanted: &str, word: &str) -> bool,
    /// A wanted word as people say it.
    pub say: fn(&str) -> String,
    /// Examples.
    pub examples: fn() -> Vec<Example>,
}

impl FactWord {
    fn column(&self) -> Column {
        Column(self.spec.id, None)
    }

    fn lists(&self, args: &Args, word: &str) -> bool {
        args.texts("values").iter().any(|wanted| (self.covers)(wanted, word))
    }
}

impl Condition for FactWord {
    fn spec(&self) -> &ConditionSpec {
        &self.spec
    }

    fn reads(&self, _: &Args, _: &Names) -> Reads {
        Reads::Columns
    }

    fn columns(&self, facts: &Facts, cells: &mut Cells) {
        if let Some(word) = (self.word)(facts) {
            cells.text(self.column(), word);
        }
    }

    fn set(&self, args: &Args, cx: &mut SetContext<'_, '_>) -> Result<Bits> {
        let found = match args.operator() {
            "exists" | "not_exists" => cx.present(self.column())?,
            _ => cx.texts(self.column(), &|word| self.lists(args, word))?,
        };
        Ok(cx.or_others(found, matches!(args.operator(), "is_none_of" | "not_exists")))
    }

    fn holds(&self, args: &Args, contact: &ContactView<'_>) -> bool {
        let word = (self.word)(contact.facts);
        match args.operator() {
            "exists" => word.is_some(),
            "not_exists" => word.is_none(),
            "is_any_of" => word.is_some_and(|w| self.lists(args, w)),
            _ => !word.is_some_and(|w| self.lists(args, w)),
        }
    }

    fn listens(&self, _: &Args) -> Listens {
        Listens::CONTACT
    }

    fn sentence(&self, args: &Args, _: &Names) -> String {
        let values: Vec<String> = args.texts("values").iter().map(|v| (self.say)(v)).collect();
        let noun = self.noun;
        match args.operator() {
            "exists" => format!("{noun} is known"),
            "not_exists" => format!("{noun} is not known"),
            "is_any_of" => format!("{noun} is {}", words::alternatives(&values, "or")),
            _ => format!("{noun} is not {}", words::alternatives(&values, "or")),
        }
    }

    fn why(&self, _: &Args, contact: &ContactView<'_>) -> String {
        words::is_value(self.noun, (self.word)(contact.facts))
    }

    fn examples(&self) -> Vec<Example> {
        (self.examples)()
    }
}
