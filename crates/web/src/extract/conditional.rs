//! `ETag` and `If-Match`: two people who edit one document do not overwrite each other.

use crate::extract::body::Json;
use crate::failure::{Failure, Result};
use crate::state::AppState;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, header};
use kernel::{Code, Problem};
use serde::Serialize;

/// What the client believes to be the present version, if it says so. For documentation name it in
/// `params(("If-Match" = Option<String>, Header, description = "version as in ETag"))`.
#[derive(Clone, Debug)]
pub struct IfMatch(Option<String>);

impl IfMatch {
    /// Problem: [`Code::PreconditionFailed`] if the client names another version than `current`.
    pub fn check(&self, current: i64) -> kernel::Result<()> {
        let Some(wanted) = &self.0 else { return Ok(()) };
        let current = tag(current);
        if wanted == "*" || wanted.split(',').any(|t| t.trim() == current) {
            return Ok(());
        }
        let detail = "Somebody changed it meanwhile. Read it again and repeat the change.";
        Err(Problem::new(Code::PreconditionFailed, detail).into())
    }
}

impl FromRequestParts<AppState> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self> {
        let value = parts.headers.get(header::IF_MATCH).map(|v| v.to_str().unwrap_or("?").to_owned());
        Ok(IfMatch(value))
    }
}

fn tag(version: i64) -> String {
    format!("\"{version}\"")
}

/// A JSON answer with its version as `ETag`.
pub struct Tagged<T>(pub i64, pub T);

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.1).into_response();
        if let Ok(value) = HeaderValue::from_str(&tag(self.0)) {
            response.headers_mut().insert(header::ETAG, value);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_present_version_may_be_changed() {
        let says = |value: Option<&str>| IfMatch(value.map(str::to_owned)).check(7).is_ok();
        assert!(says(None) && says(Some("\"7\"")) && says(Some("\"6\", \"7\"")) && says(Some("*")));
        assert!(!says(Some("\"6\"")) && !says(Some("7")));
    }
}
