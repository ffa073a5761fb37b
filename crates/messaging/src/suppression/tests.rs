use super::model::*;
use super::*;
use crate::channels::email::replies::{BounceClass, SoftRule};
use crate::outbox::journal::ReplyCode;
use crate::outbox::ledger::SETTLED;
use crate::outbox::{ChunkOutcome, Fate};
use crate::testing::{erase, facts, subscriber};
use crate::tracking::model::{Hit, HitClass, HitKind};
use audience::consent::{Channel, ConsentSource, ConsentStatus};
use kernel::ids::CampaignId;
use kernel::{Result, Timestamp};
use store::queue::{self, JobHandler};
use store::{Consumer, NewEvent, Scoped, log};
use testkit::{TestDb, for_each_engine};

const DAY_MS: i64 = 24 * 3_600 * 1_000;

fn report(class: BounceClass) -> BounceReport {
    BounceReport { class, permanent: true, basic: 550, enhanced: [5, 1, 1], strong: true }
}

async fn apply(store: &Scoped, ordinal: u32, campaign: i64, reaction: Reaction) -> Effect {
    store.write(move |tx| react(tx, ordinal, CampaignId(campaign), reaction)).await.unwrap()
}

async fn is_bounced(store: &Scoped, ordinal: u32) -> bool {
    facts(store, ordinal).await.channel(Channel::Email).bounced_at.is_some()
}

