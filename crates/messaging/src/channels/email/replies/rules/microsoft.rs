//! Outlook.com, Microsoft 365 and Exchange. Three worlds with one accent: consumer codes like `S3150`,
//! cloud codes from 5.7.500 on, and the words of Exchange's transport.

use super::{Provider, Rule, any, permanent, rule, span, transient};
use crate::channels::email::replies::BounceClass as B;

const fn microsoft(id: &'static str, class: B) -> Rule {
    rule(id, class).at(Provider::Microsoft)
}

pub(super) const RULES: &[Rule] = &[
    microsoft("microsoft.block_list", B::Blocklisted).text(&[
        "on our block list",
        "(s3150)",
        "(s3140)",
        "banned sending ip",
        "spamhaus",
        " sc-001 ",
        " dy-001 ",
        " dy-002 ",
        "traffic not accepted from this ip",
    ]),
    microsoft("microsoft.banned", B::Blocklisted).enhanced(&[span(7, 606, 649), any(7, 511), any(7, 708)]),
    microsoft("microsoft.authentication_level", B::ConfigAuth).enhanced(&[
        any(7, 515),
        any(7, 509),
        any(7, 23),
        any(7, 26),
    ]),
    microsoft("microsoft.bad_sender", B::ConfigAuth).enhanced(&[any(1, 8), any(1, 7)]),
    microsoft("microsoft.rate_of_ip", B::RateLimited).text(&[
        "temporarily rate limited",
        "rp-001",
        "rp-002",
        "rp-003",
        "exceeded the rate limit",
        "concurrent server connections has exceeded",
    ]),
    microsoft("microsoft.try_later", B::RateLimited).enhanced(&[
        Range7::THROTTLED_FROM_500,
        transient(7, 650),
        transient(7, 651),
        any(1, 90),
    ]),
    microsoft("microsoft.mailbox_rate", B::RateLimited).enhanced(&[any(2, 121), any(2, 122)]),
    microsoft("microsoft.spam_sender", B::Policy).enhanced(&[span(7, 501, 503), any(7, 705), any(7, 750)]),
    microsoft("microsoft.reputation", B::Policy)
        .text(&[" ou-001 ", " ou-002 ", " sc-002 ", " sc-003 ", " sc-004 "]),
    microsoft("microsoft.not_rfc", B::Content).enhanced(&[any(7, 512), any(6, 11)]),
    microsoft("microsoft.no_recipient", B::InvalidRecipient).enhanced(&[permanent(1, 10)]),
    microsoft("microsoft.no_recipient_in_directory", B::InvalidRecipient)
        .enhanced(&[permanent(4, 1)])
        .text(&["recipient address rejected: access denied"]),
    microsoft("microsoft.mailbox_unavailable", B::InvalidRecipient)
        .enhanced(&[permanent(5, 0)])
        .text(&["mailbox unavailable"]),
    microsoft("microsoft.quota", B::MailboxFull).text(&["quotaexceeded", "mailbox is full"]),
    microsoft("microsoft.disabled", B::Inactive).text(&[
        "mailboxdisabled",
        "mailbox disabled",
        "accountdisabled",
    ]),
    microsoft("microsoft.not_allowed_to_write", B::Policy).enhanced(&[span(7, 123, 136)]).text(&[
        "not allowed",
        "restricted",
        "authenticated",
        "permission",
        "not authorized",
    ]),
    microsoft("microsoft.restricted_group", B::Policy).text(&[
        "resolver.rst.notauthorized",
        "resolver.rst.authrequired",
        "sendernotauthenticated",
    ]),
    microsoft("microsoft.tenant_attribution", B::Routing).enhanced(&[any(7, 64)]),
    microsoft("microsoft.no_domain", B::BadDomain).enhanced(&[permanent(4, 310)]),
    microsoft("microsoft.unreachable", B::Transient).enhanced(&[span(4, 311, 318)]),
    microsoft("microsoft.loop", B::Routing).enhanced(&[any(4, 14), any(4, 6)]),
];

struct Range7;

impl Range7 {
    /// 4.7.500 to 4.7.699 means "later", whatever the words.
    const THROTTLED_FROM_500: super::Range = super::Range { class: 4, subject: 7, from: 500, to: 699 };
}
