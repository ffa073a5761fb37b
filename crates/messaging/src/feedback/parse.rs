//! Reading reports: the machine-readable parts first, then what known programs write, then prose.
//!
//! Everything here is hostile input: parts, fields and text have limits, and nothing is trusted until
//! a token verifies.

use super::model::{Action, Bounce, DIAGNOSTIC_MAX, FeedbackType, Incoming, Kind, scan_tokens};
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

/// Bytes of a message that are read.
pub const RAW_MAX: usize = 4 * 1024 * 1024;
/// Bytes of a machine-readable part that are read.
const REPORT_MAX: usize = 64 * 1024;
/// Bytes of prose looked at for codes.
const PROSE_MAX: usize = 16 * 1024;
/// Bytes of returned headers searched for tokens.
const RETURNED_MAX: usize = 64 * 1024;
/// Recipient blocks of a delivery report.
const BLOCKS_MAX: usize = 20;

/// Parses a raw message. `recipients` are the envelope's, or empty if not known. `None`: not a message.
pub fn parse(raw: &[u8], recipients: &[String]) -> Option<Incoming> {
    // Reports stand at the beginning; a returned message may be as long as it likes.
    let message = MessageParser::default().parse(&raw[..raw.len().min(RAW_MAX)])?;
    if message.headers().is_empty() {
        return None;
    }
    let addressed = addressed_to(&message, recipients);
    let mut candidates = Vec::new();
    scan_tokens(&addressed, &mut candidates);
    let kind = classify(&message, &addressed);
    if matches!(kind, Kind::Bounce(_) | Kind::Feedback(_)) {
        returned_headers(&message, &mut |text| scan_tokens(text, &mut candidates));
    }
    Some(Incoming { kind, candidates })
}

fn classify(message: &Message<'_>, addressed: &str) -> Kind {
    if let Some(part) = find_part(message, "message", &["feedback-report"]) {
        return Kind::Feedback(feedback_type(&part));
    }
    if let Some(part) = find_part(message, "message", &["delivery-status", "global-delivery-status"]) {
        return Kind::Bounce(delivery_status(&part));
    }
    if let Some(bounce) = plain_bounce(message) {
        return Kind::Bounce(bounce);
    }
    if is_bare_complaint(message) {
        return Kind::Feedback(FeedbackType::Abuse);
    }
    let unsubscribe = addressed.split_ascii_whitespace().any(|a| a.starts_with("u+") || a.starts_with("U+"));
    match (unsubscribe, answered_by_machine(message)) {
        (true, false) => Kind::Unsubscribe,
        (_, true) => Kind::AutoReply,
        (false, false) => Kind::Other,
    }
}

/// Where the message was sent to: envelope first, then the headers that keep it.
fn addressed_to(message: &Message<'_>, recipients: &[String]) -> String {
    let mut text = recipients.iter().take(20).map(String::as_str).collect::<Vec<_>>().join(" ");
    for name in ["Delivered-To", "X-Original-To", "Envelope-To", "X-Delivered-To", "To"] {
        if let Some(value) = header(message, name) {
            text.push(' ');
            text.extend(
                value.chars().take(2_000).map(|c| if matches!(c, '<' | '>' | ',' | ';') { ' ' } else { c }),
            );
        }
    }
    text
}

/// The text of the first part of a type, decoded and cut.
fn find_part(message: &Message<'_>, kind: &str, subtypes: &[&str]) -> Option<String> {
    message.parts.iter().find(|p| is_type(p, kind, subtypes)).map(|p| lossy(p.contents(), REPORT_MAX))
}

fn is_type(part: &MessagePart<'_>, kind: &str, subtypes: &[&str]) -> bool {
    part.content_type().is_some_and(|t| {
        t.ctype().eq_ignore_ascii_case(kind)
            && t.subtype().is_some_and(|s| subtypes.iter().any(|wanted| s.eq_ignore_ascii_case(wanted)))
    })
}

