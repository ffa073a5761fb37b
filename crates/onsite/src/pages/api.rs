//! Addresses of the public pages.

use super::deeds::{Choices, Left, choose, come_back, leave, purpose_of};
use super::html::{REASONS, Subject, Writer};
use super::person::Person;
use super::spool::Way;
use super::words::Language;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Form, FromRequest as _, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::{Code, Problem};
use messaging::domains;
use messaging::suppression::{LeavingReason, explain};
use messaging::templates::MessageUrls as _;
use messaging::tokens::{self, MessageLinks, MessageTokens, Opened, Purpose};
use messaging::tracking::Rebuilder;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::client_ip::ClientIp;
use web::{AppState, Path, Query};

const STYLE: &str = include_str!("style.css");
/// A web view may show pictures and its own styles, and do nothing; links open outside of it.
const VIEW_POLICY: &str = "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; \
    font-src https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_unsubscribe_page, post_unsubscribe))
        .routes(routes!(get_preference_page, post_preferences))
        .routes(routes!(get_web_view))
        .routes(routes!(get_abuse_page, post_abuse))
        .routes(routes!(get_page_style))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// Language of the page: `en`, `zh-Hans` or `zh-Hant`; else the person's, else the browser's.
    #[param(max_length = 35)]
    lang: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AbuseQuery {
    /// Token of the message.
    #[param(max_length = 100)]
    m: Option<String>,
    /// Language of the page.
    #[param(max_length = 35)]
    lang: Option<String>,
}

/// What forms of the pages send; a missing field is empty.
#[derive(Deserialize, Default)]
#[serde(default)]
struct PageForm {
    action: String,
    lang: String,
    reason: String,
    email: String,
    sms: String,
    tracking: String,
}

impl PageForm {
    async fn read(headers: &HeaderMap, body: Bytes) -> Self {
        let mut request = Request::post("/").body(Body::from(body)).unwrap_or_default();
        if let Some(kind) = headers.get(header::CONTENT_TYPE) {
            request.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
        }
        // A body that is no form asks for nothing.
        Form::<PageForm>::from_request(request, &()).await.map(|Form(form)| form).unwrap_or_default()
    }
}

fn html(status: StatusCode, page: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow")),
    ];
    (status, headers, page).into_response()
}

/// Chooses the language: what was asked for, the person's, the browser's, English.
fn language(asked: &str, person: Option<&Person>, headers: &HeaderMap) -> Language {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or("");
    Language::of_tag(asked)
        .or_else(|| person.and_then(|p| p.language))
        .or_else(|| Language::of_header(accepted))
        .unwrap_or(Language::English)
}

fn missing(headers: &HeaderMap) -> Response {
    let language = language("", None, headers);
    html(StatusCode::NOT_FOUND, Writer { language, subject: &Subject::default() }.missing())
}

/// The person behind an open token; without the database nobody, and the page does without names.
async fn person_of(state: &AppState, opened: &Opened) -> Option<Person> {
    match Person::load(state, opened).await {
        Ok(person) => person,
        Err(e) => {
            tracing::warn!(error = %e, "a public page is shown without names");
            None
        }
    }
}

/// Address of the preference centre of the same message.
fn preferences_of(person: &Person, opened: &Opened) -> String {
    let claims = &opened.claims;
    let tokens = MessageTokens::new(&person.keys, claims.store, claims.campaign, claims.ordinal);
    let mut path = String::new();
    MessageLinks::new("", tokens).preferences(&mut path);
    path
}

/// The unsubscribe page. Reading it changes nothing.
#[utoipa::path(get, path = "/u/{token}", operation_id = "get_unsubscribe_page",
    params(("token" = String, Path), PageQuery), security(()),
    responses((status = 200, body = String, content_type = "text/html"),
        (status = 404, description = "The link is not valid.", body = String, content_type = "text/html")))]
