//! Plans from headings, values and what the merchant says.

use super::*;
use crate::imports::reader::Layout;

fn layout(columns: &[&str]) -> Layout {
    Layout {
        kind: "csv".into(),
        encoding: None,
        delimiter: None,
        sheet: None,
        sheets: Vec::new(),
        has_header: true,
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
    }
}

fn plan(columns: &[&str], samples: &[&[&str]], toml: &str) -> kernel::Result<Plan> {
    let samples: Vec<Sample> = samples.iter().map(|v| Sample::of_values(v)).collect();
    propose("f.csv", &layout(columns), &samples, &MappingIn::from_toml(toml)?)
}

fn said(result: kernel::Result<Plan>) -> String {
    match result {
        Ok(plan) => panic!("was taken: {plan:?}"),
        Err(e) => e.problem().expect("a problem, no fault").detail.clone(),
    }
}

#[test]
fn a_mapping_wins_over_what_is_recognised() {
    let toml = r#"
        default_country = "Germany"
        tags = ["autumn"]
        dates = "dmy"
        existing = "fill_gaps"
        ignore_others = true
        consent_words = { "ja" = "subscribed", "gesperrt" = "suppressed" }
        everyone = { sms = "unsubscribed" }
        [file]
        delimiter = ";"
        encoding = "windows-1252"
        [columns]
        "E-Mail" = "email"
        "Newsletter" = "email_consent"
        "Kunde seit" = { attribute = "customer_since", type = "date", class = "fact" }
        "Treue" = { attribute = "" }
        "Firma" = "ignore"
        "Nummer" = { kind = "external_id", system = "erp" }
    "#;
    let columns = ["E-Mail", "Newsletter", "Kunde seit", "Treue", "Firma", "Nummer", "Sonst"];
    let plan = plan(&columns, &[&[], &[], &[], &["1", "2"], &[], &[], &["x"]], toml).unwrap();
    assert_eq!(plan.default_country.as_deref(), Some("DE"));
    assert_eq!(plan.existing, ExistingRule::FillGaps);
    assert_eq!(
        plan.columns[1].target,
        Target::Consent { channel: Channel::Email, role: ConsentRole::Status }
    );
    assert_eq!(plan.columns[2].dates, DateOrder::Dmy);
    let name = |i: usize| match &plan.columns[i].target {
        Target::Attribute { name, value_type, .. } => (name.clone(), *value_type),
        other => panic!("{other:?}"),
    };
    assert_eq!(name(2), ("customer_since".into(), AttributeType::Date));
    assert_eq!(name(3), ("treue".into(), AttributeType::Integer));
    assert_eq!(plan.columns[4].target, Target::Ignore);
    assert_eq!(plan.columns[5].target, Target::ExternalId { system: "erp".into() });
    assert_eq!(plan.columns[6].target, Target::Ignore);
    assert!(plan.may_subscribe() && plan.identifies());
    let again: Plan = serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
    assert_eq!(again, plan, "a plan survives its JSON");
}

#[test]
fn mistakes_in_a_mapping_are_told() {
    let columns = ["email", "x", "y"];
    for (toml, words) in [
        ("[columns]\nz = \"email\"", "no column “z”"),
        ("[columns]\nx = \"colour\"", "no target"),
        ("[columns]\nx = { attribute = \"Diagnosis!\" }", "a-z, 0-9"),
        ("[columns]\nx = { attribute = \"diagnosis\" }", "health"),
        ("[columns]\nx = { attribute = \"n\" }\ny = { attribute = \"n\" }", "both"),
        ("[columns]\nemail = \"ignore\"\nx = \"ignore\"\ny = \"ignore\"", "No column"),
        ("default_country = \"Atlantis\"", "country"),
        ("format = \"pigeon\"", "formats are"),
        ("tags = [\"a,b\"]", "comma"),
        ("colums = 1", "cannot be read"),
        ("[", "cannot be read"),
    ] {
        let detail = said(plan(&columns, &[], toml));
        assert!(detail.contains(words), "{toml}: {detail}");
    }
}

