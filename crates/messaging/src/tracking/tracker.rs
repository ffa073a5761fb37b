//! The buffer between requests and the event log.
//!
//! Hits are written in batches, one transaction a store, at most 200 ms after they came. A click that
//! looks like a person's waits two seconds: if further links of the same message are followed by then,
//! it was a scanner. A crash loses what is in the buffer; nobody was promised more.

use super::classify::{MANY_LINKS, MANY_RECIPIENTS, TOO_SOON};
use super::model::{Hit, HitClass, HitKind};
use super::{refusals, sql};
use crate::outbox::ChunkOutcome;
use audience::contacts::load_facts;
use kernel::ids::{CampaignId, StoreId};
use kernel::{Result, Timestamp};
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::{Database, NewEvent, Scope, Tx, params};
use tenancy::stores;
use tokio::time::Instant;

/// Time between two writes.
const FLUSH_EVERY: Duration = Duration::from_millis(200);
/// How long a person's click waits for company.
const CLICK_WINDOW: Duration = Duration::from_secs(2);
/// Links of one message within [`CLICK_WINDOW`] that no person follows.
const LINKS_IN_WINDOW: usize = 3;
/// How long recipients of one network are counted.
const NETWORK_WINDOW: Duration = Duration::from_secs(10);
/// Recipients of one network within [`NETWORK_WINDOW`] that share no sofa.
const RECIPIENTS_IN_WINDOW: usize = 8;
/// A click this soon after the settled hand-off is a machine's.
const SOON_MS: i64 = 1_000;
/// Hits in memory; more are dropped and counted, because the database must be far behind.
const BUFFER_MAX: usize = 100_000;

type MessageKey = (StoreId, CampaignId, u32);

#[derive(Default)]
struct State {
    /// To be written.
    ready: Vec<Hit>,
    /// Clicks that wait, by message.
    waiting: HashMap<MessageKey, Waiting>,
    /// Recipients seen lately, by network of the client. Memory only.
    networks: HashMap<IpAddr, Vec<(Instant, u32)>>,
    dropped: u64,
}

struct Waiting {
    since: Instant,
    hits: Vec<Hit>,
}

struct Inner {
    db: Database,
    state: Mutex<State>,
    running: AtomicBool,
}

/// Takes hits in and writes them in batches. Cheap to clone.
#[derive(Clone)]
pub struct Tracker(Arc<Inner>);

impl Tracker {
    /// An empty buffer in front of a database.
    pub fn new(db: Database) -> Self {
        Tracker(Arc::new(Inner { db, state: Mutex::default(), running: AtomicBool::new(false) }))
    }

    /// Takes a hit. `network` is that of the client; it is counted for ten seconds and never stored.
    pub fn push(&self, hit: Hit, network: IpAddr) {
        let now = Instant::now();
        let mut state = self.0.state.lock().unwrap_or_else(|e| e.into_inner());
        if state.ready.len() + state.waiting.len() >= BUFFER_MAX {
            state.dropped += 1;
            return;
        }
        state.take(hit, network, now);
        drop(state);
        self.start();
    }

    /// Starts the writer with the first hit: it lives as long as there is something to write.
    fn start(&self) {
        if self.0.running.swap(true, Ordering::AcqRel) {
            return;
        }
        let tracker = self.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(FLUSH_EVERY).await;
                tracker.flush(Some(Instant::now())).await;
                tracker.0.running.store(false, Ordering::Release);
                if tracker.is_empty() || tracker.0.running.swap(true, Ordering::AcqRel) {
                    return;
                }
            }
        });
    }

    fn is_empty(&self) -> bool {
        let state = self.0.state.lock().unwrap_or_else(|e| e.into_inner());
        state.ready.is_empty() && state.waiting.is_empty()
    }

    /// Writes everything now, also clicks that wait. For the end of the program and for tests.
    pub async fn flush_all(&self) {
        self.flush(None).await;
    }

    /// Writes what is ready at `now`; everything if `None`. What cannot be written stays for the next time.
    async fn flush(&self, now: Option<Instant>) {
        let (hits, dropped) = {
            let mut state = self.0.state.lock().unwrap_or_else(|e| e.into_inner());
            state.ripen(now);
            (std::mem::take(&mut state.ready), std::mem::take(&mut state.dropped))
        };
        if dropped > 0 {
            tracing::warn!(dropped, "opens and clicks were dropped; the database is too slow");
        }
        let mut stores: BTreeMap<StoreId, Vec<Hit>> = BTreeMap::new();
        for hit in hits {
            stores.entry(hit.store).or_default().push(hit);
        }
        for (store, hits) in stores {
            self.write(store, hits).await;
        }
    }

    async fn write(&self, store: StoreId, hits: Vec<Hit>) {
        #[expect(
            clippy::disallowed_methods,
            reason = "each hit came with a token of this store whose MAC was verified"
        )]
        let scoped = self.0.db.scoped(Scope::mint(store));
        let batch = hits.clone();
        match scoped.write(move |tx| record(tx, batch)).await {
            Ok(()) => {}
            Err(e) if e.is_transient() => {
                tracing::warn!(error = %e, "opens and clicks wait for the database");
                self.0.state.lock().unwrap_or_else(|e| e.into_inner()).ready.extend(hits);
            }
            Err(e) => tracing::error!(error = %e, "opens and clicks of a store could not be recorded"),
        }
    }
}

