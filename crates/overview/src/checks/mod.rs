//! Whether an installation can do its work: reached from outside, database, way out for mail, clock, disk.
//!
//! Each check does what it speaks of: the program calls its own public address, the relay is opened and
//! logged in to. Nothing is sent and nothing is changed.

mod api;
mod machine;
mod probe;

use serde::Serialize;
use utoipa::ToSchema;
use web::Feature;

/// Routes.
pub fn feature() -> Feature {
    Feature::new("checks").routes(api::routes)
}

/// A verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum CheckStatus {
    /// As it should be.
    Ok,
    /// Works, and should be mended.
    Warning,
    /// Does not work.
    Error,
}

/// What a check found.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Checked {
    status: CheckStatus,
    /// A sentence.
    detail: String,
}

impl Checked {
    fn new(status: CheckStatus, detail: impl Into<String>) -> Self {
        Checked { status, detail: detail.into() }
    }
}
