//! Filters and providers with a few words of their own, recognised by the words alone.

use super::{Rule, rule};
use crate::channels::email::replies::BounceClass as B;

pub(super) const RULES: &[Rule] = &[
    rule("comcast.block_list", B::Blocklisted).text(&[" bl000000 ", " bl000001 ", " bl000010 "]),
    rule("comcast.rate", B::RateLimited).text(&[" rl0000"]),
    rule("comcast.policy", B::Policy).text(&[" ph000001 ", " dm000001 "]),
    rule("orange.rate", B::RateLimited).text(&[" ofr_104 ", " ofr_109 ", " ofr104 ", " ofr109 "]),
    rule("orange.reputation", B::Policy).text(&[" ofr_506 ", " ofr_999 ", " ofr_403 ", " ofr_402 "]),
    rule("orange.no_mailbox", B::InvalidRecipient).text(&[" ofr_416 "]),
    rule("gmx.no_smtp_service", B::Blocklisted).text(&["no smtp service", "bad dns ptr resource record"]),
    rule("mimecast.greylist", B::Greylist).codes(&[451]).text(&["internal resource temporarily unavailable"]),
    rule("mimecast.spoofing", B::ConfigAuth).text(&["anti-spoofing policy"]),
    rule("proofpoint.spam", B::Policy).text(&["ppops.net", "proofpoint essentials", "fingerprint found"]),
    rule("barracuda.reputation", B::Blocklisted).text(&["barracudacentral.org", "bsmtp.html"]),
    rule("cloudmark.reputation", B::Blocklisted).text(&["csi.cloudmark.com", "cloudfilter.net"]),
    rule("mail_ru.policy", B::Policy).text(&["help.mail.ru/notspam", "spam message rejected"]),
    rule("yandex.policy", B::Policy).text(&["yandex.ru/support", "yandex.com/support"]),
];
