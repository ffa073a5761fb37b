//! Captured messages over HTTP.

use super::model::{HeaderOut, Parts};
use super::read::{Entry, Filter, list, open_raw};
use super::sql;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::Timestamp;
use kernel::ids::{CampaignId, ContactId, MessageId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::params;
use tenancy::audit;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditCampaigns, ReadContacts};
use web::{AppState, Json, NoContent, Page, PageParams, Paged, Path, Query, Tenant};

/// A message may show pictures and its own styles, and do nothing.
const PREVIEW_POLICY: &str = "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; \
    font-src https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_sandbox_messages, empty_sandbox))
        .routes(routes!(get_sandbox_message))
        .routes(routes!(get_sandbox_message_html))
        .routes(routes!(get_sandbox_message_source))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListFilter {
    /// Only messages of this campaign.
    campaign: Option<CampaignId>,
    /// Only messages to this contact; ignored if a campaign is named.
    contact: Option<ContactId>,
}

/// A captured message in a list.
#[derive(Serialize, ToSchema)]
struct SandboxMessageOut {
    id: MessageId,
    /// Null for messages without a campaign.
    campaign: Option<CampaignId>,
    /// Null once the contact was erased; so are subject and addresses.
    contact: Option<ContactId>,
    subject: Option<String>,
    from: Option<String>,
    to: Option<String>,
    /// Size in bytes.
    size: i64,
    at: Timestamp,
}

impl From<Entry> for SandboxMessageOut {
    fn from(entry: Entry) -> Self {
        let (subject, from, to) = match entry.summary {
            Some(s) => (Some(s.subject), Some(s.from), Some(s.to)),
            None => (None, None, None),
        };
        SandboxMessageOut {
            id: entry.id,
            campaign: Some(entry.campaign).filter(|c| c.0 != 0),
            contact: entry.contact,
            subject,
            from,
            to,
            size: entry.size,
            at: entry.at,
        }
    }
}

/// A captured message taken apart.
#[derive(Serialize, ToSchema)]
struct SandboxMessageDetail {
    #[serde(flatten)]
    message: SandboxMessageOut,
    /// Header fields in order, unfolded, not decoded.
    headers: Vec<HeaderOut>,
    html: Option<String>,
    text: Option<String>,
    /// Addresses that the HTML links to, each once.
    links: Vec<String>,
}

/// Messages captured by the sandbox, newest first.
#[utoipa::path(get, path = "/api/v1/sandbox/messages", operation_id = "list_sandbox_messages",
    params(ListFilter, PageParams), security(("key" = ["contacts:read"])),
    responses((status = 200, body = Page<SandboxMessageOut>)))]
async fn list_sandbox_messages(
    db: Tenant<ReadContacts>,
    Query(filter): Query<ListFilter>,
    paged: Paged,
) -> web::Result<Json<Page<SandboxMessageOut>>> {
    let filter = match (filter.campaign, filter.contact) {
        (Some(campaign), _) => Filter::Campaign(campaign),
        (None, Some(contact)) => Filter::Contact(contact),
        (None, None) => Filter::All,
    };
    let keys = db.keys().await?;
    let (after, limit) = (paged.after.unwrap_or(i64::MAX), paged.fetch());
    let rows = db.read(move |tx| list(tx, &keys, filter, after, limit)).await?;
    Ok(Json(paged.page(rows, |entry| entry.id.0)?.map(SandboxMessageOut::from)))
}

async fn load(db: &Tenant<ReadContacts>, id: MessageId) -> kernel::Result<(Entry, Vec<u8>)> {
    let keys = db.keys().await?;
    db.read(move |tx| open_raw(tx, &keys, id)).await
}

/// One captured message: headers, HTML, text, links.
#[utoipa::path(get, path = "/api/v1/sandbox/messages/{id}", operation_id = "get_sandbox_message",
    params(("id" = MessageId, Path)), security(("key" = ["contacts:read"])),
    responses((status = 200, body = SandboxMessageDetail)))]
async fn get_sandbox_message(
    db: Tenant<ReadContacts>,
    Path(id): Path<MessageId>,
) -> web::Result<Json<SandboxMessageDetail>> {
    let (entry, raw) = load(&db, id).await?;
    let parts = Parts::of(&raw);
    Ok(Json(SandboxMessageDetail {
        message: entry.into(),
        headers: parts.headers,
        html: parts.html,
        text: parts.text,
        links: parts.links,
    }))
}

/// The HTML of a captured message, for a frame: scripts, forms and plug-ins do not run.
#[utoipa::path(get, path = "/api/v1/sandbox/messages/{id}/html", operation_id = "get_sandbox_message_html",
    params(("id" = MessageId, Path)), security(("key" = ["contacts:read"])),
    responses((status = 200, body = String, content_type = "text/html")))]
async fn get_sandbox_message_html(
    db: Tenant<ReadContacts>,
    Path(id): Path<MessageId>,
) -> web::Result<Response> {
    let (_, raw) = load(&db, id).await?;
    let html = Parts::of(&raw).html.unwrap_or_default();
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PREVIEW_POLICY)),
        (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow")),
    ];
    Ok((headers, html).into_response())
}

/// The source of a captured message, as it would have gone over the wire.
#[utoipa::path(get, path = "/api/v1/sandbox/messages/{id}/source", operation_id = "get_sandbox_message_source",
    params(("id" = MessageId, Path)), security(("key" = ["contacts:read"])),
    responses((status = 200, body = Vec<u8>, content_type = "message/rfc822")))]
async fn get_sandbox_message_source(
    db: Tenant<ReadContacts>,
    Path(id): Path<MessageId>,
) -> web::Result<Response> {
    let (_, raw) = load(&db, id).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("message/rfc822")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"message.eml\"")),
    ];
    Ok((headers, raw).into_response())
}

/// Remove all captured messages of the store.
#[utoipa::path(delete, path = "/api/v1/sandbox/messages", operation_id = "empty_sandbox",
    security(("key" = ["campaigns:edit"])), responses((status = 204)))]
async fn empty_sandbox(db: Tenant<EditCampaigns>) -> web::Result<NoContent> {
    let actor = db.actor();
    db.write(move |tx| {
        let removed = tx.execute(&sql::DELETE_ALL, params![])?;
        audit::record(tx, actor, "sandbox.emptied", "", &json!({ "messages": removed }))
    })
    .await?;
    Ok(NoContent)
}
