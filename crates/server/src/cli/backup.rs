//! `smartpush backup FILE`: copies the SQLite database while it is in use. The root key is not in it.

use super::{Context, Outcome};
use kernel::{OrFault, Result};
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `backup`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A new file.
    file: PathBuf,
}

/// Runs it.
pub async fn run(context: &Context, args: Args) -> Result<Outcome> {
    let db = context.db().await?;
    let target = args.file.clone();
    tokio::task::spawn_blocking(move || store::backup_file(&db, &target))
        .await
        .or_fault("run the backup")??;
    let bytes = std::fs::metadata(&args.file).or_fault("look at the backup")?.len();
    let file = args.file.display().to_string();
    let text = format!(
        "Copied {bytes} bytes to {file}. Keep it apart from {}, without which it cannot be read.",
        context.data_dir().join("root.key").display()
    );
    Ok(Outcome::done(json!({ "file": file, "bytes": bytes }), text))
}
