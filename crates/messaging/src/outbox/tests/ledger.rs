//! The ledger on both engines: sums close under any order of claims, deaths and take-overs.

use super::super::journal::ReplyCode;
use super::super::ledger::{self, Claim, NewSend, Next, Settle, Wish};
use super::super::model::{ChunkOutcome, Fate, SendState};
use crate::gate::{MessageClass, Reason};
use kernel::ids::CampaignId;
use kernel::{Result, Timestamp};
use roaring::RoaringBitmap;
use store::Scoped;
use testkit::for_each_engine;

const LEASE_MS: i64 = 30_000;

fn new_send(id: i64, audience: std::ops::Range<u32>) -> NewSend {
    NewSend {
        id: CampaignId(id),
        class: MessageClass::Marketing,
        program: serde_json::json!({}),
        throttle_per_second: 0,
        excluded: RoaringBitmap::new(),
        lanes: vec![(Timestamp(1), audience.collect())],
    }
}

async fn turn(
    store: &Scoped,
    send: i64,
    settle: Option<Settle>,
    fence: Option<(i64, usize)>,
) -> Result<(bool, Next)> {
    store
        .write(move |tx| {
            let wish = fence.map(|(fence, size)| Wish { worker: 1, fence, size, lease_ms: LEASE_MS });
            ledger::turn(tx, CampaignId(send), settle.as_ref(), wish)
        })
        .await
}

fn claimed(next: Next) -> Claim {
    match next {
        Next::Claimed(claim) => claim,
        other => panic!("expected a claim, got {other:?}"),
    }
}

fn all(claim: &Claim, fate: Fate) -> Settle {
    Settle { fence: claim.fence, outcome: ChunkOutcome::of(claim.recipients.iter().map(|o| (*o, fate))) }
}

