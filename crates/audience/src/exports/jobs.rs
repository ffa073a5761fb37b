//! Writing export files, and removing them when their time is over.

use crate::contacts::select::Selection;
use crate::exports::frames::FrameWriter;
use crate::exports::model::Format;
use crate::exports::sql;
use crate::exports::write::{Order, write_contacts};
use kernel::ids::ExportId;
use kernel::{OrFault, Result};
use std::fs::OpenOptions;
use std::io::BufWriter;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::queue::{JobCx, JobFuture, JobHandler, JobResult};
use store::{StoreKeys, Vault};

/// Kind of the job that writes.
pub const WRITE: &str = "contacts.export";
/// Kind of the job that removes.
pub const EXPIRE: &str = "exports.expire";

/// Folder of export files.
pub fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("exports")
}

/// File of one export.
pub fn file(dir: &Path, id: ExportId) -> PathBuf {
    dir.join(format!("{id}.sealed"))
}

/// What the jobs are told.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Payload {
    /// The export.
    pub export: ExportId,
    /// Format of the file.
    pub format: Format,
    /// Which contacts.
    pub select: Selection,
    /// The private part of the selection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private: Option<String>,
}

/// Writes a file.
pub struct ExportJob {
    /// Keys of the stores.
    pub vault: Vault,
    /// Folder of the files.
    pub dir: PathBuf,
}

impl JobHandler for ExportJob {
    fn kind(&self) -> &'static str {
        WRITE
    }

    fn run<'a>(&'a self, cx: &'a JobCx) -> JobFuture<'a> {
        Box::pin(self.work(cx))
    }
}

impl ExportJob {
    async fn work(&self, cx: &JobCx) -> Result<JobResult> {
        let payload: Payload = serde_json::from_value(cx.payload.clone()).or_fault("read a job's payload")?;
        let keys = self.vault.keys(cx.store.db(), cx.store.scope()).await?;
        let (stop, report, store) = (cx.stop_check(), cx.reporter(), cx.store.clone());
        let (id, path) = (payload.export, file(&self.dir, payload.export));
        let dir = self.dir.clone();
        let select = payload.select.opened(payload.private.as_deref(), &keys)?;
        let chosen = select.collect(&store, &keys).await?;
        let written = tokio::task::spawn_blocking(move || {
            make_folder(&dir)?;
            let total = chosen.len() as i64;
            write_file(&path, keys, payload.export, |out, keys| {
                let order = Order { store: &store, keys, chosen: &chosen, format: payload.format };
                write_contacts(&order, out, |done| {
                    report(done as i64, total);
                    !stop()
                })
            })
            .map(|(rows, bytes)| (rows, bytes, stop()))
        });
        let (rows, bytes, stopped) = written.await.or_fault("write an export")??;
        let result = serde_json::json!({ "export": id, "rows": rows });
        let kept = match stopped {
            true => false,
            false => cx.store.write(move |tx| sql::finish(tx, id, rows, bytes)).await?,
        };
        if !kept {
            remove(&file(&self.dir, id))?;
            return Ok(JobResult::Cancelled(result));
        }
        cx.progress(rows as i64, rows as i64);
        Ok(JobResult::Done(result))
    }
}

fn make_folder(dir: &Path) -> Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).or_fault("make the folder of exports")
}

fn write_file(
    path: &Path,
    keys: Arc<StoreKeys>,
    id: ExportId,
    write: impl FnOnce(&mut dyn std::io::Write, &Arc<StoreKeys>) -> Result<u64>,
) -> Result<(u64, u64)> {
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    let file = file.or_fault("create an export file")?;
    let mut frames = FrameWriter::new(BufWriter::new(file), keys.clone(), id);
    let rows = write(&mut frames, &keys)?;
    let (out, bytes) = frames.finish()?;
    let file = out.into_inner().map_err(|e| e.into_error()).or_fault("write an export")?;
    file.sync_all().or_fault("write an export")?;
    Ok((rows, bytes))
}

/// Removes a file that may be gone already.
pub fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e).or_fault("remove an export file"),
        _ => Ok(()),
    }
}

/// Removes a file when its time is over.
pub struct ExpireJob {
    /// Folder of the files.
    pub dir: PathBuf,
}

impl JobHandler for ExpireJob {
    fn kind(&self) -> &'static str {
        EXPIRE
    }

    fn run<'a>(&'a self, cx: &'a JobCx) -> JobFuture<'a> {
        Box::pin(async move {
            let payload: Payload =
                serde_json::from_value(cx.payload.clone()).or_fault("read a job's payload")?;
            remove(&file(&self.dir, payload.export))?;
            cx.store.write(move |tx| sql::expire(tx, payload.export)).await?;
            Ok(JobResult::Done(serde_json::json!({ "export": payload.export })))
        })
    }
}
