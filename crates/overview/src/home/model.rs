//! Days of a store's own calendar and figures of spans of them. Pure.

use automation::activity::{Kind, Slots};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{OrFault, Result, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// A figure of the span and of the span of the same length before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Compared {
    /// In the span that ends today.
    pub(super) now: i64,
    /// In the one before.
    pub(super) before: i64,
}

/// Figures of one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct HomeDay {
    /// Day of the store's calendar.
    #[schema(value_type = String, format = Date)]
    pub(super) day: Date,
    /// Marketing messages that relays took.
    pub(super) sent: i64,
    /// First opens of campaigns by people.
    pub(super) opened: i64,
    /// First clicks in campaigns by people.
    pub(super) clicked: i64,
    /// Contacts who unsubscribed from email.
    pub(super) unsubscribed: i64,
    /// Contacts made.
    pub(super) new_contacts: i64,
}

/// Two spans of days, one after the other, the second ending with today.
pub(super) struct Span {
    /// Beginnings of the days of both spans, and the end of the last one.
    bounds: Vec<(Date, Timestamp)>,
    days: usize,
}

impl Span {
    /// So many days up to and with today, and as many before.
    pub(super) fn ending(now: Timestamp, zone: &TimeZone, days: usize) -> Result<Self> {
        let today = zone.to_datetime(now.to_jiff()).date();
        let first =
            today.checked_sub(jiff::Span::new().days(2 * days as i64 - 1)).or_fault("count days back")?;
        let mut bounds = Vec::with_capacity(2 * days + 1);
        let mut day = first;
        for _ in 0..=2 * days {
            // A day whose midnight the clock skips begins at the next moment that exists.
            let midnight = day.to_datetime(jiff::civil::Time::midnight());
            let begins = zone.to_ambiguous_timestamp(midnight).compatible();
            bounds.push((day, Timestamp::from_jiff(begins.or_fault("find the beginning of a day")?)));
            day = day.tomorrow().or_fault("count days on")?;
        }
        Ok(Span { bounds, days })
    }

    /// When the first day of both begins and the last one ends.
    pub(super) fn range(&self) -> (Timestamp, Timestamp) {
        (self.bounds[0].1, self.bounds[2 * self.days].1)
    }

    /// A figure of both spans.
    pub(super) fn compared(&self, slots: &Slots, kind: Kind) -> Compared {
        let at = |i: usize| self.bounds[i].1;
        let (start, middle, end) = (at(0), at(self.days), at(2 * self.days));
        Compared { now: slots.sum(kind, middle, end), before: slots.sum(kind, start, middle) }
    }

    /// The days of the later span.
    pub(super) fn days(&self, slots: &Slots) -> Vec<HomeDay> {
        let day = |pair: &[(Date, Timestamp)]| {
            let sum = |kind| slots.sum(kind, pair[0].1, pair[1].1);
            HomeDay {
                day: pair[0].0,
                sent: sum(Kind::Sent),
                opened: sum(Kind::Opened),
                clicked: sum(Kind::Clicked),
                unsubscribed: sum(Kind::Unsubscribed),
                new_contacts: sum(Kind::NewContacts),
            }
        };
        self.bounds[self.days..].windows(2).map(day).collect()
    }
}
