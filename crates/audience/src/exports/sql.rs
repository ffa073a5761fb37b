//! Statements on exports, and the functions that run them.

use crate::exports::model::{Export, Format, KEPT_MS};
use kernel::ids::{ExportId, JobId};
use kernel::{Fault, Problem, Result};
use store::{Row, Tx, params, statements};

statements! {
    /// Notes an order.
    INSERT_EXPORT = "INSERT INTO exports (store_id, id, job_id, state, format, filter, row_count, byte_count, actor,
        created_at, expires_at) VALUES ($1, $2, $3, 'running', $4, $5, 0, 0, $6, $7, $8)";
    /// One export.
    FIND_EXPORT = "SELECT id, job_id, state, format, row_count, byte_count, actor, created_at, expires_at FROM exports
        WHERE store_id = $1 AND id = $2";
    /// Exports before one, newest first.
    LIST_EXPORTS = "SELECT id, job_id, state, format, row_count, byte_count, actor, created_at, expires_at FROM exports
        WHERE store_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    /// The file is complete.
    FINISH_EXPORT = "UPDATE exports SET state = 'ready', row_count = $3, byte_count = $4
        WHERE store_id = $1 AND id = $2 AND state = 'running'";
    /// The file is gone.
    EXPIRE_EXPORT = "UPDATE exports SET state = 'expired' WHERE store_id = $1 AND id = $2";
}

/// A new order.
pub struct NewExport {
    /// Its id.
    pub id: ExportId,
    /// The job that writes it.
    pub job: JobId,
    /// Format of the file.
    pub format: Format,
    /// What was chosen, as JSON.
    pub filter: String,
    /// Who ordered it.
    pub actor: String,
}

fn export(row: &Row) -> Result<Export> {
    Ok(Export {
        id: ExportId(row.int(0)?),
        job: JobId(row.int(1)?),
        state: row.text(2)?,
        format: Format::from_word(&row.text(3)?)
            .ok_or_else(|| Fault::new("an export has an unknown format"))?,
        row_count: row.int(4)?,
        byte_count: row.int(5)?,
        actor: row.text(6)?,
        created_at: row.time(7)?,
        expires_at: row.time(8)?,
    })
}

/// Notes an order.
pub fn insert(tx: &mut Tx<'_>, new: &NewExport) -> Result<Export> {
    let now = tx.now();
    tx.execute(
        &INSERT_EXPORT,
        params![new.id, new.job, new.format.as_str(), &new.filter, &new.actor, now, now.plus_ms(KEPT_MS)],
    )?;
    get(tx, new.id)
}

/// One export. Problem: absent.
pub fn get(tx: &mut Tx<'_>, id: ExportId) -> Result<Export> {
    export(&tx.query_opt(&FIND_EXPORT, params![id])?.ok_or_else(|| Problem::not_found("export"))?)
}

/// Exports before an id, newest first.
pub fn list(tx: &mut Tx<'_>, before: i64, limit: i64) -> Result<Vec<Export>> {
    tx.query(&LIST_EXPORTS, params![before, limit])?.iter().map(export).collect()
}

/// The file is complete; answers false if the export was given up meanwhile.
pub fn finish(tx: &mut Tx<'_>, id: ExportId, rows: u64, bytes: u64) -> Result<bool> {
    Ok(tx.execute(&FINISH_EXPORT, params![id, rows as i64, bytes as i64])? > 0)
}

/// The file is gone.
pub fn expire(tx: &mut Tx<'_>, id: ExportId) -> Result<()> {
    tx.execute(&EXPIRE_EXPORT, params![id]).map(drop)
}
