//! QQ Mail, Foxmail and Tencent Exmail: basic 550 for nearly everything; the words and the help number
//! tell.

use super::{Provider, Rule, rule};
use crate::channels::email::replies::BounceClass as B;

const fn tencent(id: &'static str, class: B) -> Rule {
    rule(id, class).at(Provider::Tencent)
}

pub(super) const RULES: &[Rule] = &[
    tencent("tencent.frequency", B::RateLimited).text(&[
        "frequency limited",
        "too many bad recipients",
        "too many recipients",
        "no=1000722",
        "no=1000725",
    ]),
    tencent("tencent.no_mailbox", B::InvalidRecipient).text(&[
        "mailbox not found",
        "mailbox unavailable or access denied",
        "recipient address rejected: user not found",
        "no=1000728",
    ]),
    tencent("tencent.full", B::MailboxFull).text(&[
        "mailbox is full",
        "mailbox full",
        "user over quota",
        "no=1000734",
    ]),
    tencent("tencent.bad_address_list", B::Blocklisted).text(&[
        "suspected spam ip",
        "ip in blacklist",
        "ip is blocked",
        "no=1000723",
    ]),
    tencent("tencent.sender_domain", B::ConfigAuth).text(&[
        "domain may not exist",
        "dns check",
        "spf check",
        "dkim check",
        "dmarc check",
        "mail from address",
        "sender is not",
        "no=1000774",
    ]),
    tencent("tencent.rejected_by_recipient", B::Policy).text(&["rejected by recipient", "no=1000773"]),
    tencent("tencent.spam", B::Policy).text(&[
        "suspected spam",
        "content denied",
        "content rejected",
        "bounce attack",
        "no=1000726",
    ]),
    tencent("tencent.size", B::Content).text(&["message too large", "mail size", "delivery requirements"]),
];
