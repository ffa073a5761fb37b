//! Keys: root key → store keys → contact keys, and what is computed with them.
//!
//! Personal fields of a contact are sealed under the contact's own random key, which is wrapped by the
//! store's key, which is wrapped by the root key (a file beside the data, mode 0600). Destroying a
//! contact's wrapped key makes its fields unreadable for good (P-123). Look-ups by email or phone use a
//! keyed hash (blind index), so equal values are found without being readable.
//! AES-256-GCM, HMAC-SHA-256 and HKDF of aws-lc-rs throughout.

use crate::{Database, Scope, SystemTx, Tx, global_statements, params};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::hmac;
use kernel::ids::{ContactId, StoreId};
use kernel::{Fault, OrFault, Problem, Result};
use std::collections::HashMap;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Arc, RwLock};
use zeroize::Zeroizing;

/// Bytes of a blind index.
pub const BLIND_LENGTH: usize = 16;
const KEY_LENGTH: usize = 32;

global_statements! {
    /// The newest key of a store.
    FIND_STORE_KEY = "SELECT version, wrapped FROM store_keys WHERE store_id = $1 ORDER BY version DESC LIMIT 1";
    /// Keeps a store's key.
    INSERT_STORE_KEY = "INSERT INTO store_keys (store_id, version, wrapped, created_at) VALUES ($1, $2, $3, $4)";
}

/// The key above all keys.
pub struct RootKey {
    wrap: LessSafeKey,
    installation: StoreKeys,
}

impl RootKey {
    /// From 32 bytes.
    pub fn new(bytes: &[u8; KEY_LENGTH]) -> Result<Self> {
        // Store 0 does not exist: the same derivations serve what belongs to no store.
        Ok(RootKey { wrap: aead(bytes)?, installation: StoreKeys::derive(StoreId(0), bytes)? })
    }

    /// Reads the key file, or makes it (mode 0600) on first use. Errors: unreadable, or not 64 hex digits.
    pub fn load_or_create(path: &Path) -> Result<Self> {
        if !path.exists() {
            create_key_file(path)?;
        }
        let text = Zeroizing::new(std::fs::read_to_string(path).or_fault("read the root key file")?);
        let bytes = from_hex(text.trim()).ok_or_else(|| {
            Problem::conflict(
                "The root key file does not hold 64 hexadecimal digits; restore it from your safe copy.",
            )
        })?;
        Self::new(&bytes)
    }
}

fn create_key_file(path: &Path) -> Result<()> {
    let key = Zeroizing::new(random::<KEY_LENGTH>()?);
    let text = Zeroizing::new(key.iter().map(|b| format!("{b:02x}")).collect::<String>());
    let opened = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match opened {
        Ok(mut file) => {
            file.write_all(text.as_bytes()).or_fault("write the root key file")?;
            file.sync_all().or_fault("sync the root key file")
        }
        // Another process was faster; its key is the key.
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(e).or_fault("create the root key file"),
    }
}

fn from_hex(text: &str) -> Option<[u8; KEY_LENGTH]> {
    let mut key = [0; KEY_LENGTH];
    if text.len() != KEY_LENGTH * 2 || !text.is_ascii() {
        return None;
    }
    for (i, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[i * 2..i * 2 + 2], 16).ok()?;
    }
    Some(key)
}

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).or_fault("draw random bytes")?;
    Ok(bytes)
}

fn aead(key: &[u8]) -> Result<LessSafeKey> {
    Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).or_fault("make an AEAD key")?))
}

/// nonce ‖ ciphertext ‖ tag. The nonce is random: one key seals few messages, far below 2^32.
fn seal(key: &LessSafeKey, aad: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
    let nonce = random::<NONCE_LEN>()?;
    let mut out = Vec::with_capacity(NONCE_LEN + plain.len() + 16);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(plain);
    let tag = key
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(aad),
            &mut out[NONCE_LEN..],
        )
        .or_fault("seal")?;
    out.extend_from_slice(tag.as_ref());
    Ok(out)
}

fn open(key: &LessSafeKey, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
    let mut plain = Vec::new();
    open_into(key, aad, sealed, &mut plain)?;
    Ok(plain)
}

fn open_into(key: &LessSafeKey, aad: &[u8], sealed: &[u8], plain: &mut Vec<u8>) -> Result<()> {
    let (nonce, body) = sealed.split_at_checked(NONCE_LEN).or_fault("open: too short")?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).or_fault("open: nonce")?;
    plain.clear();
    plain.extend_from_slice(body);
    let length = key
        .open_in_place(nonce, Aad::from(aad), plain)
        .map_err(|_| Fault::new("open: the key or the data is not the right one"))?
        .len();
    plain.truncate(length);
    Ok(())
}

