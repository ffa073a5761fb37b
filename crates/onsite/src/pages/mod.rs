//! Public pages of a message: unsubscribe, preference centre, web view, report of abuse.
//!
//! They are reached by a signed token and nothing else: no log-in, no cookie, no script. Reading a page
//! changes nothing, because scanners read; only a form or the mail program's own request does (RFC
//! 8058). Leaving works while the database is away (R6). A page shows the address masked only.

mod api;
mod deeds;
pub mod html;
mod person;
mod replay;
pub mod spool;
#[cfg(test)]
mod tests;
pub mod words;

pub use spool::Spool;
pub use words::Language;

use web::{Feature, Task};

/// Routes, the spool, the task that empties it. The feature owns no table.
pub fn feature() -> Feature {
    Feature::new("pages")
        .routes(api::routes)
        .services(|state| {
            let spool = Spool::new(&state.http().data_dir);
            state.insert(spool).insert(replay::Replay::default());
            Ok(())
        })
        .task(Task { name: "unsubscribe-spool", start: |state, stop| Box::pin(replay::run(state, stop)) })
}
