//! Statements on imports, and the functions that run them.

use super::mapping::{MappingIn, Plan};
use super::model::{Counts, Import, State, UndoCounts};
use super::reader::Layout;
use kernel::ids::{ImportId, JobId};
use kernel::{Fault, OrFault, Problem, Result, Timestamp};
use store::{Row, Tx, params, statements};

statements! {
    /// Notes an uploaded file.
    INSERT_IMPORT = "INSERT INTO imports (store_id, id, state, file_name, file_path, file_sha256, file_bytes, format,
        layout, mapping, plan, statement, undertaking_version, actor, batch_tag, row_count, created_count,
        updated_count, skipped_count, error_count, warning_count, duplicate_count, refused_count, ordinal_min,
        ordinal_max, created_at)
        VALUES ($1, $2, 'uploaded', $3, $4, $5, $6, $7, $8, $9, $10, '', '', $11, '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, $12)";
    /// One import.
    FIND_IMPORT = "SELECT id, state, file_name, file_path, file_sha256, file_bytes, layout, mapping, plan, statement,
        undertaking_version, actor, batch_tag, job_id, row_count, created_count, updated_count, skipped_count,
        error_count, warning_count, duplicate_count, refused_count, ordinal_min, ordinal_max, dry_run, error, undo,
        created_at, started_at, finished_at FROM imports WHERE store_id = $1 AND id = $2";
    /// Imports, newest first.
    LIST_IMPORTS = "SELECT id, state, file_name, file_path, file_sha256, file_bytes, layout, mapping, plan, statement,
        undertaking_version, actor, batch_tag, job_id, row_count, created_count, updated_count, skipped_count,
        error_count, warning_count, duplicate_count, refused_count, ordinal_min, ordinal_max, dry_run, error, undo,
        created_at, started_at, finished_at FROM imports WHERE store_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    /// Takes another mapping while nothing has been stored.
    UPDATE_PLAN = "UPDATE imports SET format = $3, layout = $4, mapping = $5, plan = $6, dry_run = NULL
        WHERE store_id = $1 AND id = $2 AND state = 'uploaded'";
    /// Begins an import.
    START_IMPORT = "UPDATE imports SET state = 'running', plan = $3, statement = $4, undertaking_version = $5,
        actor = $6, batch_tag = $7, job_id = $8, ordinal_min = $9, ordinal_max = $9, started_at = $10, error = NULL
        WHERE store_id = $1 AND id = $2 AND state = 'uploaded'";
    /// Counts a batch, if nobody else counted it meanwhile.
    ADVANCE_IMPORT = "UPDATE imports SET row_count = row_count + $4, created_count = created_count + $5,
        updated_count = updated_count + $6, skipped_count = skipped_count + $7, error_count = error_count + $8,
        warning_count = warning_count + $9, duplicate_count = duplicate_count + $10,
        refused_count = refused_count + $11, ordinal_max = $12
        WHERE store_id = $1 AND id = $2 AND state = 'running' AND row_count = $3";
    /// Ends an import.
    FINISH_IMPORT = "UPDATE imports SET state = $3, error = $4, finished_at = $5, file_path = ''
        WHERE store_id = $1 AND id = $2 AND state = 'running'";
    /// Notes what a dry run came to.
    PUT_DRY_RUN = "UPDATE imports SET dry_run = $3 WHERE store_id = $1 AND id = $2 AND state = 'uploaded'";
    /// Notes the job that works on an import.
    PUT_JOB = "UPDATE imports SET job_id = $3 WHERE store_id = $1 AND id = $2";
    /// Notes how far an undo is, or that it is complete.
    PUT_UNDO = "UPDATE imports SET state = $3, undo = $4 WHERE store_id = $1 AND id = $2";
    /// Notes a batch and what was wrong with its rows.
    INSERT_BATCH = "INSERT INTO import_batches (store_id, import_id, first_row, row_count, at, issue_count, issues)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// When the batches of an import were written.
    LIST_BATCH_TIMES = "SELECT at FROM import_batches WHERE store_id = $1 AND import_id = $2 AND first_row >= 0";
    /// Number of rows reported so far.
    COUNT_ISSUES = "SELECT CAST(coalesce(sum(issue_count), 0) AS {int}) FROM import_batches
        WHERE store_id = $1 AND import_id = $2 AND first_row >= 0";
    /// The next report after a row.
    NEXT_ISSUES = "SELECT first_row, issues FROM import_batches
        WHERE store_id = $1 AND import_id = $2 AND first_row > $3 AND issues IS NOT NULL ORDER BY first_row LIMIT 1";
    /// Forgets the report of a dry run, or all of an import.
    DELETE_BATCHES = "DELETE FROM import_batches WHERE store_id = $1 AND import_id = $2 AND first_row <= $3";
    /// Forgets an uploaded file that was never imported.
    DELETE_IMPORT = "DELETE FROM imports WHERE store_id = $1 AND id = $2 AND state = 'uploaded'";
}

