//! Servers that misbehave: right outcome, right end, nothing lost, nothing twice.

use super::*;
use testkit::smtp_sink::{Act, Gate, Script, SinkTls, Verb, When};

/// Timeouts where silence is expected.
fn impatient() -> Timeouts {
    Timeouts::all(SHORT)
}

fn refused_at(outcome: &Outcome<'_>) -> Option<(Stage, u16)> {
    match outcome {
        Outcome::Refused { stage, reply } => Some((*stage, reply.code)),
        _ => None,
    }
}

const STAGES: [(Verb, Stage); 4] = [
    (Verb::Mail, Stage::Mail),
    (Verb::Rcpt, Stage::Rcpt),
    (Verb::Data, Stage::Data),
    (Verb::Dot, Stage::Dot),
];

#[tokio::test]
async fn a_refusal_at_any_verb_concerns_one_message_and_the_session_goes_on() {
    for (verb, stage) in STAGES {
        for code in [450, 550] {
            for capabilities in [&["PIPELINING"][..], &[]] {
                let reply = format!("{code} 4.2.0 not this one");
                let script = Script::new().reply(verb, When::Nth(2), &reply).capabilities(capabilities);
                let sink = SmtpSink::with(script).await;
                let mut source = Listed::of(4);
                assert_eq!(open(&sink).await.pump(&mut source).await, PumpEnd::Finished, "{verb:?} {code}");
                assert_eq!(refused_at(&source.outcome(2)), Some((stage, code)));
                assert_eq!(source.accepted(), [1, 3, 4], "{verb:?} {code} {capabilities:?}");
                assert_eq!(sink.count(), 3);
                let marked = stage == Stage::Dot;
                assert_eq!(source.intents().contains(&2), marked, "an intent only for what was written");
            }
        }
    }
}

#[tokio::test]
async fn a_server_that_says_354_without_a_recipient_gets_an_empty_message() {
    // The sink refuses DATA without recipients, as it should; this server is played by hand.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        play(
            tcp,
            &[
                ("", "220 hi\r\n"),
                ("EHLO", "250-x\r\n250 PIPELINING\r\n"),
                ("DATA", "250 ok\r\n550 5.1.1 nobody\r\n354 go\r\n"),
                (".", "554 no valid recipients\r\n"),
                ("DATA", "250 reset\r\n250 ok\r\n250 ok\r\n354 go\r\n"),
                (".", "250 taken\r\n"),
                ("QUIT", "221 bye\r\n"),
            ],
        )
        .await
    });
    let relay = relay(&format!("smtp://127.0.0.1:{port}"));
    let connection = Connection::open(&relay, &Timeouts::default()).await.unwrap();
    let mut source = Listed::of(2);
    assert_eq!(connection.pump(&mut source).await, PumpEnd::Finished);
    assert_eq!(refused_at(&source.outcome(1)), Some((Stage::Rcpt, 550)));
    assert_eq!(source.accepted(), [2]);
    let heard = server.await.unwrap();
    assert!(heard.contains("DATA\r\n.\r\nRSET\r\nMAIL"), "{heard}");
}

/// Plays a server: after a line beginning with each cue, says the words. Answers all it heard.
async fn play(mut tcp: tokio::net::TcpStream, cues: &[(&str, &str)]) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut heard = Vec::new();
    let mut from = 0;
    for (cue, words) in cues {
        while !cue.is_empty() {
            let text = String::from_utf8_lossy(&heard[from..]).into_owned();
            let line = text.split_inclusive("\r\n").scan(0, |at, l| {
                *at += l.len();
                Some((*at, l))
            });
            let hit = line.filter(|(_, l)| l.ends_with("\r\n")).find(|(_, l)| match *cue {
                "." => *l == ".\r\n",
                cue => l.starts_with(cue),
            });
            if let Some((end, _)) = hit {
                from += end;
                break;
            }
            if tcp.read_buf(&mut heard).await.unwrap_or(0) == 0 {
                return String::from_utf8_lossy(&heard).into_owned();
            }
        }
        tcp.write_all(words.as_bytes()).await.unwrap();
    }
    String::from_utf8_lossy(&heard).into_owned()
}

