//! The suppression list over HTTP. Addresses go in and are looked up; they never come out.

use crate::consent::model::{Change, Channel, ConsentSource, Suppression};
use crate::consent::{change_many, suppress_address};
use crate::contacts::acting::grounds_of;
use crate::contacts::draft::{Blind, blind_email, blind_phone};
use crate::contacts::{self as contacts, phone};
use crate::suppressions::model::{Entry, Reason};
use crate::suppressions::sql;
use kernel::email::EmailAddress;
use kernel::ids::{ContactId, SuppressionId};
use kernel::{Problem, Result, Timestamp};
use store::{StoreKeys, Tx};
use tenancy::audit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditContacts, ReadContacts};
use web::{Actor, AppState, Created, Json, NoContent, Page, PageParams, Paged, Path, Query, Tenant};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_suppressions, create_suppression))
        .routes(routes!(delete_suppression))
}

/// An entry as shown. The list keeps a keyed hash, so an address without a contact can't be shown.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
struct SuppressionOut {
    id: SuppressionId,
    channel: Channel,
    reason: Reason,
    /// Since when.
    at: Timestamp,
    source: ConsentSource,
    /// Who did it in the program.
    actor: String,
    /// The contact who has the address, if there is one.
    contact: Option<ContactId>,
}

fn show(entry: Entry, contact: Option<ContactId>) -> SuppressionOut {
    SuppressionOut {
        id: entry.id,
        channel: entry.channel,
        reason: entry.reason,
        at: entry.at,
        source: entry.source,
        actor: entry.actor,
        contact,
    }
}

fn show_all(tx: &mut Tx<'_>, entries: Vec<Entry>) -> Result<Vec<SuppressionOut>> {
    let ordinals: Vec<u32> = entries.iter().filter_map(|e| e.ordinal).collect();
    let owners = contacts::load_many(tx, &ordinals)?;
    let id_of = |ordinal| owners.iter().find(|c| Some(c.ordinal) == ordinal).map(|c| c.id);
    Ok(entries
        .into_iter()
        .map(|e| {
            let owner = id_of(e.ordinal);
            show(e, owner)
        })
        .collect())
}

/// An address to look up; at most one of the two.
#[derive(Clone, Default, Debug, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LookupParams {
    /// Only entries of this email address.
    email: Option<String>,
    /// Only entries of this phone number in E.164.
    phone: Option<String>,
}

/// An address and what is to be done with it.
fn address(
    email: Option<&str>,
    number: Option<&str>,
    place: &str,
    keys: &StoreKeys,
) -> Result<(Channel, Blind)> {
    let wrong = |field: &str, why: &str| {
        Problem::field(format!("{place}{field}"), "not_valid", format!("Not taken: {why}."))
    };
    match (email, number) {
        (Some(email), None) => {
            let email = EmailAddress::parse(email).map_err(|why| wrong("email", why))?;
            Ok((Channel::Email, blind_email(keys, email.as_str())))
        }
        (None, Some(number)) => {
            let number = phone::parse(number, None).map_err(|why| wrong("phone", why))?;
            Ok((Channel::Sms, blind_phone(keys, &number)))
        }
        _ => Err(wrong("email", "give an email address or a phone number, one of the two").into()),
    }
}

/// The suppression list, newest first; or what it says about one address.
#[utoipa::path(get, path = "/api/v1/suppressions", operation_id = "list_suppressions",
    params(LookupParams, PageParams), security(("key" = ["contacts:read"])),
    responses((status = 200, body = Page<SuppressionOut>)))]
async fn list_suppressions(
    db: Tenant<ReadContacts>,
    Query(wanted): Query<LookupParams>,
    paged: Paged,
) -> web::Result<Json<Page<SuppressionOut>>> {
    let keys = db.keys().await?;
    if wanted.email.is_some() || wanted.phone.is_some() {
        let (channel, blind) = address(wanted.email.as_deref(), wanted.phone.as_deref(), "?", &keys)?;
        let items = db
            .read(move |tx| {
                let entries = sql::list_of_address(tx, channel, blind)?;
                show_all(tx, entries)
            })
            .await?;
        return Ok(Json(Page { items, next: None }));
    }
    let (before, fetch) = (paged.after.unwrap_or(i64::MAX), paged.fetch());
    let shown = db
        .read(move |tx| {
            let entries = sql::list(tx, before, fetch)?;
            show_all(tx, entries)
        })
        .await?;
    Ok(Json(paged.page(shown, |e| e.id.0)?))
}

/// An address to suppress: an email address or a phone number.
#[derive(Clone, Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SuppressionIn {
    /// Email address.
    #[schema(example = "ana@example.com")]
    email: Option<String>,
    /// Phone number in E.164.
    #[schema(example = "+6591234567")]
    phone: Option<String>,
}

/// Put an address on the list. It need not belong to a contact.
#[utoipa::path(post, path = "/api/v1/suppressions", operation_id = "create_suppression",
    request_body = SuppressionIn, security(("key" = ["contacts:edit"])),
    responses((status = 201, body = SuppressionOut)))]
async fn create_suppression(
    db: Tenant<EditContacts>,
    Json(body): Json<SuppressionIn>,
) -> web::Result<Created<SuppressionOut>> {
    let (keys, actor) = (db.keys().await?, db.actor());
    let made = db
        .write(move |tx| {
            let (channel, blind) = address(body.email.as_deref(), body.phone.as_deref(), "/", &keys)?;
            let grounds = grounds_of(actor, tx.now());
            suppress_address(tx, channel, blind, Reason::Suppressed, &grounds)?;
            let entries = sql::list_of_address(tx, channel, blind)?;
            let made = show_all(tx, entries)?.into_iter().find(|e| e.reason == Reason::Suppressed);
            let made = made.ok_or_else(|| Problem::not_found("suppression"))?;
            audit::record(tx, actor, "suppression.created", made.id, &serde_json::json!({}))?;
            Ok(made)
        })
        .await?;
    Ok(Created(made))
}

/// Take an address off the list.
///
/// Bounces and the merchant's own entries can be lifted. A complaint or an unsubscribe can't: only the
/// contact herself takes those back.
#[utoipa::path(delete, path = "/api/v1/suppressions/{id}", operation_id = "delete_suppression",
    params(("id" = SuppressionId, Path)), security(("key" = ["contacts:edit"])), responses((status = 204)))]
async fn delete_suppression(
    db: Tenant<EditContacts>,
    Path(id): Path<SuppressionId>,
) -> web::Result<NoContent> {
    let actor = db.actor();
    db.write(move |tx| lift(tx, actor, id)).await?;
    Ok(NoContent)
}

fn lift(tx: &mut Tx<'_>, actor: Actor, id: SuppressionId) -> Result<()> {
    let (entry, blind) = sql::find(tx, id)?.ok_or_else(|| Problem::not_found("suppression"))?;
    let flag = match entry.reason {
        Reason::Bounced => Suppression::Bounced,
        Reason::Suppressed => Suppression::Suppressed,
        Reason::Complained | Reason::Unsubscribed => {
            return Err(Problem::conflict(
                "A complaint or an unsubscribe is taken back by the contact only, by opting in again.",
            )
            .into());
        }
    };
    if let Some(ordinal) = entry.ordinal {
        change_many(tx, &[ordinal], entry.channel, Change::Lift(flag), &grounds_of(actor, tx.now()))?;
    }
    sql::delete(tx, entry.channel, entry.reason, &[blind])?;
    audit::record(tx, actor, "suppression.deleted", id, &serde_json::json!({})).map(drop)
}
