//! A button.

use super::{ALIGNMENTS, Block, Checker, Writer, center};
use serde::{Deserialize, Serialize};

/// A button.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Button {
    /// What it says.
    label: String,
    /// Where it leads.
    href: String,
    /// `left`, `center` or `right`.
    #[serde(default = "center")]
    align: String,
    /// Colour, in place of the email's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    background: Option<String>,
    /// Colour of its text, in place of the email's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    color: Option<String>,
    /// True: as wide as the column.
    #[serde(default)]
    full_width: bool,
}

impl Block for Button {
    const KIND: &'static str = "button";
    const TITLE: &'static str = "Button";

    fn check(&self, checker: &mut Checker) {
        checker.required_text("/label", &self.label, 200);
        checker.address("/href", &self.href);
        checker.word("/align", &self.align, ALIGNMENTS);
        checker.optional_color("/background", &self.background);
        checker.optional_color("/color", &self.color);
    }

    fn write(&self, writer: &mut Writer<'_>) {
        let attributes = [
            ("href", self.href.as_str()),
            ("align", &self.align),
            ("background-color", self.background.as_deref().unwrap_or("")),
            ("color", self.color.as_deref().unwrap_or("")),
            ("width", if self.full_width { "100%" } else { "" }),
        ];
        writer.text("mj-button", &attributes, &self.label);
    }

    fn examples() -> Vec<Self> {
        let small = Button {
            label: "Shop now".into(),
            href: "https://shop.example/".into(),
            align: center(),
            background: None,
            color: None,
            full_width: false,
        };
        vec![
            small.clone(),
            Button {
                label: "For {{ contact.first_name | default: \"you\" }} & friends".into(),
                href: "{{ store.url }}/new".into(),
                align: "right".into(),
                background: Some("#abc".into()),
                color: Some("#001122".into()),
                full_width: true,
            },
            Button { href: "mailto:care@shop.example".into(), ..small },
        ]
    }
}
