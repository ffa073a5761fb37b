//! The postal address under an email whose author left it out, and the unsubscribe link under a text part
//! without one (CAN-SPAM, 15 U.S.C. 7704(a)(3) and (5)).
//!
//! Only what the store or the campaign has given can be added; an HTML part without an unsubscribe link is
//! never completed: where the way out stands is the author's decision, and a launch asks for it.

use super::checks::Required;
use super::model::{Body, EmailSource};
use serde_json::{Value, json};

const HTML: &str = "<p style=\"margin:24px 0 0;font-size:12px;line-height:18px;color:#4b5563;text-align:center\">\
    {{ store.postal_address | escape | newline_to_br }}</p>";
const MJML: &str = "<mj-section><mj-column><mj-text align=\"center\" color=\"#4b5563\" font-size=\"12px\">\
    {{ store.postal_address | escape | newline_to_br }}</mj-text></mj-column></mj-section>";

/// The email with what its parts lack.
pub fn complete(mut source: EmailSource, has: Required) -> EmailSource {
    if !has.html_address {
        add_address(&mut source.body);
    }
    // A text part made from the body has what the body has.
    if let Some(text) = &mut source.text {
        if !has.text_link {
            text.push_str("\n\n{{ links.unsubscribe }}");
        }
        if !has.text_address {
            text.push_str("\n\n{{ store.postal_address }}");
        }
    }
    source
}

fn add_address(body: &mut Body) {
    match body {
        Body::Html { source } => insert_before(source, "</body>", HTML),
        Body::Mjml { source } => insert_before(source, "</mj-body>", MJML),
        Body::Document { document } => {
            if let Some(Value::Array(rows)) = document.get_mut("rows") {
                rows.push(row());
            }
        }
    }
}

fn row() -> Value {
    let text = json!({ "id": "postal-address", "type": "text", "align": "center", "color": "#4b5563",
        "html": "<p>{{ store.postal_address }}</p>" });
    json!({ "id": "postal-address-row", "columns": [{ "blocks": [text] }], "padding": 16 })
}

/// Before the last end tag of that name, or at the end.
fn insert_before(source: &mut String, tag: &str, piece: &str) {
    let at = source.to_ascii_lowercase().rfind(tag).unwrap_or(source.len());
    source.insert_str(at, piece);
}
