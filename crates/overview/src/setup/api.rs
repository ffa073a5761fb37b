//! The list over HTTP.

use super::items::{self, SetupItem};
use super::sql;
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditSettings, ReadSettings};
use web::{AppState, Json, Tenant};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_setup, update_setup))
}

/// The way to the first campaign.
#[derive(Serialize, ToSchema)]
struct SetupOut {
    /// In the order in which one does them.
    items: Vec<SetupItem>,
    /// Items that are done.
    done: usize,
    /// All items.
    total: usize,
    /// True if somebody put the list away.
    dismissed: bool,
}

fn show(tx: &mut Tx<'_>) -> kernel::Result<SetupOut> {
    let items = items::find(tx)?;
    let done = items.iter().filter(|i| i.done).count();
    Ok(SetupOut { done, total: items.len(), items, dismissed: sql::dismissed_at(tx)?.is_some() })
}

/// What is done and what is still to do until the first campaign.
#[utoipa::path(get, path = "/api/v1/setup", operation_id = "get_setup", security(("key" = ["settings:read"])),
    responses((status = 200, body = SetupOut)))]
async fn get_setup(db: Tenant<ReadSettings>) -> web::Result<Json<SetupOut>> {
    Ok(Json(db.read(show).await?))
}

/// A change of the list itself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetupPatch {
    /// True puts the list away, false takes it out again.
    dismissed: bool,
}

/// Put the list away, or take it out again.
#[utoipa::path(patch, path = "/api/v1/setup", operation_id = "update_setup", request_body = SetupPatch,
    security(("key" = ["settings:edit"])), responses((status = 200, body = SetupOut)))]
async fn update_setup(db: Tenant<EditSettings>, Json(body): Json<SetupPatch>) -> web::Result<Json<SetupOut>> {
    let out = db.write(move |tx| {
        sql::dismiss(tx, body.dismissed)?;
        show(tx)
    });
    Ok(Json(out.await?))
}
