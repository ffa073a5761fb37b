//! The compactor: takes the log after the watermark into columns and sets, and moves the watermark.
//!
//! It reads snapshots and computes outside of any writing transaction; what it writes are short
//! transactions, one a block, so it holds nobody up. Blocks may become newer than the watermark before it
//! moves: contacts changed since the watermark are looked at one by one anyway, and about all others old
//! and new blocks say the same. Only one compactor may work on a store at a time, or an older block could
//! replace a newer one: a claim with a lease and a number that every write checks sees to that.

use super::behaviour::{LAYOUT, compact as behaviour};
use super::columns::{self, Cells, rewrite_blocks};
use super::engagement::SetKey;
use super::engine::{self, Block, codec};
use super::snapshot::{TAIL_MAX, each_facts, load_block, read_set};
use super::sql;
use super::tail::{Tail, Watermark};
use kernel::{Problem, Result};
use roaring::RoaringBitmap;
use std::sync::Arc;
use store::{Scoped, StoreKeys, Tx, params};

/// How long a claim holds without being prolonged.
const LEASE_MS: i64 = 60_000;
/// Sets merged in one transaction.
const SETS_AT_ONCE: usize = 64;
/// Columns are brought forward at least this often if there is anything to take in.
const AGE_MAX_MS: i64 = 60_000;

/// What a compaction did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Events taken in.
    pub events: u64,
    /// Contacts whose facts were read.
    pub contacts: u64,
    /// Blocks written.
    pub blocks: u64,
    /// Sets written.
    pub sets: u64,
}

/// Takes in everything up to the present end of the log. `None`: somebody else is at it.
pub async fn compact(store: &Scoped, keys: &Arc<StoreKeys>) -> Result<Option<Compacted>> {
    compact_in_blocks(store, keys, engine::BLOCK_BITS).await
}

/// Brings the columns forward if anything happened since. Answers are exact without it, and slower.
pub async fn refresh(store: &Scoped, keys: &Arc<StoreKeys>) -> Result<()> {
    let current = store
        .read(|tx| {
            let watermark = Watermark::find(tx)?;
            let usable = watermark.columns_usable && watermark.behaviour_usable;
            Ok(usable && tx.log_head()? == watermark.seq)
        })
        .await?;
    if !current {
        compact(store, keys).await?;
    }
    Ok(())
}

/// [`compact`] with another block size, which tests use to have many blocks. A store whose blocks have
/// another size is built anew.
pub(super) async fn compact_in_blocks(
    store: &Scoped,
    keys: &Arc<StoreKeys>,
    block_bits: u32,
) -> Result<Option<Compacted>> {
    let Some(claim) = Claim::take(store, block_bits).await? else { return Ok(None) };
    let outcome = run(&claim, keys, block_bits).await;
    if outcome.is_err() {
        claim.release().await?;
    }
    match outcome {
        Err(kernel::Error::Problem(_)) => Ok(None),
        other => other.map(Some),
    }
}

/// True if there is enough to take in, or something that has waited long enough.
pub async fn is_due(store: &Scoped) -> Result<bool> {
    store
        .read(|tx| {
            let watermark = Watermark::find(tx)?;
            let waiting = tx.log_head()? - watermark.seq;
            let old = tx.now().since(watermark.compacted_at) >= AGE_MAX_MS;
            Ok(waiting > TAIL_MAX as i64
                || (old && waiting > 0)
                || (!watermark.columns_usable && tx.ordinal_end()? > 0)
                || (!watermark.behaviour_usable && tx.log_head()? > 0))
        })
        .await
}

/// The right to write the blocks of a store.
pub(super) struct Claim {
    store: Scoped,
    number: i64,
}

impl Claim {
    async fn take(store: &Scoped, block_bits: u32) -> Result<Option<Claim>> {
        let number = i64::from(rand::random::<u32>()) + 1;
        let taken = store
            .write(move |tx| {
                tx.execute(&sql::INSERT_WATERMARK, params![block_bits])?;
                let now = tx.now();
                tx.execute(&sql::CLAIM_WATERMARK, params![number, now.plus_ms(LEASE_MS), now])
            })
            .await?;
        Ok((taken == 1).then(|| Claim { store: store.clone(), number }))
    }

    /// The store, to read.
    pub fn store(&self) -> &Scoped {
        &self.store
    }

    /// Writes under the claim. Problem: somebody else has it now.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let number = self.number;
        self.store
            .write(move |tx| {
                let until = tx.now().plus_ms(LEASE_MS);
                match tx.execute(&sql::RENEW_CLAIM, params![number, until])? {
                    1 => work(tx),
                    _ => Err(Problem::conflict("Another compactor works on this store.").into()),
                }
            })
            .await
    }

    async fn release(&self) -> Result<()> {
        self.store.execute(&sql::RELEASE_CLAIM, params![self.number]).await.map(drop)
    }
}

