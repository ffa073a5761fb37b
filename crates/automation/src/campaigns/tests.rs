//! Campaigns at their public edge, on both engines: states and what may be done in each, the plan's
//! arithmetic, a launch that is confirmed, local time across a change of clocks, throttle, report.

use super::feature;
use crate::reports;
use audience::consent::model::Grounds;
use audience::consent::{Channel, ConsentSource, ConsentStatus, Suppression};
use audience::contacts::{self, Draft, Existing, Origin, PersonalFields, RequestedStatus, UpsertOptions};
use audience::segments;
use axum::http::Method;
use kernel::ids::CampaignId;
use kernel::{Result, Timestamp};
use messaging::outbox::{self, Dispatcher, ledger};
use messaging::suppression::{Reaction, react};
use messaging::tracking::model::{HitClass, OPENED};
use serde_json::{Value, json};
use std::sync::Arc;
use store::{Consumer, NewEvent};
use testkit::{Answer, App, TestDb, for_each_engine};

const LETTER: &str = "<!doctype html><html lang=\"en\"><head><title>Spring</title></head><body><p>Hello</p>\
    <p><a href=\"https://shop.example/spring\">Ten new things</a></p>\
    <p>{{ store.postal_address }} <a href=\"{{ links.unsubscribe }}\">Unsubscribe</a></p></body></html>";

/// A store with the outbox, its sandbox, campaigns and reports.
struct Shop<'a> {
    t: &'a TestDb,
    app: App,
    dispatcher: Dispatcher,
}

impl<'a> Shop<'a> {
    async fn open(t: &'a TestDb) -> Result<Self> {
        let features = vec![outbox::feature(), messaging::sandbox::feature(), feature(), reports::feature()];
        let app = App::new(t, features, |_| ());
        let dispatcher = outbox::open_dispatcher(&app.state).await?;
        Ok(Shop { t, app, dispatcher })
    }

    async fn add(&self, draft: Draft) -> Result<u32> {
        let keys = self.t.vault.keys(&self.t.db, self.t.a.scope()).await?;
        let grounds = Grounds {
            source: ConsentSource::Form,
            wording: "Yes, send me news".into(),
            wording_version: "1".into(),
            at: self.t.now(),
            actor: "usr_test".into(),
            import: None,
        };
        let options = UpsertOptions { existing: Existing::Skip, origin: Origin::Api, grounds };
        Ok(self.t.a.write(move |tx| contacts::create(tx, &keys, draft, &options)).await?.ordinal)
    }

    async fn subscribers(&self, names: &[&str]) -> Result<Vec<u32>> {
        let mut ordinals = Vec::new();
        for name in names {
            ordinals.push(self.add(person(name, ConsentStatus::Subscribed)).await?);
        }
        Ok(ordinals)
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.app.json(Method::POST, path, body).await
    }

    async fn refresh(&self) {
        let keys = self.t.vault.keys(&self.t.db, self.t.a.scope()).await.unwrap();
        segments::refresh(&self.t.a, &keys).await.unwrap();
    }

    /// Makes a draft; answers its path.
    async fn draft(&self, settings: Value) -> String {
        self.refresh().await;
        let made = self.post("/api/v1/campaigns", campaign(settings)).await;
        assert_eq!(made.status, 201, "{}", made.text());
        format!("/api/v1/campaigns/{}", made.json()["id"].as_str().unwrap())
    }

    async fn show(&self, path: &str) -> Value {
        self.app.get(path).await.json()
    }

    async fn launch(&self, path: &str, audience: u64) -> Answer {
        self.refresh().await;
        self.post(&format!("{path}/launch"), json!({ "audience": audience })).await
    }

    /// Lets the outbox do what is due now.
    async fn work(&self, path: &str) -> Result<outbox::runner::RunEnd> {
        let (_keep, stop) = tokio::sync::watch::channel(false);
        self.dispatcher.run_send(&self.t.a, id_of(path), stop).await
    }

