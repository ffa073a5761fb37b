//! The pages as a recipient, a mail program and a scanner meet them.

use super::html::REASONS;
use super::replay::replay;
use super::spool::{Request as Spooled, Spool, Way};
use super::words::Language;
use audience::consent::model::Grounds;
use audience::consent::{Channel, ChannelStatus, ConsentSource, ConsentStatus};
use audience::contacts::{self, Draft, Existing, Origin, PersonalFields, RequestedStatus, UpsertOptions};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use futures_util::future::BoxFuture;
use kernel::ids::{AccountId, CampaignId, StoreId, UserId};
use kernel::{Result, Timestamp};
use messaging::suppression::LeavingReason;
use messaging::templates::MessageUrls;
use messaging::tokens::{MessageLinks, MessageTokens, Purpose};
use messaging::tracking::{self, Rebuild, Rebuilder};
use std::sync::Arc;
use store::{Scope, Scoped, global_statements, params};
use testkit::{TestDb, for_each_engine};
use tower::ServiceExt as _;
use web::state::StateBuilder;
use web::{Actor, AppState, Authenticate, Caller, HttpConfig, Principal, Reach, Rights};

const CAMPAIGN: CampaignId = CampaignId(7);

struct Nobody;

impl Authenticate for Nobody {
    fn identify<'a>(&'a self, _: &'a Caller<'a>) -> BoxFuture<'a, Result<Principal>> {
        let principal = Principal {
            actor: Actor::User(UserId(1)),
            account: AccountId(1),
            session: None,
            policy_accepted: true,
            reach: Reach::Account(Rights::none()),
        };
        Box::pin(async move { Ok(principal) })
    }
    fn enter<'a>(&'a self, _: &'a Principal, _: Option<StoreId>) -> BoxFuture<'a, Result<(Scope, Rights)>> {
        Box::pin(async { Err(kernel::Problem::not_found("store").into()) })
    }
}

struct View;

impl Rebuild for View {
    fn destination<'a>(
        &'a self,
        _: &'a Scoped,
        _: CampaignId,
        _: u32,
        _: u16,
    ) -> BoxFuture<'a, Result<Option<String>>> {
        Box::pin(async { Ok(None) })
    }
    fn web_view<'a>(
        &'a self,
        _: &'a Scoped,
        campaign: CampaignId,
        _: u32,
    ) -> BoxFuture<'a, Result<Option<String>>> {
        let html = (campaign == CAMPAIGN).then(|| "<p>Hello<script>alert(1)</script></p>".to_owned());
        Box::pin(async move { Ok(html) })
    }
}

struct App {
    state: AppState,
    router: Router,
}

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    text: String,
}

const FORM: &str = "application/x-www-form-urlencoded";

impl App {
    fn new(t: &TestDb) -> Self {
        let feature = super::feature();
        let mut builder = StateBuilder::new(t.db.clone(), t.vault.clone(), HttpConfig::local(t.dir()));
        builder.insert(Rebuilder(Arc::new(View)));
        for services in &feature.services {
            services(&mut builder).unwrap();
        }
        let state = builder.build(Arc::new(Nobody));
        App { router: web::app::router(&[feature], state.clone()), state }
    }

    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1:8080");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(headers.get(header::SET_COOKIE).is_none(), "{path} sets no cookie");
        Answer { status, headers, text }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "").await
    }

    async fn post(&self, path: &str, body: &str) -> Answer {
        self.send(Method::POST, path, &[("content-type", FORM)], body).await
    }
}

fn grounds(at: Timestamp) -> Grounds {
    Grounds {
        source: ConsentSource::Form,
        wording: "Yes, send me news".into(),
        wording_version: "1".into(),
        at,
        actor: "usr_test".into(),
        import: None,
    }
}

async fn subscriber(t: &TestDb, store: &Scoped, language: Option<&str>) -> u32 {
    let keys = t.vault.keys(&t.db, store.scope()).await.unwrap();
    let subscribed = |channel| RequestedStatus { channel, status: ConsentStatus::Subscribed, at: None };
    let draft = Draft {
        personal: PersonalFields {
            email: Some("ana.li@mail.example".into()),
            phone: Some("+6591234567".into()),
            first_name: Some("<b>Ana</b>".into()),
            ..PersonalFields::default()
        },
        language: language.map(str::to_owned),
        statuses: vec![subscribed(Channel::Email), subscribed(Channel::Sms)],
        ..Draft::default()
    };
    let options = UpsertOptions { existing: Existing::Skip, origin: Origin::Api, grounds: grounds(t.now()) };
    store.write(move |tx| contacts::create(tx, &keys, draft, &options)).await.unwrap().ordinal
}

