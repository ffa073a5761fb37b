use super::classify::{Visitor, classify};
use super::links::{header_form, may_be_followed};
use super::model::*;
use super::*;
use crate::outbox::{ChunkOutcome, Fate};
use crate::templates::MessageUrls as _;
use crate::testing::{App, erase, subscriber};
use crate::tokens::{MessageLinks, MessageTokens};
use axum::http::{HeaderMap, HeaderName, Method};
use futures_util::future::BoxFuture;
use kernel::Result;
use kernel::ids::CampaignId;
use std::net::IpAddr;
use store::{Scoped, params};
use testkit::{TestDb, for_each_engine};

const CAMPAIGN: CampaignId = CampaignId(7);
const BROWSER: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0";

fn class_of(
    kind: HitKind,
    method: Method,
    headers: &[(&'static str, &'static str)],
    ip: &str,
) -> (HitClass, &'static str) {
    let headers: HeaderMap =
        headers.iter().map(|(n, v)| (HeaderName::from_static(n), v.parse().unwrap())).collect();
    let ip: IpAddr = ip.parse().unwrap();
    let (class, rule) = classify(kind, &Visitor { method: &method, headers: &headers, ip });
    (class, super::classify::RULES[usize::from(rule)].id)
}

#[test]
fn machines_are_told_from_people() {
    use HitClass::*;
    use HitKind::{Click, Open};
    let get = Method::GET;
    let person = [("user-agent", BROWSER), ("accept-language", "en")];
    for (kind, method, headers, ip, expected) in [
        (Click, get.clone(), &person[..], "203.0.113.9", (Human, "default")),
        (Open, get.clone(), &person[..1], "203.0.113.9", (Human, "default")),
        (Click, Method::HEAD, &person[..], "203.0.113.9", (Scanner, "head")),
        (Open, Method::HEAD, &person[..], "203.0.113.9", (Scanner, "head")),
        (Click, get.clone(), &person[..1], "203.0.113.9", (Scanner, "no_language")),
        (Click, get.clone(), &[("accept-language", "en")][..], "203.0.113.9", (Unknown, "no_agent")),
        (Open, get.clone(), &[("user-agent", "Mozilla/5.0")][..], "203.0.113.9", (PrefetchMpp, "apple_mpp")),
        (Open, get.clone(), &person[..], "17.58.1.2", (PrefetchMpp, "apple_network")),
        (
            Open,
            get.clone(),
            &[(
                "user-agent",
                "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            )][..],
            "66.249.84.1",
            (ImageProxy, "google_image_proxy"),
        ),
        (
            Open,
            get.clone(),
            &[("user-agent", "YahooMailProxy; https://help.yahoo.com/")][..],
            "203.0.113.9",
            (ImageProxy, "yahoo_image_proxy"),
        ),
        (
            Click,
            get.clone(),
            &[("user-agent", "BarracudaCentral"), ("accept-language", "en")][..],
            "203.0.113.9",
            (Scanner, "scanner_agent"),
        ),
        (
            Click,
            get.clone(),
            &[("user-agent", "python-requests/2.32")][..],
            "203.0.113.9",
            (Bot, "bot_agent"),
        ),
        (
            Click,
            get.clone(),
            &[("user-agent", "facebookexternalhit/1.1"), ("accept-language", "en")][..],
            "203.0.113.9",
            (Bot, "bot_agent"),
        ),
        (
            Click,
            get,
            &[("user-agent", BROWSER), ("accept-language", "en"), ("sec-purpose", "prefetch;prerender")][..],
            "203.0.113.9",
            (Scanner, "prefetch_header"),
        ),
    ] {
        assert_eq!(class_of(kind, method, headers, ip), expected, "{kind:?} {headers:?}");
    }
    for (place, rule) in super::classify::RULES.iter().enumerate() {
        assert_eq!(place, usize::from(rule.number));
    }
}

#[test]
fn only_web_addresses_are_followed() {
    for good in ["https://shop.example/a?b=c#d", "http://shop.example", "HTTPS://shop.example/ü"] {
        assert!(may_be_followed(good), "{good}");
    }
    for bad in [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "/relative",
        "https:///x",
        "https://",
        "ftp://x.example",
        "https://shop.example/\r\nSet-Cookie: a=b",
        "https://shop.example/a b",
        "http://@evil.example",
        "vbscript:x",
    ] {
        assert!(!may_be_followed(bad), "{bad}");
    }
    assert_eq!(header_form("https://shop.example/ü?q=€"), "https://shop.example/%C3%BC?q=%E2%82%AC");
}

#[test]
fn a_hit_survives_its_event_without_address_or_agent() {
    let record = HitRecord { class: HitClass::Scanner, rule: 10, link: 513 };
    assert_eq!(HitRecord::decode(&[3, 10, 1, 2]), Some(record));
    assert_eq!(HitRecord::decode(&[3, 10, 1]), None);
    assert!(
        !is_human(&[3, 10, 1, 2]) && is_human(&[0, 0, 1, 2]) && is_human(&[2, 3, 0, 0]) && !is_human(&[])
    );
}

/// Rebuilds links as "the shop's page of this contact".
struct ByOrdinal;

impl Rebuild for ByOrdinal {
    fn destination<'a>(
        &'a self,
        _: &'a Scoped,
        _: CampaignId,
        ordinal: u32,
        link: u16,
    ) -> BoxFuture<'a, Result<Option<String>>> {
        let url = match link {
            1 => format!("https://shop.example/of/{ordinal}"),
            _ => "javascript:alert(1)".into(),
        };
        Box::pin(async move { Ok(Some(url)) })
    }
    fn web_view<'a>(&'a self, _: &'a Scoped, _: CampaignId, _: u32) -> BoxFuture<'a, Result<Option<String>>> {
        Box::pin(async { Ok(None) })
    }
}

