//! Hands the items of the present batch to the connections of a send.
//!
//! Connections outlive batches: between two of them they wait here with an open session. The throttle
//! of the send is kept here too, as a schedule of start times (GCRA), without holding anybody else up.

use super::batch::Batch;
use super::shaper::Pick;
use kernel::Timestamp;
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
    batch: Option<Arc<Batch>>,
    waiting: Vec<Waker>,
    closed: bool,
    next_start: Option<Instant>,
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

    /// Publishes a batch; connections wake up.
    pub fn publish(&self, batch: Arc<Batch>) {
        let waiting = {
            let mut state = self.lock();
            state.batch = Some(batch);
            std::mem::take(&mut state.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Takes the batch back after its end, so that nobody but its owner holds it.
    pub fn clear(&self) {
        self.lock().batch = None;
    }

    /// Ends the feed; connections say goodbye.
    pub fn close(&self) {
        let waiting = {
            let mut state = self.lock();
            state.closed = true;
            state.batch = None;
            std::mem::take(&mut state.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Most messages a second; 0 for no limit.
    pub fn set_throttle(&self, per_second: u32) {
        self.per_second.store(per_second, Ordering::Relaxed);
    }

    /// Waits until there is a batch to work on; false once closed.
    pub async fn work(&self) -> bool {
        std::future::poll_fn(|cx| {
            let mut state = self.lock();
            if state.closed {
                return Poll::Ready(false);
            }
            if state.batch.is_some() {
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
        let per_second = self.per_second.load(Ordering::Relaxed);
        let now = Instant::now();
        if per_second > 0
            && let Some(at) = state.next_start.filter(|at| *at > now)
        {
            return Poll::Ready(Turn::At(at));
        }
        if let Some(batch) = state.batch.clone() {
            match batch.pick(present, cx.waker()) {
                Pick::Item(index) => {
                    if per_second > 0 {
                        let from =
                            state.next_start.filter(|at| *at > now - Duration::from_secs(1)).unwrap_or(now);
                        state.next_start = Some(from + Duration::from_secs(1) / per_second);
                    }
                    return Poll::Ready(Turn::Item(batch, index));
                }
                // Not longer than this: the batch may be stopped and another one come.
                Pick::At(at) => return Poll::Ready(Turn::At(at.min(now + LOOK_AGAIN))),
                Pick::Full => {}
                Pick::Nothing => state.batch = None,
            }
        }
        state.waiting.push(cx.waker().clone());
        Poll::Pending
    }
}
