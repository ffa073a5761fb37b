//! Ending soft suppressions whose time is over.

use audience::consent::change::change_many;
use audience::consent::model::{Change, Grounds};
use audience::consent::{Channel, ConsentSource, Suppression};
use audience::contacts;
use kernel::{OrFault, Result, Timestamp};
use serde_json::json;
use store::Tx;
use store::queue::{JobCx, JobFuture, JobHandler, JobResult};

const KIND: &str = "suppression.lift";

/// Asks to lift the flag that was raised at `raised_at`.
pub(super) fn enqueue(tx: &mut Tx<'_>, ordinal: u32, raised_at: Timestamp, at: Timestamp) -> Result<()> {
    tx.enqueue(KIND, &json!({ "ordinal": ordinal, "raised_at": raised_at.0 }), at).map(drop)
}

/// Lifts the bounce flag of a contact, if it is still the one that was raised then.
pub(super) struct LiftSoft;

impl JobHandler for LiftSoft {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run<'a>(&'a self, cx: &'a JobCx) -> JobFuture<'a> {
        Box::pin(async move {
            let ordinal = cx.payload["ordinal"].as_u64().or_fault("read the job's contact")? as u32;
            let raised_at = Timestamp(cx.payload["raised_at"].as_i64().or_fault("read the job's time")?);
            let lifted = cx.store.write(move |tx| lift(tx, ordinal, raised_at)).await?;
            Ok(JobResult::Done(json!({ "lifted": lifted })))
        })
    }
}

fn lift(tx: &mut Tx<'_>, ordinal: u32, raised_at: Timestamp) -> Result<bool> {
    let Some(contact) = contacts::find_by_ordinal(tx, ordinal)? else { return Ok(false) };
    // A hard bounce since then has its own flag time and stays.
    if contact.facts.channel(Channel::Email).bounced_at != Some(raised_at) {
        return Ok(false);
    }
    let grounds = Grounds {
        source: ConsentSource::Feedback,
        wording: String::new(),
        wording_version: String::new(),
        at: tx.now(),
        actor: "system".to_owned(),
        import: None,
    };
    let change = Change::Lift(Suppression::Bounced);
    Ok(!change_many(tx, &[ordinal], Channel::Email, change, &grounds)?.is_empty())
}
