//! What was wrong with rows, kept sealed and given out as a file that can be mended and imported again.
//!
//! The reports hold what people wrote into files, so they are sealed with the store's key, one for each
//! batch, in the batch's own transaction: after a crash nothing is reported twice or forgotten.

use super::formats::ERROR_FILE_HEADINGS;
use super::mapping::ColumnPlan;
use super::rows::{Issue, Severity, heading};
use kernel::{OrFault, Result};
use std::io::Write;
use store::StoreKeys;

/// Most issues kept of one import; more are counted.
pub const ISSUES_MAX: u64 = 1_000_000;
/// Purpose under which reports are sealed.
const PURPOSE: &str = "import.issues";

/// Seals the issues of a batch. `None` if there are none.
pub fn seal(keys: &StoreKeys, issues: &[Issue]) -> Result<Option<Vec<u8>>> {
    if issues.is_empty() {
        return Ok(None);
    }
    let rows: Vec<Kept<'_>> = issues.iter().map(Kept::of).collect();
    let plain = serde_json::to_vec(&rows).or_fault("write the report of an import")?;
    keys.seal_secret(PURPOSE, &plain).map(Some)
}

/// Opens what [`seal`] made.
pub fn open(keys: &StoreKeys, sealed: &[u8]) -> Result<Vec<Issue>> {
    let plain = keys.open_secret(PURPOSE, sealed)?;
    let rows: Vec<Kept<'_>> = serde_json::from_slice(&plain).or_fault("read the report of an import")?;
    Ok(rows.into_iter().map(Kept::into_issue).collect())
}

/// Short names: there may be a million of them.
#[derive(serde::Serialize, serde::Deserialize)]
struct Kept<'a> {
    l: u64,
    s: Severity,
    c: Option<usize>,
    r: std::borrow::Cow<'a, str>,
    v: std::borrow::Cow<'a, str>,
    o: std::borrow::Cow<'a, [String]>,
}

impl<'a> Kept<'a> {
    fn of(issue: &'a Issue) -> Self {
        Kept {
            l: issue.line,
            s: issue.severity,
            c: issue.column,
            r: issue.reason.as_ref().into(),
            v: issue.value.as_str().into(),
            o: issue.original.as_slice().into(),
        }
    }

    fn into_issue(self) -> Issue {
        Issue {
            line: self.l,
            severity: self.s,
            column: self.c,
            reason: self.r.into_owned().into(),
            value: self.v.into_owned(),
            original: self.o.into_owned(),
        }
    }
}

/// Writes the head of an error file: our four columns, then the file's own.
pub fn write_head(out: &mut impl Write, columns: &[ColumnPlan]) -> Result<()> {
    let ours = ERROR_FILE_HEADINGS.iter().map(|h| (*h).to_owned());
    let theirs = columns.iter().map(|c| harmless(&c.heading));
    write_line(out, ours.chain(theirs))
}

/// Writes issues as lines of an error file. The original row stands behind its first issue.
pub fn write_issues(out: &mut impl Write, columns: &[ColumnPlan], issues: &[Issue]) -> Result<()> {
    for issue in issues {
        let severity = if issue.severity == Severity::Error { "error" } else { "warning" };
        let head = [
            issue.line.to_string(),
            severity.to_owned(),
            harmless(heading(columns, issue.column)),
            harmless(&issue.reason),
        ];
        write_line(out, head.into_iter().chain(issue.original.iter().map(|v| harmless(v))))?;
    }
    Ok(())
}

fn write_line(out: &mut impl Write, cells: impl Iterator<Item = String>) -> Result<()> {
    let line: Vec<String> = cells.map(|c| quoted(&c)).collect();
    writeln!(out, "{}", line.join(",")).or_fault("write the error file of an import")
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\n', '\r', ' ']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// No formula leaves this program: an apostrophe stands before what a spreadsheet would compute.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}
