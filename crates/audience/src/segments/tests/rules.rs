//! Reading rules: what is refused, where, and what would be right.

use crate::segments::model::{DEPTH_MAX, NODES_MAX, Rule};
use crate::segments::names::Names;
use serde_json::{Value as Json, json};

fn refused(rule: Json) -> Vec<(String, String)> {
    let error = Rule::parse(&rule).expect_err("refused");
    let problem = error.problem().expect("the caller's mistake");
    problem.errors.iter().map(|e| (e.pointer.clone(), e.detail.clone())).collect()
}

fn first(rule: Json) -> (String, String) {
    refused(rule).remove(0)
}

fn sentence(rule: Json) -> String {
    Rule::parse(&rule).unwrap().sentence(&Names::default())
}

#[test]
fn an_empty_filter_is_never_everybody() {
    for empty in
        [json!({}), json!({"all": []}), json!({"any": []}), json!({"not": {}}), json!(null), json!([])]
    {
        assert!(Rule::parse(&empty).is_err(), "{empty}");
        assert!(Rule::parse(&json!({"version": 1, "rule": empty})).is_err(), "{empty}");
    }
    let (pointer, detail) = first(json!({"version": 1, "rule": {"all": [{"any": []}]}}));
    assert_eq!(pointer, "/rule/all/0/any");
    assert!(detail.contains("everybody"));
}

#[test]
fn errors_name_their_place_and_say_what_would_be_right() {
    let (pointer, detail) =
        first(json!({"all": [{"condition": "country", "operator": "is_any_of", "values": ["Singapore"]}]}));
    assert_eq!((pointer.as_str(), detail.contains("such as SG")), ("/all/0/values", true));
    let (pointer, detail) = first(json!({"condition": "country", "operator": "equals", "values": ["SG"]}));
    assert_eq!((pointer.as_str(), detail.contains("is_none_of")), ("/operator", true));
    let (pointer, detail) = first(json!({"condition": "contry"}));
    assert_eq!((pointer.as_str(), detail.contains("country")), ("/condition", true));
    let (pointer, _) = first(json!({"condition": "birthday", "operator": "in_next_days", "days": 0}));
    assert_eq!(pointer, "/days");
    let (pointer, detail) = first(json!({"condition": "everybody", "country": "SG"}));
    assert_eq!((pointer.as_str(), detail.contains("leave this one out")), ("/country", true));
    let (pointer, _) = first(json!({"version": 2, "rule": {"condition": "everybody"}}));
    assert_eq!(pointer, "/version");
    let (pointer, _) = first(json!({"version": 1, "rule": {"condition": "everybody"}, "a/b~c": 1}));
    assert_eq!(pointer, "/a~1b~0c");
}

#[test]
fn all_errors_are_told_at_once() {
    let wrong = json!({"condition": "tag", "operator": "has_any"});
    let errors = refused(json!({"all": [wrong, {"any": [wrong]}, {"condition": "nope"}]}));
    let pointers: Vec<&str> = errors.iter().map(|(p, _)| p.as_str()).collect();
    assert_eq!(pointers, ["/all/0/values", "/all/1/any/0/values", "/all/2/condition"]);
}

#[test]
fn size_and_depth_have_limits() {
    let everybody = json!({"condition": "everybody"});
    let wide = |n: usize| json!({"all": vec![everybody.clone(); n]});
    assert!(Rule::parse(&wide(NODES_MAX - 1)).is_ok());
    assert_eq!(refused(wide(NODES_MAX)).len(), 1);
    let deep = |n: usize| (1..n).fold(everybody.clone(), |inner, _| json!({"not": inner}));
    assert!(Rule::parse(&deep(DEPTH_MAX)).is_ok());
    assert!(first(deep(DEPTH_MAX + 1)).1.contains("nest"));
    let hostile = "[".repeat(100_000);
    assert!(Rule::parse_text(&hostile).is_err());
    let values: Vec<String> = (0..1_001).map(|n| format!("t{n}")).collect();
    assert!(Rule::parse(&json!({"condition": "tag", "operator": "has_any", "values": values})).is_err());
}

#[test]
fn arguments_that_do_not_fit_together_are_refused() {
    let link = json!({"condition": "message_clicked", "operator": "did", "link": 1});
    assert_eq!(first(link).0, "/campaign");
    let timeless = json!({"condition": "consent", "operator": "is", "channel": "email", "status": "never_subscribed", "in_last_days": 3});
    assert_eq!(first(timeless).0, "/in_last_days");
}

#[test]
fn a_rule_survives_its_json_and_is_written_in_one_form() {
    let rule = json!({"version": 1, "rule": {"any": [
        {"condition": "country", "operator": "is_any_of", "values": ["sg", "MY", "SG"]},
        {"not": {"condition": "created", "operator": "before", "at": "2026-01-31"}},
        {"condition": "birthday", "operator": "between", "from": "12-20", "to": "01-10"},
    ]}});
    let parsed = Rule::parse(&rule).unwrap();
    let written = parsed.to_json();
    assert_eq!(Rule::parse(&written).unwrap(), parsed);
    assert_eq!(written["rule"]["any"][0]["values"], json!(["SG", "MY"]));
    assert_eq!(written["rule"]["any"][1]["not"]["at"], "2026-01-31");
    assert_eq!(Rule::everybody().to_json()["rule"], json!({"condition": "everybody"}));
}

#[test]
fn rules_read_aloud() {
    let country = json!({"condition": "country", "operator": "is_any_of", "values": ["SG", "MY"]});
    assert_eq!(sentence(country.clone()), "country is Singapore or Malaysia");
    let tag = json!({"condition": "tag", "operator": "has_all", "values": ["vip", "new"]});
    let click = json!({"condition": "message_clicked", "operator": "did_not", "in_last_days": 30});
    assert_eq!(
        sentence(json!({"all": [country, {"any": [tag, {"not": click}]}]})),
        "country is Singapore or Malaysia and (has tags “vip” and “new” or not (did not click in a message of any \
         campaign in the last 30 days))"
    );
    assert_eq!(sentence(json!({"condition": "everybody"})), "everybody");
    assert_eq!(
        sentence(
            json!({"condition": "consent", "operator": "is", "channel": "email", "status": "subscribed"})
        ),
        "consent to email is “subscribed”"
    );
    assert_eq!(
        sentence(json!({"condition": "city", "operator": "not_contains", "value": "York"})),
        "city does not contain “York”"
    );
}
