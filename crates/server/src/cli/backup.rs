//! `smartpush backup FILE`: copies the SQLite database while it is in use and seals the copy; its key goes
//! into `FILE.key`. With `--stdin` it seals what `pg_dump` writes. The root key is in neither.

use super::{Context, Outcome};
use kernel::{OrFault, Result};
use serde_json::json;
use std::path::{Path, PathBuf};
use store::backup;

/// Arguments of `backup`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A new file. Its key is written beside it, with `.key` appended.
    file: PathBuf,
    /// Seal what comes on standard input (`pg_dump -Fc … | smartpush backup --stdin FILE`).
    #[arg(long)]
    stdin: bool,
}

/// Runs it.
pub async fn run(context: &Context, args: Args) -> Result<Outcome> {
    let (vault, target, stdin) = (context.vault().await?, args.file.clone(), args.stdin);
    let db = context.db().await?;
    let now = db.now();
    let made = tokio::task::spawn_blocking(move || match stdin {
        true => backup::seal(&vault, now, std::io::stdin().lock(), &target),
        false => backup::back_up(&db, &vault, &target),
    });
    let made = made.await.or_fault("run the backup")??;
    let folder = args.file.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let destroyed: Vec<String> =
        backup::destroy_expired(folder, now)?.iter().map(|path| path.display().to_string()).collect();
    let (file, key) = (args.file.display().to_string(), made.key_file.display().to_string());
    let mut text = format!(
        "Sealed {} bytes into {file}. It can be restored until {} and only with {key} and {}: keep the three apart, \
         and destroy the key by then.",
        made.bytes,
        made.expires_at,
        context.data_dir().join("root.key").display()
    );
    if !destroyed.is_empty() {
        text.push_str(&format!("\nDestroyed keys of backups whose life is over: {}.", destroyed.join(", ")));
    }
    let value = json!({
        "file": file, "bytes": made.bytes, "key_file": key, "expires_at": made.expires_at,
        "destroyed_keys": destroyed,
    });
    Ok(Outcome::done(value, text))
}
