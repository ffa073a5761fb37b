//! The JSON schema (2020-12) of rules, generated from the catalogue.

use super::conditions;
use super::model::{DEPTH_MAX, NODES_MAX, VERSION};
use super::spec::{ConditionSpec, Operator};
use serde_json::{Map, Value as Json, json};

/// The schema of a rule document.
pub fn rule_schema() -> Json {
    let conditions: Vec<Json> = conditions::all().iter().flat_map(|c| of_condition(c.spec())).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Segment rule",
        "description": format!(
            "At most {NODES_MAX} groups and conditions, nested at most {DEPTH_MAX} deep. \
             Everybody is {{\"condition\":\"everybody\"}}; an empty group is invalid."),
        "type": "object",
        "properties": { "version": { "const": VERSION }, "rule": { "$ref": "#/$defs/node" } },
        "required": ["version", "rule"],
        "additionalProperties": false,
        "$defs": {
            "node": { "oneOf": [
                group("all", json!({ "$ref": "#/$defs/nodes" })),
                group("any", json!({ "$ref": "#/$defs/nodes" })),
                group("not", json!({ "$ref": "#/$defs/node" })),
                { "$ref": "#/$defs/condition" },
            ] },
            "nodes": { "type": "array", "items": { "$ref": "#/$defs/node" }, "minItems": 1 },
            "condition": { "oneOf": conditions },
        },
    })
}

fn group(key: &str, inner: Json) -> Json {
    json!({ "type": "object", "properties": { key: inner }, "required": [key], "additionalProperties": false })
}

/// One schema for each operator, because each has its own fields.
fn of_condition(spec: &ConditionSpec) -> Vec<Json> {
    match spec.operators {
        [] => vec![of_operator(spec, None)],
        operators => operators.iter().map(|o| of_operator(spec, Some(o))).collect(),
    }
}

fn of_operator(spec: &ConditionSpec, operator: Option<&Operator>) -> Json {
    let mut properties = Map::from_iter([("condition".to_owned(), json!({ "const": spec.id }))]);
    let mut required = vec!["condition"];
    let mut title = spec.title.to_owned();
    if let Some(operator) = operator {
        properties.insert("operator".into(), json!({ "const": operator.word }));
        required.push("operator");
        required.extend(operator.needs);
        title = format!("{}: {}", spec.title, operator.title);
        for field in spec
            .fields
            .iter()
            .filter(|f| operator.needs.contains(&f.name) || operator.takes.contains(&f.name))
        {
            let mut schema = field.kind.schema();
            schema["title"] = field.title.into();
            properties.insert(field.name.into(), schema);
        }
    }
    json!({
        "title": title,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}
