//! Addresses of public copies. A token names store and item and carries a MAC under the store's key, so an
//! address can be neither guessed nor made; it says nothing about what it leads to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::ids::{MediaId, StoreId};
use kernel::{Code, Error, Result};
use store::{Database, Scope, Scoped, StoreKeys, Vault};

const BODY: usize = 16;
const MAC: usize = 16;
const LENGTH: usize = BODY + MAC;

fn body(store: StoreId, id: MediaId) -> [u8; BODY] {
    let mut bytes = [0; BODY];
    bytes[..8].copy_from_slice(&store.0.to_be_bytes());
    bytes[8..].copy_from_slice(&id.0.to_be_bytes());
    bytes
}

fn mac(keys: &StoreKeys, body: &[u8; BODY]) -> [u8; MAC] {
    keys.token_mac(&[b"media", body])
}

/// The token of an item.
pub fn make(keys: &StoreKeys, store: StoreId, id: MediaId) -> String {
    let body = body(store, id);
    let mut bytes = [0; LENGTH];
    bytes[..BODY].copy_from_slice(&body);
    bytes[BODY..].copy_from_slice(&mac(keys, &body));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The item a token leads to, and the door to its store. `None`: not one of ours.
pub async fn open(db: &Database, vault: &Vault, text: &str) -> Result<Option<(Scoped, MediaId)>> {
    let mut bytes = [0; LENGTH];
    if !URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).is_ok_and(|n| n == LENGTH) {
        return Ok(None);
    }
    let number = |from: usize| i64::from_be_bytes(std::array::from_fn(|i| bytes[from + i]));
    let (store, id) = (StoreId(number(0)), MediaId(number(8)));
    #[expect(
        clippy::disallowed_methods,
        reason = "the token names its store; nothing is read but its key until the MAC holds"
    )]
    let scope = Scope::mint(store);
    let keys = match vault.keys(db, scope).await {
        Ok(keys) => keys,
        Err(Error::Problem(p)) if p.code == Code::NotFound => return Ok(None),
        Err(e) => return Err(e),
    };
    let expected = mac(&keys, &body(store, id));
    let holds = aws_lc_rs::constant_time::verify_slices_are_equal(&expected, &bytes[BODY..]).is_ok();
    Ok(holds.then(|| (db.scoped(scope), id)))
}
