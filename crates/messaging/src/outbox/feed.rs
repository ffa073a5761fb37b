//! Hands the items of a send's batches to its connections, one batch after the other.
//!
//! Connections outlive batches: if there is none they wait here with an open session. The throttle
//! of the send is kept here too, without holding anybody else up.

use super::batch::Batch;
use super::pace::Pace;
use super::shaper::Pick;
use kernel::Timestamp;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::time::Instant;

/// Longest time a connection waits for its provider's turn before it looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Shared between a send's runner and its connections.
#[derive(Default)]
pub struct Feed {
    state: Mutex<State>,
    per_second: AtomicU32,
}

#[derive(Default)]
struct State {
    batches: VecDeque<Arc<Batch>>,
    waiting: Vec<Waker>,
    closed: bool,
    pace: Pace,
}

/// What a connection gets.
pub enum Turn {
    /// This item of this batch.
    Item(Arc<Batch>, usize),
    /// Not before that moment.
    At(Instant),
    /// Nothing more, ever.
    Closed,
}

impl Feed {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Publishes a batch behind those there are; connections wake up.
    pub fn publish(&self, batch: Arc<Batch>) {
        let waiting = {
            let mut state = self.lock();
            state.batches.push_back(batch);
            std::mem::take(&mut state.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Takes a batch back after its end, so that nobody but its owner holds it.
    pub fn withdraw(&self, batch: &Arc<Batch>) {
        self.lock().batches.retain(|b| !Arc::ptr_eq(b, batch));
    }

    /// Ends the feed; connections say goodbye.
    pub fn close(&self) {
        let waiting = {
            let mut state = self.lock();
            state.closed = true;
            state.batches.clear();
            std::mem::take(&mut state.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Most messages a second; 0 for no limit.
    pub fn set_throttle(&self, per_second: u32) {
        self.per_second.store(per_second, Ordering::Relaxed);
    }

    /// The throttle as it is now.
    pub fn throttle(&self) -> u32 {
        self.per_second.load(Ordering::Relaxed)
    }

    /// Takes the time of messages that go out together, without a connection; answers when they may. They are a
    /// second's work: what is more, because the throttle was just tightened, makes nobody wait longer than that.
    pub fn take_together(&self, messages: usize) -> Instant {
        let (mut state, now, per_second) = (self.lock(), Instant::now(), self.throttle());
        let at = state.pace.wait(now).filter(|_| per_second > 0).unwrap_or(now);
        state.pace.take(at, messages.min(per_second as usize), per_second);
        at
    }

    /// Waits until there is a batch to work on; false once closed.
    pub async fn work(&self) -> bool {
        std::future::poll_fn(|cx| {
            let mut state = self.lock();
            if state.closed {
                return Poll::Ready(false);
            }
            if !state.batches.is_empty() {
                return Poll::Ready(true);
            }
            state.waiting.push(cx.waker().clone());
            Poll::Pending
        })
        .await
    }

    /// True once closed.
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// The next item at the `present`, or the moment to ask again, or `Pending` until a batch is published.
    pub fn poll(&self, cx: &mut Context<'_>, present: Timestamp) -> Poll<Turn> {
        let mut state = self.lock();
        if state.closed {
            return Poll::Ready(Turn::Closed);
        }
        let (now, per_second) = (Instant::now(), self.throttle());
        if per_second > 0
            && let Some(at) = state.pace.wait(now)
        {
            return Poll::Ready(Turn::At(at));
        }
        while let Some(batch) = state.batches.front().cloned() {
            match batch.pick(present, cx.waker()) {
                Pick::Item(index) => {
                    state.pace.take(now, 1, per_second);
                    return Poll::Ready(Turn::Item(batch, index));
                }
                // Not longer than this: the batch may be stopped and another one come.
                Pick::At(at) => return Poll::Ready(Turn::At(at.min(now + LOOK_AGAIN))),
                Pick::Full => break,
                Pick::Nothing => drop(state.batches.pop_front()),
            }
        }
        state.waiting.push(cx.waker().clone());
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_made_before_the_throttle_was_tightened_delays_the_next_by_a_second_at_most() {
        let feed = Feed::default();
        feed.set_throttle(1);
        let first = feed.take_together(1_000);
        let next = feed.take_together(1);
        assert_eq!(next - first, Duration::from_secs(1));
        feed.set_throttle(0);
        assert!(feed.take_together(1_000) <= Instant::now(), "no limit, no wait");
    }
}
