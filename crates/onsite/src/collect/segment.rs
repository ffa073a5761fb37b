//! Reads calls of Segment's tracking API into events. Pure.
//!
//! A body is one call, or a `batch` of them with what they share. What a client leaves out or sends as null is
//! absent; ids may be numbers. Unknown fields are left out.

use audience::events::model::{
    BATCH_MAX, CallKind, EVENT_BYTES_MAX, IDENTITY_MAX, Incoming, MESSAGE_ID_MAX, NAME_MAX, RefusalReason,
    corrected,
};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Code, Problem, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// What is kept of the context. The rest is about the device or comes from it.
const CONTEXT: &[&str] =
    &["app", "campaign", "channel", "groupId", "library", "locale", "page", "referrer", "timezone", "traits"];

/// A body that was read.
pub struct Calls {
    /// Events that are right.
    pub events: Vec<Incoming>,
    /// What was called, if it could be read, and why it was not taken.
    pub refused: Vec<(String, RefusalReason)>,
    /// The key in the body.
    pub write_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    #[serde(borrow, default)]
    batch: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    write_key: Option<Cow<'a, str>>,
    #[serde(default)]
    sent_at: Value,
    #[serde(default)]
    context: Value,
}

/// When something was received and sent.
#[derive(Clone, Copy)]
struct Times {
    received: Timestamp,
    sent: Option<Timestamp>,
}

/// Reads a body. `kind` is what the address says; without one every call says it itself. `sent` is what a header
/// says. `made_up` makes the id of a message that has none. Problem: not JSON of this form, or too many calls.
pub fn read(
    body: &[u8],
    kind: Option<CallKind>,
    received: Timestamp,
    sent: Option<Timestamp>,
    mut made_up: impl FnMut() -> String,
) -> Result<Calls, Problem> {
    let text = std::str::from_utf8(body).map_err(|_| broken("it is not UTF-8"))?.trim_start();
    if !text.starts_with('{') {
        return Err(broken("it does not begin with {"));
    }
    let envelope: Envelope<'_> = serde_json::from_str(text)
        .map_err(|e| broken(&format!("something is wrong at column {}", e.column())))?;
    let write_key = envelope.write_key.map(Cow::into_owned);
    let times = Times { received, sent: time(&envelope.sent_at).or(sent) };
    let mut calls = Calls { events: Vec::new(), refused: Vec::new(), write_key };
    let Some(batch) = envelope.batch else {
        calls.take(text, kind, &Value::Null, times, &mut made_up);
        return Ok(calls);
    };
    if batch.len() > BATCH_MAX {
        return Err(Problem::new(Code::BadRequest, "A batch has at most 2,500 calls."));
    }
    for call in batch {
        calls.take(call.get(), None, &envelope.context, times, &mut made_up);
    }
    Ok(calls)
}

fn broken(why: &str) -> Problem {
    Problem::new(Code::BadRequest, format!("The body is no JSON object of the tracking API: {why}."))
}

/// Reads one call of a file, which says itself what was called; `None` for one that says nothing. A call without a
/// `messageId` gets one that is made of what it says, so that the same line is known again.
pub fn read_line(line: &[u8], received: Timestamp) -> Result<Option<Incoming>, RefusalReason> {
    let text = std::str::from_utf8(line).map_err(|_| RefusalReason::NotAnEvent)?;
    let made_up = || format!("line-{}", URL_SAFE_NO_PAD.encode(digest(&SHA256, line)));
    read_call(text, None, &Value::Null, Times { received, sent: None }, &mut { made_up })
        .map_err(|(_, why)| why)
}

/// What was called, if it could be read, and why it was not taken.
type Refused = (String, RefusalReason);

fn read_call(
    text: &str,
    kind: Option<CallKind>,
    shared: &Value,
    times: Times,
    made_up: &mut impl FnMut() -> String,
) -> Result<Option<Incoming>, Refused> {
    if text.len() > EVENT_BYTES_MAX {
        return Err((kind.map_or("", CallKind::word).to_owned(), RefusalReason::TooLarge));
    }
    let Ok(Value::Object(call)) = serde_json::from_str(text) else {
        return Err((String::new(), RefusalReason::NotAnEvent));
    };
    let said = call.get("type").and_then(Value::as_str).unwrap_or_default();
    let kind = kind.or_else(|| CallKind::of_word(said));
    let read =
        kind.ok_or(RefusalReason::KindUnknown).and_then(|kind| event(kind, call, shared, times, made_up));
    read.map_err(|why| (kind.map_or("", CallKind::word).to_owned(), why))
}

