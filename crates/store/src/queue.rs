//! Background jobs: enqueue with the cause, claim with a lease, progress, cancel, finish.
//!
//! A job exists if and only if the transaction that enqueued it committed. The runner holds a lease and
//! an attempt number; a runner that lost its lease finds its number refused. Payloads carry ids, not
//! data. A job must be able to run twice.

use crate::{Database, Scope, Scoped, SystemTx, Tx, global_statements, params};
use kernel::ids::{JobId, StoreId};
use kernel::{Problem, Result, Timestamp};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Wakes the runner after an enqueue.
pub const TOPIC: &str = "jobs";

const LEASE_MS: i64 = 60_000;
const RENEW_EVERY: Duration = Duration::from_secs(2);
const IDLE_POLL: Duration = Duration::from_millis(1_000);
/// Tries of a job that ends in a fault.
const ATTEMPTS_MAX: i64 = 8;

global_statements! {
    /// Puts a job in the queue.
    INSERT_JOB = "INSERT INTO jobs (id, store_id, kind, payload, state, run_at, attempt, lease_until,
        cancel_requested, progress_done, progress_total, created_at, updated_at)
        VALUES ($1, $2, $3, $4, 'queued', $5, 0, 0, 0, 0, 0, $6, $6)";
    /// Claims the next due job: queued, or running with a lease that ran out.
    CLAIM_JOB = "UPDATE jobs SET state = 'running', attempt = attempt + 1, lease_until = $2, updated_at = $1
        WHERE id IN (SELECT id FROM jobs WHERE run_at <= $1
            AND (state = 'queued' OR (state = 'running' AND lease_until <= $1))
            ORDER BY run_at, id LIMIT 1 {skip_locked})
        RETURNING id, store_id, kind, payload, attempt, cancel_requested";
    /// Reports progress and prolongs the lease; answers whether to stop.
    RENEW_JOB = "UPDATE jobs SET lease_until = $3, progress_done = $4, progress_total = $5, updated_at = $6
        WHERE id = $1 AND attempt = $2 AND state = 'running' RETURNING cancel_requested";
    /// Ends a job, or puts it back.
    SETTLE_JOB = "UPDATE jobs SET state = $3, run_at = $4, result = $5, error = $6, updated_at = $7,
        lease_until = 0, progress_done = $8, progress_total = $9
        WHERE id = $1 AND attempt = $2 AND state = 'running'";
    /// One job of a store.
    FIND_JOB = "SELECT id, kind, payload, state, attempt, cancel_requested, progress_done, progress_total, result,
        error, created_at, updated_at, run_at FROM jobs WHERE store_id = $1 AND id = $2";
    /// Jobs of a store, newest first.
    LIST_JOBS = "SELECT id, kind, payload, state, attempt, cancel_requested, progress_done, progress_total, result,
        error, created_at, updated_at, run_at FROM jobs WHERE store_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    /// Jobs of a store that changed since a time, latest change first.
    LIST_CHANGED_JOBS = "SELECT id, kind, payload, state, attempt, cancel_requested, progress_done, progress_total,
        result, error, created_at, updated_at, run_at FROM jobs WHERE store_id = $1 AND updated_at >= $2
        ORDER BY updated_at DESC LIMIT $3";
    /// A job of a kind that is not over.
    FIND_ACTIVE_JOB = "SELECT id FROM jobs WHERE store_id = $1 AND kind = $2 AND state IN ('queued', 'running')
        ORDER BY id DESC LIMIT 1";
    /// Asks a job to stop; a queued one ends at once.
    CANCEL_JOB = "UPDATE jobs SET cancel_requested = 1, updated_at = $3,
        state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END
        WHERE store_id = $1 AND id = $2 AND state IN ('queued', 'running')";
}

