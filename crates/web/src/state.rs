//! What every handler can reach: database, keys, configuration, services of features.

use crate::actor::Authenticate;
use crate::throttle::Throttle;
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Database, Vault};
use tokio::sync::watch;

/// Name of the log-in cookie where browsers come over TLS.
pub(crate) const SECURE_COOKIE: &str = "__Host-sp_session";

/// Configuration of everything that speaks HTTP. Immutable after start.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// Address under which the world reaches this program, without a trailing slash.
    pub public_url: String,
    /// Folder of media, journal and key file.
    pub data_dir: PathBuf,
    /// Proxies whose `X-Forwarded-For` is believed. Empty: nobody's.
    pub trusted_proxies: Vec<IpAddr>,
    /// Requests a second that one actor may make; 0 is no limit.
    pub requests_per_second: u32,
    /// Requests one actor may make at once before the rate applies.
    pub request_burst: u32,
}

impl HttpConfig {
    /// For local use and tests: plain http on port 8080, no proxies, no rate limit.
    pub fn local(data_dir: impl Into<PathBuf>) -> Self {
        HttpConfig {
            public_url: "http://127.0.0.1:8080".into(),
            data_dir: data_dir.into(),
            trusted_proxies: Vec::new(),
            requests_per_second: 0,
            request_burst: 0,
        }
    }

    /// Name of the log-in cookie: `__Host-` binds it to this host and to TLS; plain http (on one's own
    /// machine) cannot have that.
    pub fn session_cookie(&self) -> &'static str {
        if self.is_https() { SECURE_COOKIE } else { "sp_session" }
    }

    /// True if browsers reach us over TLS.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

struct Inner {
    db: Database,
    vault: Vault,
    http: HttpConfig,
    authenticate: Arc<dyn Authenticate>,
    throttle: Throttle,
    services: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
    stop: watch::Sender<bool>,
}

/// Shared by all handlers and background tasks. Cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Inner>);

impl AppState {
    /// The database.
    pub fn db(&self) -> &Database {
        &self.0.db
    }

    /// The keys.
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Configuration of HTTP.
    pub fn http(&self) -> &HttpConfig {
        &self.0.http
    }

    /// Folder of media, journal and key file.
    pub fn data_dir(&self) -> &Path {
        &self.0.http.data_dir
    }

    /// An absolute address: `absolute("/u/abc")`.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.0.http.public_url)
    }

    /// Log-in and rights.
    pub fn authenticate(&self) -> &Arc<dyn Authenticate> {
        &self.0.authenticate
    }

    /// Rate limits shared by all requests of this process.
    pub fn throttle(&self) -> &Throttle {
        &self.0.throttle
    }

    /// Turns true when the program ends; answers that go on for long end with it.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stop.subscribe()
    }

    /// Tells everybody that the program ends.
    pub fn stop(&self) {
        self.0.stop.send_replace(true);
    }

    /// A service put in by a feature ([`StateBuilder::insert`]).
    ///
    /// # Panics
    /// If no feature put it in: a mistake of wiring that every test of the program shows.
    pub fn service<T: Any + Send + Sync>(&self) -> Arc<T> {
        self.try_service().unwrap_or_else(|| {
            panic!("invariant: the registry inserts {} before start", std::any::type_name::<T>())
        })
    }

    /// A service that may be absent.
    pub fn try_service<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.0.services.get(&TypeId::of::<T>()).cloned().and_then(|any| any.downcast().ok())
    }
}

/// Collects services before the state is shared.
pub struct StateBuilder {
    db: Database,
    vault: Vault,
    http: HttpConfig,
    services: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

impl StateBuilder {
    /// Begins with what everybody needs.
    pub fn new(db: Database, vault: Vault, http: HttpConfig) -> Self {
        StateBuilder { db, vault, http, services: HashMap::new() }
    }

    /// The database.
    pub fn db(&self) -> &Database {
        &self.db
    }

    /// The keys.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Configuration of HTTP.
    pub fn http(&self) -> &HttpConfig {
        &self.http
    }

    /// Puts in a service; one of a type. A later one of the same type replaces it (tests do that).
    pub fn insert<T: Any + Send + Sync>(&mut self, service: T) -> &mut Self {
        self.insert_shared(Arc::new(service))
    }

    /// Puts in a service that somebody else holds too.
    pub fn insert_shared<T: Any + Send + Sync>(&mut self, service: Arc<T>) -> &mut Self {
        self.services.insert(TypeId::of::<T>(), service);
        self
    }

    /// A service put in before.
    pub fn service<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.services.get(&TypeId::of::<T>()).cloned().and_then(|any| any.downcast().ok())
    }

    /// Ends collecting.
    pub fn build(self, authenticate: Arc<dyn Authenticate>) -> AppState {
        let throttle = Throttle::new(self.http.requests_per_second, self.http.request_burst);
        AppState(Arc::new(Inner {
            db: self.db,
            vault: self.vault,
            http: self.http,
            authenticate,
            throttle,
            services: self.services,
            stop: watch::Sender::new(false),
        }))
    }
}
