//! What is checked before an email may be launched: what the law requires, what would look broken, what
//! mailboxes distrust. Errors stop a launch; warnings are for the author to weigh.

use super::compiled::{CompiledEmail, Destination, Preview};
use super::data::{CampaignView, ContactView, RenderData, StoreView};
use super::links::Fault;
use super::liquid::ast::{Known, VariableUse};
use super::markup::{Piece, Reader, decode_entities};
use super::model::{EmailSource, Part, RenderError};
use kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// Gmail cuts a message here and shows a link to the rest.
const GMAIL_CLIP_BYTES: usize = 102 * 1024;
/// Subjects longer than this are cut on most phones.
const LONG_SUBJECT_CHARS: usize = 100;

/// Services that hide where a link leads; filters distrust them.
const SHORTENERS: &[&str] = &[
    "bit.ly",
    "buff.ly",
    "cutt.ly",
    "goo.gl",
    "is.gd",
    "lnkd.in",
    "ow.ly",
    "rb.gy",
    "rebrand.ly",
    "shorturl.at",
    "t.co",
    "t.ly",
    "tiny.cc",
    "tinyurl.com",
];

/// How serious a check's result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LaunchCheckLevel)]
pub enum Level {
    /// The email can't be launched.
    Error,
    /// The author should look at it.
    Warning,
    /// All is well.
    Fine,
}

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LaunchCheck)]
pub struct Check {
    /// How serious.
    pub level: Level,
    /// Stable word, for example `unsubscribe_link`.
    pub code: &'static str,
    /// A sentence that says what would be right.
    pub message: String,
    /// Which part it is about, if one.
    pub part: Option<Part>,
    /// Line in that part's source, if known.
    pub line: Option<u32>,
}

impl Check {
    /// About no part in particular.
    pub fn new(level: Level, code: &'static str, message: impl Into<String>) -> Self {
        Check { level, code, message: message.into(), part: None, line: None }
    }

    fn of(self, part: Part) -> Self {
        Check { part: Some(part), ..self }
    }
}

/// What the email is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Marketing: needs a way out and an address.
    Marketing,
    /// Service mail: receipts, notices.
    Service,
}

/// What the checks need to know.
#[derive(Clone, Copy)]
pub struct CheckContext<'a> {
    /// The store that sends.
    pub store: &'a StoreView,
    /// What the email is for.
    pub purpose: Purpose,
    /// The present.
    pub now: Timestamp,
    /// Hosts no link may lead to (P-045), with their subdomains.
    pub denied_hosts: &'a [String],
}

/// Checks an email. Sorted: errors, warnings, then what is fine.
pub fn check(source: &EmailSource, compiled: &CompiledEmail, context: &CheckContext<'_>) -> Vec<Check> {
    let preview = match emptiest(compiled, context) {
        Ok(preview) => preview,
        Err(e) => return vec![Check::new(Level::Error, "render", e.to_string())],
    };
    let mut checks = Vec::new();
    subject(&preview, &mut checks);
    if context.purpose == Purpose::Marketing {
        required(&preview, context, &mut checks);
    }
    variables(compiled, &mut checks);
    layout(compiled, &preview, &mut checks);
    links(source, compiled, &preview, context, &mut checks);
    checks.sort_by_key(|c| (c.level, c.part, c.line));
    checks
}

/// As the emptiest recipient gets it: what depends on data must not be all there is.
fn emptiest(compiled: &CompiledEmail, context: &CheckContext<'_>) -> Result<Preview, RenderError> {
    let campaign = CampaignView::default();
    compiled.render_preview(&RenderData {
        contact: ContactView::EMPTY,
        store: context.store,
        campaign: &campaign,
        now: context.now,
        extra: None,
    })
}

/// Which of the things that marketing mail needs are there, whoever reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Required {
    /// Unsubscribe link in the HTML part.
    pub html_link: bool,
    /// Unsubscribe link in the text part.
    pub text_link: bool,
    /// Postal address in the HTML part.
    pub html_address: bool,
    /// Postal address in the text part.
    pub text_address: bool,
}

impl Required {
    /// Looks at an email. Error: it cannot be rendered.
    pub fn of(compiled: &CompiledEmail, context: &CheckContext<'_>) -> Result<Self, RenderError> {
        Ok(Self::in_preview(&emptiest(compiled, context)?, context))
    }

    fn in_preview(preview: &Preview, context: &CheckContext<'_>) -> Self {
        let address = letters(&context.store.postal_address);
        Required {
            html_link: preview.html.contains("#unsubscribe"),
            text_link: preview.text.contains("#unsubscribe"),
            html_address: letters(&visible_text(&preview.html)).contains(&address),
            text_address: letters(&preview.text).contains(&address),
        }
    }
}

