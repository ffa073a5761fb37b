//! Hand-offs in the outside log: what was handed over after a backup is not handed over again when the
//! backup is restored (trust.md R11).
//!
//! A claim is kept outside before its first message leaves, its outcome when it is settled. A replay
//! claims the same recipients in the restored ledger and settles them alike: by the outcome; without one
//! by the claim's journal, if that is at hand; without either as unknown. Chunks are done in the order of
//! their numbers: a recipient is in one open chunk at a time, so that is the order of everybody's fates.

use super::journal;
use super::ledger::{self, Claim, Place, Settle, Wish};
use super::model::{ChunkOutcome, Fate, SendState};
use super::sql;
use kernel::ids::CampaignId;
use kernel::{Fault, OrFault, Result, Timestamp};
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use store::outside::{ListReader, Record, Replayer, StorePoint};
use store::{Tx, params};

const CLAIMED: &str = "chunk.claimed";
const CHUNK_SETTLED: &str = "chunk.settled";
const MOVED: &str = "send.moved";
/// What a journal calls deferred is tried again after this.
const RETRY_MS: i64 = 300_000;

fn numbers(numbers: &[i64]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
}

/// Keeps a claim outside; it is there before the claimer learns of it.
pub(super) fn keep_claimed(tx: &mut Tx<'_>, send: CampaignId, chunk: i64, claim: &Claim) -> Result<()> {
    if !tx.keeps_outside() {
        return Ok(());
    }
    let mut body = numbers(&[send.0, chunk, claim.fence, claim.attempt, claim.first_at.0]);
    let set: RoaringBitmap = claim.recipients.iter().copied().collect();
    body.extend(ledger::bytes_of(&set)?);
    tx.keep_outside(CLAIMED, body);
    Ok(())
}

/// Keeps an outcome outside.
pub(super) fn keep_settled(tx: &mut Tx<'_>, send: CampaignId, fence: i64, outcome: &[u8]) {
    let mut body = numbers(&[send.0, fence]);
    body.extend_from_slice(outcome);
    tx.keep_outside(CHUNK_SETTLED, body);
}

/// Keeps outside that a send was paused, opened again or cancelled.
pub(super) fn keep_moved(tx: &mut Tx<'_>, send: CampaignId, to: SendState) {
    let mut body = numbers(&[send.0]);
    body.extend_from_slice(to.word().as_bytes());
    tx.keep_outside(MOVED, body);
}

/// A claim as kept.
struct Claimed {
    fence: i64,
    attempt: i64,
    first_at: Timestamp,
    recipients: RoaringBitmap,
}

/// What was kept of one send.
#[derive(Default)]
struct Kept {
    /// By generation and number: a restored ledger gives numbers a second time.
    claims: BTreeMap<(i64, i64), Claimed>,
    outcomes: HashMap<i64, ChunkOutcome>,
    moved: Option<SendState>,
}

impl Kept {
    fn read(records: &[Record]) -> Result<BTreeMap<CampaignId, Kept>> {
        let mut sends: BTreeMap<CampaignId, Kept> = BTreeMap::new();
        for record in records {
            let mut body = ListReader::new(&record.body);
            let kept = sends.entry(CampaignId(body.int()?)).or_default();
            match record.kind.as_str() {
                CLAIMED => {
                    let chunk = body.int()?;
                    let (fence, attempt, first_at) = (body.int()?, body.int()?, Timestamp(body.int()?));
                    let recipients = ledger::set_of(body.rest())?;
                    kept.claims
                        .insert((record.generation, chunk), Claimed { fence, attempt, first_at, recipients });
                }
                CHUNK_SETTLED => {
                    let fence = body.int()?;
                    kept.outcomes.insert(fence, ChunkOutcome::decode(body.rest())?);
                }
                _ => {
                    let word = std::str::from_utf8(body.rest()).or_fault("read a state")?;
                    kept.moved = Some(SendState::parse(word)?);
                }
            }
        }
        Ok(sends)
    }
}

/// Hands over nothing twice.
pub(super) struct HandOffs {
    /// Folder of journals.
    pub(super) journals: PathBuf,
}

impl Replayer for HandOffs {
    fn name(&self) -> &'static str {
        "hand_offs"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[CLAIMED, CHUNK_SETTLED, MOVED]
    }

    fn wants_all(&self) -> bool {
        true
    }

    fn replay(&self, tx: &mut Tx<'_>, _: StorePoint, records: &[Record]) -> Result<u64> {
        let mut done = 0;
        for (send, mut kept) in Kept::read(records)? {
            ledger::lock(tx, send)?;
            // Launched after the backup: the ledger has nothing of it, and its campaign sees to the rest.
            if ledger::find_send(tx, send)?.is_none() {
                continue;
            }
            done += self.redo_chunks(tx, send, &mut kept)?;
            move_alike(tx, send, kept.moved)?;
        }
        Ok(done)
    }
}

/// Pauses, opens or cancels as was done last; answers whether that was new.
fn move_alike(tx: &mut Tx<'_>, send: CampaignId, to: Option<SendState>) -> Result<bool> {
    match to {
        Some(SendState::Cancelled) => ledger::cancel(tx, send),
        Some(SendState::Paused) => ledger::pause(tx, send, None),
        Some(SendState::Open) => ledger::resume(tx, send),
        // It closes by its sum.
        Some(SendState::Finished) | None => Ok(false),
    }
}

