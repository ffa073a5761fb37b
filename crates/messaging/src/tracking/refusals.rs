//! Who does not allow measuring (P-075). Separate from consent to marketing: one can want the mail and
//! not the pixel.

use super::sql;
use kernel::Result;
use roaring::RoaringBitmap;
use store::{Tx, params};

/// A contact takes the permission to measure back: no pixel and plain links in later messages, and what
/// earlier ones report is not recorded.
pub fn refuse(tx: &mut Tx<'_>, ordinal: u32) -> Result<()> {
    let now = tx.now();
    tx.execute(&sql::PUT_REFUSAL, params![ordinal, now]).map(drop)
}

/// A contact allows measuring again.
pub fn allow(tx: &mut Tx<'_>, ordinal: u32) -> Result<()> {
    tx.execute(&sql::DELETE_REFUSALS, params![vec![i64::from(ordinal)]]).map(drop)
}

/// Whether a contact does not allow measuring.
pub fn is_refused(tx: &mut Tx<'_>, ordinal: u32) -> Result<bool> {
    Ok(!list_of(tx, &[ordinal])?.is_empty())
}

/// Who of these does not allow measuring.
pub fn list_of(tx: &mut Tx<'_>, ordinals: &[u32]) -> Result<RoaringBitmap> {
    let list: Vec<i64> = ordinals.iter().map(|o| i64::from(*o)).collect();
    let rows = tx.query(&sql::LIST_REFUSALS_OF, params![list])?;
    rows.iter().map(|row| row.int(0).map(|o| o as u32)).collect()
}

/// Everybody who does not allow measuring: what a send must know before it renders.
pub fn load_refusals(tx: &mut Tx<'_>) -> Result<RoaringBitmap> {
    let mut all = RoaringBitmap::new();
    tx.query_each(&sql::LIST_REFUSALS, params![], |row| {
        all.insert(row.int(0)? as u32);
        Ok(true)
    })?;
    Ok(all)
}
