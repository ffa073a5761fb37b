//! Statements on saved views, and the functions that run them.

use super::model::{Draft, List, VIEWS_MAX, View};
use kernel::ids::SavedViewId;
use kernel::{Fault, OrFault, Problem, Result};
use store::{Row, StoreKeys, Tx, params, statements};

/// Under what queries are sealed.
const QUERY: &str = "views.query";

statements! {
    /// Views of a list.
    LIST_VIEWS = "SELECT id, list, name, query_sealed, columns, shared, owner, updated_at FROM saved_views
        WHERE store_id = $1 AND list = $2 ORDER BY id LIMIT $3";
    /// One view.
    FIND_VIEW = "SELECT id, list, name, query_sealed, columns, shared, owner, updated_at FROM saved_views
        WHERE store_id = $1 AND id = $2";
    /// Adds a view.
    INSERT_VIEW = "INSERT INTO saved_views (store_id, id, list, name, query_sealed, columns, shared, owner, created_at,
        updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)";
    /// Changes a view.
    UPDATE_VIEW = "UPDATE saved_views SET name = $3, query_sealed = $4, columns = $5, shared = $6, updated_at = $7
        WHERE store_id = $1 AND id = $2";
    /// Removes a view.
    DELETE_VIEW = "DELETE FROM saved_views WHERE store_id = $1 AND id = $2";
}

fn view(row: &Row, keys: &StoreKeys) -> Result<View> {
    let list = List::parse(&row.text(1)?).ok_or_else(|| Fault::new("a saved view is of an unknown list"))?;
    let query = keys.open_secret(QUERY, &row.blob(3)?)?;
    Ok(View {
        id: SavedViewId(row.int(0)?),
        list,
        draft: Draft {
            name: row.text(2)?,
            query: String::from_utf8(query).or_fault("read a saved view")?,
            columns: row.json(4)?,
            shared: row.flag(5)?,
        },
        owner: row.text(6)?,
        updated_at: row.time(7)?,
    })
}

/// Views of a list that somebody sees: shared ones and their own, oldest first.
pub fn list(tx: &mut Tx<'_>, keys: &StoreKeys, list: List, who: &str) -> Result<Vec<View>> {
    let rows = tx.query(&LIST_VIEWS, params![list.word(), VIEWS_MAX as i64])?;
    let all = rows.iter().map(|row| view(row, keys)).collect::<Result<Vec<_>>>()?;
    Ok(all.into_iter().filter(|v| v.draft.shared || v.owner == who).collect())
}

/// A view that somebody sees. Problem: absent, or somebody else's.
pub fn get(tx: &mut Tx<'_>, keys: &StoreKeys, id: SavedViewId, who: &str) -> Result<View> {
    let row = tx.query_opt(&FIND_VIEW, params![id])?.ok_or_else(|| Problem::not_found("view"))?;
    let found = view(&row, keys)?;
    match found.draft.shared || found.owner == who {
        true => Ok(found),
        false => Err(Problem::not_found("view").into()),
    }
}

/// Adds a view. Problem: the list has too many.
pub fn insert(tx: &mut Tx<'_>, keys: &StoreKeys, list: List, draft: &Draft, who: &str) -> Result<View> {
    if tx.query(&LIST_VIEWS, params![list.word(), VIEWS_MAX as i64])?.len() >= VIEWS_MAX {
        let detail = format!("A list has at most {VIEWS_MAX} views; remove some first.");
        return Err(Problem::conflict(detail).into());
    }
    let (id, now): (SavedViewId, _) = (tx.ids().make().into(), tx.now());
    let sealed = keys.seal_secret(QUERY, draft.query.as_bytes())?;
    let columns = serde_json::to_string(&draft.columns).or_fault("write columns")?;
    tx.execute(
        &INSERT_VIEW,
        params![id, list.word(), draft.name.trim(), sealed, columns, draft.shared, who, now],
    )?;
    get(tx, keys, id, who)
}

/// Changes a view. Problem: absent, or somebody else's.
pub fn update(tx: &mut Tx<'_>, keys: &StoreKeys, id: SavedViewId, draft: &Draft, who: &str) -> Result<View> {
    get(tx, keys, id, who)?;
    let sealed = keys.seal_secret(QUERY, draft.query.as_bytes())?;
    let columns = serde_json::to_string(&draft.columns).or_fault("write columns")?;
    let now = tx.now();
    tx.execute(&UPDATE_VIEW, params![id, draft.name.trim(), sealed, columns, draft.shared, now])?;
    let row = tx.query_one(&FIND_VIEW, params![id])?;
    view(&row, keys)
}

/// Removes a view. Problem: absent, or somebody else's.
pub fn delete(tx: &mut Tx<'_>, keys: &StoreKeys, id: SavedViewId, who: &str) -> Result<()> {
    get(tx, keys, id, who)?;
    tx.execute(&DELETE_VIEW, params![id]).map(drop)
}
