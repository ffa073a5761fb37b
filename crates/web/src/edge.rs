//! What happens to every request and every answer: request id, client address, panic guard, problem
//! bodies, security headers, access log. The access log has method, route and status; never a query
//! string, an address or a name.

use crate::client_ip::{self, ClientIp, Peer};
use crate::console::Console;
use crate::failure::Failure;
use crate::state::AppState;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::{HeaderName, HeaderValue, StatusCode, header};
use kernel::{Code, Error, Fault, Problem};
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tracing::Instrument;

/// Header with the id of a request.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Header of API answers that changes with every build of the console.
const CONSOLE_BUILD: HeaderName = HeaderName::from_static("x-sp-build");

/// Names one request in the answer and in the log: `req_` and 16 characters.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

impl RequestId {
    fn new() -> Self {
        RequestId(format!("req_{:016x}", rand::random::<u64>()))
    }
}

/// The outermost layer.
pub(crate) async fn edge(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let id = RequestId::new();
    let peer = request.extensions().get::<Peer>().map(|p| p.0);
    let ip = client_ip::find(peer, request.headers(), &state.http().trusted_proxies);
    request.extensions_mut().insert(ClientIp(ip));
    request.extensions_mut().insert(id.clone());
    let method = request.method().clone();
    let is_api = request.uri().path().starts_with("/api/");
    let started = tokio::time::Instant::now();
    let span = tracing::info_span!("request", request.id = %id.0);
    let handled = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span.clone()).await;
    let mut response =
        handled.unwrap_or_else(|_| Failure::from(Fault::new("a handler panicked")).into_response());
    let _inside = span.enter();
    finish(&mut response, &id, state.http().is_https());
    if is_api && let Some(build) = state.try_service::<Console>().as_ref().and_then(|c| c.build()) {
        response.headers_mut().insert(CONSOLE_BUILD, build.clone());
    }
    let status = response.status().as_u16();
    let duration_ms = started.elapsed().as_millis() as u64;
    let route = response.extensions().get::<Route>().map_or("unmatched", |r| r.0.as_str());
    tracing::debug!(target: "access", %method, route, status, duration_ms, "answered");
    response
}

/// The template of the matched route, remembered for the log.
#[derive(Clone)]
pub(crate) struct Route(String);

/// Inside the router: remembers the route's template.
pub(crate) async fn remember_route(matched: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(path) = matched {
        response.extensions_mut().insert(Route(path.as_str().to_owned()));
    }
    response
}

/// Ends a request that takes too long.
pub(crate) async fn time_limit(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure::from(Problem::unavailable("The request took too long and was stopped.", 5))
            .into_response(),
    }
}

fn finish(response: &mut Response, id: &RequestId, https: bool) {
    if let Some(failure) = failure_of(response) {
        log(&failure);
        *response = render(&failure, id, std::mem::take(response.headers_mut()));
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        headers.insert(REQUEST_ID, value);
    }
    secure(headers, https);
}

/// The failure a response stands for: put in by a handler, or made by the framework (404, 405, …).
fn failure_of(response: &mut Response) -> Option<Failure> {
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        return Some(failure);
    }
    let bare = !response.headers().contains_key(header::CONTENT_TYPE)
        || response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|v| v.as_bytes().starts_with(b"text/plain"));
    if !bare {
        return None;
    }
    Some(match response.status() {
        StatusCode::NOT_FOUND => Problem::new(Code::NotFound, "There is nothing at this address.").into(),
        StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new(Code::MethodNotAllowed, "This address knows other methods; see the header Allow.")
                .into()
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(Code::TooLarge, "The body is larger than this address takes.").into()
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Problem::new(Code::UnsupportedMediaType, "This address does not read that format.").into()
        }
        StatusCode::BAD_REQUEST => Problem::new(Code::BadRequest, "The request could not be read.").into(),
        status if status.is_server_error() => Fault::new("a layer answered with a server error").into(),
        _ => return None,
    })
}

fn log(failure: &Failure) {
    if let Error::Fault(fault) = failure.error() {
        if fault.transient {
            tracing::warn!(error = %fault, "a request failed for now");
        } else {
            tracing::error!(error = %fault, "a request failed");
        }
    }
}

fn render(failure: &Failure, id: &RequestId, headers: http::HeaderMap) -> Response {
    let (body, retry_after) = failure.body(&id.0);
    let text = serde_json::to_vec(&body).unwrap_or_default();
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = failure.status();
    let kept = headers.into_iter().filter_map(|(k, v)| k.map(|k| (k, v)));
    response
        .headers_mut()
        .extend(kept.filter(|(k, _)| *k != header::CONTENT_LENGTH && *k != header::CONTENT_TYPE));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if failure.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Headers of every answer (trust: web front end). A page that needs another policy sets its own.
fn secure(headers: &mut http::HeaderMap, https: bool) {
    let fixed: &[(&str, &str)] = &[
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
             connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(), microphone=(), geolocation=(), display-capture=(), payment=(), usb=()",
        ),
        ("cache-control", "no-store"),
    ];
    for (name, value) in fixed {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if https {
        let name = header::STRICT_TRANSPORT_SECURITY;
        headers.insert(name, HeaderValue::from_static("max-age=63072000; includeSubDomains"));
    }
}