#[tokio::test]
async fn a_connection_that_dies_before_the_dot_sent_nothing() {
    for verb in [Verb::Mail, Verb::Rcpt, Verb::Data] {
        let sink = SmtpSink::with(Script::new().on(verb, When::Nth(2), Act::Close)).await;
        let mut source = Listed::of(3);
        let end = open(&sink).await.pump(&mut source).await;
        assert!(matches!(end, PumpEnd::Broken { cause: Cause::Closed, .. }), "{verb:?} {end:?}");
        assert_eq!(source.accepted(), [1]);
        assert!(matches!(source.outcome(2), Outcome::NotSent(NotSent::Broken { .. })), "{verb:?}");
        assert_eq!(source.intents(), [1]);
        assert_eq!(source.waiting.len(), 1, "the third was never taken");
        assert_eq!(sink.count(), 1);
    }
}

#[tokio::test]
async fn nothing_is_sent_twice_when_connections_die_before_the_dot_and_messages_go_again() {
    for verb in [Verb::Mail, Verb::Rcpt, Verb::Data] {
        let sink = SmtpSink::with(Script::new().on(verb, When::Every(5), Act::Close)).await;
        let mut source = Listed::of(20);
        for _connection in 0..20 {
            open(&sink).await.pump(&mut source).await;
            for (id, outcome) in source.outcomes() {
                if matches!(outcome, Outcome::NotSent(_)) {
                    source.told.retain(|t| !matches!(t, Told::Outcome(i, _) if *i == id));
                    source.waiting.push_back(message(id));
                }
            }
        }
        assert!(source.waiting.is_empty(), "{verb:?} it gets on");
        assert_eq!(source.accepted().len(), 20);
        let mut received: Vec<String> = sink.messages().into_iter().flat_map(|m| m.rcpt_to).collect();
        received.sort();
        received.dedup();
        assert_eq!((received.len(), sink.count()), (20, 20));
    }
}

#[tokio::test]
async fn a_body_cut_short_by_the_server_is_certainly_not_taken() {
    let sink = SmtpSink::with(Script::new().on(Verb::Body, When::Nth(1), Act::CloseAfterBytes(100))).await;
    let mut source = Listed::of(2);
    // Far larger than every buffer on the way, so that the dot cannot have left.
    source.waiting[0].body = b"line of text\r\n".repeat(2_000_000);
    let mut relay = relay(&sink.url());
    relay.pipelining = false;
    let connection = Connection::open(&relay, &Timeouts::default()).await.unwrap();
    let mut connection = connection;
    connection.capabilities.size_max = 0;
    let end = connection.pump(&mut source).await;
    assert!(matches!(end, PumpEnd::Broken { stage: Stage::Body, .. }), "{end:?}");
    assert!(matches!(source.outcome(1), Outcome::NotSent(NotSent::Broken { stage: Stage::Body, .. })));
    assert_eq!(sink.count(), 0);
}

#[tokio::test]
async fn silence_after_the_dot_is_unknown_and_the_next_message_is_safe() {
    for act in [Act::Silence, Act::Close, Act::RecordAndClose] {
        let sink = SmtpSink::with(Script::new().on(Verb::Dot, When::Nth(2), act.clone())).await;
        let mut source = Listed::of(4);
        let end = pump_once(&sink, &impatient(), &mut source).await;
        assert!(matches!(end, PumpEnd::Broken { stage: Stage::Dot, .. }), "{act:?} {end:?}");
        assert_eq!(source.accepted(), [1]);
        assert!(matches!(source.outcome(2), Outcome::Unknown(_)), "{act:?}");
        assert!(
            matches!(source.outcome(3), Outcome::NotSent(NotSent::Broken { .. })),
            "its envelope was under way"
        );
        assert_eq!(source.intents(), [1, 2]);
        assert_eq!(source.waiting.len(), 1);
    }
}

#[tokio::test]
async fn silence_at_any_other_stage_ends_in_time_and_sent_nothing() {
    for (verb, stage) in &STAGES[..3] {
        let sink = SmtpSink::with(Script::new().on(*verb, When::Nth(1), Act::Silence)).await;
        let mut source = Listed::of(2);
        let end = pump_once(&sink, &impatient(), &mut source).await;
        assert_eq!(end, PumpEnd::Broken { stage: *stage, cause: Cause::Timeout });
        assert!(matches!(source.outcome(1), Outcome::NotSent(NotSent::Broken { cause: Cause::Timeout, .. })));
        assert_eq!(sink.count(), 0);
    }
}

