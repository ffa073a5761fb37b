//! `/docs`: the API as a page of our own, `/openapi.json` behind it, and `/problems`, where the `type`
//! of every problem leads. Nothing is loaded from elsewhere.

mod problems;

use crate::state::AppState;
use axum::Router;
use axum::body::Bytes;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header;
use utoipa::openapi::OpenApi;

const HTML: &str = "text/html; charset=utf-8";

/// The document and the pages that show it.
pub(crate) fn routes(document: &OpenApi) -> Router<AppState> {
    let json = Bytes::from(crate::openapi::to_json(document));
    let problems = Bytes::from(problems::page());
    let all = problems.clone();
    Router::new()
        .route("/openapi.json", get(move || async move { file("application/json", json.clone()) }))
        .route("/docs", get(|| async { text(HTML, include_str!("page.html")) }))
        .route("/docs/docs.css", get(|| async { text("text/css; charset=utf-8", include_str!("docs.css")) }))
        .route(
            "/docs/docs.js",
            get(|| async { text("text/javascript; charset=utf-8", include_str!("docs.js")) }),
        )
        .route("/problems", get(move || async move { file(HTML, all.clone()) }))
        .route("/problems/{code}", get(move || async move { file(HTML, problems.clone()) }))
}

fn text(kind: &'static str, body: &'static str) -> impl IntoResponse {
    file(kind, Bytes::from_static(body.as_bytes()))
}

fn file(kind: &'static str, body: Bytes) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=300")], body)
}
