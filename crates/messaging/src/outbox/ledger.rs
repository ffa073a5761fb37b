//! The ledger of a send: open it, claim and settle chunks, keep the sums, close it.
//!
//! Every function works inside the caller's transaction. The transaction that claims the next chunk
//! settles the last one ([`turn`]), so bookkeeping costs one commit a chunk. A claim carries a fencing
//! number; a worker whose claim was taken over finds its number refused and changes nothing.

use super::model::{ChunkOutcome, Counts, Fate, SendState};
use super::redo;
use super::sql;
use crate::gate::MessageClass;
use aws_lc_rs::digest::{SHA256, digest};
use kernel::ids::CampaignId;
use kernel::{Fault, OrFault, Problem, Result, Timestamp};
use roaring::RoaringBitmap;
use std::collections::BTreeMap;
use store::{NewEvent, Row, Tx, params};

/// Set number of the frozen audience.
const AUDIENCE: i64 = -1;
/// Set number of who was matched but excluded.
const EXCLUDED: i64 = -2;
/// Kind of the event that tells what became of a chunk; its body is the outcome, which begins with the
/// bitmap of recipients the relay took.
pub const SETTLED: &str = "messages.settled";
/// Told to observers, not stored: the send of `campaign` was paused, cancelled or finished.
pub const SEND_HALTED: &str = "send.halted";

/// A send about to be opened.
pub struct NewSend {
    /// Its id: the campaign's.
    pub id: CampaignId,
    /// What it is for.
    pub class: MessageClass,
    /// Everything needed to make its messages, frozen (`outbox::Program` as JSON).
    pub program: serde_json::Value,
    /// Most messages a second; 0 for no limit.
    pub throttle_per_second: u32,
    /// Who was matched and then excluded, for the question "why not?".
    pub excluded: RoaringBitmap,
    /// Recipients by the time from which they may be handed over. Together they are the audience.
    pub lanes: Vec<(Timestamp, RoaringBitmap)>,
}

/// What was frozen at launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Number of recipients.
    pub count: u64,
    /// SHA-256 of the serialised bitmap.
    pub hash: [u8; 32],
}

fn word(class: MessageClass) -> &'static str {
    match class {
        MessageClass::Marketing => "marketing",
        MessageClass::Transactional => "transactional",
        MessageClass::Test => "test",
    }
}

pub(super) fn bytes_of(set: &RoaringBitmap) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(set.serialized_size());
    set.serialize_into(&mut bytes).or_fault("write a set")?;
    Ok(bytes)
}

pub(super) fn set_of(bytes: &[u8]) -> Result<RoaringBitmap> {
    RoaringBitmap::deserialize_from(bytes).or_fault("read a set")
}

/// Freezes the audience and opens the send. Lanes must not overlap. Problem: the audience is empty, or
/// the send exists.
pub fn open_send(tx: &mut Tx<'_>, new: &NewSend) -> Result<Manifest> {
    let mut audience = RoaringBitmap::new();
    for (_, set) in &new.lanes {
        if !audience.is_disjoint(set) {
            return Err(Fault::new("lanes of a send overlap").into());
        }
        audience |= set;
    }
    if audience.is_empty() {
        return Err(Problem::conflict("Nobody would be reached: the audience is empty.").into());
    }
    if tx.query_opt(&sql::FIND_SEND, params![new.id])?.is_some() {
        return Err(Problem::conflict("It has been launched already.").into());
    }
    let bytes = bytes_of(&audience)?;
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, &bytes).as_ref());
    let now = tx.now();
    tx.execute(
        &sql::INSERT_SEND,
        params![
            new.id,
            word(new.class),
            &new.program,
            new.throttle_per_second,
            audience.len() as i64,
            hash,
            new.lanes.len() as i64,
            now
        ],
    )?;
    tx.execute(&sql::INSERT_SET, params![new.id, AUDIENCE, bytes])?;
    tx.execute(&sql::INSERT_SET, params![new.id, EXCLUDED, bytes_of(&new.excluded)?])?;
    for (lane, (due_at, set)) in new.lanes.iter().enumerate() {
        put_lane(tx, new.id, lane as i64, &Requeue { due_at: *due_at, attempt: 0, first_at: *due_at }, set)?;
    }
    let due = new.lanes.iter().map(|(at, _)| *at).min().unwrap_or(now);
    note_due(tx, new.id, due)?;
    Ok(Manifest { count: audience.len(), hash })
}

struct Requeue {
    due_at: Timestamp,
    attempt: i64,
    first_at: Timestamp,
}

