//! Public copies over HTTP, without cookies and kept by browsers for ever: their address changes with them.

use super::model::Item;
use super::{files, sql, token};
use crate::domains;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::ids::StoreId;
use kernel::{Code, Fault, OrFault, Problem};
use std::path::PathBuf;
use store::StoreKeys;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{AppState, Path};

const CROSS_ORIGIN: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// Nothing in a file may run or load anything, whatever it is taken for.
const POLICY: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Digits of the hash in an address: enough to tell versions apart.
const HASH_SHOWN: usize = 16;
const SMALL: &str = "-small";

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(load_media))
}

/// The path of an item's public copy.
pub fn path(keys: &StoreKeys, store: StoreId, item: &Item, small: bool) -> String {
    let token = token::make(keys, store, item.id);
    format!("/m/{token}/{}", file_name(item, small))
}

fn file_name(item: &Item, small: bool) -> String {
    let hash = &files::hex(&item.hash)[..HASH_SHOWN];
    match small {
        true => format!("{hash}{SMALL}"),
        false => format!("{hash}.{}", item.extension),
    }
}

/// A file to send.
struct Found {
    path: PathBuf,
    content_type: String,
}

async fn find(state: &AppState, host: &str, text: &str, file: &str) -> kernel::Result<Found> {
    let absent = || Problem::new(Code::NotFound, "There is nothing at this address.");
    let (store, id) = token::open(state.db(), state.vault(), text).await?.ok_or_else(absent)?;
    if !domains::serves(&store, &state.http().public_url, host).await? {
        return Err(absent().into());
    }
    let keys = state.vault().keys(store.db(), store.scope()).await?;
    let item = store.read(move |tx| sql::get(tx, &keys, id)).await.map_err(|e| match e {
        e if e.is(Code::NotFound) => absent().into(),
        e => e,
    })?;
    if !item.is_public() {
        return Err(absent().into());
    }
    let small = item.has_thumbnail && file == file_name(&item, true);
    if !small && file != file_name(&item, false) {
        return Err(absent().into());
    }
    Ok(match small {
        true => Found {
            path: files::thumbnail(state.data_dir(), store.store(), &item.hash),
            content_type: String::new(),
        },
        false => Found {
            path: files::copy(state.data_dir(), store.store(), &item.hash, &item.extension),
            content_type: item.content_type,
        },
    })
}

/// A file of the media library, as messages show it.
#[utoipa::path(get, path = "/m/{token}/{file}", operation_id = "load_media",
    params(("token" = String, Path), ("file" = String, Path)), security(()),
    responses((status = 200, description = "The file.", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "The wanted part of the file.", body = Vec<u8>, content_type = "application/octet-stream")),
    extensions(("x-policy" = json!(["P-032", "P-036"]))))]
async fn load_media(
    State(state): State<AppState>,
    Path((text, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> web::Result<Response> {
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("");
    let found = find(&state, host, &text, &file).await?;
    let mut opened = tokio::fs::File::open(&found.path).await.or_fault("open a file of media")?;
    let length = opened.metadata().await.or_fault("open a file of media")?.len();
    let wanted = headers.get(header::RANGE).and_then(|r| r.to_str().ok()).and_then(|r| part(r, length));
    let content_type = match found.content_type.is_empty() {
        false => found.content_type,
        true => small_type(&mut opened).await?.to_owned(),
    };
    let (from, to) = wanted.unwrap_or((0, length));
    opened.seek(std::io::SeekFrom::Start(from)).await.or_fault("read a file of media")?;
    let body = Body::from_stream(tokio_util::io::ReaderStream::new(opened.take(to - from)));
    let mut answer = (StatusCode::OK, body).into_response();
    let out = answer.headers_mut();
    out.insert(header::CONTENT_TYPE, text_of(&content_type)?);
    out.insert(header::CACHE_CONTROL, FOREVER);
    out.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    // Mails and shops show it on pages of their own.
    out.insert(CROSS_ORIGIN, HeaderValue::from_static("cross-origin"));
    out.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    out.insert(header::CONTENT_LENGTH, HeaderValue::from(to - from));
    if wanted.is_some() {
        out.insert(header::CONTENT_RANGE, text_of(&format!("bytes {from}-{}/{length}", to - 1))?);
        *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(answer)
}

fn text_of(text: &str) -> kernel::Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(|_| Fault::new("write a header").into())
}

/// Small pictures are JPEG or PNG; their first byte says which.
async fn small_type(file: &mut tokio::fs::File) -> kernel::Result<&'static str> {
    let first = file.read_u8().await.or_fault("read a file of media")?;
    Ok(if first == 0xFF { "image/jpeg" } else { "image/png" })
}

/// The part that `bytes=from-to`, `bytes=from-` or `bytes=-last` asks for (RFC 9110, 14.1.2); players of sound
/// and video ask so. Anything else gets the whole.
fn part(range: &str, length: u64) -> Option<(u64, u64)> {
    let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (from, to) = match (from, to) {
        ("", last) => (length.saturating_sub(last.parse().ok()?), length),
        (from, "") => (from.parse().ok()?, length),
        (from, to) => (from.parse().ok()?, to.parse::<u64>().ok()?.saturating_add(1).min(length)),
    };
    (from < to).then_some((from, to))
}

#[cfg(test)]
mod unit {
    use super::part;

    #[test]
    fn a_part_is_read_as_players_ask_for_it() {
        for (range, wanted) in [
            ("bytes=0-", Some((0, 10))),
            ("bytes=2-4", Some((2, 5))),
            ("bytes=2-99", Some((2, 10))),
            ("bytes=-3", Some((7, 10))),
            ("bytes=-99", Some((0, 10))),
            ("bytes=10-", None),
            ("bytes=4-2", None),
            ("bytes=0-1,3-4", None),
            ("lines=0-1", None),
        ] {
            assert_eq!(part(range, 10), wanted, "{range}");
        }
    }
}
