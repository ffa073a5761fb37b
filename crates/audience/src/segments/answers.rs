//! Answers about rules: who, how many, some of them with reasons, and why one contact is in or not.

use super::audience::{AudienceTerm, audience_rule};
use super::behaviour::BehaviourQuery;
use super::compact::compact;
use super::engagement::{EngagementQuery, History};
use super::engine::Bits;
use super::evaluate::{ContactView, evaluate as evaluate_on};
use super::lookup::load_names;
use super::model::{Leaf, Node, Rule};
use super::moment::Moment;
use super::names::Names;
use super::snapshot::{Snapshot, TAIL_MAX};
use super::tail::{Tail, Watermark};
use crate::contacts::{self, StoredContact};
use kernel::ids::ContactId;
use kernel::{Problem, Result};
use roaring::RoaringBitmap;
use std::sync::Arc;
use store::{Scoped, StoreKeys, Tx};

/// Most members of a sample.
pub const SAMPLE_MAX: usize = 50;

/// A member of a sample.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct SampleMember {
    /// The contact.
    pub contact: ContactId,
    /// Its number in the store.
    #[serde(skip)]
    pub ordinal: u32,
    /// Why it matches: what holds of it.
    pub reasons: Vec<Reason>,
}

/// Why a contact matches: a condition that decides.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Reason {
    /// Which condition, counted in the order of the rule.
    pub condition: usize,
    /// Whether it holds; under a `not` it is its not holding that decides.
    pub holds: bool,
    /// What was found.
    pub why: String,
}

/// A condition of a rule as it stands for one contact.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Finding {
    /// Where the condition stands in the rule (JSON pointer).
    pub pointer: String,
    /// What the condition says.
    pub sentence: String,
    /// Whether it holds.
    pub holds: bool,
    /// The evidence.
    pub why: String,
}

/// A rule as it stands for one contact.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Explanation {
    /// Whether the contact satisfies the rule.
    pub matches: bool,
    /// Every condition.
    pub conditions: Vec<Finding>,
}

/// What a rule says, in words. Problem: it mentions what the store does not have.
pub async fn sentence(store: &Scoped, rule: &Rule) -> Result<String> {
    let rule = rule.clone();
    store.read(move |tx| Ok(rule.sentence(&load_names(tx, &rule, None)?))).await
}

/// The contacts that satisfy a rule, in one snapshot. Problem: the rule mentions what the store does not
/// have.
pub async fn evaluate(store: &Scoped, keys: &Arc<StoreKeys>, rule: &Rule) -> Result<RoaringBitmap> {
    answer(store, keys, rule, |bits, _, _| Ok(bits.to_roaring())).await
}

/// [`evaluate`] inside a reading transaction: several answers from one snapshot.
pub fn evaluate_in(tx: &mut Tx<'_>, keys: &StoreKeys, rule: &Rule) -> Result<RoaringBitmap> {
    let names = load_names(tx, rule, None)?;
    let moment = moment_of(tx)?;
    Ok(evaluate_on(rule, &names, &moment, &mut Snapshot::open(tx, keys)?)?.to_roaring())
}

/// How many contacts satisfy a rule.
pub async fn count(store: &Scoped, keys: &Arc<StoreKeys>, rule: &Rule) -> Result<u64> {
    answer(store, keys, rule, |bits, _, _| Ok(bits.count())).await
}

/// [`count`] if it needs no bringing forward of columns; `None` while they lag far behind.
pub async fn count_at_once(store: &Scoped, keys: &Arc<StoreKeys>, rule: &Rule) -> Result<Option<u64>> {
    match store.read(lags).await? {
        true => Ok(None),
        false => count(store, keys, rule).await.map(Some),
    }
}

/// How many contacts satisfy each of some rules, in one snapshot.
pub async fn count_each(store: &Scoped, keys: &Arc<StoreKeys>, rules: Vec<Rule>) -> Result<Vec<u64>> {
    if store.read(lags).await? {
        compact(store, keys).await?;
    }
    let keys = keys.clone();
    store
        .read(move |tx| {
            let moment = moment_of(tx)?;
            let names =
                rules.iter().map(|rule| load_names(tx, rule, None)).collect::<Result<Vec<Names>>>()?;
            let mut snapshot = Snapshot::open(tx, &keys)?;
            let count = |(rule, names): (&Rule, &Names)| {
                evaluate_on(rule, names, &moment, &mut snapshot).map(|bits| bits.count())
            };
            rules.iter().zip(&names).map(count).collect()
        })
        .await
}

