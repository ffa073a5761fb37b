//! Looks around while a chunk is handed over: is the claim still ours, may the send go on, did a
//! recipient change her mind?
//!
//! Within one process a change is seen at once (the log's signal); between processes within
//! [`LOOK_EVERY`]. What is past its intent mark is not called back.

use super::batch::{Batch, Lease, Touched};
use super::ledger;
use super::model::SendState;
use audience::consent::ConsentChanged;
use audience::contacts;
use kernel::Result;
use kernel::ids::CampaignId;
use roaring::RoaringBitmap;
use std::sync::Arc;
use std::time::Duration;
use store::{Event, Scoped};
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
    let (state, events) = watched
        .store
        .read(move |tx| {
            let state = ledger::find_send(tx, send)?.map(|s| s.state);
            let events = if tx.log_head()? > from { tx.events_after(from, EVENTS_MAX)? } else { Vec::new() };
            Ok((state, events))
        })
        .await?;
    if state != Some(SendState::Open) {
        watched.batch.stop();
    }
    for event in &events {
        watched.touched.add(touched_by(event));
        *position = event.seq;
    }
    if renewed.elapsed() > Duration::from_millis(watched.lease_ms as u64 / 4) {
        renew(watched).await?;
        *renewed = Instant::now();
    }
    Ok(())
}

/// Contacts that must pass the gate again because of an event.
fn touched_by(event: &Event) -> Vec<u32> {
    let members = match event.kind.as_str() {
        ConsentChanged::KIND => ConsentChanged::decode(&event.body).and_then(|c| c.members),
        contacts::ERASED => RoaringBitmap::deserialize_from(event.body.as_slice()).ok(),
        _ => return Vec::new(),
    };
    event.ordinal.into_iter().chain(members.unwrap_or_default()).collect()
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
