//! Requests made from the document alone: a path with ids filled in, a body that fits its schema.

use serde_json::{Map, Value, json};

/// One operation as the document has it.
#[derive(Clone, Debug)]
pub struct Operation {
    pub id: String,
    pub method: String,
    pub path: String,
    /// Names of path parameters with the prefix of their id, where they are one.
    pub parameters: Vec<(String, Option<String>)>,
    pub public: bool,
    /// The right a key needs; `None` if only people may come.
    pub scope: Option<String>,
    /// Body and its media type.
    pub body: Option<(String, Value)>,
}

/// Every operation of the document.
pub fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(web::app::document(&server::registry::features())).unwrap();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(_, o)| o.is_object()) {
            all.push(of(&document, path, method, operation));
        }
    }
    all
}

fn of(document: &Value, path: &str, method: &str, operation: &Value) -> Operation {
    let security = operation["security"].as_array().cloned().unwrap_or_default();
    let key = security.iter().find_map(|s| s.get("key"));
    let parameters = operation["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "path");
    let body = operation["requestBody"]["content"].as_object().and_then(|c| c.iter().next());
    Operation {
        id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        parameters: parameters
            .map(|p| (p["name"].as_str().unwrap().to_owned(), prefix_of(resolve(document, &p["schema"]))))
            .collect(),
        public: !path.starts_with("/api/")
            || security.iter().any(|s| s.as_object().is_some_and(Map::is_empty)),
        scope: key.map(|scopes| scopes[0].as_str().unwrap_or_default().to_owned()),
        body: body.map(|(kind, content)| (kind.clone(), example(document, &content["schema"], 0))),
    }
}

/// `con` of the pattern `^con_[0-9…`.
fn prefix_of(schema: &Value) -> Option<String> {
    let pattern = schema["pattern"].as_str()?.strip_prefix('^')?;
    pattern.split_once("_[").map(|(prefix, _)| prefix.to_owned())
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null),
        None => schema,
    }
}

/// A value that fits a schema.
fn example(document: &Value, schema: &Value, depth: u32) -> Value {
    let schema = resolve(document, schema);
    if depth > 8 {
        return Value::Null;
    }
    for key in ["example", "default", "const"] {
        if let Some(value) = schema.get(key) {
            return value.clone();
        }
    }
    if let Some(first) = schema["examples"].as_array().or(schema["enum"].as_array()).and_then(|e| e.first()) {
        return first.clone();
    }
    for key in ["oneOf", "anyOf"] {
        let choices = schema[key].as_array().into_iter().flatten();
        if let Some(choice) = choices.into_iter().find(|c| c["type"] != "null") {
            return example(document, choice, depth + 1);
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut all = Map::new();
        for part in parts {
            if let Value::Object(fields) = example(document, part, depth + 1) {
                all.extend(fields);
            }
        }
        return Value::Object(all);
    }
    plain(document, schema, depth)
}

fn plain(document: &Value, schema: &Value, depth: u32) -> Value {
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|k| *k != "null").cloned().unwrap_or_default(),
        kind => kind.clone(),
    };
    match kind.as_str().unwrap_or("object") {
        "string" => text(schema),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(1)),
        "boolean" => json!(true),
        "array" => json!([example(document, &schema["items"], depth + 1)]),
        _ => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            required
                .map(|name| (name.to_owned(), example(document, &schema["properties"][name], depth + 1)))
                .collect()
        }
    }
}

fn text(schema: &Value) -> Value {
    match schema["format"].as_str() {
        Some("email") => json!("ana@shop.example"),
        Some("date-time") => json!("2027-01-01T00:00:00Z"),
        Some("date") => json!("2027-01-01"),
        Some("password") => json!("quite another phrase"),
        Some("uri") => json!("https://shop.example/"),
        _ => {
            let least = schema["minLength"].as_u64().unwrap_or(1).max(1) as usize;
            json!("x".repeat(least))
        }
    }
}

/// The path with its parameters filled in.
pub fn fill(operation: &Operation, mut value: impl FnMut(&str, Option<&str>) -> String) -> String {
    let mut path = operation.path.clone();
    for (name, prefix) in &operation.parameters {
        path = path.replace(&format!("{{{name}}}"), &value(name, prefix.as_deref()));
    }
    path
}
