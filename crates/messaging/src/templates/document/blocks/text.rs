//! Running text: paragraphs, headings, lists, links.

use super::{ALIGNMENTS, Block, Checker, Writer, left};
use crate::templates::document::html;
use serde::{Deserialize, Serialize};

/// Running text.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Paragraphs, headings, lists and links; anything else is dropped.
    html: String,
    /// `left`, `center` or `right`.
    #[serde(default = "left")]
    align: String,
    /// Size in pixels, in place of the email's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<u32>,
    /// Colour, in place of the email's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    color: Option<String>,
}

impl Block for Text {
    const KIND: &'static str = "text";
    const TITLE: &'static str = "Text";

    fn check(&self, checker: &mut Checker) {
        html::check(checker, "/html", &self.html);
        checker.word("/align", &self.align, ALIGNMENTS);
        checker.number("/size", self.size.unwrap_or(16), 8..=96);
        checker.optional_color("/color", &self.color);
    }

    fn write(&self, writer: &mut Writer<'_>) {
        let size = self.size.map(|s| format!("{s}px")).unwrap_or_default();
        let color = self.color.as_deref().unwrap_or("");
        let attributes = [("align", self.align.as_str()), ("font-size", &size), ("color", color)];
        writer.html("mj-text", &attributes, html::clean(&self.html));
    }

    fn examples() -> Vec<Self> {
        let rich = "<h2>Hello {{ contact.first_name | default: \"there\" }}</h2><p>See <a href=\"https://shop.example/new\">what is new</a>.\
                    <br>{% if contact.tags contains 'vip' %}<strong>For you first.</strong>{% endif %}</p><ul><li>One</li></ul>";
        vec![
            Text { html: "<p>Hello</p>".into(), align: left(), size: None, color: None },
            Text { html: rich.into(), align: "center".into(), size: Some(18), color: Some("#333333".into()) },
        ]
    }
}
