//! Parts: some events of one name and one day as columns, and their byte form. Pure.
//!
//! The *rows* are in the order of the log: who (a visitor), when (milliseconds of the day), where in the log. A
//! *column* has the values of one path, each with its row; a row may have none or several. Columns that few rows
//! have are kept together, so that a careless client that makes up names makes no more of them.

use kernel::{Fault, Result};
use std::collections::BTreeMap;

/// Rows of a part; the next event begins another.
pub const ROWS_MAX: usize = 65_536;
/// Columns that are kept by themselves.
const OWN_MAX: usize = 64;
/// The number under which rows are kept.
pub const ROWS: i64 = 0;
/// The number under which columns that few rows have are kept together.
pub const REST: i64 = 1;

const VERSION: u8 = 1;

/// Who did it, when, and where in the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Visitors.
    pub visitors: Vec<u32>,
    /// Milliseconds since the beginning of the day.
    pub ms: Vec<u32>,
    /// Positions in the log, rising, as distances from `base`.
    pub seqs: Vec<u32>,
    /// Position of the first row.
    pub base: i64,
}

/// Values with the rows they belong to, in order of rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    /// Rows; one may come several times.
    pub rows: Vec<u32>,
    /// Numbers in ten-thousandths, or hashes of texts.
    pub values: Vec<i64>,
}

/// A whole part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Its rows.
    pub rows: Rows,
    /// Its columns.
    pub columns: BTreeMap<i64, Values>,
}

/// One event on its way into a part.
#[derive(Clone, Debug)]
pub struct PartEvent {
    /// Position in the log.
    pub seq: i64,
    /// The visitor.
    pub visitor: u32,
    /// Milliseconds since the beginning of the day.
    pub ms: u32,
    /// Columns and what stands in them.
    pub cells: Vec<(i64, i64)>,
}

impl Rows {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.visitors.len()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.visitors.is_empty()
    }

    /// Position of a row in the log.
    pub fn seq(&self, row: usize) -> i64 {
        self.base + i64::from(self.seqs[row])
    }

    /// Position of the last row; 0 if there is none.
    pub fn last_seq(&self) -> i64 {
        self.seqs.last().map_or(0, |distance| self.base + i64::from(*distance))
    }

    /// Rows up to a position of the log.
    pub fn up_to(&self, seq: i64) -> usize {
        self.seqs.partition_point(|distance| self.base + i64::from(*distance) <= seq)
    }

    fn truncate(&mut self, rows: usize) {
        self.visitors.truncate(rows);
        self.ms.truncate(rows);
        self.seqs.truncate(rows);
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        self.len() * 12 + 48
    }

    /// The byte form.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        out.extend((self.len() as u32).to_le_bytes());
        out.extend(self.base.to_le_bytes());
        for column in [&self.visitors, &self.ms, &self.seqs] {
            out.extend(column.iter().flat_map(|n| n.to_le_bytes()));
        }
        out
    }

    /// Reads what [`Rows::encode`] wrote. Fault: it is something else.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes)?;
        let count = reader.u32()? as usize;
        let base = reader.i64()?;
        let rows =
            Rows { base, visitors: reader.u32s(count)?, ms: reader.u32s(count)?, seqs: reader.u32s(count)? };
        reader.end(rows)
    }
}

impl Values {
    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        self.rows.len() * 12 + 48
    }

    fn put(&self, out: &mut Vec<u8>) {
        out.extend((self.rows.len() as u32).to_le_bytes());
        out.extend(self.rows.iter().flat_map(|n| n.to_le_bytes()));
        out.extend(self.values.iter().flat_map(|n| n.to_le_bytes()));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let count = reader.u32()? as usize;
        Ok(Values { rows: reader.u32s(count)?, values: reader.i64s(count)? })
    }

    /// The byte form.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        self.put(&mut out);
        out
    }

    /// Reads what [`Values::encode`] wrote. Fault: it is something else.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes)?;
        let values = Values::read(&mut reader)?;
        reader.end(values)
    }
}

/// The byte form of columns that are kept together.
fn encode_rest(columns: &[(i64, &Values)]) -> Vec<u8> {
    let mut out = vec![VERSION];
    out.extend((columns.len() as u32).to_le_bytes());
    for (id, values) in columns {
        out.extend(id.to_le_bytes());
        values.put(&mut out);
    }
    out
}

/// Columns that are kept together. Fault: the bytes are something else.
pub fn decode_rest(bytes: &[u8]) -> Result<BTreeMap<i64, Values>> {
    let mut reader = Reader::new(bytes)?;
    let mut columns = BTreeMap::new();
    for _ in 0..reader.u32()? {
        columns.insert(reader.i64()?, Values::read(&mut reader)?);
    }
    reader.end(columns)
}

impl Part {
    /// True if the event finds room.
    pub fn takes(&self, event: &PartEvent) -> bool {
        let near = self.rows.is_empty() || u32::try_from(event.seq - self.rows.base).is_ok();
        self.rows.len() < ROWS_MAX && near
    }

    /// Adds an event that comes later in the log than all others, if [`Part::takes`] it.
    pub fn push(&mut self, event: PartEvent) {
        if self.rows.is_empty() {
            self.rows.base = event.seq;
        }
        let row = self.rows.len() as u32;
        self.rows.visitors.push(event.visitor);
        self.rows.ms.push(event.ms);
        self.rows.seqs.push((event.seq - self.rows.base) as u32);
        for (column, value) in event.cells {
            let values = self.columns.entry(column).or_default();
            values.rows.push(row);
            values.values.push(value);
        }
    }

