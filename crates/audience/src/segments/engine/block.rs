//! One block of a column, bit-sliced: which contacts have a value, and plane by plane the bits of it.
//!
//! Texts become codes of a sorted dictionary kept in the block, so equality, prefixes and order of texts
//! are ranges of codes; numbers become unsigned words of the same order. Every question is therefore one
//! question, "is the value in one of these ranges?", and it is answered by walking the planes from the
//! highest, splitting the ranges at each: a comparison touches each plane at most twice, an equality once.

use super::bits::{WORD, set_bits};
use super::builder::BlockBuilder;
use super::plane::Plane;
use super::ranges::{Part, Ranges, walk};

/// Above this many ranges, values are unpacked and looked up one by one; walking planes would cost more.
const RANGES_WALKED_MAX: usize = 48;

/// The value of one contact in one column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Has it; there is no more to say (a tag, a flag).
    Mark,
    /// A number in unsigned order; see [`order_int`] and [`order_real`].
    Number(u64),
    /// A text.
    Text(String),
}

/// Signed integers as unsigned words of the same order.
pub fn order_int(value: i64) -> u64 {
    (value as u64) ^ (1 << 63)
}

/// Real numbers as unsigned words of the same order. Not for NaN; minus zero is zero.
pub fn order_real(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// One block of one column. Immutable.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub(super) block_words: usize,
    pub(super) present: Plane,
    /// Smallest value; planes hold what is above it.
    pub(super) base: u64,
    /// Bits of the values, lowest first.
    pub(super) planes: Vec<Plane>,
    /// What the values mean.
    pub(super) kind: Kind,
}

/// What the values of a block mean.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// Nothing: being present is all.
    Marks,
    /// Themselves.
    Numbers,
    /// Places in this sorted list of distinct texts.
    Texts(Vec<Box<str>>),
}

impl Block {
    /// The block of a column nobody of these contacts has a value in.
    pub fn absent(block_bits: u32) -> Self {
        BlockBuilder::new(block_bits).build()
    }

    /// True if nobody has a value.
    pub fn is_absent(&self) -> bool {
        self.present == Plane::Zeros
    }

    /// Bytes it takes in memory, about.
    pub fn bytes(&self) -> usize {
        let texts = self.texts().iter().map(|t| t.len() + 16).sum::<usize>();
        self.present.bytes()
            + self.planes.iter().map(Plane::bytes).sum::<usize>()
            + texts
            + size_of::<Block>()
    }

    fn texts(&self) -> &[Box<str>] {
        match &self.kind {
            Kind::Texts(texts) => texts,
            Kind::Marks | Kind::Numbers => &[],
        }
    }

    /// True if everybody who has a value is among these places (rising).
    pub fn is_within(&self, places: &[u32]) -> bool {
        let mut given = vec![0_u64; self.block_words];
        places.iter().for_each(|p| given[(p / WORD) as usize] |= 1 << (p % WORD));
        self.present
            .to_words(self.block_words)
            .iter()
            .zip(&given)
            .all(|(present, given)| present & !given == 0)
    }

    /// Everybody who has a value, into `out` (as many words as the caller has; the rest of the block is beyond
    /// the end of the store).
    pub fn present_into(&self, out: &mut [u64]) {
        match &self.present {
            Plane::Zeros => out.fill(0),
            Plane::Ones => out.fill(u64::MAX),
            other => copy(out, &other.to_words(self.block_words)),
        }
    }

    /// Everybody whose value is in one of the ranges, into `out`.
    pub fn select_into(&self, ranges: &Ranges, out: &mut [u64]) {
        if self.is_absent() {
            return out.fill(0);
        }
        let ranges = ranges.counted_from(self.base);
        if ranges.len() > RANGES_WALKED_MAX {
            return self.look_up_into(&ranges, out);
        }
        match walk(&self.planes, &ranges, self.block_words) {
            Part::None => out.fill(0),
            Part::All => self.present_into(out),
            Part::Some(words) => {
                self.present_into(out);
                out.iter_mut().zip(&words).for_each(|(o, w)| *o &= w);
            }
        }
    }

