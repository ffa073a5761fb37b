//! Doors to the data: [`Database`], [`Scoped`] for one store, [`Tx`] inside a transaction; for global tables
//! see `system`.
//!
//! A transaction is a synchronous closure; it holds database work only. On SQLite closures of many
//! callers are grouped into one commit by one writer thread; on PostgreSQL each has a connection.
//! Success is answered only after the commit is durable.

use crate::engines::{Conn, Engine};
use crate::log::NewEvent;
use crate::outside::{self, OutsideLog, Record};
use crate::signals::Signals;
use crate::statement::Statement;
use crate::system::{SystemDb, SystemTx};
use crate::value::{Row, RowRef, Value};
use crate::work::{Work, boxed};
use kernel::ids::{IdMaker, StoreId};
use kernel::{Clock, Fault, OrFault, Result, Timestamp};
use std::sync::Arc;

/// Proof that somebody may work inside one store.
///
/// Only `tenancy::access` (after authentication), the job queue (from a job's row) and the command
/// line (the operator) may mint one; clippy forbids the call elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scope(StoreId);

impl Scope {
    /// See the type. Calls outside the named places carry an `#[expect]` with the reason.
    pub fn mint(store: StoreId) -> Self {
        Scope(store)
    }

    /// The store.
    pub fn store(self) -> StoreId {
        self.0
    }
}

/// Whether a transaction may write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Snapshot of committed data.
    Read,
    /// May change data; serialised with other writers of the same rows.
    Write,
}

/// A handle on the database of this installation. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    pub(crate) engine: Arc<Engine>,
    clock: Arc<dyn Clock>,
    ids: IdMaker,
    signals: Signals,
    outside: Option<OutsideLog>,
}

impl Database {
    /// Opens `sqlite:path` or `postgres://…`, migrates nothing, leases a node number.
    /// Errors: the URL is of neither kind, or the database cannot be reached.
    pub async fn open(url: &str, clock: Arc<dyn Clock>) -> Result<Self> {
        let engine = Arc::new(Engine::open(url).await?);
        let ids = IdMaker::new(clock.clone(), 0);
        Ok(Database { engine, clock, ids, signals: Signals::default(), outside: None })
    }

    /// Migrates the schema and leases a node number for ids. Call once after [`Database::open`].
    pub async fn prepare(mut self) -> Result<Self> {
        crate::migrate::migrate(&self).await?;
        let node = crate::nodes::lease(&self).await?;
        self.ids = IdMaker::new(self.clock.clone(), node);
        Ok(self)
    }

    /// Keeps an outside log from now on. Call it after [`Database::prepare`]; without it records handed in
    /// with [`Tx::keep_outside`] are dropped.
    pub fn keep_outside(mut self, log: OutsideLog) -> Self {
        self.outside = Some(log);
        self
    }

    /// The outside log, if one is kept.
    pub fn outside(&self) -> Option<&OutsideLog> {
        self.outside.as_ref()
    }

    /// The injected clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Maker of ids.
    pub fn ids(&self) -> &IdMaker {
        &self.ids
    }

    /// In-process nudges.
    pub fn signals(&self) -> &Signals {
        &self.signals
    }

    /// True for the embedded engine.
    pub fn is_sqlite(&self) -> bool {
        matches!(&*self.engine, Engine::Sqlite(_))
    }

    /// Gives memory back that only a busy program needs; to be called now and then.
    pub fn rest(&self) {
        if let Engine::Sqlite(lite) = &*self.engine {
            lite.rest();
        }
    }

    /// The data of one store.
    pub fn scoped(&self, scope: Scope) -> Scoped {
        Scoped { db: self.clone(), scope }
    }

    /// The global tables; for the places that own them.
    pub fn system(&self) -> SystemDb {
        SystemDb::of(self.clone())
    }

