use super::dns::{Answer, DnsResolver, Unreachable};
use super::model::*;
use super::*;
use crate::dkim::DkimSigner;
use futures_util::future::BoxFuture;
use kernel::Timestamp;
use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;
use std::sync::Mutex;
use testkit::{TestDb, for_each_engine};

/// DNS as a table. Names in `broken` do not answer.
#[derive(Default)]
struct Zone {
    txt: Mutex<BTreeMap<String, Vec<String>>>,
    mx: BTreeMap<String, Vec<(u16, String)>>,
    cname: BTreeMap<String, String>,
    addresses: BTreeMap<String, Vec<IpAddr>>,
    broken: HashSet<String>,
}

impl Zone {
    fn with_txt(records: &[(&str, &str)]) -> Self {
        let zone = Zone::default();
        for (name, value) in records {
            zone.put_txt(name, value);
        }
        zone
    }

    fn put_txt(&self, name: &str, value: &str) {
        self.txt.lock().unwrap().entry(name.into()).or_default().push(value.into());
    }

    fn answer<T>(&self, name: &str, found: Vec<T>) -> Answer<T> {
        if self.broken.contains(name) { Err(Unreachable) } else { Ok(found) }
    }
}

impl DnsResolver for Zone {
    fn txt<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Answer<String>> {
        let found = self.txt.lock().unwrap().get(name).cloned().unwrap_or_default();
        Box::pin(async move { self.answer(name, found) })
    }
    fn mx<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Answer<(u16, String)>> {
        Box::pin(async move { self.answer(name, self.mx.get(name).cloned().unwrap_or_default()) })
    }
    fn cname<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Answer<String>> {
        Box::pin(async move { self.answer(name, self.cname.get(name).cloned().into_iter().collect()) })
    }
    fn addresses<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Answer<IpAddr>> {
        Box::pin(async move { self.answer(name, self.addresses.get(name).cloned().unwrap_or_default()) })
    }
}

fn domain() -> SenderDomain {
    SenderDomain {
        id: DomainId(1),
        domain: "shop.example".into(),
        bounce_host: "bounce.shop.example".into(),
        tracking_host: "t.shop.example".into(),
        spf_mechanisms: "include:_spf.relay.example".into(),
        verified: false,
        checked_at: None,
        findings: Vec::new(),
        created_at: Timestamp(0),
    }
}

async fn status_of(zone: &Zone, purpose: RecordPurpose) -> (RecordStatus, String) {
    let d = domain();
    let wanted = wanted_records(&d, &[], "push.host.example");
    let found = check::check(zone, &d, wanted).await;
    let record = found.into_iter().find(|r| r.purpose == purpose).unwrap();
    (record.status, record.detail)
}

async fn spf_of(records: &[(&str, &str)]) -> spf::SpfReport {
    let mut zone = Zone::with_txt(records);
    zone.addresses.insert("a.example".into(), vec!["192.0.2.1".parse().unwrap()]);
    spf::inspect(&zone, "b.example").await.unwrap()
}

#[tokio::test]
async fn spf_records_are_counted_as_receivers_count() {
    let plain = spf_of(&[("b.example", "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 a:a.example ~all")]).await;
    assert!(plain.is_valid() && plain.lookups == 1, "{plain:?}");
    assert!(plain.has_mechanisms_of("v=spf1 ip4:192.0.2.0/24 -all"));
    assert!(!plain.has_mechanisms_of("v=spf1 include:x.example -all"));

    let chain: Vec<(String, String)> = (0..12)
        .map(|n| (format!("i{n}.example"), format!("v=spf1 include:i{}.example ~all", n + 1)))
        .collect();
    let mut records: Vec<(&str, &str)> = chain.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    records.push(("b.example", "v=spf1 include:i0.example ~all"));
    let deep = spf_of(&records).await;
    assert!(!deep.is_valid() && deep.lookups > 10, "{deep:?}");

    let looped = spf_of(&[("b.example", "v=spf1 include:b.example ~all")]).await;
    assert!(!looped.is_valid(), "a loop ends and is refused");
}

#[tokio::test]
async fn broken_spf_records_are_refused_with_a_reason() {
    for (records, word) in [
        (vec![("b.example", "v=spf1 mx ~all"), ("b.example", "v=spf1 a ~all")], "more than one"),
        (vec![("b.example", "v=spf1 include:none.example ~all")], "no SPF record"),
        (vec![("b.example", "v=spf1 ip4:192.0.2.300 ~all")], "no address"),
        (vec![("b.example", "v=spf1 ip4:192.0.2.1/33 ~all")], "length"),
        (vec![("b.example", "v=spf1 ip4:2001:db8::1 ~all")], "no address"),
        (vec![("b.example", "v=spf1 ipv4:192.0.2.1 ~all")], "no SPF term"),
        (vec![("b.example", "v=spf1 ptr ~all")], "ptr"),
        (vec![("b.example", "v=spf1 a:x1.example a:x2.example a:x3.example ~all")], "do not exist"),
    ] {
        let report = spf_of(&records).await;
        assert!(
            !report.is_valid() && report.errors.iter().any(|e| e.contains(word)),
            "{records:?}: {report:?}"
        );
    }
    let others = spf_of(&[("b.example", "google-site-verification=x"), ("b.example", "v=spf10 all")]).await;
    assert_eq!((others.records, others.record), (0, None), "other texts are not SPF");
}

