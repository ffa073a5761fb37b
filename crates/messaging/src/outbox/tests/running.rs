//! A send from a frozen audience to a real SMTP server on loopback, on both engines.

use super::super::batch::Item;
use super::super::carrier::{MakeError, Maker};
use super::super::dispatcher::{Dispatcher, Loader};
use super::super::ledger::{self, NewSend, SendRow};
use super::super::model::{Counts, Fate, SendState};
use super::super::recipient::Names;
use super::super::runner::{Loaded, Route, RunEnd};
use super::super::shaper::Shaper;
use crate::channels::email::replies::Schedule;
use crate::channels::email::smtp::{Prepared, Relay, RelayUrl, Timeouts, Trust};
use crate::gate::{GateRules, MessageClass, Reason};
use crate::relays::{ProviderLimit, ProviderLimits};
use audience::consent::{self, Channel, ConsentSource, ConsentStatus, Grounds, StatusRequest};
use audience::contacts::{self, Draft, Existing, Origin, PersonalFields, RequestedStatus, UpsertOptions};
use kernel::ids::{CampaignId, ContactId, IdMaker};
use kernel::{Result, Timestamp};
use roaring::RoaringBitmap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use store::{Scoped, StoreKeys};
use testkit::smtp_sink::{Act, Gate, Script, SmtpSink, Verb, When};
use testkit::{TestDb, for_each_engine};
use tokio::sync::watch;

pub(super) const SEND: CampaignId = CampaignId(77);

struct Plain;

impl Maker for Plain {
    fn make(&self, item: &Item, out: &mut Prepared) -> std::result::Result<(), MakeError> {
        out.mail_from = "bounce@shop.example".into();
        out.rcpt_to = item.contact.address.as_str().into();
        out.body = format!("Subject: hello\r\n\r\nto {}\r\n", item.ordinal).into_bytes();
        Ok(())
    }
}

struct TestLoader {
    url: String,
    connections: usize,
    keys: Arc<StoreKeys>,
    limits: ProviderLimits,
}

impl Loader for TestLoader {
    fn load<'a>(
        &'a self,
        _: &'a Scoped,
        _: CampaignId,
        row: SendRow,
    ) -> Pin<Box<dyn Future<Output = Result<Loaded>> + Send + 'a>> {
        Box::pin(async move {
            let url = self.url.parse::<RelayUrl>().expect("the address of the sink");
            let relay =
                Relay::new(url.smtp().expect("an SMTP address").clone(), &Trust::Platform).expect("a relay");
            Ok(Loaded {
                maker: Arc::new(Plain),
                route: Route::Smtp {
                    relay: Box::new(relay),
                    timeouts: Timeouts::all(Duration::from_secs(20)),
                    connections: self.connections,
                    shaper: Shaper::new(&self.limits).map(Arc::new),
                },
                rules: GateRules { class: MessageClass::Marketing, cap: None, quiet: None },
                cap_period_ms: 0,
                zone: jiff::tz::TimeZone::UTC,
                names: Arc::new(Names::default()),
                keys: self.keys.clone(),
                schedule: Schedule::Campaign,
                throttle_per_second: row.throttle_per_second,
                audience: row.counts.audience as u64,
            })
        })
    }
}

fn grounds(source: ConsentSource) -> Grounds {
    Grounds {
        source,
        wording: "Yes, write to me".into(),
        wording_version: "1".into(),
        at: Timestamp(1),
        actor: "system".into(),
        import: None,
    }
}

/// Makes contacts 0.. who are subscribed, except every tenth.
pub(super) async fn people(t: &TestDb, count: u32) -> Result<Arc<StoreKeys>> {
    let keys = t.vault.keys(&t.db, t.a.scope()).await?;
    let options = UpsertOptions {
        existing: Existing::Overwrite,
        origin: Origin::Api,
        grounds: grounds(ConsentSource::Api),
    };
    let first = t.db.ids().make_block(count);
    let now = t.now();
    let drafts = (0..count)
        .map(|n| {
            let id: ContactId = IdMaker::nth(first, n).into();
            let status = if n % 10 == 9 { ConsentStatus::Unsubscribed } else { ConsentStatus::Subscribed };
            let draft = Draft {
                personal: PersonalFields {
                    email: Some(format!("c{n}@mail.example")),
                    ..PersonalFields::default()
                },
                statuses: vec![RequestedStatus { channel: Channel::Email, status, at: None }],
                ..Draft::default()
            };
            contacts::prepare(&keys, id, draft, &options, now)
        })
        .collect::<Result<Vec<_>>>()?;
    let for_write = keys.clone();
    t.a.write(move |tx| contacts::upsert_batch(tx, &for_write, drafts, &options)).await?;
    Ok(keys)
}

