use super::model::*;
use super::parse::{RAW_MAX, find_codes, parse};
use super::take_in;
use crate::testing::{App, facts, subscriber};
use crate::tokens::{Claims, MessageTokens, Purpose};
use audience::consent::{Channel, ConsentStatus};
use axum::http::Method;
use kernel::ids::CampaignId;
use std::sync::Arc;
use store::StoreKeys;
use testkit::TestDb;

/// Every fixture with what it must be read as. Tokens stand as `%VERP%`, `%MAILTO%`, `%UNSUB%`, `%CFBL%`.
macro_rules! fixtures {
    ($($name:literal => $expected:expr, $token:expr;)*) => {
        const FIXTURES: &[(&str, &str, Expected, bool)] =
            &[$(($name, include_str!(concat!("fixtures/", $name, ".eml")), $expected, $token)),*];
    };
}

#[derive(Debug, Clone, Copy)]
enum Expected {
    /// Action, basic code, enhanced code.
    Strong(Action, u16, [u16; 3]),
    /// A bounce known from prose only.
    Weak,
    Feedback(FeedbackType),
    Unsubscribe,
    AutoReply,
    Other,
}
use Action::{Delayed, Delivered, Failed};
use Expected::*;

fixtures! {
    "postfix_unknown_user" => Strong(Failed, 550, [5, 1, 1]), true;
    "postfix_host_not_found" => Strong(Failed, 0, [5, 4, 4]), true;
    "postfix_delayed" => Strong(Delayed, 0, [4, 4, 1]), true;
    "postfix_mailbox_full" => Strong(Failed, 452, [4, 2, 2]), true;
    "exim_rfc3464" => Strong(Failed, 550, [5, 0, 0]), true;
    "exim_old_plain" => Weak, true;
    "exim_frozen_warning" => Strong(Delayed, 0, [4, 0, 0]), true;
    "exchange_online_unknown" => Strong(Failed, 550, [5, 1, 10]), true;
    "exchange_quota_german" => Strong(Failed, 0, [5, 2, 2]), true;
    "exchange_too_big" => Strong(Failed, 552, [5, 3, 4]), true;
    "exchange_blocked" => Strong(Failed, 550, [5, 7, 515]), true;
    "gmail_unknown_user" => Strong(Failed, 550, [5, 1, 1]), true;
    "gmail_quota_chinese" => Strong(Failed, 452, [4, 2, 2]), true;
    "gmail_unauthenticated" => Strong(Failed, 550, [5, 7, 26]), true;
    "qmail_unknown" => Strong(Failed, 550, [5, 1, 1]), true;
    "qmail_no_code" => Weak, true;
    "sendmail_user_unknown" => Strong(Failed, 550, [5, 1, 1]), true;
    "yahoo_disabled" => Strong(Failed, 554, [5, 0, 0]), true;
    "icloud_over_quota" => Strong(Failed, 552, [5, 2, 2]), true;
    "utf8_global_status" => Strong(Failed, 550, [5, 1, 1]), true;
    "delivered_receipt" => Strong(Delivered, 0, [2, 0, 0]), true;
    "verp_lost_headers_only" => Strong(Failed, 550, [5, 1, 1]), true;
    "prose_bounce_french" => Weak, true;
    "vacation" => AutoReply, true;
    "vacation_null_sender" => AutoReply, true;
    "human_reply" => Other, true;
    "mailto_unsubscribe" => Unsubscribe, true;
    "mailto_unsubscribe_gmail" => Unsubscribe, true;
    "arf_yahoo_headers_only" => Feedback(FeedbackType::Abuse), true;
    "arf_cfbl_id" => Feedback(FeedbackType::Abuse), true;
    "arf_full_message" => Feedback(FeedbackType::Abuse), true;
    "arf_opt_out" => Feedback(FeedbackType::OptOut), true;
    "arf_not_spam" => Feedback(FeedbackType::NotSpam), true;
    "arf_dmarc_failure" => Feedback(FeedbackType::Technical), true;
    "jmrp_complaint" => Feedback(FeedbackType::Abuse), true;
    "arf_without_token" => Feedback(FeedbackType::Abuse), false;
    "truncated_report" => Weak, true;
}

async fn keys(t: &TestDb) -> Arc<StoreKeys> {
    t.vault.keys(&t.db, t.a.scope()).await.unwrap()
}

/// The fixture with real tokens of one message and the line breaks of the wire.
fn with_tokens(text: &str, tokens: &MessageTokens) -> Vec<u8> {
    let (mut verp, mut mailto, mut url, mut cfbl) = Default::default();
    tokens.return_path_local(&mut verp);
    tokens.unsubscribe_local(&mut mailto);
    tokens.url(Purpose::Unsubscribe, 0, &mut url);
    tokens.url(Purpose::Feedback, 0, &mut cfbl);
    let text: String = text
        .replace("%VERP%", &verp)
        .replace("%MAILTO%", &mailto)
        .replace("%UNSUB%", &format!("https://t.shop.example/u/{url}"))
        .replace("%CFBL%", &cfbl);
    text.replace('\n', "\r\n").into_bytes()
}