/// True if no check is an error.
pub fn may_launch(checks: &[Check]) -> bool {
    checks.iter().all(|c| c.level != Level::Error)
}

fn subject(preview: &Preview, checks: &mut Vec<Check>) {
    let length = preview.subject.chars().count();
    checks.push(match length {
        0 => Check::new(
            Level::Error,
            "subject",
            "The subject is empty, at least for contacts of whom nothing is known.",
        ),
        n if n > LONG_SUBJECT_CHARS => Check::new(
            Level::Warning,
            "subject",
            format!("The subject has {n} characters; phones show about 40."),
        ),
        _ if pretends_to_answer(&preview.subject) => Check::new(
            Level::Warning,
            "subject_reply",
            "A subject that pretends to be a reply or a forward deceives the reader.",
        ),
        _ => Check::new(Level::Fine, "subject", "There is a subject."),
    });
    if let Some(last) = checks.last_mut() {
        last.part = Some(Part::Subject);
    }
    if preview.preheader.is_empty() {
        let message = "There is no preheader: mailboxes show the first words of the mail after the subject.";
        checks.push(Check::new(Level::Warning, "preheader", message).of(Part::Preheader));
    }
}

fn pretends_to_answer(subject: &str) -> bool {
    let start: String = subject.trim_start().chars().take(4).collect::<String>().to_lowercase();
    ["re:", "fw:", "fwd:"].iter().any(|prefix| start.starts_with(prefix))
}

