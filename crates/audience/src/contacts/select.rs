//! Which contacts a list, a bulk operation or an export is about, as callers say it.

use crate::consent::model::Channel;
use crate::contacts::search::{ChannelFilter, Filter};
use crate::contacts::sql;
use crate::segments::{AudienceTerm, resolve_in};
use crate::tags;
use kernel::ids::{ContactId, SegmentId};
use kernel::{Problem, Result};
use roaring::RoaringBitmap;
use std::sync::Arc;
use store::{Scoped, StoreKeys, Tx};
use web::Errors;

/// Most ids one call may name.
pub const IDS_MAX: usize = 10_000;

/// State of a channel, as a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChannelState {
    /// The address is dead.
    Bounced,
    /// The contact complained.
    Complained,
    /// Never asked, or never answered.
    NeverSubscribed,
    /// Marketing may be sent.
    Sendable,
    /// Said yes.
    Subscribed,
    /// The merchant suppressed the address.
    Suppressed,
    /// Said no.
    Unsubscribed,
}

impl ChannelState {
    fn filter(self) -> Option<ChannelFilter> {
        let word = match self {
            ChannelState::Bounced => "bounced",
            ChannelState::Complained => "complained",
            ChannelState::NeverSubscribed => "never_subscribed",
            ChannelState::Sendable => "sendable",
            ChannelState::Subscribed => "subscribed",
            ChannelState::Suppressed => "suppressed",
            ChannelState::Unsubscribed => "unsubscribed",
        };
        ChannelFilter::from_word(word)
    }
}

/// Contacts by ids, or by conditions that must all hold, or all. Saying nothing is not "all".
#[derive(Clone, Default, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Selection {
    /// Every contact of the store.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
    /// These contacts, at most 10,000.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 10000)]
    pub ids: Vec<ContactId>,
    /// Contacts with this tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Members of this segment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<SegmentId>,
    /// The channel that `status` speaks of; email if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Contacts in this state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<ChannelState>,
}

impl Selection {
    fn has_condition(&self) -> bool {
        !self.ids.is_empty() || self.tag.is_some() || self.segment.is_some() || self.status.is_some()
    }

    /// Notes what is not right.
    pub fn check(&self, errors: &mut Errors) {
        if self.ids.len() > IDS_MAX {
            errors.add(
                "/select/ids",
                "too_many",
                "At most 10,000 ids at once; use a tag or a segment for more.",
            );
        }
        match (self.all, self.has_condition()) {
            (false, false) => {
                errors.add(
                    "/select",
                    "empty",
                    "Say which contacts: ids, a tag, a segment, a status, or all.",
                );
            }
            (true, true) => {
                errors.add("/select/all", "contradiction", "All contacts, or some: not both.");
            }
            _ => {}
        }
    }

    /// The filter it means, at this moment. Problem: an unknown tag or segment.
    pub fn filter(&self, tx: &mut Tx<'_>, keys: &StoreKeys) -> Result<Filter> {
        let tag = self.tag.as_deref().map(|name| find_tag(tx, name)).transpose()?;
        let mut members = match self.ids.as_slice() {
            [] => None,
            ids => Some(ordinals(tx, ids)?),
        };
        if let Some(segment) = self.segment {
            let of_segment = resolve_in(tx, keys, &[AudienceTerm::Segment(segment)], &[])?;
            members = Some(members.map_or_else(|| of_segment.clone(), |ids| ids & &of_segment));
        }
        let channel = self.status.and_then(ChannelState::filter);
        Ok(Filter {
            text: None,
            tag,
            channel: channel.map(|c| (self.channel.unwrap_or(Channel::Email), c)),
            members: members.map(Arc::new),
        })
    }

    /// Ordinals of the contacts it means, at this moment. Problem: an unknown tag or segment. Blocking.
    pub fn collect(&self, store: &Scoped, keys: &Arc<StoreKeys>) -> Result<RoaringBitmap> {
        let (selection, keys) = (self.clone(), keys.clone());
        let filter = store.read_blocking(move |tx| selection.filter(tx, &keys))?;
        super::search::collect_ordinals(store, &filter)
    }
}

fn ordinals(tx: &mut Tx<'_>, ids: &[ContactId]) -> Result<RoaringBitmap> {
    Ok(sql::load_ids(tx, ids)?.iter().map(|c| c.ordinal).collect())
}

/// Number of a tag by name. Problem: unknown.
pub(crate) fn find_tag(tx: &mut Tx<'_>, name: &str) -> Result<u32> {
    let found = tags::sql::find(tx, name.trim())?;
    found
        .map(|t| t.no)
        .ok_or_else(|| Problem::field("?tag", "unknown_tag", "There is no tag of this name.").into())
}
