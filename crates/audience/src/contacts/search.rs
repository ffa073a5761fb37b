//! The search box over sealed contacts: newest first, on all cores, until a page is full.
//!
//! An exact email address or phone number is one probe of a keyed hash. Everything else decrypts and
//! looks: ranges of ordinals are handed to one thread a core, newest first, and as soon as the ranges
//! without a gap hold a page the rest is not read. There is no index of what is sealed, on purpose.

use crate::contacts::codec;
use crate::contacts::draft::PII;
use crate::contacts::model::PersonalFields;
use crate::contacts::phone;
use crate::contacts::sql::{self, StoredContact};
use kernel::email::EmailAddress;
use kernel::ids::ContactId;
use kernel::{OrFault, Result};
use memchr::memmem;
use roaring::RoaringBitmap;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use store::{RowRef, Scoped, StoreKeys};

/// Ordinals a thread takes at once.
const BLOCK: u32 = 4_096;
/// Ordinals one call looks at; beyond it the answer is a part with a cursor to go on.
const LOOK_MAX: u32 = 2_000_000;
/// Longest search text, in characters.
pub const TEXT_MAX: usize = 200;

/// Which contacts; all conditions must hold. Empty: all of the store.
#[derive(Clone, Default, Debug)]
pub struct Filter {
    /// Substring of any personal field, in any case; at most [`TEXT_MAX`] characters.
    pub text: Option<String>,
    /// Only these ordinals (whom conditions leave).
    pub members: Option<Arc<RoaringBitmap>>,
}

/// One page of a search.
#[derive(Debug)]
pub struct Found {
    /// Contacts with their fields open, newest first.
    pub contacts: Vec<(StoredContact, PersonalFields)>,
    /// Go on with ordinals below this one; `None` at the end.
    pub next: Option<u32>,
}

/// Lists contacts below ordinal `before` (all if `None`), newest first, at most `limit`.
pub async fn list(
    store: &Scoped,
    keys: &Arc<StoreKeys>,
    filter: Filter,
    before: Option<u32>,
    limit: usize,
) -> Result<Found> {
    let (store, keys) = (store.clone(), keys.clone());
    tokio::task::spawn_blocking(move || list_blocking(&store, &keys, filter, before, limit))
        .await
        .or_fault("search contacts")?
}

/// [`list`] for threads that are not async.
pub fn list_blocking(
    store: &Scoped,
    keys: &Arc<StoreKeys>,
    filter: Filter,
    before: Option<u32>,
    limit: usize,
) -> Result<Found> {
    if before.is_none()
        && let Some(exact) = find_exact(store, keys, &filter)?
    {
        return Ok(Found { contacts: vec![exact], next: None });
    }
    let end = store.read_blocking(|tx| tx.ordinal_end())?.min(before.unwrap_or(u32::MAX));
    let hunt = Arc::new(Hunt::new(store.clone(), keys.clone(), filter, end, limit));
    hunt.run()?;
    hunt.answer()
}

/// The contact whose address the text is, if there is one and it meets the rest of the filter.
fn find_exact(
    store: &Scoped,
    keys: &Arc<StoreKeys>,
    filter: &Filter,
) -> Result<Option<(StoredContact, PersonalFields)>> {
    let Some(text) = filter.text.as_deref() else { return Ok(None) };
    let (email, number) = (EmailAddress::parse(text).ok(), phone::parse(text, None).ok());
    if email.is_none() && number.is_none() {
        return Ok(None);
    }
    let (keys, filter) = (keys.clone(), filter.clone());
    store.read_blocking(move |tx| {
        let mut found = None;
        if let Some(email) = email {
            found = sql::find_by_email(tx, &keys, email.as_str())?;
        }
        if let (None, Some(number)) = (&found, number) {
            found = sql::find_by_phone(tx, &keys, &number)?;
        }
        let found = found.filter(|c| filter.members.as_ref().is_none_or(|m| m.contains(c.ordinal)));
        found.map(|c| c.open(&keys).map(|fields| (c, fields))).transpose()
    })
}

struct Hunt {
    store: Scoped,
    keys: Arc<StoreKeys>,
    filter: Filter,
    needle: Option<Needle>,
    end: u32,
    blocks: u32,
    limit: usize,
    next: AtomicU32,
    stop: AtomicBool,
    found: Mutex<Catch>,
}

/// What the threads brought in, by block.
#[derive(Default)]
struct Catch {
    blocks: BTreeMap<u32, Vec<(StoredContact, PersonalFields)>>,
    /// Blocks from the newest on that are in without a gap.
    complete: u32,
    /// Matches in those.
    matches: usize,
}

impl Hunt {
    fn new(store: Scoped, keys: Arc<StoreKeys>, filter: Filter, end: u32, limit: usize) -> Self {
        let needle = filter.text.as_deref().map(Needle::new);
        Hunt {
            store,
            keys,
            filter,
            needle,
            end,
            blocks: end.min(LOOK_MAX).div_ceil(BLOCK),
            limit,
            next: AtomicU32::new(0),
            stop: AtomicBool::new(false),
            found: Mutex::default(),
        }
    }

