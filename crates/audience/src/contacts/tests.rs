//! What a store can rely on about its contacts, on both engines.

use crate::attributes::model::{AttributeType, day_number};
use crate::consent::model::{Channel, ConsentChanged, ConsentSource, ConsentStatus, Grounds, Suppression};
use crate::consent::{self, change_many};
use crate::contacts::draft::{Draft, Existing, RequestedStatus, UpsertOptions, prepare};
use crate::contacts::model::*;
use crate::contacts::search::{self, Filter};
use crate::contacts::{
    self, BatchOutcome, CHANGED, Conflict, ERASED, RowOutcome, StoredContact, upsert_batch,
};
use crate::testing::App;
use kernel::ids::ImportId;
use kernel::{Code, Result, Timestamp};
use proptest::prelude::*;
use roaring::RoaringBitmap;
use serde_json::{Value, json};
use std::sync::Arc;
use store::{Scoped, StoreKeys};
use testkit::TestDb;
use testkit::for_each_engine;

pub(crate) fn grounds(source: ConsentSource) -> Grounds {
    Grounds {
        source,
        wording: "Yes, send me news".into(),
        wording_version: "1".into(),
        at: Timestamp(1_795_424_400_000),
        actor: "usr_test".into(),
        import: None,
    }
}

pub(crate) fn options(existing: Existing, source: ConsentSource) -> UpsertOptions {
    UpsertOptions { existing, origin: Origin::Import(ImportId(9)), grounds: grounds(source) }
}

pub(crate) fn draft(email: &str, phone: &str) -> Draft {
    let some = |t: &str| Some(t.to_owned()).filter(|t| !t.is_empty());
    Draft {
        personal: PersonalFields { email: some(email), phone: some(phone), ..PersonalFields::default() },
        ..Draft::default()
    }
}

pub(crate) fn subscribed(mut draft: Draft, channel: Channel, status: ConsentStatus) -> Draft {
    draft.statuses.push(RequestedStatus { channel, status, at: None });
    draft
}

pub(crate) async fn keys(t: &TestDb, store: &Scoped) -> Arc<StoreKeys> {
    t.vault.keys(&t.db, store.scope()).await.unwrap()
}

pub(crate) async fn put(
    t: &TestDb,
    store: &Scoped,
    drafts: Vec<Draft>,
    options: &UpsertOptions,
) -> Result<BatchOutcome> {
    let keys = keys(t, store).await;
    let first = t.db.ids().make_block(drafts.len() as u32);
    let prepared = drafts
        .into_iter()
        .enumerate()
        .map(|(i, d)| prepare(&keys, kernel::ids::IdMaker::nth(first, i as u32).into(), d, options, t.now()))
        .collect::<Result<Vec<_>>>()?;
    let options = options.clone();
    store.write(move |tx| upsert_batch(tx, &keys, prepared, &options)).await
}

pub(crate) async fn by_email(
    t: &TestDb,
    store: &Scoped,
    email: &'static str,
) -> Option<(StoredContact, PersonalFields)> {
    let keys = keys(t, store).await;
    store
        .read(move |tx| {
            let found = contacts::find_by_email(tx, &keys, email)?;
            found.map(|c| c.open(&keys).map(|p| (c, p))).transpose()
        })
        .await
        .unwrap()
}

fn text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of("\\PC{0,40}")
}

fn value() -> impl Strategy<Value = AttributeValue> {
    prop_oneof![
        any::<bool>().prop_map(AttributeValue::Bool),
        any::<i64>().prop_map(AttributeValue::Integer),
        (-1e300..1e300).prop_map(AttributeValue::Number),
        (-700_000..700_000).prop_map(AttributeValue::Date),
        any::<i64>().prop_map(|t| AttributeValue::Time(Timestamp(t))),
        "\\PC{0,40}".prop_map(AttributeValue::Text),
    ]
}

