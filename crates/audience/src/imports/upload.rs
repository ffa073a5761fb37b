//! Where uploaded files lie: `imports/<store>/<import>` in the data folder, readable by the program only,
//! until the import is over.

use super::intake::digest_bytes;
use super::model::UPLOAD_KEPT_MS;
use super::reader::FILE_BYTES_MAX;
use kernel::ids::ImportId;
use kernel::{Code, OrFault, Problem, Result, Timestamp};
use std::path::{Path, PathBuf};
use store::Scoped;
use tokio::io::AsyncWriteExt;

/// Ending of the files that are ours to remove.
const SUFFIX: &str = "import";

/// Where the file of an import lies.
pub fn path(data_dir: &Path, store: &Scoped, id: ImportId) -> PathBuf {
    data_dir.join("imports").join(store.store().to_string()).join(format!("{id}.{SUFFIX}"))
}

/// A file while it comes in. Dropped before [`Incoming::finish`], it is removed.
pub struct Incoming {
    path: PathBuf,
    file: tokio::fs::File,
    hash: aws_lc_rs::digest::Context,
    bytes: u64,
    kept: bool,
}

impl Incoming {
    /// Makes the file. Folders are made as needed.
    pub async fn create(path: PathBuf) -> Result<Self> {
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder).await.or_fault("make the folder of imports")?;
        }
        let mut options = tokio::fs::OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let file = options.open(&path).await.or_fault("make the file of an import")?;
        let hash = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        Ok(Incoming { path, file, hash, bytes: 0, kept: false })
    }

    /// Takes a piece. Problem: more than 2 GiB.
    pub async fn take(&mut self, piece: &[u8]) -> Result<()> {
        self.bytes += piece.len() as u64;
        if self.bytes > FILE_BYTES_MAX {
            return Err(Problem::new(Code::TooLarge, "An import file may have 2 GiB. Split it.").into());
        }
        self.hash.update(piece);
        self.file.write_all(piece).await.or_fault("write the file of an import")
    }

    /// Keeps the file; answers its SHA-256 and size.
    pub async fn finish(mut self) -> Result<([u8; 32], u64)> {
        self.file.flush().await.or_fault("write the file of an import")?;
        self.file.sync_all().await.or_fault("sync the file of an import")?;
        self.kept = true;
        Ok((digest_bytes(self.hash.clone())?, self.bytes))
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.kept
            && let Err(e) = std::fs::remove_file(&self.path)
        {
            tracing::warn!(error = %e, "a broken upload was not removed; it goes with the next tidying");
        }
    }
}

/// Removes a file that was uploaded; a file of the command line's user is left alone.
pub(super) async fn remove_if_ours(path: &str) {
    let path = Path::new(path);
    let named_by_us =
        path.file_stem().and_then(|s| s.to_str()).is_some_and(|s| s.parse::<ImportId>().is_ok());
    if named_by_us
        && path.extension().is_some_and(|e| e == SUFFIX)
        && let Err(e) = tokio::fs::remove_file(path).await
        && e.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(error = %e, "the file of an import was not removed; it goes with the next tidying");
    }
}

/// Removes files of a store that wait longer than [`UPLOAD_KEPT_MS`] for their import. Cheap enough to do
/// at each upload. `now` is compared with the time in the name's id, so a moved clock is seen.
pub async fn tidy(data_dir: &Path, store: &Scoped, now: Timestamp) -> Result<()> {
    let folder = data_dir.join("imports").join(store.store().to_string());
    let Ok(mut entries) = tokio::fs::read_dir(&folder).await else { return Ok(()) };
    while let Some(entry) = entries.next_entry().await.or_fault("list the folder of imports")? {
        let path = entry.path();
        let id = path.file_stem().and_then(|s| s.to_str()).and_then(|s| s.parse::<ImportId>().ok());
        let Some(id) = id else { continue };
        if now.since(kernel::ids::made_at(id.0)) < UPLOAD_KEPT_MS {
            continue;
        }
        let running = store.read(move |tx| super::sql::get(tx, id)).await;
        if !running.is_ok_and(|i| i.state == super::model::State::Running) {
            remove_if_ours(&path.to_string_lossy()).await;
        }
    }
    Ok(())
}
