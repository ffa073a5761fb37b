//! Who may come in: log-ins of people, keys of programs, and the door to a store.
//!
//! A person logs in with a password and gets a cookie; a program carries a key. [`Access`] tells them
//! apart and is the only place beside the job queue and the command line that opens a store. Deliberately
//! absent until later: roles of a team, second factors, single sign-on.

mod api;
pub mod keys;
mod model;
pub mod sessions;
mod sql;
#[cfg(test)]
mod tests;
pub(crate) mod throttle;

pub(crate) use api::{SessionOut, open_session};

use crate::{accounts, stores};
use futures_util::future::BoxFuture;
use http::header;
use kernel::ids::StoreId;
use kernel::{Code, Problem, Result};
use store::{Database, Scope, Vault};
use web::{Authenticate, Caller, Feature, HttpConfig, Principal, Reach, Rights, csrf};

static DATA: web::DataMap = web::data_map! {
    table "sessions" {
        none: id, user_id, token_hash, remember, created_at, seen_at, expires_at;
        personal: client_sealed => purpose "show a person where they are logged in; account security",
            basis "legitimate interest", source "the browser", retention "until the log-in ends",
            recipients "the person";
    }
    table "api_keys" {
        none: id, store_id, account_id, name, secret_hash, scopes, created_by, created_at, expires_at, used_at,
            revoked_at;
    }
    table "login_attempts" {
        none: id, at;
        personal: subject => purpose "slow down guessing of passwords", basis "legitimate interest",
            source "the connection, as a keyed hash", retention "one hour", recipients "none";
    }
};

/// Routes, statements, columns.
pub fn feature() -> Feature {
    Feature::new("access").routes(api::routes).global_statements(sql::ALL_GLOBAL).personal_data(DATA)
}

/// Tells callers apart and lets them into stores.
#[derive(Clone)]
pub struct Access {
    db: Database,
    vault: Vault,
    http: HttpConfig,
}

impl Access {
    /// For one installation.
    pub fn new(db: Database, vault: Vault, http: HttpConfig) -> Self {
        Access { db, vault, http }
    }

    async fn identify(&self, caller: &Caller<'_>) -> Result<Principal> {
        if let Some(value) = caller.headers.get(header::AUTHORIZATION) {
            let token = value.to_str().ok().and_then(|v| v.strip_prefix("Bearer ")).map(str::trim);
            return keys::identify(&self.db, &self.vault, token.unwrap_or_default()).await;
        }
        let Some(token) = sessions::token_of(caller.headers, &self.http) else {
            return Err(unauthorized("Log in, or send a key as Authorization: Bearer sp_live_….").into());
        };
        csrf::check(caller.method, caller.headers, &self.http.public_url)?;
        sessions::identify(&self.db, &self.vault, token, caller.unattended).await
    }

    async fn enter(&self, principal: &Principal, wanted: Option<StoreId>) -> Result<(Scope, Rights)> {
        let (store, rights) = match principal.reach {
            Reach::Store(own, rights) => (own, rights),
            Reach::Account(rights) => (self.choose(principal, wanted).await?, rights),
        };
        if wanted.is_some_and(|w| w != store) {
            return Err(no_such_store().into());
        }
        #[expect(clippy::disallowed_methods, reason = "the caller is authenticated and the store is theirs")]
        let scope = Scope::mint(store);
        Ok((scope, rights))
    }

    /// The wanted store if it is the account's; the only one if none is wanted.
    async fn choose(&self, principal: &Principal, wanted: Option<StoreId>) -> Result<StoreId> {
        let own = stores::list_ids(&self.db, principal.account).await?;
        match (wanted, own.as_slice()) {
            (Some(wanted), own) if own.contains(&wanted) => Ok(wanted),
            (Some(_), _) | (None, []) => Err(no_such_store().into()),
            (None, [only]) => Ok(*only),
            (None, _) => {
                let detail = "The account has several stores; name one in the header X-Store: sto_….";
                Err(Problem::new(Code::BadRequest, detail).into())
            }
        }
    }
}

impl Authenticate for Access {
    fn identify<'a>(&'a self, caller: &'a Caller<'a>) -> BoxFuture<'a, Result<Principal>> {
        Box::pin(self.identify(caller))
    }

    fn enter<'a>(
        &'a self,
        principal: &'a Principal,
        wanted: Option<StoreId>,
    ) -> BoxFuture<'a, Result<(Scope, Rights)>> {
        Box::pin(self.enter(principal, wanted))
    }
}

fn no_such_store() -> Problem {
    Problem::new(Code::NotFound, "There is no such store.")
}

fn unauthorized(detail: &str) -> Problem {
    Problem::new(Code::Unauthorized, detail)
}

/// Rights of a person in every store of the account. Owners only, so far.
fn rights_of_person() -> Rights {
    accounts::owner_rights()
}
