//! A running campaign is killed, stopped, paused and robbed of its journal; nothing is lost and nobody is
//! written to twice.
//!
//! Real processes, a real SMTP server that outlives them. The moments are random; the seed is printed and
//! `SMARTPUSH_TEST_SEED` repeats it (the machine's own timing stays its own).

use super::program::{Engine, Program, Running, one_object, populated, wait_for};
use super::sink::Sink;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use std::time::{Duration, Instant};

const PEOPLE: usize = 20_000;
const MOMENTS: usize = 20;
const CONNECTIONS: u64 = 10;

/// A campaign to everybody, its sink, and random moments in its life.
struct Drill {
    program: Program,
    sink: Sink,
    dice: StdRng,
    campaign: String,
}

impl Drill {
    /// Launches the campaign without sending anything yet.
    fn launch(name: &str, engine: Engine, configure: impl FnOnce(Program) -> Program) -> Option<Self> {
        let seed = seed();
        println!("{name} on {engine:?}: SMARTPUSH_TEST_SEED={seed}");
        let program = configure(populated(engine, PEOPLE)?);
        let sink = Sink::start(&[]);
        let more = format!("connections = {CONNECTIONS}\n");
        let spec = program.campaign("spring", &sink.url(), &more);
        let launched = program.json(&["campaign", "run", &spec, "--store", &program.store, "--json"]);
        assert_eq!(launched["audience"].as_u64(), Some(PEOPLE as u64), "{launched}");
        let campaign = launched["campaign"].as_str().expect("a campaign").to_owned();
        Some(Drill { program, sink, dice: StdRng::seed_from_u64(seed), campaign })
    }

    /// Starts or goes on with sending.
    fn resume(&self) -> Running {
        self.program.start(&["campaign", "resume", &self.campaign, "--wait", "--json"])
    }

    /// Random moments of the whole campaign, as numbers of messages handed over, in order.
    fn moments(&mut self, count: usize) -> Vec<usize> {
        let mut moments: Vec<usize> = (0..count).map(|_| self.dice.random_range(0..PEOPLE - 1_000)).collect();
        moments.sort_unstable();
        moments
    }

    /// Waits for a moment: so many messages, then a breath more or less; the process may just have
    /// begun, and every fourth moment is one in its first second whatever it has sent.
    fn await_moment(&mut self, index: usize, messages: usize, running: &mut Running) {
        if index % 4 == 3 {
            std::thread::sleep(Duration::from_millis(self.dice.random_range(0..1_000)));
        } else {
            self.sink.wait_for(messages, || !running.lives());
            std::thread::sleep(Duration::from_micros(self.dice.random_range(0..50_000)));
        }
    }

    fn unknown(&self) -> u64 {
        self.program.status(&self.campaign)["unknown"].as_u64().expect("a number")
    }
}

/// From the environment, or new.
pub fn seed() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "a failing run is repeated by its seed")]
    let given = std::env::var("SMARTPUSH_TEST_SEED").ok().and_then(|s| s.parse().ok());
    given.unwrap_or_else(rand::random)
}

fn finish(running: Running) -> Value {
    one_object(&running.finish())
}

fn killed(engine: Engine) {
    let Some(mut drill) = Drill::launch("killed", engine, |p| p) else { return };
    let mut running = drill.resume();
    let mut unknown = 0;
    for (index, messages) in drill.moments(MOMENTS).into_iter().enumerate() {
        drill.await_moment(index, messages, &mut running);
        running.kill();
        // What the process before had left was settled by this one, if it lived long enough.
        let now = drill.unknown();
        assert!(now <= unknown + 2 * CONNECTIONS, "one kill made {} unknown", now - unknown);
        unknown = now;
        running = drill.resume();
    }
    let answer = finish(running);
    let unknown = drill.sink.must_agree(&drill.program, &answer);
    println!("{engine:?}: {MOMENTS} kills, unknown {unknown}: {answer}");
    assert!(unknown <= CONNECTIONS * MOMENTS as u64);
}

#[test]
fn killed_twenty_times_a_campaign_on_sqlite_loses_nothing_and_sends_nothing_twice() {
    killed(Engine::Sqlite);
}

#[test]
fn killed_twenty_times_a_campaign_on_postgres_loses_nothing_and_sends_nothing_twice() {
    killed(Engine::Postgres);
}

fn terminated(engine: Engine) {
    let Some(mut drill) = Drill::launch("terminated", engine, |p| p) else { return };
    let mut running = drill.resume();
    for (index, messages) in drill.moments(MOMENTS).into_iter().enumerate() {
        drill.await_moment(index, messages, &mut running);
        if !running.lives() {
            break;
        }
        running.signal("TERM");
        running.finish();
        running = drill.resume();
    }
    let answer = finish(running);
    assert_eq!(drill.sink.must_agree(&drill.program, &answer), 0, "{answer}");
    assert_eq!(answer["accepted"].as_u64(), Some(PEOPLE as u64), "{answer}");
}

#[test]
fn terminated_twenty_times_a_campaign_on_sqlite_knows_everything() {
    terminated(Engine::Sqlite);
}

#[test]
fn terminated_twenty_times_a_campaign_on_postgres_knows_everything() {
    terminated(Engine::Postgres);
}

