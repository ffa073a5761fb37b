//! The job that fills a store.

use super::fill::{self, Filler};
use kernel::ids::JobId;
use kernel::{OrFault, Result};
use serde_json::json;
use std::path::PathBuf;
use store::queue::{JobCx, JobFuture, JobHandler, JobResult};
use store::{Tx, Vault};
use web::{Actor, AppState};

/// Kind of the job.
pub(super) const KIND: &str = "demo.fill";

/// Puts the job into the queue.
pub(super) fn enqueue(tx: &mut Tx<'_>, actor: Actor) -> Result<JobId> {
    let now = tx.now();
    tx.enqueue(KIND, &json!({ "actor": actor }), now)
}

/// The job.
pub(super) struct FillJob {
    vault: Vault,
    data_dir: PathBuf,
    public_url: String,
}

impl FillJob {
    pub(super) fn of(state: &AppState) -> Self {
        FillJob {
            vault: state.vault().clone(),
            data_dir: state.data_dir().to_path_buf(),
            public_url: state.http().public_url.clone(),
        }
    }

    async fn fill(&self, cx: &JobCx) -> Result<JobResult> {
        let actor: Actor =
            serde_json::from_value(cx.payload["actor"].clone()).or_fault("read the payload of a demo job")?;
        let keys = self.vault.keys(cx.store.db(), cx.store.scope()).await?;
        let filler =
            Filler { store: &cx.store, keys, actor, data_dir: &self.data_dir, public_url: &self.public_url };
        let (stop, report) = (cx.stop_check(), cx.reporter());
        let Some(filled) = fill::fill(&filler, stop, report).await? else {
            return Ok(JobResult::Cancelled(json!({})));
        };
        Ok(JobResult::Done(json!({
            "contacts": filled.contacts, "segments": filled.segments, "templates": filled.templates,
            "campaign": filled.campaign,
        })))
    }
}

impl JobHandler for FillJob {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run<'a>(&'a self, cx: &'a JobCx) -> JobFuture<'a> {
        Box::pin(self.fill(cx))
    }
}
