//! Evaluates a rule: over a whole store as a set, or for one contact in memory.
//!
//! Over a store, every node is asked only about the contacts still in question (`within`): an `all`
//! narrows, an `any` skips who is in already, and cheap conditions go first. Columns may be older than
//! the snapshot for some contacts (the *stale* ones: changed after the compactor's watermark, or with
//! values that do not fit a column); for these the condition's other face, `holds`, answers on freshly
//! read facts, so the result is exact. Conditions on sealed fields come last, and those of one group
//! share one decrypting scan.
//!
//! Where columns, facts and sets come from is behind [`Source`]; this module does no IO of its own.

use super::behaviour::{BehaviourQuery, Deed, SequenceQuery};
use super::columns::Column;
use super::conditions::Reads;
use super::engagement::{EngagementQuery, History};
use super::engine::{Bits, Block, Ranges};
use super::model::{Leaf, Node, Rule};
use super::moment::Moment;
use super::names::Names;
use crate::contacts::model::{Facts, PersonalFields};
use kernel::ids::SegmentId;
use kernel::{OrFault, Result};
use roaring::RoaringBitmap;
use std::collections::HashMap;
use std::sync::Arc;

/// One snapshot of a store, as the evaluator needs it.
pub trait Source {
    /// Contacts' ordinals are below this.
    fn end(&self) -> u32;
    /// Ordinals in a block of a column.
    fn block_bits(&self) -> u32;
    /// Contacts whose cells are older than the snapshot.
    fn changed(&self) -> &RoaringBitmap;
    /// A block of a column; absent if nobody in it has a value.
    fn block(&mut self, column: Column, number: u32) -> Result<Arc<Block>>;
    /// Facts of those of the contacts that exist, rising.
    fn each_facts(&mut self, ordinals: &RoaringBitmap, each: &mut dyn FnMut(u32, &Facts)) -> Result<()>;
    /// Facts and opened personal fields of those of the contacts that exist, rising. Slow.
    fn each_personal(
        &mut self,
        ordinals: &RoaringBitmap,
        each: &mut dyn FnMut(u32, &Facts, &PersonalFields),
    ) -> Result<()>;
    /// Who did what with messages.
    fn engagement(&mut self, query: &EngagementQuery) -> Result<RoaringBitmap>;
    /// Who did what in the shop.
    fn behaviour(&mut self, query: &BehaviourQuery) -> Result<Bits>;
    /// Who did one thing after another.
    fn sequence(&mut self, query: &SequenceQuery) -> Result<Bits>;
}

/// One contact in memory. Facts and names are always there; the others if the rule reads them.
#[derive(Clone, Copy)]
pub struct ContactView<'a> {
    /// What may be known without decrypting.
    pub facts: &'a Facts,
    /// Opened personal fields.
    pub personal: Option<&'a PersonalFields>,
    /// What happened to the contact's messages.
    pub history: &'a History,
    /// What the contact did in the shop.
    pub deeds: &'a [Deed],
    /// What names mean.
    pub names: &'a Names,
    /// When.
    pub moment: &'a Moment,
}

impl ContactView<'_> {
    /// True if the node holds for this contact.
    pub fn satisfies(&self, node: &Node) -> bool {
        match node {
            Node::All(children) => children.iter().all(|c| self.satisfies(c)),
            Node::Any(children) => children.iter().any(|c| self.satisfies(c)),
            Node::Not(child) => !self.satisfies(child),
            Node::Is(leaf) => leaf.condition.holds(&leaf.args, self),
        }
    }
}

/// The evaluation of one rule over one snapshot.
pub struct Evaluation<'a> {
    source: &'a mut dyn Source,
    names: &'a Names,
    moment: &'a Moment,
    universe: Bits,
    stale: RoaringBitmap,
    /// For each leaf that reads columns, by address: the stale contacts that satisfy it.
    stale_holds: HashMap<*const Leaf, RoaringBitmap>,
    members: HashMap<SegmentId, Bits>,
}

/// The contacts that satisfy a rule. `names` holds everything the rule mentions.
pub fn evaluate(rule: &Rule, names: &Names, moment: &Moment, source: &mut dyn Source) -> Result<Bits> {
    let mut evaluation = Evaluation::begin(rule, names, moment, source)?;
    let universe = evaluation.universe.clone();
    evaluation.node(&rule.root, &universe)
}

impl<'a> Evaluation<'a> {
    fn begin(rule: &Rule, names: &'a Names, moment: &'a Moment, source: &'a mut dyn Source) -> Result<Self> {
        let end = source.end();
        let empty = Bits::empty(end);
        let mut evaluation = Evaluation {
            stale: source.changed().clone(),
            source,
            names,
            moment,
            universe: empty,
            stale_holds: HashMap::new(),
            members: HashMap::new(),
        };
        let unfit = evaluation.everywhere(Column::UNFIT)?;
        evaluation.stale |= unfit.to_roaring();
        evaluation.universe = evaluation.everywhere(Column::LIVE)?;
        evaluation.look_at_stale(rule)?;
        Ok(evaluation)
    }

