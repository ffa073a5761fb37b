//! The catalogue of sources. A member says who may read it and answers a stretch of its own order.

use super::model::{CampaignRef, Position, Stretch, TimelineEntry, Told};
use audience::consent::ConsentChanged;
use audience::consent::sql::list_history;
use audience::events::view;
use automation::campaigns::{self, decisions};
use kernel::ids::CampaignId;
use kernel::{Result, Timestamp};
use std::collections::HashMap;
use store::{Event, StoreKeys, Tx, params};
use web::Rights;
use web::rights::{ReadCampaigns, ReadContacts, ReadEvents};

/// Campaigns looked at for one page; a store may have launched many that were not for this contact.
const CAMPAIGNS_LOOKED_AT: i64 = 100;
/// The first position of every order.
const NEWEST: Position = (i64::MAX, i64::MAX);

/// Whose timeline, and what opens it.
pub struct Whose<'a> {
    /// The contact.
    pub ordinal: u32,
    /// Keys of the store.
    pub keys: &'a StoreKeys,
}

/// A member of the catalogue.
pub struct Source {
    /// Whether somebody with these rights may read it.
    pub may_read: fn(Rights) -> bool,
    read: fn(&mut Tx<'_>, &Whose<'_>, Position, usize) -> Result<Stretch>,
}

/// Every source. A cursor has a place for each, so a new one goes to the end.
pub static ALL: &[Source] = &[
    Source { may_read: |r| r.has::<ReadContacts>(), read: consent },
    Source { may_read: |r| r.has::<ReadCampaigns>(), read: decided },
    Source { may_read: |r| r.has::<ReadContacts>(), read: messages },
    Source { may_read: |r| r.has::<ReadEvents>(), read: visits },
];

impl Source {
    /// Up to `limit` entries after a position of its order, newest first.
    pub fn stretch(
        &self,
        tx: &mut Tx<'_>,
        whose: &Whose<'_>,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Stretch> {
        (self.read)(tx, whose, after.unwrap_or(NEWEST), limit)
    }

    fn entry(name: &str, position: Position, at: Timestamp, order: Timestamp, told: Told) -> TimelineEntry {
        TimelineEntry { key: format!("{name}:{}.{}", position.0, position.1), at, told, order, position }
    }
}

/// The ledger, by when it was said: an answer that an import brings may be old.
fn consent(tx: &mut Tx<'_>, whose: &Whose<'_>, before: Position, limit: usize) -> Result<Stretch> {
    let mut history = list_history(tx, whose.ordinal)?;
    history.retain(|entry| (entry.grounds.at.0, entry.id) < before);
    history.sort_by_key(|entry| std::cmp::Reverse((entry.grounds.at, entry.id)));
    let rest = history.get(limit).and(history.get(limit.saturating_sub(1)));
    let rest = rest.map(|last| (last.grounds.at.0, last.id));
    let entries = history.into_iter().take(limit).map(|entry| {
        let told = Told::Consent {
            channel: entry.channel,
            change: entry.change.as_word(),
            source: entry.grounds.source,
            import: entry.grounds.import,
        };
        let at = entry.grounds.at;
        Source::entry("consent", (at.0, entry.id), at, at, told)
    });
    Ok(Stretch { entries: entries.collect(), rest })
}

/// What campaigns decided, by when they were launched; whoever was not meant is not told of them.
fn decided(tx: &mut Tx<'_>, whose: &Whose<'_>, before: Position, limit: usize) -> Result<Stretch> {
    let launched = campaigns::launched_before(tx, before, CAMPAIGNS_LOOKED_AT)?;
    let mut stretch = Stretch::default();
    let all = (launched.len() as i64) < CAMPAIGNS_LOOKED_AT;
    stretch.rest = launched.last().filter(|_| !all).map(|last| (last.launched_at.0, last.id.0));
    for campaign in launched {
        let position = (campaign.launched_at.0, campaign.id.0);
        if stretch.entries.len() == limit {
            stretch.rest = stretch.entries.last().map(|e| e.position);
            return Ok(stretch);
        }
        let Some(decision) = decisions::find(tx, campaign.id, whose.ordinal)? else { continue };
        if decision.outcome == "not_in_audience" {
            continue;
        }
        let told = Told::Decision {
            campaign: CampaignRef { id: campaign.id, name: campaign.name },
            outcome: decision.outcome,
            reason: decision.reason,
            sentence: decision.sentence,
        };
        let at = decision.at.unwrap_or(campaign.launched_at);
        stretch.entries.push(Source::entry("decision", position, at, campaign.launched_at, told));
    }
    Ok(stretch)
}

/// What the log says of the contact's messages. Changes of consent stand in the ledger, with their grounds.
fn messages(tx: &mut Tx<'_>, whose: &Whose<'_>, before: Position, limit: usize) -> Result<Stretch> {
    let rows =
        tx.query(&store::log::LIST_CONTACT_EVENTS, params![whose.ordinal, before.0, limit as i64 + 1])?;
    let mut events = rows.iter().map(Event::of).collect::<Result<Vec<_>>>()?;
    let more = events.len() > limit;
    events.truncate(limit);
    let rest = events.last().filter(|_| more).map(|last| (last.seq, 0));
    events.retain(|event| event.kind != ConsentChanged::KIND);
    let names = campaign_names(tx, &events)?;
    let entries = events.into_iter().map(|event| {
        let campaign = event.campaign.and_then(|no| names.get(&no).cloned());
        let told = Told::Message { kind: event.kind, campaign };
        Source::entry("message", (event.seq, 0), event.at, event.at, told)
    });
    Ok(Stretch { entries: entries.collect(), rest })
}

fn campaign_names(tx: &mut Tx<'_>, events: &[Event]) -> Result<HashMap<i64, CampaignRef>> {
    let mut names = HashMap::new();
    for no in events.iter().filter_map(|e| e.campaign) {
        if !names.contains_key(&no)
            && let Some(campaign) = campaigns::find(tx, CampaignId(no))?
        {
            names.insert(no, CampaignRef { id: campaign.id, name: campaign.name });
        }
    }
    Ok(names)
}

/// What was done in the shop, by when we heard of it.
fn visits(tx: &mut Tx<'_>, whose: &Whose<'_>, before: Position, limit: usize) -> Result<Stretch> {
    let mut events = view::of_contact(tx, whose.keys, whose.ordinal, before.0, limit + 1)?;
    let more = events.len() > limit;
    events.truncate(limit);
    let rest = events.last().filter(|_| more).map(|last| (last.position, 0));
    let entries = events.into_iter().map(|event| {
        let told = Told::Visit { kind: event.kind, name: event.name, position: event.position };
        Source::entry("visit", (event.position, 0), event.at, event.received_at, told)
    });
    Ok(Stretch { entries: entries.collect(), rest })
}
