//! Writing campaigns, launching and steering them, and what was decided of whom.

use crate::campaigns::decisions::{self, CampaignDecision, Decision};
use crate::campaigns::edit::{self, NewCampaign};
use crate::campaigns::launch::{self, Launched, Plan, PublicAddress};
use crate::campaigns::model::{Campaign, Content, Settings, State, can};
use crate::campaigns::{sql, test_send};
use audience::contacts;
use kernel::ids::{CampaignId, ContactId};
use kernel::{Problem, Timestamp};
use messaging::outbox::ledger;
use serde::{Deserialize, Serialize};
use store::Scoped;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditCampaigns, ReadCampaigns, SendCampaigns};
use web::{AppState, Created, IfMatch, Json, NoContent, Page, PageParams, Paged, Path, Tagged, Tenant};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create_campaign))
        .routes(routes!(get_campaign, update_campaign, delete_campaign))
        .routes(routes!(plan_campaign))
        .routes(routes!(launch_campaign))
        .routes(routes!(reschedule_campaign))
        .routes(routes!(pause_campaign))
        .routes(routes!(resume_campaign))
        .routes(routes!(cancel_campaign))
        .routes(routes!(throttle_campaign))
        .routes(routes!(archive_campaign))
        .routes(routes!(unarchive_campaign))
        .routes(routes!(duplicate_campaign))
        .routes(routes!(test_campaign))
        .routes(routes!(get_campaign_decision))
        .routes(routes!(list_contact_decisions))
}

/// A campaign as written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CampaignIn {
    /// Name, for the merchant.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    content: Content,
    #[serde(default)]
    settings: Settings,
}

impl From<CampaignIn> for NewCampaign {
    fn from(body: CampaignIn) -> Self {
        NewCampaign { name: body.name, content: body.content, settings: body.settings, signing: None }
    }
}

/// A campaign as shown.
#[derive(Serialize, ToSchema)]
struct CampaignOut {
    id: CampaignId,
    name: String,
    state: State,
    /// The entity tag is made of it.
    version: i64,
    content: Content,
    settings: Settings,
    scheduled_at: Option<Timestamp>,
    launched_at: Option<Timestamp>,
    archived_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// What may be done with it now.
    can: Vec<&'static str>,
}

impl From<Campaign> for CampaignOut {
    fn from(c: Campaign) -> Self {
        CampaignOut {
            can: can(c.state),
            id: c.id,
            name: c.name,
            state: c.state,
            version: c.version,
            content: c.content,
            settings: c.settings,
            scheduled_at: c.scheduled_at,
            launched_at: c.launched_at,
            archived_at: c.archived_at,
            created_at: c.created_at,
            updated_at: c.updated_at,
        }
    }
}

fn public(state: &AppState) -> PublicAddress {
    PublicAddress { url: state.http().public_url.clone() }
}

/// Write a draft.
#[utoipa::path(post, path = "/api/v1/campaigns", operation_id = "create_campaign", request_body = CampaignIn,
    security(("key" = ["campaigns:edit"])), responses((status = 201, body = CampaignOut)))]
async fn create_campaign(
    db: Tenant<EditCampaigns>,
    Json(body): Json<CampaignIn>,
) -> web::Result<Created<CampaignOut>> {
    Ok(Created(edit::create(&db, db.actor(), body.into()).await?.into()))
}

async fn find(store: &Scoped, id: CampaignId) -> kernel::Result<Campaign> {
    store.read(move |tx| sql::get(tx, id)).await
}

/// One campaign.
#[utoipa::path(get, path = "/api/v1/campaigns/{id}", operation_id = "get_campaign", params(("id" = CampaignId, Path)),
    security(("key" = ["campaigns:read"])), responses((status = 200, body = CampaignOut)))]
async fn get_campaign(
    db: Tenant<ReadCampaigns>,
    Path(id): Path<CampaignId>,
) -> web::Result<Tagged<CampaignOut>> {
    let campaign = find(&db, id).await?;
    Ok(Tagged(campaign.version, campaign.into()))
}

/// Change a draft. Send the entity tag in `If-Match`; 412 if somebody else was faster.
#[utoipa::path(put, path = "/api/v1/campaigns/{id}", operation_id = "update_campaign",
    params(("id" = CampaignId, Path), ("If-Match" = Option<String>, Header)), request_body = CampaignIn,
    security(("key" = ["campaigns:edit"])), responses((status = 200, body = CampaignOut), (status = 412, description = "Changed by somebody else.")))]
async fn update_campaign(
    db: Tenant<EditCampaigns>,
    Path(id): Path<CampaignId>,
    if_match: IfMatch,
    Json(body): Json<CampaignIn>,
) -> web::Result<Tagged<CampaignOut>> {
    let current = find(&db, id).await?;
    if_match.check(current.version)?;
    let campaign = edit::update(&db, db.actor(), id, current.version, body.into()).await?;
    Ok(Tagged(campaign.version, campaign.into()))
}

