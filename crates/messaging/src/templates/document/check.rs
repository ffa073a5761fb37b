//! Checks of a document: sizes, names, colours, addresses, Liquid in its texts.

use super::blocks;
use super::{Document, MAX_BLOCKS, MAX_COLUMNS, MAX_ROWS, Row, Settings};
use crate::templates::liquid::ast::Escape;
use crate::templates::liquid::{lexer, parser};
use crate::templates::model::{Part, TemplateIssue};
use serde_json::Value as Json;
use std::collections::HashSet;
use std::ops::RangeInclusive;

/// Collects issues under a JSON pointer.
pub struct Checker {
    pointer: String,
    issues: Vec<TemplateIssue>,
}

impl Checker {
    /// Begins at a pointer.
    pub fn at(pointer: impl Into<String>) -> Self {
        Checker { pointer: pointer.into(), issues: Vec::new() }
    }

    /// What was found.
    pub fn finish(self) -> Vec<TemplateIssue> {
        self.issues
    }

    /// Notes an issue at a field.
    pub fn issue(&mut self, field: &str, code: &'static str, message: impl Into<String>) {
        self.issues.push(TemplateIssue::in_document(format!("{}{field}", self.pointer), code, message));
    }

    /// Checks something one level deeper.
    pub fn within(&mut self, field: &str, check: impl FnOnce(&mut Checker)) {
        let length = self.pointer.len();
        self.pointer.push_str(field);
        check(self);
        self.pointer.truncate(length);
    }

    /// A number of a range.
    pub fn number(&mut self, field: &str, value: u32, range: RangeInclusive<u32>) {
        if !range.contains(&value) {
            self.issue(
                field,
                "out_of_range",
                format!("This is between {} and {}.", range.start(), range.end()),
            );
        }
    }

    /// A colour.
    pub fn color(&mut self, field: &str, value: &str) {
        let digits = value.strip_prefix('#').unwrap_or("");
        if !matches!(digits.len(), 3 | 6) || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            self.issue(field, "color", "A colour looks like #1f2937.");
        }
    }

    /// A colour that may be absent.
    pub fn optional_color(&mut self, field: &str, value: &Option<String>) {
        if let Some(value) = value {
            self.color(field, value);
        }
    }

    /// A text of limited length with sound Liquid in it.
    pub fn text(&mut self, field: &str, value: &str, longest: usize) {
        if value.len() > longest {
            self.issue(field, "too_long", format!("This has at most {longest} bytes."));
            return;
        }
        let parsed = lexer::lex(value, Part::Html)
            .and_then(|tokens| parser::parse(&tokens, Part::Html, Escape::Html, false));
        if let Err(issue) = parsed {
            let pointer = format!("{}{field}", self.pointer);
            self.issues.push(TemplateIssue { pointer: Some(pointer), ..issue });
        }
    }

    /// A text that is not empty.
    pub fn required_text(&mut self, field: &str, value: &str, longest: usize) {
        if value.trim().is_empty() {
            self.issue(field, "required", "This is needed.");
        }
        self.text(field, value, longest);
    }

    /// An address: absolute, or one that begins with a variable.
    pub fn address(&mut self, field: &str, value: &str) {
        self.required_text(field, value, 2_000);
        let lower = value.trim().to_ascii_lowercase();
        let good = ["https://", "http://", "mailto:", "tel:", "{{", "#"];
        if !lower.is_empty() && !good.iter().any(|g| lower.starts_with(g)) {
            self.issue(
                field,
                "address",
                "An address begins with https://, mailto: or tel:, or is a variable.",
            );
        }
    }

    /// The address of an image.
    pub fn image(&mut self, field: &str, value: &str) {
        self.required_text(field, value, 2_000);
        let lower = value.trim().to_ascii_lowercase();
        if !lower.is_empty() && !["https://", "http://", "{{"].iter().any(|g| lower.starts_with(g)) {
            self.issue(field, "address", "The address of an image begins with https://.");
        }
    }

    /// One of a few words.
    pub fn word(&mut self, field: &str, value: &str, words: &[&str]) {
        if !words.contains(&value) {
            self.issue(field, "unknown_word", format!("This is one of {}.", words.join(", ")));
        }
    }

    /// A Liquid condition.
    pub fn condition(&mut self, field: &str, value: &Option<String>) {
        let Some(condition) = value else { return };
        if condition.contains("%}") || condition.trim().is_empty() {
            self.issue(field, "condition", "A condition looks like contact.tags contains 'vip'.");
            return;
        }
        self.text(field, &format!("{{% if {condition} %}}{{% endif %}}"), 1_000);
    }

    /// A name within the document.
    fn id(&mut self, field: &str, id: &str, seen: &mut HashSet<String>) {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if id.is_empty() || id.len() > 40 || !id.chars().all(plain) {
            self.issue(field, "id", "An id has 1 to 40 letters, digits, - or _.");
        } else if !seen.insert(id.to_owned()) {
            self.issue(field, "duplicate", format!("The id {id} is used twice."));
        }
    }
}

