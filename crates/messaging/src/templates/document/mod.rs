//! An email as a versioned JSON document of rows, columns and blocks; what the visual editor writes.
//!
//! ```json
//! { "schema": 1, "settings": { "width": 600 },
//!   "rows": [ { "id": "r1", "visible_if": "contact.tags contains 'vip'",
//!               "columns": [ { "width": 100, "blocks": [ { "id": "b1", "type": "text", "html": "<p>Hi</p>" } ] } ] } ] }
//! ```
//!
//! A document is checked field by field (issues carry a JSON pointer), then written as MJML. Blocks are
//! a catalogue, one file each ([`blocks`]). HTML of blocks does not go through the MJML parser: it is
//! put in place afterwards ([`Layout::put_in_place`]).

mod api;
pub mod blocks;
pub mod check;
mod html;
pub mod spec;
mod write;

#[cfg(test)]
mod tests;

pub(super) use api::routes;
pub use check::Checker;
pub use write::{Layout, Writer};

use super::model::TemplateIssue;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// The version this program writes and reads.
pub const SCHEMA: u32 = 1;
/// Most rows of a document.
pub const MAX_ROWS: usize = 100;
/// Most columns of a row.
pub const MAX_COLUMNS: usize = 4;
/// Most blocks of a column.
pub const MAX_BLOCKS: usize = 50;

/// A document.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Version of this format; always 1.
    pub schema: u32,
    /// What holds for the whole email.
    #[serde(default)]
    pub settings: Settings,
    /// Rows from top to bottom.
    pub rows: Vec<Row>,
}

/// What holds for the whole email.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Width of the content in pixels, 320 to 900.
    pub width: u32,
    /// Colour around the content.
    pub background: String,
    /// Colour behind the content.
    pub content_background: String,
    /// Font names, separated by commas; only fonts every mailbox has.
    pub font: String,
    /// Size of running text in pixels, 10 to 32.
    pub font_size: u32,
    /// Colour of text.
    pub text_color: String,
    /// Colour of links.
    pub link_color: String,
    /// Colour of buttons.
    pub button_background: String,
    /// Colour of text on buttons.
    pub button_color: String,
    /// Rounding of buttons in pixels, 0 to 40.
    pub button_radius: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            width: 600,
            background: "#f3f4f6".into(),
            content_background: "#ffffff".into(),
            font: "Helvetica, Arial, sans-serif".into(),
            font_size: 16,
            text_color: "#1f2937".into(),
            link_color: "#1d4ed8".into(),
            button_background: "#111827".into(),
            button_color: "#ffffff".into(),
            button_radius: 6,
        }
    }
}

/// A row: columns side by side, one below the other on a phone.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Name within the document: letters, digits, `-` and `_`.
    pub id: String,
    /// From left to right.
    pub columns: Vec<Column>,
    /// Colour behind the row, in place of the content's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<String>,
    /// Space above and below in pixels, 0 to 100.
    #[serde(default = "row_padding")]
    pub padding: u32,
    /// A Liquid condition; without it the row is always shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_if: Option<String>,
}

fn row_padding() -> u32 {
    8
}

/// A column.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Share of the width in percent; equal shares if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// From top to bottom. Each has `id`, `type`, perhaps `visible_if`, and the fields of its type.
    pub blocks: Vec<Json>,
}

/// Reads and checks a document. All issues at once.
pub fn read(document: &Json) -> Result<Document, Vec<TemplateIssue>> {
    match document.get("schema").and_then(Json::as_u64) {
        Some(1) => {}
        Some(other) => {
            let message = format!("This document has schema {other}; this program reads schema {SCHEMA}.");
            return Err(vec![TemplateIssue::in_document("/schema", "unknown_schema", message)]);
        }
        None => {
            let message = format!("A document begins with \"schema\": {SCHEMA}.");
            return Err(vec![TemplateIssue::in_document("/schema", "required", message)]);
        }
    }
    let read = Document::deserialize(document).map_err(|e| {
        vec![TemplateIssue::in_document("", "shape", format!("This is not a document: {e}."))]
    })?;
    let issues = check::document(&read);
    if issues.is_empty() { Ok(read) } else { Err(issues) }
}

/// Turns a document into MJML and the HTML to be put into it.
pub fn layout(document: &Json, mark_blocks: bool) -> Result<Layout, Vec<TemplateIssue>> {
    Ok(write::document(&read(document)?, mark_blocks))
}

/// JSON pointer of the first text that contains `needle`; finds the block an issue is about.
pub fn locate(document: &Json, needle: &str) -> Option<String> {
    fn walk(value: &Json, needle: &str, pointer: &mut String) -> bool {
        let before = pointer.len();
        let mut child = |name: &str, value: &Json| {
            pointer.push('/');
            pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
            let found = walk(value, needle, pointer);
            if !found {
                pointer.truncate(before);
            }
            found
        };
        match value {
            Json::String(text) => text.contains(needle),
            Json::Array(list) => list.iter().enumerate().any(|(i, v)| child(&i.to_string(), v)),
            Json::Object(map) => map.iter().any(|(name, v)| child(name, v)),
            _ => false,
        }
    }
    let mut pointer = String::new();
    walk(document, needle, &mut pointer).then_some(pointer)
}
