//! Splits decoded text into rows and cells (RFC 4180 and what programs really write).
//!
//! Line feed, carriage return and both together end a line, mixed as the file likes. A quote counts only
//! at the start of a cell. What an unbalanced quote swallows is given back: the row where it opened is
//! reported and reading goes on with the next line.

use super::batch::{Batch, RowFault};
use super::{COLUMNS_MAX, FIELD_BYTES_MAX, ROW_BYTES_MAX};
use memchr::{memchr, memchr2, memchr3};

/// Re-read bytes a file may cost for broken quotes before every line is read on its own.
const REREAD_BYTES_FREE: usize = 32 * 1024 * 1024;
/// Longest excerpt of a broken row in the report.
const EXCERPT_BYTES: usize = 2_048;

const UNCLOSED: &str =
    "a quote opens here and is never closed; close it, or double every quote inside a value";
const INSIDE: &str = "text follows a closing quote; double the quotes inside a value";
const FIELD_LONG: &str = "a value has at most 64 KiB";
const ROW_LONG: &str = "a row has at most 1 MiB";
const MANY_COLUMNS: &str = "a row has at most 2,000 columns";

/// Where the splitter stands in its file.
#[derive(Debug)]
pub(super) struct Splitter {
    delimiter: u8,
    /// Columns of the header; zero while unknown. A row over several lines with fewer is a broken quote.
    pub(super) expected: usize,
    /// Line of the next byte, from one.
    pub(super) line: u64,
    consumed: usize,
    reread: usize,
    line_by_line: bool,
    skipping_line: bool,
    last: bool,
}

/// What [`Splitter::step`] did.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// One row, good or broken, or a blank line, is behind this offset.
    Row(usize),
    /// The window ends inside a row.
    NeedMore,
}

enum Scan {
    /// Row ends before `next`; it spans `lines` line ends.
    Done {
        next: usize,
        lines: u64,
    },
    More,
    Broken {
        at: usize,
        reason: &'static str,
        column: usize,
    },
}

enum Cell {
    Ends { at: usize, lines: u64 },
    More,
    Broken { at: usize, reason: &'static str },
}

impl Splitter {
    pub(super) fn new(delimiter: u8, line: u64) -> Self {
        Splitter {
            delimiter,
            expected: 0,
            line,
            consumed: 0,
            reread: 0,
            line_by_line: false,
            skipping_line: false,
            last: false,
        }
    }

    /// True once quotes over several lines are no longer believed.
    pub(super) fn is_line_by_line(&self) -> bool {
        self.line_by_line
    }

    /// Reads one row from the start of `window` into `batch`. `last` says that nothing follows.
    pub(super) fn step(&mut self, window: &str, last: bool, batch: &mut Batch) -> Step {
        if self.skipping_line {
            return self.skip_line(window, last);
        }
        self.last = last;
        let mark = batch.mark();
        match self.scan(window, last, batch, mark) {
            Scan::Done { next, lines } => self.finish(window, batch, mark, (next, lines)),
            Scan::More if window.len() <= ROW_BYTES_MAX => {
                batch.rewind(mark);
                Step::NeedMore
            }
            Scan::More => self.give_up(window, batch, mark, (window.len(), ROW_LONG, None)),
            Scan::Broken { at, reason, column } => {
                self.give_up(window, batch, mark, (at, reason, Some(column)))
            }
        }
    }

    fn finish(&mut self, window: &str, batch: &mut Batch, mark: (usize, usize), end: (usize, u64)) -> Step {
        let (next, lines) = end;
        let cells = batch.cells_since(mark);
        if lines > 1 && cells < self.expected {
            return self.give_up(window, batch, mark, (next, UNCLOSED, None));
        }
        if next > ROW_BYTES_MAX {
            return self.give_up(window, batch, mark, (next, ROW_LONG, None));
        }
        if batch.is_blank_since(mark) {
            batch.rewind(mark);
        } else {
            batch.end_row(mark, self.line);
        }
        self.line += lines;
        self.consumed += next;
        Step::Row(next)
    }

