//! A dense set of contact ordinals: one bit each, word operations only.
//!
//! Sets of one evaluation all have the same length. Roaring bitmaps are used at the edges (tails,
//! results, stored sets), never inside.

use roaring::RoaringBitmap;

/// Bits in a word.
pub const WORD: u32 = u64::BITS;

/// A set of ordinals below [`Bits::end`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bits {
    words: Vec<u64>,
    end: u32,
}

impl Bits {
    /// The empty set of ordinals below `end`.
    pub fn empty(end: u32) -> Self {
        Bits { words: vec![0; end.div_ceil(WORD) as usize], end }
    }

    /// Adds every ordinal below the end.
    pub fn fill(&mut self) {
        self.words.fill(u64::MAX);
        self.trim();
    }

    /// A set from a bitmap; ordinals at or above `end` are left out.
    pub fn from_roaring(bitmap: &RoaringBitmap, end: u32) -> Self {
        let mut bits = Bits::empty(end);
        bits.insert_all(bitmap);
        bits
    }

    /// Ordinals are below this.
    pub fn end(&self) -> u32 {
        self.end
    }

    /// The words, lowest ordinal first.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// The words of block `number`, for blocks of `block_bits` ordinals; shorter at the end, empty beyond it.
    pub fn block(&self, number: u32, block_bits: u32) -> &[u64] {
        let (from, to) = self.bounds(number, block_bits);
        &self.words[from..to]
    }

    /// Like [`Bits::block`], to write into. Bits at or above [`Bits::end`] must stay clear: see [`Bits::trim`].
    pub fn block_mut(&mut self, number: u32, block_bits: u32) -> &mut [u64] {
        let (from, to) = self.bounds(number, block_bits);
        &mut self.words[from..to]
    }

    fn bounds(&self, number: u32, block_bits: u32) -> (usize, usize) {
        let per_block = (block_bits / WORD) as usize;
        let from = (number as usize * per_block).min(self.words.len());
        (from, (from + per_block).min(self.words.len()))
    }

    /// Clears what a whole-block operation wrote at or above the end.
    pub fn trim(&mut self) {
        let used = self.end % WORD;
        if used != 0
            && let Some(last) = self.words.last_mut()
        {
            *last &= (1 << used) - 1;
        }
    }

    /// True if the ordinal is in the set.
    pub fn contains(&self, ordinal: u32) -> bool {
        ordinal < self.end && self.words[(ordinal / WORD) as usize] >> (ordinal % WORD) & 1 == 1
    }

    /// Adds an ordinal; at or above the end it is left out.
    pub fn insert(&mut self, ordinal: u32) {
        if ordinal < self.end {
            self.words[(ordinal / WORD) as usize] |= 1 << (ordinal % WORD);
        }
    }

    /// Takes an ordinal out.
    pub fn remove(&mut self, ordinal: u32) {
        if ordinal < self.end {
            self.words[(ordinal / WORD) as usize] &= !(1 << (ordinal % WORD));
        }
    }

    /// Adds every ordinal of a bitmap that is below the end.
    pub fn insert_all(&mut self, bitmap: &RoaringBitmap) {
        bitmap.range(0..self.end).for_each(|o| self.words[(o / WORD) as usize] |= 1 << (o % WORD));
    }

    /// Takes every ordinal of a bitmap out.
    pub fn remove_all(&mut self, bitmap: &RoaringBitmap) {
        bitmap.range(0..self.end).for_each(|o| self.words[(o / WORD) as usize] &= !(1 << (o % WORD)));
    }

    /// Keeps what is in both.
    pub fn and(&mut self, other: &Bits) {
        self.zip(other, |a, b| a & b);
    }

    /// Adds what is in the other.
    pub fn or(&mut self, other: &Bits) {
        self.zip(other, |a, b| a | b);
    }

    /// Takes out what is in the other.
    pub fn minus(&mut self, other: &Bits) {
        self.zip(other, |a, b| a & !b);
    }

    fn zip(&mut self, other: &Bits, operation: impl Fn(u64, u64) -> u64) {
        debug_assert_eq!(self.end, other.end, "sets of one evaluation have one length");
        for (a, b) in self.words.iter_mut().zip(&other.words) {
            *a = operation(*a, *b);
        }
    }

    /// Number of ordinals.
    pub fn count(&self) -> u64 {
        self.words.iter().map(|w| u64::from(w.count_ones())).sum()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|w| *w == 0)
    }

    /// The ordinals, rising.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().zip(0..).flat_map(|(word, i)| set_bits(*word).map(move |bit| i * WORD + bit))
    }

    /// As a bitmap.
    pub fn to_roaring(&self) -> RoaringBitmap {
        let bytes: Vec<u8> = self.words.iter().flat_map(|w| w.to_le_bytes()).collect();
        RoaringBitmap::from_lsb0_bytes(0, &bytes)
    }
}

/// Positions of the set bits of a word, rising.
pub fn set_bits(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        if word == 0 {
            return None;
        }
        let bit = word.trailing_zeros();
        word &= word - 1;
        Some(bit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_dense_set_and_a_bitmap_say_the_same(ordinals in proptest::collection::vec(0_u32..1_000, 0..200), end in 0_u32..1_000) {
            let bitmap: RoaringBitmap = ordinals.iter().copied().collect();
            let bits = Bits::from_roaring(&bitmap, end);
            let expected: Vec<u32> = bitmap.iter().filter(|o| *o < end).collect();
            prop_assert_eq!(bits.iter().collect::<Vec<_>>(), expected.clone());
            prop_assert_eq!(bits.to_roaring().iter().collect::<Vec<_>>(), expected.clone());
            prop_assert_eq!(bits.count(), expected.len() as u64);
            prop_assert!(expected.iter().all(|o| bits.contains(*o)));
        }
    }

    #[test]
    fn bits_at_or_above_the_end_never_stay() {
        let mut bits = Bits::empty(70);
        bits.block_mut(1, 64).fill(u64::MAX);
        bits.trim();
        assert_eq!(bits.iter().collect::<Vec<_>>(), (64..70).collect::<Vec<_>>());
        bits.insert(70);
        assert!(!bits.contains(70) && bits.count() == 6);
        assert!(bits.block(9, 64).is_empty());
    }
}
