//! Carries Liquid safely through markup parsers: before them every piece of Liquid becomes a mark that
//! means nothing to HTML, after them it is put back, and only then is it known how its value must be
//! escaped there.
//!
//! Blocks (`if`, `for`, …) in running text become comments, because parsers move stray text out of
//! tables but leave comments where they are.

use super::liquid::ast::Escape;
use super::liquid::lexer::Token;
use super::markup::{Attribute, Piece, Reader};
use super::model::{Part, TemplateIssue};
use std::ops::Range;

/// Attributes that hold an address.
const URL_ATTRIBUTES: &[&str] =
    &["href", "src", "action", "background", "poster", "cite", "formaction", "srcset"];

/// Elements of MJML that hold elements and no text.
const MJML_LAYOUT: &[&str] = &["mj-body", "mj-wrapper", "mj-section", "mj-group", "mj-column", "mj-hero"];

/// Tokens by mark. The mark's name is random, so that no source can contain one.
pub struct Marks {
    prefix: String,
    tokens: Vec<Token>,
}

impl Default for Marks {
    fn default() -> Self {
        Marks { prefix: format!("q{:016x}x", rand::random::<u64>()), tokens: Vec::new() }
    }
}

impl Marks {
    /// A mark for a token.
    pub fn add(&mut self, token: Token) -> String {
        self.tokens.push(token);
        format!("{}{}z", self.prefix, self.tokens.len() - 1)
    }

    /// Tokens as one text with marks.
    pub fn protect(&mut self, tokens: Vec<Token>) -> String {
        let mut text = String::new();
        for token in tokens {
            match token {
                Token::Text(t) => text.push_str(&t),
                other => text.push_str(&self.add(other)),
            }
        }
        text
    }

    /// The same for markup: blocks in running text become comments, and between the elements of a
    /// layout in MJML a comment that is kept where it stands.
    pub fn protect_markup(&mut self, tokens: Vec<Token>) -> String {
        let text = self.protect(tokens);
        let mut out = String::with_capacity(text.len() + 64);
        let mut parent: Vec<String> = Vec::new();
        for piece in Reader::new(&text) {
            match piece {
                Piece::Text { range, inside: None } => {
                    let in_layout = parent.last().is_some_and(|p| MJML_LAYOUT.contains(&p.as_str()));
                    let (before, after) =
                        if in_layout { ("<mj-raw><!--", "--></mj-raw>") } else { ("<!--", "-->") };
                    self.wrap_blocks(&text[range], before, after, &mut out);
                }
                Piece::Open { name, self_closing, range, .. } => {
                    out.push_str(&text[range]);
                    if name.starts_with("mj") && !self_closing {
                        parent.push(name);
                    }
                }
                Piece::Close { name, range } => {
                    out.push_str(&text[range]);
                    if parent.last() == Some(&name) {
                        parent.pop();
                    }
                }
                Piece::Text { range, .. } | Piece::Comment { range } => out.push_str(&text[range]),
            }
        }
        out
    }

    fn wrap_blocks(&self, text: &str, before: &str, after: &str, out: &mut String) {
        let mut at = 0;
        for (range, token) in self.find(text) {
            out.push_str(&text[at..range.start]);
            let is_block = matches!(token, Token::Tag { .. });
            out.push_str(if is_block { before } else { "" });
            out.push_str(&text[range.clone()]);
            out.push_str(if is_block { after } else { "" });
            at = range.end;
        }
        out.push_str(&text[at..]);
    }

    /// Puts Liquid back as source.
    pub fn to_source(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for (range, token) in self.find(text) {
            out.push_str(&text[at..range.start]);
            match token {
                Token::Output(code, _) => out.push_str(&format!("{{{{ {} }}}}", code.text)),
                Token::Tag { name, code } => out.push_str(&format!("{{% {name} {} %}}", code.text)),
                _ => {}
            }
            at = range.end;
        }
        out.push_str(&text[at..]);
        out
    }