    /// Everybody whose text satisfies the predicate, into `out`. The predicate is asked once per distinct text.
    pub fn select_texts_into(&self, predicate: &dyn Fn(&str) -> bool, out: &mut [u64]) {
        let codes =
            self.texts().iter().zip(0_u64..).filter(|(text, _)| predicate(text)).map(|(_, code)| code);
        self.select_into(&Ranges::values(codes), out);
    }

    /// Everybody whose text is one of these, into `out`.
    pub fn select_words_into(&self, texts: &[impl AsRef<str>], out: &mut [u64]) {
        let dictionary = self.texts();
        let codes = texts.iter().filter_map(|t| dictionary.binary_search_by(|d| (**d).cmp(t.as_ref())).ok());
        self.select_into(&Ranges::values(codes.map(|c| c as u64)), out);
    }

    fn look_up_into(&self, ranges: &Ranges, out: &mut [u64]) {
        out.fill(0);
        let present = self.present.to_words(self.block_words);
        let mut values = [0; WORD as usize];
        for (i, (out, present)) in out.iter_mut().zip(&present).enumerate() {
            self.unpack(i, &mut values);
            let matching = set_bits(*present).filter(|bit| ranges.contains(values[*bit as usize]));
            *out = matching.fold(0, |word, bit| word | 1 << bit);
        }
    }

    /// Values (above the base) of the 64 contacts of one word.
    fn unpack(&self, word: usize, values: &mut [u64; WORD as usize]) {
        values.fill(0);
        for (plane, shift) in self.planes.iter().zip(0..) {
            match plane {
                Plane::Zeros => {}
                Plane::Ones => values.iter_mut().for_each(|v| *v |= 1 << shift),
                Plane::Words(words) => {
                    set_bits(words[word]).for_each(|bit| values[bit as usize] |= 1 << shift)
                }
                Plane::List(list) => {
                    let first = (word as u32 * WORD) as u16;
                    let from = list.partition_point(|p| *p < first);
                    let here = list[from..].iter().take_while(|p| **p - first < WORD as u16);
                    here.for_each(|p| values[(*p - first) as usize] |= 1 << shift);
                }
            }
        }
    }

    /// The cell at a place of the block.
    pub fn cell(&self, place: u32) -> Option<Cell> {
        if !self.present.get(place) {
            return None;
        }
        let above =
            self.planes.iter().zip(0..).filter(|(p, _)| p.get(place)).fold(0_u64, |v, (_, i)| v | 1 << i);
        Some(self.decode(above))
    }

    fn decode(&self, above: u64) -> Cell {
        match &self.kind {
            Kind::Texts(texts) => Cell::Text(texts[above as usize].to_string()),
            Kind::Marks => Cell::Mark,
            Kind::Numbers => Cell::Number(self.base + above),
        }
    }

    /// A builder that begins with the cells of this block.
    pub fn to_builder(&self) -> BlockBuilder {
        let mut builder = BlockBuilder::new(self.block_words as u32 * WORD);
        let mut values = [0; WORD as usize];
        let codes: Vec<u64> = self.texts().iter().map(|t| builder.code(t)).collect();
        for (i, present) in self.present.to_words(self.block_words).into_iter().enumerate() {
            if present == 0 {
                continue;
            }
            self.unpack(i, &mut values);
            for bit in set_bits(present) {
                let above = values[bit as usize];
                let raw = codes.get(above as usize).copied().unwrap_or(self.base.wrapping_add(above));
                builder.put(i as u32 * WORD + bit, raw);
            }
        }
        builder.numbers = self.kind == Kind::Numbers;
        builder
    }
}

