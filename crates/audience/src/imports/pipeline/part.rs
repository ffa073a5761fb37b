//! A piece of a file with everything computed that needs no transaction.

use super::tag_numbers::TagNumbers;
use crate::contacts::{PreparedDraft, UpsertOptions, prepare};
use crate::imports::mapping::Plan;
use crate::imports::reader::Batch;
use crate::imports::rows::{Issue, Severity, Validator};
use kernel::ids::IdMaker;
use kernel::{Result, Timestamp};
use store::StoreKeys;

/// Rows of a file, ready to be written.
pub(super) struct Part {
    /// The rows as they stood, for reports.
    pub(super) raw: Batch,
    /// Drafts, each with its index in `raw`.
    pub(super) drafts: Vec<(u32, PreparedDraft)>,
    /// What was wrong.
    pub(super) issues: Vec<Issue>,
    /// Rows lost.
    pub(super) errors: u64,
}

/// What all parts of an import share.
pub(super) struct Preparation<'a> {
    pub(super) plan: &'a Plan,
    pub(super) validator: Validator<'a>,
    pub(super) keys: &'a StoreKeys,
    pub(super) options: &'a UpsertOptions,
    pub(super) ids: &'a IdMaker,
    pub(super) tags: TagNumbers,
    pub(super) now: &'a (dyn Fn() -> Timestamp + Sync),
}

impl Preparation<'_> {
    /// Checks, hashes and encrypts the rows of a piece.
    pub(super) fn part(&self, raw: Batch) -> Result<Part> {
        let mut issues = Vec::new();
        let mut rows: Vec<_> = raw.rows().filter_map(|r| self.validator.row(r, &mut issues)).collect();
        let errors = issues.iter().filter(|i| i.severity == Severity::Error).count() as u64;
        debug_assert_eq!(errors as usize + rows.len(), raw.len(), "{}", self.plan.format);
        self.tags.resolve(&mut rows, &mut issues)?;
        let first = self.ids.make_block(rows.len() as u32);
        let now = (self.now)();
        let mut drafts = Vec::with_capacity(rows.len());
        for (i, row) in rows.into_iter().enumerate() {
            let id = IdMaker::nth(first, i as u32).into();
            let prepared = prepare(self.keys, id, row.draft, self.options, now)?;
            drafts.push(((row.number - raw.first_row) as u32, prepared));
        }
        Ok(Part { raw, drafts, issues, errors })
    }
}
