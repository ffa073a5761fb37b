//! The addresses of the tracking API. They are called from the pages of any shop, so every origin may; no cookie is
//! looked at.

use super::klaviyo::{self, ClientCall};
use super::write_key::{self, Writer};
use super::{body, segment, settings};
use audience::events::{Batch, CallKind, Collector, RefusalReason};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use kernel::{Code, Problem, Result, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::client_ip::ClientIp;
use web::{AppState, Json, Path, Query};

/// How long browsers remember that they may call, in seconds.
const PREFLIGHT_SECONDS: &str = "86400";
/// Header in which RudderStack's browser library says when it sent.
const SENT_AT: &str = "sentat";

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(collect_batch))
        .routes(routes!(collect_call))
        .routes(routes!(collect_klaviyo_call))
        .routes(routes!(get_segment_settings))
        .routes(routes!(get_rudder_settings))
        .layer(from_fn(any_origin))
}

/// Lets pages of every origin call, and answers what browsers ask beforehand.
async fn any_origin(request: Request, next: Next) -> Response {
    let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let preflight = request.method() == Method::OPTIONS;
    let mut response =
        if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    if preflight {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(PREFLIGHT_SECONDS));
        headers.extend(asked.map(|names| (header::ACCESS_CONTROL_ALLOW_HEADERS, names)));
    }
    response
}

/// What a client reads to know that it need not send again.
#[derive(Serialize, ToSchema)]
struct Collected {
    /// Always true. Single events may have been refused: see `GET /api/v1/events/refusals`.
    success: bool,
}

/// A call of the tracking API, or a batch of them; further fields as Segment describes them.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "it only describes the body, which is read with more patience than a type has")]
struct TrackingBody {
    /// The write key, unless it is in a header.
    #[serde(rename = "writeKey")]
    write_key: Option<String>,
    /// Calls, of which each says its type.
    #[schema(value_type = Option<Vec<Object>>)]
    batch: Option<Vec<serde_json::Value>>,
    /// When it was sent, by the client's clock.
    #[serde(rename = "sentAt")]
    sent_at: Option<Timestamp>,
}

/// A request with everything that is read of it.
struct Incoming {
    headers: HeaderMap,
    ip: ClientIp,
    bytes: Bytes,
}

/// Takes many events at once: `batch`, each with its type, and what they share.
#[utoipa::path(post, path = "/v1/batch", operation_id = "collect_batch", request_body = TrackingBody,
    security(("write_key" = [])), responses((status = 200, body = Collected),
        (status = 401, description = "The write key is missing or unknown."),
        (status = 403, description = "The key may not send events."),
        (status = 429, description = "Too much waits to be stored; come again after Retry-After.")))]
async fn collect_batch(
    State(state): State<AppState>,
    Extension(ip): Extension<ClientIp>,
    headers: HeaderMap,
    bytes: Bytes,
) -> web::Result<Json<Collected>> {
    Ok(collect(&state, None, Incoming { headers, ip, bytes }).await?)
}

/// Takes one event: `identify`, `track`, `page`, `screen`, `group` or `alias`, or the first letter of one, as
/// browser libraries write it. `import`, `b` and `m` take a batch, a batch, and figures about the client, which
/// are thrown away.
#[utoipa::path(post, path = "/v1/{call}", operation_id = "collect_call", request_body = TrackingBody,
    params(("call" = String, Path)), security(("write_key" = [])), responses((status = 200, body = Collected),
        (status = 204, description = "Figures about the client are not wanted."),
        (status = 401, description = "The write key is missing or unknown."),
        (status = 403, description = "The key may not send events."),
        (status = 429, description = "Too much waits to be stored; come again after Retry-After.")))]
