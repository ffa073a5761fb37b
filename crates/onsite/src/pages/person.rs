//! Who stands behind a token, as far as a page needs to know.

use super::html::{Choice, Subject};
use super::words::Language;
use audience::consent::{Channel, ConsentStatus};
use audience::contacts::{self, StoredContact};
use kernel::{EmailAddress, Result};
use messaging::tokens::Opened;
use messaging::tracking;
use std::sync::Arc;
use store::StoreKeys;
use tenancy::stores;
use web::AppState;

/// A contact on a page.
pub(super) struct Person {
    /// The contact as stored.
    pub contact: StoredContact,
    /// Names for the page.
    pub subject: Subject,
    /// Her language, or the store's.
    pub language: Option<Language>,
    /// She allows measuring.
    pub tracking: bool,
    /// Keys of the store.
    pub keys: Arc<StoreKeys>,
}

impl Person {
    /// Loads her. `None`: she was erased.
    pub async fn load(state: &AppState, opened: &Opened) -> Result<Option<Person>> {
        let keys = state.vault().keys(state.db(), opened.store.scope()).await?;
        let (ordinal, for_read) = (opened.claims.ordinal, keys.clone());
        let found = opened
            .store
            .read(move |tx| {
                let Some(contact) = contacts::find_by_ordinal(tx, ordinal)? else { return Ok(None) };
                let personal = contact.open(&for_read)?;
                let tracking = !tracking::is_refused(tx, ordinal)?;
                Ok(Some((contact, personal.email, tracking, stores::get_in(tx)?)))
            })
            .await?;
        Ok(found.map(|(contact, email, tracking, store)| {
            let language = contact.facts.language.as_deref().and_then(Language::of_tag);
            let masked = email.and_then(|e| EmailAddress::parse(&e).ok()).map(|e| e.masked());
            Person {
                subject: Subject { store: Some(store.name), address: masked },
                language: language.or_else(|| Language::of_tag(&store.settings.language)),
                contact,
                tracking,
                keys,
            }
        }))
    }

    /// Subscribed to a channel.
    pub fn is_subscribed(&self, channel: Channel) -> bool {
        self.contact.facts.channel(channel).status == ConsentStatus::Subscribed
    }

    /// The channels she can choose: those she has an address for.
    pub fn choices(&self) -> Vec<Choice> {
        let facts = &self.contact.facts;
        let has = |channel| match channel {
            Channel::Email => facts.has_email,
            Channel::Sms => facts.has_phone,
            Channel::Push => false,
        };
        Channel::ALL
            .iter()
            .filter(|c| has(**c))
            .map(|c| Choice { channel: *c, subscribed: self.is_subscribed(*c) })
            .collect()
    }
}
