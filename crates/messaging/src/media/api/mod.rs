//! The media library over HTTP.

mod crop;
mod upload;

use super::formats::Cleaned;
use super::model::{
    ALT_MAX, ATTESTATION, ATTESTATION_VERSION, Item, Kind, NAME_MAX, Place, PlaceSource, REFERENCE_MAX, Words,
};
use super::sql::{self, NewItem};
use super::{MediaSettings, files, public, take};
use axum::extract::State;
use kernel::ids::MediaId;
use kernel::{OrFault, Problem, Result, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::StoreKeys;
use tenancy::audit;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditTemplates, ReadTemplates};
use web::{
    AppState, Change, Check, Errors, Json, NoContent, Page, PageParams, Paged, Path, Query, Right, Tenant,
    Valid,
};

pub(super) use upload::streams;

/// Items looked through at once while a name is searched for.
const LOOK: i64 = 500;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_media))
        .routes(routes!(get_media_usage))
        .routes(routes!(get_media, update_media, delete_media))
        .merge(crop::routes())
}

/// An item of the library as shown.
#[derive(Debug, Serialize, ToSchema)]
struct MediaOut {
    id: MediaId,
    name: String,
    kind: Kind,
    #[schema(example = "image/jpeg")]
    content_type: String,
    /// Bytes of the public copy.
    bytes: i64,
    /// Pixels, for pictures and video.
    width: Option<i64>,
    height: Option<i64>,
    /// What it shows, for those who do not see it.
    alt: String,
    /// Public address; null while it names somebody without a consent (P-036).
    url: Option<String>,
    /// Address of a small picture of it, for pictures.
    thumbnail_url: Option<String>,
    /// When it was made, if known.
    captured_at: Option<Timestamp>,
    /// Where it was made, if that was allowed.
    place: Option<Place>,
    uploaded_at: Timestamp,
    /// Who uploaded it.
    uploaded_by: String,
    /// True if its words or its text may say who somebody is.
    contains_personal: bool,
    /// Where the consent of the persons in it is kept.
    consent_reference: Option<String>,
    /// Why something that was sent along was left out: `place_not_allowed`, `location_permission_off`.
    omitted: Vec<&'static str>,
}

/// Shows items.
struct Shown<'a> {
    state: &'a AppState,
    keys: &'a StoreKeys,
    store: kernel::ids::StoreId,
}

impl Shown<'_> {
    fn of(&self, item: Item, omitted: Vec<&'static str>) -> MediaOut {
        let address = |small: bool| self.state.absolute(&public::path(self.keys, self.store, &item, small));
        MediaOut {
            url: item.is_public().then(|| address(false)),
            thumbnail_url: (item.is_public() && item.has_thumbnail).then(|| address(true)),
            contains_personal: item.contains_personal(),
            id: item.id,
            name: item.words.name,
            kind: item.kind,
            content_type: item.content_type,
            bytes: item.bytes,
            width: item.width,
            height: item.height,
            alt: item.words.alt,
            captured_at: item.captured_at,
            place: item.words.place,
            uploaded_at: item.uploaded_at,
            uploaded_by: item.uploaded_by,
            consent_reference: item.words.consent_reference,
            omitted,
        }
    }
}

async fn shown<R: Right>(
    db: &Tenant<R>,
    state: &AppState,
    item: Item,
    omitted: Vec<&'static str>,
) -> Result<MediaOut> {
    let keys = db.keys().await?;
    Ok(Shown { state, keys: &keys, store: db.store() }.of(item, omitted))
}

/// Which items to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListParams {
    /// A part of the name or the alternative text.
    #[param(max_length = 200)]
    search: Option<String>,
    /// Only of this kind.
    #[param(inline)]
    kind: Option<Kind>,
}

/// The media library, newest first.
#[utoipa::path(get, path = "/api/v1/media", operation_id = "list_media", params(ListParams, PageParams),
    security(("key" = ["templates:read"])), responses((status = 200, body = Page<MediaOut>)),
    extensions(("x-policy" = json!(["P-032"]))))]
