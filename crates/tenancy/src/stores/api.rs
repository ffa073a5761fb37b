//! Stores and settings over HTTP.

use super::{NAME_LENGTH_MAX, Settings, SettingsPatch, Store};
use axum::extract::State;
use kernel::Timestamp;
use kernel::ids::StoreId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditSettings, ReadSettings};
use web::{AppState, Check, Created, Errors, IfMatch, Json, Person, Tagged, Tenant, Valid};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_stores, create_store)).routes(routes!(get_store, update_store))
}

/// A store with its settings.
#[derive(serde::Serialize, utoipa::ToSchema)]
struct StoreOut {
    id: StoreId,
    name: String,
    settings: Settings,
    /// As in `ETag`; send it as `If-Match` with a change.
    version: i64,
    created_at: Timestamp,
}

impl From<Store> for StoreOut {
    fn from(s: Store) -> Self {
        StoreOut {
            id: s.id,
            name: s.name,
            settings: s.settings,
            version: s.version,
            created_at: s.created_at,
        }
    }
}

/// All stores of an account; there are at most 200.
#[derive(serde::Serialize, utoipa::ToSchema)]
struct StoresOut {
    items: Vec<StoreOut>,
}

/// A store to make.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct StoreIn {
    #[schema(min_length = 1, max_length = 80, example = "Flower shop")]
    name: String,
    #[serde(default)]
    settings: Option<SettingsPatch>,
}

impl Check for StoreIn {
    fn check(&self, errors: &mut Errors) {
        errors.line("/name", &self.name, 1..=NAME_LENGTH_MAX);
        Settings::default().patched(self.settings.clone().unwrap_or_default()).check(errors, "/settings");
    }
}

/// A change of a store.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct StorePatch {
    #[schema(min_length = 1, max_length = 80)]
    name: Option<String>,
    #[serde(default)]
    settings: Option<SettingsPatch>,
}

/// Stores of the account, oldest first.
#[utoipa::path(get, path = "/api/v1/stores", operation_id = "list_stores", security(("session" = [])),
    responses((status = 200, body = StoresOut)))]
async fn list_stores(person: Person, State(state): State<AppState>) -> web::Result<Json<StoresOut>> {
    let stores = super::list(state.db(), person.principal().account).await?;
    Ok(Json(StoresOut { items: stores.into_iter().map(StoreOut::from).collect() }))
}

/// Make a further store.
#[utoipa::path(post, path = "/api/v1/stores", operation_id = "create_store", request_body = StoreIn,
    security(("session" = [])), responses((status = 201, body = StoreOut)))]
async fn create_store(
    person: Person,
    State(state): State<AppState>,
    Valid(body): Valid<StoreIn>,
) -> web::Result<Created<StoreOut>> {
    let settings = Settings::default().patched(body.settings.unwrap_or_default());
    let who = (person.principal().account, person.principal().actor);
    let store = super::create(state.db(), state.vault(), who, body.name, settings).await?;
    Ok(Created(store.into()))
}

/// The store one works in.
#[utoipa::path(get, path = "/api/v1/store", operation_id = "get_store", security(("key" = ["settings:read"])),
    responses((status = 200, body = StoreOut)))]
async fn get_store(db: Tenant<ReadSettings>) -> web::Result<Tagged<StoreOut>> {
    let store = super::get(&db).await?;
    Ok(Tagged(store.version, store.into()))
}

/// Change the store one works in. Absent fields stay, null empties.
#[utoipa::path(patch, path = "/api/v1/store", operation_id = "update_store", request_body = StorePatch,
    params(("If-Match" = Option<String>, Header, description = "Version the change was made from, as in `ETag`.")),
    security(("key" = ["settings:edit"])), responses((status = 200, body = StoreOut)))]
async fn update_store(
    db: Tenant<EditSettings>,
    if_match: IfMatch,
    Json(body): Json<StorePatch>,
) -> web::Result<Tagged<StoreOut>> {
    let change = (body.name, body.settings.unwrap_or_default());
    let store = super::update(&db, db.actor(), if_match, change).await?;
    Ok(Tagged(store.version, store.into()))
}