    /// Everybody who has a value in a column, stale or not.
    fn everywhere(&mut self, column: Column) -> Result<Bits> {
        let end = self.source.end();
        let mut all = Bits::empty(end);
        all.fill();
        SetContext { evaluation: self, within: &all }.present(column)
    }

    /// Asks every leaf that reads columns about every stale contact, in one pass over their facts.
    fn look_at_stale(&mut self, rule: &Rule) -> Result<()> {
        self.universe.remove_all(&self.stale);
        if self.stale.is_empty() {
            return Ok(());
        }
        let names = self.names;
        let segments = names.segments().flat_map(|(_, s)| s.rule.leaves());
        let leaves: Vec<&Leaf> = rule
            .leaves()
            .into_iter()
            .chain(segments)
            .filter(|l| l.condition.reads(&l.args, names) == Reads::Columns)
            .collect();
        let mut holds = vec![RoaringBitmap::new(); leaves.len()];
        let (universe, moment, history) = (&mut self.universe, self.moment, History::default());
        self.source.each_facts(&self.stale, &mut |ordinal, facts| {
            universe.insert(ordinal);
            let contact = ContactView { facts, personal: None, history: &history, deeds: &[], names, moment };
            for (leaf, holds) in leaves.iter().zip(&mut holds) {
                if leaf.condition.holds(&leaf.args, &contact) {
                    holds.insert(ordinal);
                }
            }
        })?;
        self.stale_holds = leaves.into_iter().map(std::ptr::from_ref).zip(holds).collect();
        Ok(())
    }

    /// Those of `within` that satisfy the node.
    fn node(&mut self, node: &Node, within: &Bits) -> Result<Bits> {
        match node {
            Node::All(children) => self.all(children, within),
            Node::Any(children) => self.any(children, within),
            Node::Is(leaf) => self.leaf(leaf, within),
            Node::Not(child) => {
                let inside = self.node(child, within)?;
                let mut outside = within.clone();
                outside.minus(&inside);
                Ok(outside)
            }
        }
    }

    fn all(&mut self, children: &[Node], within: &Bits) -> Result<Bits> {
        let (fast, sealed) = self.in_order(children);
        let mut left = within.clone();
        for child in fast {
            if left.is_empty() {
                return Ok(left);
            }
            left = self.node(child, &left)?;
        }
        match sealed.is_empty() {
            true => Ok(left),
            false => self.scan(&left, &|contact| sealed.iter().all(|l| l.condition.holds(&l.args, contact))),
        }
    }

    fn any(&mut self, children: &[Node], within: &Bits) -> Result<Bits> {
        let (fast, sealed) = self.in_order(children);
        let mut rest = within.clone();
        for child in fast {
            let found = self.node(child, &rest)?;
            rest.minus(&found);
        }
        if !sealed.is_empty() {
            let found =
                self.scan(&rest, &|contact| sealed.iter().any(|l| l.condition.holds(&l.args, contact)))?;
            rest.minus(&found);
        }
        let mut found = within.clone();
        found.minus(&rest);
        Ok(found)
    }

