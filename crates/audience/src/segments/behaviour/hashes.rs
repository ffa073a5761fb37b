//! What stands in parts for paths and texts: 64 bits of a keyed hash, made once for each.

use crate::events::values::PropertyValue;
use std::collections::HashMap;
use store::StoreKeys;

/// Numbers below this are no hashes: columns of parts that every part has.
pub const FIRST_HASH: i64 = 16;
/// Texts remembered at once.
const KNOWN_MAX: usize = 50_000;

/// Hashes of one store.
pub struct Hashes<'k> {
    keys: &'k StoreKeys,
    paths: HashMap<(String, bool), i64>,
    texts: HashMap<String, i64>,
}

impl<'k> Hashes<'k> {
    /// Of this store.
    pub fn new(keys: &'k StoreKeys) -> Self {
        Hashes { keys, paths: HashMap::new(), texts: HashMap::new() }
    }

    /// The column of a path's numbers, or of its texts.
    pub fn column(&mut self, path: &str, numbers: bool) -> i64 {
        if let Some(known) = self.paths.get(&(path.to_owned(), numbers)) {
            return *known;
        }
        let made = self.hash("event property", &format!("{}{path}", if numbers { 'n' } else { 't' }));
        // Too few to matter would fall below; they take the place of their neighbour.
        let made = if (0..FIRST_HASH).contains(&made) { made + FIRST_HASH } else { made };
        if self.paths.len() < KNOWN_MAX {
            self.paths.insert((path.to_owned(), numbers), made);
        }
        made
    }

    /// The column a value stands in, and what stands there.
    pub fn cell(&mut self, path: &str, value: &PropertyValue) -> (i64, i64) {
        match value {
            PropertyValue::Number(number) => (self.column(path, true), *number),
            PropertyValue::Text(text) => (self.column(path, false), self.text(text)),
        }
    }

    /// What stands for a text.
    pub fn text(&mut self, text: &str) -> i64 {
        if let Some(known) = self.texts.get(text) {
            return *known;
        }
        let made = self.hash("event text", text);
        if self.texts.len() < KNOWN_MAX {
            self.texts.insert(text.to_owned(), made);
        }
        made
    }

    fn hash(&self, purpose: &str, text: &str) -> i64 {
        let bytes = self.keys.blind(purpose, text);
        bytes[..8].iter().fold(0, |sum, byte| sum << 8 | i64::from(*byte))
    }
}
