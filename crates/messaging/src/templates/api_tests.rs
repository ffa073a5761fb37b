use super::*;
use crate::testing::{App, subscriber};
use audience::contacts;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::for_each_engine;

fn source(html: &str) -> Value {
    json!({"subject": "Hi {{ contact.first_name | default: 'you' }}", "preheader": "p", "body": {"format": "html", "source": html}})
}

async fn created(app: &App, name: &str, html: &str) -> Value {
    let answer =
        app.json(Method::POST, "/api/v1/templates", json!({"name": name, "source": source(html)})).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_is_made_read_saved_copied_and_deleted() {
    for_each_engine(|t| async move {
        let app = App::new(&t, vec![feature()], |_| {});
        let made = created(&app, "First", "<p>one</p>").await;
        let path = format!("/api/v1/templates/{}", made["id"].as_str().unwrap());
        let read = app.get(&path).await;
        assert_eq!(
            (read.header("etag"), &read.json()["source"]["body"]["source"]),
            ("\"1\"", &json!("<p>one</p>"))
        );

        let body = json!({"name": "Renamed", "source": source("<p>two</p>")}).to_string().into_bytes();
        let headers =
            |version| [("content-type", "application/json"), ("x-sp-csrf", "1"), ("if-match", version)];
        let saved = app.send(Method::PATCH, &path, &headers("\"1\""), body.clone()).await;
        assert_eq!((saved.status, saved.header("etag")), (StatusCode::OK, "\"2\""), "{}", saved.text());
        let late = app.send(Method::PATCH, &path, &headers("\"1\""), body).await;
        assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);

        let versions = app.get(&format!("{path}/versions")).await.json();
        assert_eq!(versions["items"].as_array().unwrap().len(), 2);
        let first = app.get(&format!("{path}/versions/1")).await.json();
        assert_eq!(first["source"]["body"]["source"], "<p>one</p>");
        assert_eq!(app.get(&format!("{path}/versions/9")).await.status, StatusCode::NOT_FOUND);

        let copy = app.json(Method::POST, &format!("{path}/duplicate"), json!({})).await;
        assert_eq!((copy.status, &copy.json()["name"]), (StatusCode::CREATED, &json!("Renamed (2)")));
        assert_eq!(app.json(Method::DELETE, &path, json!(null)).await.status, StatusCode::NO_CONTENT);
        assert_eq!(app.get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(app.get(&format!("{path}/versions")).await.status, StatusCode::NOT_FOUND);
        let list = app.get("/api/v1/templates").await.json();
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        assert!(t.b.read(|tx| sql::list_templates(tx, i64::MAX, 10)).await?.is_empty(), "the twin sees none");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_go_on_by_cursor() {
    for_each_engine(|t| async move {
        let app = App::new(&t, vec![feature()], |_| {});
        for n in 0..5 {
            created(&app, &format!("T{n}"), "<p>x</p>").await;
        }
        let mut names = Vec::new();
        let mut path = "/api/v1/templates?limit=2".to_owned();
        loop {
            let page = app.get(&path).await.json();
            names.extend(
                page["items"].as_array().unwrap().iter().map(|i| i["name"].as_str().unwrap().to_owned()),
            );
            match page["next"].as_str() {
                Some(next) => path = format!("/api/v1/templates?limit=2&after={next}"),
                None => break,
            }
        }
        assert_eq!(names, ["T4", "T3", "T2", "T1", "T0"]);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_last_versions_are_kept() {
    for_each_engine(|t| async move {
        let source: EmailSource = serde_json::from_value(source("<p>x</p>")).unwrap();
        let kept =
            t.a.write(move |tx| {
                let id = sql::create_template(tx, "T", &source, "usr")?;
                for _ in 0..sql::VERSIONS_MAX + 4 {
                    let before = sql::get_template(tx, id)?;
                    sql::update_template(tx, &before, "T", &source, "usr")?;
                }
                sql::list_versions(tx, id, i64::MAX, 1_000)
            })
            .await?;
        assert_eq!(kept.len() as i64, sql::VERSIONS_MAX);
        assert_eq!(kept[0].version, sql::VERSIONS_MAX + 5);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_compile_is_refused_with_its_place() {
    for_each_engine(|t| async move {
        let app = App::new(&t, vec![feature()], |_| {});
        let block = json!({"id": "b", "type": "button", "label": "", "href": "x"});
        let document = json!({"schema": 1, "rows": [{"id": "r", "columns": [{"blocks": [block]}]}]});
        for (source, pointer, code) in [
            (source("<p>\n{% if x %}</p>"), "/source/body/source", "unclosed"),
            (
                json!({"subject": "{{ x", "body": {"format": "html", "source": "x"}}),
                "/source/subject",
                "unclosed",
            ),
            (
                json!({"body": {"format": "html", "source": "x"}, "text": "{% nope %}"}),
                "/source/text",
                "unknown_tag",
            ),
            (json!({"body": {"format": "mjml", "source": "<mj-x></mj-x>"}}), "/source/body/source", "mjml"),
            (
                json!({"body": {"format": "document", "document": document}}),
                "/source/body/document/rows/0/columns/0/blocks/0/label",
                "required",
            ),
        ] {
            let answer =
                app.json(Method::POST, "/api/v1/templates", json!({"name": "n", "source": source})).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
            let errors = answer.json()["errors"].clone();
            assert!(
                errors.as_array().unwrap().iter().any(|e| e["pointer"] == pointer && e["code"] == code),
                "{pointer}: {errors}"
            );
        }
        for body in [
            json!({"name": "", "source": source("x")}),
            json!({"name": "n"}),
            json!({"name": "n", "ready": "none"}),
            json!({"name": "n", "source": source("x"), "ready": "sale"}),
            json!({"name": "a\u{0}b", "source": source("x")}),
        ] {
            let answer = app.json(Method::POST, "/api/v1/templates", body).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ready_templates_are_listed_and_copied() {
    for_each_engine(|t| async move {
        let app = App::new(&t, vec![feature()], |_| {});
        let list = app.get("/api/v1/ready-templates").await.json();
        for item in list["items"].as_array().unwrap() {
            let key = item["key"].as_str().unwrap();
            let ready = app.get(&format!("/api/v1/ready-templates/{key}")).await.json();
            let made =
                app.json(Method::POST, "/api/v1/templates", json!({"name": key, "ready": key})).await.json();
            assert_eq!(made["source"], ready["source"]);
        }
        assert_eq!(app.get("/api/v1/ready-templates/none").await.status, StatusCode::NOT_FOUND);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_shows_what_a_real_contact_would_get() {
    for_each_engine(|t| async move {
        let app = App::new(&t, vec![feature()], |_| {});
        let html = "<p>{{ contact.email }} {{ contact.tags | join }} {{ contact.nope }}</p>";
        let made = created(&app, "T", html).await;
        let path = format!("/api/v1/templates/{}/preview", made["id"].as_str().unwrap());
        let ordinal = subscriber(&t, &t.a, "real@x.example").await;
        let contact = t.a.read(move |tx| contacts::find_by_ordinal(tx, ordinal)).await?.unwrap().id;

        let real = app.json(Method::POST, &path, json!({"contact": contact})).await.json();
        assert!(real["preview"]["html"].as_str().unwrap().contains("<p>real@x.example  </p>"), "{real}");
        assert_eq!(real["preview"]["missing"][0]["variable"], "contact.nope");
        assert_eq!(real["preview"]["subject"], "Hi you");
        let invented = app.json(Method::POST, &path, json!({})).await.json();
        assert!(invented["preview"]["html"].as_str().unwrap().contains("ana.lim@example.com"));
        assert!(invented["checks"].as_array().unwrap().iter().any(|c| c["code"] == "unsubscribe_link"));

        let foreign = subscriber(&t, &t.b, "real@x.example").await;
        let foreign = t.b.read(move |tx| contacts::find_by_ordinal(tx, foreign)).await?.unwrap().id;
        let refused = app.json(Method::POST, &path, json!({"contact": foreign})).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_rendered_and_html_taken_over_without_saving() {
    for_each_engine(|t| async move {
        let app = App::new(&t, vec![feature()], |_| {});
        let good = app
            .json(
                Method::POST,
                "/api/v1/templates/render",
                json!({"source": source("<p>{{ contact.first_name }}</p>")}),
            )
            .await;
        assert!(good.json()["preview"]["html"].as_str().unwrap().contains("<p>Ana</p>"), "{}", good.text());
        let broken =
            app.json(Method::POST, "/api/v1/templates/render", json!({"source": source("<p>\n{{ x")})).await;
        assert_eq!(broken.status, StatusCode::OK);
        assert_eq!(broken.json()["issues"][0]["line"], 2);
        let runaway = "{% for i in (1..900) %}{% for i in (1..900) %}x{% endfor %}{% endfor %}";
        let runaway =
            app.json(Method::POST, "/api/v1/templates/render", json!({"source": source(runaway)})).await;
        assert_eq!(runaway.json()["issues"][0]["code"], "steps");
        let taken = app
            .json(
                Method::POST,
                "/api/v1/templates/import-html",
                json!({"html": "<p>[[contact.email]] {% catalog 1 %}</p>"}),
            )
            .await;
        assert_eq!(taken.json()["source"]["body"]["source"], "<p>{{ contact.email }} </p>");
        assert_eq!(taken.json()["not_converted"][0]["line"], 1);
        assert!(app.get("/api/v1/templates").await.json()["items"].as_array().unwrap().is_empty());
        Ok(())
    })
    .await;
}
