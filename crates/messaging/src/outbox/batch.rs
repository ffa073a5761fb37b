//! One claimed chunk while it is handed over: who is next, what became of whom, when to stop.
//!
//! Connections take items by number and report a fate for each; nobody else touches an item that was
//! taken. Stopping releases exactly the items nobody has taken.

use super::journal::Journal;
use super::ledger::Claim;
use super::model::Fate;
use super::recipient::Recipient;
use super::shaper::{Pick, Queue, Shaper, Site};
use crate::gate::Reason;
use kernel::Timestamp;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::Waker;
use tokio::sync::Notify;
use tokio::time::Instant;

/// A recipient the gate let pass.
pub struct Item {
    /// Contact ordinal.
    pub ordinal: u32,
    /// Slot in the journal: its place among the chunk's recipients.
    pub slot: usize,
    /// The contact, decrypted for rendering.
    pub contact: Recipient,
    /// What may be measured of this contact (P-075).
    pub measure: Measure,
}

/// What a contact allows to be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Opens, by a pixel.
    pub opens: bool,
    /// Clicks, by redirected links.
    pub clicks: bool,
}

impl Measure {
    /// From a refusal and the country: where the law wants a permission of its own for measuring a single
    /// person's opens (France: CNIL 2026-042), no pixel goes out without one.
    pub fn of(refused: bool, country: Option<&str>) -> Self {
        Measure { opens: !refused && country != Some("FR"), clicks: !refused }
    }
}

/// Later tries are gathered into few lanes: rounded up to half a minute.
pub(super) fn bucket(at: Timestamp) -> Timestamp {
    const BUCKET_MS: i64 = 30_000;
    Timestamp(at.0.div_euclid(BUCKET_MS) * BUCKET_MS + BUCKET_MS)
}

/// What changed since the gate looked: contacts whose consent, suppression or existence is another, and
/// whether the send itself was paused or cancelled.
#[derive(Default)]
pub struct Touched {
    contacts: Mutex<HashSet<u32>>,
    halts: AtomicU64,
}

impl Touched {
    /// Notes that a contact must be looked at again before anything is sent to it.
    pub fn add(&self, ordinals: impl IntoIterator<Item = u32>) {
        self.contacts.lock().unwrap_or_else(|e| e.into_inner()).extend(ordinals);
    }

    /// Before a gate looks at these contacts (rising): what changes from now on counts again.
    pub fn forget(&self, ordinals: &[u32]) {
        let mut contacts = self.contacts.lock().unwrap_or_else(|e| e.into_inner());
        if !contacts.is_empty() {
            contacts.retain(|ordinal| ordinals.binary_search(ordinal).is_err());
        }
    }

    /// Notes that nothing more may leave of what has been claimed so far.
    pub fn halt(&self) {
        self.halts.fetch_add(1, Ordering::AcqRel);
    }

    /// How often the send was halted. A claim reads it before it looks at the send; its chunk may leave as
    /// long as the number is the same.
    pub fn halts(&self) -> u64 {
        self.halts.load(Ordering::Acquire)
    }

    fn contains(&self, ordinal: u32) -> bool {
        self.contacts.lock().unwrap_or_else(|e| e.into_inner()).contains(&ordinal)
    }
}

/// A chunk being handed over.
pub struct Batch {
    items: Vec<Item>,
    fates: Vec<OnceLock<Fate>>,
    next: AtomicUsize,
    open: AtomicUsize,
    stop: AtomicBool,
    finished: Notify,
    journal: Journal,
    touched: Arc<Touched>,
    halts: u64,
    lease: Arc<Lease>,
    attempt: u32,
    first_at: Timestamp,
    queue: Option<Queue>,
}

/// The end of a claim on this process's own monotonic clock. A process that slept past it must not pass
/// another point of no return: somebody else may have taken the chunk over.
pub struct Lease(Mutex<Instant>);

impl Lease {
    /// A lease that ends at that moment.
    pub fn until(end: Instant) -> Self {
        Lease(Mutex::new(end))
    }

    /// Moves its end after a renewal.
    pub fn prolong(&self, end: Instant) {
        *self.0.lock().unwrap_or_else(|e| e.into_inner()) = end;
    }

    /// True while it holds.
    pub fn holds(&self) -> bool {
        Instant::now() < *self.0.lock().unwrap_or_else(|e| e.into_inner())
    }
}

impl Batch {
    /// A batch of the items of a claim; `journal` must have a slot for each recipient of the claim, and `halts`
    /// is what [`Touched::halts`] said before the claim.
    pub fn new(
        claim: &Claim,
        items: Vec<Item>,
        journal: Journal,
        (touched, halts): (Arc<Touched>, u64),
        lease: Arc<Lease>,
    ) -> Self {
        let fates = items.iter().map(|_| OnceLock::new()).collect();
        let open = AtomicUsize::new(items.len());
        Batch {
            items,
            fates,
            next: AtomicUsize::new(0),
            open,
            stop: AtomicBool::new(false),
            finished: Notify::new(),
            journal,
            touched,
            halts,
            lease,
            attempt: claim.attempt as u32,
            first_at: claim.first_at,
            queue: None,
        }
    }

