//! Makes parts of a sent message again from its frozen program and the contact's present data: where a
//! link with contact data leads, and the message as a web page. Nothing rendered is ever stored.

use super::ledger;
use super::loader;
use super::program::{AttributesOf, Program, Urls, view};
use super::recipient::{Names, Recipient};
use crate::templates::RenderData;
use crate::tokens::{MessageLinks, MessageTokens};
use crate::tracking::Rebuild;
use audience::contacts;
use futures_util::future::BoxFuture;
use kernel::ids::CampaignId;
use kernel::{OrFault, Result};
use std::sync::Arc;
use store::{Scoped, StoreKeys, Vault};

/// The rebuilder of sends.
pub struct SendRebuilder {
    vault: Vault,
}

struct Parts {
    program: Program,
    recipient: Recipient,
    names: Names,
    keys: Arc<StoreKeys>,
}

impl SendRebuilder {
    /// With the installation's keys.
    pub fn new(vault: Vault) -> Self {
        SendRebuilder { vault }
    }

    async fn parts(&self, store: &Scoped, send: CampaignId, ordinal: u32) -> Result<Option<Parts>> {
        let keys = self.vault.keys(store.db(), store.scope()).await?;
        let for_read = keys.clone();
        let found = store
            .read(move |tx| {
                let Some(row) = ledger::find_send(tx, send)? else { return Ok(None) };
                let Some(contact) = contacts::find_by_ordinal(tx, ordinal)? else { return Ok(None) };
                let names = loader::names(tx)?;
                let personal = contact.open(&for_read)?;
                Ok(Recipient::of(contact.facts, personal, &names)
                    .map(|recipient| (row.program, recipient, names)))
            })
            .await?;
        let Some((program, recipient, names)) = found else { return Ok(None) };
        let program: Program = serde_json::from_value(program).or_fault("read a program")?;
        Ok(Some(Parts { program, recipient, names, keys }))
    }

    async fn with<T: Send + 'static>(
        &self,
        store: &Scoped,
        send: CampaignId,
        ordinal: u32,
        work: impl FnOnce(&crate::templates::CompiledEmail, &RenderData<'_>, &Urls<'_, '_>) -> Option<T>
        + Send
        + 'static,
    ) -> Result<Option<T>> {
        let Some(parts) = self.parts(store, send, ordinal).await? else { return Ok(None) };
        let (store_id, now) = (store.store(), store.db().now());
        let run = move || {
            let compiled = parts.program.compile()?;
            let attributes = AttributesOf { recipient: &parts.recipient, names: &parts.names };
            let data = RenderData {
                contact: view(&parts.recipient, &attributes),
                store: &parts.program.store_view(),
                campaign: &parts.program.campaign_view(send),
                now,
                extra: None,
            };
            let tokens = MessageTokens::new(&parts.keys, store_id, send, ordinal);
            let links = MessageLinks::new(&parts.program.links_base, tokens);
            Ok(work(&compiled, &data, &Urls(&links)))
        };
        tokio::task::spawn_blocking(run).await.or_fault("rebuild a message")?
    }
}

impl Rebuild for SendRebuilder {
    fn destination<'a>(
        &'a self,
        store: &'a Scoped,
        campaign: CampaignId,
        ordinal: u32,
        link: u16,
    ) -> BoxFuture<'a, Result<Option<String>>> {
        Box::pin(
            self.with(store, campaign, ordinal, move |compiled, data, _| compiled.destination(link, data)),
        )
    }

    fn web_view<'a>(
        &'a self,
        store: &'a Scoped,
        campaign: CampaignId,
        ordinal: u32,
    ) -> BoxFuture<'a, Result<Option<String>>> {
        Box::pin(self.with(store, campaign, ordinal, |compiled, data, urls| {
            compiled.render_preview_with(data, urls).ok().map(|preview| preview.html)
        }))
    }
}
