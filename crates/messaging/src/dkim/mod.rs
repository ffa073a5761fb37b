//! DKIM signatures (RFC 6376, 8301, 8463): keys, canonical forms, signing with several keys at once.
//!
//! Canonicalisation and hashing of the body are done once for all keys; the time is given by the
//! caller; From and Subject are signed once more than they occur, so that nobody can add a second one.
//! It verifies nothing: what arrives here needs no signature of others (tests verify with `mail-auth`).

pub mod canonical;
pub mod keys;
pub mod signer;
#[cfg(test)]
mod tests;

pub use keys::{Algorithm, PrivateKey};
pub use signer::{DkimSigner, SigningKey};
