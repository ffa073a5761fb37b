//! Taking messages in, in the transaction that settles them.

use super::model::Summary;
use super::sql;
use audience::contacts;
use kernel::ids::{CampaignId, IdMaker, MessageId};
use kernel::{OrFault, Result};
use std::collections::HashMap;
use store::{StoreKeys, Tx, Value, params};

/// Messages kept in a store.
pub const KEPT_MAX: i64 = 10_000;
/// Purposes of the sealed parts.
pub(super) const SUMMARY: &str = "sandbox.summary";
pub(super) const RAW: &str = "sandbox.raw";

/// A message that would have been sent.
#[derive(Clone, Debug)]
pub struct Captured {
    /// The campaign; 0 for messages without one.
    pub campaign: CampaignId,
    /// The contact it is for.
    pub ordinal: u32,
    /// The whole message: header fields, empty line, body.
    pub raw: Vec<u8>,
}

/// Keeps messages; answers how many. A message whose contact was erased meanwhile is not kept.
/// Sealing costs about 10 µs a message of 10 KB; call it with at most some thousand at once.
pub fn capture(tx: &mut Tx<'_>, keys: &StoreKeys, messages: &[Captured]) -> Result<usize> {
    let skipped = messages.len().saturating_sub(KEPT_MAX as usize);
    let messages = &messages[skipped..];
    let ordinals: Vec<u32> = messages.iter().map(|m| m.ordinal).collect();
    let contacts: HashMap<u32, _> =
        contacts::load_many(tx, &ordinals)?.into_iter().map(|c| (c.ordinal, c)).collect();
    let (first, now) = (tx.ids().make_block(messages.len() as u32), tx.now());
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(messages.len());
    for message in messages {
        let Some(contact) = contacts.get(&message.ordinal) else { continue };
        let key = contact.key(keys)?;
        let id: MessageId = IdMaker::nth(first, rows.len() as u32).into();
        let summary = serde_json::to_vec(&Summary::of(&message.raw)).or_fault("write a summary")?;
        rows.push(vec![
            id.into(),
            message.campaign.into(),
            message.ordinal.into(),
            now.into(),
            (message.raw.len() as i64).into(),
            key.seal(SUMMARY, &summary)?.into(),
            key.seal(RAW, &message.raw)?.into(),
        ]);
    }
    let kept = rows.len();
    tx.insert_many(&sql::INSERT_MESSAGE, rows)?;
    drop_oldest(tx)?;
    Ok(kept)
}

fn drop_oldest(tx: &mut Tx<'_>) -> Result<()> {
    let excess = tx.query_one(&sql::COUNT_MESSAGES, params![])?.int(0)? - KEPT_MAX;
    if excess > 0 {
        tx.execute(&sql::DELETE_OLDEST, params![excess])?;
    }
    Ok(())
}
