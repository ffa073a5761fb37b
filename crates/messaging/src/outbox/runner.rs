//! Runs one send in this process: claim, gate, hand over, settle, again, until there is nothing to do.

use super::batch::{Batch, Item, Lease, Touched};
use super::carrier::{Carrier, Health, Maker};
use super::feed::Feed;
use super::journal::{Journal, JournalFolder, SLOTS_MAX};
use super::ledger::{self, Claim, Next, Settle, Wish};
use super::link::{Link, keep_connected};
use super::model::{ChunkOutcome, Fate, chunk_size};
use super::recent::Recent;
use super::recipient::Names;
use super::recovery;
use super::shaper::Shaper;
use super::sorter::{Sorted, Sorter};
use super::watch;
use crate::channels::email::replies::Schedule;
use crate::channels::email::smtp::{Prepared, Relay, Timeouts};
use crate::gate::{GateRules, Reason};
use kernel::ids::CampaignId;
use kernel::{Result, Timestamp};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use store::{Scoped, StoreKeys, Tx};
use tokio::sync::watch as channel;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Recipients of the first chunk, before the rate is known.
const FIRST_CHUNK: f64 = 200.0;
/// How long a chunk is held while no connection to the relay lives.
const DEAD_LINK: Duration = Duration::from_secs(3);
/// Refusals in a row that concern the sender, after which the send pauses itself (trust.md D-20).
const SENDER_REFUSALS_MAX: u32 = 10;
/// How often a running send looks around.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How the messages of a send leave.
pub enum Route {
    /// To an SMTP relay.
    Smtp {
        /// The relay.
        relay: Box<Relay>,
        /// Its patience.
        timeouts: Timeouts,
        /// Sessions at most.
        connections: usize,
        /// Limits by provider, if it has any.
        shaper: Option<Arc<Shaper>>,
    },
    /// Into the sandbox, in the transaction that settles.
    Capture(Arc<dyn Capture>),
}

/// Keeps messages instead of sending them.
pub trait Capture: Send + Sync + 'static {
    /// Stores the messages of a chunk (contact ordinal and message).
    fn capture(&self, tx: &mut Tx<'_>, messages: Vec<(u32, Prepared)>) -> Result<()>;
}

/// A send made ready to run: its program compiled, its relay resolved.
pub struct Loaded {
    /// Makes messages.
    pub maker: Arc<dyn Maker>,
    /// Where they go.
    pub route: Route,
    /// Rules of the gate.
    pub rules: GateRules,
    /// Period of the frequency cap, milliseconds.
    pub cap_period_ms: i64,
    /// Zone of contacts that have none.
    pub zone: jiff::tz::TimeZone,
    /// Names for rendering.
    pub names: Arc<Names>,
    /// Keys of the store.
    pub keys: Arc<StoreKeys>,
    /// When deferred recipients are tried again.
    pub schedule: Schedule,
    /// Most messages a second; 0 for no limit.
    pub throttle_per_second: u32,
    /// Recipients in all, to open no more connections than of use.
    pub audience: u64,
}

/// Why a run ended.
#[derive(Debug, PartialEq, Eq)]
pub enum RunEnd {
    /// Finished or cancelled.
    Over,
    /// Paused by the merchant or a breaker.
    Paused,
    /// Nothing due before that time.
    Idle(Timestamp),
    /// The process is shutting down.
    Stopped,
}

/// One run of one send.
pub struct Runner<'a> {
    /// The data.
    pub store: &'a Scoped,
    /// The send.
    pub send: CampaignId,
    /// The program, ready.
    pub loaded: Arc<Loaded>,
    /// Journals of this process.
    pub folder: &'a JournalFolder,
    /// How long a claim holds without renewal, milliseconds.
    pub lease_ms: i64,
    /// Turns true when the process should end.
    pub stop: channel::Receiver<bool>,
}

/// What a run carries from chunk to chunk.
struct Course {
    feed: Arc<Feed>,
    link: Arc<Link>,
    health: Arc<Health>,
    touched: Arc<Touched>,
    recent: Recent,
    rate: f64,
    settle: Option<Settle>,
    captured: Vec<(u32, Prepared)>,
    journal: Option<Journal>,
    ahead: Option<Sorted>,
}

