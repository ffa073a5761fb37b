//! The document: fresh, named by rule, and whole.

use server::registry;
use std::collections::BTreeSet;
use utoipa::openapi::OpenApi;
use web::openapi::{each_operation, is_public, to_json};

fn document() -> OpenApi {
    web::app::document(&registry::features())
}

#[test]
fn the_committed_document_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == to_json(&document()),
        "docs/api/openapi.json is old: run `cargo run -p xtask -- openapi`"
    );
}

#[test]
fn operations_are_named_once_and_by_rule() {
    let mut seen = BTreeSet::new();
    each_operation(&mut document(), |path, method, operation| {
        let id = operation.operation_id.clone().unwrap_or_default();
        assert!(seen.insert(id.clone()), "{id} twice");
        assert!(
            id.contains('_') && id.chars().all(|c| c.is_ascii_lowercase() || c == '_'),
            "{method} {path}: {id}"
        );
        assert!(operation.summary.as_ref().is_some_and(|s| !s.is_empty()), "{id} has no summary");
        let good = operation.responses.responses.keys().any(|s| s.starts_with('2') || s.starts_with('3'));
        assert!(good, "{id} documents no answer of its own");
    });
    assert!(seen.len() > 15);
}

#[test]
fn protected_operations_name_their_right_or_are_for_people() {
    let words: Vec<&str> = web::rights::ALL.iter().map(|(w, _)| *w).collect();
    each_operation(&mut document(), |path, method, operation| {
        if is_public(path, operation) {
            return;
        }
        let security = serde_json::to_value(&operation.security).unwrap();
        let key = security.as_array().unwrap().iter().find_map(|s| s.get("key"));
        if let Some(scopes) = key {
            let scopes: Vec<&str> = scopes.as_array().unwrap().iter().filter_map(|s| s.as_str()).collect();
            let known = !scopes.is_empty() && scopes.iter().all(|s| words.contains(s));
            assert!(known, "{method} {path}: security((\"key\" = [\"…\"])) names its right");
        }
    });
}

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    let document = serde_json::to_value(document()).unwrap();
    let mut missing = BTreeSet::new();
    walk(&document, &mut |reference| {
        let pointer = reference.trim_start_matches('#');
        if document.pointer(pointer).is_none() {
            missing.insert(reference.to_owned());
        }
    });
    assert!(missing.is_empty(), "{missing:?}");
}

fn walk(value: &serde_json::Value, each: &mut impl FnMut(&str)) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_str() {
                    Some(reference) if name == "$ref" => each(reference),
                    _ => walk(field, each),
                }
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| walk(item, each)),
        _ => {}
    }
}
