//! What a run of a send carries from chunk to chunk. It decides nothing; the runner does.

use super::batch::{Batch, Touched};
use super::carrier::Health;
use super::feed::Feed;
use super::journal::Journal;
use super::ledger::{Claim, Settle};
use super::link::Link;
use super::model::Fate;
use super::recent::Recent;
use crate::channels::email::smtp::Prepared;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;

/// What a run carries from chunk to chunk.
pub(super) struct Course {
    pub(super) feed: Arc<Feed>,
    pub(super) link: Arc<Link>,
    pub(super) health: Arc<Health>,
    pub(super) touched: Arc<Touched>,
    pub(super) recent: Recent,
    pub(super) rate: f64,
    /// Being handed over, oldest first.
    pub(super) chunks: VecDeque<Chunk>,
    /// When the last chunk came to its end.
    pub(super) last_end: Instant,
    /// Over, to be settled by the next turn.
    pub(super) over: Option<Over>,
}

/// A chunk that was just claimed.
pub(super) struct Claimed {
    pub(super) claim: Claim,
    pub(super) journal: Journal,
    /// [`Touched::halts`] before the claim.
    pub(super) halts: u64,
    /// A moment before the claim was made. The lease counts from it: a process frozen between the claim and
    /// its first message must not believe that it still holds.
    pub(super) asked: Instant,
}

/// A chunk while it is handed over.
pub(super) struct Chunk {
    pub(super) fence: i64,
    pub(super) began: Instant,
    /// Of those the gate holds back.
    pub(super) fates: Vec<(u32, Fate)>,
    pub(super) items: usize,
    pub(super) batch: Arc<Batch>,
    pub(super) watcher: AbortOnDropHandle<()>,
}

/// A chunk of which every recipient has a fate.
pub(super) struct Over {
    pub(super) settle: Settle,
    pub(super) captured: Vec<(u32, Prepared)>,
    pub(super) journal: Journal,
}

/// The batch, alone again: connections and the watcher let go of it as soon as they see its end.
pub(super) async fn reclaim(mut batch: Arc<Batch>) -> Batch {
    loop {
        match Arc::try_unwrap(batch) {
            Ok(alone) => return alone,
            Err(shared) => {
                batch = shared;
                tokio::task::yield_now().await;
            }
        }
    }
}
