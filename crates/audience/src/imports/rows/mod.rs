//! From the cells of a row to a draft of a contact, with a reason for everything that is not right.
//!
//! What decides a row: it must say who it is about, by email address, phone number or the id of another
//! system; without that the row is an *error* and is not imported. Every other value that cannot be read
//! is left out with a *warning* and the rest of the row is kept. Pure; runs on many threads.

pub mod clean;
pub mod consent;
pub mod dates;
pub mod issue;
pub mod places;
pub mod tags;
mod validator;

#[cfg(test)]
mod tests;

pub use issue::{Issue, Severity};
pub(super) use validator::heading;
pub use validator::{RowDraft, Validator};
