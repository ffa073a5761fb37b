//! Safe return from the past: a backup is restored in the middle of a campaign, after people have left.
//!
//! Real processes, a real SMTP server that outlives them. Nobody is written to twice, nobody who left is
//! written to at all, who was erased is not readable, and the ledger closes. On PostgreSQL a copy of the
//! database takes the place of `pg_dump`.

use super::cli::{json, smartpush};
use super::program::{Engine, Program, Server, one_object, populated, wait_for};
use super::sink::Sink;
use serde_json::{Value, json as object};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use testkit::FreshPostgres;

const PEOPLE: usize = 8_000;
const CONNECTIONS: u64 = 10;
/// Who leaves, and how many of each kind. They are the last to be written to.
const LEAVING: usize = 20;

/// What an engine calls a backup.
enum Backup {
    File(PathBuf),
    Copy(FreshPostgres),
}

/// A campaign that runs in a server, with a backup taken on its way.
struct Journey {
    program: Program,
    sink: Sink,
    campaign: String,
    backup: Backup,
    server: Server,
}

fn email(n: usize) -> String {
    format!("u{n}@mail.example")
}

fn unsubscribed() -> impl Iterator<Item = usize> {
    PEOPLE - LEAVING..PEOPLE
}

fn suppressed() -> impl Iterator<Item = usize> {
    PEOPLE - 2 * LEAVING..PEOPLE - LEAVING
}

fn erased() -> impl Iterator<Item = usize> {
    PEOPLE - 3 * LEAVING..PEOPLE - 2 * LEAVING
}

impl Journey {
    /// Sends for a while, backs up, goes on, and lets people leave.
    fn begin(engine: Engine) -> Option<Self> {
        let program = populated(engine, PEOPLE)?;
        let sink = Sink::start(&[]);
        let more = format!("connections = {CONNECTIONS}\nthrottle_per_second = 1500\n");
        let spec = program.campaign("spring", &sink.url(), &more);
        let launched = program.json(&["campaign", "run", &spec, "--store", &program.store, "--json"]);
        let campaign = launched["campaign"].as_str().expect("a campaign").to_owned();
        let mut server = program.serve(&[]);
        sink.wait_for(500, || !server.running.lives());
        let backup = match engine {
            Engine::Sqlite => {
                let file = program.path("midway.backup");
                program.json(&["backup", file.to_str().expect("a path"), "--json"]);
                Backup::File(file)
            }
            Engine::Postgres => {
                program.postgres().allow(false);
                let copy = program.postgres().copy();
                program.postgres().allow(true);
                Backup::Copy(copy)
            }
        };
        let sent = sink.count();
        let journey = Journey { program, sink, campaign, backup, server };
        // Held meanwhile: they are the last to be written to, and a quick campaign would be there first.
        journey.turn("pause");
        journey.let_people_leave();
        journey.turn("resume");
        journey.sink.wait_for(sent + 2_000, || false);
        Some(journey)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = wait_for("an answer", || {
            self.server
                .try_call(method, path, &self.program.api_key, &body)
                .filter(|(status, _)| *status < 500)
        });
        assert!((200..300).contains(&answer.0), "{method} {path}: {answer:?}");
        serde_json::from_str(&answer.1).unwrap_or(Value::Null)
    }

    fn turn(&self, how: &str) {
        self.call("POST", &format!("/api/v1/campaigns/{}/{how}", self.campaign), &object!({}));
    }

    fn id_of(&self, n: usize) -> String {
        let found = self.call("GET", &format!("/api/v1/contacts?search={}", email(n)), &Value::Null);
        found["items"][0]["id"].as_str().expect("a contact").to_owned()
    }

