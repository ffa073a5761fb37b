//! The hand-off journal: one small file per claimed chunk that survives a killed process.
//!
//! The file has a fixed size: one slot of [`SLOT`] bytes for each recipient. Before the point of no
//! return of recipient *i* the byte `intent` is written into slot *i*; after the reply the outcome
//! overwrites it. Writes are not synced: they survive the death of the process (the page cache is the
//! kernel's); after a power loss slots may be missing, which is seen, because a file shorter than its
//! slots is damaged and every slot it lacks counts as *unknown*. So recovery never takes a message that
//! may have been handed over for one that was not.
//!
//! A process holds a lock on `<worker>.lock` beside its journals as long as it lives; who can take that
//! lock knows that the owner is dead, without waiting for a lease.

use kernel::ids::{CampaignId, StoreId};
use kernel::{OrFault, Result};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Bytes of one slot: state, class, reply code (2), enhanced code (3 × 2), 6 spare.
pub const SLOT: usize = 16;
/// Most recipients of a chunk.
pub const SLOTS_MAX: usize = 1_000;

const UNTOUCHED: u8 = 0;
const INTENT: u8 = 1;
const ACCEPTED: u8 = 2;
const FAILED: u8 = 3;
const DEFERRED: u8 = 4;
/// The point of no return was not passed after all: the connection ended before the final dot.
const RETRACTED: u8 = 5;

/// What the journal knows of one recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Its turn had not come.
    Untouched,
    /// May or may not have been handed over.
    Unknown,
    /// Taken by the relay.
    Accepted,
    /// Refused for good.
    Failed(ReplyCode),
    /// Refused for now.
    Deferred(ReplyCode),
}

/// The numbers of a reply, without its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ReplyCode {
    /// Number of the bounce class (`replies::BounceClass`).
    pub class: u8,
    /// Basic code, for example 550; 0 if there was no reply.
    pub basic: u16,
    /// Enhanced code (RFC 3463), zeros if there was none.
    pub enhanced: [u16; 3],
}

/// Where a journal belongs; it is the file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalKey {
    /// Process that claimed.
    pub worker: i64,
    /// Store of the send.
    pub store: StoreId,
    /// The send.
    pub send: CampaignId,
    /// Fencing number of the claim.
    pub fence: i64,
}

impl JournalKey {
    fn file_name(&self) -> String {
        format!("{:x}.{:x}.{:x}.{:x}.jnl", self.worker, self.store.0, self.send.0, self.fence)
    }

    fn parse(name: &str) -> Option<Self> {
        let mut parts = name.strip_suffix(".jnl")?.split('.').map(|p| i64::from_str_radix(p, 16).ok());
        let mut next = || parts.next().flatten();
        let key = JournalKey {
            worker: next()?,
            store: StoreId(next()?),
            send: CampaignId(next()?),
            fence: next()?,
        };
        parts.next().is_none().then_some(key)
    }
}

/// The folder of journals, with the lock that says this process lives.
pub struct JournalFolder {
    folder: PathBuf,
    worker: i64,
    _alive: File,
}

impl JournalFolder {
    /// Opens the folder (made if missing) for a worker number that no other process uses.
    pub fn open(folder: &Path, worker: i64) -> Result<Self> {
        std::fs::create_dir_all(folder).or_fault("make the journal folder")?;
        // Locked before it has its name: whoever finds it by its name without a lock finds a dead owner.
        let unnamed = lock_path(folder, worker).with_extension("locking");
        let alive = File::create(&unnamed).or_fault("make the journal lock")?;
        alive.try_lock().or_fault("take the journal lock")?;
        std::fs::rename(&unnamed, lock_path(folder, worker)).or_fault("name the journal lock")?;
        Ok(JournalFolder { folder: folder.to_owned(), worker, _alive: alive })
    }

    /// Number of this worker.
    pub fn worker(&self) -> i64 {
        self.worker
    }