    /// Unwraps block comments that a layout put inside a conditional comment for Outlook: comments do
    /// not nest.
    pub fn unnest(&self, html: &str) -> String {
        let mark = format!("<!--{}", self.prefix);
        let mut out = String::with_capacity(html.len());
        let (mut rest, mut inside) = (html, false);
        while let Some(index) = rest.find("<!") {
            out.push_str(&rest[..index]);
            rest = &rest[index..];
            if inside && rest.starts_with(&mark) {
                let end = rest.find("-->").unwrap_or(rest.len());
                out.push_str(&rest[4..end]);
                rest = rest.get(end + 3..).unwrap_or("");
                continue;
            }
            if rest.starts_with("<!--[if") {
                inside = !rest.split_once(']').is_some_and(|(_, after)| after.starts_with("><!-->"));
            } else if rest.starts_with("<![endif]") {
                inside = false;
            }
            out.push_str("<!");
            rest = &rest[2..];
        }
        out.push_str(rest);
        out
    }

    /// The marks in a text, in order.
    pub fn find<'m, 't>(
        &'m self,
        text: &'t str,
    ) -> impl Iterator<Item = (Range<usize>, &'m Token)> + use<'m, 't> {
        memchr::memmem::find_iter(text.as_bytes(), self.prefix.as_bytes()).filter_map(move |start| {
            let digits = &text[start + self.prefix.len()..];
            let end = digits.find('z')?;
            let token = self.tokens.get(digits[..end].parse::<usize>().ok()?)?;
            Some((start..start + self.prefix.len() + end + 1, token))
        })
    }

    /// The address behind the mark of a link, if it is the same for everybody.
    pub fn literal_address<'m>(&'m self, mark: &str) -> Option<&'m str> {
        match self.find(mark).next().map(|(_, token)| token) {
            Some(Token::Link { plain, .. }) => match plain.as_slice() {
                [Token::Text(address)] => Some(address),
                _ => None,
            },
            _ => None,
        }
    }

    /// Tags (blocks) that no longer stand in the text: a parser dropped them.
    pub fn lost(&self, text: &str) -> Vec<TemplateIssue> {
        let mut seen = vec![false; self.tokens.len()];
        for (range, _) in self.find(text) {
            if let Ok(index) = text[range.start + self.prefix.len()..range.end - 1].parse::<usize>() {
                seen[index] = true;
            }
        }
        let lost = self.tokens.iter().zip(seen).filter(|(_, seen)| !seen);
        lost.filter_map(|(token, _)| match token {
            Token::Tag { name, code } => {
                let message = format!("The tag {name} stands where the layout keeps no text. Move it between or inside elements.");
                Some(TemplateIssue::at(code.position, "misplaced", message))
            }
            _ => None,
        })
        .collect()
    }

    /// Puts tokens back into plain text.
    pub fn restore_text(&self, text: &str) -> Vec<Token> {
        let mut out = Tokens::default();
        let mut at = 0;
        for (range, token) in self.find(text) {
            out.text(&text[at..range.start]);
            out.token(token.clone(), Escape::None);
            at = range.end;
        }
        out.text(&text[at..]);
        out.list
    }

    /// Puts tokens back into HTML and decides how each output is escaped where it stands.
    /// Issues: an output where no escaping can make it harmless.
    pub fn restore_html(&self, html: &str) -> (Vec<Token>, Vec<TemplateIssue>) {
        let mut out = Tokens::default();
        for piece in Reader::new(html) {
            match piece {
                Piece::Text { range, inside } => {
                    let place = match inside.as_deref() {
                        Some("style") => Place::Css,
                        Some("script") => Place::Refused,
                        _ => Place::Html,
                    };
                    self.restore_range(html, range, place, &mut out);
                }
                Piece::Comment { range } => match self.block_comment(&html[range.clone()]) {
                    Some(token) => out.token(token, Escape::Html),
                    None => self.restore_range(html, range, Place::Html, &mut out),
                },
                Piece::Open { range, attributes, .. } => self.restore_tag(html, range, &attributes, &mut out),
                Piece::Close { range, .. } => self.restore_range(html, range, Place::Name, &mut out),
            }
        }
        (out.list, out.issues)
    }

    /// The token of a comment that is nothing but one mark.
    pub fn block_comment(&self, comment: &str) -> Option<Token> {
        let inner = comment.strip_prefix("<!--")?.strip_suffix("-->")?;
        let (range, token) = self.find(inner).next()?;
        (range == (0..inner.len())).then(|| token.clone())
    }

    fn restore_tag(&self, html: &str, range: Range<usize>, attributes: &[Attribute], out: &mut Tokens) {
        let mut at = range.start;
        for attribute in attributes {
            let name = &html[attribute.name.clone()];
            if self
                .find(name)
                .next()
                .is_some_and(|(r, token)| r == (0..name.len()) && matches!(token, Token::Tag { .. }))
            {
                // `{% if %}` between attributes: serialised as an attribute without value.
                self.restore_range(html, at..attribute.name.end, Place::Name, out);
                at = attribute.value.end + usize::from(attribute.quoted);
                continue;
            }
            self.restore_range(html, at..attribute.value.start, Place::Name, out);
            let place = attribute_place(&name.to_ascii_lowercase(), attribute.quoted);
            self.restore_range(html, attribute.value.clone(), place, out);
            at = attribute.value.end;
        }
        self.restore_range(html, at..range.end, Place::Name, out);
    }

    fn restore_range(&self, html: &str, range: Range<usize>, place: Place, out: &mut Tokens) {
        let text = &html[range];
        let mut at = 0;
        for (mark, token) in self.find(text) {
            out.text(&text[at..mark.start]);
            if place == Place::Refused
                && let Token::Output(code, _) = token
            {
                let message = "A value can't stand inside a script or an on… attribute.";
                out.issues.push(TemplateIssue::at(code.position, "unsafe_place", message));
            }
            let begins = text[..mark.start].trim().is_empty();
            out.token(token.clone(), place.escape(begins));
            at = mark.end;
        }
        out.text(&text[at..]);
    }
}

