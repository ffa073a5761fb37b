//! A captured message as people look at it. Pure.

use lol_html::{RewriteStrSettings, element, rewrite_str};
use mail_parser::{Address, Message, MessageParser, PartType};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use utoipa::ToSchema;

/// Links listed of one message.
const LINKS_MAX: usize = 500;

/// What lists show, sealed beside the message.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Subject in plain text.
    pub subject: String,
    /// Author, as in the header.
    pub from: String,
    /// Recipient's address.
    pub to: String,
}

impl Summary {
    /// Reads it from a message.
    pub fn of(raw: &[u8]) -> Self {
        let parsed = MessageParser::default().parse_headers(raw);
        let Some(message) = parsed else { return Summary::default() };
        Summary {
            subject: message.subject().unwrap_or_default().to_owned(),
            from: message.from().map(shown).unwrap_or_default(),
            to: message
                .to()
                .and_then(|to| to.first())
                .and_then(|a| a.address())
                .unwrap_or_default()
                .to_owned(),
        }
    }
}

fn shown(address: &Address<'_>) -> String {
    let Some(first) = address.first() else { return String::new() };
    match (first.name(), first.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (None, Some(address)) => address.to_owned(),
        _ => String::new(),
    }
}

/// A header field as sent, unfolded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct HeaderOut {
    /// Name.
    pub name: String,
    /// Value, not decoded.
    pub value: String,
}

/// A message taken apart.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Parts {
    /// Header fields in order.
    pub headers: Vec<HeaderOut>,
    /// HTML part.
    pub html: Option<String>,
    /// Text part.
    pub text: Option<String>,
    /// Addresses that the HTML links to, each once, in order.
    pub links: Vec<String>,
}

impl Parts {
    /// Takes a message apart.
    pub fn of(raw: &[u8]) -> Self {
        let Some(message) = MessageParser::default().parse(raw) else { return Parts::default() };
        let headers = message
            .headers_raw()
            .map(|(name, value)| HeaderOut { name: name.to_owned(), value: unfolded(value) })
            .collect();
        // mail-parser makes up a part that is not there; only real ones are shown.
        let html = part(&message, |body| match body {
            PartType::Html(html) => Some(html.to_string()),
            _ => None,
        });
        let text = part(&message, |body| match body {
            PartType::Text(text) => Some(text.to_string()),
            _ => None,
        });
        let links = html.as_deref().map(links_of).unwrap_or_default();
        Parts { headers, html, text, links }
    }
}

fn part(message: &Message<'_>, read: impl Fn(&PartType<'_>) -> Option<String>) -> Option<String> {
    message.parts.iter().find_map(|p| read(&p.body))
}

fn unfolded(value: &str) -> String {
    value.split(['\r', '\n']).map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ")
}

fn links_of(html: &str) -> Vec<String> {
    let found = RefCell::new(Vec::new());
    let settings =
        RewriteStrSettings::new().append_element_content_handler(element!("a[href], area[href]", |el| {
            let mut found = found.borrow_mut();
            if let Some(href) = el.get_attribute("href").map(|h| h.replace("&amp;", "&"))
                && found.len() < LINKS_MAX
                && !found.contains(&href)
            {
                found.push(href);
            }
            Ok(())
        }));
    // A page that cannot be read has no links to show.
    let _ = rewrite_str(html, settings);
    found.into_inner()
}