    /// Makes the journal of a claim, before the claim is committed: so a claimed chunk without a
    /// journal means that the journal was lost, and nothing of it may be sent again.
    pub fn create(&self, store: StoreId, send: CampaignId, fence: i64, slots: usize) -> Result<Journal> {
        let key = JournalKey { worker: self.worker, store, send, fence };
        let path = self.folder.join(key.file_name());
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)
            .or_fault("make a journal")?;
        // Written, not only sized: a disk that is full later still takes every mark.
        file.write_all_at(&vec![UNTOUCHED; slots * SLOT], 0).or_fault("size a journal")?;
        Ok(Journal { file, path })
    }

    /// Journals whose process is dead, ready to be recovered.
    pub fn orphans(&self) -> Result<Vec<(JournalKey, PathBuf)>> {
        self.find(|key| key.worker != self.worker && self.is_dead(key.worker))
    }

    /// Journals of a send that this process made and has not removed.
    pub fn own(&self, send: CampaignId) -> Result<Vec<(JournalKey, PathBuf)>> {
        self.find(|key| key.worker == self.worker && key.send == send)
    }

    fn find(&self, wanted: impl Fn(&JournalKey) -> bool) -> Result<Vec<(JournalKey, PathBuf)>> {
        find_in(&self.folder, wanted)
    }

    fn is_dead(&self, worker: i64) -> bool {
        match File::open(lock_path(&self.folder, worker)) {
            Ok(lock) => lock.try_lock().is_ok(),
            Err(e) => e.kind() == std::io::ErrorKind::NotFound,
        }
    }

    /// Removes lock files of dead processes that left no journal.
    pub fn sweep(&self) -> Result<()> {
        let kept: Vec<i64> = self.orphans()?.into_iter().map(|(key, _)| key.worker).collect();
        for entry in std::fs::read_dir(&self.folder).or_fault("list the journal folder")? {
            let entry = entry.or_fault("list the journal folder")?;
            let name = entry.file_name();
            let worker = name
                .to_str()
                .and_then(|n| n.strip_suffix(".lock"))
                .and_then(|w| i64::from_str_radix(w, 16).ok());
            let Some(worker) = worker else { continue };
            if worker != self.worker && !kept.contains(&worker) && self.is_dead(worker) {
                remove(&entry.path())?;
            }
        }
        Ok(())
    }
}

fn find_in(folder: &Path, wanted: impl Fn(&JournalKey) -> bool) -> Result<Vec<(JournalKey, PathBuf)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).or_fault("list the journal folder")? {
        let entry = entry.or_fault("list the journal folder")?;
        let Some(key) = entry.file_name().to_str().and_then(JournalKey::parse) else { continue };
        if wanted(&key) {
            found.push((key, entry.path()));
        }
    }
    Ok(found)
}

fn lock_path(folder: &Path, worker: i64) -> PathBuf {
    folder.join(format!("{worker:x}.lock"))
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e).or_fault("remove a journal file"),
        _ => Ok(()),
    }
}

impl Drop for JournalFolder {
    fn drop(&mut self) {
        // A lock file that stays behind is harmless: its lock is gone with this process.
        drop(remove(&lock_path(&self.folder, self.worker)));
    }
}

/// The journal of one claimed chunk.
pub struct Journal {
    file: File,
    path: PathBuf,
}

impl Journal {
    /// Marks that recipient `slot` may now be handed over. Must return before the final dot is written.
    pub fn intent(&self, slot: usize) -> Result<()> {
        self.put(slot, &[INTENT])
    }

    /// Takes an intent back: the final dot was certainly not written.
    pub fn retract(&self, slot: usize) -> Result<()> {
        self.put(slot, &[RETRACTED])
    }

    /// Notes that the relay took the message.
    pub fn accepted(&self, slot: usize) -> Result<()> {
        self.put(slot, &[ACCEPTED])
    }

    /// Notes a refusal for good.
    pub fn failed(&self, slot: usize, code: ReplyCode) -> Result<()> {
        self.put(slot, &encode(FAILED, code))
    }

    /// Notes a refusal for now.
    pub fn deferred(&self, slot: usize, code: ReplyCode) -> Result<()> {
        self.put(slot, &encode(DEFERRED, code))
    }

    fn put(&self, slot: usize, bytes: &[u8]) -> Result<()> {
        self.file.write_all_at(bytes, (slot * SLOT) as u64).or_fault("write the journal")
    }

