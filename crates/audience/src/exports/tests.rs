//! What leaves as a file, and how it is kept until then.

use crate::consent::model::{Channel, ConsentSource, ConsentStatus};
use crate::contacts::Existing;
use crate::contacts::model::AttributeValue;
use crate::contacts::tests::{draft, options, put, subscribed};
use crate::exports::frames::{FrameReader, FrameWriter};
use crate::exports::model::{neutralise, restore};
use crate::testing::App;
use kernel::ids::ExportId;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::io::Write;
use testkit::for_each_engine;

proptest! {
    #[test]
    fn a_neutralised_cell_is_no_formula_and_comes_back(cell in "['=+@\\-\t\r\n＝a1]{0,4}\\PC{0,6}") {
        let safe = neutralise(&cell);
        prop_assert!(!safe.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝']));
        prop_assert_eq!(restore(&safe), cell.as_str());
    }
}

#[test]
fn cells_that_are_no_formula_stay_as_they_are() {
    for cell in ["", "Ana", "O'Neill", "1-2", "a=b", "'90s"] {
        assert_eq!(restore(cell), cell);
    }
    assert_eq!(neutralise("+6591234567"), "'+6591234567");
    assert_eq!(neutralise("Ana"), "Ana");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_file_opens_whole_or_not_at_all() {
    for_each_engine(|t| async move {
        let keys = t.vault.keys(&t.db, t.a.scope()).await?;
        let id = ExportId(5);
        let text: Vec<u8> = (0..200_000_u32).map(|n| n as u8).collect();
        let mut frames = FrameWriter::new(Vec::new(), keys.clone(), id);
        frames.write_all(&text).unwrap();
        let (sealed, bytes) = frames.finish()?;
        assert_eq!(bytes, 200_000);
        let open = |bytes: &[u8], id| -> kernel::Result<Vec<u8>> {
            let frames: Vec<Vec<u8>> =
                FrameReader::new(bytes, keys.clone(), id).collect::<kernel::Result<_>>()?;
            Ok(frames.concat())
        };
        assert!(open(&sealed, id)? == text);
        assert!(open(&sealed, ExportId(6)).is_err(), "another export");
        assert!(open(&sealed[..sealed.len() - 1], id).is_err(), "cut off");
        assert!(open(&sealed[..65_536 + 28 + 4], id).is_err(), "cut off between frames");
        let mut changed = sealed.clone();
        changed[70_000] ^= 1;
        assert!(open(&changed, id).is_err(), "changed");
        Ok(())
    })
    .await;
}

async fn export(app: &App, format: &str, select: Value) -> (String, String) {
    let ordered = app.ask("POST /api/v1/exports", json!({ "format": format, "select": select }), 202).await;
    assert_eq!(ordered["state"], "running");
    let path = format!("/api/v1/exports/{}", ordered["id"].as_str().unwrap());
    app.ask(&format!("GET {path}/download"), Value::Null, 409).await;
    app.run_jobs().await;
    let shown = app.ask(&format!("GET {path}"), Value::Null, 200).await;
    assert_eq!(shown["state"], "ready", "{shown}");
    let file = app.send("a", &format!("GET {path}/download"), None, None).await;
    assert_eq!(file.status, 200);
    assert_eq!(shown["bytes"], file.bytes.len());
    (path, file.text())
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_leave_as_csv_and_json_lines_and_the_file_goes() {
    for_each_engine(|t| async move {
        let import = options(Existing::FillGaps, ConsentSource::Import);
        let mut ana =
            subscribed(draft("ana@shop.example", "+6591234567"), Channel::Email, ConsentStatus::Subscribed);
        ana.personal.first_name = Some("=cmd|' /C calc'!A0".into());
        ana.personal.note = Some("one, \"two\"\nthree".into());
        ana.attributes = vec![(1, AttributeValue::Integer(-5))];
        put(&t, &t.a, vec![ana, draft("bob@shop.example", "")], &import).await?;
        put(&t, &t.b, vec![draft("twin@shop.example", "")], &import).await?;
        let app = App::new(t);
        let attribute = json!({ "name": "points", "type": "integer", "class": "fact", "purpose": "fit" });
        app.ask("POST /api/v1/attributes", attribute, 201).await;

        let (path, file) = export(&app, "csv", json!({ "all": true })).await;
        let mut reader = csv::Reader::from_reader(file.as_bytes());
        let column =
            |headers: &csv::StringRecord, name: &str| headers.iter().position(|h| h == name).unwrap();
        let headers = reader.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.unwrap()).collect();
        assert_eq!(rows.len(), 2);
        let cell = |name: &str| rows[0].get(column(&headers, name)).unwrap();
        assert_eq!(cell("phone"), "'+6591234567");
        assert_eq!(cell("first_name"), "'=cmd|' /C calc'!A0");
        assert_eq!(cell("note"), "one, \"two\"\nthree");
        assert_eq!((cell("accepts_email_marketing"), cell("accepts_sms")), ("yes", "no"));
        assert_eq!(cell("points"), "'-5");
        assert!(!file.contains("twin"));

        let sealed =
            std::fs::read(app.t.dir().join("exports").join(format!("{}.sealed", &path[16..]))).unwrap();
        assert!(!sealed.windows(4).any(|w| w == b"shop"), "the file on disk says nothing");
        assert_eq!(app.send("b", &format!("GET {path}/download"), None, None).await.status, 404, "the twin");
        assert_eq!(app.send("b", &format!("DELETE {path}"), None, None).await.status, 404, "the twin");

        let some = app.ask("GET /api/v1/contacts?search=bob@shop.example", Value::Null, 200).await;
        let (other, lines) = export(&app, "jsonl", json!({ "ids": [some["items"][0]["id"]] })).await;
        let line: Value = serde_json::from_str(lines.trim()).unwrap();
        assert_eq!(line["email"], "bob@shop.example");

        app.ask(&format!("DELETE {other}"), Value::Null, 204).await;
        app.ask(&format!("GET {other}/download"), Value::Null, 409).await;
        app.t.advance_ms(crate::exports::model::KEPT_MS + 1);
        app.ask(&format!("GET {path}/download"), Value::Null, 409).await;
        app.run_jobs().await;
        assert_eq!(std::fs::read_dir(app.t.dir().join("exports")).unwrap().count(), 0);
        assert_eq!(app.ask(&format!("GET {path}"), Value::Null, 200).await["state"], "expired");
        assert_eq!(
            app.ask("GET /api/v1/exports", Value::Null, 200).await["items"].as_array().unwrap().len(),
            2
        );
        app.ask("POST /api/v1/exports", json!({ "format": "csv", "select": {} }), 422).await;
        Ok(())
    })
    .await;
}
