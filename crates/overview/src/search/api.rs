//! The box over HTTP.

use audience::contacts::{self, PersonalFields, StoredContact};
use audience::segments::saved;
use audience::tags;
use automation::campaigns::State;
use automation::campaigns::brief::{self, Filter};
use kernel::{EmailAddress, Problem};
use messaging::templates;
use serde::{Deserialize, Serialize};
use store::{StoreKeys, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{ReadCampaigns, ReadContacts, ReadSegments, ReadTemplates};
use web::{AppState, Json, Query, Rights, Tenant};

/// Longest text, in characters.
const TEXT_MAX: usize = 200;
/// Most things found.
const FOUND_MAX: usize = 20;
/// Most of one kind.
const KIND_MAX: usize = 8;
/// Most things of a kind whose names are looked at, newest first.
const LOOK_MAX: i64 = 5_000;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(search_store))
}

/// What is looked for.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SearchParams {
    /// An id, an exact email address or phone number, or a part of a name.
    #[param(min_length = 1, max_length = 200)]
    q: String,
}

/// What kind of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum FoundKind {
    Contact,
    Campaign,
    Segment,
    Template,
    Tag,
}

/// A thing that was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct FoundItem {
    kind: FoundKind,
    /// Its id.
    id: String,
    /// Its name.
    title: String,
    /// What else helps to know it again: the state of a campaign, the address of a contact.
    detail: Option<String>,
}

/// What was found, at most 20.
#[derive(Serialize, ToSchema)]
struct FoundOut {
    items: Vec<FoundItem>,
}

/// Find a thing by its id, a contact by exact address or number, or anything by a part of its name.
#[utoipa::path(get, path = "/api/v1/search", operation_id = "search_store", params(SearchParams),
    security(("key" = ["campaigns:read"])), responses((status = 200, body = FoundOut)))]
async fn search_store(
    db: Tenant<ReadCampaigns>,
    Query(wanted): Query<SearchParams>,
) -> web::Result<Json<FoundOut>> {
    let text = wanted.q.trim().to_owned();
    if text.is_empty() || text.chars().count() > TEXT_MAX {
        let detail = format!("1 to {TEXT_MAX} characters.");
        return Err(Problem::field("?q", "length", detail).into());
    }
    let (keys, rights) = (db.keys().await?, db.rights());
    let items = db.read(move |tx| search(tx, &keys, rights, &text)).await?;
    Ok(Json(FoundOut { items }))
}

fn search(tx: &mut Tx<'_>, keys: &StoreKeys, rights: Rights, text: &str) -> kernel::Result<Vec<FoundItem>> {
    let needle = text.to_lowercase();
    let mut found = Vec::new();
    if rights.has::<ReadContacts>() {
        found.extend(contact(tx, keys, text)?);
    }
    found.extend(campaigns(tx, text, &needle)?);
    if rights.has::<ReadSegments>() {
        found.extend(segments(tx, text, &needle)?);
    }
    if rights.has::<ReadTemplates>() {
        found.extend(named_templates(tx, text, &needle)?);
    }
    if rights.has::<ReadContacts>() {
        found.extend(named_tags(tx, text, &needle)?);
    }
    found.truncate(FOUND_MAX);
    Ok(found)
}

/// A thing is meant if the text is its id or a part of its name.
fn is_meant(id: &impl ToString, name: &str, text: &str, needle: &str) -> bool {
    name.to_lowercase().contains(needle) || id.to_string() == text
}

fn contact(tx: &mut Tx<'_>, keys: &StoreKeys, text: &str) -> kernel::Result<Option<FoundItem>> {
    let stored = if let Ok(id) = text.parse() {
        contacts::find_by_id(tx, id)?
    } else if let Ok(email) = EmailAddress::parse(text) {
        contacts::find_by_email(tx, keys, email.as_str())?
    } else if let Ok(number) = contacts::phone::parse(text, None) {
        contacts::find_by_phone(tx, keys, &number)?
    } else {
        None
    };
    let Some(stored) = stored else { return Ok(None) };
    let personal = stored.open(keys)?;
    Ok(Some(shown(&stored, personal)))
}

fn shown(stored: &StoredContact, personal: PersonalFields) -> FoundItem {
    let names = [personal.first_name, personal.last_name];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let address = personal.email.or(personal.phone);
    let (title, detail) = match (name.is_empty(), address) {
        (false, address) => (name, address),
        (true, Some(address)) => (address, None),
        (true, None) => (stored.id.to_string(), None),
    };
    FoundItem { kind: FoundKind::Contact, id: stored.id.to_string(), title, detail }
}

fn campaigns(tx: &mut Tx<'_>, text: &str, needle: &str) -> kernel::Result<Vec<FoundItem>> {
    let item = |id: String, name: String, state: State| FoundItem {
        kind: FoundKind::Campaign,
        id,
        title: name,
        detail: Some(state.word().to_owned()),
    };
    if let Ok(id) = text.parse() {
        let found = automation::campaigns::find(tx, id)?;
        return Ok(found.map(|c| item(c.id.to_string(), c.name, c.state)).into_iter().collect());
    }
    let filter = Filter { archived: true, search: needle.to_owned(), ..Filter::default() };
    let (found, _) = brief::list(tx, &filter, i64::MAX, KIND_MAX)?;
    Ok(found.into_iter().map(|c| item(c.id.to_string(), c.name, c.state)).collect())
}

fn segments(tx: &mut Tx<'_>, text: &str, needle: &str) -> kernel::Result<Vec<FoundItem>> {
    let all = saved::list_names(tx, LOOK_MAX)?;
    let meant = all.into_iter().filter(|s| is_meant(&s.id, &s.name, text, needle)).take(KIND_MAX);
    let item = |s: saved::SegmentName| {
        let detail = Some(s.description).filter(|d| !d.is_empty());
        FoundItem { kind: FoundKind::Segment, id: s.id.to_string(), title: s.name, detail }
    };
    Ok(meant.map(item).collect())
}

fn named_templates(tx: &mut Tx<'_>, text: &str, needle: &str) -> kernel::Result<Vec<FoundItem>> {
    let all = templates::sql::list_templates(tx, i64::MAX, LOOK_MAX)?;
    let meant = all.into_iter().filter(|t| is_meant(&t.id, &t.name, text, needle)).take(KIND_MAX);
    let item = |t: templates::sql::TemplateRow| {
        let detail = Some(t.subject).filter(|s| !s.is_empty());
        FoundItem { kind: FoundKind::Template, id: t.id.to_string(), title: t.name, detail }
    };
    Ok(meant.map(item).collect())
}

fn named_tags(tx: &mut Tx<'_>, text: &str, needle: &str) -> kernel::Result<Vec<FoundItem>> {
    let all = tags::sql::page(tx, -1, LOOK_MAX)?;
    let meant = all.into_iter().filter(|t| is_meant(&t.id, &t.name, text, needle)).take(KIND_MAX);
    let item = |t: tags::model::Tag| FoundItem {
        kind: FoundKind::Tag,
        id: t.id.to_string(),
        title: t.name,
        detail: None,
    };
    Ok(meant.map(item).collect())
}
