//! Which contacts a list, a bulk operation or an export is about, as callers say it.
//!
//! Conditions become one rule, evaluated like a segment's: whatever narrows a list can be acted on, and a
//! page costs the same at any depth. Words to search for are looked for in opened fields afterwards.

use crate::consent::model::Channel;
use crate::contacts::search::{self, Filter, TEXT_MAX};
use crate::contacts::sql;
use crate::segments::{self, AudienceTerm, Rule};
use crate::tags;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::ids::{ContactId, SegmentId};
use kernel::{OrFault, Problem, Result};
use roaring::RoaringBitmap;
use serde_json::{Value as Json, json};
use std::sync::Arc;
use store::{Scoped, StoreKeys, Tx};
use web::Errors;

/// Most ids one call may name.
pub const IDS_MAX: usize = 10_000;
/// Matches of a search taken in at once.
const SEARCH_PAGE: usize = 2_000;
/// Under what a selection's private part is sealed.
const PRIVATE: &str = "contacts.selection";

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
    /// Not these contacts, whatever else is said; at most 10,000.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 10000)]
    pub excluded_ids: Vec<ContactId>,
    /// An email address, a phone number, or a part of any personal field.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub search: Option<String>,
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
    /// Contacts who satisfy a rule, as in a segment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, example = json!({"condition": "everybody"}))]
    pub rule: Option<Json>,
}

impl Selection {
    /// Every contact.
    pub fn everybody() -> Self {
        Selection { all: true, ..Selection::default() }
    }

    fn has_condition(&self) -> bool {
        !self.ids.is_empty() || self.text().is_some() || self.has_rule()
    }

    fn has_rule(&self) -> bool {
        self.tag.is_some() || self.segment.is_some() || self.status.is_some() || self.rule.is_some()
    }

