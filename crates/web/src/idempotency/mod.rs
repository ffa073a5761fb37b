//! `Idempotency-Key` on POST (draft-ietf-httpapi-idempotency-key-header-07).
//!
//! Same key and same request: the kept answer again, with `Idempotent-Replayed: true`. Still running:
//! 409. Other request: 422. Only successes are kept; a problem had no effect and may be tried again. If
//! the process died in between, the request may be repeated after a minute: what must not happen twice
//! even then is guarded by its own state (a campaign is launched once).
//!
//! It deliberately does nothing for requests outside a store.

mod sql;

use crate::data_map::DataMap;
use crate::extract::tenant::{Entered, enter};
use crate::failure::{Failure, Result};
use crate::feature::Feature;
use crate::state::AppState;
use aws_lc_rs::digest::{Context, SHA256};
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use kernel::{Code, OrFault, Problem};
use std::sync::Arc;
use store::{StoreKeys, params};

/// The header.
const KEY_HEADER: &str = "idempotency-key";
/// Says that an answer is a kept one.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Longest key, in bytes.
const KEY_LENGTH_MAX: usize = 128;
/// Largest request body that is taken with a key, in bytes.
const REQUEST_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Largest answer that is kept, in bytes.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// After this a running request is taken for dead.
const LEASE_MS: i64 = 60_000;
/// How long answers are kept.
const KEPT_MS: i64 = 24 * 3_600_000;
const PURPOSE: &str = "idempotency";

static DATA: DataMap = crate::data_map! {
    table "idempotency_keys" {
        none: store_id, key_hash, request_hash, state, lease_until, expires_at, status;
        personal: sealed_answer => purpose "answer a repeated request the same", basis "contract",
            source "the answer itself", retention "24 hours", recipients "the caller who asked";
    }
};

/// Statements and columns.
pub fn feature() -> Feature {
    Feature::new("idempotency").statements(sql::ALL).personal_data(DATA)
}

/// Handles the header on every POST inside a store.
pub(crate) async fn layer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !request.headers().contains_key(KEY_HEADER) {
        return next.run(request).await;
    }
    guarded(&state, request, next).await.unwrap_or_else(IntoResponse::into_response)
}

async fn guarded(state: &AppState, request: Request, next: Next) -> Result<Response> {
    let (mut parts, body) = request.into_parts();
    let Ok(entered) = enter(&mut parts, state).await else {
        // The handler finds the same out and says so.
        return Ok(next.run(Request::from_parts(parts, body)).await);
    };
    let key = key_of(&parts)?;
    let bytes = read(body).await?;
    let kept = Kept::new(state, entered, &key, &parts, &bytes).await?;
    match kept.begin().await? {
        Begun::Replay(response) => Ok(response),
        Begun::Run => {
            let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
            kept.end(response).await
        }
    }
}

fn key_of(parts: &http::request::Parts) -> Result<String> {
    let text = parts.headers.get(KEY_HEADER).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if text.is_empty() || text.len() > KEY_LENGTH_MAX {
        let detail = "The header Idempotency-Key holds 1 to 128 visible characters.";
        return Err(Problem::new(Code::BadRequest, detail).into());
    }
    Ok(text.to_owned())
}

async fn read(body: Body) -> Result<Bytes> {
    let collected = Limited::new(body, REQUEST_BYTES_MAX).collect().await;
    let too_large = "A request with an Idempotency-Key has at most 8 MiB, and must arrive whole.";
    collected.map(|c| c.to_bytes()).map_err(|_| Problem::new(Code::TooLarge, too_large).into())
}

enum Begun {
    Run,
    Replay(Response),
}

/// One key in one store.
struct Kept {
    entered: Entered,
    keys: Arc<StoreKeys>,
    key_hash: Vec<u8>,
    request_hash: Vec<u8>,
}

/// What is kept of an answer.
#[derive(serde::Serialize, serde::Deserialize)]
struct Answer {
    headers: Vec<(String, String)>,
    body: String,
}