async fn run(claim: &Claim, keys: &Arc<StoreKeys>, block_bits: u32) -> Result<Compacted> {
    let (watermark, mut tail, end) = claim
        .store
        .read(|tx| {
            let watermark = Watermark::find(tx)?;
            Ok((watermark, Tail::read(tx, watermark.seq)?, tx.ordinal_end()?))
        })
        .await?;
    if !watermark.columns_usable || watermark.block_bits != block_bits {
        claim.write(move |tx| void(tx, block_bits)).await?;
        tail.changed.insert_range(0..end);
    }
    let mut done = Compacted { events: tail.events, contacts: tail.changed.len(), ..Compacted::default() };
    for number in 0..end.div_ceil(block_bits) {
        done.blocks += compact_block(claim, number, block_bits, &tail.changed).await?;
    }
    done.sets = merge_sets(claim, tail.sets.0.into_iter().collect()).await?;
    match watermark.behaviour_usable {
        true => behaviour::take_in_links(claim, tail.linked).await?,
        false => behaviour::build_anew(claim).await?,
    }
    behaviour::take_in_calls(claim, keys, watermark.behaviour_seq(), tail.head).await?;
    let (number, head) = (claim.number, tail.head);
    claim
        .write(move |tx| {
            let now = tx.now();
            tx.execute(&sql::MOVE_WATERMARK, params![number, head, columns::layout(), now, LAYOUT]).map(drop)
        })
        .await?;
    Ok(done)
}

fn void(tx: &mut Tx<'_>, block_bits: u32) -> Result<()> {
    tx.execute(&sql::VOID_WATERMARK, params![block_bits])?;
    tx.execute(&sql::DELETE_BLOCKS, params![]).map(drop)
}

async fn compact_block(claim: &Claim, number: u32, block_bits: u32, changed: &RoaringBitmap) -> Result<u64> {
    let first = number * block_bits;
    let mine: RoaringBitmap = changed.range(first..first.saturating_add(block_bits)).collect();
    if mine.is_empty() {
        return Ok(0);
    }
    let blocks = claim.store.read(move |tx| new_blocks(tx, number, block_bits, &mine)).await?;
    if blocks.is_empty() {
        return Ok(0);
    }
    claim.write(move |tx| write_blocks(tx, number, blocks)).await
}

/// The blocks of this number that differ from the kept ones.
fn new_blocks(
    tx: &mut Tx<'_>,
    number: u32,
    block_bits: u32,
    changed: &RoaringBitmap,
) -> Result<Vec<(String, Block)>> {
    let rows = tx.query(&sql::LIST_BLOCK_COLUMNS, params![number])?;
    let existing = rows
        .iter()
        .map(|row| {
            let key = row.text(0)?;
            let block = load_block(tx, &key, number, row.int(1)?)?;
            Ok((key, block))
        })
        .collect::<Result<Vec<(String, Arc<Block>)>>>()?;
    let first = number * block_bits;
    let places: Vec<u32> = changed.iter().map(|ordinal| ordinal - first).collect();
    let mut cells = Cells::new(block_bits);
    each_facts(tx, changed, &mut |ordinal, facts| cells.add_contact(ordinal - first, facts))?;
    Ok(rewrite_blocks(existing, &places, cells))
}

fn write_blocks(tx: &mut Tx<'_>, number: u32, blocks: Vec<(String, Block)>) -> Result<u64> {
    let written = blocks.len() as u64;
    for (key, block) in blocks {
        match block.is_absent() {
            true => tx.execute(&sql::DELETE_BLOCK, params![key, number])?,
            false => {
                let generation = rand::random::<i64>();
                tx.execute(&sql::PUT_BLOCK, params![key, number, generation, codec::encode(&block)])?
            }
        };
    }
    Ok(written)
}

async fn merge_sets(claim: &Claim, sets: Vec<(SetKey, RoaringBitmap)>) -> Result<u64> {
    let count = sets.len() as u64;
    let mut sets = sets.into_iter().peekable();
    while sets.peek().is_some() {
        let some: Vec<_> = sets.by_ref().take(SETS_AT_ONCE).collect();
        claim.write(move |tx| some.into_iter().try_for_each(|(key, set)| merge_set(tx, key, set))).await?;
    }
    Ok(count)
}

/// Union with the kept set; doing it twice changes nothing.
fn merge_set(tx: &mut Tx<'_>, key: SetKey, mut set: RoaringBitmap) -> Result<()> {
    let (touch, day) = (key.touch as i64, i64::from(key.day));
    if let Some(row) = tx.query_opt(&sql::FIND_SET, params![touch, key.campaign, key.link, day])? {
        set |= read_set(&row.blob(0)?)?;
    }
    set.optimize();
    let mut data = Vec::with_capacity(set.serialized_size());
    set.serialize_into(&mut data).expect("invariant: writing to memory does not fail");
    tx.execute(&sql::PUT_SET, params![touch, key.campaign, key.link, day, data]).map(drop)
}
