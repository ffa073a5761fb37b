//! iCloud: bracketed local-policy codes and a block list run by its filter vendor.

use super::{Provider, Rule, rule};
use crate::channels::email::replies::BounceClass as B;

const fn apple(id: &'static str, class: B) -> Rule {
    rule(id, class).at(Provider::Apple)
}

pub(super) const RULES: &[Rule] = &[
    apple("apple.block_list", B::Blocklisted).text(&["dnsbl-lookup", "blocked - see"]),
    apple("apple.dmarc", B::ConfigAuth).text(&["dmarc policy", "failed authentication", "unauthenticated"]),
    apple("apple.rate", B::RateLimited).codes(&[421, 450, 451, 452]).text(&["too many", "rate", "[tm"]),
    apple("apple.local_policy", B::Policy).text(&["[hm", "[cs0", "[pr", "local policy"]),
];