    /// The children, cheapest first, and apart the conditions on sealed fields, which share a scan.
    fn in_order<'n>(&self, children: &'n [Node]) -> (Vec<&'n Node>, Vec<&'n Leaf>) {
        let mut sealed = Vec::new();
        let mut fast = Vec::new();
        for child in children {
            match child {
                Node::Is(leaf) if self.reads(leaf) == Reads::Sealed => sealed.push(leaf),
                other => fast.push(other),
            }
        }
        fast.sort_by_key(|child| self.cost(child));
        (fast, sealed)
    }

    fn reads(&self, leaf: &Leaf) -> Reads {
        leaf.condition.reads(&leaf.args, self.names)
    }

    fn cost(&self, node: &Node) -> Reads {
        match node {
            Node::Is(leaf) => self.reads(leaf),
            Node::Not(child) => self.cost(child),
            Node::All(children) | Node::Any(children) => {
                children.iter().map(|c| self.cost(c)).max().unwrap_or(Reads::Nothing)
            }
        }
    }

    fn leaf(&mut self, leaf: &Leaf, within: &Bits) -> Result<Bits> {
        let reads = self.reads(leaf);
        if reads == Reads::Sealed {
            return self.scan(within, &|contact| leaf.condition.holds(&leaf.args, contact));
        }
        let mut found = leaf.condition.set(&leaf.args, &mut SetContext { evaluation: self, within })?;
        if reads == Reads::Columns {
            found.remove_all(&self.stale);
            if let Some(holds) = self.stale_holds.get(&std::ptr::from_ref(leaf)) {
                found.insert_all(holds);
            }
        }
        found.and(within);
        Ok(found)
    }

    /// Opens the personal fields of everybody in `within` and keeps who satisfies the test.
    fn scan(&mut self, within: &Bits, test: &dyn Fn(&ContactView<'_>) -> bool) -> Result<Bits> {
        let mut found = Bits::empty(within.end());
        if within.is_empty() {
            return Ok(found);
        }
        let (names, moment, history) = (self.names, self.moment, History::default());
        self.source.each_personal(&within.to_roaring(), &mut |ordinal, facts, personal| {
            let contact =
                ContactView { facts, personal: Some(personal), history: &history, deeds: &[], names, moment };
            if test(&contact) {
                found.insert(ordinal);
            }
        })?;
        found.and(within);
        Ok(found)
    }

    /// Members of another segment; each is evaluated once.
    fn members(&mut self, id: SegmentId) -> Result<Bits> {
        if let Some(members) = self.members.get(&id) {
            return Ok(members.clone());
        }
        let segment = self.names.segment(id).or_fault("find a segment that was loaded with the rule")?;
        let universe = self.universe.clone();
        let members = self.node(&segment.rule.root, &universe)?;
        self.members.insert(id, members.clone());
        Ok(members)
    }
}

/// What a condition sees when it answers for a whole store.
pub struct SetContext<'a, 'b> {
    evaluation: &'a mut Evaluation<'b>,
    within: &'a Bits,
}

impl SetContext<'_, '_> {
    /// The contacts in question; answers about others are not looked at.
    pub fn within(&self) -> &Bits {
        self.within
    }

    /// What names mean.
    pub fn names(&self) -> &Names {
        self.evaluation.names
    }

    /// When.
    pub fn moment(&self) -> Moment {
        self.evaluation.moment.clone()
    }

    /// The contacts in question but these.
    pub fn others(&self, bits: &Bits) -> Bits {
        let mut others = self.within.clone();
        others.minus(bits);
        others
    }

    /// `bits`, or the others if the condition is negated.
    pub fn or_others(&self, bits: Bits, negated: bool) -> Bits {
        if negated { self.others(&bits) } else { bits }
    }

    /// Nobody.
    pub fn nobody(&self) -> Bits {
        Bits::empty(self.within.end())
    }

    /// Who has a value in the column.
    pub fn present(&mut self, column: Column) -> Result<Bits> {
        self.select(column, &|block, out| block.present_into(out))
    }

    /// Whose text in the column is one of these.
    pub fn words(&mut self, column: Column, words: &[impl AsRef<str>]) -> Result<Bits> {
        self.select(column, &|block, out| block.select_words_into(words, out))
    }

    /// Whose text in the column satisfies the predicate.
    pub fn texts(&mut self, column: Column, predicate: &dyn Fn(&str) -> bool) -> Result<Bits> {
        self.select(column, &|block, out| block.select_texts_into(predicate, out))
    }

    /// Whose number in the column is in one of the ranges.
    pub fn numbers(&mut self, column: Column, ranges: &Ranges) -> Result<Bits> {
        self.select(column, &|block, out| block.select_into(ranges, out))
    }

    fn select(&mut self, column: Column, fill: &dyn Fn(&Block, &mut [u64])) -> Result<Bits> {
        let source = &mut *self.evaluation.source;
        let (end, bits) = (source.end(), source.block_bits());
        let mut out = Bits::empty(end);
        for number in 0..end.div_ceil(bits) {
            if self.within.block(number, bits).iter().all(|w| *w == 0) {
                continue;
            }
            let block = source.block(column, number)?;
            if !block.is_absent() {
                fill(&block, out.block_mut(number, bits));
            }
        }
        out.trim();
        Ok(out)
    }

    /// Who did what with messages.
    pub fn engagement(&mut self, query: &EngagementQuery) -> Result<Bits> {
        let answer = self.evaluation.source.engagement(query)?;
        Ok(Bits::from_roaring(&answer, self.within.end()))
    }

    /// Who did what in the shop.
    pub fn behaviour(&mut self, query: &BehaviourQuery) -> Result<Bits> {
        self.evaluation.source.behaviour(query)
    }

    /// Who did one thing after another.
    pub fn sequence(&mut self, query: &SequenceQuery) -> Result<Bits> {
        self.evaluation.source.sequence(query)
    }

    /// Members of another segment.
    pub fn members(&mut self, id: SegmentId) -> Result<Bits> {
        self.evaluation.members(id)
    }
}
