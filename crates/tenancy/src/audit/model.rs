//! An entry, its canonical form and its hash. Pure.

use aws_lc_rs::digest::{Context, SHA256};
use kernel::Timestamp;
use kernel::ids::AuditId;
use serde_json::Value;

/// Bytes of a hash.
pub const HASH_LENGTH: usize = 32;

/// One entry of a chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Place in its chain, from 1.
    pub seq: i64,
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who (`usr_…`, `key_…`, `operator`, `system`).
    pub actor: String,
    /// What, as `noun.verb_past`.
    pub action: String,
    /// To what; an id, or empty.
    pub object: String,
    /// More about it as canonical JSON. No personal data.
    pub details: String,
}

/// Hash of an entry over the hash of the one before (P-209). Every part is preceded by its length, so
/// that no two entries have the same bytes.
pub fn hash(chain: i64, entry: &Entry, previous: &[u8]) -> [u8; HASH_LENGTH] {
    let mut context = Context::new(&SHA256);
    let numbers = [chain, entry.seq, entry.id.0, entry.at.0].map(i64::to_be_bytes).concat();
    let texts = [&entry.actor, &entry.action, &entry.object, &entry.details];
    for part in [previous, &numbers].into_iter().chain(texts.map(|t| t.as_bytes())) {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut out = [0; HASH_LENGTH];
    out.copy_from_slice(context.finish().as_ref());
    out
}

/// JSON with sorted keys and no spaces, so that equal values have equal text.
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            let fields =
                keys.iter().map(|k| format!("{}:{}", Value::String((*k).clone()), canonical(&map[*k])));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// What a check of a chain found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Verdict {
    /// True if every entry is as it was written.
    pub intact: bool,
    /// Entries looked at.
    pub entries: i64,
    /// Place of the first entry that is missing or changed.
    pub first_bad: Option<i64>,
    /// What is wrong there.
    pub reason: Option<String>,
}

/// Follows a chain entry by entry.
#[derive(Debug)]
pub struct Check {
    chain: i64,
    previous: Vec<u8>,
    seq: i64,
}

impl Check {
    /// At the beginning of a chain.
    pub fn new(chain: i64) -> Self {
        Check { chain, previous: vec![0; HASH_LENGTH], seq: 0 }
    }

    /// Place of the last entry seen.
    pub fn seq(&self) -> i64 {
        self.seq
    }

    /// Looks at the next entry. `Some` ends the check with what is wrong.
    pub fn next(&mut self, entry: &Entry, kept: &[u8]) -> Option<Verdict> {
        let expected = self.seq + 1;
        if entry.seq != expected {
            return Some(self.bad(expected, "The entry is missing."));
        }
        let hash = hash(self.chain, entry, &self.previous);
        if hash != kept {
            return Some(self.bad(expected, "The entry, or the one before it, was changed."));
        }
        self.previous = hash.to_vec();
        self.seq = expected;
        None
    }

    /// Compares the end with the head.
    pub fn end(self, head: Option<(i64, Vec<u8>)>) -> Verdict {
        let (seq, hash) = head.unwrap_or((0, vec![0; HASH_LENGTH]));
        if seq > self.seq {
            return self.bad(self.seq + 1, "Entries are missing at the end.");
        }
        if seq < self.seq || hash != self.previous {
            return self.bad(self.seq, "The head of the chain does not fit its newest entry.");
        }
        Verdict { intact: true, entries: self.seq, first_bad: None, reason: None }
    }

    fn bad(&self, place: i64, reason: &str) -> Verdict {
        Verdict { intact: false, entries: self.seq, first_bad: Some(place), reason: Some(reason.to_owned()) }
    }
}
