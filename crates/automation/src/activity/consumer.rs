//! Counts what the log tells.

use super::model::{Kind, Slots};
use super::sql;
use audience::consent::model::Change;
use audience::consent::{Channel, ConsentChanged, ConsentStatus};
use audience::contacts;
use kernel::{OrFault, Result};
use messaging::outbox::{ChunkOutcome, ledger};
use roaring::RoaringBitmap;
use std::collections::HashMap;
use store::{Consumer, Event, Tx, params};

/// The consumer.
pub struct Counter;

impl Consumer for Counter {
    fn name(&self) -> &'static str {
        "activity"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[ConsentChanged::KIND, contacts::CHANGED, ledger::SETTLED]
    }

    fn handle(&self, tx: &mut Tx<'_>, events: &[Event]) -> Result<()> {
        let before =
            tx.query_opt(&sql::FIND_MARK, params![])?.map(|row| row.int(0)).transpose()?.unwrap_or(0);
        let mut count = Count { slots: Slots::default(), mark: before as u32, marketing: HashMap::new() };
        for event in events {
            match event.kind.as_str() {
                contacts::CHANGED => count.contacts(event)?,
                ConsentChanged::KIND => count.consent(event),
                _ => count.settled(tx, event)?,
            }
        }
        if i64::from(count.mark) != before {
            tx.execute(&sql::PUT_MARK, params![count.mark])?;
        }
        sql::add(tx, &count.slots)
    }
}

struct Count {
    slots: Slots,
    /// Contacts from this ordinal on are new.
    mark: u32,
    /// Whether a send is marketing.
    marketing: HashMap<i64, bool>,
}

impl Count {
    /// Ordinals rise in the order of commits, and whoever is made is told of as changed.
    fn contacts(&mut self, event: &Event) -> Result<()> {
        let changed = RoaringBitmap::deserialize_from(&event.body[..]).or_fault("read changed contacts")?;
        let Some(last) = changed.max().filter(|last| *last >= self.mark) else { return Ok(()) };
        self.slots.count(Kind::NewContacts, event.at, changed.range_cardinality(self.mark..));
        self.mark = last.saturating_add(1);
        Ok(())
    }

    /// Consents come before the contacts they came with: who is new was never subscribed here.
    fn consent(&mut self, event: &Event) {
        let Some(told) = ConsentChanged::decode(&event.body) else { return };
        let left =
            told.channel == Channel::Email && told.change == Change::Status(ConsentStatus::Unsubscribed);
        if left {
            let mut members = told.members.unwrap_or_default();
            members.extend(event.ordinal);
            self.slots.count(Kind::Unsubscribed, event.at, members.range_cardinality(..self.mark));
        }
    }

    fn settled(&mut self, tx: &mut Tx<'_>, event: &Event) -> Result<()> {
        let Some(send) = event.campaign else { return Ok(()) };
        let marketing = match self.marketing.get(&send) {
            Some(known) => *known,
            None => {
                let class = tx.query_opt(&sql::FIND_CLASS, params![send])?;
                let marketing = class.map(|row| row.text(0)).transpose()?.is_some_and(|c| c == "marketing");
                *self.marketing.entry(send).or_insert(marketing)
            }
        };
        if marketing {
            self.slots.count(Kind::Sent, event.at, ChunkOutcome::decode(&event.body)?.accepted().len());
        }
        Ok(())
    }
}
