//! One block of a column, bit-sliced: which contacts have a value, and plane by plane the bits of it.
//!
//! Texts become codes of a sorted dictionary kept in the block, so equality, prefixes and order of texts
//! are ranges of codes; numbers become unsigned words of the same order. Every question is therefore one
//! question, "is the value in one of these ranges?", and it is answered by walking the planes from the
//! highest, splitting the ranges at each: a comparison touches each plane at most twice, an equality once.

use super::bits::{WORD, set_bits};
use std::collections::HashMap;
use std::sync::Arc;

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

/// Disjoint, rising, inclusive ranges of unsigned values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranges(Vec<(u64, u64)>);

impl Ranges {
    /// From any ranges; empty ones are dropped, touching ones are joined.
    pub fn of(ranges: impl IntoIterator<Item = (u64, u64)>) -> Self {
        let mut all: Vec<(u64, u64)> = ranges.into_iter().filter(|(low, high)| low <= high).collect();
        all.sort_unstable();
        let mut joined: Vec<(u64, u64)> = Vec::with_capacity(all.len());
        for (low, high) in all {
            match joined.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => joined.push((low, high)),
            }
        }
        Ranges(joined)
    }

    /// Single values.
    pub fn values(values: impl IntoIterator<Item = u64>) -> Self {
        Ranges::of(values.into_iter().map(|v| (v, v)))
    }

    /// True if the value is in one of them.
    pub fn contains(&self, value: u64) -> bool {
        let after = self.0.partition_point(|(low, _)| *low <= value);
        after > 0 && value <= self.0[after - 1].1
    }

    /// The same question for values counted from `base`.
    fn counted_from(&self, base: u64) -> Ranges {
        let above = self.0.iter().filter(|(_, high)| *high >= base);
        Ranges(above.map(|(low, high)| (low.saturating_sub(base), high - base)).collect())
    }
}

/// One bit of every contact of a block.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Plane {
    /// Clear for all.
    Zeros,
    /// Set for all.
    Ones,
    /// Set for a few: their places in the block, rising.
    List(Box<[u16]>),
    /// Anything else.
    Words(Box<[u64]>),
}

impl Plane {
    /// The most compact form of these words.
    pub(super) fn of(words: Vec<u64>) -> Self {
        let count: usize = words.iter().map(|w| w.count_ones() as usize).sum();
        if count == 0 {
            return Plane::Zeros;
        }
        if count == words.len() * WORD as usize {
            return Plane::Ones;
        }
        // A list costs 16 bits an entry; a quarter of the dense form is worth another branch.
        if count <= words.len() {
            return Plane::List(places(&words).map(|p| p as u16).collect());
        }
        Plane::Words(words.into())
    }

    fn get(&self, place: u32) -> bool {
        match self {
            Plane::Zeros => false,
            Plane::Ones => true,
            Plane::List(list) => list.binary_search(&(place as u16)).is_ok(),
            Plane::Words(words) => words[(place / WORD) as usize] >> (place % WORD) & 1 == 1,
        }
    }

    fn to_words(&self, block_words: usize) -> Vec<u64> {
        match self {
            Plane::Zeros => vec![0; block_words],
            Plane::Ones => vec![u64::MAX; block_words],
            Plane::Words(words) => words.to_vec(),
            Plane::List(list) => {
                let mut words = vec![0; block_words];
                list.iter()
                    .for_each(|p| words[(u32::from(*p) / WORD) as usize] |= 1 << (u32::from(*p) % WORD));
                words
            }
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Plane::Zeros | Plane::Ones => 0,
            Plane::List(list) => list.len() * 2,
            Plane::Words(words) => words.len() * 8,
        }
    }
}

fn places(words: &[u64]) -> impl Iterator<Item = u32> + '_ {
    words.iter().zip(0..).flat_map(|(word, i)| set_bits(*word).map(move |bit| i * WORD + bit))
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
        if ranges.0.len() > RANGES_WALKED_MAX {
            return self.look_up_into(&ranges, out);
        }
        match walk(&self.planes, &ranges.0, self.block_words) {
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

/// Answer of a walk below one plane.
enum Part {
    None,
    All,
    Some(Vec<u64>),
}

/// Whose value, in the bits of these planes, is in one of the ranges (which all fit these bits or reach above).
fn walk(planes: &[Plane], ranges: &[(u64, u64)], block_words: usize) -> Part {
    let top = u64::MAX.checked_shr(WORD - planes.len() as u32).unwrap_or(0);
    match ranges {
        [] => return Part::None,
        [(low, _), ..] if *low > top => return Part::None,
        [(0, high), ..] if *high >= top => return Part::All,
        _ => {}
    }
    // No plane left means top = 0, and one of the arms above has answered.
    let Some((plane, below)) = planes.split_last() else { return Part::None };
    let half = 1_u64 << below.len();
    let low = || walk(below, &clip(ranges, 0, half - 1), block_words);
    let high = || walk(below, &clip(ranges, half, top), block_words);
    match plane {
        Plane::Zeros => low(),
        Plane::Ones => high(),
        Plane::Words(words) => combine(words, low(), high()),
        list => combine(&list.to_words(block_words), low(), high()),
    }
}

/// The part of the ranges between two bounds, counted from the lower.
fn clip(ranges: &[(u64, u64)], from: u64, to: u64) -> Vec<(u64, u64)> {
    let inside = ranges.iter().filter(|(low, high)| *high >= from && *low <= to);
    inside.map(|(low, high)| ((*low).max(from) - from, (*high).min(to) - from)).collect()
}

/// `plane ? high : low`, 64 contacts at a time.
fn combine(plane: &[u64], low: Part, high: Part) -> Part {
    use Part::{All, None, Some};
    match (low, high) {
        (None, None) => None,
        (All, All) => All,
        (None, All) => Some(plane.to_vec()),
        (All, None) => Some(plane.iter().map(|p| !p).collect()),
        (None, Some(h)) => Some(zip(h, plane, |h, p| h & p)),
        (Some(l), None) => Some(zip(l, plane, |l, p| l & !p)),
        (All, Some(h)) => Some(zip(h, plane, |h, p| h | !p)),
        (Some(l), All) => Some(zip(l, plane, |l, p| l | p)),
        (Some(l), Some(mut h)) => {
            h.iter_mut().zip(&l).zip(plane).for_each(|((h, l), p)| *h = *h & p | l & !p);
            Some(h)
        }
    }
}

fn zip(mut words: Vec<u64>, plane: &[u64], operation: impl Fn(u64, u64) -> u64) -> Vec<u64> {
    words.iter_mut().zip(plane).for_each(|(w, p)| *w = operation(*w, *p));
    words
}

/// Collects the cells of a block and slices them.
pub struct BlockBuilder {
    values: Vec<u64>,
    present: Vec<u64>,
    codes: HashMap<Arc<str>, u64>,
    texts: Vec<Arc<str>>,
    numbers: bool,
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

    fn put(&mut self, place: u32, value: u64) {
        self.present[(place / WORD) as usize] |= 1 << (place % WORD);
        self.values[place as usize] = value;
    }

    /// A number for a text, in order of arrival; sorted out when the block is built.
    fn code(&mut self, text: &str) -> u64 {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segments::engine::codec::{decode, encode};
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
