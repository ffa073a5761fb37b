//! Puts the features together: one router, one OpenAPI document.

use crate::extract::body::BODY_BYTES_MAX;
use crate::feature::Feature;
use crate::state::AppState;
use crate::{console, docs, edge, health, idempotency, openapi};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use std::time::Duration;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// Time limit of an ordinary request.
const REQUEST_TIME_MAX: Duration = Duration::from_secs(30);
/// Time limit of a request that streams a large body.
const STREAM_TIME_MAX: Duration = Duration::from_secs(3_600);

/// The router of all features, ready to serve.
pub fn router(features: &[Feature], state: AppState) -> Router {
    let (routes, document) = collect(features, Some(&state));
    routes
        .merge(health::routes())
        .merge(console::routes())
        .merge(docs::routes(&openapi::served(&document, state.http())))
        .layer(from_fn(edge::remember_route))
        .layer(tower_http::compression::CompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), edge::edge))
        .with_state(state)
}

/// The OpenAPI document of all features, without starting anything.
pub fn document(features: &[Feature]) -> OpenApi {
    collect(features, None).1
}

fn collect(features: &[Feature], state: Option<&AppState>) -> (Router<AppState>, OpenApi) {
    let mut all = OpenApiRouter::with_openapi(openapi::base());
    for feature in features {
        for routes in &feature.routes {
            let mut routes = routes()
                .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
                .layer(from_fn_with_state(REQUEST_TIME_MAX, edge::time_limit));
            if let Some(state) = state {
                routes = routes.layer(from_fn_with_state(state.clone(), idempotency::layer));
            }
            all = all.merge(tagged(routes, feature.name));
        }
        for routes in &feature.streams {
            let routes = routes()
                .layer(DefaultBodyLimit::disable())
                .layer(from_fn_with_state(STREAM_TIME_MAX, edge::time_limit));
            all = all.merge(openapi::streaming(tagged(routes, feature.name)));
        }
    }
    let (routes, mut document) = all.split_for_parts();
    openapi::complete(&mut document);
    (routes, document)
}

/// Operations without a tag get their feature's name as tag.
fn tagged(mut routes: OpenApiRouter<AppState>, feature: &str) -> OpenApiRouter<AppState> {
    openapi::each_operation(routes.get_openapi_mut(), |_, _, operation| {
        if operation.tags.as_ref().is_none_or(Vec::is_empty) {
            operation.tags = Some(vec![feature.to_owned()]);
        }
    });
    routes
}
