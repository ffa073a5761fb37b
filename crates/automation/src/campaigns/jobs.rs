//! Launches scheduled campaigns when their time has come.

use super::launch::{self, PublicAddress};
use kernel::ids::CampaignId;
use kernel::{OrFault, Result};
use serde_json::json;
use store::Vault;
use store::queue::{JobCx, JobFuture, JobHandler, JobResult};
use web::AppState;

/// Kind of the job.
pub const KIND: &str = "campaign.launch";

/// The job.
pub struct LaunchScheduled {
    vault: Vault,
    public: PublicAddress,
}

impl LaunchScheduled {
    /// With the installation's keys and address.
    pub fn of(state: &AppState) -> Self {
        LaunchScheduled {
            vault: state.vault().clone(),
            public: PublicAddress { url: state.http().public_url.clone() },
        }
    }

    async fn launch(&self, cx: &JobCx) -> Result<JobResult> {
        let id: CampaignId =
            cx.payload["campaign"].as_str().and_then(|t| t.parse().ok()).or_fault("read a launch job")?;
        let keys = self.vault.keys(cx.store.db(), cx.store.scope()).await?;
        match launch::launch_scheduled(&cx.store, &keys, &self.public, id).await {
            Ok(launched) => Ok(JobResult::Done(json!({ "audience": launched.audience }))),
            // The campaign stays scheduled and shows why; the merchant mends it and launches by hand.
            Err(kernel::Error::Problem(p)) => Ok(JobResult::GiveUp(p.to_string())),
            Err(fault) => Err(fault),
        }
    }
}

impl JobHandler for LaunchScheduled {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run<'a>(&'a self, cx: &'a JobCx) -> JobFuture<'a> {
        Box::pin(self.launch(cx))
    }
}
