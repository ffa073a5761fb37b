//! Rows of a sheet of an .xlsx workbook, cell by cell; only the workbook's shared texts are held.
//!
//! Dates are serial numbers with a date format there; they come out as ISO 8601 text. External links,
//! formulas, images and macros are never looked at: a formula's cell gives its stored value.

use super::batch::{Batch, RowFault};
use super::breakage::{LastCell, is_row_whole};
use super::sniff::{Refusal, SAVE_AS};
use super::zip::{Content, check_archive};
use super::{CELLS_MAX, COLUMNS_MAX, FIELD_BYTES_MAX, ReadSummary, Sink, WORKBOOK_BYTES_MAX};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError, open_workbook};
use kernel::{Code, OrFault, Problem, Result};
use std::fmt::Write as _;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

fn unreadable(_: XlsxError) -> Refusal {
    Refusal::new(
        "a damaged .xlsx workbook",
        "Open it in a spreadsheet program, save it again, and import that.",
    )
}

/// Checks the archive. Errors: too large, a bomb, or no workbook.
pub(super) fn check(path: &Path) -> Result<()> {
    let mut file = File::open(path).or_fault("open the import file")?;
    let length = file.metadata().or_fault("read the import file's size")?.len();
    if length > WORKBOOK_BYTES_MAX {
        return Err(Problem::new(
            Code::TooLarge,
            "An .xlsx workbook may have 100 MB. Save the table as CSV; that may have any size.",
        )
        .into());
    }
    match check_archive(&mut file)? {
        Content::Workbook => Ok(()),
        Content::Other(looks_like, advice) => Err(Refusal::new(looks_like, advice).into()),
    }
}

fn open(path: &Path) -> Result<Xlsx<BufReader<File>>> {
    // The reader is not ours; whatever it does with a hostile file ends here.
    let opened = std::panic::catch_unwind(|| open_workbook::<Xlsx<_>, _>(path));
    opened.map_err(|_| XlsxError::Unexpected("panic")).and_then(|r| r).map_err(|e| unreadable(e).into())
}

/// Names of the sheets, visible ones first.
pub(super) fn sheet_names(path: &Path) -> Result<Vec<String>> {
    let book = open(path)?;
    let mut sheets: Vec<_> =
        book.sheets_metadata().iter().filter(|s| s.typ == SheetType::WorkSheet).cloned().collect();
    sheets.sort_by_key(|s| s.visible != SheetVisible::Visible);
    if sheets.is_empty() {
        return Err(Refusal::new("a workbook without sheets", SAVE_AS).into());
    }
    Ok(sheets.into_iter().map(|s| s.name).collect())
}

/// Hands the rows of a sheet to the sink.
pub(super) fn read_rows(path: &Path, sheet: &str, sink: &mut Sink<'_>) -> Result<ReadSummary> {
    let mut book = open(path)?;
    let mut writer = RowWriter::new(sink);
    let run =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| each_cell(&mut book, sheet, &mut writer)));
    match run.unwrap_or_else(|_| Err(unreadable(XlsxError::Unexpected("panic")).into())) {
        Ok(()) => Ok(writer.finish()),
        Err(e) => {
            writer.end_at_damage(path)?;
            Err(e)
        }
    }
}

fn each_cell(book: &mut Xlsx<BufReader<File>>, sheet: &str, writer: &mut RowWriter<'_, '_>) -> Result<()> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(unreadable)?;
    let mut count = 0_u64;
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        count += 1;
        if count > CELLS_MAX {
            let detail = "A sheet may have 20 million cells. Save the table as CSV; that may have any size.";
            return Err(Problem::new(Code::TooLarge, detail).into());
        }
        let (row, column) = cell.get_position();
        if !writer.cell(row, column as usize, cell.get_value()) {
            break;
        }
    }
    Ok(())
}

struct RowWriter<'a, 's> {
    sink: &'a mut Sink<'s>,
    batch: Batch,
    mark: (usize, usize),
    row: Option<u32>,
    last: Option<LastCell>,
    fault: Option<RowFault>,
    text: String,
    rows: u64,
    stopped: bool,
}

