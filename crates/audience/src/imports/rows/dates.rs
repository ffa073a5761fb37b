//! Dates and times as files write them. ISO 8601 first; then numbers in the order the column has; then
//! serial days of spreadsheets.

use crate::contacts::model::{Birthday, MonthDay};
use crate::imports::mapping::DateOrder;
use jiff::civil::{Date, DateTime, Time};
use kernel::Timestamp;

/// Hour given to a day without a time.
const NOON: i8 = 12;
/// Serial days of spreadsheets that are taken for dates: 1910 to 2100.
const SERIAL: std::ops::RangeInclusive<i64> = 3_654..=73_415;

/// What a date looks like, for messages.
pub const DATE_EXAMPLE: &str = "a date is written like 2026-11-23";
/// What a time looks like, for messages.
pub const TIME_EXAMPLE: &str = "a time is written like 2026-11-23T09:00:00Z";

/// Splits `a-b-c`, `a/b/c`, `a.b.c` into numbers; the rest behind the third is left out.
fn parts(text: &str) -> Option<[u32; 3]> {
    let day = text.split(['T', ' ']).next()?.trim_end_matches(['.', '年', '日']);
    let mut numbers = day.split(['-', '/', '.', '年', '月']);
    let mut next = || numbers.next().filter(|n| !n.is_empty() && n.len() <= 4)?.parse::<u32>().ok();
    let found = [next()?, next()?, next()?];
    numbers.next().is_none().then_some(found)
}

/// The first two numbers of a date that does not begin with its year.
pub fn leading_pair(text: &str) -> Option<(u32, u32)> {
    let [a, b, c] = parts(text)?;
    let year_last = text.bytes().take_while(u8::is_ascii_digit).count() <= 2 && !(100..1000).contains(&c);
    (year_last && a <= 31 && b <= 31).then_some((a, b))
}

/// Reads a date.
pub fn parse_date(text: &str, order: DateOrder) -> Option<Date> {
    let text = text.trim();
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return digits_date(text);
    }
    let [a, b, c] = parts(text)?;
    let leading = text.bytes().take_while(u8::is_ascii_digit).count();
    let (year, month, day) = match (leading, order) {
        (4, _) => (a, b, c),
        (1 | 2, DateOrder::Mdy) => (c, a, b),
        (1 | 2, DateOrder::Dmy) => (c, b, a),
        _ => return None,
    };
    Date::new(full_year(year)?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Two digits mean the hundred years up to 2030.
fn full_year(year: u32) -> Option<i16> {
    match year {
        0..=30 => Some(2000 + year as i16),
        31..=99 => Some(1900 + year as i16),
        1000..=9999 => Some(year as i16),
        _ => None,
    }
}

fn digits_date(text: &str) -> Option<Date> {
    if text.len() == 8 {
        let number: u32 = text.parse().ok()?;
        return Date::new((number / 10_000) as i16, (number / 100 % 100) as i8, (number % 100) as i8).ok();
    }
    let serial: i64 = text.parse().ok().filter(|n| text.len() == 5 && SERIAL.contains(n))?;
    jiff::civil::date(1899, 12, 30).checked_add(jiff::Span::new().try_days(serial).ok()?).ok()
}

/// True if a time of day stands behind the date.
pub fn has_time(text: &str) -> bool {
    text.contains(':')
}

/// Reads an instant: RFC 3339, or date and time in UTC, or a date at noon UTC.
pub fn parse_time(text: &str, order: DateOrder) -> Option<Timestamp> {
    let text = text.trim();
    if let Some(exact) = Timestamp::parse(text) {
        return Some(exact);
    }
    let date = parse_date(text, order)?;
    let time = match text.split_once(['T', ' ']) {
        Some((_, rest)) if has_time(rest) => time_of_day(rest)?,
        _ => Time::constant(NOON, 0, 0, 0),
    };
    let instant = jiff::tz::TimeZone::UTC.to_timestamp(DateTime::from_parts(date, time)).ok()?;
    Some(Timestamp::from_jiff(instant))
}

/// `9:05`, `09:05:10.123`, `9:05 PM`, with `UTC` or `Z` behind or not.
fn time_of_day(text: &str) -> Option<Time> {
    let upper = text.trim().to_ascii_uppercase();
    let upper = upper.trim_end_matches('Z').trim_end_matches("UTC").trim_end_matches("+0000").trim();
    let (clock, half) = match (upper.strip_suffix("AM"), upper.strip_suffix("PM")) {
        (Some(clock), _) => (clock.trim(), Some(0)),
        (_, Some(clock)) => (clock.trim(), Some(12)),
        _ => (upper, None),
    };
    let mut numbers = clock.split([':', '.']);
    let mut next = || numbers.next().map_or(Some(0), |n| n.parse::<i8>().ok());
    let (hour, minute, second) = (next()?, next()?, next()?);
    let hour = half.map_or(hour, |h| hour % 12 + h);
    Time::new(hour, minute, second, 0).ok()
}

/// Reads a birthday; the year may be absent (`--11-23`, `11/23`).
pub fn parse_birthday(text: &str, order: DateOrder) -> Option<Birthday> {
    if let Some(known) = Birthday::parse(text) {
        return Some(known);
    }
    if let Some((first, second)) = text.trim().split_once(['/', '.', '-'])
        && let (Ok(first), Ok(second)) = (first.parse::<u8>(), second.trim_end_matches('.').parse::<u8>())
    {
        // Two numbers do not say their order; a dot is written by those who put the day first.
        let day_first = text.contains('.') || (order == DateOrder::Dmy && second <= 12);
        let (month, day) = if day_first { (second, first) } else { (first, second) };
        let found = MonthDay::new(month, day).or_else(|| MonthDay::new(day, month));
        return found.map(|day| Birthday { year: None, day });
    }
    let date = parse_date(text, order)?;
    Birthday::parse(&date.to_string())
}
