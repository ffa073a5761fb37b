//! Definitions of custom attributes over HTTP.

use crate::attributes::model::{AttributeClass, AttributeType, Definition};
use crate::attributes::sql::{self, NewDefinition};
use crate::contacts::JobStarted;
use crate::contacts::jobs::{self, Work};
use crate::contacts::select::Selection;
use kernel::Timestamp;
use kernel::ids::AttributeId;
use tenancy::audit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditContacts, ReadContacts};
use web::{Accepted, AppState, Check, Created, Errors, Json, Page, Path, Tenant, Valid};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_attributes, create_attribute)).routes(routes!(
        get_attribute,
        update_attribute,
        delete_attribute
    ))
}

/// An attribute as shown.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
struct AttributeOut {
    id: AttributeId,
    /// Name in templates, rules and files.
    #[schema(example = "shoe_size")]
    name: String,
    /// Name for people.
    label: String,
    #[serde(rename = "type")]
    kind: AttributeType,
    class: AttributeClass,
    /// What it is needed for.
    purpose: String,
    created_at: Timestamp,
}

impl From<Definition> for AttributeOut {
    fn from(d: Definition) -> Self {
        AttributeOut {
            id: d.id,
            name: d.name,
            label: d.label,
            kind: d.kind,
            class: d.class,
            purpose: d.purpose,
            created_at: d.created_at,
        }
    }
}

/// A new attribute.
#[derive(Clone, Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct AttributeIn {
    /// Name in templates, rules and files: 1 to 64 of a-z, 0-9 and _.
    #[schema(example = "shoe_size", pattern = "^[a-z0-9_]{1,64}$")]
    name: String,
    /// Name for people; the name if absent.
    #[schema(max_length = 100)]
    label: Option<String>,
    /// Type of its values; can't be changed later.
    #[serde(rename = "type")]
    kind: AttributeType,
    /// Where its values live; can't be changed later. Personal ones are sealed and slow in segments.
    class: AttributeClass,
    /// What you need it for.
    #[schema(min_length = 1, max_length = 500)]
    purpose: String,
}

impl Check for AttributeIn {
    fn check(&self, errors: &mut Errors) {
        errors.line("/purpose", &self.purpose, 1..=500);
        if let Some(label) = &self.label {
            errors.line("/label", label, 1..=100);
        }
    }
}

/// Changes to an attribute.
#[derive(Clone, Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct AttributePatch {
    /// Name for people.
    #[schema(max_length = 100)]
    label: Option<String>,
    /// What you need it for.
    #[schema(min_length = 1, max_length = 500)]
    purpose: Option<String>,
}

impl Check for AttributePatch {
    fn check(&self, errors: &mut Errors) {
        if let Some(purpose) = &self.purpose {
            errors.line("/purpose", purpose, 1..=500);
        }
        if let Some(label) = &self.label {
            errors.line("/label", label, 1..=100);
        }
    }
}

/// The store's custom attributes, in order of their making; at most 500, on one page.
#[utoipa::path(get, path = "/api/v1/attributes", operation_id = "list_attributes",
    security(("key" = ["contacts:read"])), responses((status = 200, body = Page<AttributeOut>)))]
async fn list_attributes(db: Tenant<ReadContacts>) -> web::Result<Json<Page<AttributeOut>>> {
    let items = db.read(sql::list).await?.into_iter().map(AttributeOut::from).collect();
    Ok(Json(Page { items, next: None }))
}

/// Define an attribute.
///
/// Names that speak of health, biometrics, beliefs, identity papers or payment cards are refused.
#[utoipa::path(post, path = "/api/v1/attributes", operation_id = "create_attribute", request_body = AttributeIn,
    security(("key" = ["contacts:edit"])), responses((status = 201, body = AttributeOut)))]
async fn create_attribute(
    db: Tenant<EditContacts>,
    Valid(body): Valid<AttributeIn>,
) -> web::Result<Created<AttributeOut>> {
    let actor = db.actor();
    let made = db
        .write(move |tx| {
            let label = body.label.unwrap_or_else(|| body.name.clone());
            let AttributeIn { name, kind, class, purpose, .. } = body;
            let made = sql::create(tx, &NewDefinition { name, label, kind, class, purpose })?;
            audit::record(
                tx,
                actor,
                "attribute.created",
                made.id,
                &serde_json::json!({ "name": &made.name }),
            )?;
            Ok(made)
        })
        .await?;
    Ok(Created(made.into()))
}

/// One attribute.
#[utoipa::path(get, path = "/api/v1/attributes/{id}", operation_id = "get_attribute",
    params(("id" = AttributeId, Path)), security(("key" = ["contacts:read"])),
    responses((status = 200, body = AttributeOut)))]
async fn get_attribute(
    db: Tenant<ReadContacts>,
    Path(id): Path<AttributeId>,
) -> web::Result<Json<AttributeOut>> {
    Ok(Json(db.read(move |tx| sql::get(tx, id)).await?.into()))
}

/// Change label or purpose of an attribute.
#[utoipa::path(patch, path = "/api/v1/attributes/{id}", operation_id = "update_attribute",
    request_body = AttributePatch, params(("id" = AttributeId, Path)), security(("key" = ["contacts:edit"])),
    responses((status = 200, body = AttributeOut)))]
async fn update_attribute(
    db: Tenant<EditContacts>,
    Path(id): Path<AttributeId>,
    Valid(body): Valid<AttributePatch>,
) -> web::Result<Json<AttributeOut>> {
    let actor = db.actor();
    let changed = db
        .write(move |tx| {
            let known = sql::get(tx, id)?;
            let label = body.label.unwrap_or(known.label);
            let purpose = body.purpose.unwrap_or(known.purpose);
            audit::record(tx, actor, "attribute.changed", id, &serde_json::json!({}))?;
            sql::update(tx, id, &label, &purpose)
        })
        .await?;
    Ok(Json(changed.into()))
}

/// Remove an attribute from all contacts and then its definition, in the background.
#[utoipa::path(delete, path = "/api/v1/attributes/{id}", operation_id = "delete_attribute",
    params(("id" = AttributeId, Path)), security(("key" = ["contacts:edit"])),
    responses((status = 202, body = JobStarted)))]
async fn delete_attribute(
    db: Tenant<EditContacts>,
    Path(id): Path<AttributeId>,
) -> web::Result<Accepted<JobStarted>> {
    let actor = db.actor();
    let job = db
        .write(move |tx| {
            let work = Work::DropAttribute { no: sql::get(tx, id)?.no, id };
            jobs::enqueue(tx, work, (Selection::everybody(), None), actor)
        })
        .await?;
    db.db().signals().notify(store::queue::TOPIC);
    Ok(Accepted(JobStarted { job }))
}
