//! Changes of a campaign, each with its entry in the audit log.

use super::model::{self, Campaign, Content, Settings, State, Timing};
use super::sql;
use kernel::ids::{CampaignId, JobId};
use kernel::{Problem, Result, Timestamp};
use messaging::outbox::program::FrozenSigning;
use messaging::outbox::{dispatcher, ledger};
use serde_json::json;
use store::{Scoped, Tx, params, queue};
use tenancy::audit;
use web::Actor;

/// A campaign about to be made.
pub struct NewCampaign {
    /// Name.
    pub name: String,
    /// Words, sender and body.
    pub content: Content,
    /// Audience, delivery and measuring.
    pub settings: Settings,
    /// Keys of its own, sealed.
    pub signing: Option<FrozenSigning>,
}

/// Makes a draft.
pub async fn create(store: &Scoped, actor: Actor, new: NewCampaign) -> Result<Campaign> {
    model::check(&new.name, &new.content, &new.settings)?;
    store
        .write(move |tx| {
            let id: CampaignId = tx.ids().make().into();
            let now = tx.now();
            tx.execute(
                &sql::INSERT_CAMPAIGN,
                params![
                    id,
                    new.name.trim(),
                    json!(new.content),
                    json!(new.settings),
                    new.signing.map(|s| json!(s)),
                    now
                ],
            )?;
            audit::record(tx, actor, "campaign.created", id, &json!({}))?;
            sql::get(tx, id)
        })
        .await
}

/// Changes a draft. Problem: launched already, or changed by somebody else since `version`.
pub async fn update(
    store: &Scoped,
    actor: Actor,
    id: CampaignId,
    version: i64,
    new: NewCampaign,
) -> Result<Campaign> {
    model::check(&new.name, &new.content, &new.settings)?;
    store
        .write(move |tx| {
            must_be(&sql::get(tx, id)?, &[State::Draft], "changed")?;
            let now = tx.now();
            let row = params![id, version, new.name.trim(), json!(new.content), json!(new.settings), now];
            if tx.execute(&sql::UPDATE_CAMPAIGN, row)? != 1 {
                let detail = "The campaign was changed by somebody else meanwhile. Load it again.";
                return Err(Problem::new(kernel::Code::PreconditionFailed, detail).into());
            }
            audit::record(tx, actor, "campaign.changed", id, &json!({}))?;
            sql::get(tx, id)
        })
        .await
}

fn must_be(campaign: &Campaign, allowed: &[State], verb: &str) -> Result<()> {
    if allowed.contains(&campaign.state) {
        return Ok(());
    }
    let words: Vec<&str> = allowed.iter().map(|s| s.word()).collect();
    Err(Problem::conflict(format!(
        "The campaign is {}; only one that is {} can be {verb}.",
        campaign.state.word(),
        words.join(" or ")
    ))
    .into())
}

/// Removes a draft.
pub async fn delete(store: &Scoped, actor: Actor, id: CampaignId) -> Result<()> {
    store
        .write(move |tx| {
            must_be(&sql::get(tx, id)?, &[State::Draft], "deleted")?;
            tx.execute(&sql::DELETE_DRAFT, params![id])?;
            audit::record(tx, actor, "campaign.deleted", id, &json!({})).map(drop)
        })
        .await
}

/// Makes a draft with the same words and audience.
pub async fn duplicate(store: &Scoped, actor: Actor, id: CampaignId) -> Result<Campaign> {
    let original = store.read(move |tx| sql::get(tx, id)).await?;
    let name: String = format!("Copy of {}", original.name).chars().take(model::NAME_MAX).collect();
    create(
        store,
        actor,
        NewCampaign {
            name,
            content: original.content,
            settings: original.settings,
            signing: original.signing,
        },
    )
    .await
}

