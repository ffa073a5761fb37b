//! Files as the programs write them, recognised and read.

use super::*;
use crate::imports::mapping::{MappingIn, Plan, Sample, propose};
use crate::imports::reader::{ReadOptions, open};
use crate::imports::rows::{Issue, RowDraft, Validator};
use std::ops::ControlFlow;
use std::path::Path;

struct Read {
    plan: Plan,
    rows: Vec<RowDraft>,
    issues: Vec<Issue>,
}

fn read_as(file: &str, shown_name: &str) -> Read {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/imports/testdata").join(file);
    let source = open(&path, &ReadOptions::default()).unwrap();
    let samples = Sample::of(source.layout.columns.len(), &source.sample(1_000).unwrap());
    let plan = propose(shown_name, &source.layout, &samples, &MappingIn::default()).unwrap();
    let validator = Validator::new(&plan);
    let (mut rows, mut issues) = (Vec::new(), Vec::new());
    source
        .read(0, &mut |batch| {
            rows.extend(batch.rows().filter_map(|r| validator.row(r, &mut issues)));
            ControlFlow::Continue(())
        })
        .unwrap();
    Read { rows, issues, plan }
}

fn read(file: &str) -> Read {
    read_as(file, file)
}

impl Read {
    /// `email=subscribed sms! bounced` of a row.
    fn consent(&self, row: usize) -> String {
        let draft = &self.rows[row].draft;
        let statuses = draft.statuses.iter().map(|s| format!("{}={}", s.channel, s.status));
        let flags = draft.suppressions.iter().map(|(c, f)| format!("{c}!{f}"));
        statuses.chain(flags).collect::<Vec<_>>().join(" ")
    }

    fn attribute_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for c in &self.plan.columns {
            if let crate::imports::mapping::Target::Attribute { name, .. } = &c.target {
                names.push(name);
            }
            names.extend(c.inside.iter().map(|i| i.name.as_str()));
        }
        names
    }
}

#[test]
fn klaviyo_is_known_by_its_columns_and_its_consent_is_understood() {
    let read = read("klaviyo.csv");
    assert_eq!((read.plan.format.as_str(), read.rows.len()), ("klaviyo", 3), "{:?}", read.issues);
    assert_eq!(read.consent(0), "email=subscribed sms=subscribed");
    assert_eq!(read.consent(1), "email=unsubscribed");
    assert_eq!(read.consent(2), "email=never_subscribed email!bounced");
    let ana = &read.rows[0].draft;
    assert_eq!(ana.statuses[0].at.unwrap().to_string(), "2025-03-01T10:00:00Z");
    assert_eq!(ana.personal.external_ids[0].system, "klaviyo");
    assert_eq!(ana.country.unwrap().as_str(), "SG");
    assert_eq!(read.rows[1].draft.personal.company.as_deref(), Some("Smith, Inc."));
    assert!(read.attribute_names().contains(&"favourite_colour"));
    assert!(!read.attribute_names().contains(&"ip_address"), "an address of a machine is nobody's attribute");
}

#[test]
fn a_list_of_suppressed_profiles_suppresses_and_subscribes_nobody() {
    let read = read("suppressed_profiles.csv");
    assert_eq!(read.plan.format, "usual", "three common headings mark no program");
    let named = read_as("suppressed_profiles.csv", "x.csv");
    assert_eq!(named.consent(0), "");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/imports/testdata/suppressed_profiles.csv");
    let source = open(&path, &ReadOptions::default()).unwrap();
    let given = MappingIn { format: Some("klaviyo".into()), ..MappingIn::default() };
    let plan = propose("suppressed_profiles.csv", &source.layout, &[], &given).unwrap();
    let validator = Validator::new(&plan);
    let batches = source.sample(10).unwrap();
    let flags: Vec<String> = batches
        .iter()
        .flat_map(|b| b.rows())
        .map(|r| validator.row(r, &mut Vec::new()).unwrap().draft.suppressions[0].1.to_string())
        .collect();
    assert_eq!(flags, ["suppressed", "suppressed", "suppressed"]);
}

#[test]
fn mailchimp_takes_the_status_from_the_file() {
    let read_sub = read_as("mailchimp_subscribed.csv", "subscribed_members_export_1a2b.csv");
    assert_eq!(
        (read_sub.plan.format.as_str(), read_sub.consent(0).as_str()),
        ("mailchimp", "email=subscribed")
    );
    let ana = &read_sub.rows[0];
    assert_eq!(ana.draft.statuses[0].at.unwrap().to_string(), "2024-05-06T07:08:09Z");
    assert_eq!(ana.tags, ["vip", "spring sale"]);
    assert_eq!(ana.draft.personal.birthday.unwrap().to_string(), "--11-23");
    assert_eq!(read_as("mailchimp_unsubscribed.csv", "export.csv").consent(0), "email=unsubscribed");
    assert_eq!(read_as("mailchimp_cleaned.csv", "export.csv").consent(0), "email!bounced");
    let name = |n: &str| read_as("mailchimp_subscribed.csv", n).consent(0);
    assert_eq!(name("nonsubscribed_members.csv"), "email=never_subscribed");
    assert_eq!(name("unsubscribed_members.csv"), "email=unsubscribed");
}

