//! Runs one send in this process: claim, gate, hand over, settle, again, until there is nothing to do.
//!
//! Where nothing holds a send back, the next chunk is claimed and sorted while the present one is handed
//! over, so that connections go from one to the other without a pause; a chunk is settled by the claim after
//! that. Everything else is as with one chunk: each has its fencing number, journal, lease and watcher.

use super::batch::{Batch, Lease};
use super::capture::{self, Capture};
use super::carrier::{Carrier, Maker};
use super::course::{Chunk, Claimed, Course, Over, reclaim};
use super::feed::Feed;
use super::journal::{Journal, JournalFolder, SLOTS_MAX};
use super::ledger::{self, Next, Settle, Wish};
use super::link::keep_connected;
use super::model::{ChunkOutcome, chunk_size};
use super::recent::Recent;
use super::recipient::Names;
use super::recovery;
use super::shaper::Shaper;
use super::sorter::{Sorted, Sorter};
use super::watch;
use crate::channels::email::replies::Schedule;
use crate::channels::email::smtp::{Relay, Timeouts};
use crate::gate::GateRules;
use kernel::ids::CampaignId;
use kernel::{Result, Timestamp};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use store::{Scoped, StoreKeys};
use tokio::sync::watch as channel;
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;

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

/// Chunks that are claimed at once: one to hand over, one behind it. Together they are as large as one alone
/// may be: so much is unknown if a worker is lost with its journal.
const CHUNKS_AT_ONCE: usize = 2;

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
            chunks: VecDeque::new(),
            last_end: Instant::now(),
            over: None,
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
            let all = chunk_size(course.rate, course.feed.throttle());
            let at_once = self.chunks_at_once(course);
            let size = all.div_ceil(at_once);
            let claim = !*self.stop.borrow();
            let (next, claimed) = self.turn(course, claim.then_some(size)).await?;
            if let Some(claimed) = claimed {
                self.begin(course, claimed).await?;
                if course.chunks.len() < at_once {
                    continue;
                }
            }
            // Whatever comes next, what is being handed over comes to its end first.
            if self.finish_first(course).await? || course.over.is_some() {
                continue;
            }
            match next {
                Next::Claimed(_) => {}
                Next::Wait(at) if claim => {
                    if self.take_over().await? == 0 {
                        return Ok(RunEnd::Idle(at));
                    }
                }
                Next::Wait(_) => return Ok(RunEnd::Stopped),
                Next::Paused => return Ok(RunEnd::Paused),
                Next::Over => return Ok(RunEnd::Over),
            }
        }
    }

    /// One chunk at a time where it matters what others did until the last moment (a frequency cap), or where
    /// a chunk behind would only wait (throttle, limits by provider).
    fn chunks_at_once(&self, course: &Course) -> usize {
        let is_held_back = self.loaded.rules.cap.is_some()
            || course.feed.throttle() > 0
            || self.shaper().is_some()
            || matches!(self.loaded.route, Route::Capture(_));
        if is_held_back { 1 } else { CHUNKS_AT_ONCE }
    }

    /// Claims of others whose lease ran out; by their journals where those are at hand.
    async fn take_over(&self) -> Result<usize> {
        let send = self.send;
        recovery::recover_dead(self.store.db(), self.folder).await?;
        self.store.write(move |tx| ledger::take_over_expired(tx, send)).await
    }

    /// Settles the chunk that is over and claims the next in one transaction.
    async fn turn(&self, course: &mut Course, size: Option<usize>) -> Result<(Next, Option<Claimed>)> {
        let (halts, asked) = (course.touched.halts(), Instant::now());
        let (settle, captured, settled) = match course.over.take() {
            Some(over) => (Some(over.settle), over.captured, Some(over.journal)),
            None => (None, Vec::new(), None),
        };
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
        settled.map(Journal::remove).transpose()?;
        let claimed = match (&next, journal) {
            (Next::Claimed(claim), Some(journal)) => {
                Some(Claimed { claim: claim.clone(), journal, halts, asked })
            }
            (_, unused) => unused.map(Journal::remove).transpose()?.and(None),
        };
        Ok((next, claimed))
    }

    /// Asks the gate and gives a chunk to the connections.
    async fn begin(&mut self, course: &mut Course, claimed: Claimed) -> Result<()> {
        let Claimed { claim, journal, halts, asked } = claimed;
        let began = Instant::now();
        course.feed.set_throttle(claim.throttle_per_second);
        let lease = Arc::new(Lease::until(asked + Duration::from_millis(self.lease_ms as u64)));
        if self.loaded.rules.cap.is_some() {
            course.recent.refresh(self.store, self.send, self.loaded.cap_period_ms).await?;
        }
        let Sorted { items, mut fates, head } = self.sorter(course).sort(claim.recipients.clone()).await?;
        if let Route::Capture(_) = &self.loaded.route {
            let captured = capture::make_all(&*self.loaded.maker, &items, &mut fates);
            tokio::select! {
                () = tokio::time::sleep_until(course.feed.take_together(captured.len())) => {}
                _ = self.stop.changed() => {}
            }
            let settle = Settle { fence: claim.fence, outcome: ChunkOutcome::of(fates) };
            course.over = Some(Over { settle, captured, journal });
            return Ok(());
        }
        let count = items.len();
        let touched = (course.touched.clone(), halts);
        let batch =
            Arc::new(Batch::new(&claim, items, journal, touched, lease.clone()).shaped(self.shaper()));
        let watched = watch::Watched {
            store: self.store.clone(),
            send: self.send,
            fence: claim.fence,
            lease_ms: self.lease_ms,
            batch: batch.clone(),
            lease,
            feed: course.feed.clone(),
            touched: course.touched.clone(),
        };
        let watcher = AbortOnDropHandle::new(tokio::spawn(watch::watch(watched, head)));
        course.feed.publish(batch.clone());
        course.chunks.push_back(Chunk { fence: claim.fence, began, fates, items: count, batch, watcher });
        Ok(())
    }

    /// Waits until every item of the oldest chunk has a fate. False if there is no chunk.
    async fn finish_first(&mut self, course: &mut Course) -> Result<bool> {
        let Some(batch) = course.chunks.front().map(|chunk| chunk.batch.clone()) else { return Ok(false) };
        self.carry(course, &batch).await;
        course.feed.withdraw(&batch);
        drop(batch);
        let Some(Chunk { fence, began, mut fates, items, batch, watcher }) = course.chunks.pop_front() else {
            return Ok(false);
        };
        drop(watcher);
        fates.extend(batch.fates());
        let journal = reclaim(batch).await.into_journal();
        let seconds = began.max(course.last_end).elapsed().as_secs_f64().max(0.001);
        course.rate = (course.rate + items as f64 / seconds) / 2.0;
        course.last_end = Instant::now();
        let settle = Settle { fence, outcome: ChunkOutcome::of(fates) };
        course.over = Some(Over { settle, captured: Vec::new(), journal });
        self.break_circuit(course).await?;
        Ok(true)
    }

    fn sorter(&self, course: &Course) -> Sorter {
        Sorter {
            store: self.store.clone(),
            loaded: self.loaded.clone(),
            recent: course.recent.clone(),
            touched: course.touched.clone(),
        }
    }

    /// Lets the connections work until every item of a batch has a fate, watching for reasons to stop all.
    async fn carry(&mut self, course: &Course, batch: &Batch) {
        let stop_all = || course.chunks.iter().for_each(|chunk| chunk.batch.stop());
        let mut dead_since: Option<Instant> = None;
        loop {
            tokio::select! {
                () = batch.finished() => break,
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = self.stop.changed() => stop_all(),
            }
            let hopeless = course.link.trouble().is_some_and(|t| t.is_configuration);
            dead_since = if course.link.live() > 0 { None } else { dead_since.or(Some(Instant::now())) };
            if hopeless
                || dead_since.is_some_and(|since| since.elapsed() > DEAD_LINK)
                || self.is_broken(course)
            {
                stop_all();
            }
        }
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
}
