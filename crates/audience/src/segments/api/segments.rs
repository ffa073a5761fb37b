//! Saved segments over HTTP.

use super::rule_of;
use crate::segments::lookup::load_names;
use crate::segments::names::Names;
use crate::segments::saved::{
    self, DESCRIPTION_MAX, NAME_MAX, Segment, SegmentDraft, SegmentUsers, SegmentVersion,
};
use axum::extract::State;
use kernel::Timestamp;
use kernel::ids::SegmentId;
use serde_json::Value as Json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditSegments, ReadSegments};
use web::{
    AppState, Check, Created, Errors, IfMatch, Page, PageParams, Paged, Path, Query, Tagged, Tenant, Valid,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_segments, create_segment))
        .routes(routes!(get_segment, update_segment))
        .routes(routes!(archive_segment))
        .routes(routes!(restore_segment))
        .routes(routes!(list_segment_versions))
        .routes(routes!(list_segment_uses))
}

/// A segment as shown.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct SegmentOut {
    id: SegmentId,
    name: String,
    description: String,
    /// The rule document: `{"version":1,"rule":{…}}`.
    #[schema(value_type = Object)]
    rule: Json,
    /// What the rule says.
    #[schema(example = "country is Singapore or Malaysia")]
    sentence: String,
    /// Members when it was counted last; null if not since its last change.
    members: Option<u64>,
    /// When it was counted last.
    counted_at: Option<Timestamp>,
    /// When it was archived, if it is.
    archived_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// Counts changes; also the `ETag`.
    version: i64,
}

impl SegmentOut {
    fn of(segment: Segment, names: &Names) -> Self {
        SegmentOut {
            id: segment.id,
            sentence: segment.rule.sentence(names),
            rule: segment.rule.to_json(),
            name: segment.name,
            description: segment.description,
            members: segment.counted.map(|(members, _)| members),
            counted_at: segment.counted.map(|(_, at)| at),
            archived_at: segment.archived_at,
            created_at: segment.created_at,
            updated_at: segment.updated_at,
            version: segment.version,
        }
    }
}

/// A segment to make.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SegmentIn {
    #[schema(min_length = 1, max_length = 100, example = "Singapore and Malaysia")]
    name: String,
    #[serde(default)]
    #[schema(max_length = 1000)]
    description: String,
    /// The rule document; its schema is in the catalogue.
    #[schema(value_type = Object, example = json!({"version": 1, "rule": {"condition": "everybody"}}))]
    rule: Json,
}

impl Check for SegmentIn {
    fn check(&self, errors: &mut Errors) {
        errors.line("/name", self.name.trim(), 1..=NAME_MAX);
        errors.text("/description", &self.description, 0..=DESCRIPTION_MAX);
    }
}

/// A change of a segment. Absent fields stay.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SegmentPatch {
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    #[schema(max_length = 1000)]
    description: Option<String>,
    /// The rule document.
    #[schema(value_type = Option<Object>)]
    rule: Option<Json>,
}

impl Check for SegmentPatch {
    fn check(&self, errors: &mut Errors) {
        if let Some(name) = &self.name {
            errors.line("/name", name.trim(), 1..=NAME_MAX);
        }
        errors.text("/description", self.description.as_deref().unwrap_or_default(), 0..=DESCRIPTION_MAX);
    }
}

/// Which segments to list.
#[derive(Debug, Default, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListParams {
    /// The archived ones instead of the others.
    #[serde(default)]
    archived: bool,
}

/// Segments, newest first.
#[utoipa::path(get, path = "/api/v1/segments", operation_id = "list_segments", params(ListParams, PageParams),
    security(("key" = ["segments:read"])), responses((status = 200, body = Page<SegmentOut>)))]
