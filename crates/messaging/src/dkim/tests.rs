use super::canonical::{Fields, hash_relaxed_body, write_relaxed_field};
use super::*;
use aws_lc_rs::digest::{SHA256, digest};
use kernel::Timestamp;
use mail_auth::common::parse::TxtRecordParser;
use mail_auth::common::verify::DomainKey;
use mail_auth::hickory_resolver::config::{ResolverConfig, ResolverOpts};
use mail_auth::{
    AuthenticatedMessage, DkimResult, MX, MessageAuthenticator, Parameters, RecordSet, ResolverCache, Txt,
};
use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Instant;

/// In the year 2100: the verifier reads the machine's clock and must not find a signature expired.
const NOW: Timestamp = Timestamp(4_102_444_800_000);

const ED25519: &str = include_str!("fixtures/ed25519-pkcs8.pem");
const RSA_PKCS1: &str = include_str!("fixtures/rsa-pkcs1.pem");
const RSA_PKCS8: &str = include_str!("fixtures/rsa-pkcs8.pem");
const RSA_SHORT: &str = include_str!("fixtures/rsa-1024.pem");

const HEADERS: &str = "From: Shop <news@shop.example>\r\nTo: ana@mail.example\r\nSubject: Ten  new\r\n things\r\n\
    Date: Mon, 23 Nov 2026 09:00:00 +0000\r\nMessage-ID: <a@bounce.shop.example>\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/alternative;\r\n boundary=\"b\"\r\nList-Unsubscribe: <https://t.shop.example/u/x>,\r\n\
    \x20<mailto:u+x@bounce.shop.example>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nX-Other: 1\r\n";
const BODY: &str = "--b\r\nContent-Type: text/plain\r\n\r\nHello  Ana \t\r\n\r\n--b--\r\n\r\n\r\n";

/// A cache that answers from a map; it stands for DNS.
struct Records<V>(HashMap<String, V>);

impl<K, V: Clone> ResolverCache<K, V> for Records<V> {
    fn get<Q>(&self, name: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        // The key type is opaque here; one record per test makes the look-up trivial.
        let _ = name;
        self.0.values().next().cloned()
    }
    fn remove<Q>(&self, _: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }
    fn insert(&self, _: K, _: V, _: Instant) {}
}

/// One verdict per signature whose key is `record`.
async fn verify(message: &[u8], record: &str) -> Vec<DkimResult> {
    let key: Txt = Txt::DomainKey(Arc::new(DomainKey::parse(record.as_bytes()).unwrap()));
    let records = Records(HashMap::from([(String::new(), key)]));
    let verifier = MessageAuthenticator::new(ResolverConfig::default(), ResolverOpts::default()).unwrap();
    let parsed = AuthenticatedMessage::parse(message).unwrap();
    let parameters = Parameters {
        params: &parsed,
        cache_txt: Some(&records),
        cache_mx: None::<&Records<RecordSet<MX>>>,
        cache_ptr: None::<&Records<RecordSet<Box<str>>>>,
        cache_ipv4: None::<&Records<RecordSet<Ipv4Addr>>>,
        cache_ipv6: None::<&Records<RecordSet<Ipv6Addr>>>,
    };
    verifier.verify_dkim(parameters).await.iter().map(|o| o.result().clone()).collect()
}

fn signing(domain: &str, selector: &str, key: PrivateKey) -> SigningKey {
    SigningKey { domain: domain.into(), selector: selector.into(), key: Arc::new(key) }
}

fn signed(keys: Vec<SigningKey>, headers: &str, body: &str) -> Vec<u8> {
    let mut message = Vec::new();
    DkimSigner::new(keys).unwrap().sign(headers.as_bytes(), body.as_bytes(), NOW, &mut message).unwrap();
    message.extend_from_slice(headers.as_bytes());
    message.extend_from_slice(b"\r\n");
    message.extend_from_slice(body.as_bytes());
    message
}

fn passed(results: &[DkimResult]) -> bool {
    results.len() == 1 && results[0] == DkimResult::Pass
}

#[tokio::test]
async fn an_independent_verifier_accepts_signatures_of_every_kind_of_key() {
    let keys = [
        PrivateKey::from_pem(Algorithm::Ed25519, ED25519).unwrap(),
        PrivateKey::from_pem(Algorithm::Rsa, RSA_PKCS1).unwrap(),
        PrivateKey::from_pem(Algorithm::Rsa, RSA_PKCS8).unwrap(),
        PrivateKey::generate(Algorithm::Ed25519).unwrap(),
        PrivateKey::generate(Algorithm::Rsa).unwrap(),
    ];
    for key in keys {
        let record = key.dns_record().unwrap();
        let message = signed(vec![signing("shop.example", "sp1", key)], HEADERS, BODY);
        let results = verify(&message, &record).await;
        assert!(passed(&results), "{record}: {results:?}\n{}", String::from_utf8_lossy(&message));
    }
}

