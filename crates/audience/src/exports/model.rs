//! Formats, and cells that spreadsheets must not run. Pure.

use kernel::Timestamp;
use kernel::ids::{ExportId, JobId};
use std::borrow::Cow;

/// How long a file can be downloaded: two days.
pub const KEPT_MS: i64 = 2 * 86_400_000;

/// Format of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Comma-separated values, UTF-8 with a header.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

impl Format {
    /// The word in JSON and on the command line; also the file's ending.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Jsonl => "jsonl",
        }
    }

    /// The format with a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Format::Csv, Format::Jsonl].into_iter().find(|f| f.as_str() == word)
    }

    /// Media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8",
            Format::Jsonl => "application/x-ndjson",
        }
    }
}

/// An export as kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Export {
    /// Public id.
    pub id: ExportId,
    /// The job that writes it.
    pub job: JobId,
    /// `running`, `ready` or `expired`; while running the job knows more.
    pub state: String,
    /// Format of the file.
    pub format: Format,
    /// Contacts in it.
    pub row_count: i64,
    /// Bytes of it, opened.
    pub byte_count: i64,
    /// Who ordered it.
    pub actor: String,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// When the file goes.
    pub expires_at: Timestamp,
}

/// Characters that make a spreadsheet run a cell as a formula when they stand first, also in full width.
fn begins_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
}

/// Puts an apostrophe before a cell that a spreadsheet would run, and before one that begins with an
/// apostrophe, so that [`restore`] gives back exactly what was.
pub fn neutralise(cell: &str) -> Cow<'_, str> {
    match cell.chars().next() {
        Some(c) if c == '\'' || begins_formula(c) => Cow::Owned(format!("'{cell}")),
        _ => Cow::Borrowed(cell),
    }
}

/// Undoes [`neutralise`]; leaves cells alone that it never makes.
pub fn restore(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(|c| c == '\'' || begins_formula(c)) => rest,
        _ => cell,
    }
}
