//! Templates over HTTP.

use super::checks::{self, Check, CheckContext, Purpose};
use super::compile::compile;
use super::compiled::Preview;
use super::data::{CampaignView, ContactView, PreviewAt, RenderData, StoreView};
use super::html_import::{self, Imported};
use super::library;
use super::model::{Body, CompileOptions, EmailSource, Part, TemplateIssue};
use super::recipient::{AttributeNames, RecipientBuffer, StoredAttributes};
use super::sql::{self, TemplateRow, VersionRow};
use audience::contacts::view::Dictionary;
use audience::contacts::{self, Facts, PersonalFields};
use axum::extract::State;
use kernel::ids::{ContactId, TemplateId};
use kernel::{Code, FieldError, OrFault, Problem, Result, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tenancy::{audit, stores};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditTemplates, ReadContacts, ReadTemplates};
use web::{
    AppState, Created, Errors, IfMatch, Json, NoContent, Page, PageParams, Paged, Path, Right, Tagged, Tenant,
};

/// Longest name of a template, in characters.
const NAME_MAX: usize = 120;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_templates, create_template))
        .routes(routes!(get_template, update_template, delete_template))
        .routes(routes!(duplicate_template))
        .routes(routes!(list_template_versions))
        .routes(routes!(get_template_version))
        .routes(routes!(preview_template))
        .routes(routes!(render_template))
        .routes(routes!(import_template_html))
        .routes(routes!(list_ready_templates))
        .routes(routes!(get_ready_template))
}

/// A template in a list.
#[derive(Serialize, ToSchema)]
struct TemplateSummary {
    id: TemplateId,
    name: String,
    /// `html`, `mjml` or `document`.
    format: String,
    /// Subject, Liquid inside.
    subject: String,
    /// Counts saves; the `ETag`.
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<TemplateRow> for TemplateSummary {
    fn from(row: TemplateRow) -> Self {
        TemplateSummary {
            id: row.id,
            name: row.name,
            format: row.format,
            subject: row.subject,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A template with its source.
#[derive(Serialize, ToSchema)]
struct TemplateOut {
    #[serde(flatten)]
    summary: TemplateSummary,
    source: EmailSource,
}

/// A new template: of an own source, or a copy of a ready one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TemplateIn {
    /// 1 to 120 characters.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// The email.
    source: Option<EmailSource>,
    /// Key of a ready template to copy.
    ready: Option<String>,
}

/// Changes of a template; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TemplatePatch {
    /// 1 to 120 characters.
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    /// The email, whole.
    source: Option<EmailSource>,
}

fn check_name(name: &str) -> Result<()> {
    let mut errors = Errors::new();
    errors.line("/name", name, 1..=NAME_MAX);
    errors.finish()
}

/// What is wrong with a source, as fields of a request.
fn problem(issues: &[TemplateIssue], body: &Body) -> Problem {
    let field = |issue: &TemplateIssue| FieldError {
        pointer: match (issue.part, body) {
            (Part::Subject, _) => "/source/subject".to_owned(),
            (Part::Preheader, _) => "/source/preheader".to_owned(),
            (Part::Text, _) => "/source/text".to_owned(),
            (Part::Html, Body::Document { .. }) => {
                format!("/source/body/document{}", issue.pointer.as_deref().unwrap_or(""))
            }
            (Part::Html, _) => "/source/body/source".to_owned(),
        },
        code: issue.code,
        detail: issue.to_string(),
    };
    Problem::fields(issues.iter().take(100).map(field).collect())
        .unwrap_or_else(|| Problem::new(Code::Validation, "The template could not be read."))
}

/// Compiles on a thread that may work long; what does not compile is not saved.
async fn checked(source: EmailSource) -> Result<EmailSource> {
    let work = move || match compile(&source, &CompileOptions::default()) {
        Ok(_) => Ok(source),
        Err(issues) => Err(problem(&issues, &source.body).into()),
    };
    tokio::task::spawn_blocking(work).await.or_fault("compile a template")?
}

/// The store's templates, newest first.
#[utoipa::path(get, path = "/api/v1/templates", operation_id = "list_templates", params(PageParams),
    security(("key" = ["templates:read"])), responses((status = 200, body = Page<TemplateSummary>)))]