    /// The same, keeping to a relay's limits by provider.
    pub fn shaped(mut self, shaper: Option<Arc<Shaper>>) -> Self {
        let sites = || self.items.iter().map(|i| Site::of(i.contact.address.domain())).collect();
        self.queue = shaper.map(|shaper| Queue::new(shaper, sites()));
        self
    }

    /// What a connection may do next. `now` is the present as timestamps count it.
    pub fn pick(&self, now: Timestamp, waker: &Waker) -> Pick {
        let Some(queue) = &self.queue else {
            return self.take().map_or(Pick::Nothing, Pick::Item);
        };
        let instant = Instant::now();
        let picked = queue.pick(instant, waker, || self.take());
        if matches!(picked, Pick::At(_)) {
            for (index, wait) in queue.put_off(instant) {
                let at = Timestamp(now.0 + wait.as_millis() as i64);
                self.set(index, Fate::Delayed(Reason::ProviderLimit, bucket(at)));
            }
        }
        picked
    }

    /// Tries before this one.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// When the recipients were first due.
    pub fn first_at(&self) -> Timestamp {
        self.first_at
    }

    /// Takes the next item, by its number.
    pub fn take(&self) -> Option<usize> {
        if self.stop.load(Ordering::Acquire) {
            return None;
        }
        let index = self.next.fetch_add(1, Ordering::AcqRel);
        (index < self.items.len()).then_some(index)
    }

    /// The item with that number.
    pub fn item(&self, index: usize) -> &Item {
        &self.items[index]
    }

    /// The point of no return of an item: false if it must not be sent. The mark is in the journal when
    /// this answers true; a journal that cannot be written lets nothing pass.
    pub fn intent(&self, index: usize) -> bool {
        let item = &self.items[index];
        if self.is_stopped() || self.touched.contains(item.ordinal) {
            return false;
        }
        if self.touched.halts() != self.halts || !self.lease.holds() {
            self.stop();
            return false;
        }
        match self.journal.intent(item.slot) {
            Ok(()) => true,
            Err(e) => {
                tracing::error!(error = %e, "the hand-off journal cannot be written; sending stops");
                self.stop();
                false
            }
        }
    }

    /// Ends the batch and gives its journal back.
    pub fn into_journal(self) -> Journal {
        self.journal
    }

    /// Reports what became of an item. The journal is written first, so that a killed process remembers.
    pub fn settle(&self, index: usize, fate: Fate) {
        if let Err(e) = self.note(self.items[index].slot, fate) {
            // The intent mark stays: after a crash the message would count as unknown, never be sent twice.
            tracing::error!(error = %e, "an outcome could not be written to the hand-off journal");
        }
        if let Some(queue) = &self.queue {
            queue.leave(index);
        }
        self.set(index, fate);
    }

    fn note(&self, slot: usize, fate: Fate) -> kernel::Result<()> {
        match fate {
            Fate::Accepted => self.journal.accepted(slot),
            Fate::Failed(code) => self.journal.failed(slot, code),
            Fate::Deferred(code, _) => self.journal.deferred(slot, code),
            Fate::Released | Fate::Suppressed(_) | Fate::Delayed(..) => self.journal.retract(slot),
            Fate::Unknown => Ok(()),
        }
    }

    fn set(&self, index: usize, fate: Fate) {
        if self.fates[index].set(fate).is_ok() && self.open.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.finished.notify_waiters();
        }
    }

    /// Stops handing over: items nobody has taken are released at once, taken ones run to their end.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Release);
        loop {
            let index = self.next.fetch_add(1, Ordering::AcqRel);
            if index >= self.items.len() {
                break;
            }
            self.set(index, Fate::Released);
        }
        let parked = self.queue.as_ref().map(Queue::drain).unwrap_or_default();
        parked.into_iter().for_each(|index| self.set(index, Fate::Released));
    }

    /// True once stopped.
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    /// Waits until every item has a fate.
    pub async fn finished(&self) {
        loop {
            let notified = self.finished.notified();
            if self.open.load(Ordering::Acquire) == 0 {
                return;
            }
            notified.await;
        }
    }

    /// Number of items without a fate.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Acquire)
    }

    /// Fates by ordinal; items without one (none after [`Batch::finished`]) count as unknown.
    pub fn fates(&self) -> impl Iterator<Item = (u32, Fate)> + '_ {
        self.items
            .iter()
            .zip(&self.fates)
            .map(|(item, fate)| (item.ordinal, fate.get().copied().unwrap_or(Fate::Unknown)))
    }
}
