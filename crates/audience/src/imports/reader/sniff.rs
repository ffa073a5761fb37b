//! What a file is by its first bytes, and the refusal of what is no table, in words that help.

use super::encoding::certain;
use kernel::{Code, Error, Problem};

/// Why a file is no table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What it looks like.
    pub looks_like: &'static str,
    /// What to do.
    pub advice: &'static str,
}

impl Refusal {
    pub(super) fn new(looks_like: &'static str, advice: &'static str) -> Self {
        Refusal { looks_like, advice }
    }
}

impl From<Refusal> for Error {
    fn from(r: Refusal) -> Self {
        let detail =
            format!("This file is no table of contacts: it looks like {}. {}", r.looks_like, r.advice);
        Problem::new(Code::UnsupportedMediaType, detail).into()
    }
}

/// What may be read further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Delimited text.
    Text,
    /// A zip archive; perhaps a workbook.
    Archive,
}

pub(super) const SAVE_AS: &str = "Save the table as CSV (UTF-8) or .xlsx and import that.";
pub(super) const UNPACK: &str = "Unpack it and import the table inside.";

/// First bytes of what is not text, and what it is.
const SIGNATURES: &[(&[u8], &str, &str)] = &[
    (b"%PDF", "a PDF document", SAVE_AS),
    (b"\x89PNG", "a PNG image", SAVE_AS),
    (b"\xFF\xD8\xFF", "a JPEG image", SAVE_AS),
    (b"GIF8", "a GIF image", SAVE_AS),
    (b"RIFF", "an image or sound", SAVE_AS),
    (b"BM", "a bitmap image", SAVE_AS),
    (b"\xD0\xCF\x11\xE0", "an old .xls workbook or one with a password", SAVE_AS),
    (b"\x1F\x8B", "a gzip archive", UNPACK),
    (b"7z\xBC\xAF", "a 7-Zip archive", UNPACK),
    (b"Rar!", "a RAR archive", UNPACK),
    (b"BZh", "a bzip2 archive", UNPACK),
    (b"\xFD7zXZ", "an xz archive", UNPACK),
    (b"\x28\xB5\x2F\xFD", "a zstd archive", UNPACK),
    (b"SQLite format 3\0", "a SQLite database", SAVE_AS),
    (b"\x7FELF", "a program", SAVE_AS),
    (b"MZ", "a program", SAVE_AS),
    (b"PAR1", "a Parquet file", SAVE_AS),
    (b"{\\rtf", "a text document (RTF)", SAVE_AS),
];

/// Judges the first bytes of a file.
pub(super) fn sniff(head: &[u8]) -> Result<Kind, Refusal> {
    if head.is_empty() || head.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::new("an empty file", "Export the contacts again and import that file."));
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Archive);
    }
    // Two letters alone may begin a header; a binary file has control characters too.
    let binary = control_share(head) > 2;
    for (signature, looks_like, advice) in SIGNATURES {
        if head.starts_with(signature) && (signature.len() > 2 || binary) {
            return Err(Refusal::new(looks_like, advice));
        }
    }
    if certain(head).is_none() && binary {
        return Err(Refusal::new("binary data", SAVE_AS));
    }
    match markup(head) {
        Some(looks_like) => Err(Refusal::new(looks_like, SAVE_AS)),
        None => Ok(Kind::Text),
    }
}

/// Control characters that text does not use, in thousandths. Scattered zero bytes are tolerated: their
/// rows are reported.
fn control_share(head: &[u8]) -> usize {
    let odd = |b: &&u8| **b < 0x20 && !matches!(**b, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B);
    head.iter().filter(odd).count().saturating_sub(2) * 1_000 / head.len()
}

/// Texts that are no tables.
fn markup(head: &[u8]) -> Option<&'static str> {
    let start = String::from_utf8_lossy(&head[..head.len().min(4_096)]);
    let text = start.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let lower = text.to_ascii_lowercase();
    let squeezed: String = lower.chars().filter(|c| !c.is_whitespace()).take(64).collect();
    if ["{\"", "[{", "[[", "[\"", "{}", "[]"].iter().any(|s| squeezed.starts_with(s)) {
        return Some("JSON");
    }
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        return Some("a web page");
    }
    if lower.starts_with("<svg") || (lower.starts_with("<?xml") && lower.contains("<svg")) {
        return Some("an SVG image");
    }
    if lower.starts_with("<?xml") || lower.starts_with("<!doctype") {
        return Some("an XML document");
    }
    if lower.starts_with("begin:vcard") {
        return Some("a vCard file");
    }
    let mail = [
        "received:",
        "return-path:",
        "mime-version:",
        "message-id:",
        "delivered-to:",
        "from:",
        "dkim-signature:",
    ];
    let lines = lower.lines().take(40).filter(|l| mail.iter().any(|m| l.starts_with(m))).count();
    (lines >= 3 && mail.iter().any(|m| lower.starts_with(m))).then_some("an email message")
}
