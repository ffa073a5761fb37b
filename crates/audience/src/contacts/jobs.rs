//! Doing one thing with many contacts, in the background, in small transactions.
//!
//! The contacts are chosen when the job runs; running twice does nothing twice. Payloads carry ids and
//! numbers; what may say who somebody is (words to search for, rules) is sealed in them.

use crate::consent::change_many;
use crate::consent::model::{Change, Channel, ConsentStatus, Suppression};
use crate::contacts::acting::{grounds_of, origin_of};
use crate::contacts::changes::Changes;
use crate::contacts::draft::PII;
use crate::contacts::model::{Facts, TAGS_MAX};
use crate::contacts::select::Selection;
use crate::contacts::{self as contacts, sql};
use crate::{attributes, tags};
use kernel::ids::{AttributeId, JobId};
use kernel::{OrFault, Result};
use roaring::RoaringBitmap;
use std::sync::Arc;
use store::queue::{JobCx, JobFuture, JobHandler, JobResult};
use store::{StoreKeys, Tx, Value, Vault};
use tenancy::audit;
use web::Actor;

/// Kind of the job.
pub const KIND: &str = "contacts.bulk";
/// Contacts of one transaction.
const CHUNK: usize = 2_000;

/// What to do with each contact.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum Work {
    /// Add a tag.
    Tag {
        /// Its number.
        no: u32,
    },
    /// Remove a tag; afterwards, with `drop`, the tag itself.
    Untag {
        /// Its number.
        no: u32,
        /// Also remove it from the dictionary.
        drop: bool,
    },
    /// Put the address on the suppression list.
    Suppress {
        /// Whose address.
        channel: Channel,
    },
    /// Unsubscribe.
    Unsubscribe {
        /// From which channel.
        channel: Channel,
    },
    /// Remove a custom attribute and its definition.
    DropAttribute {
        /// Its number.
        no: u32,
        /// Its id.
        id: AttributeId,
    },
    /// Erase.
    Delete,
}

impl Work {
    fn action(self) -> &'static str {
        match self {
            Work::Tag { .. } => "contacts.tagged",
            Work::Untag { .. } => "contacts.untagged",
            Work::Suppress { .. } => "contacts.suppressed",
            Work::Unsubscribe { .. } => "contacts.unsubscribed",
            Work::DropAttribute { .. } => "attribute.deleted",
            Work::Delete => "contacts.erased",
        }
    }
}

#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct Payload {
    work: Work,
    select: Selection,
    /// The private part of the selection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    private: Option<String>,
    actor: Actor,
}

/// Enqueues work on a selection (as [`Selection::sealed`] gives it) and records who ordered it.
pub fn enqueue(
    tx: &mut Tx<'_>,
    work: Work,
    (select, private): (Selection, Option<String>),
    actor: Actor,
) -> Result<JobId> {
    let chosen = if select.all { "all".into() } else { serde_json::json!({ "ids": select.ids.len() }) };
    let payload = Payload { work, select, private, actor };
    let payload = serde_json::to_value(payload).or_fault("write a job's payload")?;
    let now = tx.now();
    let job = tx.enqueue(KIND, &payload, now)?;
    audit::record(tx, actor, work.action(), job, &serde_json::json!({ "selected": chosen, "work": work }))?;
    Ok(job)
}

/// Runs the work.
pub struct BulkJob {
    /// Keys, for work on sealed fields.
    pub vault: Vault,
}

impl JobHandler for BulkJob {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run<'a>(&'a self, cx: &'a JobCx) -> JobFuture<'a> {
        Box::pin(self.work(cx))
    }
}

impl BulkJob {
    async fn work(&self, cx: &JobCx) -> Result<JobResult> {
        let Payload { work, select, private, actor } =
            serde_json::from_value(cx.payload.clone()).or_fault("read a job's payload")?;
        let keys = self.vault.keys(cx.store.db(), cx.store.scope()).await?;
        let chosen = select.opened(private.as_deref(), &keys)?.collect(&cx.store, &keys).await?;
        let (total, mut done, mut tally) = (chosen.len() as i64, 0_i64, Tally::default());
        let mut rest = chosen.iter();
        loop {
            cx.progress(done, total);
            let chunk: Vec<u32> = rest.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                break;
            }
            if cx.should_stop() {
                return Ok(JobResult::Cancelled(tally.answer(total)));
            }
            done += chunk.len() as i64;
            let keys = keys.clone();
            tally.add(cx.store.write(move |tx| apply(tx, &keys, work, &chunk, actor)).await?);
        }
        cx.store.write(move |tx| conclude(tx, work)).await?;
        Ok(JobResult::Done(tally.answer(total)))
    }
}

