//! Checks of a document: sizes, names, colours, addresses, Liquid in its texts.

use super::blocks;
use super::spec::Input;
use super::{Document, MAX_BLOCKS, MAX_COLUMNS, MAX_ROWS, Row, Settings};
use crate::templates::liquid::ast::Escape;
use crate::templates::liquid::{lexer, parser};
use crate::templates::model::{Part, TemplateIssue};
use serde_json::Value as Json;
use std::collections::HashSet;
use std::ops::RangeInclusive;

/// Longest address, in bytes.
pub const ADDRESS_MAX: usize = 2_000;

/// Collects issues under a JSON pointer. It can also note what it is asked to check: so an editor learns
/// from the checks themselves which fields there are and what they take.
pub struct Checker {
    pointer: String,
    issues: Vec<TemplateIssue>,
    noted: Option<Vec<(String, Input)>>,
}

impl Checker {
    /// Begins at a pointer.
    pub fn at(pointer: impl Into<String>) -> Self {
        Checker { pointer: pointer.into(), issues: Vec::new(), noted: None }
    }

    /// What is checked, by JSON pointer, whether it is right or not.
    pub fn note(check: impl FnOnce(&mut Checker)) -> Vec<(String, Input)> {
        let mut checker = Checker { noted: Some(Vec::new()), ..Checker::at("") };
        check(&mut checker);
        checker.noted.unwrap_or_default()
    }

    fn checks(&mut self, field: &str, input: impl FnOnce() -> Input) {
        if let Some(noted) = &mut self.noted {
            noted.push((format!("{}{field}", self.pointer), input()));
        }
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
        self.checks(field, || Input::Number { minimum: *range.start(), maximum: *range.end() });
        self.in_range(field, value, range);
    }

    /// The length of a list.
    pub fn count(&mut self, field: &str, length: usize, range: RangeInclusive<u32>) {
        self.checks(field, || Input::List { minimum: *range.start(), maximum: *range.end() });
        self.in_range(field, u32::try_from(length).unwrap_or(u32::MAX), range);
    }

    fn in_range(&mut self, field: &str, value: u32, range: RangeInclusive<u32>) {
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
        self.checks(field, || Input::Color);
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
        self.checks(field, || Input::Text { minimum: 0, maximum: longest });
        self.sound(field, value, longest);
    }

    /// HTML of limited length with sound Liquid in it.
    pub fn html(&mut self, field: &str, value: &str, longest: usize) {
        self.checks(field, || Input::Html { maximum: longest });
        self.sound(field, value, longest);
    }

    fn sound(&mut self, field: &str, value: &str, longest: usize) {
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
        self.checks(field, || Input::Text { minimum: 1, maximum: longest });
        self.needed(field, value, longest);
    }

    fn needed(&mut self, field: &str, value: &str, longest: usize) {
        if value.trim().is_empty() {
            self.issue(field, "required", "This is needed.");
        }
        self.sound(field, value, longest);
    }

    /// An address: absolute, or one that begins with a variable.
    pub fn address(&mut self, field: &str, value: &str) {
        self.checks(field, || Input::Address);
        self.needed(field, value, ADDRESS_MAX);
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
        self.checks(field, || Input::Image);
        self.needed(field, value, ADDRESS_MAX);
        let lower = value.trim().to_ascii_lowercase();
        if !lower.is_empty() && !["https://", "http://", "{{"].iter().any(|g| lower.starts_with(g)) {
            self.issue(field, "address", "The address of an image begins with https://.");
        }
    }

    /// One of a few words.
    pub fn word(&mut self, field: &str, value: &str, words: &'static [&'static str]) {
        self.checks(field, || Input::Choice(words));
        if !words.contains(&value) {
            self.issue(field, "unknown_word", format!("This is one of {}.", words.join(", ")));
        }
    }

    /// A time: RFC 3339, or one variable that gives it.
    pub fn time(&mut self, field: &str, value: &str) {
        self.checks(field, || Input::Time);
        self.needed(field, value, 500);
        let text = value.trim();
        let variable = text.strip_prefix("{{").and_then(|t| t.strip_suffix("}}"));
        let good = match variable {
            Some(inner) => !inner.trim().is_empty() && !inner.contains("{{") && !inner.contains("}}"),
            None => kernel::Timestamp::parse(text).is_some(),
        };
        if !text.is_empty() && !good {
            let message = "A time looks like 2026-12-01T18:00:00+01:00, or is one variable like {{ coupon.expires_at }}.";
            self.issue(field, "time", message);
        }
    }

    /// Names of fonts.
    pub fn font(&mut self, field: &str, value: &str) {
        self.checks(field, || Input::Font);
        let plain = |ch: char| ch.is_ascii_alphanumeric() || " ,-'".contains(ch);
        if value.is_empty() || value.len() > 200 || !value.chars().all(plain) {
            let message = "Font names are separated by commas, like Helvetica, Arial, sans-serif.";
            self.issue(field, "font", message);
        }
    }

    /// A Liquid condition.
    pub fn condition(&mut self, field: &str, value: &Option<String>) {
        self.checks(field, || Input::Condition);
        let Some(condition) = value else { return };
        if condition.contains("%}") || condition.trim().is_empty() {
            self.issue(field, "condition", "A condition looks like contact.tags contains 'vip'.");
            return;
        }
        self.sound(field, &format!("{{% if {condition} %}}{{% endif %}}"), 1_000);
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
    checker.within("/settings", |c| settings(&document.settings, c));
    if document.rows.is_empty() || document.rows.len() > MAX_ROWS {
        checker.issue("/rows", "count", format!("A document has 1 to {MAX_ROWS} rows."));
    }
    for (index, row) in document.rows.iter().take(MAX_ROWS).enumerate() {
        checker.within(&format!("/rows/{index}"), |c| check_row(row, c, &mut seen));
    }
    checker.finish()
}

/// Checks what holds for a whole email.
pub(super) fn settings(settings: &Settings, c: &mut Checker) {
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
    c.font("/font", &settings.font);
}

/// Checks the fields of a row that are its own.
pub(super) fn row_fields(row: &Row, checker: &mut Checker) {
    checker.optional_color("/background", &row.background);
    checker.number("/padding", row.padding, 0..=100);
    checker.condition("/visible_if", &row.visible_if);
}

/// Checks one row alone, as a saved block holds it.
pub fn row(row: &Row) -> Vec<TemplateIssue> {
    let mut checker = Checker::at("");
    check_row(row, &mut checker, &mut HashSet::new());
    checker.finish()
}

fn check_row(row: &Row, checker: &mut Checker, seen: &mut HashSet<String>) {
    checker.id("/id", &row.id, seen);
    row_fields(row, checker);
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
