//! What goes over the wire, judged by programs that nobody here wrote: Postfix's smtp-sink receives,
//! Python's email package parses, dkimpy and OpenDKIM verify, rspamd scores.

use super::outside::{is_root, listening, output, python, succeeded, tool};
use super::program::{Engine, Program, Running, free_address, wait_for};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const DOMAIN: &str = "shop.example";
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wire");

/// Recipients whose names are hard to write: other scripts, quotes, markup, attempts at headers.
const PEOPLE: &[(&str, &str)] = &[
    ("plain@mail.example", "Ana"),
    ("accents@mail.example", "Zoë Ångström"),
    ("chinese@mail.example", "张伟"),
    ("emoji@mail.example", "Mia 🌸"),
    ("quotes@mail.example", "Jo \"Q\" O'Neil, Ltd."),
    ("markup@mail.example", "<b>Bo</b> & Co"),
    ("long@mail.example", "Maximiliane Hildegard Annemarie Freifrau von und zu Hohenlohe-Langenburg"),
    ("equals@mail.example", "=?utf-8?q?Eve?="),
    ("dot@mail.example", "."),
];

/// A letter with long lines, other scripts, a line that begins with a dot, links and images.
const LETTER: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Spring</title>\
<style>p { color: #333333 }</style></head><body><h1>Hello {{ contact.first_name }}</h1>
<p>Ten new things have come in this week, made slowly and by hand, of wool that was dyed with plants. Grüße, 你好, שלום.</p>
<p><a href=\"https://shop.example/spring?a=1&amp;b=2\">Have a look</a> and tell us what you think of them.</p>
<p>
.one line begins with a dot
</p>
<p>{{ store.postal_address }} · <a href=\"{{ links.unsubscribe }}\">Unsubscribe</a></p></body></html>
";

/// Postfix's test server, one file a message.
struct SmtpSink {
    folder: TempDir,
    address: String,
    _running: Running,
}

impl SmtpSink {
    fn start() -> Option<Self> {
        let program = tool("/usr/sbin/smtp-sink")?;
        let (folder, address) = (tempfile::tempdir().expect("a folder"), free_address());
        let mut command = Command::new(program);
        if is_root() {
            output(Command::new("chown").arg("nobody").arg(folder.path()));
            command.args(["-u", "nobody"]);
        }
        command.current_dir(folder.path()).args(["-d", "m.", &address, "100"]);
        let running = listening(command, &address);
        Some(SmtpSink { folder, address, _running: running })
    }

    fn files(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.folder.path()).expect("the folder");
        entries.map(|e| e.expect("an entry").path()).collect()
    }

    /// Waits until the last of `count` messages is on the disk.
    fn wait_for(&self, count: usize) {
        let complete = |path: &PathBuf| std::fs::metadata(path).is_ok_and(|m| m.len() > 0);
        wait_for("the dumped messages", || {
            (self.files().iter().filter(|p| complete(p)).count() >= count).then_some(())
        });
    }
}

/// DKIM keys made by OpenSSL, and their public halves as DNS records.
struct Keys {
    records: String,
}

impl Keys {
    fn make(program: &Program) -> Option<Self> {
        let openssl = tool("/usr/bin/openssl")?;
        let path = |name: &str| program.path(name).to_str().expect("a path").to_owned();
        let (rsa, ed) = (path("rsa.pem"), path("ed.pem"));
        let make = |words: &[&str]| output(Command::new(openssl).arg("genpkey").args(words));
        make(&["-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", &rsa]);
        make(&["-algorithm", "ed25519", "-out", &ed]);
        let public = |key: &str| {
            let mut command = Command::new(openssl);
            command.args(["pkey", "-in", key, "-pubout", "-outform", "DER"]);
            succeeded(command.output().expect("openssl runs")).stdout
        };
        use base64::Engine as _;
        let base64 = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
        let (rsa, ed) = (public(&rsa), public(&ed));
        let ed = &ed[ed.len() - 32..];
        let records = format!(
            "rsa._domainkey.{DOMAIN} v=DKIM1; k=rsa; p={}\ned._domainkey.{DOMAIN} v=DKIM1; k=ed25519; p={}\n",
            base64(&rsa),
            base64(ed)
        );
        Some(Keys { records: program.write("keys.txt", &records) })
    }
}

