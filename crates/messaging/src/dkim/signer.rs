//! Signing one message with one or more keys.

use super::canonical::{Fields, hash_relaxed_body, write_relaxed_field};
use super::keys::PrivateKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{Problem, Result, Timestamp};
use std::sync::Arc;

/// Header fields that are signed when present, in the order of `h=`; RFC 6376 5.4.1 and RFC 8058 4.
const SIGNED: [(&str, &str); 17] = [
    ("From", "from"),
    ("To", "to"),
    ("Subject", "subject"),
    ("Date", "date"),
    ("Message-ID", "message-id"),
    ("Reply-To", "reply-to"),
    ("MIME-Version", "mime-version"),
    ("Content-Type", "content-type"),
    ("Content-Transfer-Encoding", "content-transfer-encoding"),
    ("List-Unsubscribe", "list-unsubscribe"),
    ("List-Unsubscribe-Post", "list-unsubscribe-post"),
    ("List-Id", "list-id"),
    ("Feedback-ID", "feedback-id"),
    ("CFBL-Address", "cfbl-address"),
    ("CFBL-Feedback-ID", "cfbl-feedback-id"),
    ("Auto-Submitted", "auto-submitted"),
    ("X-Report-Abuse", "x-report-abuse"),
];

/// Signed once more than they occur: a second one added on the way breaks the signature.
const OVERSIGNED: &str = "From:Subject";
/// How long a signature is valid (`x=`).
const VALID_SECONDS: i64 = 14 * 24 * 3_600;
const BASE64_LINE: usize = 72;

/// A key with its place in DNS.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// `d=`.
    pub domain: String,
    /// `s=`.
    pub selector: String,
    /// The private half, parsed.
    pub key: Arc<PrivateKey>,
}

struct Prepared {
    key: Arc<PrivateKey>,
    /// `v=1; a=…; c=…; d=…; s=…;`
    prefix: String,
}

/// Signs messages with every key it was given. Cheap to share; holds no state.
pub struct DkimSigner(Vec<Prepared>);

impl DkimSigner {
    /// A signer for these keys. Problem: a domain or selector that cannot stand in the header.
    pub fn new(keys: Vec<SigningKey>) -> Result<Self, Problem> {
        keys.into_iter().map(prepare).collect::<Result<Vec<_>, _>>().map(DkimSigner)
    }

    /// True if there is nothing to sign with.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends one `DKIM-Signature` field per key. `headers` are the fields of the message, each ended
    /// by CRLF; `body` is what follows the empty line. The fields belong before `headers`.
    pub fn sign(&self, headers: &[u8], body: &[u8], now: Timestamp, out: &mut Vec<u8>) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut data = Vec::with_capacity(headers.len() + 600);
        let names = write_signed_fields(headers, &mut data);
        let common = common_tags(body, &names, now);
        let fields_end = data.len();
        for prepared in &self.0 {
            data.truncate(fields_end);
            write_own_field(prepared, &common, &mut data);
            let signature = prepared.key.sign(&data)?;
            write_signature(prepared, &common, &signature, out);
        }
        Ok(())
    }
}

fn prepare(key: SigningKey) -> Result<Prepared, Problem> {
    let host = |text: &str| {
        (1..=253).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
    };
    if !host(&key.domain) || !host(&key.selector) {
        return Err(Problem::field(
            "/dkim",
            "name",
            "A DKIM domain looks like shop.example and a selector like sp1, in ASCII.",
        ));
    }
    let tag = key.key.algorithm().tag();
    let prefix = format!("v=1; a={tag}; c=relaxed/relaxed; d={}; s={};", key.domain, key.selector);
    Ok(Prepared { key: key.key, prefix })
}

/// What is the same for all keys: the tags between prefix and signature.
struct CommonTags {
    times: String,
    names: String,
    body_hash: String,
}

fn common_tags(body: &[u8], names: &str, now: Timestamp) -> CommonTags {
    let t = now.0 / 1_000;
    CommonTags {
        times: format!("t={t}; x={};", t + VALID_SECONDS),
        names: format!("h={names};"),
        body_hash: format!("bh={};", STANDARD.encode(hash_relaxed_body(body))),
    }
}

/// Appends the fields that will be signed in canonical form; answers the `h=` list. The additional
/// names of [`OVERSIGNED`] stand for fields that do not exist and add nothing to the data.
fn write_signed_fields(headers: &[u8], data: &mut Vec<u8>) -> String {
    let fields = Fields::parse(headers);
    let mut names = String::with_capacity(240);
    for (name, lower) in SIGNED {
        if let Some(value) = fields.last(lower) {
            write_relaxed_field(lower, value, data);
            names.push_str(name);
            names.push(':');
        }
    }
    names.push_str(OVERSIGNED);
    names
}

/// Appends the field being made, in canonical form, with an empty `b=` and without CRLF.
fn write_own_field(prepared: &Prepared, common: &CommonTags, data: &mut Vec<u8>) {
    data.extend_from_slice(b"dkim-signature:");
    for part in [&prepared.prefix, &common.times, &common.names, &common.body_hash] {
        data.extend_from_slice(part.as_bytes());
        data.push(b' ');
    }
    data.extend_from_slice(b"b=");
}

/// Appends the field as sent: the same parts, folded where the canonical form has a space.
fn write_signature(prepared: &Prepared, common: &CommonTags, signature: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"DKIM-Signature: ");
    for part in [&prepared.prefix, &common.times, &common.names, &common.body_hash] {
        out.extend_from_slice(part.as_bytes());
        out.extend_from_slice(b"\r\n\t");
    }
    out.extend_from_slice(b"b=");
    let encoded = STANDARD.encode(signature);
    // White space inside b= is ignored by verifiers (RFC 6376 3.5).
    for (i, line) in encoded.as_bytes().chunks(BASE64_LINE).enumerate() {
        if i > 0 {
            out.extend_from_slice(b"\r\n\t ");
        }
        out.extend_from_slice(line);
    }
    out.extend_from_slice(b"\r\n");
}