#[tokio::test]
async fn dmarc_is_found_by_walking_up_and_old_tags_are_pointed_out() {
    let zone = Zone::with_txt(&[("_dmarc.example.org", "v=DMARC1; p=reject; aspf=s; pct=50")]);
    let found = dmarc::find(&zone, "news.eu.example.org").await.unwrap().unwrap();
    assert_eq!(
        (found.domain.as_str(), found.policy, found.strict_spf),
        ("example.org", dmarc::Policy::Reject, true)
    );
    assert!(found.warnings[0].contains("pct"), "{found:?}");
    assert!(dmarc::find(&zone, "shop.example").await.unwrap().is_none());
    let deep = "a.b.c.d.e.f.g.h.i.j.example.org";
    assert!(dmarc::find(&zone, deep).await.unwrap().is_some(), "long names are cut to seven labels");
    let testing = Zone::with_txt(&[("_dmarc.shop.example", "v=DMARC1; p=quarantine; t=y")]);
    assert!(dmarc::find(&testing, "shop.example").await.unwrap().unwrap().testing);
    let twice = Zone::with_txt(&[
        ("_dmarc.shop.example", "v=DMARC1; p=none"),
        ("_dmarc.shop.example", "v=DMARC1; p=none"),
    ]);
    assert!(!dmarc::find(&twice, "shop.example").await.unwrap().unwrap().warnings.is_empty());
}

#[test]
fn alignment_is_relaxed_within_one_organisation_only() {
    let aligned = |from, other, organisation, strict| dmarc::is_aligned(from, other, organisation, strict);
    assert!(aligned("shop.example", "shop.example", "shop.example", true));
    assert!(aligned("shop.example", "bounce.shop.example", "shop.example", false));
    assert!(aligned("news.shop.example", "bounce.shop.example", "shop.example", false));
    assert!(!aligned("shop.example", "bounce.shop.example", "shop.example", true));
    assert!(!aligned("shop.example", "bounce.relay.example", "shop.example", false));
    assert!(!aligned("shop.example", "badshop.example", "shop.example", false));
}

#[tokio::test]
async fn every_record_is_judged() {
    use RecordPurpose::*;
    use RecordStatus::*;
    let empty = Zone::default();
    for purpose in [ReturnPathSpf, ReturnPathMx, Dmarc, TrackingHost] {
        assert_eq!(status_of(&empty, purpose).await.0, Missing, "{purpose:?}");
    }
    let mut zone = Zone::with_txt(&[
        ("bounce.shop.example", "v=spf1 include:_spf.relay.example -all"),
        ("_spf.relay.example", "v=spf1 ip4:192.0.2.1 -all"),
        ("_dmarc.shop.example", "v=DMARC1; p=none"),
    ]);
    zone.mx.insert("bounce.shop.example".into(), vec![(10, "push.host.example".into())]);
    zone.cname.insert("t.shop.example".into(), "push.host.example".into());
    for purpose in [ReturnPathSpf, ReturnPathMx, Dmarc, TrackingHost] {
        assert_eq!(status_of(&zone, purpose).await, (Ok, String::new()), "{purpose:?}");
    }
    zone.mx.insert(
        "bounce.shop.example".into(),
        vec![(10, "push.host.example".into()), (20, "x.example".into())],
    );
    assert_eq!(status_of(&zone, ReturnPathMx).await.0, Warning);
    zone.mx.insert("bounce.shop.example".into(), vec![(20, "x.example".into())]);
    assert_eq!(status_of(&zone, ReturnPathMx).await.0, Wrong);
    zone.cname.clear();
    zone.addresses.insert("t.shop.example".into(), vec!["192.0.2.9".parse().unwrap()]);
    assert_eq!(status_of(&zone, TrackingHost).await.0, Wrong);
    zone.addresses.insert("push.host.example".into(), vec!["192.0.2.9".parse().unwrap()]);
    assert_eq!(status_of(&zone, TrackingHost).await.0, Ok, "the same address is as good as an alias");
    zone.broken.insert("bounce.shop.example".into());
    assert_eq!(status_of(&zone, ReturnPathSpf).await.0, Unknown, "silence is not absence");
}

async fn publish(t: &TestDb, zone: &Zone, id: DomainId) {
    let keys = t.a.read(move |tx| list_keys(tx, id)).await.unwrap();
    for key in keys.iter().filter(|k| k.state == KeyState::Pending) {
        zone.put_txt(&format!("{}._domainkey.shop.example", key.selector), &key.record);
    }
}

