//! Who was sent a message.

use crate::segments::engagement::Touch;
use crate::segments::message_touch::{CAMPAIGN, IN_LAST_DAYS, MessageTouch};
use crate::segments::sample::Example;
use crate::segments::spec::{ConditionSpec, Operator};

const FIELDS: &[&str] = &["campaign", "in_last_days"];

/// The member.
pub static MESSAGE_SENT: MessageTouch = MessageTouch {
    spec: ConditionSpec {
        id: "message_sent",
        title: "Was sent a message",
        help: "Whether a message of a campaign was accepted by the recipient’s mail server. Windows are whole days in UTC.",
        slow: false,
        operators: &[
            Operator::with("did", "was sent", &[], FIELDS),
            Operator::with("did_not", "was not sent", &[], FIELDS),
        ],
        fields: &[CAMPAIGN, IN_LAST_DAYS],
    },
    touches: &[Touch::Sent],
    touches_by_anybody: &[Touch::Sent],
    verb: ("was sent a message", "was not sent a message"),
    event: &["messages.settled"],
    examples,
};

fn examples() -> Vec<Example> {
    vec![
        Example::yes(
            r#"{"condition":"message_sent","operator":"did","campaign":"cmp_0000000000001"}"#,
            "was sent campaign 1",
            |s| s.touch(Touch::Sent, None, 3),
        ),
        Example::yes(
            r#"{"condition":"message_sent","operator":"did_not","campaign":"cmp_0000000000002"}"#,
            "was sent campaign 1",
            |s| s.touch(Touch::Sent, None, 3),
        ),
        Example::no(
            r#"{"condition":"message_sent","operator":"did","in_last_days":2}"#,
            "was sent a message 3 days ago",
            |s| s.touch(Touch::Sent, None, 3),
        ),
    ]
}
