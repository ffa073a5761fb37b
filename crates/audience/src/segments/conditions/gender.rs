//! Gender, if it was given.

use crate::contacts::model::Gender;
use crate::segments::fact_word::{FactWord, WORD_OPERATORS};
use crate::segments::sample::Example;
use crate::segments::spec::{ConditionSpec, Field, FieldKind};

/// The member.
pub static GENDER: FactWord = FactWord {
    spec: ConditionSpec {
        id: "gender",
        title: "Gender",
        help: "Gender, if it was given. “Is none of” includes contacts who did not say.",
        slow: false,
        operators: WORD_OPERATORS,
        fields: &[Field {
            name: "values",
            title: "Genders",
            kind: FieldKind::Choices(&[("female", "Female"), ("male", "Male"), ("other", "Other")]),
        }],
    },
    noun: "gender",
    word: |facts| facts.gender.map(|g| g.as_str()),
    covers: |wanted, word| wanted == word,
    say: str::to_owned,
    examples,
};

fn examples() -> Vec<Example> {
    vec![
        Example::yes(
            r#"{"condition":"gender","operator":"is_any_of","values":["female","other"]}"#,
            "female",
            |s| {
                s.facts.gender = Some(Gender::Female);
            },
        ),
        Example::no(r#"{"condition":"gender","operator":"exists"}"#, "gender not given", |_| {}),
        Example::yes(
            r#"{"condition":"gender","operator":"is_none_of","values":["male"]}"#,
            "gender not given",
            |_| {},
        ),
    ]
}
