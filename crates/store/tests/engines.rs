//! The store's promises, on both engines.

use kernel::{Problem, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::log::{self, NewEvent};
use store::queue::{self, JobCx, JobFuture, JobHandler, JobResult};
use store::{Consumer, Event, Tx, params, statements};
use testkit::for_each_engine;

statements! {
    /// Cursors by name.
    PUT = "INSERT INTO event_cursors (store_id, consumer, seq) VALUES ($1, $2, $3)";
    /// All of a store.
    COUNT = "SELECT count(*), CAST(coalesce(sum(seq), 0) AS {int}) FROM event_cursors WHERE store_id = $1";
    /// By a list.
    IN_LIST = "SELECT consumer FROM event_cursors WHERE store_id = $1 AND seq {in $2} ORDER BY consumer";
}

fn event(kind: &'static str, n: u32) -> NewEvent {
    NewEvent { at: kernel::Timestamp(1), kind, ordinal: Some(n), campaign: None, body: vec![1, 2] }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_fails_leaves_no_trace_and_twins_never_meet() {
    for_each_engine(|t| async move {
        t.a.write(|tx| tx.execute(&PUT, params!["x", 1_i64])).await?;
        let failed: Result<()> =
            t.a.write(|tx| {
                tx.execute(&PUT, params!["y", 1_i64])?;
                Err(Problem::conflict("no").into())
            })
            .await;
        assert!(failed.is_err());
        t.b.write(|tx| tx.insert_many(&PUT, (0..50_i64).map(|n| vec![format!("c{n}").into(), n.into()])))
            .await?;
        let a = t.a.query(&COUNT, params![]).await?;
        let b = t.b.query(&COUNT, params![]).await?;
        assert_eq!((a[0].int(0)?, a[0].int(1)?), (1, 1));
        assert_eq!((b[0].int(0)?, b[0].int(1)?), (50, 1225));
        let listed = t.b.query(&IN_LIST, params![vec![3_i64, 7, 99]]).await?;
        assert_eq!(listed.len(), 2);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_writers_that_wait_together_only_those_that_fail_leave_nothing() {
    for_each_engine(|t| async move {
        let mut writers = tokio::task::JoinSet::new();
        for n in 0..60_i64 {
            let store = t.a.clone();
            let work = move |tx: &mut Tx<'_>| -> Result<()> {
                tx.execute(&PUT, params![format!("c{n}"), n])?;
                match n % 3 {
                    0 => Err(Problem::conflict("no").into()),
                    _ => Ok(()),
                }
            };
            // Every fourth is bulk work, which begins a group of its own.
            writers.spawn(async move {
                let ended = match n % 4 {
                    0 => tokio::task::spawn_blocking(move || store.write_blocking(work)).await.unwrap(),
                    _ => store.write(work).await,
                };
                assert_eq!(ended.is_err(), n % 3 == 0);
            });
        }
        writers.join_all().await;
        let kept: i64 = (0..60).filter(|n| n % 3 != 0).sum();
        let row = t.a.query(&COUNT, params![]).await?.remove(0);
        assert_eq!((row.int(0)?, row.int(1)?), (40, kept));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn positions_of_the_log_are_gap_free_under_concurrent_writers() {
    for_each_engine(|t| async move {
        let mut writers = tokio::task::JoinSet::new();
        for w in 0..8 {
            let store = t.a.clone();
            writers.spawn(async move {
                for n in 0..10 {
                    store
                        .write(move |tx| tx.append(vec![event("a.b", w * 100 + n), event("a.c", n)]))
                        .await
                        .unwrap();
                }
            });
        }
        writers.join_all().await;
        let events = t.a.read(|tx| tx.events_after(0, 1_000)).await?;
        let seqs: Vec<i64> = events.iter().map(|e| e.seq).collect();
        assert_eq!(seqs, (1..=160).collect::<Vec<_>>());
        assert_eq!(t.b.read(|tx| tx.log_head()).await?, 0);
        Ok(())
    })
    .await;
}

struct Counter(AtomicUsize);

impl Consumer for Counter {
    fn name(&self) -> &'static str {
        "counter"
    }
    fn kinds(&self) -> &'static [&'static str] {
        &["a.c"]
    }
    fn handle(&self, _: &mut Tx<'_>, events: &[Event]) -> Result<()> {
        self.0.fetch_add(events.len(), Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_sees_each_wanted_event_once() {
    for_each_engine(|t| async move {
        let counter = Arc::new(Counter(AtomicUsize::new(0)));
        let consumer: Arc<dyn Consumer> = counter.clone();
        t.a.write(|tx| {
            tx.append((0..5_000).map(|n| event(if n % 2 == 0 { "a.b" } else { "a.c" }, n)).collect())
        })
        .await?;
        log::catch_up(&t.a, &consumer).await?;
        log::catch_up(&t.a, &consumer).await?;
        assert_eq!(counter.0.load(Ordering::SeqCst), 2_500);
        Ok(())
    })
    .await;
}

struct Flaky;

impl JobHandler for Flaky {
    fn kind(&self) -> &'static str {
        "test.flaky"
    }
    fn run<'a>(&'a self, cx: &'a JobCx) -> JobFuture<'a> {
        Box::pin(async move {
            cx.progress(1, 2);
            match cx.attempt {
                1 => Ok(JobResult::Again(cx.store.db().now())),
                _ => Ok(JobResult::Done(serde_json::json!({ "store": cx.store.store() }))),
            }
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_runs_in_its_own_store_until_it_is_done() {
    for_each_engine(|t| async move {
        let id = t.a.write(|tx| tx.enqueue("test.flaky", &serde_json::json!({}), tx.now())).await?;
        let handlers: Arc<Vec<Box<dyn JobHandler>>> = Arc::new(vec![Box::new(Flaky)]);
        assert_eq!(queue::run_due_jobs(&t.db, &handlers).await?, 2);
        let job = t.a.find_job(id).await?;
        assert_eq!((job.state.as_str(), job.attempt, job.progress_total), ("done", 2, 2));
        assert_eq!(job.result, Some(serde_json::json!({ "store": t.a.store() })));
        assert!(t.b.find_job(id).await.is_err(), "the twin does not see it");
        Ok(())
    })
    .await;
}
