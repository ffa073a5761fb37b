//! Who marked a message as spam.

use crate::segments::engagement::Touch;
use crate::segments::message_touch::{CAMPAIGN, IN_LAST_DAYS, MessageTouch};
use crate::segments::sample::Example;
use crate::segments::spec::{ConditionSpec, Operator};

const FIELDS: &[&str] = &["campaign", "in_last_days"];

/// The member.
pub static MESSAGE_COMPLAINED: MessageTouch = MessageTouch {
    spec: ConditionSpec {
        id: "message_complained",
        title: "Complained about a message",
        help: "Whether a message was marked as spam and the provider reported it. Windows are whole days in UTC.",
        slow: false,
        operators: &[
            Operator::with("did", "complained", &[], FIELDS),
            Operator::with("did_not", "did not complain", &[], FIELDS),
        ],
        fields: &[CAMPAIGN, IN_LAST_DAYS],
    },
    touches: &[Touch::Complained],
    touches_by_anybody: &[Touch::Complained],
    verb: ("complained about a message", "did not complain about a message"),
    event: &["message.complained"],
    examples,
};

fn examples() -> Vec<Example> {
    vec![
        Example::yes(
            r#"{"condition":"message_complained","operator":"did"}"#,
            "it happened yesterday",
            |s| s.touch(Touch::Complained, None, 1),
        ),
        Example::yes(
            r#"{"condition":"message_complained","operator":"did_not","campaign":"cmp_0000000000002"}"#,
            "it happened in another campaign",
            |s| s.touch(Touch::Complained, None, 1),
        ),
        Example::no(
            r#"{"condition":"message_complained","operator":"did","in_last_days":5}"#,
            "it happened 6 days ago",
            |s| s.touch(Touch::Complained, None, 6),
        ),
    ]
}
