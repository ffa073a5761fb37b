//! Putting spooled unsubscribes into effect once the database is back.

use super::deeds::take_effect;
use super::spool::Spool;
use kernel::{Fault, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use web::AppState;

/// Time between two looks at the spool.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Sees to it that one worker of this process empties the spool. A process that only serves HTTP has no
/// tasks, and it is the one whose spool is filled.
#[derive(Clone, Default)]
pub(super) struct Replay(Arc<AtomicBool>);

impl Replay {
    /// Starts emptying the spool unless it is being emptied already.
    pub fn start(&self, state: &AppState) {
        if self.0.swap(true, Ordering::AcqRel) {
            return;
        }
        let (running, state) = (self.0.clone(), state.clone());
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                match replay(&state).await {
                    Ok(_) if state.service::<Spool>().is_empty() => break,
                    Ok(_) => {}
                    Err(e) => tracing::warn!(error = %e, "spooled unsubscribes wait for the database"),
                }
            }
            running.store(false, Ordering::Release);
        });
    }
}

/// The task of the worker role: empties what an earlier process left.
pub(super) async fn run(state: AppState, mut stop: watch::Receiver<bool>) -> Result<()> {
    while !*stop.borrow() {
        if !state.service::<Spool>().is_empty() {
            state.service::<Replay>().start(&state);
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
    Ok(())
}

/// Puts everything that waits into effect; answers how many. Fault: the database is still away, and
/// everything stays.
pub(super) async fn replay(state: &AppState) -> Result<usize> {
    let spool = state.service::<Spool>();
    if spool.is_empty() {
        return Ok(0);
    }
    let joined = |_| Fault::transient("read the unsubscribe spool");
    let taken = tokio::task::spawn_blocking(move || spool.take()).await.map_err(joined)??;
    let mut done = 0;
    for request in &taken.requests {
        // A forged token has no effect and is forgotten with the rest.
        done += usize::from(take_effect(state, &request.token, request.way).await?.is_some());
    }
    tokio::task::spawn_blocking(move || taken.done()).await.map_err(joined)??;
    if done > 0 {
        tracing::info!(done, "spooled unsubscribes took effect");
    }
    Ok(done)
}
