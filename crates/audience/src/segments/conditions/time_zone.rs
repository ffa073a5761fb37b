//! The time zone a contact lives in.

use crate::segments::fact_word::{FactWord, WORD_OPERATORS};
use crate::segments::sample::Example;
use crate::segments::spec::{ConditionSpec, Field, FieldKind};

/// The member.
pub static TIME_ZONE: FactWord = FactWord {
    spec: ConditionSpec {
        id: "time_zone",
        title: "Time zone",
        help: "The contact’s time zone, as a name of the IANA list. “Is none of” includes contacts whose zone is not known.",
        slow: false,
        operators: WORD_OPERATORS,
        fields: &[Field { name: "values", title: "Time zones", kind: FieldKind::TimeZones }],
    },
    noun: "time zone",
    word: |facts| facts.time_zone.as_deref(),
    covers: |wanted, word| wanted == word,
    say: str::to_owned,
    examples,
};

fn examples() -> Vec<Example> {
    vec![
        Example::yes(
            r#"{"condition":"time_zone","operator":"is_any_of","values":["Asia/Singapore","Europe/Warsaw"]}"#,
            "lives by Asia/Singapore",
            |s| {
                s.facts.time_zone = Some("Asia/Singapore".into());
            },
        ),
        Example::no(r#"{"condition":"time_zone","operator":"exists"}"#, "zone not known", |_| {}),
        Example::yes(r#"{"condition":"time_zone","operator":"not_exists"}"#, "zone not known", |_| {}),
    ]
}
