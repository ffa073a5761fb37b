//! Takes over HTML written for other tools: their merge tags become ours, and what has no counterpart is
//! reported with its line.
//!
//! Known: Klaviyo (Django-like tags and filters), SmartPush (`[[contact.firstName]]`), Shopify Email.
//! HTML with plain Liquid passes unchanged.

use super::liquid::lexer::moved;
use super::model::{Body, EmailSource, MAX_SOURCE_BYTES, Part, Position};
use kernel::Problem;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A tag that was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Converted {
    /// As it was.
    pub from: String,
    /// As it is now.
    pub to: String,
    /// How often.
    pub count: u32,
}

/// A tag without counterpart; it was taken out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NotConverted {
    /// As it was.
    pub tag: String,
    /// Line, from 1.
    pub line: u32,
    /// What to do.
    pub reason: String,
}

/// An import and its report.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Imported {
    /// The email.
    pub source: EmailSource,
    /// What was changed.
    pub converted: Vec<Converted>,
    /// What could not be.
    pub not_converted: Vec<NotConverted>,
}

/// Takes over HTML. Problem: it is too large or has no markup.
pub fn import(html: &str) -> Result<Imported, Problem> {
    if html.len() > MAX_SOURCE_BYTES {
        let message = format!("The file has at most {} KiB.", MAX_SOURCE_BYTES / 1024);
        return Err(Problem::field("/html", "too_large", message));
    }
    if !html.contains('<') {
        return Err(Problem::field("/html", "not_html", "This is not HTML: it has no tags."));
    }
    let mut import =
        Import { out: String::with_capacity(html.len()), counts: BTreeMap::new(), not_converted: Vec::new() };
    import.run(html.trim_start_matches('\u{feff}'));
    let converted =
        import.counts.into_iter().map(|((from, to), count)| Converted { from, to, count }).collect();
    let source = EmailSource {
        subject: title(html),
        preheader: String::new(),
        body: Body::Html { source: import.out },
        text: None,
    };
    Ok(Imported { source, converted, not_converted: import.not_converted })
}

/// The title of the page, as a first subject.
fn title(html: &str) -> String {
    let mut inside = super::markup::Reader::new(html).filter_map(|piece| match piece {
        super::markup::Piece::Text { range, inside: Some(name) } if name == "title" => Some(range),
        _ => None,
    });
    let text =
        inside.next().map(|range| super::markup::decode_entities(html[range].trim())).unwrap_or_default();
    if text.contains("{{") || text.contains("{%") || text.contains("[[") {
        String::new()
    } else {
        text.chars().take(200).collect()
    }
}

/// What a tag becomes.
enum Now {
    /// It is ours already.
    Same,
    /// It becomes this.
    Text(String),
    /// It has no counterpart.
    Nothing(String),
}

struct Import {
    out: String,
    counts: BTreeMap<(String, String), u32>,
    not_converted: Vec<NotConverted>,
}

impl Import {
    fn run(&mut self, html: &str) {
        let mut rest = html;
        let mut position = Position { part: Part::Html, line: 1, column: 1 };
        while let Some((start, close)) = next_tag(rest) {
            self.out.push_str(&rest[..start]);
            position = moved(position, &rest[..start]);
            let Some(length) = rest[start + 2..].find(close).map(|i| i + 4) else {
                rest = &rest[start..];
                break;
            };
            let tag = &rest[start..start + length];
            self.tag(tag, position.line);
            position = moved(position, tag);
            rest = &rest[start + length..];
        }
        self.out.push_str(rest);
    }

    fn tag(&mut self, tag: &str, line: u32) {
        let inner = tag[2..tag.len() - 2].trim().trim_matches('-').trim();
        let now = match &tag[..2] {
            "[[" => merge_tag(inner),
            "{{" => output(inner),
            _ => block(inner),
        };
        match now {
            Now::Same => self.out.push_str(tag),
            Now::Text(text) if text == tag => self.out.push_str(tag),
            Now::Text(text) => {
                self.out.push_str(&text);
                *self.counts.entry((tag.to_owned(), text)).or_insert(0) += 1;
            }
            Now::Nothing(reason) => {
                let tag = tag.chars().take(200).collect();
                self.not_converted.push(NotConverted { tag, line, reason });
            }
        }
    }
}