/// A key for data of one kind, unwrapped.
pub struct SealingKey(LessSafeKey);

/// The key of one contact.
pub type ContactKey = SealingKey;

impl SealingKey {
    /// Seals bytes; `purpose` must be the same to open them.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>> {
        seal(&self.0, purpose.as_bytes(), plain)
    }

    /// Opens what [`SealingKey::seal`] made. Fault: wrong key, wrong purpose, or damaged.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        open(&self.0, purpose.as_bytes(), sealed)
    }

    /// [`ContactKey::open`] into memory that is used again, for those who open very many.
    pub fn open_into(&self, purpose: &str, sealed: &[u8], plain: &mut Vec<u8>) -> Result<()> {
        open_into(&self.0, purpose.as_bytes(), sealed, plain)
    }
}

/// The keys of one store.
pub struct StoreKeys {
    store: i64,
    wrap: LessSafeKey,
    secrets: LessSafeKey,
    blind: hmac::Key,
    token: hmac::Key,
}

impl StoreKeys {
    fn derive(store: StoreId, master: &[u8]) -> Result<Self> {
        let salt = Salt::new(HKDF_SHA256, b"smartpush store keys v1");
        let root = salt.extract(master);
        let expand = |label: &'static [u8]| -> Result<Zeroizing<[u8; KEY_LENGTH]>> {
            let mut key = Zeroizing::new([0; KEY_LENGTH]);
            root.expand(&[label], HKDF_SHA256)
                .and_then(|okm| okm.fill(&mut *key))
                .or_fault("derive a key")?;
            Ok(key)
        };
        Ok(StoreKeys {
            store: store.0,
            wrap: aead(&*expand(b"wrap")?)?,
            secrets: aead(&*expand(b"secrets")?)?,
            blind: hmac::Key::new(hmac::HMAC_SHA256, &*expand(b"blind")?),
            token: hmac::Key::new(hmac::HMAC_SHA256, &*expand(b"token")?),
        })
    }

    fn contact_aad(&self, contact: ContactId) -> [u8; 16] {
        let mut aad = [0; 16];
        aad[..8].copy_from_slice(&self.store.to_be_bytes());
        aad[8..].copy_from_slice(&contact.0.to_be_bytes());
        aad
    }

    /// A fresh key for a contact, and its wrapped form for the row (60 bytes).
    ///
    /// Bound to the contact's id, which is made without the database, so that sealing a batch needs no
    /// transaction.
    pub fn new_contact_key(&self, contact: ContactId) -> Result<(ContactKey, Vec<u8>)> {
        let key = Zeroizing::new(random::<KEY_LENGTH>()?);
        let wrapped = seal(&self.wrap, &self.contact_aad(contact), &*key)?;
        Ok((SealingKey(aead(&*key)?), wrapped))
    }

    /// Unwraps a contact's key. Fault: it belongs to another contact or store, or is damaged.
    pub fn open_contact_key(&self, contact: ContactId, wrapped: &[u8]) -> Result<ContactKey> {
        let key = Zeroizing::new(open(&self.wrap, &self.contact_aad(contact), wrapped)?);
        aead(&key).map(SealingKey)
    }

    /// Keyed hash of a normalised value, for exact look-ups. `kind` keeps email and phone apart.
    pub fn blind(&self, kind: &str, value: &str) -> [u8; BLIND_LENGTH] {
        mac16(&self.blind, &[kind.as_bytes(), &[0], value.as_bytes()])
    }

    /// Authenticates a public token (tracking, unsubscribe, VERP).
    pub fn token_mac(&self, parts: &[&[u8]]) -> [u8; BLIND_LENGTH] {
        mac16(&self.token, parts)
    }

    /// Seals a secret of the store itself (relay password, DKIM key).
    pub fn seal_secret(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>> {
        seal(&self.secrets, purpose.as_bytes(), plain)
    }

    /// Opens what [`StoreKeys::seal_secret`] made.
    pub fn open_secret(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        open(&self.secrets, purpose.as_bytes(), sealed)
    }

    /// A fresh key for one thing, and its wrapped form (60 bytes), which opens for the same purpose only.
    pub fn new_sealing_key(&self, purpose: &str) -> Result<(SealingKey, Vec<u8>)> {
        let key = Zeroizing::new(random::<KEY_LENGTH>()?);
        let wrapped = self.seal_secret(purpose, &*key)?;
        Ok((SealingKey(aead(&*key)?), wrapped))
    }

    /// Unwraps a key that [`StoreKeys::new_sealing_key`] made.
    pub fn open_sealing_key(&self, purpose: &str, wrapped: &[u8]) -> Result<SealingKey> {
        let key = Zeroizing::new(self.open_secret(purpose, wrapped)?);
        aead(&key).map(SealingKey)
    }
}