/// A job as shown to its store.
#[derive(Clone, Debug)]
pub struct JobRow {
    /// Its id.
    pub id: JobId,
    /// `noun.verb`.
    pub kind: String,
    /// Ids it works on.
    pub payload: serde_json::Value,
    /// `queued`, `running`, `done`, `failed` or `cancelled`.
    pub state: String,
    /// Number of starts.
    pub attempt: i64,
    /// Somebody asked it to stop.
    pub cancel_requested: bool,
    /// Units done.
    pub progress_done: i64,
    /// Units in all; 0 while unknown.
    pub progress_total: i64,
    /// What it answered.
    pub result: Option<serde_json::Value>,
    /// Why it failed, in words for the merchant.
    pub error: Option<String>,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it begins, or begins again, at the earliest.
    pub run_at: Timestamp,
}

impl JobRow {
    fn of(row: &crate::Row) -> Result<Self> {
        Ok(JobRow {
            id: JobId(row.int(0)?),
            kind: row.text(1)?,
            payload: row.json(2)?,
            state: row.text(3)?,
            attempt: row.int(4)?,
            cancel_requested: row.flag(5)?,
            progress_done: row.int(6)?,
            progress_total: row.int(7)?,
            result: row.opt_text(8)?.and_then(|t| serde_json::from_str(&t).ok()),
            error: row.opt_text(9)?,
            created_at: row.time(10)?,
            updated_at: row.time(11)?,
            run_at: row.time(12)?,
        })
    }
}

fn insert(
    tx: &mut SystemTx<'_>,
    store: StoreId,
    kind: &str,
    payload: &serde_json::Value,
    at: Timestamp,
) -> Result<JobId> {
    let id: JobId = tx.ids().make().into();
    let now = tx.now();
    tx.execute(&INSERT_JOB, params![id, store.0, kind, payload, at, now])?;
    Ok(id)
}

impl Tx<'_> {
    /// Enqueues work of this store; it exists if and only if this transaction commits. Call
    /// `db.signals().notify(queue::TOPIC)` afterwards to start it at once.
    pub fn enqueue(
        &mut self,
        kind: &'static str,
        payload: &serde_json::Value,
        at: Timestamp,
    ) -> Result<JobId> {
        let store = self.store();
        insert(&mut self.system(), store, kind, payload, at)
    }

    /// A job of this store and kind that is queued or running, if there is one.
    pub fn find_active_job(&mut self, kind: &'static str) -> Result<Option<JobId>> {
        let store = self.store().0;
        let row = self.system().query_opt(&FIND_ACTIVE_JOB, params![store, kind])?;
        row.map(|row| row.int(0).map(JobId)).transpose()
    }
}

impl Scoped {
    /// One job of this store.
    pub async fn find_job(&self, id: JobId) -> Result<JobRow> {
        let row = self.db().system().query_opt(&FIND_JOB, params![self.store().0, id]).await?;
        JobRow::of(&row.ok_or_else(|| Problem::not_found("job"))?)
    }

    /// Jobs of this store before `before` (an id; `i64::MAX` for the newest), newest first.
    pub async fn list_jobs(&self, before: i64, limit: i64) -> Result<Vec<JobRow>> {
        let rows = self.db().system().query(&LIST_JOBS, params![self.store().0, before, limit]).await?;
        rows.iter().map(JobRow::of).collect()
    }

    /// Jobs of this store that changed at `since` or later, latest change first.
    pub async fn list_changed_jobs(&self, since: Timestamp, limit: i64) -> Result<Vec<JobRow>> {
        let values = params![self.store().0, since, limit];
        let rows = self.db().system().query(&LIST_CHANGED_JOBS, values).await?;
        rows.iter().map(JobRow::of).collect()
    }

    /// Asks a job to stop. Problem: absent, or over already.
    pub async fn cancel_job(&self, id: JobId) -> Result<()> {
        self.find_job(id).await?;
        let now = self.db().now();
        match self.db().system().execute(&CANCEL_JOB, params![self.store().0, id, now]).await? {
            0 => Err(Problem::conflict("The job is over; there is nothing to cancel.").into()),
            _ => Ok(()),
        }
    }
}

/// How a job ended.
#[derive(Debug)]
pub enum JobResult {
    /// Finished with an answer for the merchant.
    Done(serde_json::Value),
    /// Not finished; run again at that time.
    Again(Timestamp),
    /// Cannot succeed; the sentence is shown to the merchant.
    GiveUp(String),
    /// Stopped because it was asked to.
    Cancelled(serde_json::Value),
}

