//! Messages: templates, channels, the gate, the outbox, and what comes back.
//!
//! It deliberately does not choose audiences and knows no campaign screens; `automation` does.

pub mod channels;
pub mod compose;
pub mod countdown;
pub mod dkim;
pub mod domains;
pub mod feedback;
pub mod gate;
pub mod media;
pub mod outbox;
pub mod relays;
pub mod sandbox;
pub mod saved_blocks;
pub mod suppression;
pub mod templates;
#[cfg(test)]
mod testing;
pub mod tokens;
pub mod tracking;
