//! The command line as people and checks use it.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

const PASSWORD: &str = "a much longer phrase";

pub(crate) fn smartpush(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smartpush"));
    command.args(arguments).arg("--data").arg(data).env_remove("SMARTPUSH_DATABASE_URL");
    command.output().expect("the program runs")
}

#[track_caller]
pub(crate) fn json(output: &Output, code: i32) -> Value {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{out}\n{err}");
    assert_eq!(out.lines().count(), 1, "one object and nothing else: {out}");
    serde_json::from_str(&out).expect("one JSON object")
}

pub(crate) fn set_up(data: &Path) -> Value {
    let arguments =
        ["setup", "--email", "ana@shop.example", "--password", PASSWORD, "--store", "Flowers", "--json"];
    json(&smartpush(data, &arguments), 0)
}

#[test]
fn setup_answers_account_store_and_key_and_the_log_is_whole() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let made = set_up(&data);
    for (name, prefix) in [("account", "acc_"), ("store", "sto_"), ("api_key", "sp_live_")] {
        assert!(made[name].as_str().unwrap().starts_with(prefix), "{made}");
    }
    let mode = |name: &str| std::fs::metadata(data.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("root.key"), mode("journal")), (0o600, 0o700));
    let audit = json(&smartpush(&data, &["audit", "verify", "--json"]), 0);
    assert_eq!(audit["intact"], true);
    let again =
        ["setup", "--email", "ana@shop.example", "--password", PASSWORD, "--store", "Flowers", "--json"];
    assert_eq!(json(&smartpush(&data, &again), 1)["error"]["code"], "conflict");
    let short =
        ["setup", "--email", "eve@shop.example", "--password", "short", "--store", "Flowers", "--json"];
    assert_eq!(json(&smartpush(&data, &short), 1)["error"]["errors"][0]["pointer"], "/password");
}

#[test]
fn keys_are_made_and_events_counted_and_shown() {
    let dir = tempfile::tempdir().unwrap();
    let made = set_up(dir.path());
    let store = made["store"].as_str().unwrap();
    let run = |words: &[&str], code| json(&smartpush(dir.path(), &[words, &["--json"]].concat()), code);
    for (kind, name) in [("write", "Write key"), ("api", "Sync")] {
        let made = run(&["key", "create", "--store", store, "--kind", kind, "--name", name], 0);
        assert!(made["key"].as_str().unwrap().starts_with("sp_live_") && made["id"].is_string());
    }
    assert_eq!(run(&["events", "count", "--store", store], 0)["events"], 0);
    assert_eq!(
        run(&["events", "tail", "--store", store, "--type", "track"], 0)["events"],
        Value::Array(vec![])
    );
    let nowhere = ["events", "count", "--store", "sto_0123456789abc"];
    assert_eq!(run(&nowhere, 1)["error"]["code"], "not_found");
}

#[test]
fn a_restored_store_sends_nothing_until_it_is_unlocked() {
    let dir = tempfile::tempdir().unwrap();
    let (data, restored, file) =
        (dir.path().join("data"), dir.path().join("restored"), dir.path().join("backup.db"));
    set_up(&data);
    let file = file.to_str().unwrap();
    assert!(json(&smartpush(&data, &["backup", file, "--json"]), 0)["bytes"].as_u64().unwrap() > 0);
    assert_eq!(json(&smartpush(&data, &["backup", file, "--json"]), 1)["error"]["code"], "conflict");
    assert_eq!(json(&smartpush(&data, &["restore", file, "--json"]), 1)["error"]["code"], "conflict");
    std::fs::create_dir(&restored).unwrap();
    std::fs::copy(data.join("root.key"), restored.join("root.key")).unwrap();
    assert_eq!(json(&smartpush(&restored, &["restore", file, "--json"]), 0)["sending_locked"], true);
    let doctor = json(&smartpush(&restored, &["doctor", "--json"]), 1);
    let sending = doctor["findings"].as_array().unwrap().iter().find(|f| f["name"] == "sending").unwrap();
    assert_eq!(sending["fine"], false);
    assert_eq!(json(&smartpush(&restored, &["audit", "verify", "--json"]), 0)["intact"], true);
    assert_eq!(json(&smartpush(&restored, &["unlock", "--json"]), 0)["was_locked"], true);
    assert_eq!(json(&smartpush(&restored, &["unlock", "--json"]), 0)["was_locked"], false);
    json(&smartpush(&restored, &["doctor", "--json"]), 0);
    assert_eq!(json(&smartpush(&data, &["restore", file, "--force", "--json"]), 0)["sending_locked"], true);
}

