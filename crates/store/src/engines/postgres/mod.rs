//! PostgreSQL: a pool of connections, one transaction a closure, binary COPY for bulk.
//!
//! Closures are synchronous like SQLite's; they run on a blocking thread that waits for each statement.

mod copy;

use super::Conn;
use crate::database::Access;
use crate::statement::Statement;
use crate::value::{RowRef, Value};
use bytes::BytesMut;
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts};
use futures_util::{StreamExt, TryStreamExt, pin_mut};
use kernel::{Error, Fault, OrFault, Result};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// Connections a process holds at most.
const POOL_MAX: usize = 16;
/// Waiting for a connection longer than this is an outage.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// How a writing transaction begins. A process that freezes inside one (a stopped container, a machine that
/// went away) holds its locks no longer than this: the server ends its session, and what it did not commit
/// never was.
const BEGIN_WRITE: &str = "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '20s'";
/// Statements on their way at once in [`Session::execute_many`].
const PIPELINE_MAX: usize = 256;

/// A pool of connections to one database.
pub struct Postgres {
    pool: Pool,
    handle: Handle,
}

/// One connection inside a transaction, with the runtime that drives it.
pub struct Session {
    client: Object,
    handle: Handle,
}

impl Postgres {
    pub(super) async fn open(url: &str) -> Result<Self> {
        let mut config: tokio_postgres::Config = url.parse().or_fault("read the database URL")?;
        config.application_name("smartpush");
        config.connect_timeout(Duration::from_secs(10));
        let recycle = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = if matches!(config.get_ssl_mode(), tokio_postgres::config::SslMode::Disable)
            || config.get_hosts().iter().all(is_local)
        {
            Manager::from_config(config, tokio_postgres::NoTls, recycle)
        } else {
            Manager::from_config(config, tls()?, recycle)
        };
        let pool = Pool::builder(manager)
            .max_size(POOL_MAX)
            .timeouts(Timeouts { wait: Some(WAIT_MAX), create: Some(WAIT_MAX), recycle: Some(WAIT_MAX) })
            .runtime(Runtime::Tokio1)
            .build()
            .or_fault("make the connection pool")?;
        let client = pool.get().await.map_err(|e| outage("connect to PostgreSQL", e))?;
        client.batch_execute("SELECT 1").await.map_err(|e| fault("try the connection", e))?;
        Ok(Postgres { pool, handle: Handle::current() })
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        access: Access,
        work: impl FnOnce(Conn<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let client = self.pool.get().await.map_err(|e| outage("get a connection", e))?;
        let session = Session { client, handle: self.handle.clone() };
        tokio::task::spawn_blocking(move || session.transaction(access, work))
            .await
            .or_fault("run a transaction")?
    }

    pub(super) fn run_blocking<T: Send + 'static>(
        &self,
        access: Access,
        work: impl FnOnce(Conn<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let client = self.handle.block_on(self.pool.get()).map_err(|e| outage("get a connection", e))?;
        Session { client, handle: self.handle.clone() }.transaction(access, work)
    }
}

fn is_local(host: &tokio_postgres::config::Host) -> bool {
    match host {
        tokio_postgres::config::Host::Unix(_) => true,
        tokio_postgres::config::Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
    }
}

fn tls() -> Result<tokio_postgres_rustls::MakeRustlsConnect> {
    use rustls_platform_verifier::ConfigVerifierExt;
    let config = rustls::ClientConfig::with_platform_verifier().or_fault("prepare TLS")?;
    Ok(tokio_postgres_rustls::MakeRustlsConnect::new(config))
}

impl Session {
    fn transaction<T>(&self, access: Access, work: impl FnOnce(Conn<'_>) -> Result<T>) -> Result<T> {
        self.batch(match access {
            Access::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Access::Write => BEGIN_WRITE,
        })?;
        let outcome = catch_unwind(AssertUnwindSafe(|| work(Conn::Postgres(self))))
            .unwrap_or_else(|_| Err(Fault::new("a transaction panicked").into()));
        match outcome {
            Ok(value) => self.batch("COMMIT").map(|()| value),
            Err(e) => {
                if let Err(again) = self.batch("ROLLBACK") {
                    tracing::warn!(error = %again, "rollback failed; the connection is dropped");
                }
                Err(e)
            }
        }
    }

    pub(super) fn batch(&self, sql: &str) -> Result<()> {
        self.handle.block_on(self.client.batch_execute(sql)).map_err(|e| fault("run a batch", e))
    }

    pub(super) fn execute(&self, statement: &'static Statement, params: &[Value]) -> Result<u64> {
        let run = async {
            let prepared = self.client.prepare_cached(statement.postgres()).await?;
            self.client.execute_raw(&prepared, params).await
        };
        self.handle.block_on(run).map_err(|e| fault(statement.name, e))
    }

    /// Sends the rows without waiting for each answer, [`PIPELINE_MAX`] at a time.
    pub(super) fn execute_many(
        &self,
        statement: &'static Statement,
        rows: impl Iterator<Item = Vec<Value>>,
    ) -> Result<u64> {
        let run = async {
            let prepared = self.client.prepare_cached(statement.postgres()).await?;
            let answers = futures_util::stream::iter(rows.map(|row| {
                let prepared = &prepared;
                async move { self.client.execute_raw(prepared, &row).await }
            }))
            .buffered(PIPELINE_MAX);
            answers.try_fold(0, |sum, n| async move { Ok(sum + n) }).await
        };
        self.handle.block_on(run).map_err(|e| fault(statement.name, e))
    }

    pub(super) fn query_each(
        &self,
        statement: &'static Statement,
        params: &[Value],
        mut each: impl FnMut(&RowRef<'_>) -> Result<bool>,
    ) -> Result<()> {
        let run = async {
            let prepared = self
                .client
                .prepare_cached(statement.postgres())
                .await
                .map_err(|e| fault(statement.name, e))?;
            let rows =
                self.client.query_raw(&prepared, params).await.map_err(|e| fault(statement.name, e))?;
            pin_mut!(rows);
            while let Some(row) = rows.try_next().await.map_err(|e| fault(statement.name, e))? {
                if !each(&RowRef::Postgres(&row))? {
                    break;
                }
            }
            Ok(())
        };
        self.handle.block_on(run)
    }

    pub(super) fn insert_many(
        &self,
        statement: &'static Statement,
        rows: impl Iterator<Item = Vec<Value>>,
    ) -> Result<u64> {
        let (copy, probe) = copy_text(statement).or_fault("read an INSERT for COPY")?;
        let prepare = async {
            let probe = self.client.prepare_cached(&probe).await?;
            let types: Vec<Type> = probe.columns().iter().map(|c| c.type_().clone()).collect();
            Ok((self.client.copy_in(&copy).await?, types))
        };
        let run = async {
            let (sink, types) = prepare.await.map_err(|e| fault(statement.name, e))?;
            copy::send(sink, &types, rows).await
        };
        self.handle.block_on(run)
    }
}

/// From `INSERT INTO t (a, b) VALUES …`: the COPY text, and a SELECT whose columns have t's types.
fn copy_text(statement: &Statement) -> Option<(String, String)> {
    let sql = statement.postgres();
    let head = sql.split(" VALUES").next()?;
    let (table, columns) = head.trim().strip_prefix("INSERT INTO ")?.split_once('(')?;
    let (table, columns) = (table.trim(), columns.trim().trim_end_matches(')'));
    Some((
        format!("COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)"),
        format!("SELECT {columns} FROM {table} LIMIT 0"),
    ))
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(v) if *ty == Type::INT4 => i32::try_from(*v)?.to_sql(ty, out),
            Value::Int(v) if *ty == Type::INT2 => i16::try_from(*v)?.to_sql(ty, out),
            Value::Int(v) if *ty == Type::BOOL => (*v != 0).to_sql(ty, out),
            Value::Int(v) if *ty == Type::FLOAT8 => (*v as f64).to_sql(ty, out),
            Value::Int(v) if *ty == Type::INT8 => v.to_sql(ty, out),
            Value::Real(v) => v.to_sql(ty, out),
            Value::Text(v) => v.to_sql(ty, out),
            Value::Blob(v) => v.to_sql(ty, out),
            Value::Ints(v) => v.to_sql(ty, out),
            Value::Blobs(v) => v.to_sql(ty, out),
            Value::Texts(v) => v.to_sql(ty, out),
            Value::Int(_) => Err(format!("an integer was given for a parameter of type {ty}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

pub(crate) fn column(row: &tokio_postgres::Row, i: usize) -> Result<Value> {
    let ty = row.columns().get(i).or_fault("find a column")?.type_();
    let get = |e: tokio_postgres::Error| fault("read a column", e);
    let value = match *ty {
        Type::INT8 => row.try_get::<_, Option<i64>>(i).map_err(get)?.map(Value::Int),
        Type::INT4 => row.try_get::<_, Option<i32>>(i).map_err(get)?.map(Value::from),
        Type::INT2 => row.try_get::<_, Option<i16>>(i).map_err(get)?.map(|v| Value::Int(v.into())),
        Type::BOOL => row.try_get::<_, Option<bool>>(i).map_err(get)?.map(Value::from),
        Type::FLOAT8 => row.try_get::<_, Option<f64>>(i).map_err(get)?.map(Value::Real),
        Type::TEXT | Type::VARCHAR | Type::NAME | Type::UNKNOWN => {
            row.try_get::<_, Option<String>>(i).map_err(get)?.map(Value::Text)
        }
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(i).map_err(get)?.map(Value::Blob),
        ref other => {
            return Err(
                Fault::new(format!("column {i} has type {other}; cast it to {{int}} or {{text}}")).into()
            );
        }
    };
    Ok(value.unwrap_or(Value::Null))
}

fn outage(doing: &str, e: deadpool_postgres::PoolError) -> Error {
    Error::Fault(Fault { source: Some(Box::new(e)), ..Fault::transient(doing) })
}

fn fault(doing: &str, e: tokio_postgres::Error) -> Error {
    // 08 connection, 25P03 idle for too long, 40 rollback, 53 resources (disk full), 57 operator intervention
    // (PostgreSQL's appendix A).
    const PASSING: &[&str] = &["08", "25P03", "40", "53", "57"];
    let transient =
        e.is_closed() || e.code().is_none_or(|c| PASSING.iter().any(|class| c.code().starts_with(class)));
    Error::Fault(Fault { transient, source: Some(Box::new(e)), ..Fault::new(doing) })
}
