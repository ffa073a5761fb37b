//! Splits a source into text, outputs and tags, with positions; applies whitespace control, `raw` and
//! comments.
//!
//! The tokens, not the source, are what travels through the markup passes: text is replaced there,
//! outputs and tags keep their places in the author's source.

use super::ast::Escape;
use crate::templates::model::{MAX_SOURCE_BYTES, Part, Position, TemplateIssue};

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// Constant text.
    Text(String),
    /// `{{ … }}`, the text between, and how it is written if not as usual in its part.
    Output(Code, Option<Escape>),
    /// `{% … %}`.
    Tag {
        /// The first word.
        name: String,
        /// The rest.
        code: Code,
    },
    /// The address of a numbered link; set by the link pass. Inside are texts and outputs.
    Link {
        /// Its number.
        number: u16,
        /// What is written when clicks are not measured.
        plain: Vec<Token>,
    },
    /// The open pixel; set by the link pass.
    Pixel,
}

/// Text to be parsed as an expression or a tag's arguments, with the place where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The text.
    pub text: String,
    /// Place of its first character.
    pub position: Position,
}

/// Splits a source. The first error ends it.
pub fn lex(source: &str, part: Part) -> Result<Vec<Token>, TemplateIssue> {
    if source.len() > MAX_SOURCE_BYTES {
        return Err(TemplateIssue::of_part(
            part,
            "too_large",
            format!(
                "A template has at most {} KiB; this has {} KiB.",
                MAX_SOURCE_BYTES / 1024,
                source.len() / 1024
            ),
        ));
    }
    let position = Position { part, line: 1, column: 1 };
    Lexer { source, at: 0, position, tokens: Vec::new(), trim_next: false }.run()
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
    position: Position,
    tokens: Vec<Token>,
    trim_next: bool,
}

impl<'s> Lexer<'s> {
    fn run(mut self) -> Result<Vec<Token>, TemplateIssue> {
        while self.at < self.source.len() {
            let rest = &self.source[self.at..];
            match find_open(rest) {
                Some(offset) => {
                    let is_output = rest[offset..].starts_with("{{");
                    self.text(offset, rest[offset + 2..].starts_with('-'));
                    self.markup(is_output)?;
                }
                None => self.text(rest.len(), false),
            }
        }
        Ok(self.tokens)
    }

    fn advance(&mut self, bytes: usize) {
        let passed = &self.source[self.at..self.at + bytes];
        self.position = moved(self.position, passed);
        self.at += bytes;
    }

    fn text(&mut self, bytes: usize, trim_end: bool) {
        let text = &self.source[self.at..self.at + bytes];
        self.push_text(text, trim_end);
        self.advance(bytes);
    }

    fn push_text(&mut self, text: &str, trim_end: bool) {
        let text = if std::mem::take(&mut self.trim_next) { text.trim_start() } else { text };
        let text = if trim_end { text.trim_end() } else { text };
        if !text.is_empty() {
            self.tokens.push(Token::Text(text.to_owned()));
        }
    }

    fn markup(&mut self, is_output: bool) -> Result<(), TemplateIssue> {
        let opened = self.position;
        let (close, word) = if is_output { ("}}", "{{") } else { ("%}", "{%") };
        let rest = &self.source[self.at + 2..];
        let length = rest.find(close).ok_or_else(|| {
            TemplateIssue::at(opened, "unclosed", format!("This {word} is never closed: {close} is missing."))
        })?;
        let mut inner = &rest[..length];
        self.advance(2);
        if let Some(shorter) = inner.strip_prefix('-') {
            inner = shorter;
            self.advance(1);
        }
        let trim = inner.ends_with('-');
        inner = inner.strip_suffix('-').unwrap_or(inner);
        let leading = inner.len() - inner.trim_start().len();
        self.advance(leading);
        let code = Code { text: inner.trim().to_owned(), position: self.position };
        let end = inner.len() - leading + usize::from(trim) + 2;
        self.advance(end);
        self.trim_next = trim;
        match is_output {
            true => self.tokens.push(Token::Output(code, None)),
            false => self.tag(code, opened)?,
        }
        Ok(())
    }