async fn collect_call(
    State(state): State<AppState>,
    Extension(ip): Extension<ClientIp>,
    Path(call): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> web::Result<Response> {
    let kind = match call.as_str() {
        "m" => return Ok(StatusCode::NO_CONTENT.into_response()),
        "b" | "import" => None,
        letter if letter.len() == 1 => Some(of_letter(letter)?),
        word => Some(CallKind::of_word(word).ok_or_else(no_such_call)?),
    };
    Ok(collect(&state, kind, Incoming { headers, ip, bytes }).await?.into_response())
}

fn no_such_call() -> Problem {
    Problem::new(Code::NotFound, "A call is identify, track, page, screen, group, alias or batch.")
}

fn of_letter(letter: &str) -> Result<CallKind, Problem> {
    CallKind::ALL.iter().copied().find(|kind| kind.word().starts_with(letter)).ok_or_else(no_such_call)
}

/// Reads, enters the store, stores. What cannot be read at all is noted too, if its key is in a header.
async fn collect(state: &AppState, kind: Option<CallKind>, incoming: Incoming) -> Result<Json<Collected>> {
    let received_at = state.db().now();
    let bytes = incoming.bytes.len();
    let key = write_key::in_headers(&incoming.headers);
    let read = body::unpack(&incoming.bytes)
        .and_then(|plain| segment::read(&plain, kind, received_at, sent_at(&incoming.headers), made_up));
    let calls = match read {
        Ok(calls) => calls,
        Err(problem) => {
            let writer = write_key::enter(state, key, incoming.ip.0).await?;
            let why = if problem.code == Code::TooLarge {
                RefusalReason::TooLarge
            } else {
                RefusalReason::NotAnEvent
            };
            let refused = vec![(kind.map_or("", CallKind::word).to_owned(), why)];
            store(state, writer, Batch { events: Vec::new(), refused, trusted: false, received_at }, bytes)
                .await?;
            return Err(problem.into());
        }
    };
    let writer = write_key::enter(state, key.or(calls.write_key), incoming.ip.0).await?;
    let trusted = writer.trusted;
    store(state, writer, Batch { events: calls.events, refused: calls.refused, trusted, received_at }, bytes)
        .await?;
    Ok(Json(Collected { success: true }))
}

async fn store(state: &AppState, writer: Writer, batch: Batch, bytes: usize) -> Result<()> {
    if batch.events.is_empty() && batch.refused.is_empty() {
        return Ok(());
    }
    state.service::<Collector>().collect(writer.store, batch, bytes).await
}

fn sent_at(headers: &HeaderMap) -> Option<Timestamp> {
    headers.get(SENT_AT).and_then(|v| v.to_str().ok()).and_then(Timestamp::parse)
}

/// An id for a message whose client gave it none; it cannot be known again.
fn made_up() -> String {
    format!("srv-{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>()))
}

/// Where a call of Klaviyo's client API names its store.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Company {
    /// The write key.
    #[param(max_length = 200)]
    company_id: String,
}

/// A call of Klaviyo's client API (JSON:API).
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "it only describes the body, which is read with more patience than a type has")]
struct ClientBody {
    /// Type and attributes as Klaviyo describes them.
    #[schema(value_type = Object)]
    data: serde_json::Value,
}

/// Takes a call of Klaviyo's client API: `events`, `event-bulk-create` (several events of one profile) or `profiles`,
/// which says nothing of consent.
#[utoipa::path(post, path = "/client/{call}", operation_id = "collect_klaviyo_call",
    params(("call" = String, Path), Company), request_body = ClientBody, security(("write_key" = [])),
    responses((status = 202, description = "It is stored."),
        (status = 401, description = "The write key is missing or unknown."),
        (status = 403, description = "The key may not send events."),
        (status = 429, description = "Too much waits to be stored; come again after Retry-After.")))]
async fn collect_klaviyo_call(
    State(state): State<AppState>,
    Extension(ip): Extension<ClientIp>,
    Path(call): Path<String>,
    Query(company): Query<Company>,
    bytes: Bytes,
) -> web::Result<StatusCode> {
    let known = "A call is events, event-bulk-create or profiles.";
    let call = ClientCall::of_word(&call).ok_or_else(|| Problem::new(Code::NotFound, known))?;
    let received_at = state.db().now();
    let writer = write_key::enter(&state, Some(company.company_id), ip.0).await?;
    let batch = klaviyo::batch(&body::unpack(&bytes)?, call)?;
    let calls = segment::read(batch.to_string().as_bytes(), None, received_at, None, made_up)?;
    let trusted = writer.trusted;
    let batch = Batch { events: calls.events, refused: calls.refused, trusted, received_at };
    store(&state, writer, batch, bytes.len()).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Settings that Segment's browser library asks for.
#[utoipa::path(get, path = "/v1/projects/{key}/settings", operation_id = "get_segment_settings",
    params(("key" = String, Path)), security(()), responses((status = 200, body = Object)))]
async fn get_segment_settings(
    State(state): State<AppState>,
    Path(key): Path<String>,
) -> web::Result<Json<serde_json::Value>> {
    Ok(Json(settings::segment(settings::checked(&key)?, &state.http().public_url)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SourceQuery {
    /// The write key.
    #[serde(rename = "writeKey")]
    #[param(max_length = 200)]
    write_key: String,
}

/// The source configuration that RudderStack's browser library asks for.
#[utoipa::path(get, path = "/sourceConfig/", operation_id = "get_rudder_settings", params(SourceQuery),
    security(()), responses((status = 200, body = Object), (status = 404, description = "That can be no write key.")))]
async fn get_rudder_settings(Query(query): Query<SourceQuery>) -> web::Result<Json<serde_json::Value>> {
    Ok(Json(settings::rudder(settings::checked(&query.write_key)?)))
}
