//! Rate limits of one process: so many requests a second for a key, with a burst.
//!
//! Limits that must hold over restarts and processes (log-in attempts) are counted in the database by
//! their features.

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use kernel::{Problem, Result};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// After so many checks the keys that are idle are forgotten.
const SWEEP_EVERY: u32 = 10_000;

/// A limiter by key. Cheap to clone.
#[derive(Clone)]
pub struct Throttle(Option<Arc<Limiter>>);

struct Limiter {
    limiter: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
    checks: AtomicU32,
}

impl Throttle {
    /// So many a second, and at most `burst` at once. 0 a second is no limit.
    pub fn new(per_second: u32, burst: u32) -> Self {
        let Some(rate) = NonZeroU32::new(per_second) else {
            return Throttle(None);
        };
        let quota = Quota::per_second(rate).allow_burst(NonZeroU32::new(burst).unwrap_or(rate));
        Throttle(Some(Arc::new(Limiter {
            limiter: RateLimiter::keyed(quota),
            clock: DefaultClock::default(),
            checks: AtomicU32::new(0),
        })))
    }

    /// Counts one for `key`. Problem: [`kernel::Code::RateLimited`] with the time to wait.
    pub fn check(&self, key: &str) -> Result<()> {
        let Some(inner) = &self.0 else { return Ok(()) };
        if inner.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            inner.limiter.retain_recent();
        }
        inner.limiter.check_key(&key.to_owned()).map_err(|not_until| {
            let wait = not_until.wait_time_from(inner.clock.now());
            Problem::rate_limited((wait.as_secs() + 1).min(3_600) as u32).into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_beyond_its_burst_waits_and_leaves_others_alone() {
        let throttle = Throttle::new(1, 3);
        for _ in 0..3 {
            throttle.check("a").unwrap();
        }
        assert!(throttle.check("a").unwrap_err().is(kernel::Code::RateLimited));
        throttle.check("b").unwrap();
        Throttle::new(0, 0).check("a").unwrap();
    }
}
