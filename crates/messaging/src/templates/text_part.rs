//! Makes the plain text part from HTML: one walk, in order, so that Liquid blocks stay around what they
//! govern. Images become their descriptions, links show their addresses, layout tables leave no trace.

use super::liquid::lexer::Token;
use super::marks::Marks;
use super::markup::{Attribute, Piece, Reader, decode_entities};

/// Elements that begin on a line of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "li",
    "main",
    "nav",
    "ol",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
];

/// Elements with an empty line before and after.
const PARAGRAPHS: &[&str] = &["p", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "blockquote", "ul", "ol"];

/// Elements whose content is not read.
const SILENT: &[&str] =
    &["head", "script", "style", "title", "textarea", "noframes", "template", "svg", "math"];

/// The text of an HTML document. Marks of Liquid pass through.
pub fn from_html(html: &str, marks: &Marks) -> String {
    let mut writer =
        Writer { html, marks, out: String::new(), newlines: 2, space: false, silent: Vec::new(), link: None };
    for piece in Reader::new(html) {
        writer.piece(piece);
    }
    writer.finish()
}

struct Writer<'h> {
    html: &'h str,
    marks: &'h Marks,
    out: String,
    /// Line ends at the end of what is written; at least two at the start.
    newlines: usize,
    space: bool,
    /// Elements around us that are not read: the name, and how often it is open.
    silent: Vec<(String, usize)>,
    /// Address of the link we are in, and where its text begins.
    link: Option<(String, usize)>,
}

impl Writer<'_> {
    fn piece(&mut self, piece: Piece) {
        match piece {
            Piece::Open { name, attributes, self_closing, .. } => self.open(&name, &attributes, self_closing),
            Piece::Close { name, .. } => self.close(&name),
            Piece::Text { range, inside: None } if self.silent.is_empty() => {
                let text = decode_entities(&self.html[range]);
                self.text(&text);
            }
            Piece::Comment { range } if self.silent.is_empty() => self.blocks(&self.html[range]),
            _ => {}
        }
    }

    /// Blocks of Liquid in comments stay.
    fn blocks(&mut self, comment: &str) {
        for (range, token) in self.marks.find(comment) {
            if matches!(token, Token::Tag { .. }) {
                self.out.push_str(&comment[range]);
            }
        }
    }

    fn attribute(&self, attributes: &[Attribute], name: &str) -> Option<String> {
        let found = attributes.iter().find(|a| self.html[a.name.clone()].eq_ignore_ascii_case(name))?;
        Some(decode_entities(self.html[found.value.clone()].trim()))
    }

    fn open(&mut self, name: &str, attributes: &[Attribute], self_closing: bool) {
        if let Some((silent, depth)) = self.silent.last_mut() {
            *depth += usize::from(silent == name && !self_closing);
            return;
        }
        if SILENT.contains(&name) || self.is_hidden(name, attributes) {
            self.silent.push((name.to_owned(), 1));
            return;
        }
        match name {
            "br" => self.line(),
            "img" => {
                if let Some(alt) = self.attribute(attributes, "alt").filter(|alt| !alt.is_empty()) {
                    self.text(&alt);
                }
            }
            "a" => self.link = self.attribute(attributes, "href").map(|href| (href, self.out.len())),
            "td" | "th" => self.space = true,
            _ => self.break_for(name),
        }
        match name {
            "li" => self.out.push_str("- "),
            "hr" => self.out.push_str("----------------------------------------\n\n"),
            _ => {}
        }
    }

    fn is_hidden(&self, name: &str, attributes: &[Attribute]) -> bool {
        let style = self.attribute(attributes, "style").unwrap_or_default().to_ascii_lowercase();
        name != "img"
            && style.split(';').any(|rule| {
                rule.split_once(':')
                    .is_some_and(|(p, v)| p.trim() == "display" && v.trim().starts_with("none"))
            })
    }

    fn close(&mut self, name: &str) {
        if let Some((silent, depth)) = self.silent.last_mut() {
            *depth -= usize::from(silent == name);
            if *depth == 0 {
                self.silent.pop();
            }
            return;
        }
        match name {
            "a" => self.end_link(),
            _ => self.break_for(name),
        }
    }

    fn end_link(&mut self) {
        let Some((href, start)) = self.link.take() else { return };
        if href.is_empty() || href.starts_with('#') {
            return;
        }
        let label = self.out[start..].trim().to_owned();
        if self.marks.literal_address(&href).is_some_and(|literal| literal == label) {
            self.out.truncate(start);
            return self.text(&href);
        }
        let address = href.strip_prefix("mailto:").or(href.strip_prefix("tel:")).unwrap_or(&href);
        if label.is_empty() {
            self.text(address);
        } else if label != address {
            self.text(&format!(" ({address})"));
        }
    }

    fn break_for(&mut self, name: &str) {
        if PARAGRAPHS.contains(&name) {
            self.lines(2);
        } else if BLOCKS.contains(&name) {
            self.lines(1);
        }
    }

    fn line(&mut self) {
        self.lines(self.newlines + 1);
    }

    /// Ends the line so that at least `wanted` line ends stand here, at most two.
    fn lines(&mut self, wanted: usize) {
        self.space = false;
        while self.newlines < wanted.min(2) {
            self.out.push('\n');
            self.newlines += 1;
        }
    }

    fn text(&mut self, text: &str) {
        let invisible = |c: char| matches!(c, '\u{200b}' | '\u{34f}' | '\u{ad}' | '\u{feff}' | '\u{2007}');
        for c in text.chars().filter(|c| !invisible(*c)) {
            if c.is_whitespace() {
                self.space = true;
                continue;
            }
            if std::mem::take(&mut self.space) && self.newlines == 0 {
                self.out.push(' ');
            }
            self.out.push(c);
            self.newlines = 0;
        }
    }

    fn finish(self) -> String {
        let mut text = self.out.trim().to_owned();
        text.push('\n');
        text
    }
}
