//! Sender domains over HTTP.

use super::model::{
    DkimKey, DnsRecord, KeyState, SenderDomain, parse_host, parse_mechanisms, wanted_records, zone_file,
};
use super::{
    NewDomain, NewPair, check_with_state, create_domain, get_domain, insert_pair, list_keys, our_host, sql,
};
use crate::dkim::Algorithm;
use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::CONTENT_TYPE;
use kernel::ids::DomainId;
use kernel::{Problem, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Scoped, params};
use tenancy::audit;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditSettings, ReadSettings};
use web::{AppState, Check, Created, Errors, Json, NoContent, Page, PageParams, Paged, Path, Tenant, Valid};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_domains, create_domain_route))
        .routes(routes!(get_domain_route, update_domain, delete_domain))
        .routes(routes!(check_domain))
        .routes(routes!(rotate_domain_keys))
        .routes(routes!(get_domain_zone))
}

/// A new sender domain.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DomainIn {
    /// Domain of From addresses; international names in their xn-- form.
    #[schema(example = "shop.example")]
    domain: String,
    /// Domain of the return path; `bounce.` before the domain unless given.
    #[schema(example = "bounce.shop.example")]
    bounce_host: Option<String>,
    /// Host of tracked links; `t.` before the domain unless given.
    #[schema(example = "t.shop.example")]
    tracking_host: Option<String>,
    /// SPF mechanisms of whoever hands the mail to the world; `mx` unless given.
    #[schema(example = "include:_spf.relay.example")]
    spf_mechanisms: Option<String>,
}

/// Changes of a sender domain; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DomainPatch {
    bounce_host: Option<String>,
    tracking_host: Option<String>,
    spf_mechanisms: Option<String>,
}

fn check_hosts(errors: &mut Errors, hosts: [(&str, Option<&String>); 3], mechanisms: Option<&String>) {
    for (pointer, host) in hosts {
        if host.is_some_and(|h| parse_host(h).is_none()) {
            errors.add(pointer, "host", "A name like shop.example; international names in their xn-- form.");
        }
    }
    if mechanisms.is_some_and(|m| parse_mechanisms(m).is_none()) {
        errors.add(
            "/spf_mechanisms",
            "spf",
            "SPF mechanisms like `mx` or `include:_spf.relay.example`, without v= and all.",
        );
    }
}

impl Check for DomainIn {
    fn check(&self, errors: &mut Errors) {
        let hosts = [
            ("/domain", Some(&self.domain)),
            ("/bounce_host", self.bounce_host.as_ref()),
            ("/tracking_host", self.tracking_host.as_ref()),
        ];
        check_hosts(errors, hosts, self.spf_mechanisms.as_ref());
    }
}

impl Check for DomainPatch {
    fn check(&self, errors: &mut Errors) {
        let hosts = [
            ("/bounce_host", self.bounce_host.as_ref()),
            ("/tracking_host", self.tracking_host.as_ref()),
            ("/domain", None),
        ];
        check_hosts(errors, hosts, self.spf_mechanisms.as_ref());
    }
}

/// A key of a sender domain.
#[derive(Serialize, ToSchema)]
struct DkimKeyOut {
    selector: String,
    algorithm: Algorithm,
    state: KeyState,
    created_at: Timestamp,
    /// When it and its record may go, if it is retiring.
    retire_at: Option<Timestamp>,
}

impl From<DkimKey> for DkimKeyOut {
    fn from(key: DkimKey) -> Self {
        DkimKeyOut {
            selector: key.selector,
            algorithm: key.algorithm,
            state: key.state,
            created_at: key.created_at,
            retire_at: key.retire_at,
        }
    }
}

/// A sender domain with the records it needs.
#[derive(Serialize, ToSchema)]
struct DomainOut {
    id: DomainId,
    domain: String,
    bounce_host: String,
    tracking_host: String,
    spf_mechanisms: String,
    /// True if DKIM, SPF and DMARC were right when last looked at.
    verified: bool,
    /// When DNS was last asked; null if not since the last change.
    checked_at: Option<Timestamp>,
    /// What to publish and what was found.
    records: Vec<DnsRecord>,
    keys: Vec<DkimKeyOut>,
    created_at: Timestamp,
}

