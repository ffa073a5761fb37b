//! The catalogue of blocks over HTTP.

use super::spec::{BlockCatalogue, catalogue};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::ReadTemplates;
use web::{AppState, Json, Tenant};

/// Routes of the catalogue.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_block_catalogue))
}

/// Everything an editor must know: kinds of blocks with their fields, fields of rows and of the whole, limits.
#[utoipa::path(get, path = "/api/v1/templates/blocks", operation_id = "get_block_catalogue",
    security(("key" = ["templates:read"])), responses((status = 200, body = BlockCatalogue)))]
async fn get_block_catalogue(_: Tenant<ReadTemplates>) -> Json<BlockCatalogue> {
    Json(catalogue())
}
