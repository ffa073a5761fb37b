//! Coming back from the past: the restore point, and the replay of what is newer.
//!
//! The point is taken before anything is replayed and kept in the database until sending is unlocked, so
//! that a replay can be broken off and begun again, and so that each machine can replay its own log after
//! a restore of a shared database. Taking it begins a new generation: positions in the event log are used
//! a second time from there on.

use super::{DELETE_OUTSIDE_FACT, GENERATION, Reading, Record, find_fact, generation, known_logs, put_fact};
use crate::{Database, Scope, SystemTx, Tx, params};
use kernel::ids::StoreId;
use kernel::{OrFault, Result, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Fact: where a restored database stood.
const POINT: &str = "restore_point";
/// Most records applied in one transaction.
const BATCH: usize = 500;

/// Where one store stood when its database was restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorePoint {
    /// Position of its newest event.
    pub head: i64,
    /// Contacts have ordinals below it; whoever has a higher one now is somebody else than in the log.
    pub ordinal_end: u32,
}

/// Where a database stood when it was restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestorePoint {
    /// When the replay began.
    pub at: Timestamp,
    /// Generation before the restore.
    pub generation: i64,
    /// Its stores.
    pub stores: BTreeMap<i64, StorePoint>,
    /// Logs that wrote beside the database when the backup was made.
    pub logs: Vec<String>,
    /// Logs that were replayed.
    pub replayed: Vec<String>,
    /// What the replayed logs evidently lack.
    pub gaps: Vec<String>,
}

impl RestorePoint {
    fn is_newer(&self, record: &Record) -> bool {
        let Some(store) = self.stores.get(&record.store) else { return false };
        record.generation > self.generation
            || (record.generation == self.generation && record.seq > store.head)
    }

    /// Sentences about what could not be replayed; empty if everything was.
    pub fn missing(&self) -> Vec<String> {
        let absent = self.logs.iter().filter(|id| !self.replayed.contains(id)).map(|id| {
            format!(
                "Outside log {id} wrote beside this database and was not replayed: run `smartpush restore --replay` \
                 on its machine, or name its folder with --log."
            )
        });
        let none = self.logs.is_empty().then(|| {
            "No outside log was kept beside this database when the backup was made; nobody knows what happened since."
                .to_owned()
        });
        self.gaps.iter().cloned().chain(absent).chain(none).collect()
    }
}

/// The restore point, if the database came back from the past and sending was not unlocked since.
pub fn find_point(tx: &mut SystemTx<'_>) -> Result<Option<RestorePoint>> {
    let text = find_fact(tx, POINT)?;
    text.map(|t| serde_json::from_str(&t).or_fault("read the restore point")).transpose()
}

fn put_point(tx: &mut SystemTx<'_>, point: &RestorePoint) -> Result<()> {
    put_fact(tx, POINT, &serde_json::to_string(point).or_fault("write the restore point")?)
}

/// Forgets the restore point; for unlocking.
pub fn end_replay(tx: &mut SystemTx<'_>) -> Result<()> {
    tx.execute(&DELETE_OUTSIDE_FACT, params![POINT]).map(drop)
}

async fn store_points(db: &Database) -> Result<BTreeMap<i64, StorePoint>> {
    let mut stores = BTreeMap::new();
    for scope in db.list_stores().await? {
        let store = db.scoped(scope);
        let point =
            store.read(|tx| Ok(StorePoint { head: tx.log_head()?, ordinal_end: tx.ordinal_end()? })).await?;
        stores.insert(scope.store().0, point);
    }
    Ok(stores)
}

/// True if the log knows what the database does not: the database was put back to an earlier state.
pub async fn is_behind(db: &Database) -> Result<bool> {
    let Some(log) = db.outside() else { return Ok(false) };
    // First the log, then the database: it may go forward in between, the log never overtakes it.
    let reading = log.read()?;
    if reading.records.is_empty() {
        return Ok(false);
    }
    let own = log.id().to_owned();
    let (point, generation) = db.system().read(|tx| Ok((find_point(tx)?, generation(tx)?))).await?;
    if let Some(point) = point {
        return Ok(!point.replayed.contains(&own));
    }
    let stores = store_points(db).await?;
    Ok(reading.records.iter().any(|record| {
        stores.get(&record.store).is_some_and(|store| {
            record.generation > generation || (record.generation == generation && record.seq > store.head)
        })
    }))
}

