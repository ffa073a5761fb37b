//! The stream of what goes on in a store, as its listener hears it.

use crate::harness::{Owner, TestApp, for_each_engine};
use kernel::Result;
use kernel::ids::{CampaignId, JobId};
use messaging::outbox::ledger;
use roaring::RoaringBitmap;
use serde_json::json;
use testkit::TestDb;

async fn enqueue(app: &TestApp, owner: &Owner) -> Result<JobId> {
    app.scoped(owner.store).write(|tx| tx.enqueue("test.nothing", &json!({}), tx.now())).await
}

/// A campaign whose send is open to two recipients.
async fn launched(app: &TestApp, owner: &Owner) -> Result<CampaignId> {
    let content = json!({ "subject": "Hi", "from": "news@shop.example", "body": { "format": "html", "source": "<p>Hi</p>" } });
    let draft = json!({ "name": "Spring", "content": content });
    let made = app.post("/api/v1/campaigns", draft).key(&owner.key).send().await.expect(201);
    let id: CampaignId = made["id"].as_str().unwrap_or_default().parse().expect("an id");
    let send = ledger::NewSend {
        id,
        class: messaging::gate::MessageClass::Marketing,
        program: json!({}),
        throttle_per_second: 0,
        excluded: RoaringBitmap::new(),
        lanes: vec![(kernel::Timestamp(0), RoaringBitmap::from_iter([0, 1]))],
    };
    app.scoped(owner.store).write(move |tx| ledger::open_send(tx, &send)).await?;
    Ok(id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_hears_the_present_state_and_then_every_change() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let campaign = launched(&app, &owner).await?;
        let job = enqueue(&app, &owner).await?;
        let mut events = app.get("/api/v1/stream").key(&owner.key).listen().await;
        let (first, hello) = events.next().await.unwrap();
        assert_eq!((first.as_str(), &hello), ("hello", &json!({ "build": null })));
        let queued = events.wait_for("job", |j| j["state"] == "queued").await;
        assert_eq!((&queued["id"], &queued["kind"]), (&json!(job), &json!("test.nothing")));
        let running = events.wait_for("campaign", |c| c["state"] == "running").await;
        assert_eq!((&running["id"], &running["sums"]["open"]), (&json!(campaign), &json!(2)));
        app.post(&format!("/api/v1/jobs/{job}/cancel"), json!({})).key(&owner.key).send().await.expect(200);
        events.wait_for("job", |j| j["state"] == "cancelled").await;
        for (act, state) in [("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")] {
            let path = format!("/api/v1/campaigns/{campaign}/{act}");
            app.post(&path, json!({})).key(&owner.key).send().await.expect(200);
            events.wait_for("campaign", |c| c["state"] == state).await;
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_hears_nothing_of_another_store_and_of_jobs_only_with_the_right() {
    for_each_engine(|app| async move {
        let (owner, twin) = (app.owner("ana@shop.example").await?, app.owner("twin@shop.example").await?);
        enqueue(&app, &twin).await?;
        launched(&app, &twin).await?;
        enqueue(&app, &owner).await?;
        let key = app.key_with(&owner, &["campaigns:read"]).await?;
        let mut events = app.get("/api/v1/stream").key(&key).listen().await;
        assert_eq!(events.next().await.unwrap().0, "hello");
        let own = launched(&app, &owner).await?;
        let (name, data) = events.next().await.unwrap();
        assert_eq!((name.as_str(), &data["id"]), ("campaign", &json!(own)), "neither the twin's nor the job");
        let key = app.key_with(&owner, &["campaigns:read", "events:read"]).await?;
        let mut events = app.get("/api/v1/stream").key(&key).listen().await;
        assert_eq!(events.next().await.unwrap().0, "hello");
        events.wait_for("campaign", |c| c["id"] == json!(own)).await;
        let call = json!({ "event": "Product Viewed", "anonymousId": "a1" });
        app.post("/v1/track", call.clone()).key(&twin.key).send().await.expect(200);
        app.post("/v1/track", call).key(&owner.key).send().await.expect(200);
        let head = app.scoped(owner.store).read(|tx| tx.log_head()).await?;
        events.wait_for("log", |log| log["position"] == head).await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_has_eight_streams_and_they_end_with_the_program() {
    let app = TestApp::new(TestDb::sqlite().await.unwrap()).unwrap();
    let owner = app.owner("ana@shop.example").await.unwrap();
    let cookie = app.log_in(&owner.email).await;
    let path = format!("/api/v1/stream?store={}", owner.store);
    let mut open = Vec::new();
    for _ in 0..8 {
        open.push(app.get(&path).cookie(&cookie).listen().await);
    }
    let ninth = app.get(&path).cookie(&cookie).send().await;
    assert_eq!(ninth.problem(429), "rate_limited");
    assert!(!ninth.header("retry-after").is_empty());
    drop(open.pop());
    let mut last = app.get(&path).cookie(&cookie).listen().await;
    assert_eq!(last.next().await.unwrap().0, "hello");
    app.app.state.stop();
    while last.next().await.is_some() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn listening_does_not_keep_a_log_in_alive() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let cookie = app.log_in(&owner.email).await;
        app.t.clock.advance_ms(20 * 60_000);
        app.get("/api/v1/stream").cookie(&cookie).listen().await;
        app.t.clock.advance_ms(15 * 60_000);
        assert_eq!(app.get("/api/v1/me").cookie(&cookie).send().await.problem(401), "unauthorized");
        Ok(())
    })
    .await;
}
