//! Signed opaque tokens of a message: links, pixel, unsubscribe, return path.
//!
//! A token names store, campaign, contact ordinal and link, and carries a MAC under the store's key.
//! It holds no address, name or destination, so nothing personal is in any URL (P-163); the
//! destination of a click is held by the server. Whoever has a token can do what its purpose says and
//! nothing else. Tokens do not expire: an unsubscribe link must work as long as the mail exists.

pub mod base32;
pub mod links;
pub mod model;
#[cfg(test)]
mod tests;

pub use links::MessageLinks;
pub use model::{Claims, MessageTokens, Purpose, Unverified, decode, decode_address};

use kernel::{Code, Error, Result};
use store::{Database, Scope, Scoped, Vault};

/// A verified token and the door to its store.
pub struct Opened {
    /// The store the token belongs to.
    pub store: Scoped,
    /// What the token says.
    pub claims: Claims,
}

/// Verifies a token of a URL. `None`: not one of ours, for whatever reason. Fault: the database is away.
pub async fn open(db: &Database, vault: &Vault, purpose: Purpose, text: &str) -> Result<Option<Opened>> {
    match decode(text) {
        Some(unverified) if unverified.claims().purpose == purpose => verify(db, vault, &unverified).await,
        _ => Ok(None),
    }
}

/// Verifies the local part of a return-path or unsubscribe address (`b+…`, `u+…`).
pub async fn open_address(db: &Database, vault: &Vault, local_part: &str) -> Result<Option<Opened>> {
    match decode_address(local_part) {
        Some(unverified) => verify(db, vault, &unverified).await,
        None => Ok(None),
    }
}

/// Verifies a token that was read before. `None`: the MAC does not hold, or there is no such store.
pub async fn verify(db: &Database, vault: &Vault, unverified: &Unverified) -> Result<Option<Opened>> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the token names its store; nothing is read but its key until the MAC holds"
    )]
    let scope = Scope::mint(unverified.claims().store);
    let keys = match vault.keys(db, scope).await {
        Ok(keys) => keys,
        Err(Error::Problem(p)) if p.code == Code::NotFound => return Ok(None),
        Err(e) => return Err(e),
    };
    Ok(unverified.verify(&keys).map(|claims| Opened { store: db.scoped(scope), claims }))
}
