//! Contacts over HTTP.

use crate::consent::model::Channel;
use crate::consent::{StatusRequest, set_status};
use crate::contacts::acting::{grounds_of, options_of, origin_of};
use crate::contacts::draft::Draft;
use crate::contacts::input::{ConsentIn, ContactIn, ContactPatch, Fields, read_tags};
use crate::contacts::jobs::{self, Work};
use crate::contacts::listing::{self, Sort, Total};
use crate::contacts::model::{Facts, PersonalFields, TAGS_MAX};
use crate::contacts::select::{ChannelState, Selection};
use crate::contacts::view::{ContactOut, Dictionary, show, show_whole};
use crate::contacts::{self as contacts, StoredContact};
use crate::tags;
use kernel::ids::{ContactId, JobId, SegmentId};
use kernel::{Problem, Result, Timestamp};
use std::sync::Arc;
use store::{StoreKeys, Tx};
use tenancy::audit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditContacts, ReadContacts};
use web::{
    Accepted, Actor, AppState, Check, Created, Errors, IfMatch, Json, NoContent, Page, PageParams, Paged,
    Path, Query, Tagged, Tenant, Valid,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_contacts, create_contact))
        .routes(routes!(query_contacts))
        .routes(routes!(get_contact, update_contact, delete_contact))
        .routes(routes!(tag_contact))
        .routes(routes!(change_contacts))
}

/// Which contacts to list; all conditions must hold.
#[derive(Clone, Default, Debug, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListParams {
    /// An email address, a phone number, or a part of any personal field. `POST /api/v1/contacts/query`
    /// keeps it out of the address.
    #[param(max_length = 200)]
    search: Option<String>,
    /// Name of a tag.
    tag: Option<String>,
    /// Members of this segment.
    segment: Option<SegmentId>,
    /// The channel that `status` speaks of; email if absent.
    #[param(inline)]
    channel: Option<Channel>,
    /// State of the channel.
    #[param(inline)]
    status: Option<ChannelState>,
    /// Order: `created` oldest first, `-created` newest first (also if absent; a search always is).
    #[param(inline)]
    sort: Option<Sort>,
}

/// Which contacts to list, by whatever a rule can say; all conditions must hold.
#[derive(Clone, Default, Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
struct ContactQuery {
    /// An email address, a phone number, or a part of any personal field.
    #[schema(max_length = 200)]
    search: Option<String>,
    /// Name of a tag.
    tag: Option<String>,
    /// Members of this segment.
    segment: Option<SegmentId>,
    /// The channel that `status` speaks of; email if absent.
    channel: Option<Channel>,
    /// State of the channel.
    status: Option<ChannelState>,
    /// Contacts who satisfy a rule, as in a segment.
    #[schema(value_type = Option<Object>, example = json!({"condition": "everybody"}))]
    rule: Option<serde_json::Value>,
    /// Order: `created` oldest first, `-created` newest first (also if absent; a search always is).
    sort: Option<Sort>,
}

/// A page of contacts.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct ContactPage {
    /// The contacts.
    items: Vec<ContactOut>,
    /// Cursor of the next page, or null.
    next: Option<String>,
    /// On all pages together; null if a search would have to look through everything to know.
    total: Option<Total>,
}

fn open(tx: &mut Tx<'_>, keys: &StoreKeys, contact: &StoredContact) -> Result<ContactOut> {
    Ok(show_whole(contact, &contact.open(keys)?, &Dictionary::load(tx)?))
}

/// Contacts, newest first, and how many there are.
///
/// With `search`, an exact email address or phone number is found at once; anything else is looked for
/// in the personal fields, which are decrypted for it: a page may come back short with a `next`.
#[utoipa::path(get, path = "/api/v1/contacts", operation_id = "list_contacts", params(ListParams, PageParams),
    security(("key" = ["contacts:read"])), responses((status = 200, body = ContactPage)))]
async fn list_contacts(
    db: Tenant<ReadContacts>,
    Query(wanted): Query<ListParams>,
    paged: Paged<u32>,
) -> web::Result<Json<ContactPage>> {
    let ListParams { search, tag, segment, channel, status, sort } = wanted;
    let select = Selection { search, tag, segment, channel, status, ..Selection::default() };
    page(&db, select, sort.unwrap_or_default(), &paged, "?").await
}