fn verified(incoming: &Incoming, keys: &StoreKeys) -> Option<Claims> {
    incoming.candidates.iter().find_map(|c| c.verify(keys))
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_of_known_programs_are_read_as_what_they_are() {
    let t = TestDb::sqlite().await.unwrap();
    let keys = keys(&t).await;
    let tokens = MessageTokens::new(&keys, t.a.store(), CampaignId(7), 42);
    for (name, text, expected, has_token) in FIXTURES {
        let incoming =
            parse(&with_tokens(text, &tokens), &[]).unwrap_or_else(|| panic!("{name} is a message"));
        match (expected, &incoming.kind) {
            (Strong(action, basic, enhanced), Kind::Bounce(b)) => {
                assert_eq!(
                    (*action, *basic, *enhanced, true),
                    (b.action, b.basic, b.enhanced, b.strong),
                    "{name}: {b:?}"
                );
            }
            (Weak, Kind::Bounce(b)) => assert!(!b.strong, "{name}: {b:?}"),
            (Feedback(wanted), Kind::Feedback(found)) => assert_eq!(wanted, found, "{name}"),
            (Unsubscribe, Kind::Unsubscribe) | (AutoReply, Kind::AutoReply) | (Other, Kind::Other) => {}
            (wanted, found) => panic!("{name}: wanted {wanted:?}, found {found:?}"),
        }
        let claims = verified(&incoming, &keys).map(|c| (c.store, c.campaign, c.ordinal));
        assert_eq!(claims, has_token.then_some((t.a.store(), CampaignId(7), 42)), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_token_never_verifies() {
    let t = TestDb::sqlite().await.unwrap();
    let (ours, theirs) = (keys(&t).await, t.vault.keys(&t.db, t.b.scope()).await.unwrap());
    // Made with other keys, pretending to be of store A.
    let forged = MessageTokens::new(&theirs, t.a.store(), CampaignId(7), 42);
    for (name, text, _, _) in FIXTURES {
        let incoming = parse(&with_tokens(text, &forged), &[]).unwrap();
        assert_eq!(verified(&incoming, &ours), None, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_envelope_recipient_counts_before_what_headers_say() {
    let t = TestDb::sqlite().await.unwrap();
    let keys = keys(&t).await;
    let (envelope, header) = (
        MessageTokens::new(&keys, t.a.store(), CampaignId(1), 1),
        MessageTokens::new(&keys, t.a.store(), CampaignId(2), 2),
    );
    let mut verp = String::new();
    envelope.return_path_local(&mut verp);
    let raw = with_tokens(FIXTURES[0].1, &header);
    let incoming = parse(&raw, &[format!("{}@bounce.shop.example", verp.to_uppercase())]).unwrap();
    assert_eq!(verified(&incoming, &keys).map(|c| c.ordinal), Some(1));
}

#[test]
fn what_is_no_message_is_not_read_as_one() {
    assert!(parse(b"", &[]).is_none());
    assert!(parse(&[0; 100], &[]).is_none_or(|m| matches!(m.kind, Kind::Other)));
}

#[test]
fn codes_are_found_and_addresses_are_not_taken_for_codes() {
    assert_eq!(find_codes("550-5.1.1 no such user"), (550, Some([5, 1, 1])));
    assert_eq!(find_codes("host 4.3.2.1 said: 421 busy"), (421, None));
    assert_eq!(find_codes("version 3.7.11, 2026-11-23, 1550, 55"), (0, None));
    assert_eq!(find_codes("smtp;554 5.7.515."), (554, Some([5, 7, 515])));
    assert_eq!(find_codes("5.1.1.1 9.9.9 5.1 5..1"), (0, None));
    assert_eq!(find_codes(""), (0, None));
}

#[test]
fn deeply_nested_and_long_reports_are_read_in_bounded_work() {
    let mut nested = String::new();
    for depth in 0..2_000 {
        nested
            .push_str(&format!("Content-Type: multipart/mixed; boundary=\"b{depth}\"\r\n\r\n--b{depth}\r\n"));
    }
    parse(nested.as_bytes(), &[]);
    let mut rfc822 = String::new();
    for _ in 0..2_000 {
        rfc822.push_str("Subject: x\r\nContent-Type: message/rfc822\r\n\r\n");
    }
    parse(rfc822.as_bytes(), &[]);
    let fields = "X: y\r\n".repeat(RAW_MAX / 6);
    parse(fields.as_bytes(), &[]);
}

proptest::proptest! {
    #[test]
    fn reading_noise_never_panics(noise in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..500), at in 0usize..2_000) {
        let mut raw = FIXTURES[0].1.replace('\n', "\r\n").into_bytes();
        let at = at.min(raw.len());
        raw.splice(at..at, noise);
        parse(&raw, &[]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_raw_report_over_http_takes_effect_only_with_a_token_of_its_own_store() {
    testkit::for_each_engine(|t| async move {
        let app = App::new(&t, vec![super::feature()], |_| ());
        let ana = subscriber(&t, &t.a, "ana@mail.example").await;
        let twin = subscriber(&t, &t.b, "ana@mail.example").await;
        let (ours, theirs) = (keys(&t).await, t.vault.keys(&t.db, t.b.scope()).await?);
        let headers = [("content-type", "message/rfc822"), ("x-sp-csrf", "1")];
        let post = async |raw: Vec<u8>| {
            let answer = app.send(Method::POST, "/api/v1/inbound/raw", &headers, raw).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            answer.json()
        };
        let bounce = FIXTURES[0].1;
        let foreign = MessageTokens::new(&theirs, t.b.store(), CampaignId(7), twin);
        let answer = post(with_tokens(bounce, &foreign)).await;
        assert_eq!((&answer["kind"], &answer["matched"]), (&"bounce".into(), &false.into()));
        let own = MessageTokens::new(&ours, t.a.store(), CampaignId(7), ana);
        let answer = post(with_tokens(bounce, &own)).await;
        assert_eq!((&answer["matched"], &answer["suppressed"]), (&true.into(), &true.into()));
        let answer = post(with_tokens(bounce, &own)).await;
        assert_eq!((&answer["matched"], &answer["noted"]), (&true.into(), &false.into()));
        assert!(facts(&t.a, ana).await.channel(Channel::Email).bounced_at.is_some());
        assert!(facts(&t.b, twin).await.channel(Channel::Email).bounced_at.is_none());
        let broken = app.send(Method::POST, "/api/v1/inbound/raw", &headers, Vec::new()).await;
        assert_eq!(broken.status, 400);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_report_has_the_effect_its_kind_asks_for() {
    let t = TestDb::sqlite().await.unwrap();
    let keys = keys(&t).await;
    for (number, (name, text, expected, has_token)) in FIXTURES.iter().enumerate() {
        let ordinal = subscriber(&t, &t.a, &format!("c{number}@mail.example")).await;
        let tokens = MessageTokens::new(&keys, t.a.store(), CampaignId(7), ordinal);
        take_in(&t.db, &t.vault, &with_tokens(text, &tokens), &[]).await.unwrap();
        let state = *facts(&t.a, ordinal).await.channel(Channel::Email);
        let dead = [
            "postfix_unknown_user",
            "exchange_online_unknown",
            "gmail_unknown_user",
            "qmail_unknown",
            "sendmail_user_unknown",
            "utf8_global_status",
            "verp_lost_headers_only",
            "exim_rfc3464",
            "yahoo_disabled",
        ];
        assert_eq!(state.bounced_at.is_some(), dead.contains(name), "{name}");
        let complained = *has_token && matches!(expected, Feedback(FeedbackType::Abuse));
        assert_eq!(state.complained_at.is_some(), complained, "{name}");
        let left = complained || matches!(expected, Unsubscribe | Feedback(FeedbackType::OptOut));
        assert_eq!(state.status == ConsentStatus::Unsubscribed, left, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_for_our_tokens_is_taken_in_by_smtp_and_nothing_else() {
    use crate::channels::email::inbound::{Limits, serve};
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    testkit::for_each_engine(|t| async move {
        let app = App::new(&t, vec![super::feature()], |_| ());
        let ana = subscriber(&t, &t.a, "ana@mail.example").await;
        let keys = keys(&t).await;
        let tokens = MessageTokens::new(&keys, t.a.store(), CampaignId(7), ana);
        let mut verp = String::new();
        tokens.return_path_local(&mut verp);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopping) = tokio::sync::watch::channel(false);
        let desk = super::Desk::new(app.state.clone());
        let server = tokio::spawn(serve(listener, "mx.example".into(), Limits::default(), desk, stopping));
        let mut connection = BufReader::new(tokio::net::TcpStream::connect(address).await.unwrap());
        let mut say = async |command: &[u8]| {
            connection.write_all(command).await.unwrap();
            let mut line = String::new();
            loop {
                line.clear();
                connection.read_line(&mut line).await.unwrap();
                if line.as_bytes().get(3) == Some(&b' ') {
                    return line[..3].to_owned();
                }
            }
        };
        assert_eq!(say(b"").await, "220");
        assert_eq!(say(b"EHLO mx.mail.example\r\n").await, "250");
        assert_eq!(say(b"MAIL FROM:<>\r\n").await, "250");
        for stranger in
            ["info@bounce.shop.example", "b+x@bounce.shop.example", "postmaster@bounce.shop.example"]
        {
            let answer = say(format!("RCPT TO:<{stranger}>\r\n").as_bytes()).await;
            assert!(answer.starts_with('5'), "{stranger}: {answer}");
        }
        assert_eq!(say(format!("RCPT TO:<{verp}@bounce.shop.example>\r\n").as_bytes()).await, "250");
        assert_eq!(say(b"DATA\r\n").await, "354");
        let mut raw = with_tokens(FIXTURES[0].1, &tokens);
        raw.extend_from_slice(b".\r\n");
        assert_eq!(say(&raw).await, "250");
        assert!(facts(&t.a, ana).await.channel(Channel::Email).bounced_at.is_some());
        assert_eq!(say(b"QUIT\r\n").await, "221");
        stop.send_replace(true);
        server.await.unwrap();
        Ok(())
    })
    .await;
}
