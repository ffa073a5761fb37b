//! One connection to a sink.

use super::script::{Act, SinkTls, Verb, When};
use super::text::{angled, base64, unstuff};
use super::{Received, Shared, TEST_CERTIFICATE, TEST_KEY, locked};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

trait Io: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Io for T {}

/// TLS with the test certificate.
pub(super) fn acceptor() -> tokio_rustls::TlsAcceptor {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(TEST_CERTIFICATE.as_bytes())
        .collect::<Result<_, _>>()
        .expect("the test certificate is PEM");
    let key = PrivateKeyDer::from_pem_slice(TEST_KEY.as_bytes()).expect("the test key is PEM");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("the test certificate and key belong together");
    tokio_rustls::TlsAcceptor::from(Arc::new(config))
}

struct Session {
    io: Box<dyn Io>,
    input: Vec<u8>,
    output: Vec<u8>,
    number: u64,
    shared: Arc<Shared>,
    counters: HashMap<Verb, u64>,
    mail: String,
    rcpt_to: Vec<String>,
    encrypted: bool,
    logged_in: bool,
}

/// How to go on after a moment.
enum Flow {
    /// The usual answer.
    Usual,
    /// Something else was answered; `accepted` if it was a 2xx or 3xx.
    Answered { accepted: bool },
    /// Record the message, then hang up.
    RecordAndClose,
}

/// Serves one connection until either side has enough.
pub(super) async fn serve(tcp: TcpStream, number: u64, shared: Arc<Shared>) {
    if tcp.set_nodelay(true).is_err() {
        return;
    }
    let mut encrypted = false;
    let io: Box<dyn Io> = match (shared.script.tls, &shared.tls) {
        (SinkTls::Implicit, Some(acceptor)) => match acceptor.accept(tcp).await {
            Ok(tls) => {
                encrypted = true;
                Box::new(tls)
            }
            Err(_) => return,
        },
        _ => Box::new(tcp),
    };
    let mut session = Session {
        io,
        input: Vec::new(),
        output: Vec::new(),
        number,
        shared,
        counters: HashMap::new(),
        mail: String::new(),
        rcpt_to: Vec::new(),
        encrypted,
        logged_in: false,
    };
    // The end of a connection is no event for a test double: what matters was recorded before.
    drop(session.run().await);
}

fn closed() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

impl Session {
    async fn run(&mut self) -> io::Result<()> {
        if let Flow::Usual = self.moment(Verb::Banner, "", "220 sink.test ESMTP").await? {
            self.say("220 sink.test ESMTP").await?;
        }
        loop {
            let line = self.line().await?;
            locked(&self.shared.commands).push(if line.len() > 4 && line[..4].eq_ignore_ascii_case("AUTH") {
                "AUTH".to_owned()
            } else {
                line.clone()
            });
            let (word, argument) = line.split_once(' ').unwrap_or((&line, ""));
            match word.to_ascii_uppercase().as_str() {
                "EHLO" => self.ehlo(argument).await?,
                "HELO" => self.usual(Verb::Ehlo, argument, "250 sink.test").await?,
                "STARTTLS" => self.starttls().await?,
                "AUTH" => self.auth(argument.to_owned()).await?,
                "MAIL" => self.mail(argument).await?,
                "RCPT" => self.rcpt(argument).await?,
                "DATA" => self.data().await?,
                "RSET" => {
                    self.reset();
                    self.usual(Verb::Rset, "", "250 2.0.0 ok").await?;
                }
                "NOOP" => self.say("250 2.0.0 ok").await?,
                "QUIT" => {
                    self.usual(Verb::Quit, "", "221 2.0.0 bye").await?;
                    self.flush().await?;
                    return Ok(());
                }
                _ => self.say("500 5.5.1 what?").await?,
            }
        }
    }

    fn reset(&mut self) {
        self.mail.clear();
        self.rcpt_to.clear();
    }

    async fn ehlo(&mut self, argument: &str) -> io::Result<()> {
        let script = &self.shared.script;
        let mut lines = vec!["sink.test".to_owned()];
        lines.extend(script.capabilities.iter().cloned());
        if script.tls == SinkTls::StartTls && !self.encrypted {
            lines.push("STARTTLS".to_owned());
        }
        if script.login.is_some() {
            lines.push(format!("AUTH {}", script.mechanisms));
        }
        let last = lines.len() - 1;
        let text: Vec<String> = lines
            .iter()
            .enumerate()
            .map(|(i, l)| format!("250{}{l}", if i == last { ' ' } else { '-' }))
            .collect();
        self.usual(Verb::Ehlo, argument, &text.join("\r\n")).await
    }

