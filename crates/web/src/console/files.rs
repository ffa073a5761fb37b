//! Files of the console as answers: kind, compressed twin, caching.

use aws_lc_rs::digest::{SHA256, digest};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use std::borrow::Cow;
use std::sync::Arc;

type Find = dyn Fn(&str) -> Option<Cow<'static, [u8]>> + Send + Sync;

/// Where the files of the console are. Cheap to clone.
#[derive(Clone)]
pub struct Console {
    find: Arc<Find>,
    build: Option<HeaderValue>,
}

impl Default for Console {
    /// None: a program without a console.
    fn default() -> Self {
        Console::new(|_| None)
    }
}

/// How long a browser may keep a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// Its name changes with its content.
    Forever,
    /// It asks each time whether it changed.
    WhileUnchanged,
}

/// Encodings with a twin beside the file, best first: name and ending.
const TWINS: &[(&str, &str)] = &[("br", ".br"), ("gzip", ".gz")];

/// Whose pages may load a file.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Kinds by the ending of a name.
const KINDS: &[(&str, &str)] = &[
    ("css", "text/css; charset=utf-8"),
    ("gif", "image/gif"),
    ("html", "text/html; charset=utf-8"),
    ("ico", "image/x-icon"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain; charset=utf-8"),
    ("webmanifest", "application/manifest+json"),
    ("webp", "image/webp"),
    ("woff2", "font/woff2"),
];

impl Console {
    /// With files found by their path below the folder of the build (`assets/x.js`).
    pub fn new(find: impl Fn(&str) -> Option<Cow<'static, [u8]>> + Send + Sync + 'static) -> Self {
        let build = find("index.html").and_then(|html| {
            let hash = digest(&SHA256, &html);
            HeaderValue::try_from(hex(&hash.as_ref()[..6])).ok()
        });
        Console { find: Arc::new(find), build }
    }

    /// True if there is one.
    pub fn is_there(&self) -> bool {
        self.build.is_some()
    }

    /// Changes with every build; the console compares it to know that there is a newer one.
    pub fn build(&self) -> Option<&HeaderValue> {
        self.build.as_ref()
    }

    /// A file by its path.
    pub(super) fn find(&self, path: &str) -> Option<Cow<'static, [u8]>> {
        is_plain(path).then(|| (self.find)(path)).flatten()
    }

    /// The answer with a file in the best encoding that the browser reads, or that it has it already.
    pub(super) fn answer(&self, path: &str, headers: &HeaderMap, kept: Kept) -> Option<Response> {
        let kind = kind_of(path)?;
        let (bytes, encoding) = self.best(path, headers)?;
        let tag = (kept == Kept::WhileUnchanged).then(|| tag_of(&bytes));
        let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
        let unchanged = match (&tag, known) {
            (Some(tag), Some(known)) => known.split(',').any(|t| t.trim().trim_start_matches("W/") == tag),
            _ => false,
        };
        let mut response = match unchanged {
            true => StatusCode::NOT_MODIFIED.into_response(),
            false => bytes.into_response(),
        };
        let out = response.headers_mut();
        out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        let caching = match kept {
            Kept::Forever => "public, max-age=31536000, immutable",
            Kept::WhileUnchanged => "no-cache",
        };
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        if kept == Kept::Forever {
            // Sandboxed frames of the console have an origin of their own, and one loads a script from here. The
            // files are the same for everybody and hold nothing secret.
            out.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
        }
        if let Some(encoding) = encoding {
            out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        if let Some(tag) = tag.and_then(|t| HeaderValue::try_from(t).ok()) {
            out.insert(header::ETAG, tag);
        }
        Some(response)
    }

    fn best(&self, path: &str, headers: &HeaderMap) -> Option<(Cow<'static, [u8]>, Option<&'static str>)> {
        let plain = self.find(path)?;
        let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let mut twins = TWINS.iter().filter(|(name, _)| accepts(accepted, name));
        let twin = twins.find_map(|(name, ending)| Some((self.find(&format!("{path}{ending}"))?, *name)));
        Some(twin.map_or((plain, None), |(bytes, name)| (bytes, Some(name))))
    }
}

/// True if a browser that says so reads an encoding: named, and not with quality 0.
fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused = parts.any(|p| p.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32)));
        named && !refused
    })
}

fn kind_of(path: &str) -> Option<&'static str> {
    let (_, ending) = path.rsplit('/').next()?.rsplit_once('.')?;
    KINDS.iter().find(|(known, _)| *known == ending).map(|(_, kind)| *kind)
}

/// Letters, digits and `. _ - /`, without a way up: nothing else is the name of a file of ours.
fn is_plain(path: &str) -> bool {
    let letters = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'/');
    path.bytes().all(letters) && path.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
}

fn tag_of(bytes: &[u8]) -> String {
    format!("\"{}\"", hash_of(bytes))
}

/// Stands for a content: as good as unique, and short.
pub(super) fn hash_of(bytes: &[u8]) -> String {
    hex(&digest(&SHA256, bytes).as_ref()[..12])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
