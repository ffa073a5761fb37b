//! The console in the browser: its files under `/console/`, its page of the API under `/docs`, and the way
//! there from `/`.
//!
//! The files are made by another tool and handed in as a function ([`Console`]); a program without them
//! answers how to get them. It deliberately knows nothing of what the console shows.

mod files;
mod policy;

pub use files::Console;

use crate::failure::{Failure, Result};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use files::Kept;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::{Code, OrFault, Problem};
use std::sync::Arc;

/// The one page every screen begins with.
const INDEX: &str = "index.html";
/// Stands in the page where the nonce of its styles goes.
const NONCE_PLACE: &[u8] = b"__CSP_NONCE__";
/// Folder of files whose names change with their content.
const HASHED: &str = "assets/";

/// Routes of the console; they answer whether or not there is one.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(|| async { Redirect::to("/console/") }))
        .route("/console", get(|| async { Redirect::to("/console/") }))
        .route("/console/", get(get_index))
        .route("/console/{*path}", get(get_file))
}

fn console(state: &AppState) -> Arc<Console> {
    state.try_service().unwrap_or_default()
}

async fn get_index(State(state): State<AppState>, headers: HeaderMap) -> Result<Response> {
    page(&console(&state), "", &headers)
}

async fn get_file(
    State(state): State<AppState>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let console = console(&state);
    if path == INDEX {
        return page(&console, "", &headers);
    }
    let kept = if path.starts_with(HASHED) { Kept::Forever } else { Kept::WhileUnchanged };
    match console.answer(&path, &headers, kept) {
        Some(answer) => Ok(answer),
        None if !path.starts_with(HASHED) && is_navigation(&headers) => page(&console, &path, &headers),
        None => Err(nothing_here()),
    }
}

fn nothing_here() -> Failure {
    Problem::new(Code::NotFound, "There is nothing at this address.").into()
}

/// True if a browser asks for a page, not for a part of one.
fn is_navigation(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok());
    accept.is_some_and(|a| a.split(',').any(|kind| kind.trim().starts_with("text/html")))
}

/// The page of a screen, or that the browser has it already. Each page has a nonce of its own, which is part
/// of its tag: whoever comes back with the tag hears the policy of that very page again.
fn page(console: &Console, screen: &str, asked: &HeaderMap) -> Result<Response> {
    let Some(html) = console.find(INDEX) else { return Ok(how_to_get_it()) };
    let build = files::hash_of(&html);
    let known = asked.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    let kept = known.and_then(|known| policy::nonce_of_tag(known, &build));
    let nonce = kept.clone().map_or_else(policy::nonce, Ok)?;
    let mut response = match kept {
        Some(_) => StatusCode::NOT_MODIFIED.into_response(),
        None => (StatusCode::OK, replace(&html, NONCE_PLACE, nonce.as_bytes())).into_response(),
    };
    let tag = HeaderValue::try_from(policy::tag(&build, &nonce)).or_fault("write a tag")?;
    let policy = HeaderValue::try_from(policy::of_console(&nonce)).or_fault("write a policy")?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::ETAG, tag);
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    if policy::is_capture(screen) {
        headers.insert(policy::PERMISSIONS, HeaderValue::from_static(policy::CAPTURE_PERMISSIONS));
    }
    Ok(response)
}

fn how_to_get_it() -> Response {
    (StatusCode::NOT_FOUND, Html(include_str!("missing.html"))).into_response()
}

fn replace(text: &[u8], place: &[u8], with: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + with.len());
    let mut rest = text;
    while let Some(at) = rest.windows(place.len()).position(|w| w == place) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(with);
        rest = &rest[at + place.len()..];
    }
    out.extend_from_slice(rest);
    out
}

/// A part of the page of the API that came with the console, if it did.
pub(crate) fn part_of_api_page(state: &AppState, name: &str, headers: &HeaderMap) -> Option<Response> {
    console(state).answer(&format!("docs/{name}"), headers, Kept::WhileUnchanged)
}

/// Policy of the page of the API made with those parts; `None` if they did not come with the console.
pub(crate) fn policy_of_api_page(state: &AppState) -> Option<HeaderValue> {
    let there = console(state).find("docs/swagger-ui-bundle.js").is_some();
    there.then_some(HeaderValue::from_static(policy::OF_API_PAGE))
}
