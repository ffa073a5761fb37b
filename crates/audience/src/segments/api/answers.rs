//! What rules answer, over HTTP: how many, who, and why.

use super::rule_of;
use crate::contacts;
use crate::contacts::view::{ContactOut, Dictionary, show};
use crate::segments::answers::{self, Explanation, Finding, SAMPLE_MAX, SampleMember};
use crate::segments::model::Rule;
use crate::segments::saved;
use kernel::Result;
use kernel::ids::{ContactId, SegmentId};
use serde_json::Value as Json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{ReadContacts, ReadSegments};
use web::{AppState, Page, PageParams, Paged, Path, Query, Right, Tenant};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(count_segment))
        .routes(routes!(list_segment_members))
        .routes(routes!(explain_segment))
        .routes(routes!(count_rule))
}

/// How much to tell about the members.
#[derive(Debug, Default, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CountParams {
    /// Members to show with the reasons why they match; needs the right contacts:read.
    #[param(minimum = 0, maximum = 50)]
    sample: Option<u8>,
}

/// Members of a rule: how many, and some of them.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct CountOut {
    /// Contacts that satisfy the rule.
    count: u64,
    /// What the rule says.
    sentence: String,
    /// Some members, spread over the store, with reasons.
    sample: Vec<SampleMemberOut>,
}

/// A member of a sample.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct SampleMemberOut {
    contact: ContactId,
    /// Why it matches, in English.
    #[schema(example = json!(["country is SG"]))]
    reasons: Vec<String>,
    /// Which conditions decided, one for each reason.
    because: Vec<BecauseOut>,
}

/// A condition that decided.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct BecauseOut {
    /// Its place among the conditions of the rule, in the order of the document; 0 is the first.
    condition: usize,
    /// Whether it holds; under a `not` it is its not holding that decides.
    holds: bool,
}

impl From<SampleMember> for SampleMemberOut {
    fn from(member: SampleMember) -> Self {
        let because = member.reasons.iter().map(|r| BecauseOut { condition: r.condition, holds: r.holds });
        let because = because.collect();
        let reasons = member.reasons.into_iter().map(|r| r.why).collect();
        SampleMemberOut { contact: member.contact, reasons, because }
    }
}

/// Counts a rule. Reasons quote personal data, so a sample needs the right to read contacts.
async fn count<R: Right>(db: &Tenant<R>, rule: &Rule, sample: Option<u8>) -> Result<CountOut> {
    let size = usize::from(sample.unwrap_or(0)).min(SAMPLE_MAX);
    if size > 0 && !db.rights().has::<ReadContacts>() {
        let detail =
            "A sample shows contacts and needs the right contacts:read; leave `sample` out to count only.";
        return Err(kernel::Problem::new(kernel::Code::Forbidden, detail).into());
    }
    let keys = db.keys().await?;
    let (count, members) = match size {
        0 => (answers::count(db, &keys, rule).await?, Vec::new()),
        size => answers::count_and_sample(db, &keys, rule, size).await?,
    };
    let sentence = answers::sentence(db, rule).await?;
    Ok(CountOut { count, sentence, sample: members.into_iter().map(SampleMemberOut::from).collect() })
}

/// Count the members of a segment, exactly and now.
#[utoipa::path(post, path = "/api/v1/segments/{id}/count", operation_id = "count_segment",
    params(("id" = SegmentId, Path), CountParams), security(("key" = ["segments:read"])),
    responses((status = 200, body = CountOut)))]
async fn count_segment(
    db: Tenant<ReadSegments>,
    Path(id): Path<SegmentId>,
    Query(wanted): Query<CountParams>,
) -> web::Result<web::Json<CountOut>> {
    let segment = db.read(move |tx| saved::get(tx, id)).await?;
    let counted = count(&db, &segment.rule, wanted.sample).await?;
    let members = counted.count;
    db.write(move |tx| saved::put_count(tx, id, segment.version, members)).await?;
    Ok(web::Json(counted))
}