/// Checks that the store has what a rule mentions. Problem: where, and what would be right.
pub fn check_names(tx: &mut Tx<'_>, rule: &Rule) -> Result<()> {
    load_names(tx, rule, None).map(drop)
}

/// The contacts of an audience: some term of include and no term of exclude.
pub async fn resolve(
    store: &Scoped,
    keys: &Arc<StoreKeys>,
    include: &[AudienceTerm],
    exclude: &[AudienceTerm],
) -> Result<RoaringBitmap> {
    evaluate(store, keys, &audience_rule(include, exclude)?).await
}

/// [`resolve`] inside a reading transaction.
pub fn resolve_in(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    include: &[AudienceTerm],
    exclude: &[AudienceTerm],
) -> Result<RoaringBitmap> {
    evaluate_in(tx, keys, &audience_rule(include, exclude)?)
}

/// How many satisfy a rule, and up to `size` of them, spread over the store, with reasons.
pub async fn count_and_sample(
    store: &Scoped,
    keys: &Arc<StoreKeys>,
    rule: &Rule,
    size: usize,
) -> Result<(u64, Vec<SampleMember>)> {
    let (owned, size) = (rule.clone(), size.min(SAMPLE_MAX));
    answer(store, keys, rule, move |bits, names, snapshot| {
        let chosen = spread(&bits, size);
        let contacts = contacts::load_many(snapshot.tx(), &chosen)?;
        let members = contacts.iter().map(|c| {
            let reasons = look(snapshot, names, &owned, c, |view| reasons(&owned, view))?;
            Ok(SampleMember { contact: c.id, ordinal: c.ordinal, reasons })
        });
        let members = members.collect::<Result<_>>()?;
        Ok((bits.count(), members))
    })
    .await
}

/// Members after an ordinal, rising: the contact's ordinal and id.
pub async fn list_members(
    store: &Scoped,
    keys: &Arc<StoreKeys>,
    rule: &Rule,
    after: Option<u32>,
    limit: usize,
) -> Result<Vec<(u32, ContactId)>> {
    answer(store, keys, rule, move |bits, _, snapshot| {
        let later = bits.iter().filter(|o| after.is_none_or(|after| *o > after));
        let page: Vec<u32> = later.take(limit).collect();
        Ok(contacts::load_many(snapshot.tx(), &page)?.iter().map(|c| (c.ordinal, c.id)).collect())
    })
    .await
}

/// Why a contact satisfies a rule, or not: every condition with its evidence. Problem: no such contact.
pub async fn explain(
    store: &Scoped,
    keys: &Arc<StoreKeys>,
    rule: &Rule,
    contact: ContactId,
) -> Result<Explanation> {
    let (rule, keys) = (rule.clone(), keys.clone());
    store
        .read(move |tx| {
            let names = load_names(tx, &rule, None)?;
            let contact = contacts::find_by_id(tx, contact)?.ok_or_else(|| Problem::not_found("contact"))?;
            let mut snapshot = Snapshot::open(tx, &keys)?;
            look(&mut snapshot, &names, &rule, &contact, |view| Explanation {
                matches: view.satisfies(&rule.root),
                conditions: findings(&rule, view),
            })
        })
        .await
}

/// Whether one contact satisfies a rule, by the face in memory. For flows and checks of single contacts.
pub fn holds_in(tx: &mut Tx<'_>, keys: &StoreKeys, rule: &Rule, contact: &StoredContact) -> Result<bool> {
    let names = load_names(tx, rule, None)?;
    look(&mut Snapshot::open(tx, keys)?, &names, rule, contact, |view| view.satisfies(&rule.root))
}

/// Evaluates a rule in one snapshot and hands the members on; brings lagging columns forward before.
async fn answer<T: Send + 'static>(
    store: &Scoped,
    keys: &Arc<StoreKeys>,
    rule: &Rule,
    finish: impl FnOnce(Bits, &Names, &mut Snapshot<'_, '_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    if store.read(lags).await? {
        compact(store, keys).await?;
    }
    let (rule, keys) = (rule.clone(), keys.clone());
    store
        .read(move |tx| {
            let names = load_names(tx, &rule, None)?;
            let moment = moment_of(tx)?;
            let mut snapshot = Snapshot::open(tx, &keys)?;
            let bits = evaluate_on(&rule, &names, &moment, &mut snapshot)?;
            finish(bits, &names, &mut snapshot)
        })
        .await
}

