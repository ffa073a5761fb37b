//! The server against sockets: well-behaved, malicious and unlucky senders.

use super::*;
use crate::channels::email::smtp::{
    Connection, MessageSource, Outcome, Prepared, Relay, SmtpUrl, Timeouts, Trust,
};
use kernel::Fault;
use std::net::SocketAddr;
use std::sync::atomic::AtomicBool;
use std::task::{Context, Poll};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;

/// Keeps letters for bounce.shop.example, or fails, or waits.
#[derive(Clone, Default)]
struct Desk {
    letters: Arc<Mutex<Vec<Letter>>>,
    broken: Arc<AtomicBool>,
    hold: Option<Arc<Notify>>,
}

impl Reception for Desk {
    fn accepts(&self, recipient: &str) -> bool {
        recipient.ends_with("@bounce.shop.example")
    }

    async fn receive(&self, letter: Letter) -> Result<()> {
        if let Some(hold) = &self.hold {
            hold.notified().await;
        }
        if self.broken.load(Ordering::SeqCst) {
            return Err(Fault::transient("store a letter").into());
        }
        self.letters.lock().unwrap().push(letter);
        Ok(())
    }
}

struct Server {
    address: SocketAddr,
    desk: Desk,
    stop: watch::Sender<bool>,
    running: tokio::task::JoinHandle<()>,
}

async fn start(desk: Desk, limits: Limits) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(serve(listener, "mx.shop.example".into(), limits, desk.clone(), stopped));
    Server { address, desk, stop, running }
}

async fn ordinary() -> Server {
    start(Desk::default(), Limits::default()).await
}

impl Server {
    fn letters(&self) -> Vec<Letter> {
        self.desk.letters.lock().unwrap().clone()
    }

    async fn connect(&self) -> Client {
        let mut client = Client(TcpStream::connect(self.address).await.unwrap());
        assert!(client.reply().await.starts_with("220 mx.shop.example"));
        client
    }
}

struct Client(TcpStream);

impl Client {
    /// One reply (all lines), or what came before the end.
    async fn reply(&mut self) -> String {
        let mut text = String::new();
        loop {
            let mut line = Vec::new();
            while !line.ends_with(b"\n") {
                if self.0.read_buf(&mut (&mut line).limit(1)).await.unwrap_or(0) == 0 {
                    return text + &String::from_utf8_lossy(&line);
                }
            }
            let line = String::from_utf8(line).unwrap();
            text.push_str(&line);
            if line.as_bytes().get(3) != Some(&b'-') {
                return text;
            }
        }
    }

    async fn say(&mut self, words: &str) -> String {
        self.raw(format!("{words}\r\n").as_bytes()).await;
        self.reply().await
    }

