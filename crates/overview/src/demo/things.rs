//! What is made besides people: segments, templates of the library, words of a campaign.

use serde_json::{Value, json};

/// Postal address in the footer of the demo's campaign.
pub const POSTAL_ADDRESS: &str = "1 Shop Street, Singapore 238801";
/// Templates of the library the store begins with; the second is the campaign's.
pub const TEMPLATES: &[&str] = &["welcome", "newsletter", "sale", "win_back"];

/// Saved segments: name, what it is for, rule.
pub fn segments() -> [(&'static str, &'static str, Value); 4] {
    let rule = |rule: Value| json!({ "version": 1, "rule": rule });
    [
        (
            "Gold members nearby",
            "For evenings in the shop.",
            rule(json!({ "all": [
                { "condition": "country", "operator": "is_any_of", "values": ["SG", "TW"] },
                { "condition": "attribute", "attribute": "loyalty_plan", "operator": "equals", "value": "gold" },
                { "not": { "condition": "tag", "operator": "has_any", "values": ["wholesale"] } }
            ] })),
        ),
        (
            "Many points",
            "Who could redeem something.",
            rule(
                json!({ "condition": "attribute", "attribute": "points", "operator": "at_least", "value": 7000 }),
            ),
        ),
        (
            "German speakers",
            "For letters in German.",
            rule(json!({ "condition": "language", "operator": "is_any_of", "values": ["de"] })),
        ),
        (
            "Workshop or gift card",
            "Who came for more than wool.",
            rule(json!({ "condition": "tag", "operator": "has_any", "values": ["workshop", "gift-card"] })),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use messaging::templates::library;

    #[test]
    fn what_is_made_can_be_made() {
        assert!(TEMPLATES.iter().all(|key| library::find(key).is_some()));
        for (name, _, rule) in segments() {
            audience::segments::Rule::parse(&rule).unwrap_or_else(|e| panic!("{name}: {e}"));
        }
    }
}
