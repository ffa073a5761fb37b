//! Opens a file as a table: kind, encoding, delimiter, header.

use super::delimiter::Delimiter;
use super::encoding::{TextEncoding, read_full};
use super::sniff::{Kind, Refusal, sniff};
use super::splitter::{Splitter, Step};
use super::text::{Window, read_rows};
use super::{Batch, COLUMNS_MAX, FILE_BYTES_MAX, ReadSummary, Sink, workbook};
use kernel::{Code, OrFault, Problem, Result};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// What the caller knows about the file better than its bytes say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReadOptions {
    /// Name of the encoding, for example `gb18030`; found by reading if absent.
    pub encoding: Option<String>,
    /// Character between cells; found by reading if absent.
    pub delimiter: Option<Delimiter>,
    /// Sheet of a workbook; the first visible one if absent.
    pub sheet: Option<String>,
    /// Whether the first row names the columns; found by reading if absent.
    pub header: Option<bool>,
}

/// How a file is laid out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Layout {
    /// `csv` or `xlsx`.
    pub kind: String,
    /// Encoding of a text.
    pub encoding: Option<String>,
    /// Character between cells of a text.
    pub delimiter: Option<Delimiter>,
    /// Sheet of a workbook that is read.
    pub sheet: Option<String>,
    /// All sheets of a workbook.
    pub sheets: Vec<String>,
    /// Whether the first row names the columns.
    pub has_header: bool,
    /// Names of the columns, made distinct; `column 1`, … without a header.
    pub columns: Vec<String>,
}

/// A file that is a table.
#[derive(Clone, Debug)]
pub struct Source {
    path: PathBuf,
    /// How it is laid out.
    pub layout: Layout,
}

/// Bytes looked at to find delimiter and header.
const HEAD_BYTES: usize = 64 * 1024;

/// Opens a file. Problems: it is no table (415), too large (413), or an option names what is not there (422).
pub fn open(path: &Path, options: &ReadOptions) -> Result<Source> {
    let mut file = File::open(path).or_fault("open the import file")?;
    if file.metadata().or_fault("read the import file's size")?.len() > FILE_BYTES_MAX {
        return Err(Problem::new(Code::TooLarge, "An import file may have 2 GiB. Split it.").into());
    }
    let mut head = vec![0; HEAD_BYTES];
    let length = read_full(&mut file, &mut head)?;
    match sniff(&head[..length])? {
        Kind::Text => open_text(path, options),
        Kind::Archive => open_workbook(path, options),
    }
}

fn open_text(path: &Path, options: &ReadOptions) -> Result<Source> {
    let encoding = match &options.encoding {
        Some(name) => TextEncoding::named(name)?,
        None => TextEncoding::detect(File::open(path).or_fault("open the import file")?)?,
    };
    let mut window = Window::new(File::open(path).or_fault("open the import file")?, encoding);
    window.fill()?;
    let text = window.text();
    let hint = Delimiter::hint(text);
    let body = &text[hint.map_or(0, |(_, length)| length)..];
    let delimiter =
        options.delimiter.or(hint.map(|h| h.0)).unwrap_or_else(|| Delimiter::detect(body, window.ended()));
    let mut source = Source {
        path: path.to_owned(),
        layout: Layout {
            kind: "csv".into(),
            encoding: Some(encoding.name().into()),
            delimiter: Some(delimiter),
            sheet: None,
            sheets: Vec::new(),
            has_header: false,
            columns: Vec::new(),
        },
    };
    source.find_header(options.header)?;
    Ok(source)
}

fn open_workbook(path: &Path, options: &ReadOptions) -> Result<Source> {
    workbook::check(path)?;
    let sheets = workbook::sheet_names(path)?;
    let sheet = match &options.sheet {
        None => sheets[0].clone(),
        Some(name) if sheets.contains(name) => name.clone(),
        Some(_) => {
            let detail = format!("The workbook has these sheets: {}.", sheets.join(", "));
            return Err(Problem::field("/sheet", "unknown", detail).into());
        }
    };
    let mut source = Source {
        path: path.to_owned(),
        layout: Layout {
            kind: "xlsx".into(),
            encoding: None,
            delimiter: None,
            sheet: Some(sheet),
            sheets,
            has_header: false,
            columns: Vec::new(),
        },
    };
    source.find_header(options.header)?;
    Ok(source)
}

