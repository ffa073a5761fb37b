//! Filters that work on text.

use super::{Call, Filtered, as_str, escaped};
use crate::templates::liquid::value::{Safety, Str, Value};
use crate::templates::model::MAX_OUTPUT_BYTES;

fn same<'a>(call: &mut Call<'_, 'a>, change: impl FnOnce(&str) -> String) -> Filtered<'a> {
    let text = call.text()?;
    call.make(change(&text))
}

pub fn upcase<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    same(call, str::to_uppercase)
}

pub fn downcase<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    same(call, str::to_lowercase)
}

/// First letter large, the rest small.
pub fn capitalize<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    same(call, |text| {
        let mut rest = text.chars();
        let first = rest.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        first + &rest.as_str().to_lowercase()
    })
}

fn trimmed<'a>(call: &mut Call<'_, 'a>, trim: impl FnOnce(&str) -> &str) -> Filtered<'a> {
    let safety = call.safety();
    match call.text()? {
        Str::Borrowed(text) => {
            let start = trim(text);
            Ok(Value::Text(Str::Borrowed(start_of(text, start)), safety))
        }
        Str::Shared(text) => {
            let shorter = trim(&text).to_owned();
            call.make_as(shorter, safety)
        }
    }
}

/// The same piece of text with the longer lifetime of the whole.
fn start_of<'a>(whole: &'a str, piece: &str) -> &'a str {
    let start = piece.as_ptr() as usize - whole.as_ptr() as usize;
    &whole[start..start + piece.len()]
}

pub fn strip<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    trimmed(call, str::trim)
}

pub fn lstrip<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    trimmed(call, str::trim_start)
}

pub fn rstrip<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    trimmed(call, str::trim_end)
}

pub fn strip_newlines<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let safety = call.safety();
    let text = call.text()?.replace(['\r', '\n'], "");
    call.make_as(text, safety)
}

pub fn append<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    joined(call, false)
}

pub fn prepend<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    joined(call, true)
}

/// If one side is HTML, the other is escaped and the whole is HTML.
fn joined<'a>(call: &mut Call<'_, 'a>, in_front: bool) -> Filtered<'a> {
    let is_html = |v: &Value<'_>| matches!(v, Value::Text(_, Safety::Html));
    let html = is_html(&call.input) || call.arguments.first().is_some_and(is_html);
    let side = |v: &Value<'a>| match html && !is_html(v) {
        true => Str::Shared(escaped(&v.to_text()).into()),
        false => as_str(v),
    };
    let (a, b) = (side(&call.input), call.arguments.first().map_or(Str::Borrowed(""), side));
    call.meter.made(a.len() + b.len())?;
    let text = if in_front { [&*b, &*a].concat() } else { [&*a, &*b].concat() };
    Ok(Value::Text(Str::Shared(text.into()), if html { Safety::Html } else { Safety::Plain }))
}

pub fn replace<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let (from, to) = (call.fitting_argument(0), call.fitting_argument(1));
    replaced(call, &from, &to, usize::MAX)
}

pub fn replace_first<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let (from, to) = (call.fitting_argument(0), call.fitting_argument(1));
    replaced(call, &from, &to, 1)
}

pub fn remove<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let from = call.fitting_argument(0);
    replaced(call, &from, "", usize::MAX)
}

pub fn remove_first<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let from = call.fitting_argument(0);
    replaced(call, &from, "", 1)
}

fn replaced<'a>(call: &mut Call<'_, 'a>, from: &str, to: &str, times: usize) -> Filtered<'a> {
    let (text, safety) = (call.text()?, call.safety());
    let count = text.matches(from).take(times).count();
    // Announced before it is made: short texts can become very long ones.
    let length = text.len().saturating_add(count.saturating_mul(to.len()));
    call.meter.made(length.min(MAX_OUTPUT_BYTES + 1))?;
    Ok(Value::Text(Str::Shared(text.replacen(from, to, count).into()), safety))
}

pub fn escape<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    match call.safety() {
        Safety::Html => Ok(call.input.clone()),
        _ => {
            let text = escaped(&call.text()?);
            call.make_as(text, Safety::Html)
        }
    }
}

