//! A compiled email: shared by all senders of a campaign, rendered once a recipient.
//!
//! Constant text is already transfer-encoded; a render copies it and encodes only what differs. It
//! touches nothing but its arguments.

use super::data::{MessageUrls, PreviewUrls, RenderData, Tracking};
use super::encode::Writer;
use super::links::BadLink;
use super::liquid::ast::{Program, VariableUse};
use super::liquid::evaluate::{self, Message};
use super::liquid::names::Field;
use super::model::{Part, RenderError};
use serde::Serialize;
use utoipa::ToSchema;

/// Separates the parts of every body. Quoted-printable text has no `=_`, so it cannot occur in one.
pub const BOUNDARY: &str = "=_smartpush_part";

const TEXT_HEADER: &[u8] = b"--=_smartpush_part\r\nContent-Type: text/plain; charset=utf-8\r\n\
Content-Transfer-Encoding: quoted-printable\r\n\r\n";
const HTML_HEADER: &[u8] = b"\r\n--=_smartpush_part\r\nContent-Type: text/html; charset=utf-8\r\n\
Content-Transfer-Encoding: quoted-printable\r\n\r\n";
const END: &[u8] = b"\r\n--=_smartpush_part--\r\n";

/// Longest rendered subject in characters; the rest is cut.
const MAX_SUBJECT_CHARS: usize = 500;

/// Where a link leads.
#[derive(Debug)]
pub enum Destination {
    /// The same for everybody.
    Literal(String),
    /// Made from what is known of the recipient ([`CompiledEmail::destination`]).
    Dynamic(Program),
}

/// A numbered link.
#[derive(Debug)]
pub struct Link {
    /// Where it leads.
    pub destination: Destination,
}

impl Link {
    /// True if it always leads to this address.
    pub fn is_literal(&self, url: &str) -> bool {
        matches!(&self.destination, Destination::Literal(l) if l == url)
    }
}

/// What the checks want to know about the HTML.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Addresses with something wrong.
    pub bad_links: Vec<BadLink>,
    /// Images without a description.
    pub images_without_alt: usize,
    /// Elements and attributes that run something; they were taken out.
    pub removed: Vec<String>,
    /// Size of the HTML before personal values.
    pub html_bytes: usize,
    /// True for MJML and documents.
    pub is_generated: bool,
}

/// A compiled email.
#[derive(Debug)]
pub struct CompiledEmail {
    pub(super) subject: Program,
    pub(super) preheader: Program,
    pub(super) html: Program,
    pub(super) text: Program,
    pub(super) links: Vec<Link>,
    pub(super) facts: Facts,
}

/// A variable that was printed but has no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MissingVariable {
    /// As in the source.
    pub variable: String,
    /// Which part.
    pub part: Part,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A message as a person sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Preview {
    /// Subject.
    pub subject: String,
    /// Preview text.
    pub preheader: String,
    /// HTML part.
    pub html: String,
    /// Text part.
    pub text: String,
    /// Variables without value, once each.
    pub missing: Vec<MissingVariable>,
}

impl CompiledEmail {
    /// Renders the subject for one recipient: one line of plain text, not yet encoded for a header. `out` is
    /// emptied first. Error: as of [`CompiledEmail::write_body`].
    pub fn write_subject(
        &self,
        data: &RenderData<'_>,
        message: Message<'_>,
        out: &mut String,
    ) -> Result<(), RenderError> {
        out.clear();
        evaluate::render(&self.subject, data, message, None, out)?;
        make_line(out);
        Ok(())
    }

    /// Appends a complete `multipart/alternative` body with [`BOUNDARY`] for one recipient: CRLF, at most 76
    /// columns, ASCII, no dot at the start of a line. Nothing is written twice: constant text is copied, the
    /// rest encoded, straight behind what `out` holds already.
    /// Error: this recipient's data led into a limit; the others are not concerned.
    pub fn write_body(
        &self,
        data: &RenderData<'_>,
        message: Message<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), RenderError> {
        out.extend_from_slice(TEXT_HEADER);
        encoded(&self.text, data, message, out)?;
        out.extend_from_slice(HTML_HEADER);
        encoded(&self.html, data, message, out)?;
        out.extend_from_slice(END);
        Ok(())
    }

    /// Renders as a person sees it, with stand-in addresses and nothing measured.
    pub fn render_preview(&self, data: &RenderData<'_>) -> Result<Preview, RenderError> {
        self.render_preview_with(data, &PreviewUrls)
    }

