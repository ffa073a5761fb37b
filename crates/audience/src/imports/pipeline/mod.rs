//! From a file to the store at full speed: one thread reads, some check and encrypt, one writes.
//!
//! Order is kept: parts are numbered by the reader and put back in order before the writer, so a file
//! gives the same contacts however many threads there are. Channels are short; memory does not grow with
//! the file.

mod check;
mod flow;
mod part;
mod tag_numbers;
mod write;

pub use check::check;
pub use write::{BATCH_ROWS, Ending, run};

use super::mapping::Plan;
use super::reader::Source;
use std::sync::Arc;
use store::{Scoped, StoreKeys};

/// What to work on.
#[derive(Clone)]
pub struct Work {
    /// The store.
    pub store: Scoped,
    /// Its keys.
    pub keys: Arc<StoreKeys>,
    /// The file.
    pub source: Source,
    /// What its columns become; with numbers of attributes, unless nothing is stored.
    pub plan: Arc<Plan>,
}

/// How the work is watched and stopped, from any thread.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    /// True when the work should end after the batch at hand.
    pub should_stop: &'a (dyn Fn() -> bool + Sync),
    /// Told rows done and rows in all (an estimate until the file is at its end).
    pub report: &'a (dyn Fn(u64, u64) + Sync),
}

impl Control<'_> {
    /// Nobody watches, nobody stops.
    pub fn none() -> Self {
        Control { should_stop: &|| false, report: &|_, _| {} }
    }
}

/// Threads that check rows: the cores less the writer's, at least one.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, |n| n.get()).clamp(2, 9) - 1
}
