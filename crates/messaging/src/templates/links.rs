//! Finds the links of an email once, numbers them and puts a slot where each address stood; adds UTM
//! parameters, the place of the open pixel, the hidden preheader, and the language.
//!
//! Literal addresses are measured as they are. An address with values of the recipient in its path or
//! query is measured too if its host is written out (or is the store's own): its destination is made
//! again at click time. Anything else is left alone, and what could lead astray is made harmless.

use super::liquid::ast::Escape;
use super::liquid::expression::{Cursor, Names};
use super::liquid::lexer::{Code, Token};
use super::liquid::names::Root;
use super::liquid::{ast, filters};
use super::marks::Marks;
use super::markup::decode_entities;
use super::model::*;
use lol_html::html_content::{ContentType, Element};
use lol_html::{RewriteStrSettings, element, rewrite_str};
use std::cell::RefCell;

/// A link's address as the author wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// Always the same.
    Literal(String),
    /// Made for each recipient; as tokens.
    Dynamic(Vec<Token>),
}

/// What was found wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A scheme that mail must not carry (`javascript:`, `data:`, …). It was emptied.
    Scheme,
    /// The host comes from the recipient's data. It was emptied.
    Host,
    /// Not absolute: leads nowhere in a mail.
    Relative,
}

/// An address with something wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLink {
    /// As the author wrote it, Liquid replaced by `{{…}}`.
    pub address: String,
    /// What is wrong.
    pub fault: Fault,
}

/// The numbered links and the HTML with slots.
pub struct Linked {
    /// HTML with marks.
    pub html: String,
    /// By number.
    pub links: Vec<Address>,
    /// In order.
    pub bad: Vec<BadLink>,
    /// Images without a description.
    pub images_without_alt: usize,
    /// Elements and attributes that run or load something; they were taken out.
    pub removed: Vec<String>,
}

/// Elements a mail does not need and a web view must not have.
const ACTIVE_ELEMENTS: &str = "script, iframe, frame, frameset, object, embed, applet, base, noscript, \
    meta[http-equiv='refresh' i], link[rel='import' i]";

/// What else is put into the HTML.
pub struct Inserts<'i> {
    /// Parameters for links.
    pub utm: Option<&'i Utm>,
    /// Language, if the document has none.
    pub language: &'i str,
    /// Tokens of the subject, for an empty `<title>`; none leaves the title alone.
    pub title: Option<Vec<Token>>,
    /// Tokens of the preheader.
    pub preheader: Vec<Token>,
    /// Give images without description an empty one (for layouts we made ourselves).
    pub empty_alt: bool,
}

struct Pass<'p> {
    marks: &'p mut Marks,
    utm: Option<&'p Utm>,
    links: Vec<Address>,
    bad: Vec<BadLink>,
    images_without_alt: usize,
    removed: Vec<String>,
    has_body: bool,
}

/// Numbers the links. `html` has marks in place of Liquid. Issue: more than [`MAX_LINKS`] links.
pub fn link(html: &str, marks: &mut Marks, inserts: Inserts<'_>) -> Result<Linked, TemplateIssue> {
    let title = inserts.title.map(|tokens| marks.protect(tokens));
    let pixel = format!("<!--{}-->", marks.add(Token::Pixel));
    let hidden = hidden_preheader(inserts.preheader, marks);
    let pass = RefCell::new(Pass::new(marks, inserts.utm));
    let rewritten = rewrite_str(
        html,
        RewriteStrSettings::new()
            .append_element_content_handler(element!(ACTIVE_ELEMENTS, |el| {
                pass.borrow_mut().removed.push(format!("<{}>", el.tag_name()));
                el.remove();
                Ok(())
            }))
            .append_element_content_handler(element!("form", |el| {
                pass.borrow_mut().removed.push(format!("<{}>", el.tag_name()));
                el.remove_and_keep_content();
                Ok(())
            }))
            .append_element_content_handler(element!("*", |el| {
                pass.borrow_mut().disarm(el);
                Ok(())
            }))
            .append_element_content_handler(element!("a[href], area[href]", |el| {
                pass.borrow_mut().link(el);
                Ok(())
            }))
            .append_element_content_handler(element!("html", |el| {
                if el.get_attribute("lang").is_none_or(|l| l.is_empty() || l == "und") {
                    el.set_attribute("lang", inserts.language)?;
                }
                Ok(())
            }))
            .append_element_content_handler(element!("[lang='und']", |el| {
                el.set_attribute("lang", inserts.language)?;
                Ok(())
            }))
            .append_element_content_handler(element!("title", |el| {
                if let Some(title) = &title {
                    el.set_inner_content(title, ContentType::Html);
                }
                Ok(())
            }))
            .append_element_content_handler(element!("img:not([alt])", |el| {
                pass.borrow_mut().images_without_alt += 1;
                if inserts.empty_alt {
                    el.set_attribute("alt", "")?;
                }
                Ok(())
            }))
            .append_element_content_handler(element!("body", |el| {
                if !std::mem::replace(&mut pass.borrow_mut().has_body, true) {
                    el.prepend(&hidden, ContentType::Html);
                    el.append(&pixel, ContentType::Html);
                }
                Ok(())
            })),
    );
    let unreadable = |_| TemplateIssue::of_part(Part::Html, "unreadable", "This HTML could not be read.");
    finish(pass.into_inner(), rewritten.map_err(unreadable)?, &hidden, &pixel)
}

