//! Asking for the demo over HTTP.

use super::jobs;
use audience::contacts::{self, JobStarted};
use kernel::Problem;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::EditSettings;
use web::{Accepted, AppState, Tenant};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(fill_demo))
}

/// Fill an empty store with made-up people, segments, templates and a campaign in the sandbox.
#[utoipa::path(post, path = "/api/v1/demo", operation_id = "fill_demo", security(("key" = ["settings:edit"])),
    responses((status = 202, body = JobStarted), (status = 409, description = "The store has contacts already.")))]
async fn fill_demo(db: Tenant<EditSettings>) -> web::Result<Accepted<JobStarted>> {
    let actor = db.actor();
    let job = db
        .write(move |tx| {
            // Two at once: the second waits here and finds the job of the first.
            contacts::sql::lock(tx)?;
            if contacts::any(tx)? {
                let detail = "The store has contacts already; made-up people are not mixed with them.";
                return Err(Problem::conflict(detail).into());
            }
            if tx.find_active_job(jobs::KIND)?.is_some() {
                return Err(Problem::conflict("The store is being filled already.").into());
            }
            jobs::enqueue(tx, actor)
        })
        .await?;
    db.db().signals().notify(store::queue::TOPIC);
    Ok(Accepted(JobStarted { job }))
}
