//! What comes back by mail: bounces (RFC 3464), complaints (RFC 5965), unsubscribe requests.
//!
//! A report takes effect only if it carries a token of ours (VERP address, or one in the headers it
//! returns) whose MAC holds: a forged bounce does nothing. Weak evidence (prose without codes) is noted
//! and suppresses nobody (D-02). Nothing is ever answered, so no loop can begin.

pub mod model;
pub mod parse;
#[cfg(test)]
mod tests;
