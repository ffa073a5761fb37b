//! The loop that carries messages over one connection, one round trip each.
//!
//! Order per message: envelope sent, 354 read, intent asked, body with final dot written (together with
//! the next envelope if the server pipelines and a next message is ready), reply to the dot read.
//! Replies come in the order of commands, so at most one message is past its dot at any time.

use super::connection::Connection;
use super::envelope::{Envelope, needs_smtputf8};
use super::outcome::{Cause, NotSent, Outcome, PumpEnd, Stage};
use super::stuffing::{END_OF_DATA, is_transparent, push_stuffed};
use std::future::poll_fn;
use std::task::{Context, Poll};

/// A finished message. Handed back with its outcome, so that buffers are reused and a retry needs no
/// second rendering.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prepared {
    /// The source's own number for it.
    pub id: u64,
    /// Return path without brackets; empty is the null sender.
    pub mail_from: String,
    /// Recipient without brackets.
    pub rcpt_to: String,
    /// Headers, empty line, body; CRLF line ends; not dot-stuffed.
    pub body: Vec<u8>,
    /// A header or address needs SMTPUTF8 (addresses are looked at anyway).
    pub needs_smtputf8: bool,
}

/// Where a connection gets messages from, and whom it tells what became of them.
pub trait MessageSource: Send {
    /// The next message; `Pending` while there is none yet (throttled, paused, being rendered), `None`
    /// when this connection should say goodbye (and again if asked again). Called before the previous
    /// message is settled. Must arrange a wake-up when it answers `Pending`, as a channel's `poll_recv`
    /// does.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Prepared>>;

    /// The point of no return: the envelope is accepted and the body is about to be written. Mark the
    /// intent (journal) and answer true, or answer false and it is certainly not sent. A false costs the
    /// connection: SMTP has no way to abandon a message after DATA but to hang up.
    fn intent(&mut self, message: &Prepared) -> bool;

    /// What became of a message; told exactly once for each.
    fn outcome(&mut self, message: Prepared, outcome: Outcome<'_>);
}

/// A connection that is of no more use, and where.
pub(super) struct Broken {
    pub(super) stage: Stage,
    pub(super) cause: Cause,
}

impl From<Broken> for PumpEnd {
    fn from(b: Broken) -> Self {
        PumpEnd::Broken { stage: b.stage, cause: b.cause }
    }
}

impl From<Broken> for NotSent {
    fn from(b: Broken) -> Self {
        NotSent::Broken { stage: b.stage, cause: b.cause }
    }
}

/// What to do when nothing is in flight.
enum Next {
    Message(Prepared),
    End(PumpEnd),
}

impl Connection {
    /// Carries messages until the source ends, the connection is used up or something breaks. Consumes
    /// the connection; every message taken from the source has been told its outcome.
    pub async fn pump<S: MessageSource>(self, source: &mut S) -> PumpEnd {
        let mut pump =
            Pump { connection: self, source, carried: 0, transaction_open: false, in_flight: None };
        let end = pump.run().await;
        if let Some(message) = pump.in_flight.take() {
            let why = match &end {
                PumpEnd::Broken { stage, cause } => NotSent::Broken { stage: *stage, cause: cause.clone() },
                _ => NotSent::ServerClosing,
            };
            pump.source.outcome(message, Outcome::NotSent(why));
        }
        if matches!(end, PumpEnd::Finished | PumpEnd::Full | PumpEnd::Idle) {
            pump.connection.quit().await;
        }
        end
    }

    fn admit(&self, message: &Prepared) -> Result<(), NotSent> {
        let can = &self.capabilities;
        if !is_writable(&message.mail_from) || !is_writable(&message.rcpt_to) || message.rcpt_to.is_empty() {
            return Err(NotSent::BadAddress);
        }
        if !can.smtputf8 && needs_smtputf8(message) {
            return Err(NotSent::NeedsSmtpUtf8);
        }
        if !can.eight_bit_mime && !message.body.is_ascii() {
            return Err(NotSent::NeedsEightBit);
        }
        match can.size_max {
            0 => Ok(()),
            bytes_max if message.body.len() as u64 > bytes_max => Err(NotSent::TooLarge { bytes_max }),
            _ => Ok(()),
        }
    }
}

fn is_writable(address: &str) -> bool {
    address.len() <= 512 && !address.bytes().any(|b| b <= b' ' || b == 127 || b == b'<' || b == b'>')
}

/// One run over one connection.
pub(super) struct Pump<'s, S> {
    pub(super) connection: Connection,
    source: &'s mut S,
    pub(super) carried: u32,
    /// A refused envelope may have left a transaction open; RSET goes before the next.
    pub(super) transaction_open: bool,
    /// The message whose envelope was written behind the previous body.
    in_flight: Option<Prepared>,
}

