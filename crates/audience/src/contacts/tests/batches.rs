//! Batches, edits and erasure.

use super::{by_email, draft, grounds, keys, options, put, subscribed};
use crate::consent::model::{Channel, ConsentChanged, ConsentSource, ConsentStatus, Grounds, Suppression};
use crate::consent::{self, change_many};
use crate::contacts::model::{Country, ExternalId, Origin};
use crate::contacts::{
    self, CHANGED, Conflict, ERASED, Existing, RowOutcome, Target, UpsertOptions, sources,
};
use kernel::Code;
use kernel::ids::ImportId;
use roaring::RoaringBitmap;
use testkit::{TestDb, for_each_engine};

#[tokio::test(flavor = "multi_thread")]
async fn drafts_become_contacts_once_and_join_what_is_known() {
    for_each_engine(|t| async move {
        let fill = options(Existing::FillGaps, ConsentSource::Import);
        let mut ana = draft("ana@shop.example", "+6591234567");
        ana.personal.first_name = Some("Ana".into());
        ana.country = Country::parse("SG");
        let out = put(&t, &t.a, vec![ana, draft("bob@shop.example", "")], &fill).await?;
        assert_eq!((out.created, out.updated, out.unchanged, out.conflicts), (2, 0, 0, 0));

        let mut again = draft("ana@shop.example", "");
        again.personal.first_name = Some("Anna".into());
        again.personal.city = Some("Singapore".into());
        let out = put(&t, &t.a, vec![again.clone(), draft("bob@shop.example", "")], &fill).await?;
        assert_eq!((out.created, out.updated, out.unchanged), (0, 1, 1));
        let (contact, fields) = by_email(&t, &t.a, "ana@shop.example").await.unwrap();
        assert_eq!(fields.first_name.as_deref(), Some("Ana"), "known values stay");
        assert_eq!(fields.city.as_deref(), Some("Singapore"), "gaps are filled");
        assert_eq!((contact.version, contact.facts.has_phone), (2, true));

        put(&t, &t.a, vec![again], &options(Existing::Overwrite, ConsentSource::Import)).await?;
        let (_, fields) = by_email(&t, &t.a, "ana@shop.example").await.unwrap();
        assert_eq!(fields.first_name.as_deref(), Some("Anna"));
        assert_eq!(fields.phone.as_deref(), Some("+6591234567"), "what is not given stays");
        assert_eq!(t.a.read(contacts::count).await?, 2);
        assert_eq!(t.b.read(contacts::count).await?, 0, "the twin has none");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_drafts_of_one_person_in_a_batch_meet() {
    for_each_engine(|t| async move {
        let fill = options(Existing::FillGaps, ConsentSource::Import);
        let mut second = draft("ana@shop.example", "+6591234567");
        second.personal.last_name = Some("Li".into());
        second.tags = vec![4];
        let third = draft("", "+6591234567");
        let out = put(&t, &t.a, vec![draft("ana@shop.example", ""), second, third], &fill).await?;
        assert_eq!((out.created, out.updated, out.unchanged), (1, 1, 1));
        let (contact, fields) = by_email(&t, &t.a, "ana@shop.example").await.unwrap();
        assert_eq!(fields.last_name.as_deref(), Some("Li"));
        assert!(contact.facts.has_tag(4));
        assert_eq!(contact.facts.tags[0].origin, Origin::Import(ImportId(9)));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_with_addresses_of_different_people_is_reported_and_loses_nothing_else() {
    for_each_engine(|t| async move {
        let over = options(Existing::Overwrite, ConsentSource::Import);
        put(
            &t,
            &t.a,
            vec![draft("a@shop.example", "+6590000001"), draft("b@shop.example", "+6590000002")],
            &over,
        )
        .await?;
        let drafts = vec![
            draft("a@shop.example", "+6590000002"),
            draft("c@shop.example", "+6590000001"),
            draft("d@shop.example", ""),
        ];
        let out = put(&t, &t.a, drafts, &over).await?;
        assert!(matches!(out.rows[0], RowOutcome::Conflict(Conflict::TwoContacts(..))));
        assert!(matches!(out.rows[1], RowOutcome::Conflict(Conflict::PhoneOfAnother(_))));
        assert!(matches!(out.rows[2], RowOutcome::Created(_)));
        assert_eq!((out.created, out.conflicts), (1, 2));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn phones_may_change_hands_within_a_batch() {
    for_each_engine(|t| async move {
        let over = options(Existing::Overwrite, ConsentSource::Import);
        put(&t, &t.a, vec![draft("a@shop.example", "+6590000001"), draft("b@shop.example", "")], &over)
            .await?;
        let drafts = vec![draft("a@shop.example", "+6590000009"), draft("b@shop.example", "+6590000001")];
        let out = put(&t, &t.a, drafts, &over).await?;
        assert_eq!(out.updated, 2, "{out:?}");
        let (_, b) = by_email(&t, &t.a, "b@shop.example").await.unwrap();
        assert_eq!(b.phone.as_deref(), Some("+6590000001"));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_external_id_finds_its_contact() {
    for_each_engine(|t| async move {
        let over = options(Existing::Overwrite, ConsentSource::Import);
        let with_id = |email: &str| {
            let mut d = draft(email, "");
            d.personal.external_ids = vec![ExternalId { system: "shopify".into(), id: "77".into() }];
            d
        };
        put(&t, &t.a, vec![with_id("old@shop.example")], &over).await?;
        let out = put(&t, &t.a, vec![with_id("new@shop.example")], &over).await?;
        assert_eq!(out.updated, 1);
        assert!(by_email(&t, &t.a, "old@shop.example").await.is_none());
        assert!(by_email(&t, &t.a, "new@shop.example").await.is_some());
        let mut named = draft("new@shop.example", "");
        named.personal.first_name = Some("Ana".into());
        let out = put(&t, &t.a, vec![named], &over).await?;
        assert_eq!(out.updated, 1, "who has an id learns more from a draft without it");
        let out = put(&t, &t.b, vec![with_id("new@shop.example")], &over).await?;
        assert_eq!(out.created, 1, "the twin has its own");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_knows_where_its_value_came_from() {
    for_each_engine(|t| async move {
        let fill = options(Existing::FillGaps, ConsentSource::Import);
        let mut ana = draft("ana@shop.example", "");
        ana.personal.first_name = Some("Ana".into());
        ana.country = Country::parse("SG");
        put(&t, &t.a, vec![ana.clone()], &fill).await?;
        let (contact, _) = by_email(&t, &t.a, "ana@shop.example").await.unwrap();
        let made = t.now();
        t.advance_ms(1_000);
        let (keys, id) = (keys(&t, &t.a).await, contact.id);
        let person =
            Grounds { actor: "usr_0123456789abc".into(), import: None, ..grounds(ConsentSource::Api) };
        t.a.write(move |tx| {
            contacts::update(tx, &keys, id.into(), &person, |personal, facts| {
                personal.last_name = Some("Li".into());
                facts.country = Country::parse("MY");
                Ok(())
            })
        })
        .await?;
        t.advance_ms(1_000);
        ana.personal.city = Some("Lyon".into());
        ana.personal.last_name = Some("Other".into());
        let api = UpsertOptions { origin: Origin::Api, ..fill.clone() };
        put(&t, &t.a, vec![ana], &api).await?;
        let (contact, fields) = by_email(&t, &t.a, "ana@shop.example").await.unwrap();
        let listed = sources::list(&fields, &contact.facts, &Default::default());
        let told = |name: &str| {
            let (_, source) = listed.iter().find(|(field, _)| field == name).unwrap();
            (source.origin, source.at.since(made), source.actor.is_empty())
        };
        let import = Origin::Import(ImportId(9));
        assert_eq!(told("email"), (import, 0, true));
        assert_eq!(told("first_name"), (import, 0, true), "what did not change keeps its source");
        assert_eq!(told("last_name"), (Origin::Manual, 1_000, false));
        assert_eq!(told("country"), (Origin::Manual, 1_000, false));
        assert_eq!(told("city"), (Origin::Api, 2_000, false));
        assert_eq!(listed.len(), 5);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_tells_what_it_did_once() {
    for_each_engine(|t| async move {
        let fill = options(Existing::FillGaps, ConsentSource::Import);
        let yes = |n: u32| {
            subscribed(draft(&format!("c{n}@shop.example"), ""), Channel::Email, ConsentStatus::Subscribed)
        };
        put(&t, &t.a, (0..100).map(yes).collect(), &fill).await?;
        let events = t.a.read(|tx| tx.events_after(0, 100)).await?;
        let kinds: Vec<&str> = events.iter().map(|e| e.kind.as_str()).collect();
        assert_eq!(kinds, [ConsentChanged::KIND, CHANGED]);
        let changed = RoaringBitmap::deserialize_from(&events[1].body[..]).unwrap();
        assert_eq!((changed.len(), changed.max()), (100, Some(99)));
        let consent = ConsentChanged::decode(&events[0].body).unwrap();
        assert_eq!(consent.members, Some(changed));
        let history = t.a.read(|tx| consent::sql::list_history(tx, 42)).await?;
        assert_eq!(history.len(), 1, "a batch entry is in the history of each contact");
        assert_eq!(history[0].grounds, grounds(ConsentSource::Import));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_are_read_in_ranges_and_lists_without_the_erased() {
    for_each_engine(|t| async move {
        let fill = options(Existing::FillGaps, ConsentSource::Import);
        put(&t, &t.a, (0..10).map(|n| draft(&format!("c{n}@shop.example"), "")).collect(), &fill).await?;
        t.a.write(|tx| contacts::erase(tx, &[3, 99], &grounds(ConsentSource::Manual))).await?;
        let mut seen = Vec::new();
        let seen =
            t.a.read(move |tx| {
                contacts::each_facts(tx, 2, 6, |ordinal, _| {
                    seen.push(ordinal);
                    Ok(())
                })?;
                Ok(seen)
            })
            .await?;
        assert_eq!(seen, [2, 4, 5]);
        let loaded = t.a.read(|tx| contacts::load_many(tx, &[9, 3, 1, 500])).await?;
        assert_eq!(loaded.iter().map(|c| c.ordinal).collect::<Vec<_>>(), [1, 9]);
        assert!(t.b.read(|tx| contacts::load_many(tx, &[1])).await?.is_empty(), "the twin has none");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn editing_follows_addresses_and_refuses_what_others_changed_or_have() {
    for_each_engine(|t| async move {
        let over = options(Existing::Overwrite, ConsentSource::Manual);
        put(&t, &t.a, vec![draft("a@shop.example", ""), draft("b@shop.example", "")], &over).await?;
        let keys = keys(&t, &t.a).await;
        let (contact, _) = by_email(&t, &t.a, "a@shop.example").await.unwrap();
        let id = contact.id;
        let edit = move |version: Option<i64>, email: &'static str| {
            let keys = keys.clone();
            let store = t.a.clone();
            async move {
                store
                    .write(move |tx| {
                        contacts::update(
                            tx,
                            &keys,
                            Target { id, version },
                            &grounds(ConsentSource::Manual),
                            |p, f| {
                                p.email = Some(email.to_owned()).filter(|e| !e.is_empty());
                                f.country = Country::parse("DE");
                                Ok(())
                            },
                        )
                    })
                    .await
            }
        };
        let changed = edit(Some(1), "z@shop.example").await?;
        assert_eq!(changed.version, 2);
        assert!(edit(Some(1), "y@shop.example").await.unwrap_err().is(Code::PreconditionFailed));
        assert!(edit(None, "b@shop.example").await.unwrap_err().is(Code::Conflict));
        assert!(edit(None, "").await.unwrap_err().is(Code::Validation));
        assert_eq!(edit(None, "z@shop.example").await?.version, 2, "no change, no new version");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn erasure_leaves_nothing_readable_and_the_no_stays() {
    for_each_engine(|t| async move {
        let fill = options(Existing::FillGaps, ConsentSource::Import);
        let mut ana =
            subscribed(draft("ana@shop.example", "+6591234567"), Channel::Email, ConsentStatus::Subscribed);
        ana.personal.first_name = Some("Ana".into());
        ana.personal.external_ids = vec![ExternalId { system: "erp".into(), id: "1".into() }];
        put(&t, &t.a, vec![ana.clone(), draft("bob@shop.example", "")], &fill).await?;
        let (contact, _) = by_email(&t, &t.a, "ana@shop.example").await.unwrap();
        let ordinal = contact.ordinal;
        t.a.write(move |tx| {
            consent::unsubscribe(tx, ordinal, Channel::Email, &grounds(ConsentSource::OneClick))?;
            consent::suppress(
                tx,
                ordinal,
                Channel::Sms,
                Suppression::Complained,
                &grounds(ConsentSource::Feedback),
            )
        })
        .await?;
        let erased =
            t.a.write(move |tx| contacts::erase(tx, &[ordinal], &grounds(ConsentSource::Manual))).await?;
        assert!(erased.contains(ordinal));

        let row = t.a.query(&RAW_ROW, store::params![ordinal]).await?.remove(0);
        assert_eq!(row.0, [vec![store::Value::Null; 4], vec![store::Value::Blob(Vec::new())]].concat());
        assert!(by_email(&t, &t.a, "ana@shop.example").await.is_none());
        assert!(t.a.query(&RAW_EXTERNAL, store::params![ordinal]).await?.is_empty());
        assert_eq!(t.a.query(&RAW_ADDRESSES, store::params![]).await?.len(), 1, "only the other's is left");
        let id = contact.id;
        assert!(t.a.read(move |tx| contacts::get_by_id(tx, id)).await.unwrap_err().is(Code::NotFound));
        let kinds: Vec<String> =
            t.a.read(|tx| tx.events_after(0, 100)).await?.into_iter().map(|e| e.kind).collect();
        assert!(kinds.contains(&ERASED.to_owned()));

        let out = put(&t, &t.a, vec![ana.clone()], &fill).await?;
        assert_eq!((out.created, out.subscriptions_refused), (1, 1));
        let (again, _) = by_email(&t, &t.a, "ana@shop.example").await.unwrap();
        assert_ne!(again.ordinal, ordinal, "ordinals are never used again");
        assert_eq!(again.facts.channel(Channel::Email).status, ConsentStatus::Unsubscribed);
        assert!(again.facts.channel(Channel::Sms).complained_at.is_some());
        let history = t.a.read(move |tx| consent::sql::list_history(tx, again.ordinal)).await?;
        assert_eq!(history.len(), 2, "the ledger says where the no comes from: {history:?}");
        assert!(history.iter().all(|e| e.grounds.source == ConsentSource::SuppressionList));

        let out = put(&t, &t.b, vec![ana], &fill).await?;
        assert_eq!(out.subscriptions_refused, 0, "the twin never heard of it");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_address_leaves_the_bounce_behind_and_meets_the_list() {
    for_each_engine(|t| async move {
        let over = options(Existing::Overwrite, ConsentSource::Import);
        put(&t, &t.a, vec![draft("dead@shop.example", "+6590000001")], &over).await?;
        let keys = keys(&t, &t.a).await;
        t.a.write(move |tx| {
            let bad = contacts::draft::blind_email(&keys, "spam@shop.example");
            let g = grounds(ConsentSource::Manual);
            consent::suppress_address(tx, Channel::Email, bad, crate::suppressions::Reason::Suppressed, &g)?;
            consent::suppress(tx, 0, Channel::Email, Suppression::Bounced, &g)
        })
        .await?;
        let change = |email: &str| {
            let mut d = draft(email, "+6590000001");
            d.personal.external_ids.push(ExternalId { system: "erp".into(), id: "1".into() });
            d
        };
        // The phone alone does not move an email address; the external id does.
        let out = put(&t, &t.a, vec![change("live@shop.example")], &over).await?;
        assert_eq!(out.conflicts, 1);
        put(
            &t,
            &t.a,
            vec![{
                let mut d = change("");
                d.personal.email = None;
                d
            }],
            &over,
        )
        .await?;
        let out = put(&t, &t.a, vec![change("live@shop.example")], &over).await?;
        assert_eq!(out.updated, 1, "{out:?}");
        let (contact, _) = by_email(&t, &t.a, "live@shop.example").await.unwrap();
        assert_eq!(contact.facts.channel(Channel::Email).bounced_at, None);
        put(&t, &t.a, vec![change("spam@shop.example")], &over).await?;
        let (contact, _) = by_email(&t, &t.a, "spam@shop.example").await.unwrap();
        assert!(contact.facts.channel(Channel::Email).suppressed_at.is_some());
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changing_many_leaves_out_those_for_whom_it_holds() {
    for_each_engine(|t| async move {
        let fill = options(Existing::FillGaps, ConsentSource::Import);
        put(&t, &t.a, (0..5).map(|n| draft(&format!("c{n}@shop.example"), "")).collect(), &fill).await?;
        let raise = consent::model::Change::Raise(Suppression::Suppressed);
        let g = || grounds(ConsentSource::Manual);
        let first = t.a.write(move |tx| change_many(tx, &[1, 2], Channel::Email, raise, &g())).await?;
        let second =
            t.a.write(move |tx| change_many(tx, &[0, 1, 2, 77], Channel::Email, raise, &g())).await?;
        assert_eq!((first.len(), second.iter().collect::<Vec<_>>()), (2, vec![0]));
        let listed = t.a.read(|tx| crate::suppressions::sql::list(tx, i64::MAX, 10)).await?;
        assert_eq!(listed.len(), 3);
        let lift = consent::model::Change::Lift(Suppression::Suppressed);
        t.a.write(move |tx| change_many(tx, &[0, 1, 2, 3], Channel::Email, lift, &g())).await?;
        assert!(t.a.read(|tx| crate::suppressions::sql::list(tx, i64::MAX, 10)).await?.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_addresses_is_probed_and_never_reads_the_whole_store() {
    let t = TestDb::sqlite().await.unwrap();
    for (statement, probe) in [
        (&EXPLAIN_ADDRESSES, "a USING PRIMARY KEY (store_id=? AND address_bi=?)"),
        (&EXPLAIN_IDS, "USING INDEX contacts_id (store_id=? AND id=?)"),
    ] {
        let list = store::Value::Blobs(Vec::new());
        let plan = t.a.query(statement, &[list]).await.unwrap();
        let words: Vec<String> = plan.iter().map(|row| row.text(3).unwrap()).collect();
        assert!(words[0].contains(probe), "{words:?}");
        let scans = ["SCAN a", "SCAN c"];
        assert!(!words.iter().any(|w| scans.iter().any(|scan| w.starts_with(scan))), "{words:?}");
    }
}

store::statements! {
    /// What an erased row still holds.
    RAW_ROW = "SELECT email_bi, phone_bi, wrapped_key, pii, facts FROM contacts WHERE store_id = $1 AND ordinal = $2";
    /// Every address somebody is found by.
    RAW_ADDRESSES = "SELECT ordinal FROM contact_addresses WHERE store_id = $1";
    /// Its ids in other systems.
    RAW_EXTERNAL = "SELECT external_bi FROM contact_external_ids WHERE store_id = $1 AND ordinal = $2";
    /// Plan of the look-up by address.
    EXPLAIN_ADDRESSES = "EXPLAIN QUERY PLAN SELECT c.ordinal, c.pii FROM contact_addresses a
        JOIN contacts c ON c.store_id = a.store_id AND c.ordinal = a.ordinal
        WHERE a.store_id = $1 AND a.address_bi {in $2}";
    /// Plan of the look-up by id.
    EXPLAIN_IDS = "EXPLAIN QUERY PLAN SELECT ordinal, pii FROM contacts WHERE store_id = $1 AND id {in $2}";
}
