//! Answers that go on for long ask again whether their listener may still listen.

use super::tenant::enter;
use crate::actor::Caller;
use crate::failure::{Failure, Result};
use crate::rights::Rights;
use crate::state::AppState;
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, Method, header};
use kernel::Error;
use kernel::ids::StoreId;
use std::net::IpAddr;

/// Marks routes that programs call by themselves (`.layer(axum::Extension(Unattended))`): calling them does
/// not keep a log-in alive.
#[derive(Clone, Copy, Debug)]
pub struct Unattended;

/// The caller of a request, to be asked for again later.
pub struct Recheck {
    state: AppState,
    method: Method,
    headers: HeaderMap,
    ip: IpAddr,
    store: StoreId,
    rights: Rights,
}

impl Recheck {
    /// False once the log-in or key has ended, or lost a right it had. A database that is away for a moment
    /// ends nothing.
    pub async fn holds(&self) -> bool {
        match self.rights_now().await {
            Ok(rights) => rights.contains(self.rights),
            Err(Error::Problem(_)) => false,
            Err(Error::Fault(_)) => true,
        }
    }

    async fn rights_now(&self) -> kernel::Result<Rights> {
        let (method, headers) = (&self.method, &self.headers);
        let caller = Caller { method, headers, ip: self.ip, unattended: true };
        let principal = self.state.authenticate().identify(&caller).await?;
        Ok(self.state.authenticate().enter(&principal, Some(self.store)).await?.1)
    }
}

impl FromRequestParts<AppState> for Recheck {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let entered = enter(parts, state).await?;
        let shown = [header::AUTHORIZATION, header::COOKIE];
        let headers = shown.into_iter().filter_map(|name| {
            let value = parts.headers.get(&name)?.clone();
            Some((name, value))
        });
        Ok(Recheck {
            state: state.clone(),
            method: parts.method.clone(),
            headers: headers.collect(),
            ip: entered.ip,
            store: entered.store.store(),
            rights: entered.rights,
        })
    }
}
