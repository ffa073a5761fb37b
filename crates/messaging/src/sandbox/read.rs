//! Reading captured messages.

use super::capture::{RAW, SUMMARY};
use super::model::Summary;
use super::sql;
use audience::contacts::{self, StoredContact};
use kernel::ids::{CampaignId, ContactId, MessageId};
use kernel::{OrFault, Problem, Result, Timestamp};
use std::collections::HashMap;
use store::{Row, StoreKeys, Tx, params};

/// A captured message in a list. Contact and summary are absent once the contact is erased.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its id.
    pub id: MessageId,
    /// The campaign; 0 for messages without one.
    pub campaign: CampaignId,
    /// The contact.
    pub contact: Option<ContactId>,
    /// When it was captured.
    pub at: Timestamp,
    /// Size in bytes.
    pub size: i64,
    /// Subject and addresses.
    pub summary: Option<Summary>,
}

/// Which messages.
#[derive(Clone, Copy, Debug)]
pub enum Filter {
    /// All.
    All,
    /// Of a campaign.
    Campaign(CampaignId),
    /// Of a contact.
    Contact(ContactId),
}

/// Messages before an id (`i64::MAX` for the newest), newest first. Problem: there is no such contact.
pub fn list(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    filter: Filter,
    before: i64,
    limit: i64,
) -> Result<Vec<Entry>> {
    let rows = match filter {
        Filter::All => tx.query(&sql::LIST_MESSAGES, params![before, limit])?,
        Filter::Campaign(id) => tx.query(&sql::LIST_CAMPAIGN_MESSAGES, params![before, limit, id])?,
        Filter::Contact(id) => {
            let ordinal = contacts::get_by_id(tx, id)?.ordinal;
            tx.query(&sql::LIST_CONTACT_MESSAGES, params![before, limit, ordinal])?
        }
    };
    let ordinals: Vec<u32> = rows.iter().map(|r| r.int(2).map(|o| o as u32)).collect::<Result<_>>()?;
    let contacts: HashMap<u32, StoredContact> =
        contacts::load_many(tx, &ordinals)?.into_iter().map(|c| (c.ordinal, c)).collect();
    rows.iter().zip(ordinals).map(|(row, ordinal)| entry(row, keys, contacts.get(&ordinal))).collect()
}

fn entry(row: &Row, keys: &StoreKeys, contact: Option<&StoredContact>) -> Result<Entry> {
    let summary = match contact {
        Some(contact) => {
            let plain = contact.key(keys)?.open(SUMMARY, &row.blob(5)?)?;
            Some(serde_json::from_slice(&plain).or_fault("read a summary")?)
        }
        None => None,
    };
    Ok(Entry {
        id: MessageId(row.int(0)?),
        campaign: CampaignId(row.int(1)?),
        contact: contact.map(|c| c.id),
        at: row.time(3)?,
        size: row.int(4)?,
        summary,
    })
}

/// One message with its source. Problem: there is none, or its contact was erased.
pub fn open_raw(tx: &mut Tx<'_>, keys: &StoreKeys, id: MessageId) -> Result<(Entry, Vec<u8>)> {
    let absent = || Problem::not_found("captured message");
    let row = tx.query_opt(&sql::FIND_MESSAGE, params![id])?.ok_or_else(absent)?;
    let contact = contacts::find_by_ordinal(tx, row.int(2)? as u32)?.ok_or_else(absent)?;
    let raw = contact.key(keys)?.open(RAW, &row.blob(6)?)?;
    Ok((entry(&row, keys, Some(&contact))?, raw))
}

/// Number of messages.
pub fn count(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one(&sql::COUNT_MESSAGES, params![])?.int(0)
}
