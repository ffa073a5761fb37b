//! Documents of rows and blocks.

use super::model::TemplateIssue;

/// Turns a document into MJML.
pub fn to_mjml(_: &serde_json::Value) -> Result<String, Vec<TemplateIssue>> {
    Err(vec![TemplateIssue::in_document("/schema", "unknown_schema", "Documents come with the next step.")])
}
