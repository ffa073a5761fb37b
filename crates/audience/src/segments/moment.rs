//! The instant a rule is evaluated at, and calendar windows counted from it. Pure.
//!
//! A window of days up to an instant is exact to the millisecond; calendar days are those of the store's
//! time zone. Who was born on 29 February celebrates on 28 February in other years, so nobody is left out
//! and the month is right.

use crate::contacts::model::MonthDay;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::Timestamp;
use std::collections::BTreeSet;

/// Milliseconds in a day.
pub const DAY_MS: i64 = 86_400_000;

/// When a rule is evaluated.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// The instant.
    pub now: Timestamp,
    zone: TimeZone,
}

impl Moment {
    /// An instant where the store keeps UTC.
    pub fn at(now: Timestamp) -> Self {
        Moment { now, zone: TimeZone::UTC }
    }

    /// An instant in a time zone (IANA); UTC if the name is not known.
    pub fn in_zone(now: Timestamp, name: &str) -> Self {
        Moment { now, zone: TimeZone::get(name).unwrap_or(TimeZone::UTC) }
    }

    /// Today's date in the store's time zone.
    pub fn today(&self) -> Date {
        self.zone.to_datetime(self.now.to_jiff()).date()
    }

    /// Today's UTC day, counted from 1970-01-01.
    pub fn utc_day(&self) -> i32 {
        day_of_instant(self.now)
    }

    /// The first instant of a date in the store's time zone.
    pub fn start_of(&self, date: Date) -> Timestamp {
        let start = self.zone.to_timestamp(date.at(0, 0, 0, 0));
        start.map_or_else(|_| start_of_utc(date), Timestamp::from_jiff)
    }

    /// Instants later than this lie in the last `days` days.
    pub fn days_ago(&self, days: i64) -> Timestamp {
        self.now.plus_ms(-days * DAY_MS)
    }

    /// Days of the year from today to `days` days later, both included.
    pub fn days_ahead(&self, days: i64) -> BTreeSet<u16> {
        let mut date = self.today();
        let mut numbers = BTreeSet::new();
        for _ in 0..=days.clamp(0, 366) {
            numbers.extend(celebrated_on(date).map(MonthDay::number));
            date = date.tomorrow().unwrap_or(date);
        }
        numbers
    }
}

/// Number of an instant's day in UTC, counted from 1970-01-01.
pub fn day_of_instant(at: Timestamp) -> i32 {
    at.0.div_euclid(DAY_MS) as i32
}

fn start_of_utc(date: Date) -> Timestamp {
    Timestamp(i64::from(crate::attributes::model::day_number(date)) * DAY_MS)
}

/// Birthdays celebrated on a date: its own day, and 29 February on 28 February of other years.
pub fn celebrated_on(date: Date) -> impl Iterator<Item = MonthDay> {
    let own = MonthDay { month: date.month() as u8, day: date.day() as u8 };
    let leap =
        (own.month == 2 && own.day == 28 && !date.in_leap_year()).then_some(MonthDay { month: 2, day: 29 });
    std::iter::once(own).chain(leap)
}

/// Reads `MM-DD`.
pub fn parse_month_day(text: &str) -> Option<MonthDay> {
    let (month, day) = text.split_once('-').filter(|_| text.len() == 5)?;
    MonthDay::new(month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::at(Timestamp::parse(text).unwrap())
    }

    #[test]
    fn the_leap_day_is_celebrated_every_year() {
        assert!(moment("2026-02-28T12:00:00Z").days_ahead(0).contains(&229));
        assert!(!moment("2028-02-28T12:00:00Z").days_ahead(0).contains(&229));
        assert!(moment("2028-02-29T12:00:00Z").days_ahead(0).contains(&229));
        assert!(!moment("2026-03-01T00:00:00Z").days_ahead(0).contains(&229));
    }

    #[test]
    fn a_window_crosses_the_new_year_and_a_year_holds_every_day() {
        let days = moment("2026-12-30T23:59:59Z").days_ahead(3);
        assert_eq!(days.into_iter().collect::<Vec<_>>(), [101, 102, 1230, 1231]);
        assert_eq!(moment("2026-11-23T00:00:00Z").days_ahead(9_999).len(), 366);
    }

    #[test]
    fn calendar_days_are_those_of_the_store() {
        let now = Timestamp::parse("2026-11-23T20:00:00Z").unwrap();
        let singapore = Moment::in_zone(now, "Asia/Singapore");
        assert_eq!(singapore.today(), jiff::civil::date(2026, 11, 24));
        assert_eq!(Moment::in_zone(now, "nowhere").today(), jiff::civil::date(2026, 11, 23));
        assert_eq!(singapore.start_of(singapore.today()).to_string(), "2026-11-23T16:00:00Z");
        assert_eq!(singapore.utc_day(), Moment::at(now).utc_day());
    }

    #[test]
    fn days_before_1970_count_downwards() {
        assert_eq!(day_of_instant(Timestamp(-1)), -1);
        assert_eq!(Moment::at(Timestamp(0)).start_of(jiff::civil::date(1970, 1, 2)).0, DAY_MS);
        assert_eq!(parse_month_day("02-30"), None);
        assert_eq!(parse_month_day("2-3"), None);
    }
}