impl<'a, 's> RowWriter<'a, 's> {
    fn new(sink: &'a mut Sink<'s>) -> Self {
        RowWriter {
            sink,
            batch: Batch::default(),
            mark: (0, 0),
            row: None,
            last: None,
            fault: None,
            text: String::new(),
            rows: 0,
            stopped: false,
        }
    }

    /// Takes a cell; answers whether more are wanted.
    fn cell(&mut self, row: u32, column: usize, value: &DataRef<'_>) -> bool {
        if self.row != Some(row) {
            self.end_row();
            self.row = Some(row);
        }
        let count = self.last.map_or(0, |last| last.count) + 1;
        self.last = Some(LastCell { count, row, column });
        self.text.clear();
        write_value(&mut self.text, value);
        // A formatted but empty cell far to the right is nothing.
        if !self.text.is_empty() && self.fault.is_none() {
            self.put(column);
        }
        !self.stopped
    }

    fn put(&mut self, column: usize) {
        let fault = |reason| Some(RowFault { column: Some(column), reason, original: String::new() });
        if column >= COLUMNS_MAX {
            self.fault = fault("a row has at most 2,000 columns");
        } else if self.text.len() > FIELD_BYTES_MAX {
            self.fault = fault("a value has at most 64 KiB");
        } else if column >= self.batch.cells_since(self.mark) {
            while self.batch.cells_since(self.mark) < column {
                self.batch.end_cell();
            }
            self.batch.push_text(&self.text);
            self.batch.end_cell();
        }
    }

    fn end_row(&mut self) {
        let Some(row) = self.row else { return };
        let line = u64::from(row) + 1;
        if let Some(fault) = self.fault.take() {
            self.batch.rewind(self.mark);
            self.batch.push_fault(line, fault);
        } else if self.batch.is_blank_since(self.mark) {
            self.batch.rewind(self.mark);
        } else {
            self.batch.end_row(self.mark, line);
        }
        if self.batch.is_full() {
            self.hand_on();
        }
        self.mark = self.batch.mark();
    }

    /// The rows before the last are sound. If more cells of the last may have stood where the file breaks off,
    /// it is reported and not handed on: half a row must not pass for a whole one.
    fn end_at_damage(&mut self, path: &Path) -> Result<()> {
        if let Some(last) = self.last
            && !is_row_whole(path, last)?
        {
            let reason =
                "the workbook could not be read beyond this row; it and all after it were not imported";
            self.fault = Some(RowFault { column: None, reason, original: String::new() });
        }
        self.end_row();
        self.hand_on();
        Ok(())
    }

    fn hand_on(&mut self) {
        self.rows += self.batch.len() as u64;
        let next = Batch::starting_at(self.rows);
        let batch = std::mem::replace(&mut self.batch, next);
        if !self.stopped && !batch.is_empty() && (self.sink)(batch).is_break() {
            self.stopped = true;
        }
    }

    fn finish(mut self) -> ReadSummary {
        if !self.stopped {
            self.end_row();
            self.hand_on();
        }
        ReadSummary { rows: self.rows, line_by_line: false }
    }
}

fn write_value(out: &mut String, value: &DataRef<'_>) {
    // Writing to a String cannot fail.
    let _ = match value {
        DataRef::Empty | DataRef::Error(_) => Ok(()),
        DataRef::String(s) => out.write_str(s),
        DataRef::SharedString(s) => out.write_str(s),
        DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => out.write_str(s),
        DataRef::Bool(b) => write!(out, "{b}"),
        DataRef::Int(n) => write!(out, "{n}"),
        // A whole number below 2^53 is shown whole: phone numbers and ids are kept as numbers.
        DataRef::Float(f) if f.fract() == 0.0 && f.abs() < 9.0e15 => write!(out, "{}", *f as i64),
        DataRef::Float(f) => write!(out, "{f}"),
        DataRef::DateTime(t) => {
            let (year, month, day, hour, minute, second, _) = t.to_ymd_hms_milli();
            match (t.is_duration(), hour, minute, second) {
                (true, ..) => write!(out, "{}", t.as_f64()),
                (_, 0, 0, 0) => write!(out, "{year:04}-{month:02}-{day:02}"),
                _ => write!(out, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"),
            }
        }
    };
}
