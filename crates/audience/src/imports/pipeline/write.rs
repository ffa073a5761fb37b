//! The writer: big batches, each with its counts, its report and its place in one transaction.

use super::flow::flow;
use super::part::{Part, Preparation};
use super::tag_numbers::TagNumbers;
use super::{Control, Work, threads};
use crate::consent::model::{Channel, ConsentSource, Grounds};
use crate::contacts::{
    BATCH_MAX, Existing, Origin, PreparedDraft, RowOutcome, UpsertOptions, prepare, upsert_batch,
};
use crate::imports::mapping::{ExistingRule, Field, Plan, Target};
use crate::imports::model::{Counts, Import};
use crate::imports::reader::RawRow;
use crate::imports::rows::{Issue, Severity, Validator};
use crate::imports::{report, sql};
use kernel::ids::ImportId;
use kernel::{OrFault, Result};
use roaring::RoaringTreemap;
use std::ops::ControlFlow;
use std::sync::Arc;
use store::{StoreKeys, Tx};

/// Drafts in one transaction. Random index keys make the bytes written per row fall as batches grow.
pub const BATCH_ROWS: usize = BATCH_MAX;

const WITHOUT_OTHERS: &str =
    "the phone number or an id of the row belongs to another contact; the row was imported without them";

/// How work on an import ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Every row was read and committed.
    Finished,
    /// Asked to stop; what was committed stays, and work can go on there.
    Stopped,
    /// Somebody else works on the same import, or it is over.
    Overtaken,
}

/// Imports a file from where its import stands. Blocks; call it on a thread of its own. Everything
/// committed is counted in the same transaction, so it can be run again after any end.
/// Errors: the file is damaged further on, or the database is away (what was committed stays).
pub fn run(work: &Work, import: &Import, control: Control<'_>) -> Result<Ending> {
    let options = upsert_options(work, import)?;
    let db = work.store.db();
    let preparation = Preparation {
        plan: &work.plan,
        validator: Validator::new(&work.plan),
        keys: &work.keys,
        options: &options,
        ids: db.ids(),
        tags: TagNumbers::load(work.store.clone())?,
        now: &|| db.now(),
    };
    let mut writer = Writer::new(work, import, options.clone(), control)?;
    let _bulk = db.bulk()?;
    let from = import.counts.rows;
    let flowed = flow(&work.source, from, threads(), &|raw| preparation.part(raw), |part| writer.take(part));
    if writer.ending == Ending::Finished {
        // Rows before a damage further on go in all the same.
        writer.flush()?;
    }
    flowed?;
    Ok(writer.ending)
}

fn upsert_options(work: &Work, import: &Import) -> Result<UpsertOptions> {
    let existing = match work.plan.existing {
        ExistingRule::Overwrite => Existing::Overwrite,
        ExistingRule::FillGaps => Existing::FillGaps,
        ExistingRule::Skip => Existing::Skip,
    };
    let at = import.started_at.or_fault("an import that runs has begun")?;
    let grounds = Grounds {
        source: ConsentSource::Import,
        wording: import.statement.clone(),
        wording_version: import.undertaking_version.clone(),
        at,
        actor: import.actor.clone(),
        import: Some(import.id),
    };
    Ok(UpsertOptions { existing, origin: Origin::Import(import.id), grounds })
}

struct Writer<'a> {
    work: &'a Work,
    control: Control<'a>,
    commit: Commit,
    pending: Vec<Part>,
    pending_drafts: usize,
    pending_rows: u64,
    bytes: u64,
    ending: Ending,
}

/// What a transaction needs; moved in and out of its closure.
struct Commit {
    import: ImportId,
    plan: Arc<Plan>,
    keys: Arc<StoreKeys>,
    options: UpsertOptions,
    /// Rows committed so far.
    done: u64,
    /// Contacts this run has met, to count duplicates.
    met: RoaringTreemap,
    reported: u64,
}

impl<'a> Writer<'a> {
    fn new(work: &'a Work, import: &Import, options: UpsertOptions, control: Control<'a>) -> Result<Self> {
        let id = import.id;
        let reported = work.store.read_blocking(move |tx| sql::issue_count(tx, id))?;
        let commit = Commit {
            import: id,
            plan: work.plan.clone(),
            keys: work.keys.clone(),
            options,
            done: import.counts.rows,
            met: RoaringTreemap::new(),
            reported,
        };
        Ok(Writer {
            work,
            control,
            commit,
            pending: Vec::new(),
            pending_drafts: 0,
            pending_rows: 0,
            bytes: 0,
            ending: Ending::Finished,
        })
    }

