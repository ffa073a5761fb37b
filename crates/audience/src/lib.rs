//! People a store knows: contacts, their consent, tags and attributes, who must not be contacted, and
//! getting them in and out.
//!
//! It deliberately sends nothing and knows no campaign.

pub mod attributes;
pub mod consent;
pub mod contacts;
pub mod events;
pub mod exports;
pub mod imports;
pub mod segments;
pub mod suppressions;
pub mod tags;

#[cfg(test)]
pub(crate) mod testing;
