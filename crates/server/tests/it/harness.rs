//! The program in process, and people and keys who call it.

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use kernel::ids::{AccountId, StoreId, UserId};
use kernel::{OrFault, Result};
use serde_json::Value;
use server::app::App;
use std::borrow::Cow;
use std::net::IpAddr;
use store::{Scope, Scoped};
use tenancy::accounts::{self, Passwords, Setup};
use testkit::TestDb;
use tower::ServiceExt;
use web::client_ip::Peer;
use web::{Console, HttpConfig, Rights};

/// An event that does not come within this time does not come.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);
pub const PASSWORD: &str = "a much longer phrase";

/// The program on a test database.
pub struct TestApp {
    pub t: TestDb,
    pub app: App,
    router: Router,
}

/// An owner with a store, made the way the program makes them.
pub struct Owner {
    pub email: String,
    pub account: AccountId,
    pub user: UserId,
    pub store: StoreId,
    /// A key with every right.
    pub key: String,
}

impl TestApp {
    /// The program as it is started, without rate limit and without console.
    pub fn new(t: TestDb) -> Result<Self> {
        let http = HttpConfig::local(t.dir());
        Self::with(t, http)
    }

    /// The same with another configuration.
    pub fn with(t: TestDb, http: HttpConfig) -> Result<Self> {
        Self::assemble(t, http, Console::default())
    }

    fn assemble(t: TestDb, http: HttpConfig, console: Console) -> Result<Self> {
        let app = App::assemble(t.db.clone(), t.vault.clone(), http, |builder| {
            builder.insert(console);
        })?;
        let router = app.router();
        Ok(TestApp { t, app, router })
    }

    /// The same with files of a console.
    pub fn with_console(t: TestDb, files: &'static [(&'static str, &'static [u8])]) -> Result<Self> {
        let find = move |path: &str| files.iter().find(|(p, _)| *p == path).map(|(_, b)| Cow::Borrowed(*b));
        let http = HttpConfig::local(t.dir());
        Self::assemble(t, http, Console::new(find))
    }

    /// An owner who has accepted the policy.
    pub async fn owner(&self, email: &str) -> Result<Owner> {
        self.owner_who(email, true).await
    }

    /// An owner who may not have accepted it.
    pub async fn owner_who(&self, email: &str, accepts_policy: bool) -> Result<Owner> {
        let wanted = Setup {
            email: email.to_owned(),
            password: PASSWORD.to_owned(),
            store: "Flowers".to_owned(),
            accepts_policy,
        };
        let passwords = self.app.state.service::<Passwords>();
        let made = accounts::setup(&self.t.db, &self.t.vault, &passwords, wanted).await?;
        Ok(Owner {
            email: email.to_owned(),
            account: made.account,
            user: made.user,
            store: made.store,
            key: made.key.text,
        })
    }

    /// The data of a store, as the program's own parts reach them.
    pub fn scoped(&self, store: StoreId) -> Scoped {
        #[expect(clippy::disallowed_methods, reason = "tests act as the operator")]
        let scope = Scope::mint(store);
        self.t.db.scoped(scope)
    }

    /// A key of a store with some rights.
    pub async fn key_with(&self, owner: &Owner, scopes: &[&str]) -> Result<String> {
        let new = tenancy::access::keys::NewKey {
            scopes: Rights::parse(scopes.iter().copied()).expect("rights of the catalogue"),
            ..tenancy::access::keys::NewKey::first(owner.account, owner.store)
        };
        let vault = self.t.vault.clone();
        let made =
            self.t.db.system().write(move |tx| tenancy::access::keys::insert(tx, &vault, &new)).await?;
        Ok(made.text)
    }

    /// Begins a request.
    pub fn call(&self, method: &str, path: &str) -> Call<'_> {
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
        Call {
            app: self,
            method,
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: Body::empty(),
            ip: IpAddr::from([127, 0, 0, 1]),
        }
    }

    pub fn get(&self, path: &str) -> Call<'_> {
        self.call("GET", path)
    }

    pub fn post(&self, path: &str, body: Value) -> Call<'_> {
        self.call("POST", path).json(body)
    }

    /// Logs in and answers the cookie.
    pub async fn log_in(&self, email: &str) -> String {
        let body = serde_json::json!({ "email": email, "password": PASSWORD });
        let answer = self.post("/api/v1/session", body).send().await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.cookie().expect("a log-in sets a cookie")
    }
}

