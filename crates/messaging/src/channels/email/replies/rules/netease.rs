//! NetEase (163, 126, yeah.net): two-letter families `HL:` (connection), `MI:` (sender), `RP:`
//! (recipient), `DT:` (data) before a three-letter code.

use super::{Provider, Rule, rule};
use crate::channels::email::replies::BounceClass as B;

const fn netease(id: &'static str, class: B) -> Rule {
    rule(id, class).at(Provider::NetEase)
}

pub(super) const RULES: &[Rule] = &[
    netease("netease.no_user", B::InvalidRecipient).text(&["user not found", "no such user"]),
    netease("netease.suspended", B::Inactive).text(&["user suspended", "user locked", "account is locked"]),
    netease("netease.full", B::MailboxFull).text(&["mailbox quota", "over quota", "mailbox full"]),
    netease("netease.block_list", B::Blocklisted).text(&[
        "hl:rep",
        "hl:ipb",
        "hl:mep",
        "dt:rbl",
        "in blacklist",
    ]),
    netease("netease.rate", B::RateLimited).text(&[
        "hl:icc", "hl:ifc", "hl:ipf", "hl:itc", "mi:cel", "mi:dmc", "mi:sfq", "rp:cel", "rp:qrc", "rp:trc",
    ]),
    netease("netease.sender", B::ConfigAuth).text(&[
        "mi:spf",
        "mi:imf",
        "mi:spb",
        "mi:nhd",
        "dt:sum",
        "null sender is not allowed",
        "authentication is required",
    ]),
    netease("netease.greylist", B::Greylist).text(&["mi:grl", "rp:grl", "greylist"]),
    netease("netease.spam", B::Policy).text(&["dt:spm", "dt:cnt", "dt:spt"]),
    netease("netease.size", B::Content).text(&["exceeded mailsize limit", "dt:mxl"]),
];
