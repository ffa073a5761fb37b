//! Background work: bringing the columns of every store forward.

use super::compact::{compact, is_due};
use futures_util::future::BoxFuture;
use kernel::Result;
use std::time::Duration;
use store::Database;
use tokio::sync::watch;
use web::{AppState, Task};

/// How often stores are looked at. Answers are exact without it; it only keeps them fast.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Looks at every store now and then, and compacts where it is due.
pub(super) static COMPACTOR: Task = Task { name: "segments.compactor", start };

fn start(state: AppState, mut stop: watch::Receiver<bool>) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        while !*stop.borrow() {
            if let Err(e) = look(state.db(), &stop).await {
                tracing::warn!(error = %e, "columns of segments were not brought forward; trying again");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.changed() => {}
            }
        }
        Ok(())
    })
}

async fn look(db: &Database, stop: &watch::Receiver<bool>) -> Result<()> {
    for scope in db.list_stores().await? {
        let store = db.scoped(scope);
        if !*stop.borrow() && is_due(&store).await? {
            compact(&store).await?;
        }
    }
    Ok(())
}