/// A request that is being made.
pub struct Call<'a> {
    app: &'a TestApp,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Body,
    ip: IpAddr,
}

impl Call<'_> {
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.append(name, value.parse().expect("a header value"));
        self
    }

    /// As a program with a key.
    pub fn key(self, key: &str) -> Self {
        self.header("authorization", &format!("Bearer {key}"))
    }

    /// As a browser that is logged in, on our own page.
    pub fn cookie(self, cookie: &str) -> Self {
        self.header("cookie", cookie).header("x-sp-csrf", "1").header("sec-fetch-site", "same-origin")
    }

    pub fn json(mut self, body: Value) -> Self {
        self.headers.insert(header::CONTENT_TYPE, "application/json".parse().expect("a content type"));
        self.body = Body::from(body.to_string());
        self
    }

    pub fn raw(mut self, content_type: &str, body: impl Into<Body>) -> Self {
        self.headers.insert(header::CONTENT_TYPE, content_type.parse().expect("a content type"));
        self.body = body.into();
        self
    }

    pub fn at(mut self, ip: &str) -> Self {
        self.ip = ip.parse().expect("an address");
        self
    }

    /// Sends it and takes the whole answer; of an answer that never ends, only its head.
    pub async fn send(self) -> Answer {
        let (parts, body) = self.answer().await.into_parts();
        let endless = parts.headers.get(header::CONTENT_TYPE).is_some_and(|v| v == "text/event-stream");
        let bytes = match endless {
            true => Vec::new(),
            false => body.collect().await.expect("a whole body").to_bytes().to_vec(),
        };
        Answer { status: parts.status.as_u16(), headers: parts.headers, bytes }
    }

    /// Sends it and listens to the events of the answer.
    pub async fn listen(self) -> Events {
        let answer = self.answer().await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
        Events { body: answer.into_body(), text: String::new() }
    }

    async fn answer(self) -> Response<Body> {
        let mut request = Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = self.path.parse().expect("a path");
        *request.headers_mut() = self.headers;
        request.extensions_mut().insert(Peer(self.ip));
        self.app.router.clone().oneshot(request).await.expect("the router answers")
    }
}

/// Server-sent events as they come.
pub struct Events {
    body: Body,
    text: String,
}

impl Events {
    /// The next event, its name and its data; `None` when the stream has ended.
    pub async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let line = |name: &str| event.lines().find_map(|l| l.strip_prefix(name)).map(str::trim);
                let read = line("event:")
                    .zip(line("data:"))
                    .map(|(name, data)| (name.to_owned(), serde_json::from_str(data).expect("data in JSON")));
                self.text = rest.to_owned();
                match read {
                    Some(read) => return Some(read),
                    None => continue,
                }
            }
            let frame = tokio::time::timeout(PATIENCE, self.body.frame()).await.expect("an event in time")?;
            let data = frame.expect("a whole frame").into_data().expect("data");
            self.text.push_str(&String::from_utf8_lossy(&data));
        }
    }

    /// The next event of this name for which that holds.
    pub async fn wait_for(&mut self, name: &str, holds: impl Fn(&Value) -> bool) -> Value {
        loop {
            let (found, data) = self.next().await.expect("the stream goes on");
            if found == name && holds(&data) {
                return data;
            }
        }
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    #[track_caller]
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// The body, if the status is the expected one.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        if self.bytes.is_empty() { Value::Null } else { self.value() }
    }

    /// The code of a problem, if the status is the expected one.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        let value = self.expect(status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(value["status"], status);
        assert_eq!(value["request_id"], self.header("x-request-id"));
        assert!(StatusCode::from_u16(status).is_ok() && value["detail"].is_string());
        value["code"].as_str().expect("a code").to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap_or("?"))
    }

    /// `name=value` of the cookie that was set.
    pub fn cookie(&self) -> Option<String> {
        let set = self.headers.get(header::SET_COOKIE)?.to_str().ok()?;
        set.split(';').next().map(str::to_owned)
    }
}

/// Runs a test of the program on every engine.
pub async fn for_each_engine<F, Fut>(test: F)
where
    F: Fn(TestApp) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    testkit::for_each_engine(|t| async { test(TestApp::new(t).or_fault("assemble the program")?).await })
        .await;
}
