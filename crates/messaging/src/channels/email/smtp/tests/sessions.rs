//! Sessions that go well: pipelining, lock-step, capabilities, TLS, log-in.

use super::*;
use testkit::smtp_sink::{Act, Gate, Script, SinkTls, TEST_AUTHORITY, Verb, When};

fn trusted() -> Trust {
    Trust::Authorities(TEST_AUTHORITY.into())
}

fn bodies(sink: &SmtpSink) -> Vec<Vec<u8>> {
    sink.messages().into_iter().map(|m| m.data).collect()
}

#[tokio::test]
async fn messages_arrive_whole_in_order_and_once() {
    let sink = SmtpSink::start().await;
    let mut source = Listed::of(50);
    let expected: Vec<Vec<u8>> = source.waiting.iter().map(|m| m.body.clone()).collect();
    assert_eq!(open(&sink).await.pump(&mut source).await, PumpEnd::Finished);
    assert_eq!(source.accepted(), (1..=50).collect::<Vec<_>>());
    assert_eq!(bodies(&sink), expected);
    let first = &sink.messages()[0];
    assert_eq!(first.mail_from, "b+token@bounce.shop.example");
    assert_eq!(first.rcpt_to, ["contact1@mail.example"]);
    assert_eq!(sink.connections(), 1);
    assert_eq!(sink.commands().last().map(String::as_str), Some("QUIT"));
}

#[tokio::test]
async fn bodies_with_and_without_dots_arrive_whole_in_turn_with_and_without_tls() {
    for script in [Script::new(), Script::new().tls(SinkTls::Implicit)] {
        let sink = SmtpSink::with(script).await;
        let mut source = Listed::of(6);
        for (n, message) in source.waiting.iter_mut().enumerate() {
            // Far more than a socket's buffer takes at once.
            let line = if n % 2 == 0 { "a line of text\r\n" } else { ".a dot\r\nand text\r\n" };
            message.body = format!("Subject: {n}\r\n\r\n{}", line.repeat(n * 20_000)).into_bytes();
        }
        let expected: Vec<Vec<u8>> = source.waiting.iter().map(|m| m.body.clone()).collect();
        let relay = relay_trusting(&sink.url(), &trusted());
        let connection = Connection::open(&relay, &Timeouts::default()).await.unwrap();
        assert_eq!(connection.pump(&mut source).await, PumpEnd::Finished);
        assert!(bodies(&sink) == expected, "{}", sink.url());
    }
}

#[tokio::test]
async fn an_intent_is_marked_between_envelope_and_outcome_of_each_message() {
    let sink = SmtpSink::start().await;
    let mut source = Listed::of(3);
    open(&sink).await.pump(&mut source).await;
    let order: Vec<String> = source
        .told
        .iter()
        .map(|t| match t {
            Told::Intent(id) => format!("intent {id}"),
            Told::Outcome(id, _) => format!("outcome {id}"),
        })
        .collect();
    assert_eq!(order, ["intent 1", "outcome 1", "intent 2", "outcome 2", "intent 3", "outcome 3"]);
}

#[tokio::test]
async fn the_next_envelope_travels_with_the_body_but_its_body_waits_for_354() {
    let gate = Gate::closed();
    let sink = SmtpSink::with(Script::new().on(Verb::Dot, When::Nth(1), Act::Wait(gate.clone()))).await;
    let connection = open(&sink).await;
    let sending = tokio::spawn(async move {
        let mut source = Listed::of(2);
        let end = connection.pump(&mut source).await;
        (end, source)
    });
    gate.reached().await;
    // The first dot is unanswered; the second message must not have passed its own point of no return.
    assert_eq!(sink.count(), 0);
    gate.open();
    let (end, source) = sending.await.unwrap();
    assert_eq!((end, source.accepted()), (PumpEnd::Finished, vec![1, 2]));
}