    /// A campaign in a state, with one subscriber in its audience; answers its path.
    async fn campaign_in(&self, state: &str) -> Result<String> {
        let timing = match state {
            "scheduled" => json!({ "kind": "at", "at": self.t.now().plus_ms(3_600_000) }),
            _ => json!({ "kind": "now" }),
        };
        let path = self.draft(json!({ "include": [{ "all": true }], "timing": timing })).await;
        let act = async |what: &str| {
            let done = self.post(&format!("{path}/{what}"), json!({ "audience": 1 })).await;
            assert!(done.status.is_success(), "{state}: {what}: {}", done.text());
        };
        let acts: &[&str] = match state {
            "draft" => &[],
            "scheduled" | "running" | "finished" => &["launch"],
            "paused" => &["launch", "pause"],
            "cancelled" => &["launch", "cancel"],
            _ => &["launch", "cancel", "archive"],
        };
        for what in acts {
            act(what).await;
        }
        if state == "finished" {
            self.work(&path).await?;
        }
        assert_eq!(self.show(&path).await["state"], state);
        Ok(path)
    }
}

fn person(name: &str, status: ConsentStatus) -> Draft {
    Draft {
        personal: PersonalFields { email: Some(format!("{name}@mail.example")), ..PersonalFields::default() },
        statuses: vec![RequestedStatus { channel: Channel::Email, status, at: None }],
        ..Draft::default()
    }
}

fn campaign(settings: Value) -> Value {
    json!({
        "name": "Spring",
        "content": {
            "subject": "Ten new things",
            "from": "Shop <news@shop.example>",
            "body": { "format": "html", "source": LETTER },
            "postal_address": "1 Shop Street, Singapore"
        },
        "settings": settings
    })
}