async fn kinds(store: &Scoped) -> Vec<String> {
    let events = store.read(|tx| tx.events_after(0, 1_000)).await.unwrap();
    events.into_iter().map(|e| e.kind).filter(|k| k.starts_with("message.")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_mailbox_is_suppressed_at_once_and_a_report_counts_once() {
    for_each_engine(|t| async move {
        let ana = subscriber(&t, &t.a, "ana@mail.example").await;
        let twin = subscriber(&t, &t.b, "ana@mail.example").await;
        let first = apply(&t.a, ana, 7, Reaction::Bounced(report(BounceClass::InvalidRecipient))).await;
        assert_eq!((first.noted, first.suppressed), (true, true));
        let again = apply(&t.a, ana, 7, Reaction::Bounced(report(BounceClass::InvalidRecipient))).await;
        assert_eq!(again, Effect::default());
        assert!(is_bounced(&t.a, ana).await && !is_bounced(&t.b, twin).await);
        assert_eq!(kinds(&t.a).await, [BOUNCED]);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_sender_or_only_guessed_suppresses_nobody() {
    for_each_engine(|t| async move {
        let ana = subscriber(&t, &t.a, "ana@mail.example").await;
        for (campaign, class) in
            [BounceClass::Policy, BounceClass::ConfigAuth, BounceClass::Blocklisted, BounceClass::Content]
                .iter()
                .enumerate()
        {
            apply(&t.a, ana, campaign as i64 + 1, Reaction::Bounced(report(*class))).await;
        }
        let weak = BounceReport { strong: false, ..report(BounceClass::InvalidRecipient) };
        let effect = apply(&t.a, ana, 50, Reaction::Bounced(weak)).await;
        assert_eq!((effect.noted, effect.suppressed), (true, false));
        let passing = BounceReport { permanent: false, ..report(BounceClass::InvalidRecipient) };
        apply(&t.a, ana, 51, Reaction::Bounced(passing)).await;
        assert!(!is_bounced(&t.a, ana).await);
        assert!(facts(&t.a, ana).await.channel(Channel::Email).is_sendable());
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_unsubscribes_and_suppresses_at_once() {
    for_each_engine(|t| async move {
        let ana = subscriber(&t, &t.a, "ana@mail.example").await;
        let effect = apply(&t.a, ana, 7, Reaction::Complained).await;
        assert_eq!(effect, Effect { noted: true, suppressed: true, unsubscribed: true });
        let state = *facts(&t.a, ana).await.channel(Channel::Email);
        assert_eq!(state.status, ConsentStatus::Unsubscribed);
        assert!(state.complained_at.is_some() && !state.is_sendable());
        assert_eq!(kinds(&t.a).await, [COMPLAINED]);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsubscribe_is_idempotent_and_keeps_its_source() {
    for_each_engine(|t| async move {
        let ana = subscriber(&t, &t.a, "ana@mail.example").await;
        let reaction = Reaction::Unsubscribed(ConsentSource::OneClick);
        assert!(apply(&t.a, ana, 7, reaction).await.unsubscribed);
        assert_eq!(apply(&t.a, ana, 7, reaction).await, Effect::default());
        let history = t.a.read(move |tx| audience::consent::sql::list_history(tx, ana)).await?;
        assert_eq!(history[0].grounds.source, ConsentSource::OneClick);
        assert_eq!(kinds(&t.a).await, [UNSUBSCRIBED]);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_mailbox_is_suppressed_after_five_times_over_two_weeks_and_for_ninety_days() {
    for_each_engine(|t| async move {
        let ana = subscriber(&t, &t.a, "ana@mail.example").await;
        let full = Reaction::Bounced(report(BounceClass::MailboxFull));
        for campaign in 1..=4 {
            assert!(!apply(&t.a, ana, campaign, full).await.suppressed);
            t.advance_ms(4 * DAY_MS);
        }
        assert!(!is_bounced(&t.a, ana).await);
        assert!(apply(&t.a, ana, 5, full).await.suppressed, "the fifth, sixteen days after the first");
        let handlers: std::sync::Arc<Vec<Box<dyn JobHandler>>> =
            std::sync::Arc::new(vec![Box::new(super::jobs::LiftSoft)]);
        t.advance_ms(89 * DAY_MS);
        queue::run_due_jobs(&t.db, &handlers).await?;
        assert!(is_bounced(&t.a, ana).await);
        t.advance_ms(DAY_MS);
        queue::run_due_jobs(&t.db, &handlers).await?;
        assert!(!is_bounced(&t.a, ana).await, "the time is over");
        Ok(())
    })
    .await;
}

#[test]
fn soft_bounces_count_only_in_a_row() {
    let rule = SoftRule { proofs: 3, over_hours: 24, suppress_days: None };
    let at = |day: i64| Timestamp(day * DAY_MS);
    let (one, _) = Streak::with(None, 1, at(0), rule);
    let (same, over) = Streak::with(Some(one), 1, at(3), rule);
    assert_eq!((same.proofs, over), (1, false), "the same campaign counts once");
    let (two, _) = Streak::with(Some(one), 2, at(0), rule);
    assert!(!Streak::with(Some(two), 3, at(0), rule).1, "too fast");
    assert!(Streak::with(Some(two), 3, at(1), rule).1);
    let reached = Streak { clean: Some((9, at(1))), ..two };
    assert_eq!(Streak::with(Some(reached), 3, at(7), rule).0.proofs, 1, "a message between them arrived");
    let young = Streak { clean: Some((9, at(6))), ..two };
    assert_eq!(Streak::with(Some(young), 3, at(7), rule).0.proofs, 3, "it may yet come back");
    let itself = Streak { clean: Some((3, at(1))), ..two };
    assert_eq!(Streak::with(Some(itself), 3, at(7), rule).0.proofs, 3, "what bounces did not arrive");
}

#[test]
fn a_bounce_survives_its_event() {
    let report = report(BounceClass::MailboxFull);
    assert_eq!(BounceReport::decode(&report.encode()), Some(report));
    assert_eq!(BounceReport::decode(&[1, 2, 3]), None);
}

async fn tell(
    store: &Scoped,
    kind: &'static str,
    ordinal: Option<u32>,
    campaign: i64,
    body: Vec<u8>,
) -> Result<()> {
    let event = move |at| NewEvent { at, kind, ordinal, campaign: Some(campaign), body };
    store.write(move |tx| tx.append(vec![event(tx.now())])).await?;
    let consumer: std::sync::Arc<dyn Consumer> = std::sync::Arc::new(Reactions);
    log::catch_up(store, &consumer).await.map(drop)
}

fn failed(class: BounceClass, ordinal: u32) -> Vec<u8> {
    let code = ReplyCode { class: class.number(), basic: 550, enhanced: [5, 1, 1] };
    ChunkOutcome::of([(ordinal, Fate::Failed(code))]).encode().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_relay_refuses_for_good_reaches_the_contact() {
    for_each_engine(|t| async move {
        let ana = subscriber(&t, &t.a, "ana@mail.example").await;
        let ben = subscriber(&t, &t.a, "ben@mail.example").await;
        tell(&t.a, SETTLED, None, 7, failed(BounceClass::InvalidRecipient, ana)).await?;
        tell(&t.a, SETTLED, None, 7, failed(BounceClass::Policy, ben)).await?;
        assert!(is_bounced(&t.a, ana).await && !is_bounced(&t.a, ben).await);
        assert!(kinds(&t.a).await.is_empty(), "the ledger of the send has it already");
        Ok(())
    })
    .await;
}

async fn streaks(t: &TestDb) -> usize {
    t.a.query(&sql::LIST_STREAK_ORDINALS, store::params![]).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_clicks_ends_the_row_of_soft_bounces() {
    for_each_engine(|t| async move {
        let ana = subscriber(&t, &t.a, "ana@mail.example").await;
        let hit = |class| Hit {
            store: t.a.store(),
            campaign: CampaignId(1),
            ordinal: ana,
            kind: HitKind::Click,
            link: 0,
            at: Timestamp(0),
            class,
            rule: 0,
        };
        tell(&t.a, SETTLED, None, 1, failed(BounceClass::MailboxFull, ana)).await?;
        assert_eq!(streaks(&t).await, 1);
        tell(&t.a, HitKind::Click.event(), Some(ana), 1, hit(HitClass::Scanner).encode()).await?;
        assert_eq!(streaks(&t).await, 1, "a scanner is no person");
        tell(&t.a, HitKind::Click.event(), Some(ana), 1, hit(HitClass::Human).encode()).await?;
        assert_eq!(streaks(&t).await, 0);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_contact_leaves_no_trace_and_later_reports_do_nothing() {
    for_each_engine(|t| async move {
        let ana = subscriber(&t, &t.a, "ana@mail.example").await;
        apply(&t.a, ana, 1, Reaction::Bounced(report(BounceClass::MailboxFull))).await;
        erase(&t, &t.a, ana).await;
        let consumer: std::sync::Arc<dyn Consumer> = std::sync::Arc::new(Reactions);
        log::catch_up(&t.a, &consumer).await?;
        assert_eq!(streaks(&t).await, 0);
        let effect = apply(&t.a, ana, 2, Reaction::Complained).await;
        assert!(!effect.suppressed && !effect.unsubscribed);
        Ok(())
    })
    .await;
}
