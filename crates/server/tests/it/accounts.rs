//! One's own account.

use crate::harness::{PASSWORD, TestApp, for_each_engine};
use serde_json::json;
use testkit::TestDb;

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_every_other_log_in() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let here = app.log_in(&owner.email).await;
        let there = app.log_in(&owner.email).await;
        let change = json!({ "current": PASSWORD, "new": "an even longer phrase" });
        app.post("/api/v1/me/password", change).cookie(&here).send().await.expect(204);
        assert_eq!(app.get("/api/v1/me").cookie(&here).send().await.status, 200);
        assert_eq!(app.get("/api/v1/me").cookie(&there).send().await.status, 401);
        let old = json!({ "email": owner.email, "password": PASSWORD });
        assert_eq!(app.post("/api/v1/session", old).send().await.status, 401);
        let new = json!({ "email": owner.email, "password": "an even longer phrase" });
        app.post("/api/v1/session", new).send().await.expect(201);
        let acts = app.get("/api/v1/account/audit").cookie(&here).send().await.expect(200);
        let names: Vec<&str> =
            acts["items"].as_array().unwrap().iter().filter_map(|i| i["action"].as_str()).collect();
        assert_eq!(names[..2], ["session.created", "password.changed"]);
        assert_eq!(acts["items"][1]["details"]["sessions_ended"], 1);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_change_needs_the_present_one_and_a_good_new_one() {
    let app = TestApp::new(TestDb::sqlite().await.unwrap()).unwrap();
    let owner = app.owner("merchant@shop.example").await.unwrap();
    let cookie = app.log_in(&owner.email).await;
    for (current, new, pointer, code) in [
        ("not the present one", "an even longer phrase", "/current", "wrong_password"),
        (PASSWORD, "short", "/new", "too_short"),
        (PASSWORD, "merchant@shop", "/new", "context_word"),
        (PASSWORD, "passwordpassword", "/new", "too_common"),
    ] {
        let answer = app
            .post("/api/v1/me/password", json!({ "current": current, "new": new }))
            .cookie(&cookie)
            .send()
            .await;
        let problem = answer.expect(422);
        assert_eq!(
            (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
            (&json!(pointer), &json!(code))
        );
    }
}
