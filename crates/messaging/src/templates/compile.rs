//! From an author's source to a compiled email: once a campaign version.
//!
//! Heavy (milliseconds to tens of milliseconds): call it on a blocking thread.

use super::compiled::{CompiledEmail, Destination, Facts, Link};
use super::links::{self, Address, Inserts};
use super::liquid::ast::{Escape, Known, Program, VariableUse};
use super::liquid::lexer::{self, Token};
use super::liquid::parser;
use super::marks::{self, Marks};
use super::markup;
use super::model::*;
use super::{document, mjml, text_part};

/// Compiles an email. All issues found are answered at once, those of one part in order.
pub fn compile(source: &EmailSource, options: &CompileOptions) -> Result<CompiledEmail, Vec<TemplateIssue>> {
    let mut issues = Vec::new();
    let subject = line(&source.subject, Part::Subject, &mut issues);
    let preheader = line(&source.preheader, Part::Preheader, &mut issues);
    let html = html_part(source, options).map_err(|mut found| issues.append(&mut found)).ok();
    let text = text_program(source, html.as_ref()).map_err(|mut found| issues.append(&mut found)).ok();
    let programs: Vec<&Program> =
        subject.iter().chain(&preheader).chain(html.as_ref().map(|h| &h.program)).chain(&text).collect();
    if options.strict {
        let unknown = unknown_variables(programs.iter().flat_map(|p| &p.uses), options);
        issues.extend(unknown.into_iter().map(|(path, issue)| match &source.body {
            Body::Document { document } if issue.part == Part::Html => TemplateIssue {
                line: None,
                column: None,
                pointer: document::locate(document, &path),
                ..issue
            },
            _ => issue,
        }));
    }
    match (subject, preheader, html, text) {
        (Some(subject), Some(preheader), Some(html), Some(text)) if issues.is_empty() => Ok(CompiledEmail {
            subject,
            preheader,
            html: html.program,
            text,
            links: html.links,
            facts: html.facts,
        }),
        _ => {
            issues.sort_by_key(|i| (i.part, i.line, i.column));
            issues.dedup();
            Err(issues)
        }
    }
}

/// Subject or preheader.
fn line(source: &str, part: Part, issues: &mut Vec<TemplateIssue>) -> Option<Program> {
    if source.len() > MAX_SUBJECT_BYTES {
        let message = format!("The {} has at most {MAX_SUBJECT_BYTES} bytes.", part.word());
        issues.push(TemplateIssue::of_part(part, "too_large", message));
        return None;
    }
    let parsed = super::liquid::lexer::lex(source, part)
        .and_then(|tokens| parser::parse(&tokens, part, Escape::None, false));
    parsed.map_err(|issue| issues.push(issue)).ok()
}

struct HtmlPart {
    program: Program,
    links: Vec<Link>,
    facts: Facts,
    /// The text part made from it, as tokens.
    text: Vec<Token>,
}

/// The body as HTML with marks.
struct Markup {
    html: String,
    marks: Marks,
    /// True if the layout is ours or MJML's rather than the author's own HTML.
    is_generated: bool,
    /// True if the author gave no `<title>` and the subject is to stand there.
    wants_title: bool,
}

fn html_part(source: &EmailSource, options: &CompileOptions) -> Result<HtmlPart, Vec<TemplateIssue>> {
    let mut markup = body_markup(&source.body, options)?;
    let subject = marks::lex(&source.subject, Part::Subject).unwrap_or_default();
    let inserts = Inserts {
        utm: options.utm.as_ref(),
        language: &options.language,
        title: markup.wants_title.then_some(subject),
        preheader: marks::lex(&source.preheader, Part::Preheader).unwrap_or_default(),
        empty_alt: markup.is_generated,
    };
    let linked = links::link(&markup.html, &mut markup.marks, inserts).map_err(|issue| vec![issue])?;
    let (tokens, issues) = markup.marks.restore_html(&linked.html);
    if !issues.is_empty() {
        return Err(issues);
    }
    let program = parser::parse(&tokens, Part::Html, Escape::Html, true).map_err(|issue| vec![issue])?;
    let links =
        linked.links.into_iter().map(destination).collect::<Result<_, _>>().map_err(|issue| vec![issue])?;
    let text = markup.marks.restore_text(&text_part::from_html(&linked.html, &markup.marks));
    let facts = Facts {
        bad_links: linked.bad,
        images_without_alt: linked.images_without_alt,
        removed: linked.removed,
        html_bytes: linked.html.len(),
        is_generated: markup.is_generated,
    };
    Ok(HtmlPart { program, links, facts, text })
}

