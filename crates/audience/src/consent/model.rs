//! Words and rules of consent. Pure.

use kernel::Timestamp;
use kernel::ids::ImportId;
use roaring::RoaringBitmap;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $number:literal, $word:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant = $number),* }

        impl $name {
            /// Every member, in order of number.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The word in JSON and on the command line.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }

            /// Its number in columns and codecs; never changes.
            pub fn number(self) -> u8 {
                self as u8
            }

            /// The member with a number.
            pub fn from_number(number: i64) -> Option<Self> {
                match number { $($number => Some($name::$variant),)* _ => None }
            }

            /// The member with a word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$variant),)* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl From<$name> for store::Value {
            fn from(v: $name) -> Self {
                store::Value::Int(i64::from(v.number()))
            }
        }
    };
}

words! {
    /// A way to reach a contact. Consent is separate for each (P-049).
    Channel {
        /// Email.
        Email = 0, "email";
        /// Text message.
        Sms = 1, "sms";
        /// Push to a browser or an app.
        Push = 2, "push";
    }
}

words! {
    /// What the contact said about one channel.
    #[derive(Default)]
    ConsentStatus {
        /// Never asked, or never answered.
        #[default]
        NeverSubscribed = 0, "never_subscribed";
        /// Said yes.
        Subscribed = 1, "subscribed";
        /// Said no, or took a yes back (P-012).
        Unsubscribed = 2, "unsubscribed";
    }
}

words! {
    /// Why an address must not be used whatever its owner said.
    Suppression {
        /// The address does not exist or refuses for good.
        Bounced = 0, "bounced";
        /// Its owner pressed "this is spam".
        Complained = 1, "complained";
        /// The merchant put it on the list.
        Suppressed = 2, "suppressed";
    }
}

words! {
    /// Where a change of consent came from.
    ConsentSource {
        /// A contact file.
        Import = 0, "import";
        /// The HTTP API.
        Api = 1, "api";
        /// An operator in the console or on the command line.
        Manual = 2, "manual";
        /// A sign-up form.
        Form = 3, "form";
        /// The checkout of a shop.
        Checkout = 4, "checkout";
        /// A shop platform's own record.
        Shop = 5, "shop";
        /// The button of the unsubscribe page.
        UnsubscribePage = 6, "unsubscribe_page";
        /// The mail program's own button (RFC 8058).
        OneClick = 7, "one_click";
        /// The preference centre.
        PreferenceCentre = 8, "preference_centre";
        /// A bounce or a complaint reported by a mail server or provider.
        Feedback = 9, "feedback";
        /// A keyed hash that outlived an erasure (P-126), or the store's suppression list.
        SuppressionList = 10, "suppression_list";
    }
}

impl ConsentSource {
    /// True if the contact herself acts here, so that a yes after a no can be believed.
    pub fn is_opt_in_by_contact(self) -> bool {
        matches!(self, ConsentSource::Form | ConsentSource::Checkout | ConsentSource::PreferenceCentre)
    }

    /// True if an operator or program reports a yes that was given elsewhere; it needs a proof.
    pub fn is_opt_in_by_report(self) -> bool {
        matches!(self, ConsentSource::Api | ConsentSource::Manual)
    }
}

/// The present state of one channel of one contact; derived from the ledger.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ChannelStatus {
    /// What she said.
    pub status: ConsentStatus,
    /// When `status` took effect; `None` while never subscribed.
    pub status_at: Option<Timestamp>,
    /// When the address was found dead, if it was and that was not lifted.
    pub bounced_at: Option<Timestamp>,
    /// When she complained, if she did and that was not lifted.
    pub complained_at: Option<Timestamp>,
    /// When the merchant suppressed the address, if so and not lifted.
    pub suppressed_at: Option<Timestamp>,
}

impl ChannelStatus {
    /// When a flag was raised, if it stands.
    pub fn flag(&self, flag: Suppression) -> Option<Timestamp> {
        match flag {
            Suppression::Bounced => self.bounced_at,
            Suppression::Complained => self.complained_at,
            Suppression::Suppressed => self.suppressed_at,
        }
    }

