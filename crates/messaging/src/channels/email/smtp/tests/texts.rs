//! Addresses of relays, replies, dot-stuffing.

use super::super::reply::{parse, scan};
use super::super::*;
use proptest::prelude::*;

#[test]
fn relay_addresses_are_taken_apart() {
    let smtp = |text: &str| text.parse::<RelayUrl>().unwrap().smtp().unwrap().clone();
    assert_eq!("sandbox".parse::<RelayUrl>(), Ok(RelayUrl::Sandbox));
    let url = smtp("smtp://127.0.0.1:2525");
    assert_eq!(
        (url.security, url.host.as_str(), url.port, url.login),
        (Security::None, "127.0.0.1", 2525, None)
    );
    let url = smtp("smtps://ana%40shop.example:p%3Ass%2fw%25@mail.example");
    let login = Login { user: "ana@shop.example".into(), password: "p:ss/w%".into() };
    assert_eq!((url.security, url.port, url.login), (Security::Implicit, 465, Some(login)));
    assert_eq!(smtp("smtp+starttls://mail.example/").port, 587);
    assert_eq!(smtp("SMTP://mail_host").port, 25);
    assert_eq!(smtp("smtp://[::1]:26").host, "::1");
    assert_eq!(
        smtp("smtp://u:p@ss@mail.example").login.unwrap().password,
        "p@ss",
        "the last @ ends the credentials"
    );
    assert_eq!(smtp("smtp://mail.example?tls=opportunistic").security, Security::Opportunistic);
    assert!(!smtp("smtps://localhost?verify=no").verify);
}

#[test]
fn what_is_not_a_relay_is_refused_with_a_reason() {
    for wrong in [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://:25",
        "smtp://mail.example:0",
        "smtp://mail.example:70000",
        "smtp://mail.example:",
        "smtp://mail example",
        "smtp://mail.example/x",
        "smtp://user@mail.example",
        "smtp://:p@mail.example",
        "smtp://u:p%0d%0aRSET@mail.example",
        "smtp://u:%zz@mail.example",
        "smtp://u:%4@mail.example",
        "smtp://[::1",
        "smtp://[nonsense]",
        "smtp://1.2.3",
        "smtp://-mail.example",
        "smtp://mail..example",
        "smtp://mail.example\r\n",
        "smtps://mail.example?verify=no",
        "smtps://localhost?tls=opportunistic",
        "smtp://mail.example?what=ever",
        "Sandbox ",
    ] {
        let error = wrong.parse::<RelayUrl>().expect_err(wrong);
        assert!(error.0.ends_with('.'), "{wrong}: {error}");
    }
}

#[test]
fn no_password_reaches_a_log() {
    let url: RelayUrl = "smtps://ana:geheim@mail.example".parse().unwrap();
    let relay = Relay::new(
        url.smtp().unwrap().clone(),
        &Trust::Authorities(testkit::smtp_sink::TEST_AUTHORITY.into()),
    );
    let shown = format!("{url} {url:?} {:?} {:?}", url.smtp().unwrap().login, relay.unwrap());
    assert!(!shown.contains("geheim") && !shown.contains("ana"), "{shown}");
    assert_eq!(url.to_string(), "smtps://***:***@mail.example:465");
}

fn read(text: &str) -> Reply<'static> {
    let length = scan(text.as_bytes()).unwrap().expect("complete");
    assert_eq!(length, text.len());
    parse(text.as_bytes()).into_owned()
}

#[test]
fn replies_are_read_as_real_servers_write_them() {
    let reply = read("250 2.0.0 Ok: queued as 4X\r\n");
    assert_eq!(
        (reply.code, reply.enhanced, &*reply.text),
        (250, Some(Enhanced::new(2, 0, 0)), "Ok: queued as 4X")
    );
    let reply = read(
        "550-5.1.1 The email account that you tried\r\n550-5.1.1 to reach does not exist.\r\n550 5.1.1 gsmtp\r\n",
    );
    assert_eq!(reply.enhanced, Some(Enhanced::new(5, 1, 1)));
    assert_eq!(reply.text, "The email account that you tried to reach does not exist. gsmtp");
    assert_eq!(read("421\r\n").text, "");
    assert_eq!(read("250\n").code, 250);
    assert_eq!(read("550 5.7.1.2 an address, not a code\r\n").enhanced, None);
    assert_eq!(read("554 5.7.1: refused\r\n").enhanced, Some(Enhanced::new(5, 7, 1)));
    assert_eq!(read("451 4.7.500 Server busy\r\n").enhanced, Some(Enhanced::new(4, 7, 500)));
    assert_eq!(read("250-a\r\n450 b\r\n").code, 450, "the last line counts");
    let foreign = b"550 \xff\xfe gr\xfc\xdfe\r\n";
    assert_eq!(parse(&foreign[..scan(foreign).unwrap().unwrap()]).code, 550);
}

