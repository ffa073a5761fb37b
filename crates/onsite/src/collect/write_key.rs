//! Which store a call is for: the write key, wherever a client puts it. A key that stands in a page is public, so it
//! should have the right `events:write` and no other; whatever has the right to edit contacts is a server of the
//! merchant's and is trusted with more.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, Method, header};
use kernel::{Code, Problem, Result};
use std::net::IpAddr;
use store::Scoped;
use web::rights::{EditContacts, WriteEvents};
use web::{AppState, Caller};

/// Where a client may put the key besides `Authorization`.
const KEY_HEADER: &str = "x-write-key";

/// Whoever may send events to a store.
pub struct Writer {
    /// The store.
    pub store: Scoped,
    /// The key may change contacts.
    pub trusted: bool,
}

/// The key in the headers: `Basic base64(key:)`, `Bearer key`, `X-Write-Key: key`.
pub fn in_headers(headers: &HeaderMap) -> Option<String> {
    let value = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(key) = value(KEY_HEADER) {
        return Some(key.trim().to_owned());
    }
    let said = value(header::AUTHORIZATION.as_str())?;
    let (scheme, rest) = said.split_once(' ')?;
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => Some(rest.trim().to_owned()),
        "basic" => {
            let text = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
            // The password is empty; some clients leave the colon out as well.
            Some(text.split(':').next().unwrap_or_default().to_owned())
        }
        _ => None,
    }
}

/// Lets a key into its store. Problem: absent, unknown, revoked, or without the right to send events.
pub async fn enter(state: &AppState, key: Option<String>, ip: IpAddr) -> Result<Writer> {
    let missing = || {
        let detail = "Send the write key: as user name of basic authorization, as bearer, or as writeKey.";
        Problem::new(Code::Unauthorized, detail)
    };
    let key = key.filter(|k| !k.is_empty()).ok_or_else(missing)?;
    let mut headers = HeaderMap::new();
    let bearer = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| missing())?;
    headers.insert(header::AUTHORIZATION, bearer);
    let caller = Caller { method: &Method::POST, headers: &headers, ip, unattended: true };
    let principal = state.authenticate().identify(&caller).await?;
    let (scope, rights) = state.authenticate().enter(&principal, None).await?;
    if !rights.has::<WriteEvents>() {
        return Err(
            Problem::new(Code::Forbidden, "This key may not send events; it needs events:write.").into()
        );
    }
    Ok(Writer { store: state.db().scoped(scope), trusted: rights.has::<EditContacts>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &'static str, value: &str, key: Option<&str>) {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_str(value).unwrap());
        assert_eq!(in_headers(&headers).as_deref(), key, "{name}: {value}");
    }

    #[test]
    fn the_key_is_found_wherever_clients_put_it() {
        check("authorization", "Basic a2V5MTo=", Some("key1"));
        check("authorization", "basic a2V5MQ==", Some("key1"));
        check("authorization", "Bearer key1", Some("key1"));
        check("x-write-key", "key1", Some("key1"));
        check("authorization", "Basic ***", None);
        check("authorization", "Digest key1", None);
    }
}
