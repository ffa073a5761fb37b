//! What visitors did, over HTTP: the list, one contact's, names with their counts, refusals, and taking back who
//! somebody was said to be. How events come in belongs to the pages of a shop and stands elsewhere.

use super::model::{CallKind, NAME_MAX, RefusalReason};
use super::values::{self, PropertyValue};
use super::view::{self, EventOut, Wanted};
use super::{Refusal, sql};
use crate::contacts;
use kernel::ids::ContactId;
use kernel::{Problem, Timestamp};
use std::collections::BTreeMap;
use tenancy::audit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditContacts, ReadEvents};
use web::{AppState, Json, NoContent, Page, PageParams, Paged, Path, Query, Tenant};

/// Newest events that are looked at to know their properties.
const SAMPLED: usize = 100;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_events))
        .routes(routes!(list_contact_behaviour))
        .routes(routes!(list_event_names))
        .routes(routes!(list_event_properties))
        .routes(routes!(list_event_refusals))
        .routes(routes!(unlink_visitor))
}

/// Which events.
#[derive(Clone, Default, Debug, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EventFilter {
    /// Only this kind of call.
    kind: Option<CallKind>,
    /// Only events, pages or screens of this name.
    #[param(max_length = 200)]
    name: Option<String>,
}

fn checked_name(name: &str) -> Result<(), Problem> {
    match name.chars().count() > NAME_MAX {
        true => Err(Problem::field("?name", "too_long", "A name has at most 200 characters.")),
        false => Ok(()),
    }
}

/// Events of visitors, newest first. A page may be shorter than its limit although there is a next one: so many
/// others lay in between.
#[utoipa::path(get, path = "/api/v1/events", operation_id = "list_events", params(EventFilter, PageParams),
    security(("key" = ["events:read"])), responses((status = 200, body = Page<EventOut>)))]
async fn list_events(
    db: Tenant<ReadEvents>,
    Query(filter): Query<EventFilter>,
    paged: Paged,
) -> web::Result<Json<Page<EventOut>>> {
    filter.name.as_deref().map_or(Ok(()), checked_name)?;
    let wanted = Wanted { kind: filter.kind, name: filter.name };
    let (before, limit) = (paged.after.unwrap_or(i64::MAX), paged.limit as usize);
    let keys = db.keys().await?;
    let (items, next) = db.read(move |tx| view::list(tx, &keys, &wanted, before, limit)).await?;
    Ok(Json(paged.page_until(items, next)?))
}

/// What a contact did, newest first: as whichever visitor, also before it was known who it was.
#[utoipa::path(get, path = "/api/v1/contacts/{id}/behaviour", operation_id = "list_contact_behaviour",
    params(("id" = ContactId, Path), PageParams), security(("key" = ["events:read"])),
    responses((status = 200, body = Page<EventOut>)))]
async fn list_contact_behaviour(
    db: Tenant<ReadEvents>,
    Path(id): Path<ContactId>,
    paged: Paged,
) -> web::Result<Json<Page<EventOut>>> {
    let (before, fetch) = (paged.after.unwrap_or(i64::MAX), paged.fetch() as usize);
    let keys = db.keys().await?;
    let events = db
        .read(move |tx| {
            let contact = contacts::get_by_id(tx, id)?;
            view::of_contact(tx, &keys, contact.ordinal, before, fetch)
        })
        .await?;
    Ok(Json(paged.page(events, |e| e.position)?))
}

/// How many events there were of a name.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
struct EventNameOut {
    /// What was called.
    kind: CallKind,
    /// The name; empty if the call has none.
    name: String,
    /// How many there were, since the beginning.
    events: i64,
}

/// Names of events with their counts.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
struct EventNames {
    /// In order of the first event of each; at most 10,000.
    items: Vec<EventNameOut>,
}

/// Every name of an event that the store knows, and how many there were.
#[utoipa::path(get, path = "/api/v1/events/names", operation_id = "list_event_names",
    security(("key" = ["events:read"])), responses((status = 200, body = EventNames)))]
async fn list_event_names(db: Tenant<ReadEvents>) -> web::Result<Json<EventNames>> {
    let counts = db.read(sql::counts).await?;
    let items = counts.into_iter().map(|(kind, name, events)| EventNameOut { kind, name, events }).collect();
    Ok(Json(EventNames { items }))
}

