//! The policy over HTTP: a page and a JSON twin for everybody, acceptance for who is logged in.

use super::model::{Part, policy};
use super::{Acceptance, Accepted, page};
use crate::accounts::user_of;
use axum::extract::State;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use http::header;
use kernel::Problem;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::data_map::Register;
use web::{AppState, Check, Class, Errors, Json, Newcomer, NoContent, Valid};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_policy))
        .routes(routes!(accept_policy, list_policy_acceptances))
        .route("/privacy", get(|| async { cached("text/html; charset=utf-8", page::html(policy())) }))
        .route("/privacy.css", get(|| async { cached("text/css; charset=utf-8", page::CSS.to_owned()) }))
}

fn cached(kind: &'static str, body: String) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "public, max-age=300")], [(header::CONTENT_TYPE, kind)], Html(body).0)
}

/// The privacy policy.
#[derive(serde::Serialize, utoipa::ToSchema)]
struct PolicyOut {
    /// Names the text; acceptance names it too.
    #[schema(example = "0123456789abcdef")]
    version: String,
    #[schema(example = "May 17 2024")]
    last_updated: String,
    introduction: Vec<String>,
    /// Nine parts.
    parts: Vec<Part>,
    /// What the program really keeps, by purpose, from the same declaration that its checks use.
    data: Vec<DataOut>,
}

/// Data kept for one purpose.
#[derive(serde::Serialize, utoipa::ToSchema)]
struct DataOut {
    #[schema(example = "personal")]
    class: String,
    purpose: String,
    basis: String,
    source: String,
    retention: String,
    recipients: String,
}

/// The privacy policy with the list of data that the program keeps.
#[utoipa::path(get, path = "/api/v1/policy", operation_id = "get_policy", security(()),
    responses((status = 200, body = PolicyOut)), extensions(("x-policy" = json!(["P-005"]))))]
async fn get_policy(State(state): State<AppState>) -> Json<PolicyOut> {
    let policy = policy();
    Json(PolicyOut {
        version: policy.version.clone(),
        last_updated: policy.last_updated.clone(),
        introduction: policy.introduction.clone(),
        parts: policy.parts.clone(),
        data: state.try_service::<Register>().map_or_else(Vec::new, |register| data(&register)),
    })
}

/// Purposes of the DataMap, each once.
fn data(register: &Register) -> Vec<DataOut> {
    let mut seen = std::collections::BTreeSet::new();
    let groups = register.tables().flat_map(|t| t.groups).filter(|g| g.class != Class::None);
    groups
        .filter(|g| seen.insert((g.class, g.purpose, g.basis, g.source, g.retention, g.recipients)))
        .map(|g| DataOut {
            class: g.class.word().to_owned(),
            purpose: g.purpose.to_owned(),
            basis: g.basis.to_owned(),
            source: g.source.to_owned(),
            retention: g.retention.to_owned(),
            recipients: g.recipients.to_owned(),
        })
        .collect()
}

/// Agreement to the policy.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct AcceptanceIn {
    /// Version of the text that was shown.
    version: String,
    /// True: the person has opened and read the text and ticked the box themselves.
    read_and_agreed: bool,
    /// Language in which it was shown.
    #[serde(default = "english")]
    #[schema(example = "en", max_length = 35)]
    locale: String,
}

fn english() -> String {
    "en".to_owned()
}

impl Check for AcceptanceIn {
    fn check(&self, errors: &mut Errors) {
        if !self.read_and_agreed {
            errors.add("/read_and_agreed", "required", "Read the policy and agree to it yourself: true.");
        }
        errors.line("/locale", &self.locale, 2..=35);
    }
}

/// Agree to the privacy policy. Until then every other address answers 403.
#[utoipa::path(post, path = "/api/v1/policy/acceptance", operation_id = "accept_policy", request_body = AcceptanceIn,
    security(("session" = [])), responses((status = 204, description = "Recorded.")),
    extensions(("x-policy" = json!(["P-006"]))))]
async fn accept_policy(
    Newcomer(person): Newcomer,
    State(state): State<AppState>,
    Valid(body): Valid<AcceptanceIn>,
) -> web::Result<NoContent> {
    let user = user_of(&person)?;
    if body.version != super::version() {
        return Err(
            Problem::conflict("The policy has changed. Read the present text and agree to that.").into()
        );
    }
    let ip = person.ip().to_string();
    let ip_sealed = state.vault().installation().seal_secret("policy acceptance ip", ip.as_bytes())?;
    let how = Acceptance { actor: None, source: "console", locale: body.locale, ip_sealed: Some(ip_sealed) };
    state.db().system().write(move |tx| super::accept(tx, user, &how)).await?;
    Ok(NoContent)
}

/// All versions a person agreed to.
#[derive(serde::Serialize, utoipa::ToSchema)]
struct AcceptancesOut {
    items: Vec<Accepted>,
}

/// Which versions of the policy did I agree to?
#[utoipa::path(get, path = "/api/v1/policy/acceptance", operation_id = "list_policy_acceptances",
    security(("session" = [])), responses((status = 200, body = AcceptancesOut)))]
async fn list_policy_acceptances(
    Newcomer(person): Newcomer,
    State(state): State<AppState>,
) -> web::Result<Json<AcceptancesOut>> {
    let items = super::list(state.db(), user_of(&person)?).await?;
    Ok(Json(AcceptancesOut { items }))
}
