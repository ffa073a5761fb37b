//! The timeline over HTTP.

use super::model::{Cursor, Stretch, TimelineEntry, merge};
use super::sources::{self, Whose};
use audience::contacts;
use kernel::ids::ContactId;
use kernel::{Problem, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::ReadContacts;
use web::{AppState, Json, Page, PageParams, Paged, Path, Tenant};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_contact_timeline))
}

/// Everything about one contact, newest first: consent with its source, campaigns that were sent or held back and
/// why, opens, clicks and bounces, and what was done in the shop. Campaigns need the right `campaigns:read`, what
/// was done in the shop `events:read`; without one, that part is left out. A page may be shorter than its limit
/// although there is a next one.
#[utoipa::path(get, path = "/api/v1/contacts/{id}/timeline", operation_id = "list_contact_timeline",
    params(("id" = ContactId, Path), PageParams), security(("key" = ["contacts:read"])),
    responses((status = 200, body = Page<TimelineEntry>)), extensions(("x-policy" = json!(["P-051", "P-057"]))))]
async fn list_contact_timeline(
    db: Tenant<ReadContacts>,
    Path(id): Path<ContactId>,
    paged: Paged<Cursor>,
) -> web::Result<Json<Page<TimelineEntry>>> {
    let cursor = paged.after.clone().unwrap_or_else(|| vec![None; sources::ALL.len()]);
    if cursor.len() != sources::ALL.len() {
        return Err(
            Problem::field("?after", "not_a_cursor", "The `next` of an earlier page of this list.").into()
        );
    }
    let (limit, rights, keys) = (paged.limit as usize, db.rights(), db.keys().await?);
    let (entries, next) = db
        .read(move |tx| {
            let whose = Whose { ordinal: contacts::get_by_id(tx, id)?.ordinal, keys: &keys };
            let stretches =
                sources::ALL.iter().zip(&cursor).map(|(source, after)| match (source.may_read)(rights) {
                    true => source.stretch(tx, &whose, *after, limit),
                    false => Ok(Stretch::default()),
                });
            let stretches = stretches.collect::<Result<Vec<_>>>()?;
            Ok(merge(stretches, cursor, limit))
        })
        .await?;
    Ok(Json(paged.page_until(entries, next)?))
}