/// A job while it runs.
pub struct JobCx {
    /// Its id.
    pub id: JobId,
    /// The data it may touch.
    pub store: Scoped,
    /// Ids it works on.
    pub payload: serde_json::Value,
    /// Number of this start; first is 1.
    pub attempt: i64,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    done: std::sync::atomic::AtomicI64,
    total: std::sync::atomic::AtomicI64,
    stop: AtomicBool,
}

impl JobCx {
    /// Tells how far the work is; kept in memory and written every two seconds.
    pub fn progress(&self, done: i64, total: i64) {
        self.shared.done.store(done, Ordering::Relaxed);
        self.shared.total.store(total, Ordering::Relaxed);
    }

    /// True when the job should stop: cancelled, lease lost, or shutting down.
    pub fn should_stop(&self) -> bool {
        self.shared.stop.load(Ordering::Relaxed)
    }

    /// A check that can be handed to a thread.
    pub fn stop_check(&self) -> impl Fn() -> bool + Send + Sync + 'static {
        let shared = self.shared.clone();
        move || shared.stop.load(Ordering::Relaxed)
    }

    /// A reporter that can be handed to a thread.
    pub fn reporter(&self) -> impl Fn(i64, i64) + Send + Sync + 'static {
        let shared = self.shared.clone();
        move |done, total| {
            shared.done.store(done, Ordering::Relaxed);
            shared.total.store(total, Ordering::Relaxed);
        }
    }
}

/// The future of a job.
pub type JobFuture<'a> = Pin<Box<dyn Future<Output = Result<JobResult>> + Send + 'a>>;

/// A kind of job. One value serves all runs.
pub trait JobHandler: Send + Sync + 'static {
    /// `noun.verb`, stable.
    fn kind(&self) -> &'static str;
    /// Does the work. `Err(Fault)` is retried with back-off; `Err(Problem)` ends the job with its sentence.
    fn run<'a>(&'a self, cx: &'a JobCx) -> JobFuture<'a>;
}

/// Runs jobs until `stop` turns true; `width` at a time. Ends after the running ones have stopped.
pub async fn run_jobs(
    db: Database,
    handlers: Arc<Vec<Box<dyn JobHandler>>>,
    width: usize,
    mut stop: tokio::sync::watch::Receiver<bool>,
) {
    let mut nudge = db.signals().listen(TOPIC);
    let mut running = tokio::task::JoinSet::new();
    while !*stop.borrow() {
        while running.try_join_next().is_some() {}
        if running.len() < width {
            match claim(&db).await {
                Ok(Some(job)) => {
                    let (db, handlers, stop) = (db.clone(), handlers.clone(), stop.clone());
                    running.spawn(async move { run_one(&db, &handlers, job, stop).await });
                    continue;
                }
                Ok(None) => {}
                Err(e) => tracing::warn!(error = %e, "jobs cannot be claimed; trying again"),
            }
        }
        tokio::select! {
            () = tokio::time::sleep(IDLE_POLL) => {}
            Ok(()) = nudge.changed() => {}
            Some(_) = running.join_next(), if !running.is_empty() => {}
            _ = stop.changed() => {}
        }
    }
    while running.join_next().await.is_some() {}
}

/// Claims and runs due jobs in the caller until none is due; for the command line and tests.
pub async fn run_due_jobs(db: &Database, handlers: &Arc<Vec<Box<dyn JobHandler>>>) -> Result<usize> {
    let (_keep, stop) = tokio::sync::watch::channel(false);
    let mut count = 0;
    while let Some(job) = claim(db).await? {
        run_one(db, handlers, job, stop.clone()).await;
        count += 1;
    }
    Ok(count)
}

struct Claimed {
    id: JobId,
    scope: Scope,
    kind: String,
    payload: serde_json::Value,
    attempt: i64,
}

async fn claim(db: &Database) -> Result<Option<Claimed>> {
    db.system()
        .write(|tx| {
            let now = tx.now();
            let Some(row) = tx.query_opt(&CLAIM_JOB, params![now, now.plus_ms(LEASE_MS)])? else {
                return Ok(None);
            };
            #[expect(clippy::disallowed_methods, reason = "the job's row says which store it works for")]
            let scope = Scope::mint(StoreId(row.int(1)?));
            Ok(Some(Claimed {
                id: JobId(row.int(0)?),
                scope,
                kind: row.text(2)?,
                payload: row.json(3)?,
                attempt: row.int(4)?,
            }))
        })
        .await
}