fn lossy(bytes: &[u8], max: usize) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(max)]).into_owned()
}

/// Gives the headers of the returned message to `each`, whichever way they were attached.
fn returned_headers(message: &Message<'_>, each: &mut dyn FnMut(&str)) {
    for part in &message.parts {
        match &part.body {
            PartType::Message(inner) => each(&header_section(&lossy(inner.raw_message(), RETURNED_MAX))),
            _ if is_type(part, "text", &["rfc822-headers"])
                || is_type(part, "message", &["rfc822-headers", "global-headers", "rfc822", "global"]) =>
            {
                each(&header_section(&lossy(part.contents(), RETURNED_MAX)));
            }
            // qmail, old Exim and JMRP return the message inside the text.
            PartType::Text(text) => {
                let cut = text.floor_char_boundary(RETURNED_MAX);
                each(&text[..cut]);
            }
            _ => {}
        }
    }
}

fn header_section(text: &str) -> String {
    let end = text.find("\r\n\r\n").or_else(|| text.find("\n\n")).unwrap_or(text.len());
    text[..end].to_owned()
}

/// Fields of the blocks of a machine-readable part; names in lower case.
fn blocks(text: &str) -> Vec<Vec<(String, String)>> {
    let mut all = vec![Vec::<(String, String)>::new()];
    for line in text.lines() {
        let block = all.last_mut().expect("invariant: there is a block");
        if line.trim().is_empty() {
            if !block.is_empty() && all.len() < BLOCKS_MAX {
                all.push(Vec::new());
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = block.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            block.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    all
}

fn field<'a>(block: &'a [(String, String)], name: &str) -> Option<&'a str> {
    block.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}

fn feedback_type(text: &str) -> FeedbackType {
    let blocks = blocks(text);
    FeedbackType::of(blocks.iter().find_map(|b| field(b, "feedback-type")).unwrap_or("abuse"))
}

/// The report about our one recipient: a failure if there is one, else the first block with an action.
fn delivery_status(text: &str) -> Bounce {
    let blocks = blocks(text);
    let action = |b: &Vec<(String, String)>| field(b, "action").and_then(Action::of);
    let block = blocks
        .iter()
        .find(|b| action(b) == Some(Action::Failed))
        .or_else(|| blocks.iter().find(|b| action(b).is_some()))
        .or_else(|| blocks.iter().find(|b| field(b, "status").is_some()));
    let Some(block) = block else { return weak("") };
    let diagnostic = field(block, "diagnostic-code").unwrap_or("");
    let mut enhanced = field(block, "status").and_then(find_enhanced).unwrap_or_default();
    let (basic, from_text) = find_codes(diagnostic);
    // "5.0.0" says nothing; the reply itself often says more.
    if let (0, 0, Some(better)) = (enhanced[1], enhanced[2], from_text) {
        enhanced = better;
    }
    let action = action(block).unwrap_or(match enhanced[0] {
        4 => Action::Delayed,
        2 => Action::Delivered,
        _ => Action::Failed,
    });
    Bounce {
        action,
        basic,
        enhanced,
        diagnostic: cut(diagnostic),
        remote_mta: cut(field(block, "remote-mta").map_or("", |v| v.rsplit(';').next().unwrap_or(v)).trim()),
        strong: enhanced[0] != 0 || basic != 0,
    }
}

fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(DIAGNOSTIC_MAX).collect()
}

fn weak(diagnostic: &str) -> Bounce {
    Bounce {
        action: Action::Failed,
        basic: 0,
        enhanced: [0; 3],
        diagnostic: cut(diagnostic),
        remote_mta: String::new(),
        strong: false,
    }
}

