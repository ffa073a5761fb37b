//! A no stays a no.

use crate::consent::model::*;
use crate::consent::{self, StatusRequest};
use crate::contacts::Existing;
use crate::contacts::tests::{by_email, draft, grounds, keys, options, put, subscribed};
use kernel::{Code, Timestamp};
use proptest::prelude::*;
use roaring::RoaringBitmap;
use testkit::for_each_engine;

fn check(
    current: &str,
    requested: ConsentStatus,
    source: ConsentSource,
    evidence: &str,
    wanted: Option<ConsentStatus>,
) {
    let mut state = ChannelStatus::default();
    for word in current.split(' ') {
        if let Some(status) = ConsentStatus::from_word(word) {
            state.status = status;
        }
        if let Some(flag) = Suppression::from_word(word) {
            state.set_flag(flag, Some(Timestamp(1)));
        }
    }
    let evidence = Evidence { wording: evidence.contains('w'), proof: evidence.contains('p') };
    assert_eq!(apply(&state, requested, source, evidence), wanted, "{current} {requested} {source}");
}

#[test]
fn the_rules_of_consent() {
    use ConsentSource::*;
    use ConsentStatus::*;
    check("never_subscribed", Subscribed, Import, "", Some(Subscribed));
    check("never_subscribed bounced", Subscribed, Import, "w", None);
    check("never_subscribed complained", Subscribed, Shop, "w", None);
    check("never_subscribed bounced", Subscribed, Form, "w", Some(Subscribed));
    check("subscribed", NeverSubscribed, Import, "", None);
    check("subscribed", Unsubscribed, Import, "", Some(Unsubscribed));
    check("unsubscribed", Subscribed, Import, "wp", None);
    check("unsubscribed", Subscribed, Shop, "wp", None);
    check("unsubscribed", Subscribed, Form, "w", Some(Subscribed));
    check("unsubscribed", Subscribed, Form, "", None);
    check("unsubscribed", Subscribed, Api, "w", None);
    check("unsubscribed", Subscribed, Api, "wp", Some(Subscribed));
    check("unsubscribed", Subscribed, OneClick, "wp", None);
    check("unsubscribed", Unsubscribed, OneClick, "", None);
    check("unsubscribed", NeverSubscribed, Manual, "wp", None);
}

#[test]
fn numbers_and_words_lead_back() {
    for number in 0..64 {
        if let Some(change) = Change::from_number(number) {
            assert_eq!(i64::from(change.number()), number);
        }
    }
    for c in Channel::ALL {
        assert_eq!(Channel::from_word(c.as_str()), Some(*c));
    }
    let body = ConsentChanged {
        channel: Channel::Sms,
        change: Change::Lift(Suppression::Bounced),
        members: Some(RoaringBitmap::from_iter([1, 5])),
    };
    assert_eq!(ConsentChanged::decode(&body.encode()), Some(body));
    assert_eq!(ConsentChanged::decode(&[]), None);
    assert_eq!(ConsentChanged::decode(&[0, 200]), None);
}

fn source() -> impl Strategy<Value = ConsentSource> {
    proptest::sample::select(ConsentSource::ALL)
}

proptest! {
    #[test]
    fn no_sequence_of_imports_brings_back_a_no(
        steps in proptest::collection::vec((source(), 0_i64..3, any::<(bool, bool)>()), 1..40),
    ) {
        let mut state = ChannelStatus { status: ConsentStatus::Unsubscribed, ..ChannelStatus::default() };
        for (source, wanted, (wording, proof)) in steps {
            let wanted = ConsentStatus::from_number(wanted).unwrap();
            let before = state;
            if let Some(new) = apply(&state, wanted, source, Evidence { wording, proof }) {
                state.take(Change::Status(new), Timestamp(1));
            }
            if before.status == ConsentStatus::Unsubscribed && state.status != before.status {
                prop_assert!(wording, "a yes after a no shows its wording");
                prop_assert!(source.is_opt_in_by_contact() || (source.is_opt_in_by_report() && proof));
            }
            prop_assert!(state.status != ConsentStatus::NeverSubscribed, "an answer is not forgotten");
        }
    }
}

