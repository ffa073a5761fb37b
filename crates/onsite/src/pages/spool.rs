//! Unsubscribes taken in while the database is away (R6): a file that is synced before the answer.
//!
//! One line a request. When the database is back each line is put into effect; doing so twice changes
//! nothing. A line holds a token and no address.

use kernel::{OrFault, Problem, Result, Timestamp};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Name of the file in the data folder.
pub const FILE_NAME: &str = "unsubscribe-spool";
/// Largest file: some hundred thousand requests. Beyond it requests are refused, not lost silently.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How somebody asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The mail program's own button (RFC 8058).
    OneClick,
    /// The button of the page.
    Page,
    /// The abuse page; it is a complaint as well.
    Abuse,
}

/// What somebody asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Request {
    /// The token of the message, verified or not.
    pub token: String,
    /// How.
    pub way: Way,
    /// When.
    pub at: Timestamp,
}

/// The file of one data folder.
#[derive(Clone, Debug)]
pub struct Spool {
    path: PathBuf,
}

impl Spool {
    /// The spool of a data folder.
    pub fn new(data_dir: &Path) -> Self {
        Spool { path: data_dir.join(FILE_NAME) }
    }

    /// Keeps a request; it is on the disk when this returns. Error: the file cannot be written or is full.
    pub fn append(&self, request: &Request) -> Result<()> {
        // An empty line first: one cut by a full disk must not swallow this one.
        let mut line = vec![b'\n'];
        serde_json::to_writer(&mut line, request).or_fault("write a spooled request")?;
        line.push(b'\n');
        let mut file = open(&self.path)?;
        // Another process may be taking the file over.
        file.lock().or_fault("lock the unsubscribe spool")?;
        if file.metadata().or_fault("look at the unsubscribe spool")?.len() > FILE_BYTES_MAX {
            return Err(Problem::unavailable("The service is not available for the moment.", 60).into());
        }
        file.write_all(&line).or_fault("write the unsubscribe spool")?;
        file.sync_data().or_fault("sync the unsubscribe spool")
    }

    /// True if nothing waits.
    pub fn is_empty(&self) -> bool {
        let is_empty = |path: &Path| std::fs::metadata(path).map_or(true, |m| m.len() == 0);
        is_empty(&self.path) && is_empty(&self.taken())
    }

    fn taken(&self) -> PathBuf {
        self.path.with_extension("taken")
    }

    /// Moves waiting requests to a second file and answers all that stand there. They stay until
    /// [`Spool::done`], so a crash in between repeats them.
    pub fn take(&self) -> Result<Taken> {
        let mut file = open(&self.taken())?;
        file.lock().or_fault("lock the taken requests")?;
        let mut waiting = Vec::new();
        let mut spool = open(&self.path)?;
        spool.lock().or_fault("lock the unsubscribe spool")?;
        spool.read_to_end(&mut waiting).or_fault("read the unsubscribe spool")?;
        if !waiting.is_empty() {
            file.write_all(&waiting).or_fault("write the taken requests")?;
            file.sync_data().or_fault("sync the taken requests")?;
            spool.set_len(0).or_fault("empty the unsubscribe spool")?;
            spool.sync_data().or_fault("sync the unsubscribe spool")?;
        }
        let text = std::fs::read(self.taken()).or_fault("read the taken requests")?;
        // A line cut by a full disk is no request; its sender was not answered well.
        let requests =
            text.split(|b| *b == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
        Ok(Taken { requests, file })
    }
}

/// Requests being put into effect; nobody else takes them meanwhile.
pub struct Taken {
    /// The requests, oldest first.
    pub requests: Vec<Request>,
    file: File,
}

impl Taken {
    /// Forgets them: all have taken effect.
    pub fn done(self) -> Result<()> {
        self.file.set_len(0).or_fault("empty the taken requests")?;
        self.file.sync_data().or_fault("sync the taken requests")
    }
}

fn open(path: &Path) -> Result<File> {
    OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .or_fault("open the unsubscribe spool")
}
