//! Imports over HTTP.

use super::intake::{self, Arrival, Declaration, Look};
use super::mapping::{MappingIn, Plan};
use super::model::{Counts, Import, State as ImportState, UNDERTAKING, UNDERTAKING_VERSION, UndoCounts};
use super::reader::Layout;
use super::{jobs, report, sql, upload};
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use kernel::ids::{ImportId, JobId};
use kernel::{Code, OrFault, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Scoped, StoreKeys};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditContacts, ReadContacts};
use web::{
    Accepted, Actor, AppState, Created, Json, NoContent, Page, PageParams, Paged, Path, Query, Tenant,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_imports))
        .routes(routes!(get_undertaking))
        .routes(routes!(get_import, delete_import))
        .routes(routes!(put_import_mapping))
        .routes(routes!(check_import))
        .routes(routes!(start_import))
        .routes(routes!(cancel_import))
        .routes(routes!(undo_import))
}

pub(super) fn streams() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(create_import)).routes(routes!(get_import_errors))
}

/// An import as shown.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ImportOut {
    id: ImportId,
    state: ImportState,
    file_name: String,
    file_bytes: u64,
    /// SHA-256 of the file, hexadecimal.
    file_sha256: String,
    layout: Layout,
    /// What was said about the file.
    mapping: MappingIn,
    /// What its columns become.
    plan: Plan,
    /// True if some row may come out as subscribed; then a start needs a statement.
    needs_consent_statement: bool,
    /// The tag every contact of the file gets; empty until it begins.
    batch_tag: String,
    consent_statement: String,
    undertaking: String,
    actor: String,
    /// The job that works on it; watch it at `/api/v1/jobs/{id}`.
    job: Option<JobId>,
    counts: Counts,
    dry_run: Option<Counts>,
    /// Why it failed.
    error: Option<String>,
    undo: Option<UndoCounts>,
    created_at: Timestamp,
    started_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
}

impl From<Import> for ImportOut {
    fn from(i: Import) -> Self {
        ImportOut {
            id: i.id,
            state: i.state,
            file_name: i.file_name,
            file_bytes: i.file_bytes,
            file_sha256: intake::hex(&i.file_sha256),
            layout: i.layout,
            mapping: i.mapping,
            needs_consent_statement: i.plan.may_subscribe(),
            plan: i.plan,
            batch_tag: i.batch_tag,
            consent_statement: i.statement,
            undertaking: i.undertaking_version,
            actor: i.actor,
            job: i.job,
            counts: i.counts,
            dry_run: i.dry_run,
            error: i.error,
            undo: i.undo,
            created_at: i.created_at,
            started_at: i.started_at,
            finished_at: i.finished_at,
        }
    }
}

/// A file looked at.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LookOut {
    import: ImportOut,
    /// Some values of each column, in the order of `import.plan.columns`.
    samples: Vec<Vec<String>>,
}

impl LookOut {
    fn of(import: Import, look: &Look) -> Self {
        LookOut { import: import.into(), samples: look.samples.iter().map(|s| s.shown()).collect() }
    }
}

/// The promise that goes with every import.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct UndertakingOut {
    /// To be given at start.
    version: String,
    text: String,
}

/// What begins an import.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct StartIn {
    /// Version of the undertaking that is given with this import (P-055).
    #[serde(default)]
    undertaking: String,
    /// Where and with which words the people in the file agreed; needed if the file subscribes anybody.
    #[serde(default)]
    consent_statement: String,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UploadParams {
    /// Name of the file; some programs write into it what the file is. A form's own file name wins.
    file_name: Option<String>,
}

/// Imports of the store, newest first.
#[utoipa::path(get, path = "/api/v1/imports", operation_id = "list_imports", params(PageParams),
    security(("key" = ["contacts:read"])), responses((status = 200, body = Page<ImportOut>)))]
async fn list_imports(db: Tenant<ReadContacts>, paged: Paged) -> web::Result<Json<Page<ImportOut>>> {
    let (before, limit) = (paged.after.unwrap_or(i64::MAX), paged.fetch());
    let rows = db.read(move |tx| sql::list(tx, before, limit)).await?;
    Ok(Json(paged.page(rows, |row| row.id.0)?.map(ImportOut::from)))
}

/// The undertaking that goes with every import.
#[utoipa::path(get, path = "/api/v1/imports/undertaking", operation_id = "get_import_undertaking",
    security(("key" = ["contacts:read"])), responses((status = 200, body = UndertakingOut)))]
async fn get_undertaking(_db: Tenant<ReadContacts>) -> Json<UndertakingOut> {
    Json(UndertakingOut { version: UNDERTAKING_VERSION.into(), text: UNDERTAKING.into() })
}

/// One import: what its file becomes, and what became of its rows.
#[utoipa::path(get, path = "/api/v1/imports/{id}", operation_id = "get_import", params(("id" = ImportId, Path)),
    security(("key" = ["contacts:read"])), responses((status = 200, body = ImportOut)))]