    fn run(self: &Arc<Self>) -> Result<()> {
        let plain = self.needle.is_none() && self.filter.members.is_none();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // Without a condition the first block fills the page: more threads would read for nothing.
        let threads = if plain { 1 } else { cores.min(self.blocks as usize).max(1) };
        std::thread::scope(|scope| {
            let hands: Vec<_> = (0..threads).map(|_| scope.spawn(|| self.work())).collect();
            hands.into_iter().try_for_each(|hand| {
                hand.join().unwrap_or_else(|_| Err(kernel::Fault::new("a search thread panicked").into()))
            })
        })
    }

    fn work(self: &Arc<Self>) -> Result<()> {
        while !self.stop.load(Ordering::Relaxed) {
            let block = self.next.fetch_add(1, Ordering::Relaxed);
            if block >= self.blocks {
                break;
            }
            let (from, before) = self.range(block);
            let hunt = self.clone();
            let found = self.store.read_blocking(move |tx| {
                let mut found = Vec::new();
                if hunt.filter.members.as_ref().is_some_and(|m| m.range_cardinality(from..before) == 0) {
                    return Ok(found);
                }
                sql::scan_rows(tx, from, before, |row| {
                    found.extend(hunt.look(row)?);
                    Ok(found.len() <= hunt.limit)
                })?;
                Ok(found)
            });
            match found {
                Ok(found) => self.bring(block, found),
                Err(e) => {
                    self.stop.store(true, Ordering::Relaxed);
                    return Err(e);
                }
            }
        }
        Ok(())
    }

    fn range(&self, block: u32) -> (u32, u32) {
        let before = self.end - block * BLOCK;
        (before.saturating_sub(BLOCK), before)
    }

    fn look(&self, row: &RowRef<'_>) -> Result<Option<(StoredContact, PersonalFields)>> {
        let ordinal = row.int(0)? as u32;
        if self.filter.members.as_ref().is_some_and(|m| !m.contains(ordinal)) {
            return Ok(None);
        }
        let key = self.keys.open_contact_key(ContactId(row.int(1)?), row.blob(5)?)?;
        let plain = key.open(PII, row.blob(6)?)?;
        match &self.needle {
            Some(needle) if !needle.is_in(&plain)? => Ok(None),
            _ => Ok(Some((StoredContact::of(row)?, PersonalFields::decode(&plain)?))),
        }
    }

    fn bring(&self, block: u32, found: Vec<(StoredContact, PersonalFields)>) {
        let mut catch = self.found.lock().unwrap_or_else(|e| e.into_inner());
        catch.blocks.insert(block, found);
        loop {
            let at = catch.complete;
            let Some(count) = catch.blocks.get(&at).map(Vec::len) else { break };
            catch.complete += 1;
            catch.matches += count;
        }
        if catch.matches > self.limit {
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    fn answer(&self) -> Result<Found> {
        let mut catch = self.found.lock().unwrap_or_else(|e| e.into_inner());
        let complete = catch.complete;
        let mut contacts: Vec<_> = std::mem::take(&mut catch.blocks)
            .into_iter()
            .take_while(|(block, _)| *block < complete)
            .flat_map(|(_, found)| found)
            .collect();
        let more = contacts.len() > self.limit;
        contacts.truncate(self.limit);
        let looked_to = self.end.saturating_sub(complete.saturating_mul(BLOCK));
        let next = match contacts.last() {
            Some((last, _)) if more => Some(last.ordinal),
            _ => Some(looked_to).filter(|o| *o > 0),
        };
        Ok(Found { contacts, next })
    }
}

/// What is looked for, prepared once.
pub(crate) struct Needle {
    lower: String,
    finder: memmem::Finder<'static>,
    digits: Option<memmem::Finder<'static>>,
    /// May match values that are not text: dates, numbers, yes and no.
    odd: bool,
}

impl Needle {
    pub(crate) fn new(text: &str) -> Self {
        let lower: String = text.trim().chars().take(TEXT_MAX).collect::<String>().to_lowercase();
        Needle {
            finder: memmem::Finder::new(lower.as_bytes()).into_owned(),
            digits: phone::digits_of(&lower).map(|d| memmem::Finder::new(d.as_bytes()).into_owned()),
            odd: lower.bytes().any(|b| b.is_ascii_digit())
                || "true".contains(&lower)
                || "false".contains(&lower),
            lower,
        }
    }

    /// True if any opened field holds it.
    pub(crate) fn is_in(&self, plain: &[u8]) -> Result<bool> {
        let mut scratch = Vec::with_capacity(64);
        codec::any_field(plain, |field| match field {
            codec::Field::Text(text) => self.is_in_text(text, &mut scratch),
            codec::Field::Phone(text) => {
                let digits = self.digits.as_ref().is_some_and(|d| d.find(text.as_bytes()).is_some());
                digits || self.is_in_text(text, &mut scratch)
            }
            codec::Field::Birthday(birthday) => self.odd && birthday.to_string().contains(&self.lower),
            codec::Field::Attribute(value) => match value {
                crate::contacts::AttributeValue::Text(text) => self.is_in_text(text, &mut scratch),
                other => self.odd && other.to_text().to_lowercase().contains(&self.lower),
            },
        })
    }

    fn is_in_text(&self, text: &str, scratch: &mut Vec<u8>) -> bool {
        if text.is_ascii() {
            scratch.clear();
            scratch.extend_from_slice(text.as_bytes());
            scratch.make_ascii_lowercase();
            return self.finder.find(scratch).is_some();
        }
        self.finder.find(text.to_lowercase().as_bytes()).is_some()
    }
}
