//! Statements of the list's own state.

use kernel::{Result, Timestamp};
use store::{Tx, params, statements};

statements! {
    /// When somebody put the list away.
    FIND_MARK = "SELECT dismissed_at FROM setup_marks WHERE store_id = $1";
    /// Puts it away or takes it out again.
    PUT_MARK = "INSERT INTO setup_marks (store_id, dismissed_at) VALUES ($1, $2)
        ON CONFLICT (store_id) DO UPDATE SET dismissed_at = excluded.dismissed_at";
}

/// When somebody put the list away, if it is.
pub(super) fn dismissed_at(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    Ok(tx.query_opt(&FIND_MARK, params![])?.map(|row| row.opt_time(0)).transpose()?.flatten())
}

/// Puts it away or takes it out again.
pub(super) fn dismiss(tx: &mut Tx<'_>, away: bool) -> Result<()> {
    let at = away.then(|| tx.now());
    tx.execute(&PUT_MARK, params![at]).map(drop)
}
