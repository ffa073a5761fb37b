//! When to try again (D-04). Pure: times in, times out.

use super::model::{Classified, NextStep};
use kernel::Timestamp;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// A back-off schedule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Schedule {
    /// 5, 15, 30 minutes, 1, 2, 4, 6 hours and every 6 hours; given up after 48 hours, because a campaign
    /// goes stale.
    Campaign,
    /// 1, 5, 15, 30 minutes, 1, 2, 4, 8 hours and every 8 hours; given up after 5 days (RFC 5321 4.5.4.1).
    Transactional,
}

/// What was tried before now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attempts {
    /// Tries made, the one just refused included; at least 1.
    pub made: u32,
    /// When the first was made.
    pub first_at: Timestamp,
}

/// What to do with a message now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Try again then.
    RetryAt(Timestamp),
    /// It has failed.
    Fail,
    /// It has failed, and the person is suppressed.
    Suppress,
    /// Pause the sender at this provider; the message may be tried again at that time, if resumed.
    PauseSender(Timestamp),
    /// Not a failure.
    Ignore,
}

impl Schedule {
    fn waits_ms(self) -> &'static [i64] {
        match self {
            Schedule::Campaign => &[
                5 * MINUTE_MS,
                15 * MINUTE_MS,
                30 * MINUTE_MS,
                HOUR_MS,
                2 * HOUR_MS,
                4 * HOUR_MS,
                6 * HOUR_MS,
            ],
            Schedule::Transactional => &[
                MINUTE_MS,
                5 * MINUTE_MS,
                15 * MINUTE_MS,
                30 * MINUTE_MS,
                HOUR_MS,
                2 * HOUR_MS,
                4 * HOUR_MS,
                8 * HOUR_MS,
            ],
        }
    }

    /// How long after the first try a message is given up.
    pub fn gives_up_after_ms(self) -> i64 {
        match self {
            Schedule::Campaign => 48 * HOUR_MS,
            Schedule::Transactional => 5 * 24 * HOUR_MS,
        }
    }

    /// The next try, or `None` when it is given up. `chance` is a fresh random number in 0..1; it spreads
    /// the wait by ±20 %, so that what failed together does not come back together.
    pub fn next_try(
        self,
        attempts: Attempts,
        now: Timestamp,
        wait_min_ms: i64,
        chance: f64,
    ) -> Option<Timestamp> {
        let waits = self.waits_ms();
        let place = (attempts.made.max(1) as usize - 1).min(waits.len() - 1);
        let wait = waits[place].max(wait_min_ms) as f64 * (0.8 + 0.4 * chance.clamp(0.0, 1.0));
        // The least wait is a promise to the receiver: jitter may lengthen it, not cut it.
        let at = now.plus_ms((wait as i64).max(wait_min_ms));
        (at.since(attempts.first_at) <= self.gives_up_after_ms()).then_some(at)
    }

    /// Joins a reply's meaning with what was tried before.
    pub fn settle(self, reply: &Classified, attempts: Attempts, now: Timestamp, chance: f64) -> Verdict {
        match reply.next {
            NextStep::Fail => Verdict::Fail,
            NextStep::Suppress => Verdict::Suppress,
            NextStep::Ignore => Verdict::Ignore,
            NextStep::RetryAfter(_)
                if reply.class.spec().tries_max.is_some_and(|max| attempts.made >= max) =>
            {
                Verdict::Fail
            }
            NextStep::RetryAfter(wait_ms) => {
                self.next_try(attempts, now, wait_ms, chance).map_or(Verdict::Fail, Verdict::RetryAt)
            }
            NextStep::PauseSender(wait_ms) => {
                self.next_try(attempts, now, wait_ms, chance).map_or(Verdict::Fail, Verdict::PauseSender)
            }
        }
    }
}
