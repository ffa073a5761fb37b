//! The search box over sealed contacts: newest first, on all cores, until a page is full.
//!
//! An exact email address or phone number is one probe of a keyed hash. Everything else decrypts and
//! looks: ranges of ordinals are handed to one thread a core, newest first, and as soon as the ranges
//! without a gap hold a page the rest is not read. There is no index of what is sealed, on purpose.

use crate::contacts::codec;
use crate::contacts::draft::PII;
use crate::contacts::model::{AttributeValue, PersonalFields};
use crate::contacts::phone;
use crate::contacts::sql::{self, SealedContact, StoredContact};
use kernel::email::EmailAddress;
use kernel::{OrFault, Result};
use memchr::memmem;
use roaring::RoaringBitmap;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use store::{Scoped, StoreKeys, Tx};

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
            let found = self.store.read_blocking(move |tx| hunt.look_through(tx, from, before));
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

    /// The matches of a range, newest first; at most one more than a page has.
    fn look_through(
        &self,
        tx: &mut Tx<'_>,
        from: u32,
        before: u32,
    ) -> Result<Vec<(StoredContact, PersonalFields)>> {
        let mut matches = Vec::new();
        if self.filter.members.as_ref().is_some_and(|m| m.range_cardinality(from..before) == 0) {
            return Ok(Vec::new());
        }
        let mut plain = Vec::new();
        sql::scan_sealed(tx, from, before, |contact| {
            if self.is_match(&contact, &mut plain)? {
                matches.push(contact.ordinal);
            }
            Ok(matches.len() <= self.limit)
        })?;
        if matches.is_empty() {
            return Ok(Vec::new());
        }
        let contacts = sql::load_many(tx, &matches)?.into_iter().rev();
        contacts.map(|contact| contact.open(&self.keys).map(|fields| (contact, fields))).collect()
    }

    fn is_match(&self, contact: &SealedContact<'_>, plain: &mut Vec<u8>) -> Result<bool> {
        if self.filter.members.as_ref().is_some_and(|m| !m.contains(contact.ordinal)) {
            return Ok(false);
        }
        let Some(needle) = &self.needle else { return Ok(true) };
        self.keys.open_contact_key(contact.id, contact.wrapped_key)?.open_into(PII, contact.pii, plain)?;
        needle.is_in(plain)
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

    /// True if any opened field holds it. Texts are turned to lower case where they stand.
    pub(crate) fn is_in(&self, plain: &mut [u8]) -> Result<bool> {
        codec::any_field(plain, |field| match field {
            codec::Field::Text(text) => self.is_in_text(text),
            codec::Field::Phone(text) => {
                let digits = self.digits.as_ref().is_some_and(|d| d.find(text).is_some());
                digits || self.is_in_text(text)
            }
            codec::Field::Birthday(birthday) => self.odd && birthday.to_string().contains(&self.lower),
            codec::Field::Attributes(list) => list.iter().any(|(_, value)| match value {
                AttributeValue::Text(text) => text.to_lowercase().contains(&self.lower),
                other => self.odd && other.to_text().to_lowercase().contains(&self.lower),
            }),
        })
    }

    fn is_in_text(&self, text: &mut [u8]) -> bool {
        if text.is_ascii() {
            // The lower case of such a text is as long as it is.
            if text.len() < self.lower.len() {
                return false;
            }
            text.make_ascii_lowercase();
            return self.finder.find(text).is_some();
        }
        std::str::from_utf8(text).is_ok_and(|text| self.finder.find(text.to_lowercase().as_bytes()).is_some())
    }
}
