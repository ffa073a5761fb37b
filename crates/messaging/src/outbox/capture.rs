//! Sending without a relay: the messages are made as for one and kept. Nothing leaves, so there is no journal
//! mark and no point of no return; what is kept is committed with the chunk's outcome.

use super::batch::Item;
use super::carrier::Maker;
use super::model::Fate;
use crate::channels::email::smtp::Prepared;
use crate::gate::Reason;
use kernel::Result;
use store::Tx;

/// Keeps messages instead of sending them.
pub trait Capture: Send + Sync + 'static {
    /// Stores the messages of a chunk (contact ordinal and message).
    fn capture(&self, tx: &mut Tx<'_>, messages: Vec<(u32, Prepared)>) -> Result<()>;
}

/// Makes the messages of a chunk; each recipient gets a fate.
pub(super) fn make_all(
    maker: &dyn Maker,
    items: &[Item],
    fates: &mut Vec<(u32, Fate)>,
) -> Vec<(u32, Prepared)> {
    let mut made = Vec::with_capacity(items.len());
    for item in items {
        let mut message = Prepared::default();
        let fate = match maker.make(item, &mut message) {
            Ok(()) => {
                made.push((item.ordinal, message));
                Fate::Accepted
            }
            Err(e) => {
                tracing::warn!(error = %e.0, "a message could not be made");
                Fate::Suppressed(Reason::RenderFailed)
            }
        };
        fates.push((item.ordinal, fate));
    }
    made
}
