//! One stream: waits for news, looks, tells what changed.

use super::Place;
use super::api::Told;
use super::model::{Campaigns, Jobs, OVERLAP_MS};
use automation::campaigns;
use kernel::Result;
use messaging::outbox::dispatcher;
use std::collections::VecDeque;
use std::time::Duration;
use store::{Scoped, queue};
use tokio::sync::watch;
use tokio::time::Instant;
use web::Recheck;

/// Two looks are at least this far apart: four events a second for one object.
const LOOK_MIN: Duration = Duration::from_millis(250);
/// Without news of this process a look is made this often; other processes cannot wake us.
const LOOK_MAX: Duration = Duration::from_secs(1);
/// How often it is asked whether the listener may still listen.
const RECHECK_EVERY: Duration = Duration::from_secs(15);
/// Jobs from this long ago are told at the beginning, if they still go on.
const JOBS_BACK_MS: i64 = 24 * 3_600_000;
/// Most jobs of one look.
const JOBS_MAX: i64 = 200;

/// What wakes a stream.
struct Wake {
    signals: [watch::Receiver<u64>; 3],
    stopping: watch::Receiver<bool>,
}

/// What a listener may know of beside campaigns.
#[derive(Clone, Copy)]
pub(super) struct Sees {
    /// Whoever may read settings: jobs.
    pub jobs: bool,
    /// Whoever may read events: how long the log is.
    pub log: bool,
}

/// A stream in the making.
pub(super) struct Watcher {
    store: Scoped,
    recheck: Recheck,
    sees: Sees,
    wake: Wake,
    /// The end of the log at the last look.
    log_head: Option<i64>,
    jobs: Jobs,
    campaigns: Campaigns,
    waiting: VecDeque<Told>,
    began: Instant,
    looked: Option<Instant>,
    checked: Instant,
    _place: Place,
}

impl Watcher {
    /// Begins with a greeting.
    pub(super) fn new(
        store: Scoped,
        recheck: Recheck,
        sees: Sees,
        stopping: watch::Receiver<bool>,
        (greeting, place): (Told, Place),
    ) -> Self {
        let signals = store.db().signals();
        let topics = [queue::TOPIC, store::log::TOPIC, dispatcher::TOPIC];
        let wake = Wake { signals: topics.map(|topic| signals.listen(topic)), stopping };
        let now = Instant::now();
        Watcher {
            store,
            recheck,
            sees,
            wake,
            log_head: None,
            jobs: Jobs::default(),
            campaigns: Campaigns::default(),
            waiting: VecDeque::from([greeting]),
            began: now,
            looked: None,
            checked: now,
            _place: place,
        }
    }

    /// The next event; `None` when the stream ends.
    pub(super) async fn next(&mut self) -> Option<Told> {
        loop {
            if let Some(told) = self.waiting.pop_front() {
                return Some(told);
            }
            if !self.wait().await || !self.may_listen().await {
                return None;
            }
            self.looked = Some(Instant::now());
            if let Err(e) = self.look().await {
                // The database is away; the next look finds what was missed.
                tracing::warn!(error = %e, "a stream could not look for news; trying again");
            }
        }
    }

    /// Waits until it is time to look. False: the program ends.
    async fn wait(&mut self) -> bool {
        let Some(looked) = self.looked else { return !*self.wake.stopping.borrow() };
        let [jobs, events, sends] = &mut self.wake.signals;
        let stopping = &mut self.wake.stopping;
        tokio::select! {
            () = tokio::time::sleep_until(looked + LOOK_MAX) => {}
            Ok(()) = jobs.changed() => {}
            Ok(()) = events.changed() => {}
            Ok(()) = sends.changed() => {}
            _ = stopping.changed() => return false,
        }
        tokio::select! {
            () = tokio::time::sleep_until(looked + LOOK_MIN) => true,
            _ = stopping.changed() => false,
        }
    }

    /// False once the log-in has ended or the right was taken away.
    async fn may_listen(&mut self) -> bool {
        if self.checked.elapsed() < RECHECK_EVERY {
            return true;
        }
        self.checked = Instant::now();
        self.recheck.holds().await
    }

    /// What is in the log is read by the lists; here it is only told that there is more.
    async fn look_at_log(&mut self) -> Result<()> {
        let head = self.store.read(|tx| tx.log_head()).await?;
        if self.log_head.replace(head).is_some_and(|before| before != head) {
            self.waiting.push_back(Told::log(head));
        }
        Ok(())
    }

    async fn look(&mut self) -> Result<()> {
        if self.sees.log {
            self.look_at_log().await?;
        }
        if self.sees.jobs {
            let now = self.store.db().now();
            let since = self.jobs.since().unwrap_or(now.plus_ms(-JOBS_BACK_MS));
            let rows = self.store.list_changed_jobs(since, JOBS_MAX).await?;
            self.waiting.extend(self.jobs.news(rows).into_iter().map(Told::job));
        }
        let known = self.campaigns.going_on();
        let since = self.store.db().now().plus_ms(-OVERLAP_MS);
        let all = self.store.read(move |tx| campaigns::list_progress(tx, since, &known)).await?;
        let at_ms = self.began.elapsed().as_millis() as i64;
        self.waiting.extend(self.campaigns.news(all, at_ms).into_iter().map(Told::campaign));
        Ok(())
    }
}
