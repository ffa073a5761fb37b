//! What comes back by mail: bounces (RFC 3464), complaints (RFC 5965), unsubscribe requests.
//!
//! A report takes effect only if it carries a token of ours (VERP address, or one in the headers it
//! returns) whose MAC holds: a forged bounce does nothing. Weak evidence (prose without codes) is noted
//! and suppresses nobody (D-02). Nothing is ever answered, so no loop can begin. Mail is not stored.

mod api;
mod desk;
pub mod model;
pub mod parse;
#[cfg(test)]
mod tests;

use crate::channels::email::replies::{Evidence, Permanence, classify};
use crate::channels::email::smtp::Enhanced;
use crate::suppression::{BounceReport, Effect, Reaction, react};
use crate::tokens::{self, Claims};
use audience::consent::ConsentSource;
use kernel::Result;
use kernel::ids::StoreId;
use model::{Action, Bounce, FeedbackType, Incoming, Kind};
use store::{Database, Scoped, Vault};
use web::{Feature, Task};

pub use desk::{Desk, InboundMail};
pub use parse::RAW_MAX;

/// The route for raw messages and the listener. The feature owns no table.
pub fn feature() -> Feature {
    Feature::new("feedback").routes(api::routes).task(Task { name: "inbound-mail", start: desk::start })
}

/// What became of an incoming message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Intake {
    /// It was about one of our messages and this changed.
    Applied(Summary, Effect),
    /// It carries no valid token; nothing was done.
    Unmatched(Summary),
    /// It asks for nothing (a reply, a vacation notice, a report of success).
    Ignored(Summary),
    /// It is not a message.
    Unreadable,
}

/// What an incoming message is, in one word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Summary {
    /// A delivery report.
    Bounce,
    /// A complaint.
    Complaint,
    /// A request to be left alone.
    Unsubscribe,
    /// The opposite of a complaint.
    NotSpam,
    /// Another machine's answer.
    AutoReply,
    /// Something else.
    Other,
}

impl Summary {
    fn of(kind: &Kind) -> Self {
        match kind {
            Kind::Bounce(_) => Summary::Bounce,
            Kind::Feedback(FeedbackType::Abuse) => Summary::Complaint,
            Kind::Feedback(FeedbackType::OptOut) | Kind::Unsubscribe => Summary::Unsubscribe,
            Kind::Feedback(FeedbackType::NotSpam) => Summary::NotSpam,
            Kind::Feedback(FeedbackType::Technical) | Kind::Other => Summary::Other,
            Kind::AutoReply => Summary::AutoReply,
        }
    }
}

/// Takes in a raw message for whichever store its token names. `recipients` are the envelope's, or empty
/// if not known. Called by the inbound listener; a fault means that the sender should try again.
pub async fn take_in(db: &Database, vault: &Vault, raw: &[u8], recipients: &[String]) -> Result<Intake> {
    take_in_for(db, vault, None, raw, recipients).await
}

/// The same; tokens of other stores than `only` do not count.
async fn take_in_for(
    db: &Database,
    vault: &Vault,
    only: Option<StoreId>,
    raw: &[u8],
    recipients: &[String],
) -> Result<Intake> {
    let Some(incoming) = parse::parse(raw, recipients) else { return Ok(Intake::Unreadable) };
    let summary = Summary::of(&incoming.kind);
    let Some(reaction) = reaction_of(&incoming.kind) else { return Ok(Intake::Ignored(summary)) };
    let Some((store, claims)) = find_message(db, vault, only, &incoming).await? else {
        return Ok(Intake::Unmatched(summary));
    };
    let effect = store.write(move |tx| react(tx, claims.ordinal, claims.campaign, reaction)).await?;
    Ok(Intake::Applied(summary, effect))
}

/// The message of the first token that verifies.
async fn find_message(
    db: &Database,
    vault: &Vault,
    only: Option<StoreId>,
    incoming: &Incoming,
) -> Result<Option<(Scoped, Claims)>> {
    for candidate in &incoming.candidates {
        if only.is_some_and(|store| store != candidate.claims().store) {
            continue;
        }
        if let Some(opened) = tokens::verify(db, vault, candidate).await? {
            return Ok(Some((opened.store, opened.claims)));
        }
    }
    Ok(None)
}

fn reaction_of(kind: &Kind) -> Option<Reaction> {
    match kind {
        Kind::Bounce(bounce) => reaction_of_bounce(bounce),
        Kind::Feedback(FeedbackType::Abuse) => Some(Reaction::Complained),
        Kind::Feedback(FeedbackType::OptOut) => Some(Reaction::Unsubscribed(ConsentSource::Feedback)),
        Kind::Feedback(FeedbackType::NotSpam | FeedbackType::Technical) => None,
        Kind::Unsubscribe => Some(Reaction::Unsubscribed(ConsentSource::OneClick)),
        Kind::AutoReply | Kind::Other => None,
    }
}

fn reaction_of_bounce(bounce: &Bounce) -> Option<Reaction> {
    match bounce.action {
        Action::Failed => Some(Reaction::Bounced(report_of(bounce))),
        Action::Delivered => Some(Reaction::Reached),
        Action::Delayed => None,
    }
}

fn report_of(bounce: &Bounce) -> BounceReport {
    let [class, subject, detail] = bounce.enhanced;
    let status = (class != 0).then(|| Enhanced::new(class as u8, subject, detail));
    let site = Some(bounce.remote_mta.as_str()).filter(|s| !s.is_empty());
    let classified = classify(&Evidence::dsn(status, &bounce.diagnostic, site));
    BounceReport {
        class: classified.class,
        permanent: classified.permanence == Permanence::Permanent,
        basic: bounce.basic,
        enhanced: bounce.enhanced,
        strong: bounce.strong,
    }
}