    /// The same with a message's own addresses, for its web view.
    pub fn render_preview_with(
        &self,
        data: &RenderData<'_>,
        urls: &dyn MessageUrls,
    ) -> Result<Preview, RenderError> {
        let message = Message { urls, tracking: Tracking::OFF };
        let mut missing = Vec::new();
        let mut plain = |program: &Program| {
            let mut out = String::new();
            evaluate::render(program, data, message, Some(&mut missing), &mut out)?;
            Ok(out)
        };
        let mut subject = plain(&self.subject)?;
        let mut preheader = plain(&self.preheader)?;
        let (html, text) = (plain(&self.html)?, plain(&self.text)?);
        make_line(&mut subject);
        make_line(&mut preheader);
        Ok(Preview { subject, preheader, html, text, missing: named(missing) })
    }

    /// The HTML with the number of each link in `data-link` in place of where it leads, for a report's map
    /// of clicks. `urls` stand for the other addresses.
    pub fn render_numbered(
        &self,
        data: &RenderData<'_>,
        urls: &dyn MessageUrls,
    ) -> Result<String, RenderError> {
        let message =
            Message { urls: &NumberedUrls(urls), tracking: Tracking { clicks: true, opens: false } };
        let mut html = String::new();
        evaluate::render(&self.html, data, message, None, &mut html)?;
        Ok(html.replace(&format!("\"{NUMBERED}"), "\"#\" data-link=\""))
    }

    /// The numbered links; a link's number is its place.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// Where a link leads for one recipient, or `None` if there is no such link or its address is not
    /// http(s).
    pub fn destination(&self, link: u16, data: &RenderData<'_>) -> Option<String> {
        match &self.links.get(usize::from(link))?.destination {
            Destination::Literal(url) => Some(url.clone()),
            Destination::Dynamic(program) => {
                let mut url = String::new();
                let message = Message { urls: &PreviewUrls, tracking: Tracking::OFF };
                evaluate::render(program, data, message, None, &mut url).ok()?;
                let lower = url.get(..8).unwrap_or(&url).to_ascii_lowercase();
                (lower.starts_with("https://") || lower.starts_with("http://")).then_some(url)
            }
        }
    }

    /// True if the email may read this field of the contact; true in doubt.
    pub fn reads(&self, field: Field) -> bool {
        let dynamic = self.links.iter().filter_map(|l| match &l.destination {
            Destination::Dynamic(program) => Some(program),
            Destination::Literal(_) => None,
        });
        let parts = [&self.subject, &self.preheader, &self.html, &self.text];
        parts.into_iter().chain(dynamic).any(|p| p.reads_whole_contact || p.fields.contains(&field))
    }

    /// Every variable the email reads, part by part.
    pub fn variables(&self) -> impl Iterator<Item = &VariableUse> {
        [&self.subject, &self.preheader, &self.html, &self.text].into_iter().flat_map(|p| &p.uses)
    }

    /// What the checks want to know about the HTML.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }
}

/// Before the number of a link; in an attribute nothing else begins so.
const NUMBERED: &str = "#link-number-";

/// Stands in for the addresses of a message where only the numbers of its links matter.
struct NumberedUrls<'a>(&'a dyn MessageUrls);

impl MessageUrls for NumberedUrls<'_> {
    fn click(&self, link: u16, out: &mut String) {
        out.push_str(NUMBERED);
        out.push_str(&link.to_string());
    }
    fn open_pixel(&self, out: &mut String) {
        self.0.open_pixel(out);
    }
    fn unsubscribe(&self, out: &mut String) {
        self.0.unsubscribe(out);
    }
    fn preferences(&self, out: &mut String) {
        self.0.preferences(out);
    }
    fn web_view(&self, out: &mut String) {
        self.0.web_view(out);
    }
    fn countdown(&self, out: &mut String) {
        self.0.countdown(out);
    }
}

fn encoded(
    program: &Program,
    data: &RenderData<'_>,
    message: Message<'_>,
    out: &mut Vec<u8>,
) -> Result<(), RenderError> {
    let mut writer = Writer::new(out);
    evaluate::render(program, data, message, None, &mut writer)?;
    writer.finish();
    Ok(())
}

/// One line without control characters: nothing that reaches a header can begin another.
fn make_line(text: &mut String) {
    let is_plain =
        text.len() <= MAX_SUBJECT_CHARS && !text.chars().any(char::is_control) && text.trim() == text;
    if is_plain {
        return;
    }
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    *text = spaced.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_SUBJECT_CHARS).collect();
}

/// Each variable once, where it stands first.
fn named(missing: evaluate::Missing) -> Vec<MissingVariable> {
    let mut out: Vec<MissingVariable> = Vec::new();
    for (variable, position) in missing {
        if !out.iter().any(|m| m.variable == variable) {
            let (part, line, column) = (position.part, position.line, position.column);
            out.push(MissingVariable { variable, part, line, column });
        }
    }
    out
}
