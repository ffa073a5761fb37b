//! A store in memory: contacts, columns that may lag behind, and nothing else.

use crate::contacts::model::{Facts, PersonalFields};
use crate::segments::behaviour::{BehaviourQuery, Deed, SequenceQuery};
use crate::segments::columns::{Cells, Column, rewrite_blocks};
use crate::segments::engagement::{EngagementQuery, EngagementSets, Happening, History};
use crate::segments::engine::codec::{decode, encode};
use crate::segments::engine::{Bits, Block};
use crate::segments::evaluate::{ContactView, Source, evaluate};
use crate::segments::model::Rule;
use crate::segments::moment::Moment;
use crate::segments::names::Names;
use kernel::Result;
use roaring::RoaringBitmap;
use std::collections::HashMap;
use std::sync::Arc;

/// A contact of the memory store.
#[derive(Clone)]
pub struct Person {
    pub facts: Facts,
    pub personal: PersonalFields,
}

/// A store in memory. `None` is an erased contact.
pub struct MemoryStore {
    pub people: Vec<Option<Person>>,
    pub sets: EngagementSets,
    histories: HashMap<u32, History>,
    /// What each contact did in the shop.
    pub deeds: HashMap<u32, Vec<Deed>>,
    pub block_bits: u32,
    blocks: HashMap<(String, u32), Arc<Block>>,
    changed: RoaringBitmap,
}

impl MemoryStore {
    pub fn new(block_bits: u32) -> Self {
        MemoryStore {
            people: Vec::new(),
            sets: EngagementSets::default(),
            histories: HashMap::new(),
            deeds: HashMap::new(),
            block_bits,
            blocks: HashMap::new(),
            changed: RoaringBitmap::new(),
        }
    }

    /// Puts a contact (or nobody) at an ordinal; its cells are stale until [`MemoryStore::compact`].
    pub fn put(&mut self, ordinal: u32, person: Option<Person>) {
        if self.people.len() <= ordinal as usize {
            self.people.resize(ordinal as usize + 1, None);
        }
        self.people[ordinal as usize] = person;
        self.changed.insert(ordinal);
    }

    pub fn happen(&mut self, happening: &Happening) {
        self.sets.add(happening);
        for ordinal in &happening.who {
            self.histories.entry(ordinal).or_default().0.push(happening.clone());
        }
    }

    /// Brings the cells of `ordinals` up to date, through the byte form.
    pub fn compact(&mut self, ordinals: &RoaringBitmap) {
        for number in 0..(self.people.len() as u32).div_ceil(self.block_bits) {
            let first = number * self.block_bits;
            let mut touched = ordinals & &self.changed;
            touched.remove_range(..first);
            touched.remove_range(first + self.block_bits..);
            let (mut cells, mut places) = (Cells::new(self.block_bits), Vec::new());
            for ordinal in &touched {
                places.push(ordinal - first);
                if let Some(person) = &self.people[ordinal as usize] {
                    cells.add_contact(ordinal - first, &person.facts);
                }
            }
            let existing = self.blocks.iter().filter(|((_, n), _)| *n == number);
            let existing = existing.map(|((key, _), block)| (key.clone(), block.clone())).collect();
            for (key, block) in rewrite_blocks(existing, &places, cells) {
                let block = decode(&encode(&block)).unwrap();
                self.blocks.insert((key, number), Arc::new(block));
            }
            self.changed -= touched;
        }
    }

    pub fn compact_all(&mut self) {
        let all = self.changed.clone();
        self.compact(&all);
        assert!(self.changed.is_empty());
    }

    /// The answer by the set face.
    pub fn by_sets(&mut self, rule: &Rule, names: &Names, moment: &Moment) -> Vec<u32> {
        evaluate(rule, names, moment, self).unwrap().iter().collect()
    }

    /// The answer by the other face, contact by contact.
    pub fn by_contacts(&self, rule: &Rule, names: &Names, moment: &Moment) -> Vec<u32> {
        let live = self.people.iter().zip(0..).filter_map(|(p, ordinal)| Some((p.as_ref()?, ordinal)));
        let nothing = History::default();
        live.filter(|(person, ordinal)| {
            let history = self.histories.get(ordinal).unwrap_or(&nothing);
            let (facts, personal) = (&person.facts, Some(&person.personal));
            let deeds = self.deeds.get(ordinal).map_or(&[] as &[Deed], Vec::as_slice);
            ContactView { facts, personal, history, deeds, names, moment }.satisfies(&rule.root)
        })
        .map(|(_, ordinal)| ordinal)
        .collect()
    }
}

impl Source for MemoryStore {
    fn end(&self) -> u32 {
        self.people.len() as u32
    }

    fn block_bits(&self) -> u32 {
        self.block_bits
    }

    fn changed(&self) -> &RoaringBitmap {
        &self.changed
    }

    fn block(&mut self, column: Column, number: u32) -> Result<Arc<Block>> {
        let block = self.blocks.get(&(column.key(), number)).cloned();
        Ok(block.unwrap_or_else(|| Arc::new(Block::absent(self.block_bits))))
    }

    fn each_facts(&mut self, ordinals: &RoaringBitmap, each: &mut dyn FnMut(u32, &Facts)) -> Result<()> {
        for ordinal in ordinals {
            if let Some(Some(person)) = self.people.get(ordinal as usize) {
                each(ordinal, &person.facts);
            }
        }
        Ok(())
    }

    fn each_personal(
        &mut self,
        ordinals: &RoaringBitmap,
        each: &mut dyn FnMut(u32, &Facts, &PersonalFields),
    ) -> Result<()> {
        for ordinal in ordinals {
            if let Some(Some(person)) = self.people.get(ordinal as usize) {
                each(ordinal, &person.facts, &person.personal);
            }
        }
        Ok(())
    }

    fn engagement(&mut self, query: &EngagementQuery) -> Result<RoaringBitmap> {
        Ok(self.sets.answer(query))
    }

    fn behaviour(&mut self, query: &BehaviourQuery) -> Result<Bits> {
        Ok(self.whose_deeds(|deeds| query.is_met(query.tally(deeds))))
    }

    fn sequence(&mut self, query: &SequenceQuery) -> Result<Bits> {
        Ok(self.whose_deeds(|deeds| query.answers(deeds)))
    }
}

impl MemoryStore {
    fn whose_deeds(&self, holds: impl Fn(&[Deed]) -> bool) -> Bits {
        let mut found = Bits::empty(self.end());
        for ordinal in 0..self.end() {
            if holds(self.deeds.get(&ordinal).map_or(&[], Vec::as_slice)) {
                found.insert(ordinal);
            }
        }
        found
    }
}

impl MemoryStore {
    /// Every block that somebody has a value in.
    pub fn blocks_in_use(&self) -> HashMap<(String, u32), Arc<Block>> {
        let used = self.blocks.iter().filter(|(_, block)| !block.is_absent());
        used.map(|(key, block)| (key.clone(), block.clone())).collect()
    }
}
