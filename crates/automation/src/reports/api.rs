//! Reports over HTTP.

use super::model::{Kind, Report};
use super::sql;
use crate::campaigns;
use audience::contacts;
use kernel::ids::{CampaignId, ContactId};
use messaging::outbox::{Fate, ledger};
use messaging::tracking;
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{StoreKeys, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::ReadReports;
use web::{AppState, Json, Page, PageParams, Paged, Path, Query, Tenant};

/// Recipients decrypted for one domain report; beyond, the first so many are counted.
const DOMAIN_RECIPIENTS_MAX: usize = 1_000_000;
const DOMAINS_SHOWN: usize = 50;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_report))
        .routes(routes!(list_report_people))
        .routes(routes!(list_report_domains))
        .routes(routes!(export_report))
}

fn whole(tx: &mut Tx<'_>, id: CampaignId) -> kernel::Result<Report> {
    campaigns::sql::get(tx, id)?;
    let links = tracking::list_links(tx, id)?;
    sql::report(tx, id, &links)
}

/// The report of a campaign; live while it goes out.
#[utoipa::path(get, path = "/api/v1/campaigns/{id}/report", operation_id = "get_report", params(("id" = CampaignId, Path)),
    security(("key" = ["reports:read"])), responses((status = 200, body = Report),
        (status = 409, description = "The campaign is not launched yet.")))]
async fn get_report(db: Tenant<ReadReports>, Path(id): Path<CampaignId>) -> web::Result<Json<Report>> {
    Ok(Json(db.read(move |tx| whole(tx, id)).await?))
}

/// Whom a figure counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Figure {
    #[default]
    Audience,
    Accepted,
    Deferred,
    Failed,
    Suppressed,
    Unknown,
    Opened,
    OpenedByMachine,
    Clicked,
    ClickedByMachine,
    Bounced,
    Complained,
    Unsubscribed,
}

/// Which figure to look behind.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PeopleParams {
    /// The figure; the audience if absent.
    #[serde(default)]
    #[param(inline)]
    pub(super) figure: Figure,
    /// For clicks: the number of the link.
    link: Option<u16>,
    /// For suppressed and failed: only with this reason or class.
    #[param(max_length = 64)]
    reason: Option<String>,
}

/// A contact behind a figure.
#[derive(Serialize, ToSchema)]
struct PersonOut {
    id: ContactId,
    email: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    /// What became of the message, in words.
    decision: campaigns::decisions::Decision,
}

/// The contacts behind a figure of the report.
#[utoipa::path(get, path = "/api/v1/campaigns/{id}/report/people", operation_id = "list_report_people",
    params(("id" = CampaignId, Path), PeopleParams, PageParams), security(("key" = ["reports:read"])),
    responses((status = 200, body = Page<PersonOut>)))]
async fn list_report_people(
    db: Tenant<ReadReports>,
    Path(id): Path<CampaignId>,
    Query(wanted): Query<PeopleParams>,
    paged: Paged<u32>,
) -> web::Result<Json<Page<PersonOut>>> {
    let keys = db.keys().await?;
    let (after, limit) = (paged.after, paged.fetch() as usize);
    let people = db
        .read(move |tx| {
            campaigns::sql::get(tx, id)?;
            let set = behind(tx, id, &wanted)?;
            let from = after.map_or(0, |ordinal| ordinal.saturating_add(1));
            let ordinals: Vec<u32> = set.range(from..).take(limit).collect();
            people(tx, &keys, id, &ordinals)
        })
        .await?;
    Ok(Json(paged.page(people, |(ordinal, _)| *ordinal)?.map(|(_, person)| person)))
}

