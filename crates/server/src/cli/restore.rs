//! `smartpush restore FILE`: puts a backup in place, brings it up to what happened since, locks sending.
//!
//! Erasures, suppressions, withdrawals and hand-offs that are newer than the backup are replayed from the
//! outside log of the data folder, and of folders named with `--log`. What no log tells is said. Sending
//! stays locked until a person has looked at that and runs `smartpush unlock`.
//!
//! `--replay` does the second half alone, after `pg_restore` or a file system's own restore; `--stdout`
//! the first, for `pg_restore` to read.

use super::{Context, Outcome};
use crate::app::{App, OUTSIDE};
use crate::replay;
use kernel::{Code, OrFault, Problem, Result};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use store::backup;

/// Arguments of `restore`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A file made by `smartpush backup`.
    #[arg(required_unless_present = "replay", conflicts_with = "replay")]
    file: Option<PathBuf>,
    /// Key of the backup; `FILE.key` if absent.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Folder of an outside log that lies elsewhere; may be given several times.
    #[arg(long, value_name = "DIR")]
    log: Vec<PathBuf>,
    /// Replace the database that is there. No server may be running on it.
    #[arg(long)]
    force: bool,
    /// Write what was backed up to standard output and change nothing (`… --stdout | pg_restore -d …`).
    #[arg(long, conflicts_with_all = ["force", "log", "replay"])]
    stdout: bool,
    /// Only replay the outside log into the database as it is. No server may be running on it.
    #[arg(long, conflicts_with_all = ["force", "key"])]
    replay: bool,
}

/// Runs it.
pub async fn run(context: &Context, args: Args) -> Result<Outcome> {
    let Some(file) = &args.file else { return replay_logs(context, &args.log, "The database").await };
    let key = args.key.clone().unwrap_or_else(|| backup::key_file_of(file));
    if args.stdout {
        open(context, file, &key)?.write_to(&mut std::io::stdout().lock())?;
        return Ok(Outcome::silent());
    }
    let url = context.config.database_url();
    let Some(target) = url.strip_prefix("sqlite:").map(PathBuf::from) else {
        return Err(Problem::conflict(
            "PostgreSQL is restored by pg_restore: smartpush restore --stdout FILE | pg_restore -d …, then \
             smartpush restore --replay.",
        )
        .into());
    };
    if !args.force
        && let Some(found) = in_the_way(&target, context.data_dir())
    {
        let detail =
            format!("{} exists. Name an empty data folder, or add --force to replace it.", found.display());
        return Err(Problem::conflict(detail).into());
    }
    put_in_place(open(context, file, &key)?, &target)?;
    replay_logs(context, &args.log, "The backup").await
}

/// Opens a backup. Problem: also if the root key of that time is not there.
fn open(context: &Context, file: &Path, key: &Path) -> Result<backup::Opened> {
    let root = context.data_dir().join("root.key");
    if !root.exists() {
        let detail = format!("Put the root key of that time at {} first.", root.display());
        return Err(Problem::conflict(detail).into());
    }
    backup::open(&crate::app::open_vault(context.data_dir())?, context.now(), file, key)
}

/// What shows that an installation is there already. Root key and outside log may wait in an else empty
/// folder.
fn in_the_way(target: &Path, data_dir: &Path) -> Option<PathBuf> {
    if target.exists() {
        return Some(target.to_path_buf());
    }
    let filled =
        |folder: &PathBuf| std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    ["journal", "media"].map(|name| data_dir.join(name)).into_iter().find(filled)
}

/// Writes beside the target, then renames: a crash leaves the old or the new database, never a half.
fn put_in_place(opened: backup::Opened, target: &Path) -> Result<()> {
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder).or_fault("make the folder of the database")?;
    }
    let beside = target.with_extension("restoring");
    let mut copy = std::fs::File::create(&beside).or_fault("make the restored database")?;
    let written = opened.write_to(&mut copy);
    if written.is_err() {
        drop(copy);
        std::fs::remove_file(&beside).or_fault("remove half a database")?;
        return written;
    }
    copy.flush().and_then(|()| copy.sync_all()).or_fault("sync the restored database")?;
    for rest in ["-wal", "-shm"] {
        let path = PathBuf::from(format!("{}{rest}", target.display()));
        if path.exists() {
            std::fs::remove_file(&path).or_fault("remove the old write-ahead log")?;
        }
    }
    std::fs::rename(&beside, target).or_fault("put the restored database in place")
}

/// Replays the own log and the named ones; says what was done and what no log tells.
async fn replay_logs(context: &Context, folders: &[PathBuf], what: &str) -> Result<Outcome> {
    for folder in folders {
        if !folder.is_dir() {
            let detail =
                format!("{} is no folder; an outside log is one, like DATA/{OUTSIDE}.", folder.display());
            return Err(Problem::new(Code::BadRequest, detail).into());
        }
    }
    crate::logging::start(&context.quiet_log());
    let app = App::open_as_it_is(&context.config).await?;
    let mut changed: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut done = vec![replay::replay_own(&app).await?];
    for folder in folders {
        done.push(replay::replay_folder(&app, folder).await?);
    }
    for (name, count) in done.iter().flat_map(|replayed| &replayed.changed) {
        *changed.entry(name).or_default() += count;
    }
    let missing = replay::find_point(&app).await?.map(|point| point.missing()).unwrap_or_default();
    let mut text = format!("{what} is in place and sending is locked. Replayed since then:");
    for (name, count) in &changed {
        text.push_str(&format!(" {count} {}", name.replace('_', "-")));
    }
    text.push('.');
    for sentence in &missing {
        text.push_str(&format!("\nMISSING: {sentence}"));
    }
    text.push_str("\nAfter a look at this, `smartpush unlock` allows sending again.");
    let value = json!({ "sending_locked": true, "replayed": changed, "missing": missing });
    Ok(Outcome::done(value, text))
}
