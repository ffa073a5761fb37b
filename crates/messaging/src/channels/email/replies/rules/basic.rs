//! Basic reply codes (RFC 5321 4.2, 4954, 7504). `EXACT` say what they mean, `VAGUE` are the last resort.

use super::{Rule, rule};
use crate::channels::email::replies::BounceClass as B;

pub(super) const EXACT: &[Rule] = &[
    rule("basic.takes_no_mail", B::BadDomain).codes(&[521, 556]),
    rule("basic.size", B::Content).codes(&[523]),
    rule("basic.credentials", B::ConfigAuth).codes(&[530, 534, 535, 538]),
];

pub(super) const VAGUE: &[Rule] = &[
    rule("basic.later", B::Transient).codes(&[421, 431, 432, 441, 442, 447, 450, 451, 452, 454, 455]),
    rule("basic.protocol", B::Transient).codes(&[500, 501, 502, 503, 504, 555]),
    rule("basic.moved", B::Inactive).codes(&[551]),
    rule("basic.storage", B::MailboxFull).codes(&[552]),
    rule("basic.refused_transaction", B::Policy).codes(&[541, 554]),
];
