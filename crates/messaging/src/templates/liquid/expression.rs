//! Parses what stands inside `{{ … }}` and after a tag's name.

use super::ast::{Condition, Expression, FilterCall, Operator, Path, Primary, Step, Test};
use super::filters;
use super::lexer::{Code, moved};
use super::names::{Field, Root};
use crate::templates::model::{Position, TemplateIssue};

/// Deepest nesting of `[…]` in a variable.
const MAX_STEP_DEPTH: usize = 8;

/// One word of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Word {
    /// A name.
    Name(String),
    /// A whole number.
    Integer(i64),
    /// A decimal number.
    Number(f64),
    /// A text in quotes.
    Text(String),
    /// An operator or sign.
    Sign(&'static str),
}

const SIGNS: &[&str] =
    &["==", "!=", "<>", "<=", ">=", "..", "<", ">", "=", "|", ":", ",", ".", "[", "]", "(", ")"];

/// Slots of variables by name; shared by all expressions of a template.
pub trait Names {
    /// The slot of a name, made if new.
    fn slot(&mut self, name: &str) -> usize;
    /// Notes that a variable is read.
    fn read(&mut self, path: &Path);
}

/// A cursor over the words of one expression.
pub struct Cursor<'c, N: Names> {
    words: Vec<(Word, Position)>,
    at: usize,
    code: &'c Code,
    names: &'c mut N,
    depth: usize,
}

fn split(code: &Code) -> Result<Vec<(Word, Position)>, TemplateIssue> {
    let mut words = Vec::new();
    let mut rest = code.text.as_str();
    let mut position = code.position;
    loop {
        let trimmed = rest.trim_start();
        position = moved(position, &rest[..rest.len() - trimmed.len()]);
        if trimmed.is_empty() {
            return Ok(words);
        }
        let (word, length) = next_word(trimmed, position)?;
        words.push((word, position));
        position = moved(position, &trimmed[..length]);
        rest = &trimmed[length..];
    }
}

fn next_word(text: &str, position: Position) -> Result<(Word, usize), TemplateIssue> {
    let first = text.chars().next().unwrap_or(' ');
    if first == '"' || first == '\'' {
        let length = text[1..].find(first).ok_or_else(|| {
            TemplateIssue::at(position, "syntax", format!("This text has no closing {first}."))
        })?;
        return Ok((Word::Text(text[1..1 + length].to_owned()), length + 2));
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(number(text));
    }
    if first.is_alphabetic() || first == '_' || first == '$' {
        let end = text
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-' || c == '$'))
            .unwrap_or(text.len());
        let end = if text[end..].starts_with('?') { end + 1 } else { end };
        return Ok((Word::Name(text[..end].to_owned()), end));
    }
    match SIGNS.iter().find(|s| text.starts_with(**s)) {
        Some(sign) => Ok((Word::Sign(sign), sign.len())),
        None => Err(TemplateIssue::at(position, "syntax", format!("Liquid has no sign {first:?}."))),
    }
}

/// A number; a point followed by another point begins a range.
fn number(text: &str) -> (Word, usize) {
    let sign = usize::from(text.starts_with('-'));
    let whole = text[sign..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |i| i + sign);
    let fraction =
        text[whole..].strip_prefix('.').map(|f| f.find(|c: char| !c.is_ascii_digit()).unwrap_or(f.len()));
    match fraction {
        Some(digits) if digits > 0 => {
            let end = whole + 1 + digits;
            (Word::Number(text[..end].parse().unwrap_or(0.0)), end)
        }
        _ => (
            text[..whole]
                .parse()
                .map_or_else(|_| Word::Number(text[..whole].parse().unwrap_or(0.0)), Word::Integer),
            whole,
        ),
    }
}

impl<'c, N: Names> Cursor<'c, N> {
    /// Reads the words of some code.
    pub fn new(code: &'c Code, names: &'c mut N) -> Result<Self, TemplateIssue> {
        Ok(Cursor { words: split(code)?, at: 0, code, names, depth: 0 })
    }

    /// The names of the template.
    pub fn names(&mut self) -> &mut N {
        self.names
    }

    /// Position of the next word.
    pub fn position(&self) -> Position {
        self.words.get(self.at).map_or_else(|| moved(self.code.position, &self.code.text), |(_, p)| *p)
    }