/// Contacts by whatever a rule can say, as a page with their number.
///
/// The same as the list, with the conditions in the body: rules do not fit an address, and what is
/// searched for does not belong into one.
#[utoipa::path(post, path = "/api/v1/contacts/query", operation_id = "query_contacts", request_body = ContactQuery,
    params(PageParams), security(("key" = ["contacts:read"])), responses((status = 200, body = ContactPage)),
    extensions(("x-policy" = json!(["P-163"]))))]
async fn query_contacts(
    db: Tenant<ReadContacts>,
    paged: Paged<u32>,
    Json(wanted): Json<ContactQuery>,
) -> web::Result<Json<ContactPage>> {
    let ContactQuery { search, tag, segment, channel, status, rule, sort } = wanted;
    let select = Selection { search, tag, segment, channel, status, rule, ..Selection::default() };
    page(&db, select, sort.unwrap_or_default(), &paged, "/").await
}

async fn page(
    db: &Tenant<ReadContacts>,
    select: Selection,
    sort: Sort,
    paged: &Paged<u32>,
    at: &'static str,
) -> web::Result<Json<ContactPage>> {
    let mut errors = Errors::new();
    select.check_limits(at, &mut errors);
    errors.finish()?;
    let checked = select.clone();
    let dictionary = db
        .read(move |tx| {
            checked.check_names(tx, at)?;
            Dictionary::load(tx)
        })
        .await?;
    let keys = db.keys().await?;
    let found = listing::list(db, &keys, &select, sort, paged.after, paged.limit as usize).await?;
    let items = found.contacts.iter().map(|(contact, fields)| show(contact, fields, &dictionary)).collect();
    let Page { items, next } = paged.page_until(items, found.next)?;
    Ok(Json(ContactPage { items, next, total: found.total }))
}

/// Make a contact.
///
/// 409 if the email address, phone number or external id belongs to a contact already.
#[utoipa::path(post, path = "/api/v1/contacts", operation_id = "create_contact", request_body = ContactIn,
    security(("key" = ["contacts:edit"])), responses((status = 201, body = ContactOut)))]
async fn create_contact(
    db: Tenant<EditContacts>,
    Json(body): Json<ContactIn>,
) -> web::Result<Created<ContactOut>> {
    let (keys, actor, ip) = (db.keys().await?, db.actor(), db.ip().to_string());
    let made = db.write(move |tx| create(tx, &keys, actor, ip, body)).await?;
    Ok(Created(made))
}

fn create(
    tx: &mut Tx<'_>,
    keys: &Arc<StoreKeys>,
    actor: Actor,
    ip: String,
    body: ContactIn,
) -> Result<ContactOut> {
    let consent = body.consent.clone();
    let draft = draft(tx, body)?;
    let made = contacts::create(tx, keys, draft, &options_of(actor, tx.now()))?;
    for request in consent.map(|c| requests(c, actor, ip, tx.now())).unwrap_or_default() {
        set_status(tx, keys, made.id, &request)?;
    }
    audit::record(tx, actor, "contact.created", made.id, &serde_json::json!({}))?;
    let made = contacts::get_by_id(tx, made.id)?;
    open(tx, keys, &made)
}

fn draft(tx: &mut Tx<'_>, body: ContactIn) -> Result<Draft> {
    let dictionary = Dictionary::load(tx)?;
    let mut errors = Errors::new();
    if let Some(consent) = &body.consent {
        consent.check(&mut errors);
    }
    let fields = Fields::read(body.into(), &dictionary, &mut errors);
    let mut personal = PersonalFields::default();
    let mut facts = Facts::new(tx.now(), origin_of(Actor::System));
    fields.apply(&mut personal, &mut facts);
    if personal.email.is_none()
        && personal.phone.is_none()
        && personal.external_ids.is_empty()
        && errors.is_empty()
    {
        errors.add("/email", "required", "A contact has an email address, a phone number or an external id.");
    }
    errors.finish()?;
    Ok(Draft {
        tags: tags::sql::ensure(tx, &fields.tags.unwrap_or_default())?,
        personal,
        country: facts.country,
        language: facts.language,
        time_zone: facts.time_zone,
        gender: facts.gender,
        attributes: facts.attributes,
        ..Draft::default()
    })
}

fn requests(consent: ConsentIn, actor: Actor, ip: String, now: Timestamp) -> Vec<StatusRequest> {
    let mut grounds = grounds_of(actor, consent.at.unwrap_or(now).min(now));
    grounds.wording = consent.wording;
    grounds.wording_version = consent.wording_version;
    [(Channel::Email, consent.email), (Channel::Sms, consent.sms), (Channel::Push, consent.push)]
        .into_iter()
        .filter_map(|(channel, status)| {
            Some(StatusRequest {
                channel,
                status: status?,
                grounds: grounds.clone(),
                ip: Some(ip.clone()),
                proof: consent.proof.clone(),
            })
        })
        .collect()
}

