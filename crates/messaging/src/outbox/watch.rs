//! Looks around while a chunk is handed over: is the claim still ours, may the send go on and how fast, did
//! a recipient change her mind?
//!
//! Within one process a change counts as soon as it is committed: [`observe`] is told before whoever made
//! it gets an answer. Between processes it is seen within [`LOOK_EVERY`]. What is past its intent mark is
//! not called back.

use super::batch::{Batch, Lease, Touched};
use super::feed::Feed;
use super::ledger::{self, SEND_HALTED};
use super::model::SendState;
use audience::consent::ConsentChanged;
use audience::contacts;
use kernel::Result;
use kernel::ids::CampaignId;
use roaring::RoaringBitmap;
use std::sync::Arc;
use std::time::Duration;
use store::{ObserverGuard, Scoped};
use tokio::time::Instant;

/// Longest time a change made by another process goes unseen.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Events read at once.
const EVENTS_MAX: i64 = 500;

/// What a watcher watches.
pub struct Watched {
    /// The data.
    pub store: Scoped,
    /// The send.
    pub send: CampaignId,
    /// Fencing number of the claim.
    pub fence: i64,
    /// Length of its lease.
    pub lease_ms: i64,
    /// The chunk.
    pub batch: Arc<Batch>,
    /// Its lease.
    pub lease: Arc<Lease>,
    /// Which is slowed down or let go.
    pub feed: Arc<Feed>,
    /// Where changed contacts are noted.
    pub touched: Arc<Touched>,
}

/// Watches until aborted, from a position of the event log on.
pub async fn watch(watched: Watched, mut position: i64) {
    let mut nudge = watched.store.db().signals().listen(store::log::TOPIC);
    let mut renewed = Instant::now();
    loop {
        if let Err(e) = look(&watched, &mut position, &mut renewed).await {
            tracing::warn!(error = %e, send = %watched.send, "the send cannot be watched; its lease will stop it");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            Ok(()) = nudge.changed() => {}
        }
    }
}

async fn look(watched: &Watched, position: &mut i64, renewed: &mut Instant) -> Result<()> {
    let (send, from) = (watched.send, *position);
    let (row, events) = watched
        .store
        .read(move |tx| {
            let row = ledger::find_send(tx, send)?.map(|s| (s.state, s.throttle_per_second));
            let events = if tx.log_head()? > from { tx.events_after(from, EVENTS_MAX)? } else { Vec::new() };
            Ok((row, events))
        })
        .await?;
    match row {
        Some((SendState::Open, per_second)) => watched.feed.set_throttle(per_second),
        _ => watched.batch.stop(),
    }
    for event in &events {
        watched.touched.add(touched_by(&event.kind, event.ordinal, &event.body));
        *position = event.seq;
    }
    if renewed.elapsed() > Duration::from_millis(watched.lease_ms as u64 / 4) {
        renew(watched).await?;
        *renewed = Instant::now();
    }
    Ok(())
}

/// Contacts that must pass the gate again because of an event.
fn touched_by(kind: &str, ordinal: Option<u32>, body: &[u8]) -> Vec<u32> {
    let members = match kind {
        ConsentChanged::KIND => ConsentChanged::decode(body).and_then(|c| c.members),
        contacts::ERASED => RoaringBitmap::deserialize_from(body).ok(),
        _ => return Vec::new(),
    };
    ordinal.into_iter().chain(members.unwrap_or_default()).collect()
}

/// Notes at once what transactions of this process change, as long as the guard lives.
pub fn observe(store: &Scoped, send: CampaignId, touched: Arc<Touched>) -> ObserverGuard {
    let ours = store.store();
    store.db().signals().observe(
        &[ConsentChanged::KIND, contacts::ERASED, SEND_HALTED],
        move |store, event| {
            if store != ours {
                return;
            }
            match event.kind {
                SEND_HALTED if event.campaign == Some(send.0) => touched.halt(),
                kind => touched.add(touched_by(kind, event.ordinal, &event.body)),
            }
        },
    )
}

async fn renew(watched: &Watched) -> Result<()> {
    let (send, fence, lease_ms) = (watched.send, watched.fence, watched.lease_ms);
    let end = Instant::now() + Duration::from_millis(lease_ms as u64);
    if watched.store.write(move |tx| ledger::renew(tx, send, fence, lease_ms)).await? {
        watched.lease.prolong(end);
    } else {
        watched.batch.stop();
    }
    Ok(())
}
