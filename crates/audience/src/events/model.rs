//! What an event is: kinds, limits, why one is refused, and its place in the log. Pure.

use kernel::{Fault, Result, Timestamp};
use store::vault::BLIND_LENGTH;

/// Largest event, in bytes of JSON (Segment, tracking API).
pub const EVENT_BYTES_MAX: usize = 32 * 1024;
/// Most events of one request.
pub const BATCH_MAX: usize = 2_500;
/// Longest `messageId`, in characters.
pub const MESSAGE_ID_MAX: usize = 100;
/// Longest anonymous or user id, in characters.
pub const IDENTITY_MAX: usize = 255;
/// Longest name of an event, in characters.
pub const NAME_MAX: usize = 200;
/// Most names of events in one store.
pub const NAMES_MAX: i64 = 10_000;
/// A clock of a client that is further ahead is not believed.
pub const FUTURE_MS_MAX: i64 = 3_600_000;
/// For so many days a message that is sent again is known.
pub const DEDUPLICATION_DAYS: i64 = 7;
/// System under which user ids of events stand among a contact's ids in other systems.
pub const USER_ID_SYSTEM: &str = "user_id";

/// Tells the log for which visitors it changed who they are: a bitmap of their numbers.
pub const LINKED: &str = "visitors.linked";

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident => $stored:literal, $word:literal;)*) => {
        /// What was called, as in Segment's tracking API.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum CallKind { $($(#[$doc])* $name),* }

        impl CallKind {
            /// Every kind.
            pub const ALL: &'static [CallKind] = &[$(CallKind::$name),*];

            /// Kind of the event in the store's log.
            pub const fn stored(self) -> &'static str {
                match self { $(CallKind::$name => $stored),* }
            }

            /// The word on the wire.
            pub fn word(self) -> &'static str {
                match self { $(CallKind::$name => $word),* }
            }
        }

        /// Kinds in the log, for consumers.
        pub const STORED: &[&str] = &[$($stored),*];
    };
}

kinds! {
    /// Two ids are one person.
    Alias => "alias.made", "alias";
    /// A person belongs to a group.
    Group => "group.joined", "group";
    /// Who somebody is.
    Identify => "visitor.identified", "identify";
    /// A page was looked at.
    Page => "page.viewed", "page";
    /// A screen of an app was looked at.
    Screen => "screen.viewed", "screen";
    /// Something was done.
    Track => "event.tracked", "track";
}

impl CallKind {
    /// From the word on the wire.
    pub fn of_word(word: &str) -> Option<CallKind> {
        CallKind::ALL.iter().copied().find(|k| k.word() == word)
    }

    /// From the kind in the log.
    pub fn of_stored(stored: &str) -> Option<CallKind> {
        CallKind::ALL.iter().copied().find(|k| k.stored() == stored)
    }
}

/// Whose event it is. A browser's own id comes first: its history stays together however often somebody logs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity<'a> {
    /// An id that a browser or a device made.
    Anonymous(&'a str),
    /// The shop's id of a user.
    User(&'a str),
}

/// An event that may be stored.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// What was called.
    pub kind: CallKind,
    /// The client's id of the message; one sent again is known by it.
    pub message_id: String,
    /// Id of the browser or device.
    pub anonymous_id: Option<String>,
    /// The shop's id of the user.
    pub user_id: Option<String>,
    /// The id that `alias` replaces.
    pub previous_id: Option<String>,
    /// Name of the event, of the page or of the screen; may be empty.
    pub name: String,
    /// When it happened, by our clock.
    pub at: Timestamp,
    /// All that was said, as one JSON object: personal data.
    pub document: String,
}

impl Incoming {
    /// Whose event it is; an event has at least one id.
    pub fn identity(&self) -> Identity<'_> {
        match (&self.anonymous_id, &self.user_id) {
            (Some(anonymous), _) => Identity::Anonymous(anonymous),
            (None, user) => Identity::User(user.as_deref().unwrap_or_default()),
        }
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident => $word:literal, $sentence:literal;)*) => {
        /// Why an event was not taken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum RefusalReason { $($(#[$doc])* $name),* }

        impl RefusalReason {
            /// Every reason.
            pub const ALL: &'static [RefusalReason] = &[$(RefusalReason::$name),*];

            /// Stored word.
            pub fn word(self) -> &'static str {
                match self { $(RefusalReason::$name => $word),* }
            }

            /// What would be right.
            pub fn sentence(self) -> &'static str {
                match self { $(RefusalReason::$name => $sentence),* }
            }

            /// From the stored word.
            pub fn of_word(word: &str) -> Option<RefusalReason> {
                RefusalReason::ALL.iter().copied().find(|r| r.word() == word)
            }
        }
    };
}