fn attributes() -> impl Strategy<Value = Vec<(u32, AttributeValue)>> {
    proptest::collection::btree_map(any::<u32>(), value(), 0..8).prop_map(|m| m.into_iter().collect())
}

fn origin() -> impl Strategy<Value = Origin> {
    prop_oneof![
        Just(Origin::Api),
        Just(Origin::Manual),
        Just(Origin::Form),
        Just(Origin::Shop),
        any::<i64>().prop_map(|i| Origin::Import(ImportId(i))),
    ]
}

fn channel_status() -> impl Strategy<Value = ChannelStatus> {
    let at = || proptest::option::of(any::<i64>().prop_map(Timestamp));
    (0_i64..3, at(), at(), at(), at()).prop_map(
        |(status, status_at, bounced_at, complained_at, suppressed_at)| {
            let status = ConsentStatus::from_number(status).unwrap();
            ChannelStatus { status, status_at, bounced_at, complained_at, suppressed_at }
        },
    )
}

fn month_day() -> impl Strategy<Value = MonthDay> {
    (1_u8..13, 1_u8..29).prop_map(|(month, day)| MonthDay { month, day })
}

prop_compose! {
    fn facts()(
        created_at in any::<i64>(), origin in origin(), flags in any::<(bool, bool)>(),
        country in proptest::option::of("[A-Z]{2}"), language in text(), time_zone in text(),
        birthday in proptest::option::of(month_day()), gender in 0_u8..4,
        channels in [channel_status(), channel_status(), channel_status()],
        tags in proptest::collection::btree_map(any::<u32>(), self::origin(), 0..10),
        attributes in attributes(),
    ) -> Facts {
        Facts {
            created_at: Timestamp(created_at), origin, has_email: flags.0, has_phone: flags.1,
            country: country.and_then(|c| Country::parse(&c)), language, time_zone, birthday,
            gender: Gender::from_number(gender), channels,
            tags: tags.into_iter().map(|(tag, origin)| TagMembership { tag, origin }).collect(),
            attributes,
        }
    }
}

