//! Log-in, log-ins and keys over HTTP.

use super::keys::{self, ApiKey, NewKey};
use super::sessions::{self, Client};
use super::throttle;
use crate::accounts::{self, Passwords};
use crate::stores;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use kernel::ids::{AccountId, ApiKeyId, SessionId, UserId};
use kernel::{Code, EmailAddress, OrFault, Problem, Timestamp};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::client_ip::ClientIp;
use web::rights::ManageKeys;
use web::{
    Actor, AppState, Check, Created, Errors, Json, Newcomer, NoContent, Page, PageParams, Paged, Path,
    Person, Rights, Tenant, Valid, csrf,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create_session, get_session, delete_session))
        .routes(routes!(list_sessions))
        .routes(routes!(revoke_session))
        .routes(routes!(list_keys, create_key))
        .routes(routes!(get_key, revoke_key))
}

/// A log-in.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SessionIn {
    #[schema(format = Email)]
    email: String,
    #[schema(format = Password)]
    password: String,
    /// Stay logged in for up to 30 days on this device.
    #[serde(default)]
    remember: bool,
}

/// The log-in one has.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(crate) struct SessionOut {
    id: SessionId,
    user: UserId,
    account: AccountId,
    /// False until the privacy policy was accepted; until then nothing else is open.
    policy_accepted: bool,
    /// Stores of the account; the one to work in is named in the header `X-Store`.
    stores: Vec<stores::StoreName>,
}

/// Log in.
///
/// Sets a cookie that scripts cannot read. Wrong address and wrong password are not told apart.
#[utoipa::path(post, path = "/api/v1/session", operation_id = "create_session", request_body = SessionIn,
    security(()), responses((status = 201, body = SessionOut),
        (status = 401, description = "The address or the password is not right."),
        (status = 403, description = "The request came from another site.")))]
async fn create_session(
    State(state): State<AppState>,
    axum::Extension(ClientIp(ip)): axum::Extension<ClientIp>,
    headers: HeaderMap,
    Json(body): Json<SessionIn>,
) -> web::Result<Response> {
    if !csrf::same_origin(&headers, &state.http().public_url) {
        return Err(
            Problem::new(Code::Forbidden, "The request came from another site and was refused.").into()
        );
    }
    let user = log_in(&state, &body, ip).await?;
    open_session(&state, (user.id, user.account), (ip, &headers), body.remember).await
}

/// Begins a log-in: 201 with the cookie.
pub(crate) async fn open_session(
    state: &AppState,
    (user, account): (UserId, AccountId),
    (ip, headers): (std::net::IpAddr, &HeaderMap),
    remember: bool,
) -> web::Result<Response> {
    let client = Client::of(ip, headers);
    let begun = sessions::begin(state.db(), state.vault(), (user, account), &client, remember).await?;
    let policy_accepted = crate::policy::is_accepted(state.db(), user).await?;
    let stores = stores::list_names(state.db(), account).await?;
    let out = SessionOut { id: begun.id, user, account, policy_accepted, stores };
    let cookie = sessions::cookie(state.http(), &begun.token, remember);
    let mut response = Created(out).into_response();
    response
        .headers_mut()
        .insert(header::SET_COOKIE, HeaderValue::try_from(cookie).or_fault("make a cookie")?);
    Ok(response)
}

async fn log_in(state: &AppState, body: &SessionIn, ip: std::net::IpAddr) -> kernel::Result<accounts::User> {
    let (db, vault) = (state.db(), state.vault());
    let typed = body.email.trim().to_lowercase();
    let attempt = throttle::begin_for(db, vault, &typed, ip).await?;
    let user = match EmailAddress::parse(&typed) {
        Ok(email) => accounts::find_by_email(db, vault, &email).await?,
        Err(_) => None,
    };
    let passwords = state.service::<Passwords>();
    let right = passwords.verify(&body.password, user.as_ref().map(|u| u.password_hash.clone())).await?;
    let Some(user) = user.filter(|_| right) else {
        return Err(Problem::new(Code::Unauthorized, "The address or the password is not right.").into());
    };
    throttle::succeed(db, attempt).await?;
    if Passwords::is_outdated(&user.password_hash) {
        accounts::rehash(db, &user, passwords.hash(&body.password).await?).await?;
    }
    Ok(user)
}

