//! Who ordered in the shop: an event by the name that the e-commerce events of Segment's specification give it.
//! Orders are counted as they were placed; what was refunded later is an event of its own.

use crate::events::CallKind;
use crate::segments::did::Did;
use crate::segments::sample::Example;
use crate::segments::spec::{ConditionSpec, Field, FieldKind, Operator};

/// Name of the event of an order (Segment's e-commerce specification, version 2).
const ORDER_COMPLETED: &str = "Order Completed";

const BOUGHT: &[&str] = &[
    "at_least",
    "at_most",
    "in_last_days",
    "since",
    "until",
    "product_id",
    "sku",
    "category",
    "where",
    "total_at_least",
    "total_at_most",
    "average_at_least",
    "average_at_most",
];
const NOT_BOUGHT: &[&str] = &["in_last_days", "since", "until", "product_id", "sku", "category", "where"];

/// The member.
pub static PURCHASE: Did = Did {
    spec: ConditionSpec {
        id: "purchase",
        title: "Purchase",
        help: "Whether the contact ordered (the event Order Completed): how often, since when, which product or \
               category, for how much in all and on the average. Sums are of the property total, in the currency \
               of the order; refunds are not taken off. Windows are exact to the millisecond.",
        slow: false,
        operators: &[
            Operator::with("did", "bought", &[], BOUGHT),
            Operator::with("did_not", "did not buy", &[], NOT_BOUGHT),
        ],
        fields: &[
            Field { name: "at_least", title: "At least so many orders", kind: FieldKind::Count },
            Field { name: "at_most", title: "At most so many orders", kind: FieldKind::Count },
            Field { name: "in_last_days", title: "In the last days", kind: FieldKind::Days },
            Field { name: "since", title: "Not before", kind: FieldKind::Instant },
            Field { name: "until", title: "Before", kind: FieldKind::Instant },
            Field { name: "product_id", title: "Id of a product", kind: FieldKind::Text },
            Field { name: "sku", title: "Stock keeping unit", kind: FieldKind::Text },
            Field { name: "category", title: "Category of a product", kind: FieldKind::Text },
            Field { name: "where", title: "With properties", kind: FieldKind::Filters },
            Field { name: "total_at_least", title: "Sum of all at least", kind: FieldKind::Amount },
            Field { name: "total_at_most", title: "Sum of all at most", kind: FieldKind::Amount },
            Field { name: "average_at_least", title: "Average at least", kind: FieldKind::Amount },
            Field { name: "average_at_most", title: "Average at most", kind: FieldKind::Amount },
        ],
    },
    kind: CallKind::Track,
    name: Some(ORDER_COMPLETED),
    total_of: Some("total"),
    says: ("bought", "did not buy", "anything"),
    events: &["event.tracked", "visitors.linked"],
    examples,
};

fn examples() -> Vec<Example> {
    vec![
        Example::yes(
            r#"{"condition":"purchase","operator":"did","at_least":2,"in_last_days":90}"#,
            "ordered twice",
            |s| {
                s.deed(ORDER_COMPLETED, 2, r#"{"total":20}"#);
                s.deed(ORDER_COMPLETED, 80, r#"{"total":10}"#);
            },
        ),
        Example::no(r#"{"condition":"purchase","operator":"did"}"#, "put something into the cart", |s| {
            s.deed("Product Added", 1, r#"{"price":20}"#)
        }),
        Example::yes(
            r#"{"condition":"purchase","operator":"did_not","in_last_days":30}"#,
            "ordered 31 days ago",
            |s| s.deed(ORDER_COMPLETED, 31, "{}"),
        ),
        Example::yes(
            r#"{"condition":"purchase","operator":"did","product_id":"632910392"}"#,
            "ordered a product whose id was sent as a number",
            |s| s.deed(ORDER_COMPLETED, 1, r#"{"products":[{"product_id":1},{"product_id":632910392}]}"#),
        ),
        Example::no(
            r#"{"condition":"purchase","operator":"did","sku":"B-1","category":"Scarves"}"#,
            "ordered another thing of that category",
            |s| s.deed(ORDER_COMPLETED, 1, r#"{"products":[{"sku":"B-2","category":"Scarves"}]}"#),
        ),
        Example::yes(
            r#"{"condition":"purchase","operator":"did","total_at_least":30,"average_at_most":15}"#,
            "ordered for 20 and for 10",
            |s| {
                s.deed(ORDER_COMPLETED, 2, r#"{"total":20}"#);
                s.deed(ORDER_COMPLETED, 9, r#"{"total":"10.00"}"#);
            },
        ),
        Example::no(
            r#"{"condition":"purchase","operator":"did","average_at_least":15.01}"#,
            "ordered for 20 and for 10",
            |s| {
                s.deed(ORDER_COMPLETED, 2, r#"{"total":20}"#);
                s.deed(ORDER_COMPLETED, 9, r#"{"total":10}"#);
            },
        ),
        Example::no(
            r#"{"condition":"purchase","operator":"did","at_least":0,"average_at_least":0}"#,
            "never ordered, so there is no average",
            |_| {},
        ),
    ]
}
