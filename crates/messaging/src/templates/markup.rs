//! A flat reader of HTML and MJML: no tree, no recursion, linear time, whatever it is given.
//!
//! It finds tags, attributes, comments and text as the HTML standard's tokenizer does for documents
//! without errors. It guards the real parsers (size and depth are measured before they run), tells in
//! which surroundings a piece of Liquid stands, and is the base of the text part.

use super::model::*;
use std::ops::Range;

/// Elements without content.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Elements whose content is text to the parser.
const RAW_TEXT: &[&str] = &["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"];

/// The same in MJML.
const RAW_MJML: &[&str] = &["mj-style", "mj-title", "mj-preview"];

/// Elements that end by themselves where another begins, so that many in a row are not nested.
const IMPLIED_END: &[&str] =
    &["p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "dt", "dd", "option", "optgroup", "colgroup"];

/// Elements a parser opens again after their surroundings were closed.
const FORMATTING: &[&str] =
    &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// An attribute in a start tag.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: Range<usize>,
    /// Its value, without quotes.
    pub value: Range<usize>,
    /// True if the value stands in quotes.
    pub quoted: bool,
}

/// One piece of markup.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Text; `inside` names the raw text element it belongs to.
    Text {
        /// Where.
        range: Range<usize>,
        /// The raw text element around it.
        inside: Option<String>,
    },
    /// `<name …>`.
    Open {
        /// In lower case.
        name: String,
        /// Where.
        range: Range<usize>,
        /// Its attributes.
        attributes: Vec<Attribute>,
        /// Ends with `/>`.
        self_closing: bool,
    },
    /// `</name>`.
    Close {
        /// In lower case.
        name: String,
        /// Where.
        range: Range<usize>,
    },
    /// A comment, doctype or instruction.
    Comment {
        /// Where, with its delimiters.
        range: Range<usize>,
    },
}

/// Reads markup piece by piece.
pub struct Reader<'s> {
    source: &'s str,
    at: usize,
    raw: Option<String>,
}

impl<'s> Reader<'s> {
    /// From the start.
    pub fn new(source: &'s str) -> Self {
        Reader { source, at: 0, raw: None }
    }

    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    fn text(&mut self, length: usize, inside: Option<String>) -> Piece {
        let range = self.at..self.at + length;
        self.at = range.end;
        Piece::Text { range, inside }
    }

    /// A tag that never ends: everything from here is text, and is not looked at again.
    fn all_text(&mut self) -> Piece {
        self.text(self.rest().len(), None)
    }

    fn comment(&mut self, length: usize) -> Piece {
        let range = self.at..self.at + length;
        self.at = range.end;
        Piece::Comment { range }
    }

    /// The content of a raw text element, up to its end tag.
    fn raw_text(&mut self, name: String) -> Option<Piece> {
        let length = raw_end(self.rest(), &name).unwrap_or(self.rest().len());
        (length > 0).then(|| self.text(length, Some(name)))
    }

    fn markup(&mut self) -> Option<Piece> {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        match bytes.get(1)? {
            b'!' | b'?' => Some(self.comment(comment_length(rest))),
            b'/' if bytes.get(2).is_some_and(u8::is_ascii_alphabetic) => {
                let Some(length) = memchr::memchr(b'>', bytes).map(|i| i + 1) else {
                    return Some(self.all_text());
                };
                let name = tag_name(&rest[2..]);
                let range = self.at..self.at + length;
                self.at = range.end;
                Some(Piece::Close { name: name.to_ascii_lowercase(), range })
            }
            b'/' => Some(self.comment(memchr::memchr(b'>', bytes).map_or(rest.len(), |i| i + 1))),
            b if b.is_ascii_alphabetic() => Some(self.open().unwrap_or_else(|| self.all_text())),
            _ => None,
        }
    }

    fn open(&mut self) -> Option<Piece> {
        let start = self.at;
        let name = tag_name(&self.source[start + 1..]);
        let mut at = start + 1 + name.len();
        let bytes = self.source.as_bytes();
        let (mut attributes, mut self_closing) = (Vec::new(), false);
        loop {
            match bytes.get(at)? {
                b'>' => break,
                b'/' => (self_closing, at) = (true, at + 1),
                b if b.is_ascii_whitespace() => at += 1,
                _ => {
                    let attribute = attribute(self.source, at)?;
                    at = attribute.value.end + usize::from(attribute.quoted);
                    self_closing = false;
                    attributes.push(attribute);
                }
            }
        }
        let name = name.to_ascii_lowercase();
        let is_raw = RAW_TEXT.contains(&name.as_str()) || RAW_MJML.contains(&name.as_str());
        self.raw = (is_raw && !self_closing).then(|| name.clone());
        self.at = at + 1;
        Some(Piece::Open { name, range: start..self.at, attributes, self_closing })
    }
}

impl Iterator for Reader<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        if let Some(name) = self.raw.take()
            && let Some(piece) = self.raw_text(name)
        {
            return Some(piece);
        }
        let rest = self.rest();
        if rest.is_empty() {
            return None;
        }
        if let Some(after) = rest.strip_prefix('<') {
            if let Some(piece) = self.markup() {
                return Some(piece);
            }
            // A lone `<`.
            let length = after.find('<').map_or(rest.len(), |i| i + 1);
            return Some(self.text(length, None));
        }
        let length = rest.find('<').unwrap_or(rest.len());
        Some(self.text(length, None))
    }
}