fn put_lane(tx: &mut Tx<'_>, send: CampaignId, lane: i64, at: &Requeue, set: &RoaringBitmap) -> Result<()> {
    let row = params![send, lane, at.due_at, at.attempt, set.len() as i64, at.first_at];
    tx.execute(&sql::INSERT_LANE, row)?;
    tx.execute(&sql::INSERT_SET, params![send, lane, bytes_of(set)?])?;
    Ok(())
}

fn note_due(tx: &mut Tx<'_>, send: CampaignId, at: Timestamp) -> Result<()> {
    let store = tx.store().0;
    tx.system().execute(&sql::PUT_DUE, params![send, store, at])?;
    Ok(())
}

/// A settled chunk to write down.
pub struct Settle {
    /// Fencing number of the claim.
    pub fence: i64,
    /// What became of its recipients.
    pub outcome: ChunkOutcome,
}

/// A wish for the next chunk.
#[derive(Clone, Copy)]
pub struct Wish {
    /// Who wishes.
    pub worker: i64,
    /// Fencing number the claim shall carry.
    pub fence: i64,
    /// Most recipients.
    pub size: usize,
    /// How long the claim holds without renewal.
    pub lease_ms: i64,
}

/// A claimed chunk.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Its fencing number.
    pub fence: i64,
    /// Tries before this one.
    pub attempt: i64,
    /// When the recipients were first due; deliveries are given up some time after it.
    pub first_at: Timestamp,
    /// Most messages a second, as it was then; 0 for no limit.
    pub throttle_per_second: u32,
    /// The recipients (contact ordinals).
    pub recipients: Vec<u32>,
}

/// What to do next on a send.
#[derive(Debug)]
pub enum Next {
    /// Hand these over.
    Claimed(Claim),
    /// Nothing is due before that time.
    Wait(Timestamp),
    /// The merchant paused it, or a breaker did.
    Paused,
    /// Cancelled or finished.
    Over,
}

/// Waits until no other transaction changes the send, and keeps others waiting until commit.
pub fn lock(tx: &mut Tx<'_>, send: CampaignId) -> Result<()> {
    tx.query_opt(&sql::LOCK_SEND, params![send]).map(drop)
}

/// Settles the last chunk (if any) and claims the next (if wished). `Ok(None)` for the settle part
/// means the fencing number was refused: somebody took the chunk over.
pub fn turn(
    tx: &mut Tx<'_>,
    send: CampaignId,
    settle: Option<&Settle>,
    wish: Option<Wish>,
) -> Result<(bool, Next)> {
    lock(tx, send)?;
    let kept = settle.map(|s| settle_chunk(tx, send, s)).transpose()?.unwrap_or(true);
    let next = claim_chunk(tx, send, wish)?;
    Ok((kept, next))
}

pub(super) fn settle_chunk(tx: &mut Tx<'_>, send: CampaignId, settle: &Settle) -> Result<bool> {
    let now = tx.now();
    let bytes = settle.outcome.encode()?;
    let Some(chunk) = tx.query_opt(&sql::SETTLE_CHUNK, params![send, settle.fence, bytes.as_slice(), now])?
    else {
        return Ok(false);
    };
    redo::keep_settled(tx, send, settle.fence, &bytes);
    let lane = tx.query_one(&sql::FIND_LANE, params![send, chunk.int(0)?])?;
    let deferred = requeue(tx, send, &settle.outcome, lane.int(0)?, lane.time(1)?)?;
    add_counts(tx, send, Counts { deferred, ..settle.outcome.counts() })?;
    if settle.outcome.groups.keys().any(|fate| matches!(fate, Fate::Accepted | Fate::Failed(_))) {
        let event = NewEvent { at: now, kind: SETTLED, ordinal: None, campaign: Some(send.0), body: bytes };
        tx.append(vec![event])?;
    }
    Ok(true)
}

/// Puts recipients back into lanes; answers how many of them wait for another try. Whoever waits in a
/// lane with an attempt above zero is counted as deferred, however it got there.
fn requeue(
    tx: &mut Tx<'_>,
    send: CampaignId,
    outcome: &ChunkOutcome,
    attempt: i64,
    first_at: Timestamp,
) -> Result<i64> {
    let lanes = outcome.requeued();
    if lanes.is_empty() {
        return Ok(0);
    }
    let mut deferred = 0;
    let first = tx.query_one(&sql::TAKE_LANE_NUMBERS, params![send, lanes.len() as i64])?.int(0)?;
    for (i, (due_at, tried, set)) in lanes.iter().enumerate() {
        let at = Requeue { due_at: *due_at, attempt: attempt + i64::from(*tried), first_at };
        put_lane(tx, send, first + i as i64, &at, set)?;
        if at.attempt > 0 {
            deferred += set.len() as i64;
        }
    }
    Ok(deferred)
}

