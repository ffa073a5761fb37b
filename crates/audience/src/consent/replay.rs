//! Withdrawals in the outside log: who said no, and whose address was found not to be used, stays so when a
//! backup brings the yes back.
//!
//! A record names contacts by ordinal and by the keyed hash of the address. Whoever was made after the
//! backup is not in it; her address goes on the suppression list, so that a file that brings it back does
//! not bring a yes (P-126). A yes given after the backup is lost with it, which is the safe side.

use super::change::change_many;
use super::model::{Change, Channel, ConsentSource, ConsentStatus, Grounds};
use crate::contacts::draft::Blind;
use crate::contacts::{list_addresses, owners, replay_grounds};
use crate::suppressions::model::Reason;
use crate::suppressions::sql as list;
use kernel::{OrFault, Result, Timestamp};
use roaring::RoaringBitmap;
use store::Tx;
use store::outside::{ListReader, Record, Replayer, StorePoint};

const WITHDRAWN: &str = "consent.withdrawn";
/// In place of the hash of somebody who has no address on the channel.
const NO_ADDRESS: Blind = [0; store::vault::BLIND_LENGTH];

/// Keeps a change outside if it is a no. Call it after the contacts are written. What came from the
/// suppression list is in the log already, with the address.
pub(crate) fn keep_withdrawn(
    tx: &mut Tx<'_>,
    channel: Channel,
    change: Change,
    grounds: &Grounds,
    members: &RoaringBitmap,
) -> Result<()> {
    let is_no = match change {
        Change::Status(status) => status == ConsentStatus::Unsubscribed,
        Change::Raise(_) => true,
        Change::Lift(_) => false,
    };
    if !is_no || grounds.source == ConsentSource::SuppressionList || !tx.keeps_outside() {
        return Ok(());
    }
    let mut body = vec![channel.number(), change.number(), grounds.source.number()];
    body.extend_from_slice(&grounds.at.0.to_le_bytes());
    for (ordinal, address) in list_addresses(tx, channel, members)? {
        body.extend_from_slice(&ordinal.to_le_bytes());
        body.extend_from_slice(&address.unwrap_or(NO_ADDRESS));
    }
    tx.keep_outside(WITHDRAWN, body);
    Ok(())
}

/// Withdraws again.
pub(super) struct Withdrawals;

impl Replayer for Withdrawals {
    fn name(&self) -> &'static str {
        "withdrawals"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[WITHDRAWN]
    }

    fn replay(&self, tx: &mut Tx<'_>, point: StorePoint, records: &[Record]) -> Result<u64> {
        records.iter().map(|record| withdraw(tx, point, record)).sum()
    }
}

fn withdraw(tx: &mut Tx<'_>, point: StorePoint, record: &Record) -> Result<u64> {
    let mut body = ListReader::new(&record.body);
    let channel = Channel::from_number(body.byte()?.into()).or_fault("know a channel")?;
    let change = Change::from_number(body.byte()?.into()).or_fault("know a change")?;
    let source = ConsentSource::from_number(body.byte()?.into()).or_fault("know a source")?;
    let at = Timestamp(body.int()?);
    let (mut known, mut later) = (Vec::new(), Vec::new());
    while !body.is_empty() {
        let (ordinal, address) = (body.number()?, body.blind()?);
        if ordinal < point.ordinal_end {
            known.push(ordinal);
        } else if address != NO_ADDRESS {
            later.push(address);
        }
    }
    let grounds = Grounds { source, at, ..replay_grounds(record) };
    // Somebody may have brought a later contact back by hand before the replay.
    known.extend(owners(tx, channel, &later)?.into_values());
    let changed = change_many(tx, &known, channel, change, &grounds)?.len();
    let rows: Vec<(Blind, Option<u32>)> = later.into_iter().map(|address| (address, None)).collect();
    let reason = match change {
        Change::Raise(flag) => Reason::from(flag),
        Change::Status(_) | Change::Lift(_) => Reason::Unsubscribed,
    };
    list::put(tx, channel, reason, &grounds, &rows)?;
    Ok(changed + rows.len() as u64)
}