fn tag_name(text: &str) -> &str {
    let end = text.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>').unwrap_or(text.len());
    &text[..end]
}

fn comment_length(text: &str) -> usize {
    let end = |needle: &str, from: usize| {
        text.get(from..).and_then(|t| t.find(needle)).map(|i| i + from + needle.len())
    };
    match text.strip_prefix("<!--") {
        Some(body) if body.starts_with('>') => 5,
        Some(body) if body.starts_with("->") => 6,
        Some(_) => end("-->", 4).unwrap_or(text.len()),
        None => end(">", 2).unwrap_or(text.len()),
    }
}

fn attribute(source: &str, start: usize) -> Option<Attribute> {
    let bytes = source.as_bytes();
    let is_name = |b: u8| !b.is_ascii_whitespace() && !matches!(b, b'=' | b'>' | b'/');
    // A name may begin with `=`; the standard says so.
    let mut at = start + 1;
    while is_name(*bytes.get(at)?) {
        at += 1;
    }
    let name = start..at;
    let mut value = at;
    while bytes.get(value)?.is_ascii_whitespace() {
        value += 1;
    }
    if bytes[value] != b'=' {
        return Some(Attribute { value: at..at, name, quoted: false });
    }
    value += 1;
    while bytes.get(value)?.is_ascii_whitespace() {
        value += 1;
    }
    if let quote @ (b'"' | b'\'') = bytes[value] {
        let end = memchr::memchr(quote, &bytes[value + 1..])? + value + 1;
        return Some(Attribute { name, value: value + 1..end, quoted: true });
    }
    let mut end = value;
    while !bytes.get(end)?.is_ascii_whitespace() && bytes[end] != b'>' {
        end += 1;
    }
    Some(Attribute { name, value: value..end, quoted: false })
}

fn raw_end(text: &str, name: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, b"</").find(|i| {
        let after = &bytes[i + 2..];
        after.len() >= name.len()
            && after[..name.len()].eq_ignore_ascii_case(name.as_bytes())
            && after.get(name.len()).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))
    })
}

/// Refuses markup that would cost a parser too much: size and depth, measured without a parser.
pub fn guard(source: &str, is_mjml: bool) -> Result<(), TemplateIssue> {
    if source.len() > MAX_MARKUP_BYTES {
        let message = format!(
            "The body has at most {} KiB; this has {} KiB.",
            MAX_MARKUP_BYTES / 1024,
            source.len() / 1024
        );
        return Err(TemplateIssue::of_part(Part::Html, "too_large", message));
    }
    let limit = if is_mjml { MAX_MJML_DEPTH } else { MAX_HTML_DEPTH };
    match first_beyond(source, limit) {
        None => Ok(()),
        Some(at) => {
            let line = source[..at].matches('\n').count() as u32 + 1;
            let message = format!("Elements nest at most {limit} deep.");
            Err(TemplateIssue { line: Some(line), ..TemplateIssue::of_part(Part::Html, "too_deep", message) })
        }
    }
}

/// Where the depth first exceeds a limit.
fn first_beyond(source: &str, limit: usize) -> Option<usize> {
    let mut open: Vec<String> = Vec::new();
    let mut formatting: Vec<String> = Vec::new();
    for piece in Reader::new(source) {
        match piece {
            Piece::Open { name, self_closing, range, .. } => {
                let closes_itself = VOID.contains(&name.as_str()) || (self_closing && name.contains('-'));
                if closes_itself || IMPLIED_END.contains(&name.as_str()) {
                    continue;
                }
                let is_formatting = FORMATTING.contains(&name.as_str());
                if is_formatting {
                    formatting.push(name)
                } else {
                    open.push(name)
                }
                if open.len() + formatting.len() > limit {
                    return Some(range.start);
                }
            }
            Piece::Close { name, .. } => {
                let list = if FORMATTING.contains(&name.as_str()) { &mut formatting } else { &mut open };
                if let Some(index) = list.iter().rposition(|n| *n == name) {
                    list.truncate(index);
                }
            }
            _ => {}
        }
    }
    None
}

/// Turns the character references that addresses use back into characters.
pub fn decode_entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(index) = rest.find('&') {
        out.push_str(&rest[..index]);
        rest = &rest[index..];
        let end = rest.bytes().take(12).position(|b| b == b';').unwrap_or(0);
        match rest.get(1..end).and_then(entity) {
            Some(character) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "zwnj" => '\u{200c}',
        "shy" => '\u{ad}',
        "copy" => '©',
        "reg" => '®',
        "trade" => '™',
        "hellip" => '…',
        "mdash" => '—',
        "ndash" => '–',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "bull" => '•',
        "middot" => '·',
        "times" => '×',
        "euro" => '€',
        "pound" => '£',
        "yen" => '¥',
        "laquo" => '«',
        "raquo" => '»',
        "rarr" => '→',
        "larr" => '←',
        _ => return None,
    })
}
