//! Campaigns as lists show them: without their words, launched ones with their figures.

use super::model::{Settings, State, can};
use super::sql;
use crate::reports::{self, PeopleCounts, Sums};
use kernel::ids::CampaignId;
use kernel::{OrFault, Result, Timestamp};
use messaging::outbox::ledger;
use serde::{Deserialize, Serialize};
use store::{Row, RowRef, Tx, params};
use utoipa::ToSchema;

/// Most campaigns looked at for one page; beyond, the answer is a part with a cursor to go on.
const LOOK_MAX: usize = 50_000;

/// Which campaigns; all conditions must hold. The default is all that are not archived.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Archived ones too.
    pub archived: bool,
    /// In one of these states; empty for any.
    pub states: Vec<State>,
    /// With this in their name, in lower case; empty for any.
    pub search: String,
    /// Launched or scheduled at this time or later.
    pub from: Option<Timestamp>,
    /// Launched or scheduled before this time.
    pub to: Option<Timestamp>,
}

/// Figures of a launched campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CampaignSummary {
    /// Sums of delivery.
    pub sums: Sums,
    /// Contacts who opened it.
    pub opened: u64,
    /// Contacts who clicked a link of it.
    pub clicked: u64,
    /// Contacts who unsubscribed by it.
    pub unsubscribed: u64,
}

/// A campaign in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CampaignBrief {
    /// Its id.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// State as shown.
    pub state: State,
    /// The entity tag is made of it.
    pub version: i64,
    /// Subject line, Liquid inside.
    pub subject: String,
    /// Audience, delivery and measuring.
    pub settings: Settings,
    /// When it launches by itself.
    pub scheduled_at: Option<Timestamp>,
    /// When it was launched.
    pub launched_at: Option<Timestamp>,
    /// When it was put away.
    pub archived_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// What may be done with it now.
    #[schema(value_type = Vec<String>)]
    pub can: Vec<&'static str>,
    /// Its figures, once it was launched.
    pub summary: Option<CampaignSummary>,
}

/// Campaigns before an id, newest first, and where to go on.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    before: i64,
    limit: usize,
) -> Result<(Vec<CampaignBrief>, Option<i64>)> {
    let (mut chosen, mut looked, mut more) = (Vec::new(), 0, None);
    tx.query_each(&sql::LIST_HEADS, params![before], |row| {
        let id = row.int(0)?;
        looked += 1;
        if filter.admits(row)? {
            if chosen.len() == limit {
                more = chosen.last().copied();
                return Ok(false);
            }
            chosen.push(id);
        }
        more = (looked == LOOK_MAX).then_some(id);
        Ok(looked < LOOK_MAX)
    })?;
    let mut briefs = tx
        .query(&sql::LIST_BRIEFS, params![chosen])?
        .iter()
        .map(brief)
        .collect::<Result<Vec<CampaignBrief>>>()?;
    briefs.sort_by_key(|b| std::cmp::Reverse(b.id));
    add_summaries(tx, &mut briefs)?;
    Ok((briefs, more))
}

impl Filter {
    /// Whether a row of the heads meets it.
    fn admits(&self, row: &RowRef<'_>) -> Result<bool> {
        let archived = row.opt_int(4)?.is_some();
        if archived && !self.archived {
            return Ok(false);
        }
        if !self.search.is_empty() && !row.text(1)?.to_lowercase().contains(&self.search) {
            return Ok(false);
        }
        let moment = row.opt_int(6)?.or(row.opt_int(5)?).map(Timestamp);
        let too_early = self.from.is_some_and(|from| moment.is_none_or(|at| at < from));
        if too_early || self.to.is_some_and(|to| moment.is_none_or(|at| at >= to)) {
            return Ok(false);
        }
        if self.states.is_empty() {
            return Ok(true);
        }
        let send = Some(row.text(3)?.to_owned()).filter(|state| !state.is_empty());
        Ok(self.states.contains(&sql::state(row.text(2)?, send, archived)?))
    }
}

/// The part of a campaign's content that lists show.
#[derive(Deserialize)]
struct Words {
    subject: String,
}

fn brief(row: &Row) -> Result<CampaignBrief> {
    let archived_at = row.opt_time(8)?;
    let state = sql::state(&row.text(2)?, row.opt_text(11)?, archived_at.is_some())?;
    let words: Words = serde_json::from_str(&row.text(4)?).or_fault("read the words of a campaign")?;
    Ok(CampaignBrief {
        id: CampaignId(row.int(0)?),
        name: row.text(1)?,
        state,
        version: row.int(3)?,
        subject: words.subject,
        settings: row.json(5)?,
        scheduled_at: row.opt_time(6)?,
        launched_at: row.opt_time(7)?,
        archived_at,
        created_at: row.time(9)?,
        updated_at: row.time(10)?,
        can: can(state),
        summary: None,
    })
}

fn add_summaries(tx: &mut Tx<'_>, briefs: &mut [CampaignBrief]) -> Result<()> {
    let ids: Vec<CampaignId> = briefs.iter().map(|b| b.id).collect();
    let counts = ledger::list_counts(tx, &ids)?;
    let people = reports::count_people(tx, &ids)?;
    for brief in briefs {
        let PeopleCounts { opened, clicked, unsubscribed } =
            people.get(&brief.id).copied().unwrap_or_default();
        let summary = |counts| CampaignSummary { sums: Sums::from(counts), opened, clicked, unsubscribed };
        brief.summary = counts.get(&brief.id).copied().map(summary);
    }
    Ok(())
}
