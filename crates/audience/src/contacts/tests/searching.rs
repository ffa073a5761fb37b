//! The search box.

use super::{draft, grounds, keys, options, put};
use crate::consent::model::ConsentSource;
use crate::contacts::model::{AttributeValue, Birthday, ExternalId, PersonalFields};
use crate::contacts::search::{self, Filter};
use crate::contacts::{self, Draft, Existing};
use std::sync::Arc;
use testkit::for_each_engine;

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
        sources: Vec::new(),
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
            d.personal.first_name = n.is_multiple_of(7).then(|| "Needle".to_owned());
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
        let fifth = Some(Arc::new((0..9_000).filter(|n| n % 5 == 0).collect()));
        let found = collect(Filter { text: text(), members: fifth }, 50).await;
        assert_eq!(found, newest_first(|n| n % 35 == 0));
        let members = Some(Arc::new([3, 7, 4_500, 8_999].into_iter().collect()));
        let found = collect(Filter { members, text: None }, 2).await;
        assert_eq!(found, [8_999, 4_500, 3]);
        assert_eq!(collect(Filter::default(), 200).await.len(), 8_998);
        Ok(())
    })
    .await;
}
