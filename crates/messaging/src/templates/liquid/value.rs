//! Values while a template renders: borrowed from the recipient's data wherever possible.

use super::names::Root;
use kernel::Timestamp;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::rc::Rc;

/// Text that is either borrowed or shared.
#[derive(Clone, Debug)]
pub enum Str<'a> {
    /// From the template or the data.
    Borrowed(&'a str),
    /// Made while rendering.
    Shared(Rc<str>),
}

impl std::ops::Deref for Str<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        match self {
            Str::Borrowed(s) => s,
            Str::Shared(s) => s,
        }
    }
}

/// What has already been done to a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// Nothing: it is escaped when written.
    Plain,
    /// It is HTML made by a filter or captured from escaped output.
    Html,
    /// It is percent-encoded.
    Url,
}

/// The state of a loop.
#[derive(Clone, Debug)]
pub struct Loop {
    /// `variable-source`, as Liquid names it.
    pub name: Rc<str>,
    /// Members.
    pub length: usize,
    /// Present member, from 0.
    pub index: usize,
    /// The loop around it.
    pub parent: Option<Rc<Loop>>,
}

/// A value.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// Absent.
    Nil,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A decimal number.
    Float(f64),
    /// A text.
    Text(Str<'a>, Safety),
    /// An instant.
    Time(Timestamp),
    /// A list made while rendering.
    List(Rc<Vec<Value<'a>>>),
    /// Texts of the data (tags).
    Strings(&'a [String]),
    /// A list or object of the data.
    Json(&'a Json),
    /// A range.
    Range(i64, i64),
    /// One of the objects at the top.
    Object(Root),
    /// `forloop`.
    Loop(Rc<Loop>),
    /// The literal `empty`.
    Empty,
    /// The literal `blank`.
    Blank,
}

impl<'a> Value<'a> {
    /// A text of the data.
    pub fn text(s: &'a str) -> Self {
        Value::Text(Str::Borrowed(s), Safety::Plain)
    }

    /// A text made while rendering.
    pub fn owned(s: impl Into<Rc<str>>) -> Self {
        Value::Text(Str::Shared(s.into()), Safety::Plain)
    }

    /// A JSON value; scalars become plain values.
    pub fn json(json: &'a Json) -> Self {
        match json {
            Json::Null => Value::Nil,
            Json::Bool(b) => Value::Bool(*b),
            Json::Number(n) => n.as_i64().map_or_else(|| Value::Float(n.as_f64().unwrap_or(0.0)), Value::Int),
            Json::String(s) => Value::text(s),
            Json::Array(_) | Json::Object(_) => Value::Json(json),
        }
    }

    /// Only `nil` and `false` are false.
    pub fn is_true(&self) -> bool {
        !matches!(self, Value::Nil | Value::Bool(false))
    }

    /// True for what `default` replaces: nil, false and empty.
    pub fn wants_default(&self) -> bool {
        matches!(self, Value::Nil | Value::Bool(false)) || self.is_empty()
    }

    /// Equal to the literal `empty`.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Text(s, _) => s.is_empty(),
            Value::List(l) => l.is_empty(),
            Value::Strings(s) => s.is_empty(),
            Value::Json(Json::Array(a)) => a.is_empty(),
            Value::Json(Json::Object(o)) => o.is_empty(),
            Value::Empty => true,
            _ => false,
        }
    }

    /// Equal to the literal `blank`.
    pub fn is_blank(&self) -> bool {
        match self {
            Value::Nil | Value::Bool(false) | Value::Blank => true,
            Value::Text(s, _) => s.trim().is_empty(),
            other => other.is_empty(),
        }
    }

    /// The text Liquid prints for it.
    pub fn to_text(&self) -> Cow<'_, str> {
        match self {
            Value::Text(s, _) => Cow::Borrowed(s),
            other => {
                let mut out = String::new();
                other.print(&mut out);
                Cow::Owned(out)
            }
        }
    }

    /// Appends the text Liquid prints for it.
    pub fn print(&self, out: &mut String) {
        use std::fmt::Write;
        match self {
            Value::Nil | Value::Empty | Value::Blank | Value::Object(_) | Value::Loop(_) => {}
            Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
            Value::Int(n) => drop(write!(out, "{n}")),
            Value::Float(n) => print_float(*n, out),
            Value::Text(s, _) => out.push_str(s),
            Value::Time(t) => drop(write!(out, "{t}")),
            Value::List(list) => list.iter().for_each(|v| v.print(out)),
            Value::Strings(list) => list.iter().for_each(|s| out.push_str(s)),
            Value::Json(Json::Array(list)) => list.iter().for_each(|v| Value::json(v).print(out)),
            Value::Json(object) => drop(write!(out, "{object}")),
            Value::Range(from, to) => drop(write!(out, "{from}..{to}")),
        }
    }

    /// The number it is or, for text, reads as.
    pub fn to_number(&self) -> Option<Number> {
        match self {
            Value::Int(n) => Some(Number::Int(*n)),
            Value::Float(n) => Some(Number::Float(*n)),
            Value::Text(s, _) => Number::parse(s),
            _ => None,
        }
    }

    /// The whole number it is or reads as; decimals are cut off.
    pub fn to_int(&self) -> Option<i64> {
        Some(match self.to_number()? {
            Number::Int(n) => n,
            Number::Float(n) => n as i64,
        })
    }

    /// Number of members, or `None` for what has none.
    pub fn list_len(&self) -> Option<usize> {
        match self {
            Value::List(l) => Some(l.len()),
            Value::Strings(s) => Some(s.len()),
            Value::Json(Json::Array(a)) => Some(a.len()),
            Value::Json(Json::Object(o)) => Some(o.len()),
            Value::Range(from, to) => Some(usize::try_from(to - from + 1).unwrap_or(0)),
            _ => None,
        }
    }

    /// The member at a place; an object's members are pairs of name and value.
    pub fn member(&self, index: usize) -> Value<'a> {
        match self {
            Value::List(l) => l.get(index).cloned().unwrap_or(Value::Nil),
            Value::Strings(s) => s.get(index).map_or(Value::Nil, |s| Value::text(s)),
            Value::Json(Json::Array(a)) => a.get(index).map_or(Value::Nil, Value::json),
            Value::Json(Json::Object(o)) => o.iter().nth(index).map_or(Value::Nil, |(name, value)| {
                Value::List(Rc::new(vec![Value::text(name), Value::json(value)]))
            }),
            Value::Range(from, _) => Value::Int(from + index as i64),
            _ => Value::Nil,
        }
    }

    /// A named member of an object or loop, or `size`, `first`, `last` of what has them.
    pub fn property(&self, name: &str) -> Value<'a> {
        match self {
            Value::Json(Json::Object(o)) if o.contains_key(name) => {
                o.get(name).map_or(Value::Nil, Value::json)
            }
            Value::Loop(l) => l.property(name),
            _ => match (name, self.list_len()) {
                ("size", Some(length)) => Value::Int(length as i64),
                ("first", Some(_)) => self.member(0),
                ("last", Some(length)) => self.member(length.wrapping_sub(1)),
                ("size", None) => self.character_count(),
                _ => Value::Nil,
            },
        }
    }

    fn character_count(&self) -> Value<'a> {
        match self {
            Value::Text(s, _) => Value::Int(s.chars().count() as i64),
            _ => Value::Nil,
        }
    }

    /// Liquid's `==`.
    pub fn equals(&self, other: &Value<'_>) -> bool {
        match (self, other) {
            (Value::Empty, v) => v.is_empty(),
            (v, Value::Empty) => v.is_empty(),
            (Value::Blank, v) => v.is_blank(),
            (v, Value::Blank) => v.is_blank(),
            (Value::Nil, Value::Nil) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Text(a, _), Value::Text(b, _)) => **a == **b,
            (Value::Time(a), Value::Time(b)) => a == b,
            (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
                self.order(other) == Some(Ordering::Equal)
            }
            _ => match (self.list_len(), other.list_len()) {
                (Some(a), Some(b)) => a == b && (0..a).all(|i| self.member(i).equals(&other.member(i))),
                _ => false,
            },
        }
    }

    /// Order of two numbers or two texts; nothing else has one.
    pub fn order(&self, other: &Value<'_>) -> Option<Ordering> {
        match (self, other) {
            (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
            (Value::Int(a), Value::Float(b)) => (*a as f64).partial_cmp(b),
            (Value::Float(a), Value::Int(b)) => a.partial_cmp(&(*b as f64)),
            (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
            (Value::Text(a, _), Value::Text(b, _)) => Some((**a).cmp(b)),
            (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

impl Loop {
    fn property<'a>(&self, name: &str) -> Value<'a> {
        let last = self.length.saturating_sub(1);
        match name {
            "index" => Value::Int(self.index as i64 + 1),
            "index0" => Value::Int(self.index as i64),
            "rindex" => Value::Int((self.length - self.index) as i64),
            "rindex0" => Value::Int((last - self.index) as i64),
            "first" => Value::Bool(self.index == 0),
            "last" => Value::Bool(self.index == last),
            "length" => Value::Int(self.length as i64),
            "name" => Value::owned(self.name.clone()),
            "parentloop" => self.parent.clone().map_or(Value::Nil, Value::Loop),
            _ => Value::Nil,
        }
    }
}

/// A number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// Whole.
    Int(i64),
    /// Decimal.
    Float(f64),
}

impl Number {
    /// Reads a decimal text; anything else is none.
    pub fn parse(text: &str) -> Option<Number> {
        let text = text.trim();
        let plain = |c: u8| c.is_ascii_digit() || matches!(c, b'.' | b'-' | b'+');
        if text.is_empty() || text.len() > 40 || !text.bytes().all(plain) {
            return None;
        }
        text.parse::<i64>().map(Number::Int).or_else(|_| text.parse::<f64>().map(Number::Float)).ok()
    }

    /// As a decimal number.
    pub fn as_f64(self) -> f64 {
        match self {
            Number::Int(n) => n as f64,
            Number::Float(n) => n,
        }
    }

    /// As a value.
    pub fn value<'a>(self) -> Value<'a> {
        match self {
            Number::Int(n) => Value::Int(n),
            Number::Float(n) => Value::Float(n),
        }
    }
}

/// Prints as Ruby does: always with a decimal point, never in exponent form within reason.
fn print_float(n: f64, out: &mut String) {
    use std::fmt::Write;
    match n {
        n if !n.is_finite() => {}
        n if n == n.trunc() && n.abs() < 1e16 => drop(write!(out, "{n:.1}")),
        n => drop(write!(out, "{n}")),
    }
}