impl<S: MessageSource> Pump<'_, S> {
    async fn run(&mut self) -> PumpEnd {
        loop {
            let message = match self.in_flight.take() {
                Some(message) => message,
                None => match self.begin().await {
                    Next::Message(message) => message,
                    Next::End(end) => return end,
                },
            };
            if let Err(end) = self.carry(message).await {
                return end;
            }
        }
    }

    /// Waits for a message and writes its envelope, or finds a reason to end.
    async fn begin(&mut self) -> Next {
        if self.carried >= self.connection.messages_max {
            return Next::End(PumpEnd::Full);
        }
        if self.connection.wire.has_unread() {
            return Next::End(self.heard_while_idle(Ok(())));
        }
        let message = match self.await_message().await {
            Next::Message(message) => message,
            end => return end,
        };
        self.push_envelope(&message);
        let limit = self.connection.timeouts.block;
        if !self.connection.capabilities.pipelining {
            // Lock-step sends command by command in `envelope_stepwise`.
            return Next::Message(message);
        }
        match self.connection.wire.send(limit).await {
            Ok(()) => Next::Message(message),
            Err(failed) => {
                let end = self.said_goodbye(Stage::Mail, failed.cause).await;
                self.in_flight = Some(message);
                Next::End(end)
            }
        }
    }

    /// After a failed write: the server's parting words, or the failure.
    async fn said_goodbye(&mut self, stage: Stage, cause: Cause) -> PumpEnd {
        match self.connection.wire.last_words().await {
            Some(reply) if reply.is_closing() => PumpEnd::Closing(reply),
            _ => PumpEnd::Broken { stage, cause },
        }
    }

    async fn await_message(&mut self) -> Next {
        let idle = tokio::time::sleep(self.connection.timeouts.idle);
        tokio::pin!(idle);
        loop {
            let source = &mut *self.source;
            tokio::select! {
                biased;
                heard = self.connection.wire.fill() => return Next::End(self.heard_while_idle(heard)),
                message = poll_fn(|cx| source.poll_next(cx)) => match message {
                    None => return Next::End(PumpEnd::Finished),
                    Some(message) => match self.connection.admit(&message) {
                        Ok(()) => return Next::Message(message),
                        Err(why) => self.source.outcome(message, Outcome::NotSent(why)),
                    }
                },
                () = &mut idle => return Next::End(PumpEnd::Idle),
            }
        }
    }

    fn heard_while_idle(&mut self, heard: Result<(), Cause>) -> PumpEnd {
        let broken = |cause| PumpEnd::Broken { stage: Stage::Idle, cause };
        if let Err(cause) = heard {
            return broken(cause);
        }
        match self.connection.wire.take_unasked() {
            Some(reply) if reply.is_closing() => PumpEnd::Closing(reply),
            _ => broken(Cause::Garbage("a reply nobody asked for")),
        }
    }

    /// The next message if one is ready this instant.
    async fn ready_message(&mut self) -> Option<Prepared> {
        if !self.connection.capabilities.pipelining || self.carried >= self.connection.messages_max {
            return None;
        }
        loop {
            let source = &mut *self.source;
            let polled = poll_fn(|cx| Poll::Ready(source.poll_next(cx))).await;
            let Poll::Ready(Some(message)) = polled else { return None };
            match self.connection.admit(&message) {
                Ok(()) => return Some(message),
                Err(why) => self.source.outcome(message, Outcome::NotSent(why)),
            }
        }
    }

    /// From the envelope's replies to the reply to the dot.
    async fn carry(&mut self, message: Prepared) -> Result<(), PumpEnd> {
        let envelope = match self.connection.capabilities.pipelining {
            true => self.envelope_pipelined().await,
            false => self.envelope_stepwise().await,
        };
        match envelope {
            Ok(Envelope::Ready) => {}
            Ok(Envelope::Refused(stage, reply)) => {
                self.transaction_open = true;
                self.source.outcome(message, Outcome::Refused { stage, reply });
                return Ok(());
            }
            Ok(Envelope::Closing(stage, reply)) => {
                self.source.outcome(message, Outcome::Refused { stage, reply: reply.clone() });
                return Err(PumpEnd::Closing(reply));
            }
            Err(broken) => return Err(self.not_sent(message, broken)),
        }
        self.transaction_open = false;
        if self.connection.wire.has_unread() {
            // Something was said that answers no command of ours; from here on replies could be taken
            // for the wrong message's.
            let broken = match self.connection.wire.take_unasked() {
                Some(reply) if reply.is_closing() => {
                    self.source
                        .outcome(message, Outcome::Refused { stage: Stage::Data, reply: reply.clone() });
                    return Err(PumpEnd::Closing(reply));
                }
                _ => Broken { stage: Stage::Data, cause: Cause::Garbage("a reply nobody asked for") },
            };
            return Err(self.not_sent(message, broken));
        }
        if !self.source.intent(&message) {
            self.source.outcome(message, Outcome::NotSent(NotSent::Withheld));
            return Err(PumpEnd::Withheld);
        }
        self.hand_over(message).await
    }

    fn not_sent(&mut self, message: Prepared, broken: Broken) -> PumpEnd {
        let end = PumpEnd::Broken { stage: broken.stage, cause: broken.cause.clone() };
        self.source.outcome(message, Outcome::NotSent(broken.into()));
        end
    }

    /// Past the intent mark: writes the body with its dot, and the next envelope if there is one.
    async fn hand_over(&mut self, message: Prepared) -> Result<(), PumpEnd> {
        let out = &mut self.connection.wire.out;
        // A body that needs no stuffing is not copied: it goes from its own buffer.
        let body: &[u8] = if is_transparent(&message.body) {
            out.extend_from_slice(END_OF_DATA);
            &message.body
        } else {
            push_stuffed(out, &message.body);
            &[]
        };
        let dot_end = body.len() + out.len();
        if let Some(next) = self.ready_message().await {
            self.push_envelope(&next);
            self.in_flight = Some(next);
        }
        let limit = self.connection.timeouts.block;
        if let Err(failed) = self.connection.wire.send_behind(body, limit).await {
            return Err(self.failed_while_writing(message, dot_end, failed.certain_from, failed.cause).await);
        }
        let dot = self.connection.timeouts.dot;
        let length = match self.connection.wire.await_reply(dot).await {
            Ok(length) => length,
            Err(cause) => return Err(self.unknown(message, cause)),
        };
        let reply = self.connection.wire.take(length);
        match reply.code / 100 {
            2 => self.source.outcome(message, Outcome::Accepted(reply)),
            4 | 5 if reply.is_closing() => {
                let end = PumpEnd::Closing(reply.clone().into_owned());
                self.source.outcome(message, Outcome::Refused { stage: Stage::Dot, reply });
                return Err(end);
            }
            4 | 5 => self.source.outcome(message, Outcome::Refused { stage: Stage::Dot, reply }),
            _ => {
                return Err(
                    self.unknown(message, Cause::Garbage("a reply to the final dot that does not fit"))
                );
            }
        }
        Ok(())
    }

    /// A final dot was given to the system, or may have been: nobody can know.
    fn unknown(&mut self, message: Prepared, cause: Cause) -> PumpEnd {
        self.source.outcome(message, Outcome::Unknown(cause.clone()));
        PumpEnd::Broken { stage: Stage::Dot, cause }
    }

    async fn failed_while_writing(
        &mut self,
        message: Prepared,
        dot_end: usize,
        certain_from: usize,
        cause: Cause,
    ) -> PumpEnd {
        let last_words = self.connection.wire.last_words().await;
        let dot_written = certain_from >= dot_end;
        match last_words {
            // A refusal is definite whether or not the dot was on its way.
            Some(reply) if reply.is_transient() || reply.is_permanent() => {
                let stage = if dot_written { Stage::Dot } else { Stage::Body };
                self.source.outcome(message, Outcome::Refused { stage, reply: reply.clone() });
                if reply.is_closing() { PumpEnd::Closing(reply) } else { PumpEnd::Broken { stage, cause } }
            }
            Some(reply) if reply.is_positive() && dot_written => {
                self.source.outcome(message, Outcome::Accepted(reply));
                PumpEnd::Broken { stage: Stage::Dot, cause }
            }
            _ if dot_written => self.unknown(message, cause),
            _ => self.not_sent(message, Broken { stage: Stage::Body, cause }),
        }
    }
}
