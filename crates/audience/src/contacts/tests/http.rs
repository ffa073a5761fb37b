//! Contacts over HTTP.

use super::{draft, grounds, options, put, subscribed};
use crate::consent::model::{Channel, ConsentSource, ConsentStatus, Suppression};
use crate::consent::{self};
use crate::contacts::{self, Existing};
use crate::testing::App;
use serde_json::{Value, json};
use testkit::for_each_engine;

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_made_read_changed_and_erased_over_http() {
    for_each_engine(|t| async move {
        let app = App::new(t);
        let attribute = json!({ "name": "shoe_size", "type": "integer", "class": "fact", "purpose": "fit" });
        app.ask("POST /api/v1/attributes", attribute, 201).await;
        let body = json!({
            "email": " Ana@Shop.Example ", "phone": "9123 4567", "country": "sg", "first_name": "Ana",
            "birthday": "1990-05-17", "language": "ZH-hant", "time_zone": "Asia/Singapore", "tags": ["vip", "vip"],
            "attributes": { "shoe_size": 38 }, "external_ids": [{ "system": "erp", "id": "1" }],
            "consent": { "email": "subscribed", "wording": "News please", "wording_version": "3", "proof": "form 1" },
        });
        let made = app.ask("POST /api/v1/contacts", body.clone(), 201).await;
        assert_eq!(made["email"], "ana@shop.example");
        assert_eq!(made["phone"], "+6591234567");
        assert_eq!(made["language"], "zh-Hant");
        assert_eq!(made["attributes"], json!({ "shoe_size": 38 }));
        assert_eq!(made["tags"], json!([{ "name": "vip", "origin": "api", "import": null }]));
        assert_eq!(made["channels"]["email"]["sendable"], true);
        app.ask("POST /api/v1/contacts", body, 409).await;

        let path = format!("/api/v1/contacts/{}", made["id"].as_str().unwrap());
        let read = app.send("a", &format!("GET {path}"), None, None).await;
        let tag = read.headers["etag"].to_str().unwrap().to_owned();
        let patch = json!({ "phone": null, "city": "Singapore", "attributes": { "shoe_size": null } });
        let stale = app.send("a", &format!("PATCH {path}"), Some(patch.clone()), Some(("if-match", "\"0\""))).await;
        assert_eq!(stale.status, 412);
        let changed = app.send("a", &format!("PATCH {path}"), Some(patch), Some(("if-match", &tag))).await;
        assert_eq!(changed.status, 200, "{}", changed.text());
        assert_eq!((changed.json()["phone"].clone(), changed.json()["city"].clone()), (Value::Null, json!("Singapore")));
        assert_eq!(changed.json()["first_name"], "Ana", "an absent field stays");
        assert_eq!(changed.json()["attributes"], json!({}));

        let tags = app.ask(&format!("POST {path}/tags"), json!({ "add": ["new"], "remove": ["vip"] }), 200).await;
        assert_eq!(tags["tags"][0]["name"], "new");
        let history = app.ask(&format!("GET {path}/consent"), Value::Null, 200).await;
        assert_eq!(history["items"][0]["proof"], "form 1");
        assert_eq!(history["items"][0]["wording"], "News please");
        let found = app.ask("GET /api/v1/contacts?search=ANA&tag=new&status=sendable", Value::Null, 200).await;
        assert_eq!(found["items"].as_array().unwrap().len(), 1);

        for line in ["GET", "DELETE"] {
            assert_eq!(app.send("b", &format!("{line} {path}"), None, None).await.status, 404, "the twin: {line}");
        }
        assert_eq!(app.send("b", &format!("GET {path}/consent"), None, None).await.status, 404);
        app.ask(&format!("DELETE {path}"), Value::Null, 204).await;
        app.ask(&format!("GET {path}"), Value::Null, 404).await;
        app.ask(&format!("DELETE {path}"), Value::Null, 404).await;
        let found = app.ask("GET /api/v1/contacts?search=ana", Value::Null, 200).await;
        assert_eq!(found["items"], json!([]));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named_at_once() {
    for_each_engine(|t| async move {
        let app = App::new(t);
        let body = json!({
            "email": "nonsense", "phone": "12", "birthday": "yesterday", "country": "Singapore", "language": "english",
            "time_zone": "Mars/Olympus", "first_name": "x".repeat(501), "tags": ["a,b"], "attributes": { "none": 1 },
            "consent": { "email": "subscribed" },
        });
        let answer = app.ask("POST /api/v1/contacts", body, 422).await;
        let mut pointers: Vec<&str> =
            answer["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        pointers.sort_unstable();
        assert_eq!(
            pointers,
            [
                "/attributes/none", "/birthday", "/consent/wording", "/country", "/email", "/first_name", "/language",
                "/phone", "/tags/0", "/time_zone"
            ]
        );
        app.ask("POST /api/v1/contacts", json!({}), 422).await;
        app.ask("POST /api/v1/contacts", json!({ "emial": "a@b.cd" }), 422).await;
        app.ask("GET /api/v1/contacts?status=nice", Value::Null, 422).await;
        app.ask("GET /api/v1/contacts?tag=unknown", Value::Null, 422).await;
        for name in ["diagnosis", "Health", "passport_no", "email", "a b", ""] {
            let body = json!({ "name": name, "type": "text", "class": "personal", "purpose": "x" });
            app.ask("POST /api/v1/attributes", body, 422).await;
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_contacts_are_changed_in_the_background() {
    for_each_engine(|t| async move {
        let fill = options(Existing::FillGaps, ConsentSource::Import);
        let yes = |n: u32| {
            subscribed(draft(&format!("c{n}@shop.example"), ""), Channel::Email, ConsentStatus::Subscribed)
        };
        put(&t, &t.a, (0..30).map(yes).collect(), &fill).await?;
        put(&t, &t.b, (0..3).map(yes).collect(), &fill).await?;
        let app = App::new(t);
        let count = |query: &'static str| {
            let app = &app;
            async move {
                let page =
                    app.ask(&format!("GET /api/v1/contacts?limit=200&{query}"), Value::Null, 200).await;
                page["items"].as_array().unwrap().len()
            }
        };
        let bulk = |body: Value| {
            let app = &app;
            async move {
                let job = app.ask("POST /api/v1/contacts/bulk", body, 202).await["job"]
                    .as_str()
                    .unwrap()
                    .to_owned();
                app.run_jobs().await;
                app.t.a.find_job(job.parse().unwrap()).await.unwrap().result.unwrap()
            }
        };
        let all = json!({ "all": true });
        let done = bulk(json!({ "action": "tag", "tag": "x", "select": all })).await;
        assert_eq!(
            done,
            json!({ "selected": 30, "changed": 30, "unchanged": 0, "failed": 0, "failures": {} })
        );
        assert_eq!(
            bulk(json!({ "action": "tag", "tag": "x", "select": { "tag": "x" } })).await["changed"],
            0
        );
        let some = app.ask("GET /api/v1/contacts?limit=4", Value::Null, 200).await;
        let ids: Vec<Value> = some["items"].as_array().unwrap().iter().map(|c| c["id"].clone()).collect();
        bulk(json!({ "action": "untag", "tag": "x", "select": { "ids": ids } })).await;
        assert_eq!(count("tag=x").await, 26);
        bulk(json!({ "action": "suppress", "select": { "ids": ids } })).await;
        assert_eq!((count("status=suppressed").await, count("status=sendable").await), (4, 26));
        bulk(json!({ "action": "delete", "select": { "status": "suppressed" } })).await;
        assert_eq!(count("").await, 26);
        bulk(json!({ "action": "unsubscribe", "select": all })).await;
        assert_eq!(count("status=unsubscribed").await, 26);
        assert_eq!(app.t.b.read(contacts::count).await?, 3, "the twin keeps its own");

        let tags = app.ask("GET /api/v1/tags", Value::Null, 200).await;
        let tag = tags["items"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(app.send("b", &format!("DELETE /api/v1/tags/{tag}"), None, None).await.status, 404);
        app.ask(&format!("DELETE /api/v1/tags/{tag}"), Value::Null, 202).await;
        app.run_jobs().await;
        assert_eq!(app.ask("GET /api/v1/tags", Value::Null, 200).await["items"], json!([]));
        for wrong in [
            json!({ "action": "delete", "select": {} }),
            json!({ "action": "tag", "select": all }),
            json!({ "action": "delete", "tag": "x", "select": all }),
            json!({ "action": "delete", "select": { "all": true, "tag": "x" } }),
            json!({ "action": "delete", "select": { "tag": "gone" } }),
        ] {
            app.ask("POST /api/v1/contacts/bulk", wrong, 422).await;
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_attribute_leaves_every_contact() {
    for_each_engine(|t| async move {
        let app = App::new(t);
        for (name, class) in [("plain", "fact"), ("sealed", "personal")] {
            let body = json!({ "name": name, "type": "text", "class": class, "purpose": "x" });
            let made = app.ask("POST /api/v1/attributes", body, 201).await;
            let contact = json!({ "email": format!("{name}@shop.example"), "attributes": { name: "value" } });
            let contact = app.ask("POST /api/v1/contacts", contact, 201).await;
            let attribute = format!("/api/v1/attributes/{}", made["id"].as_str().unwrap());
            assert_eq!(app.send("b", &format!("GET {attribute}"), None, None).await.status, 404);
            app.ask(&format!("PATCH {attribute}"), json!({ "label": "New" }), 200).await;
            app.ask(&format!("DELETE {attribute}"), Value::Null, 202).await;
            app.run_jobs().await;
            let path = format!("GET /api/v1/contacts/{}", contact["id"].as_str().unwrap());
            let shown = app.ask(&path, Value::Null, 200).await;
            assert_eq!((shown["attributes"].clone(), shown["version"].clone()), (json!({}), json!(2)));
            app.ask(&format!("GET {attribute}"), Value::Null, 404).await;
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_suppression_list_takes_addresses_and_gives_none_away() {
    for_each_engine(|t| async move {
        let app = App::new(t);
        let listed = app.ask("POST /api/v1/suppressions", json!({ "email": "Bad@shop.example" }), 201).await;
        assert_eq!((listed["reason"].clone(), listed["contact"].clone()), (json!("suppressed"), Value::Null));
        let consent = json!({ "email": "subscribed", "wording": "yes" });
        let made = app
            .ask("POST /api/v1/contacts", json!({ "email": "bad@shop.example", "consent": consent }), 201)
            .await;
        assert_eq!(made["channels"]["email"]["sendable"], false, "the list knew the address first");
        let found = app.ask("GET /api/v1/suppressions?email=bad@shop.example", Value::Null, 200).await;
        assert_eq!(found["items"][0]["contact"], made["id"]);
        let page = app.ask("GET /api/v1/suppressions", Value::Null, 200).await;
        assert!(!page.to_string().contains("shop.example"));
        let path = format!("DELETE /api/v1/suppressions/{}", listed["id"].as_str().unwrap());
        assert_eq!(app.send("b", &path, None, None).await.status, 404);
        app.ask(&path, Value::Null, 204).await;
        let shown = app
            .ask(&format!("GET /api/v1/contacts/{}", made["id"].as_str().unwrap()), Value::Null, 200)
            .await;
        assert_eq!(shown["channels"]["email"]["suppressed_at"], Value::Null);

        app.t
            .a
            .write(|tx| {
                consent::suppress(
                    tx,
                    0,
                    Channel::Email,
                    Suppression::Complained,
                    &grounds(ConsentSource::Feedback),
                )
            })
            .await?;
        let page = app.ask("GET /api/v1/suppressions", Value::Null, 200).await;
        let path = format!("DELETE /api/v1/suppressions/{}", page["items"][0]["id"].as_str().unwrap());
        app.ask(&path, Value::Null, 409).await;
        app.ask("POST /api/v1/suppressions", json!({}), 422).await;
        app.ask("POST /api/v1/suppressions", json!({ "email": "a@b.cd", "phone": "+6591234567" }), 422).await;
        Ok(())
    })
    .await;
}
