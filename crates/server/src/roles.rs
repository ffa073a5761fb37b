//! What a process does: answer HTTP, work in the background, or both; and how it ends.

use crate::app::App;
use crate::config::Config;
use kernel::{OrFault, Result};
use messaging::tracking::Tracker;
use std::sync::Arc;
use std::time::Duration;
use store::{Consumer, Database};
use tokio::sync::watch;
use tokio::task::JoinSet;
use web::{AppState, Task};

/// Everything has ended this long after the stop, or is left behind.
const STOP_TIME_MAX: Duration = Duration::from_secs(30);
/// Consumers look at least this often; other processes cannot wake them.
const CONSUMERS_POLL: Duration = Duration::from_secs(1);
/// A task that failed is started again after this.
const RESTART_AFTER: Duration = Duration::from_secs(1);

/// Part of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Role {
    /// HTTP and background work in one process.
    All,
    /// HTTP only.
    Web,
    /// Background work only.
    Worker,
}

/// Time between two rests of the database.
const REST_EVERY: Duration = Duration::from_secs(15);

/// Lets the database give memory back now and then.
async fn rest(db: Database, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        db.rest();
        tokio::select! {
            () = tokio::time::sleep(REST_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Runs until SIGTERM or SIGINT. `ready` is called with the address once requests are answered.
pub async fn run(
    app: App,
    config: &Config,
    role: Role,
    ready: impl FnOnce(Option<std::net::SocketAddr>),
) -> Result<()> {
    let stopping = app.state.stopping();
    let mut running = JoinSet::new();
    if role != Role::Web {
        spawn_worker(&mut running, &app, config.worker.jobs, &stopping);
    }
    let mut address = None;
    if role != Role::Worker {
        let listener = tokio::net::TcpListener::bind(config.http.listen).await;
        let listener = listener.or_fault(&format!("listen on {}", config.http.listen))?;
        address = Some(listener.local_addr().or_fault("ask for the address")?);
        running.spawn(web::serve::serve(listener, app.router(), stopping.clone()));
    }
    running.spawn(rest(app.state.db().clone(), stopping.clone()));
    ready(address);
    wait_for_signal().await?;
    tracing::info!("stopping");
    app.state.stop();
    let ended =
        tokio::time::timeout(STOP_TIME_MAX, async { while running.join_next().await.is_some() {} }).await;
    if ended.is_err() {
        tracing::warn!("some work had not ended in time and was left behind; it goes on at the next start");
    }
    app.state.service::<Tracker>().flush_all().await;
    Ok(())
}

/// Starts everything of the worker role.
pub fn spawn_worker(running: &mut JoinSet<()>, app: &App, jobs_at_once: usize, stop: &watch::Receiver<bool>) {
    let (db, jobs) = (app.state.db().clone(), Arc::new(app.jobs()));
    running.spawn(store::queue::run_jobs(db.clone(), jobs, jobs_at_once, stop.clone()));
    running.spawn(run_consumers(db, app.consumers(), stop.clone()));
    for task in app.features.iter().flat_map(|f| &f.tasks) {
        running.spawn(keep_running(*task, app.state.clone(), stop.clone()));
    }
}

async fn keep_running(task: Task, state: AppState, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        // A task of its own: a panic ends this run and not the others.
        let run = tokio::spawn((task.start)(state.clone(), stop.clone())).await;
        match run {
            Ok(Ok(())) => return,
            Ok(Err(e)) => {
                tracing::error!(task = task.name, error = %e, "a background task failed; starting it again")
            }
            Err(e) => {
                tracing::error!(task = task.name, error = %e, "a background task panicked; starting it again")
            }
        }
        tokio::select! {
            () = tokio::time::sleep(RESTART_AFTER) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Lets consumers catch up whenever something was appended.
async fn run_consumers(db: Database, consumers: Vec<Arc<dyn Consumer>>, mut stop: watch::Receiver<bool>) {
    let mut nudge = db.signals().listen(store::log::TOPIC);
    while !*stop.borrow() {
        if let Err(e) = catch_up(&db, &consumers).await {
            tracing::warn!(error = %e, "consumers of the event log fell behind; trying again");
        }
        tokio::select! {
            () = tokio::time::sleep(CONSUMERS_POLL) => {}
            Ok(()) = nudge.changed() => {}
            _ = stop.changed() => {}
        }
    }
}

/// Lets every consumer catch up in every store.
pub async fn catch_up(db: &Database, consumers: &[Arc<dyn Consumer>]) -> Result<()> {
    if consumers.is_empty() {
        return Ok(());
    }
    for scope in db.list_stores().await? {
        let store = db.scoped(scope);
        for consumer in consumers {
            store::log::catch_up(&store, consumer).await?;
        }
    }
    Ok(())
}

async fn wait_for_signal() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).or_fault("wait for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).or_fault("wait for SIGINT")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