async fn list_media(
    db: Tenant<ReadTemplates>,
    State(state): State<AppState>,
    Query(wanted): Query<ListParams>,
    paged: Paged,
) -> web::Result<Json<Page<MediaOut>>> {
    let needle = wanted.search.unwrap_or_default().trim().to_lowercase();
    if needle.chars().count() > NAME_MAX {
        return Err(Problem::field("?search", "too_long", "At most 200 characters.").into());
    }
    let fits = move |item: &Item| {
        wanted.kind.is_none_or(|kind| item.kind == kind)
            && (item.words.name.to_lowercase().contains(&needle)
                || item.words.alt.to_lowercase().contains(&needle))
    };
    let (keys, mut before, fetch) = (db.keys().await?, paged.after.unwrap_or(i64::MAX), paged.fetch());
    let by = keys.clone();
    let found = db
        .read(move |tx| {
            let mut found: Vec<Item> = Vec::new();
            while (found.len() as i64) < fetch {
                let some = sql::list(tx, &by, before, LOOK)?;
                let Some(last) = some.last() else { break };
                before = last.id.0;
                found.extend(some.into_iter().filter(&fits));
            }
            Ok(found)
        })
        .await?;
    let show = Shown { state: &state, keys: &keys, store: db.store() };
    Ok(Json(paged.page(found, |item| item.id.0)?.map(|item| show.of(item, Vec::new()))))
}

/// How much room the library takes, and what is stated with every upload.
#[derive(Debug, Serialize, ToSchema)]
struct MediaUsageOut {
    items: i64,
    /// Bytes of all files.
    bytes: i64,
    /// Most bytes.
    quota_bytes: u64,
    /// To be given with every upload.
    attestation: AttestationOut,
}

/// The statement that goes with every upload (P-036).
#[derive(Debug, Serialize, ToSchema)]
struct AttestationOut {
    /// To be given in the field `attestation`.
    version: &'static str,
    text: &'static str,
}

/// Room taken and left, and the statement that goes with every upload.
#[utoipa::path(get, path = "/api/v1/media/usage", operation_id = "get_media_usage",
    security(("key" = ["templates:read"])), responses((status = 200, body = MediaUsageOut)),
    extensions(("x-policy" = json!(["P-036"]))))]
async fn get_media_usage(
    db: Tenant<ReadTemplates>,
    State(state): State<AppState>,
) -> web::Result<Json<MediaUsageOut>> {
    let (items, bytes) = db.read(sql::usage).await?;
    Ok(Json(MediaUsageOut {
        items,
        bytes,
        quota_bytes: state.service::<MediaSettings>().quota_bytes,
        attestation: AttestationOut { version: ATTESTATION_VERSION, text: ATTESTATION },
    }))
}

/// One item.
#[utoipa::path(get, path = "/api/v1/media/{id}", operation_id = "get_media", params(("id" = MediaId, Path)),
    security(("key" = ["templates:read"])), responses((status = 200, body = MediaOut)),
    extensions(("x-policy" = json!(["P-032"]))))]
async fn get_media(
    db: Tenant<ReadTemplates>,
    State(state): State<AppState>,
    Path(id): Path<MediaId>,
) -> web::Result<Json<MediaOut>> {
    let keys = db.keys().await?;
    let item = db.read(move |tx| sql::get(tx, &keys, id)).await?;
    Ok(Json(shown(&db, &state, item, Vec::new()).await?))
}

fn check_words(errors: &mut Errors, name: Option<&str>, alt: Option<&str>, reference: Option<&str>) {
    if let Some(name) = name {
        errors.line("/name", name.trim(), 1..=NAME_MAX);
    }
    if let Some(alt) = alt {
        errors.text("/alt", alt, 0..=ALT_MAX);
    }
    if let Some(reference) = reference {
        errors.line("/consent_reference", reference.trim(), 1..=REFERENCE_MAX);
    }
}

/// Keeps a cleaned file and writes its item.
async fn keep(
    db: &Tenant<EditTemplates>,
    state: &AppState,
    cleaned: Cleaned,
    (words, captured_at): (Words, Option<Timestamp>),
    action: &'static str,
) -> Result<Item> {
    let (store, actor, dir) = (db.store_data(), db.actor(), state.data_dir().to_owned());
    let kept = tokio::task::spawn_blocking(move || {
        take::keep(&dir, &store, cleaned, words, (captured_at, actor.to_string()))
    });
    let (item, thumbnail_bytes) = kept.await.or_fault("keep a file of media")??;
    let quota_bytes = state.service::<MediaSettings>().quota_bytes;
    let (hash, extension) = (item.hash, item.extension.clone());
    let new = NewItem { item, thumbnail_bytes, attestation: ATTESTATION_VERSION.into(), quota_bytes };
    let keys = db.keys().await?;
    let written = db
        .write(move |tx| {
            let item = sql::insert(tx, &keys, &new)?;
            let details = json!({ "kind": item.kind, "bytes": item.bytes, "attestation": ATTESTATION_VERSION,
                "place": item.words.place.is_some(), "contains_personal": item.contains_personal(),
                "consent_given": item.words.consent_reference.is_some() });
            audit::record(tx, actor, action, item.id, &details)?;
            Ok(item)
        })
        .await;
    if written.is_err() {
        forget(db, state, hash, &extension).await?;
    }
    written
}