/// A signed campaign to [`PEOPLE`], received by `sink`.
fn send(program: &Program, sink: &SmtpSink) {
    let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut file = "email,first_name,country,accepts_email_marketing\n".to_owned();
    for (address, name) in PEOPLE {
        file.push_str(&format!("{address},{},SG,yes\n", quote(name)));
    }
    let file = program.write("people.csv", &file);
    let imported = program.json(&["contacts", "import", &file, "--store", &program.store, "--json"]);
    assert_eq!(imported["created"].as_u64(), Some(PEOPLE.len() as u64), "{imported}");
    program.write("letter.html", LETTER);
    let spec = program.write(
        "letter.toml",
        &format!(
            "name = \"Spring\"\nchannel = \"email\"\nsubject = \"Hello {{{{ contact.first_name }}}}: ten new things\"\n\
             preheader = \"Made by hand, 手工製作\"\nfrom = \"Grüne Blüten <news@{DOMAIN}>\"\nreply_to = \"care@{DOMAIN}\"\n\
             template = \"letter.html\"\ninclude = [ {{ all = true }} ]\nrelay = \"smtp://{}\"\nconnections = 3\n\
             track = {{ opens = true, clicks = true }}\npostal_address = \"1 Shop Street, Singapore\"\n\
             [dkim]\ndomain = \"{DOMAIN}\"\nkeys = [ {{ selector = \"ed\", algorithm = \"ed25519\", file = \"ed.pem\" }}, \
             {{ selector = \"rsa\", algorithm = \"rsa\", file = \"rsa.pem\" }} ]\n",
            sink.address
        ),
    );
    let answer = program.json(&["campaign", "run", &spec, "--store", &program.store, "--wait", "--json"]);
    assert_eq!(answer["accepted"].as_u64(), Some(PEOPLE.len() as u64), "{answer}");
    sink.wait_for(PEOPLE.len());
}

fn check_with_python(program: &Program, sink: &SmtpSink, keys: &Keys, python: &str) {
    let people: serde_json::Map<String, Value> =
        PEOPLE.iter().map(|(address, name)| ((*address).to_owned(), json!(name))).collect();
    let people = program.write("people.json", &Value::Object(people).to_string());
    let said = output(
        Command::new(python)
            .arg(Path::new(SCRIPTS).join("check_messages.py"))
            .arg(sink.folder.path())
            .args([&keys.records, DOMAIN, &people]),
    );
    let said: Value = serde_json::from_str(&said).expect("one object");
    assert_eq!(said["messages"].as_u64(), Some(PEOPLE.len() as u64));
    println!("email package and dkimpy: {said}");
}

/// Whole messages as the Python script wrote them.
fn whole_messages(sink: &SmtpSink) -> Vec<PathBuf> {
    sink.files().into_iter().filter(|p| p.extension().is_some_and(|e| e == "eml")).collect()
}

fn check_with_opendkim(program: &Program, sink: &SmtpSink, keys: &Keys) {
    let Some(opendkim) = tool("/usr/sbin/opendkim") else { return };
    let user = output(Command::new("id").arg("-un"));
    let conf = program.write(
        "opendkim.conf",
        &format!(
            "Mode v\nTestPublicKeys {}\nSyslog no\nAlwaysAddARHeader yes\nUserID {user}\n",
            keys.records
        ),
    );
    let messages = whole_messages(sink);
    assert_eq!(messages.len(), PEOPLE.len());
    let both = |verdict: &str| ALGORITHMS.map(|algorithm| (algorithm.to_owned(), verdict.to_owned()));
    for message in &messages {
        assert_eq!(opendkim_verdicts(opendkim, &conf, message), both("pass"), "{}", message.display());
    }
    // Both verdicts can be the other one: a letter changed on the way fails twice.
    let changed = std::fs::read_to_string(&messages[0]).expect("a message").replace("Ten new", "Six new");
    let changed = program.write("changed.eml", &changed);
    assert_eq!(opendkim_verdicts(opendkim, &conf, Path::new(&changed)), both("fail"));
    println!("OpenDKIM: {} messages, the Ed25519 and the RSA signature of each pass", PEOPLE.len());
}

/// Signatures of a message, in this order.
const ALGORITHMS: [&str; 2] = ["ed25519-sha256", "rsa-sha256"];

/// Algorithm and verdict of each signature, as OpenDKIM writes them into `Authentication-Results`. Its
/// summary line names the first signature only, and gives Ed25519 keys, whose size it has no word for, 0
/// bits.
fn opendkim_verdicts(opendkim: &str, conf: &str, message: &Path) -> Vec<(String, String)> {
    let mut command = Command::new(opendkim);
    command.args(["-x", conf, "-vvv", "-t"]).arg(message);
    let said = command.output().expect("opendkim starts");
    let said = [said.stdout, said.stderr].map(|s| String::from_utf8_lossy(&s).into_owned()).concat();
    let verdicts = said.lines().filter_map(|line| {
        let verdict = line.trim().strip_prefix("dkim=")?.split([' ', ';']).next()?;
        let algorithm = line.split_once("header.a=")?.1.split([' ', ';']).next()?;
        Some((algorithm.to_owned(), verdict.to_owned()))
    });
    let mut verdicts: Vec<_> = verdicts.collect();
    assert!(!verdicts.is_empty(), "no verdict: {said}");
    verdicts.sort();
    verdicts
}

