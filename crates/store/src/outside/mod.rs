//! The outside log: what a database restored from a backup must learn before it is opened.
//!
//! Erasures, suppressions, withdrawals of consent and hand-offs are written twice: into the database, and
//! into files beside it, so that they outlive the database (P-125, P-126; trust.md R11). A transaction
//! hands its records in with [`Tx::keep_outside`](crate::Tx::keep_outside); after its commit and before
//! its caller gets an answer they are appended and synced. So the log never knows what the database did
//! not commit: if it does, the database has gone back in time ([`is_behind`]).
//!
//! Each process appends to segments of its own, a new one each day, so that several processes on one folder
//! never share a file. Records are sealed under the root key and hold ids and keyed hashes, no personal
//! data. A segment lives two days longer than a backup ([`crate::backup::LIFE_MS`]).
//!
//! What the records mean is the business of the features that wrote them ([`Replayer`]).

mod point;
mod record;
mod segment;

pub use point::{
    Replayed, Replayer, RestorePoint, StorePoint, begin_replay, end_replay, find_point, is_behind, replay,
};
pub use record::{ListReader, Record};
pub use segment::Reading;

use crate::{Database, SystemTx, Vault, global_statements, params};
use kernel::{Clock, Fault, OrFault, Result, Timestamp};
use segment::Writer;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use tokio::sync::oneshot;

/// Kind of the event that marks the place of a transaction that has records but no other event.
pub(crate) const KEPT: &str = "outside.kept";
/// A log that was not opened for so long belongs to a machine that is gone.
const LOG_LIFE_MS: i64 = crate::backup::LIFE_MS;
const DAY_MS: i64 = 86_400_000;
/// Fact: how often this database has come back from the past.
const GENERATION: &str = "outside_generation";
/// Begin of the facts that name logs.
const LOG_PREFIX: &str = "outside_log.";

global_statements! {
    /// A fact of the installation.
    FIND_OUTSIDE_FACT = "SELECT value FROM installation WHERE name = $1";
    /// Keeps a fact of the installation.
    PUT_OUTSIDE_FACT = "INSERT INTO installation (name, value) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    /// Forgets a fact of the installation.
    DELETE_OUTSIDE_FACT = "DELETE FROM installation WHERE name = $1";
    /// Facts whose names lie between two texts: the logs that write beside this database.
    LIST_OUTSIDE_FACTS = "SELECT name, value FROM installation WHERE name > $1 AND name < $2 ORDER BY name";
}

fn find_fact(tx: &mut SystemTx<'_>, name: &str) -> Result<Option<String>> {
    tx.query_opt(&FIND_OUTSIDE_FACT, params![name])?.map(|row| row.text(0)).transpose()
}

fn put_fact(tx: &mut SystemTx<'_>, name: &str, value: &str) -> Result<()> {
    tx.execute(&PUT_OUTSIDE_FACT, params![name, value]).map(drop)
}

