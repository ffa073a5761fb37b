//! What a person can rely on about device permissions, on both engines.

use super::{Permission, allows, list, set};
use kernel::ids::{ApiKeyId, UserId};
use testkit::for_each_engine;
use web::Actor;

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_is_granted_by_itself_and_taken_back() {
    for_each_engine(|t| async move {
        let (ana, bo) = (UserId(1), UserId(2));
        assert!(list(&t.db, ana).await?.iter().all(|(_, said)| said.is_none()), "nobody was asked yet");
        assert!(!allows(&t.db, Actor::User(ana), Permission::Location).await?);
        let then = t.now();
        set(&t.db, ana, vec![(Permission::Location, true)]).await?;
        t.advance_ms(1_000);
        set(&t.db, ana, vec![(Permission::Location, true), (Permission::Camera, false)]).await?;
        let said = list(&t.db, ana).await?;
        assert!(said.contains(&(Permission::Location, Some((true, then)))), "since the first yes: {said:?}");
        assert!(said.contains(&(Permission::Camera, Some((false, then.plus_ms(1_000))))));
        assert!(allows(&t.db, Actor::User(ana), Permission::Location).await?);
        assert!(
            !allows(&t.db, Actor::User(ana), Permission::Microphone).await?,
            "one does not bring another"
        );
        assert!(!allows(&t.db, Actor::User(bo), Permission::Location).await?, "others say for themselves");
        assert!(
            allows(&t.db, Actor::ApiKey(ApiKeyId(1)), Permission::Location).await?,
            "a key has no device"
        );
        set(&t.db, ana, vec![(Permission::Location, false)]).await?;
        assert!(!allows(&t.db, Actor::User(ana), Permission::Location).await?);
        Ok(())
    })
    .await;
}
