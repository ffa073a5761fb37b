//! Entries of a timeline, and how sorted stretches of several sources become one page. Pure.

use audience::consent::{Channel, ConsentSource};
use audience::events::CallKind;
use kernel::Timestamp;
use kernel::ids::{CampaignId, ImportId};

/// Where a source has come to: what its own order is by.
pub type Position = (i64, i64);

/// What an entry tells.
#[derive(Clone, Debug, PartialEq, serde::Serialize, utoipa::ToSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
#[schema(as = TimelineTold)]
pub enum Told {
    /// Something changed in what may be sent to the contact.
    Consent {
        /// The channel.
        channel: Channel,
        /// `subscribed`, `unsubscribed`, `bounced`, `bounced_lifted`, …
        change: String,
        /// Where it comes from.
        source: ConsentSource,
        /// The import, if it came from a file.
        import: Option<ImportId>,
    },
    /// A campaign was sent to the contact, or held back.
    Decision {
        /// The campaign.
        campaign: CampaignRef,
        /// `accepted`, `failed`, `deferred`, `suppressed`, `unknown` or `open`.
        outcome: &'static str,
        /// Stable word of the reason, if there is one.
        reason: Option<String>,
        /// A sentence.
        sentence: String,
    },
    /// Something happened with a message.
    Message {
        /// `message.opened`, `message.clicked`, `message.bounced`, …
        kind: String,
        /// The campaign, if the message belongs to one.
        campaign: Option<CampaignRef>,
    },
    /// Something was done in the shop.
    Visit {
        /// What was called.
        kind: CallKind,
        /// Name of the event, of the page or of the screen; empty if it has none.
        name: String,
        /// Its position in the store's log: see `GET /api/v1/events`.
        position: i64,
    },
}

/// A campaign as it is named.
#[derive(Clone, Debug, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct CampaignRef {
    /// Its id.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct TimelineEntry {
    /// What tells it from all others of this contact.
    pub key: String,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub told: Told,
    /// What it is sorted by: when it became known, where that is what its source is sorted by.
    #[serde(skip)]
    #[schema(ignore)]
    pub order: Timestamp,
    /// Its place in its source.
    #[serde(skip)]
    #[schema(ignore)]
    pub position: Position,
}

/// Some entries of a source in its own order, newest first.
#[derive(Clone, Debug, Default)]
pub struct Stretch {
    /// The entries; at most as many as were asked for.
    pub entries: Vec<TimelineEntry>,
    /// How far the source looked. None: to its end.
    pub rest: Option<Position>,
}

/// Where each source has come to, in the order of the catalogue; `None` before its beginning.
pub type Cursor = Vec<Option<Position>>;

/// Puts stretches together: up to `limit` entries, newest first, and where to go on; `None` at the end of all.
/// A page ends early where a source has no more entries at hand and does not know whether it is at its end:
/// whatever comes next there might be newer than what the others have.
pub fn merge(
    stretches: Vec<Stretch>,
    mut cursor: Cursor,
    limit: usize,
) -> (Vec<TimelineEntry>, Option<Cursor>) {
    let rests: Vec<Option<Position>> = stretches.iter().map(|s| s.rest).collect();
    let mut heads: Vec<_> = stretches.into_iter().map(|s| s.entries.into_iter().peekable()).collect();
    let mut page = Vec::new();
    while page.len() < limit {
        let mut newest: Option<(Timestamp, usize)> = None;
        let mut unsure = false;
        for (no, head) in heads.iter_mut().enumerate() {
            match (head.peek(), rests[no]) {
                (Some(entry), _) => newest = newest.max(Some((entry.order, no))),
                (None, Some(rest)) => {
                    cursor[no] = Some(rest);
                    unsure = true;
                }
                (None, None) => {}
            }
        }
        let Some((_, no)) = newest.filter(|_| !unsure) else { break };
        if let Some(entry) = heads[no].next() {
            cursor[no] = Some(entry.position);
            page.push(entry);
        }
    }
    let more = heads.iter_mut().any(|h| h.peek().is_some()) || rests.iter().any(Option::is_some);
    (page, more.then_some(cursor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(source: usize, order: i64, no: usize) -> TimelineEntry {
        let told = Told::Message { kind: String::new(), campaign: None };
        let (order, position) = (Timestamp(order), (-(no as i64), 0));
        TimelineEntry { key: format!("{source}:{no}"), at: order, told, order, position }
    }

    /// What a source answers: its entries after a position, in steps that look at no more than `look` of them.
    fn stretch(all: &[TimelineEntry], after: Option<Position>, look: usize) -> Stretch {
        let from = after.map_or(0, |(no, _)| (1 - no) as usize).min(all.len());
        let seen = &all[from..all.len().min(from + look)];
        let end = from + seen.len() == all.len();
        // Every third is not told, as kinds are that nobody wants to read.
        let told = seen.iter().filter(|e| e.position.0 % 3 != 0).cloned().collect();
        Stretch { entries: told, rest: (!end).then(|| seen[seen.len() - 1].position) }
    }

    proptest! {
        #[test]
        fn pages_of_any_length_tell_everything_once_and_newest_first(
            orders in proptest::collection::vec(proptest::collection::vec(0_i64..50, 0..30), 1..5),
            limit in 1_usize..9,
        ) {
            let sources: Vec<Vec<TimelineEntry>> = orders.into_iter().enumerate().map(|(s, mut list)| {
                list.sort_by_key(|at| std::cmp::Reverse(*at));
                list.into_iter().enumerate().map(|(no, at)| entry(s, at, no)).collect()
            }).collect();
            let mut cursor: Option<Cursor> = Some(vec![None; sources.len()]);
            let mut seen = Vec::new();
            while let Some(from) = cursor {
                let stretches = sources.iter().zip(&from).map(|(all, at)| stretch(all, *at, limit)).collect();
                let (page, next) = merge(stretches, from.clone(), limit);
                prop_assert!(page.len() <= limit && next.as_ref() != Some(&from), "every page goes forward");
                seen.extend(page);
                cursor = next;
            }
            let expected: usize = sources.iter().flatten().filter(|e| e.position.0 % 3 != 0).count();
            let keys: std::collections::HashSet<&String> = seen.iter().map(|e| &e.key).collect();
            prop_assert_eq!((seen.len(), keys.len()), (expected, expected));
            prop_assert!(seen.windows(2).all(|w| w[0].order >= w[1].order));
        }
    }
}
