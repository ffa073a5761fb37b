//! `/docs`: the API as a page (Swagger UI, if it came with the console, or a plainer one of our own),
//! `/openapi.json` behind it, and `/problems`, where the `type` of every problem leads. Nothing is loaded from
//! elsewhere.

mod problems;

use crate::console;
use crate::state::AppState;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode, header};
use utoipa::openapi::OpenApi;

const HTML: &str = "text/html; charset=utf-8";

/// The document and the pages that show it.
pub(crate) fn routes(document: &OpenApi) -> Router<AppState> {
    let json = Bytes::from(crate::openapi::to_json(document));
    let problems = Bytes::from(problems::page());
    let all = problems.clone();
    Router::new()
        .route("/openapi.json", get(move || async move { file("application/json", json.clone()) }))
        .route("/docs", get(get_page))
        .route("/docs/", get(get_page))
        .route("/docs/{name}", get(get_part))
        .route("/problems", get(move || async move { file(HTML, all.clone()) }))
        .route("/problems/{code}", get(move || async move { file(HTML, problems.clone()) }))
}

/// Swagger UI, if it came with the console; without it a plainer page of our own.
async fn get_page(State(state): State<AppState>) -> Response {
    let Some(policy) = console::policy_of_api_page(&state) else {
        return text(HTML, include_str!("page.html")).into_response();
    };
    let mut page = text(HTML, include_str!("swagger.html")).into_response();
    page.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    page
}

async fn get_part(State(state): State<AppState>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    match name.as_str() {
        "docs.css" => text("text/css; charset=utf-8", include_str!("docs.css")).into_response(),
        "docs.js" => text(SCRIPT, include_str!("docs.js")).into_response(),
        "swagger.js" => text(SCRIPT, include_str!("swagger.js")).into_response(),
        _ => console::part_of_api_page(&state, &name, &headers)
            .unwrap_or_else(|| StatusCode::NOT_FOUND.into_response()),
    }
}

fn text(kind: &'static str, body: &'static str) -> impl IntoResponse {
    file(kind, Bytes::from_static(body.as_bytes()))
}

fn file(kind: &'static str, body: Bytes) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=300")], body)
}
