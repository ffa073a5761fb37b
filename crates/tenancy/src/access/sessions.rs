//! Log-ins of people: a random token in a cookie, its keyed hash in the database.

use super::model::{TOUCH_EVERY_MS, is_alive, lifetimes};
use super::{rights_of_person, sql, unauthorized};
use crate::{audit, policy};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, header};
use kernel::ids::{AccountId, SessionId, UserId};
use kernel::{OrFault, Problem, Result, Timestamp};
use serde_json::json;
use std::net::IpAddr;
use store::{Database, SystemTx, Vault, params};
use web::{Actor, HttpConfig, Principal, Reach};

/// Most log-ins shown to a person.
const LIST_MAX: i64 = 100;
/// Longest name of a browser that is kept, in characters.
const BROWSER_LENGTH_MAX: usize = 200;
const CLIENT: &str = "session client";

/// Where a log-in came from; sealed in the database.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Client {
    /// Address of the client.
    pub ip: IpAddr,
    /// What the browser calls itself.
    pub browser: String,
}

impl Client {
    /// Of a request.
    pub fn of(ip: IpAddr, headers: &HeaderMap) -> Self {
        let browser = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
        Client { ip, browser: browser.chars().take(BROWSER_LENGTH_MAX).collect() }
    }
}

/// A log-in as shown to its person.
#[derive(Debug)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Lives longer.
    pub remember: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// Where it came from.
    pub client: Client,
}

/// A log-in that just began.
pub struct Begun {
    /// Its id.
    pub id: SessionId,
    /// The token for the cookie.
    pub token: String,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// The cookie that carries a token. Without `remember` it ends with the browser.
pub fn cookie(http: &HttpConfig, token: &str, remember: bool) -> String {
    let age = if remember { format!("; Max-Age={}", lifetimes(true).1 / 1_000) } else { String::new() };
    set_cookie(http, token, &age)
}

/// The cookie that removes it.
pub fn cookie_gone(http: &HttpConfig) -> String {
    set_cookie(http, "", "; Max-Age=0")
}

fn set_cookie(http: &HttpConfig, value: &str, age: &str) -> String {
    let secure = if http.is_https() { "; Secure" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", http.session_cookie())
}

/// The token a request carries.
pub fn token_of<'a>(headers: &'a HeaderMap, http: &HttpConfig) -> Option<&'a str> {
    let name = http.session_cookie();
    let all =
        headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    all.filter_map(|pair| pair.trim().split_once('=')).find(|(n, _)| *n == name).map(|(_, value)| value)
}

fn token_hash(vault: &Vault, token: &str) -> Vec<u8> {
    vault.installation().blind("session", token).to_vec()
}

/// Begins a log-in.
pub async fn begin(
    db: &Database,
    vault: &Vault,
    (user, account): (UserId, AccountId),
    client: &Client,
    remember: bool,
) -> Result<Begun> {
    let token = URL_SAFE_NO_PAD.encode(store::vault::random::<32>()?);
    let hash = token_hash(vault, &token);
    let plain = serde_json::to_vec(client).or_fault("write a client")?;
    let sealed = vault.installation().seal_secret(CLIENT, &plain)?;
    let (id, expires_at) = db
        .system()
        .write(move |tx| {
            let now = tx.now();
            tx.execute(&sql::DELETE_EXPIRED_SESSIONS, params![user, now])?;
            let id: SessionId = tx.ids().make().into();
            let expires_at = now.plus_ms(lifetimes(remember).1);
            tx.execute(&sql::INSERT_SESSION, params![id, user, hash, remember, now, expires_at, sealed])?;
            audit::record_account(
                tx,
                account,
                Actor::User(user),
                "session.created",
                &json!({ "session": id }),
            )?;
            Ok((id, expires_at))
        })
        .await?;
    Ok(Begun { id, token, expires_at })
}

/// Whose token is this? A request that no person makes (`unattended`) does not keep the log-in alive.
pub(super) async fn identify(
    db: &Database,
    vault: &Vault,
    token: &str,
    unattended: bool,
) -> Result<Principal> {
    let values = params![token_hash(vault, token), policy::version()];
    let row = db.system().query_opt(&sql::FIND_SESSION, values).await?;
    let row = row.ok_or_else(|| unauthorized("This log-in has ended. Log in again."))?;
    let (id, now) = (SessionId(row.int(0)?), db.now());
    let seen = row.time(4)?;
    if !is_alive(now, seen, row.time(5)?, row.flag(3)?) {
        return Err(unauthorized("This log-in has ended. Log in again.").into());
    }
    if !unattended && now.since(seen) >= TOUCH_EVERY_MS {
        db.system().execute(&sql::TOUCH_SESSION, params![id, now]).await?;
    }
    Ok(Principal {
        actor: Actor::User(UserId(row.int(1)?)),
        account: AccountId(row.int(2)?),
        session: Some(id),
        policy_accepted: row.int(6)? > 0,
        reach: Reach::Account(rights_of_person()),
    })
}

/// Log-ins of a person, newest first.
pub async fn list(db: &Database, vault: &Vault, user: UserId) -> Result<Vec<Session>> {
    let now = db.now();
    let rows = db.system().query(&sql::LIST_SESSIONS, params![user, LIST_MAX]).await?;
    let mut sessions = Vec::with_capacity(rows.len());
    for row in &rows {
        let plain = vault.installation().open_secret(CLIENT, &row.blob(5)?)?;
        let session = Session {
            id: SessionId(row.int(0)?),
            remember: row.flag(1)?,
            created_at: row.time(2)?,
            seen_at: row.time(3)?,
            expires_at: row.time(4)?,
            client: serde_json::from_slice(&plain).or_fault("read a client")?,
        };
        if is_alive(now, session.seen_at, session.expires_at, session.remember) {
            sessions.push(session);
        }
    }
    Ok(sessions)
}

/// Ends one log-in of a person. Problem: absent.
pub async fn end(db: &Database, (user, account): (UserId, AccountId), id: SessionId) -> Result<()> {
    db.system()
        .write(move |tx| {
            if tx.execute(&sql::DELETE_SESSION, params![user, id])? == 0 {
                return Err(Problem::new(kernel::Code::NotFound, "There is no such log-in.").into());
            }
            audit::record_account(
                tx,
                account,
                Actor::User(user),
                "session.ended",
                &json!({ "session": id }),
            )?;
            Ok(())
        })
        .await
}

/// Ends every log-in of a person but `keep`; answers how many.
pub(crate) fn end_all(tx: &mut SystemTx<'_>, user: UserId, keep: Option<SessionId>) -> Result<u64> {
    tx.execute(&sql::DELETE_OTHER_SESSIONS, params![user, keep.unwrap_or(SessionId(0))])
}
