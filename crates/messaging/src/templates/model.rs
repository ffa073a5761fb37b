//! What a template is made of, what can be wrong with one, and the limits that keep a hostile one harmless.
//!
//! Pure types. Compiling is in [`super::compile`], rendering in [`super::compiled`].

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Longest Liquid source of one part, in bytes.
pub const MAX_SOURCE_BYTES: usize = 512 * 1024;
/// Longest HTML or MJML handed to a markup parser, in bytes.
pub const MAX_MARKUP_BYTES: usize = 1024 * 1024;
/// Deepest nesting of HTML elements (deeper input costs the parsers quadratic time).
pub const MAX_HTML_DEPTH: usize = 256;
/// Deepest nesting of MJML elements (deeper input would overflow the stack).
pub const MAX_MJML_DEPTH: usize = 64;
/// Deepest nesting of Liquid blocks.
pub const MAX_LIQUID_DEPTH: usize = 32;
/// Steps one render of one part may take: nodes, tests, loop turns, filters, and one for every 256 bytes
/// a filter works through.
pub const MAX_STEPS: u32 = 50_000;
/// Longest rendered part, in bytes before transfer encoding.
pub const MAX_OUTPUT_BYTES: usize = 512 * 1024;
/// Text that filters and captures may make during one render, in bytes.
pub const MAX_MADE_BYTES: usize = 8 * 1024 * 1024;
/// Longest time one render of one part may take, in milliseconds of its own: while the machine does
/// something else, the clock counts at most [`MAX_WINDOW_MS`]. Programs that are not optimised get more.
pub const MAX_RENDER_MS: u128 = if cfg!(debug_assertions) { 2_000 } else { 50 };
/// Longest time counted between two looks at the clock, in milliseconds.
pub const MAX_WINDOW_MS: u128 = MAX_RENDER_MS / 10;
/// Most members of a range such as `(1..10)`.
pub const MAX_RANGE: i64 = 1_000;
/// Most members of a list a filter makes.
pub const MAX_LIST: usize = 10_000;
/// Most links of one email.
pub const MAX_LINKS: usize = 1_000;
/// Longest subject or preheader template, in bytes.
pub const MAX_SUBJECT_BYTES: usize = 4 * 1024;

/// The part of an email an issue or position belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EmailPart)]
pub enum Part {
    /// The subject line.
    Subject,
    /// The preview text mailbox lists show after the subject.
    Preheader,
    /// The HTML part, or the MJML or document it is made from.
    Html,
    /// The plain text part.
    Text,
}

impl Part {
    /// The word used in messages.
    pub fn word(self) -> &'static str {
        match self {
            Part::Subject => "subject",
            Part::Preheader => "preheader",
            Part::Html => "body",
            Part::Text => "text part",
        }
    }
}

/// A place in a template's source. Lines and columns start at 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Which part.
    pub part: Part,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// What the body is written in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "format", rename_all = "snake_case", deny_unknown_fields)]
pub enum Body {
    /// HTML with Liquid inside.
    Html {
        /// The HTML.
        source: String,
    },
    /// MJML with Liquid inside.
    Mjml {
        /// The MJML.
        source: String,
    },
    /// A document of rows and blocks (see [`super::document`]).
    Document {
        /// The document as JSON; `schema` says its version.
        document: serde_json::Value,
    },
}

/// An email as its author wrote it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailSource {
    /// Subject line, Liquid inside.
    #[serde(default)]
    pub subject: String,
    /// Preview text after the subject, Liquid inside; empty for none.
    #[serde(default)]
    pub preheader: String,
    /// The body.
    pub body: Body,
    /// Plain text part, Liquid inside; made from the body if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Parameters added to the links of a campaign, for the shop's own analytics.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Utm {
    /// `utm_source`.
    pub source: Option<String>,
    /// `utm_medium`.
    pub medium: Option<String>,
    /// `utm_campaign`.
    pub campaign: Option<String>,
    /// `utm_term`.
    pub term: Option<String>,
    /// `utm_content`.
    pub content: Option<String>,
}

impl Utm {
    /// The parameters that are set, by name.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("utm_source", &self.source),
            ("utm_medium", &self.medium),
            ("utm_campaign", &self.campaign),
            ("utm_term", &self.term),
            ("utm_content", &self.content),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.as_deref().filter(|v| !v.is_empty()).map(|v| (name, v)))
    }
}

/// How to compile.
#[derive(Clone, Debug)]
pub struct CompileOptions {
    /// True: an unknown variable is an error that names it, its line and column. False: it is empty.
    pub strict: bool,
    /// Names of the store's custom attributes, if known; without them every attribute counts as known.
    pub attributes: Option<BTreeSet<String>>,
    /// Parameters to add to links.
    pub utm: Option<Utm>,
    /// Move rules of `<style>` into the elements (many mailboxes drop style sheets).
    pub inline_css: bool,
    /// BCP 47 language of the mail, for `<html lang>`; used if the template names none.
    pub language: String,
    /// Give every block of a document the class `block-ID` and every row `row-ID`, for an editor's overlay.
    pub mark_blocks: bool,
}

impl Default for CompileOptions {
    fn default() -> Self {
        CompileOptions {
            strict: false,
            attributes: None,
            utm: None,
            inline_css: true,
            language: "en".into(),
            mark_blocks: false,
        }
    }
}

/// Something wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TemplateIssue {
    /// Where: which part.
    pub part: Part,
    /// Stable word, for example `unknown_variable`.
    pub code: &'static str,
    /// A sentence that says what would be right.
    pub message: String,
    /// Line in the source, from 1, if known.
    pub line: Option<u32>,
    /// Column in characters, from 1, if known.
    pub column: Option<u32>,
    /// JSON pointer into the document, for documents.
    pub pointer: Option<String>,
}

impl TemplateIssue {
    /// An issue about a whole part.
    pub fn of_part(part: Part, code: &'static str, message: impl Into<String>) -> Self {
        TemplateIssue { part, code, message: message.into(), line: None, column: None, pointer: None }
    }

    /// An issue at a place.
    pub fn at(position: Position, code: &'static str, message: impl Into<String>) -> Self {
        TemplateIssue {
            line: Some(position.line),
            column: Some(position.column),
            ..TemplateIssue::of_part(position.part, code, message)
        }
    }

    /// An issue at a place of a document.
    pub fn in_document(pointer: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        TemplateIssue { pointer: Some(pointer.into()), ..TemplateIssue::of_part(Part::Html, code, message) }
    }
}

impl std::fmt::Display for TemplateIssue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.part.word())?;
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, ", line {line}, column {column}")?;
        } else if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(pointer) = &self.pointer {
            write!(f, ", {pointer}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Why one render stopped. The template was good; this recipient's data led it into a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderError {
    /// Where it stopped.
    pub position: Position,
    /// Stable word, for example `steps`.
    pub code: &'static str,
    /// A sentence that names the limit.
    pub message: String,
}

impl std::fmt::Display for RenderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Position { part, line, column } = self.position;
        write!(f, "{}, line {line}, column {column}: {}", part.word(), self.message)
    }
}

impl std::error::Error for RenderError {}

impl From<RenderError> for TemplateIssue {
    fn from(e: RenderError) -> Self {
        TemplateIssue::at(e.position, e.code, e.message)
    }
}