fn paused(engine: Engine) {
    let Some(mut drill) = Drill::launch("paused", engine, |p| p) else { return };
    let mut running = drill.resume();
    let (mut slowest, mut pauses) = (Duration::ZERO, 0);
    for messages in drill.moments(MOMENTS) {
        // One message more than there were shows that the campaign is sending again.
        let sending = messages.max(drill.sink.count() + 1);
        drill.sink.wait_for(sending, || !running.lives());
        if !running.lives() {
            break;
        }
        let paused = drill.program.run(&["campaign", "pause", &drill.campaign, "--json"]);
        let paused_at = Instant::now();
        if !paused.status.success() {
            // The last messages went out while the pause was on its way.
            assert_eq!(drill.program.status(&drill.campaign)["state"], "finished");
            break;
        }
        let ended = finish(running);
        let took = paused_at.elapsed();
        running = drill.resume();
        if ended["state"] == "finished" {
            // The pause found the last messages in flight; `must_agree` looks at what became of them.
            break;
        }
        assert_eq!(ended["state"], "paused", "{ended}");
        (pauses, slowest) = (pauses + 1, slowest.max(took));
    }
    let answer = finish(running);
    assert_eq!(drill.sink.must_agree(&drill.program, &answer), 0, "{answer}");
    assert_eq!(answer["accepted"].as_u64(), Some(PEOPLE as u64), "{answer}");
    println!("{engine:?}: {pauses} pauses, each took effect within {slowest:?}");
    assert!(pauses > MOMENTS / 2, "{answer}");
    assert!(slowest < Duration::from_secs(1), "a pause takes effect within a second, not {slowest:?}");
}

#[test]
fn paused_and_resumed_twenty_times_a_campaign_on_sqlite_knows_everything() {
    paused(Engine::Sqlite);
}

#[test]
fn paused_and_resumed_twenty_times_a_campaign_on_postgres_knows_everything() {
    paused(Engine::Postgres);
}

/// Cuts every journal file of dead processes at a random byte.
fn cut_journals(drill: &mut Drill) -> usize {
    let folder = drill.program.data.join("journal");
    let mut cut = 0;
    for entry in std::fs::read_dir(folder).expect("the journal folder") {
        let path = entry.expect("the journal folder").path();
        if path.extension().is_some_and(|e| e == "jnl") {
            let length = std::fs::metadata(&path).expect("a journal").len();
            let file = std::fs::OpenOptions::new().write(true).open(&path).expect("a journal");
            file.set_len(drill.dice.random_range(0..=length)).expect("the journal is cut");
            cut += 1;
        }
    }
    cut
}

fn cut(engine: Engine) {
    let Some(mut drill) = Drill::launch("cut", engine, |p| p) else { return };
    let mut running = drill.resume();
    let mut cuts = 0;
    for messages in drill.moments(MOMENTS / 2) {
        drill.sink.wait_for(messages, || !running.lives());
        running.kill();
        cuts += cut_journals(&mut drill);
        running = drill.resume();
    }
    let answer = finish(running);
    let unknown = drill.sink.must_agree(&drill.program, &answer);
    println!("{engine:?}: {cuts} journals cut, unknown {unknown}");
    assert!(cuts > 0 && unknown <= 1_000 * cuts as u64, "{answer}");
}

#[test]
fn a_journal_cut_at_any_byte_makes_no_duplicates_on_sqlite() {
    cut(Engine::Sqlite);
}

#[test]
fn a_journal_cut_at_any_byte_makes_no_duplicates_on_postgres() {
    cut(Engine::Postgres);
}

/// Two workers on one PostgreSQL database with a short lease, both sending.
fn two_workers(name: &str) -> Option<(Drill, Running, Running)> {
    let short = |p: Program| p.with("SMARTPUSH__DISPATCH__LEASE_SECONDS", "3");
    let drill = Drill::launch(name, Engine::Postgres, short)?;
    let first = drill.resume();
    drill.sink.wait_for(500, || false);
    let words = ["campaign", "resume", &drill.campaign, "--wait", "--json"];
    let second = drill.program.command_in(&drill.program.second_folder(), &words);
    Some((drill, first, Running::start(second)))
}

#[test]
fn a_worker_stopped_past_its_lease_finds_its_number_refused() {
    let Some((drill, first, second)) = two_workers("stopped") else { return };
    drill.sink.wait_for(PEOPLE / 4, || false);
    first.signal("STOP");
    let answer = finish(second);
    let unknown = answer["unknown"].as_u64().expect("a number");
    assert!((1..=1_000).contains(&unknown), "of the one claimed chunk: {answer}");
    let before = drill.sink.count();
    first.signal("CONT");
    let late = finish(first);
    assert_eq!(late["unknown"], answer["unknown"], "what it brings too late is refused");
    drill.sink.must_agree(&drill.program, &late);
    // What lay in its sockets may still arrive; more must not.
    let more = drill.sink.count() - before;
    assert!(more <= 2 * CONNECTIONS as usize, "{more} more");
    println!("stopped past its lease: unknown {unknown}");
}

#[test]
fn a_worker_whose_journal_is_gone_leaves_one_chunk_unknown() {
    let Some((drill, mut first, second)) = two_workers("robbed") else { return };
    drill.sink.wait_for(PEOPLE / 4, || false);
    first.kill();
    std::fs::remove_dir_all(drill.program.data.join("journal")).expect("the journal goes");
    let answer = finish(second);
    let unknown = drill.sink.must_agree(&drill.program, &answer);
    println!("journal lost: unknown {unknown}");
    assert!(unknown <= 1_000, "of the one claimed chunk: {answer}");
    wait_for("the state", || (answer["state"] == "finished").then_some(()));
}
