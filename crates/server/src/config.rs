//! Configuration: built-in defaults, then a file, then the environment, then the command line.
//!
//! `config.default.toml` is both the defaults and their documentation. Unknown names are refused. What
//! merchants change is no configuration but settings, in the database.

use kernel::{Code, OrFault, Problem, Result};
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use toml::{Table, Value};
use web::HttpConfig;

/// Defaults with comments.
pub const DEFAULT: &str = include_str!("config.default.toml");
/// Variables of this program; two underscores part section and name.
const PREFIX: &str = "SMARTPUSH__";

/// The whole configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where data are.
    pub database: DatabaseConfig,
    /// How HTTP is served.
    pub http: HttpSection,
    /// Background work.
    pub worker: WorkerConfig,
    /// Handing mail over.
    pub dispatch: DispatchConfig,
    /// Taking bounces and complaints in.
    pub inbound: InboundConfig,
    /// The media library.
    pub media: MediaConfig,
    /// Logging.
    pub log: LogConfig,
    /// Folder of the SQLite file, media, journal and key; from the command line.
    #[serde(skip)]
    pub data_dir: PathBuf,
}

/// See the file of defaults.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "described in config.default.toml")]
pub struct DatabaseConfig {
    pub url: String,
    pub url_file: String,
}

/// See the file of defaults.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "described in config.default.toml")]
pub struct HttpSection {
    pub listen: SocketAddr,
    pub public_url: String,
    pub trusted_proxies: Vec<IpAddr>,
    pub requests_per_second: u32,
    pub request_burst: u32,
}

/// See the file of defaults.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "described in config.default.toml")]
pub struct WorkerConfig {
    pub jobs: usize,
}

/// See the file of defaults.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "described in config.default.toml")]
pub struct DispatchConfig {
    pub lease_seconds: u32,
}

/// See the file of defaults.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "described in config.default.toml")]
pub struct InboundConfig {
    pub listen: String,
}

impl InboundConfig {
    /// Where to listen, if at all. Problem: not an address with a port.
    pub fn listen(&self) -> Result<Option<SocketAddr>> {
        if self.listen.is_empty() {
            return Ok(None);
        }
        let wrong = |_| refused("inbound.listen is an address with a port, like 0.0.0.0:25, or empty");
        self.listen.parse().map(Some).map_err(wrong)
    }
}

/// See the file of defaults.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "described in config.default.toml")]
pub struct MediaConfig {
    pub quota_mib: u32,
}

/// See the file of defaults.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "described in config.default.toml")]
pub struct LogConfig {
    pub level: String,
    pub format: LogFormat,
}

/// Form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Config {
    /// Reads defaults, file and environment of this process.
    pub fn load(file: Option<&Path>, data_dir: &Path) -> Result<Self> {
        let text = match file {
            Some(path) => Some(read(path)?),
            None => None,
        };
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
        let url = std::env::var("SMARTPUSH_DATABASE_URL").ok();
        Self::from_parts(text.as_deref(), std::env::vars(), url, data_dir)
    }

    /// The same from given parts.
    pub fn from_parts(
        file: Option<&str>,
        environment: impl Iterator<Item = (String, String)>,
        database_url: Option<String>,
        data_dir: &Path,
    ) -> Result<Self> {
        let mut all: Table = DEFAULT.parse().or_fault("read the built-in configuration")?;
        if let Some(text) = file {
            let own: Table = text.parse().map_err(|e| refused(&format!("the configuration file: {e}")))?;
            merge(&mut all, own);
        }
        for (name, value) in environment {
            if let Some(path) = name.strip_prefix(PREFIX) {
                put(&mut all, path, &value)?;
            }
        }
        let mut config: Config =
            Value::Table(all).try_into().map_err(|e: toml::de::Error| refused(e.message()))?;
        config.data_dir = data_dir.to_path_buf();
        if let Some(url) = database_url.filter(|u| !u.is_empty()) {
            config.database.url = url;
        } else if !config.database.url_file.is_empty() {
            config.database.url = read(Path::new(&config.database.url_file))?.trim().to_owned();
        }
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<()> {
        let url = &self.http.public_url;
        let plain = url.split_once("://").is_some_and(|(scheme, rest)| {
            matches!(scheme, "http" | "https") && !rest.is_empty() && !rest.contains(['/', '?', '#', '@'])
        });
        if !url.is_empty() && !plain {
            return Err(refused("http.public_url is like https://push.example, without a path"));
        }
        if !(2..=3_600).contains(&self.dispatch.lease_seconds) {
            return Err(refused("dispatch.lease_seconds is 2 to 3600"));
        }
        if self.worker.jobs == 0 {
            return Err(refused("worker.jobs is at least 1"));
        }
        Ok(())
    }

    /// URL of the database.
    pub fn database_url(&self) -> String {
        match self.database.url.as_str() {
            "" => format!("sqlite:{}", self.data_dir.join("smartpush.db").display()),
            url => url.to_owned(),
        }
    }

    /// Configuration of everything that speaks HTTP.
    pub fn http(&self) -> HttpConfig {
        let http = &self.http;
        let public_url = match http.public_url.as_str() {
            "" => format!("http://{}", http.listen),
            url => url.to_owned(),
        };
        HttpConfig {
            public_url,
            data_dir: self.data_dir.clone(),
            trusted_proxies: http.trusted_proxies.clone(),
            requests_per_second: http.requests_per_second,
            request_burst: http.request_burst,
        }
    }

    /// What may go wrong with this configuration although it is valid.
    pub fn warnings(&self) -> Vec<&'static str> {
        let mut all = Vec::new();
        let open = !self.http.listen.ip().is_loopback();
        if open && !self.http().is_https() {
            all.push(
                "listening beyond this machine without an https public_url: log-ins could be read on the way",
            );
        }
        if self.http().is_https() && self.http.trusted_proxies.is_empty() {
            all.push("https is done by a proxy in front; without http.trusted_proxies all clients look like that proxy");
        }
        all
    }
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|e| refused(&format!("{}: {e}", path.display())))
}