    /// The next word.
    pub fn peek(&self) -> Option<&Word> {
        self.words.get(self.at).map(|(w, _)| w)
    }

    /// Takes the next word.
    pub fn take(&mut self) -> Option<Word> {
        let word = self.peek().cloned();
        self.at += 1;
        word
    }

    /// Takes a sign if it is next.
    pub fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Word::Sign(s)) if *s == sign);
        self.at += usize::from(found);
        found
    }

    /// Takes a name if it is next.
    pub fn keyword(&mut self, name: &str) -> bool {
        let found = matches!(self.peek(), Some(Word::Name(n)) if n == name);
        self.at += usize::from(found);
        found
    }

    /// Takes a name, whatever it is.
    pub fn name(&mut self, what: &str) -> Result<String, TemplateIssue> {
        match self.peek() {
            Some(Word::Name(_)) => match self.take() {
                Some(Word::Name(name)) => Ok(name),
                _ => Err(self.expected(what)),
            },
            _ => Err(self.expected(what)),
        }
    }

    /// An error: something else was expected here.
    pub fn expected(&self, what: &str) -> TemplateIssue {
        let found = match self.peek() {
            Some(Word::Name(n)) => format!(" before {n}"),
            Some(Word::Sign(s)) => format!(" before {s}"),
            Some(_) => " before this value".to_owned(),
            None => String::new(),
        };
        TemplateIssue::at(self.position(), "syntax", format!("Here{found}, {what} is expected."))
    }

    /// Nothing may follow.
    pub fn end(&self) -> Result<(), TemplateIssue> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.expected("the end")),
        }
    }

    /// A value with filters.
    pub fn expression(&mut self) -> Result<Expression, TemplateIssue> {
        let position = self.position();
        let base = self.primary()?;
        let mut filters = Vec::new();
        while self.sign("|") {
            filters.push(self.filter()?);
        }
        Ok(Expression { base, filters, position })
    }

    fn filter(&mut self) -> Result<FilterCall, TemplateIssue> {
        let position = self.position();
        let name = self.name("the name of a filter")?;
        let spec =
            filters::find(&name).map_err(|message| TemplateIssue::at(position, "unknown_filter", message))?;
        let (mut arguments, mut named) = (Vec::new(), Vec::new());
        if self.sign(":") {
            loop {
                match self.named_argument() {
                    Some(name) => named.push((name, self.primary()?)),
                    None => arguments.push(self.primary()?),
                }
                if !self.sign(",") {
                    break;
                }
            }
        }
        if !(spec.min..=spec.max).contains(&arguments.len()) {
            return Err(TemplateIssue::at(position, "arguments", spec.wants()));
        }
        Ok(FilterCall { spec, arguments, named, position })
    }

    fn named_argument(&mut self) -> Option<String> {
        match (self.peek(), self.words.get(self.at + 1)) {
            (Some(Word::Name(name)), Some((Word::Sign(":"), _))) => {
                let name = name.clone();
                self.at += 2;
                Some(name)
            }
            _ => None,
        }
    }

    /// A value without filters.
    pub fn primary(&mut self) -> Result<Primary, TemplateIssue> {
        let position = self.position();
        match self.peek() {
            Some(Word::Name(_)) => self.name_or_path(position),
            Some(Word::Sign("(")) => self.range(position),
            Some(Word::Sign("[")) => Err(self.expected("a name")),
            Some(Word::Integer(_) | Word::Number(_) | Word::Text(_)) => Ok(match self.take() {
                Some(Word::Integer(n)) => Primary::Integer(n),
                Some(Word::Number(n)) => Primary::Number(n),
                Some(Word::Text(s)) => Primary::Text(s.into()),
                _ => Primary::Nil,
            }),
            _ => Err(self.expected("a value")),
        }
    }

    fn name_or_path(&mut self, position: Position) -> Result<Primary, TemplateIssue> {
        let name = self.name("a value")?;
        Ok(match name.as_str() {
            "nil" | "null" => Primary::Nil,
            "true" => Primary::Bool(true),
            "false" => Primary::Bool(false),
            "empty" => Primary::Empty,
            "blank" => Primary::Blank,
            _ => Primary::Path(Box::new(self.path(name, position)?)),
        })
    }

    fn range(&mut self, position: Position) -> Result<Primary, TemplateIssue> {
        self.deeper(position)?;
        self.sign("(");
        let from = self.primary()?;
        if !self.sign("..") {
            return Err(self.expected(".. as in (1..10)"));
        }
        let to = self.primary()?;
        if !self.sign(")") {
            return Err(self.expected(")"));
        }
        self.depth -= 1;
        Ok(Primary::Range(Box::new((from, to)), position))
    }

    fn deeper(&mut self, position: Position) -> Result<(), TemplateIssue> {
        self.depth += 1;
        if self.depth > MAX_STEP_DEPTH {
            let message = format!("Brackets nest at most {MAX_STEP_DEPTH} deep.");
            return Err(TemplateIssue::at(position, "too_deep", message));
        }
        Ok(())
    }

    fn path(&mut self, first: String, position: Position) -> Result<Path, TemplateIssue> {
        let mut text = first.clone();
        let mut steps = Vec::new();
        loop {
            let step = if self.sign(".") {
                self.dotted()?
            } else if self.sign("[") {
                self.bracketed(position)?
            } else {
                break;
            };
            push_step(&mut text, &step);
            steps.push(step);
        }
        let slot = self.names.slot(&first);
        let path =
            resolve(Path { text: text.into(), slot, root: Root::find(&first), field: None, steps, position });
        self.names.read(&path);
        Ok(path)
    }

    fn dotted(&mut self) -> Result<Step, TemplateIssue> {
        match self.take() {
            Some(Word::Name(name)) => Ok(Step::Name(name.into())),
            Some(Word::Integer(n)) => Ok(Step::Index(n)),
            _ => {
                self.at = self.at.saturating_sub(1);
                Err(self.expected("a name after the dot"))
            }
        }
    }

    fn bracketed(&mut self, position: Position) -> Result<Step, TemplateIssue> {
        self.deeper(position)?;
        let inner = self.primary()?;
        if !self.sign("]") {
            return Err(self.expected("]"));
        }
        self.depth -= 1;
        Ok(match inner {
            Primary::Text(name) => Step::Name(name),
            Primary::Integer(n) => Step::Index(n),
            other => Step::Computed(other),
        })
    }

    /// Tests joined by `and` and `or`, to the end.
    pub fn condition(&mut self, negated: bool) -> Result<Condition, TemplateIssue> {
        let position = self.position();
        let (mut tests, mut joins) = (vec![self.test()?], Vec::new());
        loop {
            if self.keyword("and") {
                joins.push(true);
            } else if self.keyword("or") {
                joins.push(false);
            } else {
                break;
            }
            tests.push(self.test()?);
        }
        if matches!(self.peek(), Some(Word::Sign("|"))) {
            return Err(TemplateIssue::at(
                self.position(),
                "syntax",
                "A condition takes no filters: use {% assign %} before it.",
            ));
        }
        self.end()?;
        Ok(Condition { tests, joins, negated, position })
    }

    fn test(&mut self) -> Result<Test, TemplateIssue> {
        let left = self.primary()?;
        let right = match self.operator() {
            Some(operator) => Some((operator, self.primary()?)),
            None => None,
        };
        Ok(Test { left, right })
    }

    fn operator(&mut self) -> Option<Operator> {
        let operator = match self.peek()? {
            Word::Sign("==") => Operator::Equal,
            Word::Sign("!=" | "<>") => Operator::NotEqual,
            Word::Sign("<") => Operator::Less,
            Word::Sign("<=") => Operator::LessOrEqual,
            Word::Sign(">") => Operator::Greater,
            Word::Sign(">=") => Operator::GreaterOrEqual,
            Word::Name(n) if n == "contains" => Operator::Contains,
            _ => return None,
        };
        self.at += 1;
        Some(operator)
    }
}

fn push_step(text: &mut String, step: &Step) {
    use std::fmt::Write;
    let simple = |n: &str| n.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    match step {
        Step::Name(name) if simple(name) => drop(write!(text, ".{name}")),
        Step::Name(name) => drop(write!(text, "[\"{name}\"]")),
        Step::Index(n) => drop(write!(text, "[{n}]")),
        Step::Computed(_) => text.push_str("[…]"),
    }
}

/// Finds the field a path means without data, if it does.
fn resolve(mut path: Path) -> Path {
    let (Some(root), Some(Step::Name(name))) = (path.root, path.steps.first()) else { return path };
    if let Some(field) = Field::find(root, name) {
        path.field = Some(field);
        path.steps.remove(0);
    }
    path
}