#[test]
fn what_must_not_be_kept_is_left_out_with_the_reason() {
    let cards: &[&str] = &["4111 1111 1111 1111", "5500-0000-0000-0004"];
    let columns = ["email", "Diagnosis", "Passport No", "Card", "Blood pressure", "Religion", "Edna"];
    let plan = plan(&columns, &[&[], &["flu"], &["X1"], cards, &["120"], &["x"], &["y"]], "").unwrap();
    let left_out: Vec<&str> =
        plan.columns.iter().filter(|c| c.target == Target::Ignore).map(|c| c.heading.as_str()).collect();
    assert_eq!(left_out, ["Diagnosis", "Passport No", "Card", "Religion"]);
    assert!(plan.columns[1].note.as_deref().unwrap().contains("health"));
    assert!(plan.columns[3].note.as_deref().unwrap().contains("card"));
}

#[test]
fn types_are_guessed_from_values() {
    let kind = |values: &[&str]| Sample::of_values(values).value_type();
    assert_eq!(kind(&["yes", "No", "TRUE"]), AttributeType::Bool);
    assert_eq!(kind(&["1", "0", "-7"]), AttributeType::Integer);
    assert_eq!(kind(&["1.5", "2", "1e3"]), AttributeType::Number);
    assert_eq!(kind(&["2026-01-02", "2026/1/3"]), AttributeType::Date);
    assert_eq!(kind(&["23.11.2026", "1.2.2026"]), AttributeType::Date);
    assert_eq!(kind(&["2026-01-02T03:04:05Z", "2026-01-02 03:04"]), AttributeType::Time);
    assert_eq!(kind(&["007", "1"]), AttributeType::Text, "leading zeros mean something");
    assert_eq!(kind(&["+6591234567"]), AttributeType::Text);
    assert_eq!(kind(&["nan", "inf"]), AttributeType::Text);
    assert_eq!(kind(&[]), AttributeType::Text);
    let order = |values: &[&str]| Sample::of_values(values).date_order(None);
    assert_eq!(order(&["1/2/2026", "23/11/2026"]), DateOrder::Dmy);
    assert_eq!(order(&["1/2/2026", "11/23/2026"]), DateOrder::Mdy);
    assert_eq!(order(&["1/2/2026"]), DateOrder::Mdy);
    assert_eq!(order(&["1.2.2026"]), DateOrder::Dmy);
    assert_eq!(Sample::of_values(&["1/2/2026"]).date_order(Some("GB")), DateOrder::Dmy);
}

#[test]
fn texts_that_tell_who_somebody_is_are_personal() {
    use AttributeClass::{Fact, Personal};
    let class = |heading: &str, values: &[&str]| {
        let sample = Sample::of_values(values);
        sample.class(&normalise_heading(heading), sample.value_type())
    };
    let distinct: Vec<String> = (0..40).map(|n| format!("value {n}")).collect();
    let distinct: Vec<&str> = distinct.iter().map(String::as_str).collect();
    assert_eq!(class("Plan", &["gold", "gold", "silver", "gold", "silver"]), Fact);
    assert_eq!(class("Plan", &distinct), Personal);
    assert_eq!(class("Partner", &["ana@b.cd", "bob@b.cd"]), Personal);
    assert_eq!(class("Second contact", &["+6591234567", "+6591234568"]), Personal);
    assert_eq!(class("Nickname", &["A", "A", "A"]), Personal);
    assert_eq!(class("Latitude", &["1.30", "1.30"]), Personal);
    assert_eq!(class("Visits", &["3", "4"]), Fact);
    assert_eq!(class("Anything", &[]), Personal);
}

#[test]
fn without_headings_the_values_tell_the_address() {
    let samples: &[&[&str]] =
        &[&["Ana", "Bob"], &["ana@b.cd", "bob@b.cd"], &["+65 9123 4567", "+65 9123 4568"]];
    let plan = plan(&["column 1", "column 2", "column 3"], samples, "").unwrap();
    assert_eq!(plan.columns[1].target, Target::Field { field: Field::Email });
    assert_eq!(plan.columns[2].target, Target::Field { field: Field::Phone });
    let none = said(super::tests::plan(&["colour", "size"], &[&["red"], &["3"]], ""));
    assert!(none.contains("colour, size"), "{none}");
}

#[test]
fn attributes_get_distinct_names_of_their_own() {
    let columns = ["email", "Total", "total!", "合计", "id", "Email (2)", "created_at"];
    let plan = plan(&columns, &[], "").unwrap();
    let names: Vec<String> = plan.clone().attributes_mut().map(|a| a.name.to_owned()).collect();
    assert_eq!(names, ["total", "total_2", "column_4", "file_id", "email_2", "file_created_at"]);
}
