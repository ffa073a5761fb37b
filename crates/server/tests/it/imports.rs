//! Imports over HTTP and on the command line.

use crate::harness::{TestApp, for_each_engine};
use kernel::Result;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

const FILE: &str = "email,first_name,accepts_email_marketing,colour\n\
    ana@shop.example,Ana,yes,red\nbob@shop.example,Bob,no,red\nnobody,X,yes,red\n";

async fn work(app: &TestApp) -> Result<()> {
    let handlers = Arc::new(audience::imports::handlers_with(&app.t.vault));
    store::queue::run_due_jobs(&app.t.db, &handlers).await.map(drop)
}

/// A form with a mapping and a file.
fn form(mapping: &str, name: &str, file: &str) -> (String, String) {
    let part =
        |head: &str, body: &str| format!("--b\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n");
    let body = part("name=\"mapping\"", mapping)
        + &part(&format!("name=\"file\"; filename=\"{name}\""), file)
        + "--b--\r\n";
    ("multipart/form-data; boundary=b".into(), body)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_uploaded_checked_imported_and_undone() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let call = |method: &str, path: &str| app.call(method, path).key(&owner.key);
        let made = call("POST", "/api/v1/imports?file_name=people.csv")
            .raw("text/csv", FILE)
            .send()
            .await
            .expect(201);
        let import = &made["import"];
        assert_eq!(
            (&import["state"], &import["plan"]["format"]),
            (&json!("uploaded"), &json!("usual")),
            "{made}"
        );
        assert_eq!(import["plan"]["columns"][3]["target"]["name"], "colour");
        assert_eq!(made["samples"][1], json!(["Ana", "Bob", "X"]));
        assert_eq!(import["needs_consent_statement"], true);
        let path = format!("/api/v1/imports/{}", import["id"].as_str().unwrap());

        call("POST", &format!("{path}/dry-run")).send().await.expect(202);
        work(&app).await?;
        let dry = &call("GET", &path).send().await.expect(200)["dry_run"];
        assert_eq!((&dry["rows"], &dry["created"], &dry["errors"]), (&json!(3), &json!(2), &json!(1)));

        let start = |body: Value| app.post(&format!("{path}/start"), body).key(&owner.key).send();
        assert_eq!(start(json!({})).await.problem(409), "conflict");
        let version = call("GET", "/api/v1/imports/undertaking").send().await.expect(200)["version"].clone();
        assert_eq!(start(json!({ "undertaking": version })).await.problem(422), "validation");
        let body = json!({ "undertaking": version, "consent_statement": "Form on shop.example" });
        start(body.clone()).await.expect(202);
        assert_eq!(start(body).await.problem(409), "conflict");
        work(&app).await?;
        let done = call("GET", &path).send().await.expect(200);
        assert_eq!((&done["state"], &done["counts"]["created"]), (&json!("done"), &json!(2)), "{done}");
        let errors = call("GET", &format!("{path}/errors")).send().await;
        assert_eq!((errors.status, errors.header("content-type")), (200, "text/csv; charset=utf-8"));
        let lines: Vec<String> = errors.text().lines().map(str::to_owned).collect();
        assert!(lines[0].ends_with("email,first_name,accepts_email_marketing,colour"), "{lines:?}");
        assert!(
            lines[1].starts_with("4,error,email,") && lines[1].ends_with("nobody,X,yes,red"),
            "{lines:?}"
        );
        let list = call("GET", "/api/v1/imports").send().await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1);

        assert_eq!(call("POST", &format!("{path}/cancel")).send().await.problem(409), "conflict");
        call("POST", &format!("{path}/undo")).send().await.expect(202);
        work(&app).await?;
        let undone = call("GET", &path).send().await.expect(200);
        assert_eq!((&undone["state"], &undone["undo"]["erased"]), (&json!("undone"), &json!(2)), "{undone}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_brings_its_mapping_and_what_is_no_table_is_refused_and_not_kept() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let post = |kind: &str, body: String| {
            app.call("POST", "/api/v1/imports").key(&owner.key).raw(kind, body).send()
        };
        let mapping = r#"{"columns": {"colour": "ignore"}, "tags": ["spring"]}"#;
        let (kind, body) = form(mapping, "subscribed_x.csv", FILE);
        let made = post(&kind, body).await.expect(201);
        assert_eq!(made["import"]["file_name"], "subscribed_x.csv");
        assert_eq!(made["import"]["plan"]["columns"][3]["target"]["kind"], "ignore");
        let path = format!("/api/v1/imports/{}", made["import"]["id"].as_str().unwrap());
        let put = app.call("PUT", &format!("{path}/mapping")).key(&owner.key);
        let mapped = put.json(json!({ "columns": { "colour": "city" } })).send().await.expect(200);
        assert_eq!(mapped["import"]["plan"]["columns"][3]["target"]["field"], "city");

        for (kind, body, status) in [
            ("text/csv", "{\"a\": 1}".to_owned(), 415),
            ("text/csv", String::new(), 415),
            ("application/pdf", "%PDF-1.7".to_owned(), 415),
            ("text/csv", "colour,size\nred,1\n".to_owned(), 422),
            ("multipart/form-data; boundary=b", "--b--\r\n".to_owned(), 400),
            ("multipart/form-data", "x".to_owned(), 400),
        ] {
            post(kind, body).await.problem(status);
        }
        let (kind, broken) = form("{\"colums\": {}}", "x.csv", FILE);
        post(&kind, broken).await.problem(422);
        let folder = app.t.dir().join("imports").join(owner.store.to_string());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "only the good file is kept");
        use std::os::unix::fs::PermissionsExt;
        let kept = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap();
        assert_eq!(kept.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        app.call("DELETE", &path).key(&owner.key).send().await.expect(204);
        assert_eq!(app.get(&path).key(&owner.key).send().await.problem(404), "not_found");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);

        let reader = app.key_with(&owner, &["contacts:read"]).await?;
        let call = app.call("POST", "/api/v1/imports").key(&reader).raw("text/csv", FILE);
        assert_eq!(call.send().await.problem(403), "forbidden");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_wait_too_long_are_removed() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let post = || app.call("POST", "/api/v1/imports").key(&owner.key).raw("text/csv", FILE).send();
        let first = post().await.expect(201);
        app.t.advance_ms(8 * 24 * 3_600_000);
        post().await.expect(201);
        let folder = app.t.dir().join("imports").join(owner.store.to_string());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
        let path = format!("/api/v1/imports/{}/dry-run", first["import"]["id"].as_str().unwrap());
        assert_eq!(app.call("POST", &path).key(&owner.key).send().await.problem(409), "conflict");
        Ok(())
    })
    .await;
}

