//! Rows in a compact form: one text for many cells, so that a million rows cost few allocations.

/// Why a row could not be read as cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// The column it was noticed in, counted from zero, if it belongs to one.
    pub column: Option<usize>,
    /// What would be right, as a sentence.
    pub reason: &'static str,
    /// The first line of the row as it stands in the file, shortened.
    pub original: String,
}

#[derive(Clone, Debug)]
struct Mark {
    line: u64,
    first: u32,
    end: u32,
    fault: Option<Box<RowFault>>,
}

/// Consecutive rows of a file.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Number of the first row in the file's count of rows, from zero; the header is not counted.
    pub first_row: u64,
    text: String,
    ends: Vec<u32>,
    rows: Vec<Mark>,
}

/// One row of a [`Batch`].
#[derive(Clone, Copy, Debug)]
pub struct RawRow<'a> {
    batch: &'a Batch,
    mark: &'a Mark,
    /// Number of the row in the file, from zero.
    pub number: u64,
}

/// Rows after which a batch is handed on.
const BATCH_ROWS: usize = 2_000;
/// Bytes after which a batch is handed on.
const BATCH_BYTES: usize = 1024 * 1024;

impl Batch {
    /// An empty batch whose first row will have this number.
    pub(super) fn starting_at(first_row: u64) -> Self {
        Batch { first_row, ..Batch::default() }
    }

    /// True if it should be handed on.
    pub(super) fn is_full(&self) -> bool {
        self.rows.len() >= BATCH_ROWS || self.text.len() >= BATCH_BYTES
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Bytes of text held.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Adds text to the cell being written.
    pub(super) fn push_text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Ends the cell being written.
    pub(super) fn end_cell(&mut self) {
        self.ends.push(self.text.len() as u32);
    }

    /// Number of cells since `mark`.
    pub(super) fn cells_since(&self, mark: (usize, usize)) -> usize {
        self.ends.len() - mark.1
    }

    /// A place to come back to with [`Batch::rewind`].
    pub(super) fn mark(&self) -> (usize, usize) {
        (self.text.len(), self.ends.len())
    }

    /// Forgets cells written since the mark.
    pub(super) fn rewind(&mut self, mark: (usize, usize)) {
        self.text.truncate(mark.0);
        self.ends.truncate(mark.1);
    }

    /// True if every cell since the mark is blank.
    pub(super) fn is_blank_since(&self, mark: (usize, usize)) -> bool {
        self.text[mark.0..].trim().is_empty()
    }

    /// Makes a row of the cells since the mark.
    pub(super) fn end_row(&mut self, mark: (usize, usize), line: u64) {
        self.rows.push(Mark { line, first: mark.1 as u32, end: self.ends.len() as u32, fault: None });
    }

    /// Notes a row that could not be read.
    pub(super) fn push_fault(&mut self, line: u64, fault: RowFault) {
        let at = self.ends.len() as u32;
        self.rows.push(Mark { line, first: at, end: at, fault: Some(Box::new(fault)) });
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = RawRow<'_>> {
        self.rows.iter().enumerate().map(|(i, mark)| RawRow {
            batch: self,
            mark,
            number: self.first_row + i as u64,
        })
    }

    /// One of the rows, by its place in the batch. Panics beyond the last.
    pub fn row(&self, place: usize) -> RawRow<'_> {
        RawRow { batch: self, mark: &self.rows[place], number: self.first_row + place as u64 }
    }

    /// Number of cells of all rows.
    pub fn cell_count(&self) -> usize {
        self.ends.len()
    }

    /// Drops rows before number `row` of the file (already imported before a restart).
    pub fn skip_to(&mut self, row: u64) {
        let drop = row.saturating_sub(self.first_row).min(self.rows.len() as u64);
        self.rows.drain(..drop as usize);
        self.first_row += drop;
    }
}

impl<'a> RawRow<'a> {
    /// Line in the file where it begins, from one.
    pub fn line(&self) -> u64 {
        self.mark.line
    }

    /// Why it could not be read, if so.
    pub fn fault(&self) -> Option<&'a RowFault> {
        self.mark.fault.as_deref()
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        (self.mark.end - self.mark.first) as usize
    }

    /// True without cells.
    pub fn is_empty(&self) -> bool {
        self.mark.end == self.mark.first
    }

    /// A cell; empty beyond the last.
    pub fn cell(&self, column: usize) -> &'a str {
        if column >= self.len() {
            return "";
        }
        let index = self.mark.first as usize + column;
        let from = if index == 0 { 0 } else { self.batch.ends[index - 1] as usize };
        &self.batch.text[from..self.batch.ends[index] as usize]
    }

    /// All cells.
    pub fn cells(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let row = *self;
        (0..row.len()).map(move |i| row.cell(i))
    }
}