fn copy(out: &mut [u64], words: &[u64]) {
    let length = out.len().min(words.len());
    out[..length].copy_from_slice(&words[..length]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segments::engine::codec::{decode, encode};
    use crate::segments::engine::plane::places;
    use proptest::prelude::*;

    fn numbers() -> impl Strategy<Value = Vec<Option<u64>>> {
        let value = prop_oneof![0_u64..4, 100_u64..140, any::<u64>(), Just(u64::MAX), Just(1 << 40)];
        proptest::collection::vec(proptest::option::of(value), 256)
    }

    fn texts() -> impl Strategy<Value = Vec<Option<String>>> {
        proptest::collection::vec(proptest::option::of("[a-c]{0,2}|[a-z]{1,9}"), 256)
    }

    fn build<T: Clone>(values: &[Option<T>], cell: impl Fn(T) -> Cell) -> Block {
        let mut builder = BlockBuilder::new(256);
        values.iter().zip(0..).for_each(|(v, place)| builder.set(place, v.clone().map(&cell)));
        builder.build()
    }

    fn select(block: &Block, ranges: &Ranges) -> Vec<u32> {
        let mut out = vec![u64::MAX; 4];
        block.select_into(ranges, &mut out);
        places(&out).collect()
    }

    fn expected<T>(values: &[Option<T>], matching: impl Fn(&T) -> bool) -> Vec<u32> {
        values
            .iter()
            .zip(0..)
            .filter(|(v, _)| v.as_ref().is_some_and(&matching))
            .map(|(_, place)| place)
            .collect()
    }

    proptest! {
        #[test]
        fn ranges_select_the_numbers_in_them(values in numbers(), ranges in proptest::collection::vec((any::<u64>(), any::<u64>()), 0..3), exact in proptest::collection::vec(0_u64..150, 0..80)) {
            let block = build(&values, Cell::Number);
            for ranges in [Ranges::of(ranges), Ranges::values(exact), Ranges::of([(101, 120)]), Ranges::of([(0, u64::MAX)])] {
                prop_assert_eq!(select(&block, &ranges), expected(&values, |v| ranges.contains(*v)));
            }
        }

        #[test]
        fn predicates_select_the_texts_they_like(values in texts()) {
            let block = build(&values, Cell::Text);
            let mut out = vec![0; 4];
            block.select_texts_into(&|t| t.contains('b'), &mut out);
            prop_assert_eq!(places(&out).collect::<Vec<_>>(), expected(&values, |v| v.contains('b')));
            block.select_words_into(&["a", "bb", "nobody has this"], &mut out);
            prop_assert_eq!(places(&out).collect::<Vec<_>>(), expected(&values, |v| v == "a" || v == "bb"));
        }

        #[test]
        fn a_block_survives_bytes_and_rebuilding(numbers in numbers(), texts in texts()) {
            for block in [build(&numbers, Cell::Number), build(&texts, Cell::Text), build(&texts, |_| Cell::Mark), Block::absent(256)] {
                prop_assert_eq!(&decode(&encode(&block)).unwrap(), &block);
                prop_assert_eq!(&block.to_builder().build(), &block);
            }
        }

        #[test]
        fn an_edited_block_equals_a_block_built_so(values in texts(), edits in proptest::collection::vec((0_u32..256, proptest::option::of("[a-d]{1,2}")), 0..40)) {
            let mut edited = values.clone();
            let mut builder = build(&values, Cell::Text).to_builder();
            for (place, text) in edits {
                builder.set(place, text.clone().map(Cell::Text));
                edited[place as usize] = text;
            }
            let block = builder.build();
            prop_assert_eq!(&block, &build(&edited, Cell::Text));
            for (place, value) in (0..).zip(&edited) {
                prop_assert_eq!(block.cell(place), value.clone().map(Cell::Text));
            }
        }

        #[test]
        fn order_is_kept(a in any::<i64>(), b in any::<i64>(), x in -1e9_f64..1e9, y in -1e9_f64..1e9) {
            prop_assert_eq!(a < b, order_int(a) < order_int(b));
            prop_assert_eq!(x < y, order_real(x) < order_real(y));
        }

        #[test]
        fn damaged_bytes_are_refused(values in texts(), at in any::<prop::sample::Index>(), bit in 0_u8..8) {
            let mut bytes = encode(&build(&values, Cell::Text));
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert!(decode(&bytes).is_err());
            prop_assert!(decode(&bytes[..at]).is_err());
        }
    }

    #[test]
    fn minus_zero_is_zero_and_extremes_have_their_place() {
        assert_eq!(order_real(-0.0), order_real(0.0));
        assert!(
            order_real(f64::NEG_INFINITY) < order_real(f64::MIN)
                && order_real(f64::MAX) < order_real(f64::INFINITY)
        );
        assert_eq!(Ranges::of([(5, 4), (1, 2), (3, 3), (9, u64::MAX)]), Ranges::of([(1, 3), (9, u64::MAX)]));
    }
}
