//! The `date` filter: strftime in the store's time zone.

use super::{Call, Filtered};
use crate::templates::liquid::value::Value;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

/// Longest format, in bytes.
const MAX_FORMAT: usize = 256;

/// Formats an instant, a date, seconds since 1970, `'now'` or `'today'`. What is no date stays as it is.
pub fn date<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let format = call.argument_text(0).into_owned();
    if format.is_empty() || matches!(call.input, Value::Nil) {
        return Ok(call.input.clone());
    }
    call.meter.step(4)?;
    let zone = zone(&call.data.store.time_zone);
    let Some(when) = instant(call, &zone) else { return Ok(call.input.clone()) };
    match is_harmless(&format).then(|| formatted(&format, &when)).flatten() {
        Some(text) => call.make(text),
        None => Ok(call.input.clone()),
    }
}

/// Widths such as `%999999d` would make long texts out of short formats.
fn is_harmless(format: &str) -> bool {
    let width = |directive: &str| {
        directive.trim_start_matches(['-', '_', '^', '#']).bytes().take_while(u8::is_ascii_digit).count()
    };
    format.len() <= MAX_FORMAT && format.split('%').skip(1).all(|directive| width(directive) <= 2)
}

fn formatted(format: &str, when: &ZonedDateTime) -> Option<String> {
    let config = jiff::fmt::strtime::Config::new().lenient(true);
    let mut out = String::new();
    jiff::fmt::strtime::BrokenDownTime::from(when).format_with_config(&config, format, &mut out).ok()?;
    Some(out)
}

fn zone(name: &str) -> TimeZone {
    match name {
        "" | "UTC" => TimeZone::UTC,
        other => TimeZone::get(other).unwrap_or(TimeZone::UTC),
    }
}

fn instant(call: &Call<'_, '_>, zone: &TimeZone) -> Option<ZonedDateTime> {
    match &call.input {
        Value::Time(t) => Some(t.to_jiff().to_zoned_datetime(zone.clone())),
        Value::Int(seconds) => {
            Timestamp::from_second(*seconds).ok().map(|t| t.to_zoned_datetime(zone.clone()))
        }
        Value::Text(text, _) => match text.trim() {
            "now" | "today" => Some(call.data.now.to_jiff().to_zoned_datetime(zone.clone())),
            other => parse(other, zone),
        },
        _ => None,
    }
}

/// RFC 3339, RFC 2822, a date and time, a date, or seconds since 1970.
fn parse(text: &str, zone: &TimeZone) -> Option<ZonedDateTime> {
    if text.len() > 64 {
        return None;
    }
    let local = |d: DateTime| d.to_zoned_datetime(zone.clone()).ok();
    text.parse::<Timestamp>()
        .ok()
        .map(|t| t.to_zoned_datetime(zone.clone()))
        .or_else(|| {
            text.parse::<i64>()
                .ok()
                .and_then(|s| Timestamp::from_second(s).ok())
                .map(|t| t.to_zoned_datetime(zone.clone()))
        })
        .or_else(|| text.parse::<DateTime>().ok().and_then(local))
        .or_else(|| text.parse::<Date>().ok().and_then(|d| local(d.at(0, 0, 0, 0))))
        .or_else(|| jiff::fmt::rfc2822::parse(text).ok().map(|z| z.with_time_zone(zone.clone())))
}
