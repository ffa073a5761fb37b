//! MJML to HTML, and style sheets into elements. Both parsers see marks in place of Liquid and only
//! markup that passed the guard; neither loads anything from files or the network.
//!
//! Heavy: call it on a blocking thread.

use super::markup::{Piece, Reader};
use super::model::{Part, TemplateIssue};

/// Elements of MJML 4.
const ELEMENTS: &[&str] = &[
    "mj-accordion",
    "mj-accordion-element",
    "mj-accordion-text",
    "mj-accordion-title",
    "mj-all",
    "mj-attributes",
    "mj-body",
    "mj-breakpoint",
    "mj-button",
    "mj-carousel",
    "mj-carousel-image",
    "mj-class",
    "mj-column",
    "mj-divider",
    "mj-font",
    "mj-group",
    "mj-head",
    "mj-hero",
    "mj-image",
    "mj-navbar",
    "mj-navbar-link",
    "mj-preview",
    "mj-raw",
    "mj-section",
    "mj-social",
    "mj-social-element",
    "mj-spacer",
    "mj-style",
    "mj-table",
    "mj-text",
    "mj-title",
    "mj-wrapper",
];

/// Elements that look like MJML but are none: a layout would pass them through as they are.
pub fn unknown_elements(mjml: &str) -> Vec<TemplateIssue> {
    let unknown = Reader::new(mjml).filter_map(|piece| match piece {
        Piece::Open { name, range, .. } if name.starts_with("mj-") && !ELEMENTS.contains(&name.as_str()) => {
            let line = mjml[..range.start].matches('\n').count() as u32 + 1;
            let message = format!("There is no element {name} here.");
            Some(TemplateIssue { line: Some(line), ..TemplateIssue::of_part(Part::Html, "mjml", message) })
        }
        _ => None,
    });
    unknown.take(20).collect()
}

/// Turns MJML into HTML. Issues carry the line where it is known.
pub fn to_html(mjml: &str) -> Result<String, TemplateIssue> {
    let parsed = mrml::parse(mjml).map_err(|error| parse_issue(mjml, &error))?;
    let options = mrml::prelude::render::RenderOptions::default();
    parsed.element.render(&options).map_err(|error| {
        TemplateIssue::of_part(Part::Html, "mjml", format!("This MJML could not be laid out: {error}."))
    })
}

fn parse_issue(mjml: &str, error: &mrml::prelude::parser::Error) -> TemplateIssue {
    let text = error.to_string();
    let issue = TemplateIssue::of_part(Part::Html, "mjml", format!("This MJML could not be read: {text}."));
    match position(&text) {
        Some(at) if mjml.is_char_boundary(at) => {
            let line = mjml[..at].matches('\n').count() as u32 + 1;
            TemplateIssue { line: Some(line), ..issue }
        }
        _ => issue,
    }
}

/// The byte offset an error of the parser names, as `… at position 123…` or `… 123..130`.
fn position(text: &str) -> Option<usize> {
    let digits = |t: &str| t.chars().take_while(char::is_ascii_digit).collect::<String>();
    let after = text.split("position ").nth(1).map(digits);
    let span = text.split("..").next().map(|t| {
        let reversed: String = t.chars().rev().take_while(char::is_ascii_digit).collect();
        reversed.chars().rev().collect()
    });
    after.or(span).filter(|d: &String| !d.is_empty())?.parse().ok()
}

/// Takes the style sheets out that MJML asks to be moved into elements (`<mj-style inline="inline">`).
pub fn take_inline_styles(mjml: &str) -> (String, String) {
    let (mut rest, mut css) = (String::with_capacity(mjml.len()), String::new());
    let mut inside = false;
    for piece in Reader::new(mjml) {
        match piece {
            Piece::Open { name, range, attributes, self_closing } if name == "mj-style" => {
                inside = !self_closing && attributes.iter().any(|a| &mjml[a.name.clone()] == "inline");
                rest.push_str(if inside { "" } else { &mjml[range] });
            }
            Piece::Close { name, range } if name == "mj-style" => {
                rest.push_str(if std::mem::take(&mut inside) { "" } else { &mjml[range] });
            }
            Piece::Text { range, .. } if inside => css.push_str(&mjml[range]),
            Piece::Text { range, .. } | Piece::Open { range, .. } => rest.push_str(&mjml[range]),
            Piece::Close { range, .. } | Piece::Comment { range } => rest.push_str(&mjml[range]),
        }
    }
    (rest, css)
}

/// Moves rules of `<style>` into the elements they match. Media queries and what cannot be inlined stay.
pub fn inline_css(html: &str) -> Result<String, TemplateIssue> {
    inlined(html, css_inline::CSSInliner::options().remove_inlined_selectors(true))
}

/// Moves these rules into the elements they match; style sheets of the document stay as they are.
pub fn inline_extra(html: &str, css: &str) -> Result<String, TemplateIssue> {
    inlined(html, css_inline::CSSInliner::options().inline_style_tags(false).extra_css(Some(css.into())))
}

fn inlined(html: &str, options: css_inline::InlineOptions<'_>) -> Result<String, TemplateIssue> {
    let inliner = options.load_remote_stylesheets(false).keep_style_tags(true).keep_link_tags(true).build();
    inliner.inline(html).map_err(|error| {
        TemplateIssue::of_part(Part::Html, "css", format!("The style sheet could not be read: {error}."))
    })
}
