//! The header block of a message (RFC 5322, 2047, 2369, 2919, 8058; trust rules for bulk mail).
//!
//! Constants of a campaign are checked and encoded once ([`HeaderTemplate::compile`]); per recipient
//! only slots are filled. Values of the author that could break a header are refused; values of a
//! contact are neutralised, because a name must not stop a campaign. It writes no body and no
//! signature: the body is rendered by `templates`, signatures are prepended by `dkim`.

pub mod model;
#[cfg(test)]
mod tests;
pub mod words;

pub use model::{CampaignHeaders, HeaderTemplate, Mailbox, MessageClass, Recipient};