    /// Takes out what comes after a position of the log.
    pub fn cut_after(&mut self, seq: i64) {
        let rows = self.rows.up_to(seq);
        self.rows.truncate(rows);
        for values in self.columns.values_mut() {
            let kept = values.rows.partition_point(|row| (*row as usize) < rows);
            values.rows.truncate(kept);
            values.values.truncate(kept);
        }
        self.columns.retain(|_, values| !values.rows.is_empty());
    }

    /// Everything as bytes: the number under which it is kept, and the form.
    pub fn encode(&self) -> Vec<(i64, Vec<u8>)> {
        let mut by_size: Vec<(i64, &Values)> =
            self.columns.iter().map(|(id, values)| (*id, values)).collect();
        by_size.sort_by_key(|(id, values)| (std::cmp::Reverse(values.rows.len()), *id));
        let rest = by_size.split_off(by_size.len().min(OWN_MAX));
        let mut out = vec![(ROWS, self.rows.encode())];
        out.extend(by_size.into_iter().map(|(id, values)| (id, values.encode())));
        if !rest.is_empty() {
            out.push((REST, encode_rest(&rest)));
        }
        out
    }

    /// Reads what [`Part::encode`] wrote. Fault: it is something else.
    pub fn decode(kept: &[(i64, Vec<u8>)]) -> Result<Self> {
        let mut part = Part::default();
        for (id, bytes) in kept {
            match *id {
                ROWS => part.rows = Rows::decode(bytes)?,
                REST => part.columns.extend(decode_rest(bytes)?),
                id => drop(part.columns.insert(id, Values::decode(bytes)?)),
            }
        }
        Ok(part)
    }
}

fn damaged() -> Fault {
    Fault::new("read a part of events: its bytes are damaged")
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Result<Self> {
        match bytes.split_first() {
            Some((&VERSION, rest)) => Ok(Reader(rest)),
            _ => Err(damaged().into()),
        }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count).ok_or_else(damaged)?;
        self.0 = rest;
        Ok(head)
    }

    fn u32(&mut self) -> Result<u32> {
        Ok(self.u32s(1)?[0])
    }

    fn i64(&mut self) -> Result<i64> {
        Ok(self.i64s(1)?[0])
    }

    fn u32s(&mut self, count: usize) -> Result<Vec<u32>> {
        let (numbers, _) = self.take(count.checked_mul(4).ok_or_else(damaged)?)?.as_chunks::<4>();
        Ok(numbers.iter().map(|n| u32::from_le_bytes(*n)).collect())
    }

    fn i64s(&mut self, count: usize) -> Result<Vec<i64>> {
        let (numbers, _) = self.take(count.checked_mul(8).ok_or_else(damaged)?)?.as_chunks::<8>();
        Ok(numbers.iter().map(|n| i64::from_le_bytes(*n)).collect())
    }

    fn end<T>(self, value: T) -> Result<T> {
        if self.0.is_empty() { Ok(value) } else { Err(damaged().into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn part(events: &[(u32, Vec<(i64, i64)>)]) -> Part {
        let mut part = Part::default();
        for ((visitor, cells), seq) in events.iter().zip(7..) {
            let event = PartEvent { seq: seq * 3, visitor: *visitor, ms: *visitor * 2, cells: cells.clone() };
            assert!(part.takes(&event));
            part.push(event);
        }
        part
    }

    fn events() -> impl Strategy<Value = Vec<(u32, Vec<(i64, i64)>)>> {
        let cell = (16_i64..200, any::<i64>());
        proptest::collection::vec((0_u32..9, proptest::collection::vec(cell, 0..5)), 0..60)
    }

    proptest! {
        #[test]
        fn a_part_survives_its_byte_form_and_damage_is_noticed(events in events(), cut in 0_usize..50) {
            let part = part(&events);
            let kept = part.encode();
            prop_assert!(kept.len() <= OWN_MAX + 2);
            prop_assert_eq!(&Part::decode(&kept).unwrap(), &part);
            let (id, bytes) = &kept[0];
            if cut < bytes.len() {
                prop_assert!(Part::decode(&[(*id, bytes[..cut].to_vec())]).is_err());
            }
        }

        #[test]
        fn what_is_cut_off_was_never_there(events in events(), kept in 0_usize..60) {
            let kept = kept.min(events.len());
            let mut whole = part(&events);
            whole.cut_after((7 + kept as i64) * 3 - 1);
            let mut expected = part(&events[..kept]);
            expected.rows.base = whole.rows.base;
            prop_assert_eq!(whole, expected);
        }
    }

    #[test]
    fn a_part_is_full_at_its_limit_and_far_places_begin_another() {
        let mut full = part(&[(1, vec![])]);
        let event = |seq| PartEvent { seq, visitor: 1, ms: 0, cells: Vec::new() };
        assert!(!full.takes(&event(21 + (1 << 32))) && full.takes(&event(20 + (1 << 32))));
        (1..ROWS_MAX as i64).for_each(|no| full.push(event(21 + no)));
        assert!(!full.takes(&event(1_000_000)));
        assert_eq!((full.rows.last_seq(), full.rows.up_to(22)), (20 + ROWS_MAX as i64, 2));
    }
}
