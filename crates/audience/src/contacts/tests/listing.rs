//! The list of contacts by any condition, and acting on all that a list shows.

use super::{draft, options, put, subscribed};
use crate::consent::model::{Channel, ConsentSource, ConsentStatus};
use crate::contacts::model::{Country, TAGS_MAX};
use crate::contacts::{Draft, Existing};
use crate::testing::App;
use kernel::Result;
use serde_json::{Value, json};
use testkit::{TestDb, for_each_engine};

/// Twelve contacts, every third from Singapore, every second subscribed.
async fn twelve(t: &TestDb) -> Result<()> {
    let fill = options(Existing::FillGaps, ConsentSource::Import);
    let one = |n: u32| {
        let country = Country::parse(if n.is_multiple_of(3) { "SG" } else { "PL" });
        let made = Draft { country, ..draft(&format!("c{n:02}@shop.example"), "") };
        match n % 2 {
            0 => subscribed(made, Channel::Email, ConsentStatus::Subscribed),
            _ => made,
        }
    };
    put(t, &t.a, (0..12).map(one).collect(), &fill).await?;
    put(t, &t.b, vec![draft("twin@shop.example", "")], &fill).await.map(drop)
}

fn from(country: &str) -> Value {
    json!({ "condition": "country", "operator": "is_any_of", "values": [country] })
}

