//! Who unsubscribed by a message.

use crate::segments::engagement::Touch;
use crate::segments::message_touch::{CAMPAIGN, IN_LAST_DAYS, MessageTouch};
use crate::segments::sample::Example;
use crate::segments::spec::{ConditionSpec, Operator};

const FIELDS: &[&str] = &["campaign", "in_last_days"];

/// The member.
pub static MESSAGE_UNSUBSCRIBED: MessageTouch = MessageTouch {
    spec: ConditionSpec {
        id: "message_unsubscribed",
        title: "Unsubscribed by a message",
        help: "Whether a message led to an unsubscribe. Who is unsubscribed now, however it came, is a matter of the condition “consent”. Windows are whole days in UTC.",
        slow: false,
        operators: &[
            Operator::with("did", "unsubscribed", &[], FIELDS),
            Operator::with("did_not", "did not unsubscribe", &[], FIELDS),
        ],
        fields: &[CAMPAIGN, IN_LAST_DAYS],
    },
    touches: &[Touch::Unsubscribed],
    touches_by_anybody: &[Touch::Unsubscribed],
    verb: ("unsubscribed by a message", "did not unsubscribe by a message"),
    event: &["message.unsubscribed"],
    examples,
};

fn examples() -> Vec<Example> {
    vec![
        Example::yes(
            r#"{"condition":"message_unsubscribed","operator":"did"}"#,
            "it happened yesterday",
            |s| s.touch(Touch::Unsubscribed, None, 1),
        ),
        Example::yes(
            r#"{"condition":"message_unsubscribed","operator":"did_not","campaign":"cmp_0000000000002"}"#,
            "it happened in another campaign",
            |s| s.touch(Touch::Unsubscribed, None, 1),
        ),
        Example::no(
            r#"{"condition":"message_unsubscribed","operator":"did","in_last_days":5}"#,
            "it happened 6 days ago",
            |s| s.touch(Touch::Unsubscribed, None, 6),
        ),
    ]
}
