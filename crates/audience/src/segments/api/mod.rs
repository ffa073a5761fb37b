//! Segments over HTTP: what is saved, what rules answer, and what rules are made of.

mod answers;
mod catalogue;
mod growth;
mod segments;

use super::model::Rule;
use kernel::Result;
use serde_json::Value as Json;
use utoipa_axum::router::OpenApiRouter;
use web::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    segments::routes().merge(answers::routes()).merge(catalogue::routes()).merge(growth::routes())
}

/// Reads a rule document inside a request.
fn rule_of(document: &Json) -> Result<Rule> {
    Rule::parse_at(document, "/rule")
}
