//! How long it still is, as a picture that is right whenever the mail is opened, with the end in words for
//! those who do not see it.

use super::{ALIGNMENTS, Block, Checker, Writer, center};
use crate::countdown::model::{HEIGHT, WIDTH};
use crate::templates::document::html;
use serde::{Deserialize, Serialize};

/// A countdown.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Countdown {
    /// When it ends: RFC 3339, or one variable that gives it.
    ends_at: String,
    /// What ends, above the picture.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    label: String,
    /// What stands there in mails that are sent after the end.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    expired_text: String,
    /// `left`, `center` or `right`.
    #[serde(default = "center")]
    align: String,
    /// Colour of the digits.
    #[serde(default = "digits")]
    color: String,
    /// Colour behind the digits.
    #[serde(default = "behind")]
    background: String,
}

fn digits() -> String {
    "#111827".into()
}

fn behind() -> String {
    "#ffffff".into()
}

/// A checked colour as six digits.
fn six(color: &str) -> String {
    let digits = color.trim_start_matches('#').to_ascii_lowercase();
    match digits.len() {
        3 => digits.chars().flat_map(|c| [c, c]).collect(),
        _ => digits,
    }
}

impl Countdown {
    /// The end as a Liquid expression.
    fn expression(&self) -> String {
        let text = self.ends_at.trim();
        match text.strip_prefix("{{").and_then(|t| t.strip_suffix("}}")) {
            Some(inner) => inner.trim_matches(['-', ' ']).to_owned(),
            None => format!("\"{text}\""),
        }
    }
}

impl Block for Countdown {
    const KIND: &'static str = "countdown";
    const TITLE: &'static str = "Countdown";

    fn check(&self, checker: &mut Checker) {
        checker.time("/ends_at", &self.ends_at);
        checker.text("/label", &self.label, 300);
        checker.text("/expired_text", &self.expired_text, 500);
        checker.word("/align", &self.align, ALIGNMENTS);
        checker.color("/color", &self.color);
        checker.color("/background", &self.background);
    }

    fn write(&self, writer: &mut Writer<'_>) {
        let (label, over) = (html::escape(&self.label), html::escape(&self.expired_text));
        let heading = if label.is_empty() { String::new() } else { format!("<p>{label}</p>") };
        let (width, height) = (WIDTH / 2, HEIGHT / 2);
        let html = format!(
            "{{% assign countdown_end = {end} | date: \"%s\" | plus: 0 %}}\
             {{% assign countdown_now = \"now\" | date: \"%s\" | plus: 0 %}}\
             {{% if countdown_end > countdown_now %}}{heading}\
             <img src=\"{{{{ links.countdown }}}}{{{{ countdown_end }}}}-{color}-{background}.gif\" \
             width=\"{width}\" height=\"{height}\" alt=\"{{{{ countdown_end | date: \"%Y-%m-%d %H:%M %Z\" }}}}\" \
             style=\"border:0;max-width:100%;height:auto;display:inline-block\">\
             {{% else %}}{over}{{% endif %}}",
            end = self.expression(),
            color = six(&self.color),
            background = six(&self.background),
        );
        writer.html("mj-text", &[("align", &self.align)], html);
    }

    fn examples() -> Vec<Self> {
        let small = Countdown {
            ends_at: "2099-12-31T23:59:59Z".into(),
            label: String::new(),
            expired_text: String::new(),
            align: center(),
            color: digits(),
            background: behind(),
        };
        vec![
            small,
            Countdown {
                ends_at: "{{ coupon.expires_at | default: \"2099-12-31T23:59:59Z\" }}".into(),
                label: "The \"sale\" & free delivery end in".into(),
                expired_text: "It is over, {{ contact.first_name | default: 'friend' }}.".into(),
                align: "left".into(),
                color: "#fff".into(),
                background: "#b91c1c".into(),
            },
        ]
    }
}
