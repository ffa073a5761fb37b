//! Exports over HTTP: order, watch, download, throw away.

use crate::contacts::select::Selection;
use crate::exports::frames::FrameReader;
use crate::exports::jobs::{self, EXPIRE, Payload, WRITE};
use crate::exports::model::{Export, Format};
use crate::exports::sql::{self, NewExport};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::ids::{ExportId, JobId};
use kernel::{OrFault, Problem, Result, Timestamp};
use std::fs::File;
use std::io::BufReader;
use std::path::Path as FilePath;
use std::sync::Arc;
use store::{Scoped, StoreKeys, Tx};
use tenancy::audit;
use tokio::sync::mpsc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::ExportContacts;
use web::{
    Accepted, Actor, AppState, Check, Errors, Json, NoContent, Page, PageParams, Paged, Path, Tenant, Valid,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_exports, create_export))
        .routes(routes!(get_export, delete_export))
}

pub(super) fn streams() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(download_export))
}

/// State of an export.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum ExportState {
    /// The job was stopped.
    Cancelled,
    /// The file is gone.
    Expired,
    /// The job failed.
    Failed,
    /// The file can be downloaded.
    Ready,
    /// The file is being written, or waits for it.
    Running,
}

/// An export as shown.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
struct ExportOut {
    id: ExportId,
    /// Watch it at `/api/v1/jobs/{id}`.
    job: JobId,
    state: ExportState,
    format: Format,
    /// Contacts in the file, once it is ready.
    rows: i64,
    /// Its size, once it is ready.
    bytes: i64,
    /// Who ordered it.
    actor: String,
    created_at: Timestamp,
    /// When the file goes.
    expires_at: Timestamp,
}

async fn show(store: &Scoped, export: Export) -> Result<ExportOut> {
    let state = match export.state.as_str() {
        "ready" => ExportState::Ready,
        "expired" => ExportState::Expired,
        _ => match store.find_job(export.job).await?.state.as_str() {
            "failed" => ExportState::Failed,
            "cancelled" => ExportState::Cancelled,
            _ => ExportState::Running,
        },
    };
    Ok(ExportOut {
        id: export.id,
        job: export.job,
        state,
        format: export.format,
        rows: export.row_count,
        bytes: export.byte_count,
        actor: export.actor,
        created_at: export.created_at,
        expires_at: export.expires_at,
    })
}

/// Which contacts to write, and how.
#[derive(Clone, Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ExportIn {
    format: Format,
    select: Selection,
}

impl Check for ExportIn {
    fn check(&self, errors: &mut Errors) {
        self.select.check(errors);
    }
}

/// The store's exports, newest first.
#[utoipa::path(get, path = "/api/v1/exports", operation_id = "list_exports", params(PageParams),
    security(("key" = ["contacts:export"])), responses((status = 200, body = Page<ExportOut>)))]
async fn list_exports(db: Tenant<ExportContacts>, paged: Paged) -> web::Result<Json<Page<ExportOut>>> {
    let (before, fetch) = (paged.after.unwrap_or(i64::MAX), paged.fetch());
    let exports = db.read(move |tx| sql::list(tx, before, fetch)).await?;
    let page = paged.page(exports, |e| e.id.0)?;
    let mut items = Vec::with_capacity(page.items.len());
    for export in page.items {
        items.push(show(&db, export).await?);
    }
    Ok(Json(Page { items, next: page.next }))
}

/// Write contacts into a file, in the background. It can be downloaded for two days.
#[utoipa::path(post, path = "/api/v1/exports", operation_id = "create_export", request_body = ExportIn,
    security(("key" = ["contacts:export"])), responses((status = 202, body = ExportOut)))]
async fn create_export(
    db: Tenant<ExportContacts>,
    Valid(body): Valid<ExportIn>,
) -> web::Result<Accepted<ExportOut>> {
    let actor = db.actor();
    let keys = db.keys().await?;
    let export = db.write(move |tx| order(tx, &keys, actor, body)).await?;
    db.db().signals().notify(store::queue::TOPIC);
    Ok(Accepted(show(&db, export).await?))
}

