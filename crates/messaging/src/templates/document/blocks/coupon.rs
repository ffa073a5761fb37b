//! A discount code in a frame, perhaps with a button.

use super::{Block, Checker, Writer};
use crate::templates::document::html;
use serde::{Deserialize, Serialize};

/// A discount code.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coupon {
    /// The code; often a variable.
    code: String,
    /// What it is worth, above the code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    title: String,
    /// Conditions, below the code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    terms: String,
    /// What the button says; without it there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    button_label: Option<String>,
    /// Where the button leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    href: Option<String>,
    /// Colour of the frame.
    #[serde(default = "frame")]
    color: String,
}

fn frame() -> String {
    "#9ca3af".into()
}

impl Block for Coupon {
    const KIND: &'static str = "coupon";
    const TITLE: &'static str = "Coupon";

    fn check(&self, checker: &mut Checker) {
        checker.required_text("/code", &self.code, 200);
        checker.text("/title", &self.title, 300);
        checker.text("/terms", &self.terms, 1_000);
        checker.color("/color", &self.color);
        if let Some(label) = &self.button_label {
            checker.required_text("/button_label", label, 200);
            match &self.href {
                Some(href) => checker.address("/href", href),
                None => checker.issue("/href", "required", "A button leads somewhere: give its address."),
            }
        }
    }

    fn write(&self, writer: &mut Writer<'_>) {
        if !self.title.is_empty() {
            writer.text(
                "mj-text",
                &[("align", "center"), ("font-size", "20px"), ("font-weight", "bold")],
                &self.title,
            );
        }
        let style = format!(
            "display:inline-block;border:2px dashed {};border-radius:6px;padding:12px 24px;\
             font-family:Menlo,Consolas,monospace;font-size:22px;letter-spacing:2px",
            self.color
        );
        let code = format!("<span style=\"{style}\">{}</span>", html::escape(&self.code));
        writer.html("mj-text", &[("align", "center")], code);
        if !self.terms.is_empty() {
            writer.text(
                "mj-text",
                &[("align", "center"), ("font-size", "13px"), ("color", "#4b5563")],
                &self.terms,
            );
        }
        if let (Some(label), Some(href)) = (&self.button_label, &self.href) {
            writer.text("mj-button", &[("href", href)], label);
        }
    }

    fn examples() -> Vec<Self> {
        let small = Coupon {
            code: "SPRING10".into(),
            title: String::new(),
            terms: String::new(),
            button_label: None,
            href: None,
            color: frame(),
        };
        vec![
            small,
            Coupon {
                code: "{{ coupon.code | default: \"SPRING10\" }}".into(),
                title: "10 % off & free delivery".into(),
                terms: "Until Sunday.".into(),
                button_label: Some("Use it".into()),
                href: Some("https://shop.example/?code={{ coupon.code }}".into()),
                color: "#f00".into(),
            },
        ]
    }
}
