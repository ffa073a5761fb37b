//! Who opened a message.

use crate::segments::engagement::Touch;
use crate::segments::message_touch::{BY, CAMPAIGN, IN_LAST_DAYS, MessageTouch};
use crate::segments::sample::Example;
use crate::segments::spec::{ConditionSpec, Operator};

const FIELDS: &[&str] = &["by", "campaign", "in_last_days"];

/// The member.
pub static MESSAGE_OPENED: MessageTouch = MessageTouch {
    spec: ConditionSpec {
        id: "message_opened",
        title: "Opened a message",
        help: "Whether a message was opened. Opens by machines (mail privacy proxies) count only if asked for: they say nothing about the person. Windows are whole days in UTC.",
        slow: false,
        operators: &[
            Operator::with("did", "opened", &[], FIELDS),
            Operator::with("did_not", "did not open", &[], FIELDS),
        ],
        fields: &[BY, CAMPAIGN, IN_LAST_DAYS],
    },
    touches: &[Touch::Opened],
    touches_by_anybody: &[Touch::Opened, Touch::OpenedByMachine],
    verb: ("opened a message", "did not open a message"),
    event: &["message.opened"],
    examples,
};

fn examples() -> Vec<Example> {
    vec![
        Example::yes(
            r#"{"condition":"message_opened","operator":"did","in_last_days":30}"#,
            "opened a message 30 days ago",
            |s| s.touch(Touch::Opened, None, 30),
        ),
        Example::no(r#"{"condition":"message_opened","operator":"did"}"#, "a proxy opened a message", |s| {
            s.touch(Touch::OpenedByMachine, None, 1)
        }),
        Example::yes(
            r#"{"condition":"message_opened","operator":"did","by":"anybody"}"#,
            "a proxy opened a message",
            |s| s.touch(Touch::OpenedByMachine, None, 1),
        ),
        Example::yes(r#"{"condition":"message_opened","operator":"did_not"}"#, "nothing happened", |_| {}),
    ]
}