/// Moves the send of a launched campaign, with an entry in the audit log.
async fn move_send(
    store: &Scoped,
    actor: Actor,
    id: CampaignId,
    act: &'static str,
    work: fn(&mut Tx<'_>, CampaignId) -> Result<bool>,
) -> Result<Campaign> {
    let campaign = store
        .write(move |tx| {
            let before = sql::get(tx, id)?;
            if !work(tx, id)? {
                return Err(Problem::conflict(format!(
                    "The campaign is {}; this cannot be done now.",
                    before.state.word()
                ))
                .into());
            }
            audit::record(tx, actor, act, id, &json!({}))?;
            sql::get(tx, id)
        })
        .await?;
    store.db().signals().notify(dispatcher::TOPIC);
    Ok(campaign)
}

/// Holds a running campaign; takes effect within a second.
pub async fn pause(store: &Scoped, actor: Actor, id: CampaignId) -> Result<Campaign> {
    move_send(store, actor, id, "campaign.paused", |tx, id| ledger::pause(tx, id, None)).await
}

/// Goes on with a paused campaign.
pub async fn resume(store: &Scoped, actor: Actor, id: CampaignId) -> Result<Campaign> {
    move_send(store, actor, id, "campaign.resumed", ledger::resume).await
}

/// Ends a campaign for good.
pub async fn cancel(store: &Scoped, actor: Actor, id: CampaignId) -> Result<Campaign> {
    let current = store.read(move |tx| sql::get(tx, id)).await?;
    if current.state == State::Scheduled {
        return unschedule(store, actor, id).await;
    }
    move_send(store, actor, id, "campaign.cancelled", ledger::cancel).await
}

/// Changes how many messages a second go out; 0 for no limit.
pub async fn set_throttle(store: &Scoped, actor: Actor, id: CampaignId, per_second: u32) -> Result<Campaign> {
    store
        .write(move |tx| {
            must_be(&sql::get(tx, id)?, &[State::Running, State::Paused], "throttled")?;
            ledger::set_throttle(tx, id, per_second)?;
            audit::record(tx, actor, "campaign.throttled", id, &json!({ "per_second": per_second }))?;
            sql::get(tx, id)
        })
        .await
}

/// Makes a scheduled campaign a draft again.
pub async fn unschedule(store: &Scoped, actor: Actor, id: CampaignId) -> Result<Campaign> {
    let job = store
        .write(move |tx| {
            must_be(&sql::get(tx, id)?, &[State::Scheduled], "unscheduled")?;
            let job = launch_job(tx, id)?;
            let (none, now) = (None::<i64>, tx.now());
            tx.execute(&sql::MOVE_CAMPAIGN, params![id, "draft", none, none, none, now, "scheduled"])?;
            audit::record(tx, actor, "campaign.unscheduled", id, &json!({}))?;
            Ok(job)
        })
        .await?;
    drop_job(store, job).await;
    store.read(move |tx| sql::get(tx, id)).await
}

/// Moves a scheduled campaign to another time. Problem: it is not scheduled, or the time is past.
pub async fn reschedule(store: &Scoped, actor: Actor, id: CampaignId, at: Timestamp) -> Result<Campaign> {
    let old = store
        .write(move |tx| {
            let campaign = sql::get(tx, id)?;
            must_be(&campaign, &[State::Scheduled], "moved to another time")?;
            if at <= tx.now() {
                return Err(Problem::field("/at", "past", "A time that is still to come.").into());
            }
            let old = launch_job(tx, id)?;
            let job = tx.enqueue(super::jobs::KIND, &json!({ "campaign": id }), at)?;
            let (settings, now) = (Settings { timing: Timing::At { at }, ..campaign.settings }, tx.now());
            tx.execute(&sql::RESCHEDULE_CAMPAIGN, params![id, json!(settings), at, job, now])?;
            audit::record(tx, actor, "campaign.rescheduled", id, &json!({ "at": at }))?;
            Ok(old)
        })
        .await?;
    drop_job(store, old).await;
    store.read(move |tx| sql::get(tx, id)).await
}

fn launch_job(tx: &mut Tx<'_>, id: CampaignId) -> Result<Option<JobId>> {
    let row = tx.query_opt(&sql::FIND_LAUNCH_JOB, params![id])?;
    Ok(row.map(|r| r.opt_int(0)).transpose()?.flatten().map(JobId))
}

/// Takes a launch job out of the queue; one that has begun already finds that it is not meant any more.
async fn drop_job(store: &Scoped, job: Option<JobId>) {
    if let Some(job) = job
        && let Err(e) = store.cancel_job(job).await
    {
        tracing::info!(error = %e, "the launch job was over already");
    }
    store.db().signals().notify(queue::TOPIC);
}

/// Puts a campaign that is over, or a draft, away or takes it out again.
pub async fn archive(store: &Scoped, actor: Actor, id: CampaignId, away: bool) -> Result<Campaign> {
    store
        .write(move |tx| {
            let campaign = sql::get(tx, id)?;
            if away {
                must_be(&campaign, &[State::Draft, State::Finished, State::Cancelled], "archived")?;
            }
            let (at, now) = (away.then(|| tx.now()), tx.now());
            tx.execute(&sql::ARCHIVE_CAMPAIGN, params![id, at, now])?;
            let act = if away { "campaign.archived" } else { "campaign.unarchived" };
            audit::record(tx, actor, act, id, &json!({}))?;
            sql::get(tx, id)
        })
        .await
}
