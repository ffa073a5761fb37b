//! Campaigns over HTTP: from the draft to the sandbox, the list, the calendar, another time.

use crate::harness::{Owner, TestApp, for_each_engine};
use kernel::{Clock, Result};
use messaging::outbox::open_dispatcher;
use serde_json::{Value, json};

const LETTER: &str = "<html><body><p>Dear {{ contact.first_name | default: 'reader' }},</p>\
    <p><a href=\"https://shop.example/new\">new things</a> of {{ campaign.name }}</p>\
    <p>{{ store.postal_address }} <a href=\"{{ links.unsubscribe }}\">Unsubscribe</a> \
    <a href=\"{{ links.web_view }}\">Read online</a></p></body></html>";

/// A store that may send, with one contact who said yes.
pub async fn shop(app: &TestApp) -> Result<(Owner, String)> {
    let owner = app.owner("ana@shop.example").await?;
    let address = json!({ "settings": { "postal_address": "1 Shop Street, Singapore" } });
    app.call("PATCH", "/api/v1/store").json(address).key(&owner.key).send().await.expect(200);
    let yes = json!({ "email": "subscribed", "wording": "Send me news", "proof": "form 1" });
    let contact = json!({ "email": "bo@people.example", "first_name": "Bo", "consent": yes });
    let made = app.post("/api/v1/contacts", contact).key(&owner.key).send().await.expect(201);
    Ok((owner, made["id"].as_str().unwrap_or_default().to_owned()))
}

/// A draft to everybody.
pub async fn draft(app: &TestApp, owner: &Owner, name: &str, timing: Value) -> String {
    let body = json!({ "format": "html", "source": LETTER });
    let content = json!({ "subject": "News of {{ store.name }}", "from": "news@shop.example", "body": body });
    let track = json!({ "opens": false, "clicks": false });
    let settings = json!({ "include": [{ "all": true }], "timing": timing, "track": track });
    let campaign = json!({ "name": name, "content": content, "settings": settings });
    let made = app.post("/api/v1/campaigns", campaign).key(&owner.key).send().await.expect(201);
    made["id"].as_str().unwrap_or_default().to_owned()
}

pub async fn launch(app: &TestApp, owner: &Owner, id: &str) -> Value {
    let path = format!("/api/v1/campaigns/{id}/launch");
    app.post(&path, json!({ "audience": 1 })).key(&owner.key).send().await.expect(200)
}

/// Hands over what is due.
pub async fn dispatch(app: &TestApp, owner: &Owner, id: &str) -> Result<()> {
    let dispatcher = open_dispatcher(&app.app.state).await?;
    let (_keep, stop) = tokio::sync::watch::channel(false);
    let id = id.parse().expect("an id");
    dispatcher.run_to_end(&app.scoped(owner.store), id, stop).await.map(drop)
}

