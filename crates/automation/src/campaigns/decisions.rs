//! Why did this contact get it, or why not? One decision each, with its reason in words (P-051, P-138).

use super::sql;
use audience::contacts::StoredContact;
use audience::contacts::section::ContactSection;
use kernel::ids::CampaignId;
use kernel::{OrFault, Result, Timestamp};
use messaging::channels::email::replies::BounceClass;
use messaging::gate::Reason;
use messaging::outbox::journal::ReplyCode;
use messaging::outbox::{ChunkOutcome, Fate, SendState, ledger};
use roaring::RoaringBitmap;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use store::{StoreKeys, Tx, params};
use utoipa::ToSchema;

/// Campaigns in the section of a contact.
const SECTION_LENGTH: i64 = 100;

/// What became of one contact in one campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Decision {
    /// `accepted`, `failed`, `deferred`, `suppressed`, `unknown`, `open` or `not_in_audience`.
    pub outcome: &'static str,
    /// Stable word of the reason, if there is one.
    pub reason: Option<String>,
    /// A sentence.
    pub sentence: String,
    /// The other side's reply code, for refusals.
    pub code: Option<String>,
    /// When it was decided.
    pub at: Option<Timestamp>,
}

impl Decision {
    fn plain(outcome: &'static str, sentence: &str) -> Self {
        Decision { outcome, reason: None, sentence: sentence.to_owned(), code: None, at: None }
    }

    fn of_reason(outcome: &'static str, reason: Reason) -> Self {
        Decision { reason: Some(reason.word().into()), ..Decision::plain(outcome, reason.sentence()) }
    }

    fn of_code(outcome: &'static str, code: ReplyCode) -> Self {
        let spec = BounceClass::of_number(code.class).spec();
        Decision {
            reason: Some(spec.word.into()),
            code: shown(code),
            ..Decision::plain(outcome, spec.meaning)
        }
    }

    /// From a fate in the ledger.
    pub fn of(fate: Fate) -> Self {
        match fate {
            Fate::Accepted => Decision::plain("accepted", "The relay took the message."),
            Fate::Failed(code) => Decision::of_code("failed", code),
            Fate::Deferred(code, _) => Decision::of_code("deferred", code),
            Fate::Suppressed(reason) => Decision::of_reason("suppressed", reason),
            Fate::Delayed(reason, _) => Decision::of_reason("open", reason),
            Fate::Unknown => Decision::plain(
                "unknown",
                "The message was handed over and the connection ended before a reply; it is not sent again by itself.",
            ),
            Fate::Released => Decision::plain("open", "Its turn has not come yet."),
        }
    }
}

fn shown(code: ReplyCode) -> Option<String> {
    let [a, b, c] = code.enhanced;
    match (code.basic, code.enhanced) {
        (0, _) => None,
        (basic, [0, 0, 0]) => Some(basic.to_string()),
        (basic, _) => Some(format!("{basic} {a}.{b}.{c}")),
    }
}

/// The decision on one contact. `None` if the campaign was not launched.
pub fn find(tx: &mut Tx<'_>, campaign: CampaignId, ordinal: u32) -> Result<Option<Decision>> {
    Ok(find_many(tx, campaign, &[ordinal])?.remove(&ordinal))
}

/// The decisions on some contacts, best near each other: outcomes are read once for all of them. None if the
/// campaign was not launched.
pub fn find_many(tx: &mut Tx<'_>, campaign: CampaignId, ordinals: &[u32]) -> Result<BTreeMap<u32, Decision>> {
    let Some(send) = ledger::find_send(tx, campaign)? else { return Ok(BTreeMap::new()) };
    let cancelled = (send.state == SendState::Cancelled).then_some(send.finished_at);
    let wanted: RoaringBitmap = ordinals.iter().collect();
    let mut found: BTreeMap<u32, Decision> = last_fates(tx, campaign, &wanted)?
        .into_iter()
        .filter(|(_, (fate, _))| fate.is_final() || cancelled.is_none())
        .map(|(ordinal, (fate, at))| (ordinal, Decision { at: Some(at), ..Decision::of(fate) }))
        .collect();
    if (found.len() as u64) < wanted.len() {
        let (audience, excluded) = ledger::find_audience(tx, campaign)?;
        for ordinal in &wanted {
            found.entry(ordinal).or_insert_with(|| match cancelled {
                _ if !audience.contains(ordinal) => absent(excluded.contains(ordinal)),
                Some(at) => Decision { at, ..Decision::of_reason("suppressed", Reason::Cancelled) },
                None => Decision::of(Fate::Released),
            });
        }
    }
    Ok(found)
}

/// What the ledger says last of each contact that it speaks of, and since when.
fn last_fates(
    tx: &mut Tx<'_>,
    campaign: CampaignId,
    wanted: &RoaringBitmap,
) -> Result<BTreeMap<u32, (Fate, Timestamp)>> {
    let mut last = BTreeMap::new();
    let (Some(low), Some(high)) = (wanted.min(), wanted.max()) else { return Ok(last) };
    for row in tx.query(&messaging::outbox::sql::LIST_OUTCOMES_OF, params![campaign, low, high])? {
        let at = row.time(1)?;
        for (fate, set) in &ChunkOutcome::decode(&row.blob(0)?)?.groups {
            last.extend((set & wanted).iter().map(|ordinal| (ordinal, (*fate, at))));
        }
    }
    Ok(last)
}

/// What became of one contact in one of the store's campaigns.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CampaignDecision {
    /// The campaign.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// When it was launched.
    pub launched_at: Option<Timestamp>,
    /// What was decided.
    #[serde(flatten)]
    pub decision: Decision,
}

/// Decisions on one contact in campaigns before `before`, newest campaign first, at most `limit`. Drafts
/// have decided nothing and are left out.
pub fn list_of(tx: &mut Tx<'_>, ordinal: u32, before: i64, limit: i64) -> Result<Vec<CampaignDecision>> {
    let mut all = Vec::new();
    for row in tx.query(&sql::LIST_LAUNCHED, params![before, limit])? {
        let campaign = CampaignId(row.int(0)?);
        if let Some(decision) = find(tx, campaign, ordinal)? {
            all.push(CampaignDecision {
                campaign,
                name: row.text(1)?,
                launched_at: row.opt_time(2)?,
                decision,
            });
        }
    }
    Ok(all)
}

/// Section `decisions` of everything that is known of a contact: the newest campaigns.
pub struct DecisionsSection;

impl ContactSection for DecisionsSection {
    fn name(&self) -> &'static str {
        "decisions"
    }

    fn show(&self, tx: &mut Tx<'_>, _: &StoreKeys, contact: &StoredContact) -> Result<Value> {
        let decisions = list_of(tx, contact.ordinal, i64::MAX, SECTION_LENGTH)?;
        serde_json::to_value(decisions).or_fault("write decisions")
    }
}

fn absent(was_excluded: bool) -> Decision {
    if was_excluded {
        Decision {
            reason: Some("excluded".into()),
            ..Decision::plain(
                "not_in_audience",
                "The contact matched the audience and was taken out by an exclude term.",
            )
        }
    } else {
        Decision {
            reason: Some("not_matched".into()),
            ..Decision::plain(
                "not_in_audience",
                "The contact did not match the audience when the campaign was launched.",
            )
        }
    }
}
