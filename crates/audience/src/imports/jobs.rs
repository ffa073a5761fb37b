//! Background work of imports: checking, importing, undoing. Each can run again after any end.

use super::model::{Counts, Import, State};
use super::pipeline::{self, Control, Ending};
use super::{intake, report, sql, undo};
use kernel::ids::ImportId;
use kernel::{Error, OrFault, Problem, Result};
use serde_json::json;
use std::sync::Arc;
use store::queue::{JobCx, JobFuture, JobHandler, JobResult};
use store::{Scoped, StoreKeys, Vault};

/// Checks a whole file and stores no contact.
pub const CHECK: &str = "import.check";
/// Imports a file.
pub const RUN: &str = "import.run";
/// Takes an import back.
pub const UNDO: &str = "import.undo";

/// Again after a stop that nobody asked for (shutdown, lost lease): at once.
const AGAIN_MS: i64 = 1_000;

#[derive(serde::Deserialize)]
struct Payload {
    import: ImportId,
    #[serde(default)]
    actor: String,
}

fn payload(cx: &JobCx) -> Result<Payload> {
    serde_json::from_value(cx.payload.clone()).or_fault("read the payload of an import's job")
}

/// Runs an import that has begun, on a thread of its own, and notes how it ended.
pub async fn run_import(
    store: &Scoped,
    keys: Arc<StoreKeys>,
    id: ImportId,
    watch: Watch,
) -> Result<(Import, Ending)> {
    let owned = store.clone();
    let ended = tokio::task::spawn_blocking(move || run_blocking(&owned, &keys, id, &watch))
        .await
        .or_fault("run an import")?;
    let ending = match ended {
        Ok(Ending::Finished) => {
            finish(store, id, State::Done, None).await?;
            Ending::Finished
        }
        Ok(other) => other,
        // The file is not what it seemed: what was committed stays, and the reason is shown.
        Err(Error::Problem(p)) => {
            finish(store, id, State::Failed, Some(p.detail.clone())).await?;
            return Err(p.into());
        }
        Err(fault) => return Err(fault),
    };
    Ok((store.read(move |tx| sql::get(tx, id)).await?, ending))
}

fn run_blocking(store: &Scoped, keys: &Arc<StoreKeys>, id: ImportId, watch: &Watch) -> Result<Ending> {
    let import = store.read_blocking(move |tx| sql::get(tx, id))?;
    if import.state != State::Running {
        return Ok(Ending::Overtaken);
    }
    let work = intake::work(store, keys, &import)?;
    pipeline::run(&work, &import, watch.control())
}

/// Ends an import; its file is removed if it lies in our folder. Afterwards it can only be undone.
pub async fn finish(store: &Scoped, id: ImportId, state: State, error: Option<String>) -> Result<()> {
    let path = store
        .write(move |tx| {
            let import = sql::get(tx, id)?;
            let ended = sql::finish(tx, id, state, error.as_deref())?;
            Ok(ended.then_some(import.file_path))
        })
        .await?;
    if let Some(path) = path {
        super::upload::remove_if_ours(&path).await;
    }
    Ok(())
}

type Report = Box<dyn Fn(u64, u64) + Send + Sync>;
type Stop = Box<dyn Fn() -> bool + Send + Sync>;

/// How a run is watched and stopped; owned, so that it can go to a thread.
pub struct Watch {
    stop: Stop,
    report: Report,
}

impl Watch {
    /// From a check and a reporter.
    pub fn new(
        stop: impl Fn() -> bool + Send + Sync + 'static,
        report: impl Fn(u64, u64) + Send + Sync + 'static,
    ) -> Self {
        Watch { stop: Box::new(stop), report: Box::new(report) }
    }

    fn of(cx: &JobCx) -> Self {
        let report = cx.reporter();
        Self::new(cx.stop_check(), move |done, total| report(done as i64, total as i64))
    }

    pub(super) fn control(&self) -> Control<'_> {
        Control { should_stop: &*self.stop, report: &*self.report }
    }
}

/// After a stop: asked for by a person, or to be gone on with?
async fn cancelled(cx: &JobCx) -> Result<bool> {
    Ok(cx.store.find_job(cx.id).await?.cancel_requested)
}

fn answer(counts: &Counts) -> serde_json::Value {
    json!({
        "rows": counts.rows, "created": counts.created, "updated": counts.updated, "skipped": counts.skipped,
        "errors": counts.errors, "warnings": counts.warnings, "duplicates": counts.duplicates,
    })
}

/// The three jobs share the vault.
pub(super) struct Handler {
    pub(super) kind: &'static str,
    pub(super) vault: Vault,
}

impl JobHandler for Handler {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn run<'a>(&'a self, cx: &'a JobCx) -> JobFuture<'a> {
        Box::pin(async move {
            let keys = self.vault.keys(cx.store.db(), cx.store.scope()).await?;
            match self.kind {
                CHECK => run_check_job(cx, keys).await,
                RUN => run_import_job(cx, keys).await,
                _ => run_undo_job(cx).await,
            }
        })
    }
}