/// Now, with the calendar of the store's time zone.
fn moment_of(tx: &mut Tx<'_>) -> Result<Moment> {
    let zone = tenancy::stores::get_in(tx)?.settings.time_zone;
    Ok(Moment::in_zone(tx.now(), &zone))
}

/// True if the columns should be brought forward before an answer.
fn lags(tx: &mut Tx<'_>) -> Result<bool> {
    let watermark = Watermark::find(tx)?;
    let waiting = tx.log_head()? - watermark.seq;
    if !watermark.columns_usable || !watermark.behaviour_usable || waiting > TAIL_MAX as i64 {
        return Ok(tx.ordinal_end()? > 0);
    }
    Ok(waiting > 0 && Tail::read(tx, watermark.seq)?.changed.len() > TAIL_MAX)
}

/// Looks at one contact in memory: facts, opened fields, and what happened to its messages.
fn look<T>(
    snapshot: &mut Snapshot<'_, '_>,
    names: &Names,
    rule: &Rule,
    contact: &StoredContact,
    see: impl FnOnce(&ContactView<'_>) -> T,
) -> Result<T> {
    let moment = moment_of(snapshot.tx())?;
    let referred = names.segments().flat_map(|(_, s)| s.rule.leaves());
    let leaves: Vec<&Leaf> = rule.leaves().into_iter().chain(referred).collect();
    let queries: Vec<EngagementQuery> =
        leaves.iter().filter_map(|l| l.condition.asks_engagement(&l.args, &moment)).collect();
    let asked: Vec<BehaviourQuery> =
        leaves.iter().flat_map(|l| l.condition.asks_behaviour(&l.args, &moment)).collect();
    let history = match queries.is_empty() {
        true => History::default(),
        false => snapshot.history(contact.ordinal, &queries)?,
    };
    let deeds = match asked.is_empty() {
        true => Vec::new(),
        false => snapshot.deeds(contact.ordinal, &asked)?,
    };
    let personal = contact.open(snapshot.keys())?;
    let (facts, personal) = (&contact.facts, Some(&personal));
    Ok(see(&ContactView { facts, personal, history: &history, deeds: &deeds, names, moment: &moment }))
}

fn findings(rule: &Rule, view: &ContactView<'_>) -> Vec<Finding> {
    let finding = |leaf: &&Leaf| Finding {
        pointer: leaf.pointer.clone(),
        sentence: leaf.condition.sentence(&leaf.args, view.names),
        holds: leaf.condition.holds(&leaf.args, view),
        why: leaf.condition.why(&leaf.args, view),
    };
    rule.leaves().iter().map(finding).collect()
}

/// What makes a rule hold.
fn reasons(rule: &Rule, view: &ContactView<'_>) -> Vec<Reason> {
    let all = rule.leaves();
    let reason = |leaf: &Leaf| Reason {
        condition: all.iter().position(|l| l.pointer == leaf.pointer).unwrap_or_default(),
        holds: leaf.condition.holds(&leaf.args, view),
        why: leaf.condition.why(&leaf.args, view),
    };
    deciding(&rule.root, view).into_iter().map(reason).collect()
}

/// What makes a node hold: of `all` everything, of `any` the first that holds.
fn deciding<'r>(node: &'r Node, view: &ContactView<'_>) -> Vec<&'r Leaf> {
    match node {
        Node::Is(leaf) => vec![leaf],
        Node::Not(child) => leaves_of(child, view),
        Node::All(children) => children.iter().flat_map(|c| deciding(c, view)).collect(),
        Node::Any(children) => {
            children.iter().find(|c| view.satisfies(c)).map(|c| deciding(c, view)).unwrap_or_default()
        }
    }
}

fn leaves_of<'r>(node: &'r Node, view: &ContactView<'_>) -> Vec<&'r Leaf> {
    match node {
        Node::Is(leaf) => vec![leaf],
        Node::Not(child) => deciding(child, view),
        Node::All(children) | Node::Any(children) => {
            children.iter().flat_map(|c| leaves_of(c, view)).collect()
        }
    }
}

/// Up to `size` members at equal distances, so that a sample shows old and new contacts.
fn spread(bits: &Bits, size: usize) -> Vec<u32> {
    let step = (bits.count() as usize).div_ceil(size.max(1)).max(1);
    bits.iter().step_by(step).take(size).collect()
}
