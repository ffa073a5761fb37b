//! SQLite: one writer thread that groups waiting transactions into one commit, and a pool of readers.
//!
//! Readers are made as they are needed and kept.

mod writer;

use self::writer::{Job, Place, Ran, job, write_loop};
use super::Conn;
use crate::statement::Statement;
use crate::value::{Row, RowRef, Value};
use kernel::{Error, Fault, OrFault, Result};
use rusqlite::types::{ToSqlOutput, Value as LiteValue, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::os::unix::fs::OpenOptionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Most waiting closures; more wait in their callers.
const QUEUE_MAX: usize = 4096;
/// How long to wait for another process's transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(60);
/// Pages between checkpoints: 64 MiB, and 1 GiB during bulk work.
const CHECKPOINT_PAGES: u32 = 16_384;
const BULK_CHECKPOINT_PAGES: u32 = 262_144;
/// Page cache of the writer: usual, and during bulk work. KiB.
const CACHE_KIB: u32 = 16_384;
const BULK_CACHE_KIB: u32 = 65_536;
/// Fewer reads than this between two rests are little.
const QUIET_READS: u32 = 500;

/// An open SQLite file.
pub struct Sqlite {
    path: PathBuf,
    writer: mpsc::SyncSender<Job>,
    readers: Arc<Readers>,
}

struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
    /// Reads since the last rest.
    reads: AtomicU32,
}

impl Sqlite {
    pub(super) fn open(path: &str) -> Result<Self> {
        let path = PathBuf::from(path);
        let connection = connect(&path, true)?;
        let (writer, jobs) = mpsc::sync_channel::<Job>(QUEUE_MAX);
        std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || write_loop(&connection, &jobs))
            .or_fault("start the writer thread")?;
        let permits = Arc::new(Semaphore::new(reader_count()));
        let readers = Arc::new(Readers {
            path: path.clone(),
            idle: Mutex::new(Vec::new()),
            permits,
            reads: AtomicU32::new(0),
        });
        Ok(Sqlite { path, writer, readers })
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(Conn<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (job, answer) = job(work, false);
        let writer = self.writer.clone();
        match writer.try_send(job) {
            Ok(()) => {}
            Err(mpsc::TrySendError::Full(job)) => {
                tokio::task::spawn_blocking(move || writer.send(job))
                    .await
                    .or_fault("wait for the writer")?
                    .map_err(|_| Fault::new("the writer thread ended"))?;
            }
            Err(mpsc::TrySendError::Disconnected(_)) => {
                return Err(Fault::new("the writer thread ended").into());
            }
        }
        answer.await.or_fault("wait for the writer")?
    }

