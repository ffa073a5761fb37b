//! Trouble with what is outside: a relay that hangs, a database that goes away, a disk that is full.
//! Nothing is acknowledged that is not kept, nothing ends in a crash loop, everything goes on by itself.

use super::outside::tool;
use super::program::{Engine, Program, Running, Server, free_address, populated, wait_for};
use super::sink::Sink;
use serde_json::Value;
use std::io::Read;
use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

const PEOPLE: usize = 4_000;
const CONNECTIONS: u64 = 10;

/// A relay that greets, then never says another word.
fn hanging_relay() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("smtp://{}", listener.local_addr().expect("its address"));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                use std::io::Write;
                let mut stream = stream;
                let mut rest = Vec::new();
                // It ends when its client goes away.
                drop(
                    stream
                        .write_all(b"220 hanging.example ESMTP\r\n")
                        .and_then(|()| stream.read_to_end(&mut rest)),
                );
            });
        }
    });
    url
}

fn launch(program: &Program, name: &str, relay: &str) -> String {
    let spec = program.campaign(name, relay, &format!("connections = {CONNECTIONS}\n"));
    let launched = program.json(&["campaign", "run", &spec, "--store", &program.store, "--json"]);
    launched["campaign"].as_str().expect("a campaign").to_owned()
}

fn seconds(answer: &Value) -> f64 {
    answer["seconds"].as_f64().expect("seconds")
}

#[test]
fn a_relay_that_hangs_leaves_others_at_full_speed() {
    let Some(program) = populated(Engine::Sqlite, PEOPLE) else { return };
    let server = program.serve(&[]);
    let (before, beside) = (Sink::start(&[]), Sink::start(&[]));
    let alone = program.wait_for_state(&launch(&program, "alone", &before.url()), "finished");
    let stuck = launch(&program, "stuck", &hanging_relay());
    let other = program.wait_for_state(&launch(&program, "other", &beside.url()), "finished");
    for (sink, answer) in [(&before, &alone), (&beside, &other)] {
        assert_eq!(sink.must_agree(&program, answer), 0, "{answer}");
        assert_eq!(answer["accepted"].as_u64(), Some(PEOPLE as u64), "{answer}");
    }
    let held = program.status(&stuck);
    assert_eq!((held["accepted"].as_u64(), held["unknown"].as_u64()), (Some(0), Some(0)), "{held}");
    println!("alone {:.2} s, beside a relay that hangs {:.2} s", seconds(&alone), seconds(&other));
    assert!(seconds(&other) < 2.0 * seconds(&alone) + 2.0, "{alone} {other}");
    program.json(&["campaign", "cancel", &stuck, "--json"]);
    let cancelled = program.wait_for_state(&stuck, "cancelled");
    assert_eq!(cancelled["suppressed"].as_u64(), Some(PEOPLE as u64), "{cancelled}");
    must_end_well(server);
}

/// The server ends in good order when asked.
fn must_end_well(server: Server) {
    server.running.signal("TERM");
    let said = server.running.finish();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

/// Makes contacts one after the other and remembers which were acknowledged.
struct Clerk<'a> {
    server: &'a Server,
    key: &'a str,
    made: Vec<String>,
    tried: usize,
}

impl Clerk<'_> {
    /// Tries one; true if it was acknowledged. Anything but 201 or an answer of 5xx is wrong.
    #[track_caller]
    fn make_one(&mut self) -> bool {
        let email = format!("clerk{}@mail.example", self.tried);
        self.tried += 1;
        let body = format!("{{\"email\":\"{email}\",\"first_name\":\"{}\"}}", "A".repeat(200));
        match self.server.try_call("POST", "/api/v1/contacts", self.key, &body) {
            Some((201, _)) => self.made.push(email),
            Some((500..=599, _)) | None => return false,
            Some((status, said)) => panic!("{status}: {said}"),
        }
        true
    }

    /// Waits until contacts can be made again.
    #[track_caller]
    fn wait_until_it_works(&mut self) {
        wait_for("writes to work again", || self.make_one().then_some(()));
    }

    /// Every acknowledged contact is there.
    fn must_be_kept(&self) {
        for email in &self.made {
            let path = format!("/api/v1/contacts?search={email}");
            let (status, said) = self.server.try_call("GET", &path, self.key, "").expect("an answer");
            let found: Value = serde_json::from_str(&said).unwrap_or_default();
            assert_eq!((status, found["items"][0]["email"].as_str()), (200, Some(email.as_str())), "{said}");
        }
    }
}

