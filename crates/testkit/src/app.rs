//! The features of a crate behind their router, with a caller who may do everything in store A.

use crate::TestDb;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use kernel::Result;
use kernel::ids::{AccountId, StoreId, UserId};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use store::Scope;
use tower::ServiceExt as _;
use web::state::StateBuilder;
use web::{Actor, AppState, Authenticate, Caller, Feature, HttpConfig, Principal, Reach, Rights};

type Answering<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Lets everybody into one store with all rights.
struct Everybody(Scope);

impl Authenticate for Everybody {
    fn identify<'a>(&'a self, _: &'a Caller<'a>) -> Answering<'a, Result<Principal>> {
        let principal = Principal {
            actor: Actor::User(UserId(1)),
            account: AccountId(1),
            session: None,
            policy_accepted: true,
            reach: Reach::Account(Rights::all()),
        };
        Box::pin(async move { Ok(principal) })
    }

    fn enter<'a>(&'a self, _: &'a Principal, _: Option<StoreId>) -> Answering<'a, Result<(Scope, Rights)>> {
        Box::pin(async move { Ok((self.0, Rights::all())) })
    }
}

/// A program with some features, whose caller is in store A.
pub struct App {
    /// What the features share.
    pub state: AppState,
    router: Router,
}

/// An answer.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("JSON: {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().expect("a request of a test"))
    }
}

impl App {
    /// The features, with what `more` puts into the state.
    pub fn new(t: &TestDb, features: Vec<Feature>, more: impl FnOnce(&mut StateBuilder)) -> Self {
        Self::at(t, t.dir(), features, more)
    }

    /// The same with a data folder.
    pub fn at(t: &TestDb, dir: &Path, features: Vec<Feature>, more: impl FnOnce(&mut StateBuilder)) -> Self {
        let mut builder = StateBuilder::new(t.db.clone(), t.vault.clone(), HttpConfig::local(dir));
        more(&mut builder);
        for feature in &features {
            for service in &feature.services {
                service(&mut builder).expect("the service starts");
            }
        }
        let state = builder.build(Arc::new(Everybody(t.a.scope())));
        let router = web::app::router(&features, state.clone());
        App { state, router }
    }

    /// Makes a request.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request =
            request.header("host", "127.0.0.1:8080").body(Body::from(body)).expect("a request of a test");
        let response = self.router.clone().oneshot(request).await.expect("a request of a test");
        let (status, headers) = (response.status(), response.headers().clone());
        let body = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .expect("a request of a test")
            .to_vec();
        Answer { status, headers, body }
    }

    /// Makes a GET request.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Vec::new()).await
    }

    /// Makes a request with a JSON body.
    pub async fn json(&self, method: Method, path: &str, body: serde_json::Value) -> Answer {
        let headers = [("content-type", "application/json"), ("x-sp-csrf", "1")];
        self.send(method, path, &headers, body.to_string().into_bytes()).await
    }
}