    /// Reports the row that begins the window and goes on after its first line.
    fn give_up(
        &mut self,
        window: &str,
        batch: &mut Batch,
        mark: (usize, usize),
        why: (usize, &'static str, Option<usize>),
    ) -> Step {
        let (scanned, reason, column) = why;
        batch.rewind(mark);
        let bytes = window.as_bytes();
        let line_end = memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
        let original = shorten(&window[..line_end], EXCERPT_BYTES).to_owned();
        batch.push_fault(self.line, RowFault { column, reason, original });
        self.reread += scanned.saturating_sub(line_end);
        self.line_by_line |= self.reread > REREAD_BYTES_FREE + self.consumed;
        match end_of_line(bytes, line_end, self.last) {
            Some(next) => {
                self.line += 1;
                self.consumed += next;
                Step::Row(next)
            }
            None => {
                self.skipping_line = true;
                self.consumed += line_end;
                Step::Row(line_end)
            }
        }
    }

    fn skip_line(&mut self, window: &str, last: bool) -> Step {
        let bytes = window.as_bytes();
        let end = memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
        match end_of_line(bytes, end, last) {
            Some(next) => {
                self.skipping_line = false;
                self.line += 1;
                Step::Row(next)
            }
            None if end > 0 => Step::Row(end),
            None if last => {
                self.skipping_line = false;
                Step::Row(bytes.len())
            }
            None => Step::NeedMore,
        }
    }

    fn scan(&self, window: &str, last: bool, batch: &mut Batch, mark: (usize, usize)) -> Scan {
        let bytes = window.as_bytes();
        let (mut at, mut lines) = (0, 0);
        loop {
            let column = batch.cells_since(mark);
            if column >= COLUMNS_MAX {
                return Scan::Broken { at, reason: MANY_COLUMNS, column };
            }
            let cell = match self.quote_at(bytes, at) {
                Some(open) => self.quoted(window, open, last, batch),
                None => self.plain(window, at, last, batch),
            };
            match cell {
                Cell::More => return Scan::More,
                Cell::Broken { at, reason } => return Scan::Broken { at, reason, column },
                Cell::Ends { at: end, lines: inner } => {
                    batch.end_cell();
                    lines += inner;
                    if bytes.get(end) == Some(&self.delimiter) {
                        at = end + 1;
                        continue;
                    }
                    return match end_of_line(bytes, end, last) {
                        Some(next) => Scan::Done { next, lines: lines + 1 },
                        None if last => Scan::Done { next: end, lines: lines + 1 },
                        None => Scan::More,
                    };
                }
            }
        }
    }

    /// The opening quote of the cell at `at`, if it is quoted; blanks may stand before it.
    fn quote_at(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let blanks = bytes.get(at..)?.iter().take_while(|b| **b == b' ').count();
        (bytes.get(at + blanks) == Some(&b'"')).then_some(at + blanks)
    }

    fn plain(&self, window: &str, at: usize, last: bool, batch: &mut Batch) -> Cell {
        let bytes = window.as_bytes();
        let found = bytes.get(at..).and_then(|rest| memchr3(self.delimiter, b'\n', b'\r', rest));
        let end = match found {
            Some(offset) => at + offset,
            None if last => bytes.len(),
            None if bytes.len() - at > FIELD_BYTES_MAX => return Cell::Broken { at, reason: FIELD_LONG },
            None => return Cell::More,
        };
        if end - at > FIELD_BYTES_MAX {
            return Cell::Broken { at, reason: FIELD_LONG };
        }
        batch.push_text(&window[at..end]);
        Cell::Ends { at: end, lines: 0 }
    }

    fn quoted(&self, window: &str, open: usize, last: bool, batch: &mut Batch) -> Cell {
        let bytes = window.as_bytes();
        let (mut from, mut lines) = (open + 1, 0);
        loop {
            let found = memchr(b'"', &bytes[from..]).map(|offset| from + offset);
            let upto = found.unwrap_or(bytes.len());
            lines += line_ends(&bytes[from..upto]);
            if (lines > 0 && self.line_by_line) || upto - open > FIELD_BYTES_MAX {
                return Cell::Broken { at: upto, reason: UNCLOSED };
            }
            let Some(quote) = found else {
                return if last { Cell::Broken { at: upto, reason: UNCLOSED } } else { Cell::More };
            };
            match bytes.get(quote + 1) {
                Some(b'"') => {
                    batch.push_text(&window[from..=quote]);
                    from = quote + 2;
                }
                None if !last => return Cell::More,
                _ => {
                    batch.push_text(&window[from..quote]);
                    return self.after_quote(bytes, quote + 1, last, lines);
                }
            }
        }
    }

    /// Behind a closing quote stand blanks at most, then the end of the cell.
    fn after_quote(&self, bytes: &[u8], at: usize, last: bool, lines: u64) -> Cell {
        let end = at + bytes[at..].iter().take_while(|b| **b == b' ').count();
        match bytes.get(end) {
            None if last => Cell::Ends { at: end, lines },
            None => Cell::More,
            Some(b) if *b == self.delimiter || *b == b'\n' || *b == b'\r' => Cell::Ends { at: end, lines },
            Some(_) => Cell::Broken { at: end, reason: INSIDE },
        }
    }
}

/// The offset behind the line end at `at`; `None` if there is none or it may go on in the next window.
fn end_of_line(bytes: &[u8], at: usize, last: bool) -> Option<usize> {
    match (bytes.get(at)?, bytes.get(at + 1)) {
        (b'\n', _) => Some(at + 1),
        (b'\r', Some(b'\n')) => Some(at + 2),
        (b'\r', Some(_)) => Some(at + 1),
        (b'\r', None) if last => Some(at + 1),
        _ => None,
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    let mut count = 0;
    let mut rest = bytes;
    while let Some(at) = memchr2(b'\n', b'\r', rest) {
        count += 1;
        let pair = rest[at] == b'\r' && rest.get(at + 1) == Some(&b'\n');
        rest = &rest[at + 1 + usize::from(pair)..];
    }
    count
}

/// The first bytes of a text, cut between characters.
pub(crate) fn shorten(text: &str, bytes_max: usize) -> &str {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
