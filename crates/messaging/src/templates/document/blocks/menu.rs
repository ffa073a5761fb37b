//! Links side by side: the sections of a shop.

use super::{ALIGNMENTS, Block, Checker, Writer, center};
use crate::templates::document::html;
use serde::{Deserialize, Serialize};

/// Links side by side.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Menu {
    /// In order.
    items: Vec<MenuItem>,
    /// `left`, `center` or `right`.
    #[serde(default = "center")]
    align: String,
    /// Colour, in place of that of links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    color: Option<String>,
}

/// One link.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MenuItem {
    /// What it says.
    label: String,
    /// Where it leads.
    href: String,
}

impl Block for Menu {
    const KIND: &'static str = "menu";
    const TITLE: &'static str = "Menu";

    fn check(&self, checker: &mut Checker) {
        checker.word("/align", &self.align, ALIGNMENTS);
        checker.optional_color("/color", &self.color);
        checker.count("/items", self.items.len(), 1..=10);
        for (index, item) in self.items.iter().take(10).enumerate() {
            checker.within(&format!("/items/{index}"), |c| {
                c.required_text("/label", &item.label, 100);
                c.address("/href", &item.href);
            });
        }
    }

    fn write(&self, writer: &mut Writer<'_>) {
        let color = self.color.as_deref().unwrap_or(&writer.settings.link_color);
        let style = format!("color:{color};text-decoration:none;display:inline-block;padding:4px 12px");
        let item = |i: &MenuItem| {
            format!("<a href=\"{}\" style=\"{style}\">{}</a>", html::escape(&i.href), html::escape(&i.label))
        };
        let items: Vec<String> = self.items.iter().map(item).collect();
        writer.html("mj-text", &[("align", &self.align)], items.join(" "));
    }

    fn examples() -> Vec<Self> {
        let item = |label: &str| MenuItem {
            label: label.into(),
            href: "https://shop.example/{{ contact.country }}".into(),
        };
        vec![
            Menu { items: vec![item("New")], align: center(), color: None },
            Menu {
                items: vec![item("New"), item("Tea & more"), item("Sale")],
                align: "left".into(),
                color: Some("#333".into()),
            },
        ]
    }
}