async fn get_import(db: Tenant<ReadContacts>, Path(id): Path<ImportId>) -> web::Result<Json<ImportOut>> {
    Ok(Json(db.read(move |tx| sql::get(tx, id)).await?.into()))
}

/// Upload a file of contacts.
///
/// The body is the file itself (CSV, TSV or .xlsx, at most 2 GiB, streamed), or a form with the file in the
/// part `file` and, before it, a mapping as JSON in the part `mapping`. Nothing is imported: the answer says
/// what the file is and what its columns would become.
#[utoipa::path(post, path = "/api/v1/imports", operation_id = "create_import", params(UploadParams),
    request_body(content((Vec<u8> = "text/csv"), (Vec<u8> = "application/octet-stream"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Object = "multipart/form-data"))),
    security(("key" = ["contacts:edit"])), responses((status = 201, body = LookOut)))]
async fn create_import(
    db: Tenant<EditContacts>,
    State(state): State<AppState>,
    Query(params): Query<UploadParams>,
    request: Request,
) -> web::Result<Created<LookOut>> {
    let store = db.store_data();
    upload::tidy(state.data_dir(), &store, store.db().now()).await?;
    let id: ImportId = store.db().ids().make().into();
    let path = upload::path(state.data_dir(), &store, id);
    let received =
        receive(&store, Upload { id, path: path.clone(), params, actor: db.actor() }, request).await;
    if received.is_err() {
        // Refused: the file is of no use to anybody.
        upload::remove_if_ours(&path.to_string_lossy()).await;
    }
    let (import, look) = received?;
    Ok(Created(LookOut::of(import, &look)))
}

struct Upload {
    id: ImportId,
    path: std::path::PathBuf,
    params: UploadParams,
    actor: Actor,
}

async fn receive(store: &Scoped, upload: Upload, request: Request) -> web::Result<(Import, Look)> {
    let mut arrival = Arrival {
        id: upload.id,
        path: upload.path.clone(),
        file_name: upload.params.file_name.unwrap_or_default(),
        mapping: MappingIn::default(),
        digest: None,
        actor: upload.actor,
    };
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        receive_form(&mut arrival, request).await?;
    } else {
        let mut incoming = upload::Incoming::create(arrival.path.clone()).await?;
        let mut pieces = request.into_body().into_data_stream();
        while let Some(piece) = pieces.next().await {
            incoming.take(&piece.map_err(|_| broken_off())?).await?;
        }
        arrival.digest = Some(incoming.finish().await?);
    }
    Ok(intake::receive(store, arrival).await?)
}

fn broken_off() -> Problem {
    Problem::new(Code::BadRequest, "The file broke off before its end; send it again.")
}

fn no_form() -> Problem {
    Problem::new(
        Code::BadRequest,
        "The form has a part “file” with the file, and perhaps a part “mapping” before it.",
    )
}

async fn receive_form(arrival: &mut Arrival, request: Request) -> web::Result<()> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| no_form())?;
    while let Some(mut field) = form.next_field().await.map_err(|_| no_form())? {
        match field.name().unwrap_or_default() {
            "mapping" => arrival.mapping = read_mapping(&mut field).await?,
            "file" if arrival.digest.is_none() => {
                if let Some(name) = field.file_name() {
                    arrival.file_name = name.to_owned();
                }
                let mut incoming = upload::Incoming::create(arrival.path.clone()).await?;
                while let Some(piece) = field.chunk().await.map_err(|_| broken_off())? {
                    incoming.take(&piece).await?;
                }
                arrival.digest = Some(incoming.finish().await?);
            }
            _ => return Err(no_form().into()),
        }
    }
    if arrival.digest.is_none() {
        return Err(no_form().into());
    }
    Ok(())
}

/// Largest mapping in a form, in bytes.
const MAPPING_BYTES_MAX: usize = 1024 * 1024;

async fn read_mapping(field: &mut axum::extract::multipart::Field<'_>) -> web::Result<MappingIn> {
    let mut json = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|_| no_form())? {
        json.extend_from_slice(&piece);
        if json.len() > MAPPING_BYTES_MAX {
            return Err(Problem::new(Code::TooLarge, "A mapping has at most 1 MiB.").into());
        }
    }
    web::extract::body::parse(&json)
}

/// Say what the columns of a file become, while its import has not begun.
#[utoipa::path(put, path = "/api/v1/imports/{id}/mapping", operation_id = "put_import_mapping",
    params(("id" = ImportId, Path)), request_body = MappingIn,
    security(("key" = ["contacts:edit"])), responses((status = 200, body = LookOut)))]
async fn put_import_mapping(
    db: Tenant<EditContacts>,
    Path(id): Path<ImportId>,
    Json(mapping): Json<MappingIn>,
) -> web::Result<Json<LookOut>> {
    let (import, look) = intake::remap(&db, id, mapping).await?;
    Ok(Json(LookOut::of(import, &look)))
}

/// Check a whole file without storing any contact. The import's `dry_run` then says what it would come to,
/// and its error file what is wrong.
#[utoipa::path(post, path = "/api/v1/imports/{id}/dry-run", operation_id = "check_import",
    params(("id" = ImportId, Path)), security(("key" = ["contacts:edit"])),
    responses((status = 202, body = ImportOut)))]
