//! What has changed since the last look. Pure.

use automation::campaigns::Progress;
use kernel::Timestamp;
use kernel::ids::{CampaignId, JobId};
use serde::Serialize;
use std::collections::{HashMap, VecDeque};
use store::queue::JobRow;
use utoipa::ToSchema;

/// Changes are looked for from this long before the newest one seen: another machine's clock may be behind,
/// and a transaction commits after the time it notes.
pub(super) const OVERLAP_MS: i64 = 10_000;
/// Span over which the speed of a campaign is measured.
const SPEED_SPAN_MS: i64 = 5_000;

/// A campaign as it goes on.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct CampaignProgress {
    #[serde(flatten)]
    progress: Progress,
    /// Messages handed over a second, over the last five seconds.
    per_second: i64,
}

/// What one stream has told about jobs.
#[derive(Default)]
pub(super) struct Jobs {
    told: HashMap<JobId, (Timestamp, String, i64, bool)>,
    newest: Option<Timestamp>,
}

impl Jobs {
    /// From when to look, once something was seen.
    pub(super) fn since(&self) -> Option<Timestamp> {
        self.newest.map(|at| at.plus_ms(-OVERLAP_MS))
    }

    /// Of the jobs that changed since then: those that differ from what was told, oldest first. The first
    /// time only those that go on.
    pub(super) fn news(&mut self, rows: Vec<JobRow>) -> Vec<JobRow> {
        let first = self.newest.is_none();
        self.newest = rows.iter().map(|r| r.updated_at).max().max(self.newest).or(Some(Timestamp(0)));
        let faces = rows.iter().map(|r| (r.id, face(r))).collect();
        let told = std::mem::replace(&mut self.told, faces);
        let differs = |row: &JobRow| match first {
            true => matches!(row.state.as_str(), "queued" | "running"),
            false => told.get(&row.id) != Some(&face(row)),
        };
        let mut news: Vec<JobRow> = rows.into_iter().filter(differs).collect();
        news.sort_by_key(|row| row.updated_at);
        news
    }
}

fn face(row: &JobRow) -> (Timestamp, String, i64, bool) {
    (row.updated_at, row.state.clone(), row.progress_done, row.cancel_requested)
}

/// What one stream has told about campaigns.
#[derive(Default)]
pub(super) struct Campaigns {
    told: HashMap<CampaignId, CampaignProgress>,
    speeds: HashMap<CampaignId, VecDeque<(i64, i64)>>,
    looked: bool,
}

impl Campaigns {
    /// Campaigns that were going on at the last look.
    pub(super) fn going_on(&self) -> Vec<CampaignId> {
        self.speeds.keys().copied().collect()
    }

    /// Of the campaigns that go on or changed: those that differ from what was told. The first time only
    /// those that go on. `at_ms` is a steady clock.
    pub(super) fn news(&mut self, all: Vec<Progress>, at_ms: i64) -> Vec<CampaignProgress> {
        let first = !std::mem::replace(&mut self.looked, true);
        let mut speeds = std::mem::take(&mut self.speeds);
        let mut told = HashMap::with_capacity(all.len());
        let mut news = Vec::new();
        for progress in all {
            let id = progress.id;
            let mut per_second = 0;
            if progress.goes_on() {
                let mut samples = speeds.remove(&id).unwrap_or_default();
                per_second = speed(&mut samples, at_ms, progress.handed_over());
                self.speeds.insert(id, samples);
            }
            let now = CampaignProgress { progress, per_second };
            let wanted = if first { self.speeds.contains_key(&id) } else { self.told.get(&id) != Some(&now) };
            if wanted {
                news.push(now.clone());
            }
            told.insert(id, now);
        }
        self.told = told;
        news
    }
}

/// Adds a sample and answers the speed over the span.
fn speed(samples: &mut VecDeque<(i64, i64)>, at_ms: i64, handed_over: i64) -> i64 {
    while samples.len() > 1 && samples.front().is_some_and(|(at, _)| at_ms - at > SPEED_SPAN_MS) {
        samples.pop_front();
    }
    samples.push_back((at_ms, handed_over));
    match samples.front() {
        Some((at, before)) if at_ms > *at => (handed_over - before).max(0) * 1_000 / (at_ms - at),
        _ => 0,
    }
}
