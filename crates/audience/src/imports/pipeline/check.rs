//! The dry run: reads the whole file as an import would and stores no contact.
//!
//! What it cannot know without writing: a row about a known contact is counted as an update even if it
//! would change nothing, and conflicts between rows and contacts are found by the import only.

use super::flow::flow;
use super::{Control, Work, threads};
use crate::contacts::draft::{Addresses, Blind};
use crate::contacts::sql as contacts;
use crate::imports::mapping::ExistingRule;
use crate::imports::model::Counts;
use crate::imports::pipeline::Ending;
use crate::imports::reader::Batch;
use crate::imports::rows::{Issue, Severity, Validator};
use kernel::Result;
use std::collections::HashSet;
use std::ops::ControlFlow;
use store::Tx;

/// Issues kept of a dry run.
const ISSUES_KEPT: usize = 10_000;
/// Rows looked up at once.
const LOOK_UP_ROWS: usize = 20_000;
/// Addresses remembered to tell rows about one contact; beyond, duplicates are not counted.
const REMEMBERED_MAX: usize = 4_000_000;

struct Checked {
    rows: u64,
    addresses: Vec<Addresses>,
    issues: Vec<Issue>,
}

/// Checks a whole file. Answers what an import would come to, the first issues, and whether it was read to
/// its end or stopped. Blocks; call it on a thread of its own.
pub fn check(work: &Work, control: Control<'_>) -> Result<(Counts, Vec<Issue>, Ending)> {
    let validator = Validator::new(&work.plan);
    let examine = |raw: Batch| {
        let mut issues = Vec::new();
        let rows = raw.rows().filter_map(|r| validator.row(r, &mut issues));
        let addresses = rows.map(|r| Addresses::of(&work.keys, &r.draft.personal)).collect();
        Ok(Checked { rows: raw.len() as u64, addresses, issues })
    };
    let mut tally = Tally {
        work,
        counts: Counts::default(),
        issues: Vec::new(),
        seen: HashSet::new(),
        waiting: Vec::new(),
    };
    let whole = flow(&work.source, 0, threads(), &examine, |part| {
        if (control.should_stop)() {
            return Ok(ControlFlow::Break(()));
        }
        tally.take(part)?;
        (control.report)(tally.counts.rows, tally.counts.rows);
        Ok(ControlFlow::Continue(()))
    })?;
    tally.look_up()?;
    let ending = if whole { Ending::Finished } else { Ending::Stopped };
    Ok((tally.counts, tally.issues, ending))
}

struct Tally<'a> {
    work: &'a Work,
    counts: Counts,
    issues: Vec<Issue>,
    /// Half of each keyed hash met so far: enough to tell rows apart, and small.
    seen: HashSet<u64>,
    waiting: Vec<Addresses>,
}

impl Tally<'_> {
    fn take(&mut self, part: Checked) -> Result<()> {
        self.counts.rows += part.rows;
        for issue in part.issues {
            match issue.severity {
                Severity::Error => self.counts.errors += 1,
                Severity::Warning => self.counts.warnings += 1,
            }
            if self.issues.len() < ISSUES_KEPT {
                self.issues.push(issue);
            }
        }
        self.waiting.extend(part.addresses);
        if self.waiting.len() >= LOOK_UP_ROWS { self.look_up() } else { Ok(()) }
    }

    fn look_up(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        let (waiting, known) = self.work.store.read_blocking(move |tx| {
            let known = known(tx, &waiting)?;
            Ok((waiting, known))
        })?;
        for addresses in &waiting {
            let mut halves = all(addresses).map(half);
            let is_known = all(addresses).any(|b| known.contains(&b));
            let is_again = halves.any(|h| self.seen.contains(&h));
            if self.seen.len() < REMEMBERED_MAX {
                self.seen.extend(all(addresses).map(half));
            }
            self.counts.duplicates += u64::from(is_again);
            match (is_known || is_again, self.work.plan.existing) {
                (false, _) => self.counts.created += 1,
                (true, ExistingRule::Skip) => self.counts.skipped += 1,
                (true, _) => self.counts.updated += 1,
            }
        }
        Ok(())
    }
}

fn all(addresses: &Addresses) -> impl Iterator<Item = Blind> + '_ {
    addresses.email.into_iter().chain(addresses.phone).chain(addresses.external.iter().copied())
}

fn half(blind: Blind) -> u64 {
    blind.iter().take(8).fold(0, |n, b| (n << 8) | u64::from(*b))
}

fn known(tx: &mut Tx<'_>, waiting: &[Addresses]) -> Result<HashSet<Blind>> {
    let addresses: Vec<Blind> = waiting.iter().flat_map(|a| [a.email, a.phone]).flatten().collect();
    let external: Vec<Blind> = waiting.iter().flat_map(|a| a.external.iter().copied()).collect();
    let found = contacts::list_by_addresses(tx, addresses)?;
    let mut known: HashSet<Blind> = found.iter().flat_map(|c| [c.email_bi, c.phone_bi]).flatten().collect();
    known.extend(contacts::list_external(tx, external)?.into_iter().map(|(blind, _)| blind));
    Ok(known)
}
