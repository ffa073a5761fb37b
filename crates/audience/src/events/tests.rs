//! The queue in front of the log: what it does when too much waits.

use super::model::{CallKind, Incoming, corrected};
use super::{Batch, Collector, sql};
use kernel::{Code, Result};
use store::Scoped;
use testkit::{TestDb, for_each_engine};

fn batch(t: &TestDb, message: &str) -> Batch {
    let received_at = t.now();
    let event = Incoming {
        kind: CallKind::Track,
        message_id: message.to_owned(),
        anonymous_id: Some("a1".into()),
        user_id: None,
        previous_id: None,
        name: "Product Viewed".into(),
        at: corrected(None, None, received_at),
        document: "{}".into(),
    };
    Batch { events: vec![event], refused: Vec::new(), trusted: false, received_at }
}

async fn stored(store: &Scoped) -> Result<i64> {
    Ok(store.read(sql::counts).await?.iter().map(|(.., n)| n).sum())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_turns_away_what_it_cannot_keep_and_takes_it_later() {
    for_each_engine(|t| async move {
        let collector = Collector::new(t.vault.clone());
        let half = 40 * 1024 * 1024;
        let (release, held) = std::sync::mpsc::channel::<()>();
        let (begun, begins) = tokio::sync::oneshot::channel();
        let store = t.a.clone();
        let holding = tokio::task::spawn_blocking(move || {
            store.write_blocking(move |tx| {
                crate::contacts::sql::lock(tx)?;
                begun.send(()).unwrap();
                held.recv().unwrap();
                Ok(())
            })
        });
        begins.await.unwrap();
        let first = {
            let (collector, store, batch) = (collector.clone(), t.a.clone(), batch(&t, "m1"));
            tokio::spawn(async move { collector.collect(store, batch, half).await })
        };
        while collector.waiting_bytes() < half {
            tokio::task::yield_now().await;
        }
        let turned_away = collector.collect(t.a.clone(), batch(&t, "m2"), half).await.unwrap_err();
        assert!(turned_away.is(Code::RateLimited));
        assert!(turned_away.problem().unwrap().retry_after_seconds.is_some());
        assert_eq!(stored(&t.a).await?, 0);
        release.send(()).unwrap();
        holding.await.unwrap()?;
        first.await.unwrap()?;
        collector.collect(t.a.clone(), batch(&t, "m2"), half).await?;
        assert_eq!((stored(&t.a).await?, collector.waiting_bytes()), (2, 0));
        assert_eq!(stored(&t.b).await?, 0, "the twin has none");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_at_once_are_all_stored_once() {
    for_each_engine(|t| async move {
        let collector = Collector::new(t.vault.clone());
        let calls = (0..200).map(|n| {
            let (collector, batch) = (collector.clone(), batch(&t, &format!("m{}", n % 100)));
            let store = if n < 150 { t.a.clone() } else { t.b.clone() };
            tokio::spawn(async move { collector.collect(store, batch, 200).await })
        });
        for call in calls.collect::<Vec<_>>() {
            call.await.unwrap()?;
        }
        assert_eq!((stored(&t.a).await?, stored(&t.b).await?), (100, 50));
        Ok(())
    })
    .await;
}
