//! Defence against forged requests from other sites, for whatever a cookie authenticates.
//!
//! A request that changes something must come from our own origin (`Sec-Fetch-Site`, or `Origin` where
//! a browser does not send it) and carry `X-SP-CSRF`, a header that a form of another site cannot set.
//! Together with `SameSite=Lax` cookies and JSON-only bodies these are four fences (T-25).

use http::{HeaderMap, Method};
use kernel::{Code, Problem, Result};

/// The header a console sends with every change. Its value does not matter.
pub const HEADER: &str = "x-sp-csrf";

/// Refuses a change that another site may have caused. `public_url` is our own origin.
pub fn check(method: &Method, headers: &HeaderMap, public_url: &str) -> Result<()> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    if !same_origin(headers, public_url) {
        return Err(
            Problem::new(Code::Forbidden, "The request came from another site and was refused.").into()
        );
    }
    if !headers.contains_key(HEADER) {
        let detail = "Requests that change something with a log-in cookie carry the header X-SP-CSRF: 1.";
        return Err(Problem::new(Code::Forbidden, detail).into());
    }
    Ok(())
}

/// True if the browser says that our own page sent it, or there is no browser.
pub fn same_origin(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text("origin") else { return true };
    if origin.eq_ignore_ascii_case(public_url) {
        return true;
    }
    // Reached by another name (an address instead of the name): the browser's own host is as good.
    let host = text("host").unwrap_or_default();
    let authority = origin.split_once("://").map_or("", |(_, rest)| rest);
    !host.is_empty() && authority.eq_ignore_ascii_case(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (http::HeaderName::from_static(k), v.parse().unwrap())).collect()
    }

    #[test]
    fn a_change_from_another_site_is_refused() {
        let ours = "https://push.example";
        let check = |pairs| check(&Method::POST, &headers(pairs), ours).is_ok();
        assert!(check(&[("sec-fetch-site", "same-origin"), (HEADER, "1")]));
        assert!(check(&[("origin", "https://push.example"), (HEADER, "1")]));
        assert!(check(&[("origin", "http://10.0.0.1:8080"), ("host", "10.0.0.1:8080"), (HEADER, "1")]));
        assert!(!check(&[("sec-fetch-site", "cross-site"), (HEADER, "1")]));
        assert!(!check(&[("sec-fetch-site", "same-site"), (HEADER, "1")]));
        assert!(!check(&[("origin", "https://evil.example"), ("host", "push.example"), (HEADER, "1")]));
        assert!(!check(&[("origin", "null"), ("host", "push.example"), (HEADER, "1")]));
        assert!(!check(&[("sec-fetch-site", "same-origin")]), "the header is missing");
    }

    #[test]
    fn reading_needs_no_proof() {
        let cross = headers(&[("sec-fetch-site", "cross-site")]);
        assert!(super::check(&Method::GET, &cross, "https://push.example").is_ok());
    }
}