    fn let_people_leave(&self) {
        for n in unsubscribed() {
            let path = format!("/api/v1/contacts/{}/consent", self.id_of(n));
            self.call("POST", &path, &object!({ "channel": "email", "status": "unsubscribed" }));
        }
        for n in suppressed() {
            self.call("POST", "/api/v1/suppressions", &object!({ "email": email(n) }));
        }
        for n in erased() {
            self.call("DELETE", &format!("/api/v1/contacts/{}", self.id_of(n)), &Value::Null);
        }
        // Somebody the backup does not know, who came and left since.
        self.call("POST", "/api/v1/suppressions", &object!({ "email": "stranger@mail.example" }));
    }

    /// Kills the server as a power cut does and puts the backup in place.
    fn go_back(mut self) -> (Program, Sink, String, Value) {
        self.server.running.kill();
        let answer = match self.backup {
            Backup::File(file) => {
                let words = ["restore", file.to_str().expect("a path"), "--force", "--json"];
                self.program.json(&words)
            }
            Backup::Copy(copy) => {
                self.program.replace_postgres(copy);
                self.program.json(&["restore", "--replay", "--json"])
            }
        };
        (self.program, self.sink, self.campaign, answer)
    }
}

fn count(answer: &Value, what: &str) -> u64 {
    answer["replayed"][what].as_u64().unwrap_or_else(|| panic!("{what} in {answer}"))
}

/// Everybody who left is out of reach, also for a file that brings the addresses back.
fn must_be_gone(program: &Program) {
    let export = program.path("all.csv");
    let path = export.to_str().expect("a path");
    program.json(&["contacts", "export", "--store", &program.store, "-o", path, "--json"]);
    let text = std::fs::read_to_string(&export).expect("the export");
    for n in erased() {
        assert!(!text.contains(&email(n)), "{} is readable", email(n));
    }
    let mut file = "email,accepts_email_marketing\nstranger@mail.example,yes\n".to_owned();
    for n in unsubscribed().chain(suppressed()) {
        file.push_str(&format!("{},yes\n", email(n)));
    }
    let file = program.write("again.csv", &file);
    program.json(&["contacts", "import", &file, "--store", &program.store, "--json"]);
    let channel = |who: &str| {
        let shown = program.json(&["contacts", "show", who, "--store", &program.store, "--json"]);
        shown["channels"]["email"].clone()
    };
    for n in unsubscribed() {
        assert_eq!(channel(&email(n))["status"], "unsubscribed", "{}", email(n));
    }
    for who in suppressed().map(email).chain(["stranger@mail.example".to_owned()]) {
        let shown = channel(&who);
        assert!(shown["sendable"] == false && shown["suppressed_at"].is_string(), "{who}: {shown}");
    }
}

fn returns(engine: Engine) {
    let Some(journey) = Journey::begin(engine) else { return };
    let (program, sink, campaign, answer) = journey.go_back();
    assert_eq!(count(&answer, "erasures"), LEAVING as u64, "{answer}");
    assert_eq!(count(&answer, "withdrawals"), 2 * LEAVING as u64, "{answer}");
    assert_eq!(count(&answer, "suppressions"), 1, "of nobody we know: {answer}");
    assert!(count(&answer, "hand_offs") >= 1_500, "{answer}");
    assert_eq!(answer["missing"], object!([]), "{answer}");
    let sent = sink.recipients();
    let status = program.status(&campaign);
    let known = status["accepted"].as_u64().unwrap() + status["unknown"].as_u64().unwrap();
    assert!(known >= sent.len() as u64, "{} were sent: {status}", sent.len());
    let locked = json(&program.run(&["campaign", "resume", &campaign, "--wait", "--json"]), 1);
    assert_eq!(locked["error"]["code"], "sending_locked", "{locked}");
    assert_eq!(program.json(&["unlock", "--json"]), object!({ "was_locked": true, "missing": [] }));
    let answer = one_object(&program.run(&["campaign", "resume", &campaign, "--wait", "--json"]));
    let unknown = sink.must_agree(&program, &answer);
    println!("{engine:?}: {} sent before, unknown {unknown}: {answer}", sent.len());
    assert!(unknown <= 2 * CONNECTIONS, "what a journal tells is not unknown: {answer}");
    let late: HashSet<String> = sink.recipients().difference(&sent).cloned().collect();
    for n in unsubscribed().chain(suppressed()).chain(erased()) {
        assert!(!late.contains(&email(n)), "{} left and was written to", email(n));
    }
    assert!(late.len() > 1_000, "the rest went on: {}", late.len());
    must_be_gone(&program);
}

