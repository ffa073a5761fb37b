//! Suppressions in the outside log: an address that was put on the list is put on it again after a
//! restore, whether or not a contact has it. Records hold keyed hashes.

use super::model::Reason;
use super::sql as list;
use crate::consent::change::change_many;
use crate::consent::model::{Channel, ConsentSource, Grounds};
use crate::contacts::draft::Blind;
use crate::contacts::owners;
use kernel::{OrFault, Result};
use store::Tx;
use store::outside::{ListReader, Record, Replayer, StorePoint};

const SUPPRESSED: &str = "addresses.suppressed";

/// Keeps new entries of the list outside.
pub(super) fn keep_suppressed(
    tx: &mut Tx<'_>,
    channel: Channel,
    reason: Reason,
    grounds: &Grounds,
    addresses: &[(Blind, Option<u32>)],
) {
    if addresses.is_empty() {
        return;
    }
    let mut body = vec![channel.number(), reason as u8, grounds.source.number()];
    body.extend_from_slice(&grounds.at.0.to_le_bytes());
    addresses.iter().for_each(|(address, _)| body.extend_from_slice(address));
    tx.keep_outside(SUPPRESSED, body);
}

/// Suppresses again.
pub(super) struct Suppressions;

impl Replayer for Suppressions {
    fn name(&self) -> &'static str {
        "suppressions"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[SUPPRESSED]
    }

    fn replay(&self, tx: &mut Tx<'_>, _: StorePoint, records: &[Record]) -> Result<u64> {
        let mut suppressed = 0;
        for record in records {
            let mut body = ListReader::new(&record.body);
            let channel = Channel::from_number(body.byte()?.into()).or_fault("know a channel")?;
            let reason = Reason::from_number(body.byte()?.into()).or_fault("know a reason")?;
            let source = ConsentSource::from_number(body.byte()?.into()).or_fault("know a source")?;
            let at = kernel::Timestamp(body.int()?);
            let mut addresses = Vec::new();
            while !body.is_empty() {
                addresses.push(body.blind()?);
            }
            let grounds = Grounds { source, at, ..crate::contacts::replay_grounds(record) };
            suppressed += suppress(tx, channel, reason, &grounds, &addresses)?;
        }
        Ok(suppressed)
    }
}

/// Puts addresses on the list and raises the flag of the contacts who have them; answers how many addresses
/// were not on it for that reason.
fn suppress(
    tx: &mut Tx<'_>,
    channel: Channel,
    reason: Reason,
    grounds: &Grounds,
    addresses: &[Blind],
) -> Result<u64> {
    let known = list::count_listed(tx, channel, reason, addresses)?;
    let owners = owners(tx, channel, addresses)?;
    let ordinals: Vec<u32> = owners.values().copied().collect();
    change_many(tx, &ordinals, channel, reason.change(), grounds)?;
    let rows: Vec<(Blind, Option<u32>)> =
        addresses.iter().map(|address| (*address, owners.get(address).copied())).collect();
    list::put(tx, channel, reason, grounds, &rows)?;
    Ok(rows.len() as u64 - known)
}