fn body_markup(body: &Body, options: &CompileOptions) -> Result<Markup, Vec<TemplateIssue>> {
    match body {
        Body::Html { source } => {
            let mut marks = Marks::default();
            let html = guarded(source, false, &mut marks)?;
            let html = match options.inline_css && html.to_ascii_lowercase().contains("<style") {
                true => mjml::inline_css(&html).map_err(|issue| vec![issue])?,
                false => html,
            };
            finished(html, marks, None)
        }
        Body::Mjml { source } => match mjml::unknown_elements(source) {
            unknown if !unknown.is_empty() => Err(unknown),
            _ => mjml_markup(source, |html, _| Ok(html)),
        },
        Body::Document { document } => {
            let layout = document::layout(document, options.mark_blocks)?;
            mjml_markup(&layout.mjml, |html, marks| {
                let html = layout.put_in_place(&html, |piece| {
                    // Every text of a document was lexed when it was checked.
                    marks.protect_markup(lexer::lex(piece, Part::Html).unwrap_or_default())
                });
                markup::guard(&html, false).map(|()| html)
            })
            .map_err(|issues| issues.into_iter().map(|i| in_document(i, document)).collect())
        }
    }
}

/// `complete` puts into the HTML what did not go through the MJML parser.
fn mjml_markup(
    source: &str,
    complete: impl FnOnce(String, &mut Marks) -> Result<String, TemplateIssue>,
) -> Result<Markup, Vec<TemplateIssue>> {
    let mut marks = Marks::default();
    let protected = guarded(source, true, &mut marks)?;
    // Liquid around the root (an `assign` at the top) is kept around the result.
    let start = protected.find("<mjml").unwrap_or(0);
    let end = protected.rfind("</mjml>").map_or(protected.len(), |i| i + "</mjml>".len()).max(start);
    let (layout, css) = mjml::take_inline_styles(&protected[start..end]);
    let html = mjml::to_html(&layout)
        .map(|html| format!("{}{html}{}", protected[..start].trim(), protected[end..].trim()))
        .map(|html| marks.unnest(&html))
        .and_then(|html| complete(html, &mut marks))
        .and_then(|html| if css.is_empty() { Ok(html) } else { mjml::inline_extra(&html, &css) })
        .map_err(|issue| vec![issue])?;
    finished(html, marks, Some(!source.contains("<mj-title")))
}

/// An issue about a document has no line, but a place in the document.
fn in_document(issue: TemplateIssue, document: &serde_json::Value) -> TemplateIssue {
    if issue.part != Part::Html {
        return issue;
    }
    let pointer =
        issue.pointer.clone().or_else(|| document::locate(document, issue.message.split(' ').next_back()?));
    TemplateIssue { line: None, column: None, pointer, ..issue }
}

/// Liquid out, marks in, and only what the parsers can bear.
fn guarded(source: &str, is_mjml: bool, marks: &mut Marks) -> Result<String, Vec<TemplateIssue>> {
    let tokens = marks::lex(source, Part::Html)?;
    let protected = marks.protect_markup(tokens);
    markup::guard(&protected, is_mjml).map_err(|issue| vec![issue])?;
    Ok(protected)
}

