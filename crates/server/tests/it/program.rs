//! The program as a process: started, asked, signalled, killed.

use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use testkit::FreshPostgres;

pub const EMAIL: &str = "ana@shop.example";
pub const PASSWORD: &str = "a much longer phrase";
/// Nothing here takes longer on a slow machine; what does, hangs.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Looks again and again until there is an answer; panics with `what` after [`PATIENCE`].
#[track_caller]
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// An installation: a data folder, perhaps a PostgreSQL database, one store.
pub struct Program {
    pub data: PathBuf,
    pub store: String,
    pub api_key: String,
    pub engine: Engine,
    environment: Vec<(String, String)>,
    postgres: Option<FreshPostgres>,
    folder: TempDir,
}

impl Program {
    /// A fresh installation; `None` (said loudly) if its engine is not at hand.
    pub fn set_up(engine: Engine) -> Option<Self> {
        let postgres = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => match FreshPostgres::create() {
                None => {
                    eprintln!("PostgreSQL half SKIPPED: SMARTPUSH_TEST_POSTGRES is not set");
                    return None;
                }
                fresh => fresh,
            },
        };
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        let (store, api_key, environment) = (String::new(), String::new(), Vec::new());
        let mut program = Program { data, store, api_key, engine, environment, postgres, folder };
        let words = ["setup", "--email", EMAIL, "--password", PASSWORD, "--store", "Flowers", "--json"];
        let made = program.json(&words);
        program.store = made["store"].as_str().expect("a store").to_owned();
        program.api_key = made["api_key"].as_str().expect("a key").to_owned();
        Some(program)
    }

    /// Another installation with the same contents.
    pub fn copy(&self) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        copy_folder(&self.data, &data);
        Program {
            data,
            store: self.store.clone(),
            api_key: self.api_key.clone(),
            engine: self.engine,
            environment: self.environment.clone(),
            postgres: self.postgres.as_ref().map(FreshPostgres::copy),
            folder,
        }
    }

    /// Another folder for a second process on the same PostgreSQL database: the same key, an own journal.
    pub fn second_folder(&self) -> PathBuf {
        let data = self.folder.path().join("second");
        std::fs::create_dir_all(&data).expect("a folder");
        std::fs::copy(self.data.join("root.key"), data.join("root.key")).expect("the key is copied");
        data
    }

    /// Sets a variable for every process of this installation.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A file of this test, outside the data folder.
    pub fn write(&self, name: &str, contents: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, contents).expect("the file is written");
        path.to_str().expect("a path").to_owned()
    }

    /// A place for a file of this test.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The PostgreSQL database.
    pub fn postgres(&self) -> &FreshPostgres {
        self.postgres.as_ref().expect("it runs on PostgreSQL")
    }

    /// Puts another database in the place of the PostgreSQL database, as a restore does.
    pub fn replace_postgres(&mut self, other: FreshPostgres) {
        self.postgres = Some(other);
    }

    /// A command on another data folder.
    pub fn command_in(&self, data: &Path, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_smartpush"));
        command.args(words).arg("--data").arg(data);
        command.env("SMARTPUSH_DATABASE_URL", self.postgres.as_ref().map_or("", |p| p.url.as_str()));
        command.envs(self.environment.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        command
    }

    /// A command, not yet started.
    pub fn command(&self, words: &[&str]) -> Command {
        self.command_in(&self.data, words)
    }

    /// Runs a command to its end.
    pub fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().expect("the program runs")
    }

    /// Runs a command that answers one JSON object and succeeds.
    #[track_caller]
    pub fn json(&self, words: &[&str]) -> Value {
        one_object(&self.run(words))
    }

    /// Starts a command.
    pub fn start(&self, words: &[&str]) -> Running {
        Running::start(self.command(words))
    }

    /// Starts `serve` and waits until it answers.
    pub fn serve(&self, words: &[&str]) -> Server {
        let address = free_address();
        let running = self.start(&[&["serve", "--listen", &address], words].concat());
        Server::ready(running, address)
    }

    /// Imports `count` people who agreed to email: `u0@mail.example`, `u1@…`
    pub fn import_people(&self, count: usize) {
        let mut file = "email,first_name,country,time_zone,accepts_email_marketing\n".to_owned();
        for n in 0..count {
            file.push_str(&format!("u{n}@mail.example,Ana {n},SG,Asia/Singapore,yes\n"));
        }
        let file = self.write("people.csv", &file);
        let answer = self.json(&["contacts", "import", &file, "--store", &self.store, "--json"]);
        assert_eq!(
            (answer["created"].as_u64(), answer["errors"].as_u64()),
            (Some(count as u64), Some(0)),
            "{answer}"
        );
    }

    /// Writes a campaign's description; `more` is TOML added to it.
    pub fn campaign(&self, name: &str, relay: &str, more: &str) -> String {
        self.write(&format!("{name}.html"), LETTER);
        self.write(
            &format!("{name}.toml"),
            &format!(
                "name = \"{name}\"\nchannel = \"email\"\nsubject = \"Hello {{{{ contact.first_name | default: 'there' }}}}\"\n\
                 from = \"Shop <news@shop.example>\"\ntemplate = \"{name}.html\"\ninclude = [ {{ all = true }} ]\n\
                 relay = \"{relay}\"\npostal_address = \"1 Shop Street, Singapore\"\n{more}"
            ),
        )
    }

    /// What `campaign status` says.
    #[track_caller]
    pub fn status(&self, campaign: &str) -> Value {
        self.json(&["campaign", "status", campaign, "--json"])
    }

    /// Waits until a campaign has reached a state.
    #[track_caller]
    pub fn wait_for_state(&self, campaign: &str, state: &str) -> Value {
        wait_for(state, || Some(self.status(campaign)).filter(|s| s["state"] == state))
    }
}