impl Calls {
    fn take(
        &mut self,
        text: &str,
        kind: Option<CallKind>,
        shared: &Value,
        times: Times,
        made_up: &mut impl FnMut() -> String,
    ) {
        match read_call(text, kind, shared, times, made_up) {
            Ok(event) => self.events.extend(event),
            Err(refused) => self.refused.push(refused),
        }
    }
}

/// Reads one call; `None` for one that says nothing.
fn event(
    kind: CallKind,
    mut call: Map<String, Value>,
    shared: &Value,
    times: Times,
    made_up: &mut impl FnMut() -> String,
) -> Result<Option<Incoming>, RefusalReason> {
    let message_id = id(&call, "messageId", MESSAGE_ID_MAX)?.unwrap_or_else(made_up);
    let anonymous_id = id(&call, "anonymousId", IDENTITY_MAX)?;
    let user_id = id(&call, "userId", IDENTITY_MAX)?;
    let previous_id = id(&call, "previousId", IDENTITY_MAX)?;
    // analytics-next says so when it has nothing to say.
    if kind == CallKind::Alias && previous_id.is_some() && previous_id == user_id {
        return Ok(None);
    }
    if anonymous_id.is_none() && user_id.is_none() {
        return Err(RefusalReason::NobodyNamed);
    }
    let name = name(kind, &call)?;
    let moment = |field: &str| call.get(field).and_then(time);
    let said = moment("originalTimestamp").or_else(|| moment("timestamp"));
    let sent = moment("sentAt").or(times.sent);
    let at = corrected(said, sent, times.received);
    let mut document = Map::new();
    for (field, text) in [
        ("messageId", Some(&message_id)),
        ("anonymousId", anonymous_id.as_ref()),
        ("userId", user_id.as_ref()),
        ("previousId", previous_id.as_ref()),
    ] {
        if let Some(text) = text {
            document.insert(field.to_owned(), Value::String(text.clone()));
        }
    }
    for field in ["category", "groupId"] {
        document.extend(call.remove_entry(field).filter(|(_, v)| v.is_string() || v.is_number()));
    }
    for field in ["properties", "traits"] {
        document.extend(object(&mut call, field)?.map(|fields| (field.to_owned(), Value::Object(fields))));
    }
    document.extend(context(&mut call, shared)?.map(|fields| ("context".to_owned(), Value::Object(fields))));
    let document = Value::Object(document).to_string();
    Ok(Some(Incoming { kind, message_id, anonymous_id, user_id, previous_id, name, at, document }))
}

/// An id: text, or a number. Null, empty and absent are the same.
fn id(call: &Map<String, Value>, field: &str, longest: usize) -> Result<Option<String>, RefusalReason> {
    let text = match call.get(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err(RefusalReason::NotAnEvent),
    };
    if text.chars().count() > longest {
        return Err(RefusalReason::IdTooLong);
    }
    Ok(Some(text).filter(|t| !t.is_empty()))
}

/// The name that counts are kept of: of an event, a page or a screen.
fn name(kind: CallKind, call: &Map<String, Value>) -> Result<String, RefusalReason> {
    let field = match kind {
        CallKind::Track => "event",
        CallKind::Page | CallKind::Screen => "name",
        CallKind::Alias | CallKind::Group | CallKind::Identify => return Ok(String::new()),
    };
    let name = match call.get(field) {
        Some(Value::String(name)) => name.trim(),
        None | Some(Value::Null) => "",
        Some(_) => return Err(RefusalReason::NameNotRight),
    };
    let missing = name.is_empty() && kind == CallKind::Track;
    if missing || name.chars().count() > NAME_MAX || name.contains(char::is_control) {
        return Err(RefusalReason::NameNotRight);
    }
    Ok(name.to_owned())
}

fn object(call: &mut Map<String, Value>, field: &str) -> Result<Option<Map<String, Value>>, RefusalReason> {
    match call.remove(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(fields)) => Ok(Some(fields).filter(|f| !f.is_empty())),
        Some(_) => Err(RefusalReason::NotAnEvent),
    }
}

/// The call's context over the batch's, as far as it is kept.
fn context(
    call: &mut Map<String, Value>,
    shared: &Value,
) -> Result<Option<Map<String, Value>>, RefusalReason> {
    let mut own = object(call, "context")?.unwrap_or_default();
    let kept = CONTEXT.iter().filter_map(|field| {
        let value = own.remove(*field).or_else(|| shared.get(*field).cloned())?;
        (!value.is_null()).then(|| ((*field).to_owned(), value))
    });
    let kept: Map<String, Value> = kept.collect();
    Ok(Some(kept).filter(|k| !k.is_empty()))
}

