//! The end of the log that columns and sets have not taken in yet.

use super::engagement::{EngagementSets, Happening, KINDS};
use super::sql::{FIND_WATERMARK, LIST_TAIL};
use super::{behaviour, columns, engine};
use crate::consent::model::ConsentChanged;
use crate::contacts::{CHANGED, ERASED};
use crate::events::LINKED;
use kernel::{OrFault, Result, Timestamp};
use roaring::RoaringBitmap;
use store::{Event, RowRef, Tx, params};

/// How far columns and sets have read the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watermark {
    /// Position of the last event taken in.
    pub seq: i64,
    /// True if the columns are of this program's layout; else every contact is stale.
    pub columns_usable: bool,
    /// Ordinals in a block.
    pub block_bits: u32,
    /// When it was moved last; 0 if never.
    pub compacted_at: Timestamp,
    /// True if parts and blocks of visitors are of this program's form; else they count as empty.
    pub behaviour_usable: bool,
}

impl Watermark {
    /// Reads it; a store without one has taken in nothing.
    pub fn find(tx: &mut Tx<'_>) -> Result<Self> {
        let Some(row) = tx.query_opt(&FIND_WATERMARK, params![])? else {
            let block_bits = engine::BLOCK_BITS;
            return Ok(Watermark {
                seq: 0,
                columns_usable: false,
                block_bits,
                compacted_at: Timestamp(0),
                behaviour_usable: false,
            });
        };
        Ok(Watermark {
            seq: row.int(0)?,
            columns_usable: row.int(1)? == columns::layout(),
            block_bits: row.int(2)? as u32,
            compacted_at: row.time(3)?,
            behaviour_usable: row.int(4)? == behaviour::LAYOUT,
        })
    }

    /// How far parts have read the log.
    pub fn behaviour_seq(&self) -> i64 {
        if self.behaviour_usable { self.seq } else { 0 }
    }
}

/// What happened after the watermark.
#[derive(Debug, Default)]
pub struct Tail {
    /// Position of the last event.
    pub head: i64,
    /// Number of events.
    pub events: u64,
    /// Contacts that were made, changed or erased.
    pub changed: RoaringBitmap,
    /// What happened to messages.
    pub sets: EngagementSets,
    /// Visitors of whom it changed who they are.
    pub linked: RoaringBitmap,
}

impl Tail {
    /// Reads what came after a position. Calls of visitors are most of a busy log and are left out: whoever asks about
    /// them reads them.
    pub fn read(tx: &mut Tx<'_>, after: i64) -> Result<Self> {
        let head = tx.log_head()?;
        let mut tail = Tail { head, events: (head - after).max(0) as u64, ..Tail::default() };
        let kinds = [CHANGED, ERASED, ConsentChanged::KIND, LINKED].iter().chain(KINDS);
        let kinds: Vec<String> = kinds.map(|kind| (*kind).to_owned()).collect();
        tx.query_each(&LIST_TAIL, params![after, kinds], |row| {
            tail.take(row)?;
            Ok(true)
        })?;
        Ok(tail)
    }

    fn take(&mut self, row: &RowRef<'_>) -> Result<()> {
        match row.text(2)? {
            CHANGED | ERASED | ConsentChanged::KIND => self.take_change(&event(row)?),
            LINKED => {
                self.linked |=
                    RoaringBitmap::deserialize_from(row.blob(5)?).or_fault("read linked visitors")?;
                Ok(())
            }
            _ => {
                if let Some(happening) = Happening::of(&event(row)?) {
                    self.sets.add(&happening);
                }
                Ok(())
            }
        }
    }

    fn take_change(&mut self, event: &Event) -> Result<()> {
        self.changed.extend(event.ordinal);
        if event.kind == ConsentChanged::KIND {
            let consent = ConsentChanged::decode(&event.body).or_fault("read an event consent.changed")?;
            self.changed |= consent.members.unwrap_or_default();
        } else if event.ordinal.is_none() {
            self.changed |=
                RoaringBitmap::deserialize_from(event.body.as_slice()).or_fault("read changed contacts")?;
        }
        Ok(())
    }
}

/// Reads a row of the log.
pub(super) fn event(row: &RowRef<'_>) -> Result<Event> {
    Ok(Event {
        seq: row.int(0)?,
        at: Timestamp(row.int(1)?),
        kind: row.text(2)?.to_owned(),
        ordinal: row.opt_int(3)?.map(|o| o as u32),
        campaign: row.opt_int(4)?,
        body: row.blob(5)?.to_vec(),
    })
}
