//! What the columns of a row say about consent, put together.
//!
//! A word decides; the newer of an opt-in and an opt-out time overrules it towards *no*, never towards
//! *yes*. A time of opt-in alone, without any column of words, is a yes.

use crate::consent::model::{Channel, ConsentStatus, Suppression};
use crate::contacts::draft::RequestedStatus;
use crate::imports::mapping::{ConsentRole, ConsentValue};
use kernel::Timestamp;
use std::collections::BTreeMap;

/// What a word of consent looks like, for messages.
pub const CONSENT_EXAMPLE: &str = "consent is one of subscribed, unsubscribed, never_subscribed, yes or no";

/// What is said about one channel of one row.
#[derive(Clone, Copy, Default, Debug)]
pub struct Said {
    word: Option<ConsentValue>,
    opt_in_at: Option<Timestamp>,
    opt_out_at: Option<Timestamp>,
    flag: Option<Suppression>,
}

impl Said {
    /// Begins with what the file says about everyone.
    pub fn from_file(everyone: Option<ConsentValue>) -> Self {
        Said { word: everyone, ..Said::default() }
    }

    /// Takes a word of the row.
    pub fn take_word(&mut self, value: ConsentValue) {
        self.word = Some(value);
    }

    /// Takes a time.
    pub fn take_time(&mut self, role: ConsentRole, at: Timestamp) {
        let slot = if role == ConsentRole::OptOutAt { &mut self.opt_out_at } else { &mut self.opt_in_at };
        *slot = (*slot).max(Some(at));
    }

    /// Takes a flag.
    pub fn take_flag(&mut self, flag: Suppression) {
        self.flag = Some(flag);
    }

    /// The status and the flag that follow. `has_words` says that the file has a column of words for the
    /// channel: then a time of opt-in alone says nothing.
    pub fn conclude(
        self,
        channel: Channel,
        has_words: bool,
    ) -> (Option<RequestedStatus>, Option<Suppression>) {
        let opted_out = self.opt_out_at.is_some_and(|out| self.opt_in_at.is_none_or(|yes| out > yes));
        let word = match self.word {
            Some(ConsentValue::Status(status)) => Some(status),
            Some(ConsentValue::Flag(_)) => None,
            None if self.opt_in_at.is_some() && !has_words => Some(ConsentStatus::Subscribed),
            None => None,
        };
        let status = if opted_out { Some(ConsentStatus::Unsubscribed) } else { word };
        let at = match status {
            Some(ConsentStatus::Unsubscribed) => self.opt_out_at,
            Some(ConsentStatus::Subscribed) => self.opt_in_at,
            _ => None,
        };
        let flag = match self.word {
            Some(ConsentValue::Flag(flag)) => Some(flag),
            _ => self.flag,
        };
        (status.map(|status| RequestedStatus { channel, status, at }), flag)
    }
}

/// What a word means: as this file says, else as is usual. `None`: nobody knows.
pub fn meaning(word: &str, own: &BTreeMap<String, ConsentValue>) -> Option<ConsentValue> {
    let lower = word.trim().to_lowercase();
    if let Some(value) = own.get(&lower) {
        return Some(*value);
    }
    let plain: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    let status = |s| Some(ConsentValue::Status(s));
    match plain.as_str() {
        "yes" | "y" | "true" | "1" | "t" | "subscribe" | "subscribed" | "optin" | "optedin" | "confirmed"
        | "active" | "ja" | "oui" | "sí" | "si" | "是" | "已订阅" => status(ConsentStatus::Subscribed),
        "no" | "n" | "false" | "0" | "f" | "neversubscribed" | "never" | "nonsubscribed"
        | "notsubscribed" | "unconfirmed" | "pending" | "none" | "nein" | "non" | "否" | "未订阅" => {
            status(ConsentStatus::NeverSubscribed)
        }
        "unsubscribe" | "unsubscribed" | "optout" | "optedout" | "inactive" | "已退订" => {
            status(ConsentStatus::Unsubscribed)
        }
        "cleaned" | "bounced" | "bounce" | "hardbounce" | "hardbounced" | "invalid" | "undeliverable" => {
            Some(ConsentValue::Flag(Suppression::Bounced))
        }
        "complained" | "complaint" | "spam" | "markedasspam" => {
            Some(ConsentValue::Flag(Suppression::Complained))
        }
        "suppressed" | "blocklisted" | "blocked" | "blacklisted" | "archived" | "redacted" => {
            Some(ConsentValue::Flag(Suppression::Suppressed))
        }
        _ => None,
    }
}

/// True for cells that deny a flag: blank, no, false, an empty list.
pub fn denies(text: &str) -> bool {
    matches!(text.trim().to_ascii_lowercase().as_str(), "" | "no" | "false" | "0" | "[]" | "none" | "never")
}

/// The flag that a column of suppressions raises, from its words: bounces and complaints are told apart.
pub fn flag_of(text: &str, role: ConsentRole) -> Suppression {
    let lower = text.to_lowercase();
    if lower.contains("spam") || lower.contains("complain") {
        Suppression::Complained
    } else if role == ConsentRole::Bounced || lower.contains("bounce") || lower.contains("invalid") {
        Suppression::Bounced
    } else {
        Suppression::Suppressed
    }
}
