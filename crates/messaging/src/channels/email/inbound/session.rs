//! One session: commands, envelope, data.

use super::{Held, House, Letter, Reception};
use smtp_proto::Request;
use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

const READ_BYTES: usize = 16 * 1024;
/// A body is read to its end even when it is too large, so that the refusal is understood, but not for
/// ever.
const OVERSIZE_FACTOR: usize = 4;

/// Why a session ends.
enum End {
    /// The other side went away or was silent for too long.
    Gone,
    /// We end it with these words.
    Words(&'static str),
}

impl From<io::Error> for End {
    fn from(_: io::Error) -> Self {
        End::Gone
    }
}

/// What became of a message's bytes.
enum Body {
    Whole(Vec<u8>),
    TooLarge,
    HouseFull,
}

#[derive(Default)]
struct Envelope {
    mail_from: Option<String>,
    rcpt_to: Vec<String>,
}

struct Session<'h, R> {
    tcp: TcpStream,
    house: &'h House<R>,
    input: Vec<u8>,
    output: Vec<u8>,
    greeted: bool,
    envelope: Envelope,
    errors: usize,
    messages: usize,
}

/// Runs a session to its end.
pub(super) async fn run<R: Reception>(tcp: TcpStream, house: &House<R>, mut stop: watch::Receiver<bool>) {
    let mut session = Session {
        tcp,
        house,
        input: Vec::new(),
        output: Vec::new(),
        greeted: false,
        envelope: Envelope::default(),
        errors: 0,
        messages: 0,
    };
    session.say(&format!("220 {} ESMTP", house.name));
    let end = session.serve(&mut stop).await;
    if let Err(End::Words(words)) = end {
        session.say(words);
        // Nothing depends on whether the last words arrive.
        drop(session.flush().await);
        drop(session.tcp.shutdown().await);
    }
}