async fn list_templates(db: Tenant<ReadTemplates>, paged: Paged) -> web::Result<Json<Page<TemplateSummary>>> {
    let (before, fetch) = (paged.after.unwrap_or(i64::MAX), paged.fetch());
    let rows = db.read(move |tx| sql::list_templates(tx, before, fetch)).await?;
    Ok(Json(paged.page(rows, |r| r.id.0)?.map(TemplateSummary::from)))
}

/// Make a template from a source or from a ready one. What does not compile is refused with the place.
#[utoipa::path(post, path = "/api/v1/templates", operation_id = "create_template", request_body = TemplateIn,
    security(("key" = ["templates:edit"])), responses((status = 201, body = TemplateOut)))]
async fn create_template(
    db: Tenant<EditTemplates>,
    Json(body): Json<TemplateIn>,
) -> web::Result<Created<TemplateOut>> {
    check_name(&body.name)?;
    let source = match (body.source, body.ready) {
        (Some(source), None) => checked(source).await?,
        (None, Some(key)) => {
            let ready = library::find(&key);
            let detail = "The key of a template in /api/v1/ready-templates.";
            ready.ok_or_else(|| Problem::field("/ready", "unknown_value", detail))?.source()
        }
        _ => return Err(Problem::field("/source", "required", "Either source or ready.").into()),
    };
    let (name, actor) = (body.name, db.actor());
    let out = db
        .write(move |tx| {
            let id = sql::create_template(tx, &name, &source, &actor.to_string())?;
            audit::record(tx, actor, "template.created", id, &json!({}))?;
            show(tx, id)
        })
        .await?;
    Ok(Created(out))
}

fn show(tx: &mut store::Tx<'_>, id: TemplateId) -> Result<TemplateOut> {
    let (row, source) = sql::get_source(tx, id)?;
    Ok(TemplateOut { summary: row.into(), source })
}

/// One template with its source.
#[utoipa::path(get, path = "/api/v1/templates/{id}", operation_id = "get_template",
    params(("id" = TemplateId, Path)), security(("key" = ["templates:read"])),
    responses((status = 200, body = TemplateOut)))]
async fn get_template(
    db: Tenant<ReadTemplates>,
    Path(id): Path<TemplateId>,
) -> web::Result<Tagged<TemplateOut>> {
    let out = db.read(move |tx| show(tx, id)).await?;
    Ok(Tagged(out.summary.version, out))
}

/// Save a template. Each save is a version; what does not compile is refused with the place.
#[utoipa::path(patch, path = "/api/v1/templates/{id}", operation_id = "update_template",
    params(("id" = TemplateId, Path), ("If-Match" = Option<String>, Header, description = "version as in ETag")),
    request_body = TemplatePatch, security(("key" = ["templates:edit"])),
    responses((status = 200, body = TemplateOut), (status = 412, description = "Saved by somebody else meanwhile.")))]
async fn update_template(
    db: Tenant<EditTemplates>,
    Path(id): Path<TemplateId>,
    condition: IfMatch,
    Json(body): Json<TemplatePatch>,
) -> web::Result<Tagged<TemplateOut>> {
    if let Some(name) = &body.name {
        check_name(name)?;
    }
    // Absent templates are absent before anything is compiled for them.
    db.read(move |tx| sql::get_template(tx, id)).await?;
    let source = match body.source {
        Some(source) => Some(checked(source).await?),
        None => None,
    };
    let (name, actor) = (body.name, db.actor());
    let out = db
        .write(move |tx| {
            let (before, old) = sql::get_source(tx, id)?;
            condition.check(before.version)?;
            let name = name.as_deref().unwrap_or(&before.name);
            let (source, by) = (source.as_ref().unwrap_or(&old), actor.to_string());
            sql::update_template(tx, &before, name, source, &by)?;
            audit::record(tx, actor, "template.updated", id, &json!({}))?;
            show(tx, id)
        })
        .await?;
    Ok(Tagged(out.summary.version, out))
}

