//! The country a contact lives in.

use crate::contacts::model::Country;
use crate::segments::fact_word::{FactWord, WORD_OPERATORS};
use crate::segments::sample::Example;
use crate::segments::spec::{ConditionSpec, Field, FieldKind};

/// The member.
pub static COUNTRY: FactWord = FactWord {
    spec: ConditionSpec {
        id: "country",
        title: "Country",
        help: "Where the contact lives, by the two letters of ISO 3166-1. “Is none of” includes contacts whose country is not known.",
        slow: false,
        operators: WORD_OPERATORS,
        fields: &[Field { name: "values", title: "Countries", kind: FieldKind::Countries }],
    },
    noun: "country",
    word: |facts| facts.country.as_ref().map(|c| c.as_str()),
    covers: |wanted, word| wanted == word,
    say: crate::segments::words::country_name,
    examples,
};

fn examples() -> Vec<Example> {
    vec![
        Example::yes(
            r#"{"condition":"country","operator":"is_any_of","values":["SG","MY"]}"#,
            "lives in Singapore",
            |s| {
                s.facts.country = Country::parse("SG");
            },
        ),
        Example::no(
            r#"{"condition":"country","operator":"is_any_of","values":["sg"]}"#,
            "country not known",
            |_| {},
        ),
        Example::yes(
            r#"{"condition":"country","operator":"is_none_of","values":["SG"]}"#,
            "country not known",
            |_| {},
        ),
        Example::no(r#"{"condition":"country","operator":"not_exists"}"#, "lives in Malaysia", |s| {
            s.facts.country = Country::parse("MY");
        }),
    ]
}
