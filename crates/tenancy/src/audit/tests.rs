//! The chain holds, and says where it was broken.

use super::*;
use serde_json::json;
use testkit::for_each_engine;

store::global_statements! {
    /// What somebody with the database's password could do.
    TAMPER = "UPDATE audit_entries SET details = '{\"n\":99}' WHERE chain = $1 AND seq = $2";
    /// Likewise.
    REMOVE = "DELETE FROM audit_entries WHERE chain = $1 AND seq = $2";
}

async fn five_entries(store: &store::Scoped) -> Result<()> {
    for n in 0..5 {
        let act = move |tx: &mut Tx<'_>| {
            record(tx, Actor::Operator, "thing.changed", "thi_1", &json!({ "n": n, "a": true }))
        };
        store.write(act).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_exists_if_and_only_if_its_act_committed() {
    for_each_engine(|t| async move {
        five_entries(&t.a).await?;
        let failed: Result<()> =
            t.a.write(|tx| {
                record(tx, Actor::System, "thing.removed", "", &json!({}))?;
                Err(kernel::Problem::conflict("no").into())
            })
            .await;
        assert!(failed.is_err());
        let entries = list(&t.db, t.a.store().0, i64::MAX, 100).await?;
        assert_eq!(entries.iter().map(|e| e.seq).collect::<Vec<_>>(), [5, 4, 3, 2, 1]);
        assert_eq!(entries[0].details, r#"{"a":true,"n":4}"#);
        assert_eq!(list(&t.db, t.b.store().0, i64::MAX, 100).await?, [], "the twin has its own chain");
        let verdict = verify(&t.db, t.a.store().0).await?;
        assert_eq!(verdict, Verdict { intact: true, entries: 5, first_bad: None, reason: None });
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_or_removed_entry_is_named() {
    for_each_engine(|t| async move {
        five_entries(&t.a).await?;
        five_entries(&t.b).await?;
        let (a, b) = (t.a.store().0, t.b.store().0);
        t.db.system().execute(&TAMPER, params![a, 3_i64]).await?;
        assert_eq!(verify(&t.db, a).await?.first_bad, Some(3));
        t.db.system().execute(&REMOVE, params![b, 5_i64]).await?;
        assert_eq!(verify(&t.db, b).await?.first_bad, Some(5));
        t.db.system().execute(&REMOVE, params![b, 2_i64]).await?;
        assert_eq!(verify(&t.db, b).await?.first_bad, Some(2));
        let all = verify_all(&t.db).await?;
        assert_eq!(all.iter().filter(|(_, v)| !v.intact).count(), 2);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_of_concurrent_writers_form_one_chain() {
    for_each_engine(|t| async move {
        let mut writers = tokio::task::JoinSet::new();
        for _ in 0..6 {
            let store = t.a.clone();
            writers.spawn(async move { five_entries(&store).await });
        }
        for written in writers.join_all().await {
            written?;
        }
        let verdict = verify(&t.db, t.a.store().0).await?;
        assert_eq!((verdict.intact, verdict.entries), (true, 30));
        Ok(())
    })
    .await;
}
