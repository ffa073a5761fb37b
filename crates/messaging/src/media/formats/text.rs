//! Plain text: UTF-8 that no browser takes for anything else.

use super::super::model::Kind;
use super::{Cleaned, Refusal};

/// What markup and programs begin with.
fn begins_as_markup(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    ["<", "#!", "%!", "%PDF", "{\\rtf"].iter().any(|mark| start.starts_with(mark))
}

fn is_plain(c: char) -> bool {
    !c.is_control() || matches!(c, '\n' | '\r' | '\t')
}

/// True if the first bytes may be those of a text; a character cut in two at their end is no fault.
pub fn begins_as_text(head: &[u8]) -> bool {
    let whole = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(e) if e.error_len().is_none() => {
            std::str::from_utf8(&head[..e.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !whole.trim().is_empty() && whole.chars().all(is_plain) && !begins_as_markup(whole)
}

/// The same text without a byte order mark.
pub fn clean(bytes: Vec<u8>) -> Result<Cleaned, Refusal> {
    let text = String::from_utf8(bytes)
        .map_err(|_| Refusal::new("encoding", "The text is not UTF-8. Save it as UTF-8 and try again."))?;
    if text.trim().is_empty() || !text.chars().all(is_plain) || begins_as_markup(&text) {
        return Err(Refusal::new(
            "format",
            "The library takes plain text: no markup and no control characters.",
        ));
    }
    let text = text.trim_start_matches('\u{feff}').to_owned();
    Ok(Cleaned::new(Kind::Text, "text/plain; charset=utf-8", "txt", text.into_bytes()))
}