/// The log-in one has.
#[utoipa::path(get, path = "/api/v1/session", operation_id = "get_session", security(("session" = [])),
    responses((status = 200, body = SessionOut)))]
async fn get_session(
    Newcomer(person): Newcomer,
    State(state): State<AppState>,
) -> web::Result<Json<SessionOut>> {
    let (user, id) = own(&person)?;
    let principal = person.principal();
    let stores = stores::list_names(state.db(), principal.account).await?;
    let policy_accepted = principal.policy_accepted;
    Ok(Json(SessionOut { id, user, account: principal.account, policy_accepted, stores }))
}

fn own(person: &Person) -> kernel::Result<(UserId, SessionId)> {
    match (person.principal().actor, person.principal().session) {
        (Actor::User(user), Some(session)) => Ok((user, session)),
        _ => Err(Problem::new(Code::Forbidden, "This address belongs to a person. Log in.").into()),
    }
}

/// Log out.
#[utoipa::path(delete, path = "/api/v1/session", operation_id = "delete_session", security(("session" = [])),
    responses((status = 204, description = "Logged out.")))]
async fn delete_session(Newcomer(person): Newcomer, State(state): State<AppState>) -> web::Result<Response> {
    let (user, id) = own(&person)?;
    sessions::end(state.db(), (user, person.principal().account), id).await?;
    let cookie = HeaderValue::try_from(sessions::cookie_gone(state.http())).or_fault("make a cookie")?;
    let clear = HeaderValue::from_static("\"cache\", \"storage\"");
    let mut response = NoContent.into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), clear);
    Ok(response)
}

/// One of a person's log-ins.
#[derive(serde::Serialize, utoipa::ToSchema)]
struct OwnSessionOut {
    id: SessionId,
    /// True for the log-in that asks.
    current: bool,
    remember: bool,
    created_at: Timestamp,
    /// To the minute.
    seen_at: Timestamp,
    expires_at: Timestamp,
    ip: String,
    browser: String,
}

/// All log-ins of a person.
#[derive(serde::Serialize, utoipa::ToSchema)]
struct OwnSessionsOut {
    items: Vec<OwnSessionOut>,
}

/// Where am I logged in?
#[utoipa::path(get, path = "/api/v1/sessions", operation_id = "list_sessions", security(("session" = [])),
    responses((status = 200, body = OwnSessionsOut)))]
async fn list_sessions(person: Person, State(state): State<AppState>) -> web::Result<Json<OwnSessionsOut>> {
    let (user, current) = own(&person)?;
    let sessions = sessions::list(state.db(), state.vault(), user).await?;
    let items = sessions.into_iter().map(|s| OwnSessionOut {
        id: s.id,
        current: s.id == current,
        remember: s.remember,
        created_at: s.created_at,
        seen_at: s.seen_at,
        expires_at: s.expires_at,
        ip: s.client.ip.to_string(),
        browser: s.client.browser,
    });
    Ok(Json(OwnSessionsOut { items: items.collect() }))
}

/// End one of one's log-ins.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", operation_id = "revoke_session",
    params(("id" = SessionId, Path)), security(("session" = [])), responses((status = 204, description = "Ended.")))]
async fn revoke_session(
    person: Person,
    State(state): State<AppState>,
    Path(id): Path<SessionId>,
) -> web::Result<NoContent> {
    let (user, _) = own(&person)?;
    sessions::end(state.db(), (user, person.principal().account), id).await?;
    Ok(NoContent)
}

/// A key to make.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct KeyIn {
    /// What it is for.
    #[schema(min_length = 1, max_length = 80, example = "Shop sync")]
    name: String,
    /// What it may do: at least one right, and none that its maker lacks.
    scopes: Rights,
    /// When it ends; without it, when it is revoked.
    expires_at: Option<Timestamp>,
}

