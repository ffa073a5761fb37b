//! For tests of this crate: contacts, and the router of [`testkit::App`].

use audience::consent::model::Grounds;
use audience::consent::{Channel, ConsentSource, ConsentStatus};
use audience::contacts::{
    self, Draft, Existing, Facts, Origin, PersonalFields, RequestedStatus, UpsertOptions,
};
use store::Scoped;
use testkit::TestDb;
pub(crate) use testkit::{Answer, App};

fn grounds(at: kernel::Timestamp) -> Grounds {
    Grounds {
        source: ConsentSource::Form,
        wording: "Yes, send me news".into(),
        wording_version: "1".into(),
        at,
        actor: "usr_test".into(),
        import: None,
    }
}

/// Makes a contact who subscribed to email; answers its ordinal.
pub(crate) async fn subscriber(t: &TestDb, store: &Scoped, email: &str) -> u32 {
    let keys = t.vault.keys(&t.db, store.scope()).await.unwrap();
    let draft = Draft {
        personal: PersonalFields { email: Some(email.to_owned()), ..PersonalFields::default() },
        statuses: vec![RequestedStatus {
            channel: Channel::Email,
            status: ConsentStatus::Subscribed,
            at: None,
        }],
        ..Draft::default()
    };
    let options = UpsertOptions { existing: Existing::Skip, origin: Origin::Api, grounds: grounds(t.now()) };
    store.write(move |tx| contacts::create(tx, &keys, draft, &options)).await.unwrap().ordinal
}

/// What is known of a contact.
pub(crate) async fn facts(store: &Scoped, ordinal: u32) -> Facts {
    store.read(move |tx| contacts::find_by_ordinal(tx, ordinal)).await.unwrap().expect("a contact").facts
}

/// Erases a contact.
pub(crate) async fn erase(t: &TestDb, store: &Scoped, ordinal: u32) {
    let grounds = grounds(t.now());
    store.write(move |tx| contacts::erase(tx, &[ordinal], &grounds)).await.unwrap();
}