/// A bounce without a machine-readable part: qmail's own format, else prose of a mailer.
fn plain_bounce(message: &Message<'_>) -> Option<Bounce> {
    let text = message.body_text(0)?;
    let text = &text[..text.floor_char_boundary(PROSE_MAX)];
    let is_qmail = text.trim_start().starts_with("Hi. This is the");
    if !is_qmail && !is_from_mailer(message) {
        return None;
    }
    // What follows is the returned message; codes in it would be the merchant's words.
    let end = [
        "--- Below this line",
        "------ This is a copy",
        "----- Original message",
        "--- The header of the original",
    ]
    .iter()
    .filter_map(|mark| text.find(mark))
    .min();
    let said = &text[..end.unwrap_or(text.len())];
    let (basic, enhanced) = find_codes(said);
    let enhanced = enhanced.unwrap_or_default();
    let delayed = enhanced[0] == 4 || (enhanced[0] == 0 && basic / 100 == 4);
    Some(Bounce {
        action: if delayed { Action::Delayed } else { Action::Failed },
        basic,
        enhanced,
        strong: is_qmail && (basic != 0 || enhanced[0] != 0),
        ..weak(said)
    })
}

fn is_from_mailer(message: &Message<'_>) -> bool {
    let from =
        message.from().and_then(|f| f.first()).and_then(|a| a.address()).unwrap_or("").to_ascii_lowercase();
    let local = from.split('@').next().unwrap_or("");
    let failed = header(message, "X-Failed-Recipients").is_some();
    matches!(local, "mailer-daemon" | "postmaster" | "mail-daemon")
        || failed
        || (has_null_sender(message) && from.is_empty())
}

/// Complaints that are not in report format: the headline is all there is.
fn is_bare_complaint(message: &Message<'_>) -> bool {
    let subject = message.subject().unwrap_or("").to_ascii_lowercase();
    let attached = message.parts.iter().any(|p| matches!(p.body, PartType::Message(_)));
    attached && subject.starts_with("complaint about message from")
}

/// RFC 3834 5 and what programs older than it do.
fn answered_by_machine(message: &Message<'_>) -> bool {
    let word = |name| header(message, name).map(|v| v.trim().to_ascii_lowercase());
    let report =
        message.content_type().is_some_and(|t| t.subtype().is_some_and(|s| s.eq_ignore_ascii_case("report")));
    report
        || word("Auto-Submitted")
            .is_some_and(|v| v.starts_with("auto-replied") || v.starts_with("auto-notified"))
        || word("X-Autoreply").is_some()
        || word("X-Autorespond").is_some()
        || word("Precedence").is_some_and(|v| v == "auto_reply" || v == "junk")
        || has_null_sender(message)
}

fn has_null_sender(message: &Message<'_>) -> bool {
    header(message, "Return-Path").is_some_and(|path| path.trim() == "<>")
}

/// The first field of a name, as written.
fn header<'m>(message: &'m Message<'_>, name: &str) -> Option<&'m str> {
    message.headers_raw().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The first basic and the first enhanced code in a text.
pub fn find_codes(text: &str) -> (u16, Option<[u16; 3]>) {
    let word = |c: char| c.is_ascii_digit() || c == '.';
    let mut basic = 0;
    let mut enhanced = None;
    for run in text.split(|c| !word(c)) {
        let run = run.trim_matches('.');
        if basic == 0 && run.len() == 3 && matches!(run.as_bytes()[0], b'4' | b'5') && !run.contains('.') {
            basic = run.parse().unwrap_or(0);
        }
        enhanced = enhanced.or_else(|| find_enhanced(run));
    }
    (basic, enhanced)
}

/// An enhanced code at the start of a text: `5.1.1 (bad destination)`.
fn find_enhanced(text: &str) -> Option<[u16; 3]> {
    let token = text.trim_start().split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
    let mut parts = token.trim_end_matches('.').split('.');
    let mut number = |max: u16| {
        parts.next().filter(|p| (1..=3).contains(&p.len()))?.parse::<u16>().ok().filter(|n| *n <= max)
    };
    let code = [number(5)?, number(999)?, number(999)?];
    (parts.next().is_none() && matches!(code[0], 2 | 4 | 5)).then_some(code)
}
