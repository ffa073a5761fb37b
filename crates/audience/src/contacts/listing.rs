//! A page of the list of contacts, and how many there are in all.
//!
//! Without words to search for, a page is cut out of a bitmap: it costs the same at any depth and whatever
//! the conditions leave. With words, opened fields are looked through from the newest on.

use crate::contacts::search::{self, Filter};
use crate::contacts::select::Selection;
use crate::contacts::sql;
use crate::contacts::{PersonalFields, StoredContact};
use crate::segments::{self, Rule};
use kernel::{Problem, Result};
use roaring::RoaringBitmap;
use std::sync::Arc;
use store::{Scoped, StoreKeys};

/// Order of the list.
#[derive(
    Clone, Copy, PartialEq, Eq, Default, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[schema(as = ContactSort)]
pub enum Sort {
    /// Oldest first.
    #[serde(rename = "created")]
    Created,
    /// Newest first.
    #[default]
    #[serde(rename = "-created")]
    NewestFirst,
}

/// How exact a total is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Exactly so many.
    Eq,
    /// About so many.
    Estimate,
}

/// How many contacts a list has on all its pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = ContactTotal)]
pub struct Total {
    /// Contacts.
    #[schema(minimum = 0)]
    pub value: u64,
    /// Whether that is exact. Counts lag only while very many contacts have just changed.
    pub relation: Relation,
}

/// A page.
#[derive(Debug)]
pub struct Listing {
    /// Contacts with their fields open.
    pub contacts: Vec<(StoredContact, PersonalFields)>,
    /// Ordinal after which the next page begins, in the order of the list; `None` at the end.
    pub next: Option<u32>,
    /// On all pages; `None` if only looking through everything would tell.
    pub total: Option<Total>,
}

/// The page after an ordinal. Problem: words are looked for newest first only.
pub async fn list(
    store: &Scoped,
    keys: &Arc<StoreKeys>,
    select: &Selection,
    sort: Sort,
    after: Option<u32>,
    limit: usize,
) -> Result<Listing> {
    let members = select.members(store, keys).await?;
    match (select.text(), members, sort) {
        (Some(_), _, Sort::Created) => {
            let detail = "A search goes from the newest on: leave sort out, or search for nothing.";
            Err(Problem::field("/sort", "contradiction", detail).into())
        }
        (Some(text), members, Sort::NewestFirst) => {
            let filter = Filter { text: Some(text.to_owned()), members: members.map(Arc::new) };
            searched(store, keys, filter, after, limit).await
        }
        (None, Some(members), sort) => cut(store, keys, &members, sort, after, limit).await,
        (None, None, Sort::NewestFirst) => newest(store, keys, after, limit).await,
        (None, None, Sort::Created) => {
            let everybody = segments::evaluate(store, keys, &Rule::everybody()).await?;
            cut(store, keys, &everybody, sort, after, limit).await
        }
    }
}

async fn searched(
    store: &Scoped,
    keys: &Arc<StoreKeys>,
    filter: Filter,
    after: Option<u32>,
    limit: usize,
) -> Result<Listing> {
    let found = search::list(store, keys, filter, after, limit).await?;
    let whole = after.is_none() && found.next.is_none();
    let total = whole.then_some(Total { value: found.contacts.len() as u64, relation: Relation::Eq });
    Ok(Listing { contacts: found.contacts, next: found.next, total })
}

/// Everybody, newest first: read by ordinal, without a bitmap.
async fn newest(store: &Scoped, keys: &Arc<StoreKeys>, after: Option<u32>, limit: usize) -> Result<Listing> {
    let total = match segments::count_at_once(store, keys, &Rule::everybody()).await? {
        Some(value) => Total { value, relation: Relation::Eq },
        None => {
            let end = store.read(|tx| tx.ordinal_end()).await?;
            Total { value: end.into(), relation: Relation::Estimate }
        }
    };
    let found = search::list(store, keys, Filter::default(), after, limit).await?;
    Ok(Listing { contacts: found.contacts, next: found.next, total: Some(total) })
}

async fn cut(
    store: &Scoped,
    keys: &Arc<StoreKeys>,
    members: &RoaringBitmap,
    sort: Sort,
    after: Option<u32>,
    limit: usize,
) -> Result<Listing> {
    let mut page: Vec<u32> = match (sort, after) {
        (Sort::Created, after) => {
            members.range(after.map_or(0, |a| a.saturating_add(1))..).take(limit + 1).collect()
        }
        (Sort::NewestFirst, Some(before)) => members.range(..before).rev().take(limit + 1).collect(),
        (Sort::NewestFirst, None) => members.iter().rev().take(limit + 1).collect(),
    };
    let more = page.len() > limit;
    page.truncate(limit);
    let next = page.last().copied().filter(|_| more);
    let keys = keys.clone();
    let mut contacts = store
        .read(move |tx| {
            let found = sql::load_many(tx, &page)?;
            found.into_iter().map(|c| c.open(&keys).map(|fields| (c, fields))).collect::<Result<Vec<_>>>()
        })
        .await?;
    if sort == Sort::NewestFirst {
        contacts.reverse();
    }
    let total = Total { value: members.len(), relation: Relation::Eq };
    Ok(Listing { contacts, next, total: Some(total) })
}
