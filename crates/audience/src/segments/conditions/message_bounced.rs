//! Whose message came back.

use crate::segments::engagement::Touch;
use crate::segments::message_touch::{CAMPAIGN, IN_LAST_DAYS, MessageTouch};
use crate::segments::sample::Example;
use crate::segments::spec::{ConditionSpec, Operator};

const FIELDS: &[&str] = &["campaign", "in_last_days"];

/// The member.
pub static MESSAGE_BOUNCED: MessageTouch = MessageTouch {
    spec: ConditionSpec {
        id: "message_bounced",
        title: "A message bounced",
        help: "Whether a message came back as undeliverable after it was handed over. Who was refused at once is in the condition “consent”, status bounced. Windows are whole days in UTC.",
        slow: false,
        operators: &[
            Operator::with("did", "had a bounce", &[], FIELDS),
            Operator::with("did_not", "had no bounce", &[], FIELDS),
        ],
        fields: &[CAMPAIGN, IN_LAST_DAYS],
    },
    touches: &[Touch::Bounced],
    touches_by_anybody: &[Touch::Bounced],
    verb: ("had a message bounce", "had no message bounce"),
    event: &["message.bounced"],
    examples,
};

fn examples() -> Vec<Example> {
    vec![
        Example::yes(r#"{"condition":"message_bounced","operator":"did"}"#, "it happened yesterday", |s| {
            s.touch(Touch::Bounced, None, 1)
        }),
        Example::yes(
            r#"{"condition":"message_bounced","operator":"did_not","campaign":"cmp_0000000000002"}"#,
            "it happened in another campaign",
            |s| s.touch(Touch::Bounced, None, 1),
        ),
        Example::no(
            r#"{"condition":"message_bounced","operator":"did","in_last_days":5}"#,
            "it happened 6 days ago",
            |s| s.touch(Touch::Bounced, None, 6),
        ),
    ]
}
