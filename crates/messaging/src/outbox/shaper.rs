//! Keeps to a relay's limits by mailbox provider: so many messages at once, so many a minute.
//!
//! One [`Shaper`] serves all sends of this process that use the relay; the rate is a schedule of start times
//! (GCRA). Items whose provider has no room are parked in the [`Queue`] of their batch and hold nobody else
//! up. It knows of providers only what the relay's settings say; replies of providers are the retry
//! schedule's business.

use crate::channels::email::replies::rules::Provider;
use crate::relays::{ProviderLimit, ProviderLimits};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Waker;
use std::time::Duration;
use tokio::time::Instant;

/// Providers, and one place for everybody else.
const SITES: usize = Provider::ALL.len() + 1;
/// Longest time a batch waits for parked items while most of its items are done…
const HOLD_FEW: Duration = Duration::from_secs(2);
/// … and if parked items are most of what it has.
const HOLD_MANY: Duration = Duration::from_secs(35);

/// A mailbox provider as a place in tables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Site(usize);

impl Site {
    /// Of a recipient's domain.
    pub fn of(domain: &str) -> Self {
        let provider = Provider::of(Some(domain), "");
        Site(Provider::ALL.iter().position(|p| Some(*p) == provider).unwrap_or(SITES - 1))
    }
}

/// The limits of one relay and how far they are used up.
pub struct Shaper {
    limits: [ProviderLimit; SITES],
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    sites: [Use; SITES],
    waiting: Vec<Waker>,
}

#[derive(Clone, Copy, Default)]
struct Use {
    under_way: u32,
    /// No message starts before that.
    next: Option<Instant>,
    /// Times up to here are promised to messages put off.
    promised: Option<Instant>,
}

enum Admission {
    Go,
    Full,
    At(Instant),
}

