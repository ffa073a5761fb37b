//! How far campaigns are: state and sums, small enough to be read again and again.

use super::model::State;
use super::sql;
use crate::reports::Sums;
use kernel::ids::CampaignId;
use kernel::{Result, Timestamp};
use messaging::outbox::Counts;
use serde::Serialize;
use std::collections::BTreeMap;
use store::{Row, Tx, params};
use utoipa::ToSchema;

/// Most campaigns of one reading, of each kind.
const LIMIT: i64 = 200;

/// State and sums of a campaign.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Progress {
    /// Its id.
    pub id: CampaignId,
    /// State as shown.
    pub state: State,
    /// Counts changes; the entity tag of the API.
    pub version: i64,
    /// Sums of delivery, once it was launched.
    pub sums: Option<Sums>,
}

impl Progress {
    /// True as long as recipients are waiting for their turn.
    pub fn goes_on(&self) -> bool {
        matches!(self.state, State::Running | State::Paused)
    }

    /// Messages that left us, whatever became of them.
    pub fn handed_over(&self) -> i64 {
        self.sums.map_or(0, |s| s.accepted + s.failed + s.unknown)
    }

    fn of(row: &Row) -> Result<Self> {
        let own = row.text(1)?;
        let send = row.opt_text(4)?;
        let sums = match send {
            Some(_) => Some(counts(row)?.into()),
            None => None,
        };
        Ok(Progress {
            id: CampaignId(row.int(0)?),
            state: sql::state(&own, send, row.opt_int(3)?.is_some())?,
            version: row.int(2)?,
            sums,
        })
    }
}

fn counts(row: &Row) -> Result<Counts> {
    Ok(Counts {
        audience: row.int(5)?,
        accepted: row.int(6)?,
        deferred: row.int(7)?,
        failed: row.int(8)?,
        suppressed: row.int(9)?,
        unknown: row.int(10)?,
    })
}

/// Campaigns that go on, those that were changed since a time, and those of `known`.
pub fn list_progress(tx: &mut Tx<'_>, since: Timestamp, known: &[CampaignId]) -> Result<Vec<Progress>> {
    let mut rows = tx.query(&sql::LIST_UNFINISHED, params![LIMIT])?;
    rows.extend(tx.query(&sql::LIST_CHANGED, params![since, LIMIT])?);
    let mut found = BTreeMap::new();
    for row in &rows {
        let progress = Progress::of(row)?;
        found.insert(progress.id, progress);
    }
    for id in known.iter().filter(|id| !found.contains_key(id)).copied().collect::<Vec<_>>() {
        if let Some(row) = tx.query_opt(&sql::FIND_PROGRESS, params![id])? {
            found.insert(id, Progress::of(&row)?);
        }
    }
    Ok(found.into_values().collect())
}