fn next_tag(text: &str) -> Option<(usize, &'static str)> {
    [("{{", "}}"), ("{%", "%}"), ("[[", "]]")]
        .into_iter()
        .filter_map(|(open, close)| text.find(open).map(|i| (i, close)))
        .min_by_key(|(i, _)| *i)
}

/// SmartPush merge tags.
fn merge_tag(name: &str) -> Now {
    let ours = match name {
        "contact.email" => "contact.email",
        "contact.firstName" => "contact.first_name",
        "contact.lastName" => "contact.last_name",
        "contact.name" => "contact.name",
        "contact.phone" => "contact.phone",
        "shopName" => "store.name",
        "shopURL" | "shopUrl" => "store.url",
        "shopAddress" => "store.postal_address",
        "unsubscribe.url" | "unsubscribe" => "links.unsubscribe",
        "viewEmail" | "viewEmail.url" => "links.web_view",
        other
            if other.contains('.')
                && other.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_') =>
        {
            return Now::Nothing(format!("There is no {other} here."));
        }
        // Two brackets in running text.
        other => return Now::Text(format!("[[{other}]]")),
    };
    Now::Text(format!("{{{{ {ours} }}}}"))
}

/// The names other tools use, and ours.
const NAMES: &[(&str, &str)] = &[
    ("customer.email_address", "contact.email"),
    ("customer.last_name", "contact.last_name"),
    ("customer.first_name", "contact.first_name"),
    ("customer.email", "contact.email"),
    ("email", "contact.email"),
    ("email_address", "contact.email"),
    ("first_name", "contact.first_name"),
    ("last_name", "contact.last_name"),
    ("organization.full_address", "store.postal_address"),
    ("organization.address", "store.postal_address"),
    ("organization.name", "store.name"),
    ("organization.url", "store.url"),
    ("person.email", "contact.email"),
    ("person.first_name", "contact.first_name"),
    ("person.last_name", "contact.last_name"),
    ("person.organization", "contact.company"),
    ("person.phone_number", "contact.phone"),
    ("person.title", "contact.title"),
    ("person.city", "contact.city"),
    ("person.region", "contact.region"),
    ("person.country", "contact.country"),
    ("person.zip", "contact.postcode"),
    ("person.address", "contact.address"),
    ("phone_number", "contact.phone"),
    ("shop.address", "store.postal_address"),
    ("shop.name", "store.name"),
    ("shop.url", "store.url"),
    ("shop.physical_address", "store.postal_address"),
    ("unsubscribe_url", "links.unsubscribe"),
    ("unsubscribe_link", "links.unsubscribe"),
    ("view_in_browser_url", "links.web_view"),
    ("preferences_url", "links.preferences"),
];

fn output(inner: &str) -> Now {
    if inner.is_empty() || inner == "open_tracking_block" || inner == "email.open_tracking_block" {
        // Our pixel stands in every mail that may have one.
        return Now::Text(String::new());
    }
    match expression(inner) {
        Some(text) => Now::Text(format!("{{{{ {text} }}}}")),
        None => Now::Nothing("This expression has no counterpart: write it anew.".into()),
    }
}

