//! What the console's pages may do in the browser.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{Fault, Result};

/// `Permissions-Policy`.
pub(super) const PERMISSIONS: &str = "permissions-policy";
/// Camera, microphone and place are open on the page that takes pictures and nowhere else (P-033).
pub(super) const CAPTURE_PERMISSIONS: &str = "camera=(self), microphone=(self), geolocation=(self), \
    display-capture=(), payment=(), usb=()";
/// The page of the API sets styles of elements from scripts, and pictures by `data:`; nothing else.
pub(super) const OF_API_PAGE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// True for the screen that takes pictures and sound.
pub(super) fn is_capture(screen: &str) -> bool {
    screen == "capture" || screen.starts_with("capture/")
}

/// Bytes of a nonce.
const NONCE: usize = 16;

/// A nonce for one page.
pub(super) fn nonce() -> Result<String> {
    let mut bytes = [0; NONCE];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Fault::new("no random bytes"))?;
    Ok(STANDARD.encode(bytes))
}

/// Tag of a page of this build that was given this nonce.
pub(super) fn tag(build: &str, nonce: &str) -> String {
    format!("\"{build}.{nonce}\"")
}

/// The nonce in the first tag of `If-None-Match` that is one of this build.
pub(super) fn nonce_of_tag(known: &str, build: &str) -> Option<String> {
    known.split(',').find_map(|tag| {
        let tag = tag.trim().trim_start_matches("W/").strip_prefix('"')?.strip_suffix('"')?;
        let nonce = tag.strip_prefix(build)?.strip_prefix('.')?;
        let bytes = STANDARD.decode(nonce).ok()?;
        (bytes.len() == NONCE).then(|| nonce.to_owned())
    })
}

/// Policy of the console's page. Scripts come from here alone; pictures may come from the merchant's shop
/// over TLS; user content is shown in sandboxed frames made here.
pub(super) fn of_console(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; \
         style-src-attr 'unsafe-inline'; img-src 'self' data: blob: https:; connect-src 'self'; font-src 'self'; \
         frame-src 'self' blob:; media-src 'self' blob:; manifest-src 'self'; form-action 'self'; \
         object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
}
