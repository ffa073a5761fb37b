//! Taking a file in: received beside the others, recognised, taken apart, kept.

use super::files;
use super::formats::{self, BYTES_MAX, Cleaned, Format, HEAD, Refusal};
use super::model::names_somebody;
use super::model::{Item, Kind, Words};
use kernel::ids::MediaId;
use kernel::{Code, OrFault, Problem, Result, Timestamp};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::Scoped;
use tokio::io::AsyncWriteExt;
use tokio::sync::Semaphore;

/// Files taken apart at once: each may need some hundred megabytes.
const AT_ONCE: usize = 2;

/// Where files are taken apart.
#[derive(Clone)]
pub struct Workshop(Arc<Semaphore>);

impl Default for Workshop {
    fn default() -> Self {
        Workshop(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Workshop {
    /// Does heavy work on a thread of its own when there is room for it.
    pub async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _room = self.0.acquire().await.or_fault("wait for the workshop")?;
        tokio::task::spawn_blocking(work).await.or_fault("take a file apart")?
    }
}

/// The problem a refusal is for whoever uploads.
pub fn problem(refusal: Refusal) -> Problem {
    Problem::field("/file", refusal.code, refusal.detail)
}

/// A file while it comes in. It is removed when this is dropped.
pub struct Incoming {
    path: PathBuf,
    file: tokio::fs::File,
    head: Vec<u8>,
    format: Option<&'static Format>,
    bytes: u64,
}

impl Incoming {
    /// Makes the file.
    pub async fn create(data_dir: &Path, store: &Scoped) -> Result<Self> {
        let folder = files::folder(data_dir, store.store());
        let mut builder = tokio::fs::DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder.create(&folder).await.or_fault("make the folder of media")?;
        let path = folder.join(format!(".{:016x}", rand::random::<u64>()));
        let mut options = tokio::fs::OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let file = options.open(&path).await.or_fault("make a file of media")?;
        Ok(Incoming { path, file, head: Vec::new(), format: None, bytes: 0 })
    }

    /// Takes a piece. Problem: not a format that is taken, or larger than it may be.
    pub async fn take(&mut self, piece: &[u8]) -> Result<()> {
        self.bytes += piece.len() as u64;
        let room = HEAD.saturating_sub(self.head.len()).min(piece.len());
        self.head.extend_from_slice(&piece[..room]);
        if self.format.is_none() && self.head.len() == HEAD {
            self.format = Some(formats::recognise(&self.head).map_err(problem)?);
        }
        let most = self.format.map_or(BYTES_MAX, |f| f.bytes_max);
        if self.bytes > most {
            let name = self.format.map_or("", |f| f.name);
            let detail = format!("A {name} file may have {} MiB.", most >> 20);
            return Err(Problem::new(Code::TooLarge, detail).into());
        }
        self.file.write_all(piece).await.or_fault("write a file of media")
    }

    /// Takes it apart. Problem: as the format says.
    pub async fn clean(mut self, workshop: &Workshop) -> Result<Cleaned> {
        self.file.flush().await.or_fault("write a file of media")?;
        let format = match self.format {
            Some(format) => format,
            None => formats::recognise(&self.head).map_err(problem)?,
        };
        if self.bytes > format.bytes_max {
            let detail = format!("A {} file may have {} MiB.", format.name, format.bytes_max >> 20);
            return Err(Problem::new(Code::TooLarge, detail).into());
        }
        let path = self.path.clone();
        workshop
            .work(move || {
                let bytes = std::fs::read(path).or_fault("read a file of media")?;
                (format.clean)(bytes).map_err(|refusal| problem(refusal).into())
            })
            .await
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if let Err(e) = files::remove(&self.path) {
            tracing::warn!(error = %e, "a file that came in was not removed");
        }
    }
}

/// Keeps the copies of a cleaned file; answers the item it becomes.
pub fn keep(
    data_dir: &Path,
    store: &Scoped,
    cleaned: Cleaned,
    words: Words,
    (captured_at, uploaded_by): (Option<Timestamp>, String),
) -> Result<(Item, i64)> {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &cleaned.bytes);
    let hash: [u8; 32] = digest.as_ref().try_into().or_fault("hash a file of media")?;
    files::write(&files::copy(data_dir, store.store(), &hash, cleaned.extension), &cleaned.bytes)?;
    if let Some(small) = &cleaned.thumbnail {
        files::write(&files::thumbnail(data_dir, store.store(), &hash), small)?;
    }
    let text = std::str::from_utf8(&cleaned.bytes).ok().filter(|_| cleaned.kind == Kind::Text);
    let item = Item {
        id: MediaId(0),
        kind: cleaned.kind,
        content_type: cleaned.content_type.to_owned(),
        hash,
        extension: cleaned.extension.to_owned(),
        bytes: cleaned.bytes.len() as i64,
        has_thumbnail: cleaned.thumbnail.is_some(),
        width: cleaned.width.map(i64::from),
        height: cleaned.height.map(i64::from),
        captured_at,
        uploaded_at: store.db().now(),
        uploaded_by,
        words,
        personal_content: text.is_some_and(names_somebody),
    };
    Ok((item, cleaned.thumbnail.map_or(0, |small| small.len() as i64)))
}
