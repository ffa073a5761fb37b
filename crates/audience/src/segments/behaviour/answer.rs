//! Who, of everybody, did something: from the parts, and from the log after them.

use super::hashes::Hashes;
use super::query::{BehaviourQuery, PropertyFilter, SequenceQuery, Tally, Test};
use super::sql;
use super::store::{LoadedPart, each_part};
use super::visitors::Visitors;
use crate::events::model::Entry;
use crate::events::values::values;
use crate::events::{self as calls};
use crate::segments::engine::Bits;
use crate::segments::moment::{DAY_MS, day_of_instant};
use crate::segments::tail::event;
use kernel::{Result, Timestamp};
use std::collections::HashSet;
use store::{Event, StoreKeys, Tx, params};

/// Where an answer is found.
pub struct Place<'a> {
    /// Keys of the store.
    pub keys: &'a StoreKeys,
    /// Who visitors are.
    pub visitors: &'a Visitors,
    /// What is in the parts: everything up to this position of the log.
    pub taken_in: i64,
    /// Contacts' ordinals are below this.
    pub end: u32,
}

/// The contacts of whom a question is true, erased ones perhaps among them.
pub fn answer(tx: &mut Tx<'_>, place: &Place<'_>, query: &BehaviourQuery) -> Result<Bits> {
    let mut found = Found::new(query, place.end);
    gather(tx, place, query, &mut |ordinal, _, adds| found.add(ordinal, adds))?;
    Ok(found.finish(query))
}

/// The contacts of whom a question about what came after what is true, erased ones perhaps among them.
pub fn sequence(tx: &mut Tx<'_>, place: &Place<'_>, query: &SequenceQuery) -> Result<Bits> {
    let (first, then) = (times(tx, place, &query.first)?, times(tx, place, &query.then)?);
    let only_times = |some: &[(u32, Timestamp)]| some.iter().map(|(_, at)| *at).collect::<Vec<_>>();
    let mut bits = Bits::empty(place.end);
    for one in first.chunk_by(|a, b| a.0 == b.0) {
        let ordinal = one[0].0;
        let after = &then[then.partition_point(|(whose, _)| *whose < ordinal)..];
        let after = &after[..after.partition_point(|(whose, _)| *whose == ordinal)];
        if query.is_met(&only_times(one), &only_times(after)) {
            bits.insert(ordinal);
        }
    }
    Ok(bits)
}

/// Who did something when, in order.
fn times(tx: &mut Tx<'_>, place: &Place<'_>, query: &BehaviourQuery) -> Result<Vec<(u32, Timestamp)>> {
    let mut times = Vec::new();
    gather(tx, place, query, &mut |ordinal, at, _| times.push((ordinal, at)))?;
    times.sort_unstable();
    Ok(times)
}

/// Tells of every event that a question is about, in the parts and in the log after them: whose, when, what it adds.
fn gather(
    tx: &mut Tx<'_>,
    place: &Place<'_>,
    query: &BehaviourQuery,
    tell: &mut impl FnMut(u32, Timestamp, i64),
) -> Result<()> {
    let names = name_numbers(tx, place.keys, query)?;
    let mut hashes = Hashes::new(place.keys);
    let plan = Plan::of(query, &mut hashes);
    let days = (query.since.map_or(i32::MIN, day_of_instant), query.until.map_or(i32::MAX, day_of_instant));
    for name_no in &names {
        each_part(tx, *name_no, days, &plan.columns, &mut |part| look(part, place, query, &plan, tell))?;
    }
    look_at_tail(tx, place, query, &names, tell)
}

/// Numbers of the names that a question is about.
pub fn name_numbers(tx: &mut Tx<'_>, keys: &StoreKeys, query: &BehaviourQuery) -> Result<HashSet<i64>> {
    match &query.name {
        Some(name) => calls::sql::name_number(tx, keys, query.kind, name),
        None => {
            let rows = tx.query(&sql::LIST_NAME_NUMBERS, params![query.kind.stored()])?;
            rows.iter().map(|row| row.int(0)).collect()
        }
    }
}

/// A filter as columns and hashes.
enum Compiled {
    /// Some value of the column is this.
    Is(i64, i64),
    /// None is.
    IsNot(i64, i64),
    /// Some number of the column is in the range.
    Between(i64, i64, i64),
    /// There is a number or a text.
    Exists(i64, i64),
    /// There is neither.
    Absent(i64, i64),
}

