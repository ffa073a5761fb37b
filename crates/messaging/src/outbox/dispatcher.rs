//! Finds sends with work and runs them; recovers what a dead process left behind.

use super::journal::JournalFolder;
use super::ledger;
use super::recovery;
use super::runner::{Loaded, RunEnd, Runner};
use super::sql;
use kernel::ids::{CampaignId, StoreId};
use kernel::{Code, Problem, Result};
use std::collections::HashSet;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::{Database, Scope, Scoped, params};
use tokio::sync::watch;

/// Wakes the dispatcher after a launch or a resume.
pub const TOPIC: &str = "sends";
/// Sends run at once by one process.
const RUNS_MAX: usize = 8;
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Makes the program of a send ready to run.
pub trait Loader: Send + Sync + 'static {
    /// Compiles and resolves. A problem pauses the send with its sentence.
    fn load<'a>(
        &'a self,
        store: &'a Scoped,
        send: CampaignId,
        row: ledger::SendRow,
    ) -> Pin<Box<dyn Future<Output = Result<Loaded>> + Send + 'a>>;
}

/// Runs sends in this process.
pub struct Dispatcher {
    db: Database,
    folder: JournalFolder,
    loader: Arc<dyn Loader>,
    lease_ms: i64,
    running: Mutex<HashSet<i64>>,
}

impl Dispatcher {
    /// Opens the journal folder and recovers what dead processes left in it.
    pub async fn open(db: Database, folder: &Path, loader: Arc<dyn Loader>, lease_ms: i64) -> Result<Self> {
        let folder = JournalFolder::open(folder, db.ids().make().0)?;
        let dispatcher = Dispatcher { db, folder, loader, lease_ms, running: Mutex::default() };
        dispatcher.recover().await?;
        Ok(dispatcher)
    }

    /// Settles the claims of dead processes by their journals.
    pub async fn recover(&self) -> Result<()> {
        recovery::recover_dead(&self.db, &self.folder).await
    }

    /// Runs sends until told to stop; returns after the running ones have settled.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut nudge = self.db.signals().listen(TOPIC);
        let mut runs = tokio::task::JoinSet::new();
        while !*stop.borrow() {
            while runs.try_join_next().is_some() {}
            if let Err(e) = self.start_due(&mut runs, &stop).await {
                tracing::warn!(error = %e, "sends cannot be listed; trying again");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                Ok(()) = nudge.changed() => {}
                _ = stop.changed() => {}
            }
        }
        runs.join_all().await;
    }

    async fn start_due(
        self: &Arc<Self>,
        runs: &mut tokio::task::JoinSet<()>,
        stop: &watch::Receiver<bool>,
    ) -> Result<()> {
        if self.is_locked().await? {
            return Ok(());
        }
        let now = self.db.now();
        for row in self.db.system().query(&sql::LIST_DUE, params![now, 64_i64]).await? {
            let (store, send) = (StoreId(row.int(0)?), CampaignId(row.int(1)?));
            if runs.len() >= RUNS_MAX || !self.enter(send) {
                continue;
            }
            #[expect(
                clippy::disallowed_methods,
                reason = "the due send's row says which store it belongs to"
            )]
            let store = self.db.scoped(Scope::mint(store));
            let (this, stop) = (self.clone(), stop.clone());
            runs.spawn(async move {
                if let Err(e) = this.run_send(&store, send, stop).await {
                    tracing::error!(send = %send, error = %e, "a send stopped; it goes on by itself");
                    tokio::time::sleep(LOOK_EVERY * 4).await;
                }
                this.leave(send);
            });
        }
        Ok(())
    }

    fn enter(&self, send: CampaignId) -> bool {
        self.running.lock().unwrap_or_else(|e| e.into_inner()).insert(send.0)
    }

    fn leave(&self, send: CampaignId) {
        self.running.lock().unwrap_or_else(|e| e.into_inner()).remove(&send.0);
    }

    /// True after a restore, until somebody unlocks (trust.md R11).
    pub async fn is_locked(&self) -> Result<bool> {
        let row = self.db.system().query_opt(&sql::FIND_SENDING_LOCK, params![]).await?;
        Ok(row.is_some_and(|r| r.text(0).is_ok_and(|v| v != "false")))
    }

    /// Runs one send until it has nothing to do now. At most one run of a send at a time in a process.
    pub async fn run_send(
        &self,
        store: &Scoped,
        send: CampaignId,
        stop: watch::Receiver<bool>,
    ) -> Result<RunEnd> {
        if self.is_locked().await? {
            return Err(Problem::new(
                Code::SendingLocked,
                "Sending is locked since the last restore. Check what was sent meanwhile, then run `smartpush unlock`.",
            )
            .into());
        }
        self.recover().await?;
        recovery::recover_own(&self.db, &self.folder, send).await?;
        let Some(row) = store.read(move |tx| ledger::find_send(tx, send)).await? else {
            return Ok(RunEnd::Over);
        };
        let loaded = match self.loader.load(store, send, row).await {
            Ok(loaded) => Arc::new(loaded),
            Err(kernel::Error::Problem(p)) => {
                let reason = p.to_string();
                store.write(move |tx| ledger::pause(tx, send, Some(&reason))).await?;
                return Ok(RunEnd::Paused);
            }
            Err(fault) => return Err(fault),
        };
        Runner { store, send, loaded, folder: &self.folder, lease_ms: self.lease_ms, stop }.run().await
    }

    /// Runs one send to its end, waiting through its pauses between tries; for the command line. Ends
    /// early when it is paused or `stop` turns true.
    pub async fn run_to_end(
        &self,
        store: &Scoped,
        send: CampaignId,
        mut stop: watch::Receiver<bool>,
    ) -> Result<RunEnd> {
        loop {
            match self.run_send(store, send, stop.clone()).await {
                Ok(RunEnd::Idle(at)) => {
                    let wait = at.since(self.db.now()).clamp(20, 1_000) as u64;
                    tokio::select! {
                        () = tokio::time::sleep(Duration::from_millis(wait)) => {}
                        _ = stop.changed() => return Ok(RunEnd::Stopped),
                    }
                }
                Err(e) if e.is_transient() => {
                    tracing::warn!(error = %e, "trying again");
                    tokio::select! {
                        () = tokio::time::sleep(LOOK_EVERY) => {}
                        _ = stop.changed() => return Ok(RunEnd::Stopped),
                    }
                }
                other => return other,
            }
        }
    }
}
