//! What is wrong with a row: line, column, and a reason that says what would be right.

use crate::imports::reader::shorten;
use std::borrow::Cow;

/// Longest offending value kept with an issue, in bytes.
pub const VALUE_BYTES: usize = 80;

/// Whether the row was kept.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The row was not imported.
    Error,
    /// The row was imported without this value.
    Warning,
}

/// One thing that is wrong with a row. Its value and original are personal data: never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Issue {
    /// Line in the file.
    pub line: u64,
    /// Whether the row was kept.
    pub severity: Severity,
    /// Index of the column, if it is about one.
    pub column: Option<usize>,
    /// What would be right.
    pub reason: Cow<'static, str>,
    /// The offending value, shortened.
    pub value: String,
    /// The whole row as it stood, cell by cell; or its first line, if it could not be split.
    pub original: Vec<String>,
}

impl Issue {
    /// A warning about one value.
    pub fn warning(
        line: u64,
        column: impl Into<Option<usize>>,
        reason: impl Into<Cow<'static, str>>,
        value: &str,
    ) -> Self {
        Self::of(Severity::Warning, line, column.into(), reason, value)
    }

    /// An error that loses the row.
    pub fn error(
        line: u64,
        column: Option<usize>,
        reason: impl Into<Cow<'static, str>>,
        value: &str,
    ) -> Self {
        Self::of(Severity::Error, line, column, reason, value)
    }

    fn of(
        severity: Severity,
        line: u64,
        column: Option<usize>,
        reason: impl Into<Cow<'static, str>>,
        value: &str,
    ) -> Self {
        let value = shorten(value, VALUE_BYTES).to_owned();
        Issue { line, severity, column, reason: reason.into(), value, original: Vec::new() }
    }
}

// Logs must never show what a file holds.
impl std::fmt::Debug for Issue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} in line {}, column {:?}: {}", self.severity, self.line, self.column, self.reason)
    }
}
