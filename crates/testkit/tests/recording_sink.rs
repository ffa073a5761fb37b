//! The program `recording_sink`: what it has recorded when it answers, and how it disturbs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

struct Sink {
    process: Child,
    address: String,
    log: PathBuf,
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.process.kill().expect("the sink was running");
        self.process.wait().expect("the sink ends");
    }
}

fn start(dir: &Path, more: &[&str]) -> Sink {
    let log = dir.join("log");
    let mut process = Command::new(env!("CARGO_BIN_EXE_recording_sink"))
        .args(["--listen", "127.0.0.1:0", "--log"])
        .arg(&log)
        .args(more)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the sink starts");
    let mut line = String::new();
    BufReader::new(process.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let address = line.trim().strip_prefix("listening ").expect("its address").to_owned();
    Sink { process, address, log }
}

/// Says everything at once and answers everything that came back.
fn talk(sink: &Sink, words: &str) -> String {
    let mut stream = TcpStream::connect(&sink.address).expect("a connection");
    stream.write_all(words.as_bytes()).expect("words are taken");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

fn message(to: &str, id: &str) -> String {
    format!(
        "MAIL FROM:<b@shop.example>\r\nRCPT TO:<{to}>\r\nDATA\r\nmessage-id: <{id}@shop.example>\r\n\
         X-Smartpush-Campaign: cmp_1\r\nX-SmartPush-Attempt: 2\r\n\r\nX-Smartpush-Body: no\r\n..\r\n.\r\n"
    )
}

#[test]
fn every_message_answered_with_250_is_in_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let sink = start(dir.path(), &[]);
    let words = format!("EHLO x\r\n{}{}QUIT\r\n", message("a@b.example", "1"), message("c@d.example", "2"));
    let answer = talk(&sink, &words);
    assert_eq!(answer.matches("250 2.0.0 recorded").count(), 2, "{answer}");
    assert!(answer.ends_with("221 2.0.0 bye\r\n"));
    let log = std::fs::read_to_string(&sink.log).unwrap();
    let line =
        |to, id| format!("{to}\t<{id}@shop.example>\tX-Smartpush-Campaign: cmp_1; X-SmartPush-Attempt: 2\n");
    assert_eq!(log, line("a@b.example", 1) + &line("c@d.example", 2));
}

#[test]
fn an_unfinished_message_is_not_in_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let sink = start(dir.path(), &[]);
    let whole = format!("EHLO x\r\n{}", message("a@b.example", "1"));
    for cut in [whole.len() - 1, whole.len() - 2, whole.len() - 3, whole.len() / 2] {
        let mut stream = TcpStream::connect(&sink.address).unwrap();
        stream.write_all(&whole.as_bytes()[..cut]).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(!answer.contains("recorded"), "{cut}");
    }
    assert_eq!(std::fs::read_to_string(&sink.log).unwrap(), "");
}

#[test]
fn it_defers_and_refuses_as_told() {
    let dir = tempfile::tempdir().unwrap();
    let sink = start(dir.path(), &["--defer-every", "2", "--refuse-every", "3"]);
    let words: String = (1..=6).map(|n| message(&format!("{n}@b.example"), &n.to_string())).collect();
    // A refused DATA makes the body look like commands; each message goes over its own connection.
    let parts = words.split_inclusive("\r\n.\r\n").map(|m| talk(&sink, &format!("EHLO x\r\n{m}QUIT\r\n")));
    let answers: Vec<&str> = parts
        .map(|a| match () {
            () if a.contains("451 4.3.0") => "deferred",
            () if a.contains("550 5.1.1") => "refused",
            () => "recorded",
        })
        .collect();
    assert_eq!(answers, ["recorded", "deferred", "refused", "deferred", "recorded", "deferred"]);
    let log = std::fs::read_to_string(&sink.log).unwrap();
    assert_eq!(log.lines().count(), 2);
}
