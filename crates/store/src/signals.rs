//! In-process nudges: who waits for work is woken at once instead of polling fast.
//!
//! A signal carries no data and may be lost; whoever waits also looks by timer. Between processes the
//! timer is the only way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

/// A set of named counters that can be awaited.
#[derive(Clone, Default)]
pub struct Signals {
    topics: Arc<Mutex<HashMap<&'static str, watch::Sender<u64>>>>,
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

    fn sender(&self, topic: &'static str) -> watch::Sender<u64> {
        let mut topics = self.topics.lock().unwrap_or_else(|e| e.into_inner());
        topics.entry(topic).or_insert_with(|| watch::channel(0).0).clone()
    }
}
