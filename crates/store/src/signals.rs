//! In-process news: who waits for work is woken at once instead of polling fast, and who must not act on
//! what has just changed is told before the change is acknowledged.
//!
//! A signal carries no data and may be lost; whoever waits also looks by timer. An observer is called
//! between the commit of a transaction and the return of [`Scoped::write`](crate::Scoped::write), so
//! whoever got an answer knows that every observer of this process knows too. Between processes the timer
//! is the only way.

use crate::log::NewEvent;
use kernel::ids::StoreId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock, Weak};
use tokio::sync::watch;

/// Called with the store and what was told there; must be quick and must not use the database.
type Observer = dyn Fn(StoreId, &NewEvent) + Send + Sync;

struct Observing {
    kinds: &'static [&'static str],
    tell: Box<Observer>,
}

/// Ends an observation when it is dropped.
#[must_use = "the observation ends with it"]
pub struct ObserverGuard(#[expect(dead_code, reason = "it only has to live")] Arc<Observing>);

/// A set of named counters that can be awaited.
#[derive(Clone, Default)]
pub struct Signals {
    topics: Arc<Mutex<HashMap<&'static str, watch::Sender<u64>>>>,
    observers: Arc<RwLock<Vec<Weak<Observing>>>>,
}

impl Signals {
    /// Wakes everybody who waits on `topic`.
    pub fn notify(&self, topic: &'static str) {
        self.sender(topic).send_modify(|n| *n = n.wrapping_add(1));
    }

    /// A receiver that sees every later `notify` of `topic` at least once.
    pub fn listen(&self, topic: &'static str) -> watch::Receiver<u64> {
        self.sender(topic).subscribe()
    }

    /// Calls `tell` for everything of these kinds that transactions of this process append or tell, until
    /// the guard is dropped.
    pub fn observe(
        &self,
        kinds: &'static [&'static str],
        tell: impl Fn(StoreId, &NewEvent) + Send + Sync + 'static,
    ) -> ObserverGuard {
        let observing = Arc::new(Observing { kinds, tell: Box::new(tell) });
        let mut observers = self.observers.write().unwrap_or_else(|e| e.into_inner());
        observers.retain(|o| o.strong_count() > 0);
        observers.push(Arc::downgrade(&observing));
        ObserverGuard(observing)
    }

    /// True if somebody wants to be told of that kind.
    pub(crate) fn is_observed(&self, kind: &str) -> bool {
        self.each_observer(kind).next().is_some()
    }

    pub(crate) fn tell(&self, store: StoreId, event: &NewEvent) {
        self.each_observer(event.kind).for_each(|o| (o.tell)(store, event));
    }

    fn each_observer(&self, kind: &str) -> impl Iterator<Item = Arc<Observing>> {
        let observers = self.observers.read().unwrap_or_else(|e| e.into_inner());
        let wanted = observers.iter().filter_map(Weak::upgrade).filter(|o| o.kinds.contains(&kind));
        wanted.collect::<Vec<_>>().into_iter()
    }

    fn sender(&self, topic: &'static str) -> watch::Sender<u64> {
        let mut topics = self.topics.lock().unwrap_or_else(|e| e.into_inner());
        topics.entry(topic).or_insert_with(|| watch::channel(0).0).clone()
    }
}
