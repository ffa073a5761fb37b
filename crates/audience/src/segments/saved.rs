//! Saved segments: made, changed with a history, archived and taken back.
//!
//! A segment in use (by another segment, or by whoever asks here before archiving) is not archived away
//! under its users. Nothing is deleted: old campaigns name segments, and their reports stay readable.

use super::growth;
use super::lookup::load_names;
use super::model::Rule;
use super::names::Mention;
use super::sql;
use kernel::ids::SegmentId;
use kernel::{Code, Problem, Result, Timestamp};
use std::collections::BTreeSet;
use store::{Row, Tx, params};
use tenancy::audit;
use web::Actor;

/// Longest name, in characters.
pub const NAME_MAX: usize = 100;
/// Longest description, in characters.
pub const DESCRIPTION_MAX: usize = 1_000;
/// Most segments of a store that are not archived.
pub const SEGMENTS_MAX: i64 = 2_000;

/// A saved segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Its id.
    pub id: SegmentId,
    /// Counts changes; the entity tag of the API.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// What it is for, in the merchant's words.
    pub description: String,
    /// Its rule.
    pub rule: Rule,
    /// How many members it had when it was counted last, and when; none since its rule changed.
    pub counted: Option<(u64, Timestamp)>,
    /// When it was archived, if it is.
    pub archived_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a segment was.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentVersion {
    /// Its number.
    pub version: i64,
    /// Its name then.
    pub name: String,
    /// Its description then.
    pub description: String,
    /// Its rule then.
    pub rule: Rule,
    /// Since when.
    pub saved_at: Timestamp,
    /// Who saved it.
    pub actor: String,
}

/// A segment to be saved.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentDraft {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its rule.
    pub rule: Rule,
}