/// Remove a draft.
#[utoipa::path(delete, path = "/api/v1/campaigns/{id}", operation_id = "delete_campaign",
    params(("id" = CampaignId, Path)), security(("key" = ["campaigns:edit"])), responses((status = 204)))]
async fn delete_campaign(db: Tenant<EditCampaigns>, Path(id): Path<CampaignId>) -> web::Result<NoContent> {
    edit::delete(&db, db.actor(), id).await?;
    Ok(NoContent)
}

/// What a launch would do: who would get it, who not and why, and what is wrong.
#[utoipa::path(get, path = "/api/v1/campaigns/{id}/plan", operation_id = "plan_campaign", params(("id" = CampaignId, Path)),
    security(("key" = ["campaigns:read"])), responses((status = 200, body = Plan)))]
async fn plan_campaign(
    db: Tenant<ReadCampaigns>,
    axum::extract::State(state): axum::extract::State<AppState>,
    Path(id): Path<CampaignId>,
) -> web::Result<Json<Plan>> {
    Ok(Json(launch::plan(&db, &db.keys().await?, &public(&state), id).await?))
}

/// The number the merchant saw in the plan.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LaunchIn {
    /// `audience` of the plan; another number now is a conflict.
    audience: u64,
}

/// Launch a campaign, or schedule it if its time is still to come.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/launch", operation_id = "launch_campaign",
    params(("id" = CampaignId, Path)), request_body = LaunchIn, security(("key" = ["campaigns:send"])),
    responses((status = 200, body = Launched)))]
async fn launch_campaign(
    db: Tenant<SendCampaigns>,
    axum::extract::State(state): axum::extract::State<AppState>,
    Path(id): Path<CampaignId>,
    Json(body): Json<LaunchIn>,
) -> web::Result<Json<Launched>> {
    let keys = db.keys().await?;
    Ok(Json(launch::launch(&db, db.actor(), &keys, &public(&state), id, Some(body.audience)).await?))
}

/// A new time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RescheduleIn {
    /// When the campaign launches by itself; still to come.
    at: Timestamp,
}

/// Move a scheduled campaign to another time.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/reschedule", operation_id = "reschedule_campaign",
    params(("id" = CampaignId, Path)), request_body = RescheduleIn, security(("key" = ["campaigns:send"])),
    responses((status = 200, body = CampaignOut), (status = 409, description = "The campaign is not scheduled.")))]
async fn reschedule_campaign(
    db: Tenant<SendCampaigns>,
    Path(id): Path<CampaignId>,
    Json(body): Json<RescheduleIn>,
) -> web::Result<Json<CampaignOut>> {
    Ok(Json(edit::reschedule(&db, db.actor(), id, body.at).await?.into()))
}

/// Hold a running campaign; takes effect within a second.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/pause", operation_id = "pause_campaign", params(("id" = CampaignId, Path)),
    security(("key" = ["campaigns:send"])), responses((status = 200, body = CampaignOut)))]
async fn pause_campaign(
    db: Tenant<SendCampaigns>,
    Path(id): Path<CampaignId>,
) -> web::Result<Json<CampaignOut>> {
    Ok(Json(edit::pause(&db, db.actor(), id).await?.into()))
}

/// Go on with a paused campaign.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/resume", operation_id = "resume_campaign", params(("id" = CampaignId, Path)),
    security(("key" = ["campaigns:send"])), responses((status = 200, body = CampaignOut)))]
async fn resume_campaign(
    db: Tenant<SendCampaigns>,
    Path(id): Path<CampaignId>,
) -> web::Result<Json<CampaignOut>> {
    Ok(Json(edit::resume(&db, db.actor(), id).await?.into()))
}

/// End a campaign for good, or take a scheduled one back to draft.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/cancel", operation_id = "cancel_campaign", params(("id" = CampaignId, Path)),
    security(("key" = ["campaigns:send"])), responses((status = 200, body = CampaignOut)))]
async fn cancel_campaign(
    db: Tenant<SendCampaigns>,
    Path(id): Path<CampaignId>,
) -> web::Result<Json<CampaignOut>> {
    Ok(Json(edit::cancel(&db, db.actor(), id).await?.into()))
}

/// A limit of speed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ThrottleIn {
    /// Most messages a second; 0 for no limit.
    #[schema(maximum = 100_000)]
    per_second: u32,
}

/// Change how many messages a second go out.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/throttle", operation_id = "throttle_campaign",
    params(("id" = CampaignId, Path)), request_body = ThrottleIn, security(("key" = ["campaigns:send"])),
    responses((status = 200, body = CampaignOut)))]
