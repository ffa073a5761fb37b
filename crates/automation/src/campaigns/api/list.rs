//! The list of campaigns over HTTP, and the calendar made of it.

use crate::campaigns::brief::{self, CampaignBrief, Filter};
use crate::campaigns::model::{NAME_MAX, State};
use kernel::{Problem, Timestamp};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::ReadCampaigns;
use web::{AppState, Json, Page, PageParams, Paged, Query, Tenant};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_campaigns))
}

/// Which campaigns to list; all conditions must hold.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListParams {
    /// Archived ones too.
    #[serde(default)]
    archived: bool,
    /// Only in these states: repeated, or several with commas (`scheduled,running`).
    #[serde(default)]
    state: Vec<String>,
    /// Only with this in their name, in any case.
    #[param(max_length = 200)]
    search: Option<String>,
    /// Only launched, or scheduled to be, at this time or later.
    from: Option<Timestamp>,
    /// Only launched, or scheduled to be, before this time.
    to: Option<Timestamp>,
}

impl ListParams {
    fn filter(self) -> kernel::Result<Filter> {
        let words = self.state.iter().flat_map(|s| s.split(',')).map(str::trim).filter(|w| !w.is_empty());
        let states = words.map(state_of).collect::<kernel::Result<Vec<_>>>()?;
        let search = self.search.unwrap_or_default();
        if search.chars().count() > NAME_MAX {
            let detail = format!("At most {NAME_MAX} characters, as a name has.");
            return Err(Problem::field("?search", "too_long", detail).into());
        }
        Ok(Filter {
            archived: self.archived || states.contains(&State::Archived),
            states,
            search: search.trim().to_lowercase(),
            from: self.from,
            to: self.to,
        })
    }
}

fn state_of(word: &str) -> kernel::Result<State> {
    State::parse(word).ok_or_else(|| {
        let words: Vec<&str> = State::ALL.iter().map(|s| s.word()).collect();
        Problem::field("?state", "unknown_value", format!("One of {}.", words.join(", "))).into()
    })
}

/// Campaigns, newest first, without their words; launched ones with their figures.
#[utoipa::path(get, path = "/api/v1/campaigns", operation_id = "list_campaigns", params(ListParams, PageParams),
    security(("key" = ["campaigns:read"])), responses((status = 200, body = Page<CampaignBrief>)))]
async fn list_campaigns(
    db: Tenant<ReadCampaigns>,
    Query(wanted): Query<ListParams>,
    paged: Paged,
) -> web::Result<Json<Page<CampaignBrief>>> {
    let (filter, before, limit) = (wanted.filter()?, paged.after.unwrap_or(i64::MAX), paged.limit as usize);
    let (items, next) = db.read(move |tx| brief::list(tx, &filter, before, limit)).await?;
    Ok(Json(paged.page_until(items, next)?))
}