/// `generated` is none for the author's own HTML, else whether the title is empty.
fn finished(html: String, marks: Marks, generated: Option<bool>) -> Result<Markup, Vec<TemplateIssue>> {
    let lost = marks.lost(&html);
    if !lost.is_empty() {
        return Err(lost);
    }
    Ok(Markup { html, marks, is_generated: generated.is_some(), wants_title: generated == Some(true) })
}

fn destination(address: Address) -> Result<Link, TemplateIssue> {
    let destination = match address {
        Address::Literal(url) => Destination::Literal(url),
        Address::Dynamic(tokens) => {
            Destination::Dynamic(parser::parse(&tokens, Part::Text, Escape::UrlPart, false)?)
        }
    };
    Ok(Link { destination })
}

fn text_program(source: &EmailSource, html: Option<&HtmlPart>) -> Result<Program, Vec<TemplateIssue>> {
    let tokens = match (&source.text, html) {
        (Some(text), Some(html)) => {
            let normalised = text.replace("\r\n", "\n");
            with_links(marks::lex(&normalised, Part::Text)?, &html.links)
        }
        (Some(text), None) => marks::lex(text, Part::Text)?,
        (None, Some(html)) => html.text.clone(),
        (None, None) => Vec::new(),
    };
    parser::parse(&tokens, Part::Text, Escape::None, true).map_err(|issue| vec![issue])
}

/// Gives an address in the author's own text part the number it has in the HTML.
fn with_links(tokens: Vec<Token>, links: &[Link]) -> Vec<Token> {
    let mut out = Vec::new();
    for token in tokens {
        match token {
            Token::Text(text) => split_addresses(&text, links, &mut out),
            other => out.push(other),
        }
    }
    out
}

fn split_addresses(text: &str, links: &[Link], out: &mut Vec<Token>) {
    let mut rest = text;
    while let Some(start) = rest.find("http") {
        let tail = &rest[start..];
        let end = tail.find(|c: char| c.is_whitespace() || "<>\"')]".contains(c)).unwrap_or(tail.len());
        let url = tail[..end].trim_end_matches(['.', ',', ';', '!', ':']);
        let number = links.iter().position(|l| l.is_literal(url)).and_then(|n| u16::try_from(n).ok());
        match number {
            Some(number) => {
                out.push(Token::Text(rest[..start].to_owned()));
                out.push(Token::Link { number, plain: vec![Token::Text(url.to_owned())] });
                rest = &tail[url.len()..];
            }
            None => {
                let skip = start + url.len().max(4);
                out.push(Token::Text(rest[..skip].to_owned()));
                rest = &rest[skip..];
            }
        }
    }
    out.push(Token::Text(rest.to_owned()));
}

/// Strict mode: variables that do not exist.
fn unknown_variables<'u>(
    uses: impl Iterator<Item = &'u VariableUse>,
    options: &CompileOptions,
) -> Vec<(String, TemplateIssue)> {
    uses.filter(|u| !is_known(u, options))
        .map(|u| {
            let message = format!("There is no variable {}.{}", u.path, hint(&u.path));
            (u.path.clone(), TemplateIssue::at(u.position, "unknown_variable", message))
        })
        .collect()
}

fn is_known(variable: &VariableUse, options: &CompileOptions) -> bool {
    match (variable.known, &options.attributes) {
        (Known::Yes, _) | (Known::Attribute, None) => true,
        (Known::Attribute, Some(names)) => {
            names.contains(super::liquid::names::attribute_name(&variable.path))
        }
        (Known::No, _) => false,
    }
}

/// What is probably meant.
fn hint(path: &str) -> String {
    let name = path.rsplit('.').next().unwrap_or(path).to_ascii_lowercase().replace(['-', ' '], "_");
    let found = super::liquid::names::FIELDS
        .iter()
        .find(|(_, field)| *field == name || field.replace('_', "") == name);
    found.map_or(String::new(), |(root, field)| format!(" Is {}.{field} meant?", root.word()))
}
