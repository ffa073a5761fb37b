//! Erasures in the outside log: a contact who was erased stays erased when a backup brings her back.
//!
//! A record names contacts by ordinal and id; nothing in it says who they were.

use super::edit::erase;
use super::sql::{self, StoredContact};
use crate::consent::model::{ConsentSource, Grounds};
use kernel::Result;
use kernel::ids::ContactId;
use std::collections::HashSet;
use store::Tx;
use store::outside::{ListReader, Record, Replayer, StorePoint};

const ERASED: &str = "contacts.erased";

/// Keeps an erasure outside.
pub(super) fn keep_erased(tx: &mut Tx<'_>, contacts: &[StoredContact]) {
    let mut body = Vec::with_capacity(contacts.len() * 12);
    for contact in contacts {
        body.extend_from_slice(&contact.ordinal.to_le_bytes());
        body.extend_from_slice(&contact.id.0.to_le_bytes());
    }
    tx.keep_outside(ERASED, body);
}

/// Grounds of what a replay changes: recorded as the system's, at the time of the record.
pub(crate) fn grounds(record: &Record) -> Grounds {
    Grounds {
        source: ConsentSource::SuppressionList,
        wording: String::new(),
        wording_version: String::new(),
        at: record.at,
        actor: "system".to_owned(),
        import: None,
    }
}

/// Erases again.
pub(super) struct Erasures;

impl Replayer for Erasures {
    fn name(&self) -> &'static str {
        "erasures"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[ERASED]
    }

    fn replay(&self, tx: &mut Tx<'_>, point: StorePoint, records: &[Record]) -> Result<u64> {
        let mut erased = 0;
        for record in records {
            let mut list = ListReader::new(&record.body);
            let (mut ordinals, mut ids) = (Vec::new(), HashSet::new());
            while !list.is_empty() {
                let (ordinal, id) = (list.number()?, ContactId(list.int()?));
                if ordinal < point.ordinal_end {
                    ordinals.push(ordinal);
                    ids.insert(id);
                }
            }
            // An ordinal is never given to another contact; its id is looked at all the same, because
            // erasing the wrong one cannot be undone.
            let mut found = sql::load_many(tx, &ordinals)?;
            found.retain(|contact| ids.contains(&contact.id));
            let ordinals: Vec<u32> = found.iter().map(|contact| contact.ordinal).collect();
            erased += erase(tx, &ordinals, &grounds(record))?.len();
        }
        Ok(erased)
    }
}