async fn get_unsubscribe_page(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Query(query): Query<PageQuery>,
    headers: HeaderMap,
) -> web::Result<Response> {
    let asked = query.lang.unwrap_or_default();
    let path = format!("/u/{token}");
    let opened = match tokens::open(state.db(), state.vault(), Purpose::Unsubscribe, &token).await {
        Ok(Some(opened)) => opened,
        Ok(None) => return Ok(missing(&headers)),
        // Without the database the button still works.
        Err(_) if tokens::decode(&token).is_some_and(|t| t.claims().purpose == Purpose::Unsubscribe) => {
            let writer = Writer { language: language(&asked, None, &headers), subject: &Subject::default() };
            return Ok(html(StatusCode::OK, writer.unsubscribe(&path, None)));
        }
        Err(_) => return Ok(missing(&headers)),
    };
    let person = person_of(&state, &opened).await;
    let language = language(&asked, person.as_ref(), &headers);
    let subject = person.as_ref().map(|p| p.subject.clone()).unwrap_or_default();
    let writer = Writer { language, subject: &subject };
    let preferences = person.as_ref().map(|p| preferences_of(p, &opened));
    Ok(html(
        StatusCode::OK,
        match &person {
            Some(p) if !p.is_subscribed(audience::consent::Channel::Email) => {
                writer.unsubscribed(&path, preferences.as_deref())
            }
            _ => writer.unsubscribe(&path, preferences.as_deref()),
        },
    ))
}

/// True for the body that RFC 8058 prescribes, as form or multipart.
fn is_one_click(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&body[..body.len().min(4_096)]);
    let pair = |p: &str| p.trim().eq_ignore_ascii_case("List-Unsubscribe=One-Click");
    text.split('&').any(pair) || (text.contains("name=\"List-Unsubscribe\"") && text.contains("One-Click"))
}

/// Unsubscribe, by the mail program's own button (RFC 8058) or by the page.
///
/// The body is `List-Unsubscribe=One-Click`, or what the page's forms send. Repeating it changes nothing.
#[utoipa::path(post, path = "/u/{token}", operation_id = "unsubscribe_contact", params(("token" = String, Path)), security(()),
    request_body(content = String, content_type = "application/x-www-form-urlencoded",
        example = "List-Unsubscribe=One-Click"),
    responses((status = 200, body = String, content_type = "text/html"),
        (status = 404, description = "The link is not valid.", body = String, content_type = "text/html")), extensions(("x-policy" = json!(["P-012"]))))]
async fn post_unsubscribe(
    State(state): State<AppState>,
    Extension(ip): Extension<ClientIp>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> web::Result<Response> {
    if is_one_click(&body) {
        return Ok(match leave(&state, &token, Way::OneClick).await? {
            Left::Done(_) | Left::Spooled => {
                ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], "Unsubscribed.").into_response()
            }
            Left::NotOurs => missing(&headers),
        });
    }
    let form = PageForm::read(&headers, body).await;
    match form.action.as_str() {
        "unsubscribe" => leave_by_page(&state, &token, &form, &headers).await,
        "resubscribe" | "reason" => after_leaving(&state, &token, &form, (&headers, ip)).await,
        _ => {
            Err(Problem::new(Code::BadRequest, "Send List-Unsubscribe=One-Click, or use the page's button.")
                .into())
        }
    }
}

async fn leave_by_page(
    state: &AppState,
    token: &str,
    form: &PageForm,
    headers: &HeaderMap,
) -> web::Result<Response> {
    let path = format!("/u/{token}");
    let opened = match leave(state, token, Way::Page).await? {
        Left::NotOurs => return Ok(missing(headers)),
        Left::Spooled => {
            let writer =
                Writer { language: language(&form.lang, None, headers), subject: &Subject::default() };
            return Ok(html(StatusCode::OK, writer.unsubscribed(&path, None)));
        }
        Left::Done(opened) => opened,
    };
    let person = person_of(state, &opened).await;
    let subject = person.as_ref().map(|p| p.subject.clone()).unwrap_or_default();
    let writer = Writer { language: language(&form.lang, person.as_ref(), headers), subject: &subject };
    let preferences = person.as_ref().map(|p| preferences_of(p, &opened));
    Ok(html(StatusCode::OK, writer.unsubscribed(&path, preferences.as_deref())))
}

