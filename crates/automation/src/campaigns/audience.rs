//! From terms to contacts: include minus exclude, and what of it will be reached.

use super::model::Term;
use audience::segments::{self, Rule};
use audience::tags;
use kernel::{Problem, Result};
use messaging::gate::Reason;
use roaring::RoaringBitmap;
use serde::Serialize;
use serde_json::json;
use store::{StoreKeys, Tx};
use utoipa::ToSchema;

/// An audience before it is frozen.
pub struct Audience {
    /// Include minus exclude.
    pub recipients: RoaringBitmap,
    /// Matched by include, and taken out by exclude.
    pub excluded: RoaringBitmap,
}

/// Finds the audience of terms in one snapshot. Problem: no include term (nothing chosen never means
/// everybody), or a term that names nothing.
pub fn find(tx: &mut Tx<'_>, keys: &StoreKeys, include: &[Term], exclude: &[Term]) -> Result<Audience> {
    if include.is_empty() {
        return Err(Problem::field(
            "/settings/include",
            "required",
            "Say who gets it: at least one term, for example `{ all = true }`.",
        )
        .into());
    }
    let matched = union(tx, keys, include, "/settings/include")?;
    let taken_out = union(tx, keys, exclude, "/settings/exclude")?;
    Ok(Audience { excluded: &matched & &taken_out, recipients: matched - taken_out })
}

fn union(tx: &mut Tx<'_>, keys: &StoreKeys, terms: &[Term], base: &str) -> Result<RoaringBitmap> {
    let mut all = RoaringBitmap::new();
    for (i, term) in terms.iter().enumerate() {
        if let Some(rule) = rule(tx, term, &format!("{base}/{i}"))? {
            all |= segments::evaluate_in(tx, keys, &rule)?;
        }
    }
    Ok(all)
}

/// The rule of a term; `None` for a tag that no contact ever had.
fn rule(tx: &mut Tx<'_>, term: &Term, pointer: &str) -> Result<Option<Rule>> {
    let rule = match term {
        Term::All(true) => Rule::everybody(),
        Term::All(false) => {
            return Err(Problem::field(pointer, "all", "Write `all = true`, or leave the term out.").into());
        }
        Term::Segment(id) => Rule::parse_at(
            &json!({ "condition": "segment", "operator": "is_member", "segment": id }),
            pointer,
        )?,
        Term::Tag(name) if tags::sql::find(tx, name)?.is_none() => return Ok(None),
        Term::Tag(name) => {
            Rule::parse_at(&json!({ "condition": "tag", "operator": "has_any", "values": [name] }), pointer)?
        }
        Term::Rule(document) => Rule::parse_at(document, &format!("{pointer}/rule"))?,
    };
    Ok(Some(rule))
}

/// Tags that terms name and no contact ever had: probably a slip.
pub fn unknown_tags<'a>(tx: &mut Tx<'_>, terms: impl Iterator<Item = &'a Term>) -> Result<Vec<&'a str>> {
    let mut unknown = Vec::new();
    for term in terms {
        if let Term::Tag(name) = term
            && tags::sql::find(tx, name)?.is_none()
        {
            unknown.push(name.as_str());
        }
    }
    Ok(unknown)
}

/// Recipients who will not be reached, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Refused {
    /// Stable word.
    pub reason: &'static str,
    /// A sentence.
    pub sentence: &'static str,
    /// Recipients.
    pub count: u64,
}

/// Splits an audience into who will be reached and who will not, each for the reason the gate would
/// give: the order is the gate's.
pub fn break_down(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    recipients: &RoaringBitmap,
) -> Result<(RoaringBitmap, Vec<Refused>)> {
    let mut rest = recipients.clone();
    let mut refused = Vec::new();
    for (reason, rule) in reasons() {
        let rule = Rule::parse(&rule)?;
        let concerned = &rest & segments::evaluate_in(tx, keys, &rule)?;
        if !concerned.is_empty() {
            refused.push(Refused {
                reason: reason.word(),
                sentence: reason.sentence(),
                count: concerned.len(),
            });
            rest -= concerned;
        }
    }
    Ok((rest, refused))
}

fn reasons() -> Vec<(Reason, serde_json::Value)> {
    let is = |status: &str| json!({ "condition": "consent", "operator": "is", "channel": "email", "status": status });
    vec![
        (Reason::NoAddress, json!({ "not": { "condition": "email", "operator": "exists" } })),
        (Reason::Complained, is("complained")),
        (Reason::Suppressed, is("suppressed")),
        (Reason::Bounced, is("bounced")),
        (Reason::Unsubscribed, is("unsubscribed")),
        (Reason::NoConsent, is("never_subscribed")),
    ]
}
