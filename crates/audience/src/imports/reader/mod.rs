//! Reads a file of unknown origin as a table: rows of text cells, each with its line number.
//!
//! Pure with respect to the store: it knows nothing of contacts. Everything about a file is hostile until
//! it is shown to be a table (T-08): sizes, counts and nesting have named limits, a broken row is reported
//! and the next one is read, and memory stays flat for text files of any length.
//!
//! It deliberately does not interpret values: `formats` says what a column means, `rows` what a cell holds.

mod batch;
mod breakage;
mod delimiter;
mod encoding;
mod open;
mod sniff;
mod splitter;
mod text;
mod workbook;
mod zip;

#[cfg(test)]
pub(in crate::imports) mod tests;

pub use batch::{Batch, RawRow, RowFault};
pub use delimiter::Delimiter;
pub use encoding::TextEncoding;
pub use open::{Layout, ReadOptions, Source, open};
pub use sniff::Refusal;
pub(crate) use splitter::shorten;

use std::ops::ControlFlow;

/// Longest cell. Longer ones are a broken quote or not a contact list.
pub const FIELD_BYTES_MAX: usize = 64 * 1024;
/// Longest row.
pub const ROW_BYTES_MAX: usize = 1024 * 1024;
/// Most columns of a table.
pub const COLUMNS_MAX: usize = 2_000;
/// Largest workbook: its shared texts are held in memory while it is read.
pub const WORKBOOK_BYTES_MAX: u64 = 100 * 1024 * 1024;
/// Most cells of a workbook's sheet.
pub const CELLS_MAX: u64 = 20_000_000;
/// Largest file that may be uploaded.
pub const FILE_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;

/// Takes batches of rows in file order; answers whether to go on.
pub type Sink<'a> = dyn FnMut(Batch) -> ControlFlow<()> + 'a;

/// What reading a whole file came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadSummary {
    /// Rows handed over, broken ones included; blank rows are not rows.
    pub rows: u64,
    /// True if quotes were so broken that, from some line on, each line was read on its own.
    pub line_by_line: bool,
}
