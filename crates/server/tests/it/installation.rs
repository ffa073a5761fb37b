//! The first account, made in the browser.

use crate::harness::{Answer, Call, PASSWORD, for_each_engine};
use serde_json::{Value, json};
use tenancy::installation::setup_code;

fn founder() -> Value {
    json!({
        "email": "Ana@shop.example", "password": PASSWORD, "store_name": "Flowers",
        "time_zone": "Europe/Warsaw", "language": "en", "currency": "EUR",
    })
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

fn at_home(call: Call<'_>) -> Call<'_> {
    call.header("host", "127.0.0.1:8080")
}

fn from_afar(call: Call<'_>) -> Call<'_> {
    call.header("host", "push.example").at("203.0.113.9")
}

fn pointer(answer: &Answer) -> (String, String) {
    let problem = answer.expect(422);
    let text = |name: &str| problem["errors"][0][name].as_str().unwrap_or_default().to_owned();
    (text("pointer"), text("code"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_account_is_made_once_and_is_logged_in() {
    for_each_engine(|app| async move {
        let before = at_home(app.get("/api/v1/installation")).send().await.expect(200);
        assert_eq!((&before["set_up"], &before["setup_code_required"]), (&json!(false), &json!(false)));
        let made = at_home(app.post("/api/v1/installation", founder())).send().await;
        let session = made.expect(201);
        assert_eq!(
            (&session["stores"][0]["name"], &session["policy_accepted"]),
            (&json!("Flowers"), &json!(false))
        );
        let cookie = made.cookie().unwrap();
        let me = app.get("/api/v1/me").cookie(&cookie).send().await.expect(200);
        assert_eq!(me["email"], "ana@shop.example");
        let policy = app.get("/api/v1/policy").send().await.expect(200);
        let accepted = json!({ "version": policy["version"], "read_and_agreed": true });
        app.post("/api/v1/policy/acceptance", accepted).cookie(&cookie).send().await.expect(204);
        let store = app.get("/api/v1/store").cookie(&cookie).send().await.expect(200);
        assert_eq!(store["settings"]["time_zone"], "Europe/Warsaw");
        assert_eq!(store["settings"]["currency"], "EUR");
        let keys = app.get("/api/v1/keys").cookie(&cookie).send().await.expect(200);
        assert_eq!(keys["items"], json!([]), "no key that nobody has seen");
        let after = from_afar(app.get("/api/v1/installation")).send().await.expect(200);
        assert_eq!((&after["set_up"], &after["setup_code_required"]), (&json!(true), &json!(false)));
        let again =
            at_home(app.post("/api/v1/installation", with(founder(), "email", json!("eve@shop.example"))));
        assert_eq!(again.send().await.problem(409), "conflict");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_come_at_once_one_gets_the_installation() {
    for_each_engine(|app| async move {
        let other = with(founder(), "email", json!("eve@shop.example"));
        let (one, two) = tokio::join!(
            at_home(app.post("/api/v1/installation", founder())).send(),
            at_home(app.post("/api/v1/installation", other)).send()
        );
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_afar_the_printed_code_is_needed_and_guessing_is_slow() {
    for_each_engine(|app| async move {
        let state = from_afar(app.get("/api/v1/installation")).send().await.expect(200);
        assert_eq!(state["setup_code_required"], true);
        let bare = from_afar(app.post("/api/v1/installation", founder())).send().await;
        assert_eq!(pointer(&bare), ("/setup_code".into(), "required".into()));
        let guess = with(founder(), "setup_code", json!("AAAAA-AAAAA"));
        let guessed = from_afar(app.post("/api/v1/installation", guess.clone())).send().await;
        assert_eq!(pointer(&guessed), ("/setup_code".into(), "wrong".into()));
        for _ in 0..9 {
            from_afar(app.post("/api/v1/installation", guess.clone())).send().await.expect(422);
        }
        assert_eq!(
            from_afar(app.post("/api/v1/installation", guess)).send().await.problem(429),
            "rate_limited"
        );
        let code = setup_code(app.app.state.vault());
        let known = with(founder(), "setup_code", json!(code.to_lowercase()));
        let elsewhere =
            app.post("/api/v1/installation", known).header("host", "push.example").at("198.51.100.7");
        elsewhere.send().await.expect(201);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_field_is_named_and_another_site_is_refused() {
    for_each_engine(|app| async move {
        for (name, value, code) in [
            ("email", json!("nobody"), "not_an_address"),
            ("password", json!("short"), "too_short"),
            ("store_name", json!(""), "too_short"),
            ("time_zone", json!("Mars/Base"), "unknown_zone"),
            ("language", json!("english please"), "not_a_language"),
            ("currency", json!("euro"), "not_a_currency"),
        ] {
            let answer = at_home(app.post("/api/v1/installation", with(founder(), name, value))).send().await;
            assert_eq!(pointer(&answer), (format!("/{name}"), code.to_owned()));
        }
        let forged =
            at_home(app.post("/api/v1/installation", founder())).header("sec-fetch-site", "cross-site");
        assert_eq!(forged.send().await.problem(403), "forbidden");
        Ok(())
    })
    .await;
}