async fn after_leaving(
    state: &AppState,
    token: &str,
    form: &PageForm,
    (headers, ip): (&HeaderMap, ClientIp),
) -> web::Result<Response> {
    let Some((opened, person)) = enter(state, Purpose::Unsubscribe, token).await? else {
        return Ok(missing(headers));
    };
    let language = language(&form.lang, Some(&person), headers);
    let (path, writer) = (format!("/u/{token}"), Writer { language, subject: &person.subject });
    if form.action == "reason" {
        if let Some(reason) = REASONS.iter().position(|r| *r == form.reason).and_then(LeavingReason::of_place)
        {
            let claims = opened.claims;
            opened.store.write(move |tx| explain(tx, claims.ordinal, claims.campaign, reason)).await?;
        }
        return Ok(html(StatusCode::OK, writer.notice(&path, "unsubscribed-title", "reason-thanks")));
    }
    Ok(html(
        StatusCode::OK,
        match come_back(&opened, &person, (language, ip.0)).await? {
            Ok(()) => writer.resubscribed(&path),
            Err(_) => writer.notice(&path, "unsubscribed-title", "resubscribe-refused"),
        },
    ))
}

/// Opens a token and loads its person. `None`: not ours, or erased.
async fn enter(state: &AppState, purpose: Purpose, token: &str) -> web::Result<Option<(Opened, Person)>> {
    let Some(opened) = tokens::open(state.db(), state.vault(), purpose, token).await? else {
        return Ok(None);
    };
    Ok(Person::load(state, &opened).await?.map(|person| (opened, person)))
}

/// The preference centre. Reading it changes nothing.
#[utoipa::path(get, path = "/p/{token}", operation_id = "get_preference_page",
    params(("token" = String, Path), PageQuery), security(()),
    responses((status = 200, body = String, content_type = "text/html"),
        (status = 404, description = "The link is not valid.", body = String, content_type = "text/html")))]
async fn get_preference_page(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Query(query): Query<PageQuery>,
    headers: HeaderMap,
) -> web::Result<Response> {
    let Some((_, person)) = enter(&state, Purpose::Preferences, &token).await? else {
        return Ok(missing(&headers));
    };
    let language = language(&query.lang.unwrap_or_default(), Some(&person), &headers);
    let writer = Writer { language, subject: &person.subject };
    let page = writer.preferences(&format!("/p/{token}"), &person.choices(), person.tracking, false);
    Ok(html(StatusCode::OK, page))
}

/// Save choices of the preference centre.
#[utoipa::path(post, path = "/p/{token}", operation_id = "save_preferences", params(("token" = String, Path)),
    security(()), request_body(content = String, content_type = "application/x-www-form-urlencoded",
        example = "action=save&email=yes"),
    responses((status = 200, body = String, content_type = "text/html"),
        (status = 404, description = "The link is not valid.", body = String, content_type = "text/html")),
    extensions(("x-policy" = json!(["P-012", "P-075"]))))]
