//! Growth of segments and of the store over HTTP.

use crate::attributes::model::day_of;
use crate::segments::growth::{self, SegmentDay, StoreDay};
use kernel::ids::SegmentId;
use kernel::{Problem, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{ReadContacts, ReadSegments};
use web::{AppState, Json, Path, Query, Tenant};

/// Days shown unless the caller says otherwise.
const DAYS_DEFAULT: i64 = 90;
/// Most days shown.
const DAYS_MAX: i64 = growth::DAYS_KEPT;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_segment_growth)).routes(routes!(list_contact_growth))
}

/// How far back to look.
#[derive(Debug, Default, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct GrowthParams {
    /// Days up to today, by the store's calendar: 90 unless given.
    #[param(minimum = 1, maximum = 730)]
    days: Option<i64>,
}

impl GrowthParams {
    fn days(&self) -> Result<i64> {
        match self.days.unwrap_or(DAYS_DEFAULT) {
            days if (1..=DAYS_MAX).contains(&days) => Ok(days),
            _ => Err(Problem::field("?days", "out_of_range", format!("From 1 to {DAYS_MAX}.")).into()),
        }
    }
}

/// Days since 1970-01-01 as a date.
fn date(day: i64) -> String {
    day_of(i32::try_from(day).unwrap_or(i32::MAX)).to_string()
}

/// A day of a segment. Days on which nothing was counted are left out.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct SegmentDayOut {
    /// By the store's calendar.
    #[schema(format = Date, example = "2026-11-25")]
    day: String,
    /// Members when the day was counted last.
    members: u64,
    /// Who came since the day counted before; null for the first.
    entered: Option<u64>,
    /// Who went since the day counted before; null for the first.
    left: Option<u64>,
}

impl From<SegmentDay> for SegmentDayOut {
    fn from(d: SegmentDay) -> Self {
        SegmentDayOut { day: date(d.day), members: d.members, entered: d.entered, left: d.left }
    }
}

/// Growth of a segment.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct SegmentGrowth {
    /// Oldest first.
    items: Vec<SegmentDayOut>,
}

/// How a segment grew, day by day. It is counted daily and whenever it is saved.
#[utoipa::path(get, path = "/api/v1/segments/{id}/growth", operation_id = "list_segment_growth",
    params(("id" = SegmentId, Path), GrowthParams), security(("key" = ["segments:read"])),
    responses((status = 200, body = SegmentGrowth)))]
async fn list_segment_growth(
    db: Tenant<ReadSegments>,
    Path(id): Path<SegmentId>,
    Query(wanted): Query<GrowthParams>,
) -> web::Result<Json<SegmentGrowth>> {
    let days = wanted.days()?;
    let found = db.read(move |tx| growth::list_segment_days(tx, id, days)).await?;
    Ok(Json(SegmentGrowth { items: found.into_iter().map(SegmentDayOut::from).collect() }))
}

/// A day of the store. Days on which nothing was counted are left out.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct ContactDayOut {
    /// By the store's calendar.
    #[schema(format = Date, example = "2026-11-25")]
    day: String,
    /// Contacts that are not erased.
    contacts: u64,
    /// Contacts who said yes to email.
    subscribed_email: u64,
    /// Contacts who said yes to text messages.
    subscribed_sms: u64,
}

impl From<StoreDay> for ContactDayOut {
    fn from(d: StoreDay) -> Self {
        ContactDayOut {
            day: date(d.day),
            contacts: d.contacts,
            subscribed_email: d.subscribed_email,
            subscribed_sms: d.subscribed_sms,
        }
    }
}

/// Growth of the store.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct ContactGrowth {
    /// Oldest first.
    items: Vec<ContactDayOut>,
}

/// How the list of contacts grew, day by day.
#[utoipa::path(get, path = "/api/v1/contacts/growth", operation_id = "list_contact_growth", params(GrowthParams),
    security(("key" = ["contacts:read"])), responses((status = 200, body = ContactGrowth)))]
async fn list_contact_growth(
    db: Tenant<ReadContacts>,
    Query(wanted): Query<GrowthParams>,
) -> web::Result<Json<ContactGrowth>> {
    let days = wanted.days()?;
    let found = db.read(move |tx| growth::list_store_days(tx, days)).await?;
    Ok(Json(ContactGrowth { items: found.into_iter().map(ContactDayOut::from).collect() }))
}