impl State {
    fn take(&mut self, mut hit: Hit, network: IpAddr, now: Instant) {
        if hit.kind == HitKind::Open || hit.class != HitClass::Human {
            // A scanner's click still betrays the other clicks of its message.
            if hit.kind == HitKind::Click && self.waiting.contains_key(&key(&hit)) {
                self.wait(hit, now);
            } else {
                self.ready.push(hit);
            }
            return;
        }
        if self.is_crowd(network, hit.ordinal, now) {
            (hit.class, hit.rule) = (HitClass::Scanner, MANY_RECIPIENTS);
        }
        self.wait(hit, now);
    }

    fn wait(&mut self, hit: Hit, now: Instant) {
        let waiting =
            self.waiting.entry(key(&hit)).or_insert_with(|| Waiting { since: now, hits: Vec::new() });
        waiting.hits.push(hit);
    }

    fn is_crowd(&mut self, network: IpAddr, ordinal: u32, now: Instant) -> bool {
        if !is_public(network) {
            return false;
        }
        if self.networks.len() > BUFFER_MAX {
            self.networks.clear();
        }
        let seen = self.networks.entry(network).or_default();
        seen.retain(|(at, other)| now.duration_since(*at) < NETWORK_WINDOW && *other != ordinal);
        seen.push((now, ordinal));
        seen.len() >= RECIPIENTS_IN_WINDOW
    }

    /// Moves clicks that have waited long enough to the ready ones.
    fn ripen(&mut self, now: Option<Instant>) {
        let ripe = |w: &Waiting| now.is_none_or(|now| now.duration_since(w.since) >= CLICK_WINDOW);
        let keys: Vec<MessageKey> = self.waiting.iter().filter(|(_, w)| ripe(w)).map(|(k, _)| *k).collect();
        for key in keys {
            if let Some(waiting) = self.waiting.remove(&key) {
                self.ready.extend(judged(waiting.hits));
            }
        }
        if let Some(now) = now {
            self.networks
                .retain(|_, seen| seen.iter().any(|(at, _)| now.duration_since(*at) < NETWORK_WINDOW));
        }
    }
}

/// A private address is a proxy of ours, in front of everybody.
fn is_public(network: IpAddr) -> bool {
    match network {
        IpAddr::V4(v4) => !(v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified()),
        IpAddr::V6(v6) => {
            !(v6.is_unique_local() || v6.is_loopback() || v6.is_unicast_link_local() || v6.is_unspecified())
        }
    }
}

fn key(hit: &Hit) -> MessageKey {
    (hit.store, hit.campaign, hit.ordinal)
}

/// The clicks of one message within the window: many different links make them all a scanner's.
fn judged(mut hits: Vec<Hit>) -> Vec<Hit> {
    let links: HashSet<u16> = hits.iter().map(|h| h.link).collect();
    if links.len() >= LINKS_IN_WINDOW {
        for hit in hits.iter_mut().filter(|h| h.class == HitClass::Human) {
            (hit.class, hit.rule) = (HitClass::Scanner, MANY_LINKS);
        }
    }
    hits
}

/// Appends the hits that may be recorded, in the store's transaction.
fn record(tx: &mut Tx<'_>, hits: Vec<Hit>) -> Result<()> {
    let ordinals: Vec<u32> = hits.iter().map(|h| h.ordinal).collect::<RoaringBitmap>().iter().collect();
    let settings = stores::get_in(tx)?.settings;
    let known: RoaringBitmap = load_facts(tx, &ordinals)?.into_iter().map(|(ordinal, _)| ordinal).collect();
    let allowed = known - refusals::list_of(tx, &ordinals)?;
    let mut events = Vec::with_capacity(hits.len());
    for mut hit in hits {
        let is_on = match hit.kind {
            HitKind::Open => settings.track_opens,
            HitKind::Click => settings.track_clicks,
        };
        if !is_on || !allowed.contains(hit.ordinal) {
            continue;
        }
        if hit.kind == HitKind::Click && hit.class == HitClass::Human && is_too_soon(tx, &hit)? {
            (hit.class, hit.rule) = (HitClass::Scanner, TOO_SOON);
        }
        let campaign = Some(hit.campaign.0).filter(|id| *id != 0);
        let body = hit.encode();
        events.push(NewEvent {
            at: hit.at,
            kind: hit.kind.event(),
            ordinal: Some(hit.ordinal),
            campaign,
            body,
        });
    }
    tx.append(events).map(drop)
}

fn is_too_soon(tx: &mut Tx<'_>, hit: &Hit) -> Result<bool> {
    let mut handed_off: Option<Timestamp> = None;
    tx.query_each(&sql::LIST_HAND_OFFS, params![hit.campaign, hit.ordinal], |row| {
        if ChunkOutcome::decode(row.blob(0)?)?.accepted().contains(hit.ordinal) {
            handed_off = Some(Timestamp(row.int(1)?));
        }
        Ok(true)
    })?;
    Ok(handed_off.is_some_and(|at| hit.at < at.plus_ms(SOON_MS)))
}
