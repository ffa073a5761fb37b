//! Statements of campaigns.

use super::model::{Campaign, Settings, State};
use kernel::ids::CampaignId;
use kernel::{OrFault, Problem, Result, Timestamp};
use messaging::outbox::SendState;
use store::{Row, Tx, params, statements};

statements! {
    /// Makes a draft.
    INSERT_CAMPAIGN = "INSERT INTO campaigns (store_id, id, name, state, version, content, settings, signing,
        created_at, updated_at) VALUES ($1, $2, $3, 'draft', 1, $4, $5, $6, $7, $7)";
    /// One campaign with the state of its send.
    FIND_CAMPAIGN = "SELECT c.id, c.name, c.state, c.version, c.content, c.settings, c.scheduled_at, c.launched_at,
        c.archived_at, c.created_at, c.updated_at, s.state, c.signing, s.throttle_per_second
        FROM campaigns c
        LEFT JOIN sends s ON s.store_id = c.store_id AND s.id = c.id WHERE c.store_id = $1 AND c.id = $2";
    /// What lists choose by, newest first.
    LIST_HEADS = "SELECT c.id, c.name, c.state, COALESCE(s.state, ''), c.archived_at, c.scheduled_at, c.launched_at FROM campaigns c
        LEFT JOIN sends s ON s.store_id = c.store_id AND s.id = c.id
        WHERE c.store_id = $1 AND c.id < $2 ORDER BY c.id DESC";
    /// Some campaigns.
    LIST_BRIEFS = "SELECT c.id, c.name, c.state, c.version, c.content, c.settings, c.scheduled_at, c.launched_at,
        c.archived_at, c.created_at, c.updated_at, s.state FROM campaigns c
        LEFT JOIN sends s ON s.store_id = c.store_id AND s.id = c.id WHERE c.store_id = $1 AND c.id {in $2}";
    /// Launched campaigns, newest first.
    LIST_LAUNCHED = "SELECT c.id, c.name, c.launched_at FROM campaigns c
        JOIN sends s ON s.store_id = c.store_id AND s.id = c.id
        WHERE c.store_id = $1 AND c.id < $2 ORDER BY c.id DESC LIMIT $3";
    /// Launched campaigns before one, the one launched last first.
    LIST_LAUNCHED_BEFORE = "SELECT c.id, c.name, c.launched_at FROM campaigns c
        JOIN sends s ON s.store_id = c.store_id AND s.id = c.id
        WHERE c.store_id = $1 AND (c.launched_at < $2 OR (c.launched_at = $2 AND c.id < $3))
        ORDER BY c.launched_at DESC, c.id DESC LIMIT $4";
    /// State and sums of campaigns whose send is not over.
    LIST_UNFINISHED = "SELECT c.id, c.state, c.version, c.archived_at, s.state, s.audience, s.accepted, s.deferred,
        s.failed, s.suppressed, s.unknown FROM sends s
        JOIN campaigns c ON c.store_id = s.store_id AND c.id = s.id
        WHERE s.store_id = $1 AND s.finished_at IS NULL ORDER BY s.id DESC LIMIT $2";
    /// The same of campaigns that somebody changed since a time.
    LIST_CHANGED = "SELECT c.id, c.state, c.version, c.archived_at, s.state, s.audience, s.accepted, s.deferred,
        s.failed, s.suppressed, s.unknown FROM campaigns c
        LEFT JOIN sends s ON s.store_id = c.store_id AND s.id = c.id
        WHERE c.store_id = $1 AND c.updated_at >= $2 ORDER BY c.updated_at DESC LIMIT $3";
    /// The same of one campaign.
    FIND_PROGRESS = "SELECT c.id, c.state, c.version, c.archived_at, s.state, s.audience, s.accepted, s.deferred,
        s.failed, s.suppressed, s.unknown FROM campaigns c
        LEFT JOIN sends s ON s.store_id = c.store_id AND s.id = c.id WHERE c.store_id = $1 AND c.id = $2";
    /// Changes a draft, if nobody else did meanwhile.
    UPDATE_CAMPAIGN = "UPDATE campaigns SET name = $4, content = $5, settings = $6, version = version + 1,
        updated_at = $7 WHERE store_id = $1 AND id = $2 AND version = $3";
    /// Moves a campaign between draft, scheduled and launched.
    MOVE_CAMPAIGN = "UPDATE campaigns SET state = $3, scheduled_at = $4, launch_job = $5, launched_at = $6,
        version = version + 1, updated_at = $7 WHERE store_id = $1 AND id = $2 AND state = $8";
    /// Moves the time of a scheduled campaign.
    RESCHEDULE_CAMPAIGN = "UPDATE campaigns SET settings = $3, scheduled_at = $4, launch_job = $5, version = version + 1,
        updated_at = $6 WHERE store_id = $1 AND id = $2 AND state = 'scheduled'";
    /// Ends a campaign that was launched after the backup its database was restored from.
    LOSE_CAMPAIGN = "UPDATE campaigns SET state = 'lost', scheduled_at = NULL, launch_job = NULL, launched_at = $3,
        version = version + 1, updated_at = $4 WHERE store_id = $1 AND id = $2 AND state IN ('draft', 'scheduled')";
    /// The job that launches a scheduled campaign.
    FIND_LAUNCH_JOB = "SELECT launch_job FROM campaigns WHERE store_id = $1 AND id = $2 AND state = 'scheduled'";
    /// Puts a campaign away or takes it out again.
    ARCHIVE_CAMPAIGN = "UPDATE campaigns SET archived_at = $3, updated_at = $4 WHERE store_id = $1 AND id = $2";
    /// Removes a draft.
    DELETE_DRAFT = "DELETE FROM campaigns WHERE store_id = $1 AND id = $2 AND state = 'draft'";
}

