//! Email: how a finished message reaches a relay, what the relay's answer means, and what comes back.
//!
//! It does not write messages (that is rendering and MIME) and does not choose recipients.

pub mod inbound;
pub mod replies;
pub mod smtp;
