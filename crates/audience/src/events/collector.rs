//! The queue between requests and the log: whatever waits when a commit ends makes the next one.
//!
//! No timer: under little load an event is committed at once, under much load commits grow by themselves. A request
//! is answered when its events are durable. The queue is bounded by bytes; when it is full, a request is told to
//! come again, and nothing of it was taken.

use super::append::{Batch, append};
use kernel::{Problem, Result};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{Scoped, Vault};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

/// Bytes of events that may wait.
const WAITING_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Requests that may wait.
const WAITING_MAX: usize = 8_192;
/// Most events of one commit; one request's stay together.
const COMMIT_MAX: usize = 20_000;
/// Unit of the bound in bytes.
const UNIT: usize = 1_024;
/// A client that was turned away comes again after this.
const RETRY_SECONDS: u32 = 1;

struct Request {
    store: Scoped,
    batch: Batch,
    answer: oneshot::Sender<bool>,
    room: OwnedSemaphorePermit,
}

struct Inner {
    vault: Vault,
    room: Arc<Semaphore>,
    queue: mpsc::Sender<Request>,
    waiting: Mutex<mpsc::Receiver<Request>>,
    running: AtomicBool,
}

/// Takes events in. Cheap to clone.
#[derive(Clone)]
pub struct Collector(Arc<Inner>);

impl Collector {
    /// An empty queue.
    pub fn new(vault: Vault) -> Self {
        let (queue, waiting) = mpsc::channel(WAITING_MAX);
        Collector(Arc::new(Inner {
            vault,
            room: Arc::new(Semaphore::new(WAITING_BYTES_MAX / UNIT)),
            queue,
            waiting: Mutex::new(waiting),
            running: AtomicBool::new(false),
        }))
    }

    /// Stores the events of a request that had so many bytes; they are durable when this returns.
    /// Problem: [`kernel::Code::RateLimited`] if too much waits already, [`kernel::Code::Unavailable`] if the
    /// database is away; nothing was taken then.
    pub async fn collect(&self, store: Scoped, batch: Batch, bytes: usize) -> Result<()> {
        let units = (bytes / UNIT + 1).min(WAITING_BYTES_MAX / UNIT) as u32;
        let full = || Problem::rate_limited(RETRY_SECONDS);
        let room = self.0.room.clone().try_acquire_many_owned(units).map_err(|_| full())?;
        let (answer, answered) = oneshot::channel();
        let request = Request { store, batch, answer, room };
        self.0.queue.try_send(request).map_err(|_| full())?;
        self.start();
        match answered.await {
            Ok(true) => Ok(()),
            _ => Err(Problem::unavailable("Events cannot be stored at the moment.", RETRY_SECONDS).into()),
        }
    }

    /// Bytes of events that wait at present, in whole KiB.
    pub fn waiting_bytes(&self) -> usize {
        WAITING_BYTES_MAX - self.0.room.available_permits() * UNIT
    }

    /// Starts the writer with the first request: it lives as long as something waits.
    fn start(&self) {
        if self.0.running.swap(true, Ordering::AcqRel) {
            return;
        }
        let inner = self.0.clone();
        tokio::spawn(async move {
            loop {
                inner.drain().await;
                inner.running.store(false, Ordering::Release);
                let idle = inner.waiting.lock().await.is_empty();
                if idle || inner.running.swap(true, Ordering::AcqRel) {
                    return;
                }
            }
        });
    }
}

impl Inner {
    async fn drain(&self) {
        loop {
            let requests = self.take().await;
            if requests.is_empty() {
                return;
            }
            let mut stores: BTreeMap<i64, Vec<Request>> = BTreeMap::new();
            for request in requests {
                stores.entry(request.store.store().0).or_default().push(request);
            }
            for requests in stores.into_values() {
                self.commit(requests).await;
            }
        }
    }

    async fn take(&self) -> Vec<Request> {
        let mut waiting = self.waiting.lock().await;
        let (mut taken, mut events) = (Vec::new(), 0);
        while events < COMMIT_MAX {
            let Ok(request) = waiting.try_recv() else { break };
            events += request.batch.events.len();
            taken.push(request);
        }
        taken
    }

    /// One transaction for all of them. What a client may do wrong was found out before, so a failure is ours and
    /// everybody's: it is logged once, and all are asked to come again.
    async fn commit(&self, requests: Vec<Request>) {
        let Some(store) = requests.first().map(|r| r.store.clone()) else { return };
        let (batches, answers): (Vec<Batch>, Vec<_>) =
            requests.into_iter().map(|r| (r.batch, (r.answer, r.room))).unzip();
        let outcome = self.write(&store, batches).await;
        if let Err(e) = &outcome {
            tracing::error!(error = %e, "events could not be stored");
        }
        for (answer, room) in answers {
            // Whoever hears the answer finds the room free.
            drop(room);
            // Whoever asked may have gone; the events are stored all the same.
            let _gone = answer.send(outcome.is_ok());
        }
    }

    async fn write(&self, store: &Scoped, batches: Vec<Batch>) -> Result<u64> {
        let keys = self.vault.keys(store.db(), store.scope()).await?;
        store.write(move |tx| append(tx, &keys, batches)).await
    }
}
