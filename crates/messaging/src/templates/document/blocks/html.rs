//! HTML of the author's own. It is not cleaned here: what runs is taken out of the finished email.

use super::{Block, Checker, Writer};
use crate::templates::document::html;
use serde::{Deserialize, Serialize};

/// HTML of the author's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Html {
    /// The HTML.
    html: String,
}

impl Block for Html {
    const KIND: &'static str = "html";
    const TITLE: &'static str = "HTML";

    fn check(&self, checker: &mut Checker) {
        html::check(checker, "/html", &self.html);
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.raw(self.html.clone());
    }

    fn examples() -> Vec<Self> {
        vec![
            Html { html: "<p>Hello<br>you</p>".into() },
            Html {
                html: "<table><tr>{% for t in contact.tags %}<td><img src=\"https://shop.example/{{ t }}.png\" alt=\"\"></td>{% endfor %}</tr></table>"
                    .into(),
            },
        ]
    }
}