impl<R: Reception> Session<'_, R> {
    async fn serve(&mut self, stop: &mut watch::Receiver<bool>) -> Result<(), End> {
        loop {
            let line = tokio::select! {
                line = self.line() => line?,
                _ = stop.wait_for(|stop| *stop) => return Err(End::Words("421 4.3.2 Shutting down, try again later")),
            };
            self.command(&line).await?;
            if self.errors >= self.house.limits.errors_max {
                return Err(End::Words("421 4.7.0 Too many errors"));
            }
        }
    }

    async fn command(&mut self, line: &[u8]) -> Result<(), End> {
        match Request::parse(&mut line.iter()) {
            Ok(Request::Ehlo { .. }) => self.ehlo(),
            Ok(Request::Helo { .. }) => {
                self.greeted = true;
                self.envelope = Envelope::default();
                self.say(&format!("250 {}", self.house.name));
            }
            Ok(Request::Mail { from }) => self.mail(from.address.into_owned(), from.size),
            Ok(Request::Rcpt { to }) => self.rcpt(to.address.into_owned()),
            Ok(Request::Data) => self.data().await?,
            Ok(Request::Rset) => {
                self.envelope = Envelope::default();
                self.say("250 2.0.0 Ok");
            }
            Ok(Request::Noop { .. }) => self.say("250 2.0.0 Ok"),
            Ok(Request::Quit) => return Err(End::Words("221 2.0.0 Bye")),
            Ok(Request::Vrfy { .. }) => self.say("252 2.5.2 Send some mail and see"),
            Ok(Request::StartTls | Request::Auth { .. } | Request::Bdat { .. }) => {
                self.refuse("502 5.5.1 Not offered")
            }
            Ok(_) | Err(smtp_proto::Error::UnknownCommand) => self.refuse("500 5.5.1 Command not known"),
            Err(smtp_proto::Error::InvalidSenderAddress) => {
                self.refuse("501 5.1.7 Sender address not understood")
            }
            Err(smtp_proto::Error::InvalidRecipientAddress) => {
                self.refuse("501 5.1.3 Recipient address not understood");
            }
            Err(_) => self.refuse("501 5.5.4 Arguments not understood"),
        }
        Ok(())
    }

    fn ehlo(&mut self) {
        self.greeted = true;
        self.envelope = Envelope::default();
        let reply = format!(
            "250-{}\r\n250-PIPELINING\r\n250-SIZE {}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES",
            self.house.name, self.house.limits.message_bytes_max
        );
        self.say(&reply);
    }

    fn mail(&mut self, from: String, size: usize) {
        if !self.greeted {
            self.refuse("503 5.5.1 EHLO first");
        } else if self.envelope.mail_from.is_some() {
            self.refuse("503 5.5.1 One message at a time");
        } else if size > self.house.limits.message_bytes_max {
            self.refuse("552 5.3.4 Message too large");
        } else if self.messages >= self.house.limits.messages_max {
            self.refuse("452 4.5.3 Too many messages in one session");
        } else {
            self.envelope.mail_from = Some(from);
            self.say("250 2.1.0 Ok");
        }
    }

    fn rcpt(&mut self, to: String) {
        if self.envelope.mail_from.is_none() {
            self.refuse("503 5.5.1 MAIL first");
        } else if self.envelope.rcpt_to.len() >= self.house.limits.recipients_max {
            self.refuse("452 4.5.3 Too many recipients");
        } else if !self.house.reception.accepts(&to) {
            self.refuse("550 5.7.1 Not for us, and nothing is relayed");
        } else {
            self.envelope.rcpt_to.push(to);
            self.say("250 2.1.5 Ok");
        }
    }

    async fn data(&mut self) -> Result<(), End> {
        if self.envelope.rcpt_to.is_empty() {
            self.refuse("503 5.5.1 RCPT first");
            return Ok(());
        }
        if !self.input.is_empty() {
            // DATA ends a group of commands (RFC 2920 3.1); whoever talks on does not wait for 354.
            return Err(End::Words("521 5.5.1 Data before it was asked for"));
        }
        self.say("354 End with CRLF . CRLF");
        self.flush().await?;
        let house = self.house;
        let mut held = Held::none(house);
        let body = timeout(house.limits.message, self.body(&mut held))
            .await
            .map_err(|_| End::Words("421 4.4.2 The message took too long"))??;
        let envelope = std::mem::take(&mut self.envelope);
        self.messages += 1;
        match body {
            Body::TooLarge => self.refuse("552 5.3.4 Message too large"),
            Body::HouseFull => self.say("452 4.3.1 No room at the moment, try again later"),
            Body::Whole(raw) if !is_strict(&raw) => {
                return Err(End::Words("521 5.5.2 Bare CR or LF is not accepted"));
            }
            Body::Whole(raw) => self.hand_on(envelope, raw).await,
        }
        self.flush().await.map_err(End::from)
    }

    async fn hand_on(&mut self, envelope: Envelope, raw: Vec<u8>) {
        let mail_from = envelope.mail_from.unwrap_or_default();
        let letter = Letter { mail_from, rcpt_to: envelope.rcpt_to, raw: unstuff(raw) };
        match self.house.reception.receive(letter).await {
            Ok(()) => self.say("250 2.0.0 Stored"),
            Err(e) => {
                tracing::warn!(error = %e, "a message that came in could not be stored; the sender will try again");
                self.say("452 4.3.0 Could not be stored, try again later");
            }
        }
    }

    /// Reads to CRLF . CRLF.
    async fn body(&mut self, held: &mut Held<'_, R>) -> Result<Body, End> {
        let limit = self.house.limits.message_bytes_max;
        // The line end before the data belongs to the DATA command: an empty message is a lone dot.
        let mut raw = b"\r\n".to_vec();
        let mut searched = 0;
        let mut verdict = None;
        let mut seen = 0_usize;
        loop {
            seen += self.input.len();
            raw.append(&mut self.input);
            if let Some(at) = memchr::memmem::find(&raw[searched..], b"\r\n.\r\n") {
                let end = searched + at;
                self.input = raw.split_off(end + 5);
                raw.truncate(end + 2);
                raw.drain(..2.min(raw.len()));
                return Ok(match verdict {
                    Some(verdict) => verdict,
                    None if raw.len() > limit => Body::TooLarge,
                    None => Body::Whole(raw),
                });
            }
            if raw.len() > limit + 7 {
                verdict = Some(Body::TooLarge);
            } else if verdict.is_none() && !held.grow_to(raw.len()) {
                verdict = Some(Body::HouseFull);
            }
            if seen > limit.saturating_mul(OVERSIZE_FACTOR) {
                return Err(End::Words("552 5.3.4 Message too large"));
            }
            if verdict.is_some() {
                // Only the end is of interest now.
                raw.drain(..raw.len() - raw.len().min(4));
            }
            searched = raw.len().saturating_sub(4);
            self.fill().await?;
        }
    }

    /// One command line with its CRLF.
    async fn line(&mut self) -> Result<Vec<u8>, End> {
        timeout(self.house.limits.command, self.line_without_limit())
            .await
            .unwrap_or(Err(End::Words("421 4.4.2 Nothing was said for too long")))
    }

    async fn line_without_limit(&mut self) -> Result<Vec<u8>, End> {
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.input) {
                let rest = self.input.split_off(at + 1);
                let line = std::mem::replace(&mut self.input, rest);
                let strict = line.ends_with(b"\r\n") && memchr::memchr2(b'\r', 0, &line[..at - 1]).is_none();
                return match strict && line.len() <= self.house.limits.line_bytes_max {
                    true => Ok(line),
                    false => Err(End::Words("521 5.5.2 Commands end with CRLF and are short")),
                };
            }
            if self.input.len() > self.house.limits.line_bytes_max {
                return Err(End::Words("521 5.5.2 Line too long"));
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> Result<(), End> {
        self.flush().await?;
        self.input.reserve(READ_BYTES);
        match self.tcp.read_buf(&mut self.input).await? {
            0 => Err(End::Gone),
            _ => Ok(()),
        }
    }

    async fn flush(&mut self) -> io::Result<()> {
        if !self.output.is_empty() {
            timeout(self.house.limits.command, self.tcp.write_all(&self.output)).await??;
            self.output.clear();
        }
        Ok(())
    }

    fn say(&mut self, reply: &str) {
        self.output.extend_from_slice(reply.as_bytes());
        self.output.extend_from_slice(b"\r\n");
    }

    fn refuse(&mut self, reply: &str) {
        self.errors += 1;
        self.say(reply);
    }
}

/// Every CR is followed by LF and every LF preceded by CR.
fn is_strict(raw: &[u8]) -> bool {
    let mut line_feeds = 0;
    for at in memchr::memchr_iter(b'\n', raw) {
        line_feeds += 1;
        if at == 0 || raw[at - 1] != b'\r' {
            return false;
        }
    }
    memchr::memchr_iter(b'\r', raw).count() == line_feeds
}

fn unstuff(raw: Vec<u8>) -> Vec<u8> {
    if raw.first() != Some(&b'.') && memchr::memmem::find(&raw, b"\n.").is_none() {
        return raw;
    }
    let mut out = Vec::with_capacity(raw.len());
    let mut copied = usize::from(raw.first() == Some(&b'.'));
    for at in memchr::memmem::find_iter(&raw, b"\n.") {
        out.extend_from_slice(&raw[copied..=at]);
        copied = at + 2;
    }
    out.extend_from_slice(&raw[copied..]);
    out
}