async fn states(t: &TestDb, id: DomainId) -> Vec<(String, KeyState)> {
    let keys = t.a.read(move |tx| list_keys(tx, id)).await.unwrap();
    keys.into_iter().map(|k| (k.selector, k.state)).collect()
}

async fn signer(t: &TestDb) -> DkimSigner {
    let keys = t.vault.keys(&t.db, t.a.scope()).await.unwrap();
    t.a.read(move |tx| load_signer(tx, &keys, "Shop.example")).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_sign_once_published_and_overlap_when_rotated() {
    for_each_engine(|t| async move {
        let keys = t.vault.keys(&t.db, t.a.scope()).await?;
        let new = NewDomain {
            domain: "shop.example".into(),
            bounce_host: "bounce.shop.example".into(),
            tracking_host: "t.shop.example".into(),
            spf_mechanisms: "mx".into(),
        };
        let pair = NewPair::generate(keys.clone()).await?;
        let id = t.a.write(move |tx| create_domain(tx, &new, pair)).await?;
        let zone = Arc::new(Zone::with_txt(&[
            ("_dmarc.shop.example", "v=DMARC1; p=none"),
            ("bounce.shop.example", "v=spf1 mx ~all"),
        ]));
        let dns = Dns(zone.clone());

        check_domain(&t.a, &dns, "push.host.example", id).await?;
        assert!(signer(&t).await.is_empty(), "an unpublished key does not sign");
        publish(&t, &zone, id).await;
        check_domain(&t.a, &dns, "push.host.example", id).await?;
        assert_eq!(
            states(&t, id).await,
            [("sp1".into(), KeyState::Active), ("sp1e".into(), KeyState::Active)]
        );
        let checked = t.a.read(move |tx| get_domain(tx, id)).await?;
        assert!(checked.verified, "{:?}", checked.findings);
        let mut out = Vec::new();
        signer(&t).await.sign(b"From: a@shop.example\r\n", b"x\r\n", t.now(), &mut out)?;
        assert_eq!(String::from_utf8(out).unwrap().matches("d=shop.example; s=sp1").count(), 2);

        let pair = NewPair::generate(keys).await?;
        t.a.write(move |tx| insert_pair(tx, id, pair)).await?;
        check_domain(&t.a, &dns, "push.host.example", id).await?;
        assert_eq!(
            states(&t, id).await[0].1,
            KeyState::Active,
            "the old pair signs until the new one is there"
        );
        publish(&t, &zone, id).await;
        check_domain(&t.a, &dns, "push.host.example", id).await?;
        let expected = [KeyState::Retiring, KeyState::Retiring, KeyState::Active, KeyState::Active];
        assert_eq!(states(&t, id).await.iter().map(|s| s.1).collect::<Vec<_>>(), expected);
        t.advance_ms(OVERLAP_MS);
        check_domain(&t.a, &dns, "push.host.example", id).await?;
        assert_eq!(states(&t, id).await.len(), 2, "the old pair is destroyed");
        assert!(t.b.read(move |tx| get_domain(tx, id)).await.is_err(), "the twin does not see it");
        Ok(())
    })
    .await;
}

#[test]
fn the_zone_file_splits_long_texts() {
    let record = DnsRecord {
        purpose: RecordPurpose::Dkim,
        kind: "TXT".into(),
        name: "sp1._domainkey.shop.example".into(),
        value: format!("v=DKIM1; k=rsa; p={}", "A".repeat(392)),
        required: true,
        found: Vec::new(),
        status: RecordStatus::Unchecked,
        detail: String::new(),
    };
    let zone = zone_file(&[record]);
    assert!(zone.starts_with("sp1._domainkey.shop.example. 3600 IN TXT ( \"v=DKIM1; k=rsa; p=A"), "{zone}");
    assert!(zone.split('"').all(|s| s.len() <= 255), "{zone}");
}

#[test]
fn hosts_and_mechanisms_are_read_strictly() {
    assert_eq!(parse_host(" Shop.Example. "), Some("shop.example".into()));
    for wrong in [
        "",
        "shop",
        "192.0.2.1",
        "a..b",
        "-a.example",
        "shop.example/x",
        "shöp.example",
        "a b.example",
        "x.\n.example",
    ] {
        assert_eq!(parse_host(wrong), None, "{wrong}");
    }
    assert_eq!(parse_mechanisms(" mx  include:_spf.a.example "), Some("mx include:_spf.a.example".into()));
    for wrong in ["", "all", "-all", "v=spf1", "mx; p=x", "ip5:1", "include:a\"b"] {
        assert_eq!(parse_mechanisms(wrong), None, "{wrong}");
    }
}

#[test]
fn our_host_is_taken_from_the_public_address() {
    assert_eq!(our_host("https://push.example"), "push.example");
    assert_eq!(our_host("http://127.0.0.1:8080"), "127.0.0.1");
    assert_eq!(our_host("http://[::1]:8080/x"), "::1");
}