#[test]
fn incomplete_replies_wait_and_garbage_is_refused() {
    for partial in ["", "2", "250", "250 ok", "250-a\r\n", "250-a\r\n250 b"] {
        assert_eq!(scan(partial.as_bytes()), Ok(None), "{partial:?}");
    }
    for garbage in
        ["hello\r\n", "HTTP/1.1 200 OK\r\n", "25 ok\r\n", "650 what\r\n", "199 what\r\n", "250ok\r\n", "\r\n"]
    {
        assert!(matches!(scan(garbage.as_bytes()), Err(Cause::Garbage(_))), "{garbage:?}");
    }
    assert_eq!(scan(&[b'2'; 1_000_000]), Err(Cause::TooLong));
    assert_eq!(scan("250-line\r\n".repeat(10_000).as_bytes()), Err(Cause::TooLong));
}

#[test]
fn enhanced_codes_are_found_in_running_text() {
    assert_eq!(Enhanced::find("sorry, no mailbox here by that name. (#5.1.1)"), Some(Enhanced::new(5, 1, 1)));
    assert_eq!(Enhanced::find("host mx [192.0.2.5] said 10.5.1.1"), None);
    assert_eq!(Enhanced::find("version 3.5.1.1"), None);
}

fn stuffed(body: &[u8]) -> Vec<u8> {
    let mut out = b"before".to_vec();
    push_stuffed(&mut out, body);
    assert!(out.starts_with(b"before"));
    out.split_off(6)
}

#[test]
fn dots_are_doubled_and_line_ends_made_strict() {
    assert_eq!(stuffed(b"a\r\n.b\r\n"), b"a\r\n..b\r\n.\r\n");
    assert_eq!(stuffed(b".\r\n"), b"..\r\n.\r\n");
    assert_eq!(stuffed(b"no end"), b"no end\r\n.\r\n");
    assert_eq!(stuffed(b""), b".\r\n");
    // Every way one message has smuggled another past a relay.
    for smuggled in
        ["a\n.\nMAIL FROM:<x>", "a\r.\rMAIL", "a\n.\r\nMAIL", "a\r\n.\nMAIL", "a\r.\r\nMAIL", "a\r\n\r.\r\nM"]
    {
        let wire = stuffed(smuggled.as_bytes());
        let inner = &wire[..wire.len() - 5];
        assert!(memchr::memmem::find(inner, b"\r\n.\r").is_none(), "{smuggled:?} became {wire:?}");
        assert!(memchr::memmem::find(inner, b"\n.\n").is_none(), "{smuggled:?} became {wire:?}");
    }
}

/// What a strict receiver makes of the bytes: the message, and what is left over.
fn received(wire: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let framed = [b"\r\n", wire].concat();
    let end = memchr::memmem::find(&framed, b"\r\n.\r\n").expect("a final dot");
    let mut lines = Vec::new();
    for line in String::from_utf8_lossy(&framed[2..end + 2]).split_inclusive("\r\n") {
        lines.extend_from_slice(line.strip_prefix('.').unwrap_or(line).as_bytes());
    }
    (lines, framed[end + 5..].to_vec())
}

proptest! {
    #[test]
    fn a_strict_receiver_gets_back_the_body_and_nothing_more(
        parts in prop::collection::vec(prop::sample::select(vec![".", "..", "\r\n", "\n", "\r", "a", "text ", ".\r\n", "\r\n.\r\n"]), 0..40)
    ) {
        let body = parts.concat();
        let (message, rest) = received(&stuffed(body.as_bytes()));
        let mut expected = body.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
        if !expected.is_empty() && !expected.ends_with("\r\n") {
            expected.push_str("\r\n");
        }
        prop_assert_eq!(String::from_utf8(message).unwrap(), expected);
        prop_assert!(rest.is_empty());
    }

    #[test]
    fn a_body_goes_as_it_is_exactly_if_stuffing_would_not_change_it(
        parts in prop::collection::vec(prop::sample::select(vec![".", "\r\n", "\r\n", "\n", "\r", "a", "text "]), 0..12)
    ) {
        let body = parts.concat().into_bytes();
        let as_it_is = [body.as_slice(), b".\r\n"].concat();
        prop_assert_eq!(is_transparent(&body), stuffed(&body) == as_it_is);
    }

    #[test]
    fn no_bytes_from_a_server_can_upset_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(Some(length)) = scan(&bytes) {
            prop_assert!(length <= bytes.len());
            let reply = parse(&bytes[..length]);
            prop_assert!((200..600).contains(&reply.code));
        }
    }

    #[test]
    fn our_reader_agrees_with_the_grammar_crate(code in 200_u16..600, lines in prop::collection::vec("[a-z][a-z ]{0,20}[a-z]", 1..5)) {
        let last = lines.len() - 1;
        let text: String = lines.iter().enumerate().map(|(i, l)| format!("{code}{}{l}\r\n", if i == last { ' ' } else { '-' })).collect();
        let theirs = smtp_proto::response::parser::ResponseReceiver::default().parse(&mut text.as_bytes().iter()).unwrap();
        let ours = read(&text);
        prop_assert_eq!((ours.code, ours.text.into_owned()), (theirs.code, theirs.message.replace('\n', " ")));
    }
}
