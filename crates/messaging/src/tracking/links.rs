//! Where links lead: frozen at launch, read through a cache, made anew for links with contact data.

use super::sql;
use futures_util::future::BoxFuture;
use kernel::Result;
use kernel::ids::{CampaignId, StoreId};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use store::{Scoped, Tx, params};

/// Campaigns whose links are kept in memory.
const CACHED_MAX: usize = 512;
/// Longest destination that is redirected to.
const URL_MAX: usize = 8_192;

/// Rebuilds parts of a message that was sent, from the frozen program and present contact data.
pub trait Rebuild: Send + Sync + 'static {
    /// Where a link with contact data leads for one contact. `None`: there is no such link or contact.
    fn destination<'a>(
        &'a self,
        store: &'a Scoped,
        campaign: CampaignId,
        ordinal: u32,
        link: u16,
    ) -> BoxFuture<'a, Result<Option<String>>>;

    /// The message's HTML for its web view. `None`: there is no such message or contact.
    fn web_view<'a>(
        &'a self,
        store: &'a Scoped,
        campaign: CampaignId,
        ordinal: u32,
    ) -> BoxFuture<'a, Result<Option<String>>>;
}

/// The rebuilder in the state, put in by whoever knows campaigns.
#[derive(Clone)]
pub struct Rebuilder(pub Arc<dyn Rebuild>);

/// Keeps where the links of a campaign lead; called in the transaction that launches it. `None` stands
/// for a link that is made from contact data. A second launch replaces them.
pub fn freeze_links(tx: &mut Tx<'_>, campaign: CampaignId, urls: &[Option<&str>]) -> Result<()> {
    tx.execute(&sql::DELETE_LINKS, params![campaign])?;
    let rows = urls
        .iter()
        .enumerate()
        .map(|(number, url)| vec![campaign.into(), (number as i64).into(), url.map(str::to_owned).into()]);
    tx.insert_many(&sql::INSERT_LINK, rows.collect::<Vec<_>>()).map(drop)
}

/// Where the links of a campaign lead, in order; empty for links with contact data.
pub fn list_links(tx: &mut Tx<'_>, campaign: CampaignId) -> Result<Vec<String>> {
    let rows = tx.query(&sql::LIST_LINKS, params![campaign])?;
    rows.iter().map(|row| Ok(row.opt_text(1)?.unwrap_or_default())).collect()
}

/// A campaign's destinations by link number; `None` inside for links with contact data.
type Frozen = Arc<Vec<Option<String>>>;

/// Destinations of campaigns lately clicked. They never change after launch, so nothing expires.
#[derive(Default)]
pub struct LinkCache(RwLock<HashMap<(StoreId, CampaignId), Frozen>>);

impl LinkCache {
    async fn frozen(&self, store: &Scoped, campaign: CampaignId) -> Result<Frozen> {
        let key = (store.store(), campaign);
        if let Some(known) = self.0.read().unwrap_or_else(|e| e.into_inner()).get(&key) {
            return Ok(known.clone());
        }
        let rows = store.query(&sql::LIST_LINKS, params![campaign]).await?;
        let urls: Frozen = Arc::new(rows.iter().map(|row| row.opt_text(1)).collect::<Result<_>>()?);
        let mut cache = self.0.write().unwrap_or_else(|e| e.into_inner());
        if cache.len() >= CACHED_MAX {
            cache.clear();
        }
        // A campaign without links may yet be launched.
        if !urls.is_empty() {
            cache.insert(key, urls.clone());
        }
        Ok(urls)
    }

    /// Where a click leads. `None`: there is no such link any more, or it may not be followed.
    pub async fn destination(
        &self,
        rebuilder: Option<&Rebuilder>,
        store: &Scoped,
        (campaign, ordinal, link): (CampaignId, u32, u16),
    ) -> Result<Option<String>> {
        let frozen = self.frozen(store, campaign).await?;
        let url = match (frozen.get(usize::from(link)), rebuilder) {
            (Some(Some(url)), _) => Some(url.clone()),
            (Some(None), Some(rebuilder)) => rebuilder.0.destination(store, campaign, ordinal, link).await?,
            _ => None,
        };
        Ok(url.filter(|u| may_be_followed(u)))
    }
}

/// Only http and https, with a host, without anything that could break the header.
pub fn may_be_followed(url: &str) -> bool {
    let rest = ["https://", "http://"].iter().find_map(|scheme| {
        url.get(..scheme.len()).filter(|s| s.eq_ignore_ascii_case(scheme)).map(|s| &url[s.len()..])
    });
    url.len() <= URL_MAX
        && url.bytes().all(|b| b > b' ' && b != 0x7f)
        && rest.is_some_and(|r| !r.is_empty() && !r.starts_with(['/', '?', '#', ':', '@', '\\']))
}

/// Percent-encodes what a header may not hold; the rest of the address stays as it is.
pub fn header_form(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for byte in url.bytes() {
        match byte {
            0x21..=0x7e => out.push(byte as char),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}
