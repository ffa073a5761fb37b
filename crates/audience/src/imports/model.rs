//! States, counts and rules of an import. Pure.

use super::mapping::{MappingIn, Plan};
use super::reader::Layout;
use kernel::ids::{ImportId, JobId};
use kernel::{Problem, Result, Timestamp};
use serde::{Deserialize, Serialize};

/// The promise without which nothing is taken in (P-055). A new wording gets a new version.
pub const UNDERTAKING_VERSION: &str = "2026-11";
/// Its text.
pub const UNDERTAKING: &str = "I confirm that we collected this data lawfully, that the people in this file were told of it, that everyone marked as subscribed gave explicit consent to be contacted by us on that channel and has not taken it back, and that we can show when and how.";
/// What the command line records as statement: its operator answers for the file.
pub const OPERATOR_STATEMENT: &str = "Imported on the command line by the operator of this installation, who holds the record of these consents.";
/// How long an import can be undone: 30 days.
pub const UNDO_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// How long an uploaded file waits to be imported: 7 days.
pub const UPLOAD_KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// Longest statement, in characters.
pub const STATEMENT_MAX: usize = 2_000;
/// Longest file name kept, in bytes.
pub const FILE_NAME_MAX: usize = 200;

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportState)]
pub enum State {
    /// The file is here; nothing has been stored.
    Uploaded,
    /// Begun, or waiting for its turn.
    Running,
    /// Every row was read.
    Done,
    /// It could not go on; what was committed stays.
    Failed,
    /// Stopped by a person; what was committed stays.
    Cancelled,
    /// Taken back.
    Undone,
}

impl State {
    /// The word in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Uploaded => "uploaded",
            State::Running => "running",
            State::Done => "done",
            State::Failed => "failed",
            State::Cancelled => "cancelled",
            State::Undone => "undone",
        }
    }

    /// The state with a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [State::Uploaded, State::Running, State::Done, State::Failed, State::Cancelled, State::Undone]
            .into_iter()
            .find(|s| s.as_str() == word)
    }

    /// True if nothing will be read any more.
    pub fn is_over(self) -> bool {
        matches!(self, State::Done | State::Failed | State::Cancelled | State::Undone)
    }
}

/// What became of the rows. `rows = created + updated + skipped + errors`, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Counts {
    /// Rows read.
    pub rows: u64,
    /// Rows that made a contact.
    pub created: u64,
    /// Rows that told a known contact something new.
    pub updated: u64,
    /// Rows about known contacts that said nothing new, or that were to be left alone.
    pub skipped: u64,
    /// Rows that were not imported.
    pub errors: u64,
    /// Values that were left out of rows that were imported.
    pub warnings: u64,
    /// Rows about a contact that an earlier row of the file was about; the later values count.
    pub duplicates: u64,
    /// Rows marked subscribed whose contacts had said no, and stay so.
    pub refused_subscriptions: u64,
}

impl Counts {
    /// The sum that must hold.
    pub fn closes(&self) -> bool {
        self.rows == self.created + self.updated + self.skipped + self.errors
    }

    /// Adds another part of the file.
    pub fn add(&mut self, other: &Counts) {
        self.rows += other.rows;
        self.created += other.created;
        self.updated += other.updated;
        self.skipped += other.skipped;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.duplicates += other.duplicates;
        self.refused_subscriptions += other.refused_subscriptions;
    }
}

/// What an undo came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct UndoCounts {
    /// Contacts that the import made and nobody changed since: erased.
    pub erased: u64,
    /// Contacts that the import made and that were changed since: they stay, without the import's tag.
    pub kept: u64,
    /// Contacts that the import changed: their changes stay, the import's tag is gone.
    pub untagged: u64,
}

/// An import.
#[derive(Clone, Debug)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// Where it stands.
    pub state: State,
    /// Name of the file as uploaded.
    pub file_name: String,
    /// Where the file lies; empty when it is gone.
    pub file_path: String,
    /// SHA-256 of the file (P-046).
    pub file_sha256: Vec<u8>,
    /// Its size.
    pub file_bytes: u64,
    /// How the file is laid out.
    pub layout: Layout,
    /// What the merchant said about it.
    pub mapping: MappingIn,
    /// What its columns become.
    pub plan: Plan,
    /// What the merchant says about the consents in it.
    pub statement: String,
    /// Version of the undertaking; empty until it is given.
    pub undertaking_version: String,
    /// Who imports.
    pub actor: String,
    /// Tag of every contact in it.
    pub batch_tag: String,
    /// The job that works on it.
    pub job: Option<JobId>,
    /// What became of the rows so far.
    pub counts: Counts,
    /// Ordinals from here on were made since it began.
    pub ordinal_min: u32,
    /// Ordinals below this were made before its last batch ended.
    pub ordinal_max: u32,
    /// What a dry run came to.
    pub dry_run: Option<Counts>,
    /// Why it failed, in words.
    pub error: Option<String>,
    /// What its undo came to.
    pub undo: Option<UndoCounts>,
    /// When the file came.
    pub created_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

impl Import {
    /// Whether it can be undone at `now`. Problem: not over, undone already, or longer ago than 30 days.
    pub fn check_undo(&self, now: Timestamp) -> Result<()> {
        let refuse = |detail: &str| Err(Problem::conflict(detail).into());
        match (self.state, self.finished_at) {
            (State::Undone, _) => refuse("This import was undone already."),
            (State::Done | State::Failed | State::Cancelled, Some(at)) if now.since(at) <= UNDO_MS => Ok(()),
            (State::Done | State::Failed | State::Cancelled, Some(_)) => refuse(
                "An import can be undone for 30 days; this one is older. Delete its contacts by its tag.",
            ),
            _ => refuse("Only an import that is over can be undone; cancel it first."),
        }
    }
}

/// `import-2026-11-23-0900`, in UTC.
pub fn batch_tag(at: Timestamp) -> String {
    let t = jiff::tz::TimeZone::UTC.to_datetime(at.to_jiff());
    format!("import-{:04}-{:02}-{:02}-{:02}{:02}", t.year(), t.month(), t.day(), t.hour(), t.minute())
}

/// What a start must bring along. Problems: no undertaking (409, P-055), or no statement about consents
/// although the file may subscribe somebody (422).
pub fn check_start(plan: &Plan, undertaking: &str, statement: &str) -> Result<()> {
    if undertaking != UNDERTAKING_VERSION {
        return Err(Problem::conflict(format!(
            "Nothing is imported without the undertaking. Read it at GET /api/v1/imports/undertaking and start with \"undertaking\": \"{UNDERTAKING_VERSION}\"."
        ))
        .into());
    }
    if statement.chars().count() > STATEMENT_MAX {
        return Err(Problem::field(
            "/consent_statement",
            "too_long",
            "A statement has at most 2,000 characters.",
        )
        .into());
    }
    if plan.may_subscribe() && statement.trim().is_empty() {
        return Err(Problem::field(
            "/consent_statement",
            "required",
            "This file marks people as subscribed. Say where and with which words they agreed.",
        )
        .into());
    }
    Ok(())
}

/// A file's name without its folders, shortened.
pub fn shown_file_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let clean: String = base.chars().filter(|c| !c.is_control()).collect();
    let short = super::reader::shorten(clean.trim(), FILE_NAME_MAX);
    if short.is_empty() { "contacts.csv".into() } else { short.to_owned() }
}