/// What a pass found; in HTML without a body the preheader and the pixel go around everything.
fn finish(pass: Pass<'_>, html: String, hidden: &str, pixel: &str) -> Result<Linked, TemplateIssue> {
    if pass.links.len() > MAX_LINKS {
        let message = format!("An email has at most {MAX_LINKS} links; this has {}.", pass.links.len());
        return Err(TemplateIssue::of_part(Part::Html, "too_many_links", message));
    }
    Ok(Linked {
        html: if pass.has_body { html } else { format!("{hidden}{html}{pixel}") },
        links: pass.links,
        bad: pass.bad,
        images_without_alt: pass.images_without_alt,
        removed: pass.removed,
    })
}

/// The preheader, unseen in the mail itself; filled up so that mailboxes show nothing after it.
fn hidden_preheader(tokens: Vec<Token>, marks: &mut Marks) -> String {
    if tokens.is_empty() {
        return String::new();
    }
    let mut content = String::new();
    for token in tokens {
        match token {
            Token::Text(text) => super::liquid::evaluate::escape_html(&text, |piece| content.push_str(piece)),
            other => content.push_str(&marks.protect_markup(vec![other])),
        }
    }
    let filler = "&#847; &zwnj; &nbsp; ".repeat(30);
    format!(
        "<div style=\"display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden\">\
         {content}{filler}</div>"
    )
}

/// What to do with an address.
enum Verdict {
    Leave,
    Track { is_dynamic: bool },
    Bad(Fault),
}

impl<'p> Pass<'p> {
    fn new(marks: &'p mut Marks, utm: Option<&'p Utm>) -> Self {
        Pass {
            marks,
            utm,
            links: Vec::new(),
            bad: Vec::new(),
            images_without_alt: 0,
            removed: Vec::new(),
            has_body: false,
        }
    }
}

impl Pass<'_> {
    /// Takes out attributes that run something.
    fn disarm(&mut self, el: &mut Element<'_, '_>) {
        let runs = |name: &str, value: &str| {
            let is_address =
                ["src", "action", "formaction", "background", "poster", "xlink:href"].contains(&name);
            let scheme: String =
                value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).take(16).collect();
            let scheme = decode_entities(&scheme).to_ascii_lowercase();
            name.starts_with("on") && name.len() > 2
                || name == "srcdoc"
                || is_address
                    && ["javascript:", "vbscript:", "data:text"].iter().any(|s| scheme.starts_with(s))
        };
        let names: Vec<String> =
            el.attributes().iter().filter(|a| runs(&a.name(), &a.value())).map(|a| a.name()).collect();
        for name in names {
            el.remove_attribute(&name);
            self.removed.push(name);
        }
    }

    fn link(&mut self, el: &mut Element<'_, '_>) {
        let Some(raw) = el.get_attribute("href") else { return };
        let address = decode_entities(raw.trim());
        match self.judge(&address) {
            Verdict::Leave => {}
            Verdict::Bad(fault) => {
                self.bad.push(BadLink { address: self.readable(&address), fault });
                if fault != Fault::Relative {
                    set_href(el, "#");
                }
            }
            Verdict::Track { is_dynamic } => {
                let address = with_utm(&address, self.utm);
                let tokens = self.address_tokens(&address);
                let number = u16::try_from(self.links.len()).unwrap_or(u16::MAX);
                let mark = self.marks.add(Token::Link { number, plain: tokens.clone() });
                self.links.push(match is_dynamic {
                    true => Address::Dynamic(tokens),
                    false => Address::Literal(address),
                });
                set_href(el, &mark);
            }
        }
    }

    fn readable(&self, address: &str) -> String {
        let mut out = String::new();
        let mut at = 0;
        for (range, token) in self.marks.find(address) {
            out.push_str(&address[at..range.start]);
            match token {
                Token::Output(code, _) => out.push_str(&format!("{{{{ {} }}}}", code.text)),
                _ => out.push_str("{%…%}"),
            }
            at = range.end;
        }
        out.push_str(&address[at..]);
        out.chars().take(200).collect()
    }

    fn judge(&self, address: &str) -> Verdict {
        let mut marks = self.marks.find(address);
        let Some((first, token)) = marks.next() else { return judge_literal(address) };
        let before = &address[..first.start];
        if before.is_empty() {
            return match token {
                Token::Output(code, _) if is_store_address(code) => self.judge_rest(address),
                Token::Output(code, _) if roots(code).contains(&Some(Root::Contact)) => {
                    Verdict::Bad(Fault::Host)
                }
                _ => Verdict::Leave,
            };
        }
        match (judge_literal(before), host_ends(before)) {
            (Verdict::Track { .. }, true) => self.judge_rest(address),
            (Verdict::Track { .. }, false) => Verdict::Bad(Fault::Host),
            (other, _) => other,
        }
    }

    /// Measured if each value can be made again at click time from what is known of the recipient.
    fn judge_rest(&self, address: &str) -> Verdict {
        let again = |token: &Token| match token {
            Token::Output(code, _) => {
                let roots = roots(code);
                !roots.is_empty()
                    && roots.iter().all(|r| matches!(r, Some(Root::Contact | Root::Store | Root::Campaign)))
            }
            _ => false,
        };
        match self.marks.find(address).all(|(_, token)| again(token)) {
            true => Verdict::Track { is_dynamic: true },
            false => Verdict::Leave,
        }
    }

    fn address_tokens(&self, address: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut at = 0;
        for (range, token) in self.marks.find(address) {
            if range.start > at {
                tokens.push(Token::Text(address[at..range.start].to_owned()));
            }
            if let Token::Output(code, _) = token {
                let escape = if range.start == 0 { Escape::UrlStart } else { Escape::UrlPart };
                tokens.push(Token::Output(code.clone(), Some(escape)));
            }
            at = range.end;
        }
        if at < address.len() {
            tokens.push(Token::Text(address[at..].to_owned()));
        }
        tokens
    }
}

