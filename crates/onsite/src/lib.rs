//! What visitors and recipients see: the public pages of messages.
//!
//! It deliberately has no log-in: a signed token is all anybody needs here.

pub mod collect;
pub mod pages;