#[test]
fn a_backup_restored_in_mid_campaign_on_sqlite_writes_to_nobody_twice_and_to_nobody_who_left() {
    returns(Engine::Sqlite);
}

#[test]
fn a_backup_restored_in_mid_campaign_on_postgres_writes_to_nobody_twice_and_to_nobody_who_left() {
    returns(Engine::Postgres);
}

/// A fresh data folder with nothing but the root key.
fn empty_folder(program: &Program) -> PathBuf {
    let data = program.path("elsewhere");
    std::fs::create_dir(&data).expect("a folder");
    std::fs::copy(program.data.join("root.key"), data.join("root.key")).expect("the key is copied");
    data
}

fn file_of(backup: &Backup) -> &str {
    match backup {
        Backup::File(file) => file.to_str().expect("a path"),
        Backup::Copy(_) => panic!("SQLite backs up into a file"),
    }
}

#[test]
fn with_the_data_folder_lost_a_log_kept_elsewhere_does_it_and_a_chunk_is_unknown() {
    let mut journey = Journey::begin(Engine::Sqlite).expect("SQLite is always there");
    journey.server.running.kill();
    let (data, log) = (empty_folder(&journey.program), journey.program.data.join("outside"));
    let log = log.to_str().expect("a path");
    let answer = json(&smartpush(&data, &["restore", file_of(&journey.backup), "--log", log, "--json"]), 0);
    assert_eq!(answer["missing"], object!([]), "{answer}");
    assert_eq!(count(&answer, "erasures"), LEAVING as u64, "{answer}");
    json(&smartpush(&data, &["unlock", "--json"]), 0);
    let words = ["campaign", "resume", &journey.campaign, "--wait", "--json"];
    let answer = json(&smartpush(&data, &words), 0);
    let mut program = journey.program;
    program.data = data;
    let unknown = journey.sink.must_agree(&program, &answer);
    assert!(unknown <= 1_000, "of the one chunk that was not settled: {answer}");
    must_be_gone(&program);
}

#[test]
fn without_its_log_a_restored_store_says_what_it_cannot_know_and_stays_locked() {
    let mut journey = Journey::begin(Engine::Sqlite).expect("SQLite is always there");
    journey.server.running.kill();
    let file = file_of(&journey.backup);
    let segments = |log: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(log).expect("the log").map(|e| e.expect("the log").path());
        entries.filter(|p| p.extension().is_some_and(|e| e == "log")).collect()
    };
    let log = journey.program.data.join("outside");
    let longest = segments(&log).into_iter().max_by_key(|p| p.metadata().expect("a segment").len());
    let longest = longest.expect("a segment");
    let length = longest.metadata().expect("a segment").len();
    let cut = std::fs::OpenOptions::new().write(true).open(&longest).expect("a segment");
    cut.set_len(length - 7).expect("the segment is cut");
    let answer = journey.program.json(&["restore", file, "--force", "--json"]);
    let missing = answer["missing"].to_string();
    assert!(missing.contains("cut or damaged"), "{answer}");
    assert_eq!(answer["sending_locked"], true, "{answer}");

    let data = empty_folder(&journey.program);
    let answer = json(&smartpush(&data, &["restore", file, "--json"]), 0);
    assert!(answer["missing"].to_string().contains("was not replayed"), "{answer}");
    let words = ["campaign", "resume", &journey.campaign, "--wait", "--json"];
    assert_eq!(json(&smartpush(&data, &words), 1)["error"]["code"], "sending_locked");
    let doctor = json(&smartpush(&data, &["doctor", "--json"]), 1).to_string();
    assert!(doctor.contains("locked since") && doctor.contains("was not replayed"), "{doctor}");
    let unlocked = json(&smartpush(&data, &["unlock", "--json"]), 0);
    assert!(unlocked["missing"].to_string().contains("was not replayed"), "{unlocked}");
}

