//! Who viewed a page of the shop, by its name or any.

use crate::events::CallKind;
use crate::segments::did::{Did, OF_VIEW, VIEW_FIELDS};
use crate::segments::sample::Example;
use crate::segments::spec::ConditionSpec;

/// The member.
pub static PAGE_VIEWED: Did = Did {
    spec: ConditionSpec {
        id: "page_viewed",
        title: "Page viewed",
        help: "Whether a page of the shop was viewed, by its name or any, how often, since when, with which properties (its path and title are properties). \
               Windows are exact to the millisecond.",
        slow: false,
        operators: OF_VIEW,
        fields: VIEW_FIELDS,
    },
    kind: CallKind::Page,
    name: None,
    total_of: None,
    says: ("viewed the page", "did not view the page", "whatever its name"),
    events: &["page.viewed", "visitors.linked"],
    examples,
};

fn examples() -> Vec<Example> {
    vec![
        Example::yes(
            r#"{"condition":"page_viewed","operator":"did","at_least":2,"in_last_days":7}"#,
            "viewed two pages",
            |s| {
                s.view(CallKind::Page, "Home", 1, "{}");
                s.view(CallKind::Page, "Cart", 2, "{}");
            },
        ),
        Example::no(
            r#"{"condition":"page_viewed","operator":"did","name":"Cart","where":[{"property":"path","operator":"equals","value":"/cart"}]}"#,
            "viewed another page with that path",
            |s| s.view(CallKind::Page, "Home", 1, r#"{"path":"/cart"}"#),
        ),
        Example::yes(
            r#"{"condition":"page_viewed","operator":"did_not","name":"Cart","in_last_days":7}"#,
            "viewed the cart 8 days ago",
            |s| s.view(CallKind::Page, "Cart", 8, "{}"),
        ),
    ]
}
