//! Taking an import back, for 30 days.
//!
//! Contacts it made and nobody changed since are erased. What it changed in known contacts is not
//! restored: their earlier values are not kept, and guessing would do more harm. They only lose the
//! import's tag, and the merchant is told their number. It can be run again after any end.

use super::model::{Import, State, UndoCounts};
use super::pipeline::Control;
use super::sql;
use crate::consent::model::{ConsentSource, Grounds};
use crate::contacts::changes::Changes;
use crate::contacts::model::{Facts, Origin};
use crate::contacts::{self, sql as people};
use kernel::ids::ImportId;
use kernel::{Result, Timestamp};
use std::collections::HashSet;
use store::{Scoped, Tx};

/// Ordinals looked at in one transaction.
const STEP: u32 = 5_000;

/// Undoes an import. Blocks; call it on a thread of its own. `Ok(None)`: stopped on the way.
pub fn undo(store: &Scoped, id: ImportId, actor: &str, control: Control<'_>) -> Result<Option<UndoCounts>> {
    let (import, times, end) = store
        .read_blocking(move |tx| Ok((sql::get(tx, id)?, sql::batch_times(tx, id)?, tx.ordinal_end()?)))?;
    if import.state == State::Undone {
        return Ok(Some(import.undo.unwrap_or_default()));
    }
    let mut step = Step {
        times: times.into_iter().collect(),
        actor: actor.to_owned(),
        import,
        counts: UndoCounts::default(),
    };
    step.counts = step.import.undo.unwrap_or_default();
    let mut from = 0;
    while from < end {
        if (control.should_stop)() {
            return Ok(None);
        }
        let to = from.saturating_add(STEP).min(end);
        step = store.write_blocking(move |tx| {
            step.run(tx, from, to)?;
            sql::put_undo(tx, &step.import, &step.counts, to == end)?;
            Ok(step)
        })?;
        from = to;
        (control.report)(u64::from(from), u64::from(end));
    }
    if end == 0 {
        let (import, counts) = (step.import.clone(), step.counts);
        store.write_blocking(move |tx| sql::put_undo(tx, &import, &counts, true))?;
    }
    Ok(Some(step.counts))
}

struct Step {
    import: Import,
    times: HashSet<Timestamp>,
    actor: String,
    counts: UndoCounts,
}

impl Step {
    fn run(&mut self, tx: &mut Tx<'_>, from: u32, to: u32) -> Result<()> {
        people::lock(tx)?;
        let tag = crate::tags::sql::find(tx, &self.import.batch_tag)?.map(|t| t.no);
        let (mut made, mut changed): (Vec<u32>, Vec<(u32, Facts)>) = Default::default();
        let origin = Origin::Import(self.import.id);
        people::each_facts(tx, from, to, |ordinal, facts| {
            if facts.origin == origin {
                made.push(ordinal);
            } else if tag.is_some_and(|t| facts.has_tag(t)) {
                changed.push((ordinal, facts));
            }
            Ok(())
        })?;
        let grounds = self.grounds(tx.now());
        let mut unchanged = Vec::new();
        for contact in people::load_many(tx, &made)? {
            if self.times.contains(&contact.updated_at) {
                unchanged.push(contact.ordinal);
            } else if tag.is_some_and(|t| contact.facts.has_tag(t)) {
                self.counts.kept += 1;
                changed.push((contact.ordinal, contact.facts));
            }
        }
        self.counts.erased += contacts::erase(tx, &unchanged, &grounds)?.len();
        let Some(tag) = tag else { return Ok(()) };
        self.untag(tx, tag, changed, &grounds)
    }

    fn untag(
        &mut self,
        tx: &mut Tx<'_>,
        tag: u32,
        mut changed: Vec<(u32, Facts)>,
        grounds: &Grounds,
    ) -> Result<()> {
        let mut told = Changes::default();
        for (ordinal, facts) in &mut changed {
            facts.remove_tag(tag);
            told.touch(*ordinal);
            self.counts.untagged += u64::from(facts.origin != Origin::Import(self.import.id));
        }
        people::update_facts(tx, &changed)?;
        told.record(tx, grounds)
    }

    fn grounds(&self, now: Timestamp) -> Grounds {
        Grounds {
            source: ConsentSource::Import,
            wording: String::new(),
            wording_version: String::new(),
            at: now,
            actor: self.actor.clone(),
            import: Some(self.import.id),
        }
    }
}