/// What became of the contacts.
#[derive(Clone, Copy, Default)]
struct Tally {
    changed: u64,
    /// Could not take a further tag.
    too_many_tags: u64,
}

impl Tally {
    fn changed(changed: u64) -> Self {
        Tally { changed, too_many_tags: 0 }
    }

    fn add(&mut self, other: Tally) {
        self.changed += other.changed;
        self.too_many_tags += other.too_many_tags;
    }

    /// The job's answer. Whoever is neither changed nor failed was so already, or has no such address.
    fn answer(self, selected: i64) -> serde_json::Value {
        let mut failures = serde_json::Map::new();
        if self.too_many_tags > 0 {
            failures.insert("too_many_tags".into(), self.too_many_tags.into());
        }
        let unchanged = (selected as u64).saturating_sub(self.changed + self.too_many_tags);
        serde_json::json!({
            "selected": selected, "changed": self.changed, "unchanged": unchanged,
            "failed": self.too_many_tags, "failures": failures,
        })
    }
}

/// What comes after the last contact.
fn conclude(tx: &mut Tx<'_>, work: Work) -> Result<()> {
    match work {
        Work::Untag { no, drop: true } => tags::sql::delete(tx, no),
        Work::DropAttribute { id, .. } => attributes::sql::delete(tx, id),
        _ => Ok(()),
    }
}

fn apply(tx: &mut Tx<'_>, keys: &Arc<StoreKeys>, work: Work, chunk: &[u32], actor: Actor) -> Result<Tally> {
    let grounds = grounds_of(actor, tx.now());
    let changed: RoaringBitmap = match work {
        Work::Tag { no } => return add_tag(tx, chunk, actor, no),
        Work::Untag { no, .. } => {
            return change_facts(tx, chunk, actor, |facts| facts.remove_tag(no)).map(Tally::changed);
        }
        Work::DropAttribute { no, .. } => {
            return drop_attribute(tx, keys, chunk, actor, no).map(Tally::changed);
        }
        Work::Suppress { channel } => {
            change_many(tx, chunk, channel, Change::Raise(Suppression::Suppressed), &grounds)?
        }
        Work::Unsubscribe { channel } => {
            change_many(tx, chunk, channel, Change::Status(ConsentStatus::Unsubscribed), &grounds)?
        }
        Work::Delete => contacts::erase(tx, chunk, &grounds)?,
    };
    Ok(Tally::changed(changed.len()))
}

fn add_tag(tx: &mut Tx<'_>, chunk: &[u32], actor: Actor, no: u32) -> Result<Tally> {
    let mut too_many_tags = 0;
    let changed = change_facts(tx, chunk, actor, |facts| {
        too_many_tags += u64::from(!facts.has_tag(no) && facts.tags.len() >= TAGS_MAX);
        facts.add_tag(no, origin_of(actor))
    })?;
    Ok(Tally { changed, too_many_tags })
}

fn change_facts(
    tx: &mut Tx<'_>,
    chunk: &[u32],
    actor: Actor,
    mut change: impl FnMut(&mut Facts) -> bool,
) -> Result<u64> {
    sql::lock(tx)?;
    let mut facts = sql::load_facts(tx, chunk)?;
    facts.retain_mut(|(_, facts)| change(facts));
    sql::update_facts(tx, &facts)?;
    let mut changes = Changes::default();
    facts.iter().for_each(|(ordinal, _)| changes.touch(*ordinal));
    changes.record(tx, &grounds_of(actor, tx.now()))?;
    Ok(facts.len() as u64)
}

fn drop_attribute(tx: &mut Tx<'_>, keys: &StoreKeys, chunk: &[u32], actor: Actor, no: u32) -> Result<u64> {
    sql::lock(tx)?;
    let (mut changes, mut rows) = (Changes::default(), Vec::new());
    let now = tx.now();
    for mut contact in sql::load_many(tx, chunk)? {
        let key = contact.key(keys)?;
        let mut personal = contact.open(keys)?;
        if contact.facts.attribute(no).is_none() && personal.attribute(no).is_none() {
            continue;
        }
        contact.facts.set_attribute(no, None);
        personal.set_attribute(no, None);
        changes.touch(contact.ordinal);
        rows.push(vec![
            Value::from(contact.ordinal),
            now.into(),
            contact.email_bi.into(),
            contact.phone_bi.into(),
            contact.facts.encode().into(),
            key.seal(PII, &personal.encode())?.into(),
        ]);
    }
    tx.execute_many(&sql::UPDATE_CONTACT, rows)?;
    let count = changes.len();
    changes.record(tx, &grounds_of(actor, now))?;
    Ok(count)
}
