//! What is counted, and what not.

use super::consumer::Counter;
use super::model::{Kind, SLOT_MS, slot_of};
use super::sql;
use audience::consent::model::Change;
use audience::consent::{Channel, ConsentChanged, ConsentStatus};
use audience::contacts::CHANGED;
use kernel::Result;
use kernel::Timestamp;
use roaring::RoaringBitmap;
use std::sync::Arc;
use store::{Consumer, NewEvent, Scoped};

fn changed(at: Timestamp, ordinals: std::ops::Range<u32>) -> NewEvent {
    let mut body = Vec::new();
    RoaringBitmap::from_iter(ordinals).serialize_into(&mut body).unwrap();
    NewEvent { at, kind: CHANGED, ordinal: None, campaign: None, body }
}

fn left(at: Timestamp, channel: Channel, status: ConsentStatus, ordinals: std::ops::Range<u32>) -> NewEvent {
    let members = Some(RoaringBitmap::from_iter(ordinals));
    let body = ConsentChanged { channel, change: Change::Status(status), members }.encode();
    NewEvent { at, kind: ConsentChanged::KIND, ordinal: None, campaign: None, body }
}

async fn counted(store: &Scoped, events: Vec<NewEvent>) -> Result<super::Slots> {
    store.write(move |tx| tx.append(events)).await?;
    let consumer: Arc<dyn Consumer> = Arc::new(Counter);
    store::log::catch_up(store, &consumer).await?;
    store.read(|tx| sql::list(tx, Timestamp(0), Timestamp(i64::MAX))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_new_once_and_leaves_only_if_it_was_known() {
    testkit::for_each_engine(|t| async move {
        let (morning, noon) = (Timestamp(10 * SLOT_MS), Timestamp(20 * SLOT_MS));
        let (email, gone) = (Channel::Email, ConsentStatus::Unsubscribed);
        let imported = vec![left(morning, email, gone, 5..8), changed(morning, 0..10)];
        let slots = counted(&t.a, imported).await?;
        let sum = |slots: &super::Slots, kind| slots.sum(kind, Timestamp(0), Timestamp(100 * SLOT_MS));
        assert_eq!((sum(&slots, Kind::NewContacts), sum(&slots, Kind::Unsubscribed)), (10, 0));
        let later = vec![
            left(noon, email, gone, 2..4),
            left(noon, Channel::Sms, gone, 4..5),
            left(noon, email, ConsentStatus::Subscribed, 5..6),
            changed(noon, 2..12),
        ];
        let slots = counted(&t.a, later).await?;
        assert_eq!((sum(&slots, Kind::NewContacts), sum(&slots, Kind::Unsubscribed)), (12, 2));
        assert_eq!(slots.sum(Kind::NewContacts, noon, Timestamp(noon.0 + SLOT_MS)), 2);
        let twin = t.b.read(|tx| sql::list(tx, Timestamp(0), Timestamp(i64::MAX))).await?;
        assert_eq!(twin, super::Slots::default());
        Ok(())
    })
    .await;
}

#[test]
fn a_slot_is_a_quarter_of_an_hour() {
    assert_eq!(slot_of(Timestamp(SLOT_MS - 1)), 0);
    assert_eq!(slot_of(Timestamp(SLOT_MS)), 1);
    assert_eq!(slot_of(Timestamp(-1)), -1);
    assert!(Kind::ALL.windows(2).all(|w| w[0].word() < w[1].word()));
}