/// Removes the files of a hash that no item has.
async fn forget<R: Right>(db: &Tenant<R>, state: &AppState, hash: [u8; 32], extension: &str) -> Result<()> {
    if db.query_opt(&sql::FIND_BY_HASH, store::params![hash]).await?.is_some() {
        return Ok(());
    }
    files::remove(&files::copy(state.data_dir(), db.store(), &hash, extension))?;
    files::remove(&files::thumbnail(state.data_dir(), db.store(), &hash))
}

/// A change of what is said of an item. Absent fields stay, null empties.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MediaPatch {
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    #[schema(max_length = 1000)]
    alt: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<Timestamp>)]
    captured_at: Change<Timestamp>,
    /// Where it was made, typed in; null forgets it.
    #[serde(default)]
    #[schema(value_type = Option<Place>)]
    place: Change<Place>,
    /// Where the consent of the persons in it is kept (P-036); null takes it back.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 500)]
    consent_reference: Change<String>,
}

impl Check for MediaPatch {
    fn check(&self, errors: &mut Errors) {
        let reference = self.consent_reference.value().map(String::as_str);
        check_words(errors, self.name.as_deref(), self.alt.as_deref(), reference);
        if self.place.value().is_some_and(|place| !place.exists() || place.source != PlaceSource::Manual) {
            let detail = "A place that is typed in: source manual, degrees from -90 to 90 and -180 to 180.";
            errors.add("/place", "not_a_place", detail);
        }
    }
}

impl MediaPatch {
    fn apply(self, item: &mut Item) {
        if let Some(name) = self.name {
            item.words.name = name.trim().to_owned();
        }
        if let Some(alt) = self.alt {
            item.words.alt = alt.trim().to_owned();
        }
        self.captured_at.apply(&mut item.captured_at);
        self.place.apply(&mut item.words.place);
        self.consent_reference.apply(&mut item.words.consent_reference);
    }
}

/// Change what is said of an item: name, alternative text, time, place, consent.
#[utoipa::path(patch, path = "/api/v1/media/{id}", operation_id = "update_media", params(("id" = MediaId, Path)),
    request_body = MediaPatch, security(("key" = ["templates:edit"])), responses((status = 200, body = MediaOut)),
    extensions(("x-policy" = json!(["P-032", "P-036"]))))]
async fn update_media(
    db: Tenant<EditTemplates>,
    State(state): State<AppState>,
    Path(id): Path<MediaId>,
    Valid(body): Valid<MediaPatch>,
) -> web::Result<Json<MediaOut>> {
    let (keys, actor) = (db.keys().await?, db.actor());
    let item = db
        .write(move |tx| {
            let mut item = sql::get(tx, &keys, id)?;
            let before = item.words.consent_reference.is_some();
            body.apply(&mut item);
            sql::update(tx, &keys, &item)?;
            let given = item.words.consent_reference.is_some();
            let action = match (before, given) {
                (false, true) => "media.consent_given",
                (true, false) => "media.consent_taken_back",
                _ => "media.changed",
            };
            audit::record(tx, actor, action, id, &json!({ "contains_personal": item.contains_personal() }))?;
            Ok(item)
        })
        .await?;
    Ok(Json(shown(&db, &state, item, Vec::new()).await?))
}

/// Remove an item. Messages that show it show nothing there from now on.
#[utoipa::path(delete, path = "/api/v1/media/{id}", operation_id = "delete_media", params(("id" = MediaId, Path)),
    security(("key" = ["templates:edit"])), responses((status = 204)))]
async fn delete_media(
    db: Tenant<EditTemplates>,
    State(state): State<AppState>,
    Path(id): Path<MediaId>,
) -> web::Result<NoContent> {
    let (keys, actor) = (db.keys().await?, db.actor());
    let (item, last) = db
        .write(move |tx| {
            let removed = sql::delete(tx, &keys, id)?;
            audit::record(tx, actor, "media.deleted", id, &json!({}))?;
            Ok(removed)
        })
        .await?;
    if last {
        forget(&db, &state, item.hash, &item.extension).await?;
    }
    Ok(NoContent)
}
