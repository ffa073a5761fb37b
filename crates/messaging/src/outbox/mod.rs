//! The outbox: the one road of every message from a frozen audience to a settled outcome.
//!
//! `ledger` keeps what was promised and what became of it, in the database; `journal` keeps what was
//! about to leave, in a file beside the process. Together: nothing lost, nothing sent twice by us, and
//! what cannot be known after a crash is counted as unknown and at most the number of open connections.
//! `dispatcher` finds sends with work, `runner` runs one, `carrier` is a connection's side of it.
//! This module does not choose audiences (campaigns do) and does not speak SMTP (channels do).

pub mod batch;
pub mod capture;
pub mod carrier;
mod course;
pub mod dispatcher;
pub mod feed;
pub mod journal;
pub mod ledger;
pub mod link;
pub mod loader;
pub mod model;
mod pace;
pub mod preview;
mod privacy;
pub mod program;
pub mod rebuild;
pub mod recent;
pub mod recipient;
mod recovery;
mod redo;
pub mod runner;
pub mod shaper;
mod sorter;
pub mod sql;
mod task;
#[cfg(test)]
mod tests;
mod watch;

pub use dispatcher::{Dispatcher, Loader};
pub use model::{ChunkOutcome, Counts, Fate, SendState};
pub use task::{DispatchSettings, feature, open_dispatcher};
