//! Parts and blocks of visitors from the database, through a cache of what was decoded lately.

use super::part::{self, REST, ROWS, Rows, Values};
use super::sql;
use super::visitors::{BLOCK, VisitorBlock, Visitors};
use crate::events::sql::{self as events, Link};
use crate::segments::engine::cache::{BlockKey, Cache, Weighed};
use kernel::{Fault, Result};
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};
use store::{Tx, params};

/// Memory for decoded columns of all stores of this process.
const CACHE_BYTES: usize = 64 << 20;

/// A decoded column.
#[derive(Clone, Debug)]
enum Column {
    Rows(Rows),
    Values(Values),
    Rest(BTreeMap<i64, Values>),
}

impl Weighed for Column {
    fn bytes(&self) -> usize {
        match self {
            Column::Rows(rows) => rows.bytes(),
            Column::Values(values) => values.bytes(),
            Column::Rest(all) => all.values().map(Values::bytes).sum(),
        }
    }
}

impl Weighed for VisitorBlock {
    fn bytes(&self) -> usize {
        VisitorBlock::bytes(self)
    }
}

static COLUMNS: LazyLock<Cache<Column>> = LazyLock::new(|| Cache::new(CACHE_BYTES));
static VISITORS: LazyLock<Cache<VisitorBlock>> = LazyLock::new(|| Cache::new(CACHE_BYTES / 4));

/// Drops decoded columns that were not used since the last sweep.
pub fn sweep() {
    COLUMNS.sweep();
    VISITORS.sweep();
}

/// The columns of one part that a question reads.
pub struct LoadedPart {
    /// The day, counted from 1970-01-01.
    pub day: i32,
    columns: HashMap<i64, Arc<Column>>,
}

impl LoadedPart {
    /// The rows. Fault: there are none.
    pub fn rows(&self) -> Result<&Rows> {
        match self.columns.get(&ROWS).map(Arc::as_ref) {
            Some(Column::Rows(rows)) => Ok(rows),
            _ => Err(Fault::new("read a part of events: it has no rows").into()),
        }
    }

    /// A column; none if no row has a value.
    pub fn values(&self, id: i64) -> Option<&Values> {
        match self.columns.get(&id).map(Arc::as_ref) {
            Some(Column::Values(values)) => Some(values),
            _ => match self.columns.get(&REST).map(Arc::as_ref) {
                Some(Column::Rest(all)) => all.get(&id),
                _ => None,
            },
        }
    }
}

/// Hands on the parts of a name from one day to another, with some columns.
pub fn each_part(
    tx: &mut Tx<'_>,
    name_no: i64,
    days: (i32, i32),
    columns: &[i64],
    each: &mut dyn FnMut(&LoadedPart) -> Result<()>,
) -> Result<()> {
    let mut wanted = vec![ROWS];
    if !columns.is_empty() {
        wanted.push(REST);
        wanted.extend(columns);
    }
    let found = tx.query(&sql::LIST_PART_KEYS, params![name_no, days.0, days.1, wanted])?;
    let mut part: Option<((i64, i64), LoadedPart)> = None;
    for row in &found {
        let (day, number, id, generation) = (row.int(0)?, row.int(1)?, row.int(2)?, row.int(3)?);
        if part.as_ref().is_none_or(|(at, _)| *at != (day, number)) {
            if let Some((_, whole)) = part.take() {
                each(&whole)?;
            }
            part = Some(((day, number), LoadedPart { day: day as i32, columns: HashMap::new() }));
        }
        let column = load_column(tx, (name_no, day, number, id), generation)?;
        if let Some((_, whole)) = &mut part {
            whole.columns.insert(id, column);
        }
    }
    part.map_or(Ok(()), |(_, whole)| each(&whole))
}

