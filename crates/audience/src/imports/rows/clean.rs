//! Cells as people and programs leave them: blanks around, invisible marks, a guard against formulas.

use std::borrow::Cow;

/// Why a value is no text.
pub const NOT_TEXT: &str =
    "the value holds characters that are not text in the file's encoding; save the file as UTF-8";

/// Trims a cell, takes off the apostrophe that keeps spreadsheets from reading a formula, and removes marks
/// that are invisible or turn the direction of writing. Errors: control characters or undecodable bytes.
pub fn clean(cell: &str) -> Result<Cow<'_, str>, &'static str> {
    let text = unguard(cell.trim());
    if text.bytes().all(|b| (0x20..0x7F).contains(&b)) {
        return Ok(Cow::Borrowed(text));
    }
    if text.chars().any(is_broken) {
        return Err(NOT_TEXT);
    }
    if !text.chars().any(is_invisible) {
        return Ok(Cow::Borrowed(text.trim()));
    }
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    Ok(Cow::Owned(unguard(visible.trim()).to_owned()))
}

/// `'+65…`, `'=…`, `'00123`: written so by exports that neutralise formulas, ours included, and by those
/// that keep spreadsheets from rounding long numbers.
fn unguard(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('\'') else { return text };
    let formula = inner.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']);
    let number = !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_digit());
    if formula || number { inner } else { text }
}

fn is_broken(c: char) -> bool {
    c == '\u{fffd}' || (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}'))
}

/// Zero-width and bidirectional controls (Unicode TR 9 and 36): they make two addresses look like one.
/// The joiners U+200C and U+200D are letters' business in some scripts and stay.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// True if one word mixes Latin letters with look-alikes from Cyrillic or Greek.
pub fn mixes_scripts(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    text.split(|c: char| !c.is_alphanumeric()).any(|word| {
        let latin = word.chars().any(|c| c.is_ascii_alphabetic());
        latin && word.chars().any(|c| matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}'))
    })
}