#[test]
fn what_is_no_backup_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("letter.txt");
    std::fs::write(&file, "dear reader, this is no database").unwrap();
    let output = smartpush(&dir.path().join("data"), &["restore", file.to_str().unwrap(), "--json"]);
    assert_eq!(json(&output, 1)["error"]["code"], "conflict");
    let absent = smartpush(&dir.path().join("data"), &["restore", "/nonexistent/backup.db", "--json"]);
    assert_eq!(json(&absent, 1)["error"]["code"], "conflict");
}

#[test]
fn wrong_usage_ends_with_two() {
    let dir = tempfile::tempdir().unwrap();
    for arguments in [&["nothing"][..], &["serve", "--listen", "here"], &["setup"], &["audit"]] {
        assert_eq!(smartpush(dir.path(), arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert_eq!(smartpush(dir.path(), &["--version"]).status.code(), Some(0));
    let completions = smartpush(dir.path(), &["completions", "bash"]);
    assert!(String::from_utf8_lossy(&completions.stdout).contains("_smartpush"));
}

#[test]
fn the_server_starts_answers_and_stops_in_good_order() {
    use std::io::{BufRead, BufReader, Read, Write};
    let dir = tempfile::tempdir().unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_smartpush"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(dir.path())
        .env_remove("SMARTPUSH_DATABASE_URL")
        .env("SMARTPUSH__LOG__FORMAT", "json")
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines();
    let ready = lines.find_map(|line| {
        let line: Value = serde_json::from_str(&line.unwrap()).ok()?;
        (line["message"] == "ready").then_some(line)
    });
    let address = ready.unwrap()["address"].as_str().unwrap().to_owned();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ready\n"), "{answer}");
    let stopped = Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap();
    assert!(stopped.success());
    assert_eq!(server.wait().unwrap().code(), Some(0));
}

#[test]
fn a_rule_is_counted_from_a_file_and_its_schema_is_printed() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let made = set_up(&data);
    let store = made["store"].as_str().unwrap();
    let rule = dir.path().join("rule.json");
    let count = |text: &str, code: i32| {
        std::fs::write(&rule, text).unwrap();
        let file = rule.to_str().unwrap();
        json(&smartpush(&data, &["segment", "count", "--store", store, file, "--json"]), code)
    };
    let counted = count(r#"{"version":1,"rule":{"condition":"everybody"}}"#, 0);
    assert_eq!(counted["count"], 0);
    assert!(counted["seconds"].as_f64().unwrap() < 60.0 && counted["sentence"].is_string());
    let refused = count(r#"{"version":1,"rule":{"all":[]}}"#, 1);
    assert_eq!(refused["error"]["errors"][0]["pointer"], "/rule/all");
    assert_eq!(count("nonsense", 1)["error"]["errors"][0]["code"], "json");
    let schema = json(&smartpush(&data, &["segment", "schema", "--json"]), 0);
    assert_eq!(schema["required"], serde_json::json!(["version", "rule"]));
}

#[test]
fn a_file_of_events_is_taken_in_once_and_a_line_that_is_not_right_is_told_of() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let made = set_up(&data);
    let store = made["store"].as_str().unwrap();
    let run = |arguments: &[&str]| json(&smartpush(&data, &[arguments, &["--json"]].concat()), 0);
    let lines = [
        r#"{"type":"identify","userId":"u1","messageId":"1","traits":{"email":"mei@people.example"}}"#,
        r#"{"type":"track","userId":"u1","event":"Order Completed","timestamp":"2026-01-02T03:04:05Z"}"#,
        "",
        "not an event",
        r#"{"type":"track","event":"Nobody did it"}"#,
    ];
    let file = dir.path().join("events.jsonl");
    std::fs::write(&file, format!("{}\n{}", lines.join("\n"), "x".repeat(3_000_000))).unwrap();
    let import = ["events", "import", file.to_str().unwrap(), "--store", store];
    let first = run(&import);
    assert_eq!(
        (&first["lines"], &first["events"], &first["known"]),
        (&5.into(), &2.into(), &0.into()),
        "{first}"
    );
    let told: Vec<(u64, &str)> = first["refusals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|told| (told["line"].as_u64().unwrap(), told["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [(4, "not_an_event"), (5, "nobody_named"), (6, "too_large")]);
    let again = run(&import);
    assert_eq!((&again["events"], &again["known"]), (&0.into(), &2.into()), "{again}");
    let rule = dir.path().join("rule.json");
    let asked = r#"{"condition":"event","operator":"did","event":"Order Completed","until":"2026-02-01"}"#;
    std::fs::write(&rule, asked).unwrap();
    assert_eq!(run(&["segment", "count", rule.to_str().unwrap(), "--store", store])["count"], 1);
}
