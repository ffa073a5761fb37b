//! What every command shares: where the data are, how to open them, how to answer.

use crate::app::App;
use crate::config::Config;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use kernel::ids::{CampaignId, StoreId};
use kernel::{Code, Error, Problem, Result, Timestamp};
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use store::{Database, Scope, Scoped, Vault};
use tokio::sync::OnceCell;

/// The surroundings of a command. Nothing is opened before it is asked for.
pub struct Context {
    /// Configuration from defaults, file and environment.
    pub config: Config,
    /// True if the answer is one JSON object.
    pub json: bool,
    app: OnceCell<App>,
}

impl Context {
    /// Reads the configuration.
    pub fn new(data_dir: PathBuf, config_file: Option<PathBuf>, json: bool) -> Result<Self> {
        Ok(Self::of(Config::load(config_file.as_deref(), &data_dir)?, json))
    }

    /// With a given configuration.
    pub fn of(config: Config, json: bool) -> Self {
        Context { config, json, app: OnceCell::new() }
    }

    /// Folder of database, media, journal and key file.
    pub fn data_dir(&self) -> &Path {
        &self.config.data_dir
    }

    /// The opened installation with every feature's services; migrated on first use.
    pub async fn app(&self) -> Result<&App> {
        self.app
            .get_or_try_init(|| async {
                crate::logging::start(&self.quiet_log());
                App::open(&self.config).await
            })
            .await
    }

    /// Logging of a command: warnings only.
    pub fn quiet_log(&self) -> crate::config::LogConfig {
        crate::config::LogConfig { level: "warn".into(), ..self.config.log.clone() }
    }

    /// The present instant, before anything is opened.
    pub fn now(&self) -> Timestamp {
        kernel::Clock::now(&kernel::SystemClock)
    }

    /// The database.
    pub async fn db(&self) -> Result<Database> {
        Ok(self.app().await?.state.db().clone())
    }

    /// The keys.
    pub async fn vault(&self) -> Result<Vault> {
        Ok(self.app().await?.state.vault().clone())
    }

    /// A store of this installation. Problem: absent.
    pub async fn store(&self, id: StoreId) -> Result<Scoped> {
        let db = self.db().await?;
        #[expect(clippy::disallowed_methods, reason = "the operator of the machine works in every store")]
        let store = db.scoped(Scope::mint(id));
        let known = db.list_stores().await?.iter().any(|scope| scope.store() == id);
        known.then_some(store).ok_or_else(|| Problem::not_found("store").into())
    }

    /// The named store, or the only one. Problem: there are several and none was named.
    pub async fn one_store(&self, id: Option<StoreId>) -> Result<Scoped> {
        if let Some(id) = id {
            return self.store(id).await;
        }
        let db = self.db().await?;
        match db.list_stores().await?.as_slice() {
            [only] => Ok(db.scoped(*only)),
            [] => Err(Problem::conflict("There is no store yet. Run `smartpush setup` first.").into()),
            _ => {
                Err(Problem::new(Code::BadRequest, "There are several stores; name one with --store.").into())
            }
        }
    }

    /// The store that has a campaign. Problem: none has it.
    pub async fn store_of_campaign(&self, id: CampaignId) -> Result<Scoped> {
        let db = self.db().await?;
        for scope in db.list_stores().await? {
            let store = db.scoped(scope);
            if store.read(move |tx| Ok(automation::campaigns::sql::get(tx, id).is_ok())).await? {
                return Ok(store);
            }
        }
        Err(Problem::not_found("campaign").into())
    }

    /// A progress bar on standard error; hidden unless that is a terminal. `total` 0: not known yet.
    pub fn progress(&self, total: u64, what: &'static str) -> ProgressBar {
        let visible = std::io::stderr().is_terminal() && !self.json;
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let shape = "{msg} {bar:32} {human_pos}/{human_len} {per_sec} {eta}";
        if let Ok(style) = ProgressStyle::with_template(shape) {
            bar.set_style(style);
        }
        bar.with_message(what)
    }
}

/// What a command answers.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// For programs.
    pub value: Value,
    /// For people; may have several lines.
    pub text: String,
    /// False: the command ran, and its answer is no (exit code 1).
    pub done: bool,
}

impl Outcome {
    /// Done, with an answer.
    pub fn done(value: Value, text: impl Into<String>) -> Self {
        Outcome { value, text: text.into(), done: true }
    }

    /// The answer is no.
    pub fn refused(value: Value, text: impl Into<String>) -> Self {
        Outcome { value, text: text.into(), done: false }
    }

    /// The answer was written already, or there is none.
    pub fn silent() -> Self {
        Outcome { value: Value::Null, text: String::new(), done: true }
    }

    pub(super) fn print(&self, json: bool) {
        match (json, &self.value) {
            (true, Value::Null) => {}
            (true, value) => print_line(&value.to_string()),
            (false, _) if self.text.is_empty() => {}
            (false, _) => print_line(&self.text),
        }
    }
}

/// Writes a line; a reader that went away is no error.
pub(super) fn print_line(text: &str) {
    let mut out = std::io::stdout().lock();
    drop(writeln!(out, "{text}").and_then(|()| out.flush()));
}

/// Says what went wrong: in words on standard error, and with `--json` as an object.
pub(super) fn print_error(error: &Error, json: bool) {
    eprintln!("smartpush: {error}");
    if !json {
        return;
    }
    let value = match error {
        Error::Problem(p) => {
            let fields =
                p.errors.iter().map(|e| json!({ "pointer": e.pointer, "code": e.code, "detail": e.detail }));
            let code = p.code.status_and_word().1;
            json!({ "error": { "code": code, "detail": p.detail, "errors": fields.collect::<Vec<_>>() } })
        }
        Error::Fault(_) => {
            json!({ "error": { "code": "internal", "detail": error.to_string(), "errors": [] } })
        }
    };
    print_line(&value.to_string());
}
