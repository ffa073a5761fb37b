use super::model::URL_TOKEN_LENGTH;
use super::*;
use kernel::ids::{CampaignId, StoreId};
use std::sync::Arc;
use store::StoreKeys;
use testkit::TestDb;

const PURPOSES: [Purpose; 7] = [
    Purpose::Click,
    Purpose::Open,
    Purpose::Unsubscribe,
    Purpose::Preferences,
    Purpose::WebView,
    Purpose::Feedback,
    Purpose::Report,
];

async fn keys(t: &TestDb) -> Arc<StoreKeys> {
    t.vault.keys(&t.db, t.a.scope()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_with_what_was_put_in() {
    let t = TestDb::sqlite().await.unwrap();
    let keys = keys(&t).await;
    let tokens = MessageTokens::new(&keys, t.a.store(), CampaignId(77), 4_000_000_000);
    for purpose in PURPOSES {
        let mut text = String::new();
        tokens.url(purpose, 513, &mut text);
        assert_eq!(text.len(), URL_TOKEN_LENGTH);
        let opened = open(&t.db, &t.vault, purpose, &text).await.unwrap().expect("a valid token");
        let expected = Claims {
            purpose,
            store: t.a.store(),
            campaign: CampaignId(77),
            ordinal: 4_000_000_000,
            link: 513,
        };
        assert_eq!(opened.claims, expected);
        for other in PURPOSES.into_iter().filter(|p| *p != purpose) {
            assert!(open(&t.db, &t.vault, other, &text).await.unwrap().is_none(), "{text} as {other:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn address_tokens_survive_upper_case_and_fit_an_address() {
    let t = TestDb::sqlite().await.unwrap();
    let keys = keys(&t).await;
    let tokens = MessageTokens::new(&keys, t.a.store(), CampaignId(i64::MAX), u32::MAX);
    let (mut back, mut leave) = (String::new(), String::new());
    tokens.return_path_local(&mut back);
    tokens.unsubscribe_local(&mut leave);
    assert!(back.len() <= 64 && leave.len() <= 64, "{} {}", back.len(), leave.len());
    for (text, purpose) in [(&back, Purpose::ReturnPath), (&leave, Purpose::MailtoUnsubscribe)] {
        for text in [text.clone(), text.to_uppercase()] {
            let opened = open_address(&t.db, &t.vault, &text).await.unwrap().expect("a valid token");
            assert_eq!((opened.claims.purpose, opened.claims.ordinal), (purpose, u32::MAX));
        }
    }
    let swapped = back.replacen("b+", "u+", 1);
    assert!(
        open_address(&t.db, &t.vault, &swapped).await.unwrap().is_none(),
        "purposes are not interchangeable"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn any_changed_character_makes_a_token_invalid() {
    let t = TestDb::sqlite().await.unwrap();
    let keys = keys(&t).await;
    let tokens = MessageTokens::new(&keys, t.a.store(), CampaignId(5), 6);
    let (mut url, mut address) = (String::new(), String::new());
    tokens.url(Purpose::Click, 1, &mut url);
    tokens.return_path_local(&mut address);
    let valid = |text: &str| decode(text).is_some_and(|u| u.verify(&keys).is_some());
    let valid_address = |text: &str| decode_address(text).is_some_and(|u| u.verify(&keys).is_some());
    assert!(valid(&url) && valid_address(&address));
    for at in 0..url.len() {
        for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=é".chars() {
            if url.as_bytes()[at] as char != c {
                assert!(!valid(&format!("{}{c}{}", &url[..at], &url[at + 1..])), "{at} {c}");
            }
        }
    }
    for at in 2..address.len() {
        for c in "abcdefghijklmnopqrstuvwxyz2345670189é".chars() {
            if address.as_bytes()[at] as char != c {
                assert!(!valid_address(&format!("{}{c}{}", &address[..at], &address[at + 1..])), "{at} {c}");
            }
        }
    }
    assert!(
        !valid(&url[1..])
            && !valid(&format!("{url}A"))
            && !valid("")
            && !valid_address("b+")
            && !valid_address("é")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_store_does_not_open_under_another() {
    let t = TestDb::sqlite().await.unwrap();
    let mut forged = String::new();
    // Made with the keys of A, pretending to be of B.
    MessageTokens::new(&*keys(&t).await, t.b.store(), CampaignId(1), 1).url(
        Purpose::Unsubscribe,
        0,
        &mut forged,
    );
    assert!(open(&t.db, &t.vault, Purpose::Unsubscribe, &forged).await.unwrap().is_none());
    let mut unknown = String::new();
    MessageTokens::new(&*keys(&t).await, StoreId(12345), CampaignId(1), 1).url(
        Purpose::Open,
        0,
        &mut unknown,
    );
    assert!(
        open(&t.db, &t.vault, Purpose::Open, &unknown).await.unwrap().is_none(),
        "there is no such store"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_message_id_is_the_same_at_every_attempt_and_differs_between_messages() {
    let t = TestDb::sqlite().await.unwrap();
    let keys = keys(&t).await;
    let id = |campaign, ordinal| {
        let mut text = String::new();
        MessageTokens::new(&keys, t.a.store(), CampaignId(campaign), ordinal).message_id_local(&mut text);
        text
    };
    assert_eq!(id(1, 1), id(1, 1));
    assert!(id(1, 1) != id(1, 2) && id(1, 1) != id(2, 1));
    assert!(id(1, 1).bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
}

proptest::proptest! {
    #[test]
    fn base32_reads_back_what_it_wrote(bytes: [u8; 33]) {
        let mut text = String::new();
        base32::encode(&bytes, &mut text);
        proptest::prop_assert_eq!(base32::decode::<33>(&text), Some(bytes));
        proptest::prop_assert_eq!(base32::decode::<32>(&text), None);
    }

    #[test]
    fn reading_hostile_tokens_never_panics(text in ".{0,80}") {
        let _ = decode(&text);
        let _ = decode_address(&text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_has_the_same_token_wherever_it_stands_and_no_other_link_has_it() {
    let t = TestDb::sqlite().await.unwrap();
    let keys = keys(&t).await;
    let tokens = MessageTokens::new(&keys, t.a.store(), CampaignId(77), 5);
    let token = |tokens: &MessageTokens, purpose, link| {
        let mut text = String::new();
        tokens.url(purpose, link, &mut text);
        text
    };
    let mut seen = std::collections::HashSet::new();
    for link in [0, 1, 23, 24, 25, 65_535] {
        let first = token(&tokens, Purpose::Click, link);
        assert_eq!(token(&tokens, Purpose::Click, link), first);
        let fresh = MessageTokens::new(&keys, t.a.store(), CampaignId(77), 5);
        assert_eq!(token(&fresh, Purpose::Click, link), first);
        assert!(seen.insert(first));
    }
    let unsubscribe = token(&tokens, Purpose::Unsubscribe, 0);
    assert_eq!(token(&tokens, Purpose::Unsubscribe, 0), unsubscribe);
    assert!(seen.insert(unsubscribe));
}
