//! One bit of every contact of a block, in the most compact of four forms. Immutable.

use super::bits::{WORD, set_bits};

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

    /// True if the bit at a place is set.
    pub(super) fn get(&self, place: u32) -> bool {
        match self {
            Plane::Zeros => false,
            Plane::Ones => true,
            Plane::List(list) => list.binary_search(&(place as u16)).is_ok(),
            Plane::Words(words) => words[(place / WORD) as usize] >> (place % WORD) & 1 == 1,
        }
    }

    /// The bits as words.
    pub(super) fn to_words(&self, block_words: usize) -> Vec<u64> {
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

    /// Bytes it takes on the heap.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Plane::Zeros | Plane::Ones => 0,
            Plane::List(list) => list.len() * 2,
            Plane::Words(words) => words.len() * 8,
        }
    }
}

/// Places whose bit is set, rising.
pub(super) fn places(words: &[u64]) -> impl Iterator<Item = u32> + '_ {
    words.iter().zip(0..).flat_map(|(word, i)| set_bits(*word).map(move |bit| i * WORD + bit))
}