/// Reads a row of [`FIND_CAMPAIGN`]. Once there is a send, its throttle counts: it may have changed since the launch.
pub fn campaign(row: &Row) -> Result<Campaign> {
    let archived_at = row.opt_time(8)?;
    let mut settings: Settings = row.json(5)?;
    if let Some(per_second) = row.opt_int(13)? {
        settings.throttle_per_second = per_second as u32;
    }
    Ok(Campaign {
        id: CampaignId(row.int(0)?),
        name: row.text(1)?,
        state: state(&row.text(2)?, row.opt_text(11)?, archived_at.is_some())?,
        version: row.int(3)?,
        content: row.json(4)?,
        settings,
        scheduled_at: row.opt_time(6)?,
        launched_at: row.opt_time(7)?,
        archived_at,
        created_at: row.time(9)?,
        updated_at: row.time(10)?,
        signing: row
            .opt_text(12)?
            .map(|t| serde_json::from_str(&t).or_fault("read signing keys"))
            .transpose()?,
    })
}

/// State as shown, from the campaign's own, its send's, and whether it was put away.
pub(super) fn state(own: &str, send: Option<String>, archived: bool) -> Result<State> {
    if archived {
        return Ok(State::Archived);
    }
    let send = send.as_deref().map(SendState::parse).transpose()?;
    Ok(match (own, send) {
        ("scheduled", _) => State::Scheduled,
        ("lost", _) => State::Cancelled,
        (_, None) => State::Draft,
        (_, Some(SendState::Open)) => State::Running,
        (_, Some(SendState::Paused)) => State::Paused,
        (_, Some(SendState::Finished)) => State::Finished,
        (_, Some(SendState::Cancelled)) => State::Cancelled,
    })
}

/// A campaign of this store, if there is one with this id.
pub fn find(tx: &mut Tx<'_>, id: CampaignId) -> Result<Option<Campaign>> {
    tx.query_opt(&FIND_CAMPAIGN, params![id])?.as_ref().map(campaign).transpose()
}

/// A campaign of this store, or a 404.
pub fn get(tx: &mut Tx<'_>, id: CampaignId) -> Result<Campaign> {
    find(tx, id)?.ok_or_else(|| Problem::not_found("campaign").into())
}

/// A launched campaign as it is named.
#[derive(Clone, Debug)]
pub struct LaunchedCampaign {
    /// Its id.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// When it was launched.
    pub launched_at: Timestamp,
}

/// Campaigns launched before a time (and, at that time, with a smaller id), the one launched last first.
pub fn launched_before(tx: &mut Tx<'_>, before: (i64, i64), limit: i64) -> Result<Vec<LaunchedCampaign>> {
    let rows = tx.query(&LIST_LAUNCHED_BEFORE, params![before.0, before.1, limit])?;
    rows.iter()
        .map(|r| {
            Ok(LaunchedCampaign { id: CampaignId(r.int(0)?), name: r.text(1)?, launched_at: r.time(2)? })
        })
        .collect()
}

/// True if a campaign was launched.
pub fn any_launched(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(!tx.query(&LIST_LAUNCHED, params![i64::MAX, 1_i64])?.is_empty())
}