    fn tag(&mut self, code: Code, opened: Position) -> Result<(), TemplateIssue> {
        let (name, arguments) = split_tag(&code);
        match name.as_str() {
            "#" | "" if code.text.starts_with('#') => Ok(()),
            "" => Err(TemplateIssue::at(opened, "empty_tag", "A tag has a name, like {% if %}.")),
            "raw" => self.raw(opened),
            "comment" => self.comment(opened),
            "liquid" => self.liquid(&arguments),
            "echo" => {
                self.tokens.push(Token::Output(arguments, None));
                Ok(())
            }
            _ => {
                self.tokens.push(Token::Tag { name, code: arguments });
                Ok(())
            }
        }
    }

    /// Takes everything up to `{% endraw %}` as text.
    fn raw(&mut self, opened: Position) -> Result<(), TemplateIssue> {
        let rest = &self.source[self.at..];
        let (start, end) = tags_in(rest)
            .find(|(name, ..)| *name == "endraw")
            .map(|(_, start, end)| (start, end))
            .ok_or_else(|| {
                TemplateIssue::at(opened, "unclosed", "This raw is never closed: {% endraw %} is missing.")
            })?;
        let closing = &rest[start..end];
        self.text(start, closing.starts_with("{%-"));
        self.advance(end - start);
        self.trim_next = closing.ends_with("-%}");
        Ok(())
    }

    /// Drops everything up to the matching `{% endcomment %}`.
    fn comment(&mut self, opened: Position) -> Result<(), TemplateIssue> {
        let rest = &self.source[self.at..];
        let mut depth = 1;
        for (name, _, end) in tags_in(rest) {
            match name {
                "comment" => depth += 1,
                "endcomment" => depth -= 1,
                _ => continue,
            }
            if depth == 0 {
                self.advance(end);
                self.trim_next = rest[..end].ends_with("-%}");
                return Ok(());
            }
        }
        let message = "This comment is never closed: {% endcomment %} is missing.";
        Err(TemplateIssue::at(opened, "unclosed", message))
    }

    /// `{% liquid %}`: one tag a line.
    fn liquid(&mut self, code: &Code) -> Result<(), TemplateIssue> {
        let mut in_comment = 0;
        for (index, line) in code.text.lines().enumerate() {
            let trimmed = line.trim();
            let indent = line.chars().take_while(|c| c.is_whitespace()).count() as u32;
            let column = if index == 0 { code.position.column } else { 1 } + indent;
            let position = Position { line: code.position.line + index as u32, column, ..code.position };
            let (name, arguments) = split_tag(&Code { text: trimmed.to_owned(), position });
            match name.as_str() {
                "comment" => in_comment += 1,
                "endcomment" => in_comment -= 1,
                _ if in_comment > 0 || trimmed.is_empty() || trimmed.starts_with('#') => {}
                "echo" => self.tokens.push(Token::Output(arguments, None)),
                "raw" | "liquid" => {
                    let message = format!("{name} does not stand inside a liquid tag.");
                    return Err(TemplateIssue::at(position, "unknown_tag", message));
                }
                _ => self.tokens.push(Token::Tag { name, code: arguments }),
            }
        }
        Ok(())
    }
}

/// First `{{` or `{%`.
fn find_open(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'{', bytes).find(|i| matches!(bytes.get(i + 1), Some(b'{' | b'%')))
}

/// The tags of a text: name, start, end. One walk, however they nest.
fn tags_in(text: &str) -> impl Iterator<Item = (&str, usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find("{%")?;
        let inner = text[start + 2..].strip_prefix('-').unwrap_or(&text[start + 2..]).trim_start();
        let name_end = inner.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(inner.len());
        let end = start + 2 + text[start + 2..].find("%}")? + 2;
        at = end;
        Some((&inner[..name_end], start, end))
    })
}

/// The first word of a tag, and the rest with its place.
fn split_tag(code: &Code) -> (String, Code) {
    let end = code.text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(code.text.len());
    let (name, rest) = code.text.split_at(end);
    let trimmed = rest.trim_start();
    let passed = &code.text[..code.text.len() - trimmed.len()];
    (name.to_owned(), Code { text: trimmed.to_owned(), position: moved(code.position, passed) })
}

/// The position after some text.
pub fn moved(position: Position, passed: &str) -> Position {
    match passed.rfind('\n') {
        Some(last) => Position {
            line: position.line + passed.matches('\n').count() as u32,
            column: passed[last + 1..].chars().count() as u32 + 1,
            ..position
        },
        None => Position { column: position.column + passed.chars().count() as u32, ..position },
    }
}
