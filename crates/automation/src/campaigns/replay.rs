//! Launches in the outside log: a campaign that was launched after a backup is not launched again when the
//! backup is restored.
//!
//! The restored database has it as a draft, or waiting for its time, and knows nobody who got it. It is
//! shown as cancelled; who was not reached can be written to with a copy of it and a new audience.

use super::sql;
use kernel::Result;
use kernel::ids::CampaignId;
use store::outside::{ListReader, Record, Replayer, StorePoint};
use store::{Tx, params};

const LAUNCHED: &str = "campaign.launched";

/// Keeps a launch outside.
pub(super) fn keep_launched(tx: &mut Tx<'_>, id: CampaignId) {
    tx.keep_outside(LAUNCHED, id.0.to_le_bytes().to_vec());
}

/// Ends campaigns whose launch is lost.
pub(super) struct Launches;

impl Replayer for Launches {
    fn name(&self) -> &'static str {
        "launches"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[LAUNCHED]
    }

    fn replay(&self, tx: &mut Tx<'_>, _: StorePoint, records: &[Record]) -> Result<u64> {
        let mut lost = 0;
        for record in records {
            let id = CampaignId(ListReader::new(&record.body).int()?);
            let now = tx.now();
            lost += tx.execute(&sql::LOSE_CAMPAIGN, params![id, record.at, now])?;
        }
        Ok(lost)
    }
}
