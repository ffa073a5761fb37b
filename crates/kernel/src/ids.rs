//! Typed ids: 64 bits, time-ordered, made by the program, prefixed in text.
//!
//! Layout (63 bits): 41 bits of milliseconds since 2024-01-01, 10 bits of node, 12 bits of sequence.
//! In JSON an id is `con_` + 13 characters of Crockford base 32, so it can neither be mixed up with
//! another kind nor lose bits in a JavaScript number. Ids are guessable: whatever is reachable without
//! log-in uses a signed token, never an id.

use crate::time::{Clock, Timestamp};
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const EPOCH_MS: i64 = 1_704_067_200_000;
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const NODE_BITS: u32 = 10;
const SEQUENCE_BITS: u32 = 12;

/// Number of distinct nodes that may make ids at the same time.
pub const NODES: u16 = 1 << NODE_BITS;

/// A text that is not an id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAnId {
    /// The prefix that was expected, for example `con`.
    pub expected: &'static str,
}

impl std::fmt::Display for NotAnId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "an id looks like {}_ followed by 13 characters", self.expected)
    }
}

impl std::error::Error for NotAnId {}

fn encode(prefix: &str, value: i64) -> String {
    let mut text = String::with_capacity(prefix.len() + 14);
    text.push_str(prefix);
    text.push('_');
    for i in (0..13).rev() {
        text.push(ALPHABET[((value as u64 >> (i * 5)) & 31) as usize] as char);
    }
    text
}

fn decode(prefix: &'static str, text: &str) -> Result<i64, NotAnId> {
    let wrong = NotAnId { expected: prefix };
    let body = text.strip_prefix(prefix).and_then(|t| t.strip_prefix('_')).ok_or(wrong.clone())?;
    if body.len() != 13 {
        return Err(wrong);
    }
    let mut value: u128 = 0;
    for byte in body.bytes() {
        let digit = ALPHABET.iter().position(|a| *a == byte).ok_or(wrong.clone())?;
        value = (value << 5) | digit as u128;
    }
    i64::try_from(value).map_err(|_| wrong)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident => $prefix:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(pub i64);

            impl $name {
                /// Prefix in text, without the underscore.
                pub const PREFIX: &'static str = $prefix;
            }

            impl std::fmt::Display for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(&encode($prefix, self.0))
                }
            }

            impl std::fmt::Debug for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(&encode($prefix, self.0))
                }
            }

            impl std::str::FromStr for $name {
                type Err = NotAnId;
                fn from_str(text: &str) -> Result<Self, NotAnId> {
                    decode($prefix, text).map($name)
                }
            }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                    s.serialize_str(&encode($prefix, self.0))
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                    let text = <Cow<'de, str>>::deserialize(d)?;
                    text.parse().map_err(serde::de::Error::custom)
                }
            }

            impl From<NewId> for $name {
                fn from(new: NewId) -> Self {
                    $name(new.0)
                }
            }

            impl utoipa::PartialSchema for $name {
                fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                    utoipa::openapi::schema::ObjectBuilder::new()
                        .schema_type(utoipa::openapi::schema::SchemaType::new(
                            utoipa::openapi::schema::Type::String,
                        ))
                        .pattern(Some(concat!("^", $prefix, "_[0-9a-hjkmnp-tv-z]{13}$")))
                        .examples([concat!($prefix, "_0123456789abc")])
                        .into()
                }
            }

            impl utoipa::ToSchema for $name {}
        )*

        /// Every prefix; a test keeps them distinct.
        pub const PREFIXES: &[&str] = &[$($prefix),*];
    };
}

ids! {
    /// An account: a person or company that owns stores.
    AccountId => "acc";
    /// An API key.
    ApiKeyId => "key";
    /// A custom attribute definition.
    AttributeId => "atr";
    /// An entry of the audit log.
    AuditId => "aud";
    /// A campaign.
    CampaignId => "cmp";
    /// A contact.
    ContactId => "con";
    /// A sender domain.
    DomainId => "dom";
    /// An exported file.
    ExportId => "exp";
    /// An import of contacts.
    ImportId => "imp";
    /// A background job.
    JobId => "job";
    /// A picture, sound, video or text of the media library.
    MediaId => "med";
    /// A message captured by the sandbox.
    MessageId => "msg";
    /// A relay: where mail is handed to.
    RelayId => "rly";
    /// A row of an email kept for further emails.
    SavedBlockId => "blk";
    /// A saved view of a list.
    SavedViewId => "viw";
    /// A saved segment.
    SegmentId => "seg";
    /// A log-in session.
    SessionId => "ses";
    /// A store: the tenant, owner of all data.
    StoreId => "sto";
    /// An entry of the suppression list.
    SuppressionId => "sup";
    /// A tag.
    TagId => "tag";
    /// A template.
    TemplateId => "tpl";
    /// A person who can log in.
    UserId => "usr";
}

