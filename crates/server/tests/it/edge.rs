//! What is true of every answer.

use crate::harness::{TestApp, for_each_engine};
use serde_json::json;
use testkit::TestDb;
use web::HttpConfig;

async fn app() -> TestApp {
    TestApp::new(TestDb::sqlite().await.unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_a_request_id_and_security_headers() {
    let app = app().await;
    for path in [
        "/healthz",
        "/readyz",
        "/openapi.json",
        "/docs",
        "/docs/docs.css",
        "/docs/docs.js",
        "/privacy",
        "/nope",
    ] {
        let answer = app.get(path).send().await;
        assert!(answer.header("x-request-id").starts_with("req_"), "{path}");
        assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert!(!answer.header("content-security-policy").contains("unsafe"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("strict-transport-security"), "", "plain http");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_of_the_shell_are_problems_too() {
    let app = app().await;
    let owner = app.owner("ana@shop.example").await.unwrap();
    assert_eq!(app.get("/api/v1/nothing").send().await.problem(404), "not_found");
    let method = app.call("PUT", "/api/v1/store").key(&owner.key).send().await;
    assert_eq!(method.problem(405), "method_not_allowed");
    assert!(method.header("allow").contains("PATCH"));
    let post = |kind: &'static str, body: String| {
        app.call("POST", "/api/v1/keys").key(&owner.key).raw(kind, body).send()
    };
    assert_eq!(post("text/plain", "{}".into()).await.problem(415), "unsupported_media_type");
    assert_eq!(post("application/json", "{".into()).await.problem(400), "bad_request");
    assert_eq!(post("application/json", "x".repeat(1024 * 1024 + 1)).await.problem(413), "too_large");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(
        post("application/json", format!("{{\"name\":{deep}}}")).await.status / 100,
        4,
        "nesting is bounded"
    );
    assert_eq!(app.get("/api/v1/jobs/nonsense").key(&owner.key).send().await.problem(404), "not_found");
    assert_eq!(
        app.get("/api/v1/jobs/con_0123456789abc").key(&owner.key).send().await.problem(404),
        "not_found"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_actor_beyond_the_rate_waits_and_others_do_not() {
    let t = TestDb::sqlite().await.unwrap();
    let http = HttpConfig { requests_per_second: 1, request_burst: 5, ..HttpConfig::local(t.dir()) };
    let app = TestApp::with(t, http).unwrap();
    let (ana, eve) =
        (app.owner("ana@shop.example").await.unwrap(), app.owner("eve@shop.example").await.unwrap());
    let calls = (0..20).map(|_| app.get("/api/v1/store").key(&eve.key).send());
    let answers = futures_util::future::join_all(calls).await;
    let limited: Vec<_> = answers.iter().filter(|a| a.status == 429).collect();
    assert!(limited.len() >= 10 && answers.iter().any(|a| a.status == 200));
    assert_eq!(limited[0].problem(429), "rate_limited");
    assert!(limited[0].header("retry-after").parse::<u32>().unwrap() >= 1);
    app.get("/api/v1/store").key(&ana.key).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_shown_and_cancelled_in_their_store() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let store = app.scoped(owner.store);
        let id = store.write(|tx| tx.enqueue("test.nothing", &json!({ "a": 1 }), tx.now())).await?;
        let list = app.get("/api/v1/jobs").key(&owner.key).send().await.expect(200);
        assert_eq!((&list["items"][0]["id"], &list["items"][0]["state"]), (&json!(id), &json!("queued")));
        let path = format!("/api/v1/jobs/{id}/cancel");
        let cancelled = app.call("POST", &path).key(&owner.key).send().await.expect(200);
        assert_eq!(cancelled["state"], "cancelled");
        assert_eq!(app.call("POST", &path).key(&owner.key).send().await.problem(409), "conflict");
        Ok(())
    })
    .await;
}