fn emails(page: &Value) -> Vec<String> {
    let short = |c: &Value| c["email"].as_str().unwrap()[..3].to_owned();
    page["items"].as_array().unwrap().iter().map(short).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_by_a_rule_is_paged_both_ways_with_its_exact_total() {
    for_each_engine(|t| async move {
        twelve(&t).await?;
        let app = App::new(t);
        let query = async |sort: Value| {
            let (mut found, mut next) = (Vec::new(), Value::Null);
            loop {
                let after = next.as_str().map(|n| format!("&after={n}")).unwrap_or_default();
                let body = json!({ "rule": from("SG"), "sort": sort });
                let page = app.ask(&format!("POST /api/v1/contacts/query?limit=3{after}"), body, 200).await;
                assert_eq!(page["total"], json!({ "value": 4, "relation": "eq" }));
                found.extend(emails(&page));
                next = page["next"].clone();
                if next.is_null() {
                    return found;
                }
            }
        };
        assert_eq!(query(Value::Null).await, ["c09", "c06", "c03", "c00"]);
        assert_eq!(query(json!("created")).await, ["c00", "c03", "c06", "c09"]);
        let all = app.ask("GET /api/v1/contacts?limit=2", Value::Null, 200).await;
        assert_eq!((emails(&all), &all["total"]["value"]), (vec!["c11".into(), "c10".into()], &json!(12)));
        let oldest = app.ask("GET /api/v1/contacts?limit=2&sort=created", Value::Null, 200).await;
        assert_eq!(emails(&oldest), ["c00", "c01"]);
        let both = json!({ "rule": from("SG"), "status": "subscribed" });
        let both = app.ask("POST /api/v1/contacts/query", both, 200).await;
        assert_eq!((emails(&both), &both["total"]["value"]), (vec!["c06".into(), "c00".into()], &json!(2)));
        let found =
            app.ask("POST /api/v1/contacts/query", json!({ "search": "c0", "rule": from("PL") }), 200).await;
        assert_eq!(emails(&found), ["c08", "c07", "c05", "c04", "c02", "c01"]);
        assert_eq!(found["total"], json!({ "value": 6, "relation": "eq" }), "everything was looked through");
        let part = app.ask("POST /api/v1/contacts/query?limit=2", json!({ "search": "c0" }), 200).await;
        assert_eq!((part["items"].as_array().unwrap().len(), &part["total"]), (2, &Value::Null));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_makes_no_sense_is_told_what_is_wrong() {
    for_each_engine(|t| async move {
        let app = App::new(t);
        for (body, pointer) in [
            (json!({ "rule": { "all": [] } }), "/rule/all"),
            (json!({ "tag": "unknown" }), "/tag"),
            (json!({ "search": "x".repeat(201) }), "/search"),
            (json!({ "search": "x", "sort": "created" }), "/sort"),
            (json!({ "sort": "email" }), "/sort"),
        ] {
            let refused = app.ask("POST /api/v1/contacts/query", body, 422).await;
            assert_eq!(refused["errors"][0]["pointer"], pointer);
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_a_list_shows_can_be_acted_on_but_for_some() {
    for_each_engine(|t| async move {
        twelve(&t).await?;
        let app = App::new(t);
        let page = app.ask("GET /api/v1/contacts?search=c00@shop.example", Value::Null, 200).await;
        let spared = page["items"][0]["id"].clone();
        let tag = async |name: &str, select: Value| {
            let body = json!({ "action": "tag", "tag": name, "select": select });
            let job =
                app.ask("POST /api/v1/contacts/bulk", body, 202).await["job"].as_str().unwrap().to_owned();
            app.run_jobs().await;
            let done = app.t.a.find_job(job.parse().unwrap()).await.unwrap();
            (done.payload.to_string(), done.result.unwrap()["changed"].clone())
        };
        let (payload, changed) = tag("found", json!({ "search": "c0", "excluded_ids": [spared] })).await;
        assert_eq!(changed, 9);
        assert!(!payload.contains("c0\""), "what is searched for is sealed: {payload}");
        assert_eq!(tag("rule", json!({ "rule": from("SG"), "excluded_ids": [spared] })).await.1, 3);
        assert_eq!(tag("rest", json!({ "all": true, "excluded_ids": [spared] })).await.1, 11);
        let left = app.ask("GET /api/v1/contacts?tag=found&sort=created", Value::Null, 200).await;
        assert_eq!(emails(&left)[0], "c01", "the spared one is spared");

        let select = json!({ "search": "c11@shop.example" });
        let order =
            app.ask("POST /api/v1/exports", json!({ "format": "jsonl", "select": select }), 202).await;
        app.run_jobs().await;
        let path = format!("GET /api/v1/exports/{}/download", order["id"].as_str().unwrap());
        let file = app.send("a", &path, None, None).await.text();
        assert_eq!((file.lines().count(), file.contains("c11@shop.example")), (1, true));
        app.ask(
            "POST /api/v1/contacts/bulk",
            json!({ "action": "delete", "select": { "excluded_ids": [spared] } }),
            422,
        )
        .await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_tell_how_many_carry_them_when_asked() {
    for_each_engine(|t| async move {
        let app = App::new(t);
        for (email, tags) in [("a@shop.example", json!(["one", "both"])), ("b@shop.example", json!(["both"]))]
        {
            app.ask("POST /api/v1/contacts", json!({ "email": email, "tags": tags }), 201).await;
        }
        app.ask("POST /api/v1/tags", json!({ "name": "nobody" }), 201).await;
        let counts = |list: Value| -> Vec<(String, Value)> {
            let items = list["items"].as_array().unwrap().iter();
            items.map(|t| (t["name"].as_str().unwrap().to_owned(), t["contacts"].clone())).collect()
        };
        let list = app.ask("GET /api/v1/tags?counts=true", Value::Null, 200).await;
        let wanted = [("one", 1), ("both", 2), ("nobody", 0)].map(|(name, n)| (name.to_owned(), json!(n)));
        assert_eq!(counts(list), wanted);
        let plain = app.ask("GET /api/v1/tags", Value::Null, 200).await;
        assert!(counts(plain).iter().all(|(_, count)| count.is_null()));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_job_tells_who_could_not_be_changed() {
    for_each_engine(|t| async move {
        let fill = options(Existing::FillGaps, ConsentSource::Import);
        let full =
            Draft { tags: (1_000..1_000 + TAGS_MAX as u32).collect(), ..draft("full@shop.example", "") };
        put(&t, &t.a, vec![full, draft("free@shop.example", "")], &fill).await?;
        let app = App::new(t);
        let body = json!({ "action": "tag", "tag": "one more", "select": { "all": true } });
        let job = app.ask("POST /api/v1/contacts/bulk", body, 202).await["job"].as_str().unwrap().to_owned();
        app.run_jobs().await;
        let wanted = json!({ "selected": 2, "changed": 1, "unchanged": 0, "failed": 1,
            "failures": { "too_many_tags": 1 } });
        assert_eq!(app.t.a.find_job(job.parse().unwrap()).await?.result, Some(wanted));
        Ok(())
    })
    .await;
}
