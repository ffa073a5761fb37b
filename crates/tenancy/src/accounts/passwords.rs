//! Hashing of passwords: argon2id with 64 MiB, three passes, one lane, and a pepper from the root key.
//!
//! At most four run at once (256 MiB). An unknown person costs the same time as a known one.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use kernel::{Fault, OrFault, Result};
use std::sync::{Arc, OnceLock};
use store::Vault;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// KiB of memory.
const MEMORY_KIB: u32 = 64 * 1024;
/// Passes over it.
const PASSES: u32 = 3;
/// Hashes at once.
const AT_ONCE: usize = 4;

/// The hasher of this process. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    pepper: Arc<Zeroizing<Vec<u8>>>,
    places: Arc<Semaphore>,
    dummy: Arc<OnceLock<String>>,
}

impl Passwords {
    /// A hasher with the pepper of this installation.
    pub fn new(vault: &Vault) -> Self {
        let pepper = vault.installation().token_mac(&[b"password pepper"]).to_vec();
        Passwords {
            pepper: Arc::new(Zeroizing::new(pepper)),
            places: Arc::new(Semaphore::new(AT_ONCE)),
            dummy: Arc::default(),
        }
    }

    /// PHC text of a password.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = Zeroizing::new(password.to_owned());
        self.run(move |this| this.hash_now(&password)).await
    }

    /// True if the password is the one that was hashed. Without a hash (nobody of that name) it takes
    /// as long and answers false.
    pub async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool> {
        let password = Zeroizing::new(password.to_owned());
        self.run(move |this| {
            let known = hash.is_some();
            let hash = match hash {
                Some(hash) => hash,
                None => this.dummy()?,
            };
            Ok(this.verify_now(&password, &hash)? && known)
        })
        .await
    }

    /// True if a hash was made with other parameters than today's.
    pub fn is_outdated(hash: &str) -> bool {
        !hash.starts_with(&format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1$"))
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Passwords) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let place = self.places.clone().acquire_owned().await.or_fault("wait for a place to hash")?;
        let this = self.clone();
        tokio::task::spawn_blocking(move || {
            let answer = work(&this);
            drop(place);
            answer
        })
        .await
        .or_fault("hash a password")?
    }

    fn argon(&self) -> Result<Argon2<'_>> {
        let params =
            Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|e| Fault::new(format!("argon2: {e}")))?;
        Argon2::new_with_secret(&self.pepper, Algorithm::Argon2id, Version::V0x13, params)
            .map_err(|e| Fault::new(format!("argon2: {e}")).into())
    }

    fn hash_now(&self, password: &str) -> Result<String> {
        let hash = self.argon()?.hash_password(password.as_bytes());
        hash.map(|h| h.to_string()).map_err(|e| Fault::new(format!("argon2: {e}")).into())
    }

    fn verify_now(&self, password: &str, hash: &str) -> Result<bool> {
        let parsed = PasswordHash::new(hash).map_err(|e| Fault::new(format!("read a password hash: {e}")))?;
        Ok(self.argon()?.verify_password(password.as_bytes(), &parsed).is_ok())
    }

    fn dummy(&self) -> Result<String> {
        if let Some(hash) = self.dummy.get() {
            return Ok(hash.clone());
        }
        let hash = self.hash_now("nobody has this password")?;
        Ok(self.dummy.get_or_init(|| hash).clone())
    }
}
