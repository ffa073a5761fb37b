//! The filters: a closed list, one function each, in files by what they work on.
//!
//! A filter sees its input, its arguments and the counters of the render; it makes no text or list
//! without announcing its size first.

mod date;
mod list;
mod money;
mod number;
mod text;

pub use text::percent_encode;

use super::meter::Meter;
use super::value::{Number, Safety, Str, Value};
use crate::templates::data::RenderData;
use crate::templates::model::RenderError;
use std::borrow::Cow;

/// The filter that replaces what is absent.
pub const DEFAULT: &str = "default";

/// The filter whose result may depend on the present.
pub const DATE: &str = "date";

/// What a filter gets.
pub struct Call<'c, 'a> {
    /// The value before the `|`.
    pub input: Value<'a>,
    /// Arguments by position.
    pub arguments: Vec<Value<'a>>,
    /// Arguments by name.
    pub named: Vec<(&'a str, Value<'a>)>,
    /// Counters of the render.
    pub meter: &'c mut Meter,
    /// The data of the render (store currency and zone, the present).
    pub data: &'a RenderData<'a>,
    /// True in an HTML part.
    pub html: bool,
}

/// What a filter answers.
pub type Filtered<'a> = Result<Value<'a>, RenderError>;

/// A filter.
#[derive(Debug)]
pub struct FilterSpec {
    /// Its name in a template.
    pub name: &'static str,
    /// Fewest arguments.
    pub min: usize,
    /// Most arguments.
    pub max: usize,
    /// Does it.
    pub run: for<'c, 'a> fn(&mut Call<'c, 'a>) -> Filtered<'a>,
}

impl FilterSpec {
    /// How many arguments it wants, as a sentence.
    pub fn wants(&self) -> String {
        let count = |n: usize| if n == 1 { "1 value".to_owned() } else { format!("{n} values") };
        match (self.min, self.max) {
            (0, 0) => format!("{} takes no value after it.", self.name),
            (a, b) if a == b => format!("{} takes {} after a colon.", self.name, count(a)),
            (a, b) => format!("{} takes {a} to {} after a colon.", self.name, count(b)),
        }
    }
}

macro_rules! filters {
    ($($name:literal $min:literal..=$max:literal $run:path,)*) => {
        /// Every filter, by name.
        pub const FILTERS: &[FilterSpec] = &[$(FilterSpec { name: $name, min: $min, max: $max, run: $run }),*];
    };
}

filters! {
    "abs" 0..=0 number::abs,
    "append" 1..=1 text::append,
    "at_least" 1..=1 number::at_least,
    "at_most" 1..=1 number::at_most,
    "capitalize" 0..=0 text::capitalize,
    "ceil" 0..=0 number::ceil,
    "compact" 0..=1 list::compact,
    "concat" 1..=1 list::concat,
    "date" 1..=1 date::date,
    "default" 0..=1 text::default,
    "divided_by" 1..=1 number::divided_by,
    "downcase" 0..=0 text::downcase,
    "escape" 0..=0 text::escape,
    "escape_once" 0..=0 text::escape_once,
    "first" 0..=0 list::first,
    "floor" 0..=0 number::floor,
    "h" 0..=0 text::escape,
    "join" 0..=1 list::join,
    "json" 0..=0 list::json,
    "last" 0..=0 list::last,
    "lstrip" 0..=0 text::lstrip,
    "map" 1..=1 list::map,
    "minus" 1..=1 number::minus,
    "modulo" 1..=1 number::modulo,
    "money" 0..=0 money::money,
    "money_with_currency" 0..=0 money::money_with_currency,
    "money_without_currency" 0..=0 money::money_without_currency,
    "money_without_trailing_zeros" 0..=0 money::money_without_trailing_zeros,
    "newline_to_br" 0..=0 text::newline_to_br,
    "plus" 1..=1 number::plus,
    "prepend" 1..=1 text::prepend,
    "remove" 1..=1 text::remove,
    "remove_first" 1..=1 text::remove_first,
    "replace" 1..=2 text::replace,
    "replace_first" 1..=2 text::replace_first,
    "reverse" 0..=0 list::reverse,
    "round" 0..=1 number::round,
    "rstrip" 0..=0 text::rstrip,
    "size" 0..=0 list::size,
    "slice" 1..=2 list::slice,
    "sort" 0..=1 list::sort,
    "sort_natural" 0..=1 list::sort_natural,
    "split" 1..=1 list::split,
    "strip" 0..=0 text::strip,
    "strip_html" 0..=0 text::strip_html,
    "strip_newlines" 0..=0 text::strip_newlines,
    "sum" 0..=1 list::sum,
    "times" 1..=1 number::times,
    "truncate" 0..=2 text::truncate,
    "truncatewords" 0..=2 text::truncatewords,
    "uniq" 0..=1 list::uniq,
    "upcase" 0..=0 text::upcase,
    "url_decode" 0..=0 text::url_decode,
    "url_encode" 0..=0 text::url_encode,
    "where" 1..=2 list::filter_where,
}

