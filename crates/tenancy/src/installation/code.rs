//! Who may make the first account: whoever sits at the machine, or knows the code that the program prints.
//!
//! An installation without an account belongs to whoever comes first, so being first must be earned. The
//! code is made from the root key: every process of the installation knows the same one, and it is written
//! down nowhere. Once there is an account it opens nothing.

use http::{HeaderMap, header};
use std::net::IpAddr;
use store::Vault;
use subtle::ConstantTimeEq;

/// Letters of codes, without those that look alike.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Letters of a code: 32^10 codes, guessed at the rate of log-ins.
const LENGTH: usize = 10;
/// Headers by which a proxy shows itself: then the machine that asks is not the person's.
const PROXY_HEADERS: &[&str] = &["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// The code of this installation: `ABCDE-FGHJK`.
pub fn setup_code(vault: &Vault) -> String {
    let bytes = vault.installation().blind("setup code", "first account");
    let letters: String =
        bytes.iter().take(LENGTH).map(|b| char::from(LETTERS[usize::from(b % 32)])).collect();
    format!("{}-{}", &letters[..LENGTH / 2], &letters[LENGTH / 2..])
}

/// True if that is the code; case, spaces and dashes do not matter.
pub(super) fn is_right(vault: &Vault, typed: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
    };
    plain(&setup_code(vault)).as_bytes().ct_eq(plain(typed).as_bytes()).into()
}

/// True if the request was made on this machine by a name that no other site can have (a page of another
/// site whose name is made to lead here comes with that site's name), and not through a proxy on it.
pub(super) fn is_at_the_machine(ip: IpAddr, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let local =
        name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    ip.is_loopback() && local && PROXY_HEADERS.iter().all(|name| !headers.contains_key(*name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderName;
    use store::RootKey;

    #[test]
    fn the_code_is_the_installations_own_and_typed_as_one_likes() {
        let vault = |byte| Vault::new(RootKey::new(&[byte; 32]).unwrap());
        let code = setup_code(&vault(1));
        assert_eq!((code.len(), &code[5..6]), (11, "-"));
        assert_eq!(code, setup_code(&vault(1)));
        assert_ne!(code, setup_code(&vault(2)));
        assert!(is_right(&vault(1), &format!(" {} ", code.to_lowercase().replace('-', " "))));
        assert!(!is_right(&vault(2), &code) && !is_right(&vault(1), ""));
    }

    #[track_caller]
    fn check(ip: &str, headers: &[(&'static str, &'static str)], expected: bool) {
        let map = headers.iter().map(|(k, v)| (HeaderName::from_static(k), v.parse().unwrap())).collect();
        assert_eq!(is_at_the_machine(ip.parse().unwrap(), &map), expected, "{ip} {headers:?}");
    }

    #[test]
    fn only_the_machine_itself_needs_no_code() {
        check("127.0.0.1", &[("host", "127.0.0.1:8080")], true);
        check("::1", &[("host", "[::1]:8080")], true);
        check("127.0.0.1", &[("host", "localhost")], true);
        check("203.0.113.9", &[("host", "localhost")], false);
        check("127.0.0.1", &[("host", "rebound.example:8080")], false);
        check("127.0.0.1", &[("host", "localhost"), ("x-forwarded-for", "203.0.113.9")], false);
        check("127.0.0.1", &[], false);
    }
}