    /// Removes the journal after its chunk was settled.
    pub fn remove(self) -> Result<()> {
        remove(&self.path)
    }
}

/// Journals in a folder, whoever made them; none if there is no folder.
pub fn list(folder: &Path) -> Result<Vec<(JournalKey, PathBuf)>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    find_in(folder, |_| true)
}

/// Reads an orphaned journal: one entry for each of `slots`, `Unknown` where the file is cut.
pub fn read(path: &Path, slots: usize) -> Result<Vec<Slot>> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(e) => return Err(e).or_fault("read a journal"),
    };
    Ok((0..slots).map(|i| bytes.get(i * SLOT..(i + 1) * SLOT).map_or(Slot::Unknown, decode)).collect())
}

/// Removes an orphaned journal after its chunk was settled.
pub fn remove_orphan(path: &Path) -> Result<()> {
    remove(path)
}

fn encode(state: u8, code: ReplyCode) -> [u8; 10] {
    let mut bytes = [0; 10];
    bytes[0] = state;
    bytes[1] = code.class;
    bytes[2..4].copy_from_slice(&code.basic.to_le_bytes());
    for (i, part) in code.enhanced.iter().enumerate() {
        bytes[4 + i * 2..6 + i * 2].copy_from_slice(&part.to_le_bytes());
    }
    bytes
}

fn decode(bytes: &[u8]) -> Slot {
    let number = |i: usize| u16::from_le_bytes([bytes[i], bytes[i + 1]]);
    let code = ReplyCode { class: bytes[1], basic: number(2), enhanced: [number(4), number(6), number(8)] };
    match bytes[0] {
        UNTOUCHED | RETRACTED => Slot::Untouched,
        ACCEPTED => Slot::Accepted,
        FAILED => Slot::Failed(code),
        DEFERRED => Slot::Deferred(code),
        _ => Slot::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(dir: &Path, worker: i64) -> JournalFolder {
        JournalFolder::open(dir, worker).unwrap()
    }

    #[test]
    fn a_dead_process_leaves_its_marks_and_a_living_one_keeps_them() {
        let dir = tempfile::tempdir().unwrap();
        let code = ReplyCode { class: 3, basic: 550, enhanced: [5, 1, 1] };
        let dead = folder(dir.path(), 1);
        let journal = dead.create(StoreId(7), CampaignId(8), 9, 6).unwrap();
        journal.intent(0).unwrap();
        journal.accepted(0).unwrap();
        journal.intent(1).unwrap();
        journal.failed(2, code).unwrap();
        journal.deferred(3, code).unwrap();
        journal.intent(4).unwrap();
        journal.retract(4).unwrap();
        let living = folder(dir.path(), 2);
        assert!(living.orphans().unwrap().is_empty(), "its owner lives");
        drop(dead);
        let orphans = living.orphans().unwrap();
        assert_eq!(orphans.len(), 1);
        assert_eq!(orphans[0].0, JournalKey { worker: 1, store: StoreId(7), send: CampaignId(8), fence: 9 });
        let slots = read(&orphans[0].1, 6).unwrap();
        let expected = [
            Slot::Accepted,
            Slot::Unknown,
            Slot::Failed(code),
            Slot::Deferred(code),
            Slot::Untouched,
            Slot::Untouched,
        ];
        assert_eq!(slots, expected);
    }

    #[test]
    fn a_journal_cut_at_any_byte_never_calls_a_lost_mark_untouched() {
        let dir = tempfile::tempdir().unwrap();
        let owner = folder(dir.path(), 1);
        let journal = owner.create(StoreId(1), CampaignId(1), 1, 4).unwrap();
        for slot in 0..4 {
            journal.intent(slot).unwrap();
        }
        let path = journal.path.clone();
        let whole = std::fs::read(&path).unwrap();
        for cut in 0..=whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            assert!(read(&path, 4).unwrap().iter().all(|s| *s == Slot::Unknown), "cut at {cut}");
        }
        std::fs::remove_file(&path).unwrap();
        assert!(read(&path, 4).unwrap().iter().all(|s| *s == Slot::Unknown), "deleted");
    }
}