fn request(status: ConsentStatus, source: ConsentSource, proof: Option<&str>) -> StatusRequest {
    StatusRequest {
        channel: Channel::Email,
        status,
        grounds: grounds(source),
        ip: Some("203.0.113.9".into()),
        proof: proof.map(str::to_owned),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_never_resurrects_and_a_contact_can() {
    for_each_engine(|t| async move {
        let import = options(Existing::Overwrite, ConsentSource::Import);
        let yes = || subscribed(draft("ana@shop.example", ""), Channel::Email, ConsentStatus::Subscribed);
        put(&t, &t.a, vec![yes()], &import).await?;
        t.a.write(|tx| consent::unsubscribe(tx, 0, Channel::Email, &grounds(ConsentSource::UnsubscribePage)))
            .await?;
        let out = put(&t, &t.a, vec![yes(), yes()], &import).await?;
        assert_eq!((out.subscriptions_refused, out.unchanged), (2, 2));
        let (contact, _) = by_email(&t, &t.a, "ana@shop.example").await.unwrap();
        assert_eq!(contact.facts.channel(Channel::Email).status, ConsentStatus::Unsubscribed);
        assert_eq!(
            contact.facts.channel(Channel::Sms).status,
            ConsentStatus::NeverSubscribed,
            "channels are apart"
        );

        let keys = keys(&t, &t.a).await;
        let set = |r: StatusRequest| {
            let (keys, store, id) = (keys.clone(), t.a.clone(), contact.id);
            async move { store.write(move |tx| consent::set_status(tx, &keys, id, &r)).await }
        };
        let refused = set(request(ConsentStatus::Subscribed, ConsentSource::Api, None)).await.unwrap_err();
        assert!(refused.is(Code::Conflict));
        let back = set(request(ConsentStatus::Subscribed, ConsentSource::Form, Some("form 12"))).await?;
        assert!(back.facts.channel(Channel::Email).is_sendable());
        let again = set(request(ConsentStatus::Subscribed, ConsentSource::Form, Some("form 13"))).await?;
        assert_eq!(again.version, back.version, "fresh evidence changes no status");

        let history = t.a.read(|tx| consent::sql::list_history(tx, 0)).await?;
        let words: Vec<String> =
            history.iter().map(|e| format!("{} {}", e.change.as_word(), e.grounds.source)).collect();
        assert_eq!(
            words,
            ["subscribed form", "subscribed form", "unsubscribed unsubscribe_page", "subscribed import"]
        );
        let key = back.key(&keys)?;
        assert_eq!(key.open(consent::change::PROOF, history[1].proof_sealed.as_ref().unwrap())?, b"form 12");
        assert_eq!(key.open(consent::change::IP, history[1].ip_sealed.as_ref().unwrap())?, b"203.0.113.9");
        assert!(t.b.read(|tx| consent::sql::list_history(tx, 0)).await?.is_empty(), "the twin has none");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_without_its_wording_is_not_recorded() {
    for_each_engine(|t| async move {
        put(&t, &t.a, vec![draft("a@shop.example", "")], &options(Existing::FillGaps, ConsentSource::Import))
            .await?;
        let (contact, _) = by_email(&t, &t.a, "a@shop.example").await.unwrap();
        let keys = keys(&t, &t.a).await;
        let mut bare = request(ConsentStatus::Subscribed, ConsentSource::Manual, None);
        bare.grounds.wording = "  ".into();
        let refused = t.a.write(move |tx| consent::set_status(tx, &keys, contact.id, &bare)).await;
        assert!(refused.unwrap_err().is(Code::Validation));
        assert!(t.a.read(|tx| consent::sql::list_history(tx, 0)).await?.is_empty());
        Ok(())
    })
    .await;
}
