//! What a store can rely on about its media library, on both engines.

use super::formats::tests::phone_jpeg;
use super::model::ATTESTATION_VERSION;
use super::{MediaSettings, feature, files, sql};
use crate::testing::{Answer, App};
use axum::http::{Method, StatusCode};
use kernel::ids::UserId;
use serde_json::{Value, json};
use tenancy::permissions::{self, Permission};
use testkit::{TestDb, for_each_engine};

/// The person whom the router of tests lets in.
const CALLER: UserId = UserId(1);

fn app(t: &TestDb) -> App {
    App::new(t, vec![feature()], |_| {})
}

/// Uploads a form: fields, then the file.
async fn upload(app: &App, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .into_bytes(),
        );
    }
    if let Some((name, bytes)) = file {
        let head = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=";
        body.extend(format!("{head}\"{name}\"\r\nContent-Type: image/png\r\n\r\n").into_bytes());
        body.extend(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--edge--\r\n");
    let headers = [("content-type", "multipart/form-data; boundary=edge"), ("x-sp-csrf", "1")];
    app.send(Method::POST, "/api/v1/media", &headers, body).await
}

const STATED: (&str, &str) = ("attestation", ATTESTATION_VERSION);

#[track_caller]
fn made(answer: &Answer) -> Value {
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()
}

#[track_caller]
fn path_of(item: &Value) -> String {
    format!("/api/v1/media/{}", item["id"].as_str().unwrap())
}

/// The part of a public address after the host.
#[track_caller]
fn public(address: &Value) -> String {
    address.as_str().unwrap().strip_prefix("http://127.0.0.1:8080").unwrap().to_owned()
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|w| w == needle)
}