/// Adds to the sums and closes the send when they close.
fn add_counts(tx: &mut Tx<'_>, send: CampaignId, add: Counts) -> Result<()> {
    let now = tx.now();
    let sums = [add.accepted, add.deferred, add.failed, add.suppressed, add.unknown];
    let params = params![send, sums[0], sums[1], sums[2], sums[3], sums[4], now];
    let row = tx.query_one(&sql::ADD_COUNTS, params)?;
    let counts = counts_of(&row, 1)?;
    match SendState::parse(&row.text(0)?)? {
        SendState::Cancelled => close_cancelled(tx, send),
        SendState::Open | SendState::Paused if counts.is_closed() => {
            move_send(tx, send, SendState::Finished, None, [SendState::Open, SendState::Paused])?;
            tx.execute(&sql::DELETE_DONE_LANES, params![send])?;
            tx.execute(&sql::DELETE_DONE_SETS, params![send])?;
            tx.system().execute(&sql::DELETE_DUE, params![send])?;
            Ok(())
        }
        _ => Ok(()),
    }
}

fn counts_of(row: &Row, from: usize) -> Result<Counts> {
    Ok(Counts {
        audience: row.int(from)?,
        accepted: row.int(from + 1)?,
        deferred: row.int(from + 2)?,
        failed: row.int(from + 3)?,
        suppressed: row.int(from + 4)?,
        unknown: row.int(from + 5)?,
    })
}

fn claim_chunk(tx: &mut Tx<'_>, send: CampaignId, wish: Option<Wish>) -> Result<Next> {
    let Some(row) = tx.query_opt(&sql::FIND_SEND, params![send])? else { return Ok(Next::Over) };
    match SendState::parse(&row.text(0)?)? {
        SendState::Open => {}
        SendState::Paused => return Ok(Next::Paused),
        SendState::Cancelled | SendState::Finished => return Ok(Next::Over),
    }
    let Some(lane) = tx.query_opt(&sql::FIND_NEXT_LANE, params![send])? else {
        return wait_for_others(tx, send);
    };
    let due_at = lane.time(1)?;
    let Some(wish) = wish else { return Ok(Next::Wait(due_at)) };
    if due_at > tx.now() {
        // A chunk that is being handed over may need a successor of its worker before that.
        let due_at = first_lease_end(tx, send)?.map_or(due_at, |end| end.min(due_at));
        note_due(tx, send, due_at)?;
        return Ok(Next::Wait(due_at));
    }
    let throttle_per_second = row.int(4)? as u32;
    take_chunk(tx, send, &lane, wish, throttle_per_second)
}

/// No lane has recipients left, but chunks may still be held: by others, or by the dead.
fn wait_for_others(tx: &mut Tx<'_>, send: CampaignId) -> Result<Next> {
    let at = first_lease_end(tx, send)?.unwrap_or_else(|| tx.now().plus_ms(1_000));
    Ok(Next::Wait(at))
}

fn first_lease_end(tx: &mut Tx<'_>, send: CampaignId) -> Result<Option<Timestamp>> {
    tx.query_one(&sql::FIND_FIRST_LEASE_END, params![send])?.opt_time(0)
}

fn take_chunk(
    tx: &mut Tx<'_>,
    send: CampaignId,
    lane: &Row,
    wish: Wish,
    throttle_per_second: u32,
) -> Result<Next> {
    let (number, attempt, size, taken) = (lane.int(0)?, lane.int(2)?, lane.int(3)?, lane.int(4)?);
    let first_at = lane.time(5)?;
    let take = (size - taken).min(wish.size as i64);
    let now = tx.now();
    let deferred = if attempt > 0 { take } else { 0 };
    let Some(row) = tx.query_opt(&sql::TAKE_CHUNK_NUMBER, params![send, deferred, now])? else {
        return Ok(Next::Paused);
    };
    if tx.execute(&sql::TAKE_PLACES, params![send, number, taken + take, taken])? != 1 {
        // Another worker took places meanwhile; the caller asks again.
        return Err(Fault::transient("another worker took the same places").into());
    }
    let recipients = recipients_of(tx, send, number, taken, take)?;
    let chunk = row.int(0)?;
    let place = Place { chunk, lane: number, first: taken };
    put_chunk(tx, send, &place, attempt, &wish, &recipients)?;
    let claim = Claim { fence: wish.fence, attempt, first_at, throttle_per_second, recipients };
    redo::keep_claimed(tx, send, chunk, &claim)?;
    Ok(Next::Claimed(claim))
}