fn mac16(key: &hmac::Key, parts: &[&[u8]]) -> [u8; BLIND_LENGTH] {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(part);
    }
    let tag = context.sign();
    let mut out = [0; BLIND_LENGTH];
    out.copy_from_slice(&tag.as_ref()[..BLIND_LENGTH]);
    out
}

/// Unwraps and caches store keys. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    root: Arc<RootKey>,
    cache: Arc<RwLock<HashMap<i64, Arc<StoreKeys>>>>,
}

impl Vault {
    /// A vault under a root key.
    pub fn new(root: RootKey) -> Self {
        Vault { root: Arc::new(root), cache: Arc::default() }
    }

    /// Keys of what belongs to no store: accounts, log-ins, cursors. Never for contacts.
    pub fn installation(&self) -> &StoreKeys {
        &self.root.installation
    }

    /// Makes the key of a new store, in the transaction that makes the store.
    pub fn create_store_key(&self, tx: &mut SystemTx<'_>, store: StoreId) -> Result<()> {
        let master = Zeroizing::new(random::<KEY_LENGTH>()?);
        let wrapped = seal(&self.root.wrap, &store.0.to_be_bytes(), &*master)?;
        let now = tx.now();
        tx.execute(&INSERT_STORE_KEY, params![store.0, 1_i64, wrapped, now])?;
        Ok(())
    }

    /// The keys of a store.
    pub async fn keys(&self, db: &Database, scope: Scope) -> Result<Arc<StoreKeys>> {
        let store = scope.store();
        if let Some(keys) = self.cached(store) {
            return Ok(keys);
        }
        let row = db
            .system()
            .query_opt(&FIND_STORE_KEY, params![store.0])
            .await?
            .ok_or_else(|| Problem::not_found("store"))?;
        self.unwrap_and_cache(store, &row.blob(1)?)
    }

    /// The keys of the store that a transaction is in, for consumers of its log.
    pub fn keys_in(&self, tx: &mut Tx<'_>) -> Result<Arc<StoreKeys>> {
        let store = tx.store();
        if let Some(keys) = self.cached(store) {
            return Ok(keys);
        }
        let row = tx.system().query_opt(&FIND_STORE_KEY, params![store.0])?;
        let row = row.ok_or_else(|| Problem::not_found("store"))?;
        self.unwrap_and_cache(store, &row.blob(1)?)
    }

    fn cached(&self, store: StoreId) -> Option<Arc<StoreKeys>> {
        self.cache.read().unwrap_or_else(|e| e.into_inner()).get(&store.0).cloned()
    }

    fn unwrap_and_cache(&self, store: StoreId, wrapped: &[u8]) -> Result<Arc<StoreKeys>> {
        let master = Zeroizing::new(open(&self.root.wrap, &store.0.to_be_bytes(), wrapped)?);
        let keys = Arc::new(StoreKeys::derive(store, &master)?);
        self.cache.write().unwrap_or_else(|e| e.into_inner()).insert(store.0, keys.clone());
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> StoreKeys {
        StoreKeys::derive(StoreId(7), &[3; 32]).unwrap()
    }

    #[test]
    fn a_contact_key_opens_only_for_its_own_contact() {
        let keys = keys();
        let (key, wrapped) = keys.new_contact_key(ContactId(5)).unwrap();
        let sealed = key.seal("pii", b"ana@shop.example").unwrap();
        let again = keys.open_contact_key(ContactId(5), &wrapped).unwrap();
        assert_eq!(again.open("pii", &sealed).unwrap(), b"ana@shop.example");
        assert!(again.open("other", &sealed).is_err());
        assert!(keys.open_contact_key(ContactId(6), &wrapped).is_err());
        assert!(
            StoreKeys::derive(StoreId(8), &[3; 32])
                .unwrap()
                .open_contact_key(ContactId(5), &wrapped)
                .is_err()
        );
    }

    #[test]
    fn blind_indexes_differ_by_kind_and_are_stable() {
        let keys = keys();
        assert_eq!(keys.blind("email", "a"), keys.blind("email", "a"));
        assert_ne!(keys.blind("email", "a"), keys.blind("phone", "a"));
    }

    #[test]
    fn a_key_file_is_made_once_and_private() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("root.key");
        RootKey::load_or_create(&path).unwrap();
        let first = std::fs::read_to_string(&path).unwrap();
        RootKey::load_or_create(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), first);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