/// Checks a whole document.
pub fn document(document: &Document) -> Vec<TemplateIssue> {
    let mut checker = Checker::at("");
    let mut seen = HashSet::new();
    settings(&document.settings, &mut checker);
    if document.rows.is_empty() || document.rows.len() > MAX_ROWS {
        checker.issue("/rows", "count", format!("A document has 1 to {MAX_ROWS} rows."));
    }
    for (index, row) in document.rows.iter().take(MAX_ROWS).enumerate() {
        checker.within(&format!("/rows/{index}"), |c| check_row(row, c, &mut seen));
    }
    checker.finish()
}

fn settings(settings: &Settings, checker: &mut Checker) {
    checker.within("/settings", |c| {
        c.number("/width", settings.width, 320..=900);
        c.number("/font_size", settings.font_size, 10..=32);
        c.number("/button_radius", settings.button_radius, 0..=40);
        for (field, color) in [
            ("/background", &settings.background),
            ("/content_background", &settings.content_background),
            ("/text_color", &settings.text_color),
            ("/link_color", &settings.link_color),
            ("/button_background", &settings.button_background),
            ("/button_color", &settings.button_color),
        ] {
            c.color(field, color);
        }
        let plain = |ch: char| ch.is_ascii_alphanumeric() || " ,-'".contains(ch);
        if settings.font.is_empty() || settings.font.len() > 200 || !settings.font.chars().all(plain) {
            c.issue(
                "/font",
                "font",
                "Font names are separated by commas, like Helvetica, Arial, sans-serif.",
            );
        }
    });
}

fn check_row(row: &Row, checker: &mut Checker, seen: &mut HashSet<String>) {
    checker.id("/id", &row.id, seen);
    checker.optional_color("/background", &row.background);
    checker.number("/padding", row.padding, 0..=100);
    checker.condition("/visible_if", &row.visible_if);
    if row.columns.is_empty() || row.columns.len() > MAX_COLUMNS {
        checker.issue("/columns", "count", format!("A row has 1 to {MAX_COLUMNS} columns."));
    }
    let widths: Vec<u32> = row.columns.iter().filter_map(|c| c.width).collect();
    if widths.iter().any(|w| !(5..=100).contains(w))
        || widths.iter().map(|w| u64::from(*w)).sum::<u64>() > 100
    {
        checker.issue("/columns", "width", "Widths are between 5 and 100 percent, together at most 100.");
    }
    for (c, column) in row.columns.iter().take(MAX_COLUMNS).enumerate() {
        if column.blocks.len() > MAX_BLOCKS {
            checker.issue(
                &format!("/columns/{c}/blocks"),
                "count",
                format!("A column has at most {MAX_BLOCKS} blocks."),
            );
        }
        for (b, block) in column.blocks.iter().take(MAX_BLOCKS).enumerate() {
            checker.within(&format!("/columns/{c}/blocks/{b}"), |checker| check_block(block, checker, seen));
        }
    }
}

fn check_block(block: &Json, checker: &mut Checker, seen: &mut HashSet<String>) {
    checker.id("/id", block.get("id").and_then(Json::as_str).unwrap_or(""), seen);
    match block.get("visible_if") {
        None | Some(Json::Null) => {}
        Some(Json::String(condition)) => checker.condition("/visible_if", &Some(condition.clone())),
        Some(_) => checker.issue("/visible_if", "condition", "A condition is a text."),
    }
    let kind = block.get("type").and_then(Json::as_str).unwrap_or("");
    match blocks::find(kind) {
        Some(found) => (found.check)(&blocks::own_fields(block), checker),
        None => {
            let kinds: Vec<&str> = blocks::BLOCKS.iter().map(|b| b.kind).collect();
            checker.issue(
                "/type",
                "unknown_block",
                format!("The type of a block is one of {}.", kinds.join(", ")),
            );
        }
    }
}
