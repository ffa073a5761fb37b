use super::*;
use crate::channels::email::replies::rules::Provider;
use crate::testing::{Answer, App};
use axum::http::Method;
use serde_json::{Value, json};
use testkit::smtp_sink::{Script, SinkTls, SmtpSink, TEST_AUTHORITY};
use testkit::{TestDb, for_each_engine};

const PATH: &str = "/api/v1/relays";

fn app(t: &TestDb) -> App {
    App::new(t, vec![feature(), tenancy::audit::feature()], |_| {})
}

async fn create(app: &App, body: Value) -> Value {
    let answer = app.json(Method::POST, PATH, body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

async fn patch(app: &App, id: &str, body: Value) -> Answer {
    app.json(Method::PATCH, &format!("{PATH}/{id}"), body).await
}

async fn test(app: &App, id: &str) -> Value {
    let answer = app.json(Method::POST, &format!("{PATH}/{id}/test"), json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn configured(t: &TestDb, id: &Value) -> Configured {
    let keys = t.vault.keys(&t.db, t.a.scope()).await.unwrap();
    let id: RelayId = id.as_str().unwrap().parse().unwrap();
    t.a.read(move |tx| get_relay(tx, &keys, id)).await.unwrap()
}

async fn preferred(t: &TestDb) -> Configured {
    let keys = t.vault.keys(&t.db, t.a.scope()).await.unwrap();
    t.a.read(move |tx| get_preferred_relay(tx, &keys)).await.unwrap()
}

fn login(relay: &Configured) -> Option<(String, String)> {
    let login = relay.url.smtp()?.login.clone()?;
    Some((login.user, login.password))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_begins_with_the_sandbox() {
    for_each_engine(|t| async move {
        let app = app(&t);
        assert!(preferred(&t).await.is_sandbox(), "before anybody looked");
        let list = app.get(PATH).await.json();
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
        let first = &list["items"][0];
        assert_eq!((&first["kind"], &first["preferred"]), (&json!("sandbox"), &json!(true)));
        assert_eq!(app.get(PATH).await.json(), list, "and with no second one");
        assert_eq!(test(&app, first["id"].as_str().unwrap()).await["passed"], true);
        let others = t.b.read(list_rows).await?;
        assert!(others.is_empty(), "the twin's relays are the twin's");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_go_in_and_never_come_out() {
    for_each_engine(|t| async move {
        let app = app(&t);
        let made = create(
            &app,
            json!({ "name": "Main", "address": "smtps://mail.shop.example", "user": "ana", "password": "ge:he im" }),
        )
        .await;
        let in_address =
            create(&app, json!({ "name": "Two", "address": "smtps://ana:geheim@mail.shop.example:466" })).await;
        assert_eq!(made["address"], "smtps://mail.shop.example:465");
        assert_eq!(in_address["address"], "smtps://mail.shop.example:466");
        for answer in [&made.to_string(), &in_address.to_string(), &app.get(PATH).await.text()] {
            assert!(!answer.contains("geheim") && !answer.contains("ge:he im") && !answer.contains("ana"));
        }
        assert_eq!(made["logs_in"], true);
        assert_eq!(login(&configured(&t, &made["id"]).await), Some(("ana".into(), "ge:he im".into())));
        assert_eq!(login(&configured(&t, &in_address["id"]).await), Some(("ana".into(), "geheim".into())));
        let rows = t.a.read(list_rows).await?;
        for row in rows.iter().filter_map(|r| r.login.as_ref()) {
            assert!(!row.windows(3).any(|w| w == b"ana"), "sealed at rest");
        }
        let shown = format!("{:?}", configured(&t, &made["id"]).await);
        assert!(!shown.contains("ge:he im"), "{shown}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_do_not_follow_a_changed_host() {
    for_each_engine(|t| async move {
        let app = app(&t);
        let address = "smtps://mail.shop.example";
        let made =
            create(&app, json!({ "name": "Main", "address": address, "user": "ana", "password": "x" })).await;
        let id = made["id"].as_str().unwrap();
        let same = patch(&app, id, json!({ "name": "Renamed", "address": address })).await.json();
        assert_eq!((&same["name"], &same["logs_in"]), (&json!("Renamed"), &json!(true)));
        let weaker = patch(&app, id, json!({ "address": "smtp://mail.shop.example:465" })).await.json();
        assert_eq!(weaker["logs_in"], false, "nor to an open line");
        patch(&app, id, json!({ "address": address, "user": "ana", "password": "x" })).await;
        let moved = patch(&app, id, json!({ "address": "smtps://thief.example" })).await.json();
        assert_eq!(moved["logs_in"], false);
        assert_eq!(login(&configured(&t, &made["id"]).await), None);
        patch(&app, id, json!({ "user": "bo", "password": "y" })).await;
        assert_eq!(login(&configured(&t, &made["id"]).await), Some(("bo".into(), "y".into())));
        assert_eq!(patch(&app, id, json!({ "user": null })).await.json()["logs_in"], false);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_one_relay_is_preferred() {
    for_each_engine(|t| async move {
        let app = app(&t);
        let first = create(&app, json!({ "name": "A", "address": "smtp://a.example" })).await;
        assert!(preferred(&t).await.is_sandbox(), "a new relay is used only when preferred or named");
        let second =
            create(&app, json!({ "name": "B", "address": "smtp://b.example", "preferred": true })).await;
        let chosen = |list: Value| -> Vec<Value> {
            let items = list["items"].as_array().unwrap().clone();
            items.into_iter().filter(|r| r["preferred"] == true).map(|r| r["name"].clone()).collect()
        };
        assert_eq!(chosen(app.get(PATH).await.json()), ["B"]);
        let second = format!("{PATH}/{}", second["id"].as_str().unwrap());
        assert_eq!(app.json(Method::DELETE, &second, json!(null)).await.status, 409);
        patch(&app, first["id"].as_str().unwrap(), json!({ "preferred": true })).await;
        assert_eq!(chosen(app.get(PATH).await.json()), ["A"]);
        assert_eq!(app.json(Method::DELETE, &second, json!(null)).await.status, 204);
        assert_eq!(app.get(&second).await.status, 404);
        let order: Vec<_> = t.a.read(list_rows).await?.into_iter().map(|r| r.name).collect();
        assert_eq!(order, ["Sandbox", "A"]);
        patch(&app, first["id"].as_str().unwrap(), json!({ "place": 0 })).await;
        assert_eq!(app.get(PATH).await.json()["items"][0]["name"], "A");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_valid_is_refused_with_the_field_to_blame() {
    let t = TestDb::sqlite().await.unwrap();
    let app = app(&t);
    create(&app, json!({ "name": "Main", "address": "sandbox" })).await;
    for (change, pointer) in [
        (json!({ "name": "" }), "/name"),
        (json!({ "name": "Main" }), "/name"),
        (json!({ "address": "http://mail.example" }), "/address"),
        (json!({ "address": "smtps://mail.example?verify=no" }), "/address"),
        (json!({ "user": "ana" }), "/password"),
        (json!({ "user": "a\r\nRSET", "password": "x" }), "/user"),
        (json!({ "address": "sandbox", "user": "ana", "password": "x" }), "/user"),
        (json!({ "authority": "not a certificate" }), "/authority"),
        (json!({ "helo": "bad name\r\nMAIL" }), "/helo"),
        (json!({ "connections_max": 0 }), "/connections_max"),
        (json!({ "connections_max": 201 }), "/connections_max"),
        (json!({ "messages_per_connection_max": 0 }), "/messages_per_connection_max"),
        (json!({ "place": -1 }), "/place"),
        (json!({ "limits": { "nobody": { "messages_at_once": 1 } } }), "/limits"),
        (json!({ "limits": { "google": { "messages_per_minute": 0 } } }), "/limits"),
    ] {
        let mut body = json!({ "name": "Other", "address": "smtp://mail.example" });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let answer = app.json(Method::POST, PATH, body.clone()).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.text());
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{body}");
    }
    for n in 0..RELAYS_MAX - 2 {
        create(&app, json!({ "name": format!("R{n}"), "address": "smtp://mail.example" })).await;
    }
    let many =
        app.json(Method::POST, PATH, json!({ "name": "Last", "address": "smtp://mail.example" })).await;
    assert_eq!(many.status, 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_do_not_overwrite_each_other() {
    for_each_engine(|t| async move {
        let app = app(&t);
        let made = create(&app, json!({ "name": "Main", "address": "smtp://mail.example" })).await;
        let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
        let tag = app.get(&path).await.header("etag").to_owned();
        let headers = [("content-type", "application/json"), ("x-sp-csrf", "1"), ("if-match", tag.as_str())];
        let change = |name: &str| json!({ "name": name }).to_string().into_bytes();
        assert_eq!(app.send(Method::PATCH, &path, &headers, change("First")).await.status, 200);
        assert_eq!(app.send(Method::PATCH, &path, &headers, change("Second")).await.status, 412);
        assert_eq!(app.get(&path).await.json()["name"], "First");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_logs_in_under_tls_and_sends_nothing() {
    for_each_engine(|t| async move {
        let app = app(&t);
        let sink = SmtpSink::with(Script::new().tls(SinkTls::StartTls).login("ana", "right", "PLAIN")).await;
        let address = format!("smtp+starttls://localhost:{}", sink.address().port());
        let body = json!({ "name": "Sink", "address": address, "user": "ana", "password": "right",
            "authority": TEST_AUTHORITY, "helo": "push.shop.example" });
        let made = create(&app, body).await;
        let id = made["id"].as_str().unwrap();
        let report = test(&app, id).await;
        assert_eq!((&report["passed"], &report["encrypted"]), (&json!(true), &json!(true)), "{report}");
        assert!(report["capabilities"].as_array().unwrap().contains(&json!("PIPELINING")));
        let shown = app.get(&format!("{PATH}/{id}")).await.json();
        assert_eq!((&shown["test_passed"], shown["tested_at"].is_string()), (&json!(true), true));
        let commands = sink.commands();
        assert_eq!(commands[0], "EHLO push.shop.example");
        assert!(commands.iter().all(|c| !c.starts_with("MAIL")), "{commands:?}");

        let wrong = patch(&app, id, json!({ "user": "ana", "password": "wrong" })).await.json();
        assert!(wrong["tested_at"].is_null(), "a change outdates the test");
        let report = test(&app, id).await;
        assert_eq!((&report["passed"], &report["failed_at"]), (&json!(false), &json!("auth")), "{report}");
        patch(&app, id, json!({ "authority": null })).await;
        assert_eq!(test(&app, id).await["failed_at"], "configuration", "nobody vouches for the certificate");
        let stripped = SmtpSink::start().await;
        let address = format!("smtp+starttls://localhost:{}", stripped.address().port());
        patch(&app, id, json!({ "address": address })).await;
        assert_eq!(test(&app, id).await["failed_at"], "configuration", "no STARTTLS");
        Ok(())
    })
    .await;
}

#[test]
fn a_provider_is_limited_only_if_the_relay_says_so() {
    let mut limits = ProviderLimits::default();
    assert_eq!(limits.of(Some(Provider::Google)), ProviderLimit::default());
    let own = ProviderLimit { messages_at_once: Some(2), messages_per_minute: None };
    limits.0.insert("google".into(), own);
    limits.0.insert("others".into(), ProviderLimit { messages_per_minute: Some(9), ..own });
    assert_eq!(limits.of(Some(Provider::Google)), own);
    assert_eq!(limits.of(None).messages_per_minute, Some(9));
    assert_eq!(limits.of(Some(Provider::Yahoo)), ProviderLimit::default());
    assert_eq!(limits.complaint(), None);
}

#[test]
fn names_for_ehlo_are_names() {
    for right in ["push.shop.example", "localhost", "[192.0.2.1]", "[IPv6:2001:db8::1]"] {
        assert!(model::is_helo(right), "{right}");
    }
    for wrong in ["", "a b", "a\r\nb", "[x y]", "[]", "bücher.example"] {
        assert!(!model::is_helo(wrong), "{wrong}");
    }
}
