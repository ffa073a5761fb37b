//! The head of an email: the store's logo or name, perhaps the way to the web version.

use super::{ALIGNMENTS, Block, Checker, Writer, center};
use serde::{Deserialize, Serialize};

/// The head of an email.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Header {
    /// Address of the logo; without one the store's name is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<String>,
    /// Width of the logo in pixels.
    logo_width: u32,
    /// Where it leads.
    href: String,
    /// `left`, `center` or `right`.
    align: String,
    /// What the link to the web version says; without it there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    web_view_label: Option<String>,
}

impl Default for Header {
    fn default() -> Self {
        Header {
            logo: None,
            logo_width: 160,
            href: "{{ store.url }}".into(),
            align: center(),
            web_view_label: None,
        }
    }
}

impl Block for Header {
    const KIND: &'static str = "header";
    const TITLE: &'static str = "Header";

    fn check(&self, checker: &mut Checker) {
        if let Some(logo) = &self.logo {
            checker.image("/logo", logo);
        }
        checker.number("/logo_width", self.logo_width, 16..=600);
        checker.address("/href", &self.href);
        checker.word("/align", &self.align, ALIGNMENTS);
        if let Some(label) = &self.web_view_label {
            checker.required_text("/web_view_label", label, 100);
        }
    }

    fn write(&self, writer: &mut Writer<'_>) {
        let escape = crate::templates::document::html::escape;
        if let Some(label) = &self.web_view_label {
            let link =
                format!("<a href=\"{{{{ links.web_view }}}}\" style=\"color:#6b7280\">{}</a>", escape(label));
            writer.html("mj-text", &[("align", "right"), ("font-size", "12px"), ("padding", "0 24px")], link);
        }
        match &self.logo {
            Some(logo) => writer.element(
                "mj-image",
                &[
                    ("src", logo),
                    ("alt", "{{ store.name }}"),
                    ("href", &self.href),
                    ("width", &format!("{}px", self.logo_width)),
                    ("align", &self.align),
                ],
            ),
            None => {
                let color = &writer.settings.text_color;
                let style = format!("color:{color};text-decoration:none;font-weight:bold");
                let name =
                    format!("<a href=\"{}\" style=\"{style}\">{{{{ store.name }}}}</a>", escape(&self.href));
                writer.html("mj-text", &[("align", &self.align), ("font-size", "22px")], name);
            }
        }
    }

    fn examples() -> Vec<Self> {
        vec![
            Header::default(),
            Header {
                logo: Some("{{ store.logo_url }}".into()),
                logo_width: 200,
                href: "https://shop.example/".into(),
                align: "left".into(),
                web_view_label: Some("View in browser".into()),
            },
        ]
    }
}
