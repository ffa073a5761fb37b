//! Who may call what, for every operation of the document.

use super::examples::{Operation, fill, operations};
use crate::harness::{Call, TestApp, for_each_engine};

fn call<'a>(app: &'a TestApp, operation: &Operation) -> Call<'a> {
    let path = fill(operation, |_, prefix| format!("{}_0123456789abc", prefix.unwrap_or("x")));
    let call = app.call(&operation.method, &path);
    match &operation.body {
        Some((kind, body)) => call.raw(kind, body.to_string()),
        None => call,
    }
}

fn protected() -> impl Iterator<Item = Operation> {
    operations().into_iter().filter(|o| !o.public)
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_in_without_log_in() {
    for_each_engine(|app| async move {
        for operation in protected() {
            for (what, call) in [
                ("nothing", call(&app, &operation)),
                ("a key nobody made", call(&app, &operation).key("sp_live_0123456789abc_nonsense")),
                ("no key", call(&app, &operation).header("authorization", "Basic eDp5")),
                ("a cookie nobody set", call(&app, &operation).cookie("sp_session=nonsense")),
            ] {
                let answer = call.send().await;
                assert_eq!(answer.status, 401, "{} with {what}: {}", operation.id, answer.text());
            }
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_without_the_right_is_refused_and_with_it_is_not() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        for operation in protected() {
            let Some(scope) = operation.scope.clone() else {
                let answer = call(&app, &operation).key(&owner.key).send().await;
                assert_eq!(answer.status, 403, "{} is for people: {}", operation.id, answer.text());
                continue;
            };
            let others: Vec<&str> =
                web::rights::ALL.iter().map(|(w, _)| *w).filter(|w| *w != scope).collect();
            let refused = call(&app, &operation).key(&app.key_with(&owner, &others).await?).send().await;
            assert_eq!(refused.problem(403), "forbidden", "{} without {scope}", operation.id);
            if operation.method == "get" {
                let let_in = call(&app, &operation).key(&app.key_with(&owner, &[&scope]).await?).send().await;
                assert!(
                    ![401, 403].contains(&let_in.status),
                    "{} with {scope}: {}",
                    operation.id,
                    let_in.text()
                );
            }
        }
        Ok(())
    })
    .await;
}

/// What a person may do before accepting the policy.
const BEFORE_POLICY: &[&str] =
    &["get_me", "get_session", "delete_session", "accept_policy", "list_policy_acceptances"];

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_closed_until_the_policy_is_accepted() {
    for_each_engine(|app| async move {
        app.owner_who("new@shop.example", false).await?;
        let cookie = app.log_in("new@shop.example").await;
        for operation in protected().filter(|o| !BEFORE_POLICY.contains(&o.id.as_str())) {
            let answer = call(&app, &operation).cookie(&cookie).send().await;
            assert_eq!(answer.problem(403), "policy_acceptance_required", "{}", operation.id);
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_changes_nothing() {
    for_each_engine(|app| async move {
        app.owner("ana@shop.example").await?;
        let cookie = app.log_in("ana@shop.example").await;
        for operation in protected().filter(|o| o.method != "get") {
            for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
                let forged = call(&app, &operation)
                    .header("cookie", &cookie)
                    .header("x-sp-csrf", "1")
                    .header(name, value);
                assert_eq!(forged.send().await.problem(403), "forbidden", "{}", operation.id);
            }
            let bare = call(&app, &operation).header("cookie", &cookie).send().await;
            assert_eq!(bare.problem(403), "forbidden", "{} without the header", operation.id);
        }
        Ok(())
    })
    .await;
}