async fn throttle_campaign(
    db: Tenant<SendCampaigns>,
    Path(id): Path<CampaignId>,
    Json(body): Json<ThrottleIn>,
) -> web::Result<Json<CampaignOut>> {
    if body.per_second > 100_000 {
        return Err(Problem::field("/per_second", "range", "At most 100000 a second; 0 for no limit.").into());
    }
    Ok(Json(edit::set_throttle(&db, db.actor(), id, body.per_second).await?.into()))
}

/// Put a campaign away.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/archive", operation_id = "archive_campaign",
    params(("id" = CampaignId, Path)), security(("key" = ["campaigns:edit"])), responses((status = 200, body = CampaignOut)))]
async fn archive_campaign(
    db: Tenant<EditCampaigns>,
    Path(id): Path<CampaignId>,
) -> web::Result<Json<CampaignOut>> {
    Ok(Json(edit::archive(&db, db.actor(), id, true).await?.into()))
}

/// Take a campaign out of the archive.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/unarchive", operation_id = "unarchive_campaign",
    params(("id" = CampaignId, Path)), security(("key" = ["campaigns:edit"])), responses((status = 200, body = CampaignOut)))]
async fn unarchive_campaign(
    db: Tenant<EditCampaigns>,
    Path(id): Path<CampaignId>,
) -> web::Result<Json<CampaignOut>> {
    Ok(Json(edit::archive(&db, db.actor(), id, false).await?.into()))
}

/// Write a new draft with the same words and audience.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/duplicate", operation_id = "duplicate_campaign",
    params(("id" = CampaignId, Path)), security(("key" = ["campaigns:edit"])), responses((status = 201, body = CampaignOut)))]
async fn duplicate_campaign(
    db: Tenant<EditCampaigns>,
    Path(id): Path<CampaignId>,
) -> web::Result<Created<CampaignOut>> {
    Ok(Created(edit::duplicate(&db, db.actor(), id).await?.into()))
}

/// Where a test goes, and whose data fill it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TestIn {
    /// Address of the merchant's.
    #[schema(example = "you@shop.example", max_length = 254)]
    to: String,
    /// The contact whose data fill the message.
    contact: ContactId,
}

/// What became of a test.
#[derive(Serialize, ToSchema)]
struct TestOut {
    /// Its send.
    send: CampaignId,
}

/// Send the campaign's message, filled with one contact's data, to an address of your own.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/test", operation_id = "test_campaign", params(("id" = CampaignId, Path)),
    request_body = TestIn, security(("key" = ["campaigns:send"])), responses((status = 201, body = TestOut)))]
async fn test_campaign(
    db: Tenant<SendCampaigns>,
    axum::extract::State(state): axum::extract::State<AppState>,
    Path(id): Path<CampaignId>,
    Json(body): Json<TestIn>,
) -> web::Result<Created<TestOut>> {
    let send = test_send::send_test(
        &db,
        db.actor(),
        (&db.keys().await?, &public(&state)),
        id,
        body.contact,
        &body.to,
    )
    .await?;
    Ok(Created(TestOut { send }))
}

/// Why did this contact get the campaign, or why not?
#[utoipa::path(get, path = "/api/v1/campaigns/{id}/decisions/{contact}", operation_id = "get_campaign_decision",
    params(("id" = CampaignId, Path), ("contact" = ContactId, Path)), security(("key" = ["campaigns:read"])),
    responses((status = 200, body = Decision)))]
async fn get_campaign_decision(
    db: Tenant<ReadCampaigns>,
    Path((id, contact)): Path<(CampaignId, ContactId)>,
) -> web::Result<Json<Decision>> {
    let decision = db
        .read(move |tx| {
            sql::get(tx, id)?;
            let contact = contacts::get_by_id(tx, contact)?;
            if ledger::find_send(tx, id)?.is_none() {
                return Err(
                    Problem::conflict("The campaign has not been launched; nothing is decided yet.").into()
                );
            }
            decisions::find(tx, id, contact.ordinal)
        })
        .await?;
    Ok(Json(decision.ok_or_else(|| Problem::not_found("decision"))?))
}

/// Which campaigns did this contact get, which not, and why? Newest first.
#[utoipa::path(get, path = "/api/v1/contacts/{id}/decisions", operation_id = "list_contact_decisions",
    params(("id" = ContactId, Path), PageParams), security(("key" = ["campaigns:read"])),
    responses((status = 200, body = Page<CampaignDecision>)), extensions(("x-policy" = json!(["P-051"]))))]
async fn list_contact_decisions(
    db: Tenant<ReadCampaigns>,
    Path(id): Path<ContactId>,
    paged: Paged,
) -> web::Result<Json<Page<CampaignDecision>>> {
    let (before, limit) = (paged.after.unwrap_or(i64::MAX), paged.fetch());
    let items = db
        .read(move |tx| {
            let contact = contacts::get_by_id(tx, id)?;
            decisions::list_of(tx, contact.ordinal, before, limit)
        })
        .await?;
    Ok(Json(paged.page(items, |d| d.campaign.0)?))
}
