//! Statements of the suppression list, and the functions that run them.

use crate::consent::model::{Channel, ConsentSource, Grounds};
use crate::contacts::draft::Blind;
use crate::suppressions::model::{Entry, Reason};
use kernel::ids::SuppressionId;
use kernel::{Fault, OrFault, Result, Timestamp};
use std::collections::HashMap;
use store::{Row, Tx, Value, params, statements};

statements! {
    /// Whether the list has any entry.
    FIND_ANY = "SELECT 1 FROM suppressions WHERE store_id = $1 LIMIT 1";
    /// What the list says about some addresses.
    LIST_BY_ADDRESSES = "SELECT address_bi, reason, at FROM suppressions
        WHERE store_id = $1 AND channel = $2 AND address_bi {in $3}";
    /// Puts an address on the list; a second time it keeps its first day and learns whose it is.
    PUT_SUPPRESSION = "INSERT INTO suppressions (store_id, channel, address_bi, reason, id, at, source, actor, ordinal)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (store_id, channel, address_bi, reason) DO UPDATE SET ordinal = excluded.ordinal";
    /// Takes an address off the list, for one reason.
    DELETE_SUPPRESSION = "DELETE FROM suppressions
        WHERE store_id = $1 AND channel = $2 AND address_bi = $3 AND reason = $4";
    /// Notes whose an address is.
    LINK_ADDRESS = "UPDATE suppressions SET ordinal = $4 WHERE store_id = $1 AND channel = $2 AND address_bi = $3";
    /// Forgets whose the addresses of an erased contact were; the hashes stay (P-126).
    UNLINK_CONTACT = "UPDATE suppressions SET ordinal = NULL WHERE store_id = $1 AND ordinal = $2";
    /// Entries before one, newest first.
    LIST_SUPPRESSIONS = "SELECT id, channel, reason, at, source, actor, ordinal FROM suppressions
        WHERE store_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    /// One entry, with its hash.
    FIND_SUPPRESSION = "SELECT id, channel, reason, at, source, actor, ordinal, address_bi FROM suppressions
        WHERE store_id = $1 AND id = $2";
    /// The entries of one address.
    LIST_OF_ADDRESS = "SELECT id, channel, reason, at, source, actor, ordinal FROM suppressions
        WHERE store_id = $1 AND channel = $2 AND address_bi = $3 ORDER BY reason";
}

fn entry(row: &Row) -> Result<Entry> {
    let known = |what: &'static str| Fault::new(format!("the suppression list has an unknown {what}"));
    Ok(Entry {
        id: SuppressionId(row.int(0)?),
        channel: Channel::from_number(row.int(1)?).ok_or_else(|| known("channel"))?,
        reason: Reason::from_number(row.int(2)?).ok_or_else(|| known("reason"))?,
        at: row.time(3)?,
        source: ConsentSource::from_number(row.int(4)?).ok_or_else(|| known("source"))?,
        actor: row.text(5)?,
        ordinal: row.opt_int(6)?.map(|o| o as u32),
    })
}

/// What the list says about some addresses of one channel.
pub type Hits = HashMap<(Channel, Blind), Vec<(Reason, Timestamp)>>;

/// What the list says about addresses. Costs one probe while the list is empty.
pub fn find_hits(tx: &mut Tx<'_>, emails: &[Blind], phones: &[Blind]) -> Result<Hits> {
    let mut hits = Hits::new();
    if (emails.is_empty() && phones.is_empty()) || tx.query_opt(&FIND_ANY, params![])?.is_none() {
        return Ok(hits);
    }
    for (channel, addresses) in [(Channel::Email, emails), (Channel::Sms, phones)] {
        let list = Value::Blobs(addresses.iter().map(|a| a.to_vec()).collect());
        tx.query_each(&LIST_BY_ADDRESSES, &[channel.into(), list], |row| {
            let address: Blind = row.blob(0)?.try_into().or_fault("read a keyed hash")?;
            let reason = Reason::from_number(row.int(1)?).or_fault("know the reason of a suppression")?;
            hits.entry((channel, address)).or_default().push((reason, Timestamp(row.int(2)?)));
            Ok(true)
        })?;
    }
    Ok(hits)
}

/// Puts addresses on the list.
pub fn put(
    tx: &mut Tx<'_>,
    channel: Channel,
    reason: Reason,
    grounds: &Grounds,
    addresses: &[(Blind, Option<u32>)],
) -> Result<()> {
    let rows: Vec<Vec<Value>> = addresses
        .iter()
        .map(|(address, ordinal)| {
            vec![
                channel.into(),
                (*address).into(),
                reason.number().into(),
                tx.ids().make().0.into(),
                grounds.at.into(),
                grounds.source.into(),
                (&grounds.actor).into(),
                (*ordinal).into(),
            ]
        })
        .collect();
    super::replay::keep_suppressed(tx, channel, reason, grounds, addresses);
    tx.execute_many(&PUT_SUPPRESSION, rows).map(drop)
}

/// How many of some addresses are on the list for one reason.
pub(super) fn count_listed(
    tx: &mut Tx<'_>,
    channel: Channel,
    reason: Reason,
    addresses: &[Blind],
) -> Result<u64> {
    let list = Value::Blobs(addresses.iter().map(|a| a.to_vec()).collect());
    let mut count = 0;
    tx.query_each(&LIST_BY_ADDRESSES, &[channel.into(), list], |row| {
        count += u64::from(row.int(1)? == reason.number());
        Ok(true)
    })?;
    Ok(count)
}

/// Takes addresses off the list, for one reason.
pub fn delete(tx: &mut Tx<'_>, channel: Channel, reason: Reason, addresses: &[Blind]) -> Result<()> {
    let rows: Vec<Vec<Value>> =
        addresses.iter().map(|a| vec![channel.into(), (*a).into(), reason.number().into()]).collect();
    tx.execute_many(&DELETE_SUPPRESSION, rows).map(drop)
}

/// Notes whose addresses are.
pub fn link(tx: &mut Tx<'_>, owners: &[(Channel, Blind, u32)]) -> Result<()> {
    let rows: Vec<Vec<Value>> =
        owners.iter().map(|(c, a, o)| vec![(*c).into(), (*a).into(), (*o).into()]).collect();
    tx.execute_many(&LINK_ADDRESS, rows).map(drop)
}

/// Forgets whose the addresses of erased contacts were.
pub fn unlink(tx: &mut Tx<'_>, ordinals: &[u32]) -> Result<()> {
    tx.execute_many(&UNLINK_CONTACT, ordinals.iter().map(|o| vec![(*o).into()])).map(drop)
}

/// Entries before an id, newest first; `i64::MAX` for the first page.
pub fn list(tx: &mut Tx<'_>, before: i64, limit: i64) -> Result<Vec<Entry>> {
    tx.query(&LIST_SUPPRESSIONS, params![before, limit])?.iter().map(entry).collect()
}

/// The entries of one address.
pub fn list_of_address(tx: &mut Tx<'_>, channel: Channel, address: Blind) -> Result<Vec<Entry>> {
    tx.query(&LIST_OF_ADDRESS, params![channel, address])?.iter().map(entry).collect()
}

/// One entry and its hash.
pub fn find(tx: &mut Tx<'_>, id: SuppressionId) -> Result<Option<(Entry, Blind)>> {
    let Some(row) = tx.query_opt(&FIND_SUPPRESSION, params![id])? else {
        return Ok(None);
    };
    let address = row.blob(7)?.as_slice().try_into().or_fault("read a keyed hash")?;
    Ok(Some((entry(&row)?, address)))
}
