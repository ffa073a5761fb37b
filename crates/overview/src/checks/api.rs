//! The checks over HTTP.

use super::{CheckStatus, Checked, machine, probe};
use axum::extract::State;
use messaging::relays::{self, Configured};
use serde::Serialize;
use std::sync::Arc;
use store::{Scoped, StoreKeys};
use tenancy::installation;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::ReadSettings;
use web::{AppState, Json, Tenant};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(check_installation))
}

/// What was found.
#[derive(Serialize, ToSchema)]
struct ChecksOut {
    /// The program called itself at its public address.
    public_url: Checked,
    /// The database answered.
    database: Checked,
    /// The relay that is used unless another is named was opened and logged in to.
    mail_path: Checked,
    /// The clock is not behind what was written before.
    clock: Checked,
    /// There is room where data are kept.
    disk: Checked,
}

/// Check that the installation can do its work. It may take as long as a relay takes to answer.
#[utoipa::path(post, path = "/api/v1/installation/checks", operation_id = "check_installation",
    security(("key" = ["settings:read"])), responses((status = 200, body = ChecksOut)))]
async fn check_installation(
    db: Tenant<ReadSettings>,
    State(state): State<AppState>,
) -> web::Result<Json<ChecksOut>> {
    let keys = db.keys().await?;
    let fingerprint = installation::fingerprint(state.vault());
    let url = probe::check(&state.http().public_url, &fingerprint);
    let (store, now) = (db.store_data(), db.db().now());
    let (public_url, database, mail_path, clock, disk) = tokio::join!(
        url,
        machine::database(&store),
        mail_path(&store, &keys),
        machine::clock(&store, now),
        machine::disk(state.data_dir().to_path_buf()),
    );
    Ok(Json(ChecksOut { public_url, database, mail_path: mail_path?, clock: clock?, disk }))
}

async fn mail_path(store: &Scoped, keys: &Arc<StoreKeys>) -> kernel::Result<Checked> {
    let keys = keys.clone();
    let relay: Configured = store.read(move |tx| relays::get_preferred_relay(tx, &keys)).await?;
    if relay.is_sandbox() {
        let detail = "Messages are captured in the sandbox; none leaves. Add a relay to send for real.";
        return Ok(Checked::new(CheckStatus::Warning, detail));
    }
    let report = relays::test_relay(&relay).await;
    let status = if report.passed { CheckStatus::Ok } else { CheckStatus::Error };
    Ok(Checked::new(status, format!("{}: {}", relay.name, report.detail)))
}
