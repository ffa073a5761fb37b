//! When something is said, by hand: campaigns.
//!
//! A campaign chooses an audience and a content and hands them to the outbox; from the gate on there is
//! one road for every message, and it is not here.

pub mod activity;
pub mod campaigns;
pub mod reports;
