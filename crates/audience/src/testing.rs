//! The features of this crate behind their router, for tests: key `a` enters store A, key `b` its twin.

use futures_util::future::BoxFuture;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use kernel::ids::{AccountId, ApiKeyId, StoreId};
use kernel::{Code, Problem, Result};
use serde_json::Value;
use std::sync::Arc;
use store::Scope;
use store::queue::{self, JobHandler};
use testkit::TestDb;
use tower::ServiceExt;
use web::{
    Actor, AppState, Authenticate, Caller, Feature, HttpConfig, Principal, Reach, Rights, StateBuilder,
};

struct Keys {
    a: Scope,
    b: Scope,
}

impl Authenticate for Keys {
    fn identify<'a>(&'a self, caller: &'a Caller<'a>) -> BoxFuture<'a, Result<Principal>> {
        Box::pin(async move {
            let key =
                caller.headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
            let (number, scope) = match key {
                "Bearer a" => (1, self.a),
                "Bearer b" => (2, self.b),
                _ => return Err(Problem::new(Code::Unauthorized, "no key").into()),
            };
            Ok(Principal {
                actor: Actor::ApiKey(ApiKeyId(number)),
                account: AccountId(number),
                session: None,
                policy_accepted: true,
                reach: Reach::Store(scope.store(), Rights::all()),
            })
        })
    }

    fn enter<'a>(
        &'a self,
        principal: &'a Principal,
        _: Option<StoreId>,
    ) -> BoxFuture<'a, Result<(Scope, Rights)>> {
        Box::pin(async move {
            let scope = if principal.account.0 == 1 { self.a } else { self.b };
            Ok((scope, Rights::all()))
        })
    }
}

/// A test database behind the router of this crate's features.
pub(crate) struct App {
    /// The database.
    pub t: TestDb,
    state: AppState,
    features: Vec<Feature>,
}

/// An answer.
pub(crate) struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: http::HeaderMap,
    /// Its body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON, or null.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }
}

impl App {
    /// The features on a test database.
    pub fn new(t: TestDb) -> Self {
        let features = vec![
            crate::attributes::feature(),
            crate::consent::feature(),
            crate::contacts::feature(),
            crate::exports::feature(),
            crate::suppressions::feature(),
            crate::tags::feature(),
        ];
        let builder = StateBuilder::new(t.db.clone(), t.vault.clone(), HttpConfig::local(t.dir()));
        let state = builder.build(Arc::new(Keys { a: t.a.scope(), b: t.b.scope() }));
        App { t, state, features }
    }

    /// Sends a request with key `who`; an extra header may be given as `name: value`.
    pub async fn send(
        &self,
        who: &str,
        line: &str,
        body: Option<Value>,
        extra: Option<(&str, &str)>,
    ) -> Answer {
        let (method, path) = line.split_once(' ').unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {who}"))
            .header(header::CONTENT_TYPE, "application/json");
        if let Some((name, value)) = extra {
            request = request.header(name, value);
        }
        let body = axum::body::Body::from(body.map(|b| b.to_string()).unwrap_or_default());
        let router = web::app::router(&self.features, self.state.clone());
        let response = router.oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// Sends a request as store A and wants a status; answers the body.
    #[track_caller]
    pub fn ask(&self, line: &str, body: Value, wanted: u16) -> impl Future<Output = Value> {
        let place = std::panic::Location::caller();
        async move {
            let body = Some(body).filter(|b| !b.is_null());
            let answer = self.send("a", line, body, None).await;
            assert_eq!(answer.status.as_u16(), wanted, "{line} at {place}: {}", answer.text());
            answer.json()
        }
    }

    /// Runs all jobs that are due.
    pub async fn run_jobs(&self) -> usize {
        let handlers: Vec<Box<dyn JobHandler>> =
            self.features.iter().flat_map(|f| f.jobs.iter().flat_map(|jobs| jobs(&self.state))).collect();
        queue::run_due_jobs(&self.t.db, &Arc::new(handlers)).await.unwrap()
    }
}
