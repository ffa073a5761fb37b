//! The program calls itself at its public address, as a browser somewhere would, and looks whether it is
//! itself that answers.
//!
//! The address comes from the configuration of whoever runs the machine and from nobody else.

use super::{CheckStatus, Checked};
use http::{Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use rustls_platform_verifier::BuilderVerifierExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Patience in all.
const TIME_MAX: Duration = Duration::from_secs(8);
/// Largest answer that is read.
const ANSWER_MAX: usize = 64 << 10;
/// What is asked for.
const PATH: &str = "/api/v1/installation";

/// Calls the public address; `fingerprint` is ours.
pub(super) async fn check(public_url: &str, fingerprint: &str) -> Checked {
    let Ok(url) = format!("{public_url}{PATH}").parse::<Uri>() else {
        return Checked::new(CheckStatus::Error, "The configured public address is not an address.");
    };
    let answer = tokio::time::timeout(TIME_MAX, ask(&url)).await;
    match answer.unwrap_or_else(|_| Err("no answer within eight seconds".into())) {
        Ok(found) if found == fingerprint => judge(&url, public_url),
        Ok(_) => Checked::new(
            CheckStatus::Error,
            format!("Something else than this program answers at {public_url}."),
        ),
        Err(why) => Checked::new(CheckStatus::Error, format!("{public_url} does not lead here: {why}.")),
    }
}

/// We answer there; is it a good address?
fn judge(url: &Uri, public_url: &str) -> Checked {
    let host = url.host().unwrap_or_default().trim_matches(['[', ']']);
    let here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let (status, detail) = match (here, url.scheme_str()) {
        (true, _) => {
            let detail = "leads here from this machine only; links in messages would lead others nowhere. Set \
                          http.public_url before you send for real";
            (CheckStatus::Warning, detail)
        }
        (false, Some("https")) => (CheckStatus::Ok, "leads here, with a certificate that is trusted"),
        (false, _) => (CheckStatus::Warning, "leads here, but without TLS; log-ins can be read on the way"),
    };
    Checked::new(status, format!("{public_url} {detail}."))
}

/// Asks for the fingerprint of whoever answers. Error: why there was none, without a full stop.
async fn ask(url: &Uri) -> Result<String, String> {
    let host = url.host().ok_or("the address names no host")?;
    let tls = url.scheme_str() == Some("https");
    let port = url.port_u16().unwrap_or(if tls { 443 } else { 80 });
    let bare = host.trim_matches(['[', ']']);
    let stream = TcpStream::connect((bare, port)).await.map_err(|e| format!("no connection ({e})"))?;
    if !tls {
        return get(TokioIo::new(stream), url).await;
    }
    let name = ServerName::try_from(bare.to_owned()).map_err(|_| "the host has no name for a certificate")?;
    let stream =
        TlsConnector::from(config()?).connect(name, stream).await.map_err(|e| format!("TLS failed ({e})"))?;
    get(TokioIo::new(stream), url).await
}

fn config() -> Result<Arc<ClientConfig>, String> {
    let wrong = |e: rustls::Error| format!("TLS cannot be set up ({e})");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(wrong)?.with_platform_verifier().map_err(wrong)?;
    Ok(Arc::new(builder.with_no_client_auth()))
}

async fn get<S>(io: TokioIo<S>, url: &Uri) -> Result<String, String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let broken = |e: hyper::Error| format!("the connection broke ({e})");
    let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.map_err(broken)?;
    // It ends when the sender is dropped.
    tokio::spawn(connection);
    let authority = url.authority().map_or("", |a| a.as_str());
    let request = Request::get(PATH).header(header::HOST, authority).body(Empty::<Bytes>::new());
    let request = request.map_err(|e| format!("the address cannot be asked ({e})"))?;
    let response = sender.send_request(request).await.map_err(broken)?;
    if response.status() != StatusCode::OK {
        return Err(format!("it answers with {}", response.status()));
    }
    let body = Limited::new(response.into_body(), ANSWER_MAX).collect().await;
    let bytes = body.map_err(|_| "its answer broke off")?.to_bytes();
    let value: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|_| "its answer is another program's")?;
    Ok(value["fingerprint"].as_str().unwrap_or_default().to_owned())
}