/// Every file of the library on disk.
fn on_disk(t: &TestDb) -> Vec<Vec<u8>> {
    let folder = files::folder(t.dir(), t.a.store());
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_kept_without_its_place_unless_the_uploader_allows_it() {
    for_each_engine(|t| async move {
        let app = app(&t);
        let photo = phone_jpeg();
        let file = Some(("beach.png", photo.as_slice()));
        let refused = made(&upload(&app, &[STATED, ("alt", "A beach")], file).await);
        assert_eq!(
            (&refused["kind"], &refused["content_type"]),
            (&json!("image"), &json!("image/jpeg")),
            "by content"
        );
        assert_eq!(
            (&refused["place"], &refused["omitted"]),
            (&Value::Null, &json!(["place_not_allowed"])),
            "P-032"
        );
        assert_eq!(refused["captured_at"], "2026-11-20T10:30:00Z", "the store keeps UTC");

        let asked = upload(&app, &[STATED, ("keep_place", "true")], file).await;
        assert_eq!(made(&asked)["omitted"], json!(["location_permission_off"]), "P-035");
        let typed = json!({ "latitude": 1.3, "longitude": 103.8, "source": "manual" });
        let manual =
            upload(&app, &[STATED, ("keep_place", "true"), ("place", &typed.to_string())], file).await;
        assert_eq!(made(&manual)["place"]["source"], "manual", "P-034: typing it in needs no device");
        permissions::set(&t.db, CALLER, vec![(Permission::Location, true)]).await?;
        let kept = made(&upload(&app, &[STATED, ("keep_place", "true")], file).await);
        assert_eq!((&kept["place"]["source"], &kept["omitted"]), (&json!("file"), &json!([])));
        permissions::set(&t.db, CALLER, vec![(Permission::Location, false)]).await?;
        let again = upload(&app, &[STATED, ("keep_place", "true")], file).await;
        assert_eq!(made(&again)["place"], Value::Null, "P-035: what was granted is taken back");

        for file in on_disk(&t) {
            assert!(
                !holds(&file, b"Exif") && !holds(&file, b"2026:11:20"),
                "P-032: no file says where or when"
            );
        }
        let shown = app.get(&public(&kept["url"])).await;
        assert!(shown.status == StatusCode::OK && !holds(&shown.body, b"Exif"));
        let forgotten = app
            .json(Method::PATCH, &path_of(&kept), json!({ "place": null, "captured_at": null }))
            .await
            .json();
        assert_eq!((&forgotten["place"], &forgotten["captured_at"]), (&Value::Null, &Value::Null), "P-032");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_copy_is_served_without_cookies_for_ever_and_can_run_nothing() {
    for_each_engine(|t| async move {
        let app = app(&t);
        let item = made(&upload(&app, &[STATED], Some(("a.jpg", &phone_jpeg()))).await);
        let path = public(&item["url"]);
        let shown = app.get(&path).await;
        assert_eq!(shown.body.len(), item["bytes"]);
        for (name, value) in [
            ("content-type", "image/jpeg"),
            ("cache-control", "public, max-age=31536000, immutable"),
            ("content-security-policy", "sandbox; default-src 'none'"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-resource-policy", "cross-origin"),
            ("set-cookie", ""),
        ] {
            assert_eq!(shown.header(name), value, "{name}");
        }
        assert!(!path.contains("a.jpg"), "P-163: the address says nothing");
        let small = app.get(&public(&item["thumbnail_url"])).await;
        assert_eq!((small.status, small.header("content-type")), (StatusCode::OK, "image/jpeg"));
        let part = app.send(Method::GET, &path, &[("range", "bytes=2-5")], Vec::new()).await;
        assert_eq!((part.status, part.body.as_slice()), (StatusCode::PARTIAL_CONTENT, &shown.body[2..6]));
        assert_eq!(part.header("content-range"), format!("bytes 2-5/{}", shown.body.len()));

        let (start, file) = path.rsplit_once('/').unwrap();
        let mut forged = start.to_owned();
        forged.pop();
        forged.push(if start.ends_with('A') { 'B' } else { 'A' });
        for wrong in [format!("{start}/other.jpg"), format!("{forged}/{file}"), format!("/m/x/{file}")] {
            assert_eq!(app.get(&wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
        }
        assert_eq!(
            app.json(Method::DELETE, &path_of(&item), Value::Null).await.status,
            StatusCode::NO_CONTENT
        );
        assert_eq!(app.get(&path).await.status, StatusCode::NOT_FOUND);
        assert!(on_disk(&t).is_empty(), "its files are gone");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_somebody_is_not_public_until_there_is_a_consent() {
    for_each_engine(|t| async move {
        let app = app(&t);
        let text = b"Call Ana: +65 9123 4567, ana@people.example".as_slice();
        let item = made(&upload(&app, &[STATED], Some(("note.txt", text))).await);
        assert_eq!(
            (&item["kind"], &item["contains_personal"], &item["url"]),
            (&json!("text"), &json!(true), &Value::Null)
        );
        let named = made(&upload(&app, &[STATED], Some(("ana@people.example.jpg", &phone_jpeg()))).await);
        assert_eq!((&named["contains_personal"], &named["thumbnail_url"]), (&json!(true), &Value::Null));
        let renamed = app.json(Method::PATCH, &path_of(&named), json!({ "name": "beach.jpg" })).await.json();
        assert!(renamed["url"].is_string(), "nobody is named any more");

        let body = json!({ "consent_reference": "contract 17" });
        let given = app.json(Method::PATCH, &path_of(&item), body).await.json();
        let path = public(&given["url"]);
        assert_eq!(app.get(&path).await.body, text);
        assert_eq!(app.get(&path).await.header("content-type"), "text/plain; charset=utf-8");
        app.json(Method::PATCH, &path_of(&item), json!({ "consent_reference": null })).await;
        assert_eq!(app.get(&path).await.status, StatusCode::NOT_FOUND, "a consent can be taken back");
        let rows = t.a.query(&sql::LIST_MEDIA, store::params![i64::MAX, 10_i64]).await?;
        assert!(rows.iter().all(|row| !holds(&row.blob(9).unwrap(), b"people.example")), "words are sealed");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_without_statement_or_of_something_else_leaves_nothing_behind() {
    for_each_engine(|t| async move {
        let app = app(&t);
        let photo = phone_jpeg();
        for (fields, file, pointer, code) in [
            (vec![], Some(("a.jpg", photo.as_slice())), "/attestation", "required"),
            (vec![STATED], None, "/file", "required"),
            (vec![STATED], Some(("cat.jpg", b"MZ\x90\0\x03\0\0\0".as_slice())), "/file", "format"),
            (vec![STATED], Some(("logo.png", b"<svg onload=alert(1)>")), "/file", "format"),
            (vec![STATED], Some(("cut.jpg", &photo[..photo.len() / 2])), "/file", "broken"),
            (vec![STATED, ("colour", "red")], Some(("a.jpg", photo.as_slice())), "/colour", "not_valid"),
            (
                vec![STATED, ("keep_place", "maybe")],
                Some(("a.jpg", photo.as_slice())),
                "/keep_place",
                "not_valid",
            ),
            (
                vec![STATED, ("place", r#"{"latitude":91,"longitude":0,"source":"manual"}"#)],
                Some(("a.jpg", photo.as_slice())),
                "/place",
                "not_a_place",
            ),
        ] {
            let refused = upload(&app, &fields, file).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
            let error = refused.json()["errors"][0].clone();
            assert_eq!((&error["pointer"], &error["code"]), (&json!(pointer), &json!(code)));
        }
        let broken = app
            .send(Method::POST, "/api/v1/media", &[("content-type", "image/jpeg"), ("x-sp-csrf", "1")], photo)
            .await;
        assert_eq!(broken.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert!(on_disk(&t).is_empty());
        assert_eq!(t.a.read(sql::usage).await?, (0, 0));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_library_is_listed_searched_and_keeps_to_its_quota() {
    for_each_engine(|t| async move {
        let app = App::new(&t, vec![feature()], |state| {
            state.insert(MediaSettings { quota_bytes: 5_000 });
        });
        let photo = phone_jpeg();
        made(&upload(&app, &[STATED, ("name", "Blue beach")], Some(("a.jpg", &photo))).await);
        made(
            &upload(&app, &[STATED, ("name", "Words"), ("alt", "about a Beach")], Some(("b.txt", b"hello")))
                .await,
        );
        let names = async |query: &str| -> Vec<Value> {
            let list = app.get(&format!("/api/v1/media{query}")).await.json();
            list["items"].as_array().unwrap().iter().map(|i| i["name"].clone()).collect()
        };
        assert_eq!(names("").await, ["Words", "Blue beach"]);
        assert_eq!(names("?search=BEACH").await.len(), 2);
        assert_eq!(names("?search=blue").await, ["Blue beach"]);
        assert_eq!(names("?kind=text").await, ["Words"]);
        let first = app.get("/api/v1/media?limit=1").await.json();
        let after = first["next"].as_str().unwrap().to_owned();
        assert_eq!(names(&format!("?limit=1&after={after}")).await, ["Blue beach"]);
        let usage = app.get("/api/v1/media/usage").await.json();
        assert_eq!((&usage["items"], &usage["quota_bytes"]), (&json!(2), &json!(5_000)));
        assert!(usage["bytes"].as_i64().unwrap() > photo.len() as i64 / 2);
        assert_eq!(usage["attestation"]["version"], ATTESTATION_VERSION);

        let before = on_disk(&t).len();
        let large = "x".repeat(5_000);
        let refused = upload(&app, &[STATED], Some(("c.txt", large.as_bytes()))).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
        assert_eq!(on_disk(&t).len(), before, "what was refused is not kept");
        let keys = t.vault.keys(&t.db, t.b.scope()).await?;
        assert!(
            t.b.read(move |tx| sql::list(tx, &keys, i64::MAX, 10)).await?.is_empty(),
            "the twin has none"
        );
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_picture_becomes_an_item_and_the_same_file_is_kept_once() {
    for_each_engine(|t| async move {
        let app = app(&t);
        let photo = phone_jpeg();
        let first = made(&upload(&app, &[STATED, ("alt", "A beach")], Some(("a.jpg", &photo))).await);
        let second = made(&upload(&app, &[STATED], Some(("b.jpg", &photo))).await);
        assert_eq!(on_disk(&t).len(), 2, "one copy and its small picture");
        app.json(Method::DELETE, &path_of(&first), Value::Null).await;
        assert_eq!(app.get(&public(&second["url"])).await.status, StatusCode::OK, "the other still has it");

        let crop = json!({ "x": 0, "y": 0, "width": 32, "height": 32, "resize_width": 16 });
        let part = app.json(Method::POST, &format!("{}/crop", path_of(&second)), crop).await;
        let part = made(&part);
        assert_eq!(
            (&part["width"], &part["height"], &part["name"]),
            (&json!(16), &json!(16), &json!("b.jpg"))
        );
        assert_ne!(part["url"], second["url"]);
        let beyond = json!({ "x": 30, "y": 0, "width": 32, "height": 32 });
        let refused = app.json(Method::POST, &format!("{}/crop", path_of(&second)), beyond).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        Ok(())
    })
    .await;
}