/// The filter of this name, or a sentence that says what would be right.
pub fn find(name: &str) -> Result<&'static FilterSpec, String> {
    if let Ok(index) = FILTERS.binary_search_by(|f| f.name.cmp(name)) {
        return Ok(&FILTERS[index]);
    }
    Err(match name {
        "raw" | "safe" | "html_safe" => {
            "Values are always escaped in HTML, so there is no such filter. Write the markup in the template."
                .to_owned()
        }
        "lookup" => "Write contact[\"name\"] in place of lookup.".to_owned(),
        "img_url" | "image_url" | "asset_url" => {
            format!("{name} belongs to a shop's theme. Use the image's address.")
        }
        _ => match nearest(name) {
            Some(near) => format!("There is no filter {name}. Is {near} meant?"),
            None => format!("There is no filter {name}."),
        },
    })
}

/// A filter whose name differs by one or two letters.
fn nearest(name: &str) -> Option<&'static str> {
    if name.len() > 40 {
        return None;
    }
    FILTERS.iter().map(|f| (distance(name, f.name), f.name)).min().filter(|(d, _)| *d <= 2).map(|(_, n)| n)
}

fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

impl<'a> Call<'_, 'a> {
    /// The input as text; its length is counted as work.
    fn text(&mut self) -> Result<Str<'a>, RenderError> {
        let text = as_str(&self.input);
        self.meter.work(text.len())?;
        Ok(text)
    }

    /// What has been done to the input.
    fn safety(&self) -> Safety {
        match self.input {
            Value::Text(_, safety) => safety,
            _ => Safety::Plain,
        }
    }

    /// An argument as text; empty if absent.
    fn argument_text(&self, index: usize) -> Cow<'_, str> {
        self.arguments.get(index).map_or(Cow::Borrowed(""), Value::to_text)
    }

    /// An argument as text that fits the input: escaped if the input is already HTML.
    fn fitting_argument(&self, index: usize) -> String {
        let text = self.argument_text(index);
        match (self.safety(), self.arguments.get(index)) {
            (Safety::Html, Some(Value::Text(_, Safety::Html)) | None) => text.into_owned(),
            (Safety::Html, _) => escaped(&text),
            _ => text.into_owned(),
        }
    }

    /// An argument as whole number.
    fn argument_int(&self, index: usize) -> Option<i64> {
        self.arguments.get(index).and_then(Value::to_int)
    }

    /// An argument as number; zero if it is none.
    fn argument_number(&self, index: usize) -> Number {
        self.arguments.get(index).and_then(Value::to_number).unwrap_or(Number::Int(0))
    }

    /// The input as number; zero if it is none.
    fn number(&self) -> Number {
        self.input.to_number().unwrap_or(Number::Int(0))
    }

    /// An argument by name.
    fn named(&self, name: &str) -> Option<&Value<'a>> {
        self.named.iter().find(|(n, _)| *n == name).map(|(_, v)| v)
    }

    /// A new text.
    fn make(&mut self, text: String) -> Filtered<'a> {
        self.make_as(text, Safety::Plain)
    }

    fn make_as(&mut self, text: String, safety: Safety) -> Filtered<'a> {
        self.meter.made(text.len())?;
        Ok(Value::Text(Str::Shared(text.into()), safety))
    }

    /// The input's members; a value that is no list is a list of itself.
    fn list(&mut self) -> Result<Vec<Value<'a>>, RenderError> {
        match self.input.list_len() {
            Some(length) => {
                self.meter.list(length)?;
                Ok(members(&self.input))
            }
            None if matches!(self.input, Value::Nil) => Ok(Vec::new()),
            None => Ok(vec![self.input.clone()]),
        }
    }
}

/// All members of a list.
fn members<'a>(value: &Value<'a>) -> Vec<Value<'a>> {
    match value {
        Value::List(list) => list.to_vec(),
        Value::Json(serde_json::Value::Array(list)) => list.iter().map(Value::json).collect(),
        // An object walked through by place would cost the square of its size.
        Value::Json(serde_json::Value::Object(_)) => vec![value.clone()],
        other => (0..other.list_len().unwrap_or(0)).map(|i| other.member(i)).collect(),
    }
}

fn as_str<'a>(value: &Value<'a>) -> Str<'a> {
    match value {
        Value::Text(s, _) => s.clone(),
        other => Str::Shared(other.to_text().into()),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    super::evaluate::escape_html(text, |piece| out.push_str(piece));
    out
}