    fn take(&mut self, part: Part) -> Result<ControlFlow<()>> {
        if (self.control.should_stop)() {
            self.ending = Ending::Stopped;
            return Ok(ControlFlow::Break(()));
        }
        if self.pending_drafts + part.drafts.len() > BATCH_ROWS || self.pending_rows >= 2 * BATCH_ROWS as u64
        {
            self.flush()?;
            if self.ending != Ending::Finished {
                return Ok(ControlFlow::Break(()));
            }
        }
        self.pending_drafts += part.drafts.len();
        self.pending_rows += part.raw.len() as u64;
        self.bytes += part.raw.bytes() as u64 + part.raw.cell_count() as u64;
        self.pending.push(part);
        Ok(ControlFlow::Continue(()))
    }

    fn flush(&mut self) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let parts = std::mem::take(&mut self.pending);
        (self.pending_drafts, self.pending_rows) = (0, 0);
        let mut commit = self.commit.take();
        let written = self.work.store.write_blocking(move |tx| {
            commit.write(tx, parts)?;
            Ok(commit)
        });
        match written {
            Ok(commit) => self.commit = commit,
            Err(e) if e.problem().is_some_and(|p| p.detail == OVERTAKEN) => {
                self.ending = Ending::Overtaken;
                return Ok(());
            }
            Err(e) => return Err(e),
        }
        (self.control.report)(self.commit.done, self.estimate());
        Ok(())
    }

    /// Rows of the whole file, from the bytes of those read. At least what was read.
    fn estimate(&self) -> u64 {
        let size = std::fs::metadata(self.work.source.path()).map_or(0, |m| m.len());
        let (rows, bytes) = (self.commit.done, self.bytes.max(1));
        (size.saturating_mul(rows) / bytes).max(rows)
    }
}

impl Commit {
    /// Leaves a copy behind that is replaced when the transaction answers.
    fn take(&mut self) -> Commit {
        Commit {
            import: self.import,
            plan: self.plan.clone(),
            keys: self.keys.clone(),
            options: self.options.clone(),
            done: self.done,
            met: std::mem::take(&mut self.met),
            reported: self.reported,
        }
    }

    /// Writes a batch. Problem [`OVERTAKEN`]: somebody else counted it, and nothing was written.
    fn write(&mut self, tx: &mut Tx<'_>, parts: Vec<Part>) -> Result<()> {
        let rows: u64 = parts.iter().map(|p| p.raw.len() as u64).sum();
        let mut batch = Joined::of(parts);
        let mut counts = Counts { rows, errors: batch.errors, ..Counts::default() };
        let drafts = std::mem::take(&mut batch.drafts);
        let outcome = upsert_batch(tx, &self.keys, drafts, &self.options)?;
        counts.refused_subscriptions += outcome.subscriptions_refused;
        self.count(&mut counts, &outcome.rows);
        self.retry_conflicts(tx, &mut batch, &outcome.rows, &mut counts)?;
        counts.warnings = batch.issues.iter().filter(|i| i.severity == Severity::Warning).count() as u64;
        if !sql::advance(tx, self.import, self.done, &counts)? {
            return Err(kernel::Problem::conflict(OVERTAKEN).into());
        }
        self.put_report(tx, batch.issues, rows)?;
        self.done += rows;
        Ok(())
    }

    fn count(&mut self, counts: &mut Counts, rows: &[RowOutcome]) {
        for row in rows {
            let id = match row {
                RowOutcome::Created(id) => {
                    counts.created += 1;
                    id
                }
                RowOutcome::Updated(id) => {
                    counts.updated += 1;
                    id
                }
                RowOutcome::Unchanged(id) => {
                    counts.skipped += 1;
                    id
                }
                RowOutcome::Conflict(_) => continue,
            };
            counts.duplicates += u64::from(!self.met.insert(id.0 as u64));
        }
    }

