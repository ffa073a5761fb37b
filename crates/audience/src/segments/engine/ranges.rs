//! "Is the value in one of these ranges?", the one question that is asked of a block, and its answer: a walk
//! over the planes from the highest, which splits the ranges at each.

use super::bits::WORD;
use super::plane::Plane;

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

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The same question for values counted from `base`.
    pub(super) fn counted_from(&self, base: u64) -> Ranges {
        let above = self.0.iter().filter(|(_, high)| *high >= base);
        Ranges(above.map(|(low, high)| (low.saturating_sub(base), high - base)).collect())
    }
}

/// Answer of a walk below one plane.
pub(super) enum Part {
    /// Nobody.
    None,
    /// Everybody who is present.
    All,
    /// These.
    Some(Vec<u64>),
}

/// Whose value, in the bits of these planes, is in one of the ranges (which all fit these bits or reach above).
pub(super) fn walk(planes: &[Plane], ranges: &Ranges, block_words: usize) -> Part {
    descend(planes, &ranges.0, block_words)
}

fn descend(planes: &[Plane], ranges: &[(u64, u64)], block_words: usize) -> Part {
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
    let low = || descend(below, &clip(ranges, 0, half - 1), block_words);
    let high = || descend(below, &clip(ranges, half, top), block_words);
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
