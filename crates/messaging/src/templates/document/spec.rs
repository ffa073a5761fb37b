//! What an editor must know of a document: every kind of block with its fields, the fields of rows and of
//! the whole, and the limits. All of it is read off the checks and the examples, so that it cannot say
//! anything else than the checks do.

use super::blocks::{self, BLOCKS, BlockKind};
use super::check::{self, ADDRESS_MAX, Checker};
use super::html::MAX_BLOCK_HTML;
use super::{Column, MAX_BLOCKS, MAX_COLUMNS, MAX_ROWS, Row, SCHEMA, Settings};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use utoipa::ToSchema;

/// What a check takes a field for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Input {
    /// An address that a click leads to.
    Address,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// `#rrggbb` or `#rgb`.
    Color,
    /// A Liquid condition.
    Condition,
    /// Yes or no; known from its value, for nothing about it can be wrong.
    Flag,
    /// Names of fonts.
    Font,
    /// HTML with Liquid.
    Html {
        /// Longest, in bytes.
        maximum: usize,
    },
    /// Address of an image.
    Image,
    /// A list of things with fields of their own.
    List {
        /// Fewest.
        minimum: u32,
        /// Most.
        maximum: u32,
    },
    /// A whole number.
    Number {
        /// Least.
        minimum: u32,
        /// Greatest.
        maximum: u32,
    },
    /// A time in RFC 3339, or Liquid that gives one.
    Time,
    /// Text with Liquid.
    Text {
        /// Shortest, in bytes.
        minimum: usize,
        /// Longest, in bytes.
        maximum: usize,
    },
}

impl Input {
    fn word(self) -> &'static str {
        match self {
            Input::Address => "address",
            Input::Choice(_) => "choice",
            Input::Color => "color",
            Input::Condition => "condition",
            Input::Flag => "flag",
            Input::Font => "font",
            Input::Html { .. } => "html",
            Input::Image => "image",
            Input::List { .. } => "list",
            Input::Number { .. } => "number",
            Input::Time => "time",
            Input::Text { .. } => "text",
        }
    }

    fn limits(self) -> (Option<u64>, Option<u64>) {
        let some = |a: u64, b: u64| (Some(a), Some(b));
        match self {
            Input::Number { minimum, maximum } | Input::List { minimum, maximum } => {
                some(minimum.into(), maximum.into())
            }
            Input::Text { minimum, maximum } => some(minimum as u64, maximum as u64),
            Input::Html { maximum } => some(0, maximum as u64),
            Input::Address | Input::Image => some(1, ADDRESS_MAX as u64),
            _ => (None, None),
        }
    }
}

/// A field for an editor's form.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct BlockField {
    /// Its name in the document.
    #[schema(example = "label")]
    pub name: String,
    /// What it takes, and so which input it needs: `address`, `choice`, `color`, `condition`, `flag`, `font`,
    /// `html`, `image`, `list`, `number`, `text` or `time`.
    #[schema(example = "text")]
    pub input: &'static str,
    /// True if a document must have it.
    pub required: bool,
    /// What holds while it is absent; null if nothing does.
    #[schema(value_type = serde_json::Value)]
    pub default: Json,
    /// Least number, shortest text in bytes, or fewest members of a list.
    pub minimum: Option<u64>,
    /// Greatest number, longest text in bytes, or most members of a list.
    pub maximum: Option<u64>,
    /// The words of a choice.
    pub choices: Vec<&'static str>,
    /// The fields of a list's members.
    #[schema(no_recursion)]
    pub fields: Vec<BlockField>,
}

/// A kind of block.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = BlockKind)]
pub struct BlockSpec {
    /// The word in `type`.
    #[schema(example = "button")]
    pub kind: &'static str,
    /// Its name, in English.
    pub title: &'static str,
    /// Its fields; besides, every block has `id`, `type` and perhaps `visible_if`.
    pub fields: Vec<BlockField>,
    /// A block as small as can be, to begin with; without an id.
    #[schema(value_type = Object)]
    pub example: Json,
}

/// Limits of a document.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct DocumentLimits {
    /// Most rows.
    pub rows: usize,
    /// Most columns of a row.
    pub columns: usize,
    /// Most blocks of a column.
    pub blocks: usize,
    /// Longest HTML of one block, in bytes.
    pub html_bytes: usize,
}

/// Everything an editor must know of documents.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct BlockCatalogue {
    /// The version of documents.
    pub schema: u32,
    /// Every kind of block, by name.
    pub items: Vec<BlockSpec>,
    /// Fields of `settings`.
    pub settings: Vec<BlockField>,
    /// Fields of a row, besides `id` and `columns`.
    pub row: Vec<BlockField>,
    /// Limits.
    pub limits: DocumentLimits,
}

