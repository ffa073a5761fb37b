//! One dispatch for two engines. Nothing outside this folder names a driver.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use crate::database::Access;
use crate::statement::Statement;
use crate::value::{RowRef, Value};
use kernel::{Code, Problem, Result};

/// An open engine.
pub enum Engine {
    /// Embedded SQLite.
    Sqlite(sqlite::Sqlite),
    /// PostgreSQL over the network.
    Postgres(postgres::Postgres),
}

impl Engine {
    pub(crate) async fn open(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Ok(Engine::Sqlite(sqlite::Sqlite::open(path)?));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Engine::Postgres(postgres::Postgres::open(url).await?));
        }
        Err(Problem::new(Code::BadRequest, "The database URL is sqlite:PATH or postgres://USER@HOST/NAME.")
            .into())
    }

    pub(crate) async fn run<T: Send + 'static>(
        &self,
        access: Access,
        work: impl FnOnce(Conn<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match (self, access) {
            (Engine::Sqlite(e), Access::Write) => e.write(work).await,
            (Engine::Sqlite(e), Access::Read) => e.read(work).await,
            (Engine::Postgres(e), access) => e.run(access, work).await,
        }
    }

    pub(crate) fn run_blocking<T: Send + 'static>(
        &self,
        access: Access,
        work: impl FnOnce(Conn<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match (self, access) {
            (Engine::Sqlite(e), Access::Write) => e.write_blocking(work),
            (Engine::Sqlite(e), Access::Read) => e.read_blocking(work),
            (Engine::Postgres(e), access) => e.run_blocking(access, work),
        }
    }
}

/// A connection inside a transaction.
pub enum Conn<'a> {
    /// rusqlite, already inside a transaction or savepoint.
    Sqlite(&'a rusqlite::Connection),
    /// tokio-postgres, already inside a transaction.
    Postgres(&'a postgres::Session),
}

impl Conn<'_> {
    pub(crate) fn reborrow(&self) -> Conn<'_> {
        match self {
            Conn::Sqlite(c) => Conn::Sqlite(c),
            Conn::Postgres(c) => Conn::Postgres(c),
        }
    }

    pub(crate) fn execute(&self, statement: &'static Statement, params: &[Value]) -> Result<u64> {
        match self {
            Conn::Sqlite(c) => sqlite::execute(c, statement, params),
            Conn::Postgres(c) => c.execute(statement, params),
        }
    }

    pub(crate) fn query_each(
        &self,
        statement: &'static Statement,
        params: &[Value],
        each: impl FnMut(&RowRef<'_>) -> Result<bool>,
    ) -> Result<()> {
        match self {
            Conn::Sqlite(c) => sqlite::query_each(c, statement, params, each),
            Conn::Postgres(c) => c.query_each(statement, params, each),
        }
    }

    pub(crate) fn insert_many(
        &self,
        statement: &'static Statement,
        rows: impl Iterator<Item = Vec<Value>>,
    ) -> Result<u64> {
        match self {
            Conn::Sqlite(c) => sqlite::insert_many(c, statement, rows),
            Conn::Postgres(c) => c.insert_many(statement, rows),
        }
    }

    pub(crate) fn execute_many(
        &self,
        statement: &'static Statement,
        rows: impl Iterator<Item = Vec<Value>>,
    ) -> Result<u64> {
        match self {
            Conn::Sqlite(c) => sqlite::execute_many(c, statement, rows),
            Conn::Postgres(c) => c.execute_many(statement, rows),
        }
    }

    pub(crate) fn batch(&self, sql: &str) -> Result<()> {
        match self {
            Conn::Sqlite(c) => sqlite::batch(c, sql),
            Conn::Postgres(c) => c.batch(sql),
        }
    }
}
