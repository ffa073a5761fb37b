//! The writer thread: closures that wait for it are grouped into one commit.
//!
//! It drains its queue without a timer: groups grow by themselves with load. Closures behind the first of
//! a group run in savepoints, so that one that fails leaves the others alone. Bulk work always begins a
//! group: a savepoint would keep a copy in memory of every page it changes, and those before it would
//! wait for it. Answers go out after the commit.

use super::batch;
use crate::engines::Conn;
use kernel::{Error, Fault, Result};
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tokio::sync::oneshot;

/// Most closures in one commit.
const GROUP_MAX: usize = 512;
/// Without work for so long, the writer is idle.
const IDLE_AFTER: Duration = Duration::from_secs(1);

type Finish = Box<dyn FnOnce(Result<(), Arc<str>>) + Send>;

/// The work of a transaction.
type Work = Box<dyn FnOnce(&Connection, Place) -> Ran + Send>;

/// A closure that waits for the writer.
pub(super) struct Job {
    /// It begins a group.
    pub(super) is_bulk: bool,
    pub(super) run: Work,
}

/// Where in its group a closure runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    First,
    Behind,
}

/// A closure that ran: whether its work is to be kept, and its answer once the group is committed.
pub(super) struct Ran {
    pub(super) keep: bool,
    pub(super) finish: Finish,
}

/// A job that does `work`, and where its answer will be.
pub(super) fn job<T: Send + 'static>(
    work: impl FnOnce(Conn<'_>) -> Result<T> + Send + 'static,
    is_bulk: bool,
) -> (Job, oneshot::Receiver<Result<T>>) {
    let (send, receive) = oneshot::channel();
    let run = Box::new(move |connection: &Connection, place: Place| {
        let outcome = match place {
            Place::First => caught(connection, work),
            Place::Behind => in_savepoint(connection, work),
        };
        let keep = outcome.is_ok();
        let finish: Finish = Box::new(move |committed| {
            let answer = match (committed, outcome) {
                (Ok(()), outcome) => outcome,
                (Err(_), Err(e)) => Err(e),
                (Err(why), Ok(_)) => Err(Fault::transient(format!("commit failed: {why}")).into()),
            };
            // The caller may have gone away; its work is done or undone all the same.
            drop(send.send(answer));
        });
        Ran { keep, finish }
    });
    (Job { is_bulk, run }, receive)
}

fn caught<T>(connection: &Connection, work: impl FnOnce(Conn<'_>) -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(|| work(Conn::Sqlite(connection))))
        .unwrap_or_else(|_| Err(Fault::new("a transaction panicked").into()))
}

fn in_savepoint<T>(connection: &Connection, work: impl FnOnce(Conn<'_>) -> Result<T>) -> Result<T> {
    batch(connection, "SAVEPOINT one")?;
    match caught(connection, work) {
        Ok(value) => batch(connection, "RELEASE one").map(|()| value),
        Err(e) => {
            batch(connection, "ROLLBACK TO one; RELEASE one")?;
            Err(e)
        }
    }
}

/// Does jobs until nobody can send any more.
pub(super) fn write_loop(connection: &Connection, jobs: &mpsc::Receiver<Job>) {
    let mut next = jobs.recv().ok();
    while let Some(first) = next.take() {
        next = write_group(connection, first, jobs).or_else(|| wait(connection, jobs));
    }
}

/// The next job. A writer that waits long gives the memory of its page cache back.
fn wait(connection: &Connection, jobs: &mpsc::Receiver<Job>) -> Option<Job> {
    match jobs.recv_timeout(IDLE_AFTER) {
        Err(mpsc::RecvTimeoutError::Timeout) => {
            if let Err(e) = batch(connection, "PRAGMA shrink_memory") {
                tracing::warn!(error = %e, "the page cache was not given back");
            }
            jobs.recv().ok()
        }
        job => job.ok(),
    }
}

/// Runs a job and those that wait behind it in one transaction; answers the job that begins the next.
fn write_group(connection: &Connection, first: Job, jobs: &mpsc::Receiver<Job>) -> Option<Job> {
    if let Err(e) = batch(connection, "BEGIN IMMEDIATE") {
        refuse(first, &e);
        return None;
    }
    let ran = (first.run)(connection, Place::First);
    if !ran.keep {
        roll_back(connection);
        (ran.finish)(Ok(()));
        return None;
    }
    let mut finished = vec![ran.finish];
    let mut next = None;
    while finished.len() < GROUP_MAX && !connection.is_autocommit() {
        let Ok(job) = jobs.try_recv() else { break };
        if job.is_bulk {
            next = Some(job);
            break;
        }
        finished.push((job.run)(connection, Place::Behind).finish);
    }
    let committed = commit(connection);
    for finish in finished {
        finish(committed.clone());
    }
    next
}

fn commit(connection: &Connection) -> Result<(), Arc<str>> {
    if connection.is_autocommit() {
        // The engine rolled the whole transaction back by itself (disk full, for example).
        return Err("the engine rolled back".into());
    }
    batch(connection, "COMMIT").map_err(|e| {
        roll_back(connection);
        Arc::from(e.to_string())
    })
}

/// Undoes the transaction, unless the engine did so by itself.
fn roll_back(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(e) = batch(connection, "ROLLBACK")
    {
        tracing::error!(error = %e, "rollback failed");
    }
}

/// Answers a job whose transaction could not begin, without running it.
fn refuse(job: Job, why: &Error) {
    tracing::warn!(error = %why, "a write could not begin");
    // Running it on a fresh in-memory connection makes it fail without touching data.
    if let Ok(empty) = Connection::open_in_memory() {
        let ran = (job.run)(&empty, Place::First);
        (ran.finish)(Err(Arc::from(why.to_string())));
    }
}
