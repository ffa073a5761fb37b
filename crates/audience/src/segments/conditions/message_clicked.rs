//! Who clicked in a message.

use crate::segments::engagement::Touch;
use crate::segments::message_touch::{BY, CAMPAIGN, IN_LAST_DAYS, LINK, MessageTouch};
use crate::segments::sample::Example;
use crate::segments::spec::{ConditionSpec, Operator};

const FIELDS: &[&str] = &["by", "campaign", "in_last_days", "link"];

/// The member.
pub static MESSAGE_CLICKED: MessageTouch = MessageTouch {
    spec: ConditionSpec {
        id: "message_clicked",
        title: "Clicked in a message",
        help: "Whether a link of a message was clicked. Clicks by machines (link scanners) count only if asked for. Windows are whole days in UTC.",
        slow: false,
        operators: &[
            Operator::with("did", "clicked", &[], FIELDS),
            Operator::with("did_not", "did not click", &[], FIELDS),
        ],
        fields: &[BY, CAMPAIGN, IN_LAST_DAYS, LINK],
    },
    touches: &[Touch::Clicked],
    touches_by_anybody: &[Touch::Clicked, Touch::ClickedByMachine],
    verb: ("clicked in a message", "did not click in a message"),
    event: &["message.clicked"],
    examples,
};

fn examples() -> Vec<Example> {
    vec![
        Example::yes(
            r#"{"condition":"message_clicked","operator":"did","campaign":"cmp_0000000000001","link":3}"#,
            "clicked link 3 of campaign 1",
            |s| s.touch(Touch::Clicked, Some(3), 1),
        ),
        Example::no(
            r#"{"condition":"message_clicked","operator":"did","campaign":"cmp_0000000000001","link":4}"#,
            "clicked link 3 of campaign 1",
            |s| s.touch(Touch::Clicked, Some(3), 1),
        ),
        Example::yes(
            r#"{"condition":"message_clicked","operator":"did_not","in_last_days":7}"#,
            "clicked 8 days ago",
            |s| s.touch(Touch::Clicked, Some(3), 8),
        ),
        Example::no(
            r#"{"condition":"message_clicked","operator":"did"}"#,
            "a scanner followed a link",
            |s| s.touch(Touch::ClickedByMachine, Some(0), 1),
        ),
    ]
}
