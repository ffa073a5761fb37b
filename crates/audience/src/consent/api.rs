//! Consent of a contact over HTTP: read the history, record an answer.

use crate::consent::change::{IP, PROOF, StatusRequest, set_status};
use crate::consent::model::{Channel, ConsentSource, ConsentStatus, LedgerEntry, WORDING_MAX};
use crate::consent::sql::list_history;
use crate::contacts::acting::grounds_of;
use crate::contacts::view::{ContactOut, Dictionary, show};
use crate::contacts::{self as contacts};
use kernel::ids::{ContactId, ImportId};
use kernel::{Result, Timestamp};
use store::ContactKey;
use tenancy::audit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditContacts, ReadContacts};
use web::{AppState, Check, Errors, Json, Page, Path, Tagged, Tenant, Valid};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_consent, record_consent))
}

/// One entry of the ledger.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct ConsentEntryOut {
    /// The channel.
    pub channel: Channel,
    /// `subscribed`, `unsubscribed`, `bounced`, `bounced_lifted`, …
    #[schema(example = "subscribed")]
    pub change: String,
    /// Where from.
    pub source: ConsentSource,
    /// The words the contact saw.
    pub wording: String,
    /// Version of the wording.
    pub wording_version: String,
    /// When it was given or taken back.
    pub at: Timestamp,
    /// Who did it in the program.
    pub actor: String,
    /// The import, if it came from a file.
    pub import: Option<ImportId>,
    /// Address of the contact's machine, if known.
    pub ip: Option<String>,
    /// What proves it.
    pub proof: Option<String>,
}

impl ConsentEntryOut {
    /// Shows an entry, opening what is sealed.
    pub fn open(entry: LedgerEntry, key: &ContactKey) -> Result<Self> {
        let open = |purpose, sealed: Option<Vec<u8>>| -> Result<Option<String>> {
            let Some(sealed) = sealed else { return Ok(None) };
            Ok(Some(String::from_utf8_lossy(&key.open(purpose, &sealed)?).into_owned()))
        };
        Ok(ConsentEntryOut {
            channel: entry.channel,
            change: entry.change.as_word(),
            source: entry.grounds.source,
            wording: entry.grounds.wording,
            wording_version: entry.grounds.wording_version,
            at: entry.grounds.at,
            actor: entry.grounds.actor,
            import: entry.grounds.import,
            ip: open(IP, entry.ip_sealed)?,
            proof: open(PROOF, entry.proof_sealed)?,
        })
    }
}

/// The consent history of a contact, newest first, at most 1,000 entries (P-057).
#[utoipa::path(get, path = "/api/v1/contacts/{id}/consent", operation_id = "list_consent",
    params(("id" = ContactId, Path)), security(("key" = ["contacts:read"])),
    responses((status = 200, body = Page<ConsentEntryOut>)))]
async fn list_consent(
    db: Tenant<ReadContacts>,
    Path(id): Path<ContactId>,
) -> web::Result<Json<Page<ConsentEntryOut>>> {
    let keys = db.keys().await?;
    let items = db
        .read(move |tx| {
            let contact = contacts::get_by_id(tx, id)?;
            let key = contact.key(&keys)?;
            list_history(tx, contact.ordinal)?.into_iter().map(|e| ConsentEntryOut::open(e, &key)).collect()
        })
        .await?;
    Ok(Json(Page { items, next: None }))
}

/// An answer of a contact.
#[derive(Clone, Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ConsentChangeIn {
    /// The channel.
    channel: Channel,
    /// What she said.
    status: ConsentStatus,
    /// The words she saw; needed to subscribe.
    #[serde(default)]
    #[schema(max_length = 2000)]
    wording: String,
    /// Version of the wording.
    #[serde(default)]
    #[schema(max_length = 64)]
    wording_version: String,
    /// What proves it; needed to subscribe after an unsubscribe.
    #[schema(max_length = 2000)]
    proof: Option<String>,
    /// Address of her machine, if you know it.
    #[schema(value_type = Option<String>, max_length = 45, example = "203.0.113.9")]
    ip: Option<std::net::IpAddr>,
    /// When she said it; now if absent.
    at: Option<Timestamp>,
}

impl Check for ConsentChangeIn {
    fn check(&self, errors: &mut Errors) {
        errors.text("/wording", &self.wording, 0..=WORDING_MAX);
        errors.line("/wording_version", &self.wording_version, 0..=64);
    }
}

/// Record what a contact said about a channel.
///
/// An unsubscribe always takes effect. After one, a new subscription needs the wording and a proof.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/consent", operation_id = "record_consent",
    request_body = ConsentChangeIn, params(("id" = ContactId, Path)), security(("key" = ["contacts:edit"])),
    responses((status = 200, body = ContactOut)))]
async fn record_consent(
    db: Tenant<EditContacts>,
    Path(id): Path<ContactId>,
    Valid(body): Valid<ConsentChangeIn>,
) -> web::Result<Tagged<ContactOut>> {
    let (keys, actor) = (db.keys().await?, db.actor());
    let shown = db
        .write(move |tx| {
            let request = request(body, grounds_of(actor, tx.now()));
            let contact = set_status(tx, &keys, id, &request)?;
            let details = serde_json::json!({ "channel": request.channel, "status": request.status });
            audit::record(tx, actor, "consent.recorded", id, &details)?;
            Ok(show(&contact, &contact.open(&keys)?, &Dictionary::load(tx)?))
        })
        .await?;
    Ok(Tagged(shown.version, shown))
}

fn request(body: ConsentChangeIn, mut grounds: crate::consent::Grounds) -> StatusRequest {
    grounds.at = body.at.unwrap_or(grounds.at).min(grounds.at);
    grounds.wording = body.wording;
    grounds.wording_version = body.wording_version;
    StatusRequest {
        channel: body.channel,
        status: body.status,
        grounds,
        ip: body.ip.map(|ip| ip.to_string()),
        proof: body.proof.filter(|p| !p.trim().is_empty()),
    }
}