impl DomainOut {
    fn of(domain: SenderDomain, keys: Vec<DkimKey>, our_host: &str) -> Self {
        let records = current_records(&domain, &keys, our_host);
        DomainOut {
            id: domain.id,
            domain: domain.domain,
            bounce_host: domain.bounce_host,
            tracking_host: domain.tracking_host,
            spf_mechanisms: domain.spf_mechanisms,
            verified: domain.verified,
            checked_at: domain.checked_at,
            records,
            keys: keys.into_iter().map(DkimKeyOut::from).collect(),
            created_at: domain.created_at,
        }
    }
}

/// The records wanted now, each with what was last found at its name.
fn current_records(domain: &SenderDomain, keys: &[DkimKey], our_host: &str) -> Vec<DnsRecord> {
    let known = |record: &DnsRecord| {
        domain
            .findings
            .iter()
            .find(|f| f.purpose == record.purpose && f.name == record.name && f.value == record.value)
    };
    let judged = |record: DnsRecord| match known(&record) {
        Some(finding) => DnsRecord { required: record.required, ..finding.clone() },
        None => record,
    };
    wanted_records(domain, keys, our_host).into_iter().map(judged).collect()
}

async fn show(db: &Scoped, state: &AppState, id: DomainId) -> kernel::Result<DomainOut> {
    let (domain, keys) = db.read(move |tx| Ok((get_domain(tx, id)?, list_keys(tx, id)?))).await?;
    Ok(DomainOut::of(domain, keys, our_host(&state.http().public_url)))
}

/// Sender domains, newest first.
#[utoipa::path(get, path = "/api/v1/domains", operation_id = "list_domains", params(PageParams),
    security(("key" = ["settings:read"])), responses((status = 200, body = Page<DomainOut>)))]
async fn list_domains(
    db: Tenant<ReadSettings>,
    State(state): State<AppState>,
    paged: Paged,
) -> web::Result<Json<Page<DomainOut>>> {
    let (after, limit) = (paged.after.unwrap_or(i64::MAX), paged.fetch());
    let rows = db
        .read(move |tx| {
            let rows = tx.query(&sql::LIST_DOMAINS, params![after, limit])?;
            rows.iter()
                .map(|row| {
                    let domain = super::read_domain(row)?;
                    let keys = list_keys(tx, domain.id)?;
                    Ok((domain, keys))
                })
                .collect::<kernel::Result<Vec<_>>>()
        })
        .await?;
    let host = our_host(&state.http().public_url);
    Ok(Json(paged.page(rows, |(d, _)| d.id.0)?.map(|(d, k)| DomainOut::of(d, k, host))))
}

/// Add a sender domain.
///
/// A pair of keys is made with it. Publish the records shown, then check the domain.
#[utoipa::path(post, path = "/api/v1/domains", operation_id = "create_domain", request_body = DomainIn,
    security(("key" = ["settings:edit"])), responses((status = 201, body = DomainOut)))]
async fn create_domain_route(
    db: Tenant<EditSettings>,
    State(state): State<AppState>,
    Valid(body): Valid<DomainIn>,
) -> web::Result<Created<DomainOut>> {
    let domain = parse_host(&body.domain).unwrap_or_default();
    let host = |given: Option<String>, prefix: &str| {
        given.and_then(|h| parse_host(&h)).unwrap_or_else(|| format!("{prefix}.{domain}"))
    };
    let new = NewDomain {
        bounce_host: host(body.bounce_host, "bounce"),
        tracking_host: host(body.tracking_host, "t"),
        spf_mechanisms: body.spf_mechanisms.and_then(|m| parse_mechanisms(&m)).unwrap_or_else(|| "mx".into()),
        domain,
    };
    let pair = NewPair::generate(db.keys().await?).await?;
    let actor = db.actor();
    let id = db
        .write(move |tx| {
            let id = create_domain(tx, &new, pair)?;
            audit::record(tx, actor, "domain.created", id, &json!({ "domain": new.domain }))?;
            Ok(id)
        })
        .await?;
    Ok(Created(show(&db, &state, id).await?))
}

/// One sender domain with its records.
#[utoipa::path(get, path = "/api/v1/domains/{id}", operation_id = "get_domain", params(("id" = DomainId, Path)),
    security(("key" = ["settings:read"])), responses((status = 200, body = DomainOut)))]
async fn get_domain_route(
    db: Tenant<ReadSettings>,
    State(state): State<AppState>,
    Path(id): Path<DomainId>,
) -> web::Result<Json<DomainOut>> {
    Ok(Json(show(&db, &state, id).await?))
}

/// Change the hosts or SPF mechanisms of a domain. Its records must be checked again afterwards.
#[utoipa::path(patch, path = "/api/v1/domains/{id}", operation_id = "update_domain", params(("id" = DomainId, Path)),
    request_body = DomainPatch, security(("key" = ["settings:edit"])), responses((status = 200, body = DomainOut)))]
