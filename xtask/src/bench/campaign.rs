//! A campaign of 100,000 personalised messages to Postfix's `smtp-sink`, against Postfix's `smtp-source`.

use super::process::{Program, seconds};
use super::table::{Table, median};
use super::{RECIPIENTS, data, folder};
use crate::run::{command, output, run};
use anyhow::{Context, Result, bail, ensure};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const FLOOR_MESSAGES: usize = 50_000;
const REPETITIONS: usize = 3;

/// Unsigned, Ed25519 and RSA-2048; also the memory of the run.
pub(crate) fn measure(table: &mut Table) -> Result<()> {
    let program = Program::set_up("campaign", None)?;
    let file = data::contacts(RECIPIENTS, true)?;
    program.run(&["contacts", "import", &file.to_string_lossy(), "--store", &program.store, "--json"])?;
    std::fs::write(folder().join("letter.html"), letter())?;
    for (name, algorithm) in [("ed.pem", "ed25519"), ("rsa.pem", "rsa")] {
        make_key(&folder().join(name), algorithm)?;
    }
    let (mut floors, mut plain, mut ed, mut rsa, mut memory) = (vec![], vec![], vec![], vec![], 0.0_f64);
    for _ in 0..REPETITIONS {
        floors.push(floor()?);
        for (key, figures) in [(None, &mut plain), (Some("ed25519"), &mut ed), (Some("rsa"), &mut rsa)] {
            let (per_second, peak) = campaign(&program, key)?;
            figures.push(per_second);
            memory = memory.max(peak);
        }
    }
    let floor = median(floors);
    table.more_is_better("campaign of 100,000, unsigned", "msg/s", (floor, median(plain)), 1.5);
    table.more_is_better("campaign of 100,000, Ed25519", "msg/s", (floor, median(ed)), 1.5);
    table.more_is_better("campaign of 100,000, RSA-2048", "sig/s × cores", (rsa_floor()?, median(rsa)), 0.6);
    table.at_most("memory during the campaign", "MB", memory, 200.0);
    Ok(())
}

struct Sink(Child, String);

impl Sink {
    fn start() -> Result<Self> {
        let address = format!("127.0.0.1:{}", TcpListener::bind("127.0.0.1:0")?.local_addr()?.port());
        let child = Command::new("/usr/sbin/smtp-sink")
            .args(["-c", "-u", "nobody", &address, "1000"])
            .stdout(Stdio::null())
            .spawn()
            .context("start smtp-sink")?;
        for _ in 0..500 {
            if TcpStream::connect(&address).is_ok() {
                return Ok(Sink(child, address));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        bail!("smtp-sink does not answer")
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if let Err(e) = self.0.kill().and_then(|()| self.0.wait().map(drop)) {
            eprintln!("smtp-sink was not stopped: {e}");
        }
    }
}

fn floor() -> Result<f64> {
    let sink = Sink::start()?;
    let messages = FLOOR_MESSAGES.to_string();
    let mut source = Command::new("/usr/sbin/smtp-source");
    source.args([
        "-d",
        "-s",
        "10",
        "-l",
        "10240",
        "-m",
        &messages,
        "-f",
        "a@shop.example",
        "-t",
        "b@mail.example",
        &sink.1,
    ]);
    Ok(FLOOR_MESSAGES as f64 / seconds(source)?)
}

fn campaign(program: &Program, key: Option<&str>) -> Result<(f64, f64)> {
    let sink = Sink::start()?;
    let dkim = key.map_or(String::new(), |algorithm| {
        let file = if algorithm == "rsa" { "rsa.pem" } else { "ed.pem" };
        format!(
            "[dkim]\ndomain = \"shop.example\"\nkeys = [ {{ selector = \"s1\", algorithm = \"{algorithm}\", file = \"{file}\" }} ]\n"
        )
    });
    let spec = format!(
        "name = \"Bench\"\nchannel = \"email\"\nsubject = \"Hello {{{{ contact.first_name | default: 'there' }}}}\"\n\
         from = \"Shop <news@shop.example>\"\ntemplate = \"letter.html\"\ninclude = [ {{ all = true }} ]\n\
         relay = \"smtp://{}\"\nconnections = 10\ntrack = {{ opens = true, clicks = true }}\n\
         postal_address = \"1 Shop Street, Singapore\"\n{dkim}",
        sink.1
    );
    let path = folder().join("bench.toml");
    std::fs::write(&path, spec)?;
    let run = program.run(&[
        "campaign",
        "run",
        &path.to_string_lossy(),
        "--store",
        &program.store,
        "--wait",
        "--json",
    ])?;
    ensure!(
        run.answer["accepted"].as_u64() == Some(RECIPIENTS as u64),
        "not everybody was reached: {}",
        run.answer
    );
    Ok((run.answer["per_second"].as_f64().context("per_second")?, run.peak_mb))
}

/// HTML with six variables and eight links, tracked. With its text part and encoded it is a message of 10 KB.
fn letter() -> String {
    let mut html = String::from(
        "<!doctype html><html lang=\"en\"><head><title>Spring</title></head><body>\
         <h1>Hello {{ contact.first_name | default: 'there' }}</h1><p>{{ contact.last_name }}, from {{ contact.city }} in \
         {{ contact.country }}: you have {{ contact.points }} points on the {{ contact.plan }} plan.</p>",
    );
    for n in 0..8 {
        html.push_str(&format!(
            "<p><a href=\"https://shop.example/products/{n}?ref=letter\">Product {n}</a></p>"
        ));
        for _ in 0..1 + usize::from(n < 3) {
            html.push_str("<p>Ten new things have come in this week, made slowly and by hand, of wool that was dyed with plants. Look at them while they last; there are not many of each, and we do not make them again. Whatever you choose comes in a box that can be kept, and goes back for a month if it does not fit.</p>");
        }
    }
    html.push_str(
        "<p>{{ store.postal_address }} <a href=\"{{ links.unsubscribe }}\">Unsubscribe</a></p></body></html>",
    );
    html
}

fn make_key(path: &Path, algorithm: &str) -> Result<()> {
    if path.exists() {
        return Ok(());
    }
    let path = path.to_string_lossy();
    match algorithm {
        "rsa" => run(command(&[
            "openssl",
            "genpkey",
            "-quiet",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
            "-out",
            &path,
        ])),
        _ => run(command(&["openssl", "genpkey", "-algorithm", "ed25519", "-out", &path])),
    }
}

/// RSA-2048 signatures a second of the crypto library on all cores.
fn rsa_floor() -> Result<f64> {
    let said = output(command(&[
        "cargo",
        "run",
        "--quiet",
        "--locked",
        "--release",
        "-p",
        "messaging",
        "--example",
        "rsa_floor",
    ]))?;
    said.trim().parse().context("the floor's answer")
}
