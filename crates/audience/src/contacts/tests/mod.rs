//! What a store can rely on about its contacts, on both engines.

mod batches;
mod http;
mod listing;
mod searching;

use crate::attributes::model::{AttributeType, day_number};
use crate::consent::model::{Channel, ConsentSource, ConsentStatus, Grounds};
use crate::contacts::draft::{Draft, Existing, RequestedStatus, UpsertOptions, prepare};
use crate::contacts::model::*;
use crate::contacts::sources::Source;
use crate::contacts::{self, BatchOutcome, StoredContact, upsert_batch};
use kernel::ids::ImportId;
use kernel::{Result, Timestamp};
use proptest::prelude::*;
use std::sync::Arc;
use store::{Scoped, StoreKeys};
use testkit::TestDb;

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
        Just(Origin::Site),
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
        sources in proptest::collection::vec((0_u32..1_000, origin(), "[a-z_]{0,20}", any::<i64>()), 0..4),
    ) -> PersonalFields {
        let mut t = texts.into_iter();
        let mut next = || t.next().flatten();
        PersonalFields {
            email: next(), phone: next(), first_name: next(), last_name: next(), company: next(), address: next(),
            address2: next(), city: next(), region: next(), postcode: next(), note: next(),
            birthday: day.map(|day| Birthday { year, day }),
            external_ids: external.into_iter().map(|(system, id)| ExternalId { system, id }).collect(),
            attributes,
            sources: sources
                .into_iter()
                .map(|(field, origin, actor, at)| Source { field, origin, actor, at: Timestamp(at) })
                .collect(),
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
