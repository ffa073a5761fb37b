//! What a report says, independent of the format it came in.

use crate::tokens::model::Unverified;
use crate::tokens::{decode, decode_address};

/// Tokens looked at in one report.
pub const CANDIDATES_MAX: usize = 16;
/// Characters of a diagnostic text that are kept.
pub const DIAGNOSTIC_MAX: usize = 1_000;

/// What happened to the message, in the words of RFC 3464 2.3.3.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// Given up.
    Failed,
    /// Still being tried.
    Delayed,
    /// Delivered, relayed or expanded: a success.
    Delivered,
}

impl Action {
    /// From the field's value.
    pub fn of(word: &str) -> Option<Self> {
        match word.trim().to_ascii_lowercase().split_whitespace().next()? {
            "failed" => Some(Action::Failed),
            "delayed" => Some(Action::Delayed),
            "delivered" | "relayed" | "expanded" => Some(Action::Delivered),
            _ => None,
        }
    }
}

/// A bounce.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bounce {
    /// What happened.
    pub action: Action,
    /// Basic code of the reply, 0 if none was given.
    pub basic: u16,
    /// Enhanced code (RFC 3463), zeros if none was given.
    pub enhanced: [u16; 3],
    /// What the other side said, cut to [`DIAGNOSTIC_MAX`]; may hold an address, so it is not logged.
    pub diagnostic: String,
    /// The other side's host, for provider rules; empty if not given.
    pub remote_mta: String,
    /// False if the codes were guessed from prose.
    pub strong: bool,
}

/// Kind of a complaint (RFC 5965 7.3, RFC 6430).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FeedbackType {
    /// Spam, fraud, virus and whatever else is meant as a complaint.
    Abuse,
    /// Wants no more of it.
    OptOut,
    /// Was wrongly taken for spam; a good word.
    NotSpam,
    /// A report about authentication; not about a person.
    Technical,
}

impl FeedbackType {
    /// From the field's value; what is unknown is a complaint, because the person took the trouble.
    pub fn of(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "opt-out" | "opt-out-list" => FeedbackType::OptOut,
            "not-spam" => FeedbackType::NotSpam,
            "auth-failure" | "dmarc" | "miscategorized" => FeedbackType::Technical,
            _ => FeedbackType::Abuse,
        }
    }
}

/// What an incoming message is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A delivery report.
    Bounce(Bounce),
    /// A feedback report.
    Feedback(FeedbackType),
    /// Written to an unsubscribe address.
    Unsubscribe,
    /// A vacation notice or another machine's answer.
    AutoReply,
    /// Something a person wrote, or nothing we know.
    Other,
}

/// A parsed incoming message.
pub struct Incoming {
    /// What it is.
    pub kind: Kind,
    /// Tokens found in it, most trustworthy place first, not yet verified.
    pub candidates: Vec<Unverified>,
}

/// Adds every token found in a text: runs that have exactly the shape of one.
pub fn scan_tokens(text: &str, found: &mut Vec<Unverified>) {
    let is_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+');
    for run in text.split(|c| !is_token(c)).filter(|run| run.len() >= 55) {
        if found.len() >= CANDIDATES_MAX {
            return;
        }
        // "mailto:u+…" and "b+…@" stand alone after the split; URL tokens have no plus sign.
        found.extend(decode(run).or_else(|| decode_address(run)));
    }
}