async fn open(t: &TestDb, audience: u32) -> Result<()> {
    open_throttled(t, audience, 0).await
}

/// The same with a throttle.
pub(super) async fn open_throttled(t: &TestDb, audience: u32, throttle_per_second: u32) -> Result<()> {
    let new = NewSend {
        id: SEND,
        class: MessageClass::Marketing,
        program: serde_json::json!({}),
        throttle_per_second,
        excluded: RoaringBitmap::new(),
        lanes: vec![(t.now(), (0..audience).collect())],
    };
    t.a.write(move |tx| ledger::open_send(tx, &new)).await.map(drop)
}

pub(super) async fn dispatcher(
    t: &TestDb,
    sink: &SmtpSink,
    connections: usize,
    keys: Arc<StoreKeys>,
) -> Result<Dispatcher> {
    limited(t, sink, connections, keys, ProviderLimits::default()).await
}

/// The same with a relay that limits mailbox providers.
async fn limited(
    t: &TestDb,
    sink: &SmtpSink,
    connections: usize,
    keys: Arc<StoreKeys>,
    limits: ProviderLimits,
) -> Result<Dispatcher> {
    let loader = Arc::new(TestLoader { url: sink.url(), connections, keys, limits });
    Dispatcher::open(t.db.clone(), &t.dir().join("journal"), loader, 30_000).await
}

pub(super) async fn sums(t: &TestDb) -> Result<(SendState, Counts)> {
    t.a.read(|tx| Ok(ledger::find_send(tx, SEND)?.map(|s| (s.state, s.counts)).expect("the send"))).await
}

fn recipients(sink: &SmtpSink) -> Vec<String> {
    let mut all: Vec<String> = sink.messages().into_iter().flat_map(|m| m.rcpt_to).collect();
    all.sort();
    all
}