async fn list(app: &TestApp, owner: &Owner, query: &str) -> Vec<String> {
    let path = format!("/api/v1/campaigns?{query}");
    let page = app.get(&path).key(&owner.key).send().await.expect(200);
    let names = page["items"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap().to_owned());
    names.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_chosen_by_state_name_and_time_and_shows_figures() {
    for_each_engine(|app| async move {
        let (owner, _) = shop(&app).await?;
        let now = app.t.clock.now();
        let later = now.plus_ms(3_600_000);
        draft(&app, &owner, "Spring draft", json!({ "kind": "now" })).await;
        let scheduled = draft(&app, &owner, "Summer", json!({ "kind": "at", "at": later })).await;
        let sent = draft(&app, &owner, "ÉTÉ sale", json!({ "kind": "now" })).await;
        assert_eq!(launch(&app, &owner, &scheduled).await["state"], "scheduled");
        launch(&app, &owner, &sent).await;
        dispatch(&app, &owner, &sent).await?;
        assert_eq!(list(&app, &owner, "").await, ["ÉTÉ sale", "Summer", "Spring draft"]);
        assert_eq!(list(&app, &owner, "state=draft").await, ["Spring draft"]);
        assert_eq!(list(&app, &owner, "state=draft,scheduled").await, ["Summer", "Spring draft"]);
        assert_eq!(list(&app, &owner, "state=finished&state=scheduled").await, ["ÉTÉ sale", "Summer"]);
        assert_eq!(list(&app, &owner, "search=%C3%A9t%C3%A9").await, ["ÉTÉ sale"]);
        assert_eq!(list(&app, &owner, "search=s&state=draft").await, ["Spring draft"]);
        assert_eq!(list(&app, &owner, &format!("from={now}")).await, ["ÉTÉ sale", "Summer"]);
        assert_eq!(list(&app, &owner, &format!("from={now}&to={later}")).await, ["ÉTÉ sale"]);
        let page = app.get("/api/v1/campaigns?state=finished").key(&owner.key).send().await.expect(200);
        let item = &page["items"][0];
        assert_eq!(
            (&item["summary"]["sums"]["accepted"], &item["summary"]["opened"]),
            (&json!(1), &json!(0))
        );
        assert_eq!(item["subject"], "News of {{ store.name }}");
        let drafts = app.get("/api/v1/campaigns?state=draft").key(&owner.key).send().await.expect(200);
        assert_eq!(drafts["items"][0]["summary"], Value::Null);
        let wrong = app.get("/api/v1/campaigns?state=sent").key(&owner.key).send().await.expect(422);
        assert_eq!(wrong["errors"][0]["pointer"], "?state");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_a_chosen_list_follow_one_another() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        for n in 0..5 {
            draft(&app, &owner, if n % 2 == 0 { "even" } else { "odd" }, json!({ "kind": "now" })).await;
        }
        let first = "/api/v1/campaigns?search=even&limit=2";
        let page = app.get(first).key(&owner.key).send().await.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), 2);
        let next = format!("{first}&after={}", page["next"].as_str().unwrap());
        let page = app.get(&next).key(&owner.key).send().await.expect(200);
        assert_eq!((page["items"].as_array().unwrap().len(), &page["next"]), (1, &Value::Null));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduled_campaign_moves_to_another_time_and_launches_then() {
    for_each_engine(|app| async move {
        let (owner, _) = shop(&app).await?;
        let hour = 3_600_000;
        let (one, two) = (app.t.clock.now().plus_ms(hour), app.t.clock.now().plus_ms(2 * hour));
        let id = draft(&app, &owner, "Summer", json!({ "kind": "at", "at": one })).await;
        let path = format!("/api/v1/campaigns/{id}/reschedule");
        let early = app.post(&path, json!({ "at": two })).key(&owner.key).send().await;
        assert_eq!(early.problem(409), "conflict", "a draft has its time in its settings");
        launch(&app, &owner, &id).await;
        let past = app.post(&path, json!({ "at": app.t.clock.now() })).key(&owner.key).send().await;
        assert_eq!(past.expect(422)["errors"][0]["code"], "past");
        let moved = app.post(&path, json!({ "at": two })).key(&owner.key).send().await.expect(200);
        assert_eq!((&moved["scheduled_at"], &moved["settings"]["timing"]["at"]), (&json!(two), &json!(two)));
        assert_eq!(moved["state"], "scheduled");
        let jobs = std::sync::Arc::new(app.app.jobs());
        for (wait, state) in [(hour + 1, "scheduled"), (hour, "running")] {
            app.t.clock.advance_ms(wait);
            store::queue::run_due_jobs(&app.t.db, &jobs).await?;
            let found = app.get(&format!("/api/v1/campaigns/{id}")).key(&owner.key).send().await.expect(200);
            assert_eq!(found["state"], state);
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_is_what_the_contact_is_sent_but_for_the_addresses_of_the_message() {
    for_each_engine(|app| async move {
        let (owner, contact) = shop(&app).await?;
        let id = draft(&app, &owner, "Spring", json!({ "kind": "now" })).await;
        let path = format!("/api/v1/campaigns/{id}/preview");
        let shown = app.post(&path, json!({ "contact": contact })).key(&owner.key).send().await.expect(200);
        assert_eq!(shown["preview"]["subject"], "News of Flowers");
        assert_eq!(shown["differences"].as_array().unwrap().len(), 3);
        launch(&app, &owner, &id).await;
        dispatch(&app, &owner, &id).await?;
        let listed = app.get("/api/v1/sandbox/messages").key(&owner.key).send().await.expect(200);
        let message = format!("/api/v1/sandbox/messages/{}", listed["items"][0]["id"].as_str().unwrap());
        let message = app.get(&message).key(&owner.key).send().await.expect(200);
        let mut sent = message["html"].as_str().unwrap().to_owned();
        for link in message["links"].as_array().unwrap().iter().filter_map(Value::as_str) {
            let place = match link {
                own if own.contains("/u/") => "#unsubscribe",
                own if own.contains("/v/") => "#web_view",
                other => other,
            };
            sent = sent.replace(link, place);
        }
        assert_eq!(shown["preview"]["html"], sent);
        let anybody = app.post(&path, json!({})).key(&owner.key).send().await.expect(200);
        assert!(anybody["preview"]["html"].as_str().unwrap().contains("Dear Ana"));
        let narrow = app.key_with(&owner, &["campaigns:read"]).await?;
        let refused = app.post(&path, json!({ "contact": contact })).key(&narrow).send().await;
        assert_eq!(refused.problem(403), "forbidden");
        Ok(())
    })
    .await;
}
