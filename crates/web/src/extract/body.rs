//! JSON bodies. What does not fit is answered with the place and what would be right.

use super::query::{field_named, sentence};
use crate::check::{Check, Errors};
use crate::failure::{Failure, Result};
use crate::state::AppState;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use kernel::{Code, OrFault, Problem};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Largest body unless a route says otherwise: 1 MiB.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;

/// Another limit for the routes it is layered on, in bytes.
pub fn body_limit(bytes: usize) -> DefaultBodyLimit {
    DefaultBodyLimit::max(bytes)
}

/// A JSON body in or out. Types that come in carry `#[serde(deny_unknown_fields)]`.
pub struct Json<T>(pub T);

/// A JSON body that has passed its own [`Check`].
pub struct Valid<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &AppState) -> Result<Self> {
        wants_json(request.headers())?;
        let bytes = Bytes::from_request(request, state).await.map_err(|e| too_large_or_broken(&e))?;
        parse(&bytes).map(Json)
    }
}

impl<T: DeserializeOwned + Check> FromRequest<AppState> for Valid<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &AppState) -> Result<Self> {
        let Json(value) = Json::<T>::from_request(request, state).await?;
        let mut errors = Errors::new();
        value.check(&mut errors);
        errors.finish()?;
        Ok(Valid(value))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0).or_fault("write an answer as JSON") {
            Ok(body) => (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
            Err(e) => Failure::from(e).into_response(),
        }
    }
}

/// 201 with the new thing.
pub struct Created<T>(pub T);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        with_status(StatusCode::CREATED, self.0)
    }
}

/// 202 for work that goes on in the background, with where to watch it.
pub struct Accepted<T>(pub T);

impl<T: Serialize> IntoResponse for Accepted<T> {
    fn into_response(self) -> Response {
        with_status(StatusCode::ACCEPTED, self.0)
    }
}

/// 204 after a deletion.
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

fn with_status<T: Serialize>(status: StatusCode, value: T) -> Response {
    let mut response = Json(value).into_response();
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    response
}

fn wants_json(headers: &HeaderMap) -> Result<()> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json")) {
        return Ok(());
    }
    Err(Problem::new(Code::UnsupportedMediaType, "Send the body as Content-Type: application/json.").into())
}

/// The reason why a body could not be read.
pub(crate) fn too_large_or_broken(e: &axum::extract::rejection::BytesRejection) -> Problem {
    if e.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(Code::TooLarge, "The body is larger than this address takes.");
    }
    Problem::new(Code::BadRequest, "The body broke off before its end.")
}

/// Reads JSON; a problem points to the place.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|e| refused(&e))?;
    reader.end().map_err(|e| not_json(&e))?;
    Ok(value)
}

fn not_json(e: &serde_json::Error) -> Problem {
    let (line, column) = (e.line(), e.column());
    Problem::new(
        Code::BadRequest,
        format!("The body is not JSON: something is wrong at line {line}, column {column}."),
    )
}

fn refused(e: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = e.inner();
    if inner.is_syntax() || inner.is_eof() {
        return not_json(inner);
    }
    let mut text = inner.to_string();
    if let Some(cut) = text.rfind(" at line ") {
        text.truncate(cut);
    }
    let mut pointer = pointer(e.path());
    let code = code_of(&text);
    if code == "required"
        && let Some(field) = field_named(&text)
    {
        pointer = format!("{pointer}/{field}");
    }
    Problem::field(pointer, code, sentence(&text))
}

fn code_of(text: &str) -> &'static str {
    let starts = [
        ("missing field", "required"),
        ("unknown field", "unknown_field"),
        ("duplicate field", "duplicate"),
        ("unknown variant", "unknown_value"),
        ("invalid type", "wrong_type"),
    ];
    starts.iter().find(|(start, _)| text.starts_with(start)).map_or("not_valid", |(_, code)| code)
}

/// RFC 6901.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut out = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => out.push_str(&format!("/{index}")),
            Segment::Map { key } => out.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct In {
        #[expect(dead_code, reason = "only its reading matters")]
        rules: Vec<Rule>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Rule {
        #[expect(dead_code, reason = "only its reading matters")]
        value: u8,
    }

    #[track_caller]
    fn check(body: &str, pointer: &str, code: &str) {
        let failure = parse::<In>(body.as_bytes()).unwrap_err();
        let problem = failure.error().problem().unwrap();
        assert_eq!(problem.code, Code::Validation);
        assert_eq!(
            (problem.errors[0].pointer.as_str(), problem.errors[0].code),
            (pointer, code),
            "{problem}"
        );
    }

    #[test]
    fn a_wrong_body_is_told_where_it_is_wrong() {
        check(r#"{"rules":[{"value":"x"}]}"#, "/rules/0/value", "wrong_type");
        check(r#"{"rules":[{"value":1},{"val":1}]}"#, "/rules/1/val", "unknown_field");
        check(r#"{"rules":[{}]}"#, "/rules/0/value", "required");
        check("{}", "/rules", "required");
        for broken in ["", "{", "nonsense", r#"{"rules":[]} x"#] {
            let failure = parse::<In>(broken.as_bytes()).unwrap_err();
            assert_eq!(failure.error().problem().unwrap().code, Code::BadRequest, "{broken}");
        }
    }
}