async fn post_preferences(
    State(state): State<AppState>,
    Extension(ip): Extension<ClientIp>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> web::Result<Response> {
    let form = PageForm::read(&headers, body).await;
    if form.action != "save" {
        return Err(Problem::new(Code::BadRequest, "Use the page's button.").into());
    }
    let Some((opened, person)) = enter(&state, Purpose::Preferences, &token).await? else {
        return Ok(missing(&headers));
    };
    let language = language(&form.lang, Some(&person), &headers);
    let mut channels = person.choices();
    for choice in &mut channels {
        let field = if choice.channel == audience::consent::Channel::Sms { &form.sms } else { &form.email };
        choice.subscribed = field == "yes";
    }
    let choices = Choices { channels, tracking: form.tracking == "yes" };
    let path = format!("/p/{token}");
    let refused = match choose(&opened, &person, choices, (language, ip.0)).await {
        Err(kernel::Error::Problem(p)) if p.code == Code::Conflict => true,
        done => {
            done?;
            false
        }
    };
    let person = Person::load(&state, &opened).await?.unwrap_or(person);
    let writer = Writer { language, subject: &person.subject };
    Ok(html(
        StatusCode::OK,
        match refused {
            true => writer.notice(&path, "preferences-title", "resubscribe-refused"),
            false => writer.preferences(&path, &person.choices(), person.tracking, true),
        },
    ))
}

/// A message as a web page. Scripts and forms in it do not run.
#[utoipa::path(get, path = "/v/{token}", operation_id = "get_web_view", params(("token" = String, Path)), security(()),
    responses((status = 200, body = String, content_type = "text/html"),
        (status = 404, description = "The link is not valid.", body = String, content_type = "text/html")))]
async fn get_web_view(
    State(state): State<AppState>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> web::Result<Response> {
    let opened = tokens::open(state.db(), state.vault(), Purpose::WebView, &token).await?;
    let (Some(opened), Some(rebuilder)) = (opened, state.try_service::<Rebuilder>()) else {
        return Ok(missing(&headers));
    };
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("");
    if !domains::serves(&opened.store, &state.http().public_url, host).await? {
        return Ok(missing(&headers));
    }
    let claims = &opened.claims;
    let Some(page) = rebuilder.0.web_view(&opened.store, claims.campaign, claims.ordinal).await? else {
        return Ok(missing(&headers));
    };
    let mut response = html(StatusCode::OK, page);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(VIEW_POLICY));
    Ok(response)
}

/// The page on which a message is reported. Reading it changes nothing.
#[utoipa::path(get, path = "/abuse", operation_id = "get_abuse_page", params(AbuseQuery), security(()),
    responses((status = 200, body = String, content_type = "text/html"),
        (status = 404, description = "The link is not valid.", body = String, content_type = "text/html")))]
async fn get_abuse_page(Query(query): Query<AbuseQuery>, headers: HeaderMap) -> Response {
    let token = query.m.unwrap_or_default();
    if tokens::decode(&token).is_none_or(|t| t.claims().purpose != purpose_of(Way::Abuse)) {
        return missing(&headers);
    }
    let language = language(&query.lang.unwrap_or_default(), None, &headers);
    let writer = Writer { language, subject: &Subject::default() };
    html(StatusCode::OK, writer.abuse(&format!("/abuse?m={token}")))
}

/// Report a message: a complaint, which also unsubscribes.
#[utoipa::path(post, path = "/abuse", operation_id = "report_abuse", params(AbuseQuery), security(()),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "action=report"),
    responses((status = 200, body = String, content_type = "text/html"),
        (status = 404, description = "The link is not valid.", body = String, content_type = "text/html")))]
async fn post_abuse(
    State(state): State<AppState>,
    Query(query): Query<AbuseQuery>,
    headers: HeaderMap,
    body: Bytes,
) -> web::Result<Response> {
    let form = PageForm::read(&headers, body).await;
    if form.action != "report" {
        return Err(Problem::new(Code::BadRequest, "Use the page's button.").into());
    }
    let token = query.m.unwrap_or_default();
    let language = language(&form.lang, None, &headers);
    let writer = Writer { language, subject: &Subject::default() };
    Ok(match leave(&state, &token, Way::Abuse).await? {
        Left::Done(_) | Left::Spooled => {
            html(StatusCode::OK, writer.notice(&format!("/abuse?m={token}"), "abuse-title", "abuse-done"))
        }
        Left::NotOurs => missing(&headers),
    })
}

/// Style of the public pages.
#[utoipa::path(get, path = "/pages/style.css", operation_id = "get_page_style", security(()),
    responses((status = 200, body = String, content_type = "text/css")))]
async fn get_page_style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
    ];
    (headers, STYLE).into_response()
}