reasons! {
    /// An id is too long.
    IdTooLong => "id_too_long", "userId and anonymousId have at most 255 characters, messageId at most 100.";
    /// The kind of call is unknown.
    KindUnknown => "kind_unknown", "The type is one of identify, track, page, screen, group and alias.";
    /// Nobody is named.
    NobodyNamed => "nobody_named", "An event names a userId or an anonymousId.";
    /// The name of the event is missing or too long.
    NameNotRight => "name_not_right", "A track call has an event of 1 to 200 characters; names of pages and screens have at most 200.";
    /// It is not an object of the right form.
    NotAnEvent => "not_an_event", "An event is a JSON object; properties, traits and context are objects too.";
    /// The store has too many names of events.
    TooManyNames => "too_many_names", "A store has at most 10,000 names of events; put what differs into the properties.";
    /// It has too many bytes.
    TooLarge => "too_large", "An event has at most 32 KB.";
    /// It would make one contact of two.
    TwoContacts => "two_contacts", "The ids belong to two contacts; only a merchant can join them.";
}

/// What stands in the log beside the sealed document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// It came with a key that may change contacts, not from a page.
    pub trusted: bool,
    /// The visitor.
    pub visitor: i64,
    /// Number of the event's name.
    pub name_no: i64,
    /// When it came.
    pub received_at: Timestamp,
    /// The user id, as the keyed hash under which contacts are found.
    pub user: Option<[u8; BLIND_LENGTH]>,
    /// The document, sealed under the visitor's key.
    pub sealed: Vec<u8>,
}

const VERSION: u8 = 1;
const TRUSTED: u8 = 1;
const HAS_USER: u8 = 2;
const HEAD: usize = 26;

impl Entry {
    /// Version, flags, visitor, number of the name, time, hash of the user if any, sealed document.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEAD + BLIND_LENGTH + self.sealed.len());
        let user = if self.user.is_some() { HAS_USER } else { 0 };
        out.extend([VERSION, if self.trusted { TRUSTED | user } else { user }]);
        for number in [self.visitor, self.name_no, self.received_at.0] {
            out.extend(number.to_le_bytes());
        }
        out.extend(self.user.iter().flatten());
        out.extend(&self.sealed);
        out
    }

    /// Reads what [`Entry::encode`] wrote. Fault: it is something else.
    pub fn decode(body: &[u8]) -> Result<Self> {
        let damaged = || Fault::new("read an event: not the form of an event");
        let (head, rest) = body.split_at_checked(HEAD).ok_or_else(damaged)?;
        if head[0] != VERSION {
            return Err(damaged().into());
        }
        let number = |at: usize| head[at..at + 8].try_into().map(i64::from_le_bytes).map_err(|_| damaged());
        let (user, sealed) = match head[1] & HAS_USER != 0 {
            true => {
                let (user, sealed) = rest.split_first_chunk().ok_or_else(damaged)?;
                (Some(*user), sealed)
            }
            false => (None, rest),
        };
        Ok(Entry {
            trusted: head[1] & TRUSTED != 0,
            visitor: number(2)?,
            name_no: number(10)?,
            received_at: Timestamp(number(18)?),
            user,
            sealed: sealed.to_vec(),
        })
    }
}

/// When something happened by our clock: the client's time, moved by how far its clock was off when it sent
/// (`received − (sent − said)`). A client that does not say when it sent is believed; the future is not.
pub fn corrected(said: Option<Timestamp>, sent: Option<Timestamp>, received: Timestamp) -> Timestamp {
    let Some(said) = said else { return received };
    let at = match sent {
        Some(sent) => Timestamp(received.0.saturating_sub(sent.0.saturating_sub(said.0))),
        None => said,
    };
    if at.0 > received.0.saturating_add(FUTURE_MS_MAX) { received } else { at.max(Timestamp(0)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_off_is_set_right_by_the_time_of_sending() {
        let (received, hour) = (Timestamp(1_000_000_000), 3_600_000);
        let off = |ms: i64| Timestamp(received.0 + ms);
        assert_eq!(corrected(Some(off(5 * hour - 60)), Some(off(5 * hour)), received), off(-60));
        assert_eq!(corrected(Some(off(-70)), None, received), off(-70), "believed without a time of sending");
        assert_eq!(corrected(None, Some(off(9)), received), received);
        assert_eq!(corrected(Some(off(2 * hour)), None, received), received, "the future is not believed");
        assert_eq!(corrected(Some(Timestamp(i64::MIN)), Some(Timestamp(i64::MAX)), received), Timestamp(0));
    }

    #[test]
    fn an_entry_survives_the_log_and_damage_is_noticed() {
        let with = Entry {
            trusted: true,
            visitor: 7,
            name_no: 3,
            received_at: Timestamp(12),
            user: Some([9; BLIND_LENGTH]),
            sealed: vec![1, 2, 3],
        };
        let without = Entry { trusted: false, user: None, ..with.clone() };
        for entry in [with, without] {
            let body = entry.encode();
            assert_eq!(Entry::decode(&body).unwrap(), entry);
            assert!(Entry::decode(&body[..20]).is_err());
        }
        assert!(Entry::decode(&[2; 60]).is_err());
    }

    #[test]
    fn words_of_kinds_and_reasons_are_read_back() {
        for kind in CallKind::ALL {
            assert_eq!(
                (CallKind::of_word(kind.word()), CallKind::of_stored(kind.stored())),
                (Some(*kind), Some(*kind))
            );
        }
        for reason in RefusalReason::ALL {
            assert_eq!(RefusalReason::of_word(reason.word()), Some(*reason));
            assert!(reason.sentence().ends_with('.'));
        }
    }
}
