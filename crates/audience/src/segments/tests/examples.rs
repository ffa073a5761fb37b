//! Every member of the catalogue is whole: examples on both faces, form, sentence, schema.

use super::memory::{MemoryStore, Person};
use crate::segments::conditions;
use crate::segments::evaluate::ContactView;
use crate::segments::model::Rule;
use crate::segments::schema::rule_schema;

#[test]
fn every_example_holds_as_it_says_on_both_faces() {
    for condition in conditions::all() {
        let id = condition.spec().id;
        let examples = condition.examples();
        assert!(!examples.is_empty(), "{id} needs examples");
        for example in examples {
            let rule = Rule::parse_text(example.condition).unwrap_or_else(|e| panic!("{id}: {e}"));
            let sample = example.sample();
            let leaf = rule.leaves()[0];
            assert_eq!(leaf.condition.spec().id, id);
            assert_eq!(leaf.condition.check_in_store(&leaf.args, &sample.names), Ok(()), "{id}");
            let (facts, personal) = (&sample.facts, Some(&sample.personal));
            let view = ContactView {
                facts,
                personal,
                history: &sample.history,
                deeds: &sample.deeds,
                names: &sample.names,
                moment: &sample.moment,
            };
            assert_eq!(view.satisfies(&rule.root), example.holds, "{id}: {}", example.contact);
            assert!(!leaf.condition.why(&leaf.args, &view).is_empty());

            let mut store = MemoryStore::new(64);
            store.put(0, Some(Person { facts: sample.facts.clone(), personal: sample.personal.clone() }));
            sample.history.0.iter().for_each(|happening| store.happen(happening));
            store.deeds.insert(0, sample.deeds.clone());
            store.compact_all();
            let members = store.by_sets(&rule, &sample.names, &sample.moment);
            assert_eq!(members == [0], example.holds, "{id} as a set: {}", example.contact);
        }
    }
}

#[test]
fn the_catalogue_is_in_order_and_its_forms_are_whole() {
    let ids: Vec<&str> = conditions::all().iter().map(|c| c.spec().id).collect();
    assert!(ids.is_sorted(), "the list is alphabetical: {ids:?}");
    for condition in conditions::all() {
        let spec = condition.spec();
        assert!(!spec.title.is_empty() && spec.help.ends_with('.'), "{}", spec.id);
        assert!(spec.operators.is_empty() == spec.fields.is_empty() || spec.fields.is_empty());
        for operator in spec.operators {
            for name in operator.needs.iter().chain(operator.takes) {
                assert!(spec.fields.iter().any(|f| f.name == *name), "{}: {name} is no field", spec.id);
            }
        }
        for field in spec.fields {
            let used =
                spec.operators.iter().any(|o| o.needs.contains(&field.name) || o.takes.contains(&field.name));
            assert!(used, "{}: no operator takes {}", spec.id, field.name);
        }
    }
}

#[test]
fn the_schema_tells_every_condition_and_operator() {
    let schema = rule_schema();
    let forms = schema["$defs"]["condition"]["oneOf"].as_array().unwrap();
    let expected: usize = conditions::all().iter().map(|c| c.spec().operators.len().max(1)).sum();
    assert_eq!(forms.len(), expected);
    let country = forms.iter().find(|f| f["title"] == "Country: is any of").unwrap();
    assert_eq!(country["required"], serde_json::json!(["condition", "operator", "values"]));
    assert_eq!(country["additionalProperties"], false);
}
