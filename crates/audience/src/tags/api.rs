//! Tags over HTTP.

use crate::contacts::JobStarted;
use crate::contacts::jobs::{self, Work};
use crate::contacts::select::Selection;
use crate::segments::{self, AudienceTerm, Rule};
use crate::tags::model::{Tag, parse_name};
use crate::tags::sql;
use kernel::ids::TagId;
use kernel::{Problem, Result};
use tenancy::audit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditContacts, ReadContacts};
use web::{Accepted, AppState, Created, Json, Page, PageParams, Paged, Path, Query, Tenant};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_tags, create_tag)).routes(routes!(update_tag, delete_tag))
}

/// A tag as shown.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
struct TagOut {
    id: TagId,
    name: String,
    /// Contacts that carry it; null unless counts were asked for.
    contacts: Option<u64>,
}

impl From<Tag> for TagOut {
    fn from(tag: Tag) -> Self {
        TagOut { id: tag.id, name: tag.name, contacts: None }
    }
}

/// What to tell of each tag.
#[derive(Clone, Default, Debug, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListParams {
    /// Count the contacts that carry it.
    #[serde(default)]
    counts: bool,
}

/// A tag's name.
#[derive(Clone, Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TagIn {
    /// 1 to 100 characters without commas.
    #[schema(min_length = 1, max_length = 100, example = "vip")]
    name: String,
}

impl TagIn {
    fn checked(&self) -> Result<String> {
        parse_name(&self.name)
            .map_err(|why| Problem::field("/name", "not_valid", format!("Not taken: {why}.")).into())
    }
}

/// The store's tags, in order of their making.
#[utoipa::path(get, path = "/api/v1/tags", operation_id = "list_tags", params(ListParams, PageParams),
    security(("key" = ["contacts:read"])), responses((status = 200, body = Page<TagOut>)))]
async fn list_tags(
    db: Tenant<ReadContacts>,
    Query(wanted): Query<ListParams>,
    paged: Paged,
) -> web::Result<Json<Page<TagOut>>> {
    let (after, fetch) = (paged.after.unwrap_or(0), paged.fetch());
    let tags = db.read(move |tx| sql::page(tx, after, fetch)).await?;
    let mut page = paged.page(tags, |t| t.no.into())?.map(TagOut::from);
    if wanted.counts {
        count(&db, &mut page.items).await?;
    }
    Ok(Json(page))
}

async fn count(db: &Tenant<ReadContacts>, tags: &mut [TagOut]) -> Result<()> {
    let carried = |tag: &TagOut| {
        segments::all_of(&[AudienceTerm::Tag(tag.name.clone())], "")
            .map(|rule| rule.unwrap_or_else(Rule::everybody))
    };
    let rules = tags.iter().map(carried).collect::<Result<Vec<Rule>>>()?;
    let counts = segments::count_each(db, &db.keys().await?, rules).await?;
    tags.iter_mut().zip(counts).for_each(|(tag, count)| tag.contacts = Some(count));
    Ok(())
}

/// Make a tag. Tags are also made by using them.
#[utoipa::path(post, path = "/api/v1/tags", operation_id = "create_tag", request_body = TagIn,
    security(("key" = ["contacts:edit"])), responses((status = 201, body = TagOut)))]
async fn create_tag(db: Tenant<EditContacts>, Json(body): Json<TagIn>) -> web::Result<Created<TagOut>> {
    let (name, actor) = (body.checked()?, db.actor());
    let tag = db
        .write(move |tx| {
            if sql::find(tx, &name)?.is_some() {
                return Err(Problem::conflict("There is a tag of this name.").into());
            }
            sql::ensure(tx, std::slice::from_ref(&name))?;
            let tag = sql::find(tx, &name)?.ok_or_else(|| Problem::not_found("tag"))?;
            audit::record(tx, actor, "tag.created", tag.id, &serde_json::json!({}))?;
            Ok(tag)
        })
        .await?;
    Ok(Created(tag.into()))
}

/// Rename a tag.
#[utoipa::path(patch, path = "/api/v1/tags/{id}", operation_id = "update_tag", request_body = TagIn,
    params(("id" = TagId, Path)), security(("key" = ["contacts:edit"])), responses((status = 200, body = TagOut)))]
async fn update_tag(
    db: Tenant<EditContacts>,
    Path(id): Path<TagId>,
    Json(body): Json<TagIn>,
) -> web::Result<Json<TagOut>> {
    let (name, actor) = (body.checked()?, db.actor());
    let tag = db
        .write(move |tx| {
            let tag = sql::rename(tx, id, &name)?;
            audit::record(tx, actor, "tag.renamed", id, &serde_json::json!({}))?;
            Ok(tag)
        })
        .await?;
    Ok(Json(tag.into()))
}

/// Remove a tag from all contacts and then from the store, in the background.
#[utoipa::path(delete, path = "/api/v1/tags/{id}", operation_id = "delete_tag", params(("id" = TagId, Path)),
    security(("key" = ["contacts:edit"])), responses((status = 202, body = JobStarted)))]
async fn delete_tag(db: Tenant<EditContacts>, Path(id): Path<TagId>) -> web::Result<Accepted<JobStarted>> {
    let actor = db.actor();
    let job = db
        .write(move |tx| {
            let work = Work::Untag { no: sql::get(tx, id)?.no, drop: true };
            jobs::enqueue(tx, work, (Selection::everybody(), None), actor)
        })
        .await?;
    db.db().signals().notify(store::queue::TOPIC);
    Ok(Accepted(JobStarted { job }))
}