const LETTER: &str = "<!doctype html><html lang=\"en\"><head><title>Spring</title></head><body>\
    <h1>Hello {{ contact.first_name | default: 'there' }}</h1>\
    <p><a href=\"https://shop.example/spring\">Ten new things</a></p>\
    <p>{{ store.postal_address }} <a href=\"{{ links.unsubscribe }}\">Unsubscribe</a></p></body></html>\n";

/// An address nobody listens on.
pub fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").to_string()
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the folder is read") {
        let entry = entry.expect("the folder is read");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("its kind").is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("the file is copied");
        }
    }
}

/// The one JSON object of a command that succeeded.
#[track_caller]
pub fn one_object(output: &Output) -> Value {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}: {out}\n{err}", output.status);
    serde_json::from_str(out.trim()).unwrap_or_else(|_| panic!("no JSON object: {out}\n{err}"))
}

/// An installation of an engine with so many people, made once and copied.
pub fn populated(engine: Engine, people: usize) -> Option<Program> {
    static MADE: Mutex<Vec<(Engine, usize, Program)>> = Mutex::new(Vec::new());
    let mut made = MADE.lock().unwrap_or_else(|e| e.into_inner());
    if let Some((.., program)) = made.iter().find(|(e, n, _)| (*e, *n) == (engine, people)) {
        return Some(program.copy());
    }
    let program = Program::set_up(engine)?;
    program.import_people(people);
    let copy = program.copy();
    made.push((engine, people, program));
    Some(copy)
}

/// A process; killed with the test.
pub struct Running {
    child: Child,
    stdout: Option<JoinHandle<Vec<u8>>>,
    stderr: Option<JoinHandle<Vec<u8>>>,
}

/// Reads on, so that the process never waits for somebody to read what it says.
fn keep(mut from: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut said = Vec::new();
        from.read_to_end(&mut said).expect("a pipe can be read");
        said
    })
}

impl Running {
    /// Starts a command with its output kept for [`Running::finish`].
    pub fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let (stdout, stderr) = (child.stdout.take().map(keep), child.stderr.take().map(keep));
        Running { child, stdout, stderr }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by name: `KILL`, `TERM`, `STOP`, `CONT`.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args([&format!("-{name}"), &self.id().to_string()]).status();
        assert!(status.expect("kill runs").success(), "{name} reaches the process");
    }

    /// True while the process lives.
    pub fn lives(&mut self) -> bool {
        self.child.try_wait().expect("its state is known").is_none()
    }

    /// Kills it as a power cut does, and waits until it is gone.
    pub fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is gone");
    }

    /// Waits for its end and answers what it wrote.
    #[track_caller]
    pub fn finish(mut self) -> Output {
        let status = wait_for("the end of a process", || self.child.try_wait().expect("its state is known"));
        let said = |reader: Option<JoinHandle<Vec<u8>>>| {
            reader.map(|r| r.join().expect("its output was read")).unwrap_or_default()
        };
        Output { status, stdout: said(self.stdout.take()), stderr: said(self.stderr.take()) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            // The test is over, well or badly; nothing more can be done about a failure here.
            drop(self.child.kill().and_then(|()| self.child.wait()));
        }
    }
}

/// A process that serves HTTP.
pub struct Server {
    pub running: Running,
    pub address: String,
}

impl Server {
    /// Waits until it answers.
    #[track_caller]
    pub fn ready(mut running: Running, address: String) -> Self {
        wait_for("the server", || {
            assert!(running.lives(), "the server ended early");
            TcpStream::connect(&address).ok()
        });
        Server { running, address }
    }

    /// Makes a request; `None` if there was no whole answer.
    pub fn try_call(&self, method: &str, path: &str, key: &str, body: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body.as_bytes()).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1)?.parse().ok()?;
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        Some((status, body.to_owned()))
    }
}