fn refused(why: &str) -> kernel::Error {
    Problem::new(Code::Validation, format!("The configuration cannot be used: {why}")).into()
}

fn merge(into: &mut Table, from: Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Table(old)), Value::Table(new)) => merge(old, new),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

/// Sets `HTTP__LISTEN` to a text, number, truth value or list, whichever the default is.
fn put(all: &mut Table, path: &str, text: &str) -> Result<()> {
    let path = path.to_lowercase();
    let unknown = || refused(&format!("{PREFIX}{} names nothing", path.to_uppercase()));
    let mut slot = all;
    let mut names: Vec<&str> = path.split("__").collect();
    let last = names.pop().ok_or_else(unknown)?;
    for name in names {
        slot = slot.get_mut(name).and_then(Value::as_table_mut).ok_or_else(unknown)?;
    }
    let old = slot.get_mut(last).ok_or_else(unknown)?;
    *old = match old {
        Value::String(_) => Value::String(text.to_owned()),
        _ => {
            let parsed: Table = format!("value = {text}")
                .parse()
                .map_err(|_| refused(&format!("{last} = {text} has no value of its kind")))?;
            parsed.get("value").cloned().ok_or_else(unknown)?
        }
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: &str, environment: &[(&str, &str)], url: Option<&str>) -> Result<Config> {
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Config::from_parts(Some(file), environment, url.map(str::to_owned), Path::new("/data"))
    }

    #[test]
    fn file_beats_defaults_and_environment_beats_file() {
        let file = "[http]\nlisten = \"0.0.0.0:80\"\nrequests_per_second = 7";
        let environment = [
            ("SMARTPUSH__HTTP__LISTEN", "127.0.0.1:9"),
            ("SMARTPUSH__HTTP__TRUSTED_PROXIES", "[\"::1\"]"),
            ("PATH", "x"),
        ];
        let config = load(file, &environment, None).unwrap();
        assert_eq!(config.http.listen.to_string(), "127.0.0.1:9");
        assert_eq!((config.http.requests_per_second, config.http.trusted_proxies.len()), (7, 1));
        assert_eq!(config.database_url(), "sqlite:/data/smartpush.db");
        assert_eq!(config.http().public_url, "http://127.0.0.1:9");
        assert_eq!(load("", &[], Some("postgres://x/y")).unwrap().database_url(), "postgres://x/y");
    }

    #[test]
    fn unknown_and_wrong_values_are_refused() {
        for file in ["[htpp]", "[http]\nlissen = 1", "[http]\nlisten = 5", "nonsense", "[worker]\njobs = 0"] {
            assert!(load(file, &[], None).is_err(), "{file}");
        }
        for url in ["push.example", "ftp://x", "https://x/path", "https://"] {
            assert!(load(&format!("[http]\npublic_url = \"{url}\""), &[], None).is_err(), "{url}");
        }
        assert!(load("", &[("SMARTPUSH__HTTP__LISSEN", "1")], None).is_err());
        assert!(load("", &[("SMARTPUSH__WORKER__JOBS", "many")], None).is_err());
    }

    #[test]
    fn dangerous_pairs_are_named() {
        let open = load("[http]\nlisten = \"0.0.0.0:80\"", &[], None).unwrap();
        assert_eq!(open.warnings().len(), 1);
        assert!(load("", &[], None).unwrap().warnings().is_empty());
    }
}