/// Somebody who uses a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// What kind of thing it is: `segment`, `campaign`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Finds who uses a segment among the things of one feature.
pub type FindUses = fn(&mut Tx<'_>, SegmentId) -> Result<Vec<Use>>;

/// The service by which features above this one say that they use a segment. A feature adds itself:
/// `let users = builder.service::<SegmentUsers>().unwrap_or_default().with(find_uses); builder.insert(users);`
#[derive(Clone, Default)]
pub struct SegmentUsers(Vec<FindUses>);

impl SegmentUsers {
    /// The same, and one more feature.
    pub fn with(&self, find: FindUses) -> Self {
        let mut all = self.0.clone();
        all.push(find);
        SegmentUsers(all)
    }

    /// Everybody who uses a segment: other segments first.
    pub fn find(&self, tx: &mut Tx<'_>, id: SegmentId) -> Result<Vec<Use>> {
        let mut uses = referrers(tx, id)?;
        for find in &self.0 {
            uses.extend(find(tx, id)?);
        }
        Ok(uses)
    }
}

impl Segment {
    fn of(row: &Row) -> Result<Self> {
        Ok(Segment {
            id: SegmentId(row.int(0)?),
            version: row.int(1)?,
            name: row.text(2)?,
            description: row.text(3)?,
            rule: Rule::parse_text(&row.text(4)?)?,
            counted: row.opt_int(5)?.map(|n| n as u64).zip(row.opt_time(6)?),
            archived_at: row.opt_time(7)?,
            created_at: row.time(8)?,
            updated_at: row.time(9)?,
        })
    }
}

/// A segment, archived or not. Problem: absent.
pub fn get(tx: &mut Tx<'_>, id: SegmentId) -> Result<Segment> {
    let row = tx.query_opt(&sql::FIND_SEGMENT, params![id])?;
    Segment::of(&row.ok_or_else(|| Problem::not_found("segment"))?)
}

/// Segments before an id, newest first.
pub fn list(tx: &mut Tx<'_>, archived: bool, before: Option<i64>, limit: i64) -> Result<Vec<Segment>> {
    let before = before.unwrap_or(i64::MAX);
    tx.query(&sql::LIST_SEGMENTS, params![before, archived, limit])?.iter().map(Segment::of).collect()
}

/// A segment without its rule.
#[derive(Clone, Debug)]
pub struct SegmentName {
    /// Its id.
    pub id: SegmentId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
}

/// Segments that are not archived, newest first, without their rules.
pub fn list_names(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<SegmentName>> {
    let name = |row: &Row| {
        Ok(SegmentName { id: SegmentId(row.int(0)?), name: row.text(1)?, description: row.text(2)? })
    };
    tx.query(&sql::LIST_NAMES, params![limit])?.iter().map(name).collect()
}

/// Versions of a segment before one, newest first. Problem: no such segment.
pub fn versions(
    tx: &mut Tx<'_>,
    id: SegmentId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<SegmentVersion>> {
    get(tx, id)?;
    let rows = tx.query(&sql::LIST_VERSIONS, params![id, before.unwrap_or(i64::MAX), limit])?;
    rows.iter()
        .map(|row| {
            Ok(SegmentVersion {
                version: row.int(0)?,
                name: row.text(1)?,
                description: row.text(2)?,
                rule: Rule::parse_text(&row.text(3)?)?,
                saved_at: row.time(4)?,
                actor: row.text(5)?,
            })
        })
        .collect()
}

/// Makes a segment. Problem: the rule mentions what the store does not have, or there are too many.
pub fn create(tx: &mut Tx<'_>, actor: Actor, draft: &SegmentDraft) -> Result<Segment> {
    load_names(tx, &draft.rule, None)?;
    if tx.query_one(&sql::COUNT_SEGMENTS, params![])?.int(0)? >= SEGMENTS_MAX {
        let detail = format!("A store has at most {SEGMENTS_MAX} segments; archive some first.");
        return Err(Problem::conflict(detail).into());
    }
    let (id, now): (SegmentId, _) = (tx.ids().make().into(), tx.now());
    let rule = draft.rule.to_json();
    tx.execute(&sql::INSERT_SEGMENT, params![id, &draft.name, &draft.description, &rule, now])?;
    keep(tx, actor, id, 1, draft)?;
    growth::enqueue(tx, id)?;
    audit::record(tx, actor, "segment.created", id, &serde_json::json!({}))?;
    get(tx, id)
}

/// Changes a segment that still has `version`. Problem: absent, changed meanwhile, or as in [`create`].
pub fn update(
    tx: &mut Tx<'_>,
    actor: Actor,
    id: SegmentId,
    version: i64,
    draft: &SegmentDraft,
) -> Result<Segment> {
    let now = tx.now();
    let rule = draft.rule.to_json();
    let values = params![id, version, &draft.name, &draft.description, &rule, now];
    if tx.execute(&sql::UPDATE_SEGMENT, values)? == 0 {
        get(tx, id)?;
        let detail = "Somebody changed it meanwhile. Read it again and repeat the change.";
        return Err(Problem::new(Code::PreconditionFailed, detail).into());
    }
    load_names(tx, &draft.rule, Some(id))?;
    keep(tx, actor, id, version + 1, draft)?;
    check_referrers(tx, id)?;
    growth::enqueue(tx, id)?;
    audit::record(tx, actor, "segment.changed", id, &serde_json::json!({ "version": version + 1 }))?;
    get(tx, id)
}

/// Archives a segment, or takes it back. Problem: absent, or a segment in use is to be archived.
pub fn archive(
    tx: &mut Tx<'_>,
    actor: Actor,
    id: SegmentId,
    archived: bool,
    users: &SegmentUsers,
) -> Result<Segment> {
    let segment = get(tx, id)?;
    if segment.archived_at.is_some() == archived {
        return Ok(segment);
    }
    if archived && let Some(user) = users.find(tx, id)?.first() {
        let detail = format!("The {} “{}” refers to it. Take the reference out first.", user.kind, user.name);
        return Err(Problem::conflict(detail).into());
    }
    let now = tx.now();
    tx.execute(&sql::ARCHIVE_SEGMENT, params![id, archived.then_some(now), now])?;
    let action = if archived { "segment.archived" } else { "segment.restored" };
    audit::record(tx, actor, action, id, &serde_json::json!({}))?;
    get(tx, id)
}

/// Segments, not archived, whose rules refer to this one.
fn referrers(tx: &mut Tx<'_>, id: SegmentId) -> Result<Vec<Use>> {
    let rows = tx.query(&sql::LIST_REFERRERS, params![id])?;
    let segment =
        |row: &Row| Ok(Use { kind: "segment", id: SegmentId(row.int(0)?).to_string(), name: row.text(1)? });
    rows.iter().map(segment).collect()
}

/// Remembers how many members a version of a segment had.
pub fn put_count(tx: &mut Tx<'_>, id: SegmentId, version: i64, members: u64) -> Result<()> {
    let now = tx.now();
    tx.execute(&sql::PUT_COUNT, params![id, version, members as i64, now]).map(drop)
}

/// Keeps a version and whom it refers to.
fn keep(tx: &mut Tx<'_>, actor: Actor, id: SegmentId, version: i64, draft: &SegmentDraft) -> Result<()> {
    let (now, rule, actor) = (tx.now(), draft.rule.to_json(), actor.to_string());
    let values = params![id, version, &draft.name, &draft.description, &rule, now, actor];
    tx.execute(&sql::INSERT_VERSION, values)?;
    tx.execute(&sql::DELETE_REFERENCES, params![id])?;
    let leaves = draft.rule.leaves();
    let mentions = leaves.iter().flat_map(|leaf| leaf.condition.mentions(&leaf.args));
    let targets: BTreeSet<SegmentId> = mentions
        .filter_map(|mention| match mention {
            Mention::Segment(target) => Some(target),
            _ => None,
        })
        .collect();
    for target in targets {
        tx.execute(&sql::INSERT_REFERENCE, params![target, id])?;
    }
    Ok(())
}

/// A change must not make those who refer to the segment, directly or not, nest too deep.
fn check_referrers(tx: &mut Tx<'_>, id: SegmentId) -> Result<()> {
    let mut seen = BTreeSet::from([id]);
    let mut waiting = vec![id];
    while let Some(next) = waiting.pop() {
        for row in tx.query(&sql::LIST_REFERRERS, params![next])? {
            let referrer = SegmentId(row.int(0)?);
            if !seen.insert(referrer) {
                continue;
            }
            let rule = get(tx, referrer)?.rule;
            if load_names(tx, &rule, Some(referrer)).is_err() {
                let detail = format!(
                    "With this rule the segment “{}”, which refers to it, would be invalid.",
                    row.text(1)?
                );
                return Err(Problem::field("/rule", "breaks_referrer", detail).into());
            }
            waiting.push(referrer);
        }
    }
    Ok(())
}
