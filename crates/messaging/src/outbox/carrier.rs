//! A connection's side of the feed: takes items, makes messages, reports fates.

use super::batch::{Batch, Item, bucket};
use super::feed::{Feed, Turn};
use super::journal::ReplyCode;
use super::model::Fate;
use crate::channels::email::replies::{
    Attempts, Classified, Evidence, Schedule, Verdict, classify, classify_not_sent,
};
use crate::channels::email::smtp::{MessageSource, NotSent, Outcome, Prepared, Reply};
use crate::gate::Reason;
use kernel::Clock;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, ready};
use tokio::time::Sleep;

/// Makes the message of an item. The send's compiled program does; tests have simpler ones.
pub trait Maker: Send + Sync + 'static {
    /// Fills `out` (mail_from, rcpt_to, body). An error means that this recipient gets nothing.
    fn make(&self, item: &Item, out: &mut Prepared) -> Result<(), MakeError>;
}

/// The template could not be filled; the detail holds no personal data.
#[derive(Debug)]
pub struct MakeError(pub String);

impl<E: std::fmt::Display> From<E> for MakeError {
    fn from(error: E) -> Self {
        MakeError(error.to_string())
    }
}

/// What the runner wants to know of how the relay fares.
#[derive(Default)]
pub struct Health {
    /// Refusals that concern the sender, since the last message was accepted.
    pub sender_refusals_in_a_row: AtomicU32,
}

/// One connection's source of messages.
pub struct Carrier {
    feed: Arc<Feed>,
    maker: Arc<dyn Maker>,
    schedule: Schedule,
    clock: Arc<dyn Clock>,
    health: Arc<Health>,
    spare: Vec<Prepared>,
    sleep: Option<Pin<Box<Sleep>>>,
    /// Messages taken so far; the number of a message is its id.
    taken: u64,
    /// The messages in flight; at most two (one past its dot, one behind it), perhaps of two batches.
    flying: Vec<Flying>,
}

/// A message in flight: its id, and its place in its batch.
struct Flying {
    id: u64,
    batch: Arc<Batch>,
    index: usize,
}

impl Carrier {
    /// A source for one connection.
    pub fn new(
        feed: Arc<Feed>,
        maker: Arc<dyn Maker>,
        schedule: Schedule,
        clock: Arc<dyn Clock>,
        health: Arc<Health>,
    ) -> Self {
        let (spare, flying) = (Vec::new(), Vec::new());
        Carrier { feed, maker, schedule, clock, health, spare, sleep: None, taken: 0, flying }
    }

    fn prepare(&mut self, batch: Arc<Batch>, index: usize) -> Option<Prepared> {
        let mut message = self.spare.pop().unwrap_or_default();
        self.taken += 1;
        message.id = self.taken;
        match self.maker.make(batch.item(index), &mut message) {
            Ok(()) => {
                self.flying.push(Flying { id: message.id, batch, index });
                Some(message)
            }
            Err(e) => {
                tracing::warn!(error = %e.0, "a message could not be made");
                batch.settle(index, Fate::Suppressed(Reason::RenderFailed));
                self.spare.push(message);
                None
            }
        }
    }

    fn fate_of(&self, batch: &Batch, outcome: &Outcome<'_>) -> Fate {
        match outcome {
            Outcome::Accepted(_) => {
                self.health.sender_refusals_in_a_row.store(0, Ordering::Relaxed);
                Fate::Accepted
            }
            Outcome::Unknown(_) => Fate::Unknown,
            // The server closed before it looked at this one.
            Outcome::NotSent(NotSent::ServerClosing) => Fate::Released,
            Outcome::NotSent(why) => match classify_not_sent(why) {
                Some(classified) => self.refused(batch, &classified, code_of(None, &classified)),
                None => Fate::Released,
            },
            Outcome::Refused { stage, reply } => {
                let classified = classify(&Evidence::of(*stage, reply, None));
                self.refused(batch, &classified, code_of(Some(reply), &classified))
            }
        }
    }

    fn refused(&self, batch: &Batch, classified: &Classified, code: ReplyCode) -> Fate {
        let attempts = Attempts { made: batch.attempt() + 1, first_at: batch.first_at() };
        match self.schedule.settle(classified, attempts, self.clock.now(), rand::random()) {
            Verdict::Fail | Verdict::Suppress | Verdict::Ignore => Fate::Failed(code),
            Verdict::RetryAt(at) => Fate::Deferred(code, bucket(at)),
            Verdict::PauseSender(at) => {
                self.health.sender_refusals_in_a_row.fetch_add(1, Ordering::Relaxed);
                Fate::Deferred(code, bucket(at))
            }
        }
    }
}

fn code_of(reply: Option<&Reply<'_>>, classified: &Classified) -> ReplyCode {
    let enhanced =
        reply.and_then(|r| r.enhanced).map_or([0; 3], |e| [u16::from(e.class), e.subject, e.detail]);
    ReplyCode { class: classified.class.number(), basic: reply.map_or(0, |r| r.code), enhanced }
}

impl MessageSource for Carrier {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Prepared>> {
        loop {
            if let Some(sleep) = &mut self.sleep {
                ready!(sleep.as_mut().poll(cx));
                self.sleep = None;
            }
            match ready!(self.feed.poll(cx, self.clock.now())) {
                Turn::Closed => return Poll::Ready(None),
                Turn::At(at) => self.sleep = Some(Box::pin(tokio::time::sleep_until(at))),
                Turn::Item(batch, index) => {
                    if let Some(message) = self.prepare(batch, index) {
                        return Poll::Ready(Some(message));
                    }
                }
            }
        }
    }

    fn intent(&mut self, message: &Prepared) -> bool {
        self.flying.iter().any(|f| f.id == message.id && f.batch.intent(f.index))
    }

    fn outcome(&mut self, message: Prepared, outcome: Outcome<'_>) {
        if let Some(place) = self.flying.iter().position(|f| f.id == message.id) {
            let Flying { batch, index, .. } = self.flying.swap_remove(place);
            batch.settle(index, self.fate_of(&batch, &outcome));
        }
        self.spare.push(message);
    }
}