impl HandOffs {
    fn redo_chunks(&self, tx: &mut Tx<'_>, send: CampaignId, kept: &mut Kept) -> Result<u64> {
        let mut done = 0;
        // Claimed before the backup and settled after it.
        let claimed: Vec<i64> = kept.claims.values().map(|claim| claim.fence).collect();
        let earlier: Vec<i64> = kept.outcomes.keys().copied().filter(|f| !claimed.contains(f)).collect();
        for fence in earlier {
            let outcome = kept.outcomes.remove(&fence).unwrap_or_default();
            ledger::settle_chunk(tx, send, &Settle { fence, outcome })?;
        }
        for claim in kept.claims.values() {
            if tx.query_opt(&sql::FIND_CHUNK, params![send, claim.fence])?.is_some() {
                continue;
            }
            let taken = take_out(tx, send, claim)?;
            if taken.is_empty() {
                continue;
            }
            let mut outcome = match kept.outcomes.get(&claim.fence) {
                Some(outcome) => outcome.clone(),
                None => self.outcome_of_journal(tx, send, claim)?,
            };
            outcome.groups.values_mut().for_each(|set| *set &= &taken);
            outcome.groups.retain(|_, set| !set.is_empty());
            ledger::settle_chunk(tx, send, &Settle { fence: claim.fence, outcome })?;
            done += taken.len();
        }
        Ok(done)
    }

    /// By the claim's journal; who is not in one may have been written to.
    fn outcome_of_journal(&self, tx: &Tx<'_>, send: CampaignId, claim: &Claimed) -> Result<ChunkOutcome> {
        let store = tx.store();
        let found = journal::list(&self.journals)?
            .into_iter()
            .find(|(key, _)| (key.store, key.send, key.fence) == (store, send, claim.fence));
        let Some((_, path)) = found else {
            return Ok(ChunkOutcome::of(claim.recipients.iter().map(|ordinal| (ordinal, Fate::Unknown))));
        };
        let recipients: Vec<u32> = claim.recipients.iter().collect();
        let slots = journal::read(&path, recipients.len())?;
        Ok(ChunkOutcome::recovered(&recipients, &slots, tx.now().plus_ms(RETRY_MS)))
    }
}

/// Takes the recipients of a claim out of the lanes they wait in and claims them as one chunk in a lane of
/// their own. Answers who was found waiting.
fn take_out(tx: &mut Tx<'_>, send: CampaignId, claim: &Claimed) -> Result<RoaringBitmap> {
    let mut taken = RoaringBitmap::new();
    let mut deferred = 0;
    for lane in tx.query(&sql::LIST_OPEN_LANES, params![send])? {
        let (number, attempt, first) = (lane.int(0)?, lane.int(1)?, lane.int(2)?);
        let hit = take_from(tx, send, number, first, &claim.recipients)?;
        if attempt > 0 {
            deferred += hit.len() as i64;
        }
        taken |= hit;
    }
    if taken.is_empty() {
        return Ok(taken);
    }
    let now = tx.now();
    let size = taken.len() as i64;
    let lane = tx.query_one(&sql::TAKE_LANE_NUMBERS, params![send, 1_i64])?.int(0)?;
    tx.execute(&sql::INSERT_LANE, params![send, lane, now, claim.attempt, size, claim.first_at])?;
    tx.execute(&sql::TAKE_PLACES, params![send, lane, size, 0_i64])?;
    tx.execute(&sql::INSERT_SET, params![send, lane, ledger::bytes_of(&taken)?])?;
    let chunk = tx.query_one(&sql::TAKE_REDO_NUMBER, params![send, deferred, now])?.int(0)?;
    let wish = Wish { worker: 0, fence: claim.fence, size: size as usize, lease_ms: 0 };
    let recipients: Vec<u32> = taken.iter().collect();
    ledger::put_chunk(tx, send, &Place { chunk, lane, first: 0 }, claim.attempt, &wish, &recipients)?;
    Ok(taken)
}

/// Takes those of `wanted` out of a lane who come after its first `first` places.
fn take_from(
    tx: &mut Tx<'_>,
    send: CampaignId,
    lane: i64,
    first: i64,
    wanted: &RoaringBitmap,
) -> Result<RoaringBitmap> {
    let row = tx.query_opt(&sql::FIND_SET, params![send, lane])?;
    let row = row.ok_or_else(|| Fault::new("a lane has no recipients"))?;
    let mut set = ledger::set_of(&row.blob(0)?)?;
    let waiting: RoaringBitmap = match set.select(first as u32) {
        Some(start) => set.range(start..).collect(),
        None => RoaringBitmap::new(),
    };
    let hit = waiting & wanted;
    if !hit.is_empty() {
        set -= &hit;
        tx.execute(&sql::UPDATE_SET, params![send, lane, ledger::bytes_of(&set)?])?;
        tx.execute(&sql::RESIZE_LANE, params![send, lane, set.len() as i64])?;
    }
    Ok(hit)
}