async fn update_domain(
    db: Tenant<EditSettings>,
    State(state): State<AppState>,
    Path(id): Path<DomainId>,
    Valid(patch): Valid<DomainPatch>,
) -> web::Result<Json<DomainOut>> {
    let actor = db.actor();
    db.write(move |tx| {
        let old = get_domain(tx, id)?;
        let host = |new: Option<String>, old: String| new.and_then(|h| parse_host(&h)).unwrap_or(old);
        let bounce = host(patch.bounce_host, old.bounce_host);
        let tracking = host(patch.tracking_host, old.tracking_host);
        let spf = patch.spf_mechanisms.and_then(|m| parse_mechanisms(&m)).unwrap_or(old.spf_mechanisms);
        let now = tx.now();
        tx.execute(&sql::UPDATE_DOMAIN, params![id, bounce, tracking, spf, now])?;
        audit::record(tx, actor, "domain.changed", id, &json!({ "domain": old.domain }))
    })
    .await?;
    Ok(Json(show(&db, &state, id).await?))
}

/// Remove a sender domain and destroy its keys.
///
/// Mail on its way that was signed with them may fail to verify once the records are gone.
#[utoipa::path(delete, path = "/api/v1/domains/{id}", operation_id = "delete_domain", params(("id" = DomainId, Path)),
    security(("key" = ["settings:edit"])), responses((status = 204)))]
async fn delete_domain(db: Tenant<EditSettings>, Path(id): Path<DomainId>) -> web::Result<NoContent> {
    let actor = db.actor();
    db.write(move |tx| {
        tx.execute(&sql::DELETE_KEYS, params![id])?;
        if tx.execute(&sql::DELETE_DOMAIN, params![id])? == 0 {
            return Err(Problem::not_found("domain").into());
        }
        audit::record(tx, actor, "domain.removed", id, &json!({}))
    })
    .await?;
    Ok(NoContent)
}

/// Ask DNS now. New keys begin to sign once their records are seen.
#[utoipa::path(post, path = "/api/v1/domains/{id}/check", operation_id = "check_domain", params(("id" = DomainId, Path)),
    security(("key" = ["settings:edit"])), responses((status = 200, body = DomainOut)))]
async fn check_domain(
    db: Tenant<EditSettings>,
    State(state): State<AppState>,
    Path(id): Path<DomainId>,
) -> web::Result<Json<DomainOut>> {
    check_with_state(&state, &db, id).await?;
    Ok(Json(show(&db, &state, id).await?))
}

/// Make a new pair of keys.
///
/// It signs once its records are seen in DNS; the old pair then stays published for seven days.
#[utoipa::path(post, path = "/api/v1/domains/{id}/rotate", operation_id = "rotate_domain_keys",
    params(("id" = DomainId, Path)), security(("key" = ["settings:edit"])),
    responses((status = 200, body = DomainOut)))]
async fn rotate_domain_keys(
    db: Tenant<EditSettings>,
    State(state): State<AppState>,
    Path(id): Path<DomainId>,
) -> web::Result<Json<DomainOut>> {
    db.read(move |tx| get_domain(tx, id)).await?;
    let pair = NewPair::generate(db.keys().await?).await?;
    let actor = db.actor();
    db.write(move |tx| {
        if list_keys(tx, id)?.iter().any(|key| key.state == KeyState::Pending) {
            let detail = "A new pair of keys waits for its records; publish them and check the domain first.";
            return Err(Problem::conflict(detail).into());
        }
        insert_pair(tx, id, pair)?;
        audit::record(tx, actor, "domain.keys_rotated", id, &json!({}))
    })
    .await?;
    Ok(Json(show(&db, &state, id).await?))
}

/// The records as lines of a zone file.
#[utoipa::path(get, path = "/api/v1/domains/{id}/zone", operation_id = "get_domain_zone",
    params(("id" = DomainId, Path)), security(("key" = ["settings:read"])),
    responses((status = 200, body = String, content_type = "text/dns")))]
async fn get_domain_zone(
    db: Tenant<ReadSettings>,
    State(state): State<AppState>,
    Path(id): Path<DomainId>,
) -> web::Result<([(HeaderName, &'static str); 1], String)> {
    let out = show(&db, &state, id).await?;
    Ok(([(CONTENT_TYPE, "text/dns; charset=utf-8")], zone_file(&out.records)))
}
