//! MJML to HTML, and style sheets into elements. Both parsers see marks in place of Liquid and only
//! markup that passed the guard; neither loads anything from files or the network.
//!
//! Heavy: call it on a blocking thread.

use super::model::{Part, TemplateIssue};

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

/// True if the MJML asks for rules to be moved into elements.
pub fn wants_inlining(mjml: &str) -> bool {
    mjml.contains("inline=\"inline\"") || mjml.contains("inline='inline'")
}

/// Moves rules of `<style>` into the elements they match. Media queries and what cannot be inlined stay.
pub fn inline_css(html: &str) -> Result<String, TemplateIssue> {
    let inliner = css_inline::CSSInliner::options()
        .load_remote_stylesheets(false)
        .keep_style_tags(true)
        .keep_link_tags(true)
        .remove_inlined_selectors(true)
        .build();
    inliner.inline(html).map_err(|error| {
        TemplateIssue::of_part(Part::Html, "css", format!("The style sheet could not be read: {error}."))
    })
}
