//! Who viewed a screen of the app, by its name or any.

use crate::events::CallKind;
use crate::segments::did::{Did, OF_VIEW, VIEW_FIELDS};
use crate::segments::sample::Example;
use crate::segments::spec::ConditionSpec;

/// The member.
pub static SCREEN_VIEWED: Did = Did {
    spec: ConditionSpec {
        id: "screen_viewed",
        title: "Screen viewed",
        help: "Whether a screen of the app was viewed, by its name or any, how often, since when, with which properties (as the app sends them). \
               Windows are exact to the millisecond.",
        slow: false,
        operators: OF_VIEW,
        fields: VIEW_FIELDS,
    },
    kind: CallKind::Screen,
    name: None,
    total_of: None,
    says: ("viewed the screen", "did not view the screen", "whatever its name"),
    events: &["screen.viewed", "visitors.linked"],
    examples,
};

fn examples() -> Vec<Example> {
    vec![
        Example::yes(
            r#"{"condition":"screen_viewed","operator":"did","at_least":2,"in_last_days":7}"#,
            "viewed two screens",
            |s| {
                s.view(CallKind::Screen, "Home", 1, "{}");
                s.view(CallKind::Screen, "Cart", 2, "{}");
            },
        ),
        Example::no(
            r#"{"condition":"screen_viewed","operator":"did","name":"Cart","where":[{"property":"path","operator":"equals","value":"/cart"}]}"#,
            "viewed another screen with that path",
            |s| s.view(CallKind::Screen, "Home", 1, r#"{"path":"/cart"}"#),
        ),
        Example::yes(
            r#"{"condition":"screen_viewed","operator":"did_not","name":"Cart","in_last_days":7}"#,
            "viewed the cart 8 days ago",
            |s| s.view(CallKind::Screen, "Cart", 8, "{}"),
        ),
    ]
}
