//! What spans features, for whoever looks at a whole store: its first screen, its first steps, what goes on
//! now, where a thing is, all about one contact, whether the installation can do its work, and made-up people to
//! look around with.
//!
//! It reads what other features keep and keeps next to nothing itself; no feature depends on it.

pub mod checks;
pub mod demo;
pub mod home;
pub mod live;
pub mod search;
pub mod setup;
pub mod timeline;
