//! The policy as a page. No script, nothing from elsewhere.

use super::model::Policy;
use std::fmt::Write as _;

/// Style of the page.
pub(super) const CSS: &str = include_str!("page.css");

/// The page.
pub(super) fn html(policy: &Policy) -> String {
    let mut out = String::with_capacity(64 * 1024);
    out.push_str(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Privacy policy</title>\n\
         <link rel=\"stylesheet\" href=\"/privacy.css\">\n</head>\n<body>\n<main>\n<h1>Privacy policy</h1>\n",
    );
    push(
        &mut out,
        "p class=\"version\"",
        &format!("Last updated {}. Version {}.", policy.last_updated, policy.version),
    );
    out.push_str("<nav aria-label=\"Contents\">\n<ol>\n");
    for part in &policy.parts {
        let _ = writeln!(out, "<li><a href=\"#part-{}\">{}</a></li>", part.number, escape(&part.title));
    }
    out.push_str("</ol>\n</nav>\n");
    for paragraph in &policy.introduction {
        push(&mut out, "p", paragraph);
    }
    for part in &policy.parts {
        let _ = writeln!(out, "<section id=\"part-{}\">", part.number);
        push(&mut out, "h2", &format!("{}. {}", part.number, part.title));
        for paragraph in &part.paragraphs {
            push(&mut out, "p", paragraph);
        }
        out.push_str("</section>\n");
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn push(out: &mut String, tag: &str, text: &str) {
    let name = tag.split(' ').next().unwrap_or(tag);
    // Writing to a String cannot fail.
    let _ = writeln!(out, "<{tag}>{}</{name}>", escape(text));
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
