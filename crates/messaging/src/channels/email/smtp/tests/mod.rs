//! Tests of the client against real sockets, and of its pure parts.

mod scripts;
mod sessions;
mod texts;

use super::*;
use std::collections::VecDeque;
use std::task::{Context, Poll};
use std::time::Duration;
use testkit::smtp_sink::SmtpSink;

/// Long enough for a busy machine, short enough to wait for where silence is the test.
pub(super) const SHORT: Duration = Duration::from_millis(150);

/// What was told of a message, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Intent(u64),
    Outcome(u64, Outcome<'static>),
}

/// A source that gives its messages, one by one or as fast as asked, and remembers what it was told.
#[derive(Default)]
pub(super) struct Listed {
    pub waiting: VecDeque<Prepared>,
    pub told: Vec<Told>,
    /// Answers no intent for these.
    pub withheld: Vec<u64>,
    /// Gives the next message only when the last is settled.
    pub one_by_one: bool,
    unsettled: usize,
}

impl Listed {
    pub fn of(count: u64) -> Self {
        Listed { waiting: (1..=count).map(message).collect(), ..Listed::default() }
    }

    pub fn outcomes(&self) -> Vec<(u64, Outcome<'static>)> {
        let outcome = |t: &Told| match t {
            Told::Outcome(id, outcome) => Some((*id, outcome.clone())),
            Told::Intent(_) => None,
        };
        self.told.iter().filter_map(outcome).collect()
    }

    pub fn outcome(&self, id: u64) -> Outcome<'static> {
        let mut found: Vec<_> = self.outcomes().into_iter().filter(|(i, _)| *i == id).collect();
        assert_eq!(found.len(), 1, "exactly one outcome of {id}: {found:?}");
        found.remove(0).1
    }

    pub fn accepted(&self) -> Vec<u64> {
        let accepted = |(id, o): (u64, Outcome<'static>)| matches!(o, Outcome::Accepted(_)).then_some(id);
        self.outcomes().into_iter().filter_map(accepted).collect()
    }

    pub fn intents(&self) -> Vec<u64> {
        self.told
            .iter()
            .filter_map(|t| match t {
                Told::Intent(id) => Some(*id),
                Told::Outcome(..) => None,
            })
            .collect()
    }
}

impl MessageSource for Listed {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Prepared>> {
        if self.one_by_one && self.unsettled > 0 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let next = self.waiting.pop_front();
        self.unsettled += usize::from(next.is_some());
        Poll::Ready(next)
    }

    fn intent(&mut self, message: &Prepared) -> bool {
        self.told.push(Told::Intent(message.id));
        !self.withheld.contains(&message.id)
    }

    fn outcome(&mut self, message: Prepared, outcome: Outcome<'_>) {
        self.unsettled -= 1;
        let owned = match outcome {
            Outcome::Accepted(reply) => Outcome::Accepted(reply.into_owned()),
            Outcome::Refused { stage, reply } => Outcome::Refused { stage, reply: reply.into_owned() },
            Outcome::NotSent(why) => Outcome::NotSent(why),
            Outcome::Unknown(cause) => Outcome::Unknown(cause),
        };
        self.told.push(Told::Outcome(message.id, owned));
    }
}

pub(super) fn message(id: u64) -> Prepared {
    Prepared {
        id,
        mail_from: "b+token@bounce.shop.example".into(),
        rcpt_to: format!("contact{id}@mail.example"),
        body: format!(
            "Message-ID: <{id}@shop.example>\r\nSubject: Hello {id}\r\n\r\nBody {id}\r\n.line with dot\r\n..two\r\n.\r\nend\r\n"
        )
        .into_bytes(),
        needs_smtputf8: false,
    }
}

pub(super) fn relay(url: &str) -> Relay {
    relay_trusting(url, &Trust::Platform)
}

pub(super) fn relay_trusting(url: &str, trust: &Trust) -> Relay {
    let url: RelayUrl = url.parse().expect("a relay's address");
    Relay::new(url.smtp().expect("an SMTP relay").clone(), trust).expect("a relay")
}

pub(super) async fn open(sink: &SmtpSink) -> Connection {
    Connection::open(&relay(&sink.url()), &Timeouts::default()).await.expect("a connection")
}

/// Sends a list over as many connections as it takes; messages that were definitely not sent, and not
/// refused for good, go again.
pub(super) async fn pump_once(sink: &SmtpSink, timeouts: &Timeouts, source: &mut Listed) -> PumpEnd {
    let connection = Connection::open(&relay(&sink.url()), timeouts).await.expect("a connection");
    connection.pump(source).await
}