/// Where a chunk lies.
pub(super) struct Place {
    pub(super) chunk: i64,
    pub(super) lane: i64,
    pub(super) first: i64,
}

pub(super) fn put_chunk(
    tx: &mut Tx<'_>,
    send: CampaignId,
    place: &Place,
    attempt: i64,
    wish: &Wish,
    recipients: &[u32],
) -> Result<()> {
    let (first, last) = (recipients.first().copied().unwrap_or(0), recipients.last().copied().unwrap_or(0));
    let now = tx.now();
    let row = params![
        send,
        place.chunk,
        place.lane,
        place.first,
        recipients.len() as i64,
        attempt,
        wish.worker,
        wish.fence,
        now.plus_ms(wish.lease_ms),
        first,
        last,
        now
    ];
    tx.execute(&sql::INSERT_CHUNK, row).map(drop)
}

fn recipients_of(tx: &mut Tx<'_>, send: CampaignId, lane: i64, first: i64, size: i64) -> Result<Vec<u32>> {
    let row = tx.query_one(&sql::FIND_SET, params![send, lane])?;
    let set = set_of(&row.blob(0)?)?;
    let Some(start) = set.select(first as u32) else { return Ok(Vec::new()) };
    Ok(set.range(start..).take(size as usize).collect())
}

/// A claim found in the ledger, with its recipients.
pub struct FoundClaim {
    /// Its fencing number.
    pub fence: i64,
    /// Its recipients in order of their journal slots.
    pub recipients: Vec<u32>,
    /// Tries before it.
    pub attempt: i64,
}

/// The claim with this fencing number, if it is not settled.
pub fn find_claim(tx: &mut Tx<'_>, send: CampaignId, fence: i64) -> Result<Option<FoundClaim>> {
    let row = tx.query_opt(&sql::FIND_CLAIM, params![send, fence])?;
    row.map(|row| found(tx, send, &row)).transpose()
}

fn found(tx: &mut Tx<'_>, send: CampaignId, row: &Row) -> Result<FoundClaim> {
    let recipients = recipients_of(tx, send, row.int(1)?, row.int(2)?, row.int(3)?)?;
    Ok(FoundClaim { fence: row.int(5)?, recipients, attempt: row.int(4)? })
}

/// Takes over claims whose lease ran out. Their journals are not at hand, so each recipient of them may
/// have been handed over: they become unknown. Answers how many.
pub fn take_over_expired(tx: &mut Tx<'_>, send: CampaignId) -> Result<usize> {
    let now = tx.now();
    let mut count = 0;
    for row in tx.query(&sql::LIST_EXPIRED, params![send, now])? {
        let claim = found(tx, send, &row)?;
        let fates = claim.recipients.iter().map(|o| (*o, Fate::Unknown));
        let settle = Settle { fence: claim.fence, outcome: ChunkOutcome::of(fates) };
        if settle_chunk(tx, send, &settle)? {
            count += claim.recipients.len();
        }
    }
    Ok(count)
}

/// Prolongs a claim; false if it is not ours any more.
pub fn renew(tx: &mut Tx<'_>, send: CampaignId, fence: i64, lease_ms: i64) -> Result<bool> {
    let until = tx.now().plus_ms(lease_ms);
    Ok(tx.execute(&sql::RENEW_CHUNK, params![send, fence, until])? == 1)
}

fn move_send(
    tx: &mut Tx<'_>,
    send: CampaignId,
    to: SendState,
    reason: Option<&str>,
    from: [SendState; 2],
) -> Result<bool> {
    let now = tx.now();
    let finished = matches!(to, SendState::Finished | SendState::Cancelled).then_some(now);
    let moved = tx.execute(
        &sql::MOVE_SEND,
        params![send, to.word(), reason.map(str::to_owned), finished, now, from[0].word(), from[1].word()],
    )?;
    if moved == 1 {
        redo::keep_moved(tx, send, to);
    }
    if moved == 1 && to != SendState::Open {
        tx.tell(NewEvent {
            at: now,
            kind: SEND_HALTED,
            ordinal: None,
            campaign: Some(send.0),
            body: Vec::new(),
        });
    }
    Ok(moved == 1)
}

/// Pauses an open send; `reason` is shown to the merchant. False if it was not open.
pub fn pause(tx: &mut Tx<'_>, send: CampaignId, reason: Option<&str>) -> Result<bool> {
    move_send(tx, send, SendState::Paused, reason, [SendState::Open, SendState::Open])
}

