//! The ways a message can travel. One folder a channel.

pub mod email;
