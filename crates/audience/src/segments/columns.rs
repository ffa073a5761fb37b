//! Which columns there are, and the cells of one contact in them. Pure.
//!
//! Each condition that reads columns says itself which cells a contact has (`Condition::columns`), so a
//! new condition brings its column along. Here are only the two columns that belong to nobody: who is
//! there at all, and whose values do not fit.

use super::conditions;
use super::engine::block::{order_int, order_real};
use super::engine::{Block, BlockBuilder};
use crate::contacts::model::{AttributeValue, Facts};
use std::collections::HashMap;
use std::sync::Arc;

/// Longest text kept in a column, in bytes. Whoever has a longer one is looked at one by one.
pub const CELL_TEXT_MAX: usize = 256;

/// Names a column: a word of the program and, for sets of columns, a number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Column(pub &'static str, pub Option<u32>);

impl Column {
    /// Contacts that exist and were not erased.
    pub const LIVE: Column = Column("live", None);
    /// Contacts with a text longer than [`CELL_TEXT_MAX`]; their cells are incomplete.
    pub const UNFIT: Column = Column("unfit", None);

    /// Its key in the database.
    pub fn key(self) -> String {
        match self.1 {
            Some(no) => format!("{}.{no}", self.0),
            None => self.0.to_owned(),
        }
    }
}

/// Cells of several contacts of one block, by column.
pub struct Cells {
    columns: HashMap<Column, BlockBuilder>,
    block_bits: u32,
    place: u32,
}

impl Cells {
    /// No cells yet.
    pub fn new(block_bits: u32) -> Self {
        Cells { columns: HashMap::new(), block_bits, place: 0 }
    }

    /// Adds all cells of a live contact at a place of the block.
    pub fn add_contact(&mut self, place: u32, facts: &Facts) {
        self.place = place;
        self.mark(Column::LIVE);
        conditions::all().iter().for_each(|condition| condition.columns(facts, self));
    }

    fn builder(&mut self, column: Column) -> &mut BlockBuilder {
        self.columns.entry(column).or_insert_with(|| BlockBuilder::new(self.block_bits))
    }

    /// The contact has it.
    pub fn mark(&mut self, column: Column) {
        let place = self.place;
        self.builder(column).mark(place);
    }

    /// The contact's number.
    pub fn int(&mut self, column: Column, value: i64) {
        let place = self.place;
        self.builder(column).number(place, order_int(value));
    }

    /// The contact's real number.
    pub fn real(&mut self, column: Column, value: f64) {
        let place = self.place;
        self.builder(column).number(place, order_real(value));
    }

    /// The contact's text.
    pub fn text(&mut self, column: Column, value: &str) {
        if value.len() > CELL_TEXT_MAX {
            return self.mark(Column::UNFIT);
        }
        let place = self.place;
        self.builder(column).text(place, value);
    }

    /// The contact's value of a custom attribute; each type has its own column.
    pub fn attribute(&mut self, no: u32, value: &AttributeValue) {
        let column = attribute_column(no, value.kind());
        match value {
            AttributeValue::Bool(v) => self.int(column, (*v).into()),
            AttributeValue::Integer(v) => self.int(column, *v),
            AttributeValue::Number(v) => self.real(column, *v),
            AttributeValue::Date(v) => self.int(column, (*v).into()),
            AttributeValue::Time(v) => self.int(column, v.0),
            AttributeValue::Text(v) => self.text(column, v),
        }
    }
}

/// The column of a custom attribute's values of one type.
pub fn attribute_column(no: u32, kind: crate::attributes::model::AttributeType) -> Column {
    use crate::attributes::model::AttributeType;
    let name = match kind {
        AttributeType::Bool => "attribute_bool",
        AttributeType::Integer => "attribute_integer",
        AttributeType::Number => "attribute_number",
        AttributeType::Date => "attribute_date",
        AttributeType::Time => "attribute_time",
        AttributeType::Text => "attribute_text",
    };
    Column(name, Some(no))
}

/// Changes when the columns this program writes change: kept columns of another layout are written anew.
pub fn layout() -> i64 {
    /// Raise it when the meaning of an existing column or the byte form changes.
    const REVISION: u64 = 1;
    let ids = conditions::all().iter().flat_map(|c| c.spec().id.bytes());
    let hash = ids.fold(0xcbf2_9ce4_8422_2325 ^ REVISION, |h, byte| {
        (h ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash >> 1) as i64
}

/// Applies freshly read cells to the blocks of one block number. `places` (rising) are those whose
/// contacts were read again or found gone; `existing` are all columns that have a block of this number.
/// Answers the columns that changed, with their new blocks; an absent block: the column is empty there.
pub fn rewrite_blocks(
    existing: Vec<(String, Arc<Block>)>,
    places: &[u32],
    cells: Cells,
) -> Vec<(String, Block)> {
    let block_bits = cells.block_bits;
    let mut fresh: HashMap<String, BlockBuilder> =
        cells.columns.into_iter().map(|(column, builder)| (column.key(), builder)).collect();
    let mut changed = Vec::new();
    for (key, block) in existing {
        let builder = fresh.remove(&key).unwrap_or_else(|| BlockBuilder::new(block_bits));
        changed.extend(rewrite_block(&block, places, builder).map(|block| (key, block)));
    }
    changed.extend(fresh.into_iter().map(|(key, builder)| (key, builder.build())));
    changed
}

/// A block with some places written anew; `None` if nothing differs.
fn rewrite_block(block: &Block, places: &[u32], fresh: BlockBuilder) -> Option<Block> {
    if block.is_within(places) {
        return Some(fresh.build()).filter(|new| new != block);
    }
    let differing: Vec<_> = places
        .iter()
        .map(|place| (*place, fresh.cell(*place)))
        .filter(|(place, cell)| block.cell(*place) != *cell)
        .collect();
    if differing.is_empty() {
        return None;
    }
    let mut builder = block.to_builder();
    differing.into_iter().for_each(|(place, cell)| builder.set(place, cell));
    Some(builder.build())
}
