//! Tests of an event's properties as rules write them: `[{"property":"price","operator":"at_least","value":20}]`.

use super::behaviour::query::wanted_value;
use super::behaviour::{PropertyFilter, Test};
use super::spec::TEXT_MAX;
use crate::events::values::PropertyValue;
use crate::events::values::{PATH_MAX, of_scalar, written};
use serde_json::{Map, Value as Json, json};

/// Most tests of one condition.
pub const FILTERS_MAX: usize = 10;

/// Words of comparisons with what they say, and whether they need a number, any value, or none.
const OPERATORS: &[(&str, &str, Needs)] = &[
    ("equals", "is", Needs::Scalar),
    ("not_equals", "is not", Needs::Scalar),
    ("less_than", "is less than", Needs::Number),
    ("at_most", "is at most", Needs::Number),
    ("greater_than", "is greater than", Needs::Number),
    ("at_least", "is at least", Needs::Number),
    ("exists", "is there", Needs::Nothing),
    ("not_exists", "is not there", Needs::Nothing),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    Number,
    Scalar,
}

/// A test as it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct WrittenFilter {
    property: String,
    operator: &'static str,
    value: Option<Json>,
    test: Test,
}

impl WrittenFilter {
    /// The test.
    pub fn filter(&self) -> PropertyFilter {
        PropertyFilter { property: self.property.clone(), test: self.test.clone() }
    }

    /// As in rules.
    pub fn to_json(&self) -> Json {
        let mut object = Map::new();
        object.insert("property".into(), self.property.as_str().into());
        object.insert("operator".into(), self.operator.into());
        object.extend(self.value.clone().map(|value| ("value".to_owned(), value)));
        object.into()
    }

    /// In English: `price is at least 20`.
    pub fn sentence(&self) -> String {
        let says = OPERATORS.iter().find(|(word, ..)| *word == self.operator).map_or("", |(_, says, _)| says);
        let value = match &self.value {
            None => String::new(),
            Some(Json::String(text)) => format!(" “{text}”"),
            Some(other) => match wanted_value(other) {
                Some(PropertyValue::Number(number)) => format!(" {}", written(number)),
                _ => format!(" {other}"),
            },
        };
        format!("{} {says}{value}", self.property)
    }
}

/// Reads tests. Errors: what would be right, to follow "x is ".
pub fn parse(value: &Json) -> Result<Vec<WrittenFilter>, String> {
    let items = value.as_array().filter(|items| (1..=FILTERS_MAX).contains(&items.len()));
    let items = items.ok_or_else(|| format!("a list of 1 to {FILTERS_MAX} tests of properties"))?;
    items.iter().map(parse_one).collect::<Result<_, _>>().map_err(|right| format!("a list; each has {right}"))
}

fn parse_one(item: &Json) -> Result<WrittenFilter, String> {
    let object = item.as_object().ok_or("a property and an operator")?;
    let unknown = object.keys().find(|key| !matches!(key.as_str(), "property" | "operator" | "value"));
    if let Some(key) = unknown {
        return Err(format!("property, operator and value; leave “{key}” out"));
    }
    let property = path(object.get("property").unwrap_or(&Json::Null))
        .map_err(|right| format!("a property: {right}"))?;
    let word = object.get("operator").and_then(Json::as_str).unwrap_or_default();
    let known = OPERATORS.iter().find(|(known, ..)| *known == word);
    let Some((operator, _, needs)) = known else {
        let words: Vec<&str> = OPERATORS.iter().map(|(word, ..)| *word).collect();
        return Err(format!("an operator: one of {}", words.join(", ")));
    };
    let value = object.get("value").cloned();
    let test = test(operator, *needs, value.as_ref())?;
    Ok(WrittenFilter { property, operator, value, test })
}

fn test(operator: &str, needs: Needs, value: Option<&Json>) -> Result<Test, String> {
    let number = || {
        let number = value.filter(|v| v.is_number()).and_then(|v| of_scalar(v).next());
        match number {
            Some(PropertyValue::Number(number)) => Ok(number),
            _ => Err(format!("a number as its value, for {operator}")),
        }
    };
    let scalar = || {
        let short = |v: &&Json| v.as_str().is_none_or(|text| text.chars().count() <= TEXT_MAX);
        let wanted = value.filter(short).and_then(wanted_value);
        wanted
            .ok_or_else(|| format!("a value: a number, true, false, or a text of 1 to {TEXT_MAX} characters"))
    };
    if needs == Needs::Nothing && value.is_some() {
        return Err(format!("no value with {operator}"));
    }
    Ok(match operator {
        "equals" => Test::Is(scalar()?),
        "not_equals" => Test::IsNot(scalar()?),
        "less_than" => Test::Between(i64::MIN, number()?.saturating_sub(1)),
        "at_most" => Test::Between(i64::MIN, number()?),
        "greater_than" => Test::Between(number()?.saturating_add(1), i64::MAX),
        "at_least" => Test::Between(number()?, i64::MAX),
        "exists" => Test::Exists,
        _ => Test::Absent,
    })
}

/// Reads the path of a property. Errors: what would be right, to follow "x is ".
pub fn path(value: &Json) -> Result<String, String> {
    let text = value.as_str().map(str::trim).filter(|t| !t.is_empty() && t.len() <= PATH_MAX);
    let names = text.filter(|t| !t.split('.').any(str::is_empty));
    names.map(str::to_owned).ok_or_else(|| "names joined by dots, such as products.sku".into())
}

/// JSON schema of tests.
pub(super) fn schema() -> Json {
    let of = |needs: Needs| -> Vec<&str> {
        OPERATORS.iter().filter(|(_, _, has)| *has == needs).map(|(word, ..)| *word).collect()
    };
    let property = || json!({"type": "string", "minLength": 1, "maxLength": PATH_MAX});
    let with = |operators: Vec<&str>, value: Json| {
        json!({"type": "object", "additionalProperties": false, "required": ["property", "operator", "value"],
            "properties": {"property": property(), "operator": {"enum": operators}, "value": value}})
    };
    let without = json!({"type": "object", "additionalProperties": false, "required": ["property", "operator"],
        "properties": {"property": property(), "operator": {"enum": of(Needs::Nothing)}}});
    json!({"type": "array", "minItems": 1, "maxItems": FILTERS_MAX, "items": {"oneOf": [
        with(of(Needs::Scalar), json!({"type": ["string", "number", "boolean"]})),
        with(of(Needs::Number), json!({"type": "number"})),
        without,
    ]}})
}
