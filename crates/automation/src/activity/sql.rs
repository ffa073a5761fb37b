//! Statements of counts, and the functions that run them.

use super::model::{Kind, Slots, slot_of};
use kernel::{Result, Timestamp};
use store::{Tx, params, statements};

statements! {
    /// Adds to a slot.
    ADD_SLOT = "INSERT INTO activity_slots (store_id, kind, slot, happened) VALUES ($1, $2, $3, $4)
        ON CONFLICT (store_id, kind, slot) DO UPDATE SET happened = activity_slots.happened + excluded.happened";
    /// Slots of a span of time, of every kind.
    LIST_SLOTS = "SELECT kind, slot, happened FROM activity_slots
        WHERE store_id = $1 AND kind IN ('bounced', 'clicked', 'complained', 'new_contacts', 'opened', 'sent',
            'unsubscribed') AND slot >= $2 AND slot < $3";
    /// The first ordinal that was not counted as a new contact yet.
    FIND_MARK = "SELECT next_ordinal FROM activity_marks WHERE store_id = $1";
    /// Moves it.
    PUT_MARK = "INSERT INTO activity_marks (store_id, next_ordinal) VALUES ($1, $2)
        ON CONFLICT (store_id) DO UPDATE SET next_ordinal = excluded.next_ordinal";
    /// What a send is for.
    FIND_CLASS = "SELECT class FROM sends WHERE store_id = $1 AND id = $2";
}

/// Adds counts.
pub fn add(tx: &mut Tx<'_>, slots: &Slots) -> Result<()> {
    for ((kind, slot), n) in &slots.0 {
        tx.execute(&ADD_SLOT, params![kind.word(), *slot, *n])?;
    }
    Ok(())
}

/// Counts from a time up to another.
pub fn list(tx: &mut Tx<'_>, from: Timestamp, to: Timestamp) -> Result<Slots> {
    let mut slots = Slots::default();
    for row in tx.query(&LIST_SLOTS, params![slot_of(from), slot_of(to)])? {
        if let Some(kind) = Kind::parse(&row.text(0)?) {
            slots.0.insert((kind, row.int(1)?), row.int(2)?);
        }
    }
    Ok(slots)
}
