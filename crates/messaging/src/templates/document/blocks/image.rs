//! A picture, perhaps a link.

use super::{ALIGNMENTS, Block, Checker, Writer, center};
use serde::{Deserialize, Serialize};

/// A picture.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// Address of the picture.
    src: String,
    /// What it shows, for those who don't see it; empty if it only decorates.
    alt: String,
    /// Where it leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    href: Option<String>,
    /// Width in pixels; as wide as the column if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    /// `left`, `center` or `right`.
    #[serde(default = "center")]
    align: String,
    /// Rounding in pixels.
    #[serde(default)]
    radius: u32,
    /// True: from edge to edge.
    #[serde(default)]
    full_width: bool,
}

impl Block for Image {
    const KIND: &'static str = "image";
    const TITLE: &'static str = "Image";

    fn check(&self, checker: &mut Checker) {
        checker.image("/src", &self.src);
        checker.text("/alt", &self.alt, 500);
        if let Some(href) = &self.href {
            checker.address("/href", href);
        }
        checker.number("/width", self.width.unwrap_or(600), 1..=900);
        checker.word("/align", &self.align, ALIGNMENTS);
        checker.number("/radius", self.radius, 0..=450);
    }

    fn write(&self, writer: &mut Writer<'_>) {
        let width = self.width.map(|w| format!("{w}px")).unwrap_or_default();
        let radius = if self.radius > 0 { format!("{}px", self.radius) } else { String::new() };
        let alt = if self.alt.is_empty() { " " } else { &self.alt };
        writer.element(
            "mj-image",
            &[
                ("src", &self.src),
                ("alt", alt.trim_end()),
                ("href", self.href.as_deref().unwrap_or("")),
                ("width", &width),
                ("align", &self.align),
                ("border-radius", &radius),
                ("padding", if self.full_width { "0px" } else { "" }),
            ],
        );
    }

    fn examples() -> Vec<Self> {
        let small = Image {
            src: "https://shop.example/a.png".into(),
            alt: String::new(),
            href: None,
            width: None,
            align: center(),
            radius: 0,
            full_width: false,
        };
        vec![
            small.clone(),
            Image {
                alt: "A cup of \"green\" tea & honey".into(),
                href: Some("https://shop.example/tea?for={{ contact.country | downcase }}".into()),
                width: Some(320),
                align: "left".into(),
                radius: 8,
                full_width: true,
                ..small
            },
        ]
    }
}
