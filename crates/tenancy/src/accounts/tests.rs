//! The owner is made whole or not at all.

use super::*;
use testkit::{TestDb, for_each_engine};

fn wanted(email: &str) -> Setup {
    Setup {
        email: email.into(),
        password: "a much longer phrase".into(),
        store: "Flowers".into(),
        accepts_policy: true,
    }
}

async fn set_up(t: &TestDb, email: &str) -> Result<Made> {
    setup(&t.db, &t.vault, &Passwords::new(&t.vault), wanted(email)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn setup_makes_owner_store_key_and_records() {
    for_each_engine(|t| async move {
        let made = set_up(&t, "Ana@Shop.example").await?;
        assert!(made.key.text.starts_with("sp_live_"));
        let email = EmailAddress::parse("ana@shop.example").unwrap();
        let user = find_by_email(&t.db, &t.vault, &email).await?.expect("the owner is found by address");
        assert_eq!((user.id, user.account), (made.user, made.account));
        assert_eq!(email_of(&t.vault, &user)?, "ana@shop.example");
        assert!(user.password_hash.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"));
        assert!(!Passwords::is_outdated(&user.password_hash));
        assert!(crate::policy::is_accepted(&t.db, made.user).await?);
        assert_eq!(stores::list_ids(&t.db, made.account).await?, [made.store]);
        let acts: Vec<String> =
            audit::list(&t.db, made.account.0, i64::MAX, 10).await?.into_iter().map(|e| e.action).collect();
        assert_eq!(acts, ["account.created", "policy.accepted"]);
        let again = set_up(&t, "ana@shop.example").await.unwrap_err();
        assert!(again.is(kernel::Code::Conflict));
        assert!(!format!("{:?}", made.key).contains(&made.key.text), "a key does not show itself in logs");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_are_told_apart_and_unknown_people_never_match() {
    let t = TestDb::sqlite().await.unwrap();
    let passwords = Passwords::new(&t.vault);
    let hash = passwords.hash("a much longer phrase").await.unwrap();
    assert!(passwords.verify("a much longer phrase", Some(hash.clone())).await.unwrap());
    assert!(!passwords.verify("a much longer phrasE", Some(hash)).await.unwrap());
    assert!(!passwords.verify("nobody has this password", None).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_of_a_setup_is_named() {
    let t = TestDb::sqlite().await.unwrap();
    let wrong = Setup {
        email: "no address".into(),
        password: "short".into(),
        store: "".into(),
        accepts_policy: true,
    };
    let refused = setup(&t.db, &t.vault, &Passwords::new(&t.vault), wrong).await.unwrap_err();
    let pointers: Vec<_> = refused.problem().unwrap().errors.iter().map(|e| e.pointer.clone()).collect();
    assert_eq!(pointers, ["/store", "/email"]);
}
