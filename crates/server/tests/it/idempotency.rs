//! A repeated POST does nothing twice.

use crate::harness::for_each_engine;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_and_request_answer_the_same_and_act_once() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let body = json!({ "name": "Once", "scopes": ["contacts:read"] });
        let post = |body, key: &str| {
            app.post("/api/v1/keys", body).key(&owner.key).header("idempotency-key", key).send()
        };
        let first = post(body.clone(), "k-1").await;
        let again = post(body.clone(), "k-1").await;
        assert_eq!((first.status, again.status, &first.bytes), (201, 201, &again.bytes));
        assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), ("", "true"));
        let keys = app.get("/api/v1/keys").key(&owner.key).send().await.expect(200);
        assert_eq!(keys["items"].as_array().unwrap().len(), 2, "the first key and one more");
        let other = post(json!({ "name": "Other", "scopes": ["contacts:read"] }), "k-1").await;
        assert_eq!(other.problem(422), "validation");
        assert_eq!(post(body.clone(), &"k".repeat(129)).await.problem(400), "bad_request");
        app.t.advance_ms(25 * 3_600_000);
        let next_day = post(body, "k-1").await;
        assert_eq!((next_day.status, next_day.header("idempotent-replayed")), (201, ""));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_is_not_kept_and_the_twin_has_its_own_keys() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let twin = app.owner("twin@shop.example").await?;
        let post = |body, key: &str| {
            app.post("/api/v1/keys", body).key(key).header("idempotency-key", "same").send()
        };
        assert_eq!(post(json!({ "name": "", "scopes": [] }), &owner.key).await.status, 422);
        let good = json!({ "name": "Good", "scopes": ["contacts:read"] });
        let mine = post(good.clone(), &owner.key).await.expect(201);
        let theirs = post(good, &twin.key).await.expect(201);
        assert_ne!(mine["id"], theirs["id"]);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_once_one_acts() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let body = json!({ "name": "Race", "scopes": ["contacts:read"] });
        let calls = (0..8).map(|_| {
            app.post("/api/v1/keys", body.clone()).key(&owner.key).header("idempotency-key", "race").send()
        });
        let answers = futures_util::future::join_all(calls).await;
        assert!(answers.iter().all(|a| a.status == 201 || a.status == 409), "{answers:?}");
        let keys = app.get("/api/v1/keys").key(&owner.key).send().await.expect(200);
        assert_eq!(keys["items"].as_array().unwrap().len(), 2);
        Ok(())
    })
    .await;
}
