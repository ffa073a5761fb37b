//! How an error leaves the program: RFC 9457 for problems, a request id for faults.
//!
//! A handler returns [`Result`]; the edge adds the request id, writes the body and logs a fault once.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use kernel::{Code, Error, Fault, Problem};
use std::sync::Arc;

/// Result of handlers and extractors.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// An error on its way out.
#[derive(Clone, Debug)]
pub struct Failure(pub(crate) Arc<Error>);

impl<E: Into<Error>> From<E> for Failure {
    fn from(e: E) -> Self {
        Failure(Arc::new(e.into()))
    }
}

impl Failure {
    /// The error.
    pub fn error(&self) -> &Error {
        &self.0
    }

    pub(crate) fn status(&self) -> StatusCode {
        match &*self.0 {
            Error::Problem(p) => {
                StatusCode::from_u16(p.code.status_and_word().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
            Error::Fault(f) if f.transient => StatusCode::SERVICE_UNAVAILABLE,
            Error::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Body of the answer, and seconds after which to try again.
    pub(crate) fn body(&self, request_id: &str) -> (ProblemBody, Option<u32>) {
        match &*self.0 {
            Error::Problem(p) => (ProblemBody::of(p, request_id), p.retry_after_seconds),
            Error::Fault(f) => {
                let wait = f.transient.then_some(5);
                (ProblemBody::of_fault(f, request_id), wait)
            }
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// One invalid field.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct ProblemField {
    /// JSON pointer into the body, or `?name` for a query parameter.
    #[schema(example = "/rule/all/0/values")]
    pub pointer: String,
    /// Stable word.
    #[schema(example = "required")]
    pub code: String,
    /// What would be right.
    pub detail: String,
}

/// A problem as RFC 9457 describes it.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Address of the problem's description.
    #[serde(rename = "type")]
    #[schema(example = "/problems/validation")]
    pub kind: String,
    /// Short title.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What to do.
    pub detail: String,
    /// Stable word to program against.
    #[schema(example = "validation")]
    pub code: String,
    /// Names this request in our log.
    pub request_id: String,
    /// Invalid fields, if it is about fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
}

impl ProblemBody {
    fn of(p: &Problem, request_id: &str) -> Self {
        let (status, word) = p.code.status_and_word();
        let errors = p.errors.iter().map(|e| ProblemField {
            pointer: e.pointer.clone(),
            code: e.code.to_owned(),
            detail: e.detail.clone(),
        });
        ProblemBody {
            kind: format!("/problems/{word}"),
            title: p.code.title().to_owned(),
            status,
            detail: p.detail.clone(),
            code: word.to_owned(),
            request_id: request_id.to_owned(),
            errors: errors.collect(),
        }
    }

    fn of_fault(fault: &Fault, request_id: &str) -> Self {
        if fault.transient {
            let away = "A part of the program is away for a moment. Nothing was lost; try again shortly.";
            return Self::of(&Problem::new(Code::Unavailable, away), request_id);
        }
        ProblemBody {
            kind: "/problems/internal".to_owned(),
            title: "Internal error".to_owned(),
            status: 500,
            detail: "Something went wrong on our side. The request id names it in the log.".to_owned(),
            code: "internal".to_owned(),
            request_id: request_id.to_owned(),
            errors: Vec::new(),
        }
    }
}
