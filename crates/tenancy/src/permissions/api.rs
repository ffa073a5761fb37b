//! Device permissions over HTTP.

use super::{Permission, Said};
use crate::accounts::user_of;
use axum::extract::State;
use kernel::Timestamp;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{AppState, Json, Person};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_device_permissions, update_device_permissions))
}

/// What one said about a permission.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct DevicePermissionOut {
    permission: Permission,
    /// True, false, or null if one was not asked yet.
    granted: Option<bool>,
    /// Since when.
    changed_at: Option<Timestamp>,
}

impl From<(Permission, Said)> for DevicePermissionOut {
    fn from((permission, said): (Permission, Said)) -> Self {
        let (granted, changed_at) = said.unzip();
        DevicePermissionOut { permission, granted, changed_at }
    }
}

/// What one said about each permission.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct DevicePermissionsOut {
    items: Vec<DevicePermissionOut>,
}

/// What one says now. Absent: as before.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
struct DevicePermissionsPatch {
    /// Pictures that are on the device.
    album: Option<bool>,
    /// The camera.
    camera: Option<bool>,
    /// Where the device is, or where a file says it was made.
    location: Option<bool>,
    /// The microphone.
    microphone: Option<bool>,
}

impl DevicePermissionsPatch {
    fn said(&self) -> Vec<(Permission, bool)> {
        [
            (Permission::Album, self.album),
            (Permission::Camera, self.camera),
            (Permission::Location, self.location),
            (Permission::Microphone, self.microphone),
        ]
        .into_iter()
        .filter_map(|(permission, said)| Some((permission, said?)))
        .collect()
    }
}

async fn shown(person: &Person, state: &AppState) -> kernel::Result<DevicePermissionsOut> {
    let all = super::list(state.db(), user_of(person)?).await?;
    Ok(DevicePermissionsOut { items: all.into_iter().map(DevicePermissionOut::from).collect() })
}

/// What one allows the console to use on one's devices.
#[utoipa::path(get, path = "/api/v1/me/device-permissions", operation_id = "list_device_permissions",
    security(("session" = [])), responses((status = 200, body = DevicePermissionsOut)),
    extensions(("x-policy" = json!(["P-033", "P-035"]))))]
async fn list_device_permissions(
    person: Person,
    State(state): State<AppState>,
) -> web::Result<Json<DevicePermissionsOut>> {
    Ok(Json(shown(&person, &state).await?))
}

/// Grant permissions, or take them back. What was granted before stays as it was used.
#[utoipa::path(patch, path = "/api/v1/me/device-permissions", operation_id = "update_device_permissions",
    request_body = DevicePermissionsPatch, security(("session" = [])),
    responses((status = 200, body = DevicePermissionsOut)), extensions(("x-policy" = json!(["P-033", "P-035"]))))]
async fn update_device_permissions(
    person: Person,
    State(state): State<AppState>,
    Json(body): Json<DevicePermissionsPatch>,
) -> web::Result<Json<DevicePermissionsOut>> {
    super::set(state.db(), user_of(&person)?, body.said()).await?;
    Ok(Json(shown(&person, &state).await?))
}
