//! A store as one transaction sees it: the [`Source`] of evaluations.

use super::behaviour::answer::Place;
use super::behaviour::store::all_visitors;
use super::behaviour::visitors::Visitors;
use super::behaviour::{self, BehaviourQuery, Deed, SequenceQuery};
use super::columns::Column;
use super::engagement::{EngagementQuery, EngagementSets, Happening, History, Touch};
use super::engine::cache::{BlockCache, BlockKey};
use super::engine::codec;
use super::engine::{Bits, Block};
use super::evaluate::Source;
use super::sql::{FIND_BLOCK, LIST_GENERATIONS, LIST_HISTORY, LIST_SETS};
use super::tail::{Tail, Watermark, event};
use crate::contacts::{self, Facts, PersonalFields};
use kernel::{OrFault, Result};
use roaring::RoaringBitmap;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use store::{StoreKeys, Tx, params};

/// Memory for decoded blocks of all stores of this process.
const CACHE_BYTES: usize = 32 << 20;
/// More events or changed contacts after the watermark than this: bring the columns forward first.
pub const TAIL_MAX: u64 = 20_000;
/// Contacts asked for by a list of ordinals at once.
const LIST_MAX: usize = 4_096;
/// Ordinals of one stretch when contacts are read by range.
const STRETCH: u32 = 65_536;
/// Newest events of a contact that are looked at.
const HISTORY_MAX: i64 = 5_000;

/// Decoded blocks. One for the process: a block is known by its random generation (see `engine::cache`).
pub(super) static BLOCKS: LazyLock<BlockCache> = LazyLock::new(|| BlockCache::new(CACHE_BYTES));

/// A store inside a transaction. In a writing transaction on PostgreSQL other commits may show up between
/// statements; evaluate in a reading one.
pub struct Snapshot<'a, 't> {
    tx: &'a mut Tx<'t>,
    keys: &'a StoreKeys,
    end: u32,
    watermark: Watermark,
    changed: RoaringBitmap,
    sets: EngagementSets,
    linked: RoaringBitmap,
    /// Who visitors are, once it was asked.
    visitors: Option<Visitors>,
    generations: HashMap<Column, HashMap<u32, i64>>,
}

impl<'a, 't> Snapshot<'a, 't> {
    /// Reads the watermark and the log after it.
    pub fn open(tx: &'a mut Tx<'t>, keys: &'a StoreKeys) -> Result<Self> {
        let watermark = Watermark::find(tx)?;
        let end = tx.ordinal_end()?;
        let mut tail = Tail::read(tx, watermark.seq)?;
        if !watermark.columns_usable {
            tail.changed.insert_range(0..end);
        }
        let generations = HashMap::new();
        let (changed, sets, linked) = (tail.changed, tail.sets, tail.linked);
        Ok(Snapshot { tx, keys, end, watermark, changed, sets, linked, visitors: None, generations })
    }

    /// The transaction.
    pub fn tx(&mut self) -> &mut Tx<'t> {
        self.tx
    }

    /// The store's keys.
    pub fn keys(&self) -> &'a StoreKeys {
        self.keys
    }

    fn generation(&mut self, column: Column, number: u32) -> Result<Option<i64>> {
        if !self.generations.contains_key(&column) {
            let rows = self.tx.query(&LIST_GENERATIONS, params![column.key()])?;
            let known = rows.iter().map(|r| Ok((r.int(0)? as u32, r.int(1)?))).collect::<Result<_>>()?;
            self.generations.insert(column, known);
        }
        Ok(self.generations[&column].get(&number).copied())
    }

    /// What happened to one contact's messages. Sendings are told by sets only, so they are looked up for
    /// the questions that a rule asks.
    pub fn history(&mut self, ordinal: u32, queries: &[EngagementQuery]) -> Result<History> {
        let mut history = Vec::new();
        self.tx.query_each(&LIST_HISTORY, params![ordinal, HISTORY_MAX], |row| {
            history.extend(Happening::of(&event(row)?));
            Ok(true)
        })?;
        for query in queries.iter().filter(|q| q.touches.contains(&Touch::Sent)) {
            self.each_set(query, &mut |touch, day, set| {
                if set.contains(ordinal) {
                    let (campaign, who) = (query.campaign_no(), [ordinal].into());
                    history.push(Happening { touch, campaign, link: None, day, who });
                }
            })?;
        }
        Ok(History(history))
    }

    /// What one contact did in the shop that one of these questions could be about.
    pub fn deeds(&mut self, ordinal: u32, queries: &[BehaviourQuery]) -> Result<Vec<Deed>> {
        behaviour::deeds::deeds(self.tx, self.keys, ordinal, queries)
    }

    /// Answers from parts and log; who visitors are is read once.
    fn in_parts<T>(&mut self, answer: impl FnOnce(&mut Tx<'t>, &Place<'_>) -> Result<T>) -> Result<T> {
        let visitors = match self.visitors.take() {
            Some(known) => known,
            None => all_visitors(self.tx, self.watermark.behaviour_usable.then_some(&self.linked))?,
        };
        let taken_in = self.watermark.behaviour_seq();
        let place = Place { keys: self.keys, visitors: &visitors, taken_in, end: self.end };
        let answered = answer(self.tx, &place);
        self.visitors = Some(visitors);
        answered
    }

    fn each_set(
        &mut self,
        query: &EngagementQuery,
        each: &mut dyn FnMut(Touch, i32, &RoaringBitmap),
    ) -> Result<()> {
        for touch in query.touches {
            let number = *touch as i64;
            let key = params![number, query.campaign_no(), query.link_no(), i64::from(query.first_day())];
            self.tx.query_each(&LIST_SETS, key, |row| {
                each(*touch, row.int(0)? as i32, &read_set(row.blob(1)?)?);
                Ok(true)
            })?;
        }
        let wanted = self.sets.0.iter().filter(|(key, _)| query.wants(key));
        wanted.for_each(|(key, set)| each(key.touch, key.day, set));
        Ok(())
    }
}

