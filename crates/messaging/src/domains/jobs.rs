//! Looking at a domain's records again every six hours.

use super::check_with_state;
use super::model::CHECK_EVERY_MS;
use kernel::ids::DomainId;
use kernel::{Code, Error, OrFault, Result, Timestamp};
use serde_json::json;
use store::Tx;
use store::queue::{JobCx, JobFuture, JobHandler, JobResult};
use web::AppState;

const KIND: &str = "domain.check";

pub(super) fn jobs(state: &AppState) -> Vec<Box<dyn JobHandler>> {
    vec![Box::new(CheckDomain(state.clone()))]
}

/// Asks for a look at a domain.
pub(super) fn enqueue(tx: &mut Tx<'_>, id: DomainId, at: Timestamp) -> Result<()> {
    tx.enqueue(KIND, &json!({ "domain": id }), at).map(drop)
}

struct CheckDomain(AppState);

impl JobHandler for CheckDomain {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run<'a>(&'a self, cx: &'a JobCx) -> JobFuture<'a> {
        Box::pin(async move {
            let id: DomainId =
                serde_json::from_value(cx.payload["domain"].clone()).or_fault("read the job's domain")?;
            match check_with_state(&self.0, &cx.store, id).await {
                Ok(()) => {}
                // The domain was removed; so is its watch.
                Err(Error::Problem(p)) if p.code == Code::NotFound => return Ok(JobResult::Done(json!({}))),
                // The watch goes on whatever happens: this job must not use up its tries.
                Err(e) => {
                    tracing::warn!(error = %e, "a sender domain could not be checked; trying again later")
                }
            }
            Ok(JobResult::Again(self.0.db().now().plus_ms(CHECK_EVERY_MS)))
        })
    }
}