/// One contact.
#[utoipa::path(get, path = "/api/v1/contacts/{id}", operation_id = "get_contact", params(("id" = ContactId, Path)),
    security(("key" = ["contacts:read"])), responses((status = 200, body = ContactOut)))]
async fn get_contact(db: Tenant<ReadContacts>, Path(id): Path<ContactId>) -> web::Result<Tagged<ContactOut>> {
    let keys = db.keys().await?;
    let shown = db
        .read(move |tx| {
            let contact = contacts::get_by_id(tx, id)?;
            open(tx, &keys, &contact)
        })
        .await?;
    Ok(Tagged(shown.version, shown))
}

/// Change a contact. An absent field stays, null removes it.
#[utoipa::path(patch, path = "/api/v1/contacts/{id}", operation_id = "update_contact", request_body = ContactPatch,
    params(("id" = ContactId, Path), ("If-Match" = Option<String>, Header, description = "version as in ETag")),
    security(("key" = ["contacts:edit"])), responses((status = 200, body = ContactOut)))]
async fn update_contact(
    db: Tenant<EditContacts>,
    Path(id): Path<ContactId>,
    condition: IfMatch,
    Json(body): Json<ContactPatch>,
) -> web::Result<Tagged<ContactOut>> {
    let (keys, actor) = (db.keys().await?, db.actor());
    let changed = db
        .write(move |tx| {
            contacts::sql::lock(tx)?;
            condition.check(contacts::get_by_id(tx, id)?.version)?;
            update(tx, &keys, actor, id, body)
        })
        .await?;
    Ok(Tagged(changed.version, changed))
}

fn update(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    actor: Actor,
    id: ContactId,
    body: ContactPatch,
) -> Result<ContactOut> {
    let mut errors = Errors::new();
    let fields = Fields::read(body, &Dictionary::load(tx)?, &mut errors);
    errors.finish()?;
    let wanted = fields.tags.as_ref().map(|names| tags::sql::ensure(tx, names)).transpose()?;
    let contact = contacts::update(tx, keys, id.into(), &grounds_of(actor, tx.now()), |personal, facts| {
        fields.apply(personal, facts);
        if let Some(wanted) = &wanted {
            facts.tags.retain(|t| wanted.contains(&t.tag));
            add_tags(facts, wanted, actor)?;
        }
        Ok(())
    })?;
    audit::record(tx, actor, "contact.changed", id, &serde_json::json!({}))?;
    open(tx, keys, &contact)
}

fn add_tags(facts: &mut Facts, numbers: &[u32], actor: Actor) -> Result<()> {
    for tag in numbers {
        if !facts.add_tag(*tag, origin_of(actor)) && !facts.has_tag(*tag) {
            return Err(Problem::field(
                "/add",
                "too_many",
                format!("A contact has at most {TAGS_MAX} tags."),
            )
            .into());
        }
    }
    Ok(())
}

/// Erase a contact.
///
/// Everything that says who it was is destroyed for good. Who had unsubscribed or was suppressed stays
/// so, by a keyed hash of the address.
#[utoipa::path(delete, path = "/api/v1/contacts/{id}", operation_id = "delete_contact", params(("id" = ContactId, Path)),
    security(("key" = ["contacts:edit"])), responses((status = 204)))]
async fn delete_contact(db: Tenant<EditContacts>, Path(id): Path<ContactId>) -> web::Result<NoContent> {
    let actor = db.actor();
    db.write(move |tx| {
        let contact = contacts::get_by_id(tx, id)?;
        contacts::erase(tx, &[contact.ordinal], &grounds_of(actor, tx.now()))?;
        audit::record(tx, actor, "contact.erased", id, &serde_json::json!({}))
    })
    .await?;
    Ok(NoContent)
}

/// Tags to add and remove.
#[derive(Clone, Default, Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
struct TagChange {
    /// Names to add; unknown ones are made.
    add: Vec<String>,
    /// Names to remove.
    remove: Vec<String>,
}

/// Add tags to a contact and remove others.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/tags", operation_id = "tag_contact", request_body = TagChange,
    params(("id" = ContactId, Path)), security(("key" = ["contacts:edit"])),
    responses((status = 200, body = ContactOut)))]