async fn app(t: &TestDb) -> App {
    let urls = [Some("https://shop.example/sale?utm_source=mail"), None, None];
    t.a.write(move |tx| freeze_links(tx, CAMPAIGN, &urls)).await.unwrap();
    App::new(t, vec![feature()], |state| {
        state.insert(Rebuilder(std::sync::Arc::new(ByOrdinal)));
    })
}

async fn path(t: &TestDb, ordinal: u32, write: impl Fn(&MessageLinks<'_>, &mut String)) -> String {
    let keys = t.vault.keys(&t.db, t.a.scope()).await.unwrap();
    let mut out = String::new();
    write(&MessageLinks::new("", MessageTokens::new(&keys, t.a.store(), CAMPAIGN, ordinal)), &mut out);
    out
}

async fn click_path(t: &TestDb, ordinal: u32, link: u16) -> String {
    path(t, ordinal, |links, out| links.click(link, out)).await
}

/// Recorded hits: kind, contact, class, link.
async fn recorded(t: &TestDb, app: &App) -> Vec<(String, u32, HitClass, u16)> {
    app.state.service::<Tracker>().flush_all().await;
    let events = t.a.read(|tx| tx.events_after(0, 1_000)).await.unwrap();
    events
        .into_iter()
        .filter(|e| e.kind == OPENED || e.kind == CLICKED)
        .map(|e| {
            let record = HitRecord::decode(&e.body).unwrap();
            assert_eq!(e.campaign, Some(CAMPAIGN.0));
            (e.kind, e.ordinal.unwrap(), record.class, record.link)
        })
        .collect()
}

const PERSON: [(&str, &str); 2] = [("user-agent", BROWSER), ("accept-language", "en")];

#[tokio::test(flavor = "multi_thread")]
async fn a_click_leads_to_the_frozen_destination_and_is_recorded() {
    for_each_engine(|t| async move {
        let ana = subscriber(&t, &t.a, "ana@mail.example").await;
        let app = app(&t).await;
        let answer = app.send(Method::GET, &click_path(&t, ana, 0).await, &PERSON, Vec::new()).await;
        assert_eq!(answer.status, 302);
        assert_eq!(answer.header("location"), "https://shop.example/sale?utm_source=mail");
        assert_eq!(
            (answer.header("referrer-policy"), answer.header("cache-control")),
            ("no-referrer", "no-store")
        );
        assert!(answer.header("set-cookie").is_empty());
        let dynamic = app.send(Method::GET, &click_path(&t, ana, 1).await, &PERSON, Vec::new()).await;
        assert_eq!(dynamic.header("location"), format!("https://shop.example/of/{ana}"));
        let mut hits = recorded(&t, &app).await;
        hits.sort_by_key(|h| h.3);
        assert_eq!(
            hits,
            [(CLICKED.into(), ana, HitClass::Human, 0), (CLICKED.into(), ana, HitClass::Human, 1)]
        );
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_a_link_of_ours_leads_nowhere_and_records_nothing() {
    for_each_engine(|t| async move {
        let ana = subscriber(&t, &t.a, "ana@mail.example").await;
        let app = app(&t).await;
        let good = click_path(&t, ana, 0).await;
        let open = path(&t, ana, |l, o| l.open_pixel(o)).await;
        for wrong in [
            "/c/".to_owned(),
            "/c/x".into(),
            format!("{good}A"),
            good.replace(&good[20..21], if &good[20..21] == "A" { "B" } else { "A" }),
            open.replace("/o/", "/c/"),
            click_path(&t, ana, 2).await,
            click_path(&t, ana, 3).await,
            click_path(&t, ana, u16::MAX).await,
        ] {
            let answer = app.send(Method::GET, &wrong, &PERSON, Vec::new()).await;
            assert_eq!(answer.status, 404, "{wrong}: {}", answer.text());
            assert!(answer.header("location").is_empty());
        }
        let foreign = [PERSON[0], PERSON[1], ("host", "t.other.example")];
        assert_eq!(
            app.send(Method::GET, &good, &foreign, Vec::new()).await.status,
            404,
            "another store's host"
        );
        assert_eq!(recorded(&t, &app).await, []);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_and_pixels_are_served_and_heads_are_never_people() {
    for_each_engine(|t| async move {
        let ana = subscriber(&t, &t.a, "ana@mail.example").await;
        let app = app(&t).await;
        let head = app.send(Method::HEAD, &click_path(&t, ana, 0).await, &PERSON, Vec::new()).await;
        assert_eq!((head.status.as_u16(), head.body.len()), (302, 0));
        let pixel =
            app.send(Method::GET, &path(&t, ana, |l, o| l.open_pixel(o)).await, &PERSON, Vec::new()).await;
        assert_eq!((pixel.status.as_u16(), pixel.header("content-type")), (200, "image/gif"));
        assert_eq!(pixel.header("cross-origin-resource-policy"), "cross-origin", "webmail may show it");
        assert!(pixel.body.starts_with(b"GIF89a"));
        let mut hits = recorded(&t, &app).await;
        hits.sort();
        assert_eq!(
            hits,
            [(CLICKED.into(), ana, HitClass::Scanner, 0), (OPENED.into(), ana, HitClass::Human, 0)]
        );
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_links_at_once_are_a_scanner_and_many_recipients_too() {
    for_each_engine(|t| async move {
        let ana = subscriber(&t, &t.a, "ana@mail.example").await;
        let urls =
            [Some("https://shop.example/1"), Some("https://shop.example/2"), Some("https://shop.example/3")];
        t.a.write(move |tx| freeze_links(tx, CAMPAIGN, &urls)).await?;
        let app = App::new(&t, vec![feature()], |_| ());
        for link in 0..3 {
            app.send(Method::GET, &click_path(&t, ana, link).await, &PERSON, Vec::new()).await;
        }
        assert!(recorded(&t, &app).await.iter().all(|h| h.2 == HitClass::Scanner));
        let mut crowd = Vec::new();
        for n in 0..10 {
            crowd.push(subscriber(&t, &t.a, &format!("c{n}@firm.example")).await);
        }
        let tracker = app.state.service::<Tracker>();
        let hit = |ordinal, link| Hit {
            store: t.a.store(),
            campaign: CAMPAIGN,
            ordinal,
            kind: HitKind::Click,
            link,
            at: t.now(),
            class: HitClass::Human,
            rule: 0,
        };
        for ordinal in &crowd {
            tracker.push(hit(*ordinal, 0), "203.0.113.0".parse().unwrap());
            tracker.push(hit(*ordinal, 1), "10.0.0.0".parse().unwrap());
        }
        let hits = recorded(&t, &app).await;
        let class = |link| hits.iter().find(|h| h.1 == crowd[9] && h.3 == link).map(|h| h.2);
        assert_eq!(class(0), Some(HitClass::Scanner), "ten recipients in one network");
        assert_eq!(class(1), Some(HitClass::Human), "an own proxy's address says nothing");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_recorded_of_who_refused_or_was_erased_or_whose_store_turned_it_off() {
    for_each_engine(|t| async move {
        let (ana, ben, cem) = (
            subscriber(&t, &t.a, "ana@mail.example").await,
            subscriber(&t, &t.a, "ben@mail.example").await,
            subscriber(&t, &t.a, "cem@mail.example").await,
        );
        let app = app(&t).await;
        t.a.write(move |tx| refuse(tx, ana)).await?;
        assert_eq!(t.a.read(load_refusals).await?.iter().collect::<Vec<_>>(), [ana]);
        erase(&t, &t.a, ben).await;
        for ordinal in [ana, ben, cem] {
            let pixel = path(&t, ordinal, |l, o| l.open_pixel(o)).await;
            assert_eq!(app.send(Method::GET, &pixel, &PERSON, Vec::new()).await.status, 200);
        }
        assert_eq!(recorded(&t, &app).await, [(OPENED.into(), cem, HitClass::Human, 0)]);
        t.a.write(move |tx| allow(tx, ana)).await?;
        let off = serde_json::json!({ "track_opens": false }).to_string();
        t.db.system().execute(&SET_SETTINGS, params![t.a.store().0, off]).await?;
        for ordinal in [ana, cem] {
            let pixel = path(&t, ordinal, |l, o| l.open_pixel(o)).await;
            app.send(Method::GET, &pixel, &PERSON, Vec::new()).await;
            let click = app.send(Method::GET, &click_path(&t, ordinal, 0).await, &PERSON, Vec::new()).await;
            assert_eq!(click.status, 302);
        }
        let hits = recorded(&t, &app).await;
        assert_eq!(hits.iter().filter(|h| h.0 == OPENED).count(), 1, "{hits:?}");
        assert_eq!(hits.iter().filter(|h| h.0 == CLICKED).count(), 2, "clicks are still on");
        Ok(())
    })
    .await;
}

store::global_statements! {
    /// What the settings screen does.
    SET_SETTINGS = "UPDATE stores SET settings = $2 WHERE id = $1";
}

store::statements! {
    /// What the dispatcher does.
    PUT_CHUNK = "INSERT INTO send_chunks (store_id, send_id, chunk, lane, first_place, size, attempt, worker, fence,
        lease_until, state, first_ordinal, last_ordinal, claimed_at, outcome, settled_at)
        VALUES ($1, $2, 0, 0, 0, 1, 0, 1, 1, 0, 'settled', $3, $3, $4, $5, $4)";
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_at_the_moment_of_the_hand_off_is_a_machines() {
    for_each_engine(|t| async move {
        let ana = subscriber(&t, &t.a, "ana@mail.example").await;
        let app = app(&t).await;
        let outcome = ChunkOutcome::of([(ana, Fate::Accepted)]).encode()?;
        let now = t.now();
        t.a.execute(&PUT_CHUNK, params![CAMPAIGN, ana, now, outcome]).await?;
        let click = click_path(&t, ana, 0).await;
        t.advance_ms(500);
        app.send(Method::GET, &click, &PERSON, Vec::new()).await;
        assert_eq!(recorded(&t, &app).await[0].2, HitClass::Scanner);
        t.advance_ms(1_000);
        app.send(Method::GET, &click, &PERSON, Vec::new()).await;
        assert_eq!(recorded(&t, &app).await[1].2, HitClass::Human);
        Ok(())
    })
    .await;
}