#[tokio::test]
async fn a_greeting_that_never_comes_or_refuses_is_told_apart() {
    for verb in [Verb::Banner, Verb::Ehlo] {
        let sink = SmtpSink::with(Script::new().on(verb, When::Always, Act::Silence)).await;
        let error = Connection::open(&relay(&sink.url()), &impatient()).await.err().unwrap();
        assert!(matches!(error, ConnectError::Unreachable { cause: Cause::Timeout, .. }), "{verb:?} {error}");
        let sink = SmtpSink::with(Script::new().on(verb, When::Always, Act::Close)).await;
        let error = Connection::open(&relay(&sink.url()), &impatient()).await.err().unwrap();
        assert!(matches!(error, ConnectError::Unreachable { cause: Cause::Closed, .. }), "{verb:?} {error}");
        let busy = Act::ReplyAndClose("421 4.3.2 busy".into());
        let sink = SmtpSink::with(Script::new().on(verb, When::Always, busy)).await;
        let error = Connection::open(&relay(&sink.url()), &impatient()).await.err().unwrap();
        assert!(
            matches!(&error, ConnectError::Refused { reply, .. } if reply.code == 421),
            "{verb:?} {error}"
        );
        assert!(!error.is_configuration());
    }
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error =
        Connection::open(&relay(&format!("smtp://127.0.0.1:{nobody}")), &impatient()).await.err().unwrap();
    assert!(matches!(error, ConnectError::Unreachable { stage: Stage::Connect, .. }), "{error}");
}

#[tokio::test]
async fn words_of_421_end_the_session_wherever_they_come() {
    for (verb, stage) in STAGES {
        let closing = Act::ReplyAndClose("421 4.7.0 try again later".into());
        let sink = SmtpSink::with(Script::new().on(verb, When::Nth(2), closing)).await;
        let mut source = Listed::of(4);
        let end = open(&sink).await.pump(&mut source).await;
        assert!(matches!(&end, PumpEnd::Closing(reply) if reply.code == 421), "{verb:?} {end:?}");
        assert_eq!(refused_at(&source.outcome(2)), Some((stage, 421)));
        assert_eq!(source.accepted(), [1]);
        if stage == Stage::Dot {
            assert_eq!(
                source.outcome(3),
                Outcome::NotSent(NotSent::ServerClosing),
                "it was never considered"
            );
        }
        assert_eq!(sink.count(), 1);
    }
}

#[tokio::test]
async fn words_of_421_in_an_idle_session_are_heard() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        play(tcp, &[("", "220 hi\r\n"), ("EHLO", "250 x\r\n421 4.4.2 idle too long\r\n")]).await
    });
    let connection =
        Connection::open(&relay(&format!("smtp://127.0.0.1:{port}")), &Timeouts::default()).await.unwrap();
    let mut never = Listed { one_by_one: true, unsettled: 1, ..Listed::of(1) };
    let end = connection.pump(&mut never).await;
    assert!(matches!(end, PumpEnd::Closing(_)), "{end:?}");
    assert_eq!(never.waiting.len(), 1, "no message was taken");
    server.await.unwrap();
}

#[tokio::test]
async fn an_idle_connection_says_goodbye() {
    let sink = SmtpSink::start().await;
    let mut never = Listed { one_by_one: true, unsettled: 1, ..Listed::of(1) };
    assert_eq!(pump_once(&sink, &impatient(), &mut never).await, PumpEnd::Idle);
    assert_eq!(sink.commands().last().map(String::as_str), Some("QUIT"));
}

#[tokio::test]
async fn a_withheld_message_is_never_completed() {
    let sink = SmtpSink::start().await;
    let mut source = Listed { withheld: vec![2], ..Listed::of(3) };
    assert_eq!(open(&sink).await.pump(&mut source).await, PumpEnd::Withheld);
    assert_eq!(source.outcome(2), Outcome::NotSent(NotSent::Withheld));
    assert_eq!(open(&sink).await.pump(&mut source).await, PumpEnd::Finished);
    assert_eq!(source.accepted(), [1, 3]);
    assert_eq!(sink.count(), 2);
}

#[tokio::test]
async fn a_dripping_server_is_understood() {
    let mut script = Script::new();
    for verb in [Verb::Banner, Verb::Ehlo, Verb::Mail, Verb::Rcpt, Verb::Data, Verb::Dot] {
        script = script.on(verb, When::Always, Act::Drip);
    }
    let sink = SmtpSink::with(script).await;
    let mut source = Listed::of(3);
    assert_eq!(open(&sink).await.pump(&mut source).await, PumpEnd::Finished);
    assert_eq!(source.accepted(), [1, 2, 3]);
}

