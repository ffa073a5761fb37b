//! The demo's ways into the product: its commands, and its API without a network between.

use super::account::Account;
use crate::cli::{Cli, Context, Outcome, dispatch};
use axum::Router;
use axum::body::Body;
use clap::Parser;
use http::{Request, header};
use kernel::ids::{MessageId, StoreId};
use kernel::{Code, Fault, OrFault, Problem, Result};
use messaging::sandbox;
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use store::Scoped;
use tower::ServiceExt;
use web::client_ip::Peer;

/// Largest answer of the API the demo reads, in bytes.
const ANSWER_MAX: usize = 4 << 20;

/// Runs a command of this program in this process.
pub async fn command(context: &Context, words: &[&str]) -> Result<Outcome> {
    let words = std::iter::once("smartpush").chain(words.iter().copied());
    let cli = Cli::try_parse_from(words).map_err(|e| Fault::new(format!("a command of the demo: {e}")))?;
    Box::pin(dispatch(context, cli.command)).await
}

/// What there is to look at.
#[derive(Clone, Debug, Default)]
pub struct Sights {
    /// A captured message.
    pub message: Option<MessageId>,
    /// Its web view.
    pub web_view: Option<String>,
    /// Its unsubscribe page.
    pub unsubscribe: Option<String>,
}

/// The demo store.
pub struct House<'a> {
    /// The surroundings of commands.
    pub context: &'a Context,
    /// The account's file.
    pub account: &'a Account,
    /// The store's data.
    pub store: Scoped,
    router: Router,
}

impl<'a> House<'a> {
    /// Opens the store of an account.
    pub async fn new(context: &'a Context, account: &'a Account) -> Result<Self> {
        let id: StoreId = account.store.parse().map_err(|_| Problem::not_found("store"))?;
        let router = context.app().await?.router();
        Ok(House { context, account, store: context.store(id).await?, router })
    }

    /// Where the demo keeps the files it works with; they stay for whoever wants to try them again.
    pub fn file(&self, name: &str) -> Result<PathBuf> {
        let folder = self.context.data_dir().join("files");
        std::fs::create_dir_all(&folder).or_fault("make the folder of files")?;
        Ok(folder.join(name))
    }

    /// Writes such a file.
    pub fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.file(name)?;
        std::fs::write(&path, text).or_fault("write a file of the demo")?;
        Ok(path)
    }

    /// Runs a command.
    pub async fn command(&self, words: &[&str]) -> Result<Outcome> {
        command(self.context, words).await
    }

    /// Asks the API, as a program with the demo's key does. Problem: it refuses.
    pub async fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.account.api_key))
            .header(header::CONTENT_TYPE, "application/json")
            .extension(Peer(IpAddr::V4(Ipv4Addr::LOCALHOST)))
            .body(if body.is_null() { Body::empty() } else { Body::from(body.to_string()) })
            .or_fault("make a request")?;
        let answer = self.router.clone().oneshot(request).await.or_fault("ask the API")?;
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), ANSWER_MAX).await.or_fault("read an answer")?;
        let value: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        if !status.is_success() {
            let detail = value["detail"].as_str().unwrap_or("no reason given");
            return Err(Problem::new(Code::Conflict, format!("{method} {path}: {status}: {detail}")).into());
        }
        Ok(value)
    }

    /// The newest message in the sandbox and the addresses in it.
    pub async fn sights(&self) -> Result<Sights> {
        let keys = self.context.vault().await?.keys(self.store.db(), self.store.scope()).await?;
        let found = self
            .store
            .read(move |tx| {
                let newest = sandbox::list(tx, &keys, sandbox::Filter::All, i64::MAX, 1)?;
                newest.first().map(|entry| sandbox::open_raw(tx, &keys, entry.id)).transpose()
            })
            .await?;
        let Some((entry, raw)) = found else { return Ok(Sights::default()) };
        let links = sandbox::model::Parts::of(&raw).links;
        let base = self.context.config.http().public_url;
        let with = |path: &str| links.iter().find(|l| l.starts_with(&format!("{base}{path}"))).cloned();
        Ok(Sights { message: Some(entry.id), web_view: with("/v/"), unsubscribe: with("/u/") })
    }
}