/// Delete a template with its versions. Campaigns keep what they were launched with.
#[utoipa::path(delete, path = "/api/v1/templates/{id}", operation_id = "delete_template",
    params(("id" = TemplateId, Path)), security(("key" = ["templates:edit"])), responses((status = 204)))]
async fn delete_template(db: Tenant<EditTemplates>, Path(id): Path<TemplateId>) -> web::Result<NoContent> {
    let actor = db.actor();
    db.write(move |tx| {
        sql::delete_template(tx, id)?;
        audit::record(tx, actor, "template.deleted", id, &json!({})).map(drop)
    })
    .await?;
    Ok(NoContent)
}

/// Make a copy of a template.
#[utoipa::path(post, path = "/api/v1/templates/{id}/duplicate", operation_id = "duplicate_template",
    params(("id" = TemplateId, Path)), security(("key" = ["templates:edit"])),
    responses((status = 201, body = TemplateOut)))]
async fn duplicate_template(
    db: Tenant<EditTemplates>,
    Path(id): Path<TemplateId>,
) -> web::Result<Created<TemplateOut>> {
    let actor = db.actor();
    let out = db
        .write(move |tx| {
            let (row, source) = sql::get_source(tx, id)?;
            let name: String = format!("{} (2)", row.name).chars().take(NAME_MAX).collect();
            let copy = sql::create_template(tx, &name, &source, &actor.to_string())?;
            audit::record(tx, actor, "template.created", copy, &json!({ "copy_of": id }))?;
            show(tx, copy)
        })
        .await?;
    Ok(Created(out))
}

/// A saved version.
#[derive(Serialize, ToSchema)]
struct TemplateVersionOut {
    version: i64,
    saved_at: Timestamp,
    /// Id of the user or key who saved it.
    saved_by: String,
}

impl From<VersionRow> for TemplateVersionOut {
    fn from(row: VersionRow) -> Self {
        TemplateVersionOut { version: row.version, saved_at: row.saved_at, saved_by: row.saved_by }
    }
}

/// A saved version with its source.
#[derive(Serialize, ToSchema)]
struct TemplateVersionDetail {
    #[serde(flatten)]
    info: TemplateVersionOut,
    source: EmailSource,
}

/// The versions of a template, newest first. The last hundred are kept.
#[utoipa::path(get, path = "/api/v1/templates/{id}/versions", operation_id = "list_template_versions",
    params(("id" = TemplateId, Path), PageParams), security(("key" = ["templates:read"])),
    responses((status = 200, body = Page<TemplateVersionOut>)))]
async fn list_template_versions(
    db: Tenant<ReadTemplates>,
    Path(id): Path<TemplateId>,
    paged: Paged,
) -> web::Result<Json<Page<TemplateVersionOut>>> {
    let (before, fetch) = (paged.after.unwrap_or(i64::MAX), paged.fetch());
    let rows = db.read(move |tx| sql::list_versions(tx, id, before, fetch)).await?;
    Ok(Json(paged.page(rows, |r| r.version)?.map(TemplateVersionOut::from)))
}

/// One version with its source.
#[utoipa::path(get, path = "/api/v1/templates/{id}/versions/{version}", operation_id = "get_template_version",
    params(("id" = TemplateId, Path), ("version" = i64, Path)), security(("key" = ["templates:read"])),
    responses((status = 200, body = TemplateVersionDetail)))]
async fn get_template_version(
    db: Tenant<ReadTemplates>,
    Path((id, version)): Path<(TemplateId, i64)>,
) -> web::Result<Json<TemplateVersionDetail>> {
    let (row, source) = db.read(move |tx| sql::get_version(tx, id, version)).await?;
    Ok(Json(TemplateVersionDetail { info: row.into(), source }))
}