/// Escapes what is not yet escaped.
pub fn escape_once<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let text = call.text()?;
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(index) = rest.find('&') {
        out.push_str(&escaped(&rest[..index]));
        let entity = entity_length(&rest[index..]);
        out.push_str(if entity > 0 { &rest[index..index + entity] } else { "&amp;" });
        rest = &rest[index + entity.max(1)..];
    }
    out.push_str(&escaped(rest));
    call.make_as(out, Safety::Html)
}

fn entity_length(text: &str) -> usize {
    let end = text.bytes().take(32).position(|b| b == b';').unwrap_or(0);
    let body = text.get(1..end).unwrap_or("");
    let name = body.strip_prefix('#').unwrap_or(body);
    if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric()) { end + 1 } else { 0 }
}

pub fn newline_to_br<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let text = call.text()?;
    if !call.html {
        return call.make(text.to_string());
    }
    let html = if call.safety() == Safety::Html { text.to_string() } else { escaped(&text) };
    let broken = html.replace("\r\n", "\n").replace('\n', "<br />\n");
    call.make_as(broken, Safety::Html)
}

/// Drops tags, comments, and the contents of scripts and style sheets.
pub fn strip_html<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let text = call.text()?;
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let end = skip_markup(rest);
        if end == 0 {
            break;
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    call.make(out)
}

/// Length of the markup at the start of a text, or 0 if it never ends.
fn skip_markup(text: &str) -> usize {
    let starts = |tag: &str| text.get(..tag.len()).is_some_and(|t| t.eq_ignore_ascii_case(tag));
    let until = |end: &str| find_ignoring_case(text, end).map_or(0, |i| i + end.len());
    match () {
        () if starts("<!--") => until("-->"),
        () if starts("<script") => until("</script>"),
        () if starts("<style") => until("</style>"),
        () => text.find('>').map_or(0, |i| i + 1),
    }
}

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes().windows(wanted.len()).position(|w| w.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// Cuts to a number of characters, the dots at the end included.
pub fn truncate<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let text = call.text()?;
    let length = call.argument_int(0).unwrap_or(50).max(0) as usize;
    let dots = if call.arguments.len() > 1 { call.argument_text(1).into_owned() } else { "...".to_owned() };
    if text.chars().count() <= length {
        return Ok(call.input.clone());
    }
    let kept = length.saturating_sub(dots.chars().count());
    let shorter: String = text.chars().take(kept).chain(dots.chars()).collect();
    call.make(shorter)
}

/// Cuts to a number of words.
pub fn truncatewords<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let text = call.text()?;
    let length = call.argument_int(0).unwrap_or(15).clamp(1, 100_000) as usize;
    let dots = if call.arguments.len() > 1 { call.argument_text(1).into_owned() } else { "...".to_owned() };
    let words: Vec<&str> = text.split_whitespace().take(length + 1).collect();
    match words.len() > length {
        true => call.make(words[..length].join(" ") + &dots),
        false => Ok(call.input.clone()),
    }
}

/// Percent-encodes as forms do (space becomes `+`).
pub fn url_encode<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let text = call.text()?;
    let mut out = String::with_capacity(text.len() + 8);
    percent_encode(&text, "+", &mut out);
    call.make_as(out, Safety::Url)
}

/// Appends text so that it is one value of a path or query.
pub fn percent_encode(text: &str, space: &str, out: &mut String) {
    use std::fmt::Write;
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(byte as char),
            b' ' => out.push_str(space),
            other => drop(write!(out, "%{other:02X}")),
        }
    }
}

pub fn url_decode<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let text = call.text()?;
    let (mut out, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let hex = after
            .get(..2)
            .and_then(|h| std::str::from_utf8(h).ok())
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        let (byte, used) = match (first, hex) {
            (b'%', Some(byte)) => (byte, 3),
            (b'+', _) => (b' ', 1),
            (other, _) => (*other, 1),
        };
        out.push(byte);
        rest = &rest[used..];
    }
    call.make(String::from_utf8_lossy(&out).into_owned())
}

/// Replaces nil, false and empty; with `allow_false: true` false stays.
pub fn default<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let allow_false = call.named("allow_false").is_some_and(Value::is_true);
    let keeps = !call.input.wants_default() || (allow_false && matches!(call.input, Value::Bool(false)));
    Ok(match keeps {
        true => call.input.clone(),
        false => call.arguments.first().cloned().unwrap_or(Value::text("")),
    })
}