#[test]
fn a_database_put_back_by_hand_locks_sending_by_itself_and_learns_who_left() {
    let program = populated(Engine::Sqlite, PEOPLE).expect("SQLite is always there");
    let keep = |from: &Path, to: &Path| {
        for name in ["smartpush.db", "smartpush.db-wal", "smartpush.db-shm"] {
            if to.join(name).exists() {
                std::fs::remove_file(to.join(name)).expect("the old one goes");
            }
            if from.join(name).exists() && !name.ends_with("shm") {
                std::fs::copy(from.join(name), to.join(name)).expect("it is copied");
            }
        }
    };
    let snapshot = program.path("snapshot");
    std::fs::create_dir(&snapshot).expect("a folder");
    keep(&program.data, &snapshot);
    let server = program.serve(&[]);
    let found = server.try_call("GET", "/api/v1/contacts?search=u3@mail.example", &program.api_key, "");
    let found: Value = serde_json::from_str(&found.expect("an answer").1).expect("JSON");
    let path = format!("/api/v1/contacts/{}", found["items"][0]["id"].as_str().expect("an id"));
    assert_eq!(server.try_call("DELETE", &path, &program.api_key, "").expect("an answer").0, 204);
    let mut running = server.running;
    running.kill();
    keep(&snapshot, &program.data);
    let shown = program.run(&["contacts", "show", "u3@mail.example", "--store", &program.store, "--json"]);
    assert_eq!(json(&shown, 1)["error"]["code"], "not_found");
    assert_eq!(program.json(&["unlock", "--json"])["was_locked"], true);
}

#[test]
fn what_was_launched_after_the_backup_is_not_launched_again() {
    let program = populated(Engine::Sqlite, PEOPLE).expect("SQLite is always there");
    let sink = Sink::start(&[]);
    let spec = program.campaign("spring", &sink.url(), "");
    let words = ["campaign", "run", &spec, "--store", &program.store, "--wait", "--json"];
    let first = program.json(&words)["campaign"].as_str().expect("a campaign").to_owned();
    let call = |server: &Server, method: &str, path: &str, body: &Value| {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, text) = server.try_call(method, path, &program.api_key, &body).expect("an answer");
        (status, serde_json::from_str::<Value>(&text).unwrap_or(Value::Null))
    };
    let server = program.serve(&[]);
    let (_, draft) = call(&server, "POST", &format!("/api/v1/campaigns/{first}/duplicate"), &Value::Null);
    let path = format!("/api/v1/campaigns/{}", draft["id"].as_str().expect("a draft"));
    let file = program.path("before.backup");
    let file = file.to_str().expect("a path");
    program.json(&["backup", file, "--json"]);
    let launch = format!("{path}/launch");
    let everybody = object!({ "audience": PEOPLE });
    assert_eq!(call(&server, "POST", &launch, &everybody).0, 200);
    sink.wait_for(PEOPLE + 100, || false);
    let mut running = server.running;
    running.kill();
    let answer = program.json(&["restore", file, "--force", "--json"]);
    assert_eq!((count(&answer, "launches"), &answer["missing"]), (1, &object!([])), "{answer}");
    program.json(&["unlock", "--json"]);
    let server = program.serve(&[]);
    assert_eq!(call(&server, "GET", &path, &Value::Null).1["state"], "cancelled");
    let (status, problem) = call(&server, "POST", &launch, &everybody);
    assert_eq!((status, problem["code"].as_str()), (409, Some("conflict")), "{problem}");
}
