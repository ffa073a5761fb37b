//! The send gate: from facts to `Go`, `Later` or `Never`, with a reason for each.
//!
//! Pure: it reads nothing and remembers nothing. Whoever asks gathers the facts in the transaction that
//! claims the recipient and asks again just before the point of no return. Every recipient gets exactly
//! one decision, also when nothing is sent (P-015, P-138).

mod model;
#[cfg(test)]
mod tests;

pub use model::{Decision, GateFacts, GateRules, MessageClass, QuietHours, Reason, decide};