fn import(row: &Row) -> Result<Import> {
    let state = row.text(1)?;
    let count = |i: usize| row.int(i).map(|n| n as u64);
    let json = |i: usize| row.opt_text(i).map(|t| t.and_then(|t| serde_json::from_str(&t).ok()));
    Ok(Import {
        id: ImportId(row.int(0)?),
        state: State::from_word(&state).ok_or_else(|| Fault::new("an import has an unknown state"))?,
        file_name: row.text(2)?,
        file_path: row.text(3)?,
        file_sha256: row.blob(4)?,
        file_bytes: count(5)?,
        layout: row.json::<Layout>(6)?,
        mapping: row.json::<MappingIn>(7)?,
        plan: row.json::<Plan>(8)?,
        statement: row.text(9)?,
        undertaking_version: row.text(10)?,
        actor: row.text(11)?,
        batch_tag: row.text(12)?,
        job: row.opt_int(13)?.map(JobId),
        counts: Counts {
            rows: count(14)?,
            created: count(15)?,
            updated: count(16)?,
            skipped: count(17)?,
            errors: count(18)?,
            warnings: count(19)?,
            duplicates: count(20)?,
            refused_subscriptions: count(21)?,
        },
        ordinal_min: row.int(22)? as u32,
        ordinal_max: row.int(23)? as u32,
        dry_run: json(24)?,
        error: row.opt_text(25)?,
        undo: row.opt_text(26)?.and_then(|t| serde_json::from_str(&t).ok()),
        created_at: row.time(27)?,
        started_at: row.opt_time(28)?,
        finished_at: row.opt_time(29)?,
    })
}

fn to_json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).or_fault("write JSON of an import")
}

/// A file that has come.
pub struct NewImport<'a> {
    /// Its id.
    pub id: ImportId,
    /// Name as uploaded.
    pub file_name: &'a str,
    /// Where it lies.
    pub file_path: &'a str,
    /// Its SHA-256.
    pub file_sha256: &'a [u8],
    /// Its size.
    pub file_bytes: u64,
    /// How it is laid out.
    pub layout: &'a Layout,
    /// What the merchant said about it.
    pub mapping: &'a MappingIn,
    /// What its columns become.
    pub plan: &'a Plan,
    /// Who imports.
    pub actor: &'a str,
}

/// Notes an uploaded file.
pub fn insert(tx: &mut Tx<'_>, new: &NewImport<'_>) -> Result<Import> {
    let now = tx.now();
    let (layout, mapping, plan) = (to_json(new.layout)?, to_json(new.mapping)?, to_json(new.plan)?);
    tx.execute(
        &INSERT_IMPORT,
        params![
            new.id,
            new.file_name,
            new.file_path,
            new.file_sha256,
            new.file_bytes as i64,
            &new.plan.format,
            layout,
            mapping,
            plan,
            new.actor,
            now
        ],
    )?;
    get(tx, new.id)
}

/// One import. Problem: absent.
pub fn get(tx: &mut Tx<'_>, id: ImportId) -> Result<Import> {
    let row = tx.query_opt(&FIND_IMPORT, params![id])?;
    import(&row.ok_or_else(|| Problem::not_found("import"))?)
}

/// Imports before an id, newest first.
pub fn list(tx: &mut Tx<'_>, before: i64, limit: i64) -> Result<Vec<Import>> {
    tx.query(&LIST_IMPORTS, params![before, limit])?.iter().map(import).collect()
}

/// Takes another mapping. Problem: the import has begun.
pub fn put_plan(
    tx: &mut Tx<'_>,
    id: ImportId,
    layout: &Layout,
    mapping: &MappingIn,
    plan: &Plan,
) -> Result<Import> {
    let (layout, mapping, json) = (to_json(layout)?, to_json(mapping)?, to_json(plan)?);
    let changed = tx.execute(&UPDATE_PLAN, params![id, &plan.format, layout, mapping, json])?;
    begun_unless(changed)?;
    tx.execute(&DELETE_BATCHES, params![id, -1_i64])?;
    get(tx, id)
}