/// A fresh number that becomes whatever id is asked of it: `let id: ContactId = ids.next().into()`.
#[derive(Clone, Copy, Debug)]
pub struct NewId(pub i64);

/// Makes ids. One per process; the node number is leased from the database.
#[derive(Clone)]
pub struct IdMaker {
    clock: Arc<dyn Clock>,
    node: u16,
    last: Arc<AtomicU64>,
}

impl IdMaker {
    /// A maker for one node number (below [`NODES`]).
    pub fn new(clock: Arc<dyn Clock>, node: u16) -> Self {
        IdMaker { clock, node: node % NODES, last: Arc::new(AtomicU64::new(0)) }
    }

    /// The next id.
    pub fn make(&self) -> NewId {
        self.make_block(1)
    }

    /// The first of `count` ids; the others follow by [`IdMaker::nth`]. A block may run a few
    /// milliseconds ahead of the clock (4,096 ids a millisecond).
    pub fn make_block(&self, count: u32) -> NewId {
        let now = (self.clock.now().0 - EPOCH_MS).max(0) as u64;
        let floor = now << SEQUENCE_BITS;
        let mut last = self.last.load(Ordering::Relaxed);
        loop {
            let first = (last + 1).max(floor);
            let end = first + u64::from(count.max(1)) - 1;
            match self.last.compare_exchange_weak(last, end, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return self.number(first),
                Err(seen) => last = seen,
            }
        }
    }

    /// The id `offset` places after the first of a block.
    pub fn nth(first: NewId, offset: u32) -> NewId {
        let raw = first.0 as u64;
        let sequence_mask = (1u64 << SEQUENCE_BITS) - 1;
        let node = (raw >> SEQUENCE_BITS) & u64::from(NODES - 1);
        let ticks = ((raw >> (SEQUENCE_BITS + NODE_BITS)) << SEQUENCE_BITS | (raw & sequence_mask))
            + u64::from(offset);
        NewId(join(ticks, node as u16))
    }

    fn number(&self, ticks: u64) -> NewId {
        NewId(join(ticks, self.node))
    }
}

fn join(ticks: u64, node: u16) -> i64 {
    let sequence_mask = (1u64 << SEQUENCE_BITS) - 1;
    let ms = ticks >> SEQUENCE_BITS;
    ((ms << (SEQUENCE_BITS + NODE_BITS)) | (u64::from(node) << SEQUENCE_BITS) | (ticks & sequence_mask))
        as i64
}

/// When an id was made.
pub fn made_at(id: i64) -> Timestamp {
    Timestamp(((id as u64) >> (SEQUENCE_BITS + NODE_BITS)) as i64 + EPOCH_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::ManualClock;
    use std::collections::HashSet;

    #[test]
    fn an_id_survives_its_text_form_and_refuses_another_kind() {
        let maker = IdMaker::new(Arc::new(ManualClock::at(1_800_000_000_000)), 5);
        let id: ContactId = maker.make().into();
        assert_eq!(id.to_string().parse::<ContactId>(), Ok(id));
        assert!(id.to_string().parse::<CampaignId>().is_err());
        assert!("con_zzzzzzzzzzzzz".parse::<ContactId>().is_err(), "does not fit 63 bits");
        assert_eq!(made_at(id.0).0, 1_800_000_000_000);
    }

    #[test]
    fn ids_of_blocks_are_distinct_and_ordered() {
        let maker = IdMaker::new(Arc::new(ManualClock::at(1_800_000_000_000)), 1023);
        let mut seen = HashSet::new();
        let mut last = 0;
        for _ in 0..5 {
            let first = maker.make_block(10_000);
            for n in 0..10_000 {
                let id = IdMaker::nth(first, n).0;
                assert!(id > last && seen.insert(id));
                last = id;
            }
        }
    }

    #[test]
    fn prefixes_are_distinct_and_sorted_by_name() {
        let set: HashSet<_> = PREFIXES.iter().collect();
        assert_eq!(set.len(), PREFIXES.len());
    }
}