async fn list_segments(
    db: Tenant<ReadSegments>,
    Query(wanted): Query<ListParams>,
    paged: Paged,
) -> web::Result<web::Json<Page<SegmentOut>>> {
    let (after, fetch) = (paged.after, paged.fetch());
    let rows = db
        .read(move |tx| {
            let segments = saved::list(tx, wanted.archived, after, fetch)?;
            // A rule that became invalid (its attribute is gone) is still shown, with names as written.
            let known =
                |tx: &mut store::Tx<'_>, s: &Segment| load_names(tx, &s.rule, None).unwrap_or_default();
            Ok(segments.into_iter().map(|s| (known(tx, &s), s)).collect::<Vec<_>>())
        })
        .await?;
    let page = paged.page(rows, |(_, segment)| segment.id.0)?;
    Ok(web::Json(page.map(|(names, segment)| SegmentOut::of(segment, &names))))
}

/// Make a segment.
#[utoipa::path(post, path = "/api/v1/segments", operation_id = "create_segment", request_body = SegmentIn,
    security(("key" = ["segments:edit"])), responses((status = 201, body = SegmentOut)))]
async fn create_segment(
    db: Tenant<EditSegments>,
    Valid(body): Valid<SegmentIn>,
) -> web::Result<Created<SegmentOut>> {
    let actor = db.actor();
    let draft = SegmentDraft {
        name: body.name.trim().to_owned(),
        description: body.description,
        rule: rule_of(&body.rule)?,
    };
    let made = db
        .write(move |tx| {
            let segment = saved::create(tx, actor, &draft)?;
            let names = load_names(tx, &segment.rule, None)?;
            Ok(SegmentOut::of(segment, &names))
        })
        .await?;
    db.db().signals().notify(store::queue::TOPIC);
    Ok(Created(made))
}

/// One segment.
#[utoipa::path(get, path = "/api/v1/segments/{id}", operation_id = "get_segment", params(("id" = SegmentId, Path)),
    security(("key" = ["segments:read"])), responses((status = 200, body = SegmentOut)))]
async fn get_segment(db: Tenant<ReadSegments>, Path(id): Path<SegmentId>) -> web::Result<Tagged<SegmentOut>> {
    let shown = db
        .read(move |tx| {
            let segment = saved::get(tx, id)?;
            let names = load_names(tx, &segment.rule, None).unwrap_or_default();
            Ok(SegmentOut::of(segment, &names))
        })
        .await?;
    Ok(Tagged(shown.version, shown))
}

/// Change a segment. The former version is kept.
#[utoipa::path(patch, path = "/api/v1/segments/{id}", operation_id = "update_segment", request_body = SegmentPatch,
    params(("id" = SegmentId, Path), ("If-Match" = Option<String>, Header, description = "version as in ETag")),
    security(("key" = ["segments:edit"])), responses((status = 200, body = SegmentOut)))]
async fn update_segment(
    db: Tenant<EditSegments>,
    Path(id): Path<SegmentId>,
    condition: IfMatch,
    Valid(body): Valid<SegmentPatch>,
) -> web::Result<Tagged<SegmentOut>> {
    let actor = db.actor();
    let shown = db
        .write(move |tx| {
            let old = saved::get(tx, id)?;
            condition.check(old.version)?;
            let draft = SegmentDraft {
                name: body.name.map_or(old.name, |name| name.trim().to_owned()),
                description: body.description.unwrap_or(old.description),
                rule: body.rule.as_ref().map(rule_of).transpose()?.unwrap_or(old.rule),
            };
            let segment = saved::update(tx, actor, id, old.version, &draft)?;
            let names = load_names(tx, &segment.rule, Some(id))?;
            Ok(SegmentOut::of(segment, &names))
        })
        .await?;
    db.db().signals().notify(store::queue::TOPIC);
    Ok(Tagged(shown.version, shown))
}

async fn archive(
    db: Tenant<EditSegments>,
    state: &AppState,
    id: SegmentId,
    archived: bool,
) -> web::Result<Tagged<SegmentOut>> {
    let (actor, users) = (db.actor(), state.service::<SegmentUsers>());
    let shown = db
        .write(move |tx| {
            let segment = saved::archive(tx, actor, id, archived, &users)?;
            let names = load_names(tx, &segment.rule, None).unwrap_or_default();
            Ok(SegmentOut::of(segment, &names))
        })
        .await?;
    Ok(Tagged(shown.version, shown))
}

