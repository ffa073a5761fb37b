//! The program is killed while events come in and while they are taken into segments: what was acknowledged is there,
//! nothing is there twice, and segments equal a recount.
//!
//! Real processes; the moments are random, their seed is printed and `SMARTPUSH_TEST_SEED` repeats it.

use super::crash::seed;
use super::program::{Engine, Program, Server};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const KILLS: usize = 20;
const CLIENTS: usize = 3;
const EVENTS_OF_A_CALL: usize = 10;
const VISITORS: usize = 50;
/// A program that takes no call within this time is broken; the counts at the end say so.
const PATIENCE: Duration = Duration::from_secs(20);

/// Calls by number: what was sent, and what was acknowledged.
#[derive(Default)]
struct Calls {
    next: AtomicUsize,
    acknowledged: Mutex<Vec<usize>>,
}

fn body(call: usize) -> String {
    let event = |n: usize| {
        let (visitor, id) = (call % VISITORS, call * EVENTS_OF_A_CALL + n);
        format!(r#"{{"type":"track","event":"Seen","anonymousId":"a{visitor}","messageId":"m{id}"}}"#)
    };
    let events: Vec<String> = (0..EVENTS_OF_A_CALL).map(event).collect();
    format!(r#"{{"batch":[{}]}}"#, events.join(","))
}

fn send(server: &Server, key: &str, call: usize) -> bool {
    server.try_call("POST", "/v1/batch", key, &body(call)).is_some_and(|(status, _)| status == 200)
}

impl Calls {
    fn taken(&self) -> usize {
        self.acknowledged.lock().expect("nobody panicked").len()
    }

    fn wait_for(&self, taken: usize) {
        let end = Instant::now() + PATIENCE;
        while self.taken() < taken && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Sends until told to stop. A call without an answer may or may not have been taken.
    fn send(&self, server: &Server, key: &str, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            let call = self.next.fetch_add(1, Ordering::Relaxed);
            if send(server, key, call) {
                self.acknowledged.lock().expect("nobody panicked").push(call);
            }
        }
    }
}

fn count(program: &Program) -> usize {
    let answer = program.json(&["events", "count", "--store", &program.store, "--type", "Seen", "--json"]);
    answer["events"].as_u64().expect("a number") as usize
}

/// Says who every visitor is.
fn introduce(server: &Server, key: &str) {
    let who = |no: usize| {
        format!(
            r#"{{"type":"identify","anonymousId":"a{no}","messageId":"i{no}","traits":{{"email":"v{no}@people.example"}}}}"#
        )
    };
    let all: Vec<String> = (0..VISITORS).map(who).collect();
    let body = format!(r#"{{"batch":[{}]}}"#, all.join(","));
    assert!(server.try_call("POST", "/v1/batch", key, &body).is_some_and(|(status, _)| status == 200));
}

/// A rule: whoever did it so often. Answers the name of its file.
fn rule(program: &Program, at_least: usize) -> String {
    let rule = format!(r#"{{"condition":"event","operator":"did","event":"Seen","at_least":{at_least}}}"#);
    program.write(&format!("rule-{at_least}.json"), &rule)
}

/// The segment equals a recount of what was sent: each visitor's calls, ten events each.
fn segments_equal_a_recount(program: &Program, sent: usize) {
    let calls_of = |visitor: usize| (sent + VISITORS - 1 - visitor) / VISITORS;
    for least in [1, sent / VISITORS, sent / VISITORS + 1, sent / VISITORS + 2] {
        let at_least = least * EVENTS_OF_A_CALL;
        let expected = (0..VISITORS).filter(|visitor| calls_of(*visitor) >= least).count();
        let answer = program.json(&[
            "segment",
            "count",
            "--store",
            &program.store,
            &rule(program, at_least),
            "--json",
        ]);
        assert_eq!(answer["count"], expected, "at least {at_least} of {sent} calls");
    }
}

fn killed(engine: Engine) {
    let Some(program) = Program::set_up(engine) else { return };
    let seed = seed();
    println!("events killed on {engine:?}: SMARTPUSH_TEST_SEED={seed}");
    let mut dice = StdRng::seed_from_u64(seed);
    let made = program.json(&["key", "create", "--store", &program.store, "--kind", "write", "--json"]);
    let key = made["key"].as_str().expect("a key");
    introduce(&program.serve(&[]), key);
    let any = rule(&program, 1);
    let calls = Calls::default();
    for _ in 0..KILLS {
        let mut server = program.serve(&[]);
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| calls.send(&server, key, &stop));
            }
            // So many calls after the start and a moment more, however fast the machine is.
            calls.wait_for(calls.taken() + dice.random_range(0..8));
            std::thread::sleep(Duration::from_millis(dice.random_range(0..60)));
            server.running.signal("KILL");
            stop.store(true, Ordering::Relaxed);
        });
        server.running.kill();
        // A count takes the log in first; it dies somewhere in between.
        let mut counting = program.start(&["segment", "count", "--store", &program.store, &any, "--json"]);
        std::thread::sleep(Duration::from_millis(dice.random_range(20..120)));
        counting.kill();
    }
    let sent = calls.next.into_inner();
    let acknowledged = calls.acknowledged.into_inner().expect("nobody panicked");
    let stored = count(&program);
    println!("{engine:?}: {KILLS} kills, {sent} calls, {} acknowledged, {stored} events", acknowledged.len());
    assert!(!acknowledged.is_empty() && acknowledged.len() < sent, "the kills came in between");
    assert!(stored >= acknowledged.len() * EVENTS_OF_A_CALL && stored <= sent * EVENTS_OF_A_CALL);
    let server = program.serve(&[]);
    assert!(acknowledged.iter().all(|call| send(&server, key, *call)));
    assert_eq!(count(&program), stored, "what was acknowledged was there, all of it");
    assert!((0..sent).all(|call| send(&server, key, call)));
    assert_eq!(count(&program), sent * EVENTS_OF_A_CALL, "and nothing is there twice");
    segments_equal_a_recount(&program, sent);
}

#[test]
fn killed_twenty_times_sqlite_keeps_every_acknowledged_event_once() {
    killed(Engine::Sqlite);
}

#[test]
fn killed_twenty_times_postgres_keeps_every_acknowledged_event_once() {
    killed(Engine::Postgres);
}
