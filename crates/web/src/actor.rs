//! Who asks, and the trait behind which log-in is hidden.

use crate::rights::Rights;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Method};
use kernel::Result;
use kernel::ids::{AccountId, ApiKeyId, SessionId, StoreId, UserId};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use store::Scope;

/// Whoever does something; written into the audit log and the consent ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person who is logged in.
    User(UserId),
    /// A program with a key.
    ApiKey(ApiKeyId),
    /// Whoever runs the command line on the machine.
    Operator,
    /// The program itself (jobs, consumers).
    System,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::User(id) => id.fmt(f),
            Actor::ApiKey(id) => id.fmt(f),
            Actor::Operator => f.write_str("operator"),
            Actor::System => f.write_str("system"),
        }
    }
}

impl FromStr for Actor {
    type Err = kernel::ids::NotAnId;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        match text {
            "operator" => Ok(Actor::Operator),
            "system" => Ok(Actor::System),
            key if key.starts_with("key_") => key.parse().map(Actor::ApiKey),
            user => user.parse().map(Actor::User),
        }
    }
}

impl serde::Serialize for Actor {
    fn serialize<S: serde::Serializer>(&self, s: S) -> std::result::Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Actor {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for Actor {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .description(Some("`usr_…`, `key_…`, `operator` (command line) or `system` (the program itself)"))
            .into()
    }
}

impl utoipa::ToSchema for Actor {}

/// How far a caller reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every store of the account; which one, the request says.
    Account(Rights),
    /// One store.
    Store(StoreId, Rights),
}

/// An authenticated caller.
#[derive(Clone, Debug)]
pub struct Principal {
    /// Who.
    pub actor: Actor,
    /// Whose account.
    pub account: AccountId,
    /// The log-in, if it is a person.
    pub session: Option<SessionId>,
    /// False until the person has accepted the policy (P-006).
    pub policy_accepted: bool,
    /// Where they may go.
    pub reach: Reach,
}

/// What a request shows of its sender.
pub struct Caller<'a> {
    /// Method of the request.
    pub method: &'a Method,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Address of the client, through trusted proxies only. Never logged.
    pub ip: IpAddr,
    /// True if no person may sit there: a program asks by itself, which is no use of a log-in.
    pub unattended: bool,
}

/// Log-in and rights. `tenancy::access` implements it.
pub trait Authenticate: Send + Sync + 'static {
    /// Who is asking? Problem: [`kernel::Code::Unauthorized`] if nobody known.
    fn identify<'a>(&'a self, caller: &'a Caller<'a>) -> BoxFuture<'a, Result<Principal>>;

    /// Lets a caller into a store. Without a wanted store the only one is taken.
    /// Problem: [`kernel::Code::NotFound`] if it is not theirs.
    fn enter<'a>(
        &'a self,
        principal: &'a Principal,
        wanted: Option<StoreId>,
    ) -> BoxFuture<'a, Result<(Scope, Rights)>>;
}
