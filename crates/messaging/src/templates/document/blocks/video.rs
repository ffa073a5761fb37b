//! A picture that leads to a video. Mailboxes play none.

use super::{Block, Checker, Writer};
use crate::templates::document::html;
use serde::{Deserialize, Serialize};

/// A picture that leads to a video.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Video {
    /// Address of the picture.
    thumbnail: String,
    /// What the video shows.
    alt: String,
    /// Where the video is.
    href: String,
    /// What the line below says.
    #[serde(default = "watch")]
    label: String,
}

fn watch() -> String {
    "Watch the video".into()
}

impl Block for Video {
    const KIND: &'static str = "video";
    const TITLE: &'static str = "Video";

    fn check(&self, checker: &mut Checker) {
        checker.image("/thumbnail", &self.thumbnail);
        checker.required_text("/alt", &self.alt, 500);
        checker.address("/href", &self.href);
        checker.required_text("/label", &self.label, 200);
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.element("mj-image", &[("src", &self.thumbnail), ("alt", &self.alt), ("href", &self.href)]);
        let label = format!("<a href=\"{}\">▶ {}</a>", html::escape(&self.href), html::escape(&self.label));
        writer.html("mj-text", &[("align", "center")], label);
    }

    fn examples() -> Vec<Self> {
        let video = |label: &str| Video {
            thumbnail: "https://shop.example/v.jpg".into(),
            alt: "How we make \"tea\"".into(),
            href: "https://video.example/1".into(),
            label: label.into(),
        };
        vec![video("Watch the video"), video("Watch & learn, {{ contact.first_name | default: 'friend' }}")]
    }
}
