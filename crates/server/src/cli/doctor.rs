//! `smartpush doctor`: looks at an installation and says what a person should see to.

use super::{Context, Outcome};
use crate::config::Config;
use kernel::Result;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// One thing looked at.
struct Finding {
    name: &'static str,
    fine: bool,
    detail: String,
}

fn finding(name: &'static str, fine: bool, detail: impl Into<String>) -> Finding {
    Finding { name, fine, detail: detail.into() }
}

/// Runs it.
pub async fn run(context: &Context, _: Args) -> Result<Outcome> {
    let mut found = vec![key_file(context.data_dir())];
    found.extend(configuration(&context.config));
    match context.db().await {
        Ok(db) => {
            let stores = db.list_stores().await?.len();
            found.push(finding("database", true, format!("answers, schema is up to date, {stores} stores")));
            found.push(sending_lock(&db).await?);
            found.extend(outside_log(&db).await?);
            let bad = tenancy::audit::verify_all(&db).await?.iter().filter(|(_, v)| !v.intact).count();
            found.push(finding("audit log", bad == 0, format!("{bad} broken chains")));
        }
        Err(e) => found.push(finding("database", false, e.to_string())),
    }
    let fine = found.iter().all(|f| f.fine);
    let lines =
        found.iter().map(|f| format!("{} {}: {}", if f.fine { "fine " } else { "WRONG" }, f.name, f.detail));
    let text = lines.collect::<Vec<_>>().join("\n");
    let items: Vec<Value> =
        found.iter().map(|f| json!({ "name": f.name, "fine": f.fine, "detail": f.detail })).collect();
    let value = json!({ "fine": fine, "findings": items });
    Ok(Outcome { value, text, done: fine })
}

fn key_file(data_dir: &Path) -> Finding {
    let path = data_dir.join("root.key");
    match std::fs::metadata(&path) {
        Ok(meta) if meta.permissions().mode() & 0o077 == 0 => {
            finding("root key", true, "readable by its owner only")
        }
        Ok(_) => finding("root key", false, format!("others may read it: chmod 600 {}", path.display())),
        Err(_) => finding("root key", true, "not made yet; the first use makes it"),
    }
}

fn configuration(config: &Config) -> Vec<Finding> {
    let warnings = config.warnings();
    if warnings.is_empty() {
        return vec![finding("configuration", true, "nothing dangerous")];
    }
    warnings.into_iter().map(|w| finding("configuration", false, w)).collect()
}

/// What the log lacks, and what a restore could not replay.
async fn outside_log(db: &store::Database) -> Result<Vec<Finding>> {
    let Some(log) = db.outside() else { return Ok(Vec::new()) };
    let point = db.system().read(store::outside::find_point).await?;
    let missing = point.map(|point| point.missing()).unwrap_or_default();
    let wrong = log.read()?.gaps.into_iter().chain(missing);
    let mut found: Vec<Finding> = wrong.map(|why| finding("outside log", false, why)).collect();
    if found.is_empty() {
        found.push(finding("outside log", true, "whole"));
    }
    Ok(found)
}

async fn sending_lock(db: &store::Database) -> Result<Finding> {
    let locked = db.system().read(tenancy::installation::sending_locked).await?;
    Ok(match locked {
        None => finding("sending", true, "not locked"),
        Some(since) => {
            finding("sending", false, format!("locked since {since}; `smartpush unlock` allows it again"))
        }
    })
}
