//! The foot of an email: who sends it, from which address, and how to stop it. Marketing mail must have
//! these (CAN-SPAM, 15 U.S.C. 7704(a)(5)), so they cannot be switched off here.

use super::{ALIGNMENTS, Block, Checker, Writer, center};
use crate::templates::document::html;
use serde::{Deserialize, Serialize};

/// The foot of an email.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Footer {
    /// Text above the address: why the reader gets this mail.
    #[serde(skip_serializing_if = "String::is_empty")]
    html: String,
    /// What the unsubscribe link says.
    unsubscribe_label: String,
    /// What the link to the preferences says; without it there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    preferences_label: Option<String>,
    /// `left`, `center` or `right`.
    align: String,
    /// Colour of text and links.
    color: String,
}

impl Default for Footer {
    fn default() -> Self {
        Footer {
            html: String::new(),
            unsubscribe_label: "Unsubscribe".into(),
            preferences_label: None,
            align: center(),
            color: "#4b5563".into(),
        }
    }
}

impl Block for Footer {
    const KIND: &'static str = "footer";
    const TITLE: &'static str = "Footer";

    fn check(&self, checker: &mut Checker) {
        html::check(checker, "/html", &self.html);
        checker.required_text("/unsubscribe_label", &self.unsubscribe_label, 100);
        if let Some(label) = &self.preferences_label {
            checker.required_text("/preferences_label", label, 100);
        }
        checker.word("/align", &self.align, ALIGNMENTS);
        checker.color("/color", &self.color);
    }

    fn write(&self, writer: &mut Writer<'_>) {
        let link = |variable: &str, label: &str| {
            let label = html::escape(label);
            format!("<a href=\"{{{{ {variable} }}}}\" style=\"color:{}\">{label}</a>", self.color)
        };
        let mut links = link("links.unsubscribe", &self.unsubscribe_label);
        if let Some(label) = &self.preferences_label {
            links = format!("{} &nbsp;·&nbsp; {links}", link("links.preferences", label));
        }
        let html = format!(
            "{}<p>{{{{ store.name }}}}<br>{{{{ store.postal_address | newline_to_br }}}}</p><p>{links}</p>",
            html::clean(&self.html)
        );
        writer.html(
            "mj-text",
            &[("align", &self.align), ("font-size", "13px"), ("color", &self.color)],
            html,
        );
    }

    fn examples() -> Vec<Self> {
        vec![
            Footer::default(),
            Footer {
                html: "<p>You get this because you asked {{ store.name }} for news.</p>".into(),
                unsubscribe_label: "No more of this".into(),
                preferences_label: Some("Change what you get".into()),
                align: "left".into(),
                color: "#333".into(),
            },
        ]
    }
}
