//! Campaigns over HTTP: writing and steering them, listing them, looking at one as a contact would.

mod campaigns;
mod list;
mod preview;

use utoipa_axum::router::OpenApiRouter;
use web::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    campaigns::routes().merge(list::routes()).merge(preview::routes())
}