async fn check_import(
    db: Tenant<EditContacts>,
    Path(id): Path<ImportId>,
) -> web::Result<Accepted<ImportOut>> {
    Ok(Accepted(jobs::enqueue_check(&db, id).await?.into()))
}

/// Begin an import. It goes on in the background and survives a restart of the program.
#[utoipa::path(post, path = "/api/v1/imports/{id}/start", operation_id = "start_import",
    params(("id" = ImportId, Path)), request_body = StartIn,
    security(("key" = ["contacts:edit"])), responses((status = 202, body = ImportOut)))]
async fn start_import(
    db: Tenant<EditContacts>,
    Path(id): Path<ImportId>,
    Json(start): Json<StartIn>,
) -> web::Result<Accepted<ImportOut>> {
    let declaration =
        Declaration { undertaking: start.undertaking, statement: start.consent_statement, actor: db.actor() };
    Ok(Accepted(intake::begin(&db, id, declaration, true).await?.into()))
}

/// Stop an import. What was imported stays; undo it if it should not.
#[utoipa::path(post, path = "/api/v1/imports/{id}/cancel", operation_id = "cancel_import",
    params(("id" = ImportId, Path)), security(("key" = ["contacts:edit"])),
    responses((status = 200, body = ImportOut)))]
async fn cancel_import(db: Tenant<EditContacts>, Path(id): Path<ImportId>) -> web::Result<Json<ImportOut>> {
    Ok(Json(jobs::cancel(&db, id, db.actor()).await?.into()))
}

/// Take an import back, within 30 days: contacts it made and nobody changed since are erased, and its tag
/// goes. Changes of contacts that were known before stay; their number is told.
#[utoipa::path(post, path = "/api/v1/imports/{id}/undo", operation_id = "undo_import",
    params(("id" = ImportId, Path)), security(("key" = ["contacts:edit"])),
    responses((status = 202, body = ImportOut)))]
async fn undo_import(db: Tenant<EditContacts>, Path(id): Path<ImportId>) -> web::Result<Accepted<ImportOut>> {
    Ok(Accepted(jobs::enqueue_undo(&db, id, db.actor()).await?.into()))
}

/// Remove an uploaded file that was not imported.
#[utoipa::path(delete, path = "/api/v1/imports/{id}", operation_id = "delete_import",
    params(("id" = ImportId, Path)), security(("key" = ["contacts:edit"])), responses((status = 204)))]
async fn delete_import(db: Tenant<EditContacts>, Path(id): Path<ImportId>) -> web::Result<NoContent> {
    let path = db
        .write(move |tx| {
            let import = sql::get(tx, id)?;
            sql::delete(tx, id)?;
            Ok(import.file_path)
        })
        .await?;
    upload::remove_if_ours(&path).await;
    Ok(NoContent)
}

/// What was wrong with rows, as CSV: line, severity, column, reason, then the row as it stood. Mended rows can
/// be imported from this file as it is. Before an import has begun it holds what a dry run found.
#[utoipa::path(get, path = "/api/v1/imports/{id}/errors", operation_id = "get_import_errors",
    params(("id" = ImportId, Path)), security(("key" = ["contacts:edit"])),
    responses((status = 200, content_type = "text/csv", body = String)))]
async fn get_import_errors(db: Tenant<EditContacts>, Path(id): Path<ImportId>) -> web::Result<Response> {
    let (store, keys) = (db.store_data(), db.keys().await?);
    let import = store.read(move |tx| sql::get(tx, id)).await?;
    let mut head = "\u{feff}".as_bytes().to_vec();
    report::write_head(&mut head, &import.plan.columns)?;
    let rest = Rest { store, keys, import: Arc::new(import), after: -2 };
    let first = futures_util::stream::once(async { Ok::<_, std::io::Error>(bytes::Bytes::from(head)) });
    let pieces = first.chain(futures_util::stream::try_unfold(rest, |rest| async { rest.next().await }));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{id}-errors.csv\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// The reports of an import that have not been sent yet.
struct Rest {
    store: Scoped,
    keys: Arc<StoreKeys>,
    import: Arc<Import>,
    after: i64,
}

impl Rest {
    async fn next(mut self) -> std::io::Result<Option<(bytes::Bytes, Self)>> {
        let (id, after, keys, import) = (self.import.id, self.after, self.keys.clone(), self.import.clone());
        let found = self
            .store
            .read(move |tx| sql::next_issues(tx, id, after))
            .await
            .map_err(std::io::Error::other)?;
        let Some((first, sealed)) = found else { return Ok(None) };
        self.after = first;
        let written = tokio::task::spawn_blocking(move || {
            let mut out = Vec::new();
            report::write_issues(&mut out, &import.plan.columns, &report::open(&keys, &sealed)?)?;
            Ok::<_, kernel::Error>(out)
        });
        let out =
            written.await.or_fault("write the error file").and_then(|r| r).map_err(std::io::Error::other)?;
        Ok(Some((out.into(), self)))
    }
}