fn set_href(el: &mut Element<'_, '_>, value: &str) {
    el.set_attribute("href", value).expect("invariant: href is a valid name");
}

fn judge_literal(address: &str) -> Verdict {
    let lower = address.to_ascii_lowercase();
    if lower.is_empty() || lower.starts_with('#') {
        return Verdict::Leave;
    }
    // Browsers ignore control characters and spaces inside a scheme.
    let packed: String = lower.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    let scheme = packed.split_once(':').map(|(s, _)| s).filter(|s| !s.contains(['/', '?', '#']));
    match scheme {
        Some("http" | "https") if lower.starts_with("http") => Verdict::Track { is_dynamic: false },
        Some("mailto" | "tel" | "sms") => Verdict::Leave,
        Some(_) => Verdict::Bad(Fault::Scheme),
        None => Verdict::Bad(Fault::Relative),
    }
}

/// True if what stands before a value closes the host: `https://shop.example/…`.
fn host_ends(before: &str) -> bool {
    before.split_once("//").is_some_and(|(_, rest)| rest.contains(['/', '?', '#']))
}

fn is_store_address(code: &Code) -> bool {
    matches!(code.text.as_str(), "store.url" | "shop.url")
}

#[derive(Default)]
struct Roots(Vec<Option<Root>>);

impl Names for Roots {
    fn slot(&mut self, _: &str) -> usize {
        0
    }
    fn read(&mut self, path: &ast::Path) {
        self.0.push(path.root);
    }
}

/// The objects an expression reads; none if it cannot be parsed (the parser will say so).
fn roots(code: &Code) -> Vec<Option<Root>> {
    let mut names = Roots::default();
    let parsed = Cursor::new(code, &mut names).and_then(|mut cursor| cursor.expression());
    let reads_now = parsed.as_ref().is_ok_and(|e| e.filters.iter().any(|f| f.spec.name == filters::DATE));
    match parsed {
        Ok(_) if !reads_now => names.0,
        _ => Vec::new(),
    }
}

/// Adds parameters that are not there yet, before the fragment.
fn with_utm(address: &str, utm: Option<&Utm>) -> String {
    let Some(utm) = utm else { return address.to_owned() };
    let (base, fragment) = address.split_once('#').map_or((address, None), |(b, f)| (b, Some(f)));
    let mut out = base.to_owned();
    for (name, value) in utm.pairs() {
        let query = base.split_once('?').map_or("", |(_, q)| q);
        if query.split('&').any(|pair| pair.split('=').next() == Some(name)) {
            continue;
        }
        match out.rfind(['?', '&']) {
            Some(index) if index + 1 == out.len() => {}
            _ => out.push(if out.contains('?') { '&' } else { '?' }),
        }
        out.push_str(name);
        out.push('=');
        filters::percent_encode(value, "%20", &mut out);
    }
    if let Some(fragment) = fragment {
        out.push('#');
        out.push_str(fragment);
    }
    out
}