fn begun_unless(changed: u64) -> Result<()> {
    if changed == 0 {
        return Err(Problem::conflict(
            "This import has begun; upload the file again to import it otherwise.",
        )
        .into());
    }
    Ok(())
}

/// Begins an import. Problem: it has begun already.
pub fn start(tx: &mut Tx<'_>, started: &Import) -> Result<()> {
    let (plan, now) = (to_json(&started.plan)?, tx.now());
    let end = tx.ordinal_end()?;
    let changed = tx.execute(
        &START_IMPORT,
        params![
            started.id,
            plan,
            &started.statement,
            &started.undertaking_version,
            &started.actor,
            &started.batch_tag,
            started.job,
            end,
            now
        ],
    )?;
    begun_unless(changed)?;
    tx.execute(&DELETE_BATCHES, params![started.id, -1_i64]).map(drop)
}

/// Counts a batch that begins at row `from`. `false`: somebody else counted it, or the import is over.
pub fn advance(tx: &mut Tx<'_>, id: ImportId, from: u64, counts: &Counts) -> Result<bool> {
    let end = tx.ordinal_end()?;
    let n = |v: u64| v as i64;
    let changed = tx.execute(
        &ADVANCE_IMPORT,
        params![
            id,
            n(from),
            n(counts.rows),
            n(counts.created),
            n(counts.updated),
            n(counts.skipped),
            n(counts.errors),
            n(counts.warnings),
            n(counts.duplicates),
            n(counts.refused_subscriptions),
            end
        ],
    )?;
    Ok(changed > 0)
}

/// Notes a batch with its sealed report.
pub fn insert_batch(
    tx: &mut Tx<'_>,
    id: ImportId,
    first_row: i64,
    rows: u64,
    issues: (u64, Option<Vec<u8>>),
) -> Result<()> {
    let now = tx.now();
    tx.execute(&INSERT_BATCH, params![id, first_row, rows as i64, now, issues.0 as i64, issues.1]).map(drop)
}

/// Ends an import; answers whether it was running.
pub fn finish(tx: &mut Tx<'_>, id: ImportId, state: State, error: Option<&str>) -> Result<bool> {
    let now = tx.now();
    Ok(tx.execute(&FINISH_IMPORT, params![id, state.as_str(), error, now])? > 0)
}

/// Notes what a dry run came to, with its sealed report.
pub fn put_dry_run(
    tx: &mut Tx<'_>,
    id: ImportId,
    counts: &Counts,
    issues: (u64, Option<Vec<u8>>),
) -> Result<()> {
    let json = to_json(counts)?;
    begun_unless(tx.execute(&PUT_DRY_RUN, params![id, json])?)?;
    tx.execute(&DELETE_BATCHES, params![id, -1_i64])?;
    insert_batch(tx, id, -1, counts.rows, issues)
}

/// Notes the job that works on an import.
pub fn put_job(tx: &mut Tx<'_>, id: ImportId, job: JobId) -> Result<()> {
    tx.execute(&PUT_JOB, params![id, job]).map(drop)
}

/// Notes how far an undo is; `complete` ends it.
pub fn put_undo(tx: &mut Tx<'_>, import: &Import, counts: &UndoCounts, complete: bool) -> Result<()> {
    let state = if complete { State::Undone } else { import.state };
    let json = to_json(counts)?;
    tx.execute(&PUT_UNDO, params![import.id, state.as_str(), json]).map(drop)
}

/// When the batches of an import were written.
pub fn batch_times(tx: &mut Tx<'_>, id: ImportId) -> Result<Vec<Timestamp>> {
    tx.query(&LIST_BATCH_TIMES, params![id])?.iter().map(|r| r.time(0)).collect()
}

/// Number of issues reported so far.
pub fn issue_count(tx: &mut Tx<'_>, id: ImportId) -> Result<u64> {
    Ok(tx.query_one(&COUNT_ISSUES, params![id])?.int(0)? as u64)
}

/// The next sealed report after row `after`: its first row and the report.
pub fn next_issues(tx: &mut Tx<'_>, id: ImportId, after: i64) -> Result<Option<(i64, Vec<u8>)>> {
    let row = tx.query_opt(&NEXT_ISSUES, params![id, after])?;
    row.map(|r| Ok((r.int(0)?, r.blob(1)?))).transpose()
}

/// Forgets an import that never began. Problem: it began.
pub fn delete(tx: &mut Tx<'_>, id: ImportId) -> Result<()> {
    begun_unless(tx.execute(&DELETE_IMPORT, params![id])?)?;
    tx.execute(&DELETE_BATCHES, params![id, i64::MAX]).map(drop)
}
