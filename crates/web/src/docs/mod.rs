//! `/docs`: the API as a page of our own, and `/openapi.json` behind it. Nothing is loaded from elsewhere.

use crate::state::AppState;
use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header;
use utoipa::openapi::OpenApi;

/// The document and the page that shows it.
pub(crate) fn routes(document: &OpenApi) -> Router<AppState> {
    let json = axum::body::Bytes::from(crate::openapi::to_json(document));
    Router::new()
        .route("/openapi.json", get(move || async move { file("application/json", json.clone()) }))
        .route("/docs", get(|| async { text("text/html; charset=utf-8", include_str!("page.html")) }))
        .route("/docs/docs.css", get(|| async { text("text/css; charset=utf-8", include_str!("docs.css")) }))
        .route(
            "/docs/docs.js",
            get(|| async { text("text/javascript; charset=utf-8", include_str!("docs.js")) }),
        )
}

fn text(kind: &'static str, body: &'static str) -> impl IntoResponse {
    file(kind, axum::body::Bytes::from_static(body.as_bytes()))
}

fn file(kind: &'static str, body: axum::body::Bytes) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=300")], body)
}