    async fn starttls(&mut self) -> io::Result<()> {
        match self.moment(Verb::StartTls, "", "220 2.0.0 go ahead").await? {
            Flow::Usual if self.shared.script.tls == SinkTls::StartTls => {
                self.say("220 2.0.0 go ahead").await?
            }
            Flow::Usual => return self.say("502 5.5.1 no").await,
            _ => return Ok(()),
        }
        self.flush().await?;
        let plain = std::mem::replace(&mut self.io, Box::new(tokio::io::empty()));
        let acceptor = self.shared.tls.clone().ok_or_else(closed)?;
        self.io = Box::new(acceptor.accept(plain).await?);
        self.input.clear();
        self.encrypted = true;
        Ok(())
    }

    async fn auth(&mut self, argument: String) -> io::Result<()> {
        let (mechanism, initial) = argument.split_once(' ').unwrap_or((&argument, ""));
        let given = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => initial.to_owned(),
            "LOGIN" => {
                self.say("334 VXNlcm5hbWU6").await?;
                let user = self.line().await?;
                self.say("334 UGFzc3dvcmQ6").await?;
                format!("{user} {}", self.line().await?)
            }
            _ => return self.say("504 5.5.4 unknown mechanism").await,
        };
        if let Flow::Answered { .. } = self.moment(Verb::Auth, "", "235 2.7.0 welcome").await? {
            return Ok(());
        }
        let right =
            self.shared.script.login.as_ref().is_some_and(|(user, password)| match given.contains(' ') {
                true => given == format!("{} {}", base64(user.as_bytes()), base64(password.as_bytes())),
                false => given == base64(format!("\0{user}\0{password}").as_bytes()),
            });
        self.logged_in = right;
        self.say(if right { "235 2.7.0 welcome" } else { "535 5.7.8 wrong credentials" }).await
    }

    async fn mail(&mut self, argument: &str) -> io::Result<()> {
        if self.shared.script.login.is_some() && !self.logged_in {
            return self.say("530 5.7.0 authentication required").await;
        }
        if !self.mail.is_empty() {
            return self.say("503 5.5.1 nested MAIL").await;
        }
        if self.accepts(Verb::Mail, argument, "250 2.1.0 ok").await? {
            self.mail = argument.get(5..).unwrap_or_default().to_owned();
        }
        Ok(())
    }

    async fn rcpt(&mut self, argument: &str) -> io::Result<()> {
        if self.mail.is_empty() {
            return self.say("503 5.5.1 MAIL first").await;
        }
        if self.accepts(Verb::Rcpt, argument, "250 2.1.5 ok").await? {
            self.rcpt_to.push(angled(argument).to_owned());
        }
        Ok(())
    }

    async fn data(&mut self) -> io::Result<()> {
        if self.rcpt_to.is_empty() {
            return self.say("554 5.5.1 no valid recipients").await;
        }
        let recipient = self.rcpt_to.join(",");
        if !self.accepts(Verb::Data, &recipient, "354 go ahead").await? {
            return Ok(());
        }
        self.flush().await?;
        let data = self.body(&recipient).await?;
        let received = Received {
            connection: self.number,
            mail_from: angled(&self.mail).to_owned(),
            mail: std::mem::take(&mut self.mail),
            rcpt_to: std::mem::take(&mut self.rcpt_to),
            data,
            encrypted: self.encrypted,
        };
        match self.moment(Verb::Dot, &recipient, "250 2.0.0 taken").await? {
            Flow::Usual => {
                self.shared.record(received);
                self.say("250 2.0.0 taken").await
            }
            Flow::Answered { accepted: true } => {
                self.shared.record(received);
                Ok(())
            }
            Flow::Answered { accepted: false } => Ok(()),
            Flow::RecordAndClose => {
                self.shared.record(received);
                Err(closed())
            }
        }
    }

    /// Reads to CRLF . CRLF and undoes dot-stuffing.
    async fn body(&mut self, recipient: &str) -> io::Result<Vec<u8>> {
        let close_after = match self.deviation(Verb::Body, recipient) {
            Some(Act::CloseAfterBytes(bytes)) => Some(bytes),
            Some(Act::Wait(gate)) => {
                gate.pass().await;
                None
            }
            Some(Act::Silence) => std::future::pending().await,
            Some(Act::Reply(reply) | Act::ReplyAndClose(reply)) => {
                self.say(&reply).await?;
                self.flush().await?;
                return Err(closed());
            }
            Some(_) => return Err(closed()),
            None => None,
        };
        let mut raw = b"\r\n".to_vec();
        let mut searched = 0;
        loop {
            raw.append(&mut self.input);
            if close_after.is_some_and(|bytes| raw.len() > bytes) {
                return Err(closed());
            }
            if let Some(at) = memchr::memmem::find(&raw[searched..], b"\r\n.\r\n") {
                let end = searched + at;
                self.input = raw.split_off(end + 5);
                raw.truncate(end + 2);
                raw.drain(..2.min(raw.len()));
                return Ok(unstuff(&raw));
            }
            searched = raw.len().saturating_sub(4);
            self.fill().await?;
        }
    }

    async fn usual(&mut self, verb: Verb, argument: &str, reply: &str) -> io::Result<()> {
        self.accepts(verb, argument, reply).await.map(drop)
    }

    /// Answers a command; true if the answer was positive.
    async fn accepts(&mut self, verb: Verb, argument: &str, reply: &str) -> io::Result<bool> {
        match self.moment(verb, argument, reply).await? {
            Flow::Usual => {
                self.say(reply).await?;
                Ok(true)
            }
            Flow::Answered { accepted } => Ok(accepted),
            Flow::RecordAndClose => Err(closed()),
        }
    }

    fn deviation(&mut self, verb: Verb, argument: &str) -> Option<Act> {
        let here = self.counters.entry(verb).or_default();
        *here += 1;
        let all = {
            let mut counters = locked(&self.shared.counters);
            let count = counters.entry(verb).or_default();
            *count += 1;
            *count
        };
        let fits = |when: &When| match when {
            When::Always => true,
            When::Nth(n) => all == *n,
            When::From(n) => all >= *n,
            When::Every(n) => all.is_multiple_of((*n).max(1)),
            When::NthInConnection(n) => *here == *n,
            When::Containing(part) => argument.contains(part),
        };
        let rules = &self.shared.script.rules;
        rules.iter().find(|(v, when, _)| *v == verb && fits(when)).map(|(_, _, act)| act.clone())
    }

    async fn moment(&mut self, verb: Verb, argument: &str, usual: &str) -> io::Result<Flow> {
        match self.deviation(verb, argument) {
            None => Ok(Flow::Usual),
            Some(Act::Wait(gate)) => {
                self.flush().await?;
                gate.pass().await;
                Ok(Flow::Usual)
            }
            Some(Act::Reply(reply)) => {
                self.say(&reply).await?;
                Ok(Flow::Answered { accepted: reply.starts_with(['2', '3']) })
            }
            Some(Act::ReplyAndClose(reply)) => {
                self.say(&reply).await?;
                self.flush().await?;
                Err(closed())
            }
            Some(Act::Drip) => {
                self.flush().await?;
                for byte in format!("{usual}\r\n").bytes() {
                    self.io.write_all(&[byte]).await?;
                    self.io.flush().await?;
                    tokio::task::yield_now().await;
                }
                Ok(Flow::Answered { accepted: true })
            }
            Some(Act::Raw(bytes)) => {
                self.output.extend_from_slice(&bytes);
                self.flush().await?;
                Ok(Flow::Answered { accepted: bytes.starts_with(b"2") || bytes.starts_with(b"3") })
            }
            Some(Act::Silence) => {
                self.flush().await?;
                std::future::pending().await
            }
            Some(Act::RecordAndClose) => Ok(Flow::RecordAndClose),
            Some(Act::Close | Act::CloseAfterBytes(_)) => {
                // What was answered before must arrive, or the script would say more than it means to.
                self.flush().await?;
                Err(closed())
            }
        }
    }

    async fn say(&mut self, reply: &str) -> io::Result<()> {
        self.output.extend_from_slice(reply.as_bytes());
        self.output.extend_from_slice(b"\r\n");
        // Pipelined commands are answered together.
        if self.input.is_empty() { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> io::Result<()> {
        self.io.write_all(&self.output).await?;
        self.output.clear();
        self.io.flush().await
    }

    async fn fill(&mut self) -> io::Result<()> {
        self.flush().await?;
        match self.io.read_buf(&mut self.input).await? {
            0 => Err(closed()),
            _ => Ok(()),
        }
    }

    async fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(at) = memchr::memmem::find(&self.input, b"\r\n") {
                let line = String::from_utf8_lossy(&self.input[..at]).into_owned();
                self.input.drain(..at + 2);
                return Ok(line);
            }
            self.fill().await?;
        }
    }
}