    /// Expects much writing (an import): fewer checkpoints until the guard is dropped.
    pub fn bulk(&self) -> Result<BulkGuard> {
        if let Engine::Sqlite(lite) = &*self.engine {
            lite.set_bulk(true)?;
        }
        Ok(BulkGuard(self.engine.clone()))
    }

    pub(crate) async fn run<T: Send + 'static>(
        &self,
        access: Access,
        scope: Option<Scope>,
        work: impl FnOnce(&mut RawTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (work, answer) = boxed(work);
        self.engine.run(access, self.begun(scope, work)).await?;
        answer.take()
    }

    pub(crate) fn run_blocking<T: Send + 'static>(
        &self,
        access: Access,
        scope: Option<Scope>,
        work: impl FnOnce(&mut RawTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (work, answer) = boxed(work);
        self.engine.run_blocking(access, self.begun(scope, work))?;
        answer.take()
    }

    /// The work of a transaction with all it needs besides a connection.
    fn begun(
        &self,
        scope: Option<Scope>,
        work: Work,
    ) -> impl FnOnce(Conn<'_>) -> Result<()> + Send + 'static {
        let (clock, ids, signals) = (self.clock.clone(), self.ids.clone(), self.signals.clone());
        let (store, keeps) = (scope.map_or(0, |s| s.0.0), self.outside.is_some());
        move |conn| work(&mut RawTx { conn, store, now: clock.now(), ids, signals, keeps })
    }
}

/// Ends [`Database::bulk`]: normal checkpoints again, and one now.
pub struct BulkGuard(Arc<Engine>);

impl Drop for BulkGuard {
    fn drop(&mut self) {
        if let Engine::Sqlite(lite) = &*self.0
            && let Err(e) = lite.set_bulk(false)
        {
            tracing::warn!(error = %e, "checkpoint after bulk work failed; the next one will do it");
        }
    }
}

/// A transaction before it is known whose.
pub(crate) struct RawTx<'a> {
    pub(crate) conn: Conn<'a>,
    store: i64,
    pub(crate) now: Timestamp,
    pub(crate) ids: IdMaker,
    pub(crate) signals: Signals,
    keeps: bool,
}

/// What a transaction has to tell once it is committed.
#[derive(Default)]
struct Told {
    events: Vec<NewEvent>,
    /// Position of the last event it appended.
    appended: Option<i64>,
    outside: Vec<Record>,
}

/// Work, and what it told.
fn keeping<T>(
    work: impl FnOnce(&mut Tx<'_>) -> Result<T>,
) -> impl FnOnce(&mut RawTx<'_>) -> Result<(T, Told)> {
    move |raw| {
        let mut tx = Tx::of(raw);
        let done = work(&mut tx)?;
        tx.place_records()?;
        Ok((done, tx.told))
    }
}

/// The data of one store.
#[derive(Clone)]
pub struct Scoped {
    db: Database,
    scope: Scope,
}

impl Scoped {
    /// The whole database handle (clock, ids, signals).
    pub fn db(&self) -> &Database {
        &self.db
    }

    /// The scope it was opened with.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The store.
    pub fn store(&self) -> StoreId {
        self.scope.0
    }

    /// Runs a transaction; its effect is durable when this returns `Ok`. An `Err` leaves no trace.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (done, mut told) = self.db.run(Access::Write, Some(self.scope), keeping(work)).await?;
        let records = std::mem::take(&mut told.outside);
        self.tell(told);
        match &self.db.outside {
            Some(log) if !records.is_empty() => log.append(records).await?,
            _ => {}
        }
        Ok(done)
    }

    /// Tells what a committed transaction did.
    fn tell(&self, told: Told) {
        told.events.iter().for_each(|event| self.db.signals.tell(self.scope.0, event));
        if told.appended.is_some() {
            self.db.signals.notify(crate::log::TOPIC);
        }
    }

    /// Reads from one snapshot.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.run(Access::Read, Some(self.scope), move |raw| work(&mut Tx::of(raw))).await
    }

    /// [`Scoped::write`] for threads that are not async (bulk work). Must not be called on a runtime worker.
    pub fn write_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (done, mut told) = self.db.run_blocking(Access::Write, Some(self.scope), keeping(work))?;
        let records = std::mem::take(&mut told.outside);
        self.tell(told);
        match &self.db.outside {
            Some(log) if !records.is_empty() => log.append_blocking(records)?,
            _ => {}
        }
        Ok(done)
    }

    /// [`Scoped::read`] for threads that are not async.
    pub fn read_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.run_blocking(Access::Read, Some(self.scope), move |raw| work(&mut Tx::of(raw)))
    }

    /// One statement, all rows.
    pub async fn query(&self, statement: &'static Statement, params: &[Value]) -> Result<Vec<Row>> {
        let params = params.to_vec();
        self.read(move |tx| tx.query(statement, &params)).await
    }

    /// One statement, the first row.
    pub async fn query_opt(&self, statement: &'static Statement, params: &[Value]) -> Result<Option<Row>> {
        let params = params.to_vec();
        self.read(move |tx| tx.query_opt(statement, &params)).await
    }

    /// One writing statement in its own transaction; rows affected.
    pub async fn execute(&self, statement: &'static Statement, params: &[Value]) -> Result<u64> {
        let params = params.to_vec();
        self.write(move |tx| tx.execute(statement, &params)).await
    }
}

