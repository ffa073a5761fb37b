//! Days of a store's own calendar.

use super::model::{Compared, Span};
use automation::activity::{Kind, Slots};
use jiff::tz::TimeZone;
use kernel::Timestamp;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

#[test]
fn a_day_is_the_stores_own_and_may_have_25_hours() {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let span = Span::ending(at("2026-10-26T11:00:00Z"), &zone, 2).unwrap();
    assert_eq!(span.range(), (at("2026-10-22T22:00:00Z"), at("2026-10-26T23:00:00Z")));
    let mut slots = Slots::default();
    slots.count(Kind::Sent, at("2026-10-24T21:59:00Z"), 1);
    slots.count(Kind::Sent, at("2026-10-24T22:00:00Z"), 10);
    slots.count(Kind::Sent, at("2026-10-25T22:59:00Z"), 100);
    slots.count(Kind::Sent, at("2026-10-25T23:00:00Z"), 1_000);
    let days: Vec<_> = span.days(&slots).into_iter().map(|d| (d.day.to_string(), d.sent)).collect();
    assert_eq!(days, [("2026-10-25".into(), 110), ("2026-10-26".into(), 1_000)]);
    assert_eq!(span.compared(&slots, Kind::Sent), Compared { now: 1_110, before: 1 });
}

#[test]
fn a_zone_may_differ_by_a_quarter_of_an_hour() {
    let zone = TimeZone::get("Asia/Kathmandu").unwrap();
    let span = Span::ending(at("2026-11-25T12:00:00Z"), &zone, 1).unwrap();
    let mut slots = Slots::default();
    slots.count(Kind::NewContacts, at("2026-11-24T18:14:59Z"), 1);
    slots.count(Kind::NewContacts, at("2026-11-24T18:15:00Z"), 2);
    assert_eq!(span.compared(&slots, Kind::NewContacts), Compared { now: 2, before: 1 });
}