/// A value with filters in Django's or Liquid's spelling, as Liquid.
fn expression(text: &str) -> Option<String> {
    let mut pieces = split_outside_quotes(text, '|').into_iter();
    let mut out = name(pieces.next()?.trim());
    if out.starts_with("organization") {
        return None;
    }
    for piece in pieces {
        let (filter, argument) =
            piece.split_once(':').map_or((piece.trim(), None), |(f, a)| (f.trim(), Some(a.trim())));
        match (filter, argument) {
            ("lookup", Some(argument)) => out = looked_up(&out, argument),
            ("floatformat", argument) => {
                out.push_str(&format!(" | round: {}", argument.unwrap_or("1").trim_matches(['\'', '"', '-'])))
            }
            ("title", _) => out.push_str(" | capitalize"),
            ("lower", _) => out.push_str(" | downcase"),
            ("upper", _) => out.push_str(" | upcase"),
            ("default_if_none", Some(argument)) => out.push_str(&format!(" | default: {argument}")),
            ("length", _) => out.push_str(" | size"),
            ("urlencode", _) => out.push_str(" | url_encode"),
            ("striptags", _) => out.push_str(" | strip_html"),
            ("linebreaksbr", _) => out.push_str(" | newline_to_br"),
            ("truncatechars", Some(n)) => out.push_str(&format!(" | truncate: {n}")),
            ("safe" | "raw" | "trim_slash" | "missing_product_image", _) => {}
            ("date", Some(format)) if !format.contains('%') => {
                out.push_str(&format!(" | date: {}", django_date(format)))
            }
            (filter, argument) => {
                super::liquid::filters::find(filter).ok()?;
                out.push_str(&match argument {
                    Some(argument) => format!(" | {filter}: {argument}"),
                    None => format!(" | {filter}"),
                });
            }
        }
    }
    Some(out)
}

/// `person|lookup:'Shoe size'` is a contact's attribute; elsewhere a member.
fn looked_up(base: &str, argument: &str) -> String {
    let key = argument.trim_matches(['\'', '"']);
    match (base, key.strip_prefix('$')) {
        ("contact", Some(special)) => name(special),
        ("contact", None) => match audience::attributes::model::name_from_heading(key) {
            Some(attribute) => format!("contact.{attribute}"),
            None => format!("contact[\"{key}\"]"),
        },
        _ => format!("{base}[\"{key}\"]"),
    }
}

fn name(text: &str) -> String {
    if let Some((_, ours)) = NAMES.iter().find(|(theirs, _)| *theirs == text) {
        return (*ours).to_owned();
    }
    match text {
        "person" | "customer" | "profile" => "contact".to_owned(),
        other => {
            let contact = other.strip_prefix("person.").or(other.strip_prefix("customer."));
            indexed(&contact.map_or_else(|| other.to_owned(), |rest| format!("contact.{rest}")))
        }
    }
}

/// `items.0.title` as `items[0].title`.
fn indexed(path: &str) -> String {
    if path.starts_with(['\'', '"']) || path.parse::<f64>().is_ok() {
        return path.to_owned();
    }
    let mut out = String::new();
    for (index, step) in path.split('.').enumerate() {
        match step.parse::<u32>() {
            Ok(number) if index > 0 => out.push_str(&format!("[{number}]")),
            _ if index > 0 => out.push_str(&format!(".{step}")),
            _ => out.push_str(step),
        }
    }
    out
}

fn split_outside_quotes(text: &str, by: char) -> Vec<&str> {
    let (mut pieces, mut start, mut quote) = (Vec::new(), 0, None);
    for (index, c) in text.char_indices() {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == by => {
                pieces.push(&text[start..index]);
                start = index + by.len_utf8();
            }
            None => {}
        }
    }
    pieces.push(&text[start..]);
    pieces
}

/// Klaviyo's and Django's date letters as strftime.
fn django_date(format: &str) -> String {
    let mut out = String::from("'");
    for c in format.trim_matches(['\'', '"']).chars() {
        match c {
            'Y' => out.push_str("%Y"),
            'y' => out.push_str("%y"),
            'F' => out.push_str("%B"),
            'M' | 'N' => out.push_str("%b"),
            'm' => out.push_str("%m"),
            'n' => out.push_str("%-m"),
            'd' => out.push_str("%d"),
            'j' => out.push_str("%-d"),
            'l' => out.push_str("%A"),
            'D' => out.push_str("%a"),
            'H' => out.push_str("%H"),
            'G' => out.push_str("%-H"),
            'h' => out.push_str("%I"),
            'g' => out.push_str("%-I"),
            'i' => out.push_str("%M"),
            's' => out.push_str("%S"),
            'A' => out.push_str("%p"),
            '\'' => {}
            other => out.push(other),
        }
    }
    out.push('\'');
    out
}

