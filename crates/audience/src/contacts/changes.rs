//! What one transaction did to contacts, so that it is told once: ledger entries and events.
//!
//! One event for a whole batch: a million-row import appends some dozens of events, not millions.

use crate::consent::model::{Change, Channel, ConsentChanged, ConsentSource, Grounds};
use crate::consent::replay::keep_withdrawn;
use crate::consent::sql as ledger;
use kernel::Result;
use roaring::RoaringBitmap;
use std::collections::BTreeMap;
use store::{NewEvent, Tx};

/// Kind of the event that says which contacts were made or changed; its body is a roaring bitmap.
pub const CHANGED: &str = "contacts.changed";
/// Kind of the event that says which contacts were erased; its body is a roaring bitmap.
pub const ERASED: &str = "contacts.erased";

/// Collects what a transaction changes. Nothing is told until [`Changes::record`].
#[derive(Default)]
pub struct Changes {
    ordinals: RoaringBitmap,
    consents: BTreeMap<(Channel, u8, ConsentSource), RoaringBitmap>,
}

impl Changes {
    /// A contact was made or changed.
    pub fn touch(&mut self, ordinal: u32) {
        self.ordinals.insert(ordinal);
    }

    /// A change of consent took effect.
    pub fn consent(&mut self, ordinal: u32, channel: Channel, change: Change, source: ConsentSource) {
        self.ordinals.insert(ordinal);
        self.consents.entry((channel, change.number(), source)).or_default().insert(ordinal);
    }

    /// Number of contacts touched.
    pub fn len(&self) -> u64 {
        self.ordinals.len()
    }

    /// True if nothing happened.
    pub fn is_empty(&self) -> bool {
        self.ordinals.is_empty()
    }

    /// Writes the ledger and appends the events, in the transaction that made the changes.
    pub fn record(self, tx: &mut Tx<'_>, grounds: &Grounds) -> Result<()> {
        let mut events = Vec::new();
        for ((channel, number, source), members) in self.consents {
            let Some(change) = Change::from_number(number.into()) else {
                continue;
            };
            let grounds = Grounds { source, ..grounds.clone() };
            ledger::append(tx, channel, change, &grounds, &members)?;
            keep_withdrawn(tx, channel, change, &grounds, &members)?;
            events.push(consent_event(tx, channel, change, members));
        }
        if !self.ordinals.is_empty() {
            events.push(bitmap_event(tx, CHANGED, &self.ordinals));
        }
        tx.append(events).map(drop)
    }
}

pub(crate) fn consent_event(
    tx: &Tx<'_>,
    channel: Channel,
    change: Change,
    members: RoaringBitmap,
) -> NewEvent {
    let single = if members.len() == 1 { members.min() } else { None };
    let members = Some(members).filter(|_| single.is_none());
    let body = ConsentChanged { channel, change, members }.encode();
    NewEvent { at: tx.now(), kind: ConsentChanged::KIND, ordinal: single, campaign: None, body }
}

pub(crate) fn bitmap_event(tx: &Tx<'_>, kind: &'static str, ordinals: &RoaringBitmap) -> NewEvent {
    let mut body = Vec::with_capacity(ordinals.serialized_size());
    ordinals.serialize_into(&mut body).expect("invariant: writing to memory does not fail");
    NewEvent { at: tx.now(), kind, ordinal: None, campaign: None, body }
}
