//! The language a contact reads.

use crate::segments::fact_word::{FactWord, WORD_OPERATORS};
use crate::segments::sample::Example;
use crate::segments::spec::{ConditionSpec, Field, FieldKind};

/// The member.
pub static LANGUAGE: FactWord = FactWord {
    spec: ConditionSpec {
        id: "language",
        title: "Language",
        help: "The contact’s language. A shorter tag includes the longer ones: zh includes zh-Hant. “Is none of” includes contacts whose language is not known.",
        slow: false,
        operators: WORD_OPERATORS,
        fields: &[Field { name: "values", title: "Languages", kind: FieldKind::Languages }],
    },
    noun: "language",
    word: |facts| facts.language.as_deref(),
    covers: includes,
    say: str::to_owned,
    examples,
};

/// True if `tag` is `wanted` or a longer form of it, in any case.
fn includes(wanted: &str, tag: &str) -> bool {
    match tag.as_bytes().split_at_checked(wanted.len()) {
        Some((head, rest)) => {
            head.eq_ignore_ascii_case(wanted.as_bytes()) && matches!(rest.first(), None | Some(b'-'))
        }
        None => false,
    }
}

fn examples() -> Vec<Example> {
    vec![
        Example::yes(
            r#"{"condition":"language","operator":"is_any_of","values":["zh"]}"#,
            "reads zh-Hant",
            |s| {
                s.facts.language = Some("zh-Hant".into());
            },
        ),
        Example::no(
            r#"{"condition":"language","operator":"is_any_of","values":["zh-Hant","en"]}"#,
            "reads zh",
            |s| {
                s.facts.language = Some("zh".into());
            },
        ),
        Example::yes(
            r#"{"condition":"language","operator":"is_none_of","values":["en"]}"#,
            "reads enm",
            |s| {
                s.facts.language = Some("enm".into());
            },
        ),
        Example::no(r#"{"condition":"language","operator":"exists"}"#, "language not known", |_| {}),
    ]
}