struct Plan {
    filters: Vec<Compiled>,
    total: Option<i64>,
    columns: Vec<i64>,
}

impl Plan {
    fn of(query: &BehaviourQuery, hashes: &mut Hashes<'_>) -> Plan {
        let filters: Vec<Compiled> =
            query.filters.iter().map(|filter| Compiled::of(filter, hashes)).collect();
        let total = query.total.as_ref().map(|total| hashes.column(&total.property, true));
        let mut columns: Vec<i64> = filters.iter().flat_map(Compiled::columns).chain(total).collect();
        columns.sort_unstable();
        columns.dedup();
        Plan { filters, total, columns }
    }
}

impl Compiled {
    fn of(filter: &PropertyFilter, hashes: &mut Hashes<'_>) -> Compiled {
        let path = filter.property.as_str();
        let both = |hashes: &mut Hashes<'_>| (hashes.column(path, true), hashes.column(path, false));
        match &filter.test {
            Test::Is(wanted) => {
                let (column, cell) = hashes.cell(path, wanted);
                Compiled::Is(column, cell)
            }
            Test::IsNot(wanted) => {
                let (column, cell) = hashes.cell(path, wanted);
                Compiled::IsNot(column, cell)
            }
            Test::Between(from, to) => Compiled::Between(hashes.column(path, true), *from, *to),
            Test::Exists => {
                let (numbers, texts) = both(hashes);
                Compiled::Exists(numbers, texts)
            }
            Test::Absent => {
                let (numbers, texts) = both(hashes);
                Compiled::Absent(numbers, texts)
            }
        }
    }

    fn columns(&self) -> Vec<i64> {
        match self {
            Compiled::Is(column, _) | Compiled::IsNot(column, _) | Compiled::Between(column, ..) => {
                vec![*column]
            }
            Compiled::Exists(a, b) | Compiled::Absent(a, b) => vec![*a, *b],
        }
    }

    /// Takes the rows out of `rows` that do not pass.
    fn narrow(&self, part: &LoadedPart, rows: &mut Bits) {
        let mut found = Bits::empty(rows.end());
        let mut mark = |column: i64, test: &dyn Fn(i64) -> bool| {
            let Some(values) = part.values(column) else { return };
            let pairs = values.rows.iter().zip(&values.values);
            pairs.filter(|(_, value)| test(**value)).for_each(|(row, _)| found.insert(*row));
        };
        match *self {
            Compiled::Is(column, cell) | Compiled::IsNot(column, cell) => {
                mark(column, &|value| value == cell)
            }
            Compiled::Between(column, from, to) => mark(column, &|value| (from..=to).contains(&value)),
            Compiled::Exists(numbers, texts) | Compiled::Absent(numbers, texts) => {
                mark(numbers, &|_| true);
                mark(texts, &|_| true);
            }
        }
        match self {
            Compiled::IsNot(..) | Compiled::Absent(..) => rows.minus(&found),
            _ => rows.and(&found),
        }
    }
}

/// Who was found, and how often.
enum Found {
    /// Once is enough.
    Any(Bits),
    /// By ordinal.
    Counts(Vec<u32>),
    /// By ordinal.
    Tallies(Vec<Tally>),
}

impl Found {
    fn new(query: &BehaviourQuery, end: u32) -> Found {
        match (query.is_any(), query.total.is_some()) {
            (true, _) => Found::Any(Bits::empty(end)),
            (false, false) => Found::Counts(vec![0; end as usize]),
            (false, true) => Found::Tallies(vec![Tally::default(); end as usize]),
        }
    }

    fn add(&mut self, ordinal: u32, adds: i64) {
        match self {
            Found::Any(bits) => bits.insert(ordinal),
            Found::Counts(counts) => {
                if let Some(count) = counts.get_mut(ordinal as usize) {
                    *count = count.saturating_add(1);
                }
            }
            Found::Tallies(tallies) => {
                if let Some(tally) = tallies.get_mut(ordinal as usize) {
                    *tally = tally.and(adds);
                }
            }
        }
    }

