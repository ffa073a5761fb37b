//! Messages of a program: written once into one buffer, and the same as what their parts make apart.

use super::super::batch::{Item, Measure};
use super::super::carrier::Maker;
use super::super::program::{
    AttributesOf, EmailMaker, FrozenKey, FrozenSigning, FrozenStore, MakerParts, Program, Urls, view,
};
use super::super::recipient::{Names, Recipient};
use crate::channels::email::smtp::{Prepared, is_transparent};
use crate::compose;
use crate::dkim::{Algorithm, PrivateKey};
use crate::gate::MessageClass;
use crate::templates::{Body, EmailSource, Message, RenderData, Tracking};
use crate::tokens::{MessageLinks, MessageTokens};
use audience::contacts::{Facts, Origin, PersonalFields};
use kernel::Timestamp;
use kernel::ids::{CampaignId, RelayId};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::sync::Arc;
use store::StoreKeys;
use testkit::TestDb;

const SEND: CampaignId = CampaignId(77);

fn program(keys: &StoreKeys, algorithms: &[Algorithm]) -> Program {
    let key = |algorithm: &Algorithm| {
        FrozenKey::seal(keys, algorithm.word(), &PrivateKey::generate(*algorithm).unwrap()).unwrap()
    };
    let frozen = algorithms.iter().map(key).collect::<Vec<_>>();
    let links = (0..30).map(|n| format!("<a href=\"https://shop.example/{n}\">{n}</a>")).collect::<String>();
    Program {
        name: "Spring".into(),
        class: MessageClass::Marketing,
        source: EmailSource {
            subject: "For {{ contact.first_name }}".into(),
            preheader: String::new(),
            body: Body::Html {
                source: format!(
                    "<p>.{{{{ contact.first_name }}}}</p>\n.. {}\n.{{{{ contact.city }}}}{links}<p>{{{{ store.postal_address }}}} \
                     <a href=\"{{{{ links.unsubscribe }}}}\">no more</a></p>",
                    ".".repeat(200)
                ),
            },
            text: None,
        },
        utm: None,
        from: "Shop <news@shop.example>".into(),
        reply_to: None,
        relay: RelayId(1),
        connections: None,
        track_opens: true,
        track_clicks: true,
        store: FrozenStore { postal_address: "1 Shop Street".into(), ..FrozenStore::default() },
        links_base: "https://t.shop.example".into(),
        bounce_domain: "bounce.shop.example".into(),
        quiet: None,
        cap: None,
        time_zone: "UTC".into(),
        language: "en".into(),
        signing: (!frozen.is_empty()).then(|| FrozenSigning { domain: "shop.example".into(), keys: frozen }),
        test_recipient: None,
    }
}

fn item(first_name: &str, city: &str) -> Item {
    let personal = PersonalFields {
        email: Some("ana@mail.example".into()),
        first_name: Some(first_name.to_owned()),
        city: Some(city.to_owned()),
        ..PersonalFields::default()
    };
    let facts = Facts::new(Timestamp(0), Origin::Api);
    let contact = Recipient::of(facts, personal, &Names::default()).expect("an address");
    Item { ordinal: 5, slot: 0, contact, measure: Measure::of(false, None) }
}

/// Signatures, headers, empty line and body, each made by itself.
fn composed(t: &TestDb, keys: &StoreKeys, program: &Program, item: &Item) -> Vec<u8> {
    let (compiled, headers) = (program.compile().unwrap(), program.headers(t.a.store(), SEND).unwrap());
    let links =
        || MessageLinks::new(&program.links_base, MessageTokens::new(keys, t.a.store(), SEND, item.ordinal));
    let (store, campaign, names) = (program.store_view(), program.campaign_view(SEND), Names::default());
    let attributes = AttributesOf { recipient: &item.contact, names: &names };
    let contact = view(&item.contact, &attributes);
    let data = RenderData { contact, store: &store, campaign: &campaign, now: t.now(), extra: None };
    let (mut subject, mut head, mut body, mut all) = (String::new(), Vec::new(), Vec::new(), Vec::new());
    let (for_subject, for_body) = (links(), links());
    let tracking = Tracking { clicks: true, opens: true };
    compiled.write_subject(&data, Message { urls: &Urls(&for_subject), tracking }, &mut subject).unwrap();
    compiled.write_body(&data, Message { urls: &Urls(&for_body), tracking }, &mut body).unwrap();
    let to = compose::Recipient { address: &item.contact.address, name: None };
    headers.write(to, &subject, t.now(), links().tokens(), &mut head);
    if let Some(signing) = &program.signing {
        signing.signer(keys).unwrap().sign(&head, &body, t.now(), &mut all).unwrap();
    }
    [all, head, b"\r\n".to_vec(), body].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_written_in_one_go_equals_its_parts_and_needs_no_stuffing() {
    let t = TestDb::sqlite().await.unwrap();
    let keys = t.vault.keys(&t.db, t.a.scope()).await.unwrap();
    // RSA with PKCS#1 v1.5 and Ed25519 are deterministic: the same message has the same signature.
    for algorithms in [&[][..], &[Algorithm::Ed25519], &[Algorithm::Ed25519, Algorithm::Rsa]] {
        let program = program(&keys, algorithms);
        let parts = MakerParts {
            store: t.a.store(),
            send: SEND,
            keys: keys.clone(),
            signer: program.signing.as_ref().map_or_else(
                || crate::dkim::DkimSigner::new(Vec::new()).unwrap(),
                |signing| signing.signer(&keys).unwrap(),
            ),
            clock: t.db.clock().clone(),
            names: Arc::new(Names::default()),
        };
        let maker = EmailMaker::new(&program, parts).unwrap();
        // One buffer for all messages, as a connection has.
        let out = std::cell::RefCell::new(Prepared::default());
        let text = "(\\PC|[ .\\r\\n\\t=<&]){0,120}";
        TestRunner::new(Config::with_cases(32))
            .run(&(text, text), |(first_name, city)| {
                let item = item(&first_name, &city);
                let mut out = out.borrow_mut();
                maker.make(&item, &mut out).unwrap();
                let expected = composed(&t, &keys, &program, &item);
                prop_assert!(out.body == expected, "{}", String::from_utf8_lossy(&out.body));
                prop_assert!(is_transparent(&out.body));
                prop_assert_eq!(&out.rcpt_to, "ana@mail.example");
                Ok(())
            })
            .unwrap();
    }
}
