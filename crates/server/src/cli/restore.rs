//! `smartpush restore FILE`: puts a backup in place of an empty data folder and locks sending.
//!
//! What was sent between backup and loss is not in the backup. Sending stays locked until a person has
//! looked at that and runs `smartpush unlock`.

use super::{Context, Outcome};
use kernel::{OrFault, Problem, Result};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Arguments of `restore`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A file made by `smartpush backup`.
    file: PathBuf,
    /// Replace the database that is there. No server may be running on it.
    #[arg(long)]
    force: bool,
}

/// First bytes of every SQLite database.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Runs it.
pub async fn run(context: &Context, args: Args) -> Result<Outcome> {
    let url = context.config.database_url();
    let Some(target) = url.strip_prefix("sqlite:").map(PathBuf::from) else {
        return Err(Problem::conflict(
            "PostgreSQL is restored with pg_restore; then run `smartpush migrate`.",
        )
        .into());
    };
    check_backup(&args.file)?;
    if !args.force
        && let Some(found) = in_the_way(&target, context.data_dir())
    {
        let detail =
            format!("{} exists. Name an empty data folder, or add --force to replace it.", found.display());
        return Err(Problem::conflict(detail).into());
    }
    put_in_place(&args.file, &target)?;
    let db = crate::app::open_database(&context.config).await?.prepare().await?;
    tenancy::installation::lock_sending(&db).await?;
    let key = context.data_dir().join("root.key");
    let mut text =
        "The backup is in place. Sending is locked; after a look at what was sent since the backup, \
                    `smartpush unlock` allows it again."
            .to_owned();
    if !key.exists() {
        text.push_str(&format!("\nPut the root key of that time at {} before anything else.", key.display()));
    }
    let value =
        json!({ "database": target.display().to_string(), "sending_locked": true, "root_key": key.exists() });
    Ok(Outcome::done(value, text))
}

/// What shows that an installation is there already. The root key may wait in an else empty folder.
fn in_the_way(target: &Path, data_dir: &Path) -> Option<PathBuf> {
    if target.exists() {
        return Some(target.to_path_buf());
    }
    let filled =
        |folder: &PathBuf| std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    ["journal", "media"].map(|name| data_dir.join(name)).into_iter().find(filled)
}

fn check_backup(file: &Path) -> Result<()> {
    use std::io::Read;
    let mut head = [0; 16];
    let read = std::fs::File::open(file).and_then(|mut f| f.read_exact(&mut head));
    match read {
        Ok(()) if head == MAGIC => Ok(()),
        Ok(()) => Err(Problem::conflict(format!("{} is no backup of SmartPush.", file.display())).into()),
        Err(e) => Err(Problem::conflict(format!("{} cannot be read: {e}.", file.display())).into()),
    }
}

/// Copies beside the target, then renames: a crash leaves the old or the new database, never a half.
fn put_in_place(file: &Path, target: &Path) -> Result<()> {
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder).or_fault("make the data folder")?;
    }
    let beside = target.with_extension("restoring");
    std::fs::copy(file, &beside).or_fault("copy the backup")?;
    std::fs::File::open(&beside).and_then(|f| f.sync_all()).or_fault("sync the copy")?;
    for rest in ["-wal", "-shm"] {
        let path = PathBuf::from(format!("{}{rest}", target.display()));
        if path.exists() {
            std::fs::remove_file(&path).or_fault("remove the old write-ahead log")?;
        }
    }
    std::fs::rename(&beside, target).or_fault("put the copy in place")
}
