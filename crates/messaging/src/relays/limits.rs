//! How much a mailbox provider wants to be given at once (D-05). Defaults, and a relay's own figures.

use crate::channels::email::replies::rules::Provider;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Bounds towards one provider.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteLimits {
    /// Connections at once.
    #[schema(minimum = 1, maximum = 1000)]
    pub connections: u32,
    /// Messages a connection carries.
    #[schema(minimum = 1, maximum = 100_000)]
    pub messages_per_connection: u32,
    /// New connections in a minute.
    #[schema(minimum = 1, maximum = 10_000)]
    pub connections_per_minute: u32,
}

const fn limits(connections: u32, messages_per_connection: u32) -> SiteLimits {
    SiteLimits { connections, messages_per_connection, connections_per_minute: 100 }
}

/// Limits of providers nobody wrote figures for.
pub const OTHERS: SiteLimits = limits(10, 100);

/// What providers are known to take, by the word of [`Provider::word`].
const DEFAULTS: &[(Provider, SiteLimits)] = &[
    (Provider::Apple, limits(10, 5)),
    (Provider::Google, limits(5, 50)),
    (Provider::Microsoft, limits(5, 50)),
    (Provider::NetEase, limits(5, 20)),
    (Provider::Tencent, limits(5, 20)),
    (Provider::Yahoo, limits(10, 20)),
];

/// A relay's own figures by provider word (`google`, `yahoo`, … or `others`); the rest are defaults.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct ProviderLimits(pub BTreeMap<String, SiteLimits>);

impl ProviderLimits {
    /// Limits towards a provider; `None` is everybody else.
    pub fn of(&self, provider: Option<Provider>) -> SiteLimits {
        let word = provider.map_or("others", Provider::word);
        let default = || {
            provider
                .and_then(|p| DEFAULTS.iter().find(|(q, _)| *q == p))
                .map_or(OTHERS, |(_, limits)| *limits)
        };
        self.0.get(word).copied().unwrap_or_else(default)
    }

    /// Limits towards the provider of a recipient's domain or a server's name.
    pub fn of_site(&self, site: &str) -> SiteLimits {
        self.of(Provider::of(Some(site), ""))
    }

    /// The first word or figure that is not valid, as a sentence.
    pub fn complaint(&self) -> Option<String> {
        for (word, limits) in &self.0 {
            if word != "others" && !DEFAULTS.iter().any(|(p, _)| p.word() == word) {
                return Some(format!(
                    "{word:?} is not a provider; known are {} and others.",
                    DEFAULTS.iter().map(|(p, _)| p.word()).collect::<Vec<_>>().join(", ")
                ));
            }
            let fits = (1..=1_000).contains(&limits.connections)
                && (1..=100_000).contains(&limits.messages_per_connection)
                && (1..=10_000).contains(&limits.connections_per_minute);
            if !fits {
                return Some(format!(
                    "The limits of {word:?} are 1 to 1,000 connections, 1 to 100,000 messages each and 1 to 10,000 \
                     new connections a minute."
                ));
            }
        }
        None
    }
}
