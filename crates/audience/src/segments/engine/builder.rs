//! Collects the cells of a block and slices them into planes.

use super::bits::{WORD, set_bits};
use super::block::{Block, Cell, Kind};
use super::plane::{Plane, places};
use std::collections::HashMap;
use std::sync::Arc;

/// Collects the cells of a block and slices them.
pub struct BlockBuilder {
    values: Vec<u64>,
    present: Vec<u64>,
    codes: HashMap<Arc<str>, u64>,
    texts: Vec<Arc<str>>,
    pub(super) numbers: bool,
}

impl BlockBuilder {
    /// A block without values.
    pub fn new(block_bits: u32) -> Self {
        BlockBuilder {
            values: vec![0; block_bits as usize],
            present: vec![0; (block_bits / WORD) as usize],
            codes: HashMap::new(),
            texts: Vec::new(),
            numbers: false,
        }
    }

    /// Sets or clears the cell at a place. All cells of a column are of one kind.
    pub fn set(&mut self, place: u32, cell: Option<Cell>) {
        match cell {
            None => self.present[(place / WORD) as usize] &= !(1 << (place % WORD)),
            Some(Cell::Mark) => self.mark(place),
            Some(Cell::Number(value)) => self.number(place, value),
            Some(Cell::Text(text)) => self.text(place, &text),
        }
    }

    /// Sets a mark.
    pub fn mark(&mut self, place: u32) {
        self.put(place, 0);
    }

    /// Sets a number.
    pub fn number(&mut self, place: u32, value: u64) {
        self.numbers = true;
        self.put(place, value);
    }

    /// Sets a text.
    pub fn text(&mut self, place: u32, text: &str) {
        let code = self.code(text);
        self.put(place, code);
    }

    /// The cell at a place.
    pub fn cell(&self, place: u32) -> Option<Cell> {
        if self.present[(place / WORD) as usize] >> (place % WORD) & 1 == 0 {
            return None;
        }
        let value = self.values[place as usize];
        Some(match (self.texts.get(value as usize), self.numbers) {
            (_, true) => Cell::Number(value),
            (Some(text), false) => Cell::Text(text.to_string()),
            (None, false) => Cell::Mark,
        })
    }

    /// Sets the raw value at a place.
    pub(super) fn put(&mut self, place: u32, value: u64) {
        self.present[(place / WORD) as usize] |= 1 << (place % WORD);
        self.values[place as usize] = value;
    }

    /// A number for a text, in order of arrival; sorted out when the block is built.
    pub(super) fn code(&mut self, text: &str) -> u64 {
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        let (code, text) = (self.texts.len() as u64, Arc::<str>::from(text));
        self.texts.push(text.clone());
        self.codes.insert(text, code);
        code
    }

    /// Slices the cells.
    pub fn build(mut self) -> Block {
        let block_words = self.present.len();
        let kind = match (self.texts.is_empty(), self.numbers) {
            (false, _) => Kind::Texts(self.sort_texts()),
            (true, true) => Kind::Numbers,
            (true, false) => Kind::Marks,
        };
        let smallest = places(&self.present).map(|p| self.values[p as usize]).min().unwrap_or(0);
        let base = if kind == Kind::Numbers { smallest } else { 0 };
        let largest = places(&self.present).map(|p| self.values[p as usize] - base).max().unwrap_or(0);
        let width = WORD - largest.leading_zeros();
        let mut planes = vec![vec![0_u64; block_words]; width as usize];
        for place in places(&self.present) {
            let above = self.values[place as usize] - base;
            for bit in set_bits(above) {
                planes[bit as usize][(place / WORD) as usize] |= 1 << (place % WORD);
            }
        }
        let planes = planes.into_iter().map(|words| fill_absent(words, &self.present)).collect();
        Block { block_words, present: Plane::of(self.present), base, planes, kind }
    }

    /// Renumbers the texts in use in their own order, and answers them.
    fn sort_texts(&mut self) -> Vec<Box<str>> {
        let mut used = vec![false; self.texts.len()];
        places(&self.present).for_each(|p| used[self.values[p as usize] as usize] = true);
        let named = self.texts.iter().map(|text| Box::<str>::from(&**text)).zip(0_u64..);
        let mut texts: Vec<(Box<str>, u64)> = named.filter(|(_, code)| used[*code as usize]).collect();
        texts.sort_unstable();
        let mut renumbered = vec![0; used.len()];
        texts.iter().zip(0..).for_each(|((_, code), new)| renumbered[*code as usize] = new);
        for place in places(&self.present) {
            let value = &mut self.values[place as usize];
            *value = renumbered[*value as usize];
        }
        texts.into_iter().map(|(text, _)| text).collect()
    }
}

/// A plane that is set for everybody present is all ones: what absent contacts have in it is never asked.
fn fill_absent(words: Vec<u64>, present: &[u64]) -> Plane {
    if words == present && words.iter().any(|w| *w != 0) { Plane::Ones } else { Plane::of(words) }
}
