//! The items of the list, in the order in which one does them, each with how it is found out.

use audience::contacts;
use automation::campaigns;
use kernel::Result;
use messaging::outbox::ledger;
use messaging::{domains, relays, templates};
use serde::Serialize;
use store::Tx;
use tenancy::stores::{Brand, Store};
use utoipa::ToSchema;

/// An item of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum SetupKey {
    /// Say where the merchant can be reached by letter; marketing mail must tell it.
    PostalAddress,
    /// Have a domain of one's own whose records are right.
    SenderDomain,
    /// Have a relay that mail leaves by and whose test passed.
    Relay,
    /// Have contacts.
    Contacts,
    /// Say how the store looks.
    Brand,
    /// Have a template.
    Template,
    /// Send a test.
    TestMessage,
    /// Launch a campaign.
    FirstCampaign,
}

/// How an item stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SetupItem {
    key: SetupKey,
    pub(super) done: bool,
    /// What is there, or what is wrong with it.
    detail: Option<String>,
}

type Found = (bool, Option<String>);
type Find = fn(&mut Tx<'_>, &Store) -> Result<Found>;

/// The list.
const ITEMS: &[(SetupKey, Find)] = &[
    (SetupKey::PostalAddress, |_, store| Ok((store.settings.postal_address.is_some(), None))),
    (SetupKey::SenderDomain, sender_domain),
    (SetupKey::Relay, relay),
    (SetupKey::Contacts, |tx, _| Ok((contacts::any(tx)?, None))),
    (SetupKey::Brand, |_, store| Ok((store.settings.brand != Brand::default(), None))),
    (SetupKey::Template, |tx, _| Ok((!templates::sql::list_templates(tx, i64::MAX, 1)?.is_empty(), None))),
    (SetupKey::TestMessage, |tx, _| Ok((ledger::has_test(tx)?, None))),
    (SetupKey::FirstCampaign, |tx, _| Ok((campaigns::any_launched(tx)?, None))),
];

/// Finds out how every item stands.
pub(super) fn find(tx: &mut Tx<'_>) -> Result<Vec<SetupItem>> {
    let store = tenancy::stores::get_in(tx)?;
    let item = |(key, find): &(SetupKey, Find)| {
        let (done, detail) = find(tx, &store)?;
        Ok(SetupItem { key: *key, done, detail })
    };
    ITEMS.iter().map(item).collect()
}

fn sender_domain(tx: &mut Tx<'_>, _: &Store) -> Result<Found> {
    let all = domains::list_domains(tx)?;
    if let Some(verified) = all.iter().find(|d| d.verified) {
        return Ok((true, Some(verified.domain.clone())));
    }
    let detail = all.first().map(|d| format!("The records of {} are not all right yet.", d.domain));
    Ok((false, detail))
}

fn relay(tx: &mut Tx<'_>, _: &Store) -> Result<Found> {
    let outward: Vec<_> = relays::list_health(tx)?.into_iter().filter(|r| !r.sandbox).collect();
    if let Some(tested) = outward.iter().find(|r| r.passed == Some(true)) {
        return Ok((true, Some(tested.name.clone())));
    }
    let detail = outward.first().map(|relay| match relay.passed {
        Some(_) => format!("The test of {} failed.", relay.name),
        None => format!("{} was not tested yet.", relay.name),
    });
    Ok((false, detail))
}
