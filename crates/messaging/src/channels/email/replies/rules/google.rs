//! Gmail and Workspace. They number SPF, DKIM and TLS demands with codes that IANA gave to others.

use super::{Provider, Rule, any, permanent, rule, span, transient};
use crate::channels::email::replies::BounceClass as B;

const fn google(id: &'static str, class: B) -> Rule {
    rule(id, class).at(Provider::Google)
}

pub(super) const RULES: &[Rule] = &[
    google("google.rate_of_mailbox", B::RateLimited).enhanced(&[any(2, 1)]).text(&[
        "receiving mail too quickly",
        "receiving mail at a rate",
        "receivingrate",
    ]),
    google("google.disabled", B::Inactive).enhanced(&[permanent(2, 1)]),
    google("google.no_such_user", B::InvalidRecipient).enhanced(&[any(1, 1)]),
    google("google.over_quota", B::MailboxFull).enhanced(&[any(2, 2)]),
    google("google.authentication", B::ConfigAuth).enhanced(&[
        span(7, 23, 27),
        span(7, 29, 32),
        any(7, 40),
        any(7, 41),
    ]),
    google("google.rate_of_sender", B::RateLimited).enhanced(&[transient(7, 28), any(4, 5)]),
    google("google.ip_not_allowed", B::Blocklisted)
        .text(&["not authorized to send email directly to our servers", "ipnotauthorized"]),
    google("google.not_rfc", B::Content).text(&["rfc 5322", "rfcmessagenoncompliant", "malformed"]),
    google("google.dangerous_content", B::Content).text(&["potential security issue", "blockedmessage"]),
    google("google.size", B::Content).enhanced(&[any(2, 3), any(3, 4)]),
    google("google.group", B::Policy).text(&["group you tried to contact", "permission to post"]),
    google("google.unsolicited", B::Policy)
        .enhanced(&[permanent(7, 1), permanent(7, 28), permanent(7, 0)])
        .text(&["unsolicited", "low reputation", "spammy", "likely suspicious", "blocked"]),
    google("google.relay_denied", B::ConfigAuth).text(&[
        "must issue a starttls",
        "authentication required",
        "username and password not accepted",
        "mail relay denied",
    ]),
    google("google.try_later", B::RateLimited).codes(&[421]).enhanced(&[transient(7, 0)]),
    google("google.reputation", B::RateLimited).enhanced(&[transient(7, 0), transient(7, 1)]),
];
