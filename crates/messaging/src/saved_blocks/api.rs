//! Saved blocks over HTTP.

use super::sql::{self, SavedBlock};
use crate::templates::document::{Row, check};
use kernel::ids::SavedBlockId;
use kernel::{FieldError, Problem, Result, Timestamp};
use serde_json::{Value as Json, json};
use tenancy::audit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditTemplates, ReadTemplates};
use web::{AppState, Created, Errors, IfMatch, NoContent, Page, PageParams, Paged, Path, Tagged, Tenant};

/// Longest name, in characters.
const NAME_MAX: usize = 120;
/// Largest row, in bytes of JSON.
const ROW_BYTES_MAX: usize = 256 * 1024;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_saved_blocks, create_saved_block)).routes(routes!(
        get_saved_block,
        update_saved_block,
        delete_saved_block
    ))
}

/// A saved block as shown.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct SavedBlockOut {
    id: SavedBlockId,
    name: String,
    /// A row of a document.
    #[schema(value_type = Object)]
    row: Json,
    /// Counts saves; the `ETag`.
    version: i64,
    updated_at: Timestamp,
}

impl From<SavedBlock> for SavedBlockOut {
    fn from(b: SavedBlock) -> Self {
        SavedBlockOut { id: b.id, name: b.name, row: b.row, version: b.version, updated_at: b.updated_at }
    }
}

/// A block to save.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SavedBlockIn {
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// A row of a document.
    #[schema(value_type = Object, example = json!({"id": "r1", "columns": [{"blocks": []}]}))]
    row: Json,
}

/// A change of a saved block. Absent fields stay.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SavedBlockPatch {
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    /// A row of a document.
    #[schema(value_type = Option<Object>)]
    row: Option<Json>,
}

/// Checks name and row as far as they are given; the row comes back in its usual form.
fn checked(name: Option<&str>, row: Option<Json>) -> Result<Option<Json>> {
    let mut errors = Errors::new();
    if let Some(name) = name {
        errors.line("/name", name.trim(), 1..=NAME_MAX);
    }
    errors.finish()?;
    row.map(checked_row).transpose()
}

fn checked_row(row: Json) -> Result<Json> {
    if row.to_string().len() > ROW_BYTES_MAX {
        return Err(Problem::field("/row", "too_long", "A row has at most 256 KiB of JSON.").into());
    }
    let read: Row = serde_json::from_value(row)
        .map_err(|e| Problem::field("/row", "shape", format!("This is not a row of a document: {e}.")))?;
    let issues = check::row(&read);
    let field = |issue: &crate::templates::TemplateIssue| FieldError {
        pointer: format!("/row{}", issue.pointer.as_deref().unwrap_or("")),
        code: issue.code,
        detail: issue.message.clone(),
    };
    match Problem::fields(issues.iter().take(100).map(field).collect()) {
        Some(problem) => Err(problem.into()),
        None => {
            serde_json::to_value(&read).map_err(|e| kernel::Fault::new(format!("write a row: {e}")).into())
        }
    }
}

/// The store's saved blocks, newest first.
#[utoipa::path(get, path = "/api/v1/saved-blocks", operation_id = "list_saved_blocks", params(PageParams),
    security(("key" = ["templates:read"])), responses((status = 200, body = Page<SavedBlockOut>)))]
async fn list_saved_blocks(
    db: Tenant<ReadTemplates>,
    paged: Paged,
) -> web::Result<web::Json<Page<SavedBlockOut>>> {
    let (before, fetch) = (paged.after.unwrap_or(i64::MAX), paged.fetch());
    let found = db.read(move |tx| sql::list(tx, before, fetch)).await?;
    Ok(web::Json(paged.page(found, |b| b.id.0)?.map(SavedBlockOut::from)))
}

/// Save a row for further emails.
#[utoipa::path(post, path = "/api/v1/saved-blocks", operation_id = "create_saved_block", request_body = SavedBlockIn,
    security(("key" = ["templates:edit"])), responses((status = 201, body = SavedBlockOut)))]
async fn create_saved_block(
    db: Tenant<EditTemplates>,
    web::Json(body): web::Json<SavedBlockIn>,
) -> web::Result<Created<SavedBlockOut>> {
    let row = checked(Some(&body.name), Some(body.row))?.unwrap_or_default();
    let (name, actor) = (body.name.trim().to_owned(), db.actor());
    let made = db
        .write(move |tx| {
            let made = sql::insert(tx, &name, &row)?;
            audit::record(tx, actor, "saved_block.created", made.id, &json!({}))?;
            Ok(made)
        })
        .await?;
    Ok(Created(made.into()))
}

/// One saved block.
#[utoipa::path(get, path = "/api/v1/saved-blocks/{id}", operation_id = "get_saved_block",
    params(("id" = SavedBlockId, Path)), security(("key" = ["templates:read"])),
    responses((status = 200, body = SavedBlockOut)))]
async fn get_saved_block(
    db: Tenant<ReadTemplates>,
    Path(id): Path<SavedBlockId>,
) -> web::Result<Tagged<SavedBlockOut>> {
    let found = db.read(move |tx| sql::get(tx, id)).await?;
    Ok(Tagged(found.version, found.into()))
}

/// Change a saved block. Emails that took it stay as they are.
#[utoipa::path(patch, path = "/api/v1/saved-blocks/{id}", operation_id = "update_saved_block",
    params(("id" = SavedBlockId, Path), ("If-Match" = Option<String>, Header, description = "version as in ETag")),
    request_body = SavedBlockPatch, security(("key" = ["templates:edit"])),
    responses((status = 200, body = SavedBlockOut)))]
async fn update_saved_block(
    db: Tenant<EditTemplates>,
    Path(id): Path<SavedBlockId>,
    condition: IfMatch,
    web::Json(body): web::Json<SavedBlockPatch>,
) -> web::Result<Tagged<SavedBlockOut>> {
    let row = checked(body.name.as_deref(), body.row)?;
    let (name, actor) = (body.name.map(|n| n.trim().to_owned()), db.actor());
    let changed = db
        .write(move |tx| {
            let old = sql::get(tx, id)?;
            condition.check(old.version)?;
            let (name, row) = (name.as_ref().unwrap_or(&old.name), row.as_ref().unwrap_or(&old.row));
            let changed = sql::update(tx, &old, name, row)?;
            audit::record(tx, actor, "saved_block.changed", id, &json!({}))?;
            Ok(changed)
        })
        .await?;
    Ok(Tagged(changed.version, changed.into()))
}

/// Remove a saved block. Emails that took it stay as they are.
#[utoipa::path(delete, path = "/api/v1/saved-blocks/{id}", operation_id = "delete_saved_block",
    params(("id" = SavedBlockId, Path)), security(("key" = ["templates:edit"])), responses((status = 204)))]
async fn delete_saved_block(
    db: Tenant<EditTemplates>,
    Path(id): Path<SavedBlockId>,
) -> web::Result<NoContent> {
    let actor = db.actor();
    db.write(move |tx| {
        sql::delete(tx, id)?;
        audit::record(tx, actor, "saved_block.deleted", id, &json!({})).map(drop)
    })
    .await?;
    Ok(NoContent)
}
