//! Doors to data: no extractor, no data.
//!
//! [`Tenant<R>`] is a caller inside one store who has the right `R`; [`Person`] is somebody who is
//! logged in; [`Newcomer`] is the same before the policy was accepted. A key belongs to one store. A
//! person names the store in the header `X-Store` or the parameter `store`; with a single store neither
//! is needed.

use super::recheck::Unattended;
use crate::actor::{Actor, Caller, Principal, Reach};
use crate::client_ip::ClientIp;
use crate::failure::{Failure, Result};
use crate::rights::{Right, Rights};
use crate::state::AppState;
use axum::extract::FromRequestParts;
use http::request::Parts;
use kernel::ids::{SessionId, StoreId};
use kernel::{Code, Problem};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::Deref;
use std::sync::Arc;
use store::{Scoped, StoreKeys};

/// Header in which a person names the store.
pub const STORE_HEADER: &str = "x-store";

/// The caller inside one store, with at least the right `R`. Dereferences to the store's data.
pub struct Tenant<R: Right> {
    entered: Entered,
    right: PhantomData<fn() -> R>,
}

/// Who entered which store; kept in the request, so that it is found out once.
#[derive(Clone)]
pub(crate) struct Entered {
    pub(crate) store: Scoped,
    principal: Arc<Principal>,
    pub(crate) rights: Rights,
    pub(crate) ip: IpAddr,
    state: AppState,
}

impl Entered {
    /// Who acts.
    pub(crate) fn actor(&self) -> Actor {
        self.principal.actor
    }
}

impl<R: Right> Tenant<R> {
    /// Who acts.
    pub fn actor(&self) -> Actor {
        self.entered.principal.actor
    }

    /// The log-in, if it is a person.
    pub fn session(&self) -> Option<SessionId> {
        self.entered.principal.session
    }

    /// All their rights in this store.
    pub fn rights(&self) -> Rights {
        self.entered.rights
    }

    /// Address of the client, for the consent ledger. Personal data: never logged.
    pub fn ip(&self) -> IpAddr {
        self.entered.ip
    }

    /// The store's data as an owned handle.
    pub fn store_data(&self) -> Scoped {
        self.entered.store.clone()
    }

    /// The store's keys.
    pub async fn keys(&self) -> kernel::Result<Arc<StoreKeys>> {
        let store = &self.entered.store;
        self.entered.state.vault().keys(store.db(), store.scope()).await
    }
}

impl<R: Right> Deref for Tenant<R> {
    type Target = Scoped;

    fn deref(&self) -> &Scoped {
        &self.entered.store
    }
}

impl<R: Right> FromRequestParts<AppState> for Tenant<R> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let entered = enter(parts, state).await?;
        if !entered.rights.has::<R>() {
            let detail = format!("This needs the right {}. Ask whoever manages the store for it.", R::SCOPE);
            return Err(Problem::new(Code::Forbidden, detail).into());
        }
        Ok(Tenant { entered, right: PhantomData })
    }
}

/// Identifies the caller and lets them into their store; remembers both for the rest of the request.
pub(crate) async fn enter(parts: &mut Parts, state: &AppState) -> Result<Entered> {
    if let Some(entered) = parts.extensions.get::<Entered>() {
        return Ok(entered.clone());
    }
    let principal = identify(parts, state).await?;
    accepted(&principal)?;
    let wanted = wanted_store(parts)?;
    let (scope, rights) = state.authenticate().enter(&principal, wanted).await?;
    let entered = Entered {
        store: state.db().scoped(scope),
        principal,
        rights,
        ip: client_ip(parts),
        state: state.clone(),
    };
    parts.extensions.insert(entered.clone());
    Ok(entered)
}

async fn identify(parts: &mut Parts, state: &AppState) -> Result<Arc<Principal>> {
    if let Some(principal) = parts.extensions.get::<Arc<Principal>>() {
        return Ok(principal.clone());
    }
    let unattended = parts.extensions.get::<Unattended>().is_some();
    let caller = Caller { method: &parts.method, headers: &parts.headers, ip: client_ip(parts), unattended };
    let principal = Arc::new(state.authenticate().identify(&caller).await?);
    state.throttle().check(&principal.actor.to_string())?;
    parts.extensions.insert(principal.clone());
    Ok(principal)
}

fn accepted(principal: &Principal) -> Result<()> {
    if principal.policy_accepted {
        return Ok(());
    }
    let detail =
        "Read and accept the privacy policy first: GET /api/v1/policy, then POST /api/v1/policy/acceptance.";
    Err(Problem::new(Code::PolicyAcceptanceRequired, detail).into())
}

fn client_ip(parts: &Parts) -> IpAddr {
    parts.extensions.get::<ClientIp>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ip| ip.0)
}

/// The store named by header or parameter. Something that is no store id is as absent as a foreign one.
fn wanted_store(parts: &Parts) -> Result<Option<StoreId>> {
    let header = parts.headers.get(STORE_HEADER).map(|v| v.to_str().unwrap_or("?").to_owned());
    let named = header.or_else(|| super::query::parameter(&parts.uri, "store"));
    let Some(text) = named else { return Ok(None) };
    text.parse().map(Some).map_err(|_| Problem::new(Code::NotFound, "There is no such store.").into())
}

/// Somebody who is logged in and has accepted the policy.
pub struct Person {
    principal: Arc<Principal>,
    ip: IpAddr,
}

/// Somebody who is logged in and may not have accepted the policy yet (P-006).
pub struct Newcomer(pub Person);

impl Person {
    /// Who, whose account, which log-in.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Address of the client. Personal data: never logged.
    pub fn ip(&self) -> IpAddr {
        self.ip
    }
}

impl FromRequestParts<AppState> for Person {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let Newcomer(person) = Newcomer::from_request_parts(parts, state).await?;
        accepted(&person.principal)?;
        Ok(person)
    }
}

impl FromRequestParts<AppState> for Newcomer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let principal = identify(parts, state).await?;
        if matches!(principal.reach, Reach::Store(..)) {
            let detail =
                "A key works inside its store; this address belongs to the account. Log in as a person.";
            return Err(Problem::new(Code::Forbidden, detail).into());
        }
        Ok(Newcomer(Person { principal, ip: client_ip(parts) }))
    }
}
