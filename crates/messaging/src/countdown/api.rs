//! Pictures of countdowns over HTTP.

use super::model::{Look, parse_name, picture};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::{Code, OrFault, Problem};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{AppState, Path};

const CROSS_ORIGIN: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// Pictures kept: those of this second for as many looks.
const KEPT_MAX: usize = 64;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(load_countdown))
}

/// Pictures that were drawn lately, newest last: a campaign's readers ask for the same one all at once.
#[derive(Clone, Default)]
pub(super) struct Gallery(Arc<Mutex<VecDeque<Drawn>>>);

/// A picture by the second and the look it was drawn for.
type Drawn = ((i64, Look), Bytes);

impl Gallery {
    fn find(&self, key: (i64, Look)) -> Option<Bytes> {
        let kept = self.0.lock().unwrap_or_else(|e| e.into_inner());
        kept.iter().rev().find(|(k, _)| *k == key).map(|(_, bytes)| bytes.clone())
    }

    fn put(&self, key: (i64, Look), bytes: Bytes) {
        let mut kept = self.0.lock().unwrap_or_else(|e| e.into_inner());
        if kept.len() >= KEPT_MAX {
            kept.pop_front();
        }
        kept.push_back((key, bytes));
    }

    async fn picture(&self, left: i64, look: Look) -> kernel::Result<Bytes> {
        let key = (left.max(0), look);
        if let Some(bytes) = self.find(key) {
            return Ok(bytes);
        }
        let drawn = tokio::task::spawn_blocking(move || picture(left, look));
        let bytes = Bytes::from(drawn.await.or_fault("draw a countdown")??);
        self.put(key, bytes.clone());
        Ok(bytes)
    }
}

/// The picture of a countdown, as it stands now.
#[utoipa::path(get, path = "/countdown/{file}", operation_id = "load_countdown",
    params(("file" = String, Path, description = "When it ends in seconds since 1970, colour and background: `1796083200-111827-ffffff.gif`.")),
    security(()), responses((status = 200, description = "An animation of the next minute.", body = Vec<u8>, content_type = "image/gif")))]
async fn load_countdown(State(state): State<AppState>, Path(file): Path<String>) -> web::Result<Response> {
    let (ends, look) =
        parse_name(&file).ok_or_else(|| Problem::new(Code::NotFound, "There is nothing at this address."))?;
    let left = ends - state.db().now().0.div_euclid(1_000);
    let bytes = state.service::<Gallery>().picture(left, look).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/gif")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (CROSS_ORIGIN, HeaderValue::from_static("cross-origin")),
    ];
    Ok((headers, bytes).into_response())
}