/// Takes the restore point, or finds the one of a replay that was begun. `newest`: the highest generation
/// among the records at hand.
pub async fn begin_replay(db: &Database, newest: i64) -> Result<RestorePoint> {
    let stores = store_points(db).await?;
    let now = db.now();
    db.system()
        .write(move |tx| {
            let generation = generation(tx)?;
            let begun = find_point(tx)?;
            // Above every record at hand, also of a log that is replayed later than others.
            let next = if begun.is_some() { generation.max(newest + 1) } else { generation.max(newest) + 1 };
            put_fact(tx, GENERATION, &next.to_string())?;
            if let Some(point) = begun {
                return Ok(point);
            }
            let logs = known_logs(tx)?;
            let point =
                RestorePoint { at: now, generation, stores, logs, replayed: Vec::new(), gaps: Vec::new() };
            put_point(tx, &point)?;
            Ok(point)
        })
        .await
}

/// Puts records of some kinds into effect again.
pub trait Replayer: Send + Sync + 'static {
    /// A word for people: `erasures`.
    fn name(&self) -> &'static str;
    /// Kinds it wrote.
    fn kinds(&self) -> &'static [&'static str];
    /// Applies records, oldest first, to a store that stood at `point`. May be called again with the same
    /// records and must then change nothing. Answers how many contacts, addresses or messages it changed.
    fn replay(&self, tx: &mut Tx<'_>, point: StorePoint, records: &[Record]) -> Result<u64>;
    /// True if it must be given all records of a store at once.
    fn wants_all(&self) -> bool {
        false
    }
}

/// What a replay changed.
#[derive(Clone, Debug, Default)]
pub struct Replayed {
    /// Changes by the name of the replayer.
    pub changed: BTreeMap<&'static str, u64>,
    /// Records newer than the restore point.
    pub records: u64,
}

/// Applies what a log holds that is newer than the restore point. `replayers` in the order in which they
/// are to run.
pub async fn replay(
    db: &Database,
    point: &RestorePoint,
    reading: Reading,
    replayers: &[Arc<dyn Replayer>],
) -> Result<Replayed> {
    let mut done = Replayed::default();
    let mut by_store: BTreeMap<i64, Vec<Record>> = BTreeMap::new();
    let mut newer: Vec<Record> = reading.records.into_iter().filter(|r| point.is_newer(r)).collect();
    done.records = newer.len() as u64;
    // Segments overlap in time; inside a store positions are the order of commits.
    newer.sort_by_key(|r| (r.generation, r.seq));
    for record in newer {
        by_store.entry(record.store).or_default().push(record);
    }
    for replayer in replayers {
        let changed = done.changed.entry(replayer.name()).or_default();
        for (store, records) in &by_store {
            let Some(at) = point.stores.get(store) else { continue };
            *changed += replay_store(db, StoreId(*store), *at, records, replayer).await?;
        }
    }
    note_replayed(db, reading.id, reading.gaps).await?;
    Ok(done)
}

async fn replay_store(
    db: &Database,
    store: StoreId,
    point: StorePoint,
    records: &[Record],
    replayer: &Arc<dyn Replayer>,
) -> Result<u64> {
    #[expect(clippy::disallowed_methods, reason = "the record says which store it belongs to")]
    let store = db.scoped(Scope::mint(store));
    let wanted: Vec<Record> =
        records.iter().filter(|r| replayer.kinds().contains(&r.kind.as_str())).cloned().collect();
    let size = if replayer.wants_all() { wanted.len().max(1) } else { BATCH };
    let mut changed = 0;
    for part in wanted.chunks(size) {
        let (replayer, part) = (replayer.clone(), part.to_vec());
        changed += store.write(move |tx| replayer.replay(tx, point, &part)).await?;
    }
    Ok(changed)
}

async fn note_replayed(db: &Database, id: Option<String>, gaps: Vec<String>) -> Result<()> {
    db.system()
        .write(move |tx| {
            let mut point = find_point(tx)?.or_fault("find the restore point of a replay")?;
            point.replayed.extend(id.filter(|id| !point.replayed.contains(id)));
            let fresh: Vec<String> = gaps.into_iter().filter(|gap| !point.gaps.contains(gap)).collect();
            point.gaps.extend(fresh);
            put_point(tx, &point)
        })
        .await
}