async fn run_import_job(cx: &JobCx, keys: Arc<StoreKeys>) -> Result<JobResult> {
    let id = payload(cx)?.import;
    let (import, ending) = run_import(&cx.store, keys, id, Watch::of(cx)).await?;
    match ending {
        Ending::Stopped if cancelled(cx).await? => {
            finish(&cx.store, id, State::Cancelled, None).await?;
            Ok(JobResult::Cancelled(answer(&import.counts)))
        }
        Ending::Stopped => Ok(JobResult::Again(cx.store.db().now().plus_ms(AGAIN_MS))),
        Ending::Finished | Ending::Overtaken => Ok(JobResult::Done(answer(&import.counts))),
    }
}

async fn run_check_job(cx: &JobCx, keys: Arc<StoreKeys>) -> Result<JobResult> {
    let id = payload(cx)?.import;
    match check_import(&cx.store, keys, id, Watch::of(cx)).await? {
        Some(counts) => Ok(JobResult::Done(answer(&counts))),
        None if cancelled(cx).await? => Ok(JobResult::Cancelled(json!({}))),
        None => Ok(JobResult::Again(cx.store.db().now().plus_ms(AGAIN_MS))),
    }
}

/// Checks the file of an import that has not begun, and keeps what it found. `None`: stopped.
pub async fn check_import(
    store: &Scoped,
    keys: Arc<StoreKeys>,
    id: ImportId,
    watch: Watch,
) -> Result<Option<Counts>> {
    let owned = store.clone();
    let checked = tokio::task::spawn_blocking(move || {
        let import = owned.read_blocking(move |tx| sql::get(tx, id))?;
        intake::refuse_unless_here(&import)?;
        let work = intake::work(&owned, &keys, &import)?;
        let (counts, issues, ending) = pipeline::check(&work, watch.control())?;
        let sealed = report::seal(&keys, &issues)?;
        Ok::<_, Error>((counts, issues.len() as u64, sealed, ending))
    });
    let (counts, count, sealed, ending) = checked.await.or_fault("check an import")??;
    if ending != Ending::Finished {
        return Ok(None);
    }
    store.write(move |tx| sql::put_dry_run(tx, id, &counts, (count, sealed))).await?;
    Ok(Some(counts))
}

async fn run_undo_job(cx: &JobCx) -> Result<JobResult> {
    let Payload { import: id, actor } = payload(cx)?;
    let (store, watch) = (cx.store.clone(), Watch::of(cx));
    let undone = tokio::task::spawn_blocking(move || undo::undo(&store, id, &actor, watch.control()))
        .await
        .or_fault("undo an import")??;
    match undone {
        Some(counts) => Ok(JobResult::Done(serde_json::to_value(counts).or_fault("write JSON of an undo")?)),
        None if cancelled(cx).await? => Ok(JobResult::Cancelled(json!({}))),
        None => Ok(JobResult::Again(cx.store.db().now().plus_ms(AGAIN_MS))),
    }
}

/// Enqueues the check of a file. Problem: the import has begun, or its file is gone.
pub async fn enqueue_check(store: &Scoped, id: ImportId) -> Result<Import> {
    let import = store
        .write(move |tx| {
            intake::refuse_unless_here(&sql::get(tx, id)?)?;
            let now = tx.now();
            let job = tx.enqueue(CHECK, &json!({ "import": id }), now)?;
            sql::put_job(tx, id, job)?;
            sql::get(tx, id)
        })
        .await?;
    store.db().signals().notify(store::queue::TOPIC);
    Ok(import)
}

/// Enqueues the undo of an import. Problem: it is not over, undone already, or older than 30 days.
pub async fn enqueue_undo(store: &Scoped, id: ImportId, actor: web::Actor) -> Result<Import> {
    let import = store
        .write(move |tx| {
            let now = tx.now();
            sql::get(tx, id)?.check_undo(now)?;
            let job = tx.enqueue(UNDO, &json!({ "import": id, "actor": actor.to_string() }), now)?;
            sql::put_job(tx, id, job)?;
            tenancy::audit::record(tx, actor, "import.undo_started", id, &json!({}))?;
            sql::get(tx, id)
        })
        .await?;
    store.db().signals().notify(store::queue::TOPIC);
    Ok(import)
}

/// Stops an import that runs or waits. Problem: it is over.
pub async fn cancel(store: &Scoped, id: ImportId, actor: web::Actor) -> Result<Import> {
    let import = store.read(move |tx| sql::get(tx, id)).await?;
    let job = match (import.state, import.job) {
        (State::Running, Some(job)) => job,
        _ => return Err(Problem::conflict("Only an import that runs can be cancelled.").into()),
    };
    store.cancel_job(job).await?;
    // A job that had not begun is over now and will not end its import by itself.
    if store.find_job(job).await?.state == "cancelled" {
        finish(store, id, State::Cancelled, None).await?;
    }
    store
        .write(move |tx| {
            tenancy::audit::record(tx, actor, "import.cancelled", id, &json!({}))?;
            sql::get(tx, id)
        })
        .await
}