impl Kept {
    async fn new(
        state: &AppState,
        entered: Entered,
        key: &str,
        parts: &http::request::Parts,
        body: &[u8],
    ) -> Result<Self> {
        let keys = state.vault().keys(state.db(), entered.store.scope()).await?;
        let mut hash = Context::new(&SHA256);
        for part in [parts.method.as_str().as_bytes(), parts.uri.to_string().as_bytes(), body] {
            hash.update(&(part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let key_hash = keys.blind(PURPOSE, &format!("{}:{key}", entered.actor())).to_vec();
        Ok(Kept { entered, keys, key_hash, request_hash: hash.finish().as_ref().to_vec() })
    }

    async fn begin(&self) -> Result<Begun> {
        let (key, request) = (self.key_hash.clone(), self.request_hash.clone());
        let known = self
            .entered
            .store
            .write(move |tx| {
                let now = tx.now();
                let lease = now.plus_ms(LEASE_MS);
                tx.execute(&sql::DELETE_EXPIRED_KEYS, params![now])?;
                let begun =
                    tx.execute(&sql::BEGIN_KEY, params![key.clone(), request, lease, now.plus_ms(KEPT_MS)])?;
                if begun == 1 || tx.execute(&sql::TAKE_OVER_KEY, params![key.clone(), lease, now])? == 1 {
                    return Ok(None);
                }
                tx.query_opt(&sql::FIND_KEY, params![key])
            })
            .await?;
        match known {
            None => Ok(Begun::Run),
            Some(row) => self.replay(&row).map(Begun::Replay),
        }
    }

    fn replay(&self, row: &store::Row) -> Result<Response> {
        if row.blob(0)? != self.request_hash {
            let detail = "This Idempotency-Key was used for another request. Take a new key.";
            return Err(Problem::new(Code::Validation, detail).into());
        }
        if row.text(1)? != "done" {
            return Err(
                Problem::conflict("The first request with this Idempotency-Key is still running.").into()
            );
        }
        let plain = self.keys.open_secret(PURPOSE, &row.blob(3)?)?;
        let answer: Answer = serde_json::from_slice(&plain).or_fault("read a kept answer")?;
        let mut response = Response::new(Body::from(answer.body));
        *response.status_mut() = StatusCode::from_u16(row.int(2)? as u16).or_fault("read a kept status")?;
        for (name, value) in answer.headers {
            let name = HeaderName::try_from(name).or_fault("read a kept header")?;
            response.headers_mut().insert(name, HeaderValue::try_from(value).or_fault("read a kept header")?);
        }
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        Ok(response)
    }

    async fn end(&self, response: Response) -> Result<Response> {
        let status = response.status();
        if status.is_server_error() {
            // The effect is not known: the key stays taken until its lease ends.
            return Ok(response);
        }
        if !status.is_success() {
            self.entered.store.execute(&sql::DELETE_KEY, params![self.key_hash.clone()]).await?;
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.or_fault("collect an answer")?.to_bytes();
        self.keep(&parts, &bytes).await?;
        Ok(Response::from_parts(parts, Body::from(bytes)))
    }

    async fn keep(&self, parts: &http::response::Parts, bytes: &Bytes) -> Result<()> {
        let text = std::str::from_utf8(bytes).ok().filter(|t| t.len() <= ANSWER_BYTES_MAX);
        let Some(text) = text else {
            tracing::warn!("an answer too large to keep was given to a request with an Idempotency-Key");
            return Ok(());
        };
        let headers = [header::CONTENT_TYPE, header::LOCATION, header::ETAG].iter().filter_map(|name| {
            let value = parts.headers.get(name)?.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        });
        let answer = Answer { headers: headers.collect(), body: text.to_owned() };
        let plain = serde_json::to_vec(&answer).or_fault("write a kept answer")?;
        let sealed = self.keys.seal_secret(PURPOSE, &plain)?;
        let values = params![self.key_hash.clone(), i64::from(parts.status.as_u16()), sealed].to_vec();
        self.entered.store.execute(&sql::FINISH_KEY, &values).await.map_err(Failure::from)?;
        Ok(())
    }
}
