//! Log-in of people, seen from outside.

use crate::harness::{PASSWORD, TestApp, for_each_engine};
use serde_json::{Value, json};
use testkit::TestDb;
use web::HttpConfig;

fn attempt(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

const MINUTE_MS: i64 = 60_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_person_logs_in_is_known_and_logs_out() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let answer = app.post("/api/v1/session", attempt("  ANA@Shop.example ", PASSWORD)).send().await;
        let session = answer.expect(201);
        assert_eq!(session["stores"][0]["id"], owner.store.to_string());
        assert_eq!(session["policy_accepted"], true);
        let set = answer.header("set-cookie").to_owned();
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"), "{set}");
        assert!(!set.contains("Secure") && !set.contains("Max-Age"), "plain http, without remember: {set}");
        let cookie = answer.cookie().unwrap();
        let me = app.get("/api/v1/me").cookie(&cookie).send().await.expect(200);
        assert_eq!((&me["email"], &me["id"]), (&json!("ana@shop.example"), &json!(owner.user)));
        let gone = app.call("DELETE", "/api/v1/session").cookie(&cookie).send().await;
        gone.expect(204);
        assert!(gone.header("set-cookie").contains("Max-Age=0"));
        assert_eq!(gone.header("clear-site-data"), "\"cache\", \"storage\"");
        assert_eq!(app.get("/api/v1/me").cookie(&cookie).send().await.problem(401), "unauthorized");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_https_the_cookie_is_bound_to_the_host() {
    let t = TestDb::sqlite().await.unwrap();
    let http = HttpConfig { public_url: "https://push.example".into(), ..HttpConfig::local(t.dir()) };
    let app = TestApp::with(t, http).unwrap();
    app.owner("ana@shop.example").await.unwrap();
    let body = json!({ "email": "ana@shop.example", "password": PASSWORD, "remember": true });
    let answer = app.post("/api/v1/session", body).send().await;
    answer.expect(201);
    let set = answer.header("set-cookie").to_owned();
    assert!(
        set.starts_with("__Host-sp_session=") && set.contains("; Secure") && set.contains("Max-Age=2592000"),
        "{set}"
    );
    assert!(answer.header("strict-transport-security").contains("max-age="));
    let cookie = answer.cookie().unwrap();
    app.get("/api/v1/me").cookie(&cookie).send().await.expect(200);
    let plain = cookie.replace("__Host-", "");
    assert_eq!(app.get("/api/v1/me").cookie(&plain).send().await.status, 401, "another name is no log-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_address_answer_the_same() {
    for_each_engine(|app| async move {
        app.owner("ana@shop.example").await?;
        let known = app.post("/api/v1/session", attempt("ana@shop.example", "not her password")).send().await;
        let unknown =
            app.post("/api/v1/session", attempt("eve@shop.example", "not her password")).send().await;
        let nonsense = app.post("/api/v1/session", attempt("no address", "not her password")).send().await;
        let shape = |value: Value| (value["detail"].clone(), value["code"].clone(), value["errors"].clone());
        let expected = shape(known.expect(401));
        assert_eq!(shape(unknown.expect(401)), expected);
        assert_eq!(shape(nonsense.expect(401)), expected);
        assert!(known.cookie().is_none());
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down_and_the_person_elsewhere_is_not() {
    for_each_engine(|app| async move {
        app.owner("ana@shop.example").await?;
        for n in 0..10 {
            let wrong = attempt("ana@shop.example", &format!("guess number {n}"));
            assert_eq!(app.post("/api/v1/session", wrong).at("203.0.113.9").send().await.status, 401);
        }
        let right = attempt("ana@shop.example", PASSWORD);
        let limited = app.post("/api/v1/session", right.clone()).at("203.0.113.77").send().await;
        assert_eq!(limited.problem(429), "rate_limited", "the same network, even with the right password");
        let wait: i64 = limited.header("retry-after").parse().unwrap();
        assert!((1..=901).contains(&wait), "{wait}");
        app.post("/api/v1/session", right.clone()).at("198.51.100.1").send().await.expect(201);
        app.t.advance_ms(16 * MINUTE_MS);
        app.post("/api/v1/session", right).at("203.0.113.9").send().await.expect(201);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_guesses_at_once_do_not_slip_through() {
    let app = TestApp::new(TestDb::sqlite().await.unwrap()).unwrap();
    app.owner("ana@shop.example").await.unwrap();
    let calls = (0..30).map(|n| {
        app.post("/api/v1/session", attempt("ana@shop.example", &format!("guess number {n}"))).send()
    });
    let answers = futures_util::future::join_all(calls).await;
    assert_eq!(answers.iter().filter(|a| a.status == 401).count(), 10);
    assert_eq!(answers.iter().filter(|a| a.status == 429).count(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_ends_without_use_and_at_its_age() {
    for_each_engine(|app| async move {
        app.owner("ana@shop.example").await?;
        let idle = app.log_in("ana@shop.example").await;
        let used = app.log_in("ana@shop.example").await;
        let mut age = 0;
        while age < 12 * 60 {
            assert_eq!(app.get("/api/v1/me").cookie(&used).send().await.status, 200, "after {age} minutes");
            app.t.advance_ms(20 * MINUTE_MS);
            age += 20;
        }
        assert_eq!(app.get("/api/v1/me").cookie(&used).send().await.status, 401, "twelve hours are the end");
        assert_eq!(app.get("/api/v1/me").cookie(&idle).send().await.status, 401, "half an hour without use");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_and_ends_their_log_ins() {
    for_each_engine(|app| async move {
        app.owner("ana@shop.example").await?;
        let here = app.log_in("ana@shop.example").await;
        let there = app.log_in("ana@shop.example").await;
        let list =
            app.get("/api/v1/sessions").cookie(&here).header("user-agent", "x").send().await.expect(200);
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.iter().map(|i| i["current"].as_bool().unwrap()).collect::<Vec<_>>(), [false, true]);
        assert_eq!(items[0]["ip"], "127.0.0.1");
        let other = format!("/api/v1/sessions/{}", items[0]["id"].as_str().unwrap());
        app.call("DELETE", &other).cookie(&here).send().await.expect(204);
        assert_eq!(app.get("/api/v1/me").cookie(&there).send().await.status, 401);
        assert_eq!(app.call("DELETE", &other).cookie(&here).send().await.problem(404), "not_found");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_cannot_be_forced_by_another_site() {
    let app = TestApp::new(TestDb::sqlite().await.unwrap()).unwrap();
    app.owner("ana@shop.example").await.unwrap();
    let right = attempt("ana@shop.example", PASSWORD);
    let forged =
        app.post("/api/v1/session", right.clone()).header("sec-fetch-site", "cross-site").send().await;
    assert_eq!(forged.problem(403), "forbidden");
    let as_text = app.call("POST", "/api/v1/session").raw("text/plain", right.to_string()).send().await;
    assert_eq!(as_text.problem(415), "unsupported_media_type");
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_token_nor_address_nor_ip_stands_in_the_database() {
    let t = TestDb::sqlite().await.unwrap();
    let path = t.dir().join("test.db");
    let app = TestApp::new(t).unwrap();
    let owner = app.owner("canary-person@shop.example").await.unwrap();
    let body = attempt("canary-person@shop.example", PASSWORD);
    let answer = app.post("/api/v1/session", body).at("203.0.113.99").send().await;
    let cookie = answer.cookie().unwrap();
    let token = cookie.split_once('=').unwrap().1.to_owned();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.extend(std::fs::read(path.with_extension("db-wal")).unwrap_or_default());
    let secret = owner.key.rsplit('_').next().unwrap().to_owned();
    for canary in ["canary-person", "203.0.113.99", PASSWORD, token.as_str(), secret.as_str()] {
        let found = bytes.windows(canary.len()).any(|w| w == canary.as_bytes());
        assert!(!found, "{canary} is readable in the database file");
    }
}
