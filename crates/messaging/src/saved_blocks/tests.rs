//! What a store can rely on about saved blocks, on both engines.

use super::{feature, sql};
use crate::testing::App;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::for_each_engine;

fn row(html: &str) -> Value {
    json!({ "id": "r1", "columns": [{ "blocks": [{ "id": "b1", "type": "text", "html": html }] }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_saved_listed_changed_and_removed() {
    for_each_engine(|t| async move {
        let app = App::new(&t, vec![feature()], |_| {});
        let made = app
            .json(Method::POST, "/api/v1/saved-blocks", json!({ "name": " Hello ", "row": row("<p>Hi</p>") }))
            .await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        let made = made.json();
        assert_eq!((&made["name"], &made["row"]["padding"]), (&json!("Hello"), &json!(8)));
        let path = format!("/api/v1/saved-blocks/{}", made["id"].as_str().unwrap());
        assert_eq!(app.get(&path).await.header("etag"), "\"1\"");
        let headers =
            |version| [("content-type", "application/json"), ("x-sp-csrf", "1"), ("if-match", version)];
        let body = json!({ "row": row("<p>Bye</p>") }).to_string().into_bytes();
        let saved = app.send(Method::PATCH, &path, &headers("\"1\""), body.clone()).await;
        assert_eq!((saved.status, saved.header("etag")), (StatusCode::OK, "\"2\""), "{}", saved.text());
        assert_eq!(saved.json()["name"], "Hello", "an absent field stays");
        let late = app.send(Method::PATCH, &path, &headers("\"1\""), body).await;
        assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
        let list = app.get("/api/v1/saved-blocks").await.json();
        assert_eq!(list["items"][0]["row"]["columns"][0]["blocks"][0]["html"], "<p>Bye</p>");
        assert!(t.b.read(|tx| sql::list(tx, i64::MAX, 10)).await?.is_empty(), "the twin sees none");
        assert_eq!(app.json(Method::DELETE, &path, Value::Null).await.status, StatusCode::NO_CONTENT);
        assert_eq!(app.get(&path).await.status, StatusCode::NOT_FOUND);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_no_document_takes_is_told_where() {
    for_each_engine(|t| async move {
        let app = App::new(&t, vec![feature()], |_| {});
        for (name, row, pointer) in [
            ("x", json!({ "id": "r1" }), "/row"),
            ("x", json!({ "id": "r 1", "columns": [{ "blocks": [] }] }), "/row/id"),
            (
                "x",
                json!({ "id": "r1", "columns": [{ "blocks": [{ "id": "b", "type": "nothing" }] }] }),
                "/row/columns/0/blocks/0/type",
            ),
            ("x", row("{{ x"), "/row/columns/0/blocks/0/html"),
            ("x", row(&"x".repeat(300_000)), "/row"),
            ("", row(""), "/name"),
        ] {
            let refused =
                app.json(Method::POST, "/api/v1/saved-blocks", json!({ "name": name, "row": row })).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{pointer}");
            assert_eq!(refused.json()["errors"][0]["pointer"], pointer);
        }
        Ok(())
    })
    .await;
}
