//! What a report hands out whole: the message with its links numbered, and the people behind a figure.

use super::api::{PeopleParams, behind, cell};
use crate::campaigns;
use audience::contacts;
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::ids::CampaignId;
use kernel::{OrFault, Problem, Result};
use messaging::outbox::ledger;
use messaging::outbox::program::Program;
use messaging::templates::{ContactView, PreviewAt, RenderData};
use roaring::RoaringBitmap;
use serde_json::json;
use std::sync::Arc;
use store::{Scoped, StoreKeys};
use tenancy::audit;
use tokio::sync::mpsc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{ExportContacts, ReadReports};
use web::{AppState, Path, Query, Tenant};

/// A message may show pictures and its own styles, and do nothing.
const PREVIEW_POLICY: &str = "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; \
    font-src https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";
/// People opened at once.
const CHUNK: usize = 2_000;
/// Pieces written ahead of whoever reads.
const AHEAD: usize = 4;
const COLUMNS: &str = "id,email,phone,first_name,last_name,outcome,reason,code,at\r\n";

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_report_html))
}

pub(super) fn streams() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(export_report_people))
}

/// The message of a campaign as launched, for a map of clicks.
///
/// It is filled with an invented contact's data. Each measured link has its number in `data-link`, as in the
/// report's `links`; where it leads is not in it, nor any address of a real message.
#[utoipa::path(get, path = "/api/v1/campaigns/{id}/report/html", operation_id = "get_report_html",
    params(("id" = CampaignId, Path)), security(("key" = ["reports:read"])),
    responses((status = 200, body = String, content_type = "text/html"),
        (status = 409, description = "The campaign is not launched yet.")))]
async fn get_report_html(db: Tenant<ReadReports>, Path(id): Path<CampaignId>) -> web::Result<Response> {
    let (program, now) = db.read(move |tx| Ok((launched(tx, id)?, tx.now()))).await?;
    let drawn = tokio::task::spawn_blocking(move || -> Result<String> {
        let compiled = program.compile()?;
        let (store, campaign) = (program.store_view(), program.campaign_view(id));
        let data = RenderData {
            contact: ContactView::INVENTED,
            store: &store,
            campaign: &campaign,
            now,
            extra: None,
        };
        let urls = PreviewAt { base: &program.links_base };
        compiled.render_numbered(&data, &urls).map_err(|e| Problem::conflict(e.to_string()).into())
    });
    let html = drawn.await.or_fault("draw a report's message")??;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PREVIEW_POLICY)),
        (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow")),
    ];
    Ok((headers, html).into_response())
}

fn launched(tx: &mut store::Tx<'_>, id: CampaignId) -> Result<Program> {
    campaigns::sql::get(tx, id)?;
    let send = ledger::find_send(tx, id)?.ok_or_else(|| {
        Problem::conflict("The campaign has not been launched; there is nothing to report yet.")
    })?;
    serde_json::from_value(send.program).or_fault("read a program")
}

/// The people behind a figure of the report as CSV.
///
/// As in `report/people`, whole, each with what became of the message. Who takes people out is recorded.
#[utoipa::path(get, path = "/api/v1/campaigns/{id}/report/people.csv", operation_id = "export_report_people",
    params(("id" = CampaignId, Path), PeopleParams), security(("key" = ["contacts:export"])),
    responses((status = 200, content_type = "text/csv", body = String)), extensions(("x-policy" = json!(["P-208"]))))]
async fn export_report_people(
    db: Tenant<ExportContacts>,
    Path(id): Path<CampaignId>,
    Query(wanted): Query<PeopleParams>,
) -> web::Result<Response> {
    let (keys, actor) = (db.keys().await?, db.actor());
    let people = db
        .write(move |tx| {
            campaigns::sql::get(tx, id)?;
            let people = behind(tx, id, &wanted)?;
            let details = json!({ "figure": wanted.figure, "people": people.len() });
            audit::record(tx, actor, "report.people_exported", id, &details)?;
            Ok(people)
        })
        .await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"people.csv\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, rows(db.store_data(), keys, id, people)).into_response())
}

/// Streams the rows; what fails breaks the answer off.
fn rows(store: Scoped, keys: Arc<StoreKeys>, id: CampaignId, people: RoaringBitmap) -> Body {
    let (send, receive) = mpsc::channel::<Result<Bytes, std::io::Error>>(AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut rest = people.iter();
        let mut next = Some(Ok(Bytes::from_static(COLUMNS.as_bytes())));
        while let Some(piece) = next {
            let failed = piece.is_err();
            if send.blocking_send(piece.map_err(std::io::Error::other)).is_err() || failed {
                break;
            }
            let chunk: Vec<u32> = rest.by_ref().take(CHUNK).collect();
            next = (!chunk.is_empty()).then(|| lines(&store, &keys, id, chunk));
        }
    });
    web::body_of(receive)
}

fn lines(store: &Scoped, keys: &Arc<StoreKeys>, id: CampaignId, chunk: Vec<u32>) -> Result<Bytes> {
    let keys = keys.clone();
    let text = store.read_blocking(move |tx| {
        let mut text = String::new();
        let mut decisions = campaigns::decisions::find_many(tx, id, &chunk)?;
        for contact in contacts::load_many(tx, &chunk)? {
            let personal = contact.open(&keys)?;
            let decision = decisions.remove(&contact.ordinal);
            let (outcome, reason, code, at) = match decision {
                Some(d) => (Some(d.outcome.to_owned()), d.reason, d.code, d.at.map(|at| at.to_string())),
                None => (None, None, None, None),
            };
            let personal = [personal.email, personal.phone, personal.first_name, personal.last_name];
            text.push_str(&contact.id.to_string());
            for field in personal.into_iter().chain([outcome, reason, code, at]) {
                text.push(',');
                text.push_str(&cell(&field.unwrap_or_default()));
            }
            text.push_str("\r\n");
        }
        Ok(text)
    })?;
    Ok(Bytes::from(text))
}
