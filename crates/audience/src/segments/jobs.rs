//! Background work: bringing the columns of every store forward, and counting its segments day by day.

use super::compact::{compact, is_due};
use super::saved::{self, Segment};
use super::{behaviour, growth, snapshot};
use futures_util::future::BoxFuture;
use kernel::ids::SegmentId;
use kernel::{OrFault, Result};
use std::time::Duration;
use store::queue::{JobCx, JobFuture, JobHandler, JobResult};
use store::{Database, Scoped, Vault};
use tokio::sync::watch;
use web::{AppState, Task};

/// How often stores are looked at. Answers are exact without it; it only keeps them fast.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Looks between two sweeps of decoded columns.
const SWEEP_EVERY: u32 = 6;
/// How often stores are asked whether their day has begun.
const ASK_EVERY: Duration = Duration::from_secs(300);
/// Segments listed at once while they are counted.
const PAGE: i64 = 100;

/// Looks at every store now and then, and compacts where it is due.
pub(super) static COMPACTOR: Task = Task { name: "segments.compactor", start };
/// Has every store counted once a day.
pub(super) static COUNTER: Task = Task { name: "segments.counter", start: start_counter };

fn start(state: AppState, mut stop: watch::Receiver<bool>) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let mut looks = 0_u32;
        while !*stop.borrow() {
            if let Err(e) = look(&state, &stop).await {
                tracing::warn!(error = %e, "columns of segments were not brought forward; trying again");
            }
            looks = looks.wrapping_add(1);
            if looks.is_multiple_of(SWEEP_EVERY) {
                snapshot::BLOCKS.sweep();
                behaviour::store::sweep();
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.changed() => {}
            }
        }
        Ok(())
    })
}

async fn look(state: &AppState, stop: &watch::Receiver<bool>) -> Result<()> {
    for scope in state.db().list_stores().await? {
        let store = state.db().scoped(scope);
        if !*stop.borrow() && is_due(&store).await? {
            compact(&store, &state.vault().keys(store.db(), scope).await?).await?;
        }
    }
    Ok(())
}

fn start_counter(state: AppState, mut stop: watch::Receiver<bool>) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        while !*stop.borrow() {
            if let Err(e) = ask(state.db(), &stop).await {
                tracing::warn!(error = %e, "segments were not had counted; trying again");
            }
            tokio::select! {
                () = tokio::time::sleep(ASK_EVERY) => {}
                _ = stop.changed() => {}
            }
        }
        Ok(())
    })
}

async fn ask(db: &Database, stop: &watch::Receiver<bool>) -> Result<()> {
    for scope in db.list_stores().await? {
        if !*stop.borrow() && growth::begin_day(&db.scoped(scope)).await? {
            db.signals().notify(store::queue::TOPIC);
        }
    }
    Ok(())
}

/// What the job is told.
#[derive(serde::Deserialize)]
struct Payload {
    /// The segment; without one, all of them and the store.
    segment: Option<SegmentId>,
}

/// Counts segments.
pub(super) struct CountJob {
    /// Keys of the stores.
    pub vault: Vault,
}

impl JobHandler for CountJob {
    fn kind(&self) -> &'static str {
        growth::KIND
    }

    fn run<'a>(&'a self, cx: &'a JobCx) -> JobFuture<'a> {
        Box::pin(self.work(cx))
    }
}

impl CountJob {
    async fn work(&self, cx: &JobCx) -> Result<JobResult> {
        let payload: Payload = serde_json::from_value(cx.payload.clone()).or_fault("read a job's payload")?;
        let keys = self.vault.keys(cx.store.db(), cx.store.scope()).await?;
        let segments = match payload.segment {
            Some(id) => vec![cx.store.read(move |tx| saved::get(tx, id)).await?],
            None => {
                growth::count_store(&cx.store, &keys).await?;
                all(&cx.store).await?
            }
        };
        let total = segments.len() as i64;
        for (done, segment) in segments.iter().enumerate() {
            cx.progress(done as i64, total);
            if cx.should_stop() {
                return Ok(JobResult::Cancelled(serde_json::json!({ "segments": done })));
            }
            growth::count_segment(&cx.store, &keys, segment).await?;
        }
        cx.progress(total, total);
        Ok(JobResult::Done(serde_json::json!({ "segments": total })))
    }
}

/// Every segment that is not archived.
async fn all(store: &Scoped) -> Result<Vec<Segment>> {
    store
        .read(|tx| {
            let mut found: Vec<Segment> = Vec::new();
            loop {
                let page = saved::list(tx, false, found.last().map(|s| s.id.0), PAGE)?;
                let last = (page.len() as i64) < PAGE;
                found.extend(page);
                if last {
                    return Ok(found);
                }
            }
        })
        .await
}
