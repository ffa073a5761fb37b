//! Asks the gate about the recipients of a chunk: who goes, who never, who later.
//!
//! A chunk may be sorted while the one before it is handed over: what changes after the snapshot is noted in
//! [`Touched`], and a touched contact does not pass its intent mark.

use super::batch::{Item, Measure, Touched};
use super::model::Fate;
use super::recent::Recent;
use super::recipient::Recipient;
use super::runner::Loaded;
use crate::gate::{Decision, GateFacts, Reason, decide};
use crate::tracking;
use audience::consent::Channel;
use audience::contacts;
use kernel::{Result, Timestamp};
use roaring::RoaringBitmap;
use std::sync::Arc;
use store::Scoped;

/// Recipients of a chunk and what the gate said.
pub struct Sorted {
    /// Who goes.
    pub items: Vec<Item>,
    /// Who does not, or not now.
    pub fates: Vec<(u32, Fate)>,
    /// Position of the event log in the snapshot that was read.
    pub head: i64,
}

/// What sorting needs.
pub struct Sorter {
    /// The data.
    pub store: Scoped,
    /// The send, ready.
    pub loaded: Arc<Loaded>,
    /// Messages of late, for the frequency cap.
    pub recent: Recent,
    /// Where changes after the snapshot are noted.
    pub touched: Arc<Touched>,
}

impl Sorter {
    /// Reads the recipients from one snapshot and asks the gate about each.
    pub async fn sort(self, recipients: Vec<u32>) -> Result<Sorted> {
        self.touched.forget(&recipients);
        let (loaded, recent) = (self.loaded, self.recent);
        self.store
            .read(move |tx| {
                let head = tx.log_head()?;
                let stored = contacts::load_many(tx, &recipients)?;
                let unmeasured = tracking::list_of(tx, &recipients)?;
                let people = People { stored, recent, unmeasured };
                let (items, fates) = sort_out(&loaded, &recipients, people, tx.now())?;
                Ok(Sorted { items, fates, head })
            })
            .await
    }
}

/// What is known of the recipients of a chunk.
struct People {
    stored: Vec<contacts::StoredContact>,
    recent: Recent,
    /// Who does not allow measuring.
    unmeasured: RoaringBitmap,
}

type Parts = (Vec<Item>, Vec<(u32, Fate)>);

fn sort_out(loaded: &Loaded, recipients: &[u32], people: People, now: Timestamp) -> Result<Parts> {
    let People { stored, recent, unmeasured } = people;
    let (mut items, mut fates) = (Vec::with_capacity(stored.len()), Vec::new());
    let mut stored = stored.into_iter().peekable();
    for (slot, ordinal) in recipients.iter().copied().enumerate() {
        let (mut facts, recipient) = match stored.next_if(|c| c.ordinal == ordinal) {
            Some(c) => {
                let personal = c.open(&loaded.keys)?;
                (facts_of(loaded, &c, &recent), Recipient::of(c.facts, personal, &loaded.names))
            }
            None => (absent(loaded), None),
        };
        facts.has_address = recipient.is_some();
        match (decide(&facts, &loaded.rules, now), recipient) {
            (Decision::Go, Some(contact)) => {
                let country = contact.facts.country;
                let measure = Measure::of(unmeasured.contains(ordinal), country.as_ref().map(|c| c.as_str()));
                items.push(Item { ordinal, slot, contact, measure });
            }
            (Decision::Go, None) => fates.push((ordinal, Fate::Suppressed(Reason::NoAddress))),
            (Decision::Later(at, reason), _) => fates.push((ordinal, Fate::Delayed(reason, at))),
            (Decision::Never(reason), _) => fates.push((ordinal, Fate::Suppressed(reason))),
        }
    }
    Ok((items, fates))
}

fn facts_of(loaded: &Loaded, contact: &contacts::StoredContact, recent: &Recent) -> GateFacts {
    let channel = contact.facts.channel(Channel::Email);
    let zone = contact.facts.time_zone.as_deref().and_then(|z| jiff::tz::TimeZone::get(z).ok());
    GateFacts {
        exists: true,
        has_address: contact.facts.has_email,
        status: channel.status,
        bounced: channel.bounced_at.is_some(),
        complained: channel.complained_at.is_some(),
        suppressed: channel.suppressed_at.is_some(),
        recent_messages: recent.count(contact.ordinal),
        zone: zone.unwrap_or_else(|| loaded.zone.clone()),
    }
}

fn absent(loaded: &Loaded) -> GateFacts {
    GateFacts {
        exists: false,
        has_address: false,
        status: audience::consent::ConsentStatus::NeverSubscribed,
        bounced: false,
        complained: false,
        suppressed: false,
        recent_messages: 0,
        zone: loaded.zone.clone(),
    }
}
