//! Statements on saved blocks, and the functions that run them.

use kernel::ids::SavedBlockId;
use kernel::{Problem, Result, Timestamp};
use serde_json::Value as Json;
use store::{Row, Tx, params, statements};

/// Most saved blocks of a store.
pub const BLOCKS_MAX: i64 = 1_000;

statements! {
    /// Some saved blocks before an id, newest first.
    LIST_BLOCKS = "SELECT id, name, body, version, updated_at FROM saved_blocks
        WHERE store_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    /// One saved block.
    FIND_BLOCK = "SELECT id, name, body, version, updated_at FROM saved_blocks WHERE store_id = $1 AND id = $2";
    /// How many there are.
    COUNT_BLOCKS = "SELECT count(*) FROM saved_blocks WHERE store_id = $1";
    /// Adds a saved block.
    INSERT_BLOCK = "INSERT INTO saved_blocks (store_id, id, name, body, version, created_at, updated_at)
        VALUES ($1, $2, $3, $4, 1, $5, $5)";
    /// Changes a saved block whose version is still the one that was read.
    UPDATE_BLOCK = "UPDATE saved_blocks SET name = $4, body = $5, version = version + 1, updated_at = $6
        WHERE store_id = $1 AND id = $2 AND version = $3";
    /// Removes a saved block.
    DELETE_BLOCK = "DELETE FROM saved_blocks WHERE store_id = $1 AND id = $2";
}

/// A saved block.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedBlock {
    /// Its id.
    pub id: SavedBlockId,
    /// Its name.
    pub name: String,
    /// The row.
    pub row: Json,
    /// Counts saves.
    pub version: i64,
    /// When it was last saved.
    pub updated_at: Timestamp,
}

fn block(row: &Row) -> Result<SavedBlock> {
    Ok(SavedBlock {
        id: SavedBlockId(row.int(0)?),
        name: row.text(1)?,
        row: row.json(2)?,
        version: row.int(3)?,
        updated_at: row.time(4)?,
    })
}

/// Some saved blocks before an id, newest first.
pub fn list(tx: &mut Tx<'_>, before: i64, limit: i64) -> Result<Vec<SavedBlock>> {
    tx.query(&LIST_BLOCKS, params![before, limit])?.iter().map(block).collect()
}

/// One saved block. Problem: absent.
pub fn get(tx: &mut Tx<'_>, id: SavedBlockId) -> Result<SavedBlock> {
    block(&tx.query_opt(&FIND_BLOCK, params![id])?.ok_or_else(|| Problem::not_found("saved block"))?)
}

/// Adds a saved block. Problem: there are too many.
pub fn insert(tx: &mut Tx<'_>, name: &str, row: &Json) -> Result<SavedBlock> {
    if tx.query_one(&COUNT_BLOCKS, params![])?.int(0)? >= BLOCKS_MAX {
        let detail = format!("A store has at most {BLOCKS_MAX} saved blocks; remove some first.");
        return Err(Problem::conflict(detail).into());
    }
    let (id, now): (SavedBlockId, _) = (tx.ids().make().into(), tx.now());
    tx.execute(&INSERT_BLOCK, params![id, name, row, now])?;
    get(tx, id)
}

/// Saves a block anew. Problem: somebody else saved it at the same moment.
pub fn update(tx: &mut Tx<'_>, old: &SavedBlock, name: &str, row: &Json) -> Result<SavedBlock> {
    let now = tx.now();
    if tx.execute(&UPDATE_BLOCK, params![old.id, old.version, name, row, now])? == 0 {
        return Err(Problem::conflict("Somebody else saved the block at the same moment. Try again.").into());
    }
    get(tx, old.id)
}

/// Removes a saved block. Problem: absent.
pub fn delete(tx: &mut Tx<'_>, id: SavedBlockId) -> Result<()> {
    match tx.execute(&DELETE_BLOCK, params![id])? {
        0 => Err(Problem::not_found("saved block").into()),
        _ => Ok(()),
    }
}
