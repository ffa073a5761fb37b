//! Statements of the ledger, and the functions that run them. Entries are appended and never changed.

use crate::consent::model::{Change, Channel, ConsentSource, Grounds, LedgerEntry};
use kernel::ids::ImportId;
use kernel::{Fault, OrFault, Result, Timestamp};
use roaring::RoaringBitmap;
use store::{Row, Tx, Value, params, statements};

/// Entries a history shows at most.
pub const HISTORY_MAX: i64 = 1_000;

statements! {
    /// Appends the entry of one contact.
    INSERT_ENTRY = "INSERT INTO consent_entries (store_id, ordinal, id, channel, change, source, wording,
        wording_version, at, actor, import_id, ip_sealed, proof_sealed)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    /// Appends the entry of many contacts.
    INSERT_BATCH = "INSERT INTO consent_batches (store_id, id, channel, change, source, wording, wording_version, at,
        actor, import_id, ordinal_min, ordinal_max, members)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    /// The entries of one contact, newest first.
    LIST_ENTRIES = "SELECT id, channel, change, source, wording, wording_version, at, actor, import_id, ip_sealed,
        proof_sealed FROM consent_entries WHERE store_id = $1 AND ordinal = $2 ORDER BY id DESC LIMIT $3";
    /// Batches that may hold a contact, newest first.
    LIST_BATCHES = "SELECT id, channel, change, source, wording, wording_version, at, actor, import_id, NULL, NULL,
        members FROM consent_batches WHERE store_id = $1 AND ordinal_min <= $2 AND ordinal_max >= $2 ORDER BY id DESC";
}

fn grounds_values(id: i64, channel: Channel, change: Change, g: &Grounds) -> Vec<Value> {
    vec![
        id.into(),
        channel.into(),
        i64::from(change.number()).into(),
        g.source.into(),
        (&g.wording).into(),
        (&g.wording_version).into(),
        g.at.into(),
        (&g.actor).into(),
        g.import.into(),
    ]
}

/// Appends a change of some contacts: an entry for one, a batch for many.
pub fn append(
    tx: &mut Tx<'_>,
    channel: Channel,
    change: Change,
    grounds: &Grounds,
    members: &RoaringBitmap,
) -> Result<()> {
    match (members.len(), members.min(), members.max()) {
        (0, ..) => Ok(()),
        (1, Some(ordinal), _) => append_entry(
            tx,
            NewEntry { ordinal, channel, change, grounds, ip_sealed: None, proof_sealed: None },
        ),
        (_, min, max) => {
            let id = tx.ids().make().0;
            let mut bytes = Vec::with_capacity(members.serialized_size());
            members.serialize_into(&mut bytes).or_fault("write a bitmap")?;
            let mut row = grounds_values(id, channel, change, grounds);
            row.extend([min.into(), max.into(), bytes.into()]);
            tx.execute(&INSERT_BATCH, &row).map(drop)
        }
    }
}

/// The entry of one contact.
#[derive(Debug)]
pub struct NewEntry<'a> {
    /// The contact.
    pub ordinal: u32,
    /// The channel concerned.
    pub channel: Channel,
    /// What changed.
    pub change: Change,
    /// Where from, what proves it.
    pub grounds: &'a Grounds,
    /// Address of the contact's machine, sealed under her key.
    pub ip_sealed: Option<Vec<u8>>,
    /// The proof, sealed under her key.
    pub proof_sealed: Option<Vec<u8>>,
}

/// Appends the entry of one contact.
pub fn append_entry(tx: &mut Tx<'_>, entry: NewEntry<'_>) -> Result<()> {
    let id = tx.ids().make().0;
    let mut row = grounds_values(id, entry.channel, entry.change, entry.grounds);
    row.insert(0, entry.ordinal.into());
    row.extend([entry.ip_sealed.into(), entry.proof_sealed.into()]);
    tx.execute(&INSERT_ENTRY, &row).map(drop)
}

fn entry(row: &Row) -> Result<LedgerEntry> {
    let known = |what: &'static str| Fault::new(format!("the ledger has an unknown {what}"));
    Ok(LedgerEntry {
        id: row.int(0)?,
        channel: Channel::from_number(row.int(1)?).ok_or_else(|| known("channel"))?,
        change: Change::from_number(row.int(2)?).ok_or_else(|| known("change"))?,
        grounds: Grounds {
            source: ConsentSource::from_number(row.int(3)?).ok_or_else(|| known("source"))?,
            wording: row.text(4)?,
            wording_version: row.text(5)?,
            at: Timestamp(row.int(6)?),
            actor: row.text(7)?,
            import: row.opt_int(8)?.map(ImportId),
        },
        ip_sealed: row.opt_blob(9)?,
        proof_sealed: row.opt_blob(10)?,
    })
}

/// The history of one contact, newest first, from single and batch entries; at most [`HISTORY_MAX`].
pub fn list_history(tx: &mut Tx<'_>, ordinal: u32) -> Result<Vec<LedgerEntry>> {
    let mut history: Vec<LedgerEntry> =
        tx.query(&LIST_ENTRIES, params![ordinal, HISTORY_MAX])?.iter().map(entry).collect::<Result<_>>()?;
    tx.query_each(&LIST_BATCHES, params![ordinal], |row| {
        let members = RoaringBitmap::deserialize_from(row.blob(11)?).or_fault("read a bitmap")?;
        if members.contains(ordinal) {
            history.push(entry(&row.to_row()?)?);
        }
        Ok(true)
    })?;
    history.sort_by_key(|e| std::cmp::Reverse(e.id));
    history.truncate(HISTORY_MAX as usize);
    Ok(history)
}
