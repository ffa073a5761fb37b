//! The recording sink as a process that outlives its clients, and what its log proves.

use super::program::{Program, Running, free_address, wait_for};
use serde_json::Value;
use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// A running sink.
pub struct Sink {
    pub address: String,
    log: PathBuf,
    _running: Running,
    _folder: TempDir,
}

/// Program of a workspace's test double, built beside this test (`cargo build --all-targets`).
fn beside(name: &str) -> PathBuf {
    let this = std::env::current_exe().expect("the path of this test");
    let path = this.parent().and_then(|deps| deps.parent()).expect("the target folder").join(name);
    assert!(path.exists(), "{} is missing: run `cargo build --workspace --all-targets`", path.display());
    path
}

impl Sink {
    /// Starts a sink that takes everything, but for what `options` say.
    pub fn start(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (address, log) = (free_address(), folder.path().join("log"));
        let mut command = Command::new(beside("recording_sink"));
        command.args(["--listen", &address, "--log"]).arg(&log).args(options);
        let running = Running::start(command);
        wait_for("the sink", || TcpStream::connect(&address).ok());
        Sink { address, log, _running: running, _folder: folder }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    fn text(&self) -> String {
        let mut text = String::new();
        File::open(&self.log).and_then(|mut f| f.read_to_string(&mut text)).expect("the sink's log");
        text
    }

    /// Messages handed over until now.
    pub fn count(&self) -> usize {
        self.text().bytes().filter(|b| *b == b'\n').count()
    }

    /// Waits until so many messages were handed over, or `or` is true.
    #[track_caller]
    pub fn wait_for(&self, messages: usize, mut or: impl FnMut() -> bool) {
        wait_for(&format!("{messages} messages"), || (self.count() >= messages || or()).then_some(()));
    }

    /// Recipients, after a check that none was written to twice and no Message-ID was used twice.
    #[track_caller]
    pub fn recipients(&self) -> HashSet<String> {
        let text = self.text();
        let (mut people, mut ids) = (HashSet::new(), HashSet::new());
        for line in text.lines() {
            let mut fields = line.split('\t');
            let (recipient, id) = (fields.next().unwrap_or(""), fields.next().unwrap_or(""));
            assert!(id.starts_with('<') && id.ends_with('>'), "a Message-ID: {line}");
            assert!(people.insert(recipient.to_owned()), "sent twice to {recipient}");
            assert!(ids.insert(id.to_owned()), "Message-ID used twice: {id}");
        }
        people
    }

    /// Checks a finished campaign against the log: the sum closes, nobody was lost, nobody written to
    /// twice, and whoever is missing is known as unknown. Answers the number of unknown recipients.
    #[track_caller]
    pub fn must_agree(&self, program: &Program, answer: &Value) -> u64 {
        let number = |name: &str| answer[name].as_u64().unwrap_or_else(|| panic!("{name} in {answer}"));
        let sum: u64 =
            ["accepted", "deferred", "failed", "suppressed", "unknown", "open"].map(number).iter().sum();
        assert_eq!(sum, number("audience"), "the sum closes: {answer}");
        assert_eq!((answer["state"].as_str(), number("open")), (Some("finished"), 0), "{answer}");
        let reached = self.recipients();
        let (accepted, unknown) = (number("accepted"), number("unknown"));
        assert!(reached.len() as u64 >= accepted, "accepted but never handed over: {answer}");
        assert!(reached.len() as u64 <= accepted + unknown, "handed over but not in the ledger: {answer}");
        if unknown > 0 || reached.len() as u64 != accepted {
            self.must_agree_each(program, answer, &reached);
        }
        unknown
    }

    /// The same for every single recipient.
    fn must_agree_each(&self, program: &Program, answer: &Value, reached: &HashSet<String>) {
        let campaign = answer["campaign"].as_str().expect("a campaign");
        let limit = answer["audience"].to_string();
        let words = ["campaign", "decisions", campaign, "--limit", &limit, "--json"];
        let decisions = program.json(&words);
        for item in decisions["items"].as_array().expect("decisions") {
            let (email, outcome) = (item["email"].as_str().unwrap_or(""), item["outcome"].as_str());
            match outcome {
                Some("accepted") => assert!(reached.contains(email), "{email} was lost"),
                Some("unknown") => {}
                _ => assert!(!reached.contains(email), "{email} was handed over: {item}"),
            }
        }
    }
}