/// For whom to render.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PreviewIn {
    /// A contact of the store; needs the right to read contacts. Without one an invented contact is used.
    contact: Option<ContactId>,
    /// Give every block of a document the class `block-ID` and every row `row-ID`, for an editor's overlay.
    #[serde(default)]
    mark_blocks: bool,
}

/// A source to render without saving it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RenderIn {
    /// The email.
    source: EmailSource,
    /// A contact of the store; needs the right to read contacts. Without one an invented contact is used.
    contact: Option<ContactId>,
    /// Give every block of a document the class `block-ID` and every row `row-ID`, for an editor's overlay.
    #[serde(default)]
    mark_blocks: bool,
}

/// A rendered email and what is to be said of it.
#[derive(Serialize, ToSchema)]
struct RenderedOut {
    /// The email, or null if it does not compile or render.
    preview: Option<Preview>,
    /// Why not.
    issues: Vec<TemplateIssue>,
    /// What a launch would check, as marketing mail.
    checks: Vec<Check>,
}

/// Everything a preview needs of the store.
struct Surroundings {
    store: StoreView,
    language: String,
    dictionary: Dictionary,
    contact: Option<(Facts, PersonalFields)>,
    now: Timestamp,
    mark_blocks: bool,
    /// Address of this installation.
    base: String,
}

async fn surroundings<R: Right>(
    db: &Tenant<R>,
    state: &AppState,
    contact: Option<ContactId>,
    mark_blocks: bool,
) -> Result<Surroundings> {
    if contact.is_some() && !db.rights().has::<ReadContacts>() {
        let detail = "A preview for a contact needs the right contacts:read.";
        return Err(Problem::new(Code::Forbidden, detail).into());
    }
    let (keys, base) = (db.keys().await?, state.absolute(""));
    db.read(move |tx| {
        let store = stores::get_in(tx)?;
        let contact = match contact {
            Some(id) => {
                let stored = contacts::get_by_id(tx, id)?;
                Some((stored.facts.clone(), stored.open(&keys)?))
            }
            None => None,
        };
        Ok(Surroundings {
            language: store.settings.language.clone(),
            store: StoreView::of(&store),
            dictionary: Dictionary::load(tx)?,
            contact,
            now: tx.now(),
            mark_blocks,
            base,
        })
    })
    .await
}

async fn rendered(source: EmailSource, around: Surroundings) -> Result<RenderedOut> {
    tokio::task::spawn_blocking(move || render(&source, &around)).await.or_fault("render a preview")
}

fn render(source: &EmailSource, around: &Surroundings) -> RenderedOut {
    let names = AttributeNames::of(&around.dictionary);
    let options = CompileOptions {
        attributes: Some(names.names()),
        language: around.language.clone(),
        mark_blocks: around.mark_blocks,
        ..CompileOptions::default()
    };
    let compiled = match compile(source, &options) {
        Ok(compiled) => compiled,
        Err(issues) => return RenderedOut { preview: None, issues, checks: Vec::new() },
    };
    let mut buffer = RecipientBuffer::default();
    let stored =
        around.contact.as_ref().map(|(facts, personal)| StoredAttributes { facts, personal, names: &names });
    let contact = match &stored {
        Some(stored) => buffer.view(Some(&compiled), stored, &around.dictionary),
        None => ContactView::INVENTED,
    };
    let campaign = CampaignView { subject: source.subject.clone(), ..CampaignView::default() };
    let data =
        RenderData { contact, store: &around.store, campaign: &campaign, now: around.now, extra: None };
    let context = CheckContext {
        store: &around.store,
        purpose: Purpose::Marketing,
        now: around.now,
        denied_hosts: &[],
    };
    let checks = checks::check(source, &compiled, &context);
    match compiled.render_preview_with(&data, &PreviewAt { base: &around.base }) {
        Ok(preview) => RenderedOut { preview: Some(preview), issues: Vec::new(), checks },
        Err(error) => RenderedOut { preview: None, issues: vec![error.into()], checks },
    }
}

