//! Checking fields of a request and naming every one that is wrong.

use kernel::{FieldError, Problem, Result};

/// A body that can say what is wrong with it.
pub trait Check {
    /// Notes every invalid field.
    fn check(&self, errors: &mut Errors);
}

/// Collects invalid fields.
#[derive(Debug, Default)]
pub struct Errors(Vec<FieldError>);

impl Errors {
    /// Nothing wrong yet.
    pub fn new() -> Self {
        Errors::default()
    }

    /// Notes a field. `pointer` is a JSON pointer (`/name`).
    pub fn add(
        &mut self,
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> &mut Self {
        self.0.push(FieldError { pointer: pointer.into(), code, detail: detail.into() });
        self
    }

    /// Wants a text of so many characters, without control characters.
    pub fn text(&mut self, pointer: &str, value: &str, length: std::ops::RangeInclusive<usize>) -> &mut Self {
        let count = value.chars().count();
        if !length.contains(&count) {
            let code = if count < *length.start() { "too_short" } else { "too_long" };
            self.add(pointer, code, format!("Between {} and {} characters.", length.start(), length.end()));
        }
        if value.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.add(pointer, "control_character", "Text without control characters.");
        }
        self
    }

    /// Wants a text of one line.
    pub fn line(&mut self, pointer: &str, value: &str, length: std::ops::RangeInclusive<usize>) -> &mut Self {
        if value.contains(['\n', '\r', '\t']) {
            self.add(pointer, "line_break", "One line, without line breaks and tabs.");
        }
        self.text(pointer, value, length)
    }

    /// Wants a number in a range.
    pub fn number(&mut self, pointer: &str, value: i64, range: std::ops::RangeInclusive<i64>) -> &mut Self {
        if !range.contains(&value) {
            self.add(pointer, "out_of_range", format!("Between {} and {}.", range.start(), range.end()));
        }
        self
    }

    /// True if nothing was noted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Ends with a problem that names them all.
    pub fn finish(self) -> Result<()> {
        Problem::fields(self.0).map_or(Ok(()), |p| Err(p.into()))
    }
}
