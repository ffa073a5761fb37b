//! Statements on the media library, and the functions that run them.

use super::model::{ITEMS_MAX, Item, Kind, Words};
use kernel::ids::MediaId;
use kernel::{Fault, OrFault, Problem, Result};
use store::{Row, StoreKeys, Tx, params, statements};

/// Under what words are sealed.
const WORDS: &str = "media.words";

statements! {
    /// Some items before an id, newest first.
    LIST_MEDIA = "SELECT id, kind, content_type, extension, hash, bytes, thumbnail_bytes, width, height, words_sealed,
        personal_content, captured_at, uploaded_at, uploaded_by FROM media
        WHERE store_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    /// One item.
    FIND_MEDIA = "SELECT id, kind, content_type, extension, hash, bytes, thumbnail_bytes, width, height, words_sealed,
        personal_content, captured_at, uploaded_at, uploaded_by FROM media WHERE store_id = $1 AND id = $2";
    /// How many there are, and their bytes.
    SUM_MEDIA = "SELECT count(*), CAST(coalesce(sum(bytes + thumbnail_bytes), 0) AS {int}) FROM media WHERE store_id = $1";
    /// Adds an item.
    INSERT_MEDIA = "INSERT INTO media (store_id, id, kind, content_type, extension, hash, bytes, thumbnail_bytes, width,
        height, words_sealed, personal_content, captured_at, uploaded_at, uploaded_by, attestation)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    /// Changes what is said of an item.
    UPDATE_MEDIA = "UPDATE media SET words_sealed = $3, captured_at = $4 WHERE store_id = $1 AND id = $2";
    /// Removes an item.
    DELETE_MEDIA = "DELETE FROM media WHERE store_id = $1 AND id = $2";
    /// An item that has the same file.
    FIND_BY_HASH = "SELECT id FROM media WHERE store_id = $1 AND hash = $2 LIMIT 1";
}

fn item(row: &Row, keys: &StoreKeys) -> Result<Item> {
    let words = keys.open_secret(WORDS, &row.blob(9)?)?;
    Ok(Item {
        id: MediaId(row.int(0)?),
        kind: Kind::parse(&row.text(1)?)
            .ok_or_else(|| Fault::new("an item of media is of an unknown kind"))?,
        content_type: row.text(2)?,
        extension: row.text(3)?,
        hash: row.blob(4)?.try_into().map_err(|_| Fault::new("read the hash of an item of media"))?,
        bytes: row.int(5)?,
        has_thumbnail: row.int(6)? > 0,
        width: row.opt_int(7)?,
        height: row.opt_int(8)?,
        words: serde_json::from_slice(&words).or_fault("read the words of an item of media")?,
        personal_content: row.flag(10)?,
        captured_at: row.opt_time(11)?,
        uploaded_at: row.time(12)?,
        uploaded_by: row.text(13)?,
    })
}

fn sealed(words: &Words, keys: &StoreKeys) -> Result<Vec<u8>> {
    let plain = serde_json::to_vec(words).or_fault("write the words of an item of media")?;
    keys.seal_secret(WORDS, &plain)
}

/// Some items before an id, newest first.
pub fn list(tx: &mut Tx<'_>, keys: &StoreKeys, before: i64, limit: i64) -> Result<Vec<Item>> {
    tx.query(&LIST_MEDIA, params![before, limit])?.iter().map(|row| item(row, keys)).collect()
}

/// One item. Problem: absent.
pub fn get(tx: &mut Tx<'_>, keys: &StoreKeys, id: MediaId) -> Result<Item> {
    let row = tx.query_opt(&FIND_MEDIA, params![id])?;
    item(&row.ok_or_else(|| Problem::not_found("item of the media library"))?, keys)
}

/// Items and bytes of the store.
pub fn usage(tx: &mut Tx<'_>) -> Result<(i64, i64)> {
    let row = tx.query_one(&SUM_MEDIA, params![])?;
    Ok((row.int(0)?, row.int(1)?))
}

/// An item to add.
pub struct NewItem {
    /// What it is; id and times are given here.
    pub item: Item,
    /// Bytes of the small picture.
    pub thumbnail_bytes: i64,
    /// Version of the statement that was given.
    pub attestation: String,
    /// Most bytes of the store's files.
    pub quota_bytes: u64,
}

/// Adds an item. Problem: the store's room is used up.
pub fn insert(tx: &mut Tx<'_>, keys: &StoreKeys, new: &NewItem) -> Result<Item> {
    let (items, bytes) = usage(tx)?;
    let after = bytes.saturating_add(new.item.bytes).saturating_add(new.thumbnail_bytes);
    if after as u64 > new.quota_bytes {
        let detail = format!(
            "The store's media use {} of {} MiB; remove some files first.",
            bytes >> 20,
            new.quota_bytes >> 20
        );
        return Err(Problem::conflict(detail).into());
    }
    if items >= ITEMS_MAX {
        let detail = format!("A store has at most {ITEMS_MAX} files; remove some first.");
        return Err(Problem::conflict(detail).into());
    }
    let (id, now): (MediaId, _) = (tx.ids().make().into(), tx.now());
    let i = &new.item;
    tx.execute(
        &INSERT_MEDIA,
        params![
            id,
            i.kind.word(),
            &i.content_type,
            &i.extension,
            i.hash,
            i.bytes,
            new.thumbnail_bytes,
            i.width,
            i.height,
            sealed(&i.words, keys)?,
            i.personal_content,
            i.captured_at,
            now,
            &i.uploaded_by,
            &new.attestation
        ],
    )?;
    get(tx, keys, id)
}

/// Writes what is said of an item.
pub fn update(tx: &mut Tx<'_>, keys: &StoreKeys, item: &Item) -> Result<()> {
    tx.execute(&UPDATE_MEDIA, params![item.id, sealed(&item.words, keys)?, item.captured_at]).map(drop)
}

/// Removes an item; answers true if no other has the same file. Problem: absent.
pub fn delete(tx: &mut Tx<'_>, keys: &StoreKeys, id: MediaId) -> Result<(Item, bool)> {
    let item = get(tx, keys, id)?;
    tx.execute(&DELETE_MEDIA, params![id])?;
    let last = tx.query_opt(&FIND_BY_HASH, params![item.hash])?.is_none();
    Ok((item, last))
}
