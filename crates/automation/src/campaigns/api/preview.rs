//! A campaign's message as one contact would get it, over HTTP.

use crate::campaigns::launch::{self, PublicAddress};
use crate::campaigns::sql;
use axum::extract::State;
use kernel::ids::{CampaignId, ContactId};
use kernel::{Code, Problem};
use messaging::outbox::preview::{Outlook, preview_of};
use messaging::templates::Preview;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{ReadCampaigns, ReadContacts};
use web::{AppState, Json, Path, Tenant};

/// In what a preview differs from the message; everything else is the same byte for byte.
const DIFFERENCES: &[&str] = &[
    "Links lead straight to their destinations; where clicks are measured, those of the message lead through this \
     program.",
    "There is no picture that measures opens.",
    "The addresses of the unsubscribe page, the preferences and the web view are #unsubscribe, #preferences and \
     #web_view; those of the message hold its token.",
];

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(preview_campaign))
}

/// For whom to render.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CampaignPreviewIn {
    /// A contact of the store; needs the right to read contacts. Without one an invented contact is used.
    contact: Option<ContactId>,
}

/// A campaign's message as a contact would get it.
#[derive(Serialize, ToSchema)]
struct CampaignPreview {
    /// The message.
    preview: Preview,
    /// In what it differs from the message that would be sent; everything else is the same byte for byte.
    #[schema(value_type = Vec<String>)]
    differences: &'static [&'static str],
}

/// See the campaign's message as a contact would get it now, footer and link parameters included.
///
/// Nothing is sent and nothing is measured.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/preview", operation_id = "preview_campaign",
    params(("id" = CampaignId, Path)), request_body = CampaignPreviewIn, security(("key" = ["campaigns:read"])),
    responses((status = 200, body = CampaignPreview),
        (status = 409, description = "The content does not compile; the plan says where.")))]
async fn preview_campaign(
    db: Tenant<ReadCampaigns>,
    State(state): State<AppState>,
    Path(id): Path<CampaignId>,
    Json(body): Json<CampaignPreviewIn>,
) -> web::Result<Json<CampaignPreview>> {
    if body.contact.is_some() && !db.rights().has::<ReadContacts>() {
        let detail = "A preview for a contact needs the right contacts:read.";
        return Err(Problem::new(Code::Forbidden, detail).into());
    }
    let (keys, public) = (db.keys().await?, PublicAddress { url: state.http().public_url.clone() });
    let (program, outlook) = db
        .read(move |tx| {
            let campaign = sql::get(tx, id)?;
            let outlook = Outlook::load(tx, &keys, id, body.contact)?;
            Ok((launch::program(tx, &keys, &campaign, &public)?, outlook))
        })
        .await?;
    let preview = preview_of(program, outlook).await?;
    Ok(Json(CampaignPreview { preview, differences: DIFFERENCES }))
}
