//! The work of a transaction as one type, whatever it answers. It is boxed once at the door; engines run it and do
//! not know what it is.

use crate::database::RawTx;
use kernel::{OrFault, Result};
use std::sync::{Arc, Mutex, PoisonError};

/// Work whose answer is kept beside it. All that runs it is compiled once, and not anew for each of the many
/// transactions of the program: that made a fifth of its size.
pub(crate) type Work = Box<dyn FnOnce(&mut RawTx<'_>) -> Result<()> + Send>;

/// Where the answer of some work will be.
pub(crate) struct Answer<T>(Arc<Mutex<Option<T>>>);

impl<T> Answer<T> {
    /// The answer, once the work was done. Fault: it was not.
    pub(crate) fn take(self) -> Result<T> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.take().or_fault("find the answer of a transaction")
    }
}

/// Boxes work; its answer will be where the second says.
pub(crate) fn boxed<T: Send + 'static>(
    work: impl FnOnce(&mut RawTx<'_>) -> Result<T> + Send + 'static,
) -> (Work, Answer<T>) {
    let answer = Arc::new(Mutex::new(None));
    let kept = answer.clone();
    let work = Box::new(move |raw: &mut RawTx<'_>| {
        let done = work(raw)?;
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
        Ok(())
    });
    (work, Answer(answer))
}
