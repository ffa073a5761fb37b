//! The stream over HTTP.

use super::Streams;
use super::model::CampaignProgress;
use super::watcher::{Sees, Watcher};
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use http::{HeaderName, HeaderValue};
use kernel::{Code, Problem};
use serde::Serialize;
use std::convert::Infallible;
use std::time::Duration;
use store::queue::JobRow;
use tenancy::jobs::JobOut;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{ReadCampaigns, ReadEvents, ReadSettings};
use web::{AppState, Console, Recheck, Tenant, Unattended};

/// Streams that one log-in or key may have open at once.
const OPEN_MAX: usize = 8;
/// Proxies close connections on which nothing is said.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_stream)).layer(axum::Extension(Unattended))
}

/// The first event of a stream.
#[derive(Serialize, ToSchema)]
struct Hello {
    /// Build of the console that the program serves; null without a console.
    build: Option<String>,
}

/// Data of an event; which of them, its name says.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum LiveEvent {
    /// `event: hello`
    Hello(Hello),
    /// `event: job`
    Job(JobOut),
    /// `event: campaign`
    Campaign(CampaignProgress),
    /// `event: log`
    Log(LogEnd),
}

/// The log of what people do has grown.
#[derive(Serialize, ToSchema)]
struct LogEnd {
    /// Position of its newest entry.
    position: i64,
}

/// An event with its name.
pub(super) struct Told {
    name: &'static str,
    data: LiveEvent,
}

impl Told {
    fn hello(console: Option<&Console>) -> Self {
        let build = console.and_then(|c| c.build()).and_then(|b| b.to_str().ok()).map(str::to_owned);
        Told { name: "hello", data: LiveEvent::Hello(Hello { build }) }
    }

    pub(super) fn job(row: JobRow) -> Self {
        Told { name: "job", data: LiveEvent::Job(row.into()) }
    }

    pub(super) fn campaign(progress: CampaignProgress) -> Self {
        Told { name: "campaign", data: LiveEvent::Campaign(progress) }
    }

    pub(super) fn log(position: i64) -> Self {
        Told { name: "log", data: LiveEvent::Log(LogEnd { position }) }
    }

    fn event(&self) -> Event {
        let event = Event::default().event(self.name);
        event.json_data(&self.data).unwrap_or_else(|_| Event::default().comment("unreadable"))
    }
}

/// Jobs and campaigns of the store as they go on, as server-sent events.
///
/// `hello` comes first, then the present state of what goes on, then every change: `job` (for whoever may
/// read settings) and `campaign`, each with the whole state of its object, and `log` when the log of what people do
/// has grown (for whoever may read events). A comment comes every 15 seconds. Browsers name the store in the parameter `store`, because they send no header with a stream.
/// Listening does not keep a log-in alive; when it ends, the stream ends.
#[utoipa::path(get, path = "/api/v1/stream", operation_id = "get_stream",
    params(("store" = Option<kernel::ids::StoreId>, Query, description = "The store, instead of the header X-Store.")),
    security(("key" = ["campaigns:read"])),
    responses((status = 200, content_type = "text/event-stream", body = LiveEvent),
        (status = 429, description = "The log-in has eight streams open already.")))]
async fn get_stream(
    db: Tenant<ReadCampaigns>,
    recheck: Recheck,
    State(state): State<AppState>,
) -> web::Result<Response> {
    let login = db.session().map_or_else(|| db.actor().to_string(), |session| session.to_string());
    let place = state.service::<Streams>().take(&login, OPEN_MAX).ok_or_else(too_many)?;
    let hello = Told::hello(state.try_service::<Console>().as_deref());
    let sees = Sees { jobs: db.rights().has::<ReadSettings>(), log: db.rights().has::<ReadEvents>() };
    let watcher = Watcher::new(db.store_data(), recheck, sees, state.stopping(), (hello, place));
    let events = stream::unfold(watcher, |mut watcher| async move {
        let told = watcher.next().await?;
        Some((Ok::<_, Infallible>(told.event()), watcher))
    })
    .fuse();
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    let unbuffered = HeaderName::from_static("x-accel-buffering");
    response.headers_mut().insert(unbuffered, HeaderValue::from_static("no"));
    Ok(response)
}

fn too_many() -> Problem {
    let detail = format!("A log-in has at most {OPEN_MAX} streams open at once; close another window.");
    Problem { retry_after_seconds: Some(10), ..Problem::new(Code::RateLimited, detail) }
}
