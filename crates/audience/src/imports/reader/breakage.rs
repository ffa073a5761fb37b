//! Where a damaged sheet breaks off: whether the last cell that could be read was also the last of its row.
//!
//! The workbook's reader stops at damage with an error that does not say where it stands. So the sheet's
//! markup is looked through once more for the tag of that cell, and for what comes after it: the end of the
//! row, and the row was whole; another cell, and it was not. A sheet is known by having that very cell at that
//! very place; where that is not certain, the answer is no.

use super::zip::{part_reader, sheet_parts};
use kernel::{OrFault, Result};
use memchr::memchr;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Longest tag that is looked at; cells have short ones.
const TAG_MAX: usize = 4_096;

/// The last cell that could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LastCell {
    /// Cells read, this one included.
    pub(super) count: u64,
    /// Row, from 0.
    pub(super) row: u32,
    /// Column, from 0.
    pub(super) column: usize,
}

/// True if the row of the last cell is whole. Fault: the file cannot be opened any more.
pub(super) fn is_row_whole(path: &Path, last: LastCell) -> Result<bool> {
    let mut file = File::open(path).or_fault("open the import file")?;
    let mut verdicts = Vec::new();
    for part in sheet_parts(&mut file)? {
        verdicts.extend(look(part_reader(&mut file, &part)?, last));
    }
    Ok(!verdicts.is_empty() && verdicts.iter().all(|whole| *whole))
}

/// `None` if this sheet does not have that cell at that place; else whether its row ends after it.
fn look(mut markup: impl Read, last: LastCell) -> Option<bool> {
    let reference = reference_of(last);
    let (mut rest, mut chunk, mut cells) = (Vec::new(), vec![0; 64 * 1024], 0);
    loop {
        // Damage of the archive itself ends the sheet here.
        let length = markup.read(&mut chunk).unwrap_or(0);
        if length == 0 {
            return (cells == last.count).then_some(false);
        }
        rest.extend_from_slice(&chunk[..length]);
        let mut at = 0;
        while let Some(tag) = next_tag(&rest, &mut at) {
            match name_of(tag) {
                b"c" if cells == last.count => return Some(false),
                b"c" => {
                    cells += 1;
                    if cells == last.count && !has_reference(tag, &reference) {
                        return None;
                    }
                }
                b"/row" if cells == last.count => return Some(true),
                _ => {}
            }
        }
        rest.drain(..at);
        if rest.len() > TAG_MAX {
            rest.clear();
        }
    }
}

/// The next whole tag without its brackets; `at` moves behind it, or to the bracket of one that is cut.
fn next_tag<'a>(markup: &'a [u8], at: &mut usize) -> Option<&'a [u8]> {
    let Some(open) = memchr(b'<', &markup[*at..]).map(|i| *at + i) else {
        *at = markup.len();
        return None;
    };
    *at = open;
    let close = open + memchr(b'>', &markup[open..])?;
    *at = close + 1;
    Some(&markup[open + 1..close])
}

/// Name of a tag without its prefix, with the slash of an end tag.
fn name_of(tag: &[u8]) -> &[u8] {
    let end =
        tag.iter().skip(1).position(|b| b.is_ascii_whitespace() || *b == b'/').map_or(tag.len(), |i| i + 1);
    let name = &tag[..end];
    match memchr(b':', name) {
        // The slash of an end tag stands before the prefix, so no end of a prefixed row is seen: its last row
        // counts as broken and is reported.
        Some(colon) => &name[colon + 1..],
        None => name,
    }
}

fn has_reference(tag: &[u8], reference: &str) -> bool {
    let text = String::from_utf8_lossy(tag);
    [format!(" r=\"{reference}\""), format!(" r='{reference}'")].iter().any(|r| text.contains(r.as_str()))
}

/// `B7` for column 1 of row 6.
fn reference_of(cell: LastCell) -> String {
    let (mut letters, mut n) = (Vec::new(), cell.column + 1);
    while n > 0 {
        letters.push(b'A' + ((n - 1) % 26) as u8);
        n = (n - 1) / 26;
    }
    letters.reverse();
    format!("{}{}", String::from_utf8_lossy(&letters), cell.row + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markup: &str, count: u64, row: u32, column: usize, expected: Option<bool>) {
        assert_eq!(look(markup.as_bytes(), LastCell { count, row, column }), expected, "{markup}");
    }

    #[test]
    fn a_row_is_whole_if_its_end_comes_before_another_cell() {
        let rows =
            "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\"/></row><row r=\"2\"><c r=\"A2\"><v>";
        check(rows, 2, 0, 1, Some(true));
        check(rows, 1, 0, 0, Some(false));
        check(rows, 3, 1, 0, Some(false));
        check(rows, 2, 0, 2, None);
        check(rows, 9, 0, 1, None);
        check("<cols/><col min=\"1\"/><row><c r='AA10'></c></row>", 1, 9, 26, Some(true));
        check("<x:row><x:c r=\"A1\"></x:c></x:row>", 1, 0, 0, Some(false));
    }

    #[test]
    fn tags_that_lie_across_two_reads_are_seen() {
        struct Bytewise<'a>(&'a [u8]);
        impl Read for Bytewise<'_> {
            fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
                let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
                (out[0], self.0) = (*first, rest);
                Ok(1)
            }
        }
        let rows = b"<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row";
        assert_eq!(look(Bytewise(rows), LastCell { count: 1, row: 0, column: 0 }), Some(true));
    }
}
