//! The throttle of a send as a schedule of start times (GCRA, the leaky bucket of ITU-T I.371). It knows
//! neither recipients nor connections, and it does not sleep: it says when.

use std::time::Duration;
use tokio::time::Instant;

/// How much of the time that was lost between chunks may be caught up: at most this share of a second's
/// messages come on top of the rate.
const CATCH_UP: Duration = Duration::from_millis(100);

/// When the next message may begin.
#[derive(Debug, Default)]
pub struct Pace {
    next_start: Option<Instant>,
}

impl Pace {
    /// The moment before which nothing may begin; `None` if something may begin `now`.
    pub fn wait(&self, now: Instant) -> Option<Instant> {
        self.next_start.filter(|at| *at > now)
    }

    /// Takes the time of so many messages at so many a second (0: no limit, takes none). They begin when
    /// [`Pace::wait`] says so, or `now`.
    pub fn take(&mut self, now: Instant, messages: usize, per_second: u32) {
        if per_second == 0 {
            self.next_start = None;
            return;
        }
        let earliest = now.checked_sub(CATCH_UP).unwrap_or(now);
        let from = self.next_start.unwrap_or(now).max(earliest);
        self.next_start = Some(from + Duration::from_secs_f64(messages as f64 / f64::from(per_second)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages that begin in each of some seconds, if one asks every millisecond but not in the pauses.
    fn begun(per_second: u32, seconds: u64, pause: impl Fn(u64) -> bool) -> Vec<usize> {
        let (start, mut pace) = (Instant::now(), Pace::default());
        let mut all = vec![0; seconds as usize];
        for ms in (0..seconds * 1_000).filter(|ms| !pause(*ms)) {
            let now = start + Duration::from_millis(ms);
            while pace.wait(now).is_none() {
                pace.take(now, 1, per_second);
                all[(ms / 1_000) as usize] += 1;
            }
        }
        all
    }

    #[test]
    fn no_more_begin_in_a_second_than_the_throttle_says() {
        assert_eq!(begun(20, 3, |_| false), [20, 20, 20]);
        assert_eq!(begun(3, 3, |_| false), [3, 3, 3]);
    }

    #[test]
    fn a_short_gap_is_caught_up_and_a_long_one_is_lost() {
        let short = begun(100, 3, |ms| (1_000..1_080).contains(&ms));
        assert_eq!(short.iter().sum::<usize>(), 300, "{short:?}");
        let long = begun(100, 3, |ms| (500..1_900).contains(&ms));
        assert!(long[1] <= 20 && long[2] <= 110, "no burst after it: {long:?}");
    }

    #[test]
    fn a_chunk_takes_the_time_of_its_messages_and_no_limit_takes_none() {
        let (now, mut pace) = (Instant::now(), Pace::default());
        pace.take(now, 20, 20);
        assert_eq!(pace.wait(now), Some(now + Duration::from_secs(1)));
        pace.take(now, 20, 0);
        assert_eq!(pace.wait(now), None);
    }
}