impl Check for KeyIn {
    fn check(&self, errors: &mut Errors) {
        errors.line("/name", &self.name, 1..=80);
        if self.scopes.is_empty() {
            errors.add("/scopes", "required", "At least one right, for example contacts:read.");
        }
    }
}

/// A key without its secret.
#[derive(serde::Serialize, utoipa::ToSchema)]
struct KeyOut {
    id: ApiKeyId,
    name: String,
    scopes: Rights,
    /// Who made it.
    created_by: String,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    /// To the minute.
    used_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl From<ApiKey> for KeyOut {
    fn from(key: ApiKey) -> Self {
        KeyOut {
            id: key.id,
            name: key.name,
            scopes: key.scopes,
            created_by: key.created_by,
            created_at: key.created_at,
            expires_at: key.expires_at,
            used_at: key.used_at,
            revoked_at: key.revoked_at,
        }
    }
}

/// A key with its text.
#[derive(serde::Serialize, utoipa::ToSchema)]
struct IssuedKeyOut {
    #[serde(flatten)]
    key: KeyOut,
    /// `sp_live_…`, shown this once.
    api_key: String,
}

/// Keys of the store, newest first.
#[utoipa::path(get, path = "/api/v1/keys", operation_id = "list_keys", params(PageParams),
    security(("key" = ["keys:manage"])), responses((status = 200, body = Page<KeyOut>)))]
async fn list_keys(db: Tenant<ManageKeys>, paged: Paged) -> web::Result<Json<Page<KeyOut>>> {
    let keys = keys::list(&db, paged.after.unwrap_or(i64::MAX), paged.fetch()).await?;
    Ok(Json(paged.page(keys, |k| k.id.0)?.map(KeyOut::from)))
}

/// Make a key. Its text is in the answer and nowhere else.
#[utoipa::path(post, path = "/api/v1/keys", operation_id = "create_key", request_body = KeyIn,
    security(("key" = ["keys:manage"])), responses((status = 201, body = IssuedKeyOut)))]
async fn create_key(
    db: Tenant<ManageKeys>,
    State(state): State<AppState>,
    Valid(body): Valid<KeyIn>,
) -> web::Result<Created<IssuedKeyOut>> {
    if !db.rights().contains(body.scopes) {
        return Err(
            Problem::new(Code::Forbidden, "A key cannot be given a right that its maker lacks.").into()
        );
    }
    if body.expires_at.is_some_and(|end| end <= state.db().now()) {
        return Err(Problem::field("/expires_at", "in_the_past", "A time to come.").into());
    }
    let new = NewKey {
        account: stores::get(&db).await?.account,
        store: db.store(),
        name: body.name,
        scopes: body.scopes,
        expires_at: body.expires_at,
        actor: db.actor(),
    };
    let vault = state.vault().clone();
    let issued = state.db().system().write(move |tx| keys::insert(tx, &vault, &new)).await?;
    let key = keys::get(&db, issued.id).await?.into();
    Ok(Created(IssuedKeyOut { key, api_key: issued.text }))
}

/// One key.
#[utoipa::path(get, path = "/api/v1/keys/{id}", operation_id = "get_key", params(("id" = ApiKeyId, Path)),
    security(("key" = ["keys:manage"])), responses((status = 200, body = KeyOut)))]
async fn get_key(db: Tenant<ManageKeys>, Path(id): Path<ApiKeyId>) -> web::Result<Json<KeyOut>> {
    Ok(Json(keys::get(&db, id).await?.into()))
}

/// Revoke a key, at once and for good.
#[utoipa::path(delete, path = "/api/v1/keys/{id}", operation_id = "revoke_key", params(("id" = ApiKeyId, Path)),
    security(("key" = ["keys:manage"])), responses((status = 204, description = "Revoked.")))]
async fn revoke_key(db: Tenant<ManageKeys>, Path(id): Path<ApiKeyId>) -> web::Result<NoContent> {
    keys::revoke(&db, db.actor(), id).await?;
    Ok(NoContent)
}