/// The catalogue.
pub fn catalogue() -> BlockCatalogue {
    BlockCatalogue {
        schema: SCHEMA,
        items: BLOCKS.iter().map(block).collect(),
        settings: settings(),
        row: row(),
        limits: DocumentLimits {
            rows: MAX_ROWS,
            columns: MAX_COLUMNS,
            blocks: MAX_BLOCKS,
            html_bytes: MAX_BLOCK_HTML,
        },
    }
}

fn block(kind: &BlockKind) -> BlockSpec {
    let examples = (kind.examples)();
    let examples: Vec<Json> = examples.iter().map(blocks::own_fields).collect();
    let noted = Checker::note(|checker| examples.iter().for_each(|example| (kind.check)(example, checker)));
    let form = Form { noted, complete: &kind.complete };
    BlockSpec {
        kind: kind.kind,
        title: kind.title,
        fields: form.of(&examples, ""),
        example: (kind.examples)().into_iter().next().unwrap_or_default(),
    }
}

fn settings() -> Vec<BlockField> {
    let defaults = Settings::default();
    let noted = Checker::note(|checker| check::settings(&defaults, checker));
    let complete = |fields: &Json| {
        let settings: Settings = serde_json::from_value(fields.clone()).ok()?;
        serde_json::to_value(settings).ok()
    };
    let example = serde_json::to_value(&defaults).unwrap_or_default();
    Form { noted, complete: &complete }.of(&[example], "")
}

fn row() -> Vec<BlockField> {
    let example = Row {
        id: "r1".into(),
        columns: vec![Column { width: None, blocks: Vec::new() }],
        background: Some("#ffffff".into()),
        padding: 8,
        visible_if: Some("contact.city".into()),
    };
    let noted = Checker::note(|checker| check::row_fields(&example, checker));
    let complete = |fields: &Json| {
        let mut row = json!({ "id": "r1", "columns": [] });
        if let (Some(row), Some(fields)) = (row.as_object_mut(), fields.as_object()) {
            row.extend(fields.clone());
        }
        let row: Row = serde_json::from_value(row).ok()?;
        serde_json::to_value(row).ok()
    };
    let mut example = serde_json::to_value(&example).unwrap_or_default();
    if let Some(own) = example.as_object_mut() {
        own.retain(|name, _| !["id", "columns"].contains(&name.as_str()));
    }
    Form { noted, complete: &complete }.of(&[example], "")
}

/// Fields of something, found out by asking.
struct Form<'a> {
    /// What was checked, by pointer.
    noted: Vec<(String, Input)>,
    /// Fills in what is absent of the whole; `None` if something is needed.
    complete: &'a dyn Fn(&Json) -> Option<Json>,
}

impl Form<'_> {
    fn place(&self, pointer: &str) -> usize {
        self.noted.iter().position(|(noted, _)| noted == pointer).unwrap_or(usize::MAX)
    }

    /// Fields of the things that stand at a pointer in the examples, in the order of their checks.
    fn of(&self, examples: &[Json], at: &str) -> Vec<BlockField> {
        let things: Vec<&Map<String, Json>> =
            examples.iter().filter_map(|e| e.pointer(at)?.as_object()).collect();
        let Some(largest) = things.iter().max_by_key(|t| t.len()) else { return Vec::new() };
        let mut fields: Vec<_> = largest.iter().collect();
        fields.sort_by_key(|(name, _)| (self.place(&format!("{at}/{name}")), name.as_str()));
        fields.into_iter().map(|(name, value)| self.field(examples, at, name, value)).collect()
    }

    fn field(&self, examples: &[Json], at: &str, name: &str, value: &Json) -> BlockField {
        let pointer = format!("{at}/{name}");
        // Whatever no check looks at can only be yes or no; a test holds every block to that.
        let input = self.noted.get(self.place(&pointer)).map_or(Input::Flag, |(_, input)| *input);
        let (minimum, maximum) = input.limits();
        let fields = match value {
            Json::Array(_) => self.of(examples, &format!("{pointer}/0")),
            _ => Vec::new(),
        };
        let without = self.without(examples, at, name);
        BlockField {
            name: name.to_owned(),
            input: input.word(),
            required: without.is_none(),
            default: without.flatten().unwrap_or_default(),
            minimum,
            maximum,
            choices: match input {
                Input::Choice(words) => words.to_vec(),
                _ => Vec::new(),
            },
            fields,
        }
    }

    /// What stands for a field that is taken away; `None` if nothing may.
    fn without(&self, examples: &[Json], at: &str, name: &str) -> Option<Option<Json>> {
        let mut example = examples.iter().find(|e| e.pointer(&format!("{at}/{name}")).is_some())?.clone();
        example.pointer_mut(at)?.as_object_mut()?.remove(name);
        let whole = (self.complete)(&example)?;
        Some(whole.pointer(&format!("{at}/{name}")).cloned())
    }
}