async fn channel(store: &Scoped, ordinal: u32, channel: Channel) -> ChannelStatus {
    let contact = store.read(move |tx| contacts::find_by_ordinal(tx, ordinal)).await.unwrap();
    *contact.expect("a contact").facts.channel(channel)
}

async fn email(t: &TestDb, ordinal: u32) -> ConsentStatus {
    channel(&t.a, ordinal, Channel::Email).await.status
}

async fn path(t: &TestDb, ordinal: u32, write: impl Fn(&MessageLinks<'_>, &mut String)) -> String {
    let keys = t.vault.keys(&t.db, t.a.scope()).await.unwrap();
    let mut out = String::new();
    write(&MessageLinks::new("", MessageTokens::new(&keys, t.a.store(), CAMPAIGN, ordinal)), &mut out);
    out
}

async fn leave_path(t: &TestDb, ordinal: u32) -> String {
    path(t, ordinal, |links, out| links.unsubscribe(out)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_never_unsubscribes_and_shows_the_address_masked() {
    for_each_engine(|t| async move {
        let (app, ana) = (App::new(&t), subscriber(&t, &t.a, None).await);
        let paths = [
            leave_path(&t, ana).await,
            path(&t, ana, |l, o| l.preferences(o)).await,
            path(&t, ana, |l, o| l.web_view(o)).await,
        ];
        for path in &paths {
            for method in [Method::GET, Method::HEAD] {
                let answer = app.send(method, path, &[("user-agent", "scanner")], "").await;
                assert_eq!(answer.status, 200, "{path}");
                assert!(!answer.text.contains("ana.li@mail.example"), "{}", answer.text);
                assert_eq!(answer.headers["x-robots-tag"], "noindex, nofollow");
                assert_eq!(answer.headers["referrer-policy"], "no-referrer");
            }
        }
        assert_eq!(email(&t, ana).await, ConsentStatus::Subscribed);
        let page = app.get(&paths[0]).await.text;
        assert!(page.contains("a…@mail.example") && page.matches("<button").count() == 1, "{page}");
        assert!(!page.contains("<script"), "works without scripts");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_click_unsubscribes_in_every_form_the_standard_allows_and_repeats_harmlessly() {
    for_each_engine(|t| async move {
        let app = App::new(&t);
        let multipart =
            "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
        let ana = subscriber(&t, &t.a, None).await;
        let twin = subscriber(&t, &t.b, None).await;
        let leave = leave_path(&t, ana).await;
        for (kind, body) in [
            (FORM, "List-Unsubscribe=One-Click"),
            (FORM, "List-Unsubscribe=One-Click"),
            ("multipart/form-data; boundary=x", multipart),
        ] {
            let answer = app.send(Method::POST, &leave, &[("content-type", kind)], body).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            assert_eq!(email(&t, ana).await, ConsentStatus::Unsubscribed);
        }
        let history = t.a.read(move |tx| audience::consent::sql::list_history(tx, ana)).await?;
        assert_eq!(history[0].grounds.source, ConsentSource::OneClick);
        assert_eq!(history.iter().filter(|e| e.channel == Channel::Email).count(), 2, "written once");
        assert_eq!(
            channel(&t.a, ana, Channel::Sms).await.status,
            ConsentStatus::Subscribed,
            "another channel"
        );
        assert_eq!(
            channel(&t.b, twin, Channel::Email).await.status,
            ConsentStatus::Subscribed,
            "another store"
        );
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_a_request_of_ours_changes_nothing() {
    for_each_engine(|t| async move {
        let (app, ana) = (App::new(&t), subscriber(&t, &t.a, None).await);
        let leave = leave_path(&t, ana).await;
        for body in ["", "x", "action=", "List-Unsubscribe=", "List-Unsubscribe=Two-Click", "action=save"] {
            assert_eq!(app.post(&leave, body).await.status, 400, "{body}");
        }
        let forged = format!("{}A", &leave[..leave.len() - 1]);
        let forged = if forged == leave { format!("{}B", &leave[..leave.len() - 1]) } else { forged };
        let pixel = path(&t, ana, |l, o| l.open_pixel(o)).await.replace("/o/", "/u/");
        for wrong in [forged.as_str(), pixel.as_str(), "/u/x", "/p/x", "/v/x", "/abuse?m=x", "/abuse"] {
            let page = app.get(wrong).await;
            assert_eq!(page.status, 404, "{wrong}");
            assert!(page.text.contains("<!doctype html>"), "a page for people");
        }
        for wrong in [forged, pixel] {
            assert_eq!(app.post(&wrong, "List-Unsubscribe=One-Click").await.status, 404, "{wrong}");
        }
        assert_eq!(email(&t, ana).await, ConsentStatus::Subscribed);
        assert!(app.state.service::<Spool>().is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_unsubscribes_asks_why_and_takes_it_back() {
    for_each_engine(|t| async move {
        let (app, ana) = (App::new(&t), subscriber(&t, &t.a, None).await);
        let leave = leave_path(&t, ana).await;
        let done = app.post(&leave, "action=unsubscribe").await;
        assert_eq!(done.status, 200);
        assert!(done.text.contains("You are unsubscribed") && done.text.contains("Undo"), "{}", done.text);
        assert_eq!(email(&t, ana).await, ConsentStatus::Unsubscribed);
        assert!(app.get(&leave).await.text.contains("You are unsubscribed"), "a second visit says so");
        for (place, reason) in REASONS.iter().enumerate() {
            assert!(LeavingReason::of_place(place).is_some());
            assert_eq!(app.post(&leave, &format!("action=reason&reason={reason}")).await.status, 200);
        }
        let events = t.a.read(|tx| tx.events_after(0, 100)).await?;
        assert_eq!(
            events.iter().filter(|e| e.kind == "message.leaving_explained").count(),
            1,
            "one reason a message"
        );
        let undone = app.post(&leave, "action=resubscribe").await;
        assert!(undone.text.contains("subscribed again"), "{}", undone.text);
        assert_eq!(email(&t, ana).await, ConsentStatus::Subscribed);
        let history = t.a.read(move |tx| audience::consent::sql::list_history(tx, ana)).await?;
        assert_eq!(history[0].grounds.source, ConsentSource::PreferenceCentre);
        assert!(history[0].grounds.wording.contains("again") && history[0].ip_sealed.is_some());
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_preference_centre_changes_channels_and_measuring() {
    for_each_engine(|t| async move {
        let (app, ana) = (App::new(&t), subscriber(&t, &t.a, None).await);
        let path = path(&t, ana, |l, o| l.preferences(o)).await;
        let page = app.get(&path).await.text;
        assert_eq!(page.matches(" checked").count(), 3, "email, text messages, measuring: {page}");
        let saved = app.post(&path, "action=save&sms=yes").await;
        assert!(saved.text.contains("Your choices are saved"), "{}", saved.text);
        assert_eq!(email(&t, ana).await, ConsentStatus::Unsubscribed);
        assert_eq!(channel(&t.a, ana, Channel::Sms).await.status, ConsentStatus::Subscribed);
        assert!(t.a.read(move |tx| tracking::is_refused(tx, ana)).await?);
        app.post(&path, "action=save&email=yes&sms=yes&tracking=yes").await;
        assert_eq!(email(&t, ana).await, ConsentStatus::Subscribed);
        assert!(!t.a.read(move |tx| tracking::is_refused(tx, ana)).await?);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_abuse_is_a_complaint_that_no_link_takes_back() {
    for_each_engine(|t| async move {
        let (app, ana) = (App::new(&t), subscriber(&t, &t.a, None).await);
        let keys = t.vault.keys(&t.db, t.a.scope()).await?;
        let mut token = String::new();
        MessageTokens::new(&keys, t.a.store(), CAMPAIGN, ana).url(Purpose::Report, 0, &mut token);
        let path = format!("/abuse?m={token}");
        assert_eq!(app.get(&path).await.status, 200);
        assert_eq!(email(&t, ana).await, ConsentStatus::Subscribed);
        assert_eq!(app.post(&path, "action=report").await.status, 200);
        let state = channel(&t.a, ana, Channel::Email).await;
        assert!(state.complained_at.is_some() && state.status == ConsentStatus::Unsubscribed);
        let back = app.post(&leave_path(&t, ana).await, "action=resubscribe").await;
        assert!(back.text.contains("cannot subscribe you again"), "{}", back.text);
        assert_eq!(email(&t, ana).await, ConsentStatus::Unsubscribed);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_view_runs_nothing() {
    for_each_engine(|t| async move {
        let (app, ana) = (App::new(&t), subscriber(&t, &t.a, None).await);
        let view = app.get(&path(&t, ana, |l, o| l.web_view(o)).await).await;
        let policy = view.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"));
        assert!(!policy.contains("script") && !policy.contains("allow-same-origin"), "{policy}");
        Ok(())
    })
    .await;
}

global_statements! {
    /// The database goes away as far as contacts are concerned.
    HIDE = "ALTER TABLE contacts RENAME TO contacts_away";
    /// And comes back.
    SHOW = "ALTER TABLE contacts_away RENAME TO contacts";
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_works_while_the_database_is_away() {
    for_each_engine(|t| async move {
        let (app, ana) = (App::new(&t), subscriber(&t, &t.a, None).await);
        let leave = leave_path(&t, ana).await;
        let foreign = {
            let keys = t.vault.keys(&t.db, t.b.scope()).await?;
            let mut token = String::new();
            MessageTokens::new(&keys, t.a.store(), CAMPAIGN, ana + 1).url(
                Purpose::Unsubscribe,
                0,
                &mut token,
            );
            token
        };
        t.db.system().execute(&HIDE, params![]).await?;
        let page = app.get(&leave).await;
        assert!(page.status == 200 && page.text.contains("<button"), "{}", page.text);
        for _ in 0..2 {
            assert_eq!(app.post(&leave, "List-Unsubscribe=One-Click").await.status, 200);
        }
        let by_page = app.post(&leave, "action=unsubscribe").await;
        assert!(by_page.status == 200 && by_page.text.contains("You are unsubscribed"), "{}", by_page.text);
        let spool = app.state.service::<Spool>();
        assert!(!spool.is_empty());
        assert!(replay(&app.state).await.is_err(), "still away: everything stays");
        assert!(!spool.is_empty());
        spool.append(&Spooled { token: foreign, way: Way::OneClick, at: t.now() })?;
        t.db.system().execute(&SHOW, params![]).await?;
        assert_eq!(replay(&app.state).await?, 3, "the forged token has no effect");
        assert!(spool.is_empty());
        assert_eq!(email(&t, ana).await, ConsentStatus::Unsubscribed);
        let text = std::fs::read_to_string(t.dir().join(super::spool::FILE_NAME)).unwrap();
        assert!(text.is_empty());
        Ok(())
    })
    .await;
}

#[test]
fn a_spool_cut_by_a_full_disk_keeps_its_whole_lines() {
    use std::io::Write as _;
    let dir = tempfile::tempdir().unwrap();
    let spool = Spool::new(dir.path());
    let request = Spooled { token: "t".into(), way: Way::Page, at: Timestamp(1) };
    assert!(spool.is_empty());
    spool.append(&request).unwrap();
    let file = dir.path().join(super::spool::FILE_NAME);
    std::fs::OpenOptions::new().append(true).open(&file).unwrap().write_all(b"{\"token\":\"cut").unwrap();
    let second = Spooled { token: "u".into(), ..request.clone() };
    spool.append(&second).unwrap();
    let taken = spool.take().unwrap();
    assert_eq!(taken.requests, [request.clone(), second.clone()]);
    drop(taken);
    let taken = spool.take().unwrap();
    assert_eq!(taken.requests, [request, second], "a crash before the end repeats");
    taken.done().unwrap();
    assert!(spool.is_empty());
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_speak_the_language_of_the_person() {
    for_each_engine(|t| async move {
        let (app, ana) = (App::new(&t), subscriber(&t, &t.a, Some("zh-TW")).await);
        let leave = leave_path(&t, ana).await;
        let page = app.get(&leave).await.text;
        assert!(page.contains("<html lang=\"zh-Hant\">") && page.contains("取消訂閱"), "{page}");
        let asked = app.get(&format!("{leave}?lang=zh-Hans")).await.text;
        assert!(asked.contains("退订"), "{asked}");
        let stranger =
            app.send(Method::GET, "/u/x", &[("accept-language", "fr, zh-CN;q=0.8")], "").await.text;
        assert!(stranger.contains("<html lang=\"zh-Hans\">"), "{stranger}");
        Ok(())
    })
    .await;
}

#[test]
fn every_language_knows_every_sentence_with_the_same_values() {
    let source = include_str!("locales/en.ftl");
    for line in source.lines().filter(|l| l.contains(" = ")) {
        let id = line.split(" = ").next().unwrap();
        for language in Language::ALL {
            assert!(language.knows(id), "{id} in {}", language.tag());
            let said = language.say(id, &[("store", "STORE"), ("address", "ADDRESS")]);
            for (variable, value) in [("$store", "STORE"), ("$address", "ADDRESS")] {
                assert_eq!(
                    said.contains(value),
                    line.contains(variable),
                    "{id} in {}: {said}",
                    language.tag()
                );
            }
        }
    }
    assert_eq!(Language::of_tag("zh-Hant-HK"), Some(Language::TraditionalChinese));
    assert_eq!(Language::of_tag("zh_CN"), Some(Language::SimplifiedChinese));
    assert_eq!(Language::of_tag("fr"), None);
    assert_eq!(Language::of_header("fr;q=0.9, en-GB;q=0.8"), Some(Language::English));
}

#[test]
fn text_of_others_is_escaped_in_pages() {
    use super::html::{Subject, Writer};
    let subject = Subject { store: Some("<script>\"'&".into()), address: Some("a…@\"><img src=x>".into()) };
    let writer = Writer { language: Language::English, subject: &subject };
    for page in [
        writer.unsubscribe("/u/\"><b>", Some("/p/\"><b>")),
        writer.unsubscribed("/u/x", None),
        writer.preferences("/p/x", &[], true, true),
        writer.resubscribed("/u/x"),
    ] {
        assert!(!page.contains("<script>") && !page.contains("<img") && !page.contains("<b>"), "{page}");
    }
}