impl Runner<'_> {
    /// Runs until nothing is left to do now. Faults end the run; the claim's journal and lease keep what
    /// was in flight safe.
    pub async fn run(mut self) -> Result<RunEnd> {
        let mut course = self.set_out();
        let _observing = watch::observe(self.store, self.send, course.touched.clone());
        let carriers = self.connect(&course);
        let end = self.travel(&mut course).await;
        course.feed.close();
        carriers.join_all().await;
        end
    }

    fn set_out(&self) -> Course {
        let feed = Arc::new(Feed::default());
        feed.set_throttle(self.loaded.throttle_per_second);
        Course {
            feed,
            link: Arc::default(),
            health: Arc::default(),
            touched: Arc::default(),
            recent: Recent::default(),
            rate: FIRST_CHUNK,
            settle: None,
            captured: Vec::new(),
            journal: None,
            ahead: None,
        }
    }

    fn connect(&self, course: &Course) -> tokio::task::JoinSet<()> {
        let mut set = tokio::task::JoinSet::new();
        let Route::Smtp { relay, timeouts, connections, .. } = &self.loaded.route else { return set };
        let useful = (self.loaded.audience / 10 + 1).min(*connections as u64);
        for _ in 0..useful {
            let carrier = Carrier::new(
                course.feed.clone(),
                self.loaded.maker.clone(),
                self.loaded.schedule,
                self.store.db().clock().clone(),
                course.health.clone(),
            );
            let (link, feed) = (course.link.clone(), course.feed.clone());
            set.spawn(keep_connected(link, feed, (**relay).clone(), timeouts.clone(), carrier));
        }
        set
    }

    async fn travel(&mut self, course: &mut Course) -> Result<RunEnd> {
        loop {
            let size = course.ahead.as_ref().map_or_else(
                || chunk_size(course.rate, self.loaded.throttle_per_second),
                |ahead| ahead.recipients.len(),
            );
            let claim = !*self.stop.borrow();
            match self.turn(course, claim.then_some(size)).await? {
                Next::Claimed(claim) => self.hand_over(course, claim).await?,
                Next::Wait(at) if claim => {
                    if self.take_over().await? > 0 {
                        continue;
                    }
                    return Ok(RunEnd::Idle(at));
                }
                Next::Wait(_) => return Ok(RunEnd::Stopped),
                Next::Paused => return Ok(RunEnd::Paused),
                Next::Over => return Ok(RunEnd::Over),
            }
        }
    }

    /// Claims of others whose lease ran out; by their journals where those are at hand.
    async fn take_over(&self) -> Result<usize> {
        let send = self.send;
        recovery::recover_dead(self.store.db(), self.folder).await?;
        self.store.write(move |tx| ledger::take_over_expired(tx, send)).await
    }

    /// Settles the last chunk and claims the next in one transaction.
    async fn turn(&self, course: &mut Course, size: Option<usize>) -> Result<Next> {
        course.touched.forget_halt();
        let settle = course.settle.take();
        let captured = std::mem::take(&mut course.captured);
        let (send, loaded) = (self.send, self.loaded.clone());
        let wish = size.map(|size| Wish {
            worker: self.folder.worker(),
            fence: self.store.db().ids().make().0,
            size: size.min(SLOTS_MAX),
            lease_ms: self.lease_ms,
        });
        let journal =
            wish.map(|w| self.folder.create(self.store.store(), send, w.fence, w.size)).transpose()?;
        let (kept, next) = self
            .store
            .write(move |tx| {
                let (kept, next) = ledger::turn(tx, send, settle.as_ref(), wish)?;
                if let Route::Capture(capture) = &loaded.route
                    && kept
                {
                    capture.capture(tx, captured)?;
                }
                Ok((kept, next))
            })
            .await?;
        if !kept {
            tracing::warn!(send = %send, "a chunk had been taken over; its outcome was refused");
        }
        if let Some(settled) = course.journal.take() {
            settled.remove()?;
        }
        match (&next, journal) {
            (Next::Claimed(_), journal) => course.journal = journal,
            (_, Some(unused)) => unused.remove()?,
            (_, None) => {}
        }
        Ok(next)
    }

    /// Gate, then the connections, then the outcome.
    async fn hand_over(&mut self, course: &mut Course, claim: Claim) -> Result<()> {
        let began = Instant::now();
        let lease = Arc::new(Lease::until(began + Duration::from_millis(self.lease_ms as u64)));
        let Sorted { items, mut fates, head, .. } = self.gate(course, &claim).await?;
        let journal = course.journal.take().ok_or_else(|| kernel::Fault::new("a claim has a journal"))?;
        if let Route::Capture(_) = &self.loaded.route {
            course.captured = self.make_all(&items, &mut fates);
            course.journal = Some(journal);
        } else {
            let count = items.len();
            let batch = Batch::new(&claim, items, journal, course.touched.clone(), lease.clone());
            let batch = Arc::new(batch.shaped(self.shaper()));
            let ahead = self.look_ahead(course);
            self.carry(course, &claim, &batch, &lease, head).await;
            course.ahead = finished(ahead).await;
            fates.extend(batch.fates());
            course.journal = Some(reclaim(batch).await.into_journal());
            let seconds = began.elapsed().as_secs_f64().max(0.001);
            course.rate = (course.rate + count as f64 / seconds) / 2.0;
        }
        course.settle = Some(Settle { fence: claim.fence, outcome: ChunkOutcome::of(fates) });
        self.break_circuit(course).await
    }

    /// What the gate says of a claim's recipients: known already, if somebody looked ahead.
    async fn gate(&self, course: &mut Course, claim: &Claim) -> Result<Sorted> {
        if let Some(sorted) = course.ahead.take().filter(|a| a.is_of(&claim.recipients)) {
            return Ok(sorted);
        }
        if self.loaded.rules.cap.is_some() {
            course.recent.refresh(self.store, self.send, self.loaded.cap_period_ms).await?;
        }
        self.sorter(course).sort(claim.recipients.clone()).await
    }

    fn sorter(&self, course: &Course) -> Sorter {
        Sorter {
            store: self.store.clone(),
            loaded: self.loaded.clone(),
            recent: course.recent.clone(),
            touched: course.touched.clone(),
        }
    }

    /// While a chunk is handed over, asks the gate about the next one. Not under a frequency cap: there it
    /// matters what other sends have done until the last moment.
    fn look_ahead(&self, course: &Course) -> Option<JoinHandle<Result<Option<Sorted>>>> {
        let size = chunk_size(course.rate, self.loaded.throttle_per_second);
        let (sorter, send) = (self.sorter(course), self.send);
        self.loaded.rules.cap.is_none().then(|| tokio::spawn(sorter.look_ahead(send, size)))
    }

    /// Lets the connections work until every item has a fate, watching for reasons to stop.
    async fn carry(
        &mut self,
        course: &Course,
        claim: &Claim,
        batch: &Arc<Batch>,
        lease: &Arc<Lease>,
        head: i64,
    ) {
        let watched = watch::Watched {
            store: self.store.clone(),
            send: self.send,
            fence: claim.fence,
            lease_ms: self.lease_ms,
            batch: batch.clone(),
            lease: lease.clone(),
            touched: course.touched.clone(),
        };
        let watcher = tokio::spawn(watch::watch(watched, head));
        course.feed.publish(batch.clone());
        let mut dead_since: Option<Instant> = None;
        loop {
            tokio::select! {
                () = batch.finished() => break,
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = self.stop.changed() => batch.stop(),
            }
            let hopeless = course.link.trouble().is_some_and(|t| t.is_configuration);
            dead_since = if course.link.live() > 0 { None } else { dead_since.or(Some(Instant::now())) };
            if hopeless
                || dead_since.is_some_and(|since| since.elapsed() > DEAD_LINK)
                || self.is_broken(course)
            {
                batch.stop();
            }
        }
        course.feed.clear();
        watcher.abort();
    }

    fn shaper(&self) -> Option<Arc<Shaper>> {
        match &self.loaded.route {
            Route::Smtp { shaper, .. } => shaper.clone(),
            Route::Capture(_) => None,
        }
    }

    fn is_broken(&self, course: &Course) -> bool {
        course.health.sender_refusals_in_a_row.load(Ordering::Relaxed) >= SENDER_REFUSALS_MAX
    }

    /// Pauses the send when going on would only do harm, and waits while the relay is away.
    async fn break_circuit(&mut self, course: &mut Course) -> Result<()> {
        let trouble = course.link.trouble();
        let reason = match &trouble {
            Some(t) if t.is_configuration => Some(t.sentence.clone()),
            _ if self.is_broken(course) => Some(
                "The receiving side refuses this sender again and again; check the sender domain and its reputation."
                    .to_owned(),
            ),
            _ => None,
        };
        if let Some(reason) = reason {
            let send = self.send;
            self.store.write(move |tx| ledger::pause(tx, send, Some(&reason))).await?;
        } else if let Some(trouble) = trouble.filter(|_| course.link.live() == 0) {
            tracing::warn!(send = %self.send, trouble = trouble.sentence, "the relay is away; trying again");
            tokio::select! {
                () = tokio::time::sleep(DEAD_LINK) => {}
                _ = self.stop.changed() => {}
            }
        }
        Ok(())
    }

    /// For the sandbox: makes every message; nothing leaves, so there is no point of no return.
    fn make_all(&self, items: &[Item], fates: &mut Vec<(u32, Fate)>) -> Vec<(u32, Prepared)> {
        let mut made = Vec::with_capacity(items.len());
        for item in items {
            let mut message = Prepared::default();
            let fate = match self.loaded.maker.make(item, &mut message) {
                Ok(()) => {
                    made.push((item.ordinal, message));
                    Fate::Accepted
                }
                Err(e) => {
                    tracing::warn!(error = %e.0, "a message could not be made");
                    Fate::Suppressed(Reason::RenderFailed)
                }
            };
            fates.push((item.ordinal, fate));
        }
        made
    }
}

/// The batch, alone again: connections and the watcher let go of it as soon as they see its end.
async fn reclaim(mut batch: Arc<Batch>) -> Batch {
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

/// What looking ahead found; a failure only means that the gate is asked again.
async fn finished(ahead: Option<JoinHandle<Result<Option<Sorted>>>>) -> Option<Sorted> {
    match ahead?.await {
        Ok(Ok(sorted)) => sorted,
        Ok(Err(e)) => {
            tracing::warn!(error = %e, "the next chunk could not be looked at ahead");
            None
        }
        Err(_) => None,
    }
}
