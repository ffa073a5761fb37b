//! A campaign's description in TOML, with the files beside it.

use automation::campaigns::{Content, NewCampaign, Settings, Term, Timing, Track};
use kernel::{Code, OrFault, Problem, Result};
use messaging::dkim::{Algorithm, PrivateKey};
use messaging::outbox::program::{FrozenKey, FrozenSigning};
use messaging::relays;
use messaging::templates::{Body, Utm};
use serde::Deserialize;
use std::path::Path;
use std::sync::Arc;
use store::{Scoped, StoreKeys};

/// Largest description and largest file beside it.
const FILE_BYTES_MAX: u64 = 2 * 1024 * 1024;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    name: String,
    #[serde(default = "email")]
    channel: String,
    subject: String,
    #[serde(default)]
    preheader: String,
    from: String,
    reply_to: Option<String>,
    template: String,
    text_template: Option<String>,
    include: Vec<Term>,
    #[serde(default)]
    exclude: Vec<Term>,
    relay: Option<String>,
    connections: Option<u16>,
    #[serde(default)]
    track: Track,
    utm: Option<Utm>,
    postal_address: Option<String>,
    #[serde(default)]
    throttle_per_second: u32,
    #[serde(default)]
    timing: Timing,
    dkim: Option<Dkim>,
}

fn email() -> String {
    "email".into()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dkim {
    domain: String,
    keys: Vec<DkimKey>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DkimKey {
    selector: String,
    algorithm: String,
    file: String,
}

fn refused(detail: impl Into<String>) -> kernel::Error {
    Problem::new(Code::Validation, detail).into()
}

fn read(path: &Path) -> Result<String> {
    let shown = path.display();
    let size = std::fs::metadata(path).map_err(|e| refused(format!("{shown} cannot be read: {e}.")))?.len();
    if size > FILE_BYTES_MAX {
        return Err(refused(format!("{shown} is larger than 2 MiB.")));
    }
    std::fs::read_to_string(path).map_err(|e| refused(format!("{shown} cannot be read as text: {e}.")))
}

impl Spec {
    /// Reads the file. Problem: unreadable, or something in it is not right.
    pub fn load(path: &Path) -> Result<Self> {
        let spec: Spec =
            toml::from_str(&read(path)?).map_err(|e| refused(format!("{}: {e}", path.display())))?;
        match spec.channel.as_str() {
            "email" => Ok(spec),
            other => Err(refused(format!("channel = {other:?} is not known; this version sends \"email\"."))),
        }
    }

    /// The campaign it describes. The relay is made in the store if it is not there yet; keys are sealed.
    pub async fn into_campaign(
        self,
        path: &Path,
        store: &Scoped,
        keys: &Arc<StoreKeys>,
    ) -> Result<NewCampaign> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let relay = match self.relay.clone() {
            Some(url) => Some(ensure_relay(store, keys, url).await?),
            None => None,
        };
        let signing = self.dkim.as_ref().map(|d| signing(d, folder, keys)).transpose()?;
        let text = self.text_template.as_ref().map(|t| read(&folder.join(t))).transpose()?;
        let body = body(&folder.join(&self.template))?;
        Ok(NewCampaign {
            name: self.name,
            content: Content {
                subject: self.subject,
                preheader: self.preheader,
                from: self.from,
                reply_to: self.reply_to,
                body,
                text,
                postal_address: self.postal_address,
            },
            settings: Settings {
                include: self.include,
                exclude: self.exclude,
                relay,
                connections: self.connections,
                domain: None,
                track: self.track,
                utm: self.utm,
                throttle_per_second: self.throttle_per_second,
                timing: self.timing,
            },
            signing,
        })
    }
}

async fn ensure_relay(store: &Scoped, keys: &Arc<StoreKeys>, url: String) -> Result<kernel::ids::RelayId> {
    let keys = keys.clone();
    store.write(move |tx| relays::ensure_url(tx, &keys, &url)).await
}

fn body(path: &Path) -> Result<Body> {
    let source = read(path)?;
    match path.extension().and_then(|e| e.to_str()) {
        Some("html" | "htm") => Ok(Body::Html { source }),
        Some("mjml") => Ok(Body::Mjml { source }),
        Some("json") => {
            let document =
                serde_json::from_str(&source).map_err(|e| refused(format!("{}: {e}", path.display())))?;
            Ok(Body::Document { document })
        }
        _ => Err(refused("A template's name ends in .html, .mjml or .json (blocks).")),
    }
}

fn signing(dkim: &Dkim, folder: &Path, keys: &StoreKeys) -> Result<FrozenSigning> {
    let mut frozen = Vec::with_capacity(dkim.keys.len());
    for key in &dkim.keys {
        let algorithm = Algorithm::of(&key.algorithm).ok_or_else(|| {
            refused(format!("dkim algorithm {:?}: write \"rsa\" or \"ed25519\".", key.algorithm))
        })?;
        let pem = read(&folder.join(&key.file))?;
        let private = PrivateKey::from_pem(algorithm, &pem).or_fault("read a DKIM key");
        let private =
            private.map_err(|_| refused(format!("{} is no {} key in PEM form.", key.file, key.algorithm)))?;
        frozen.push(FrozenKey::seal(keys, &key.selector, &private)?);
    }
    Ok(FrozenSigning { domain: dkim.domain.clone(), keys: frozen })
}