fn id_of(path: &str) -> CampaignId {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

/// Does one act and answers status and problem code.
async fn act(shop: &Shop<'_>, path: &str, what: &str) -> (u16, String) {
    let answer = match what {
        "delete" => shop.app.json(Method::DELETE, path, Value::Null).await,
        "edit" => {
            let body = campaign(json!({ "include": [{ "all": true }] }));
            shop.app.json(Method::PUT, path, body).await
        }
        "launch" => shop.launch(path, 1).await,
        "throttle" => shop.post(&format!("{path}/throttle"), json!({ "per_second": 5 })).await,
        _ => shop.post(&format!("{path}/{what}"), Value::Null).await,
    };
    let code = match answer.status.is_success() {
        true => String::new(),
        false => answer.json()["code"].as_str().unwrap_or_default().to_owned(),
    };
    (answer.status.as_u16(), code)
}

/// What may be done in each state, and the state after it; everything else is a conflict.
const ALLOWED: &[(&str, &[(&str, &str)])] = &[
    ("draft", &[("edit", "draft"), ("launch", "running"), ("archive", "archived"), ("delete", "")]),
    ("scheduled", &[("cancel", "draft")]),
    ("running", &[("pause", "paused"), ("throttle", "running"), ("cancel", "cancelled")]),
    ("paused", &[("resume", "running"), ("throttle", "paused"), ("cancel", "cancelled")]),
    ("finished", &[("archive", "archived")]),
    ("cancelled", &[("archive", "archived")]),
    ("archived", &[("unarchive", "cancelled")]),
];

const ACTS: &[&str] =
    &["edit", "launch", "pause", "resume", "cancel", "throttle", "archive", "unarchive", "delete"];

#[tokio::test(flavor = "multi_thread")]
async fn each_state_allows_its_own_acts_and_answers_every_other_with_a_conflict() {
    for_each_engine(|t| async move {
        let shop = Shop::open(&t).await?;
        shop.subscribers(&["ana"]).await?;
        for (state, allowed) in ALLOWED {
            for what in ACTS {
                let path = shop.campaign_in(state).await?;
                let (status, code) = act(&shop, &path, what).await;
                let after = match *what {
                    // Taking out of the archive what is not in it changes nothing.
                    "unarchive" => {
                        allowed.iter().find(|(a, _)| a == what).map_or(Some(*state), |(_, s)| Some(*s))
                    }
                    _ => allowed.iter().find(|(a, _)| a == what).map(|(_, s)| *s),
                };
                match after {
                    Some("") => {
                        assert_eq!(status, 204, "{state}: {what}");
                        assert_eq!(shop.app.get(&path).await.status, 404, "{state}: {what}");
                    }
                    Some(after) => {
                        assert_eq!((status, code.as_str()), (200, ""), "{state}: {what}");
                        assert_eq!(shop.show(&path).await["state"], after, "{state}: {what}");
                    }
                    None => {
                        assert_eq!((status, code.as_str()), (409, "conflict"), "{state}: {what}");
                        assert_eq!(shop.show(&path).await["state"], *state, "{state}: {what}");
                    }
                }
            }
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_draft_is_taken_out_before_it_is_launched() {
    for_each_engine(|t| async move {
        let shop = Shop::open(&t).await?;
        shop.subscribers(&["ana"]).await?;
        let path = shop.campaign_in("draft").await?;
        assert_eq!(act(&shop, &path, "archive").await.0, 200);
        assert_eq!(act(&shop, &path, "launch").await, (409, "conflict".to_owned()));
        assert_eq!(act(&shop, &path, "edit").await, (409, "conflict".to_owned()));
        assert_eq!(act(&shop, &path, "unarchive").await.0, 200);
        assert_eq!(act(&shop, &path, "launch").await.0, 200);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduled_campaign_launches_when_its_time_has_come_and_not_before() {
    for_each_engine(|t| async move {
        let shop = Shop::open(&t).await?;
        shop.subscribers(&["ana"]).await?;
        let path = shop.campaign_in("scheduled").await?;
        let jobs = Arc::new((feature().jobs[0])(&shop.app.state));
        let run = async || {
            store::queue::run_due_jobs(&t.db, &jobs).await?;
            Ok::<_, kernel::Error>(shop.show(&path).await["state"].clone())
        };
        t.advance_ms(3_599_000);
        assert_eq!(run().await?, "scheduled");
        t.advance_ms(1_000);
        assert_eq!(run().await?, "running");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_adds_up_matched_less_excluded_less_each_reason_is_who_will_receive() {
    for_each_engine(|t| async move {
        let shop = Shop::open(&t).await?;
        shop.subscribers(&["ana", "bo", "cy"]).await?;
        for name in ["dan", "eve"] {
            shop.add(person(name, ConsentStatus::Unsubscribed)).await?;
        }
        shop.add(person("flo", ConsentStatus::NeverSubscribed)).await?;
        for (name, flag) in [
            ("gus", Suppression::Bounced),
            ("hal", Suppression::Complained),
            ("ivy", Suppression::Suppressed),
        ] {
            let draft = person(name, ConsentStatus::Subscribed);
            shop.add(Draft { suppressions: vec![(Channel::Email, flag)], ..draft }).await?;
        }
        let phone = PersonalFields { phone: Some("+6591234567".into()), ..PersonalFields::default() };
        shop.add(Draft { personal: phone, ..Draft::default() }).await?;
        for name in ["jo", "kim"] {
            let personal = person(name, ConsentStatus::Subscribed);
            shop.add(Draft { language: Some("de".into()), ..personal }).await?;
        }
        let german =
            json!({ "rule": { "condition": "language", "operator": "is_any_of", "values": ["de"] } });
        let path = shop.draft(json!({ "include": [{ "all": true }], "exclude": [german] })).await;
        let plan = shop.show(&format!("{path}/plan")).await;
        assert_eq!(
            (&plan["audience"], &plan["excluded"], &plan["will_receive"]),
            (&json!(10), &json!(2), &json!(3)),
            "{plan}"
        );
        let mut refused: Vec<(String, u64)> = plan["refused"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| (r["reason"].as_str().unwrap().to_owned(), r["count"].as_u64().unwrap()))
            .collect();
        refused.sort();
        let expected = [
            ("bounced", 1),
            ("complained", 1),
            ("no_address", 1),
            ("no_consent", 1),
            ("suppressed", 1),
            ("unsubscribed", 2),
        ];
        assert_eq!(refused, expected.map(|(reason, n)| (reason.to_owned(), n)), "{plan}");
        // What the plan said is what the send does.
        assert_eq!(shop.launch(&path, 10).await.status, 200);
        shop.work(&path).await?;
        let sums = shop.show(&format!("{path}/report")).await["sums"].clone();
        assert_eq!(
            (&sums["audience"], &sums["accepted"], &sums["suppressed"]),
            (&json!(10), &json!(3), &json!(7)),
            "{sums}"
        );
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_with_another_number_than_the_plan_now_has_is_refused() {
    for_each_engine(|t| async move {
        let shop = Shop::open(&t).await?;
        shop.subscribers(&["ana", "bo"]).await?;
        let path = shop.draft(json!({ "include": [{ "all": true }] })).await;
        let planned = shop.show(&format!("{path}/plan")).await["audience"].as_u64().unwrap();
        shop.subscribers(&["cy"]).await?;
        let stale = shop.launch(&path, planned).await;
        assert_eq!((stale.status.as_u16(), &stale.json()["code"]), (409, &json!("conflict")));
        assert!(stale.json()["detail"].as_str().unwrap().contains("3 now, not 2"), "{}", stale.text());
        assert_eq!(shop.show(&path).await["state"], "draft");
        let launched = shop.launch(&path, planned + 1).await.json();
        assert_eq!((&launched["audience"], &launched["state"]), (&json!(3), &json!("running")));
        Ok(())
    })
    .await;
}

/// Launches at `launched` for a wall time, and checks who has the message at which instants.
async fn check_local_time(t: &TestDb, wall: &str, launched: &str, steps: &[(&str, i64)]) -> Result<()> {
    let instant = |text: &str| Timestamp::parse(text).unwrap();
    t.clock.set(instant(launched));
    let shop = Shop::open(t).await?;
    for (name, zone) in [("berlin", "Europe/Berlin"), ("lima", "America/Lima"), ("tokyo", "Asia/Tokyo")] {
        let draft = person(name, ConsentStatus::Subscribed);
        shop.add(Draft { time_zone: Some(zone.into()), ..draft }).await?;
    }
    let timing = json!({ "kind": "local_time", "at": wall });
    let path = shop.draft(json!({ "include": [{ "all": true }], "timing": timing })).await;
    assert_eq!(shop.launch(&path, 3).await.status, 200);
    for (at, accepted) in steps {
        t.clock.set(instant(at));
        shop.work(&path).await?;
        let sums = shop.show(&format!("{path}/report")).await["sums"].clone();
        assert_eq!(sums["accepted"], *accepted, "at {at}: {sums}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn local_time_is_each_contacts_own_across_a_change_of_clocks() {
    // Berlin skips 02:30 on that day: the first wall time that exists is 03:30, which is 01:30Z.
    for_each_engine(|t| async move {
        let steps = [
            ("2026-03-28T17:29:59Z", 0),
            ("2026-03-28T17:30:00Z", 1),
            ("2026-03-29T01:29:59Z", 1),
            ("2026-03-29T01:30:00Z", 2),
            ("2026-03-29T07:29:59Z", 2),
            ("2026-03-29T07:30:00Z", 3),
        ];
        check_local_time(&t, "2026-03-29T02:30:00", "2026-03-28T12:00:00Z", &steps).await
    })
    .await;
    // Berlin has 02:30 twice on that day: the first is 00:30Z.
    for_each_engine(|t| async move {
        let steps = [
            ("2026-10-24T17:30:00Z", 1),
            ("2026-10-25T00:29:59Z", 1),
            ("2026-10-25T00:30:00Z", 2),
            ("2026-10-25T01:30:00Z", 2),
            ("2026-10-25T07:30:00Z", 3),
        ];
        check_local_time(&t, "2026-10-25T02:30:00", "2026-10-24T12:00:00Z", &steps).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throttle_is_changed_while_a_campaign_runs_and_has_a_limit() {
    for_each_engine(|t| async move {
        let shop = Shop::open(&t).await?;
        shop.subscribers(&["ana"]).await?;
        let path = shop.draft(json!({ "include": [{ "all": true }], "throttle_per_second": 7 })).await;
        assert_eq!(shop.launch(&path, 1).await.status, 200);
        let id = id_of(&path);
        let throttle = async || {
            let row = t.a.read(move |tx| ledger::find_send(tx, id)).await.unwrap();
            row.expect("a send").throttle_per_second
        };
        assert_eq!(throttle().await, 7);
        let change = async |n: u64| shop.post(&format!("{path}/throttle"), json!({ "per_second": n })).await;
        assert_eq!(change(100_000).await.status, 200);
        assert_eq!(throttle().await, 100_000);
        let shown = shop.app.get(&path).await.json();
        assert_eq!(shown["settings"]["throttle_per_second"], 100_000, "as it is now");
        let beyond = change(100_001).await;
        assert_eq!(beyond.status, 422, "{}", beyond.text());
        assert_eq!(beyond.json()["errors"][0]["pointer"], "/per_second");
        assert_eq!(throttle().await, 100_000);
        assert_eq!(change(0).await.status, 200);
        assert_eq!(throttle().await, 0);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_counts_people_and_times_and_keeps_machines_apart() {
    for_each_engine(|t| async move {
        let shop = Shop::open(&t).await?;
        let people = shop.subscribers(&["ana", "bo", "cy", "dan"]).await?;
        shop.add(person("eve", ConsentStatus::Unsubscribed)).await?;
        let path = shop.draft(json!({ "include": [{ "all": true }] })).await;
        assert_eq!(shop.app.get(&format!("{path}/report")).await.status, 409, "not launched yet");
        assert_eq!(shop.launch(&path, 5).await.status, 200);
        shop.work(&path).await?;
        let campaign = id_of(&path);
        let opened = |ordinal: u32, class: HitClass| NewEvent {
            at: t.now(),
            kind: OPENED,
            ordinal: Some(ordinal),
            campaign: Some(campaign.0),
            body: vec![class.number(), 0, 0, 0],
        };
        let hits = vec![
            opened(people[0], HitClass::Human),
            opened(people[0], HitClass::Human),
            opened(people[1], HitClass::PrefetchMpp),
        ];
        t.a.write(move |tx| {
            tx.append(hits)?;
            react(tx, people[2], campaign, Reaction::Complained)?;
            let left = Reaction::Unsubscribed(ConsentSource::OneClick);
            react(tx, people[3], campaign, left)?;
            // The mail program sends it twice.
            react(tx, people[3], campaign, left).map(drop)
        })
        .await?;
        let rollup: Arc<dyn Consumer> = Arc::new(reports::Rollup);
        store::log::catch_up(&t.a, &rollup).await?;
        let report = shop.show(&format!("{path}/report")).await;
        let sums = &report["sums"];
        let expected = json!({
            "audience": 5, "accepted": 4, "deferred": 0, "failed": 0, "suppressed": 1, "unknown": 0, "open": 0
        });
        assert_eq!(*sums, expected, "{report}");
        let tally = |people: u64, times: i64| json!({ "people": people, "times": times });
        assert_eq!(report["opened"], tally(1, 2), "{report}");
        assert_eq!(report["opened_by_machine"], tally(1, 1), "{report}");
        assert_eq!(report["clicked"], tally(0, 0), "{report}");
        assert_eq!(report["complained"], tally(1, 1), "{report}");
        assert_eq!(report["unsubscribed"], tally(1, 1), "{report}");
        assert_eq!(report["decisions"][0]["reason"], "unsubscribed", "{report}");
        let list = shop.show("/api/v1/campaigns").await;
        let summary = json!({ "sums": expected, "opened": 1, "clicked": 0, "unsubscribed": 1 });
        assert_eq!(list["items"][0]["summary"], summary, "the list shows the same: {list}");
        let people = shop.show(&format!("{path}/report/people?figure=opened")).await;
        assert_eq!(people["items"][0]["email"], "ana@mail.example", "{people}");
        assert_eq!(people["items"].as_array().unwrap().len(), 1, "{people}");
        Ok(())
    })
    .await;
}
