//! Our own error file: mended rows can be imported as they are.

use super::{Format, Meaning};

/// Headings before the original columns of a row in the error file.
pub(in crate::imports) const HEADINGS: [&str; 4] =
    ["import_line", "import_severity", "import_column", "import_reason"];

pub(super) static FORMAT: Format = Format {
    word: "error_file",
    name: "Error file of an import",
    marks: &[&["importline", "importseverity", "importcolumn", "importreason"]],
    columns: &[
        ("importline", Meaning::Ignore),
        ("importseverity", Meaning::Ignore),
        ("importcolumn", Meaning::Ignore),
        ("importreason", Meaning::Ignore),
    ],
    consent_words: &[],
    file_status: None,
};
