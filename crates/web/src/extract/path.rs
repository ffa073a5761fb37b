//! Path parameters. What cannot be an id of the expected kind is as absent as a foreign one: 404.

use crate::failure::{Failure, Result};
use crate::state::AppState;
use axum::extract::FromRequestParts;
use http::request::Parts;
use kernel::{Code, Problem};
use serde::de::DeserializeOwned;

/// Parameters of the path, by name or as a tuple.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Path(value)),
            Err(_) => Err(Problem::new(Code::NotFound, "There is nothing at this address.").into()),
        }
    }
}
