//! Text in header fields: folding, quoted strings, encoded words (RFC 2047).
//!
//! Whatever goes in, what comes out has no line longer than 76 columns where that is possible, never
//! one above 998, and no line break that the text itself brought along.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;

/// Bytes of a subject or display name; what is beyond is cut at a character.
pub const TEXT_BYTES_MAX: usize = 2_000;
const LINE: usize = 76;
/// A word longer than this cannot be folded within the hard limit of 998 and is encoded instead.
const WORD_MAX: usize = 900;
const WRAPPER: usize = "=?UTF-8?B??=".len();

/// Appends an unstructured value (a subject). `column` is where it begins in its line.
pub fn write_text(text: &str, column: usize, out: &mut Vec<u8>) {
    if is_plain(text) && column + text.len() <= LINE {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    let text = neutralise(text);
    if !is_plain(&text) || text.split(' ').any(|word| word.len() > WORD_MAX) {
        return write_encoded(&text, column, out);
    }
    write_folded(&text, column, out);
}

/// Appends a display name as a phrase: atoms, a quoted string, or encoded words.
pub fn write_phrase(name: &str, column: usize, out: &mut Vec<u8>) {
    let name = neutralise(name);
    if !is_plain(&name) || column + name.len() + 2 > LINE {
        return write_encoded(&name, column, out);
    }
    let atom = |b: u8| b.is_ascii_alphanumeric() || b == b' ' || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    if name.bytes().all(atom) {
        return out.extend_from_slice(name.as_bytes());
    }
    out.push(b'"');
    for byte in name.bytes() {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
}

/// True if text can stand in a header as it is: printable ASCII that does not look encoded.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| (0x20..0x7f).contains(&b))
        && !text.contains("=?")
        && !text.starts_with(' ')
        && !text.ends_with(' ')
}

/// Replaces control characters and runs of white space by one space, trims, and cuts overlong text.
pub fn neutralise(text: &str) -> Cow<'_, str> {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let tidy = text.len() <= TEXT_BYTES_MAX
        && !text.contains(breaks)
        && !text.contains("  ")
        && text.trim().len() == text.len();
    if tidy {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(TEXT_BYTES_MAX));
    for word in text.split(|c: char| breaks(c) || c == ' ').filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        if out.len() > TEXT_BYTES_MAX {
            break;
        }
    }
    out.truncate(out.floor_char_boundary(TEXT_BYTES_MAX));
    let kept = out.trim_end().len();
    out.truncate(kept);
    Cow::Owned(out)
}

/// Folds at single spaces; the text is neutralised and plain.
fn write_folded(text: &str, mut column: usize, out: &mut Vec<u8>) {
    for (i, word) in text.split(' ').enumerate() {
        if i > 0 && column + 1 + word.len() > LINE {
            out.extend_from_slice(b"\r\n ");
            column = 1;
        } else if i > 0 {
            out.push(b' ');
            column += 1;
        }
        out.extend_from_slice(word.as_bytes());
        column += word.len();
    }
}

/// Appends encoded words, each at most 75 characters, in the shorter of the two encodings.
fn write_encoded(text: &str, column: usize, out: &mut Vec<u8>) {
    let is_q = text.bytes().map(quoted_length).sum::<usize>() <= text.len().div_ceil(3) * 4;
    let encode = if is_q { write_q } else { write_b };
    let room = |column: usize| {
        let columns = LINE.saturating_sub(column + WRAPPER).max(12);
        if is_q { columns } else { columns / 4 * 3 }
    };
    let (mut start, mut used, mut limit) = (0, 0, room(column));
    for (at, c) in text.char_indices() {
        let bytes = &text.as_bytes()[at..at + c.len_utf8()];
        let size = if is_q { bytes.iter().map(|b| quoted_length(*b)).sum() } else { bytes.len() };
        if used + size > limit {
            encode(&text[start..at], out);
            out.extend_from_slice(b"\r\n ");
            (start, used, limit) = (at, 0, room(1));
        }
        used += size;
    }
    encode(&text[start..], out);
}

/// In a phrase only these stand for themselves (RFC 2047 5 (3)); used everywhere.
fn quoted_length(byte: u8) -> usize {
    match byte {
        b' ' | b'!' | b'*' | b'+' | b'-' | b'/' => 1,
        b if b.is_ascii_alphanumeric() => 1,
        _ => 3,
    }
}

fn write_q(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    out.extend_from_slice(b"=?UTF-8?Q?");
    for byte in text.bytes() {
        match (byte, quoted_length(byte)) {
            (b' ', _) => out.push(b'_'),
            (_, 1) => out.push(byte),
            _ => out.extend_from_slice(&[b'=', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]),
        }
    }
    out.extend_from_slice(b"?=");
}

fn write_b(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"=?UTF-8?B?");
    let mut encoded = [0; 80];
    // A chunk is at most 48 bytes by the room given above, so 64 characters.
    let written = STANDARD.encode_slice(text, &mut encoded).expect("invariant: a chunk fits the buffer");
    out.extend_from_slice(&encoded[..written]);
    out.extend_from_slice(b"?=");
}
