//! The first screen over HTTP.

use super::alerts::{self, Alert};
use super::model::{Compared, HomeDay, Span};
use audience::segments::{self, Rule};
use automation::activity::{self, Kind};
use automation::campaigns::State;
use automation::campaigns::brief::{self, CampaignBrief, Filter};
use jiff::tz::TimeZone;
use kernel::Problem;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::queue::JobRow;
use tenancy::stores;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::ReadReports;
use web::{AppState, Json, Query, Tenant};

/// Days unless told otherwise.
const DAYS: u32 = 30;
/// Campaigns shown of each kind.
const SHOWN: usize = 5;
/// Failed jobs are told for so long.
const FAILED_BACK_MS: i64 = 24 * 3_600_000;
/// Most changed jobs looked at.
const JOBS_MAX: i64 = 500;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_home))
}

/// Over how many days.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HomeParams {
    /// Days up to and with today: 30 unless given.
    #[param(minimum = 1, maximum = 90)]
    days: Option<u32>,
}

/// Figures of the store.
#[derive(Serialize, ToSchema)]
struct HomeFigures {
    /// Contacts there are now.
    contacts: u64,
    /// Of those, subscribed to email.
    subscribed_email: u64,
    /// Contacts made.
    new_contacts: Compared,
    /// Contacts who unsubscribed from email.
    unsubscribed: Compared,
    /// Marketing messages that relays took.
    sent: Compared,
    /// First opens of campaigns by people.
    opened: Compared,
    /// First clicks in campaigns by people.
    clicked: Compared,
    /// First bounces of campaigns, told after the message had been taken.
    bounced: Compared,
    /// First complaints about campaigns.
    complained: Compared,
}

/// The first screen of a store.
#[derive(Serialize, ToSchema)]
struct HomeOut {
    figures: HomeFigures,
    /// Days of the store's own calendar, oldest first; the last is today.
    days: Vec<HomeDay>,
    /// What wants somebody's eye, worst first.
    alerts: Vec<Alert>,
    /// Newest drafts.
    drafts: Vec<CampaignBrief>,
    /// Campaigns that launch by themselves, soonest first.
    scheduled: Vec<CampaignBrief>,
    /// Campaigns that go out or are held.
    running: Vec<CampaignBrief>,
    /// Campaigns that are over, newest first.
    recent: Vec<CampaignBrief>,
}

/// The store at a glance.
///
/// Figures of a span of days beside those of the span before, what is wrong, and the campaigns one comes
/// back for.
#[utoipa::path(get, path = "/api/v1/home", operation_id = "get_home", params(HomeParams),
    security(("key" = ["reports:read"])), responses((status = 200, body = HomeOut)))]
async fn get_home(db: Tenant<ReadReports>, Query(wanted): Query<HomeParams>) -> web::Result<Json<HomeOut>> {
    let days = wanted.days.unwrap_or(DAYS);
    if !(1..=90).contains(&days) {
        return Err(Problem::field("?days", "out_of_range", "From 1 to 90.").into());
    }
    let keys = db.keys().await?;
    let contacts = segments::count(&db, &keys, &Rule::everybody()).await?;
    let subscribed_email = segments::count(&db, &keys, &subscribed()?).await?;
    let now = db.db().now();
    let jobs = db.list_changed_jobs(now.plus_ms(-FAILED_BACK_MS), JOBS_MAX).await?;
    let failed: Vec<JobRow> = jobs.into_iter().filter(|job| job.state == "failed").collect();
    let out = db.read(move |tx| home(tx, days as usize, (contacts, subscribed_email), &failed)).await?;
    Ok(Json(out))
}

/// Who said yes to email.
fn subscribed() -> kernel::Result<Rule> {
    let rule = serde_json::json!({
        "condition": "consent", "channel": "email", "operator": "is", "status": "subscribed",
    });
    Rule::parse_at(&rule, "")
}

fn home(
    tx: &mut Tx<'_>,
    days: usize,
    (contacts, subscribed_email): (u64, u64),
    failed: &[JobRow],
) -> kernel::Result<HomeOut> {
    let zone = stores::get_in(tx)?.settings.time_zone;
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let span = Span::ending(tx.now(), &zone, days)?;
    let (from, to) = span.range();
    let slots = activity::list(tx, from.min(alerts::rates_since(tx.now())), to)?;
    let compared = |kind| span.compared(&slots, kind);
    let figures = HomeFigures {
        contacts,
        subscribed_email,
        new_contacts: compared(Kind::NewContacts),
        unsubscribed: compared(Kind::Unsubscribed),
        sent: compared(Kind::Sent),
        opened: compared(Kind::Opened),
        clicked: compared(Kind::Clicked),
        bounced: compared(Kind::Bounced),
        complained: compared(Kind::Complained),
    };
    let mut scheduled = in_states(tx, &[State::Scheduled], 4 * SHOWN)?;
    scheduled.sort_by_key(|c| c.scheduled_at);
    scheduled.truncate(SHOWN);
    Ok(HomeOut {
        figures,
        days: span.days(&slots),
        alerts: alerts::find(tx, &slots, failed)?,
        drafts: in_states(tx, &[State::Draft], SHOWN)?,
        scheduled,
        running: in_states(tx, &[State::Running, State::Paused], 4 * SHOWN)?,
        recent: in_states(tx, &[State::Finished, State::Cancelled], SHOWN)?,
    })
}

fn in_states(tx: &mut Tx<'_>, states: &[State], most: usize) -> kernel::Result<Vec<CampaignBrief>> {
    let filter = Filter { states: states.to_vec(), ..Filter::default() };
    Ok(brief::list(tx, &filter, i64::MAX, most)?.0)
}
