//! The privacy policy: shown to everybody, accepted before anything else.

use crate::harness::{TestApp, for_each_engine};
use serde_json::json;
use testkit::TestDb;

#[tokio::test(flavor = "multi_thread")]
async fn everybody_can_read_the_policy() {
    let app = TestApp::new(TestDb::sqlite().await.unwrap()).unwrap();
    let page = app.get("/privacy").send().await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"));
    let text = page.text();
    assert_eq!(text.matches("<section id=\"part-").count(), 9);
    let twin = app.get("/api/v1/policy").send().await.expect(200);
    let version = twin["version"].as_str().unwrap();
    assert!(text.contains("May 17 2024") && text.contains(version));
    assert!(!text.contains("<script") && !text.contains("style=\""), "fits a policy without inline code");
    assert_eq!(twin["parts"].as_array().unwrap().len(), 9);
    let purposes: Vec<&str> =
        twin["data"].as_array().unwrap().iter().filter_map(|d| d["purpose"].as_str()).collect();
    assert!(purposes.contains(&"prove who did what"), "the list comes from the program's own declaration");
}

#[tokio::test(flavor = "multi_thread")]
async fn acceptance_opens_the_program_and_is_recorded() {
    for_each_engine(|app| async move {
        let owner = app.owner_who("new@shop.example", false).await?;
        let cookie = app.log_in(&owner.email).await;
        let session = app.get("/api/v1/session").cookie(&cookie).send().await.expect(200);
        assert_eq!(session["policy_accepted"], false);
        assert_eq!(
            app.get("/api/v1/store").cookie(&cookie).send().await.problem(403),
            "policy_acceptance_required"
        );
        let version = app.get("/api/v1/policy").send().await.expect(200)["version"].clone();
        let accept = |body| app.post("/api/v1/policy/acceptance", body).cookie(&cookie).send();
        assert_eq!(
            accept(json!({ "version": version, "read_and_agreed": false })).await.problem(422),
            "validation"
        );
        assert_eq!(
            accept(json!({ "version": "old", "read_and_agreed": true })).await.problem(409),
            "conflict"
        );
        accept(json!({ "version": version, "read_and_agreed": true, "locale": "zh-Hant" })).await.expect(204);
        accept(json!({ "version": version, "read_and_agreed": true })).await.expect(204);
        app.get("/api/v1/store").cookie(&cookie).send().await.expect(200);
        let records = app.get("/api/v1/policy/acceptance").cookie(&cookie).send().await.expect(200);
        assert_eq!(records["items"].as_array().unwrap().len(), 1, "the first time counts");
        assert_eq!(records["items"][0]["locale"], "zh-Hant");
        assert_eq!(records["items"][0]["actor"], json!(owner.user));
        let acts = app.get("/api/v1/account/audit").cookie(&cookie).send().await.expect(200);
        assert_eq!(acts["items"][0]["action"], "policy.accepted");
        Ok(())
    })
    .await;
}