impl Source {
    /// A file that was opened before: read again exactly as it was laid out then. Problems: it is not the
    /// workbook any more that it was.
    pub fn reopen(path: &Path, layout: Layout) -> Result<Self> {
        if layout.kind == "xlsx" {
            workbook::check(path)?;
        }
        Ok(Source { path: path.to_owned(), layout })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Hands the rows below the header to the sink, those before row `from` left out.
    pub fn read(&self, from: u64, sink: &mut Sink<'_>) -> Result<ReadSummary> {
        // The header is a row of the file; rows are counted without it.
        let mut header_pending = self.layout.has_header;
        let shift = u64::from(header_pending);
        let mut hand_on = |mut batch: Batch| {
            if std::mem::take(&mut header_pending) {
                batch.skip_to(1);
            }
            batch.first_row = batch.first_row.saturating_sub(shift);
            batch.skip_to(from);
            if batch.is_empty() { ControlFlow::Continue(()) } else { sink(batch) }
        };
        let mut summary = self.read_all(&mut hand_on)?;
        summary.rows = summary.rows.saturating_sub(shift);
        Ok(summary)
    }

    fn read_all(&self, sink: &mut Sink<'_>) -> Result<ReadSummary> {
        if let Some(sheet) = &self.layout.sheet {
            return workbook::read_rows(&self.path, sheet, sink);
        }
        let encoding = TextEncoding::named(self.layout.encoding.as_deref().unwrap_or("utf-8"))?;
        let mut window = Window::new(File::open(&self.path).or_fault("open the import file")?, encoding);
        window.fill()?;
        let delimiter = self.layout.delimiter.unwrap_or(Delimiter::Comma);
        let mut splitter = Splitter::new(delimiter.byte(), 1);
        if let Some((_, length)) = Delimiter::hint(window.text()) {
            window.consume(length);
            // The rest of the hint's line is a blank line.
            if let Step::Row(end) = splitter.step(window.text(), window.ended(), &mut Batch::default()) {
                window.consume(end);
            }
        }
        splitter.expected = if self.layout.has_header { self.layout.columns.len() } else { 0 };
        read_rows(&mut window, &mut splitter, sink)
    }

    /// The first rows, for a look at the data.
    pub fn sample(&self, rows: usize) -> Result<Vec<Batch>> {
        let mut batches: Vec<Batch> = Vec::new();
        let mut seen = 0;
        self.read(0, &mut |batch| {
            seen += batch.len();
            batches.push(batch);
            if seen >= rows { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        Ok(batches)
    }

    fn find_header(&mut self, wanted: Option<bool>) -> Result<()> {
        let first = self.sample(1)?;
        let row = first.iter().flat_map(Batch::rows).next();
        let Some(row) = row else {
            return Err(
                Refusal::new("an empty file", "Export the contacts again and import that file.").into()
            );
        };
        if let Some(fault) = row.fault() {
            let detail = format!("The first row (line {}) cannot be read: {}.", row.line(), fault.reason);
            return Err(Problem::new(Code::UnsupportedMediaType, detail).into());
        }
        let cells: Vec<&str> = row.cells().map(str::trim).collect();
        self.layout.has_header = wanted.unwrap_or_else(|| looks_like_header(&cells));
        self.layout.columns =
            if self.layout.has_header { distinct_names(&cells) } else { numbered(cells.len()) };
        debug_assert!(self.layout.columns.len() <= COLUMNS_MAX);
        Ok(())
    }
}

/// A header has names: no address, no number, and few blanks.
fn looks_like_header(cells: &[&str]) -> bool {
    let value = |c: &&str| {
        let digits = c.bytes().filter(u8::is_ascii_digit).count();
        kernel::EmailAddress::parse(c).is_ok() || (digits >= 5 && digits * 2 > c.len())
    };
    !cells.iter().any(value) && cells.iter().any(|c| !c.is_empty())
}

fn numbered(count: usize) -> Vec<String> {
    (1..=count).map(|n| format!("column {n}")).collect()
}

/// Column names as they stand, with a number behind the second and later of one name.
fn distinct_names(cells: &[&str]) -> Vec<String> {
    let mut seen = std::collections::HashMap::<String, u32>::new();
    let mut names = Vec::with_capacity(cells.len());
    for (i, cell) in cells.iter().enumerate() {
        let name = if cell.is_empty() { format!("column {}", i + 1) } else { (*cell).to_owned() };
        let count = seen.entry(name.to_lowercase()).or_default();
        *count += 1;
        names.push(if *count == 1 { name } else { format!("{name} ({count})") });
    }
    // Trailing blanks of a header are not columns.
    while names.last().is_some_and(|_| cells[names.len() - 1].is_empty()) {
        names.pop();
    }
    names
}
