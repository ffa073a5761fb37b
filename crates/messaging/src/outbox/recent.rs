//! Who was sent how many marketing messages lately, for the frequency cap.

use super::model::ChunkOutcome;
use super::sql;
use kernel::ids::CampaignId;
use kernel::{Result, Timestamp};
use roaring::RoaringBitmap;
use std::sync::Arc;
use store::{Scoped, params};

/// How long a reading holds. A person gets at most one message of this send anyway; what can slip
/// through is another send that started within this time.
const FRESH_MS: i64 = 10_000;

/// Counts of the period, as bitmaps: level *n* holds whoever had more than *n* messages.
#[derive(Clone, Default)]
pub struct Recent {
    levels: Arc<Vec<RoaringBitmap>>,
    read_at: Option<Timestamp>,
}

impl Recent {
    /// Messages of other marketing sends in the period.
    pub fn count(&self, ordinal: u32) -> u32 {
        self.levels.iter().take_while(|level| level.contains(ordinal)).count() as u32
    }

    /// Reads the counts anew if the last reading is old.
    pub async fn refresh(&mut self, store: &Scoped, send: CampaignId, period_ms: i64) -> Result<()> {
        let now = store.db().now();
        if self.read_at.is_some_and(|at| now.since(at) < FRESH_MS) {
            return Ok(());
        }
        let levels = store
            .read(move |tx| {
                let mut levels: Vec<RoaringBitmap> = Vec::new();
                tx.query_each(&sql::LIST_RECENT_OUTCOMES, params![now.plus_ms(-period_ms), send], |row| {
                    add(&mut levels, ChunkOutcome::decode(row.blob(0)?)?.accepted());
                    Ok(true)
                })?;
                Ok(levels)
            })
            .await?;
        *self = Recent { levels: Arc::new(levels), read_at: Some(now) };
        Ok(())
    }
}

/// Adds one message for each of a set: whoever is on a level moves up.
fn add(levels: &mut Vec<RoaringBitmap>, mut set: RoaringBitmap) {
    for level in levels.iter_mut() {
        let already = &*level & &set;
        *level |= &set;
        set = already;
    }
    if !set.is_empty() {
        levels.push(set);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_count_messages() {
        let mut levels = Vec::new();
        for set in [vec![1, 2, 3], vec![2, 3], vec![3, 4]] {
            add(&mut levels, set.into_iter().collect());
        }
        let recent = Recent { levels: Arc::new(levels), read_at: None };
        let counts: Vec<u32> = (0..5).map(|o| recent.count(o)).collect();
        assert_eq!(counts, [0, 1, 2, 3, 1]);
    }
}