fn block(inner: &str) -> Now {
    let (word, rest) = inner.split_once(char::is_whitespace).map_or((inner, ""), |(w, r)| (w, r.trim()));
    let label = |default: &str| {
        let given = rest.trim_matches(['\'', '"']).trim();
        if given.is_empty() { default.to_owned() } else { given.replace('<', "&lt;") }
    };
    let link = |variable: &str, default: &str| {
        Now::Text(format!("<a href=\"{{{{ {variable} }}}}\">{}</a>", label(default)))
    };
    match word {
        "unsubscribe" => link("links.unsubscribe", "Unsubscribe"),
        "manage_preferences" => link("links.preferences", "Manage preferences"),
        "web_view" => link("links.web_view", "View in browser"),
        "unsubscribe_link" => Now::Text("{{ links.unsubscribe }}".into()),
        "manage_preferences_link" => Now::Text("{{ links.preferences }}".into()),
        "web_view_link" => Now::Text("{{ links.web_view }}".into()),
        "current_year" => Now::Text("{{ 'now' | date: '%Y' }}".into()),
        "current_month_name" => Now::Text("{{ 'now' | date: '%B' }}".into()),
        "current_weekday" => Now::Text("{{ 'now' | date: '%A' }}".into()),
        "current_day" => Now::Text("{{ 'now' | date: '%-d' }}".into()),
        "today" => Now::Text(format!(
            "{{{{ 'now' | date: {} }}}}",
            if rest.is_empty() { "'%Y-%m-%d'" } else { rest }
        )),
        "coupon_code" => Now::Text("{{ coupon.code }}".into()),
        "if" | "elif" | "elsif" => condition(word, rest),
        "with" | "endwith" => Now::Nothing("Write {% assign %} in place of with.".into()),
        "catalog" | "endcatalog" => Now::Nothing("Products are put in with a product block.".into()),
        "ifequal" | "ifnotequal" | "endifequal" | "endifnotequal" => {
            Now::Nothing("Write {% if a == b %}.".into())
        }
        "for" => Now::Text(format!("{{% for {} %}}", for_source(rest))),
        "empty" => Now::Text("{% else %}".into()),
        "extends" | "block" | "endblock" | "load" | "include" | "render" => {
            Now::Nothing("Templates stand alone here: put the text in.".into())
        }
        _ => Now::Same,
    }
}

fn for_source(rest: &str) -> String {
    match rest.split_once(" in ") {
        Some((variable, source)) => {
            let (source, options) =
                source.trim().split_once(' ').map_or((source.trim(), ""), |(s, o)| (s, o));
            format!("{variable} in {} {options}", name(source)).trim_end().to_owned()
        }
        None => rest.to_owned(),
    }
}

/// A condition: `elif` becomes `elsif`, look-ups become members, `not x` becomes `x == false`-like tests.
fn condition(word: &str, rest: &str) -> Now {
    let mut out = Vec::new();
    let mut negate = false;
    for piece in words(rest) {
        match piece.as_str() {
            "and" | "or" | "==" | "!=" | "<" | ">" | "<=" | ">=" | "contains" | "<>" => out.push(piece),
            "not" => negate = true,
            "in" => return Now::Nothing("Write {% if list contains value %}.".into()),
            "True" => out.push("true".into()),
            "False" => out.push("false".into()),
            "None" => out.push("nil".into()),
            value => match expression(value) {
                Some(text) if text.contains(" | ") => {
                    return Now::Nothing("A condition takes no filters: use {% assign %} before it.".into());
                }
                Some(text) if std::mem::take(&mut negate) => out.push(format!("{text} == blank")),
                Some(text) => out.push(text),
                None => return Now::Nothing("This condition has no counterpart: write it anew.".into()),
            },
        }
    }
    let word = if word == "if" { "if" } else { "elsif" };
    Now::Text(format!("{{% {word} {} %}}", out.join(" ")))
}

/// Words separated by spaces, texts in quotes kept together, a filter kept with its value.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in text.chars() {
        match quote {
            Some(q) if c == q => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c.is_whitespace() => {
                if !word.is_empty() && !word.ends_with(['|', ':']) {
                    words.push(std::mem::take(&mut word));
                }
                continue;
            }
            _ => {}
        }
        word.push(c);
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}
