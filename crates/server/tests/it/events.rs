//! Events of a shop's pages and servers: taken once, durable, and whose they are.

use crate::harness::{Owner, TestApp, for_each_engine};
use kernel::Result;
use serde_json::{Value, json};

/// A shop with the key of its pages, which may send events and nothing else.
struct Shop {
    app: TestApp,
    owner: Owner,
    page: String,
}

impl Shop {
    async fn open(app: TestApp) -> Result<Self> {
        let owner = app.owner("ana@shop.example").await?;
        let page = app.key_with(&owner, &["events:write"]).await?;
        Ok(Shop { app, owner, page })
    }

    async fn say(&self, key: &str, call: &str, body: Value) {
        let answer = self.app.post(&format!("/v1/{call}"), body).key(key).send().await;
        assert_eq!(answer.expect(200), json!({ "success": true }));
        server::roles::catch_up(&self.app.t.db, &self.app.app.consumers()).await.unwrap();
    }

    async fn page_says(&self, call: &str, body: Value) {
        self.say(&self.page, call, body).await;
    }

    async fn server_says(&self, call: &str, body: Value) {
        self.say(&self.owner.key, call, body).await;
    }

    async fn get(&self, path: &str) -> Value {
        self.app.get(path).key(&self.owner.key).send().await.expect(200)
    }

    async fn events(&self) -> Vec<Value> {
        self.get("/api/v1/events").await["items"].as_array().unwrap().clone()
    }

