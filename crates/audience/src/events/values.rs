//! Values of an event's properties, flat: what filters and sums can ask for. Pure.
//!
//! Nested objects are reached by dots (`address.city`); elements of a list have the list's own path, so that
//! `products.sku` has one value for each product. Both faces of a condition read documents through this module
//! alone, so its limits are the same for both.

use serde_json::Value as Json;

/// Values of one event that can be asked for; what comes after is passed over.
pub const VALUES_MAX: usize = 100;
/// Objects and lists within each other.
pub const DEPTH_MAX: usize = 5;
/// Longest path, in bytes; longer ones are passed over.
pub const PATH_MAX: usize = 200;
/// Characters of a text that count.
pub const TEXT_MAX: usize = 200;
/// Numbers are kept in ten-thousandths, so that sums do not depend on their order.
pub const SCALE: i64 = 10_000;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PropertyValue {
    /// In ten-thousandths.
    Number(i64),
    /// A text, or `true` or `false`.
    Text(String),
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Names joined by dots.
    pub path: String,
    /// The value.
    pub value: PropertyValue,
}

/// Values of a call's `properties`, in the order of their paths. A text that is a number is one of each.
pub fn values(document: &Json) -> Vec<Property> {
    let mut found = Vec::new();
    collect("", &document["properties"], 0, &mut found);
    found.truncate(VALUES_MAX);
    found
}

fn collect(path: &str, value: &Json, depth: usize, found: &mut Vec<Property>) {
    if depth > DEPTH_MAX || found.len() >= VALUES_MAX {
        return;
    }
    match value {
        Json::Null => {}
        Json::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                if path.len() <= PATH_MAX {
                    collect(&path, value, depth + 1, found);
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|item| collect(path, item, depth + 1, found)),
        _ if path.is_empty() => {}
        scalar => found.extend(of_scalar(scalar).map(|value| Property { path: path.to_owned(), value })),
    }
}

/// What a scalar counts as: a number, a text, or both.
pub fn of_scalar(value: &Json) -> impl Iterator<Item = PropertyValue> {
    let text = match value {
        Json::Bool(flag) => Some(flag.to_string()),
        Json::String(text) => Some(shortened(text)),
        _ => None,
    };
    let number = match value {
        Json::Number(number) => number.as_i64().and_then(whole).or_else(|| number.as_f64().and_then(scaled)),
        Json::String(text) => number_in(text),
        _ => None,
    };
    let text = text.filter(|t| !t.is_empty()).map(PropertyValue::Text);
    number.map(PropertyValue::Number).into_iter().chain(text)
}

fn shortened(text: &str) -> String {
    text.trim().chars().take(TEXT_MAX).collect()
}

/// A number written as text, as shops send prices.
fn number_in(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = |t: &str| t.starts_with(|c: char| c.is_ascii_digit());
    let looks = text.len() <= 30 && digits(text.strip_prefix('-').unwrap_or(text));
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
    (looks && plain).then(|| text.parse::<f64>().ok()).flatten().and_then(scaled)
}

fn whole(number: i64) -> Option<i64> {
    number.checked_mul(SCALE)
}

/// In ten-thousandths, rounded; `None` for what is too large to be kept so.
pub fn scaled(number: f64) -> Option<i64> {
    let scaled = (number * SCALE as f64).round();
    (scaled.abs() < 9e18).then_some(scaled as i64)
}

/// As people write it.
pub fn written(scaled: i64) -> String {
    let (whole, rest) = (scaled / SCALE, (scaled % SCALE).abs());
    let sign = if scaled < 0 && whole == 0 { "-" } else { "" };
    match rest {
        0 => format!("{whole}"),
        rest => format!("{sign}{whole}.{rest:04}").trim_end_matches('0').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn flat(properties: Json) -> Vec<(String, String)> {
        values(&json!({ "properties": properties, "context": { "page": "not asked" } }))
            .into_iter()
            .map(|p| match p.value {
                PropertyValue::Number(n) => (p.path, written(n)),
                PropertyValue::Text(text) => (p.path, format!("“{text}”")),
            })
            .collect()
    }

    #[test]
    fn nested_objects_and_lists_become_paths_with_one_or_many_values() {
        let said = json!({ "total": 19.99, "gift": true, "note": null, "address": { "city": " Ipoh " },
            "products": [{ "sku": "A", "price": "5.50" }, { "sku": "B", "price": -3 }] });
        let expected = [
            ("address.city", "“Ipoh”"),
            ("gift", "“true”"),
            ("products.price", "5.5"),
            ("products.price", "“5.50”"),
            ("products.sku", "“A”"),
            ("products.price", "-3"),
            ("products.sku", "“B”"),
            ("total", "19.99"),
        ];
        assert_eq!(flat(said), expected.map(|(p, v)| (p.to_owned(), v.to_owned())));
    }

    #[test]
    fn numbers_are_exact_to_four_decimals_and_what_is_no_number_is_none() {
        let number = |value: Json| of_scalar(&value).find(|v| matches!(v, PropertyValue::Number(_)));
        let is = |n: i64| Some(PropertyValue::Number(n));
        assert_eq!(number(json!(0.1)), is(1_000));
        assert_eq!(number(json!(1_234_567.891_23)), is(12_345_678_912));
        assert_eq!(number(json!("-0.5")), is(-5_000));
        for none in [json!("1e9"), json!("12 apples"), json!("1.2.3"), json!(1e300), json!(true), json!("")] {
            assert_eq!(number(none.clone()), None, "{none}");
        }
        assert_eq!(
            [written(-5_000), written(-15_000), written(20_000), written(7)],
            ["-0.5", "-1.5", "2", "0.0007"]
        );
    }

    #[test]
    fn depth_number_and_length_have_limits() {
        let deep = (0..20).fold(json!(1), |inner, _| json!({ "a": inner }));
        assert!(flat(deep).is_empty());
        assert_eq!(flat(json!({ "list": (0..1_000).collect::<Vec<_>>() })).len(), VALUES_MAX);
        assert!(flat(json!({ "n".repeat(300): 1 })).is_empty());
        assert_eq!(flat(json!({ "t": "x".repeat(300) }))[0].1.chars().count(), TEXT_MAX + 2);
    }
}
