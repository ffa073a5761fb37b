//! Settles claims by the journals they left behind: of processes that died, and of runs of this process
//! that broke off because the database went away.
//!
//! What has an outcome in its journal keeps it, what has only an intent is unknown, the rest goes on. A
//! claim whose journal is not at hand is none of its business; its lease runs out (see the ledger).

use super::journal::{self, JournalFolder, JournalKey};
use super::ledger::{self, Settle};
use super::model::ChunkOutcome;
use kernel::Result;
use kernel::ids::CampaignId;
use std::path::Path;
use store::{Database, Scope};

/// What a recovered journal calls deferred is tried again after this.
const RETRY_MS: i64 = 300_000;

/// Settles the claims of dead processes that kept their journals in this folder.
pub async fn recover_dead(db: &Database, folder: &JournalFolder) -> Result<()> {
    for (key, path) in folder.orphans()? {
        settle(db, key, &path).await?;
    }
    folder.sweep()
}

/// Settles what earlier runs of a send in this process left claimed. No run of it may be under way.
pub async fn recover_own(db: &Database, folder: &JournalFolder, send: CampaignId) -> Result<()> {
    for (key, path) in folder.own(send)? {
        settle(db, key, &path).await?;
    }
    Ok(())
}

async fn settle(db: &Database, key: JournalKey, path: &Path) -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "the journal's name says which store it belongs to")]
    let store = db.scoped(Scope::mint(key.store));
    let file = path.to_owned();
    let counts = store
        .write(move |tx| {
            // A commit that the dead process had asked for may still be on its way; it holds this lock.
            ledger::lock(tx, key.send)?;
            let Some(claim) = ledger::find_claim(tx, key.send, key.fence)? else { return Ok(None) };
            let slots = journal::read(&file, claim.recipients.len())?;
            let retry_at = tx.now().plus_ms(RETRY_MS);
            let outcome = ChunkOutcome::recovered(&claim.recipients, &slots, retry_at);
            let counts = outcome.counts();
            ledger::turn(tx, key.send, Some(&Settle { fence: key.fence, outcome }), None)?;
            Ok(Some(counts))
        })
        .await?;
    if let Some(counts) = counts {
        tracing::info!(send = %key.send, accepted = counts.accepted, unknown = counts.unknown, "a claim was settled by its journal");
    }
    journal::remove_orphan(path)
}