/// How often this database has come back from the past; positions of its event log mean something only
/// together with it.
pub(crate) fn generation(tx: &mut SystemTx<'_>) -> Result<i64> {
    Ok(find_fact(tx, GENERATION)?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// Records of one transaction on their way to the writer, and who waits for them.
struct Waiting {
    records: Vec<Record>,
    answer: oneshot::Sender<Result<(), Arc<str>>>,
}

struct Shared {
    id: String,
    folder: PathBuf,
    vault: Vault,
    queue: mpsc::Sender<Waiting>,
}

/// The outside log of a data folder. Cheap to clone; one writer thread a process.
#[derive(Clone)]
pub struct OutsideLog(Arc<Shared>);

impl OutsideLog {
    /// Opens the log in a folder, made on first use, and removes segments whose life is over.
    pub fn open(folder: &Path, vault: &Vault, clock: Arc<dyn Clock>) -> Result<Self> {
        let id = segment::open_folder(folder)?;
        segment::prune(folder, None)?;
        let (queue, waiting) = mpsc::channel::<Waiting>();
        let mut writer = Writer::new(folder, vault, clock);
        std::thread::Builder::new()
            .name("outside-log".into())
            .spawn(move || write_loop(&mut writer, &waiting))
            .or_fault("start the thread of the outside log")?;
        Ok(OutsideLog(Arc::new(Shared { id, folder: folder.to_owned(), vault: vault.clone(), queue })))
    }

    /// Name of this log among those of all machines.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Reads everything that is in the log.
    pub fn read(&self) -> Result<Reading> {
        Reading::of(&self.0.folder, &self.0.vault)
    }

    fn enqueue(&self, records: Vec<Record>) -> Result<oneshot::Receiver<Result<(), Arc<str>>>> {
        let (answer, written) = oneshot::channel();
        let sent = self.0.queue.send(Waiting { records, answer });
        sent.map_err(|_| Fault::new("the thread of the outside log ended"))?;
        Ok(written)
    }

    /// Appends records and waits until the disk has them.
    pub(crate) async fn append(&self, records: Vec<Record>) -> Result<()> {
        kept(self.enqueue(records)?.await.or_fault("wait for the outside log")?)
    }

    /// The same for threads that are not async.
    pub(crate) fn append_blocking(&self, records: Vec<Record>) -> Result<()> {
        kept(self.enqueue(records)?.blocking_recv().or_fault("wait for the outside log")?)
    }
}

fn kept(written: Result<(), Arc<str>>) -> Result<()> {
    written.map_err(|why| {
        Fault::transient(format!("the change is made, but the outside log was not written: {why}")).into()
    })
}

/// Takes all that wait into one write and one sync.
fn write_loop(writer: &mut Writer, waiting: &mpsc::Receiver<Waiting>) {
    while let Ok(first) = waiting.recv() {
        let mut group = vec![first];
        group.extend(waiting.try_iter());
        let (records, answers): (Vec<_>, Vec<_>) = group.into_iter().map(|w| (w.records, w.answer)).unzip();
        let written = writer.write(records.into_iter().flatten()).map_err(|e| Arc::from(e.to_string()));
        if let Err(why) = &written {
            tracing::error!(error = %why, "the outside log was not written; the next write tries again");
        }
        for answer in answers {
            // Whoever does not wait any more has no use for the answer.
            drop(answer.send(written.clone()));
        }
    }
}

/// Tells the database that its log belongs to it; once a day, so that logs of machines that are gone are
/// not missed for ever. Not before a replay: a restored database must still know which logs there were.
pub async fn register(db: &Database) -> Result<()> {
    let Some(log) = db.outside() else { return Ok(()) };
    let name = format!("{LOG_PREFIX}{}", log.id());
    let now = db.now();
    let wanted = name.clone();
    let last = db.system().read(move |tx| find_fact(tx, &wanted)).await?;
    if last.and_then(|text| text.parse().ok()).is_some_and(|at: i64| now.since(Timestamp(at)) < DAY_MS) {
        return Ok(());
    }
    db.system().write(move |tx| put_fact(tx, &name, &now.0.to_string())).await
}

/// Logs that wrote beside this database lately.
fn known_logs(tx: &mut SystemTx<'_>) -> Result<Vec<String>> {
    let end = "outside_log/";
    let rows = tx.query(&LIST_OUTSIDE_FACTS, params![LOG_PREFIX, end])?;
    let all: Vec<(String, i64)> = rows
        .iter()
        .map(|row| Ok((row.text(0)?, row.text(1)?.parse().unwrap_or(0))))
        .collect::<Result<_>>()?;
    // Compared with the newest, not with the clock: the database may have slept in a backup.
    let newest = all.iter().map(|(_, at)| *at).max().unwrap_or(0);
    let live = all.into_iter().filter(|(_, at)| newest - at < LOG_LIFE_MS);
    Ok(live.map(|(name, _)| name[LOG_PREFIX.len()..].to_owned()).collect())
}
