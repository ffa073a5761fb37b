//! What a store can rely on about saved views, on both engines.

use super::model::{Draft, List, VIEWS_MAX};
use super::sql;
use kernel::Code;
use store::params;
use testkit::for_each_engine;

fn draft(name: &str, shared: bool) -> Draft {
    Draft {
        name: name.into(),
        query: "search=ana%40shop.example".into(),
        columns: vec!["email".into()],
        shared,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_its_makers_own_unless_it_is_shared() {
    for_each_engine(|t| async move {
        let keys = t.vault.keys(&t.db, t.a.scope()).await?;
        let other = t.vault.keys(&t.db, t.b.scope()).await?;
        let by = keys.clone();
        let (own, shared) =
            t.a.write(move |tx| {
                let own = sql::insert(tx, &by, List::Contacts, &draft(" mine ", false), "usr_1")?;
                Ok((own, sql::insert(tx, &by, List::Contacts, &draft("ours", true), "usr_1")?))
            })
            .await?;
        assert_eq!(own.draft.name, "mine");
        let by = keys.clone();
        let seen = t.a.read(move |tx| sql::list(tx, &by, List::Contacts, "usr_2")).await?;
        assert_eq!(seen, std::slice::from_ref(&shared), "another sees what is for everybody");
        let by = keys.clone();
        assert_eq!(t.a.read(move |tx| sql::list(tx, &by, List::Contacts, "usr_1")).await?.len(), 2);
        let by = keys.clone();
        assert!(t.a.read(move |tx| sql::list(tx, &by, List::Segments, "usr_1")).await?.is_empty());
        let (by, id) = (keys.clone(), own.id);
        let foreign = t.a.write(move |tx| sql::delete(tx, &by, id, "usr_2")).await;
        assert!(foreign.unwrap_err().is(Code::NotFound));
        let (by, id) = (keys.clone(), shared.id);
        assert!(
            t.b.write(move |tx| sql::delete(tx, &other, id, "usr_1")).await.unwrap_err().is(Code::NotFound),
            "the twin"
        );
        t.a.write(move |tx| sql::update(tx, &by, id, &draft("taken", false), "usr_2")).await?;
        let (by, id) = (keys.clone(), shared.id);
        assert_eq!(t.a.read(move |tx| sql::get(tx, &by, id, "usr_1")).await?.draft.name, "taken");
        let rows = t.a.query(&sql::FIND_VIEW, params![id]).await?;
        let sealed = rows[0].blob(3)?;
        assert!(!sealed.windows(4).any(|w| w == b"shop"), "what was searched for is sealed");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_only_so_many_views() {
    for_each_engine(|t| async move {
        let keys = t.vault.keys(&t.db, t.a.scope()).await?;
        let refused =
            t.a.write(move |tx| {
                for number in 0..=VIEWS_MAX {
                    sql::insert(tx, &keys, List::Campaigns, &draft(&number.to_string(), true), "usr_1")?;
                }
                Ok(())
            })
            .await;
        assert!(refused.unwrap_err().is(Code::Conflict));
        Ok(())
    })
    .await;
}

#[test]
fn a_view_that_is_not_valid_is_told_where() {
    let wrong = Draft { name: " ".into(), query: "?a".into(), columns: vec![String::new()], shared: false };
    let mut errors = web::Errors::new();
    wrong.check(&mut errors);
    let problem = errors.finish().unwrap_err();
    let pointers: Vec<_> = problem.problem().unwrap().errors.iter().map(|e| e.pointer.as_str()).collect();
    assert_eq!(pointers, ["/name", "/query", "/columns/0"]);
}