/// Which events.
#[derive(Clone, Debug, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct NamedEvent {
    /// What was called.
    kind: CallKind,
    /// By this name.
    #[param(max_length = 200)]
    name: String,
}

/// A property that events have.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
struct PropertyOut {
    /// Names joined by dots; elements of a list have the list's own path.
    #[schema(example = "products.sku")]
    path: String,
    /// Some values are numbers.
    numbers: bool,
    /// Some values are texts, true or false.
    texts: bool,
}

/// Properties that events have, by path.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
struct EventProperties {
    items: Vec<PropertyOut>,
}

/// Which properties the newest hundred events of a name have: what conditions can ask about.
#[utoipa::path(get, path = "/api/v1/events/properties", operation_id = "list_event_properties",
    params(NamedEvent), security(("key" = ["events:read"])), responses((status = 200, body = EventProperties)))]
async fn list_event_properties(
    db: Tenant<ReadEvents>,
    Query(wanted): Query<NamedEvent>,
) -> web::Result<Json<EventProperties>> {
    checked_name(&wanted.name)?;
    let wanted = Wanted { kind: Some(wanted.kind), name: Some(wanted.name) };
    let keys = db.keys().await?;
    let (events, _) = db.read(move |tx| view::list(tx, &keys, &wanted, i64::MAX, SAMPLED)).await?;
    let mut found: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    for property in events.iter().filter_map(|e| e.document.as_ref()).flat_map(values::values) {
        let (numbers, texts) = found.entry(property.path).or_default();
        match property.value {
            PropertyValue::Number(_) => *numbers = true,
            PropertyValue::Text(_) => *texts = true,
        }
    }
    let item = |(path, (numbers, texts))| PropertyOut { path, numbers, texts };
    Ok(Json(EventProperties { items: found.into_iter().map(item).collect() }))
}

/// An event that was not taken. What it said is not kept.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
struct RefusalOut {
    /// Its number, rising.
    number: i64,
    /// When it came.
    at: Timestamp,
    /// What was called; empty if that could not be read.
    kind: String,
    /// Why it was not taken.
    reason: RefusalReason,
    /// What would be right.
    detail: &'static str,
}

impl From<Refusal> for RefusalOut {
    fn from(r: Refusal) -> Self {
        RefusalOut { number: r.no, at: r.at, kind: r.kind, reason: r.reason, detail: r.reason.sentence() }
    }
}

/// Events that were not taken, newest first; the last thousand.
#[utoipa::path(get, path = "/api/v1/events/refusals", operation_id = "list_event_refusals", params(PageParams),
    security(("key" = ["events:read"])), responses((status = 200, body = Page<RefusalOut>)))]
async fn list_event_refusals(db: Tenant<ReadEvents>, paged: Paged) -> web::Result<Json<Page<RefusalOut>>> {
    let (before, fetch) = (paged.after.unwrap_or(i64::MAX), paged.fetch());
    let rows = db.read(move |tx| sql::refusals(tx, before, fetch)).await?;
    Ok(Json(paged.page(rows, |r| r.no)?.map(RefusalOut::from)))
}

/// A visitor is not this contact after all: what they did is no longer the contact's.
#[utoipa::path(delete, path = "/api/v1/contacts/{id}/visitors/{visitor}", operation_id = "unlink_visitor",
    params(("id" = ContactId, Path), ("visitor" = i64, Path)), security(("key" = ["contacts:edit"])),
    responses((status = 204)))]
async fn unlink_visitor(
    db: Tenant<EditContacts>,
    Path((id, visitor)): Path<(ContactId, i64)>,
) -> web::Result<NoContent> {
    let actor = db.actor();
    db.write(move |tx| {
        contacts::sql::lock(tx)?;
        let contact = contacts::get_by_id(tx, id)?;
        if tx.execute(&sql::DELETE_LINK, store::params![visitor, contact.ordinal])? == 0 {
            return Err(Problem::not_found("visitor").into());
        }
        sql::tell_linked(tx, [visitor])?;
        audit::record(tx, actor, "contact.visitor_unlinked", id, &serde_json::json!({ "visitor": visitor }))?;
        Ok(())
    })
    .await?;
    Ok(NoContent)
}
