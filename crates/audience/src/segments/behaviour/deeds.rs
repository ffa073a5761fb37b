//! What one contact did, from her own events: the other face of the same questions.

use super::answer::name_numbers;
use super::query::{BehaviourQuery, Deed};
use crate::events::values::values;
use crate::events::{self, CallKind, view};
use kernel::{OrFault, Result};
use std::collections::{HashMap, HashSet};
use store::{StoreKeys, Tx};

/// Newest events of a contact that are looked at.
const DEEDS_MAX: usize = 100_000;
/// Events opened at once.
const AT_ONCE: usize = 1_000;

/// Whatever a contact did that one of the questions could be about, newest first.
pub fn deeds(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    ordinal: u32,
    queries: &[BehaviourQuery],
) -> Result<Vec<Deed>> {
    let mut names = HashSet::new();
    for query in queries {
        names.extend(name_numbers(tx, keys, query)?);
    }
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let words: HashMap<i64, String> = events::sql::names(tx, names.iter().copied().collect())?;
    let positions = view::positions_of(tx, ordinal, i64::MAX, DEEDS_MAX)?;
    let mut found = Vec::new();
    for some in positions.chunks(AT_ONCE) {
        let mut calls = view::read_at(tx, some.to_vec())?;
        calls.retain(|(_, entry)| names.contains(&entry.name_no));
        let opener = events::Opener::of(tx, keys, calls.iter().map(|(_, entry)| entry.visitor))?;
        for (call, entry) in calls {
            let Some(document) = opener.open(&entry)? else { continue };
            found.push(Deed {
                kind: CallKind::of_stored(&call.kind).or_fault("read the kind of an event")?,
                name: words.get(&entry.name_no).cloned().unwrap_or_default(),
                at: call.at,
                values: values(&document),
            });
        }
    }
    Ok(found)
}