/// Unsubscribe link and postal address (CAN-SPAM, 15 U.S.C. 7704(a)(3) and (5)).
fn required(preview: &Preview, context: &CheckContext<'_>, checks: &mut Vec<Check>) {
    let link = "{{ links.unsubscribe }}";
    let has = Required::in_preview(preview, context);
    checks.push(match (has.html_link, has.text_link) {
        (true, true) => Check::new(Level::Fine, "unsubscribe_link", "There is an unsubscribe link."),
        (false, _) => {
            let message =
                format!("Marketing mail needs an unsubscribe link that everybody sees: link to {link}.");
            Check::new(Level::Error, "unsubscribe_link", message).of(Part::Html)
        }
        (true, false) => {
            let message = format!("The text part has no unsubscribe link: write {link} in it.");
            Check::new(Level::Error, "unsubscribe_link", message).of(Part::Text)
        }
    });
    checks.push(match () {
        () if letters(&context.store.postal_address).is_empty() => {
            let message =
                "Marketing mail needs the sender's postal address: enter it in the store's settings.";
            Check::new(Level::Error, "postal_address", message)
        }
        () if !has.html_address => {
            let message =
                "Marketing mail needs the sender's postal address: write {{ store.postal_address }}.";
            Check::new(Level::Error, "postal_address", message).of(Part::Html)
        }
        () if !has.text_address => {
            let message = "The text part lacks the postal address: write {{ store.postal_address }}.";
            Check::new(Level::Warning, "postal_address", message).of(Part::Text)
        }
        () => Check::new(Level::Fine, "postal_address", "The postal address is there."),
    });
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The text of HTML without markup.
fn visible_text(html: &str) -> String {
    let mut out = String::new();
    for piece in Reader::new(html) {
        if let Piece::Text { range, inside: None } = piece {
            out.push_str(&decode_entities(&html[range]));
        }
    }
    out
}

fn variables(compiled: &CompiledEmail, checks: &mut Vec<Check>) {
    let mut seen: Vec<(&str, Part)> = Vec::new();
    for variable in compiled.variables() {
        let part = variable.position.part;
        if let Some(check) = variable_check(variable)
            && !seen.contains(&(variable.path.as_str(), part))
        {
            seen.push((&variable.path, part));
            checks.push(Check { part: Some(part), line: Some(variable.position.line), ..check });
        }
    }
    if !checks.iter().any(|c| matches!(c.code, "no_fallback" | "unknown_variable" | "sensitive")) {
        checks.push(Check::new(Level::Fine, "variables", "Every variable is known and has a fall-back."));
    }
}

fn variable_check(variable: &VariableUse) -> Option<Check> {
    let path = &variable.path;
    let in_line = matches!(variable.position.part, Part::Subject | Part::Preheader);
    if variable.sensitive && in_line && variable.printed {
        let message = format!(
            "{path} tells of an order, cart or visit: such things don't stand in a subject or preheader."
        );
        return Some(Check::new(Level::Error, "sensitive", message));
    }
    if variable.known == Known::No {
        let message = format!("There is no variable {path}: it will be empty.");
        return Some(Check::new(Level::Warning, "unknown_variable", message));
    }
    let always_there = matches!(path.rsplit('.').next(), Some("email"));
    if variable.printed && variable.about_recipient && !variable.has_default && !always_there {
        let message = format!("{path} is empty for some: write {{{{ {path} | default: '…' }}}}.");
        return Some(Check::new(Level::Warning, "no_fallback", message));
    }
    None
}

fn layout(compiled: &CompiledEmail, preview: &Preview, checks: &mut Vec<Check>) {
    let facts = compiled.facts();
    if facts.images_without_alt > 0 && !facts.is_generated {
        let message = format!(
            "{} pictures have no description (alt): readers who don't see them miss what they say.",
            facts.images_without_alt
        );
        checks.push(Check::new(Level::Warning, "image_alt", message).of(Part::Html));
    }
    if !facts.removed.is_empty() {
        let message = format!("Mail can't carry {}: it was taken out.", facts.removed.join(", "));
        checks.push(Check::new(Level::Warning, "active_content", message).of(Part::Html));
    }
    let size = preview.html.len();
    checks.push(match size > GMAIL_CLIP_BYTES {
        true => {
            let message = format!("The HTML has {} KiB; Gmail cuts messages at 102 KiB.", size / 1024);
            Check::new(Level::Warning, "size", message).of(Part::Html)
        }
        false => Check::new(Level::Fine, "size", format!("The HTML has {} KiB.", size.div_ceil(1024))),
    });
    if visible_text(&preview.html).trim().is_empty() {
        checks.push(Check::new(Level::Error, "empty", "The email has no text.").of(Part::Html));
    } else if preview.text.trim().is_empty() {
        checks.push(Check::new(Level::Error, "empty", "The text part is empty.").of(Part::Text));
    }
}

fn links(
    source: &EmailSource,
    compiled: &CompiledEmail,
    preview: &Preview,
    context: &CheckContext<'_>,
    checks: &mut Vec<Check>,
) {
    let before = checks.len();
    for bad in &compiled.facts().bad_links {
        let (level, code, what) = match bad.fault {
            Fault::Scheme => (Level::Error, "link_scheme", "mail links are http, https, mailto or tel"),
            Fault::Host => (Level::Error, "link_host", "the host must not come from the contact's data"),
            Fault::Relative => {
                (Level::Warning, "link_relative", "it leads nowhere in a mail: write it in full")
            }
        };
        let check = Check::new(level, code, format!("The link {} can't work: {what}.", bad.address));
        checks.push(Check { line: line_of(source, &bad.address), ..check.of(Part::Html) });
    }
    for link in compiled.links() {
        match &link.destination {
            Destination::Literal(url) => checks.extend(address_checks(source, url, context)),
            Destination::Dynamic(program) => {
                let personal = program.uses.iter().find(|u| names_a_person(&u.path));
                checks.extend(personal.map(|u| {
                    let message =
                        format!("A link carries {}: addresses end up in logs and histories.", u.path);
                    Check {
                        line: Some(u.position.line),
                        ..Check::new(Level::Warning, "link_personal", message).of(Part::Html)
                    }
                }));
            }
        }
    }
    mismatches(&preview.html, checks);
    if checks.len() == before {
        checks.push(Check::new(
            Level::Fine,
            "links",
            format!("{} links, none suspicious.", compiled.links().len()),
        ));
    }
}

fn names_a_person(path: &str) -> bool {
    let field = path.rsplit('.').next().unwrap_or("");
    path.contains('.')
        && ["email", "phone", "first_name", "last_name", "name", "birthday"].contains(&field)
        && !path.starts_with("store.")
        && !path.starts_with("shop.")
        && !path.starts_with("campaign.")
}

fn line_of(source: &EmailSource, needle: &str) -> Option<u32> {
    let text = match &source.body {
        super::model::Body::Html { source } | super::model::Body::Mjml { source } => source,
        super::model::Body::Document { .. } => return None,
    };
    let escaped = needle.replace('&', "&amp;");
    let at = text.find(needle).or_else(|| text.find(&escaped))?;
    Some(text[..at].matches('\n').count() as u32 + 1)
}

fn address_checks(source: &EmailSource, url: &str, context: &CheckContext<'_>) -> Vec<Check> {
    let authority = authority(url);
    let host = host(url);
    let mut found = Vec::new();
    let mut add = |level, code, message: String| {
        found.push(Check { line: line_of(source, url), ..Check::new(level, code, message).of(Part::Html) });
    };
    if context.denied_hosts.iter().any(|d| is_within(&host, d)) {
        add(Level::Error, "link_denied", format!("Links to {host} are not allowed here."));
    }
    if authority.contains('@') {
        add(
            Level::Error,
            "link_user",
            format!("The link {url} has an @ before its host: that hides where it leads."),
        );
    }
    if host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok()
        || host.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    {
        add(
            Level::Warning,
            "link_ip",
            format!("The link leads to the bare address {host}: filters distrust that."),
        );
    }
    if SHORTENERS.iter().any(|s| is_within(&host, s)) {
        add(
            Level::Warning,
            "link_shortener",
            format!("{host} hides where the link leads: filters distrust that."),
        );
    }
    if looks_alike(&host, &self::host(&context.store.url)) {
        add(
            Level::Warning,
            "link_look_alike",
            format!("{host} looks like the store's own domain but is another."),
        );
    }
    if url.get(..7).is_some_and(|s| s.eq_ignore_ascii_case("http://")) {
        add(Level::Warning, "link_insecure", format!("The link to {host} is not https."));
    }
    found
}

fn authority(url: &str) -> &str {
    let rest = url.split_once("//").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#', '\\']).next().unwrap_or("")
}

/// The host of an address, in lower case, without port.
fn host(url: &str) -> String {
    let authority = authority(url);
    let host = authority.rsplit('@').next().unwrap_or("");
    let end = if host.starts_with('[') { host.find(']').map(|i| i + 1) } else { host.find(':') };
    host[..end.unwrap_or(host.len())].trim_end_matches('.').to_lowercase()
}

fn is_within(host: &str, domain: &str) -> bool {
    let domain = domain.to_lowercase();
    host == domain || host.strip_suffix(&domain).is_some_and(|h| h.ends_with('.'))
}

/// True for a host that differs from the store's only by letters that look alike, or by one letter, and
/// for names in mixed scripts.
fn looks_alike(host: &str, own: &str) -> bool {
    let own = own.strip_prefix("www.").unwrap_or(own);
    if host.is_empty() || own.is_empty() || is_within(host, own) {
        return false;
    }
    let plain = |h: &str| {
        h.replace("rn", "m")
            .replace("vv", "w")
            .chars()
            .map(|c| match c {
                '0' => 'o',
                '1' | 'i' | '|' => 'l',
                '5' => 's',
                'а' => 'a',
                'е' => 'e',
                'о' => 'o',
                'р' => 'p',
                'с' => 'c',
                'х' => 'x',
                'і' => 'l',
                other => other,
            })
            .collect::<String>()
    };
    let mixed =
        host.split('.').any(|label| !label.is_ascii() && label.chars().any(|c| c.is_ascii_alphabetic()));
    let bare = host.strip_prefix("www.").unwrap_or(host);
    mixed || plain(bare) == plain(own)
}

/// Links whose words are an address other than the one they lead to.
fn mismatches(html: &str, checks: &mut Vec<Check>) {
    let mut open: Option<(String, String)> = None;
    for piece in Reader::new(html) {
        match piece {
            Piece::Open { name, attributes, .. } if name == "a" => {
                let href = attributes.iter().find(|a| html[a.name.clone()].eq_ignore_ascii_case("href"));
                open = href.map(|a| (decode_entities(&html[a.value.clone()]), String::new()));
            }
            Piece::Text { range, inside: None } => {
                if let Some((_, label)) = &mut open {
                    label.push_str(&decode_entities(&html[range]));
                }
            }
            Piece::Close { name, .. } if name == "a" => {
                if let Some((href, label)) = open.take()
                    && let Some(shown) = shown_host(&label)
                    && !same_site(&shown, &host(&href))
                {
                    let message = format!("A link says {shown} but leads to {}.", host(&href));
                    checks.push(Check::new(Level::Warning, "link_mismatch", message).of(Part::Html));
                }
            }
            _ => {}
        }
    }
}

/// The host a link's words name, if they are an address.
fn shown_host(label: &str) -> Option<String> {
    let label = label.trim();
    if label.is_empty() || label.contains(char::is_whitespace) || label.contains('@') {
        return None;
    }
    let named = if label.contains("://") { host(label) } else { host(&format!("https://{label}")) };
    let top = named.rsplit_once('.')?.1;
    let is_domain = top.len() >= 2
        && top.chars().all(char::is_alphabetic)
        && named.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.');
    is_domain.then_some(named)
}

fn same_site(shown: &str, actual: &str) -> bool {
    let bare = |h: &str| h.strip_prefix("www.").unwrap_or(h).to_owned();
    let (a, b) = (bare(shown), bare(actual));
    b.is_empty() || is_within(&a, &b) || is_within(&b, &a)
}