fn load_column(tx: &mut Tx<'_>, at: (i64, i64, i64, i64), generation: i64) -> Result<Arc<Column>> {
    let key = BlockKey { store: tx.store().0, number: 0, generation };
    if let Some(column) = COLUMNS.get(&key) {
        return Ok(column);
    }
    let (name_no, day, part, id) = at;
    let bytes = tx.query_one(&sql::FIND_COLUMN, params![name_no, day, part, id])?.blob(0)?;
    let column = Arc::new(match id {
        ROWS => Column::Rows(Rows::decode(&bytes)?),
        REST => Column::Rest(part::decode_rest(&bytes)?),
        _ => Column::Values(Values::decode(&bytes)?),
    });
    COLUMNS.put(key, column.clone());
    Ok(column)
}

/// Blocks of visitors that there are, with their generations.
pub fn visitor_generations(tx: &mut Tx<'_>) -> Result<Vec<(u32, i64)>> {
    tx.query(&sql::LIST_VISITOR_BLOCKS, params![])?
        .iter()
        .map(|row| Ok((row.int(0)? as u32, row.int(1)?)))
        .collect()
}

/// One block of visitors.
pub fn load_visitors(tx: &mut Tx<'_>, number: u32, generation: i64) -> Result<Arc<VisitorBlock>> {
    let key = BlockKey { store: tx.store().0, number, generation };
    if let Some(block) = VISITORS.get(&key) {
        return Ok(block);
    }
    let bytes = tx.query_one(&sql::FIND_VISITOR_BLOCK, params![number])?.blob(0)?;
    let block = Arc::new(VisitorBlock::decode(number, &bytes)?);
    VISITORS.put(key, block.clone());
    Ok(block)
}

/// Who every visitor is: blocks, and the links of visitors that changed since. `None` for `changed`: there are no
/// blocks to be trusted, and every link is read.
pub fn all_visitors(tx: &mut Tx<'_>, changed: Option<&RoaringBitmap>) -> Result<Visitors> {
    let mut visitors = Visitors::default();
    let Some(changed) = changed else {
        visitors.changed = by_visitor(links_between(tx, 0, i64::MAX)?);
        return Ok(visitors);
    };
    for (number, generation) in visitor_generations(tx)? {
        let block = load_visitors(tx, number, generation)?;
        let needed = number as usize + 1;
        if visitors.blocks.len() < needed {
            visitors.blocks.resize(needed, None);
        }
        visitors.blocks[number as usize] = Some(block);
    }
    let asked: Vec<i64> = changed.iter().map(i64::from).collect();
    let mut links = events::links(tx, asked)?;
    visitors.changed = changed.iter().map(|v| (v, links.remove(&i64::from(v)).unwrap_or_default())).collect();
    Ok(visitors)
}

/// Links of visitors from one number up to another.
pub fn links_between(tx: &mut Tx<'_>, from: i64, before: i64) -> Result<Vec<Link>> {
    tx.query(&sql::LIST_LINKS_BETWEEN, params![from, before])?
        .iter()
        .map(|r| Ok(Link { visitor: r.int(0)?, from_seq: r.int(1)?, ordinal: r.int(2)? as u32 }))
        .collect()
}

/// Links in order, put together by visitor.
pub fn by_visitor(links: Vec<Link>) -> HashMap<u32, Vec<Link>> {
    let mut all: HashMap<u32, Vec<Link>> = HashMap::new();
    for link in links {
        all.entry(link.visitor as u32).or_default().push(link);
    }
    all
}

/// Writes who the visitors of a block are.
pub fn put_visitors(tx: &mut Tx<'_>, number: u32, block: &VisitorBlock) -> Result<()> {
    let generation = rand::random::<i64>();
    tx.execute(&sql::PUT_VISITOR_BLOCK, params![number, generation, block.encode(number)]).map(drop)
}

/// The first visitor of a block and of the next.
pub fn bounds(number: u32) -> (i64, i64) {
    let first = i64::from(number) * i64::from(BLOCK);
    (first, first + i64::from(BLOCK))
}