/// Opens a paused send again. False if it was not paused.
pub fn resume(tx: &mut Tx<'_>, send: CampaignId) -> Result<bool> {
    let moved = move_send(tx, send, SendState::Open, None, [SendState::Paused, SendState::Paused])?;
    if moved {
        let now = tx.now();
        note_due(tx, send, now)?;
    }
    Ok(moved)
}

/// Cancels a send for good; whoever was not reached counts as suppressed. False if it was over.
pub fn cancel(tx: &mut Tx<'_>, send: CampaignId) -> Result<bool> {
    let moved = move_send(tx, send, SendState::Cancelled, None, [SendState::Open, SendState::Paused])?;
    if moved {
        close_cancelled(tx, send)?;
    }
    Ok(moved)
}

fn close_cancelled(tx: &mut Tx<'_>, send: CampaignId) -> Result<()> {
    let now = tx.now();
    tx.execute(&sql::CLOSE_CANCELLED, params![send, now])?;
    tx.system().execute(&sql::DELETE_DUE, params![send])?;
    Ok(())
}

/// Changes how many messages a second go out; 0 for no limit. A running send sees it within its chunk.
pub fn set_throttle(tx: &mut Tx<'_>, send: CampaignId, per_second: u32) -> Result<()> {
    let now = tx.now();
    tx.execute(&sql::SET_THROTTLE, params![send, per_second, now]).map(drop)
}

/// A send as the ledger knows it.
#[derive(Debug, Clone)]
pub struct SendRow {
    /// State.
    pub state: SendState,
    /// Frozen program.
    pub program: serde_json::Value,
    /// Why it is paused, if a breaker did it.
    pub hold_reason: Option<String>,
    /// Most messages a second; 0 for no limit.
    pub throttle_per_second: u32,
    /// The sums.
    pub counts: Counts,
    /// Launch.
    pub started_at: Timestamp,
    /// When the sum closed, or it was cancelled.
    pub finished_at: Option<Timestamp>,
}

/// A send, or `None` if it was never opened.
pub fn find_send(tx: &mut Tx<'_>, send: CampaignId) -> Result<Option<SendRow>> {
    let Some(row) = tx.query_opt(&sql::FIND_SEND, params![send])? else { return Ok(None) };
    Ok(Some(SendRow {
        state: SendState::parse(&row.text(0)?)?,
        program: row.json(2)?,
        hold_reason: row.opt_text(3)?,
        throttle_per_second: row.int(4)? as u32,
        counts: counts_of(&row, 5)?,
        started_at: row.time(11)?,
        finished_at: row.opt_time(12)?,
    }))
}

/// True if a test was sent.
pub fn has_test(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(tx.query_opt(&sql::FIND_TEST, params![])?.is_some())
}

/// Sums of several sends; those that do not exist are left out.
pub fn list_counts(tx: &mut Tx<'_>, sends: &[CampaignId]) -> Result<BTreeMap<CampaignId, Counts>> {
    let ids: Vec<i64> = sends.iter().map(|id| id.0).collect();
    let rows = tx.query(&sql::LIST_COUNTS, params![ids])?;
    rows.iter().map(|row| Ok((CampaignId(row.int(0)?), counts_of(row, 1)?))).collect()
}

/// The frozen audience and who was matched but excluded.
pub fn find_audience(tx: &mut Tx<'_>, send: CampaignId) -> Result<(RoaringBitmap, RoaringBitmap)> {
    let mut set = |lane: i64| -> Result<RoaringBitmap> {
        let row = tx
            .query_opt(&sql::FIND_SET, params![send, lane])?
            .ok_or_else(|| Problem::not_found("launched campaign"))?;
        set_of(&row.blob(0)?)
    };
    Ok((set(AUDIENCE)?, set(EXCLUDED)?))
}

/// Walks the outcomes of a send in order.
pub fn each_outcome(
    tx: &mut Tx<'_>,
    send: CampaignId,
    mut each: impl FnMut(ChunkOutcome, Timestamp) -> Result<()>,
) -> Result<()> {
    let mut from = 0_i64;
    loop {
        let rows = tx.query(&sql::LIST_OUTCOMES, params![send, from, 200_i64])?;
        for row in &rows {
            each(ChunkOutcome::decode(&row.blob(1)?)?, row.time(2)?)?;
            from = row.int(0)? + 1;
        }
        if rows.len() < 200 {
            return Ok(());
        }
    }
}
