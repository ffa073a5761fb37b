//! Consent: what a contact said about being written to, per channel, and the proof of it.
//!
//! The truth is an append-only ledger (P-012, P-016, P-049, P-057): single entries, and one entry for a
//! whole chunk of an import. The status that the rest of the program reads is derived from it by pure
//! rules and cached in the contact's facts. This feature sends nothing and asks nobody.

mod api;
pub mod change;
pub mod model;
mod privacy;
pub(crate) mod replay;
mod section;
pub mod sql;

#[cfg(test)]
mod tests;

pub use api::ConsentEntryOut;
pub use change::{StatusRequest, change_many, set_status, suppress, suppress_address, unsubscribe};
pub use model::{
    Channel, ChannelStatus, ConsentChanged, ConsentSource, ConsentStatus, Grounds, LedgerEntry, Suppression,
};
pub use section::ConsentSection;

/// Routes, statements, columns.
pub fn feature() -> web::Feature {
    web::Feature::new("consent")
        .routes(api::routes)
        .statements(sql::ALL)
        .replayers(|_| vec![std::sync::Arc::new(replay::Withdrawals)])
        .personal_data(privacy::DATA)
}