fn attribute_place(name: &str, quoted: bool) -> Place {
    match name {
        "style" => Place::Css,
        n if n.starts_with("on") => Place::Refused,
        n if URL_ATTRIBUTES.contains(&n) || n.ends_with(":href") => Place::Url,
        _ if quoted => Place::Html,
        _ => Place::Name,
    }
}

/// The surroundings of a piece of Liquid.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Html,
    Url,
    Css,
    Name,
    Refused,
}

impl Place {
    fn escape(self, begins: bool) -> Escape {
        match self {
            Place::Html => Escape::Html,
            Place::Url if begins => Escape::UrlStart,
            Place::Url => Escape::UrlPart,
            Place::Css => Escape::Css,
            Place::Name | Place::Refused => Escape::Name,
        }
    }
}

#[derive(Default)]
struct Tokens {
    list: Vec<Token>,
    issues: Vec<TemplateIssue>,
}

impl Tokens {
    fn text(&mut self, text: &str) {
        match self.list.last_mut() {
            Some(Token::Text(before)) => before.push_str(text),
            _ if text.is_empty() => {}
            _ => self.list.push(Token::Text(text.to_owned())),
        }
    }

    fn token(&mut self, token: Token, escape: Escape) {
        match token {
            Token::Output(code, None) => self.list.push(Token::Output(code, Some(escape))),
            other => self.list.push(other),
        }
    }
}

/// Lexes a part; its only issue in a list.
pub fn lex(source: &str, part: Part) -> Result<Vec<Token>, Vec<TemplateIssue>> {
    super::liquid::lexer::lex(source, part).map_err(|issue| vec![issue])
}
