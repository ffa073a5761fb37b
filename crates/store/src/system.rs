//! Doors to the global tables: [`SystemDb`], and [`SystemTx`] inside a transaction. For the places that own
//! those tables; what belongs to a store is reached through [`Scoped`](crate::Scoped).

use crate::database::{Access, Database, RawTx, Scope, Tx};
use crate::engines::Conn;
use crate::signals::Signals;
use crate::statement::Statement;
use crate::value::{Row, Value};
use kernel::ids::IdMaker;
use kernel::{Fault, OrFault, Result, Timestamp};

/// The global tables.
#[derive(Clone)]
pub struct SystemDb {
    db: Database,
}

impl SystemDb {
    pub(crate) fn of(db: Database) -> Self {
        SystemDb { db }
    }

    /// The whole database handle.
    pub fn db(&self) -> &Database {
        &self.db
    }

    /// Runs a transaction on global tables.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut SystemTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.run(Access::Write, None, move |raw| work(&mut SystemTx::of(raw))).await
    }

    /// Reads global tables.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut SystemTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.run(Access::Read, None, move |raw| work(&mut SystemTx::of(raw))).await
    }

    /// [`SystemDb::write`] for threads that are not async.
    pub fn write_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut SystemTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.run_blocking(Access::Write, None, move |raw| work(&mut SystemTx::of(raw)))
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

    /// One writing statement in its own transaction.
    pub async fn execute(&self, statement: &'static Statement, params: &[Value]) -> Result<u64> {
        let params = params.to_vec();
        self.write(move |tx| tx.execute(statement, &params)).await
    }
}

/// A transaction on global tables. Parameters start at `$1`. It can go into one store for statements
/// that must commit together ([`SystemTx::enter`]).
pub struct SystemTx<'a> {
    pub(crate) conn: Conn<'a>,
    pub(crate) now: Timestamp,
    pub(crate) ids: IdMaker,
    pub(crate) signals: Signals,
}

impl<'a> SystemTx<'a> {
    fn of<'b>(raw: &'b mut RawTx<'a>) -> SystemTx<'b> {
        SystemTx {
            conn: raw.conn.reborrow(),
            now: raw.now,
            ids: raw.ids.clone(),
            signals: raw.signals.clone(),
        }
    }

    /// When the transaction began.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Maker of ids.
    pub fn ids(&self) -> &IdMaker {
        &self.ids
    }

    /// The same transaction, inside one store. Observers are not told what it appends, consumers find it
    /// by their timer, and nothing of it is kept outside.
    pub fn enter(&mut self, scope: Scope) -> Tx<'_> {
        let conn = self.conn.reborrow();
        Tx::entered(conn, scope, self.now, self.ids.clone(), self.signals.clone())
    }

    fn check(statement: &Statement) -> Result<()> {
        if !statement.global {
            return Err(Fault::new(format!("{} belongs to a store", statement.name)).into());
        }
        Ok(())
    }

    /// Runs a writing statement; rows affected.
    pub fn execute(&mut self, statement: &'static Statement, params: &[Value]) -> Result<u64> {
        Self::check(statement)?;
        self.conn.execute(statement, params)
    }

    /// All rows.
    pub fn query(&mut self, statement: &'static Statement, params: &[Value]) -> Result<Vec<Row>> {
        Self::check(statement)?;
        let mut rows = Vec::new();
        self.conn.query_each(statement, params, |row| {
            rows.push(row.to_row()?);
            Ok(true)
        })?;
        Ok(rows)
    }

    /// The first row, if any.
    pub fn query_opt(&mut self, statement: &'static Statement, params: &[Value]) -> Result<Option<Row>> {
        Ok(self.query(statement, params)?.into_iter().next())
    }

    /// The only row; a fault if there is none.
    pub fn query_one(&mut self, statement: &'static Statement, params: &[Value]) -> Result<Row> {
        self.query_opt(statement, params)?.or_fault(statement.name)
    }

    /// Runs schema text (migrations only).
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        self.conn.batch(sql)
    }
}