    async fn refusals(&self) -> Vec<String> {
        let refused = self.get("/api/v1/events/refusals").await;
        refused["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["reason"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The only contact with an address, found by searching for it.
    async fn contact(&self, email: &str) -> Value {
        let found = self.get(&format!("/api/v1/contacts?search={email}")).await;
        let items = found["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{email}: {found}");
        items[0].clone()
    }

    async fn names_of(&self, contact: &Value) -> Vec<String> {
        let path = format!("/api/v1/contacts/{}/behaviour", contact["id"].as_str().unwrap());
        let events = self.get(&path).await;
        let name = |e: &Value| match e["name"].as_str().unwrap() {
            "" => e["kind"].as_str().unwrap().to_owned(),
            name => name.to_owned(),
        };
        events["items"].as_array().unwrap().iter().map(name).collect()
    }
}

fn track(who: Value, event: &str, id: &str) -> Value {
    let mut body = json!({ "event": event, "messageId": id, "properties": { "total": 12.5 } });
    body.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_taken_once_within_a_week_however_often_it_is_sent() {
    for_each_engine(|app| async move {
        let shop = Shop::open(app).await?;
        let call = track(json!({ "anonymousId": "a1" }), "Product Viewed", "m1");
        for _ in 0..2 {
            shop.page_says("track", call.clone()).await;
            shop.page_says(
                "batch",
                json!({ "batch": [{ "type": "page", "anonymousId": "a1", "messageId": "m2" },
                { "type": "page", "anonymousId": "a1", "messageId": "m2" }] }),
            )
            .await;
        }
        let events = shop.events().await;
        assert_eq!(events.len(), 2, "{events:?}");
        let viewed = &events[1];
        assert_eq!((&viewed["kind"], &viewed["name"]), (&json!("track"), &json!("Product Viewed")));
        assert_eq!(viewed["document"]["properties"]["total"], 12.5);
        assert_eq!((&viewed["contact"], &viewed["trusted"]), (&Value::Null, &json!(false)));
        let names = shop.get("/api/v1/events/names").await;
        let counted = json!([{ "kind": "track", "name": "Product Viewed", "events": 1 },
            { "kind": "page", "name": "", "events": 1 }]);
        assert_eq!(names["items"], counted);
        shop.app.t.advance_ms(9 * 86_400_000);
        shop.page_says("track", track(json!({ "anonymousId": "a1" }), "Other", "m3")).await;
        shop.page_says("track", call).await;
        assert_eq!(shop.events().await.len(), 4, "after a week the id may come again");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_becomes_a_contact_with_all_they_did_before() {
    for_each_engine(|app| async move {
        let shop = Shop::open(app).await?;
        let browser = json!({ "anonymousId": "a1" });
        shop.page_says("track", track(browser.clone(), "Product Viewed", "m1")).await;
        shop.page_says(
            "identify",
            json!({ "anonymousId": "a1", "userId": "u1", "messageId": "m2",
            "traits": { "email": "Mei@Mail.Example", "firstName": "Mei", "address": { "country": "SG" } } }),
        )
        .await;
        shop.page_says("track", track(browser, "Product Added", "m3")).await;
        shop.server_says("track", track(json!({ "userId": "u1" }), "Order Completed", "m4")).await;
        let mei = shop.contact("mei@mail.example").await;
        assert_eq!((&mei["first_name"], &mei["country"]), (&json!("Mei"), &json!("SG")));
        assert_eq!(
            mei["channels"]["email"]["status"], "never_subscribed",
            "who one is says nothing of consent"
        );
        let did = ["Order Completed", "Product Added", "identify", "Product Viewed"];
        assert_eq!(shop.names_of(&mei).await, did);
        let path = format!("/api/v1/contacts/{}/behaviour?limit=3", mei["id"].as_str().unwrap());
        let page = shop.get(&path).await;
        let rest = shop.get(&format!("{path}&after={}", page["next"].as_str().unwrap())).await;
        assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
        assert!(shop.events().await.iter().all(|e| e["contact"] == mei["id"]));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_two_people_share_tells_from_when_on_it_is_the_other() {
    for_each_engine(|app| async move {
        let shop = Shop::open(app).await?;
        let seen = |id| track(json!({ "anonymousId": "a1" }), "Product Viewed", id);
        let is = |email: &str| json!({ "anonymousId": "a1", "traits": { "email": email } });
        shop.page_says("track", seen("m1")).await;
        shop.page_says("identify", is("mei@mail.example")).await;
        shop.page_says("identify", is("tom@mail.example")).await;
        shop.page_says("track", seen("m2")).await;
        let (mei, tom) = (shop.contact("mei@mail.example").await, shop.contact("tom@mail.example").await);
        assert_eq!(shop.names_of(&mei).await, ["identify", "Product Viewed"]);
        assert_eq!(shop.names_of(&tom).await, ["Product Viewed", "identify"]);
        let visitor = shop.events().await[0]["visitor"].as_i64().unwrap();
        let undo = format!("/api/v1/contacts/{}/visitors/{visitor}", tom["id"].as_str().unwrap());
        shop.app.call("DELETE", &undo).key(&shop.owner.key).send().await.expect(204);
        assert_eq!(shop.names_of(&tom).await, [""; 0], "it was not him after all");
        assert_eq!(
            shop.app.call("DELETE", &undo).key(&shop.owner.key).send().await.problem(404),
            "not_found"
        );
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_fills_gaps_and_never_overwrites_or_joins_known_contacts() {
    for_each_engine(|app| async move {
        let shop = Shop::open(app).await?;
        let who = |user: &str, email: &str, name: &str| {
            json!({ "userId": user, "traits": { "email": email,
            "firstName": name } })
        };
        shop.server_says("identify", who("u1", "mei@mail.example", "Mei")).await;
        shop.server_says("identify", who("u2", "tom@mail.example", "Tom")).await;
        shop.page_says(
            "identify",
            json!({ "anonymousId": "a1", "traits": { "email": "mei@mail.example",
            "firstName": "Mallory", "lastName": "Lim" } }),
        )
        .await;
        let mei = shop.contact("mei@mail.example").await;
        assert_eq!((&mei["first_name"], &mei["last_name"]), (&json!("Mei"), &json!("Lim")));
        let whole = shop.get(&format!("/api/v1/contacts/{}", mei["id"].as_str().unwrap())).await;
        let origin = |field: &str| {
            let sources = whole["sources"].as_array().unwrap();
            sources.iter().find(|source| source["field"] == field).unwrap()["origin"].clone()
        };
        assert_eq!((origin("first_name"), origin("last_name")), (json!("api"), json!("site")));
        shop.page_says("identify", who("u1", "tom@mail.example", "X")).await;
        shop.server_says("identify", who("u1", "tom@mail.example", "X")).await;
        assert_eq!(shop.refusals().await, ["two_contacts", "two_contacts"]);
        assert_eq!(shop.contact("tom@mail.example").await["first_name"], "Tom");
        shop.page_says("identify", who("admin", "mei@mail.example", "Mei")).await;
        let ids = shop.contact("mei@mail.example").await["external_ids"].clone();
        assert_eq!(ids, json!([{ "system": "user_id", "id": "u1" }]), "a page gives known contacts no ids");
        shop.server_says("identify", who("u1", "mei@mail.example", "Mei Ling")).await;
        assert_eq!(shop.contact("mei@mail.example").await["first_name"], "Mei Ling", "a server knows better");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alias_joins_an_earlier_visitor_and_a_late_user_id_is_found() {
    for_each_engine(|app| async move {
        let shop = Shop::open(app).await?;
        shop.page_says("track", track(json!({ "anonymousId": "old" }), "Product Viewed", "m1")).await;
        shop.server_says("track", track(json!({ "userId": "u1" }), "Order Completed", "m2")).await;
        shop.server_says("identify", json!({ "userId": "u1", "traits": { "email": "mei@mail.example" } }))
            .await;
        shop.server_says("alias", json!({ "userId": "u1", "previousId": "old" })).await;
        let mei = shop.contact("mei@mail.example").await;
        assert_eq!(shop.names_of(&mei).await, ["alias", "identify", "Order Completed", "Product Viewed"]);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_a_contact_makes_what_they_did_unreadable() {
    for_each_engine(|app| async move {
        let shop = Shop::open(app).await?;
        shop.page_says("identify", json!({ "anonymousId": "a1", "traits": { "email": "mei@mail.example" } }))
            .await;
        let mei = shop.contact("mei@mail.example").await;
        let path = format!("/api/v1/contacts/{}", mei["id"].as_str().unwrap());
        let erased = shop.app.call("DELETE", &path).key(&shop.owner.key).send().await;
        assert!(erased.status < 300, "{}", erased.text());
        server::roles::catch_up(&shop.app.t.db, &shop.app.app.consumers()).await?;
        let events = shop.events().await;
        assert_eq!(
            (events.len(), &events[0]["document"], &events[0]["contact"]),
            (1, &Value::Null, &Value::Null)
        );
        shop.page_says("track", track(json!({ "anonymousId": "a1" }), "Product Viewed", "m9")).await;
        let events = shop.events().await;
        assert!(events[0]["document"].is_object() && events[0]["visitor"] != events[1]["visitor"]);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_refused_with_its_reason_and_takes_nothing_else_along() {
    for_each_engine(|app| async move {
        let shop = Shop::open(app).await?;
        let large = "x".repeat(33_000);
        let batch = json!({ "batch": [{ "type": "track", "userId": "u1" }, { "type": "track", "event": "Good",
            "userId": "u1" }, { "type": "track", "event": "Large", "userId": "u1", "properties": { "p": large } }] });
        shop.page_says("batch", batch).await;
        assert_eq!(shop.events().await.len(), 1);
        assert_eq!(shop.refusals().await, ["too_large", "name_not_right"]);
        let broken = shop.app.call("POST", "/v1/track").raw("text/plain", "{nonsense").key(&shop.page).send().await;
        assert_eq!(broken.problem(400), "bad_request");
        let huge = format!("{{\"event\":\"{}\"}}", "x".repeat(600_000));
        let huge = shop.app.call("POST", "/v1/track").raw("text/plain", huge).key(&shop.page).send().await;
        assert_eq!(huge.problem(413), "too_large");
        assert_eq!(shop.refusals().await[..2], ["too_large", "not_an_event"]);
        assert_eq!(shop.app.post("/v1/dance", json!({})).key(&shop.page).send().await.problem(404), "not_found");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_of_a_page_sends_events_from_anywhere_and_does_nothing_else() {
    for_each_engine(|app| async move {
        let shop = Shop::open(app).await?;
        let body = track(json!({ "anonymousId": "a1" }), "Product Viewed", "m1");
        let mut inside = body.clone();
        inside["writeKey"] = shop.page.clone().into();
        let sent = shop.app.call("POST", "/v1/t").raw("text/plain", inside.to_string());
        let answer = sent.header("origin", "https://shop.example").send().await;
        answer.expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let asked = shop.app.call("OPTIONS", "/v1/t").header("origin", "https://shop.example");
        let asked = asked.header("access-control-request-headers", "authorization,content-type").send().await;
        assert_eq!(
            (asked.status, asked.header("access-control-allow-headers")),
            (204, "authorization,content-type")
        );
        for path in ["/api/v1/events", "/api/v1/contacts"] {
            assert_eq!(shop.app.get(path).key(&shop.page).send().await.problem(403), "forbidden");
        }
        let reader = shop.app.key_with(&shop.owner, &["events:read"]).await?;
        assert_eq!(
            shop.app.post("/v1/track", body.clone()).key(&reader).send().await.problem(403),
            "forbidden"
        );
        let nobody = shop.app.post("/v1/track", body.clone()).send().await;
        assert_eq!(nobody.problem(401), "unauthorized");
        assert_eq!(nobody.header("access-control-allow-origin"), "*", "a page may read why");
        let wrong = shop.app.post("/v1/track", body).key("sp_live_nonsense").send().await;
        assert_eq!(wrong.problem(401), "unauthorized");
        let twin = shop.app.owner("twin@shop.example").await?;
        let theirs = shop.app.get("/api/v1/events").key(&twin.key).send().await.expect(200);
        assert_eq!(theirs["items"], json!([]), "another store sees nothing");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wanted_is_found_among_much_else() {
    for_each_engine(|app| async move {
        let shop = Shop::open(app).await?;
        let mut batch: Vec<Value> = Vec::new();
        for n in 0..1_200 {
            let (event, id) = (if n % 100 == 0 { "Rare" } else { "Common" }, format!("m{n}"));
            let mut call = track(json!({ "anonymousId": format!("a{}", n % 7) }), event, &id);
            call["type"] = "track".into();
            batch.push(call);
        }
        shop.page_says("batch", json!({ "batch": batch })).await;
        let (mut path, mut found) = ("/api/v1/events?name=Rare&kind=track&limit=5".to_owned(), 0);
        loop {
            let page = shop.get(&path).await;
            found += page["items"].as_array().unwrap().len();
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/v1/events?name=Rare&kind=track&limit=5&after={next}");
        }
        assert_eq!(found, 12);
        assert_eq!(shop.get("/api/v1/events?kind=page").await["items"], json!([]));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_of_what_was_done_is_right_the_moment_an_event_is_acknowledged() {
    for_each_engine(|app| async move {
        let shop = Shop::open(app).await?;
        let rule = json!({ "condition": "event", "operator": "did", "event": "Order Completed", "at_least": 2,
            "in_last_days": 30, "where": [{ "property": "products.sku", "operator": "equals", "value": "T1" }],
            "total_of": "total", "total_at_least": 30.5 });
        let count = || async {
            let asked = json!({ "rule": rule, "sample": 5 });
            shop.app.post("/api/v1/segments/count", asked).key(&shop.owner.key).send().await.expect(200)
        };
        assert_eq!(count().await["count"], 0);
        let order = |total: Value, sku: &str, id: &str| {
            json!({ "event": "Order Completed", "messageId": id, "anonymousId": "a1",
                "properties": { "total": total, "products": [{ "sku": sku }, { "sku": "T9" }] } })
        };
        shop.page_says("track", order(json!(20.25), "T1", "1")).await;
        shop.page_says("track", order(json!("10.25"), "T1", "2")).await;
        shop.page_says("track", order(json!(99), "T2", "3")).await;
        assert_eq!(count().await["count"], 0, "nobody knows yet who it was");
        let who = json!({ "anonymousId": "a1", "traits": { "email": "mei@people.example" } });
        shop.page_says("identify", who).await;
        let found = count().await;
        assert_eq!(found["count"], 1);
        let reason = found["sample"][0]["reasons"][0].as_str().unwrap();
        assert!(reason.starts_with("2 times, last at ") && reason.ends_with("; total adds up to 30.5"), "{reason}");
        let properties = shop.get("/api/v1/events/properties?kind=track&name=Order%20Completed").await;
        let expected = json!([{ "path": "products.sku", "numbers": false, "texts": true },
            { "path": "total", "numbers": true, "texts": true }]);
        assert_eq!(properties["items"], expected);
        shop.app.t.clock.advance_ms(31 * 24 * 3_600_000);
        assert_eq!(count().await["count"], 0, "the window has moved on by itself");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_klaviyos_client_api_become_events_of_a_known_contact() {
    for_each_engine(|app| async move {
        let shop = Shop::open(app).await?;
        let call = |path: &str, body: Value| {
            let path = format!("/client/{path}?company_id={}", shop.page);
            shop.app.post(&path, body).send()
        };
        let profile = json!({ "data": { "type": "profile", "attributes": { "email": "mei@people.example",
            "anonymous_id": "k1", "first_name": "Mei" } } });
        let metric = |name: &str| json!({ "data": { "type": "metric", "attributes": { "name": name } } });
        let event = json!({ "data": { "type": "event", "attributes": { "properties": { "ProductID": "T1" },
            "value": 12.5, "unique_id": "e1", "metric": metric("Viewed Product"), "profile": profile } } });
        for _ in 0..2 {
            assert_eq!(call("events", event.clone()).await.status, 202);
        }
        let alone = json!({ "data": profile["data"] });
        assert_eq!(call("profiles", alone).await.status, 202);
        server::roles::catch_up(&shop.app.t.db, &shop.app.app.consumers()).await?;
        let mei = shop.contact("mei@people.example").await;
        assert_eq!(mei["first_name"], "Mei");
        assert_eq!(shop.names_of(&mei).await, ["identify", "identify", "Viewed Product", "identify"]);
        let bulk = json!({ "data": { "type": "event-bulk-create", "attributes": { "profile": profile, "events": {
            "data": [{ "type": "event", "attributes": { "metric": metric("Added to Cart"), "properties": {} } }] } } } });
        assert_eq!(call("event-bulk-create", bulk).await.status, 202);
        let nameless = json!({ "data": { "type": "event", "attributes": { "profile": profile } } });
        assert_eq!(call("events", nameless).await.problem(422), "validation");
        let stranger = shop.app.post("/client/events?company_id=sp_live_nobody", event).send().await;
        assert_eq!(stranger.problem(401), "unauthorized");
        Ok(())
    })
    .await;
}