pub(super) fn never() -> (watch::Sender<bool>, watch::Receiver<bool>) {
    watch::channel(false)
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_who_may_be_written_to_gets_one_message_and_the_rest_a_reason() {
    for_each_engine(|t| async move {
        let keys = people(&t, 2_300).await?;
        open(&t, 2_310).await?;
        let sink = SmtpSink::start().await;
        let (_keep, stop) = never();
        let dispatcher = dispatcher(&t, &sink, 4, keys).await?;
        assert_eq!(dispatcher.run_to_end(&t.a, SEND, stop).await?, RunEnd::Over);
        let (state, sums) = sums(&t).await?;
        assert_eq!(
            (state, sums.accepted, sums.suppressed, sums.open()),
            (SendState::Finished, 2_070, 240, 0)
        );
        let mut got = recipients(&sink);
        assert_eq!(got.len(), 2_070);
        got.dedup();
        assert_eq!(got.len(), 2_070, "nobody gets it twice");
        let mut fates = std::collections::BTreeMap::new();
        t.a.read(|tx| {
            let mut all = Vec::new();
            ledger::each_outcome(tx, SEND, |outcome, _| {
                all.push(outcome);
                Ok(())
            })?;
            Ok(all)
        })
        .await?
        .iter()
        .for_each(|o| o.groups.iter().for_each(|(fate, set)| *fates.entry(*fate).or_insert(0) += set.len()));
        assert_eq!(fates[&Fate::Suppressed(Reason::Unsubscribed)], 230);
        assert_eq!(fates[&Fate::Suppressed(Reason::Erased)], 10);
        assert_eq!(
            std::fs::read_dir(t.dir().join("journal")).expect("the folder").count(),
            1,
            "only the lock is left"
        );
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_for_now_is_tried_again_and_one_for_good_is_not() {
    for_each_engine(|t| async move {
        let keys = people(&t, 40).await?;
        open(&t, 40).await?;
        let script = Script::new().reply(Verb::Rcpt, When::Nth(3), "451 4.3.0 try again later").reply(
            Verb::Rcpt,
            When::Nth(7),
            "550 5.1.1 no such user",
        );
        let sink = SmtpSink::with(script).await;
        let (_keep, stop) = never();
        let dispatcher = dispatcher(&t, &sink, 2, keys).await?;
        let RunEnd::Idle(at) = dispatcher.run_send(&t.a, SEND, stop.clone()).await? else {
            panic!("it waits")
        };
        let (_, counts) = sums(&t).await?;
        assert_eq!((counts.accepted, counts.deferred, counts.failed, counts.suppressed), (34, 1, 1, 4));
        assert!(at.since(t.now()) >= 240_000, "not before four minutes");
        t.advance_ms(at.since(t.now()));
        assert_eq!(dispatcher.run_send(&t.a, SEND, stop).await?, RunEnd::Over);
        let (state, counts) = sums(&t).await?;
        assert_eq!((state, counts.accepted, counts.deferred, counts.failed), (SendState::Finished, 35, 0, 1));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_without_a_reply_is_unknown_and_never_sent_again() {
    for_each_engine(|t| async move {
        let keys = people(&t, 20).await?;
        open(&t, 20).await?;
        let sink = SmtpSink::with(Script::new().on(Verb::Dot, When::Nth(5), Act::RecordAndClose)).await;
        let (_keep, stop) = never();
        let dispatcher = dispatcher(&t, &sink, 2, keys).await?;
        let mut end = dispatcher.run_send(&t.a, SEND, stop.clone()).await?;
        for _ in 0..5 {
            let RunEnd::Idle(at) = end else { break };
            t.advance_ms(at.since(t.now()).max(0));
            end = dispatcher.run_send(&t.a, SEND, stop.clone()).await?;
        }
        assert_eq!(end, RunEnd::Over);
        let (_, counts) = sums(&t).await?;
        assert_eq!((counts.accepted, counts.unknown), (17, 1));
        let mut got = recipients(&sink);
        got.dedup();
        assert_eq!(got.len(), 18, "the unknown one did arrive, once");
        assert_eq!(sink.count(), 18);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_unsubscribes_before_her_turn_is_not_written_to() {
    for_each_engine(|t| async move {
        let keys = people(&t, 30).await?;
        let for_write = keys.clone();
        open(&t, 30).await?;
        let gate = Gate::closed();
        let sink = SmtpSink::with(Script::new().on(Verb::Dot, When::Nth(1), Act::Wait(gate.clone()))).await;
        let (_keep, stop) = never();
        let dispatcher = Arc::new(dispatcher(&t, &sink, 1, keys).await?);
        let (runner, store) = (dispatcher.clone(), t.a.clone());
        let run = tokio::spawn(async move { runner.run_to_end(&store, SEND, stop).await });
        gate.reached().await;
        let change = grounds(ConsentSource::UnsubscribePage);
        t.a.write(move |tx| {
            for ordinal in 20..29 {
                consent::unsubscribe(tx, ordinal, Channel::Email, &change)?;
            }
            // One says yes again: she must not be passed over for ever.
            let again = StatusRequest {
                channel: Channel::Email,
                status: ConsentStatus::Subscribed,
                grounds: grounds(ConsentSource::PreferenceCentre),
                ip: None,
                proof: None,
            };
            let id = contacts::load_many(tx, &[28])?[0].id;
            consent::set_status(tx, &for_write, id, &again).map(drop)
        })
        .await?;
        // Acknowledged: from now on no intent mark of hers is set.
        gate.open();
        assert_eq!(run.await.expect("the run ends")?, RunEnd::Over);
        let (_, counts) = sums(&t).await?;
        assert_eq!((counts.accepted, counts.suppressed, counts.unknown), (19, 11, 0));
        let reached = recipients(&sink);
        assert!(!reached.contains(&"c25@mail.example".to_owned()));
        assert!(reached.contains(&"c28@mail.example".to_owned()));
        Ok(())
    })
    .await;
}

fn others(limit: ProviderLimit) -> ProviderLimits {
    ProviderLimits([("others".to_owned(), limit)].into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_given_no_more_at_once_than_the_relay_says() {
    for_each_engine(|t| async move {
        let keys = people(&t, 40).await?;
        open(&t, 40).await?;
        let gate = Gate::closed();
        let sink = SmtpSink::with(Script::new().on(Verb::Dot, When::Nth(1), Act::Wait(gate.clone()))).await;
        let (_keep, stop) = never();
        let one = others(ProviderLimit { messages_at_once: Some(1), messages_per_minute: None });
        let dispatcher = Arc::new(limited(&t, &sink, 4, keys, one).await?);
        let (runner, store) = (dispatcher.clone(), t.a.clone());
        let run = tokio::spawn(async move { runner.run_to_end(&store, SEND, stop).await });
        gate.reached().await;
        let begun = sink.commands().iter().filter(|c| c.starts_with("RCPT")).count();
        assert_eq!(begun, 1, "three more connections have nothing to do");
        gate.open();
        assert_eq!(run.await.expect("the run ends")?, RunEnd::Over);
        assert_eq!((sink.count(), sums(&t).await?.1.accepted), (36, 36));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_exceeds_a_providers_rate_waits_for_its_turn_and_is_not_lost() {
    for_each_engine(|t| async move {
        let keys = people(&t, 4).await?;
        open(&t, 4).await?;
        let sink = SmtpSink::start().await;
        let (_keep, stop) = never();
        let slow = others(ProviderLimit { messages_at_once: None, messages_per_minute: Some(1) });
        for sent in 1..=4 {
            let dispatcher = limited(&t, &sink, 2, keys.clone(), slow.clone()).await?;
            let end = dispatcher.run_send(&t.a, SEND, stop.clone()).await?;
            assert_eq!(sink.count(), sent);
            match end {
                RunEnd::Idle(at) => t.advance_ms(at.0 - t.now().0),
                end => assert_eq!((end, sent), (RunEnd::Over, 4)),
            }
        }
        assert_eq!(sums(&t).await?.1.accepted, 4);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_hangs_does_not_hold_up_the_next_chunk_and_a_pause_holds_both() {
    for_each_engine(|t| async move {
        let keys = people(&t, 600).await?;
        open(&t, 600).await?;
        let (slow, far) = (Gate::closed(), Gate::closed());
        // Two chunks of 100 recipients are claimed, of whom 90 each may be written to: the 150th message is of the second.
        let script = Script::new().on(Verb::Dot, When::Nth(5), Act::Wait(slow.clone())).on(
            Verb::Dot,
            When::Nth(150),
            Act::Wait(far.clone()),
        );
        let sink = SmtpSink::with(script).await;
        let (_keep, stop) = never();
        let dispatcher = Arc::new(dispatcher(&t, &sink, 2, keys).await?);
        let (runner, store, halt) = (dispatcher.clone(), t.a.clone(), stop.clone());
        let run = tokio::spawn(async move { runner.run_to_end(&store, SEND, halt).await });
        far.reached().await;
        t.a.write(|tx| ledger::pause(tx, SEND, None)).await?;
        slow.open();
        far.open();
        assert_eq!(run.await.expect("the run ends")?, RunEnd::Paused);
        assert_eq!(sums(&t).await?.1.accepted, 150);
        t.a.write(|tx| ledger::resume(tx, SEND)).await?;
        assert_eq!(dispatcher.run_to_end(&t.a, SEND, stop).await?, RunEnd::Over);
        let (_, counts) = sums(&t).await?;
        assert_eq!((counts.accepted, counts.suppressed, counts.unknown), (540, 60, 0));
        let mut got = recipients(&sink);
        got.dedup();
        assert_eq!((got.len(), sink.count()), (540, 540), "everybody once");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_holds_within_the_chunk_and_a_resume_goes_on() {
    for_each_engine(|t| async move {
        let keys = people(&t, 60).await?;
        open(&t, 60).await?;
        let gate = Gate::closed();
        let sink = SmtpSink::with(Script::new().on(Verb::Dot, When::Nth(10), Act::Wait(gate.clone()))).await;
        let (_keep, stop) = never();
        let dispatcher = Arc::new(dispatcher(&t, &sink, 1, keys).await?);
        let (runner, store, halt) = (dispatcher.clone(), t.a.clone(), stop.clone());
        let run = tokio::spawn(async move { runner.run_to_end(&store, SEND, halt).await });
        gate.reached().await;
        t.a.write(|tx| ledger::pause(tx, SEND, None)).await?;
        gate.open();
        assert_eq!(run.await.expect("the run ends")?, RunEnd::Paused);
        let (state, counts) = sums(&t).await?;
        assert_eq!((state, counts.accepted), (SendState::Paused, 10));
        t.a.write(|tx| ledger::resume(tx, SEND)).await?;
        assert_eq!(dispatcher.run_to_end(&t.a, SEND, stop).await?, RunEnd::Over);
        let (_, counts) = sums(&t).await?;
        assert_eq!((counts.accepted, counts.suppressed, counts.unknown), (54, 6, 0));
        assert_eq!(sink.count(), 54);
        Ok(())
    })
    .await;
}
