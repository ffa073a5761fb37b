//! Enhanced status codes by the IANA registry (RFC 3463, 5248, 7372, 7505 and others).
//!
//! `EXACT` are codes that say what they mean; `VAGUE` are those that senders of replies use for anything
//! (x.0.0, x.7.1), so words are asked before them.

use super::{Rule, any, permanent, rule, span, transient};
use crate::channels::email::replies::BounceClass as B;

pub(super) const EXACT: &[Rule] = &[
    rule("code.mailbox_busy", B::RateLimited).enhanced(&[any(2, 1)]).text(&[
        "rate",
        "too many",
        "too quickly",
    ]),
    rule("code.rate_of_system", B::RateLimited).enhanced(&[any(3, 2), any(4, 5), any(5, 3)]).text(&[
        "rate limit",
        "too many",
        "concurrent",
    ]),
    rule("code.helo", B::ConfigAuth).enhanced(&[span(5, 0, 4)]).text(&["helo command rejected", "helo name"]),
    rule("code.domain_in_words", B::BadDomain).enhanced(&[any(1, 2)]).text(&[
        "domain not found",
        "host unknown",
        "host not found",
        "any host named",
        "domain does not exist",
    ]),
    rule("code.invalid_recipient", B::InvalidRecipient).enhanced(&[span(1, 1, 4)]),
    rule("code.moved", B::Inactive).enhanced(&[any(1, 6)]),
    rule("code.sender_address", B::ConfigAuth).enhanced(&[any(1, 7), any(1, 8)]),
    rule("code.null_mx", B::BadDomain).enhanced(&[any(1, 10)]),
    rule("code.mailbox_disabled", B::Inactive).enhanced(&[any(2, 1)]),
    rule("code.mailbox_full", B::MailboxFull).enhanced(&[any(2, 2)]),
    rule("code.size", B::Content).enhanced(&[any(2, 3), any(3, 4)]),
    rule("code.list_expansion", B::Transient).enhanced(&[any(2, 4)]),
    rule("code.system", B::Transient).enhanced(&[any(3, 1), any(3, 2), any(3, 3), any(3, 5), any(3, 6)]),
    rule("code.routing", B::Routing).enhanced(&[permanent(4, 4), any(4, 6)]),
    rule("code.expired", B::Expired).enhanced(&[any(4, 7)]),
    rule("code.network", B::Transient).enhanced(&[span(4, 1, 3), transient(4, 4), any(4, 5)]),
    rule("code.protocol", B::Transient).enhanced(&[span(5, 1, 6)]),
    rule("code.content", B::Content).enhanced(&[span(6, 0, 10)]),
    rule("code.owner_changed", B::Inactive).enhanced(&[any(7, 13), any(7, 17)]),
    rule("code.domain_owner_changed", B::BadDomain).enhanced(&[any(7, 18)]),
    rule("code.rrvs_unsupported", B::Transient).enhanced(&[any(7, 19)]),
    rule("code.encryption", B::ConfigAuth).enhanced(&[span(7, 4, 7), span(7, 10, 12), any(7, 14)]),
    rule("code.credentials_temporary", B::Transient).enhanced(&[transient(7, 8)]),
    rule("code.credentials", B::ConfigAuth).enhanced(&[any(7, 8), any(7, 9)]),
    rule("code.authentication", B::ConfigAuth).enhanced(&[
        span(7, 20, 27),
        span(7, 29, 30),
        any(7, 32),
        any(7, 515),
    ]),
    rule("code.flood", B::RateLimited).enhanced(&[transient(7, 28)]),
    rule("code.flood_refused", B::Policy).enhanced(&[permanent(7, 28)]),
    rule("code.banned", B::Blocklisted).enhanced(&[span(7, 606, 649)]),
    rule("code.policy", B::Policy).enhanced(&[any(7, 2), any(7, 3), any(7, 15), any(7, 16)]),
];

pub(super) const VAGUE: &[Rule] = &[
    rule("code.other_policy_temporary", B::RateLimited).codes(&[421]).enhanced(&[transient(7, 0)]),
    rule("code.other_security_later", B::Transient).enhanced(&[transient(7, 0), transient(7, 1)]),
    rule("code.other_security", B::Policy).enhanced(&[span(7, 0, 999)]),
    rule("code.other_mailbox", B::Transient).enhanced(&[
        transient(2, 0),
        transient(1, 0),
        any(3, 0),
        any(4, 0),
    ]),
];
