//! The guard before a workbook is opened: reads the archive's directory, then inflates every part once
//! without keeping it. Only an archive whose true sizes are within limits is handed on.
//!
//! A directory may lie, so its numbers are not believed; a decoder that trusts them can be made to fill
//! the memory. Declarations are refused too: no workbook needs them and entity bombs live there.

use super::sniff::{Refusal, SAVE_AS, UNPACK};
use flate2::read::DeflateDecoder;
use kernel::{OrFault, Result};
use memchr::memchr_iter;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// Most parts of an archive.
const PARTS_MAX: u64 = 5_000;
/// Most bytes of all parts, inflated.
const INFLATED_MAX: u64 = 2 * 1024 * 1024 * 1024;
/// Most bytes of a part that is held in memory (shared texts, styles), inflated.
const HELD_MAX: u64 = 256 * 1024 * 1024;
/// Times a part may grow, once it is larger than [`RATIO_FREE`].
const RATIO_MAX: u64 = 200;
const RATIO_FREE: u64 = 8 * 1024 * 1024;
/// Longest stretch between two tags.
const STRETCH_MAX: u64 = 1024 * 1024;
/// Most shared texts that a workbook may announce; memory is reserved for them.
const SHARED_TEXTS_MAX: u64 = 20_000_000;

const BOMB: &str =
    "Its parts unpack to far more than a table of contacts holds. Save the table as CSV and import that.";
const BROKEN: &str = "Open it in a spreadsheet program, save it again as .xlsx or CSV, and import that.";

/// What the archive holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// An Office Open XML workbook.
    Workbook,
    /// Something else, and what to do about it.
    Other(&'static str, &'static str),
}

pub(super) struct Part {
    name: String,
    method: u16,
    compressed: u64,
    offset: u64,
}

fn broken() -> Refusal {
    Refusal::new("a damaged .xlsx workbook", BROKEN)
}

fn bomb() -> Refusal {
    Refusal::new("an archive made to fill the memory", BOMB)
}

/// Checks a whole archive. Errors: a refusal for anything a workbook is not.
pub(super) fn check_archive(file: &mut File) -> Result<Content> {
    let parts = read_directory(file)?;
    let content = judge(&parts);
    if content != Content::Workbook {
        return Ok(content);
    }
    let mut total = 0;
    for part in &parts {
        total += inflate(file, part, INFLATED_MAX - total)?;
    }
    Ok(content)
}

fn judge(parts: &[Part]) -> Content {
    let has = |name: &str| parts.iter().any(|p| p.name.eq_ignore_ascii_case(name));
    if has("xl/workbook.xml") {
        Content::Workbook
    } else if has("xl/workbook.bin") {
        Content::Other("a binary workbook (.xlsb)", SAVE_AS)
    } else if has("word/document.xml") {
        Content::Other("a Word document", SAVE_AS)
    } else if has("ppt/presentation.xml") {
        Content::Other("a presentation", SAVE_AS)
    } else if has("content.xml") {
        Content::Other("an OpenDocument file", SAVE_AS)
    } else {
        Content::Other("a zip archive", UNPACK)
    }
}

fn le(bytes: &[u8], at: usize, length: usize) -> Result<u64> {
    let slice = bytes.get(at..at + length).ok_or_else(broken)?;
    Ok(slice.iter().rev().fold(0, |n, b| (n << 8) | u64::from(*b)))
}

/// The last bytes of the file hold the end record; there must be one only, and it must end the file.
fn read_directory(file: &mut File) -> Result<Vec<Part>> {
    let length = file.seek(SeekFrom::End(0)).or_fault("seek in the import file")?;
    let tail_length = length.min(22 + 65_535);
    let tail = read_at(file, length - tail_length, tail_length)?;
    let ends: Vec<usize> = memchr::memmem::find_iter(&tail, b"PK\x05\x06").collect();
    let [end] = ends[..] else { return Err(broken().into()) };
    let comment = le(&tail, end + 20, 2)?;
    let (count, size, offset) = (le(&tail, end + 10, 2)?, le(&tail, end + 12, 4)?, le(&tail, end + 16, 4)?);
    let end_at = length - tail_length + end as u64;
    let far = count == 0xFFFF || offset == 0xFFFF_FFFF;
    if far || end as u64 + 22 + comment != tail_length || offset + size != end_at || count > PARTS_MAX {
        return Err(broken().into());
    }
    parse_directory(&read_at(file, offset, size)?, count)
}

fn read_at(file: &mut File, at: u64, length: u64) -> Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at)).or_fault("seek in the import file")?;
    let mut bytes = vec![0; length as usize];
    file.read_exact(&mut bytes).map_err(|_| broken())?;
    Ok(bytes)
}

fn parse_directory(directory: &[u8], count: u64) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    let mut at = 0;
    for _ in 0..count {
        if le(directory, at, 4)? != 0x0201_4b50 || le(directory, at + 8, 2)? & 1 != 0 {
            return Err(broken().into());
        }
        let (name, extra, comment) = (
            le(directory, at + 28, 2)? as usize,
            le(directory, at + 30, 2)? as usize,
            le(directory, at + 32, 2)? as usize,
        );
        let bytes = directory.get(at + 46..at + 46 + name).ok_or_else(broken)?;
        let fields = directory.get(at + 46 + name..at + 46 + name + extra).ok_or_else(broken)?;
        let mut part = Part {
            name: String::from_utf8_lossy(bytes).replace('\\', "/"),
            method: le(directory, at + 10, 2)? as u16,
            compressed: le(directory, at + 20, 4)?,
            offset: le(directory, at + 42, 4)?,
        };
        widen(&mut part, le(directory, at + 24, 4)?, fields)?;
        parts.push(part);
        at += 46 + name + extra + comment;
    }
    if at != directory.len() {
        return Err(broken().into());
    }
    Ok(parts)
}