#[test]
fn a_database_that_goes_away_and_comes_back_costs_nothing() {
    let Some(program) = populated(Engine::Postgres, PEOPLE) else { return };
    let mut server = program.serve(&[]);
    let sink = Sink::start(&["--latency-us", "5000"]);
    let campaign = launch(&program, "through", &sink.url());
    let mut clerk = Clerk { server: &server, key: &program.api_key, made: Vec::new(), tried: 0 };
    for round in 1..=3 {
        sink.wait_for(round * PEOPLE / 5, || false);
        clerk.wait_until_it_works();
        program.postgres().allow(false);
        for _ in 0..10 {
            assert!(!clerk.make_one(), "acknowledged without a database");
        }
        program.postgres().allow(true);
        clerk.wait_until_it_works();
    }
    clerk.must_be_kept();
    let answer = program.wait_for_state(&campaign, "finished");
    let unknown = sink.must_agree(&program, &answer);
    assert_eq!(unknown, 0, "the journal was at hand all the time: {answer}");
    assert!(server.running.lives());
    must_end_well(server);
}

/// Largest file the process may write, in bytes, from now on; 0 for no limit.
fn limit_files(running: &Running, prlimit: &str, bytes: u64) {
    let limit = if bytes == 0 { "unlimited".to_owned() } else { bytes.to_string() };
    let words = ["--pid", &running.id().to_string(), &format!("--fsize={limit}:unlimited")];
    assert!(Command::new(prlimit).args(words).status().expect("prlimit runs").success());
}

#[test]
fn a_full_disk_refuses_and_waits() {
    let Some(prlimit) = tool("/usr/bin/prlimit") else { return };
    let Some(program) = populated(Engine::Sqlite, PEOPLE) else { return };
    let program = program.with("SMARTPUSH__HTTP__REQUESTS_PER_SECOND", "0");
    // A write beyond the limit fails as on a full disk, if the signal that goes with it is ignored.
    let address = free_address();
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"]);
    let served = program.command(&["serve", "--listen", &address]);
    shell.arg(served.get_program()).args(served.get_args());
    shell.envs(served.get_envs().filter_map(|(k, v)| Some((k, v?))));
    let mut server = Server::ready(Running::start(shell), address);
    let sink = Sink::start(&["--latency-us", "5000"]);
    let campaign = launch(&program, "full", &sink.url());
    let mut clerk = Clerk { server: &server, key: &program.api_key, made: Vec::new(), tried: 0 };
    sink.wait_for(PEOPLE / 5, || false);
    clerk.wait_until_it_works();
    // Less than the log of the database holds already: no page can be added anywhere. More than a journal
    // has: its space was taken when it was made, as on a real disk.
    limit_files(&server.running, prlimit, 32_768);
    wait_for("the first refusal", || (!clerk.make_one()).then_some(()));
    let full_since = Instant::now();
    while full_since.elapsed() < Duration::from_secs(2) {
        assert!(!clerk.make_one(), "acknowledged on a full disk");
    }
    limit_files(&server.running, prlimit, 0);
    clerk.wait_until_it_works();
    clerk.must_be_kept();
    let answer = program.wait_for_state(&campaign, "finished");
    let unknown = sink.must_agree(&program, &answer);
    println!("full disk: unknown {unknown}");
    assert_eq!(unknown, 0, "the journal was at hand all the time: {answer}");
    assert!(server.running.lives());
    must_end_well(server);
}
