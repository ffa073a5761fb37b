//! How much of a store's mail one mailbox provider is given through a relay.
//!
//! A relay delivers for us and paces its own connections (D-05); these are the merchant's bounds on what it
//! is handed: while a sender warms up, or where the relay's contract says so. Nothing is limited unless given.

use crate::channels::email::replies::rules::Provider;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Most messages at once.
const AT_ONCE_MAX: u32 = 1_000;
/// Most messages a minute.
const PER_MINUTE_MAX: u32 = 1_000_000;

/// Bounds towards one provider; what is absent is not limited.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderLimit {
    /// Messages handed over at the same time, on different connections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000)]
    pub messages_at_once: Option<u32>,
    /// Messages that start within a minute, evenly spread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub messages_per_minute: Option<u32>,
}

/// Limits by the word of [`Provider::word`] (`google`, `yahoo`, …), or `others` for everybody else.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct ProviderLimits(pub BTreeMap<String, ProviderLimit>);

impl ProviderLimits {
    /// Limits towards a provider; `None` is everybody else.
    pub fn of(&self, provider: Option<Provider>) -> ProviderLimit {
        self.0.get(provider.map_or("others", Provider::word)).copied().unwrap_or_default()
    }

    /// The first word or figure that is not valid, as a sentence.
    pub fn complaint(&self) -> Option<String> {
        let words = || Provider::ALL.iter().map(|p| p.word());
        for (word, limit) in &self.0 {
            if word != "others" && !words().any(|w| w == word) {
                let known: Vec<&str> = words().collect();
                return Some(format!(
                    "{word:?} is not a provider; known are {} and others.",
                    known.join(", ")
                ));
            }
            let fits = |given: Option<u32>, most: u32| given.is_none_or(|n| (1..=most).contains(&n));
            if !fits(limit.messages_at_once, AT_ONCE_MAX) || !fits(limit.messages_per_minute, PER_MINUTE_MAX)
            {
                return Some(format!(
                    "The limits of {word:?} are 1 to 1,000 messages at once and 1 to 1,000,000 a minute."
                ));
            }
        }
        None
    }
}
