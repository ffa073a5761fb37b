//! Saved views over HTTP.

use super::model::{Draft, List, View};
use super::sql;
use crate::audit;
use kernel::Timestamp;
use kernel::ids::SavedViewId;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditSettings, ReadSettings};
use web::{AppState, Check, Created, Errors, Json, NoContent, Path, Query, Tenant, Valid};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_views, create_view)).routes(routes!(update_view, delete_view))
}

/// A saved view as shown.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct SavedViewOut {
    id: SavedViewId,
    list: List,
    name: String,
    /// The list's query string, without `?`.
    #[schema(example = "status=sendable&tag=vip")]
    query: String,
    /// Columns to show, in order; empty for the usual ones.
    columns: Vec<String>,
    /// True if everybody in the store sees it.
    shared: bool,
    /// True if the caller made it.
    mine: bool,
    updated_at: Timestamp,
}

impl SavedViewOut {
    fn of(view: View, who: &str) -> Self {
        SavedViewOut {
            id: view.id,
            list: view.list,
            mine: view.owner == who,
            name: view.draft.name,
            query: view.draft.query,
            columns: view.draft.columns,
            shared: view.draft.shared,
            updated_at: view.updated_at,
        }
    }
}

/// The views of a list; at most 200.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct SavedViewsOut {
    items: Vec<SavedViewOut>,
}

/// A view to save.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SavedViewIn {
    list: List,
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// The list's query string, without `?`.
    #[schema(max_length = 8000)]
    query: String,
    /// Columns to show, in order; empty for the usual ones.
    #[serde(default)]
    #[schema(max_items = 100)]
    columns: Vec<String>,
    /// True: for everybody in the store.
    #[serde(default)]
    shared: bool,
}

impl SavedViewIn {
    fn draft(&self) -> Draft {
        let Self { name, query, columns, shared, .. } = self;
        Draft { name: name.clone(), query: query.clone(), columns: columns.clone(), shared: *shared }
    }
}

impl Check for SavedViewIn {
    fn check(&self, errors: &mut Errors) {
        self.draft().check(errors);
    }
}

/// A change of a view. Absent fields stay.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SavedViewPatch {
    #[schema(min_length = 1, max_length = 80)]
    name: Option<String>,
    /// The list's query string, without `?`.
    #[schema(max_length = 8000)]
    query: Option<String>,
    /// Columns to show, in order; empty for the usual ones.
    #[schema(max_items = 100)]
    columns: Option<Vec<String>>,
    /// True: for everybody in the store.
    shared: Option<bool>,
}

impl SavedViewPatch {
    fn applied(self, old: Draft) -> Draft {
        Draft {
            name: self.name.unwrap_or(old.name),
            query: self.query.unwrap_or(old.query),
            columns: self.columns.unwrap_or(old.columns),
            shared: self.shared.unwrap_or(old.shared),
        }
    }
}

/// Which list.
#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListParams {
    /// The list whose views are wanted.
    #[param(inline)]
    list: List,
}

/// The views of a list: one's own, and those for everybody.
#[utoipa::path(get, path = "/api/v1/views", operation_id = "list_views", params(ListParams),
    security(("key" = ["settings:read"])), responses((status = 200, body = SavedViewsOut)))]
async fn list_views(
    db: Tenant<ReadSettings>,
    Query(wanted): Query<ListParams>,
) -> web::Result<Json<SavedViewsOut>> {
    let (keys, who) = (db.keys().await?, db.actor().to_string());
    let owner = who.clone();
    let views = db.read(move |tx| sql::list(tx, &keys, wanted.list, &owner)).await?;
    Ok(Json(SavedViewsOut { items: views.into_iter().map(|v| SavedViewOut::of(v, &who)).collect() }))
}

/// Save a view of a list.
#[utoipa::path(post, path = "/api/v1/views", operation_id = "create_view", request_body = SavedViewIn,
    security(("key" = ["settings:edit"])), responses((status = 201, body = SavedViewOut)))]
async fn create_view(
    db: Tenant<EditSettings>,
    Valid(body): Valid<SavedViewIn>,
) -> web::Result<Created<SavedViewOut>> {
    let (keys, actor) = (db.keys().await?, db.actor());
    let who = actor.to_string();
    let owner = who.clone();
    let view = db
        .write(move |tx| {
            let view = sql::insert(tx, &keys, body.list, &body.draft(), &owner)?;
            audit::record(tx, actor, "view.created", view.id, &json!({ "list": body.list }))?;
            Ok(view)
        })
        .await?;
    Ok(Created(SavedViewOut::of(view, &who)))
}

/// Change a view: one's own, or one for everybody.
#[utoipa::path(patch, path = "/api/v1/views/{id}", operation_id = "update_view",
    params(("id" = SavedViewId, Path)), request_body = SavedViewPatch, security(("key" = ["settings:edit"])),
    responses((status = 200, body = SavedViewOut)))]
async fn update_view(
    db: Tenant<EditSettings>,
    Path(id): Path<SavedViewId>,
    Json(body): Json<SavedViewPatch>,
) -> web::Result<Json<SavedViewOut>> {
    let (keys, actor) = (db.keys().await?, db.actor());
    let who = actor.to_string();
    let owner = who.clone();
    let view = db
        .write(move |tx| {
            let draft = body.applied(sql::get(tx, &keys, id, &owner)?.draft);
            let mut errors = Errors::new();
            draft.check(&mut errors);
            errors.finish()?;
            let view = sql::update(tx, &keys, id, &draft, &owner)?;
            audit::record(tx, actor, "view.changed", id, &json!({}))?;
            Ok(view)
        })
        .await?;
    Ok(Json(SavedViewOut::of(view, &who)))
}

/// Remove a view: one's own, or one for everybody.
#[utoipa::path(delete, path = "/api/v1/views/{id}", operation_id = "delete_view",
    params(("id" = SavedViewId, Path)), security(("key" = ["settings:edit"])), responses((status = 204)))]
async fn delete_view(db: Tenant<EditSettings>, Path(id): Path<SavedViewId>) -> web::Result<NoContent> {
    let (keys, actor) = (db.keys().await?, db.actor());
    db.write(move |tx| {
        sql::delete(tx, &keys, id, &actor.to_string())?;
        audit::record(tx, actor, "view.deleted", id, &json!({})).map(drop)
    })
    .await?;
    Ok(NoContent)
}
