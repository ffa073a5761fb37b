//! Segments over HTTP: what a merchant does with them, on both engines.

use crate::harness::{Owner, TestApp, for_each_engine};
use audience::contacts::acting::options_of;
use audience::contacts::{self, Country, Draft};
use kernel::Result;
use kernel::ids::ContactId;
use serde_json::{Value, json};

async fn contact(app: &TestApp, owner: &Owner, email: &str, country: &str) -> Result<ContactId> {
    let store = app.scoped(owner.store);
    let keys = app.t.vault.keys(&app.t.db, store.scope()).await?;
    let mut draft = Draft { country: Country::parse(country), ..Draft::default() };
    draft.personal.email = Some(email.into());
    let made = store
        .write(move |tx| contacts::create(tx, &keys, draft, &options_of(web::Actor::System, tx.now())))
        .await?;
    Ok(made.id)
}

fn countries(values: &[&str]) -> Value {
    json!({ "condition": "country", "operator": "is_any_of", "values": values })
}

fn is_member(id: &str) -> Value {
    json!({ "condition": "segment", "operator": "is_member", "segment": id })
}

async fn create(app: &TestApp, owner: &Owner, name: &str, rule: Value) -> Value {
    let body = json!({ "name": name, "rule": rule });
    app.post("/api/v1/segments", body).key(&owner.key).send().await.expect(201)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_is_made_counted_explained_and_changed_with_a_history() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let singapore = contact(&app, &owner, "a@people.example", "SG").await?;
        let poland = contact(&app, &owner, "b@people.example", "PL").await?;
        let made = create(&app, &owner, "South", countries(&["SG", "MY"])).await;
        assert_eq!(made["sentence"], "country is Singapore or Malaysia");
        assert_eq!((&made["version"], &made["members"]), (&json!(1), &Value::Null));
        let path = format!("/api/v1/segments/{}", made["id"].as_str().unwrap());

        let counted = app.call("POST", &format!("{path}/count?sample=5")).key(&owner.key).send().await.expect(200);
        assert_eq!(counted["count"], 1);
        assert_eq!(counted["sample"], json!([{ "contact": singapore, "reasons": ["country is SG"],
            "because": [{ "condition": 0, "holds": true }] }]));
        assert_eq!(app.get(&path).key(&owner.key).send().await.expect(200)["members"], 1);
        let members = app.get(&format!("{path}/members")).key(&owner.key).send().await.expect(200);
        assert_eq!(members["items"][0]["email"], "a@people.example");
        assert_eq!(members["items"].as_array().unwrap().len(), 1);

        let why = app.get(&format!("{path}/contacts/{poland}")).key(&owner.key).send().await.expect(200);
        let finding = json!({ "pointer": "/rule", "sentence": "country is Singapore or Malaysia", "holds": false,
            "why": "country is PL" });
        assert_eq!(why, json!({ "matches": false, "conditions": [finding] }));

        let patch = json!({ "rule": { "version": 1, "rule": countries(&["PL"]) } });
        let stale = app.call("PATCH", &path).json(patch.clone()).header("if-match", "\"9\"").key(&owner.key);
        assert_eq!(stale.send().await.problem(412), "precondition_failed");
        let changed = app.call("PATCH", &path).json(patch).header("if-match", "\"1\"").key(&owner.key).send().await;
        assert_eq!(changed.header("etag"), "\"2\"");
        assert_eq!(changed.expect(200)["members"], Value::Null, "another rule is not counted yet");
        let versions = app.get(&format!("{path}/versions?limit=1")).key(&owner.key).send().await.expect(200);
        assert_eq!(versions["items"][0]["version"], 2);
        let after = versions["next"].as_str().unwrap();
        let first = app.get(&format!("{path}/versions?after={after}")).key(&owner.key).send().await.expect(200);
        assert_eq!(first["items"][0]["rule"]["rule"], countries(&["SG", "MY"]));
        assert_eq!(first["next"], Value::Null);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn segments_refer_to_segments_but_not_in_circles_and_not_too_deep() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        contact(&app, &owner, "a@people.example", "SG").await?;
        let mut chain =
            vec![create(&app, &owner, "0", countries(&["SG"])).await["id"].as_str().unwrap().to_owned()];
        for depth in 1..=5 {
            let rule = json!({ "all": [is_member(&chain[depth - 1])] });
            chain.push(
                create(&app, &owner, &depth.to_string(), rule).await["id"].as_str().unwrap().to_owned(),
            );
        }
        let count = json!({ "rule": is_member(&chain[4]) });
        let counted = app.post("/api/v1/segments/count", count).key(&owner.key).send().await.expect(200);
        assert_eq!((&counted["count"], &counted["sentence"]), (&json!(1), &json!("is in segment “4”")));
        let deeper = json!({ "name": "6", "rule": is_member(&chain[5]) });
        let refused = app.post("/api/v1/segments", deeper).key(&owner.key).send().await.expect(422);
        assert_eq!(
            (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
            (&json!("/rule/segment"), &json!("too_deep"))
        );

        let bottom = format!("/api/v1/segments/{}", chain[0]);
        let circle = json!({ "rule": { "any": [countries(&["SG"]), is_member(&chain[3])] } });
        let refused = app.call("PATCH", &bottom).json(circle).key(&owner.key).send().await.expect(422);
        assert_eq!(
            (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
            (&json!("/rule/any/1/segment"), &json!("circle"))
        );
        let other = create(&app, &owner, "other", countries(&["PL"])).await;
        let longer = json!({ "rule": is_member(other["id"].as_str().unwrap()) });
        let refused = app.call("PATCH", &bottom).json(longer).key(&owner.key).send().await.expect(422);
        assert_eq!(refused["errors"][0]["code"], "breaks_referrer");
        assert_eq!(
            app.get(&bottom).key(&owner.key).send().await.expect(200)["version"],
            1,
            "nothing was changed"
        );

        let uses = app.get(&format!("{bottom}/uses")).key(&owner.key).send().await.expect(200);
        assert_eq!(uses["items"], json!([{ "kind": "segment", "id": chain[1], "name": "1" }]));
        let archive = app.call("POST", &format!("{bottom}/archive")).key(&owner.key).send().await;
        assert_eq!(archive.problem(409), "conflict");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_segment_leaves_the_list_and_comes_back() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let made = create(&app, &owner, "All", json!({ "condition": "everybody" })).await;
        let path = format!("/api/v1/segments/{}", made["id"].as_str().unwrap());
        let list = async |query: &str| {
            let listed =
                app.get(&format!("/api/v1/segments{query}")).key(&owner.key).send().await.expect(200);
            listed["items"].as_array().unwrap().len()
        };
        assert_eq!((list("").await, list("?archived=true").await), (1, 0));
        app.call("POST", &format!("{path}/archive")).key(&owner.key).send().await.expect(200);
        assert_eq!((list("").await, list("?archived=true").await), (0, 1));
        app.call("POST", &format!("{path}/restore")).key(&owner.key).send().await.expect(200);
        assert_eq!((list("").await, list("?archived=true").await), (1, 0));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_rule_is_told_where_and_a_sample_needs_the_right_to_read_contacts() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let wrong = json!({ "rule": { "version": 1, "rule": { "all": [] } } });
        let refused = app.post("/api/v1/segments/count", wrong).key(&owner.key).send().await.expect(422);
        assert_eq!(refused["errors"][0]["pointer"], "/rule/rule/all");
        let unknown = json!({ "name": "x", "rule": { "condition": "attribute", "attribute": "shoe", "operator": "exists" } });
        let refused = app.post("/api/v1/segments", unknown).key(&owner.key).send().await.expect(422);
        assert_eq!(refused["errors"][0]["pointer"], "/rule/attribute");
        let key = app.key_with(&owner, &["segments:read"]).await?;
        let count = json!({ "rule": { "condition": "everybody" }, "sample": 3 });
        assert_eq!(app.post("/api/v1/segments/count", count.clone()).key(&key).send().await.problem(403), "forbidden");
        app.post("/api/v1/segments/count", count).key(&owner.key).send().await.expect(200);
        let catalogue = app.get("/api/v1/segments/catalogue").key(&key).send().await.expect(200);
        let country = catalogue["items"].as_array().unwrap().iter().find(|c| c["id"] == "country").unwrap();
        assert_eq!(country["fields"][0]["kind"], "countries");
        assert!(catalogue["schema"]["$defs"]["condition"].is_object());
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_and_the_store_are_counted_day_by_day() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let twin = app.owner("twin@shop.example").await?;
        let store = app.scoped(owner.store);
        let leaving = contact(&app, &owner, "a@people.example", "SG").await?;
        let made = create(&app, &owner, "South", countries(&["SG"])).await;
        let path = format!("/api/v1/segments/{}/growth", made["id"].as_str().unwrap());
        let jobs = std::sync::Arc::new(app.app.jobs());
        store::queue::run_due_jobs(&app.t.db, &jobs).await?;
        let grown = app.get(&path).key(&owner.key).send().await.expect(200);
        let first = grown["items"][0].clone();
        assert_eq!(
            (&first["members"], &first["entered"], &first["left"]),
            (&json!(1), &Value::Null, &Value::Null)
        );

        app.t.advance_ms(2 * 86_400_000);
        app.call("DELETE", &format!("/api/v1/contacts/{leaving}")).key(&owner.key).send().await.expect(204);
        contact(&app, &owner, "b@people.example", "SG").await?;
        contact(&app, &owner, "c@people.example", "SG").await?;
        assert!(audience::segments::growth::begin_day(&store).await?);
        assert!(!audience::segments::growth::begin_day(&store).await?, "a day is counted once");
        store::queue::run_due_jobs(&app.t.db, &jobs).await?;
        let grown = app.get(&path).key(&owner.key).send().await.expect(200);
        let today = app.t.now().to_string()[..10].to_owned();
        assert_eq!(grown["items"].as_array().unwrap().len(), 2, "the day between was not counted");
        assert_eq!(grown["items"][1], json!({ "day": today, "members": 2, "entered": 2, "left": 1 }));
        let short = app.get(&format!("{path}?days=1")).key(&owner.key).send().await.expect(200);
        assert_eq!(short["items"].as_array().unwrap().len(), 1);
        app.get(&format!("{path}?days=0")).key(&owner.key).send().await.expect(422);

        let all = app.get("/api/v1/contacts/growth").key(&owner.key).send().await.expect(200);
        let counted = json!({ "day": today, "contacts": 2, "subscribed_email": 0, "subscribed_sms": 0 });
        assert_eq!(all["items"], json!([counted]));
        let none = app.get("/api/v1/contacts/growth").key(&twin.key).send().await.expect(200);
        assert_eq!(none["items"], json!([]));
        Ok(())
    })
    .await;
}
