//! Raw messages over HTTP, for installations whose mail comes in elsewhere.

use super::{Intake, RAW_MAX, Summary, take_in_for};
use axum::body::Bytes;
use axum::extract::State;
use kernel::{Code, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::EditContacts;
use web::{AppState, Json, Query, Tenant, body_limit};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(receive_raw_message)).layer(body_limit(RAW_MAX))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Envelope {
    /// Address the message was delivered to, if it is known.
    #[param(max_length = 320)]
    recipient: Option<String>,
}

/// What became of a raw message.
#[derive(Serialize, ToSchema)]
struct IntakeOut {
    /// What it is.
    kind: Summary,
    /// True if it is about a message of this store.
    matched: bool,
    /// True if it was not known before.
    noted: bool,
    /// True if the contact was suppressed by it.
    suppressed: bool,
    /// True if the contact was unsubscribed by it.
    unsubscribed: bool,
}

/// Take in a bounce, a complaint or an unsubscribe request.
///
/// The body is one raw message (RFC 5322) as `message/rfc822`. It takes effect if it carries a token of
/// one of this store's messages. It is not kept.
#[utoipa::path(post, path = "/api/v1/inbound/raw", operation_id = "receive_raw_message", params(Envelope),
    request_body(content = Vec<u8>, content_type = "message/rfc822"), security(("key" = ["contacts:edit"])),
    responses((status = 200, body = IntakeOut)))]
async fn receive_raw_message(
    db: Tenant<EditContacts>,
    State(state): State<AppState>,
    Query(envelope): Query<Envelope>,
    body: Bytes,
) -> web::Result<Json<IntakeOut>> {
    let recipients: Vec<String> = envelope.recipient.into_iter().collect();
    let intake = take_in_for(state.db(), state.vault(), Some(db.store()), &body, &recipients).await?;
    let (kind, effect) = match intake {
        Intake::Applied(kind, effect) => (kind, Some(effect)),
        Intake::Unmatched(kind) | Intake::Ignored(kind) => (kind, None),
        Intake::Unreadable => {
            let detail = "The body is not a message: it begins with header fields, as in RFC 5322.";
            return Err(Problem::new(Code::BadRequest, detail).into());
        }
    };
    let matched = effect.is_some();
    let effect = effect.unwrap_or_default();
    Ok(Json(IntakeOut {
        kind,
        matched,
        noted: effect.noted,
        suppressed: effect.suppressed,
        unsubscribed: effect.unsubscribed,
    }))
}