/// Some writers put 64-bit sizes into the extra field even where 32 bits would do.
fn widen(part: &mut Part, uncompressed: u64, fields: &[u8]) -> Result<()> {
    const FULL: u64 = 0xFFFF_FFFF;
    let mut at = 0;
    while at + 4 <= fields.len() {
        let (id, length) = (le(fields, at, 2)?, le(fields, at + 2, 2)? as usize);
        at += 4;
        if id == 1 {
            let mut inner = at;
            if uncompressed == FULL {
                inner += 8;
            }
            if part.compressed == FULL {
                part.compressed = le(fields, inner, 8)?;
                inner += 8;
            }
            if part.offset == FULL {
                part.offset = le(fields, inner, 8)?;
            }
        }
        at += length;
    }
    Ok(())
}

/// The sheets of an archive that was checked.
pub(super) fn sheet_parts(file: &mut File) -> Result<Vec<Part>> {
    let mut parts = read_directory(file)?;
    parts.retain(|part| is_sheet(&part.name.to_ascii_lowercase()));
    Ok(parts)
}

fn is_sheet(name: &str) -> bool {
    name.starts_with("xl/worksheets/") && name.ends_with(".xml")
}

/// Inflates one part into nothing; answers its true size.
fn inflate(file: &mut File, part: &Part, budget: u64) -> Result<u64> {
    measure(part_reader(file, part)?, part, budget)
}

/// The inflated bytes of a part.
pub(super) fn part_reader<'f>(file: &'f mut File, part: &Part) -> Result<Box<dyn Read + 'f>> {
    let header = read_at(file, part.offset, 30)?;
    if le(&header, 0, 4)? != 0x0403_4b50 {
        return Err(broken().into());
    }
    let skip = le(&header, 26, 2)? + le(&header, 28, 2)?;
    file.seek(SeekFrom::Start(part.offset + 30 + skip)).or_fault("seek in the import file")?;
    let raw = (&mut *file).take(part.compressed);
    match part.method {
        0 => Ok(Box::new(raw)),
        8 => Ok(Box::new(DeflateDecoder::new(raw))),
        _ => Err(broken().into()),
    }
}

fn measure(mut input: impl Read, part: &Part, budget: u64) -> Result<u64> {
    let name = part.name.to_ascii_lowercase();
    let limit = if is_sheet(&name) { budget } else { budget.min(HELD_MAX) };
    let mut markup = (name.ends_with(".xml") || name.ends_with(".rels")).then(Markup::default);
    let mut buffer = vec![0; 64 * 1024];
    let mut total = 0_u64;
    loop {
        let length = input.read(&mut buffer).map_err(|_| broken())?;
        if length == 0 {
            return Ok(total);
        }
        total += length as u64;
        let ratio_broken = total > RATIO_FREE && total > part.compressed.saturating_mul(RATIO_MAX);
        if total > limit || ratio_broken {
            return Err(bomb().into());
        }
        if let Some(markup) = &mut markup {
            markup.check(&buffer[..length], name.ends_with("sharedstrings.xml"))?;
        }
    }
}

/// Watches the tags of a part go by.
#[derive(Default)]
struct Markup {
    stretch: u64,
    /// The last bytes of the previous chunk, for signs that lie across the border.
    tail: Vec<u8>,
}

impl Markup {
    fn check(&mut self, chunk: &[u8], shared: bool) -> Result<()> {
        let mut joined = std::mem::take(&mut self.tail);
        let seen = joined.len();
        joined.extend_from_slice(chunk);
        if joined.len() < 4_096 && memchr::memchr(0, &joined).is_some() {
            return Err(Refusal::new("a workbook whose parts are not UTF-8", BROKEN).into());
        }
        let mut last = 0;
        for at in memchr_iter(b'<', &joined) {
            if joined.get(at + 1) == Some(&b'!') {
                return Err(
                    Refusal::new("a workbook with declarations that workbooks do not use", BROKEN).into()
                );
            }
            let stretch = (at - last) as u64 + if last == 0 { self.stretch } else { 0 };
            if stretch > STRETCH_MAX {
                return Err(bomb().into());
            }
            last = at;
        }
        self.stretch = (joined.len() - last) as u64 + if last == 0 { self.stretch } else { 0 };
        if self.stretch > STRETCH_MAX + seen as u64 {
            return Err(bomb().into());
        }
        if shared {
            check_announcement(&joined)?;
        }
        self.tail = joined[joined.len().saturating_sub(64)..].to_vec();
        self.stretch = self.stretch.saturating_sub(self.tail.len() as u64);
        Ok(())
    }
}

/// The reader reserves memory for as many texts as `uniqueCount` announces.
fn check_announcement(xml: &[u8]) -> Result<()> {
    for at in memchr::memmem::find_iter(xml, b"uniqueCount") {
        let value = xml[at + 11..]
            .iter()
            .skip_while(|b| b.is_ascii_whitespace() || matches!(**b, b'=' | b'"' | b'\''));
        let digits = value.take_while(|b| b.is_ascii_digit()).take(20);
        let announced = digits.fold(0_u64, |n, b| n.saturating_mul(10).saturating_add(u64::from(b - b'0')));
        if announced > SHARED_TEXTS_MAX {
            return Err(bomb().into());
        }
    }
    Ok(())
}