pub(super) fn behind(
    tx: &mut Tx<'_>,
    id: CampaignId,
    wanted: &PeopleParams,
) -> kernel::Result<RoaringBitmap> {
    let of_kind = |tx: &mut Tx<'_>, kind| sql::people(tx, id, kind, wanted.link);
    match wanted.figure {
        Figure::Audience => Ok(ledger::find_audience(tx, id)?.0),
        Figure::Opened => of_kind(tx, Kind::Opened),
        Figure::OpenedByMachine => of_kind(tx, Kind::OpenedByMachine),
        Figure::Clicked => of_kind(tx, Kind::Clicked),
        Figure::ClickedByMachine => of_kind(tx, Kind::ClickedByMachine),
        Figure::Bounced => of_kind(tx, Kind::Bounced),
        Figure::Complained => of_kind(tx, Kind::Complained),
        Figure::Unsubscribed => of_kind(tx, Kind::Unsubscribed),
        Figure::Accepted | Figure::Deferred | Figure::Failed | Figure::Suppressed | Figure::Unknown => {
            by_fate(tx, id, wanted)
        }
    }
}

/// Recipients whose last fate is the wanted one.
fn by_fate(tx: &mut Tx<'_>, id: CampaignId, wanted: &PeopleParams) -> kernel::Result<RoaringBitmap> {
    let mut found = RoaringBitmap::new();
    ledger::each_outcome(tx, id, |outcome, _| {
        for (fate, set) in &outcome.groups {
            if fits(fate, wanted) { found |= set } else { found -= set }
        }
        Ok(())
    })?;
    Ok(found)
}

fn fits(fate: &Fate, wanted: &PeopleParams) -> bool {
    let decision = campaigns::decisions::Decision::of(*fate);
    let reason = wanted.reason.as_ref().is_none_or(|r| decision.reason.as_ref() == Some(r));
    let figure = match wanted.figure {
        Figure::Accepted => matches!(fate, Fate::Accepted),
        Figure::Deferred => matches!(fate, Fate::Deferred(..)),
        Figure::Failed => matches!(fate, Fate::Failed(_)),
        Figure::Suppressed => matches!(fate, Fate::Suppressed(_)),
        Figure::Unknown => matches!(fate, Fate::Unknown),
        _ => false,
    };
    figure && reason
}

fn people(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    id: CampaignId,
    ordinals: &[u32],
) -> kernel::Result<Vec<(u32, PersonOut)>> {
    let mut found = Vec::new();
    let mut decisions = campaigns::decisions::find_many(tx, id, ordinals)?;
    for contact in contacts::load_many(tx, ordinals)? {
        let personal = contact.open(keys)?;
        let Some(decision) = decisions.remove(&contact.ordinal) else { continue };
        let person = PersonOut {
            id: contact.id,
            email: personal.email,
            first_name: personal.first_name,
            last_name: personal.last_name,
            decision,
        };
        found.push((contact.ordinal, person));
    }
    Ok(found)
}

/// Figures of one recipient domain.
#[derive(Serialize, ToSchema)]
struct DomainFigures {
    /// The part after the @; `other` for the rest.
    domain: String,
    accepted: u64,
    failed: u64,
    opened: u64,
    clicked: u64,
}

/// Figures of recipient domains.
#[derive(Serialize, ToSchema)]
struct DomainFiguresOut {
    /// The largest, most recipients first.
    items: Vec<DomainFigures>,
}

/// Deliveries, opens and clicks by recipient domain. Addresses are decrypted for it.
#[utoipa::path(get, path = "/api/v1/campaigns/{id}/report/domains", operation_id = "list_report_domains",
    params(("id" = CampaignId, Path)), security(("key" = ["reports:read"])), responses((status = 200, body = DomainFiguresOut)))]
async fn list_report_domains(
    db: Tenant<ReadReports>,
    Path(id): Path<CampaignId>,
) -> web::Result<Json<DomainFiguresOut>> {
    let keys = db.keys().await?;
    let items = db
        .read(move |tx| {
            campaigns::sql::get(tx, id)?;
            domains(tx, &keys, id)
        })
        .await?;
    Ok(Json(DomainFiguresOut { items }))
}