async fn counts(store: &Scoped, send: i64) -> Result<(SendState, super::super::Counts)> {
    store
        .read(move |tx| {
            let row = ledger::find_send(tx, CampaignId(send))?.expect("the send exists");
            Ok((row.state, row.counts))
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_is_finished_when_and_only_when_its_sum_closes() {
    for_each_engine(|t| async move {
        let manifest = t.a.write(|tx| ledger::open_send(tx, &new_send(5, 0..2_500))).await?;
        assert_eq!(manifest.count, 2_500);
        let first = claimed(turn(&t.a, 5, None, Some((1, 1_000))).await?.1);
        assert_eq!(first.recipients, (0..1_000).collect::<Vec<_>>());
        let code = ReplyCode { class: 1, basic: 451, enhanced: [4, 0, 0] };
        let retry_at = t.now().plus_ms(300_000);
        let (kept, next) =
            turn(&t.a, 5, Some(all(&first, Fate::Deferred(code, retry_at))), Some((2, 1_000))).await?;
        let second = claimed(next);
        assert!(kept && second.recipients[0] == 1_000);
        let third = claimed(turn(&t.a, 5, Some(all(&second, Fate::Accepted)), Some((3, 1_000))).await?.1);
        let (_, next) =
            turn(&t.a, 5, Some(all(&third, Fate::Suppressed(Reason::NoConsent))), Some((4, 1_000))).await?;
        assert!(matches!(next, Next::Wait(at) if at == retry_at), "{next:?}");
        let (state, sums) = counts(&t.a, 5).await?;
        assert_eq!(
            (state, sums.accepted, sums.deferred, sums.suppressed, sums.open()),
            (SendState::Open, 1_000, 1_000, 500, 0)
        );
        t.advance_ms(300_000);
        let retry = claimed(turn(&t.a, 5, None, Some((5, 1_000))).await?.1);
        assert_eq!((retry.attempt, counts(&t.a, 5).await?.1.deferred), (1, 0));
        let (_, next) = turn(&t.a, 5, Some(all(&retry, Fate::Accepted)), Some((6, 1_000))).await?;
        assert!(matches!(next, Next::Over));
        let (state, sums) = counts(&t.a, 5).await?;
        assert_eq!((state, sums.accepted, sums.is_closed()), (SendState::Finished, 2_000, true));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_past_its_lease_finds_its_number_refused_and_nothing_is_sent_again() {
    for_each_engine(|t| async move {
        t.a.write(|tx| ledger::open_send(tx, &new_send(6, 0..300))).await?;
        let stalled = claimed(turn(&t.a, 6, None, Some((10, 100))).await?.1);
        assert_eq!(t.a.write(|tx| ledger::take_over_expired(tx, CampaignId(6))).await?, 0, "the lease holds");
        t.advance_ms(LEASE_MS + 1);
        assert_eq!(t.a.write(|tx| ledger::take_over_expired(tx, CampaignId(6))).await?, 100);
        assert!(!t.a.write(|tx| ledger::renew(tx, CampaignId(6), 10, LEASE_MS)).await?);
        let (kept, next) = turn(&t.a, 6, Some(all(&stalled, Fate::Accepted)), Some((11, 1_000))).await?;
        assert!(!kept, "the fencing number is refused");
        let rest = claimed(next);
        assert_eq!(rest.recipients, (100..300).collect::<Vec<_>>(), "only the rest goes on");
        turn(&t.a, 6, Some(all(&rest, Fate::Accepted)), None).await?;
        let (state, sums) = counts(&t.a, 6).await?;
        assert_eq!((state, sums.accepted, sums.unknown), (SendState::Finished, 200, 100));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pause_releases_what_was_not_sent_and_cancel_closes_the_sum() {
    for_each_engine(|t| async move {
        t.a.write(|tx| ledger::open_send(tx, &new_send(7, 0..100))).await?;
        let chunk = claimed(turn(&t.a, 7, None, Some((20, 60))).await?.1);
        assert!(t.a.write(|tx| ledger::pause(tx, CampaignId(7), None)).await?);
        let fates =
            chunk.recipients.iter().map(|o| (*o, if *o < 10 { Fate::Accepted } else { Fate::Released }));
        let settle = Settle { fence: 20, outcome: ChunkOutcome::of(fates) };
        let (_, next) = turn(&t.a, 7, Some(settle), Some((21, 60))).await?;
        assert!(matches!(next, Next::Paused));
        assert!(t.a.write(|tx| ledger::resume(tx, CampaignId(7))).await?);
        let again = claimed(turn(&t.a, 7, None, Some((22, 1_000))).await?.1);
        assert_eq!(again.recipients, (10..60).collect::<Vec<_>>(), "the released ones come first");
        assert!(t.a.write(|tx| ledger::cancel(tx, CampaignId(7))).await?);
        turn(&t.a, 7, Some(all(&again, Fate::Accepted)), None).await?;
        let (state, sums) = counts(&t.a, 7).await?;
        assert_eq!((state, sums.accepted, sums.suppressed, sums.open()), (SendState::Cancelled, 60, 40, 0));
        assert!(!t.a.write(|tx| ledger::resume(tx, CampaignId(7))).await?, "cancel is final");
        assert!(
            t.b.read(|tx| ledger::find_send(tx, CampaignId(7))).await?.is_none(),
            "the twin does not see it"
        );
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_audience_is_refused_and_a_send_opens_once() {
    for_each_engine(|t| async move {
        assert!(t.a.write(|tx| ledger::open_send(tx, &new_send(8, 0..0))).await.is_err());
        t.a.write(|tx| ledger::open_send(tx, &new_send(8, 0..1))).await?;
        assert!(t.a.write(|tx| ledger::open_send(tx, &new_send(8, 0..1))).await.is_err());
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_never_claim_the_same_recipient() {
    for_each_engine(|t| async move {
        t.a.write(|tx| ledger::open_send(tx, &new_send(9, 0..2_000))).await?;
        let mut workers = tokio::task::JoinSet::new();
        for worker in 0..4_i64 {
            let store = t.a.clone();
            workers.spawn(async move {
                let mut mine = Vec::new();
                let mut settle = None;
                for n in 0.. {
                    let (_, next) =
                        turn(&store, 9, settle.take(), Some((worker * 1_000 + n + 1, 37))).await.unwrap();
                    let Next::Claimed(claim) = next else { break };
                    mine.extend(claim.recipients.iter().copied());
                    settle = Some(all(&claim, Fate::Accepted));
                }
                mine
            });
        }
        let mut seen: Vec<u32> = workers.join_all().await.into_iter().flatten().collect();
        seen.sort_unstable();
        assert_eq!(seen, (0..2_000).collect::<Vec<_>>());
        assert_eq!(counts(&t.a, 9).await?.0, SendState::Finished);
        Ok(())
    })
    .await;
}
