//! What spans features: home, first steps, search, checks.

use crate::campaigns::{dispatch, draft, launch, shop};
use crate::harness::{Owner, TestApp, for_each_engine};
use kernel::Result;
use serde_json::{Value, json};
use testkit::TestDb;
use tokio::net::TcpListener;
use web::HttpConfig;

async fn get(app: &TestApp, owner: &Owner, path: &str) -> Value {
    app.get(path).key(&owner.key).send().await.expect(200)
}

/// Lets every consumer read the log to its end.
async fn catch_up(app: &TestApp) -> Result<()> {
    server::roles::catch_up(&app.t.db, &app.app.consumers()).await
}

fn done(setup: &Value) -> Vec<&str> {
    let items = setup["items"].as_array().unwrap();
    items.iter().filter(|i| i["done"] == true).filter_map(|i| i["key"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn first_steps_are_done_when_they_are_and_not_before() {
    for_each_engine(|app| async move {
        let twin = app.owner("twin@shop.example").await?;
        let (owner, contact) = shop(&app).await?;
        let setup = get(&app, &owner, "/api/v1/setup").await;
        assert_eq!(
            (&setup["done"], &setup["total"], &setup["dismissed"]),
            (&json!(2), &json!(8), &json!(false))
        );
        assert_eq!(done(&setup), ["postal_address", "contacts"]);
        let brand = json!({ "settings": { "brand": { "color": "#1c6e4c" } } });
        app.call("PATCH", "/api/v1/store").json(brand).key(&owner.key).send().await.expect(200);
        let ready = json!({ "name": "Letter", "ready": "welcome" });
        app.post("/api/v1/templates", ready).key(&owner.key).send().await.expect(201);
        let id = draft(&app, &owner, "Spring", json!({ "kind": "now" })).await;
        let test = json!({ "to": "me@shop.example", "contact": contact });
        app.post(&format!("/api/v1/campaigns/{id}/test"), test).key(&owner.key).send().await.expect(201);
        launch(&app, &owner, &id).await;
        let domain = json!({ "domain": "shop.example" });
        app.post("/api/v1/domains", domain).key(&owner.key).send().await.expect(201);
        let setup = get(&app, &owner, "/api/v1/setup").await;
        assert_eq!(
            done(&setup),
            ["postal_address", "contacts", "brand", "template", "test_message", "first_campaign"]
        );
        assert_eq!(setup["items"][1]["detail"], "The records of shop.example are not all right yet.");
        let away = json!({ "dismissed": true });
        let put = app.call("PATCH", "/api/v1/setup").json(away).key(&owner.key).send().await.expect(200);
        assert_eq!(put["dismissed"], true);
        assert_eq!(get(&app, &owner, "/api/v1/setup").await["dismissed"], true);
        let other = get(&app, &twin, "/api/v1/setup").await;
        assert_eq!((&other["done"], &other["dismissed"]), (&json!(0), &json!(false)));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn home_shows_figures_of_the_days_alerts_and_campaigns() {
    for_each_engine(|app| async move {
        let (owner, contact) = shop(&app).await?;
        app.t.clock.advance_ms(3 * 24 * 3_600_000);
        let sent = draft(&app, &owner, "Spring", json!({ "kind": "now" })).await;
        launch(&app, &owner, &sent).await;
        dispatch(&app, &owner, &sent).await?;
        draft(&app, &owner, "Draft", json!({ "kind": "now" })).await;
        let leave = json!({ "channel": "email", "status": "unsubscribed" });
        let path = format!("/api/v1/contacts/{contact}/consent");
        app.post(&path, leave).key(&owner.key).send().await.expect(200);
        catch_up(&app).await?;
        let home = get(&app, &owner, "/api/v1/home?days=2").await;
        let figures = &home["figures"];
        assert_eq!((&figures["contacts"], &figures["sent"]["now"]), (&json!(1), &json!(1)));
        assert_eq!(figures["new_contacts"], json!({ "now": 0, "before": 1 }));
        assert_eq!((&figures["subscribed_email"], &figures["unsubscribed"]["now"]), (&json!(0), &json!(1)));
        assert_eq!(home["days"].as_array().unwrap().len(), 2);
        assert_eq!((&home["days"][1]["sent"], &home["days"][0]["sent"]), (&json!(1), &json!(0)));
        assert_eq!(home["recent"][0]["summary"]["sums"]["accepted"], 1);
        assert_eq!(home["drafts"][0]["name"], "Draft");
        assert_eq!((&home["running"], &home["scheduled"]), (&json!([]), &json!([])));
        let alerts = home["alerts"].as_array().unwrap();
        assert_eq!(
            (alerts.len(), &alerts[0]["code"], &alerts[0]["level"]),
            (1, &json!("sandbox"), &json!("info"))
        );
        let wrong = app.get("/api/v1/home?days=91").key(&owner.key).send().await.expect(422);
        assert_eq!(wrong["errors"][0]["pointer"], "?days");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn home_tells_what_is_wrong() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let store = app.scoped(owner.store);
        store.write(|tx| tx.enqueue("test.unknown", &json!({}), tx.now())).await?;
        store::queue::run_due_jobs(&app.t.db, &std::sync::Arc::new(app.app.jobs())).await?;
        tenancy::installation::lock_sending(&app.t.db).await?;
        let home = get(&app, &owner, "/api/v1/home").await;
        let told: Vec<(&str, &str)> = home["alerts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|a| (a["code"].as_str().unwrap(), a["level"].as_str().unwrap()))
            .collect();
        assert_eq!(
            told,
            [
                ("sending_locked", "error"),
                ("postal_address", "warning"),
                ("job_failed", "warning"),
                ("sandbox", "info"),
            ]
        );
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_box_finds_ids_addresses_and_parts_of_names_of_this_store_only() {
    for_each_engine(|app| async move {
        let twin = app.owner("twin@shop.example").await?;
        let (owner, contact) = shop(&app).await?;
        let campaign = draft(&app, &owner, "Spring letter", json!({ "kind": "now" })).await;
        let segment = json!({ "name": "Springers", "rule": { "condition": "everybody" } });
        app.post("/api/v1/segments", segment).key(&owner.key).send().await.expect(201);
        let ready = json!({ "name": "Springtime", "ready": "welcome" });
        app.post("/api/v1/templates", ready).key(&owner.key).send().await.expect(201);
        let tagged = json!({ "email": "cy@people.example", "tags": ["spring-2026"] });
        app.post("/api/v1/contacts", tagged).key(&owner.key).send().await.expect(201);
        let find = async |owner: &Owner, text: &str| {
            let found = get(&app, owner, &format!("/api/v1/search?q={text}")).await;
            let items = found["items"].as_array().unwrap().iter();
            items
                .map(|i| format!("{} {}", i["kind"].as_str().unwrap(), i["title"].as_str().unwrap()))
                .collect::<Vec<_>>()
        };
        assert_eq!(find(&owner, "bo%40people.example").await, ["contact Bo"]);
        assert_eq!(find(&owner, &contact).await, ["contact Bo"]);
        assert_eq!(find(&owner, &campaign).await, ["campaign Spring letter"]);
        assert_eq!(
            find(&owner, "SPRING").await,
            ["campaign Spring letter", "segment Springers", "template Springtime", "tag spring-2026"]
        );
        assert!(find(&owner, "people.example").await.is_empty(), "sealed fields are not looked through");
        for text in ["SPRING", "bo%40people.example", contact.as_str(), campaign.as_str()] {
            assert!(find(&twin, text).await.is_empty(), "{text}");
        }
        let narrow = app.key_with(&owner, &["campaigns:read"]).await?;
        let only = app.get("/api/v1/search?q=spring").key(&narrow).send().await.expect(200);
        assert_eq!(only["items"].as_array().unwrap().len(), 1, "what one may not read is not found");
        assert_eq!(app.get("/api/v1/search?q=").key(&owner.key).send().await.problem(422), "validation");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_store_is_filled_with_made_up_people_once() {
    let app = TestApp::new(TestDb::sqlite().await.unwrap()).unwrap();
    let owner = app.owner("ana@shop.example").await.unwrap();
    let ask = async || app.post("/api/v1/demo", json!({})).key(&owner.key).send().await;
    let job = ask().await.expect(202)["job"].as_str().unwrap().to_owned();
    assert_eq!(ask().await.problem(409), "conflict", "it is being filled already");
    store::queue::run_due_jobs(&app.t.db, &std::sync::Arc::new(app.app.jobs())).await.unwrap();
    let job = get(&app, &owner, &format!("/api/v1/jobs/{job}")).await;
    assert_eq!((&job["state"], &job["done"]), (&json!("done"), &job["total"]), "{job}");
    assert!(job["result"]["contacts"].as_i64().unwrap() >= 5_000, "{job}");
    let campaigns = get(&app, &owner, "/api/v1/campaigns").await;
    let campaign = &campaigns["items"][0];
    assert_eq!((&campaign["id"], &campaign["state"]), (&job["result"]["campaign"], &json!("running")));
    for (path, least) in [("segments", 4), ("templates", 4), ("tags", 6)] {
        let listed = get(&app, &owner, &format!("/api/v1/{path}")).await;
        assert!(listed["items"].as_array().unwrap().len() >= least, "{path}");
    }
    dispatch(&app, &owner, campaign["id"].as_str().unwrap()).await.unwrap();
    let sent = get(&app, &owner, "/api/v1/campaigns?state=finished").await;
    assert!(sent["items"][0]["summary"]["sums"]["accepted"].as_i64().unwrap() > 2_000, "{sent}");
    assert_eq!(ask().await.problem(409), "conflict", "the store has contacts");
}

/// A program that listens at its public address.
async fn listening(t: TestDb, public: &TcpListener) -> TestApp {
    let public_url = format!("http://{}", public.local_addr().unwrap());
    let http = HttpConfig { public_url, ..HttpConfig::local(t.dir()) };
    TestApp::with(t, http).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn checks_call_the_program_at_its_own_address() {
    let here = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let app = listening(TestDb::sqlite().await.unwrap(), &here).await;
    let owner = app.owner("ana@shop.example").await.unwrap();
    let check = async || {
        let call = app.call("POST", "/api/v1/installation/checks").key(&owner.key);
        call.send().await.expect(200)
    };
    let served = tokio::spawn(web::serve::serve(here, app.app.router(), app.app.state.stopping()));
    let found = check().await;
    assert_eq!(found["public_url"]["status"], "warning", "{found}");
    assert!(found["public_url"]["detail"].as_str().unwrap().contains("this machine only"), "{found}");
    assert_eq!((&found["database"]["status"], &found["clock"]["status"]), (&json!("ok"), &json!("ok")));
    assert_eq!(found["mail_path"]["status"], "warning", "the sandbox");
    assert!(found["disk"]["detail"].as_str().unwrap().contains("GiB"));
    app.app.state.stop();
    served.await.unwrap();
    assert_eq!(check().await["public_url"]["status"], "error", "nobody listens any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_at_the_public_address_is_noticed() {
    let here = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let app = listening(TestDb::sqlite().await.unwrap(), &here).await;
    let owner = app.owner("ana@shop.example").await.unwrap();
    let stranger = axum::Router::new()
        .route("/api/v1/installation", axum::routing::get(|| async { r#"{"fingerprint":"another"}"# }));
    let served = tokio::spawn(web::serve::serve(here, stranger, app.app.state.stopping()));
    let found = app.call("POST", "/api/v1/installation/checks").key(&owner.key).send().await.expect(200);
    assert_eq!(found["public_url"]["status"], "error");
    assert!(found["public_url"]["detail"].as_str().unwrap().contains("Something else"), "{found}");
    app.app.state.stop();
    served.await.unwrap();
}

async fn timeline(app: &TestApp, key: &str, contact: &str, query: &str) -> Value {
    app.get(&format!("/api/v1/contacts/{contact}/timeline{query}")).key(key).send().await.expect(200)
}

fn told(page: &Value) -> Vec<String> {
    let entries = page["items"].as_array().unwrap().iter();
    let word = |e: &Value| {
        let more = ["change", "outcome", "name"].iter().find_map(|field| e[*field].as_str()).unwrap_or("");
        format!("{} {more}", e["what"].as_str().unwrap())
    };
    entries.map(word).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contacts_timeline_tells_of_consent_messages_and_visits_once_and_newest_first() {
    for_each_engine(|app| async move {
        let (owner, contact) = shop(&app).await?;
        let minute = || app.t.clock.advance_ms(60_000);
        minute();
        let sent = draft(&app, &owner, "Spring", json!({ "kind": "now" })).await;
        launch(&app, &owner, &sent).await;
        dispatch(&app, &owner, &sent).await?;
        minute();
        for (event, id) in [("Scarf Viewed", "1"), ("Scarf Bought", "2")] {
            let said = json!({ "event": event, "messageId": id, "anonymousId": "a1" });
            app.post("/v1/track", said).key(&owner.key).send().await.expect(200);
            minute();
        }
        let said = json!({ "anonymousId": "a1", "traits": { "email": "bo@people.example" } });
        app.post("/v1/identify", said).key(&owner.key).send().await.expect(200);
        catch_up(&app).await?;
        minute();
        let leave = json!({ "channel": "email", "status": "unsubscribed" });
        let path = format!("/api/v1/contacts/{contact}/consent");
        app.post(&path, leave).key(&owner.key).send().await.expect(200);
        let yes = json!({ "email": "subscribed", "wording": "Send me news", "proof": "form 1" });
        let other = json!({ "email": "eve@people.example", "consent": yes });
        app.post("/api/v1/contacts", other).key(&owner.key).send().await.expect(201);
        let late = draft(&app, &owner, "Late", json!({ "kind": "now" })).await;
        let path = format!("/api/v1/campaigns/{late}/launch");
        app.post(&path, json!({ "audience": 2 })).key(&owner.key).send().await.expect(200);
        dispatch(&app, &owner, &late).await?;
        catch_up(&app).await?;

        let all = timeline(&app, &owner.key, &contact, "").await;
        let expected = [
            "decision suppressed",
            "consent unsubscribed",
            "visit ",
            "visit Scarf Bought",
            "visit Scarf Viewed",
            "decision accepted",
            "consent subscribed",
        ];
        assert_eq!((told(&all), &all["next"]), (expected.map(str::to_owned).to_vec(), &Value::Null), "{all}");
        assert_eq!(all["items"][0]["reason"], "unsubscribed");
        assert_eq!(all["items"][5]["campaign"], json!({ "id": sent, "name": "Spring" }));

        let (mut pages, mut query) = (Vec::new(), "?limit=2".to_owned());
        loop {
            let page = timeline(&app, &owner.key, &contact, &query).await;
            pages.extend(told(&page));
            let Some(next) = page["next"].as_str() else { break };
            query = format!("?limit=2&after={next}");
        }
        assert_eq!(pages, expected, "by pages");

        let narrow = app.key_with(&owner, &["contacts:read"]).await?;
        let seen = timeline(&app, &narrow, &contact, "").await;
        assert_eq!(told(&seen), ["consent unsubscribed", "consent subscribed"]);
        let path = format!("/api/v1/contacts/{contact}/timeline?after=nonsense");
        assert_eq!(app.get(&path).key(&owner.key).send().await.problem(422), "validation");
        Ok(())
    })
    .await;
}
