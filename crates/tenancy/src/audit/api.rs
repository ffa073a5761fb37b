//! Reading and checking the audit log over HTTP.

use super::{Entry, Verdict};
use axum::extract::State;
use kernel::Timestamp;
use kernel::ids::AuditId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::ReadAudit;
use web::{AppState, Json, Page, PageParams, Paged, Person, Tenant};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_audit_entries))
        .routes(routes!(verify_audit))
        .routes(routes!(list_account_audit_entries))
}

/// An entry as shown.
#[derive(serde::Serialize, utoipa::ToSchema)]
struct AuditEntryOut {
    id: AuditId,
    /// Place in its chain, from 1.
    seq: i64,
    at: Timestamp,
    actor: String,
    #[schema(example = "campaign.launched")]
    action: String,
    object: String,
    /// More about it; its shape depends on the action.
    #[schema(value_type = Object)]
    details: serde_json::Value,
}

impl From<Entry> for AuditEntryOut {
    fn from(e: Entry) -> Self {
        let details = serde_json::from_str(&e.details).unwrap_or_default();
        AuditEntryOut {
            id: e.id,
            seq: e.seq,
            at: e.at,
            actor: e.actor,
            action: e.action,
            object: e.object,
            details,
        }
    }
}

async fn page(state: &AppState, chain: i64, paged: &Paged) -> web::Result<Json<Page<AuditEntryOut>>> {
    let before = paged.after.unwrap_or(i64::MAX);
    let entries = super::list(state.db(), chain, before, paged.fetch()).await?;
    Ok(Json(paged.page(entries, |e| e.seq)?.map(AuditEntryOut::from)))
}

/// Entries of the store's audit log, newest first.
#[utoipa::path(get, path = "/api/v1/audit", operation_id = "list_audit_entries", params(PageParams),
    security(("key" = ["audit:read"])), responses((status = 200, body = Page<AuditEntryOut>)))]
async fn list_audit_entries(
    db: Tenant<ReadAudit>,
    State(state): State<AppState>,
    paged: Paged,
) -> web::Result<Json<Page<AuditEntryOut>>> {
    page(&state, db.store().0, &paged).await
}

/// Check that no entry of the store's audit log was changed or removed.
#[utoipa::path(get, path = "/api/v1/audit/verification", operation_id = "verify_audit",
    security(("key" = ["audit:read"])), responses((status = 200, body = Verdict)),
    extensions(("x-policy" = json!(["P-209"]))))]
async fn verify_audit(db: Tenant<ReadAudit>, State(state): State<AppState>) -> web::Result<Json<Verdict>> {
    Ok(Json(super::verify(state.db(), db.store().0).await?))
}

/// Entries of the account's audit log (log-ins, stores, passwords), newest first.
#[utoipa::path(get, path = "/api/v1/account/audit", operation_id = "list_account_audit_entries", params(PageParams),
    security(("session" = [])), responses((status = 200, body = Page<AuditEntryOut>)))]
async fn list_account_audit_entries(
    person: Person,
    State(state): State<AppState>,
    paged: Paged,
) -> web::Result<Json<Page<AuditEntryOut>>> {
    page(&state, person.principal().account.0, &paged).await
}