    /// The words to look for.
    pub fn text(&self) -> Option<&str> {
        self.search.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// Notes what is not right in a selection to act on, which stands at `/select`.
    pub fn check(&self, errors: &mut Errors) {
        self.check_limits("/select/", errors);
        match (self.all, self.has_condition()) {
            (false, false) => {
                errors.add(
                    "/select",
                    "empty",
                    "Say which contacts: ids, a search, a tag, a segment, a status, a rule, or all.",
                );
            }
            (true, true) => {
                errors.add("/select/all", "contradiction", "All contacts, or some: not both.");
            }
            _ => {}
        }
    }

    /// Notes what is too long or too many; pointers begin with `at` (`/select/`, `?`).
    pub fn check_limits(&self, at: &str, errors: &mut Errors) {
        for (name, ids) in [("ids", &self.ids), ("excluded_ids", &self.excluded_ids)] {
            if ids.len() > IDS_MAX {
                let detail = "At most 10,000 ids at once; use a tag, a segment or a rule for more.";
                errors.add(format!("{at}{name}"), "too_many", detail);
            }
        }
        if self.text().is_some_and(|text| text.chars().count() > TEXT_MAX) {
            errors.add(format!("{at}search"), "too_long", "At most 200 characters.");
        }
    }

    /// The conditions as one rule; `None` if there is none but ids and words. Problem: the rule is not
    /// valid; pointers begin with `at`.
    fn conditions(&self, at: &str) -> Result<Option<Rule>> {
        let mut terms = Vec::new();
        terms.extend(self.tag.as_ref().map(|tag| AudienceTerm::Tag(tag.trim().to_owned())));
        terms.extend(self.segment.map(AudienceTerm::Segment));
        if let Some(state) = self.status {
            let channel = self.channel.unwrap_or(Channel::Email);
            let condition =
                json!({ "condition": "consent", "operator": "is", "channel": channel, "status": state });
            terms.push(AudienceTerm::Rule(Rule::parse(&condition)?));
        }
        if let Some(rule) = &self.rule {
            terms.push(AudienceTerm::Rule(Rule::parse_at(rule, &format!("{at}rule"))?));
        }
        segments::all_of(&terms, at.trim_end_matches('/'))
    }

    /// Problem: the rule is not valid, or a name is unknown. Pointers begin with `at`.
    pub fn check_names(&self, tx: &mut Tx<'_>, at: &str) -> Result<()> {
        if let Some(name) = &self.tag
            && tags::sql::find(tx, name.trim())?.is_none()
        {
            let detail = "There is no tag of this name.";
            return Err(Problem::field(format!("{at}tag"), "unknown_tag", detail).into());
        }
        self.conditions(at)?.map_or(Ok(()), |rule| segments::check_names(tx, &rule))
    }

    /// Whom ids and conditions leave, the words to search for apart; `None` if they leave everybody.
    pub async fn members(&self, store: &Scoped, keys: &Arc<StoreKeys>) -> Result<Option<RoaringBitmap>> {
        let mut members = match self.conditions("/select/")? {
            Some(rule) => Some(segments::evaluate(store, keys, &rule).await?),
            None => None,
        };
        if !self.ids.is_empty() {
            let chosen = ordinals(store, &self.ids).await?;
            members = Some(members.map_or_else(|| chosen.clone(), |found| found & &chosen));
        }
        if !self.excluded_ids.is_empty() {
            let from = match members {
                Some(members) => members,
                None => segments::evaluate(store, keys, &Rule::everybody()).await?,
            };
            members = Some(from - ordinals(store, &self.excluded_ids).await?);
        }
        Ok(members)
    }

    /// Ordinals of the contacts it means, at this moment. Problem: an unknown segment, or the like.
    pub async fn collect(&self, store: &Scoped, keys: &Arc<StoreKeys>) -> Result<RoaringBitmap> {
        let members = self.members(store, keys).await?;
        match (self.text(), members) {
            (Some(text), members) => {
                let filter = Filter { text: Some(text.to_owned()), members: members.map(Arc::new) };
                collect_matches(store, keys, filter).await
            }
            (None, Some(members)) => Ok(members),
            (None, None) => segments::evaluate(store, keys, &Rule::everybody()).await,
        }
    }

    /// The selection as it is kept with a job: what may say who somebody is (words, rules) comes apart,
    /// sealed.
    pub fn sealed(mut self, keys: &StoreKeys) -> Result<(Selection, Option<String>)> {
        let private =
            Selection { search: self.search.take(), rule: self.rule.take(), ..Selection::default() };
        if private == Selection::default() {
            return Ok((self, None));
        }
        let plain = serde_json::to_vec(&private).or_fault("write a selection")?;
        let sealed = STANDARD.encode(keys.seal_secret(PRIVATE, &plain)?);
        Ok((self, Some(sealed)))
    }

    /// Undoes [`Selection::sealed`].
    pub fn opened(mut self, private: Option<&str>, keys: &StoreKeys) -> Result<Selection> {
        let Some(private) = private else { return Ok(self) };
        let sealed = STANDARD.decode(private).or_fault("read a sealed selection")?;
        let plain = keys.open_secret(PRIVATE, &sealed)?;
        let private: Selection = serde_json::from_slice(&plain).or_fault("read a selection")?;
        self.search = private.search;
        self.rule = private.rule;
        Ok(self)
    }
}

async fn ordinals(store: &Scoped, ids: &[ContactId]) -> Result<RoaringBitmap> {
    let ids = ids.to_vec();
    store.read(move |tx| Ok(sql::load_ids(tx, &ids)?.iter().map(|c| c.ordinal).collect())).await
}

/// Everybody whom a search finds, page by page, so that memory does not grow with them.
async fn collect_matches(store: &Scoped, keys: &Arc<StoreKeys>, filter: Filter) -> Result<RoaringBitmap> {
    let (mut found, mut before) = (RoaringBitmap::new(), None);
    loop {
        let page = search::list(store, keys, filter.clone(), before, SEARCH_PAGE).await?;
        found.extend(page.contacts.iter().map(|(contact, _)| contact.ordinal));
        before = page.next;
        if before.is_none() {
            return Ok(found);
        }
    }
}