prop_compose! {
    fn personal()(
        texts in proptest::collection::vec(text(), 11),
        year in proptest::option::of(1880_u16..2200), day in proptest::option::of(month_day()),
        external in proptest::collection::vec(("[a-z]{1,8}", "\\PC{1,20}"), 0..3),
        attributes in attributes(),
    ) -> PersonalFields {
        let mut t = texts.into_iter();
        let mut next = || t.next().flatten();
        PersonalFields {
            email: next(), phone: next(), first_name: next(), last_name: next(), company: next(), address: next(),
            address2: next(), city: next(), region: next(), postcode: next(), note: next(),
            birthday: day.map(|day| Birthday { year, day }),
            external_ids: external.into_iter().map(|(system, id)| ExternalId { system, id }).collect(),
            attributes,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn facts_survive_their_compact_form(facts in facts()) {
        prop_assert_eq!(Facts::decode(&facts.encode()).unwrap(), facts);
    }

    #[test]
    fn personal_fields_survive_their_compact_form(fields in personal()) {
        prop_assert!(PersonalFields::decode(&fields.encode()).unwrap() == fields);
    }

    #[test]
    fn damaged_bytes_are_refused_without_a_panic(mut bytes in facts().prop_map(|f| f.encode()), at in any::<usize>(), to in any::<u8>()) {
        let place = at % bytes.len();
        bytes[place] = to;
        drop(Facts::decode(&bytes));
        drop(PersonalFields::decode(&bytes));
        bytes.truncate(place);
        prop_assert!(Facts::decode(&bytes).is_err());
    }

    #[test]
    fn an_attribute_survives_its_text_form(value in value()) {
        // Times outside of four-digit years have no text form.
        let value = match value {
            AttributeValue::Time(t) => AttributeValue::Time(Timestamp(t.0 % 100_000_000_000_000)),
            AttributeValue::Text(t) => AttributeValue::Text(t.trim().to_owned()),
            v => v,
        };
        prop_assert_eq!(value.kind().parse_text(&value.to_text()), Some(value.clone()));
        prop_assert_eq!(value.kind().parse_json(&value.to_json()), Some(value));
    }
}

#[test]
fn birthdays_are_read_in_usual_forms_and_impossible_days_refused() {
    for (text, shown) in [
        ("1990-05-17", "1990-05-17"),
        ("1990/5/7", "1990-05-07"),
        ("19900517", "1990-05-17"),
        ("--02-29", "--02-29"),
    ] {
        assert_eq!(Birthday::parse(text).map(|b| b.to_string()).as_deref(), Some(shown), "{text}");
    }
    for wrong in
        ["", "1990-02-30", "1990-13-01", "17.5.1990", "90-05-17", "1990-05", "1990-05-17-1", "--02-30"]
    {
        assert_eq!(Birthday::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn phone_numbers_become_one_form_or_are_refused() {
    let sg = Country::parse("sg");
    let check = |text: &str, country, wanted: Option<&str>| {
        assert_eq!(contacts::phone::parse(text, country).ok().as_deref(), wanted, "{text}");
    };
    check("+65 9123-4567", None, Some("+6591234567"));
    check("'+65 9123 4567", None, Some("+6591234567"));
    check("0065 91234567", None, Some("+6591234567"));
    check("9123 4567", sg, Some("+6591234567"));
    check("(415) 555-2671", Country::parse("US"), Some("+14155552671"));
    for wrong in ["", "+", "+65", "+0123456789", "+1234567890123456", "9123 4567", "+65 ABC 12345", "=1+1"] {
        check(wrong, None, None);
    }
}

#[test]
fn languages_take_their_usual_form() {
    let check = |text: &str, wanted: Option<&str>| {
        assert_eq!(contacts::draft::parse_language(text).as_deref(), wanted, "{text}");
    };
    check("EN", Some("en"));
    check("zh-hant", Some("zh-Hant"));
    check("pt_br", Some("pt-BR"));
    check("english", None);
    check("e", None);
    check("en-", None);
}

#[test]
fn days_are_counted_from_1970() {
    assert_eq!(day_number(jiff::civil::date(1970, 1, 2)), 1);
    assert_eq!(AttributeType::Date.parse_text("1969-12-31"), Some(AttributeValue::Date(-1)));
    assert_eq!(AttributeValue::Date(-1).to_text(), "1969-12-31");
}

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
        let out = put(&t, &t.b, vec![with_id("new@shop.example")], &over).await?;
        assert_eq!(out.created, 1, "the twin has its own");
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
                        contacts::update(tx, &keys, id, version, &grounds(ConsentSource::Manual), |p, f| {
                            p.email = Some(email.to_owned()).filter(|e| !e.is_empty());
                            f.country = Country::parse("DE");
                            Ok(())
                        })
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

store::statements! {
    /// What an erased row still holds.
    RAW_ROW = "SELECT email_bi, phone_bi, wrapped_key, pii, facts FROM contacts WHERE store_id = $1 AND ordinal = $2";
    /// Its ids in other systems.
    RAW_EXTERNAL = "SELECT external_bi FROM contact_external_ids WHERE store_id = $1 AND ordinal = $2";
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

fn full_draft() -> Draft {
    let some = |t: &str| Some(t.to_owned());
    let mut d = draft("ana.li@shop.example", "+6591234567");
    d.personal = PersonalFields {
        first_name: some("Ana"),
        last_name: some("Müller-李"),
        birthday: Birthday::parse("1990-05-17"),
        company: some("Acme Works"),
        address: some("1 Shop Street"),
        address2: some("Unit 9"),
        city: some("Straße"),
        region: some("Bayern"),
        postcode: some("80331"),
        note: some("likes GREEN tea"),
        external_ids: vec![ExternalId { system: "erp".into(), id: "X-55".into() }],
        attributes: vec![(3, AttributeValue::Text("Maiden".into())), (4, AttributeValue::Integer(424_242))],
        ..d.personal
    };
    d
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_parts_of_every_field_in_any_case() {
    for_each_engine(|t| async move {
        let fill = options(Existing::FillGaps, ConsentSource::Import);
        put(&t, &t.a, vec![full_draft(), draft("bob@other.example", "+4915112345678")], &fill).await?;
        let keys = keys(&t, &t.a).await;
        let search = |text: &str| {
            let filter = Filter { text: Some(text.to_owned()), ..Filter::default() };
            let (store, keys) = (t.a.clone(), keys.clone());
            async move { search::list(&store, &keys, filter, None, 10).await.unwrap().contacts }
        };
        for text in [
            "ANA.LI@",
            "li@shop",
            "ana.li@shop.example",
            "+65 9123-4567",
            "91234567",
            "9123 4",
            "ana",
            "MÜLLER",
            "李",
            "1990-05",
            "acme",
            "shop STREET",
            "unit 9",
            "STRASSE",
            "straße",
            "bayern",
            "8033",
            "green",
            "x-55",
            "maid",
            "424242",
        ] {
            let found = search(text).await;
            // Lower case of ß is ß: a double s is another word.
            assert_eq!(found.len(), usize::from(text != "STRASSE"), "{text}");
        }
        for text in ["zzz", "ana.li@shop.example2", "+6599999999", "erp", "ana\0"] {
            assert!(search(text).await.is_empty(), "{text}");
        }
        assert_eq!(search("example").await.len(), 2);
        assert_eq!(search("example").await[0].0.ordinal, 1, "newest first");
        let filter = Filter { text: Some("ana".into()), ..Filter::default() };
        let keys_b = self::keys(&t, &t.b).await;
        assert!(
            search::list(&t.b, &keys_b, filter, None, 10).await?.contacts.is_empty(),
            "the twin has none"
        );
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_goes_through_all_pages_without_loss() {
    for_each_engine(|t| async move {
        let fill = options(Existing::FillGaps, ConsentSource::Import);
        let named = |n: u32| {
            let mut d = draft(&format!("c{n}@shop.example"), "");
            d.personal.first_name = (n % 7 == 0).then(|| "Needle".to_owned());
            d.tags = if n % 5 == 0 { vec![1] } else { vec![] };
            d
        };
        put(&t, &t.a, (0..9_000).map(named).collect(), &fill).await?;
        t.a.write(|tx| contacts::erase(tx, &[7, 14], &grounds(ConsentSource::Manual))).await?;
        let keys = keys(&t, &t.a).await;
        let collect = |filter: Filter, limit: usize| {
            let (store, keys) = (t.a.clone(), keys.clone());
            async move {
                let (mut all, mut before) = (Vec::new(), None);
                loop {
                    let page = search::list(&store, &keys, filter.clone(), before, limit).await.unwrap();
                    assert!(page.contacts.len() <= limit);
                    all.extend(page.contacts.iter().map(|(c, _)| c.ordinal));
                    before = page.next;
                    if before.is_none() {
                        return all;
                    }
                }
            }
        };
        let newest_first = |keep: fn(&u32) -> bool| (0..9_000_u32).rev().filter(keep).collect::<Vec<_>>();
        let text = || Some("needle".to_owned());
        let found = collect(Filter { text: text(), ..Filter::default() }, 100).await;
        assert_eq!(found, newest_first(|n| n % 7 == 0 && ![7, 14].contains(n)));
        let found = collect(Filter { text: text(), tag: Some(1), ..Filter::default() }, 50).await;
        assert_eq!(found, newest_first(|n| n % 35 == 0));
        let members = Some(Arc::new([3, 7, 4_500, 8_999].into_iter().collect()));
        let found = collect(Filter { members, ..Filter::default() }, 2).await;
        assert_eq!(found, [8_999, 4_500, 3]);
        assert_eq!(collect(Filter::default(), 200).await.len(), 8_998);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_made_read_changed_and_erased_over_http() {
    for_each_engine(|t| async move {
        let app = App::new(t);
        let attribute = json!({ "name": "shoe_size", "type": "integer", "class": "fact", "purpose": "fit" });
        app.ask("POST /api/v1/attributes", attribute, 201).await;
        let body = json!({
            "email": " Ana@Shop.Example ", "phone": "9123 4567", "country": "sg", "first_name": "Ana",
            "birthday": "1990-05-17", "language": "ZH-hant", "time_zone": "Asia/Singapore", "tags": ["vip", "vip"],
            "attributes": { "shoe_size": 38 }, "external_ids": [{ "system": "erp", "id": "1" }],
            "consent": { "email": "subscribed", "wording": "News please", "wording_version": "3", "proof": "form 1" },
        });
        let made = app.ask("POST /api/v1/contacts", body.clone(), 201).await;
        assert_eq!(made["email"], "ana@shop.example");
        assert_eq!(made["phone"], "+6591234567");
        assert_eq!(made["language"], "zh-Hant");
        assert_eq!(made["attributes"], json!({ "shoe_size": 38 }));
        assert_eq!(made["tags"], json!([{ "name": "vip", "origin": "api", "import": null }]));
        assert_eq!(made["channels"]["email"]["sendable"], true);
        app.ask("POST /api/v1/contacts", body, 409).await;

        let path = format!("/api/v1/contacts/{}", made["id"].as_str().unwrap());
        let read = app.send("a", &format!("GET {path}"), None, None).await;
        let tag = read.headers["etag"].to_str().unwrap().to_owned();
        let patch = json!({ "phone": null, "city": "Singapore", "attributes": { "shoe_size": null } });
        let stale = app.send("a", &format!("PATCH {path}"), Some(patch.clone()), Some(("if-match", "\"0\""))).await;
        assert_eq!(stale.status, 412);
        let changed = app.send("a", &format!("PATCH {path}"), Some(patch), Some(("if-match", &tag))).await;
        assert_eq!(changed.status, 200, "{}", changed.text());
        assert_eq!((changed.json()["phone"].clone(), changed.json()["city"].clone()), (Value::Null, json!("Singapore")));
        assert_eq!(changed.json()["first_name"], "Ana", "an absent field stays");
        assert_eq!(changed.json()["attributes"], json!({}));

        let tags = app.ask(&format!("POST {path}/tags"), json!({ "add": ["new"], "remove": ["vip"] }), 200).await;
        assert_eq!(tags["tags"][0]["name"], "new");
        let history = app.ask(&format!("GET {path}/consent"), Value::Null, 200).await;
        assert_eq!(history["items"][0]["proof"], "form 1");
        assert_eq!(history["items"][0]["wording"], "News please");
        let events = app.ask(&format!("GET {path}/events"), Value::Null, 200).await;
        assert_eq!(events["items"][0]["change"], "subscribed");
        let found = app.ask("GET /api/v1/contacts?search=ANA&tag=new&status=sendable", Value::Null, 200).await;
        assert_eq!(found["items"].as_array().unwrap().len(), 1);

        for line in ["GET", "DELETE"] {
            assert_eq!(app.send("b", &format!("{line} {path}"), None, None).await.status, 404, "the twin: {line}");
        }
        assert_eq!(app.send("b", &format!("GET {path}/consent"), None, None).await.status, 404);
        app.ask(&format!("DELETE {path}"), Value::Null, 204).await;
        app.ask(&format!("GET {path}"), Value::Null, 404).await;
        app.ask(&format!("DELETE {path}"), Value::Null, 404).await;
        let found = app.ask("GET /api/v1/contacts?search=ana", Value::Null, 200).await;
        assert_eq!(found["items"], json!([]));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named_at_once() {
    for_each_engine(|t| async move {
        let app = App::new(t);
        let body = json!({
            "email": "nonsense", "phone": "12", "birthday": "yesterday", "country": "Singapore", "language": "english",
            "time_zone": "Mars/Olympus", "first_name": "x".repeat(501), "tags": ["a,b"], "attributes": { "none": 1 },
            "consent": { "email": "subscribed" },
        });
        let answer = app.ask("POST /api/v1/contacts", body, 422).await;
        let mut pointers: Vec<&str> =
            answer["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        pointers.sort_unstable();
        assert_eq!(
            pointers,
            [
                "/attributes/none", "/birthday", "/consent/wording", "/country", "/email", "/first_name", "/language",
                "/phone", "/tags/0", "/time_zone"
            ]
        );
        app.ask("POST /api/v1/contacts", json!({}), 422).await;
        app.ask("POST /api/v1/contacts", json!({ "emial": "a@b.cd" }), 422).await;
        app.ask("GET /api/v1/contacts?status=nice", Value::Null, 422).await;
        app.ask("GET /api/v1/contacts?tag=unknown", Value::Null, 422).await;
        for name in ["diagnosis", "Health", "passport_no", "email", "a b", ""] {
            let body = json!({ "name": name, "type": "text", "class": "personal", "purpose": "x" });
            app.ask("POST /api/v1/attributes", body, 422).await;
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_contacts_are_changed_in_the_background() {
    for_each_engine(|t| async move {
        let fill = options(Existing::FillGaps, ConsentSource::Import);
        let yes = |n: u32| {
            subscribed(draft(&format!("c{n}@shop.example"), ""), Channel::Email, ConsentStatus::Subscribed)
        };
        put(&t, &t.a, (0..30).map(yes).collect(), &fill).await?;
        put(&t, &t.b, (0..3).map(yes).collect(), &fill).await?;
        let app = App::new(t);
        let count = |query: &'static str| {
            let app = &app;
            async move {
                let page =
                    app.ask(&format!("GET /api/v1/contacts?limit=200&{query}"), Value::Null, 200).await;
                page["items"].as_array().unwrap().len()
            }
        };
        let bulk = |body: Value| {
            let app = &app;
            async move {
                let job = app.ask("POST /api/v1/contacts/bulk", body, 202).await["job"]
                    .as_str()
                    .unwrap()
                    .to_owned();
                app.run_jobs().await;
                app.t.a.find_job(job.parse().unwrap()).await.unwrap().result.unwrap()
            }
        };
        let all = json!({ "all": true });
        let done = bulk(json!({ "action": "tag", "tag": "x", "select": all })).await;
        assert_eq!(done, json!({ "selected": 30, "changed": 30 }));
        assert_eq!(
            bulk(json!({ "action": "tag", "tag": "x", "select": { "tag": "x" } })).await["changed"],
            0
        );
        let some = app.ask("GET /api/v1/contacts?limit=4", Value::Null, 200).await;
        let ids: Vec<Value> = some["items"].as_array().unwrap().iter().map(|c| c["id"].clone()).collect();
        bulk(json!({ "action": "untag", "tag": "x", "select": { "ids": ids } })).await;
        assert_eq!(count("tag=x").await, 26);
        bulk(json!({ "action": "suppress", "select": { "ids": ids } })).await;
        assert_eq!((count("status=suppressed").await, count("status=sendable").await), (4, 26));
        bulk(json!({ "action": "delete", "select": { "status": "suppressed" } })).await;
        assert_eq!(count("").await, 26);
        bulk(json!({ "action": "unsubscribe", "select": all })).await;
        assert_eq!(count("status=unsubscribed").await, 26);
        assert_eq!(app.t.b.read(contacts::count).await?, 3, "the twin keeps its own");

        let tags = app.ask("GET /api/v1/tags", Value::Null, 200).await;
        let tag = tags["items"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(app.send("b", &format!("DELETE /api/v1/tags/{tag}"), None, None).await.status, 404);
        app.ask(&format!("DELETE /api/v1/tags/{tag}"), Value::Null, 202).await;
        app.run_jobs().await;
        assert_eq!(app.ask("GET /api/v1/tags", Value::Null, 200).await["items"], json!([]));
        for wrong in [
            json!({ "action": "delete", "select": {} }),
            json!({ "action": "tag", "select": all }),
            json!({ "action": "delete", "tag": "x", "select": all }),
            json!({ "action": "delete", "select": { "all": true, "tag": "x" } }),
            json!({ "action": "delete", "select": { "tag": "gone" } }),
        ] {
            app.ask("POST /api/v1/contacts/bulk", wrong, 422).await;
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_attribute_leaves_every_contact() {
    for_each_engine(|t| async move {
        let app = App::new(t);
        for (name, class) in [("plain", "fact"), ("sealed", "personal")] {
            let body = json!({ "name": name, "type": "text", "class": class, "purpose": "x" });
            let made = app.ask("POST /api/v1/attributes", body, 201).await;
            let contact = json!({ "email": format!("{name}@shop.example"), "attributes": { name: "value" } });
            let contact = app.ask("POST /api/v1/contacts", contact, 201).await;
            let attribute = format!("/api/v1/attributes/{}", made["id"].as_str().unwrap());
            assert_eq!(app.send("b", &format!("GET {attribute}"), None, None).await.status, 404);
            app.ask(&format!("PATCH {attribute}"), json!({ "label": "New" }), 200).await;
            app.ask(&format!("DELETE {attribute}"), Value::Null, 202).await;
            app.run_jobs().await;
            let path = format!("GET /api/v1/contacts/{}", contact["id"].as_str().unwrap());
            let shown = app.ask(&path, Value::Null, 200).await;
            assert_eq!((shown["attributes"].clone(), shown["version"].clone()), (json!({}), json!(2)));
            app.ask(&format!("GET {attribute}"), Value::Null, 404).await;
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_suppression_list_takes_addresses_and_gives_none_away() {
    for_each_engine(|t| async move {
        let app = App::new(t);
        let listed = app.ask("POST /api/v1/suppressions", json!({ "email": "Bad@shop.example" }), 201).await;
        assert_eq!((listed["reason"].clone(), listed["contact"].clone()), (json!("suppressed"), Value::Null));
        let consent = json!({ "email": "subscribed", "wording": "yes" });
        let made = app
            .ask("POST /api/v1/contacts", json!({ "email": "bad@shop.example", "consent": consent }), 201)
            .await;
        assert_eq!(made["channels"]["email"]["sendable"], false, "the list knew the address first");
        let found = app.ask("GET /api/v1/suppressions?email=bad@shop.example", Value::Null, 200).await;
        assert_eq!(found["items"][0]["contact"], made["id"]);
        let page = app.ask("GET /api/v1/suppressions", Value::Null, 200).await;
        assert!(!page.to_string().contains("shop.example"));
        let path = format!("DELETE /api/v1/suppressions/{}", listed["id"].as_str().unwrap());
        assert_eq!(app.send("b", &path, None, None).await.status, 404);
        app.ask(&path, Value::Null, 204).await;
        let shown = app
            .ask(&format!("GET /api/v1/contacts/{}", made["id"].as_str().unwrap()), Value::Null, 200)
            .await;
        assert_eq!(shown["channels"]["email"]["suppressed_at"], Value::Null);

        app.t
            .a
            .write(|tx| {
                consent::suppress(
                    tx,
                    0,
                    Channel::Email,
                    Suppression::Complained,
                    &grounds(ConsentSource::Feedback),
                )
            })
            .await?;
        let page = app.ask("GET /api/v1/suppressions", Value::Null, 200).await;
        let path = format!("DELETE /api/v1/suppressions/{}", page["items"][0]["id"].as_str().unwrap());
        app.ask(&path, Value::Null, 409).await;
        app.ask("POST /api/v1/suppressions", json!({}), 422).await;
        app.ask("POST /api/v1/suppressions", json!({ "email": "a@b.cd", "phone": "+6591234567" }), 422).await;
        Ok(())
    })
    .await;
}
