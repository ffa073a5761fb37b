//! What a stream tells and what it leaves out.

use super::Streams;
use super::model::{Campaigns, Jobs};
use automation::campaigns::{Progress, State};
use automation::reports::Sums;
use kernel::Timestamp;
use kernel::ids::{CampaignId, JobId};
use store::queue::JobRow;

fn job(id: i64, state: &str, done: i64, at: i64) -> JobRow {
    JobRow {
        id: JobId(id),
        kind: "test.count".into(),
        payload: serde_json::Value::Null,
        state: state.into(),
        attempt: 1,
        cancel_requested: false,
        progress_done: done,
        progress_total: 10,
        result: None,
        error: None,
        created_at: Timestamp(0),
        updated_at: Timestamp(at),
        run_at: Timestamp(0),
    }
}

fn ids(rows: &[JobRow]) -> Vec<i64> {
    rows.iter().map(|r| r.id.0).collect()
}

#[test]
fn a_job_is_told_at_the_beginning_if_it_goes_on_and_later_when_it_changed() {
    let mut jobs = Jobs::default();
    assert_eq!(jobs.since(), None);
    assert_eq!(ids(&jobs.news(vec![job(2, "running", 1, 90_000), job(1, "done", 10, 80_000)])), [2]);
    assert_eq!(jobs.since(), Some(Timestamp(80_000)));
    assert_eq!(ids(&jobs.news(vec![job(2, "running", 1, 90_000), job(1, "done", 10, 80_000)])), [0; 0]);
    let later = vec![job(3, "queued", 0, 91_000), job(2, "running", 5, 90_500)];
    assert_eq!(ids(&jobs.news(later)), [2, 3], "oldest change first");
    assert_eq!(ids(&jobs.news(vec![job(3, "done", 0, 91_000)])), [3]);
}

fn campaign(id: i64, state: State, accepted: i64) -> Progress {
    let sums = Sums { audience: 100, accepted, open: 100 - accepted, ..Sums::default() };
    Progress { id: CampaignId(id), state, version: 1, sums: Some(sums) }
}

fn told(campaigns: &mut Campaigns, all: Vec<Progress>, at_ms: i64) -> Vec<serde_json::Value> {
    campaigns.news(all, at_ms).iter().map(|c| serde_json::to_value(c).unwrap()).collect()
}

#[test]
fn a_campaign_is_told_with_its_speed_until_it_is_over() {
    let mut campaigns = Campaigns::default();
    let all = vec![campaign(1, State::Running, 0), campaign(2, State::Draft, 0)];
    let first = told(&mut campaigns, all.clone(), 0);
    assert_eq!(first.len(), 1, "the draft does not go on");
    assert_eq!((&first[0]["state"], &first[0]["per_second"]), (&"running".into(), &0.into()));
    assert_eq!(campaigns.going_on(), [CampaignId(1)]);
    assert!(told(&mut campaigns, all, 250).is_empty(), "nothing changed");
    let moved = told(&mut campaigns, vec![campaign(1, State::Running, 50)], 1_000);
    assert_eq!((&moved[0]["sums"]["accepted"], &moved[0]["per_second"]), (&50.into(), &50.into()));
    let over = told(&mut campaigns, vec![campaign(1, State::Finished, 100)], 1_500);
    assert_eq!((&over[0]["state"], &over[0]["per_second"]), (&"finished".into(), &0.into()));
    assert!(campaigns.going_on().is_empty());
}

#[test]
fn a_log_in_has_so_many_streams_and_gets_its_place_back() {
    let streams = Streams::default();
    let places: Vec<_> = (0..2).filter_map(|_| streams.take("ses_1", 2)).collect();
    assert_eq!(places.len(), 2);
    assert!(streams.take("ses_1", 2).is_none() && streams.take("ses_2", 2).is_some());
    drop(places);
    assert!(streams.take("ses_1", 2).is_some());
}