/// Render a saved template as a contact would see it. Nothing is sent and nothing is measured.
#[utoipa::path(post, path = "/api/v1/templates/{id}/preview", operation_id = "preview_template",
    params(("id" = TemplateId, Path)), request_body = PreviewIn, security(("key" = ["templates:read"])),
    responses((status = 200, body = RenderedOut)))]
async fn preview_template(
    db: Tenant<ReadTemplates>,
    State(state): State<AppState>,
    Path(id): Path<TemplateId>,
    Json(body): Json<PreviewIn>,
) -> web::Result<Json<RenderedOut>> {
    let (_, source) = db.read(move |tx| sql::get_source(tx, id)).await?;
    let around = surroundings(&db, &state, body.contact, body.mark_blocks).await?;
    Ok(Json(rendered(source, around).await?))
}

/// Render a source without saving it.
#[utoipa::path(post, path = "/api/v1/templates/render", operation_id = "render_template", request_body = RenderIn,
    security(("key" = ["templates:read"])), responses((status = 200, body = RenderedOut)))]
async fn render_template(
    db: Tenant<ReadTemplates>,
    State(state): State<AppState>,
    Json(body): Json<RenderIn>,
) -> web::Result<Json<RenderedOut>> {
    let around = surroundings(&db, &state, body.contact, body.mark_blocks).await?;
    Ok(Json(rendered(body.source, around).await?))
}

/// HTML written for another tool.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HtmlIn {
    /// The file's text.
    html: String,
}

/// Take over HTML written for Klaviyo, Shopify Email or SmartPush: merge tags become ours, and what has
/// no counterpart is reported. Nothing is saved.
#[utoipa::path(post, path = "/api/v1/templates/import-html", operation_id = "import_template_html",
    request_body = HtmlIn, security(("key" = ["templates:edit"])), responses((status = 200, body = Imported)))]
async fn import_template_html(
    _: Tenant<EditTemplates>,
    Json(body): Json<HtmlIn>,
) -> web::Result<Json<Imported>> {
    let work = move || html_import::import(&body.html);
    Ok(Json(tokio::task::spawn_blocking(work).await.or_fault("import HTML")??))
}

/// A ready template.
#[derive(Serialize, ToSchema)]
struct ReadyTemplateOut {
    /// Stable name.
    key: String,
    name: String,
    /// What it is for.
    description: String,
    subject: String,
}

impl From<&library::Ready> for ReadyTemplateOut {
    fn from(ready: &library::Ready) -> Self {
        let (key, name) = (ready.key.clone(), ready.name.clone());
        ReadyTemplateOut { key, name, description: ready.description.clone(), subject: ready.subject.clone() }
    }
}

/// A ready template with its source.
#[derive(Serialize, ToSchema)]
struct ReadyTemplateDetail {
    #[serde(flatten)]
    info: ReadyTemplateOut,
    source: EmailSource,
}

/// The ready templates, to copy and change.
#[utoipa::path(get, path = "/api/v1/ready-templates", operation_id = "list_ready_templates",
    security(("key" = ["templates:read"])), responses((status = 200, body = Page<ReadyTemplateOut>)))]
async fn list_ready_templates(_: Tenant<ReadTemplates>) -> Json<Page<ReadyTemplateOut>> {
    Json(Page { items: library::all().iter().map(ReadyTemplateOut::from).collect(), next: None })
}

/// One ready template with its source.
#[utoipa::path(get, path = "/api/v1/ready-templates/{key}", operation_id = "get_ready_template",
    params(("key" = String, Path)), security(("key" = ["templates:read"])),
    responses((status = 200, body = ReadyTemplateDetail)))]
async fn get_ready_template(
    _: Tenant<ReadTemplates>,
    Path(key): Path<String>,
) -> web::Result<Json<ReadyTemplateDetail>> {
    let ready = library::find(&key).ok_or_else(|| Problem::not_found("ready template"))?;
    Ok(Json(ReadyTemplateDetail { info: ready.into(), source: ready.source() }))
}