#[tokio::test]
async fn a_slow_server_holds_up_its_own_connection_only() {
    let gate = Gate::closed();
    let slow = SmtpSink::with(Script::new().on(Verb::Mail, When::Always, Act::Wait(gate.clone()))).await;
    let quick = SmtpSink::start().await;
    let stuck = tokio::spawn({
        let connection = open(&slow).await;
        async move {
            let mut source = Listed::of(2);
            (connection.pump(&mut source).await, source.accepted())
        }
    });
    gate.reached().await;
    let mut source = Listed::of(100);
    assert_eq!(open(&quick).await.pump(&mut source).await, PumpEnd::Finished);
    assert_eq!(quick.count(), 100);
    assert_eq!(slow.count(), 0);
    gate.open();
    assert_eq!(stuck.await.unwrap(), (PumpEnd::Finished, vec![1, 2]));
}

#[tokio::test]
async fn endless_and_senseless_replies_are_cut_off() {
    let endless = b"250-and so on\r\n".repeat(70_000);
    let line = [b"250 ".to_vec(), vec![b'x'; 1_000_000]].concat();
    for (raw, cause) in [
        (endless, Cause::TooLong),
        (line, Cause::TooLong),
        (b"\x00\xff\xfe\r\n".to_vec(), Cause::Garbage("a line without a reply code")),
        (b"HTTP/1.1 400 Bad Request\r\n".to_vec(), Cause::Garbage("a line without a reply code")),
    ] {
        for verb in [Verb::Mail, Verb::Dot] {
            let sink = SmtpSink::with(Script::new().on(verb, When::Nth(1), Act::Raw(raw.clone()))).await;
            let mut source = Listed::of(1);
            let end = open(&sink).await.pump(&mut source).await;
            let PumpEnd::Broken { cause: found, .. } = end else { panic!("{end:?}") };
            // A server that is cut off while it still writes may look closed.
            assert!(found == cause || found == Cause::Closed, "{found:?}");
            let unknown = matches!(source.outcome(1), Outcome::Unknown(_));
            assert_eq!(unknown, verb == Verb::Dot);
        }
    }
}

#[tokio::test]
async fn a_reply_nobody_asked_for_stops_the_session_before_replies_get_mixed_up() {
    let raw = Act::Raw(b"354 go ahead\r\n250 2.0.0 already taken\r\n".to_vec());
    let sink = SmtpSink::with(Script::new().on(Verb::Data, When::Nth(1), raw)).await;
    let mut source = Listed::of(2);
    let end = open(&sink).await.pump(&mut source).await;
    assert!(matches!(end, PumpEnd::Broken { cause: Cause::Garbage(_), .. }), "{end:?}");
    assert!(matches!(source.outcome(1), Outcome::NotSent(_)));
    assert_eq!((source.intents().len(), sink.count()), (0, 0));
}

#[tokio::test]
async fn a_refused_starttls_never_falls_back() {
    let relay =
        |sink: &SmtpSink| super::relay(&format!("smtp+starttls://localhost:{}", sink.address().port()));
    let stripped = SmtpSink::start().await;
    let error = Connection::open(&relay(&stripped), &Timeouts::default()).await.err().unwrap();
    assert!(matches!(error, ConnectError::Configuration(_)), "{error}");
    let refusing =
        Script::new().tls(SinkTls::StartTls).reply(Verb::StartTls, When::Always, "502 5.5.1 not today");
    let refusing = SmtpSink::with(refusing).await;
    let error = Connection::open(&relay(&refusing), &Timeouts::default()).await.err().unwrap();
    assert!(matches!(error, ConnectError::Configuration(_)), "{error}");
    let later = Script::new().tls(SinkTls::StartTls).reply(
        Verb::StartTls,
        When::Always,
        "454 4.7.0 TLS not available",
    );
    let later = SmtpSink::with(later).await;
    let error = Connection::open(&relay(&later), &Timeouts::default()).await.err().unwrap();
    assert!(
        matches!(&error, ConnectError::Refused { stage: Stage::StartTls, .. }) && !error.is_configuration()
    );
    for sink in [&stripped, &refusing, &later] {
        assert!(sink.commands().iter().all(|c| !c.starts_with("MAIL") && !c.starts_with("AUTH")));
    }
}

#[tokio::test]
async fn words_in_the_clear_after_starttls_are_not_believed() {
    let injected = Act::Raw(b"220 go ahead\r\n250-x\r\n250 AUTH PLAIN\r\n".to_vec());
    let sink =
        SmtpSink::with(Script::new().tls(SinkTls::StartTls).on(Verb::StartTls, When::Always, injected)).await;
    let error = Connection::open(&relay(&sink.url()), &Timeouts::default()).await.err().unwrap();
    assert!(
        matches!(error, ConnectError::Unreachable { stage: Stage::StartTls, cause: Cause::Garbage(_) }),
        "{error}"
    );
}