/// A transaction inside one store. Every statement gets the store as `$1`.
pub struct Tx<'a> {
    conn: Conn<'a>,
    store: i64,
    now: Timestamp,
    ids: IdMaker,
    signals: Signals,
    keeps: bool,
    told: Told,
}

impl<'a> Tx<'a> {
    fn of<'b>(raw: &'b mut RawTx<'a>) -> Tx<'b> {
        Tx {
            conn: raw.conn.reborrow(),
            store: raw.store,
            now: raw.now,
            ids: raw.ids.clone(),
            signals: raw.signals.clone(),
            keeps: raw.keeps,
            told: Told::default(),
        }
    }

    /// The inside of a store, reached from a transaction on global tables.
    pub(crate) fn entered(
        conn: Conn<'a>,
        scope: Scope,
        now: Timestamp,
        ids: IdMaker,
        signals: Signals,
    ) -> Self {
        Tx { conn, store: scope.0.0, now, ids, signals, keeps: false, told: Told::default() }
    }

    /// A global statement inside the same transaction (jobs, audit): for what must commit together
    /// with a store's change.
    pub fn system(&mut self) -> SystemTx<'_> {
        SystemTx {
            conn: self.conn.reborrow(),
            now: self.now,
            ids: self.ids.clone(),
            signals: self.signals.clone(),
        }
    }

    /// Hands in a record for the outside log (see [`crate::outside`]): written after the commit, before
    /// the caller gets an answer.
    pub fn keep_outside(&mut self, kind: &'static str, body: Vec<u8>) {
        if self.keeps {
            let (store, at) = (self.store, self.now);
            self.told.outside.push(Record { generation: 0, store, seq: 0, at, kind: kind.to_owned(), body });
        }
    }

    /// True if records are written: without that none need be made.
    pub fn keeps_outside(&self) -> bool {
        self.keeps
    }

    /// Gives the records of this transaction its place in the event log; an event of its own if it has
    /// none.
    fn place_records(&mut self) -> Result<()> {
        if self.told.outside.is_empty() {
            return Ok(());
        }
        let generation = outside::generation(&mut self.system())?;
        let seq = match self.told.appended {
            Some(seq) => seq,
            None => {
                let at = self.now;
                let mark =
                    NewEvent { at, kind: outside::KEPT, ordinal: None, campaign: None, body: Vec::new() };
                self.append(vec![mark])?
            }
        };
        for record in &mut self.told.outside {
            (record.generation, record.seq) = (generation, seq);
        }
        Ok(())
    }

    /// Tells the observers of this process once the transaction is committed; nothing is stored.
    pub fn tell(&mut self, event: NewEvent) {
        self.told.events.push(event);
    }

    /// The same for events of the log, which wake consumers too; what nobody observes is not copied.
    pub(crate) fn tell_appended(&mut self, events: &[NewEvent], last: i64) {
        self.told.appended = Some(last);
        let observed = events.iter().filter(|event| self.signals.is_observed(event.kind));
        self.told.events.extend(observed.cloned());
    }

    /// The store.
    pub fn store(&self) -> StoreId {
        StoreId(self.store)
    }

    /// When the transaction began, by the injected clock.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Maker of ids.
    pub fn ids(&self) -> &IdMaker {
        &self.ids
    }

    fn bind(&self, statement: &Statement, params: &[Value]) -> Result<Vec<Value>> {
        if statement.global {
            return Err(Fault::new(format!("{} is global and was used in a store", statement.name)).into());
        }
        let mut all = Vec::with_capacity(params.len() + 1);
        all.push(Value::Int(self.store));
        all.extend_from_slice(params);
        Ok(all)
    }

    /// Runs a writing statement; rows affected.
    pub fn execute(&mut self, statement: &'static Statement, params: &[Value]) -> Result<u64> {
        let all = self.bind(statement, params)?;
        self.conn.execute(statement, &all)
    }

    /// All rows.
    pub fn query(&mut self, statement: &'static Statement, params: &[Value]) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        self.query_each(statement, params, |row| {
            rows.push(row.to_row()?);
            Ok(true)
        })?;
        Ok(rows)
    }

    /// The first row, if any.
    pub fn query_opt(&mut self, statement: &'static Statement, params: &[Value]) -> Result<Option<Row>> {
        let mut found = None;
        self.query_each(statement, params, |row| {
            found = Some(row.to_row()?);
            Ok(false)
        })?;
        Ok(found)
    }

    /// The only row; a fault if there is none.
    pub fn query_one(&mut self, statement: &'static Statement, params: &[Value]) -> Result<Row> {
        self.query_opt(statement, params)?.or_fault(statement.name)
    }

    /// Streams rows without keeping them; `each` answers whether to go on.
    pub fn query_each(
        &mut self,
        statement: &'static Statement,
        params: &[Value],
        each: impl FnMut(&RowRef<'_>) -> Result<bool>,
    ) -> Result<()> {
        let all = self.bind(statement, params)?;
        self.conn.query_each(statement, &all, each)
    }

    /// Inserts many rows fast (COPY on PostgreSQL). The store is column one and is added here.
    /// `statement` is the single-row `INSERT … VALUES ($1, …)` used by SQLite; its table and columns
    /// are read from its text for COPY, so it must have no `ON CONFLICT` part.
    pub fn insert_many(
        &mut self,
        statement: &'static Statement,
        rows: impl IntoIterator<Item = Vec<Value>>,
    ) -> Result<u64> {
        let store = self.store;
        if statement.global {
            return Err(Fault::new(format!("{} is global and was used in a store", statement.name)).into());
        }
        self.conn.insert_many(
            statement,
            rows.into_iter().map(move |mut row| {
                row.insert(0, Value::Int(store));
                row
            }),
        )
    }
}

impl Tx<'_> {
    /// Runs a writing statement once for each row of parameters (from `$2` on), pipelined on PostgreSQL;
    /// rows affected in all.
    pub fn execute_many(
        &mut self,
        statement: &'static Statement,
        rows: impl IntoIterator<Item = Vec<Value>>,
    ) -> Result<u64> {
        let store = self.store;
        if statement.global {
            return Err(Fault::new(format!("{} is global and was used in a store", statement.name)).into());
        }
        self.conn.execute_many(
            statement,
            rows.into_iter().map(move |mut row| {
                row.insert(0, Value::Int(store));
                row
            }),
        )
    }
}