/// Archive a segment: it leaves the list and stays readable. 409 if another segment refers to it.
#[utoipa::path(post, path = "/api/v1/segments/{id}/archive", operation_id = "archive_segment",
    params(("id" = SegmentId, Path)), security(("key" = ["segments:edit"])),
    responses((status = 200, body = SegmentOut)))]
async fn archive_segment(
    db: Tenant<EditSegments>,
    State(state): State<AppState>,
    Path(id): Path<SegmentId>,
) -> web::Result<Tagged<SegmentOut>> {
    archive(db, &state, id, true).await
}

/// Take an archived segment back.
#[utoipa::path(post, path = "/api/v1/segments/{id}/restore", operation_id = "restore_segment",
    params(("id" = SegmentId, Path)), security(("key" = ["segments:edit"])),
    responses((status = 200, body = SegmentOut)))]
async fn restore_segment(
    db: Tenant<EditSegments>,
    State(state): State<AppState>,
    Path(id): Path<SegmentId>,
) -> web::Result<Tagged<SegmentOut>> {
    archive(db, &state, id, false).await
}

/// What a segment was.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct SegmentVersionOut {
    version: i64,
    name: String,
    description: String,
    /// The rule document then.
    #[schema(value_type = Object)]
    rule: Json,
    saved_at: Timestamp,
    /// Who saved it.
    #[schema(example = "usr_0123456789abc")]
    actor: String,
}

impl From<SegmentVersion> for SegmentVersionOut {
    fn from(v: SegmentVersion) -> Self {
        SegmentVersionOut {
            version: v.version,
            name: v.name,
            description: v.description,
            rule: v.rule.to_json(),
            saved_at: v.saved_at,
            actor: v.actor,
        }
    }
}

/// Versions of a segment, newest first.
#[utoipa::path(get, path = "/api/v1/segments/{id}/versions", operation_id = "list_segment_versions",
    params(("id" = SegmentId, Path), PageParams), security(("key" = ["segments:read"])),
    responses((status = 200, body = Page<SegmentVersionOut>)))]
async fn list_segment_versions(
    db: Tenant<ReadSegments>,
    Path(id): Path<SegmentId>,
    paged: Paged,
) -> web::Result<web::Json<Page<SegmentVersionOut>>> {
    let (after, fetch) = (paged.after, paged.fetch());
    let versions = db.read(move |tx| saved::versions(tx, id, after, fetch)).await?;
    Ok(web::Json(paged.page(versions, |v| v.version)?.map(SegmentVersionOut::from)))
}

/// Something that refers to a segment.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct SegmentUseOut {
    #[schema(example = "segment")]
    kind: &'static str,
    id: String,
    name: String,
}

/// What refers to a segment.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct SegmentUsesOut {
    items: Vec<SegmentUseOut>,
}

/// What refers to a segment.
#[utoipa::path(get, path = "/api/v1/segments/{id}/uses", operation_id = "list_segment_uses",
    params(("id" = SegmentId, Path)), security(("key" = ["segments:read"])),
    responses((status = 200, body = SegmentUsesOut)))]
async fn list_segment_uses(
    db: Tenant<ReadSegments>,
    State(state): State<AppState>,
    Path(id): Path<SegmentId>,
) -> web::Result<web::Json<SegmentUsesOut>> {
    let users = state.service::<SegmentUsers>();
    let uses = db
        .read(move |tx| {
            saved::get(tx, id)?;
            users.find(tx, id)
        })
        .await?;
    let items = uses.into_iter().map(|u| SegmentUseOut { kind: u.kind, id: u.id, name: u.name }).collect();
    Ok(web::Json(SegmentUsesOut { items }))
}