fn order(tx: &mut Tx<'_>, keys: &StoreKeys, actor: Actor, body: ExportIn) -> Result<Export> {
    body.select.check_names(tx, "/select/")?;
    let id: ExportId = tx.ids().make().into();
    let (select, private) = body.select.sealed(keys)?;
    let filter = serde_json::to_string(&select).or_fault("write a selection")?;
    let details = serde_json::json!({ "format": body.format, "all": select.all, "ids": select.ids.len() });
    let payload = Payload { export: id, format: body.format, select, private };
    let payload = serde_json::to_value(payload).or_fault("write a job's payload")?;
    let now = tx.now();
    let job = tx.enqueue(WRITE, &payload, now)?;
    let export =
        sql::insert(tx, &NewExport { id, job, format: body.format, filter, actor: actor.to_string() })?;
    tx.enqueue(EXPIRE, &payload, export.expires_at)?;
    audit::record(tx, actor, "contacts.exported", id, &details)?;
    Ok(export)
}

/// One export.
#[utoipa::path(get, path = "/api/v1/exports/{id}", operation_id = "get_export", params(("id" = ExportId, Path)),
    security(("key" = ["contacts:export"])), responses((status = 200, body = ExportOut)))]
async fn get_export(db: Tenant<ExportContacts>, Path(id): Path<ExportId>) -> web::Result<Json<ExportOut>> {
    let export = db.read(move |tx| sql::get(tx, id)).await?;
    Ok(Json(show(&db, export).await?))
}

/// Throw an export away before its time.
#[utoipa::path(delete, path = "/api/v1/exports/{id}", operation_id = "delete_export",
    params(("id" = ExportId, Path)), security(("key" = ["contacts:export"])), responses((status = 204)))]
async fn delete_export(
    db: Tenant<ExportContacts>,
    State(state): State<AppState>,
    Path(id): Path<ExportId>,
) -> web::Result<NoContent> {
    let actor = db.actor();
    db.write(move |tx| {
        sql::get(tx, id)?;
        sql::expire(tx, id)?;
        audit::record(tx, actor, "export.deleted", id, &serde_json::json!({}))
    })
    .await?;
    jobs::remove(&jobs::file(&jobs::folder(state.data_dir()), id))?;
    Ok(NoContent)
}

/// Download the file. 409 until it is ready and after it is gone.
#[utoipa::path(get, path = "/api/v1/exports/{id}/download", operation_id = "download_export",
    params(("id" = ExportId, Path)), security(("key" = ["contacts:export"])),
    responses((status = 200, description = "The file.", content((String = "text/csv"), (String = "application/x-ndjson"))),
        (status = 409, description = "The file is not ready yet, or is gone.")))]
async fn download_export(
    db: Tenant<ExportContacts>,
    State(state): State<AppState>,
    Path(id): Path<ExportId>,
) -> web::Result<Response> {
    let (actor, keys) = (db.actor(), db.keys().await?);
    let export = db
        .write(move |tx| {
            let export = sql::get(tx, id)?;
            if export.state != "ready" || export.expires_at <= tx.now() {
                return Err(Problem::conflict(
                    "The file is not ready yet, or it is gone; order a new export.",
                )
                .into());
            }
            audit::record(tx, actor, "export.downloaded", id, &serde_json::json!({}))?;
            Ok(export)
        })
        .await?;
    let name = format!("attachment; filename=\"contacts-{id}.{}\"", export.format.as_str());
    let body = open(&jobs::file(&jobs::folder(state.data_dir()), id), keys, id)?;
    let headers = [
        ("content-type", export.format.content_type()),
        ("content-disposition", &name),
        ("cache-control", "no-store"),
    ];
    Ok((headers, body).into_response())
}

/// Streams the opened frames of a file; a damaged frame breaks the answer off.
fn open(path: &FilePath, keys: Arc<StoreKeys>, id: ExportId) -> Result<Body> {
    let file = File::open(path).or_fault("open an export file")?;
    let (send, receive) = mpsc::channel::<Result<Bytes, std::io::Error>>(4);
    tokio::task::spawn_blocking(move || {
        for frame in FrameReader::new(BufReader::new(file), keys, id) {
            let frame = frame.map(Bytes::from).map_err(std::io::Error::other);
            if send.blocking_send(frame).is_err() {
                break;
            }
        }
    });
    Ok(web::body_of(receive))
}
