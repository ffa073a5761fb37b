//! Private keys: read from PEM, made, stored, and the record that publishes their public half.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{OrFault, Problem, Result};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;

/// Largest PEM text read.
const PEM_BYTES_MAX: usize = 32 * 1024;

/// Kinds of DKIM keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// `rsa-sha256`, 2048 bits or more (RFC 8301).
    Rsa,
    /// `ed25519-sha256` (RFC 8463).
    Ed25519,
}

impl Algorithm {
    /// The word of the `a=` tag.
    pub fn tag(self) -> &'static str {
        match self {
            Algorithm::Rsa => "rsa-sha256",
            Algorithm::Ed25519 => "ed25519-sha256",
        }
    }

    /// The word of the `k=` tag and of our columns.
    pub fn word(self) -> &'static str {
        match self {
            Algorithm::Rsa => "rsa",
            Algorithm::Ed25519 => "ed25519",
        }
    }

    /// Reads [`Algorithm::word`].
    pub fn of(word: &str) -> Option<Self> {
        [Algorithm::Rsa, Algorithm::Ed25519].into_iter().find(|a| a.word() == word)
    }
}

/// A private key, parsed once and used for many signatures.
pub enum PrivateKey {
    /// RSA.
    Rsa(Box<RsaKeyPair>),
    /// Ed25519.
    Ed25519(Ed25519KeyPair),
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PrivateKey({})", self.algorithm().word())
    }
}

impl PrivateKey {
    /// Makes a key; RSA with 2048 bits (about 100 ms).
    pub fn generate(algorithm: Algorithm) -> Result<Self> {
        Ok(match algorithm {
            Algorithm::Rsa => {
                PrivateKey::Rsa(Box::new(RsaKeyPair::generate(KeySize::Rsa2048).or_fault("make an RSA key")?))
            }
            Algorithm::Ed25519 => {
                PrivateKey::Ed25519(Ed25519KeyPair::generate().or_fault("make an Ed25519 key")?)
            }
        })
    }

    /// Reads PEM: PKCS#8 for both kinds, PKCS#1 for RSA as well. Problem: neither, another kind than
    /// said, or RSA below 2048 bits.
    pub fn from_pem(algorithm: Algorithm, pem: &str) -> Result<Self> {
        if pem.len() > PEM_BYTES_MAX {
            return Err(not_a_key(algorithm).into());
        }
        let der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| not_a_key(algorithm))?;
        Ok(Self::from_private_der(algorithm, &der).ok_or_else(|| not_a_key(algorithm))?)
    }

    fn from_private_der(algorithm: Algorithm, der: &PrivateKeyDer<'_>) -> Option<Self> {
        let key = match (algorithm, der) {
            (Algorithm::Rsa, PrivateKeyDer::Pkcs8(der)) => {
                RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).ok()?
            }
            (Algorithm::Rsa, PrivateKeyDer::Pkcs1(der)) => {
                RsaKeyPair::from_der(der.secret_pkcs1_der()).ok()?
            }
            (Algorithm::Ed25519, PrivateKeyDer::Pkcs8(der)) => {
                // Keys written by openssl carry no public half; it is computed then.
                let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_pkcs8_der()).ok()?;
                return Some(PrivateKey::Ed25519(key));
            }
            _ => return None,
        };
        (key.public_modulus_len() >= 256).then(|| PrivateKey::Rsa(Box::new(key)))
    }

    /// Reads what [`PrivateKey::to_pkcs8`] made.
    pub fn from_pkcs8(algorithm: Algorithm, der: &[u8]) -> Result<Self> {
        let der = PrivateKeyDer::Pkcs8(der.into());
        Self::from_private_der(algorithm, &der).or_fault("read a stored DKIM key")
    }

    /// The key for sealed storage (PKCS#8, DER).
    pub fn to_pkcs8(&self) -> Result<Vec<u8>> {
        let der: Pkcs8V1Der<'_> = match self {
            PrivateKey::Rsa(key) => key.as_der().or_fault("write an RSA key")?,
            PrivateKey::Ed25519(key) => key.as_der().or_fault("write an Ed25519 key")?,
        };
        Ok(der.as_ref().to_vec())
    }

    /// Its kind.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            PrivateKey::Rsa(_) => Algorithm::Rsa,
            PrivateKey::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    /// The public half as the `p=` tag wants it: SubjectPublicKeyInfo for RSA, 32 bytes for Ed25519.
    pub fn public_bytes(&self) -> Result<Vec<u8>> {
        Ok(match self {
            PrivateKey::Rsa(key) => {
                let der: PublicKeyX509Der<'_> =
                    key.public_key().as_der().or_fault("write an RSA public key")?;
                der.as_ref().to_vec()
            }
            PrivateKey::Ed25519(key) => key.public_key().as_ref().to_vec(),
        })
    }

    /// Text of the TXT record at `selector._domainkey.domain`.
    pub fn dns_record(&self) -> Result<String> {
        Ok(format!("v=DKIM1; k={}; p={}", self.algorithm().word(), STANDARD.encode(self.public_bytes()?)))
    }

    /// Signs canonical header data. RSA takes ~260 µs, Ed25519 ~6 µs.
    pub(super) fn sign(&self, data: &[u8]) -> Result<Vec<u8>> {
        match self {
            PrivateKey::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature)
                    .or_fault("sign with RSA")?;
                Ok(signature)
            }
            // RFC 8463 3: the hash is signed, not the data.
            PrivateKey::Ed25519(key) => {
                let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, data);
                Ok(key.try_sign(hash.as_ref()).or_fault("sign with Ed25519")?.as_ref().to_vec())
            }
        }
    }
}

fn not_a_key(algorithm: Algorithm) -> Problem {
    let detail = match algorithm {
        Algorithm::Rsa => "This is not an RSA private key of 2048 bits or more in PEM (PKCS#8 or PKCS#1).",
        Algorithm::Ed25519 => "This is not an Ed25519 private key in PEM (PKCS#8).",
    };
    Problem::field("/key", "key", detail)
}
