//! Opens what visitors said, each visitor's key once.

use super::append::VISITOR;
use super::model::Entry;
use super::sql;
use kernel::{OrFault, Result};
use serde_json::Value;
use std::collections::HashMap;
use store::vault::SealingKey;
use store::{StoreKeys, Tx};

/// Keys of some visitors.
pub struct Opener {
    keys: HashMap<i64, SealingKey>,
}

impl Opener {
    /// Loads the keys of these visitors; erased ones have none.
    pub fn of(tx: &mut Tx<'_>, keys: &StoreKeys, visitors: impl Iterator<Item = i64>) -> Result<Self> {
        let mut visitors: Vec<i64> = visitors.collect();
        visitors.sort_unstable();
        visitors.dedup();
        let mut opened = HashMap::with_capacity(visitors.len());
        for (no, wrapped) in sql::visitor_keys(tx, visitors)? {
            opened.insert(no, keys.open_sealing_key(VISITOR, &wrapped)?);
        }
        Ok(Opener { keys: opened })
    }

    /// What was said; `None` if the visitor was erased.
    pub fn open(&self, entry: &Entry) -> Result<Option<Value>> {
        let Some(key) = self.keys.get(&entry.visitor) else { return Ok(None) };
        serde_json::from_slice(&key.open(VISITOR, &entry.sealed)?).or_fault("read an event").map(Some)
    }
}
