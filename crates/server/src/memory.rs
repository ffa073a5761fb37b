//! Gives memory back to the system while little happens.
//!
//! The allocator hands freed pages back a second after they were freed, but looks at its clock only while
//! memory is freed: a server that falls idle after much work would keep all of it. So a tick frees a page.

use std::hint::black_box;
use std::time::Duration;
use tokio::sync::watch;

/// Time between ticks.
const EVERY: Duration = Duration::from_secs(1);
/// Large enough to be an allocator's page of its own. It is never touched, so it costs no memory.
const PAGE_BYTES: usize = 1 << 20;

/// Ticks until the process stops.
pub(crate) async fn run(mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        drop(black_box(Vec::<u8>::with_capacity(PAGE_BYTES)));
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}