    async fn raw(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    async fn is_closed(&mut self) -> bool {
        self.0.read(&mut [0]).await.unwrap_or(0) == 0
    }

    /// EHLO to 354.
    async fn until_data(&mut self) {
        assert!(self.say("EHLO sender.example").await.starts_with("250"));
        assert!(self.say("MAIL FROM:<>").await.starts_with("250"));
        assert!(self.say("RCPT TO:<b+token@bounce.shop.example>").await.starts_with("250"));
        assert!(self.say("DATA").await.starts_with("354"));
    }
}

use bytes::BufMut as _;

#[tokio::test]
async fn a_bounce_is_stored_before_it_is_acknowledged() {
    let hold = Arc::new(Notify::new());
    let server = start(Desk { hold: Some(hold.clone()), ..Desk::default() }, Limits::default()).await;
    let mut client = server.connect().await;
    client.until_data().await;
    client.raw(b"Subject: x\r\n\r\n..dot\r\n...\r\nend\r\n.\r\n").await;
    assert!(server.letters().is_empty());
    hold.notify_one();
    assert!(client.reply().await.starts_with("250 2.0.0"));
    let letters = server.letters();
    assert_eq!(letters[0].raw, b"Subject: x\r\n\r\n.dot\r\n..\r\nend\r\n");
    assert_eq!((letters[0].mail_from.as_str(), letters[0].rcpt_to.len()), ("", 1));
    assert!(client.say("QUIT").await.starts_with("221"));
    assert!(client.is_closed().await);
}

#[tokio::test]
async fn what_cannot_be_stored_is_put_off() {
    let server = ordinary().await;
    server.desk.broken.store(true, Ordering::SeqCst);
    let mut client = server.connect().await;
    client.until_data().await;
    client.raw(b"Subject: x\r\n\r\nx\r\n.\r\n").await;
    assert!(client.reply().await.starts_with("452 4.3.0"));
    server.desk.broken.store(false, Ordering::SeqCst);
    client.until_data().await;
    client.raw(b"Subject: x\r\n\r\nx\r\n.\r\n").await;
    assert!(client.reply().await.starts_with("250"));
}

#[tokio::test]
async fn nothing_is_relayed() {
    let server = ordinary().await;
    let mut client = server.connect().await;
    client.say("EHLO sender.example").await;
    client.say("MAIL FROM:<a@b.example>").await;
    for foreign in [
        "<ana@other.example>",
        "<b@bounce.shop.example@other.example>",
        "<ana%bounce.shop.example@other.example>",
        "<@bounce.shop.example:ana@other.example>",
    ] {
        let reply = client.say(&format!("RCPT TO:{foreign}")).await;
        assert!(reply.starts_with('5'), "{foreign}: {reply}");
    }
    assert!(client.say("DATA").await.starts_with("503"));
    assert!(client.say("VRFY ana").await.starts_with("252"));
    assert!(client.say("STARTTLS").await.starts_with("502"));
}

#[tokio::test]
async fn smuggling_is_refused_and_the_session_ended() {
    for end in ["\n.\n", "\n.\r\n", "\r.\r", "\r\n.\n", "\r.\r\n", "\r\n.\r", "\r\n\r.\r\n", "\n\n.\r\r\n"] {
        let server = ordinary().await;
        let mut client = server.connect().await;
        client.until_data().await;
        let smuggled = "MAIL FROM:<x@y.example>\r\nRCPT TO:<b+forged@bounce.shop.example>\r\nDATA\r\nforged";
        client.raw(format!("Subject: outer\r\n\r\nbody{end}{smuggled}\r\n.\r\n").as_bytes()).await;
        let reply = client.reply().await;
        assert!(reply.starts_with("521 5.5.2"), "{end:?}: {reply}");
        assert!(client.is_closed().await);
        assert!(server.letters().is_empty(), "{end:?}");
    }
}

#[tokio::test]
async fn commands_must_end_in_crlf_and_wait_for_354() {
    let server = ordinary().await;
    let mut client = server.connect().await;
    client.raw(b"EHLO sender.example\nMAIL FROM:<>\r\n").await;
    assert!(client.reply().await.starts_with("521"));
    assert!(client.is_closed().await);
    let mut client = server.connect().await;
    client.raw(b"EHLO x.example\r\nMAIL FROM:<>\r\nRCPT TO:<b@bounce.shop.example>\r\nDATA\r\nearly words\r\n.\r\n").await;
    let mut last = String::new();
    for _ in 0..4 {
        last = client.reply().await;
    }
    assert!(last.starts_with("521"), "{last}");
    assert!(server.letters().is_empty());
}

#[tokio::test]
async fn everything_has_its_limit() {
    let limits = Limits {
        message_bytes_max: 1_000,
        recipients_max: 2,
        messages_max: 2,
        errors_max: 4,
        line_bytes_max: 512,
        ..Limits::default()
    };
    let server = start(Desk::default(), limits).await;
    let mut client = server.connect().await;
    client.say("EHLO x.example").await;
    assert!(client.say("MAIL FROM:<> SIZE=1001").await.starts_with("552"));
    client.say("MAIL FROM:<> SIZE=900").await;
    client.say("RCPT TO:<1@bounce.shop.example>").await;
    client.say("RCPT TO:<2@bounce.shop.example>").await;
    assert!(client.say("RCPT TO:<3@bounce.shop.example>").await.starts_with("452 4.5.3"));
    client.say("DATA").await;
    client.raw(&[vec![b'x'; 1_500], b"\r\n.\r\n".to_vec()].concat()).await;
    assert!(client.reply().await.starts_with("552 5.3.4"));
    assert!(server.letters().is_empty());
    client.say("MAIL FROM:<>").await;
    client.say("RCPT TO:<1@bounce.shop.example>").await;
    client.say("DATA").await;
    client.raw(b"fits\r\n.\r\n").await;
    assert!(client.reply().await.starts_with("250"), "the session went on after the refusal");
    let last = client.say("MAIL FROM:<>").await;
    assert!(last.starts_with("452 4.5.3"), "{last}");
    assert!(client.reply().await.starts_with("421"), "too many refusals");
    // A line without end, and a body without end.
    let mut client = server.connect().await;
    client.raw(&[b'A'; 600]).await;
    assert!(client.reply().await.starts_with("521"));
    let mut client = server.connect().await;
    client.until_data().await;
    client.raw(&[b'x'; 5_000]).await;
    assert!(client.reply().await.starts_with("552"));
    assert!(client.is_closed().await);
}

#[tokio::test]
async fn the_bytes_of_all_sessions_together_are_bounded() {
    let server = start(Desk::default(), Limits { held_bytes_max: 10_000, ..Limits::default() }).await;
    let mut client = server.connect().await;
    client.until_data().await;
    for _ in 0..40 {
        client.raw(&[[b'x'; 998].as_slice(), b"\r\n"].concat()).await;
    }
    client.raw(b".\r\n").await;
    assert!(client.reply().await.starts_with("452 4.3.1"));
    client.until_data().await;
    client.raw(b"small\r\n.\r\n").await;
    assert!(client.reply().await.starts_with("250"), "the bytes were given back");
}

#[tokio::test]
async fn connections_are_bounded_in_all_and_by_address() {
    for limits in [
        Limits { connections_max: 2, ..Limits::default() },
        Limits { connections_by_address_max: 2, ..Limits::default() },
    ] {
        let server = start(Desk::default(), limits).await;
        let (first, _second) = (server.connect().await, server.connect().await);
        let mut third = Client(TcpStream::connect(server.address).await.unwrap());
        assert!(third.reply().await.starts_with("421 4.7.0"));
        drop(first);
        // The place is free as soon as the server has noticed.
        loop {
            let mut client = Client(TcpStream::connect(server.address).await.unwrap());
            if client.reply().await.starts_with("220") {
                break;
            }
        }
    }
}

#[tokio::test]
async fn silent_senders_are_shown_out() {
    let quick = std::time::Duration::from_millis(100);
    let server = start(Desk::default(), Limits { command: quick, message: quick, ..Limits::default() }).await;
    let mut client = server.connect().await;
    assert!(client.reply().await.starts_with("421 4.4.2"));
    let mut client = server.connect().await;
    client.until_data().await;
    client.raw(b"begun and never").await;
    assert!(client.reply().await.starts_with("421 4.4.2"));
    assert!(server.letters().is_empty());
}

#[tokio::test]
async fn a_stop_ends_idle_sessions_and_finishes_storing_ones() {
    let hold = Arc::new(Notify::new());
    let server = start(Desk { hold: Some(hold.clone()), ..Desk::default() }, Limits::default()).await;
    let mut idle = server.connect().await;
    let mut storing = server.connect().await;
    storing.until_data().await;
    storing.raw(b"x\r\n.\r\n").await;
    server.stop.send(true).unwrap();
    assert!(idle.reply().await.starts_with("421 4.3.2"));
    hold.notify_one();
    let reply = storing.reply().await;
    // Either it was being stored, or its end had not been read yet and it goes again.
    assert!(reply.starts_with("250") || reply.starts_with("421"), "{reply}");
    assert_eq!(server.letters().len(), usize::from(reply.starts_with("250")));
    server.running.await.unwrap();
}

struct One(Option<Prepared>, Option<Outcome<'static>>);

impl MessageSource for One {
    fn poll_next(&mut self, _: &mut Context<'_>) -> Poll<Option<Prepared>> {
        Poll::Ready(self.0.take())
    }

    fn intent(&mut self, _: &Prepared) -> bool {
        true
    }

    fn outcome(&mut self, _: Prepared, outcome: Outcome<'_>) {
        self.1 = Some(match outcome {
            Outcome::Accepted(reply) => Outcome::Accepted(reply.into_owned()),
            other => panic!("{other:?}"),
        });
    }
}

#[tokio::test]
async fn our_own_client_and_server_understand_each_other() {
    let server = ordinary().await;
    let url = SmtpUrl::plain("127.0.0.1", server.address.port());
    let relay = Relay::new(url, &Trust::Platform).unwrap();
    let body = b"Subject: x\r\n\r\n.\r\n..\r\nGr\xc3\xbc\xc3\x9fe\r\n".to_vec();
    let message = Prepared {
        id: 1,
        rcpt_to: "b+t@bounce.shop.example".into(),
        body: body.clone(),
        ..Prepared::default()
    };
    let mut source = One(Some(message), None);
    Connection::open(&relay, &Timeouts::default()).await.unwrap().pump(&mut source).await;
    assert!(matches!(source.1, Some(Outcome::Accepted(_))));
    assert_eq!(server.letters()[0].raw, body);
}
