//! What contacts did in the shop, for conditions: how often, when, with which properties, to what sum.
//!
//! The log is the truth; sealed and row by row it is too slow to ask about everybody. So the compactor keeps *parts*:
//! for each name of an event and each UTC day, columns of who, when, and the values of properties ([`part`]), and
//! beside them who each visitor is ([`visitors`]). What the log has after the watermark is read from the log itself,
//! so an answer is exact at any moment. For one contact the same question is answered from her own events
//! ([`deeds`]).
//!
//! Parts hold no text that anybody said: numbers as they are, texts as keyed hashes, which is enough for "is" and
//! "is not". This module does not decide which questions there are: conditions do.

pub mod answer;
pub mod compact;
pub mod deeds;
pub mod hashes;
pub mod part;
pub mod query;
pub mod sql;
pub mod store;
pub mod visitors;

pub use query::{BehaviourQuery, Deed, PropertyFilter, SequenceQuery, Tally, Test, Total};

/// Changes when parts or blocks of visitors are written in another form: what is there is then built anew.
pub const LAYOUT: i64 = 1;