/// A rule to count.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CountIn {
    /// The rule document.
    #[schema(value_type = Object, example = json!({"version": 1, "rule": {"condition": "everybody"}}))]
    rule: Json,
    /// Members to show with the reasons why they match; needs the right contacts:read.
    #[schema(maximum = 50)]
    sample: Option<u8>,
}

/// Count the contacts that satisfy a rule which is not saved.
#[utoipa::path(post, path = "/api/v1/segments/count", operation_id = "count_rule", request_body = CountIn,
    security(("key" = ["segments:read"])), responses((status = 200, body = CountOut)))]
async fn count_rule(
    db: Tenant<ReadSegments>,
    web::Json(body): web::Json<CountIn>,
) -> web::Result<web::Json<CountOut>> {
    let rule = rule_of(&body.rule)?;
    Ok(web::Json(count(&db, &rule, body.sample).await?))
}

/// Members of a segment, oldest first.
#[utoipa::path(get, path = "/api/v1/segments/{id}/members", operation_id = "list_segment_members",
    params(("id" = SegmentId, Path), PageParams), security(("key" = ["contacts:read"])),
    responses((status = 200, body = Page<ContactOut>)))]
async fn list_segment_members(
    db: Tenant<ReadContacts>,
    Path(id): Path<SegmentId>,
    paged: Paged<u32>,
) -> web::Result<web::Json<Page<ContactOut>>> {
    let (keys, after, fetch) = (db.keys().await?, paged.after, paged.fetch() as usize);
    let segment = db.read(move |tx| saved::get(tx, id)).await?;
    let members = answers::list_members(&db, &keys, &segment.rule, after, fetch).await?;
    let page = paged.page(members, |(ordinal, _)| *ordinal)?;
    let ordinals: Vec<u32> = page.items.iter().map(|(ordinal, _)| *ordinal).collect();
    let items = db
        .read(move |tx| {
            let dictionary = Dictionary::load(tx)?;
            let found = contacts::load_many(tx, &ordinals)?;
            found.iter().map(|c| Ok(show(c, &c.open(&keys)?, &dictionary))).collect::<Result<Vec<_>>>()
        })
        .await?;
    Ok(web::Json(Page { items, next: page.next }))
}

/// A rule as it stands for one contact.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct ExplanationOut {
    /// Whether the contact is a member.
    matches: bool,
    /// Every condition of the rule.
    conditions: Vec<FindingOut>,
}

/// A condition as it stands for one contact.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct FindingOut {
    /// Where it stands in the rule (JSON pointer).
    #[schema(example = "/rule/all/0")]
    pointer: String,
    /// What it says.
    sentence: String,
    /// Whether it holds.
    holds: bool,
    /// The evidence.
    #[schema(example = "country is SG")]
    why: String,
}

impl From<Explanation> for ExplanationOut {
    fn from(e: Explanation) -> Self {
        let finding =
            |f: Finding| FindingOut { pointer: f.pointer, sentence: f.sentence, holds: f.holds, why: f.why };
        ExplanationOut { matches: e.matches, conditions: e.conditions.into_iter().map(finding).collect() }
    }
}

/// Why a contact is a member of a segment, or not: each condition with its evidence.
#[utoipa::path(get, path = "/api/v1/segments/{id}/contacts/{contact}", operation_id = "explain_segment",
    params(("id" = SegmentId, Path), ("contact" = ContactId, Path)), security(("key" = ["contacts:read"])),
    responses((status = 200, body = ExplanationOut)))]
async fn explain_segment(
    db: Tenant<ReadContacts>,
    Path((id, contact)): Path<(SegmentId, ContactId)>,
) -> web::Result<web::Json<ExplanationOut>> {
    let keys = db.keys().await?;
    let segment = db.read(move |tx| saved::get(tx, id)).await?;
    let explanation = answers::explain(&db, &keys, &segment.rule, contact).await?;
    Ok(web::Json(explanation.into()))
}