fn smartpush(data: &Path, arguments: &[&str]) -> (i32, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smartpush"));
    command.args(arguments).args(["--json", "--data"]).arg(data).env_remove("SMARTPUSH_DATABASE_URL");
    let output = command.output().expect("the program runs");
    let out = String::from_utf8_lossy(&output.stdout);
    assert_eq!(out.lines().count(), 1, "one object and nothing else: {out}");
    (output.status.code().unwrap(), serde_json::from_str(&out).unwrap())
}

#[test]
fn the_command_line_imports_and_says_what_became_of_the_rows() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let password = "a much longer phrase";
    let setup = ["setup", "--email", "ana@shop.example", "--password", password, "--store", "Flowers"];
    let store = smartpush(&data, &setup).1["store"].as_str().unwrap().to_owned();
    let file = dir.path().join("people.csv");
    std::fs::write(&file, FILE).unwrap();
    let errors = dir.path().join("errors.csv");
    let (file, errors) = (file.to_str().unwrap(), errors.to_str().unwrap());
    let sums =
        |v: &Value| ["rows", "created", "updated", "skipped", "errors"].map(|k| v[k].as_u64().unwrap());

    let (code, dry) = smartpush(&data, &["contacts", "import", file, "--store", &store, "--dry-run"]);
    assert_eq!((code, sums(&dry)), (0, [3, 2, 0, 0, 1]));
    let import = ["contacts", "import", file, "--store", &store, "--errors", errors];
    let (code, done) = smartpush(&data, &import);
    assert_eq!((code, sums(&done)), (0, [3, 2, 0, 0, 1]));
    assert!(done["seconds"].is_number() && done["rows_per_second"].is_number());
    assert!(std::fs::read_to_string(errors).unwrap().contains("4,error,email"));
    assert!(Path::new(file).exists(), "the operator's file stays");
    assert_eq!(smartpush(&data, &import).0, 2, "the file for errors is not overwritten");
    let shown = smartpush(&data, &["contacts", "show", "--store", &store, "bob@shop.example"]);
    assert_eq!(shown.0, 0, "{}", shown.1);

    let map = dir.path().join("map.toml");
    std::fs::write(&map, "tags = [\"spring\"]\n[columns]\ncolour = \"city\"\n").unwrap();
    let mapped = ["contacts", "import", file, "--store", &store, "--map", map.to_str().unwrap()];
    assert_eq!(sums(&smartpush(&data, &mapped).1), [3, 0, 2, 0, 1]);
    std::fs::write(&map, "[columns]\nshape = \"city\"\n").unwrap();
    let (code, refused) = smartpush(&data, &mapped);
    assert_eq!((code, &refused["error"]["errors"][0]["pointer"]), (1, &json!("/columns/shape")));
    let pdf = dir.path().join("x.csv");
    std::fs::write(&pdf, "%PDF-1.7 \u{1}").unwrap();
    let (code, refused) = smartpush(&data, &["contacts", "import", pdf.to_str().unwrap(), "--store", &store]);
    assert_eq!(code, 1);
    assert!(refused["error"]["detail"].as_str().unwrap().contains("PDF"));
    let (code, _) = smartpush(&data, &["contacts", "import", "/nowhere.csv", "--store", &store]);
    assert_eq!(code, 2);
}