async fn run_one(
    db: &Database,
    handlers: &[Box<dyn JobHandler>],
    job: Claimed,
    stop: tokio::sync::watch::Receiver<bool>,
) {
    let shared = Arc::new(Shared::default());
    let Some(handler) = handlers.iter().find(|h| h.kind() == job.kind) else {
        let gave_up = JobResult::GiveUp(format!("This program does not know jobs of kind {}.", job.kind));
        settle(db, &job, &shared, Ok(gave_up)).await;
        return;
    };
    let cx = JobCx {
        id: job.id,
        store: db.scoped(job.scope),
        payload: job.payload.clone(),
        attempt: job.attempt,
        shared: shared.clone(),
    };
    let renewal = tokio::spawn(renew(db.clone(), job.id, job.attempt, shared.clone(), stop));
    let outcome = handler.run(&cx).await;
    renewal.abort();
    settle(db, &job, &shared, outcome).await;
}

async fn renew(
    db: Database,
    id: JobId,
    attempt: i64,
    shared: Arc<Shared>,
    mut stop: tokio::sync::watch::Receiver<bool>,
) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(RENEW_EVERY) => {}
            _ = stop.changed() => shared.stop.store(true, Ordering::Relaxed),
        }
        let (done, total) = (shared.done.load(Ordering::Relaxed), shared.total.load(Ordering::Relaxed));
        let now = db.now();
        let renewed = db
            .system()
            .write(move |tx| {
                tx.query_opt(&RENEW_JOB, params![id, attempt, now.plus_ms(LEASE_MS), done, total, now])
            })
            .await;
        match renewed {
            Ok(Some(row)) if row.int(0).unwrap_or(0) == 0 => {}
            // Cancelled, or somebody else has the job now.
            Ok(_) => shared.stop.store(true, Ordering::Relaxed),
            Err(e) => tracing::warn!(error = %e, "a job's lease was not renewed; trying again"),
        }
    }
}

async fn settle(db: &Database, job: &Claimed, shared: &Shared, outcome: Result<JobResult>) {
    let now = db.now();
    let (state, run_at, result, error) = verdict(job, outcome, now);
    let (done, total) = (shared.done.load(Ordering::Relaxed), shared.total.load(Ordering::Relaxed));
    let (id, attempt) = (job.id, job.attempt);
    let params = params![id, attempt, state, run_at, result, error, now, done, total].to_vec();
    if let Err(e) = db.system().execute(&SETTLE_JOB, &params).await {
        tracing::warn!(error = %e, job.id = %id, "a job could not be settled; its lease will run out");
    }
}

type Verdict = (&'static str, Timestamp, Option<String>, Option<String>);

fn verdict(job: &Claimed, outcome: Result<JobResult>, now: Timestamp) -> Verdict {
    match outcome {
        Ok(JobResult::Done(value)) => ("done", now, Some(value.to_string()), None),
        Ok(JobResult::Cancelled(value)) => ("cancelled", now, Some(value.to_string()), None),
        Ok(JobResult::Again(at)) => ("queued", at, None, None),
        Ok(JobResult::GiveUp(why)) => ("failed", now, None, Some(why)),
        Err(kernel::Error::Problem(p)) => ("failed", now, None, Some(p.to_string())),
        Err(kernel::Error::Fault(fault)) => {
            tracing::error!(job.id = %job.id, job.kind = %job.kind, job.attempt = job.attempt, error = %fault, "a job failed");
            if job.attempt >= ATTEMPTS_MAX {
                return (
                    "failed",
                    now,
                    None,
                    Some("An internal error stopped this job; the log has the details.".into()),
                );
            }
            let wait = 1_000_i64 << job.attempt.min(10);
            ("queued", now.plus_ms(wait + i64::from(rand::random::<u16>() % 1_000)), None, None)
        }
    }
}