    fn finish(self, query: &BehaviourQuery) -> Bits {
        match self {
            Found::Any(bits) => bits,
            Found::Counts(counts) => {
                let tally = |count: u32| Tally { count: count.into(), total: 0 };
                collect(counts.len(), |i| query.is_met(tally(counts[i])))
            }
            Found::Tallies(tallies) => collect(tallies.len(), |i| query.is_met(tallies[i])),
        }
    }
}

fn collect(end: usize, holds: impl Fn(usize) -> bool) -> Bits {
    let mut bits = Bits::empty(end as u32);
    (0..end).filter(|i| holds(*i)).for_each(|i| bits.insert(i as u32));
    bits
}

/// Looks at the rows of a part.
fn look(
    part: &LoadedPart,
    place: &Place<'_>,
    query: &BehaviourQuery,
    plan: &Plan,
    tell: &mut impl FnMut(u32, Timestamp, i64),
) -> Result<()> {
    let rows = part.rows()?;
    // A part may hold what the log is still read for: the watermark moves after the parts are written.
    let usable = if rows.last_seq() > place.taken_in { rows.up_to(place.taken_in) } else { rows.len() };
    let passing = passing(part, plan, usable);
    let midnight = i64::from(part.day) * DAY_MS;
    let whole_day = query.covers(Timestamp(midnight)) && query.covers(Timestamp(midnight + DAY_MS - 1));
    let mut sums = plan.total.map(|column| Sums { values: part.values(column), next: 0 });
    for row in 0..usable {
        let at = Timestamp(midnight + i64::from(rows.ms[row]));
        if passing.as_ref().is_some_and(|rows| !rows.contains(row as u32)) || !(whole_day || query.covers(at))
        {
            continue;
        }
        if let Some(ordinal) = place.visitors.contact(rows.visitors[row], rows.seq(row)) {
            tell(ordinal, at, sums.as_mut().map_or(0, |sums| sums.of(row as u32)));
        }
    }
    Ok(())
}

/// Rows that pass every filter; `None` if there is none.
fn passing(part: &LoadedPart, plan: &Plan, rows: usize) -> Option<Bits> {
    if plan.filters.is_empty() {
        return None;
    }
    let mut left = Bits::empty(rows as u32);
    left.fill();
    plan.filters.iter().for_each(|filter| filter.narrow(part, &mut left));
    Some(left)
}

/// Sums of a column by row; rows are asked for in order.
struct Sums<'p> {
    values: Option<&'p super::part::Values>,
    next: usize,
}

impl Sums<'_> {
    fn of(&mut self, row: u32) -> i64 {
        let Some(values) = self.values else { return 0 };
        let mut sum = 0_i64;
        while let Some(at) = values.rows.get(self.next).filter(|at| **at <= row) {
            if *at == row {
                sum = sum.saturating_add(values.values[self.next]);
            }
            self.next += 1;
        }
        sum
    }
}

/// Looks at what the log has after the parts.
fn look_at_tail(
    tx: &mut Tx<'_>,
    place: &Place<'_>,
    query: &BehaviourQuery,
    names: &HashSet<i64>,
    tell: &mut impl FnMut(u32, Timestamp, i64),
) -> Result<()> {
    let mut calls: Vec<(Event, Entry)> = Vec::new();
    if !names.is_empty() {
        tx.query_each(&sql::LIST_CALLS, params![place.taken_in, query.kind.stored()], |row| {
            let call = event(row)?;
            let entry = Entry::decode(&call.body)?;
            if names.contains(&entry.name_no) && query.covers(call.at) {
                calls.push((call, entry));
            }
            Ok(true)
        })?;
    }
    let opener = match query.reads_properties() {
        true => Some(calls::Opener::of(tx, place.keys, calls.iter().map(|(_, entry)| entry.visitor))?),
        false => None,
    };
    for (call, entry) in &calls {
        let Some(ordinal) = place.visitors.contact(entry.visitor as u32, call.seq) else { continue };
        let adds = match &opener {
            None => 0,
            Some(opener) => {
                // Of an erased visitor nothing can be read; the contact is gone as well.
                let Some(document) = opener.open(entry)? else { continue };
                let said = values(&document);
                if !query.passes(&said) {
                    continue;
                }
                query.adds(&said)
            }
        };
        tell(ordinal, call.at, adds);
    }
    Ok(())
}