    pub(super) fn write_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(Conn<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (job, answer) = job(work, true);
        self.writer.send(job).map_err(|_| Fault::new("the writer thread ended"))?;
        answer.blocking_recv().or_fault("wait for the writer")?
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(Conn<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = self.readers.permits.clone().acquire_owned().await.or_fault("wait for a reader")?;
        let readers = self.readers.clone();
        tokio::task::spawn_blocking(move || {
            let answer = readers.read(work);
            drop(permit);
            answer
        })
        .await
        .or_fault("run a read")?
    }

    pub(super) fn read_blocking<T>(&self, work: impl FnOnce(Conn<'_>) -> Result<T>) -> Result<T> {
        self.readers.read(work)
    }

    /// Closes readers if little was read since the last rest: each keeps its page cache, statements and schema.
    pub(crate) fn rest(&self) {
        if self.readers.reads.swap(0, Ordering::Relaxed) < QUIET_READS {
            self.readers.idle.lock().unwrap_or_else(|e| e.into_inner()).clear();
        }
    }

    /// Switches the writer between usual and bulk settings; leaving bulk makes one checkpoint.
    pub(crate) fn set_bulk(&self, on: bool) -> Result<()> {
        let (pages, cache) =
            if on { (BULK_CHECKPOINT_PAGES, BULK_CACHE_KIB) } else { (CHECKPOINT_PAGES, CACHE_KIB) };
        let run = Box::new(move |c: &Connection, _: Place| {
            let set = c
                .pragma_update(None, "wal_autocheckpoint", pages)
                .and_then(|()| c.pragma_update(None, "cache_size", -i64::from(cache)));
            if let Err(e) = set {
                tracing::warn!(error = %e, "bulk settings were not taken");
            }
            Ran { keep: true, finish: Box::new(|_| {}) }
        });
        self.writer.send(Job { is_bulk: false, run }).map_err(|_| Fault::new("the writer thread ended"))?;
        if !on {
            let connection = connect(&self.path, true)?;
            connection.pragma_update(None, "busy_timeout", 1_000).or_fault("set the busy timeout")?;
            checkpoint(&connection)?;
        }
        Ok(())
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

fn checkpoint(connection: &Connection) -> Result<()> {
    let run = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    run.map_err(|e| fault("checkpoint", e))
}

/// A plain copy of the database; removed when it is dropped.
pub(crate) struct Copy {
    pub(crate) path: PathBuf,
    /// Held so that two backups never share the file.
    _lock: std::fs::File,
}

impl Drop for Copy {
    fn drop(&mut self) {
        if let Err(e) = std::fs::remove_file(&self.path) {
            tracing::warn!(error = %e, "the copy made for a backup stays behind; the next backup removes it");
        }
    }
}

/// Copies the database while it is in use, beside it. Problem: PostgreSQL, or a backup is being made.
pub(crate) fn copy_for_backup(db: &crate::Database) -> Result<Copy> {
    let super::Engine::Sqlite(lite) = &*db.engine else {
        return Err(kernel::Problem::conflict(
            "PostgreSQL is copied by pg_dump: pg_dump -Fc … | smartpush backup --stdin FILE",
        )
        .into());
    };
    let path = lite.path().with_extension("copying");
    let lock = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .or_fault("make a file for the copy")?;
    lock.try_lock().map_err(|_| kernel::Problem::conflict("Another backup is being made."))?;
    // What a backup that was killed left behind.
    lock.set_len(0).or_fault("empty the file for the copy")?;
    let copy = Copy { path, _lock: lock };
    let source = connect(lite.path(), false)?;
    let mut target = Connection::open(&copy.path).or_fault("open the file for the copy")?;
    let backup = rusqlite::backup::Backup::new(&source, &mut target).or_fault("begin the backup")?;
    backup.run_to_completion(4_096, Duration::ZERO, None).or_fault("copy pages")?;
    drop(backup);
    target.close().map_err(|(_, e)| fault("close the copy", e))?;
    Ok(copy)
}

impl Readers {
    fn read<T>(&self, work: impl FnOnce(Conn<'_>) -> Result<T>) -> Result<T> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let pooled = self.idle.lock().unwrap_or_else(|e| e.into_inner()).pop();
        let connection = pooled.map_or_else(|| connect(&self.path, false), Ok)?;
        batch(&connection, "BEGIN DEFERRED")?;
        let answer = catch_unwind(AssertUnwindSafe(|| work(Conn::Sqlite(&connection))));
        if batch(&connection, "COMMIT").is_ok() {
            self.idle.lock().unwrap_or_else(|e| e.into_inner()).push(connection);
        }
        answer.unwrap_or_else(|_| Err(Fault::new("a read panicked").into()))
    }
}

fn reader_count() -> usize {
    std::thread::available_parallelism().map_or(4, |n| n.get() + 2)
}

fn connect(path: &Path, writer: bool) -> Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if writer {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let connection =
        Connection::open_with_flags(path, flags).map_err(|e| fault("open the database file", e))?;
    connection.busy_timeout(BUSY_TIMEOUT).or_fault("set the busy timeout")?;
    configure(&connection, writer).map_err(|e| fault("configure the database", e))?;
    Ok(connection)
}

fn configure(c: &Connection, writer: bool) -> rusqlite::Result<()> {
    c.pragma_update(None, "journal_mode", "WAL")?;
    c.pragma_update(None, "synchronous", "FULL")?;
    c.pragma_update(None, "foreign_keys", true)?;
    c.pragma_update(None, "case_sensitive_like", true)?;
    c.pragma_update(None, "temp_store", "MEMORY")?;
    c.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    c.pragma_update(None, "journal_size_limit", 67_108_864)?;
    c.pragma_update(None, "cache_size", -i64::from(if writer { CACHE_KIB } else { 2_048 }))?;
    c.pragma_update(None, "query_only", !writer)?;
    c.set_prepared_statement_cache_capacity(256);
    c.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    c.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    rusqlite::vtab::array::load_module(c)
}

pub(super) fn fault(doing: &str, e: rusqlite::Error) -> Error {
    let transient = matches!(
        e.sqlite_error_code(),
        Some(
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
        )
    );
    Error::Fault(Fault { transient, source: Some(Box::new(e)), ..Fault::new(doing) })
}

pub(super) fn batch(connection: &Connection, sql: &str) -> Result<()> {
    connection.execute_batch(sql).map_err(|e| fault("run a batch", e))
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let list = |items: Vec<LiteValue>| ToSqlOutput::from_rc(Rc::new(items), c"rarray");
        Ok(match self {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Int(v) => ToSqlOutput::Borrowed(ValueRef::Integer(*v)),
            Value::Real(v) => ToSqlOutput::Borrowed(ValueRef::Real(*v)),
            Value::Text(v) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
            Value::Blob(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
            Value::Ints(v) => list(v.iter().map(|i| LiteValue::Integer(*i)).collect()),
            Value::Blobs(v) => list(v.iter().map(|b| LiteValue::Blob(b.clone())).collect()),
            Value::Texts(v) => list(v.iter().map(|t| LiteValue::Text(t.clone())).collect()),
        })
    }
}

pub(super) fn execute(
    connection: &Connection,
    statement: &'static Statement,
    params: &[Value],
) -> Result<u64> {
    let mut prepared = connection.prepare_cached(statement.sqlite()).map_err(|e| fault(statement.name, e))?;
    let run = prepared.execute(rusqlite::params_from_iter(params));
    run.map(|n| n as u64).map_err(|e| fault(statement.name, e))
}

pub(super) fn query_each(
    connection: &Connection,
    statement: &'static Statement,
    params: &[Value],
    mut each: impl FnMut(&RowRef<'_>) -> Result<bool>,
) -> Result<()> {
    let mut prepared = connection.prepare_cached(statement.sqlite()).map_err(|e| fault(statement.name, e))?;
    let mut rows =
        prepared.query(rusqlite::params_from_iter(params)).map_err(|e| fault(statement.name, e))?;
    while let Some(row) = rows.next().map_err(|e| fault(statement.name, e))? {
        if !each(&RowRef::Sqlite(row))? {
            break;
        }
    }
    Ok(())
}

pub(super) fn insert_many(
    connection: &Connection,
    statement: &'static Statement,
    rows: impl Iterator<Item = Vec<Value>>,
) -> Result<u64> {
    let mut prepared = connection.prepare_cached(statement.sqlite()).map_err(|e| fault(statement.name, e))?;
    let mut count = 0;
    for row in rows {
        prepared.execute(rusqlite::params_from_iter(&row)).map_err(|e| fault(statement.name, e))?;
        count += 1;
    }
    Ok(count)
}

/// Runs a writing statement once a row.
pub(super) fn execute_many(
    connection: &Connection,
    statement: &'static Statement,
    rows: impl Iterator<Item = Vec<Value>>,
) -> Result<u64> {
    let mut prepared = connection.prepare_cached(statement.sqlite()).map_err(|e| fault(statement.name, e))?;
    let mut count = 0;
    for row in rows {
        count +=
            prepared.execute(rusqlite::params_from_iter(&row)).map_err(|e| fault(statement.name, e))? as u64;
    }
    Ok(count)
}

pub(crate) fn owned(row: &rusqlite::Row<'_>) -> Result<Row> {
    let columns = row.as_ref().column_count();
    (0..columns)
        .map(|i| {
            Ok(match row.get_ref(i).or_fault("read a column")? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(v) => Value::Int(v),
                ValueRef::Real(v) => Value::Real(v),
                ValueRef::Text(v) => Value::Text(String::from_utf8_lossy(v).into_owned()),
                ValueRef::Blob(v) => Value::Blob(v.to_vec()),
            })
        })
        .collect::<Result<_>>()
        .map(Row)
}