/// A moment: RFC 3339, or milliseconds since 1970.
fn time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => Timestamp::parse(text),
        Value::Number(number) => number.as_i64().map(Timestamp),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const RECEIVED: Timestamp = Timestamp(1_700_000_000_000);

    fn read(body: Value, kind: Option<CallKind>) -> Calls {
        super::read(body.to_string().as_bytes(), kind, RECEIVED, None, || "made-up".into()).unwrap()
    }

    fn document(event: &Incoming) -> Value {
        serde_json::from_str(&event.document).unwrap()
    }

    #[test]
    fn a_batch_shares_its_context_and_every_call_stands_for_itself() {
        let calls = read(
            json!({ "writeKey": "key1", "sentAt": "2023-11-14T22:13:20Z", "context": { "locale": "en", "ip": "::1" },
                "batch": [
                    { "type": "track", "event": "Order Completed", "userId": 7, "messageId": "m1",
                        "properties": { "total": 12.5 }, "context": { "locale": null, "userAgent": "x" },
                        "originalTimestamp": "2023-11-14T22:12:20Z" },
                    { "type": "track", "userId": "u1" },
                    { "type": "dance", "userId": "u1" },
                    { "type": "page", "properties": {} },
                    { "type": "page", "anonymousId": "a1", "properties": [] },
                    "nonsense",
                    { "type": "identify", "anonymousId": "a".repeat(256) },
                    { "type": "screen", "anonymousId": "a1", "name": "Basket", "traits": null }
                ] }),
            None,
        );
        assert_eq!(calls.write_key.as_deref(), Some("key1"));
        let refused: Vec<_> = calls.refused.iter().map(|(kind, why)| (kind.as_str(), *why)).collect();
        let expected = [
            ("track", RefusalReason::NameNotRight),
            ("", RefusalReason::KindUnknown),
            ("page", RefusalReason::NobodyNamed),
            ("page", RefusalReason::NotAnEvent),
            ("", RefusalReason::NotAnEvent),
            ("identify", RefusalReason::IdTooLong),
        ];
        assert_eq!(refused, expected);
        let [order, screen] = &calls.events[..] else { panic!("two calls are right") };
        assert_eq!((order.user_id.as_deref(), order.message_id.as_str()), (Some("7"), "m1"));
        assert_eq!(
            order.at,
            RECEIVED.plus_ms(-60_000),
            "the client's clock is believed relative to its sending"
        );
        let kept = json!({ "messageId": "m1", "userId": "7", "properties": { "total": 12.5 } });
        assert_eq!(document(order), kept, "nothing of the device is kept, and null is absent");
        assert_eq!(
            (screen.name.as_str(), screen.message_id.as_str(), screen.at),
            ("Basket", "made-up", RECEIVED)
        );
        assert_eq!(document(screen)["context"], json!({ "locale": "en" }));
    }

    #[test]
    fn an_alias_of_oneself_says_nothing() {
        let alias = json!({ "userId": "u1", "previousId": "u1" });
        let calls = read(alias, Some(CallKind::Alias));
        assert!(calls.events.is_empty() && calls.refused.is_empty());
    }

    #[test]
    fn what_is_too_large_is_refused_alone_and_what_is_no_json_altogether() {
        let large = "x".repeat(EVENT_BYTES_MAX);
        let batch = json!({ "batch": [{ "type": "track", "event": large, "userId": "u" },
            { "type": "group", "groupId": 4, "userId": "u" }] });
        let calls = read(batch, None);
        assert_eq!(
            (calls.events.len(), &calls.refused[..]),
            (1, &[(String::new(), RefusalReason::TooLarge)][..])
        );
        assert_eq!(document(&calls.events[0])["groupId"], 4);
        let many = json!({ "batch": vec![json!({}); BATCH_MAX + 1] }).to_string();
        for body in ["", "[]", "{\"batch\":1}", "\u{1}", many.as_str()] {
            let refused = super::read(body.as_bytes(), None, RECEIVED, None, String::new);
            assert!(refused.is_err_and(|p| p.code == Code::BadRequest), "{body:.20}");
        }
        assert!(super::read(b"{\"a\":\"\xff\"}", None, RECEIVED, None, String::new).is_err());
    }
}
