//! Products chosen by hand, one to three side by side.

use super::{Block, Checker, Writer};
use crate::templates::document::html;
use serde::{Deserialize, Serialize};

/// Most products of a block.
const MAX_ITEMS: usize = 24;

/// Products.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// In order.
    items: Vec<Item>,
    /// How many side by side, 1 to 3.
    #[serde(default = "one")]
    per_row: u32,
    /// What the link below each says; without it there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    button_label: Option<String>,
}

/// One product.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    /// Its name.
    title: String,
    /// Its page.
    href: String,
    /// Address of its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    /// Its price as shown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    price: String,
    /// Its price before, struck through.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    compare_at_price: String,
    /// A sentence about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    description: String,
}

fn one() -> u32 {
    1
}

impl Item {
    fn check(&self, checker: &mut Checker) {
        checker.required_text("/title", &self.title, 300);
        checker.address("/href", &self.href);
        if let Some(image) = &self.image {
            checker.image("/image", image);
        }
        checker.text("/price", &self.price, 100);
        checker.text("/compare_at_price", &self.compare_at_price, 100);
        checker.text("/description", &self.description, 2_000);
    }

    fn cell(&self, button_label: Option<&str>, button: (&str, &str)) -> String {
        let (href, title) = (html::escape(&self.href), html::escape(&self.title));
        let mut out = String::new();
        if let Some(image) = &self.image {
            out += &format!(
                "<a href=\"{href}\"><img src=\"{}\" alt=\"{title}\" width=\"160\" \
                 style=\"border:0;max-width:100%;height:auto;display:inline-block\"></a><br>",
                html::escape(image)
            );
        }
        out += &format!("<a href=\"{href}\" style=\"font-weight:bold;text-decoration:none\">{title}</a>");
        if !self.description.is_empty() {
            out += &format!("<br><span style=\"font-size:14px\">{}</span>", html::escape(&self.description));
        }
        if !self.price.is_empty() {
            out += &format!("<br>{}", html::escape(&self.price));
        }
        if !self.compare_at_price.is_empty() {
            out += &format!(" <s style=\"color:#6b7280\">{}</s>", html::escape(&self.compare_at_price));
        }
        if let Some(label) = button_label {
            let (background, color) = button;
            let style = format!(
                "display:inline-block;margin-top:8px;padding:8px 16px;background:{background};color:{color};\
                 text-decoration:none;border-radius:4px"
            );
            out += &format!("<br><a href=\"{href}\" style=\"{style}\">{}</a>", html::escape(label));
        }
        out
    }
}

impl Block for Product {
    const KIND: &'static str = "product";
    const TITLE: &'static str = "Products";

    fn check(&self, checker: &mut Checker) {
        checker.number("/per_row", self.per_row, 1..=3);
        checker.count("/items", self.items.len(), 1..=MAX_ITEMS as u32);
        if let Some(label) = &self.button_label {
            checker.required_text("/button_label", label, 100);
        }
        for (index, item) in self.items.iter().take(MAX_ITEMS).enumerate() {
            checker.within(&format!("/items/{index}"), |c| item.check(c));
        }
    }

    fn write(&self, writer: &mut Writer<'_>) {
        let button = (writer.settings.button_background.as_str(), writer.settings.button_color.as_str());
        let per_row = self.per_row.clamp(1, 3) as usize;
        let mut table = String::from(
            "<table role=\"presentation\" width=\"100%\" cellpadding=\"8\" cellspacing=\"0\" border=\"0\">",
        );
        for row in self.items.chunks(per_row) {
            table += "<tr>";
            for item in row {
                let cell = item.cell(self.button_label.as_deref(), button);
                table +=
                    &format!("<td width=\"{}%\" align=\"center\" valign=\"top\">{cell}</td>", 100 / per_row);
            }
            for _ in row.len()..per_row {
                table += "<td></td>";
            }
            table += "</tr>";
        }
        table += "</table>";
        writer.html("mj-text", &[("align", "center"), ("padding", "8px 16px")], table);
    }

    fn examples() -> Vec<Self> {
        let small = Item {
            title: "Cup".into(),
            href: "https://shop.example/cup".into(),
            image: None,
            price: String::new(),
            compare_at_price: String::new(),
            description: String::new(),
        };
        let full = Item {
            image: Some("https://shop.example/pot.jpg".into()),
            title: "Pot & lid".into(),
            price: "{{ 1999 | money }}".into(),
            compare_at_price: "$25".into(),
            description: "Holds \"much\" tea.".into(),
            ..small.clone()
        };
        vec![
            Product { items: vec![small.clone()], per_row: one(), button_label: None },
            Product {
                items: vec![full.clone(), small, full],
                per_row: 2,
                button_label: Some("See it".into()),
            },
        ]
    }
}
