//! Numbers of tags by name, found once and remembered; new tags are made as rows name them.

use crate::imports::rows::{Issue, RowDraft};
use crate::tags::sql as dictionary;
use kernel::{Code, Result};
use std::collections::{HashMap, HashSet};
use std::sync::RwLock;
use store::Scoped;

const TOO_MANY: &str = "the store has 100,000 tags; this row's new tags were left out";

/// The dictionary of a store, as far as an import has met it.
pub(super) struct TagNumbers {
    store: Scoped,
    known: RwLock<HashMap<String, u32>>,
}

impl TagNumbers {
    /// Reads the dictionary. For threads that are not async.
    pub(super) fn load(store: Scoped) -> Result<Self> {
        let tags = store.read_blocking(dictionary::list)?;
        let known = tags.into_iter().map(|t| (t.name, t.no)).collect();
        Ok(TagNumbers { store, known: RwLock::new(known) })
    }

    /// Gives the drafts the numbers of their tags.
    pub(super) fn resolve(&self, rows: &mut [RowDraft], issues: &mut Vec<Issue>) -> Result<()> {
        let missing = self.number(rows);
        if !missing.is_empty() {
            self.learn(missing)?;
            self.number(rows);
        }
        for row in rows.iter().filter(|row| row.draft.tags.len() < row.tags.len()) {
            issues.push(Issue::warning(row.line, None, TOO_MANY, ""));
        }
        Ok(())
    }

    /// Writes the numbers that are known; answers the names of the others.
    fn number(&self, rows: &mut [RowDraft]) -> HashSet<String> {
        let known = self.known.read().unwrap_or_else(|e| e.into_inner());
        let mut missing = HashSet::new();
        for row in rows {
            row.draft.tags.clear();
            for name in &row.tags {
                match known.get(name) {
                    Some(number) => row.draft.tags.push(*number),
                    None => missing.extend(Some(name.clone())),
                }
            }
        }
        missing
    }

    fn learn(&self, missing: HashSet<String>) -> Result<()> {
        let missing = Vec::from_iter(missing);
        let names = missing.clone();
        match self.store.write_blocking(move |tx| dictionary::ensure(tx, &names)) {
            Ok(numbers) => {
                let mut known = self.known.write().unwrap_or_else(|e| e.into_inner());
                known.extend(missing.into_iter().zip(numbers));
                Ok(())
            }
            // The dictionary is full: the rows go in without their new tags.
            Err(e) if e.is(Code::Conflict) => Ok(()),
            Err(e) => Err(e),
        }
    }
}
