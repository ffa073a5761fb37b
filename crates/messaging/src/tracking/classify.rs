//! Telling people from machines by one request (D-18). What needs several requests is in `tracker`.
//!
//! Rules are asked in order; the first that fits decides. Their numbers are stored in events: append
//! only. There is no list of data-centre networks: one that is not kept up to date does more harm than
//! good.

use super::model::{HitClass, HitKind};
use axum::http::{HeaderMap, Method, header};
use std::net::IpAddr;

/// A rule as shown to merchants.
#[derive(Debug)]
pub struct Rule {
    /// Stored number.
    pub number: u8,
    /// Word.
    pub id: &'static str,
    /// A sentence for people.
    pub meaning: &'static str,
}

const fn rule(number: u8, id: &'static str, meaning: &'static str) -> Rule {
    Rule { number, id, meaning }
}

/// Every rule; its place is its number.
pub const RULES: [Rule; 14] = [
    rule(0, "default", "Nothing speaks against a person."),
    rule(1, "head", "The request asked for headers only, as link checkers do."),
    rule(2, "prefetch_header", "The program said that it loads beforehand."),
    rule(3, "google_image_proxy", "Gmail's image proxy loaded it when the message was opened."),
    rule(4, "yahoo_image_proxy", "Yahoo's image proxy loaded it when the message was opened."),
    rule(5, "apple_mpp", "Apple Mail loads everything beforehand, opened or not."),
    rule(6, "scanner_agent", "The user agent belongs to a security scanner."),
    rule(7, "bot_agent", "The user agent belongs to a program."),
    rule(8, "no_agent", "The request named no user agent."),
    rule(9, "no_language", "The request named no language, as browsers do."),
    rule(10, "many_links", "Three or more links of one message were followed within two seconds."),
    rule(11, "too_soon", "The link was followed as the message was being handed over."),
    rule(12, "many_recipients", "One network followed links of many recipients within ten seconds."),
    rule(13, "apple_network", "The request came from Apple's own network."),
];

/// Number of the rule `many_links`.
pub const MANY_LINKS: u8 = 10;
/// Number of the rule `too_soon`.
pub const TOO_SOON: u8 = 11;
/// Number of the rule `many_recipients`.
pub const MANY_RECIPIENTS: u8 = 12;

/// Parts of user agents of scanners, in lower case.
const SCANNERS: &[&str] = &[
    "barracuda",
    "mimecast",
    "proofpoint",
    "messagelabs",
    "symantec",
    "trendmicro",
    "zscaler",
    "fireeye",
    "trellix",
    "safelinks",
    "forefront",
    "sophos",
    "bitdefender",
    "kaspersky",
    "mcafee",
    "avast",
    "virustotal",
    "urlscan",
    "checkpoint",
    "cloudmark",
    "vadesecure",
    "phish",
    "fortinet",
    "fortiguard",
    "ironport",
    "cisco",
    "paloalto",
    "google-safety",
    "safebrowsing",
    "google-pagerenderer",
    "microsoft office",
    "ms-office",
    "msoffice",
    "urlinspector",
    "linkcheck",
    "mailguard",
    "spamtitan",
    "retarus",
    "hornetsecurity",
    "area1",
    "abnormal",
];

/// Parts of user agents of other programs, in lower case.
const BOTS: &[&str] = &[
    "bot",
    "crawl",
    "spider",
    "slurp",
    "curl/",
    "wget",
    "python",
    "go-http-client",
    "java/",
    "okhttp",
    "libwww",
    "httpclient",
    "axios",
    "node-fetch",
    "undici",
    "headless",
    "phantomjs",
    "puppeteer",
    "playwright",
    "selenium",
    "facebookexternalhit",
    "whatsapp",
    "skypeuripreview",
    "slack",
    "preview",
    "monitor",
    "uptime",
    "scrapy",
    "apache-http",
    "ruby",
    "perl",
    "php",
    "postman",
    "insomnia",
    "lighthouse",
];

/// What a request shows. Looked at and forgotten.
pub struct Visitor<'a> {
    /// Method.
    pub method: &'a Method,
    /// Headers.
    pub headers: &'a HeaderMap,
    /// Address of the client.
    pub ip: IpAddr,
}

/// Class and number of the rule.
pub fn classify(kind: HitKind, visitor: &Visitor<'_>) -> (HitClass, u8) {
    let agent = text(visitor.headers, header::USER_AGENT.as_str());
    let lower = agent.to_ascii_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    if *visitor.method == Method::HEAD {
        return (HitClass::Scanner, 1);
    }
    if is_prefetch(visitor.headers) {
        return (HitClass::Scanner, 2);
    }
    if kind == HitKind::Open
        && let Some(proxied) = by_image_proxy(agent, &lower, visitor.ip)
    {
        return proxied;
    }
    match () {
        () if has(SCANNERS) => (HitClass::Scanner, 6),
        () if has(BOTS) => (HitClass::Bot, 7),
        () if agent.is_empty() => (HitClass::Unknown, 8),
        () if kind == HitKind::Click && !visitor.headers.contains_key(header::ACCEPT_LANGUAGE) => {
            (HitClass::Scanner, 9)
        }
        () => (HitClass::Human, 0),
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("").trim()
}

fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"].iter().any(|name| {
        let value = text(headers, name).to_ascii_lowercase();
        value.contains("prefetch") || value.contains("preview")
    })
}

fn by_image_proxy(agent: &str, lower: &str, ip: IpAddr) -> Option<(HitClass, u8)> {
    if lower.contains("googleimageproxy") || lower.contains("ggpht.com") {
        return Some((HitClass::ImageProxy, 3));
    }
    if lower.contains("yahoomailproxy") {
        return Some((HitClass::ImageProxy, 4));
    }
    if agent == "Mozilla/5.0" {
        return Some((HitClass::PrefetchMpp, 5));
    }
    // 17.0.0.0/8 is Apple's alone.
    matches!(ip.to_canonical(), IpAddr::V4(v4) if v4.octets()[0] == 17).then_some((HitClass::PrefetchMpp, 13))
}
