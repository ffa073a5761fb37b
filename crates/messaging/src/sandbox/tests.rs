use super::capture::{Captured, KEPT_MAX, capture};
use super::model::{Parts, Summary};
use super::*;
use crate::testing::{App, erase, subscriber};
use axum::http::Method;
use kernel::Result;
use kernel::ids::CampaignId;
use serde_json::json;
use store::{Consumer, log};
use testkit::{TestDb, for_each_engine};

const RAW: &str = "From: Shop <news@shop.example>\r\nTo: ana@mail.example\r\nSubject: =?UTF-8?Q?Gr=C3=B6=C3=9Fe?=\r\n\
    X-Long: one\r\n two\r\nContent-Type: multipart/alternative; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
    Hello\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Hello <a href=\"https://x.example/?a=1&amp;b=2\">x</a>\
    <a href=\"https://x.example/?a=1&amp;b=2\">x</a><script>alert(1)</script></p>\r\n--b--\r\n";

fn message(campaign: i64, ordinal: u32) -> Captured {
    Captured { campaign: CampaignId(campaign), ordinal, raw: RAW.into() }
}

async fn keep(t: &TestDb, messages: Vec<Captured>) -> Result<usize> {
    let keys = t.vault.keys(&t.db, t.a.scope()).await?;
    t.a.write(move |tx| capture(tx, &keys, &messages)).await
}

#[test]
fn a_message_is_taken_apart_for_people() {
    let summary = Summary::of(RAW.as_bytes());
    assert_eq!(
        (summary.subject.as_str(), summary.from.as_str(), summary.to.as_str()),
        ("Größe", "Shop <news@shop.example>", "ana@mail.example")
    );
    let parts = Parts::of(RAW.as_bytes());
    assert_eq!(parts.headers[3].value, "one two");
    assert_eq!(parts.links, ["https://x.example/?a=1&b=2"]);
    assert_eq!(parts.text.as_deref().map(str::trim), Some("Hello"));
    assert!(Parts::of(b"Subject: x\r\n\r\nonly text").html.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn captured_messages_are_listed_opened_and_removed() {
    for_each_engine(|t| async move {
        let ana = subscriber(&t, &t.a, "ana@mail.example").await;
        let ben = subscriber(&t, &t.a, "ben@mail.example").await;
        assert_eq!(keep(&t, vec![message(7, ana), message(8, ben), message(8, ana)]).await?, 3);
        let app = App::new(&t, vec![feature()], |_| ());
        let page = app.get("/api/v1/sandbox/messages?limit=2").await.json();
        assert_eq!(page["items"].as_array().unwrap().len(), 2);
        assert_eq!(page["items"][0]["subject"], "Größe");
        let rest = app
            .get(&format!("/api/v1/sandbox/messages?after={}", page["next"].as_str().unwrap()))
            .await
            .json();
        assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (1, &json!(null)));
        let of_campaign =
            app.get(&format!("/api/v1/sandbox/messages?campaign={}", CampaignId(8))).await.json();
        assert_eq!(of_campaign["items"].as_array().unwrap().len(), 2);
        let contact = rest["items"][0]["contact"].as_str().unwrap();
        let of_contact = app.get(&format!("/api/v1/sandbox/messages?contact={contact}")).await.json();
        assert_eq!(of_contact["items"].as_array().unwrap().len(), 2);

        let id = rest["items"][0]["id"].as_str().unwrap();
        let one = app.get(&format!("/api/v1/sandbox/messages/{id}")).await.json();
        assert_eq!(
            (&one["links"][0], &one["to"]),
            (&json!("https://x.example/?a=1&b=2"), &json!("ana@mail.example"))
        );
        let html = app.get(&format!("/api/v1/sandbox/messages/{id}/html")).await;
        let policy = html.header("content-security-policy");
        assert!(policy.ends_with("sandbox") && !policy.contains("script-src"), "{policy}");
        let source = app.get(&format!("/api/v1/sandbox/messages/{id}/source")).await;
        assert_eq!(source.body, RAW.as_bytes());
        assert_eq!(app.json(Method::DELETE, "/api/v1/sandbox/messages", json!({})).await.status, 204);
        assert_eq!(app.get(&format!("/api/v1/sandbox/messages/{id}")).await.status, 404);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_the_contact_erases_its_messages() {
    for_each_engine(|t| async move {
        let ana = subscriber(&t, &t.a, "ana@mail.example").await;
        keep(&t, vec![message(7, ana)]).await?;
        erase(&t, &t.a, ana).await;
        let app = App::new(&t, vec![feature()], |_| ());
        let page = app.get("/api/v1/sandbox/messages").await.json();
        assert_eq!((&page["items"][0]["subject"], &page["items"][0]["to"]), (&json!(null), &json!(null)));
        let id = page["items"][0]["id"].as_str().unwrap();
        assert_eq!(app.get(&format!("/api/v1/sandbox/messages/{id}/source")).await.status, 404);
        let consumer: std::sync::Arc<dyn Consumer> = std::sync::Arc::new(super::consumer::DeleteErased);
        log::catch_up(&t.a, &consumer).await?;
        assert_eq!(t.a.read(count).await?, 0);
        assert_eq!(keep(&t, vec![message(7, ana)]).await?, 0, "nothing is kept of an erased contact");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_messages_make_room() {
    for_each_engine(|t| async move {
        let ana = subscriber(&t, &t.a, "ana@mail.example").await;
        let small =
            |n: usize| vec![Captured { raw: b"Subject: x\r\n\r\n".to_vec(), ..message(n as i64, ana) }; n];
        keep(&t, small(KEPT_MAX as usize - 1)).await?;
        keep(&t, small(3)).await?;
        assert_eq!(t.a.read(count).await?, KEPT_MAX);
        let keys = t.vault.keys(&t.db, t.a.scope()).await?;
        let newest = t.a.read(move |tx| list(tx, &keys, Filter::All, i64::MAX, 4)).await?;
        assert_eq!(newest.iter().filter(|m| m.campaign == CampaignId(3)).count(), 3);
        Ok(())
    })
    .await;
}
