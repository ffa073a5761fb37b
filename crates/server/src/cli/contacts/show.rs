//! `smartpush contacts show`: everything that is known of one contact. Each part beyond the fields is a
//! section of the feature that knows it; one line each below.

use crate::cli::{Context, Outcome};
use audience::contacts::section::ContactSection;
use audience::contacts::view::{Dictionary, show_whole};
use audience::contacts::{self, StoredContact};
use kernel::email::EmailAddress;
use kernel::ids::{ContactId, StoreId};
use kernel::{Code, OrFault, Problem, Result};
use serde_json::{Map, Value, json};
use store::{StoreKeys, Tx};
use web::Actor;

/// Arguments of `contacts show`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The store.
    #[arg(long, value_name = "ID")]
    store: StoreId,
    /// Email address, phone number with +, or id of the contact.
    #[arg(value_name = "EMAIL")]
    contact: String,
}

/// Parts beyond the fields, in the order in which they are shown.
fn sections() -> Vec<Box<dyn ContactSection>> {
    vec![
        Box::new(audience::consent::ConsentSection),
        Box::new(automation::campaigns::decisions::DecisionsSection),
    ]
}

/// Runs it.
pub async fn run(context: &Context, args: Args) -> Result<Outcome> {
    let store = context.store(args.store).await?;
    let keys = context.vault().await?.keys(store.db(), store.scope()).await?;
    let shown = store
        .write(move |tx| {
            let contact = find(tx, &keys, &args.contact)?;
            tenancy::audit::record(tx, Actor::Operator, "contact.shown", contact.id, &json!({}))?;
            describe(tx, &keys, &contact)
        })
        .await?;
    let text = serde_json::to_string_pretty(&shown).or_fault("write a contact")?;
    Ok(Outcome::done(Value::Object(shown), text))
}

fn find(tx: &mut Tx<'_>, keys: &StoreKeys, named: &str) -> Result<StoredContact> {
    let found = if let Ok(id) = named.parse::<ContactId>() {
        contacts::find_by_id(tx, id)?
    } else if let Ok(email) = EmailAddress::parse(named) {
        contacts::find_by_email(tx, keys, email.as_str())?
    } else if let Ok(number) = contacts::phone::parse(named, None) {
        contacts::find_by_phone(tx, keys, &number)?
    } else {
        let detail = "Name a contact by email address, phone number with + and country code, or id (con_…).";
        return Err(Problem::new(Code::BadRequest, detail).into());
    };
    found.ok_or_else(|| Problem::not_found("contact").into())
}

/// The fields as the API shows them, a status a channel in one word, and every section.
fn describe(tx: &mut Tx<'_>, keys: &StoreKeys, contact: &StoredContact) -> Result<Map<String, Value>> {
    let out = show_whole(contact, &contact.open(keys)?, &Dictionary::load(tx)?);
    let Value::Object(mut shown) = serde_json::to_value(out).or_fault("write a contact")? else {
        return Err(kernel::Fault::new("a contact is not an object").into());
    };
    let statuses: Map<String, Value> = audience::consent::Channel::ALL
        .iter()
        .map(|c| (c.as_str().to_owned(), contact.facts.channel(*c).status.as_str().into()))
        .collect();
    shown.insert("statuses".into(), statuses.into());
    for section in sections() {
        shown.insert(section.name().into(), section.show(tx, keys, contact)?);
    }
    Ok(shown)
}
