//! Segments over HTTP: what is saved, what rules answer, and what rules are made of.

mod answers;
mod catalogue;
mod segments;

use super::model::Rule;
use kernel::Result;
use serde_json::Value as Json;
use utoipa_axum::router::OpenApiRouter;
use web::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    segments::routes().merge(answers::routes()).merge(catalogue::routes())
}

/// Reads a rule document inside a request.
fn rule_of(document: &Json) -> Result<Rule> {
    Rule::parse_at(document, "/rule")
}

/// Pointers of a rule that was read apart from its request, as pointers into the request.
fn at_rule(error: kernel::Error) -> kernel::Error {
    match error {
        kernel::Error::Problem(mut problem) => {
            let outside = problem.errors.iter_mut().filter(|e| !e.pointer.starts_with("/rule"));
            outside.for_each(|e| e.pointer.insert_str(0, "/rule"));
            kernel::Error::Problem(problem)
        }
        fault => fault,
    }
}