#[test]
fn omnisend_opt_outs_win_over_older_opt_ins() {
    let read = read("omnisend.csv");
    assert_eq!(read.plan.format, "omnisend");
    assert_eq!(read.consent(0), "email=subscribed sms=subscribed");
    assert_eq!(read.consent(1), "email=unsubscribed");
    assert_eq!(read.consent(2), "email=never_subscribed");
    assert_eq!(read.rows[0].draft.personal.phone.as_deref(), Some("+6591234567"));
    assert_eq!(read.rows[0].draft.statuses[1].at.unwrap().to_string(), "2024-05-06T12:00:00Z");
    assert_eq!(read.attribute_names(), ["shoe_size"]);
}

#[test]
fn listmonk_attributes_are_opened_and_its_status_is_no_consent() {
    let read = read("listmonk.csv");
    assert_eq!((read.plan.format.as_str(), read.consent(0).as_str()), ("listmonk", "email=never_subscribed"));
    assert_eq!(read.consent(1), "email!suppressed");
    let mut names = read.attribute_names();
    names.sort_unstable();
    assert_eq!(names, ["file_city", "good", "visits"], "a diagnosis is not kept");
    assert_eq!(read.rows[0].draft.personal.last_name.as_deref(), Some("Li"));
}

#[test]
fn shopify_and_smartpush_are_understood() {
    let shop = read("shopify.csv");
    assert_eq!(
        (shop.plan.format.as_str(), shop.consent(0).as_str()),
        ("shopify", "email=subscribed sms=subscribed")
    );
    assert_eq!(shop.rows[0].draft.personal.external_ids[0].id, "6789012345");
    assert_eq!(shop.rows[1].draft.personal.phone.as_deref(), Some("+442079460000"), "by the row's country");
    let push = read("smartpush.csv");
    assert_eq!(
        (push.plan.format.as_str(), push.consent(0).as_str()),
        ("smartpush", "email=subscribed sms=subscribed")
    );
    assert_eq!(push.consent(1), "email=unsubscribed");
    assert_eq!(push.rows[0].draft.personal.phone.as_deref(), Some("+6591234567"), "code and number apart");
    assert_eq!(push.rows[0].draft.language.as_deref(), Some("zh-CN"));
}

#[test]
fn our_own_file_needs_no_mapping_and_guesses_types() {
    use crate::attributes::model::{AttributeClass, AttributeType};
    let read = read("own.csv");
    assert_eq!((read.plan.format.as_str(), read.issues.len()), ("own", 0), "{:?}", read.issues);
    let kinds: Vec<(String, AttributeType, AttributeClass)> =
        read.plan.clone().attributes_mut().map(|a| (a.name.to_owned(), *a.value_type, *a.class)).collect();
    use AttributeClass::{Fact, Personal};
    assert_eq!(
        kinds,
        [
            ("shoe_size".to_owned(), AttributeType::Integer, Fact),
            ("likes_dogs".into(), AttributeType::Bool, Fact),
            ("last_visit".into(), AttributeType::Date, Fact),
            ("points".into(), AttributeType::Number, Fact),
            ("nickname".into(), AttributeType::Text, Personal),
        ]
    );
}

#[test]
fn a_chinese_table_is_read_by_its_usual_words() {
    let read = read("chinese_gb18030.csv");
    assert_eq!((read.plan.format.as_str(), read.rows.len()), ("usual", 2), "{:?}", read.issues);
    let ana = &read.rows[0];
    assert_eq!(ana.draft.personal.phone.as_deref(), Some("+8613800138000"));
    assert_eq!(ana.draft.personal.birthday.unwrap().to_string(), "1991-11-23");
    assert_eq!((ana.draft.country.unwrap().as_str(), ana.tags.len()), ("CN", 2));
    assert_eq!(read.attribute_names(), ["column_9"]);
}

#[test]
fn the_catalogue_is_sound() {
    let words: std::collections::HashSet<_> = FORMATS.iter().map(|f| f.word).collect();
    assert_eq!(words.len(), FORMATS.len());
    for format in FORMATS {
        for (heading, _) in format.columns {
            assert_eq!(&crate::imports::mapping::normalise_heading(heading), heading, "{}", format.word);
        }
        for mark in format.marks.iter().copied().flatten() {
            assert_eq!(&crate::imports::mapping::normalise_heading(mark), mark, "{}", format.word);
        }
    }
    assert!(find("klaviyo").is_ok() && find("pigeon").is_err());
}