/// rspamd without any network: its tests of content and structure.
struct Rspamd {
    address: String,
    _running: Running,
    _folder: TempDir,
}

/// Modules that ask the network or keep state elsewhere.
const RSPAMD_OFF: &[&str] = &[
    "rbl",
    "surbl",
    "spf",
    "dkim",
    "dmarc",
    "arc",
    "asn",
    "mx_check",
    "fuzzy_check",
    "hfilter",
    "dkim_signing",
    "greylist",
    "ratelimit",
    "neural",
    "phishing",
    "redis",
    "history_redis",
    "reputation",
    "replies",
    "url_redirector",
    "rspamd_update",
    "bayes_expiry",
];

impl Rspamd {
    fn start() -> Option<Self> {
        let program = tool("/usr/bin/rspamd")?;
        let (folder, address) = (tempfile::tempdir().expect("a folder"), free_address());
        let (root, user) = (folder.path(), output(Command::new("id").arg("-un")));
        let local = root.join("local.d");
        for name in ["local.d", "override.d", "db"] {
            std::fs::create_dir(root.join(name)).expect("a folder");
        }
        let write = |name: &str, text: &str| std::fs::write(local.join(name), text).expect("a file");
        // A name server that is never there: whatever asks fails at once and stays on this machine.
        write(
            "options.inc",
            &format!(
                "dns {{ nameserver = [\"127.0.0.1:9\"]; timeout = 0.1s; retransmits = 1; }}\n\
             pidfile = \"{0}/pid\";\ncontrol_socket = \"{0}/control.sock mode=0600\";\n",
                root.display()
            ),
        );
        write("worker-normal.inc", &format!("bind_socket = \"{address}\";\ncount = 1;\n"));
        for off in ["worker-proxy.inc", "worker-fuzzy.inc", "worker-controller.inc"] {
            write(off, "enabled = false;\n");
        }
        write("logging.inc", "type = \"console\";\nlevel = \"error\";\n");
        for module in RSPAMD_OFF {
            write(&format!("{module}.conf"), "enabled = false;\n");
        }
        let mut command = Command::new(program);
        command.args(["-f", "-i", "-c", "/etc/rspamd/rspamd.conf", "-u", &user, "-g", &user]);
        for (name, place) in [("LOCAL_CONFDIR", ""), ("DBDIR", "/db"), ("RUNDIR", ""), ("LOGDIR", "")] {
            command.arg("--var").arg(format!("{name}={}{place}", root.display()));
        }
        let running = listening(command, &address);
        Some(Rspamd { address, _running: running, _folder: folder })
    }

    fn score(&self, client: &str, message: &Path) -> f64 {
        let said = output(
            Command::new(client)
                .args(["-h", &self.address, "--json", "--ip", "127.0.0.1"])
                .args(["--from", "bounce@bounce.shop.example", "symbols"])
                .arg(message),
        );
        let from = said.find('{').unwrap_or_else(|| panic!("a JSON object: {said}"));
        let verdict: Value = serde_json::from_str(&said[from..]).expect("one object");
        let symbols: Vec<&String> = verdict["symbols"].as_object().expect("symbols").keys().collect();
        println!("rspamd: {} {symbols:?}", verdict["score"]);
        verdict["score"].as_f64().expect("a score")
    }
}

fn check_with_rspamd(sink: &SmtpSink) {
    let (Some(client), Some(rspamd)) = (tool("/usr/bin/rspamc"), Rspamd::start()) else { return };
    let plain = whole_messages(sink);
    let scores: Vec<f64> = plain.iter().take(3).map(|m| rspamd.score(client, m)).collect();
    assert!(scores.iter().all(|s| *s < 4.0), "a plain campaign scores below 4: {scores:?}");
}

#[test]
fn messages_are_whole_signed_aligned_and_no_spam_in_the_eyes_of_others() {
    let Some(python) = python() else { return };
    let Some(sink) = SmtpSink::start() else { return };
    let Some(program) = Program::set_up(Engine::Sqlite) else { return };
    let program = program.with("SMARTPUSH__HTTP__PUBLIC_URL", "https://push.shop.example");
    let Some(keys) = Keys::make(&program) else { return };
    send(&program, &sink);
    check_with_python(&program, &sink, &keys, &python);
    check_with_opendkim(&program, &sink, &keys);
    check_with_rspamd(&sink);
}