    /// Raises (`Some`) or lifts (`None`) a flag.
    pub fn set_flag(&mut self, flag: Suppression, at: Option<Timestamp>) {
        match flag {
            Suppression::Bounced => self.bounced_at = at,
            Suppression::Complained => self.complained_at = at,
            Suppression::Suppressed => self.suppressed_at = at,
        }
    }

    /// The strongest standing flag, if any: complaint, then merchant's list, then bounce.
    pub fn suppression(&self) -> Option<Suppression> {
        [Suppression::Complained, Suppression::Suppressed, Suppression::Bounced]
            .into_iter()
            .find(|f| self.flag(*f).is_some())
    }

    /// True if a marketing message may be sent: subscribed and no flag.
    pub fn is_sendable(&self) -> bool {
        self.status == ConsentStatus::Subscribed && self.suppression().is_none()
    }

    /// Puts a change into effect.
    pub fn take(&mut self, change: Change, at: Timestamp) {
        match change {
            Change::Status(status) => {
                self.status = status;
                self.status_at = Some(at);
            }
            Change::Raise(flag) => self.set_flag(flag, Some(at)),
            Change::Lift(flag) => self.set_flag(flag, None),
        }
    }
}

/// What a ledger entry changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// The status of the channel.
    Status(ConsentStatus),
    /// A suppression flag is raised.
    Raise(Suppression),
    /// A suppression flag is lifted.
    Lift(Suppression),
}

const RAISE: u8 = 16;
const LIFT: u8 = 32;

impl Change {
    /// Its number in columns and event bodies; never changes.
    pub fn number(self) -> u8 {
        match self {
            Change::Status(s) => s.number(),
            Change::Raise(f) => RAISE + f.number(),
            Change::Lift(f) => LIFT + f.number(),
        }
    }

    /// The change with a number.
    pub fn from_number(number: i64) -> Option<Self> {
        let flag = |base: u8| Suppression::from_number(number - i64::from(base));
        match number {
            n if n < i64::from(RAISE) => ConsentStatus::from_number(n).map(Change::Status),
            n if n < i64::from(LIFT) => flag(RAISE).map(Change::Raise),
            _ => flag(LIFT).map(Change::Lift),
        }
    }

    /// A word for people and JSON: `subscribed`, `bounced`, `bounced_lifted`.
    pub fn as_word(self) -> String {
        match self {
            Change::Status(s) => s.as_str().to_owned(),
            Change::Raise(f) => f.as_str().to_owned(),
            Change::Lift(f) => format!("{}_lifted", f.as_str()),
        }
    }
}

/// What speaks for a yes.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Evidence {
    /// The wording that was shown is recorded.
    pub wording: bool,
    /// A proof is recorded: a form submission, a double opt-in message, a document's number.
    pub proof: bool,
}

/// Why a requested status is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// A file can't bring back who said no, or whose address is suppressed.
    ImportCannotResubscribe,
    /// After a no, a yes needs the contact herself with the wording shown, or a report with a proof.
    NeedsOptInEvidence,
    /// Nobody can be made "never asked" again.
    CannotForgetAnswer,
}

impl Refusal {
    /// A sentence that says what would be right.
    pub fn sentence(self) -> &'static str {
        match self {
            Refusal::ImportCannotResubscribe => {
                "An import does not subscribe somebody who unsubscribed or whose address is suppressed; they must opt in themselves."
            }
            Refusal::NeedsOptInEvidence => {
                "Subscribing again after an unsubscribe needs an opt-in by the contact with the wording shown; through the API or by an operator also a proof."
            }
            Refusal::CannotForgetAnswer => {
                "A contact who has answered can't be set back to never subscribed; use unsubscribed."
            }
        }
    }
}

/// What becomes of a requested status.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It takes effect.
    Change(ConsentStatus),
    /// It holds already.
    Keep,
    /// It must not take effect.
    Refuse(Refusal),
}

