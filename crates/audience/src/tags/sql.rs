//! Statements of the dictionary of tags, and the functions that run them.

use crate::contacts::sql::lock;
use crate::tags::model::{STORE_MAX, Tag};
use kernel::ids::TagId;
use kernel::{Problem, Result};
use std::collections::HashMap;
use store::{Row, Tx, params, statements};

statements! {
    /// The whole dictionary.
    LIST_TAGS = "SELECT no, id, name FROM tags WHERE store_id = $1 ORDER BY no";
    /// Some tags after a number.
    PAGE_TAGS = "SELECT no, id, name FROM tags WHERE store_id = $1 AND no > $2 ORDER BY no LIMIT $3";
    /// A tag by name.
    FIND_TAG = "SELECT no, id, name FROM tags WHERE store_id = $1 AND name = $2";
    /// A tag by id.
    GET_TAG = "SELECT no, id, name FROM tags WHERE store_id = $1 AND id = $2";
    /// Adds a tag.
    INSERT_TAG = "INSERT INTO tags (store_id, no, id, name, created_at) VALUES ($1, $2, $3, $4, $5)";
    /// Renames a tag.
    RENAME_TAG = "UPDATE tags SET name = $3 WHERE store_id = $1 AND no = $2";
    /// Removes a tag from the dictionary.
    DELETE_TAG = "DELETE FROM tags WHERE store_id = $1 AND no = $2";
    /// The highest number given out.
    FIND_LAST = "SELECT no FROM tags WHERE store_id = $1 ORDER BY no DESC LIMIT 1";
}

fn tag(row: &Row) -> Result<Tag> {
    Ok(Tag { no: row.int(0)? as u32, id: TagId(row.int(1)?), name: row.text(2)? })
}

/// The whole dictionary, by number; at most [`STORE_MAX`] tags.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Tag>> {
    tx.query(&LIST_TAGS, params![])?.iter().map(tag).collect()
}

/// Some tags after a number, in order.
pub fn page(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Vec<Tag>> {
    tx.query(&PAGE_TAGS, params![after, limit])?.iter().map(tag).collect()
}

/// Names by number, for showing contacts.
pub fn names(tx: &mut Tx<'_>) -> Result<HashMap<u32, String>> {
    Ok(list(tx)?.into_iter().map(|t| (t.no, t.name)).collect())
}

/// A tag by name.
pub fn find(tx: &mut Tx<'_>, name: &str) -> Result<Option<Tag>> {
    tx.query_opt(&FIND_TAG, params![name])?.as_ref().map(tag).transpose()
}

/// A tag by id. Problem: absent.
pub fn get(tx: &mut Tx<'_>, id: TagId) -> Result<Tag> {
    tag(&tx.query_opt(&GET_TAG, params![id])?.ok_or_else(|| Problem::not_found("tag"))?)
}

/// Numbers of tags by (checked) names, in the same order; missing ones are made. Problem: the store has
/// [`STORE_MAX`] tags.
pub fn ensure(tx: &mut Tx<'_>, names: &[String]) -> Result<Vec<u32>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    lock(tx)?;
    let mut numbers = Vec::with_capacity(names.len());
    for name in names {
        numbers.push(match find(tx, name)? {
            Some(tag) => tag.no,
            None => insert(tx, name)?,
        });
    }
    Ok(numbers)
}

fn insert(tx: &mut Tx<'_>, name: &str) -> Result<u32> {
    let last = tx.query_opt(&FIND_LAST, params![])?.map(|r| r.int(0)).transpose()?.unwrap_or(0);
    if last >= STORE_MAX {
        return Err(Problem::conflict("A store has at most 100,000 tags; remove some first.").into());
    }
    let (id, now): (TagId, _) = (tx.ids().make().into(), tx.now());
    tx.execute(&INSERT_TAG, params![last + 1, id, name, now])?;
    Ok((last + 1) as u32)
}

/// Renames a tag. Problem: absent, or the name is taken.
pub fn rename(tx: &mut Tx<'_>, id: TagId, name: &str) -> Result<Tag> {
    lock(tx)?;
    let known = get(tx, id)?;
    if find(tx, name)?.is_some_and(|t| t.id != id) {
        return Err(Problem::conflict("Another tag has this name.").into());
    }
    tx.execute(&RENAME_TAG, params![known.no, name])?;
    get(tx, id)
}

/// Removes a tag from the dictionary; contacts must have lost it before.
pub fn delete(tx: &mut Tx<'_>, no: u32) -> Result<()> {
    tx.execute(&DELETE_TAG, params![no]).map(drop)
}