impl Shaper {
    /// `None` if nothing is limited.
    pub fn new(limits: &ProviderLimits) -> Option<Self> {
        let each = std::array::from_fn(|i| limits.of(Provider::ALL.get(i).copied()));
        let is_limited = each.iter().any(|l| *l != ProviderLimit::default());
        is_limited.then(|| Shaper { limits: each, state: Mutex::default() })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|e| e.into_inner())
    }

    fn interval(&self, site: Site) -> Option<Duration> {
        self.limits[site.0].messages_per_minute.map(|n| Duration::from_secs(60) / n.max(1))
    }

    /// Asks for a place; `waker` is woken when one may be free.
    fn admit(&self, site: Site, now: Instant, waker: &Waker) -> Admission {
        let mut state = self.lock();
        let used = state.sites[site.0];
        if let Some(at) = used.next.filter(|at| *at > now) {
            return Admission::At(at);
        }
        if self.limits[site.0].messages_at_once.is_some_and(|most| used.under_way >= most) {
            state.waiting.push(waker.clone());
            return Admission::Full;
        }
        let next = self.interval(site).map(|interval| used.next.unwrap_or(now).max(now) + interval);
        state.sites[site.0] = Use { under_way: used.under_way + 1, next, ..used };
        Admission::Go
    }

    /// A message of that site has its outcome.
    fn leave(&self, site: Site) {
        let waiting = {
            let mut state = self.lock();
            let used = &mut state.sites[site.0];
            used.under_way = used.under_way.saturating_sub(1);
            std::mem::take(&mut state.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }

    /// How many messages of a site can start from now until the end of `hold`.
    fn starts_within(&self, site: Site, now: Instant, hold: Duration, interval: Duration) -> usize {
        let first =
            self.lock().sites[site.0].next.map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
        match hold.checked_sub(first) {
            Some(rest) => (rest.as_nanos() / interval.as_nanos().max(1)) as usize + 1,
            None => 0,
        }
    }

    /// When a message that is put off may be tried: one after the other.
    fn promise(&self, site: Site, now: Instant) -> Instant {
        let interval = self.interval(site).unwrap_or_default();
        let used = &mut self.lock().sites[site.0];
        let from = used.promised.max(used.next).unwrap_or(now).max(now);
        used.promised = Some(from + interval);
        from
    }
}

/// What a connection gets.
#[derive(Debug, PartialEq, Eq)]
pub enum Pick {
    /// This item.
    Item(usize),
    /// Nothing before that moment.
    At(Instant),
    /// Nothing until a message has its outcome; the waker is kept.
    Full,
    /// Nothing is left.
    Nothing,
}

/// The items of one batch by site, and those that wait.
pub struct Queue {
    shaper: Arc<Shaper>,
    sites: Vec<Site>,
    parked: Mutex<[VecDeque<usize>; SITES]>,
}

impl Queue {
    /// For items with these sites.
    pub fn new(shaper: Arc<Shaper>, sites: Vec<Site>) -> Self {
        Queue { shaper, sites, parked: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, [VecDeque<usize>; SITES]> {
        self.parked.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// The next item that may go: a parked one first, else one of `fresh`. `fresh` is called under the
    /// queue's lock, so whoever empties the queue after `fresh` has run dry has all of them.
    pub fn pick(&self, now: Instant, waker: &Waker, mut fresh: impl FnMut() -> Option<usize>) -> Pick {
        let mut parked = self.lock();
        let mut blocked: [Option<Pick>; SITES] = std::array::from_fn(|_| None);
        for site in 0..SITES {
            let Some(first) = parked[site].front().copied() else { continue };
            match self.ask(Site(site), now, waker) {
                Pick::Nothing => {
                    parked[site].pop_front();
                    return Pick::Item(first);
                }
                wait => blocked[site] = Some(wait),
            }
        }
        while let Some(index) = fresh() {
            let site = self.sites[index];
            if blocked[site.0].is_none() {
                match self.ask(site, now, waker) {
                    Pick::Nothing => return Pick::Item(index),
                    wait => blocked[site.0] = Some(wait),
                }
            }
            parked[site.0].push_back(index);
        }
        soonest(blocked)
    }

    /// `Nothing` if there is no obstacle.
    fn ask(&self, site: Site, now: Instant, waker: &Waker) -> Pick {
        match self.shaper.admit(site, now, waker) {
            Admission::Go => Pick::Nothing,
            Admission::Full => Pick::Full,
            Admission::At(at) => Pick::At(at),
        }
    }

    /// Parked items for which it is not worth waiting here, each with the time until its turn.
    pub fn put_off(&self, now: Instant) -> Vec<(usize, Duration)> {
        let mut parked = self.lock();
        let waiting: usize = parked.iter().map(VecDeque::len).sum();
        let hold = if waiting * 2 > self.sites.len() { HOLD_MANY } else { HOLD_FEW };
        let mut off = Vec::new();
        for (site, queue) in parked.iter_mut().enumerate() {
            let Some(interval) = self.shaper.interval(Site(site)) else { continue };
            let worth = self.shaper.starts_within(Site(site), now, hold, interval);
            let rest = queue.split_off(queue.len().min(worth));
            off.extend(rest.into_iter().map(|i| (i, self.shaper.promise(Site(site), now + hold) - now)));
        }
        off
    }

    /// An item that was picked has its outcome.
    pub fn leave(&self, index: usize) {
        self.shaper.leave(self.sites[index]);
    }

    /// Takes out everything that is parked.
    pub fn drain(&self) -> Vec<usize> {
        self.lock().iter_mut().flat_map(std::mem::take).collect()
    }
}

/// The earliest moment at which one may go.
fn soonest(blocked: [Option<Pick>; SITES]) -> Pick {
    let mut soonest = Pick::Nothing;
    for pick in blocked.into_iter().flatten() {
        soonest = match (soonest, pick) {
            (Pick::At(a), Pick::At(b)) => Pick::At(a.min(b)),
            (Pick::Nothing | Pick::Full, pick) => pick,
            (at, _) => at,
        };
    }
    soonest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(at_once: Option<u32>, per_minute: Option<u32>) -> ProviderLimits {
        let google = ProviderLimit { messages_at_once: at_once, messages_per_minute: per_minute };
        ProviderLimits([("google".to_owned(), google)].into())
    }

    fn queue(limits: &ProviderLimits, domains: &[&str]) -> Queue {
        let shaper = Arc::new(Shaper::new(limits).unwrap());
        Queue::new(shaper, domains.iter().map(|d| Site::of(d)).collect())
    }

    /// Picks until nothing goes.
    fn all(queue: &Queue, now: Instant, fresh: &mut impl Iterator<Item = usize>) -> (Vec<usize>, Pick) {
        let mut picked = Vec::new();
        loop {
            match queue.pick(now, Waker::noop(), || fresh.next()) {
                Pick::Item(index) => picked.push(index),
                end => return (picked, end),
            }
        }
    }

    const PEOPLE: [&str; 6] =
        ["gmail.com", "a.example", "googlemail.com", "gmail.com", "b.example", "gmail.com"];

    #[test]
    fn only_so_many_are_under_way_at_once_and_others_pass_by() {
        let queue = queue(&limits(Some(2), None), &PEOPLE);
        let (now, mut fresh) = (Instant::now(), 0..PEOPLE.len());
        assert_eq!(all(&queue, now, &mut fresh), (vec![0, 1, 2, 4], Pick::Full));
        queue.leave(1);
        assert_eq!(all(&queue, now, &mut fresh), (vec![], Pick::Full), "another provider's place is no use");
        queue.leave(0);
        assert_eq!(all(&queue, now, &mut fresh), (vec![3], Pick::Full));
        assert_eq!(queue.drain(), [5]);
        assert_eq!(all(&queue, now, &mut fresh), (vec![], Pick::Nothing));
    }

    #[test]
    fn only_so_many_start_in_a_minute() {
        let queue = queue(&limits(None, Some(60)), &PEOPLE);
        let (mut now, mut fresh) = (Instant::now(), 0..PEOPLE.len());
        let second = Duration::from_secs(1);
        assert_eq!(all(&queue, now, &mut fresh), (vec![0, 1, 4], Pick::At(now + second)));
        now += second;
        assert_eq!(all(&queue, now, &mut fresh), (vec![2], Pick::At(now + second)));
        now += 10 * second;
        assert_eq!(all(&queue, now, &mut fresh), (vec![3], Pick::At(now + second)), "nothing is saved up");
    }

    #[test]
    fn what_would_wait_long_is_put_off_one_after_the_other() {
        let domains = vec!["gmail.com"; 100];
        let queue = queue(&limits(None, Some(60)), &domains);
        let (now, mut fresh) = (Instant::now(), 0..domains.len());
        all(&queue, now, &mut fresh);
        let off = queue.put_off(now);
        assert_eq!(off.len(), 99 - 35, "as many stay as can go while it is worth waiting");
        assert!(off.windows(2).all(|w| w[1].1 - w[0].1 == Duration::from_secs(1)), "{off:?}");
        assert!(off[0].1 >= HOLD_MANY);
    }

    #[test]
    fn a_relay_without_limits_has_no_shaper() {
        assert!(Shaper::new(&ProviderLimits::default()).is_none());
    }
}
