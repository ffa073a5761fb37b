//! What a relay's or provider's reply means: for the message, for the person, for the sender.
//!
//! `rules` is a catalogue asked in a fixed order: the provider's own codes, the registered enhanced codes
//! (RFC 3463, IANA), basic codes that say something, words, basic codes that say little. Providers come
//! first because some reuse registered numbers with another meaning (Gmail's x.7.27 is SPF; Exchange's
//! 5.1.10 is an unknown recipient). `model` turns a class into consequences and `schedule` into times.
//!
//! Two rules stand above the catalogue: what is wrong with the *sender* never suppresses a *person*, and
//! nobody is suppressed on words alone without a code. Nothing here looks at the database.

mod classify;
mod model;
pub mod rules;
mod schedule;

pub use classify::{Evidence, classify, classify_connect, classify_not_sent};
pub use model::{BounceClass, ClassSpec, Classified, NextStep, Permanence, Person, SiteAction, SoftRule};
pub use schedule::{Attempts, Schedule, Verdict};

#[cfg(test)]
mod tests;
