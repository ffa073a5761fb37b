//! HTML of text blocks: only what a text needs, nothing that runs or loads.

use super::Checker;
use crate::templates::liquid::lexer;
use crate::templates::marks::Marks;
use crate::templates::markup;
use crate::templates::model::Part;
use ammonia::{Builder, UrlRelative};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Longest HTML of one block, in bytes.
pub const MAX_BLOCK_HTML: usize = 64 * 1024;

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from([
            "a",
            "b",
            "blockquote",
            "br",
            "code",
            "em",
            "h1",
            "h2",
            "h3",
            "h4",
            "i",
            "li",
            "ol",
            "p",
            "s",
            "span",
            "strong",
            "sub",
            "sup",
            "u",
            "ul",
        ]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .generic_attributes(HashSet::from(["style", "lang", "dir"]))
        .clean_content_tags(HashSet::from(["script", "style", "title", "textarea", "svg", "math", "iframe"]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        // Marks of Liquid look like relative addresses; the link pass judges what is really relative.
        .url_relative(UrlRelative::PassThrough)
        .filter_style_properties(HashSet::from([
            "background-color",
            "color",
            "font-size",
            "font-style",
            "font-weight",
            "line-height",
            "text-align",
            "text-decoration",
        ]))
        .link_rel(None);
    builder
});

/// Cleans the HTML of a text block; Liquid passes through.
pub fn clean(html: &str) -> String {
    let Ok(tokens) = lexer::lex(html, Part::Html) else { return String::new() };
    let mut marks = Marks::default();
    let protected = marks.protect(tokens);
    if markup::guard(&protected, true).is_err() {
        return String::new();
    }
    marks.to_source(&CLEANER.clean(&protected).to_string())
}

/// Checks the HTML of a block.
pub fn check(checker: &mut Checker, field: &str, html: &str) {
    checker.html(field, html, MAX_BLOCK_HTML);
    if let Err(issue) = markup::guard(html, true) {
        checker.issue(field, issue.code, issue.message);
    }
}

/// Text as HTML: escaped, except for Liquid.
pub fn escape(text: &str) -> String {
    let Ok(tokens) = lexer::lex(text, Part::Html) else { return String::new() };
    let mut marks = Marks::default();
    let mut out = String::new();
    crate::templates::liquid::evaluate::escape_html(&marks.protect(tokens), |piece| out.push_str(piece));
    marks.to_source(&out)
}
