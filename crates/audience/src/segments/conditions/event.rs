//! Who did something in the shop: an event by its name.

use crate::events::CallKind;
use crate::segments::did::{Did, FIELDS, OF_EVENT};
use crate::segments::sample::Example;
use crate::segments::spec::{ConditionSpec, Field, FieldKind};

const NAME: Field = Field { name: "event", title: "Name", kind: FieldKind::EventName };

/// The member.
pub static EVENT: Did = Did {
    spec: ConditionSpec {
        id: "event",
        title: "Event",
        help: "What the contact did in the shop, also before it was known who it was: an event by its name, how \
               often, since when, with which properties, and what a property adds up to. Windows are exact to the \
               millisecond. Texts must be the same, capitals included; a list has several values, of which one is \
               enough.",
        slow: false,
        operators: OF_EVENT,
        fields: &{
            let [a, b, c, d, e, f, g, h, i] = FIELDS;
            [NAME, a, b, c, d, e, f, g, h, i]
        },
    },
    kind: CallKind::Track,
    name: None,
    total_of: None,
    says: ("did", "did not do", "anything"),
    events: &["event.tracked", "visitors.linked"],
    examples,
};

fn examples() -> Vec<Example> {
    vec![
        Example::yes(
            r#"{"condition":"event","operator":"did","event":"Product Viewed","in_last_days":7}"#,
            "viewed a product 2 days ago",
            |s| s.deed("Product Viewed", 2, r#"{"price":19.9}"#),
        ),
        Example::no(
            r#"{"condition":"event","operator":"did","event":"Product Viewed","in_last_days":7}"#,
            "viewed a product 7 days ago to the millisecond",
            |s| s.deed("Product Viewed", 7, "{}"),
        ),
        Example::yes(
            r#"{"condition":"event","operator":"did_not","event":"Order Completed","in_last_days":90}"#,
            "viewed a product and bought nothing",
            |s| s.deed("Product Viewed", 2, "{}"),
        ),
        Example::yes(
            r#"{"condition":"event","operator":"did","event":"Order Completed","at_least":2,"total_of":"total","total_at_least":30}"#,
            "ordered twice, for 20 and 10",
            |s| {
                s.deed("Order Completed", 2, r#"{"total":20}"#);
                s.deed("Order Completed", 9, r#"{"total":"10.00"}"#);
            },
        ),
        Example::no(
            r#"{"condition":"event","operator":"did","event":"Order Completed","at_most":1}"#,
            "ordered twice",
            |s| {
                s.deed("Order Completed", 2, "{}");
                s.deed("Order Completed", 9, "{}");
            },
        ),
        Example::yes(
            r#"{"condition":"event","operator":"did","event":"Order Completed","at_least":0,"at_most":1}"#,
            "never ordered",
            |_| {},
        ),
        Example::yes(
            r#"{"condition":"event","operator":"did","event":"Order Completed","where":[{"property":"products.sku","operator":"equals","value":"B"},{"property":"gift","operator":"not_exists"}]}"#,
            "ordered A and B",
            |s| s.deed("Order Completed", 1, r#"{"products":[{"sku":"A"},{"sku":"B"}]}"#),
        ),
        Example::no(
            r#"{"condition":"event","operator":"did","event":"Order Completed","where":[{"property":"products.price","operator":"greater_than","value":20}]}"#,
            "ordered for 20 and for 5",
            |s| s.deed("Order Completed", 1, r#"{"products":[{"price":20},{"price":5}]}"#),
        ),
    ]
}
