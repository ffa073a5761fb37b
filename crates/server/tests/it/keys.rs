//! Keys of programs.

use crate::harness::for_each_engine;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_works_and_is_revoked() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let wanted = json!({ "name": "Shop sync", "scopes": ["settings:read"] });
        let made = app.post("/api/v1/keys", wanted).key(&owner.key).send().await.expect(201);
        let text = made["api_key"].as_str().unwrap().to_owned();
        assert_eq!(made["created_by"].as_str().unwrap().split('_').next(), Some("key"));
        app.get("/api/v1/store").key(&text).send().await.expect(200);
        assert_eq!(app.get("/api/v1/audit").key(&text).send().await.problem(403), "forbidden");
        let path = format!("/api/v1/keys/{}", made["id"].as_str().unwrap());
        let shown = app.get(&path).key(&owner.key).send().await;
        assert!(shown.expect(200)["used_at"].is_string() && !shown.text().contains("sp_live_"));
        app.call("DELETE", &path).key(&owner.key).send().await.expect(204);
        assert_eq!(app.get("/api/v1/store").key(&text).send().await.problem(401), "unauthorized");
        assert_eq!(app.call("DELETE", &path).key(&owner.key).send().await.problem(409), "conflict");
        let log = app.get("/api/v1/audit").key(&owner.key).send().await.expect(200);
        assert_eq!(
            (&log["items"][0]["action"], &log["items"][0]["object"]),
            (&json!("key.revoked"), &made["id"])
        );
        let verdict = app.get("/api/v1/audit/verification").key(&owner.key).send().await.expect(200);
        assert_eq!((&verdict["intact"], &verdict["entries"]), (&json!(true), &json!(3)));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_ends_when_it_was_told_to() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let end = app.t.now().plus_ms(60_000);
        let wanted = json!({ "name": "Short", "scopes": ["settings:read"], "expires_at": end });
        let made = app.post("/api/v1/keys", wanted.clone()).key(&owner.key).send().await.expect(201);
        let text = made["api_key"].as_str().unwrap();
        app.t.advance_ms(59_999);
        app.get("/api/v1/store").key(text).send().await.expect(200);
        app.t.advance_ms(1);
        assert_eq!(app.get("/api/v1/store").key(text).send().await.status, 401);
        let past = app.post("/api/v1/keys", wanted).key(&owner.key).send().await.expect(422);
        assert_eq!(past["errors"][0]["pointer"], "/expires_at");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_a_key_more_than_they_have() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let small = app.key_with(&owner, &["keys:manage", "contacts:read"]).await?;
        let more = json!({ "name": "More", "scopes": ["contacts:export"] });
        assert_eq!(app.post("/api/v1/keys", more).key(&small).send().await.problem(403), "forbidden");
        let same = json!({ "name": "Same", "scopes": ["contacts:read"] });
        app.post("/api/v1/keys", same).key(&small).send().await.expect(201);
        let none = json!({ "name": "None", "scopes": [] });
        assert_eq!(app.post("/api/v1/keys", none).key(&small).send().await.problem(422), "validation");
        let unknown = json!({ "name": "Unknown", "scopes": ["everything"] });
        let refused = app.post("/api/v1/keys", unknown).key(&small).send().await.expect(422);
        assert!(refused["errors"][0]["pointer"].as_str().unwrap().starts_with("/scopes"));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_stays_in_its_store() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let twin = app.owner("twin@shop.example").await?;
        for other in [twin.store.to_string(), "sto_0123456789abc".into(), "nonsense".into()] {
            let header = app.get("/api/v1/store").key(&owner.key).header("x-store", &other).send().await;
            assert_eq!(header.problem(404), "not_found");
            let query = app.get(&format!("/api/v1/store?store={other}")).key(&owner.key).send().await;
            assert_eq!(query.problem(404), "not_found");
        }
        let own =
            app.get("/api/v1/store").key(&owner.key).header("x-store", &owner.store.to_string()).send().await;
        assert_eq!(own.expect(200)["id"], owner.store.to_string());
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_go_by_pages_and_their_cursors_cannot_be_made() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        for _ in 0..6 {
            app.key_with(&owner, &["contacts:read"]).await?;
        }
        let mut seen = Vec::new();
        let mut path = "/api/v1/keys?limit=3".to_owned();
        loop {
            let page = app.get(&path).key(&owner.key).send().await.expect(200);
            seen.extend(
                page["items"].as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap().to_owned()),
            );
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/v1/keys?limit=3&after={next}");
        }
        let mut sorted = seen.clone();
        sorted.sort_unstable_by(|a, b| b.cmp(a));
        sorted.dedup();
        assert_eq!((seen.len(), &sorted), (7, &seen), "every key once, newest first");
        let cursor = path.split("after=").nth(1).unwrap();
        let elsewhere = app.get(&format!("/api/v1/audit?after={cursor}")).key(&owner.key).send().await;
        assert_eq!(elsewhere.expect(422)["errors"][0]["pointer"], "?after");
        for wrong in ["limit=0", "limit=201", "limit=x", "after=AAAA", "after=%00"] {
            let refused = app.get(&format!("/api/v1/keys?{wrong}")).key(&owner.key).send().await;
            assert_eq!(refused.problem(422), "validation", "{wrong}");
        }
        Ok(())
    })
    .await;
}