    /// A row whose phone number or external id belongs to somebody else is imported by its email address.
    fn retry_conflicts(
        &mut self,
        tx: &mut Tx<'_>,
        batch: &mut Joined,
        rows: &[RowOutcome],
        counts: &mut Counts,
    ) -> Result<()> {
        let (mut again, mut places) = (Vec::new(), Vec::new());
        for (i, row) in rows.iter().enumerate() {
            let RowOutcome::Conflict(conflict) = row else { continue };
            match self.without_others(tx, &batch.raw(i))? {
                Some(draft) => {
                    again.push(draft);
                    places.push((i, *conflict));
                }
                None => batch.lose(i, conflict.sentence(), counts),
            }
        }
        if again.is_empty() {
            return Ok(());
        }
        let outcome = upsert_batch(tx, &self.keys, again, &self.options)?;
        counts.refused_subscriptions += outcome.subscriptions_refused;
        self.count(counts, &outcome.rows);
        for ((i, conflict), row) in places.into_iter().zip(&outcome.rows) {
            match row {
                RowOutcome::Conflict(_) => batch.lose(i, conflict.sentence(), counts),
                _ => batch.warn(i, phone_column(&self.plan)),
            }
        }
        Ok(())
    }

    fn without_others(&self, tx: &Tx<'_>, raw: &RawRow<'_>) -> Result<Option<PreparedDraft>> {
        let Some(row) = Validator::new(&self.plan).row(*raw, &mut Vec::new()) else { return Ok(None) };
        let mut draft = row.draft;
        if draft.personal.email.is_none() {
            return Ok(None);
        }
        draft.personal.phone = None;
        draft.personal.external_ids.clear();
        draft.statuses.retain(|s| s.channel == Channel::Email);
        draft.suppressions.retain(|(channel, _)| *channel == Channel::Email);
        prepare(&self.keys, tx.ids().make().into(), draft, &self.options, tx.now()).map(Some)
    }

    fn put_report(&mut self, tx: &mut Tx<'_>, mut issues: Vec<Issue>, rows: u64) -> Result<()> {
        issues.sort_by_key(|i| i.line);
        let room = report::ISSUES_MAX.saturating_sub(self.reported) as usize;
        issues.truncate(room);
        self.reported += issues.len() as u64;
        let sealed = report::seal(&self.keys, &issues)?;
        sql::insert_batch(tx, self.import, self.done as i64, rows, (issues.len() as u64, sealed))
    }
}

const OVERTAKEN: &str = "Somebody else works on this import, or it is over.";

fn phone_column(plan: &Plan) -> Option<usize> {
    plan.columns.iter().position(|c| c.target == Target::Field { field: Field::Phone })
}

/// The parts of a batch, joined; their raw rows stay for reports.
struct Joined {
    raws: Vec<crate::imports::reader::Batch>,
    /// For each draft: part and row in it.
    places: Vec<(u32, u32)>,
    drafts: Vec<PreparedDraft>,
    issues: Vec<Issue>,
    errors: u64,
}

impl Joined {
    fn of(parts: Vec<Part>) -> Self {
        let total = parts.iter().map(|p| p.drafts.len()).sum();
        let mut joined = Joined {
            raws: Vec::with_capacity(parts.len()),
            places: Vec::with_capacity(total),
            drafts: Vec::with_capacity(total),
            issues: Vec::new(),
            errors: 0,
        };
        for (n, part) in parts.into_iter().enumerate() {
            for (row, draft) in part.drafts {
                joined.places.push((n as u32, row));
                joined.drafts.push(draft);
            }
            joined.raws.push(part.raw);
            joined.issues.extend(part.issues);
            joined.errors += part.errors;
        }
        joined
    }

    fn raw(&self, draft: usize) -> RawRow<'_> {
        let (part, row) = self.places[draft];
        self.raws[part as usize].row(row as usize)
    }

    fn lose(&mut self, draft: usize, reason: &'static str, counts: &mut Counts) {
        counts.errors += 1;
        self.tell(draft, |line| Issue::error(line, None, reason, ""));
    }

    fn warn(&mut self, draft: usize, column: Option<usize>) {
        self.tell(draft, |line| Issue::warning(line, column, WITHOUT_OTHERS, ""));
    }

    fn tell(&mut self, draft: usize, issue: impl FnOnce(u64) -> Issue) {
        let raw = self.raw(draft);
        let mut issue = issue(raw.line());
        issue.original = raw.cells().map(str::to_owned).collect();
        self.issues.push(issue);
    }
}