async fn tag_contact(
    db: Tenant<EditContacts>,
    Path(id): Path<ContactId>,
    Json(body): Json<TagChange>,
) -> web::Result<Tagged<ContactOut>> {
    let mut errors = Errors::new();
    let add = read_tags(&body.add, "/add", &mut errors);
    let remove = read_tags(&body.remove, "/remove", &mut errors);
    errors.finish()?;
    let (keys, actor) = (db.keys().await?, db.actor());
    let shown = db
        .write(move |tx| {
            contacts::sql::lock(tx)?;
            contacts::get_by_id(tx, id)?;
            let add = tags::sql::ensure(tx, &add)?;
            let mut gone = Vec::new();
            for name in &remove {
                gone.extend(tags::sql::find(tx, name)?.map(|t| t.no));
            }
            let contact =
                contacts::update(tx, &keys, id.into(), &grounds_of(actor, tx.now()), |_, facts| {
                    facts.tags.retain(|t| !gone.contains(&t.tag));
                    add_tags(facts, &add, actor)
                })?;
            let details = serde_json::json!({ "added": add.len(), "removed": gone.len() });
            audit::record(tx, actor, "contact.tagged", id, &details)?;
            open(tx, &keys, &contact)
        })
        .await?;
    Ok(Tagged(shown.version, shown))
}

/// What to do with the chosen contacts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum BulkAction {
    /// Erase them for good.
    Delete,
    /// Put their address on the suppression list.
    Suppress,
    /// Add a tag.
    Tag,
    /// Unsubscribe them.
    Unsubscribe,
    /// Remove a tag.
    Untag,
}

/// One thing to do with many contacts.
#[derive(Clone, Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct BulkIn {
    /// What to do.
    action: BulkAction,
    /// The tag, for `tag` and `untag`.
    tag: Option<String>,
    /// The channel, for `suppress` and `unsubscribe`; email if absent.
    channel: Option<Channel>,
    /// Which contacts.
    select: Selection,
}

impl Check for BulkIn {
    fn check(&self, errors: &mut Errors) {
        self.select.check(errors);
        let wants_tag = matches!(self.action, BulkAction::Tag | BulkAction::Untag);
        match (&self.tag, wants_tag) {
            (Some(name), true) => drop(read_tags(std::slice::from_ref(name), "/tag", errors)),
            (None, true) => drop(errors.add("/tag", "required", "Say which tag.")),
            (Some(_), false) => drop(errors.add("/tag", "unexpected", "Only tag and untag take a tag.")),
            (None, false) => {}
        }
    }
}

/// Work that goes on in the background.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct JobStarted {
    /// Watch it at `/api/v1/jobs/{id}`.
    pub job: JobId,
}

/// Tag, untag, suppress, unsubscribe or erase many contacts, in the background.
#[utoipa::path(post, path = "/api/v1/contacts/bulk", operation_id = "change_contacts", request_body = BulkIn,
    security(("key" = ["contacts:edit"])), responses((status = 202, body = JobStarted)))]
async fn change_contacts(
    db: Tenant<EditContacts>,
    Valid(body): Valid<BulkIn>,
) -> web::Result<Accepted<JobStarted>> {
    let (keys, actor) = (db.keys().await?, db.actor());
    let job = db
        .write(move |tx| {
            let work = work(tx, &body)?;
            body.select.check_names(tx, "/select/")?;
            jobs::enqueue(tx, work, body.select.sealed(&keys)?, actor)
        })
        .await?;
    db.db().signals().notify(store::queue::TOPIC);
    Ok(Accepted(JobStarted { job }))
}

fn work(tx: &mut Tx<'_>, body: &BulkIn) -> Result<Work> {
    let channel = body.channel.unwrap_or(Channel::Email);
    let name = body.tag.as_deref().unwrap_or_default().trim().to_owned();
    Ok(match body.action {
        BulkAction::Delete => Work::Delete,
        BulkAction::Suppress => Work::Suppress { channel },
        BulkAction::Unsubscribe => Work::Unsubscribe { channel },
        BulkAction::Tag => Work::Tag { no: tags::sql::ensure(tx, &[name])?[0] },
        BulkAction::Untag => {
            let found = tags::sql::find(tx, &name)?;
            let tag = found
                .ok_or_else(|| Problem::field("/tag", "unknown_tag", "There is no tag of this name."))?;
            Work::Untag { no: tag.no, drop: false }
        }
    })
}
