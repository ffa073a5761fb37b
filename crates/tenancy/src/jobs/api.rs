//! Jobs over HTTP.

use kernel::Timestamp;
use kernel::ids::JobId;
use store::queue::JobRow;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditSettings, ReadSettings};
use web::{AppState, Json, Page, PageParams, Paged, Path, Tenant};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_jobs)).routes(routes!(get_job)).routes(routes!(cancel_job))
}

/// A background job as shown.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct JobOut {
    id: JobId,
    #[schema(example = "contacts.import")]
    kind: String,
    state: JobState,
    /// Somebody asked it to stop.
    cancel_requested: bool,
    /// Units done so far.
    done: i64,
    /// Units in all; 0 while unknown.
    total: i64,
    /// What it answered when it ended; its shape depends on the kind.
    #[schema(value_type = Option<Object>)]
    result: Option<serde_json::Value>,
    /// Why it failed, in words.
    error: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// When one that waits begins at the earliest: now, at its time, or when it is tried again.
    due_at: Timestamp,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum JobState {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

impl From<JobRow> for JobOut {
    fn from(row: JobRow) -> Self {
        let state = match row.state.as_str() {
            "queued" => JobState::Queued,
            "running" => JobState::Running,
            "done" => JobState::Done,
            "cancelled" => JobState::Cancelled,
            _ => JobState::Failed,
        };
        JobOut {
            id: row.id,
            kind: row.kind,
            state,
            cancel_requested: row.cancel_requested,
            done: row.progress_done,
            total: row.progress_total,
            result: row.result,
            error: row.error,
            created_at: row.created_at,
            updated_at: row.updated_at,
            due_at: row.run_at,
        }
    }
}

/// Background jobs of the store, newest first.
#[utoipa::path(get, path = "/api/v1/jobs", operation_id = "list_jobs", params(PageParams),
    security(("key" = ["settings:read"])), responses((status = 200, body = Page<JobOut>)))]
async fn list_jobs(db: Tenant<ReadSettings>, paged: Paged) -> web::Result<Json<Page<JobOut>>> {
    let rows = db.list_jobs(paged.after.unwrap_or(i64::MAX), paged.fetch()).await?;
    Ok(Json(paged.page(rows, |row| row.id.0)?.map(JobOut::from)))
}

/// One job: how far it is and how it ended.
#[utoipa::path(get, path = "/api/v1/jobs/{id}", operation_id = "get_job", params(("id" = JobId, Path)),
    security(("key" = ["settings:read"])), responses((status = 200, body = JobOut)))]
async fn get_job(db: Tenant<ReadSettings>, Path(id): Path<JobId>) -> web::Result<Json<JobOut>> {
    Ok(Json(db.find_job(id).await?.into()))
}

/// Ask a job to stop. One that waits ends at once, one that runs at its next step.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/cancel", operation_id = "cancel_job", params(("id" = JobId, Path)),
    security(("key" = ["settings:edit"])), responses((status = 200, body = JobOut)))]
async fn cancel_job(db: Tenant<EditSettings>, Path(id): Path<JobId>) -> web::Result<Json<JobOut>> {
    db.cancel_job(id).await?;
    Ok(Json(db.find_job(id).await?.into()))
}
