//! TLS towards relays: TLS 1.2 and 1.3, aws-lc-rs, the machine's own authorities (P-161).

use super::outcome::ConnectError;
use super::relay::Trust;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::{ClientConfig, ConfigBuilder, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use rustls_platform_verifier::BuilderVerifierExt;
use std::sync::Arc;

type Config = Result<Arc<ClientConfig>, ConnectError>;

/// Largest PEM text accepted.
const PEM_BYTES_MAX: usize = 256 * 1024;

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

fn builder() -> Result<ConfigBuilder<ClientConfig, rustls::WantsVerifier>, ConnectError> {
    ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|e| ConnectError::Configuration(format!("TLS cannot be set up: {e}")))
}

/// Accepts what the machine, or the given authorities, vouch for.
pub(super) fn verified(trust: &Trust) -> Config {
    let builder = builder()?;
    let config = match trust {
        Trust::Platform => builder
            .with_platform_verifier()
            .map_err(|e| {
                ConnectError::Configuration(format!("The machine has no usable certificate authorities: {e}"))
            })?
            .with_no_client_auth(),
        Trust::Authorities(pem) => {
            builder.with_root_certificates(read_authorities(pem)?).with_no_client_auth()
        }
    };
    Ok(Arc::new(config))
}

fn read_authorities(pem: &str) -> Result<RootCertStore, ConnectError> {
    let wrong = || ConnectError::Configuration("The certificate authority is not a PEM certificate.".into());
    if pem.len() > PEM_BYTES_MAX {
        return Err(wrong());
    }
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        roots.add(certificate.map_err(|_| wrong())?).map_err(|_| wrong())?;
    }
    match roots.is_empty() {
        true => Err(wrong()),
        false => Ok(roots),
    }
}

/// Accepts any certificate. Only for loopback (checked when the address is read) and opportunistic TLS.
pub(super) fn accept_any() -> Config {
    let verifier = Arc::new(AcceptAny(provider()));
    let config = builder()?.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    Ok(Arc::new(config))
}

/// Checks that the server holds the key of its certificate, and nothing else.
#[derive(Debug)]
struct AcceptAny(Arc<CryptoProvider>);

impl ServerCertVerifier for AcceptAny {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