#[tokio::test]
async fn without_pipelining_it_goes_in_lock_step() {
    let sink =
        SmtpSink::with(Script::new().capabilities(&["8BITMIME"]).reply(Verb::Rcpt, When::Nth(2), "550 no"))
            .await;
    let mut source = Listed::of(3);
    let connection = open(&sink).await;
    assert!(!connection.capabilities().pipelining);
    assert_eq!(connection.pump(&mut source).await, PumpEnd::Finished);
    assert_eq!(source.accepted(), [1, 3]);
    assert!(matches!(source.outcome(2), Outcome::Refused { stage: Stage::Rcpt, .. }));
    let commands = sink.commands();
    assert_eq!(
        commands.iter().filter(|c| *c == "DATA").count(),
        2,
        "no DATA after a refused recipient: {commands:?}"
    );
    assert_eq!(commands.iter().filter(|c| *c == "RSET").count(), 1);
}

#[tokio::test]
async fn a_source_that_gives_one_by_one_gets_every_answer() {
    let sink = SmtpSink::start().await;
    let mut source = Listed { one_by_one: true, ..Listed::of(5) };
    assert_eq!(open(&sink).await.pump(&mut source).await, PumpEnd::Finished);
    assert_eq!(source.accepted(), [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn a_server_older_than_ehlo_is_greeted_with_helo() {
    let script = Script::new().reply(Verb::Ehlo, When::Nth(1), "502 what?");
    let sink = SmtpSink::with(script).await;
    let connection = open(&sink).await;
    assert_eq!(*connection.capabilities(), Capabilities::default());
    let mut source = Listed::of(2);
    connection.pump(&mut source).await;
    assert_eq!(source.accepted(), [1, 2]);
}

#[tokio::test]
async fn parameters_follow_what_the_server_offers_and_what_the_message_needs() {
    let sink = SmtpSink::start().await;
    let mut source = Listed::of(2);
    source.waiting[0].body = "Subject: x\r\n\r\nGrüße\r\n".into();
    source.waiting[1].rcpt_to = "用户@例子.公司".into();
    open(&sink).await.pump(&mut source).await;
    let mails: Vec<String> = sink.messages().into_iter().map(|m| m.mail).collect();
    assert_eq!(mails[0], "<b+token@bounce.shop.example> SIZE=23 BODY=8BITMIME");
    assert!(mails[1].ends_with(" SMTPUTF8"), "{}", mails[1]);
    assert_eq!(sink.messages()[1].rcpt_to, ["用户@例子.公司"]);
}

#[tokio::test]
async fn what_the_server_cannot_take_is_not_tried() {
    let sink = SmtpSink::with(Script::new().capabilities(&["PIPELINING", "SIZE 200"])).await;
    let mut source = Listed::of(6);
    source.waiting[0].body = vec![b'a'; 201];
    source.waiting[1].body = "Grüße\r\n".into();
    source.waiting[2].rcpt_to = "用户@mail.example".into();
    source.waiting[3].rcpt_to = "a@b.example>\r\nRCPT TO:<c@d.example".into();
    source.waiting[4].mail_from = "a b@c.example".into();
    assert_eq!(open(&sink).await.pump(&mut source).await, PumpEnd::Finished);
    assert_eq!(source.outcome(1), Outcome::NotSent(NotSent::TooLarge { bytes_max: 200 }));
    assert_eq!(source.outcome(2), Outcome::NotSent(NotSent::NeedsEightBit));
    assert_eq!(source.outcome(3), Outcome::NotSent(NotSent::NeedsSmtpUtf8));
    assert_eq!(source.outcome(4), Outcome::NotSent(NotSent::BadAddress));
    assert_eq!(source.outcome(5), Outcome::NotSent(NotSent::BadAddress));
    assert_eq!(source.accepted(), [6]);
    assert_eq!(source.intents(), [6]);
    assert_eq!(sink.count(), 1);
}

#[tokio::test]
async fn a_connection_ends_after_its_number_of_messages() {
    let sink = SmtpSink::start().await;
    let mut source = Listed::of(5);
    let mut relay = relay(&sink.url());
    relay.messages_max = 2;
    let mut ends = Vec::new();
    for _ in 0..3 {
        let connection = Connection::open(&relay, &Timeouts::default()).await.unwrap();
        ends.push(connection.pump(&mut source).await);
    }
    assert_eq!(ends, [PumpEnd::Full, PumpEnd::Full, PumpEnd::Finished]);
    let carried: Vec<u64> = sink.messages().iter().map(|m| m.connection).collect();
    assert_eq!(carried, [1, 1, 2, 2, 3]);
}

#[tokio::test]
async fn starttls_and_log_in_protect_the_session() {
    for (mechanisms, tls) in [("PLAIN LOGIN", SinkTls::StartTls), ("LOGIN", SinkTls::Implicit)] {
        let sink = SmtpSink::with(Script::new().tls(tls).login("ana", "ge:heim", mechanisms)).await;
        let relay = relay_trusting(&sink.url(), &trusted());
        let connection = Connection::open(&relay, &Timeouts::default()).await.unwrap();
        assert!(connection.is_encrypted());
        let mut source = Listed::of(3);
        assert_eq!(connection.pump(&mut source).await, PumpEnd::Finished);
        assert_eq!(source.accepted(), [1, 2, 3]);
        assert!(sink.messages().iter().all(|m| m.encrypted));
    }
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_is_a_matter_for_a_person() {
    let sink = SmtpSink::with(Script::new().tls(SinkTls::StartTls)).await;
    let error = Connection::open(&relay(&sink.url()), &Timeouts::default()).await.err().unwrap();
    assert!(error.is_configuration(), "{error}");
    assert_eq!(sink.count(), 0);
    // The right authority, the wrong name.
    let mut other = relay_trusting(&sink.url(), &trusted());
    other.url.host = "127.0.0.2".into();
    let error = Connection::open(&other, &Timeouts::default()).await.err().unwrap();
    assert!(
        matches!(
            error,
            ConnectError::Unreachable { stage: Stage::Connect, .. } | ConnectError::Configuration(_)
        ),
        "{error}"
    );
    // On this machine a person may waive it.
    let waived = relay(&format!("{}?verify=no", sink.url()));
    assert!(Connection::open(&waived, &Timeouts::default()).await.unwrap().is_encrypted());
}

#[tokio::test]
async fn opportunistic_tls_takes_what_is_offered() {
    let sink = SmtpSink::with(Script::new().tls(SinkTls::StartTls)).await;
    let url = format!("smtp://127.0.0.1:{}?tls=opportunistic", sink.address().port());
    assert!(Connection::open(&relay(&url), &Timeouts::default()).await.unwrap().is_encrypted());
    let plain = SmtpSink::start().await;
    let url = format!("smtp://127.0.0.1:{}?tls=opportunistic", plain.address().port());
    assert!(!Connection::open(&relay(&url), &Timeouts::default()).await.unwrap().is_encrypted());
}

#[tokio::test]
async fn wrong_credentials_and_missing_mechanisms_are_configuration_errors() {
    let sink = SmtpSink::with(Script::new().login("ana", "right", "PLAIN LOGIN")).await;
    let url = sink.url().replace("right", "wrong");
    let error = Connection::open(&relay(&url), &Timeouts::default()).await.err().unwrap();
    assert!(matches!(&error, ConnectError::Refused { stage: Stage::Auth, reply } if reply.code == 535));
    assert!(error.is_configuration());
    let sink = SmtpSink::with(Script::new().login("ana", "right", "CRAM-MD5")).await;
    let error = Connection::open(&relay(&sink.url()), &Timeouts::default()).await.err().unwrap();
    assert!(matches!(error, ConnectError::Configuration(_)), "{error}");
    assert!(sink.commands().iter().all(|c| !c.starts_with("AUTH")));
}

#[tokio::test]
async fn a_large_message_crosses_in_blocks() {
    let sink = SmtpSink::start().await;
    let mut source = Listed::of(2);
    let line = [&b"."[..], &[b'x'; 70], b"\r\n"].concat();
    source.waiting[0].body = line.repeat(60_000);
    let expected = source.waiting[0].body.clone();
    open(&sink).await.pump(&mut source).await;
    assert_eq!(source.accepted(), [1, 2]);
    assert!(bodies(&sink)[0] == expected);
}
