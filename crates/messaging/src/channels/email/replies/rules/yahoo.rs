//! Yahoo, AOL and the domains they host: bracketed codes (`[TSS04]`, `[BL21]`) and old-style words.

use super::{Provider, Rule, any, rule};
use crate::channels::email::replies::BounceClass as B;

const fn yahoo(id: &'static str, class: B) -> Rule {
    rule(id, class).at(Provider::Yahoo)
}

pub(super) const RULES: &[Rule] = &[
    yahoo("yahoo.permanently_deferred", B::Blocklisted).text(&[
        "permanently deferred",
        "[bl2",
        "[tss09]",
        "[tss11]",
        "[ts03]",
        "spamhaus",
        "(con:b1)",
    ]),
    yahoo("yahoo.volume_or_complaints", B::RateLimited).text(&[
        "[tss0",
        "[ts01]",
        "[ts02]",
        "excessive unknown recipients",
        "unexpected volume",
        "(dyn:t1)",
        "too many messages",
    ]),
    yahoo("yahoo.connection_full", B::Transient).text(&[
        "max message per connection",
        "[numeric code]",
        "resources temporarily",
    ]),
    yahoo("yahoo.greylist", B::Greylist).text(&["[gl01]", "greylist"]),
    yahoo("yahoo.no_account", B::InvalidRecipient).text(&[
        "this user doesn't have a",
        "mailbox not found",
        "not a valid mailbox",
    ]),
    yahoo("yahoo.disabled", B::Inactive).text(&[
        "disabled or discontinued",
        "mailbox is disabled",
        "account is inactive",
        "mailbox is no longer",
    ]),
    yahoo("yahoo.dmarc", B::ConfigAuth).enhanced(&[any(7, 9)]),
    yahoo("yahoo.unauthenticated", B::ConfigAuth).text(&["dmarc", "authentication checks", "dkim", " spf "]),
    yahoo("yahoo.policy", B::Policy).text(&[
        "[ph01]",
        "not accepted for policy",
        "message not allowed",
        "(hvu:b1)",
        "(rly:",
    ]),
];