/// Reads a bitmap.
pub(super) fn read_set(bytes: &[u8]) -> Result<RoaringBitmap> {
    RoaringBitmap::deserialize_from(bytes).or_fault("read a set of contacts")
}

/// A block from the cache, or from the database into the cache.
pub(super) fn load_block(
    tx: &mut Tx<'_>,
    column_key: &str,
    number: u32,
    generation: i64,
) -> Result<Arc<Block>> {
    let key = BlockKey { store: tx.store().0, number, generation };
    if let Some(block) = BLOCKS.get(&key) {
        return Ok(block);
    }
    let row = tx.query_one(&FIND_BLOCK, params![column_key, number])?;
    let block = Arc::new(codec::decode(&row.blob(0)?)?);
    BLOCKS.put(key, block.clone());
    Ok(block)
}

/// Facts of those of the contacts that exist: by list where they are few, by range where they are many.
pub(super) fn each_facts(
    tx: &mut Tx<'_>,
    ordinals: &RoaringBitmap,
    each: &mut dyn FnMut(u32, &Facts),
) -> Result<()> {
    stretches(ordinals, |from, before, few| match few {
        Some(list) => {
            contacts::load_facts(tx, &list)?.iter().for_each(|(ordinal, facts)| each(*ordinal, facts));
            Ok(())
        }
        None => contacts::each_facts(tx, from, before, |ordinal, facts| {
            if ordinals.contains(ordinal) {
                each(ordinal, &facts);
            }
            Ok(())
        }),
    })
}

/// Cuts a set of ordinals into stretches; a thin one is given as a list.
fn stretches(
    ordinals: &RoaringBitmap,
    mut each: impl FnMut(u32, u32, Option<Vec<u32>>) -> Result<()>,
) -> Result<()> {
    let mut next = ordinals.min();
    while let Some(first) = next {
        let before = first.saturating_add(STRETCH);
        let count = ordinals.range_cardinality(first..before);
        // By range every contact of the stretch is read; by list each costs a look-up.
        if count * 8 > u64::from(STRETCH) {
            each(first, before, None)?;
            next = ordinals.range(before..).next();
            continue;
        }
        let list: Vec<u32> = ordinals.range(first..).take(LIST_MAX).collect();
        next = list.last().and_then(|last| ordinals.range(last + 1..).next());
        each(first, before, Some(list))?;
    }
    Ok(())
}

impl Source for Snapshot<'_, '_> {
    fn end(&self) -> u32 {
        self.end
    }

    fn block_bits(&self) -> u32 {
        self.watermark.block_bits
    }

    fn changed(&self) -> &RoaringBitmap {
        &self.changed
    }

    fn block(&mut self, column: Column, number: u32) -> Result<Arc<Block>> {
        if self.watermark.columns_usable
            && let Some(generation) = self.generation(column, number)?
        {
            return load_block(self.tx, &column.key(), number, generation);
        }
        Ok(Arc::new(Block::absent(self.watermark.block_bits)))
    }

    fn each_facts(&mut self, ordinals: &RoaringBitmap, each: &mut dyn FnMut(u32, &Facts)) -> Result<()> {
        each_facts(self.tx, ordinals, each)
    }

    fn each_personal(
        &mut self,
        ordinals: &RoaringBitmap,
        each: &mut dyn FnMut(u32, &Facts, &PersonalFields),
    ) -> Result<()> {
        let keys = self.keys;
        let mut open = |contact: &contacts::StoredContact| -> Result<()> {
            each(contact.ordinal, &contact.facts, &contact.open(keys)?);
            Ok(())
        };
        stretches(ordinals, |from, before, few| match few {
            Some(list) => contacts::load_many(self.tx, &list)?.iter().try_for_each(&mut open),
            None => contacts::scan(self.tx, from, before, |contact| {
                if ordinals.contains(contact.ordinal) {
                    open(&contact)?;
                }
                Ok(true)
            }),
        })
    }

    fn engagement(&mut self, query: &EngagementQuery) -> Result<RoaringBitmap> {
        let mut all = RoaringBitmap::new();
        self.each_set(query, &mut |_, _, set| all |= set)?;
        Ok(all)
    }

    fn behaviour(&mut self, query: &BehaviourQuery) -> Result<Bits> {
        self.in_parts(|tx, place| behaviour::answer::answer(tx, place, query))
    }

    fn sequence(&mut self, query: &SequenceQuery) -> Result<Bits> {
        self.in_parts(|tx, place| behaviour::answer::sequence(tx, place, query))
    }
}
