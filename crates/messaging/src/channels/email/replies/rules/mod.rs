//! The catalogue of reply rules: one file a provider or kind of evidence, asked in the order of [`TIERS`].
//!
//! A rule fits when its provider, basic code, enhanced code and words all fit; what a rule leaves empty
//! fits everything. Words are lower case; the text they are looked for in begins and ends with a space
//! and has one space between words. A new provider is a new file and one line in [`TIERS`].

mod apple;
mod basic;
mod enhanced;
mod google;
mod microsoft;
mod netease;
mod others;
mod tencent;
mod words;
mod yahoo;

use super::model::BounceClass;
use crate::channels::email::smtp::Enhanced;

/// The catalogue in the order it is asked: providers, exact enhanced codes, exact basic codes, words,
/// codes that say little.
pub const TIERS: &[&[Rule]] = &[
    google::RULES,
    microsoft::RULES,
    yahoo::RULES,
    apple::RULES,
    tencent::RULES,
    netease::RULES,
    others::RULES,
    enhanced::EXACT,
    basic::EXACT,
    words::RULES,
    enhanced::VAGUE,
    basic::VAGUE,
];

/// Asked after the catalogue when its verdict would touch a person; they can only spare somebody.
pub const SAFEGUARDS: &[Rule] = words::SAFEGUARDS;

/// Version of the catalogue, stored with verdicts; raised whenever a rule changes.
pub const VERSION: u32 = 1;

/// A mailbox provider with words of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Provider {
    /// iCloud.
    Apple,
    /// Gmail and Workspace.
    Google,
    /// Outlook.com, Microsoft 365, Exchange.
    Microsoft,
    /// 163.com, 126.com, yeah.net.
    NetEase,
    /// qq.com, foxmail.com, exmail.
    Tencent,
    /// Yahoo, AOL and the domains they host.
    Yahoo,
}

/// How a provider is recognised: ends of host names and domains, then signatures in the words.
const SIGNS: &[(Provider, &[&str], &[&str])] = &[
    (
        Provider::Google,
        &["gmail.com", "googlemail.com", "google.com"],
        &[" gsmtp ", "support.google.com/mail", "support.google.com/a/"],
    ),
    (
        Provider::Microsoft,
        &[
            "outlook.com",
            "hotmail.com",
            "live.com",
            "msn.com",
            "office365.com",
            "hotmail.co.uk",
            "hotmail.fr",
            "outlook.de",
        ],
        &[
            ".prod.outlook.com",
            ".protection.outlook.com",
            "mail.live.com",
            "resolver.adr.",
            "resolver.rst.",
            "storedrv.",
            "go.microsoft.com/fwlink",
        ],
    ),
    (
        Provider::Yahoo,
        &[
            "yahoo.com",
            "yahoodns.net",
            "aol.com",
            "ymail.com",
            "rocketmail.com",
            "yahoo.co.jp",
            "verizon.net",
        ],
        &[
            "[ts0",
            "[tss",
            "postmaster.yahooinc.com",
            "help.yahoo.com",
            "yahoo.com account",
            "postmaster.aol.com",
        ],
    ),
    (Provider::Apple, &["icloud.com", "me.com", "mac.com"], &["support.apple.com", "icloud.com/"]),
    (
        Provider::Tencent,
        &["qq.com", "foxmail.com"],
        &["service.mail.qq.com", "open.work.weixin.qq.com", "mail.qq.com/"],
    ),
    (
        Provider::NetEase,
        &["163.com", "126.com", "yeah.net", "netease.com", "188.com"],
        &["mail.163.com", "feedback.mail.126.com", "help.163.com"],
    ),
];

impl Provider {
    /// Every provider.
    pub const ALL: [Provider; 6] = [
        Provider::Apple,
        Provider::Google,
        Provider::Microsoft,
        Provider::NetEase,
        Provider::Tencent,
        Provider::Yahoo,
    ];

    /// Its word in settings.
    pub fn word(self) -> &'static str {
        match self {
            Provider::Apple => "apple",
            Provider::Google => "google",
            Provider::Microsoft => "microsoft",
            Provider::NetEase => "netease",
            Provider::Tencent => "tencent",
            Provider::Yahoo => "yahoo",
        }
    }

    /// The provider of a host or domain, or else the one whose signature is in the words.
    pub fn of(site: Option<&str>, words: &str) -> Option<Self> {
        let site = site.map(|s| s.trim_end_matches('.').to_ascii_lowercase());
        let by_site = |ends: &[&str]| {
            site.as_deref().is_some_and(|s| {
                ends.iter().any(|e| s == *e || s.strip_suffix(e).is_some_and(|h| h.ends_with('.')))
            })
        };
        SIGNS
            .iter()
            .find(|(_, ends, _)| by_site(ends))
            .or_else(|| SIGNS.iter().find(|(_, _, signs)| signs.iter().any(|s| words.contains(s))))
            .map(|(provider, _, _)| *provider)
    }
}

/// A range of enhanced codes; class 0 is any of 4 and 5.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Range {
    class: u8,
    subject: u16,
    from: u16,
    to: u16,
}

/// `x.subject.detail`, transient or permanent.
pub(super) const fn any(subject: u16, detail: u16) -> Range {
    Range { class: 0, subject, from: detail, to: detail }
}

/// `4.subject.detail`.
pub(super) const fn transient(subject: u16, detail: u16) -> Range {
    Range { class: 4, subject, from: detail, to: detail }
}

/// `5.subject.detail`.
pub(super) const fn permanent(subject: u16, detail: u16) -> Range {
    Range { class: 5, subject, from: detail, to: detail }
}

/// `x.subject.from` to `x.subject.to`.
pub(super) const fn span(subject: u16, from: u16, to: u16) -> Range {
    Range { class: 0, subject, from, to }
}

impl Range {
    pub(super) fn contains(&self, code: Enhanced) -> bool {
        (self.class == 0 || self.class == code.class)
            && self.subject == code.subject
            && (self.from..=self.to).contains(&code.detail)
    }
}

/// One line of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Stable name, stored with the verdict.
    pub id: &'static str,
    /// What it says.
    pub class: BounceClass,
    /// Only at this provider.
    pub provider: Option<Provider>,
    /// One of these basic codes.
    pub codes: &'static [u16],
    /// In one of these ranges.
    pub enhanced: &'static [Range],
    /// One of these in the words.
    pub text: &'static [&'static str],
}

pub(super) const fn rule(id: &'static str, class: BounceClass) -> Rule {
    Rule { id, class, provider: None, codes: &[], enhanced: &[], text: &[] }
}

impl Rule {
    pub(super) const fn at(mut self, provider: Provider) -> Self {
        self.provider = Some(provider);
        self
    }

    pub(super) const fn codes(mut self, codes: &'static [u16]) -> Self {
        self.codes = codes;
        self
    }

    pub(super) const fn enhanced(mut self, ranges: &'static [Range]) -> Self {
        self.enhanced = ranges;
        self
    }

    pub(super) const fn text(mut self, text: &'static [&'static str]) -> Self {
        self.text = text;
        self
    }
}
