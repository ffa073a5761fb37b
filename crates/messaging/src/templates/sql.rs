//! Statements of templates and their versions, and the functions that run them.

use super::model::{Body, EmailSource};
use kernel::ids::TemplateId;
use kernel::{OrFault, Problem, Result, Timestamp};
use store::{Row, Tx, params, statements};

/// Most templates of a store.
pub const TEMPLATES_MAX: i64 = 5_000;
/// Versions kept of one template; the oldest go first.
pub const VERSIONS_MAX: i64 = 100;

statements! {
    /// Some templates before an id, newest first.
    LIST_TEMPLATES = "SELECT id, name, format, subject, version, created_at, updated_at FROM templates \
        WHERE store_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    /// One template.
    FIND_TEMPLATE = "SELECT id, name, format, subject, version, created_at, updated_at FROM templates \
        WHERE store_id = $1 AND id = $2";
    /// How many there are.
    COUNT_TEMPLATES = "SELECT count(*) FROM templates WHERE store_id = $1";
    /// Adds a template.
    INSERT_TEMPLATE = "INSERT INTO templates (store_id, id, name, format, subject, version, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, 1, $6, $6)";
    /// Changes a template, if its version is still the one that was read.
    UPDATE_TEMPLATE = "UPDATE templates SET name = $4, format = $5, subject = $6, version = version + 1, \
        updated_at = $7 WHERE store_id = $1 AND id = $2 AND version = $3";
    /// Removes a template.
    DELETE_TEMPLATE = "DELETE FROM templates WHERE store_id = $1 AND id = $2";
    /// Adds a version.
    INSERT_VERSION = "INSERT INTO template_versions (store_id, template_id, version, source, saved_at, saved_by) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    /// One version.
    FIND_VERSION = "SELECT version, source, saved_at, saved_by FROM template_versions \
        WHERE store_id = $1 AND template_id = $2 AND version = $3";
    /// Some versions before a number, newest first, without their sources.
    LIST_VERSIONS = "SELECT version, saved_at, saved_by FROM template_versions \
        WHERE store_id = $1 AND template_id = $2 AND version < $3 ORDER BY version DESC LIMIT $4";
    /// Drops versions up to a number.
    DELETE_VERSIONS = "DELETE FROM template_versions WHERE store_id = $1 AND template_id = $2 AND version <= $3";
}

/// A template without its source.
#[derive(Clone, Debug)]
pub struct TemplateRow {
    /// Its id.
    pub id: TemplateId,
    /// Its name.
    pub name: String,
    /// `html`, `mjml` or `document`.
    pub format: String,
    /// Its subject, for lists.
    pub subject: String,
    /// Counts saves.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
}

/// A saved version without its source.
#[derive(Clone, Debug)]
pub struct VersionRow {
    /// Its number.
    pub version: i64,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// By whom: an id of a user or key.
    pub saved_by: String,
}

fn template(row: &Row) -> Result<TemplateRow> {
    Ok(TemplateRow {
        id: TemplateId(row.int(0)?),
        name: row.text(1)?,
        format: row.text(2)?,
        subject: row.text(3)?,
        version: row.int(4)?,
        created_at: row.time(5)?,
        updated_at: row.time(6)?,
    })
}

/// Some templates before an id, newest first.
pub fn list_templates(tx: &mut Tx<'_>, before: i64, limit: i64) -> Result<Vec<TemplateRow>> {
    tx.query(&LIST_TEMPLATES, params![before, limit])?.iter().map(template).collect()
}

/// One template. Problem: there is none with this id.
pub fn get_template(tx: &mut Tx<'_>, id: TemplateId) -> Result<TemplateRow> {
    template(&tx.query_opt(&FIND_TEMPLATE, params![id])?.ok_or_else(|| Problem::not_found("template"))?)
}

/// The source of a template as last saved, with its version. Problem: there is none with this id.
pub fn get_source(tx: &mut Tx<'_>, id: TemplateId) -> Result<(TemplateRow, EmailSource)> {
    let row = get_template(tx, id)?;
    let source = get_version(tx, id, row.version)?.1;
    Ok((row, source))
}

/// A version with its source. Problem: it is not there, or no longer.
pub fn get_version(tx: &mut Tx<'_>, id: TemplateId, version: i64) -> Result<(VersionRow, EmailSource)> {
    let row = tx.query_opt(&FIND_VERSION, params![id, version])?;
    let row = row.ok_or_else(|| Problem::not_found("version of a template"))?;
    let info = VersionRow { version: row.int(0)?, saved_at: row.time(2)?, saved_by: row.text(3)? };
    Ok((info, row.json(1)?))
}

/// Some versions before a number, newest first.
pub fn list_versions(tx: &mut Tx<'_>, id: TemplateId, before: i64, limit: i64) -> Result<Vec<VersionRow>> {
    get_template(tx, id)?;
    let read =
        |row: &Row| Ok(VersionRow { version: row.int(0)?, saved_at: row.time(1)?, saved_by: row.text(2)? });
    tx.query(&LIST_VERSIONS, params![id, before, limit])?.iter().map(read).collect()
}

/// Adds a template. Problem: there are too many.
pub fn create_template(tx: &mut Tx<'_>, name: &str, source: &EmailSource, by: &str) -> Result<TemplateId> {
    if tx.query_one(&COUNT_TEMPLATES, params![])?.int(0)? >= TEMPLATES_MAX {
        let detail = format!("A store has at most {TEMPLATES_MAX} templates; delete some first.");
        return Err(Problem::conflict(detail).into());
    }
    let id: TemplateId = tx.ids().make().into();
    let now = tx.now();
    tx.execute(&INSERT_TEMPLATE, params![id, name, format_of(source), plain_subject(source), now])?;
    insert_version(tx, id, 1, source, by)?;
    Ok(id)
}

/// Saves a template anew. Problem: somebody else saved it at the same moment.
pub fn update_template(
    tx: &mut Tx<'_>,
    before: &TemplateRow,
    name: &str,
    source: &EmailSource,
    by: &str,
) -> Result<()> {
    let now = tx.now();
    let values = params![before.id, before.version, name, format_of(source), plain_subject(source), now];
    if tx.execute(&UPDATE_TEMPLATE, values)? == 0 {
        return Err(
            Problem::conflict("Somebody else saved the template at the same moment. Try again.").into()
        );
    }
    let version = before.version + 1;
    insert_version(tx, before.id, version, source, by)?;
    tx.execute(&DELETE_VERSIONS, params![before.id, version - VERSIONS_MAX])?;
    Ok(())
}

/// Removes a template with its versions. Problem: there is none with this id.
pub fn delete_template(tx: &mut Tx<'_>, id: TemplateId) -> Result<()> {
    if tx.execute(&DELETE_TEMPLATE, params![id])? == 0 {
        return Err(Problem::not_found("template").into());
    }
    tx.execute(&DELETE_VERSIONS, params![id, i64::MAX]).map(drop)
}

fn insert_version(
    tx: &mut Tx<'_>,
    id: TemplateId,
    version: i64,
    source: &EmailSource,
    by: &str,
) -> Result<()> {
    let json = serde_json::to_string(source).or_fault("write a template")?;
    let now = tx.now();
    tx.execute(&INSERT_VERSION, params![id, version, json, now, by]).map(drop)
}

fn format_of(source: &EmailSource) -> &'static str {
    match source.body {
        Body::Html { .. } => "html",
        Body::Mjml { .. } => "mjml",
        Body::Document { .. } => "document",
    }
}

fn plain_subject(source: &EmailSource) -> String {
    source.subject.chars().filter(|c| !c.is_control()).take(200).collect()
}
