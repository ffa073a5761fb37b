//! Removes the messages of erased contacts; they are unreadable already.

use super::sql;
use audience::contacts::ERASED;
use kernel::{OrFault, Result};
use roaring::RoaringBitmap;
use store::{Consumer, Event, Tx, params};

/// Follows erasures.
pub(super) struct DeleteErased;

impl Consumer for DeleteErased {
    fn name(&self) -> &'static str {
        "sandbox.delete_erased"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[ERASED]
    }

    fn handle(&self, tx: &mut Tx<'_>, events: &[Event]) -> Result<()> {
        for event in events {
            let members = RoaringBitmap::deserialize_from(&event.body[..]).or_fault("read a bitmap")?;
            let ordinals: Vec<i64> = members.iter().map(i64::from).collect();
            tx.execute(&sql::DELETE_OF_CONTACTS, params![ordinals])?;
        }
        Ok(())
    }
}