#[tokio::test]
async fn a_stored_key_signs_like_the_one_it_was_made_from() {
    for algorithm in [Algorithm::Rsa, Algorithm::Ed25519] {
        let key = PrivateKey::generate(algorithm).unwrap();
        let record = key.dns_record().unwrap();
        let again = PrivateKey::from_pkcs8(algorithm, &key.to_pkcs8().unwrap()).unwrap();
        assert!(passed(
            &verify(&signed(vec![signing("d.example", "s", again)], HEADERS, BODY), &record).await
        ));
    }
}

#[tokio::test]
async fn what_was_signed_cannot_be_changed_or_doubled() {
    let key = PrivateKey::from_pem(Algorithm::Ed25519, ED25519).unwrap();
    let record = key.dns_record().unwrap();
    let message =
        String::from_utf8(signed(vec![signing("shop.example", "sp1", key)], HEADERS, BODY)).unwrap();
    let changes = [
        message.replace("Ten  new", "Nine new"),
        message.replace("Hello", "Hallo"),
        message.replace("From: Shop", "From: Evil"),
        message.replace("t.shop.example/u/x", "t.shop.example/u/y"),
        message.replace("One-Click", "Two-Click"),
        format!("From: x@evil.example\r\n{message}"),
        message.replace("\r\nX-Other: 1", "\r\nSubject: second\r\nX-Other: 1"),
    ];
    for changed in changes {
        assert_ne!(changed, message);
        assert!(!passed(&verify(changed.as_bytes(), &record).await), "{changed}");
    }
    // What relays may do: fold again, squeeze spaces, add fields on top and empty lines below.
    let relayed =
        format!("Received: by x\r\n{}\r\n\r\n", message.replace("Ten  new\r\n things", "Ten new things"));
    assert!(passed(&verify(relayed.as_bytes(), &record).await));
}

#[tokio::test]
async fn several_keys_sign_at_once() {
    let rsa = PrivateKey::from_pem(Algorithm::Rsa, RSA_PKCS1).unwrap();
    let ed = PrivateKey::from_pem(Algorithm::Ed25519, ED25519).unwrap();
    let (rsa_record, ed_record) = (rsa.dns_record().unwrap(), ed.dns_record().unwrap());
    let message =
        signed(vec![signing("shop.example", "r", rsa), signing("shop.example", "e", ed)], HEADERS, BODY);
    for record in [rsa_record, ed_record] {
        let results = verify(&message, &record).await;
        assert_eq!(results.len(), 2);
        assert_eq!(
            results.iter().filter(|r| **r == DkimResult::Pass).count(),
            1,
            "the other key is not its own"
        );
    }
    let text = String::from_utf8(message).unwrap();
    assert!(text.lines().all(|l| l.len() <= 300), "{text}");
    assert!(text.contains("t=4102444800; x=4103654400;") && !text.contains("l="), "{text}");
    let h = "h=From:To:Subject:Date:Message-ID:MIME-Version:Content-Type:List-Unsubscribe:List-Unsubscribe-Post:From:Subject;";
    assert!(text.contains(h), "{text}");
}

#[test]
fn keys_that_are_not_usable_are_refused_with_a_reason() {
    for (algorithm, pem) in [
        (Algorithm::Rsa, ED25519),
        (Algorithm::Ed25519, RSA_PKCS8),
        (Algorithm::Ed25519, RSA_PKCS1),
        (Algorithm::Rsa, RSA_SHORT),
        (Algorithm::Rsa, ""),
        (Algorithm::Rsa, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
    ] {
        assert!(PrivateKey::from_pem(algorithm, pem).expect_err(pem).problem().is_some());
    }
    let key = PrivateKey::generate(Algorithm::Ed25519).unwrap();
    assert!(DkimSigner::new(vec![signing("shop.example; x", "s", key)]).is_err());
    let key = PrivateKey::generate(Algorithm::Ed25519).unwrap();
    assert!(DkimSigner::new(vec![signing("shop.example", "s\r\n", key)]).is_err());
}

#[test]
fn bodies_are_relaxed_as_the_standard_says() {
    let same = |body: &str, relaxed: &str| {
        let expected = digest(&SHA256, relaxed.as_bytes());
        assert_eq!(hash_relaxed_body(body.as_bytes()).as_ref(), expected.as_ref(), "{body:?}");
    };
    same(" C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n");
    same("", "");
    same("\r\n\r\n", "");
    same(" \t\r\n", "");
    same("a", "a\r\n");
    same("a\r\n \r\nb\r\n", "a\r\n\r\nb\r\n");
    same("a b\r\n", "a b\r\n");
    same("a\tb\r\n", "a b\r\n");
    same("a \r\n \r\n", "a\r\n");
}

#[test]
fn header_fields_are_relaxed_as_the_standard_says() {
    let relaxed = |value: &str| {
        let mut out = Vec::new();
        write_relaxed_field("b", value.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    };
    assert_eq!(relaxed(" Y\t\r\n\tZ  \r\n"), "b:Y Z\r\n");
    assert_eq!(relaxed("\r\n"), "b:\r\n");
    let fields = Fields::parse(b"A: 1\r\nb : 2\r\n 3\r\nA:4\r\nnothing\r\n");
    assert_eq!(fields.last("a"), Some(&b"4\r\n"[..]));
    assert_eq!(fields.last("B"), Some(&b" 2\r\n 3\r\n"[..]));
    assert_eq!(fields.last("c"), None);
}
