//! The public addresses in messages: tracked links and the open pixel.

use super::classify::{Visitor, classify};
use super::links::{LinkCache, Rebuilder, header_form};
use super::model::{Hit, HitKind};
use super::tracker::Tracker;
use crate::domains;
use crate::tokens::{self, Opened, Purpose};
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::{Fault, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::client_ip::{ClientIp, network};
use web::{AppState, Path};

/// A transparent picture of one pixel.
const PIXEL: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x01D\0;";

const CROSS_ORIGIN: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(follow_link)).routes(routes!(load_pixel))
}

/// What a hit is judged by.
struct Request {
    method: Method,
    headers: HeaderMap,
    ip: ClientIp,
}

/// Opens a token, and refuses one that came to another store's host.
async fn open(state: &AppState, request: &Request, purpose: Purpose, token: &str) -> kernel::Result<Opened> {
    let absent = || Problem::new(kernel::Code::NotFound, "There is nothing at this address.");
    let opened = tokens::open(state.db(), state.vault(), purpose, token).await?.ok_or_else(absent)?;
    let host = request.headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("");
    if domains::serves(&opened.store, &state.http().public_url, host).await? {
        Ok(opened)
    } else {
        Err(absent().into())
    }
}

fn record(state: &AppState, request: &Request, opened: &Opened, kind: HitKind) {
    let visitor = Visitor { method: &request.method, headers: &request.headers, ip: request.ip.0 };
    let (class, rule) = classify(kind, &visitor);
    let claims = &opened.claims;
    let hit = Hit {
        store: claims.store,
        campaign: claims.campaign,
        ordinal: claims.ordinal,
        kind,
        link: claims.link,
        at: state.db().now(),
        class,
        rule,
    };
    state.service::<Tracker>().push(hit, network(request.ip.0));
}

/// Follow a tracked link of a message.
#[utoipa::path(get, path = "/c/{token}", operation_id = "follow_link", params(("token" = String, Path)), security(()),
    responses((status = 302, description = "To the link's destination.")))]
async fn follow_link(
    State(state): State<AppState>,
    Extension(ip): Extension<ClientIp>,
    Path(token): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> web::Result<Response> {
    let request = Request { method, headers, ip };
    let opened = open(&state, &request, Purpose::Click, &token).await?;
    let claims = opened.claims;
    let rebuilder = state.try_service::<Rebuilder>();
    let place = (claims.campaign, claims.ordinal, claims.link);
    let destination = state
        .service::<LinkCache>()
        .destination(rebuilder.as_deref(), &opened.store, place)
        .await?
        .ok_or_else(|| Problem::new(kernel::Code::NotFound, "This link leads nowhere any more."))?;
    record(&state, &request, &opened, HitKind::Click);
    let location =
        HeaderValue::from_str(&header_form(&destination)).map_err(|_| Fault::new("write a redirect"))?;
    let answer = [
        (header::LOCATION, location),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((StatusCode::FOUND, answer).into_response())
}

/// Load the open pixel of a message.
#[utoipa::path(get, path = "/o/{token}", operation_id = "load_pixel", params(("token" = String, Path)), security(()),
    responses((status = 200, description = "A transparent picture.", body = Vec<u8>, content_type = "image/gif")))]
async fn load_pixel(
    State(state): State<AppState>,
    Extension(ip): Extension<ClientIp>,
    Path(token): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> web::Result<Response> {
    let request = Request { method, headers, ip };
    let opened = open(&state, &request, Purpose::Open, &token).await?;
    record(&state, &request, &opened, HitKind::Open);
    let answer = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/gif")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // Webmail shows it on its own pages.
        (CROSS_ORIGIN, HeaderValue::from_static("cross-origin")),
    ];
    Ok((answer, PIXEL).into_response())
}