fn domains(tx: &mut Tx<'_>, keys: &StoreKeys, id: CampaignId) -> kernel::Result<Vec<DomainFigures>> {
    let figure = |figure| PeopleParams { figure, link: None, reason: None };
    let sets = [
        by_fate(tx, id, &figure(Figure::Accepted))?,
        by_fate(tx, id, &figure(Figure::Failed))?,
        sql::people(tx, id, Kind::Opened, None)?,
        sql::people(tx, id, Kind::Clicked, None)?,
    ];
    let all: Vec<u32> = (&sets[0] | &sets[1]).iter().take(DOMAIN_RECIPIENTS_MAX).collect();
    let mut counts: BTreeMap<String, [u64; 4]> = BTreeMap::new();
    for part in all.chunks(5_000) {
        for contact in contacts::load_many(tx, part)? {
            let Some(email) = contact.open(keys)?.email else { continue };
            let domain = email.rsplit('@').next().unwrap_or_default().to_owned();
            let row = counts.entry(domain).or_default();
            for (count, set) in row.iter_mut().zip(&sets) {
                *count += u64::from(set.contains(contact.ordinal));
            }
        }
    }
    Ok(largest(counts))
}

fn largest(counts: BTreeMap<String, [u64; 4]>) -> Vec<DomainFigures> {
    let out = |domain: String, [accepted, failed, opened, clicked]: [u64; 4]| DomainFigures {
        domain,
        accepted,
        failed,
        opened,
        clicked,
    };
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|(_, c)| std::cmp::Reverse(c[0] + c[1]));
    let rest = rows.split_off(rows.len().min(DOMAINS_SHOWN));
    let mut items: Vec<DomainFigures> = rows.into_iter().map(|(domain, c)| out(domain, c)).collect();
    if !rest.is_empty() {
        let sum = rest.iter().fold([0; 4], |sum: [u64; 4], (_, c)| std::array::from_fn(|i| sum[i] + c[i]));
        items.push(out("other".into(), sum));
    }
    items
}

/// The report as CSV: one line a figure.
#[utoipa::path(get, path = "/api/v1/campaigns/{id}/report.csv", operation_id = "export_report",
    params(("id" = CampaignId, Path)), security(("key" = ["reports:read"])),
    responses((status = 200, content_type = "text/csv", body = String),
        (status = 409, description = "The campaign is not launched yet.")))]
async fn export_report(
    db: Tenant<ReadReports>,
    Path(id): Path<CampaignId>,
) -> web::Result<([(&'static str, &'static str); 2], String)> {
    let report = db.read(move |tx| whole(tx, id)).await?;
    let headers = [
        ("content-type", "text/csv; charset=utf-8"),
        ("content-disposition", "attachment; filename=\"report.csv\""),
    ];
    Ok((headers, csv(&report)))
}

fn csv(report: &Report) -> String {
    let mut out = String::from("figure,detail,people,times\r\n");
    let mut line = |figure: &str, detail: &str, people: i64, times: i64| {
        out.push_str(&format!("{figure},{},{people},{times}\r\n", cell(detail)));
    };
    let s = &report.sums;
    for (figure, n) in [
        ("audience", s.audience),
        ("accepted", s.accepted),
        ("deferred", s.deferred),
        ("failed", s.failed),
        ("suppressed", s.suppressed),
        ("unknown", s.unknown),
        ("open", s.open),
    ] {
        line(figure, "", n, n);
    }
    for (figure, t) in [
        ("opened", report.opened),
        ("opened_by_machine", report.opened_by_machine),
        ("clicked", report.clicked),
        ("clicked_by_machine", report.clicked_by_machine),
        ("bounced", report.bounced),
        ("complained", report.complained),
        ("unsubscribed", report.unsubscribed),
    ] {
        line(figure, "", t.people as i64, t.times);
    }
    for link in &report.links {
        line("link", &link.url, link.people as i64, link.times);
    }
    for (figure, causes) in [("failure", &report.failures), ("decision", &report.decisions)] {
        for cause in causes {
            line(figure, &cause.reason, cause.count as i64, cause.count as i64);
        }
    }
    for hour in &report.hours {
        line("hour", &hour.hour.to_string(), hour.opened, hour.accepted);
    }
    out
}

/// A cell that no spreadsheet takes for a formula.
pub(super) fn cell(text: &str) -> String {
    let neutral =
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if neutral.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", neutral.replace('"', "\"\""))
    } else {
        neutral
    }
}
