//! Decoded blocks that were used lately, within a memory budget.
//!
//! A block is known by its *generation*, a random number drawn when it was written, so a cached block
//! can be neither stale nor another database's: who holds the generation from the snapshot holds the
//! right content. Nothing is ever invalidated; what is no longer asked for falls out.

use super::block::Block;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

/// Names one version of one block.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct BlockKey {
    /// Store.
    pub store: i64,
    /// Number of the block in its column.
    pub number: u32,
    /// Drawn when it was written.
    pub generation: i64,
}

/// What can be kept within a budget.
pub trait Weighed {
    /// Bytes in memory.
    fn bytes(&self) -> usize;
}

impl Weighed for Block {
    fn bytes(&self) -> usize {
        Block::bytes(self)
    }
}

/// A cache of blocks.
pub type BlockCache = Cache<Block>;

/// A cache with a budget. Least recently used goes first.
pub struct Cache<T> {
    inner: Mutex<Inner<T>>,
    budget_bytes: usize,
}

struct Inner<T> {
    blocks: HashMap<BlockKey, (Arc<T>, u64)>,
    by_use: BTreeMap<u64, BlockKey>,
    clock: u64,
    /// The clock at the last sweep.
    swept: u64,
    bytes: usize,
}

impl<T: Weighed> Inner<T> {
    /// Drops the block used longest ago; false if there is none.
    fn drop_oldest(&mut self) -> bool {
        let Some((_, oldest)) = self.by_use.pop_first() else { return false };
        if let Some((gone, _)) = self.blocks.remove(&oldest) {
            self.bytes -= gone.bytes();
        }
        true
    }
}

impl<T: Weighed> Cache<T> {
    /// An empty cache.
    pub fn new(budget_bytes: usize) -> Self {
        let inner = Inner { blocks: HashMap::new(), by_use: BTreeMap::new(), clock: 0, swept: 0, bytes: 0 };
        Cache { inner: Mutex::new(inner), budget_bytes }
    }

    /// The block, if it is here.
    pub fn get(&self, key: &BlockKey) -> Option<Arc<T>> {
        let mut inner = self.lock();
        inner.clock += 1;
        let now = inner.clock;
        let (block, used) = inner.blocks.get_mut(key)?;
        let (block, before) = (block.clone(), std::mem::replace(used, now));
        inner.by_use.remove(&before);
        inner.by_use.insert(now, key.clone());
        Some(block)
    }

    /// Keeps a block, and drops the ones used longest ago while there are too many bytes.
    pub fn put(&self, key: BlockKey, block: Arc<T>) {
        let mut inner = self.lock();
        inner.clock += 1;
        let now = inner.clock;
        inner.bytes += block.bytes();
        if let Some((old, used)) = inner.blocks.insert(key.clone(), (block, now)) {
            inner.bytes -= old.bytes();
            inner.by_use.remove(&used);
        }
        inner.by_use.insert(now, key);
        while inner.bytes > self.budget_bytes && inner.drop_oldest() {}
    }

    /// Drops what was not used since the last sweep: a server that has nothing to do needs no blocks.
    pub fn sweep(&self) {
        let mut inner = self.lock();
        while inner.by_use.first_key_value().is_some_and(|(used, _)| *used <= inner.swept)
            && inner.drop_oldest()
        {}
        inner.swept = inner.clock;
    }

    /// Bytes held now.
    pub fn bytes(&self) -> usize {
        self.lock().bytes
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(|e| e.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segments::engine::{BlockBuilder, Cell};

    fn block() -> Arc<Block> {
        let mut builder = BlockBuilder::new(128);
        (0..128).step_by(2).for_each(|place| builder.set(place, Some(Cell::Mark)));
        Arc::new(builder.build())
    }

    fn key(number: u32) -> BlockKey {
        BlockKey { store: 1, number, generation: 7 }
    }

    #[test]
    fn the_block_used_longest_ago_goes_first_and_the_budget_holds() {
        let cache = BlockCache::new(block().bytes() * 2);
        cache.put(key(1), block());
        cache.put(key(2), block());
        assert!(cache.get(&key(1)).is_some());
        cache.put(key(3), block());
        assert!(cache.get(&key(2)).is_none());
        assert!(cache.get(&key(1)).is_some() && cache.get(&key(3)).is_some());
        assert!(cache.bytes() <= block().bytes() * 2);
    }

    #[test]
    fn a_sweep_drops_what_was_not_used_since_the_one_before() {
        let cache = BlockCache::new(1 << 20);
        cache.put(key(1), block());
        cache.put(key(2), block());
        cache.sweep();
        assert!(cache.get(&key(2)).is_some());
        cache.sweep();
        assert!(cache.get(&key(1)).is_none() && cache.get(&key(2)).is_some());
        cache.sweep();
        cache.sweep();
        assert_eq!(cache.bytes(), 0);
    }

    #[test]
    fn another_generation_is_another_block() {
        let cache = BlockCache::new(1 << 20);
        cache.put(key(1), block());
        assert!(cache.get(&BlockKey { generation: 8, ..key(1) }).is_none());
    }
}