/// Judges a requested status against the present state. A no always wins; a yes after a no must be
/// earned; an import never earns it (P-012, P-016).
pub fn judge(
    current: &ChannelStatus,
    requested: ConsentStatus,
    source: ConsentSource,
    evidence: Evidence,
) -> Verdict {
    use ConsentStatus::{NeverSubscribed, Subscribed, Unsubscribed};
    match (current.status, requested) {
        (now, wanted) if now == wanted => Verdict::Keep,
        (_, Unsubscribed) => Verdict::Change(Unsubscribed),
        (_, NeverSubscribed) => Verdict::Refuse(Refusal::CannotForgetAnswer),
        (NeverSubscribed, Subscribed) => match source {
            ConsentSource::Import | ConsentSource::Shop if current.suppression().is_some() => {
                Verdict::Refuse(Refusal::ImportCannotResubscribe)
            }
            _ => Verdict::Change(Subscribed),
        },
        (_, Subscribed) => match source {
            s if s.is_opt_in_by_contact() && evidence.wording => Verdict::Change(Subscribed),
            s if s.is_opt_in_by_report() && evidence.wording && evidence.proof => Verdict::Change(Subscribed),
            ConsentSource::Import | ConsentSource::Shop => Verdict::Refuse(Refusal::ImportCannotResubscribe),
            _ => Verdict::Refuse(Refusal::NeedsOptInEvidence),
        },
    }
}

/// [`judge`] for callers who only want the new status, if there is one.
pub fn apply(
    current: &ChannelStatus,
    requested: ConsentStatus,
    source: ConsentSource,
    evidence: Evidence,
) -> Option<ConsentStatus> {
    match judge(current, requested, source, evidence) {
        Verdict::Change(status) => Some(status),
        Verdict::Keep | Verdict::Refuse(_) => None,
    }
}

/// Where a change came from and what proves it; shared by single and batch entries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grounds {
    /// Kind of source.
    pub source: ConsentSource,
    /// The words the contact saw, at most [`WORDING_MAX`] characters; empty if none.
    pub wording: String,
    /// Version of the wording, at most 64 characters; empty if none.
    pub wording_version: String,
    /// When consent was given or taken back.
    pub at: Timestamp,
    /// Who did it in the program: `usr_…`, `key_…`, `contact`, `system`.
    pub actor: String,
    /// The import, if it came from a file.
    pub import: Option<ImportId>,
}

/// Longest wording, in characters.
pub const WORDING_MAX: usize = 2_000;

/// One line of a contact's history, from a single or a batch entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LedgerEntry {
    /// Time-ordered number; order of entries.
    pub id: i64,
    /// The channel concerned.
    pub channel: Channel,
    /// What changed.
    pub change: Change,
    /// Where from, what proves it.
    pub grounds: Grounds,
    /// Address of the contact's machine, sealed under her key.
    pub ip_sealed: Option<Vec<u8>>,
    /// The proof, sealed under her key.
    pub proof_sealed: Option<Vec<u8>>,
}

/// Body of the event `consent.changed`: about the event's contact, or about the bitmap's.
#[derive(Clone, PartialEq, Debug)]
pub struct ConsentChanged {
    /// The channel concerned.
    pub channel: Channel,
    /// What changed.
    pub change: Change,
    /// Whom it concerns if the event names no single contact.
    pub members: Option<RoaringBitmap>,
}

impl ConsentChanged {
    /// Kind of the event.
    pub const KIND: &'static str = "consent.changed";

    /// Bytes for the event's body.
    pub fn encode(&self) -> Vec<u8> {
        let mut body = vec![self.channel.number(), self.change.number()];
        if let Some(members) = &self.members {
            members.serialize_into(&mut body).expect("invariant: writing to memory does not fail");
        }
        body
    }

    /// Reads an event's body; `None` if it is not one.
    pub fn decode(body: &[u8]) -> Option<Self> {
        let (head, rest) = body.split_at_checked(2)?;
        Some(ConsentChanged {
            channel: Channel::from_number(head[0].into())?,
            change: Change::from_number(head[1].into())?,
            members: match rest {
                [] => None,
                bytes => Some(RoaringBitmap::deserialize_from(bytes).ok()?),
            },
        })
    }
}
