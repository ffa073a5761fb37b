//! For tests of this crate: contacts, a router with a caller who may do everything in store A.

use audience::consent::model::Grounds;
use audience::consent::{Channel, ConsentSource, ConsentStatus};
use audience::contacts::{
    self, Draft, Existing, Facts, Origin, PersonalFields, RequestedStatus, UpsertOptions,
};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use futures_util::future::BoxFuture;
use kernel::Result;
use kernel::ids::{AccountId, StoreId, UserId};
use std::path::Path;
use std::sync::Arc;
use store::{Scope, Scoped};
use testkit::TestDb;
use tower::ServiceExt as _;
use web::state::StateBuilder;
use web::{Actor, AppState, Authenticate, Caller, Feature, HttpConfig, Principal, Reach, Rights};

/// Lets everybody into one store with all rights.
struct Everybody(Scope);

impl Authenticate for Everybody {
    fn identify<'a>(&'a self, _: &'a Caller<'a>) -> BoxFuture<'a, Result<Principal>> {
        let principal = Principal {
            actor: Actor::User(UserId(1)),
            account: AccountId(1),
            session: None,
            policy_accepted: true,
            reach: Reach::Account(Rights::all()),
        };
        Box::pin(async move { Ok(principal) })
    }

    fn enter<'a>(&'a self, _: &'a Principal, _: Option<StoreId>) -> BoxFuture<'a, Result<(Scope, Rights)>> {
        Box::pin(async move { Ok((self.0, Rights::all())) })
    }
}

/// A program with some features, whose caller is in store A.
pub(crate) struct App {
    pub(crate) state: AppState,
    router: Router,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("JSON: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

impl App {
    /// The features, with what `more` puts into the state.
    pub(crate) fn new(t: &TestDb, features: Vec<Feature>, more: impl FnOnce(&mut StateBuilder)) -> Self {
        Self::at(t, t.dir(), features, more)
    }

    /// The same with a data folder.
    pub(crate) fn at(
        t: &TestDb,
        dir: &Path,
        features: Vec<Feature>,
        more: impl FnOnce(&mut StateBuilder),
    ) -> Self {
        let mut builder = StateBuilder::new(t.db.clone(), t.vault.clone(), HttpConfig::local(dir));
        more(&mut builder);
        for feature in &features {
            for service in &feature.services {
                service(&mut builder).unwrap();
            }
        }
        let state = builder.build(Arc::new(Everybody(t.a.scope())));
        let router = web::app::router(&features, state.clone());
        App { state, router }
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.header("host", "127.0.0.1:8080").body(Body::from(body)).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec();
        Answer { status, headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Vec::new()).await
    }

    pub(crate) async fn json(&self, method: Method, path: &str, body: serde_json::Value) -> Answer {
        let headers = [("content-type", "application/json"), ("x-sp-csrf", "1")];
        self.send(method, path, &headers, body.to_string().into_bytes()).await
    }
}

fn grounds(at: kernel::Timestamp) -> Grounds {
    Grounds {
        source: ConsentSource::Form,
        wording: "Yes, send me news".into(),
        wording_version: "1".into(),
        at,
        actor: "usr_test".into(),
        import: None,
    }
}

/// Makes a contact who subscribed to email; answers its ordinal.
pub(crate) async fn subscriber(t: &TestDb, store: &Scoped, email: &str) -> u32 {
    let keys = t.vault.keys(&t.db, store.scope()).await.unwrap();
    let draft = Draft {
        personal: PersonalFields { email: Some(email.to_owned()), ..PersonalFields::default() },
        statuses: vec![RequestedStatus {
            channel: Channel::Email,
            status: ConsentStatus::Subscribed,
            at: None,
        }],
        ..Draft::default()
    };
    let options = UpsertOptions { existing: Existing::Skip, origin: Origin::Api, grounds: grounds(t.now()) };
    store.write(move |tx| contacts::create(tx, &keys, draft, &options)).await.unwrap().ordinal
}

/// What is known of a contact.
pub(crate) async fn facts(store: &Scoped, ordinal: u32) -> Facts {
    store.read(move |tx| contacts::find_by_ordinal(tx, ordinal)).await.unwrap().expect("a contact").facts
}

/// Erases a contact.
pub(crate) async fn erase(t: &TestDb, store: &Scoped, ordinal: u32) {
    let grounds = grounds(t.now());
    store.write(move |tx| contacts::erase(tx, &[ordinal], &grounds)).await.unwrap();
}
