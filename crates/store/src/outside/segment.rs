//! The files of the outside log: a folder of segments, each written by one process on one day.
//!
//! A segment is a row of frames: length, then a sealed record. Sealing binds a record to its segment and
//! place, so none can be taken out, moved or changed unseen. The first record lists the segments that
//! stood beside it and their lengths: a later segment testifies to earlier ones. What only the newest
//! segment held and lost at a frame's end cannot be missed by anybody.

use super::DAY_MS;
use super::record::{ListReader, Record};
use crate::{Vault, vault};
use kernel::{Clock, Fault, OrFault, Result, Timestamp};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// File with the log's name.
const ID_FILE: &str = "log.id";
const EXTENSION: &str = "log";
/// A segment is removed this long after its day: a backup's life, and two days for clocks and zones.
const SEGMENT_LIFE_MS: i64 = crate::backup::LIFE_MS + 2 * DAY_MS;
/// Bytes that wait for a disk that refuses; more are refused at once.
const BACKLOG_MAX: usize = 64 << 20;
/// Longest frame: a record of a large import.
const FRAME_MAX: usize = 256 << 20;

/// Makes the folder if it is missing; answers the log's name.
pub(super) fn open_folder(folder: &Path) -> Result<String> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .or_fault("make the folder of the outside log")?;
    if let Some(id) = find_id(folder)? {
        return Ok(id);
    }
    let id: String = vault::random::<8>()?.iter().map(|b| format!("{b:02x}")).collect();
    let beside = folder.join(format!("{ID_FILE}.{id}"));
    std::fs::write(&beside, &id).or_fault("name the outside log")?;
    // Fails if another process was faster; then its name is the name.
    let named = std::fs::hard_link(&beside, folder.join(ID_FILE));
    std::fs::remove_file(&beside).or_fault("name the outside log")?;
    match named {
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => Err(e).or_fault("name the outside log"),
        _ => find_id(folder)?.ok_or_else(|| Fault::new("the outside log lost its name").into()),
    }
}

fn find_id(folder: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(folder.join(ID_FILE)) {
        Ok(id) => Ok(Some(id.trim().to_owned())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e).or_fault("read the name of the outside log"),
    }
}

/// Segments by name, which is by age, with their lengths.
fn list(folder: &Path) -> Result<Vec<(String, u64)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).or_fault("list the outside log")? {
        let entry = entry.or_fault("list the outside log")?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if made_at(&name).is_some() {
            found.push((name, entry.metadata().or_fault("look at a segment")?.len()));
        }
    }
    found.sort();
    Ok(found)
}

fn made_at(name: &str) -> Option<Timestamp> {
    let (stem, extension) = name.rsplit_once('.')?;
    let (ms, _) = stem.split_once('-')?;
    (extension == EXTENSION).then_some(())?;
    i64::from_str_radix(ms, 16).ok().map(Timestamp)
}

/// True if the life of a segment was over when the newest one began. The log's own time counts, not the clock:
/// a segment is then missed by the same rule by which it is removed, and a clock that is wrong removes none.
fn is_over(name: &str, newest: Option<Timestamp>) -> bool {
    made_at(name).zip(newest).is_some_and(|(at, newest)| newest.since(at) > SEGMENT_LIFE_MS)
}

/// Removes segments whose life is over; `begun` is when the segment that is begun now begins, if one is.
pub(super) fn prune(folder: &Path, begun: Option<Timestamp>) -> Result<()> {
    let present = list(folder)?;
    let newest = present.iter().filter_map(|(name, _)| made_at(name)).chain(begun).max();
    for (name, _) in present.iter().filter(|(name, _)| is_over(name, newest)) {
        match std::fs::remove_file(folder.join(name)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e).or_fault("remove a segment")?,
            _ => {}
        }
    }
    Ok(())
}

fn purpose(name: &str, place: u64) -> String {
    format!("outside log {name} {place}")
}

/// What a segment's first record says of the folder at that time.
fn encode_neighbours(all: &[(String, u64)]) -> Vec<u8> {
    all.iter().map(|(name, length)| format!("{name} {length}\n")).collect::<String>().into_bytes()
}

fn decode_neighbours(bytes: &[u8]) -> Vec<(String, u64)> {
    let text = String::from_utf8_lossy(bytes);
    text.lines()
        .filter_map(|line| {
            let (name, length) = line.split_once(' ')?;
            Some((name.to_owned(), length.parse().ok()?))
        })
        .collect()
}

struct Open {
    file: File,
    name: String,
    next: u64,
    day: i64,
}

/// Appends for one process.
pub(super) struct Writer {
    folder: PathBuf,
    vault: Vault,
    clock: Arc<dyn Clock>,
    open: Option<Open>,
    /// Records a disk refused; they go with the next write.
    backlog: Vec<Vec<u8>>,
}

impl Writer {
    pub(super) fn new(folder: &Path, vault: &Vault, clock: Arc<dyn Clock>) -> Self {
        Writer { folder: folder.to_owned(), vault: vault.clone(), clock, open: None, backlog: Vec::new() }
    }

    /// Writes what a failed write left and these records, and syncs.
    pub(super) fn write(&mut self, records: impl Iterator<Item = Record>) -> Result<()> {
        let waiting: usize = self.backlog.iter().map(Vec::len).sum();
        if waiting > BACKLOG_MAX {
            return Err(Fault::transient("too much waits for the disk of the outside log").into());
        }
        self.backlog.extend(records.map(|r| r.encode()));
        let written = self.write_backlog();
        match written {
            Ok(()) => self.backlog.clear(),
            // What was written of it stays as a cut end; everything is written again into a new segment.
            Err(_) => self.open = None,
        }
        written
    }

    fn write_backlog(&mut self) -> Result<()> {
        let now = self.clock.now();
        let day = now.0.div_euclid(DAY_MS);
        let open = match self.open.take() {
            Some(open) if open.day == day => self.open.insert(open),
            _ => {
                prune(&self.folder, Some(now))?;
                let fresh = self.begin(now, day)?;
                self.open.insert(fresh)
            }
        };
        let mut frames = Vec::new();
        for (place, record) in (open.next..).zip(&self.backlog) {
            put_frame(&mut frames, &self.vault, &open.name, place, record)?;
        }
        open.file.write_all(&frames).or_fault("write the outside log")?;
        open.file.sync_data().or_fault("sync the outside log")?;
        open.next += self.backlog.len() as u64;
        Ok(())
    }

    fn begin(&self, now: Timestamp, day: i64) -> Result<Open> {
        let random = u32::from_le_bytes(vault::random::<4>()?);
        let name = format!("{:012x}-{random:08x}.{EXTENSION}", now.0);
        let neighbours = encode_neighbours(&list(&self.folder)?);
        let mut file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .mode(0o600)
            .open(self.folder.join(&name))
            .or_fault("make a segment of the outside log")?;
        let mut first = Vec::new();
        put_frame(&mut first, &self.vault, &name, 0, &neighbours)?;
        file.write_all(&first).or_fault("write the outside log")?;
        file.sync_all().or_fault("sync the outside log")?;
        File::open(&self.folder).and_then(|f| f.sync_all()).or_fault("sync the folder of the outside log")?;
        Ok(Open { file, name, next: 1, day })
    }
}

fn put_frame(out: &mut Vec<u8>, vault: &Vault, name: &str, place: u64, plain: &[u8]) -> Result<()> {
    let sealed = vault.installation().seal_secret(&purpose(name, place), plain)?;
    out.extend_from_slice(&(sealed.len() as u32).to_le_bytes());
    out.extend_from_slice(&sealed);
    Ok(())
}

/// Everything a log holds, and what it evidently does not hold any more.
#[derive(Debug, Default)]
pub struct Reading {
    /// Name of the log; `None` if there is none in the folder.
    pub id: Option<String>,
    /// Its records, oldest segment first.
    pub records: Vec<Record>,
    /// Sentences about what is missing or damaged.
    pub gaps: Vec<String>,
}

impl Reading {
    /// Reads a folder. Fault: it cannot be read at all.
    pub fn of(folder: &Path, vault: &Vault) -> Result<Self> {
        let mut reading = Reading::default();
        if !folder.is_dir() {
            reading.gaps.push(format!("There is no outside log at {}.", folder.display()));
            return Ok(reading);
        }
        reading.id = find_id(folder)?;
        if reading.id.is_none() {
            reading.gaps.push(format!("{} has no outside log: {ID_FILE} is missing.", folder.display()));
        }
        let present = list(folder)?;
        let mut seen: Vec<(String, u64)> = Vec::new();
        for (name, _) in &present {
            seen.extend(reading.segment(folder, name, vault)?);
        }
        let newest = present.iter().filter_map(|(name, _)| made_at(name)).max();
        reading.compare(&present, seen, newest);
        Ok(reading)
    }

    /// Reads one segment; answers its neighbours.
    fn segment(&mut self, folder: &Path, name: &str, vault: &Vault) -> Result<Vec<(String, u64)>> {
        let bytes = match std::fs::read(folder.join(name)) {
            Ok(bytes) => bytes,
            // Another process removed it: its life was over.
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(e).or_fault("read a segment of the outside log"),
        };
        let (mut rest, mut neighbours) = (ListReader::new(&bytes), Vec::new());
        for place in 0.. {
            if rest.is_empty() {
                break;
            }
            let Ok(plain) = take_frame(&mut rest, vault, name, place) else {
                let after = rest.rest().len();
                self.gaps.push(format!(
                    "Segment {name} is cut or damaged at record {place}; {after} bytes from there on cannot be read."
                ));
                break;
            };
            match place {
                0 => neighbours = decode_neighbours(&plain),
                _ => self.records.push(Record::decode(&plain)?),
            }
        }
        Ok(neighbours)
    }

    /// Misses what later segments testify to. Who is older than the life of segments was removed rightly.
    fn compare(&mut self, present: &[(String, u64)], seen: Vec<(String, u64)>, newest: Option<Timestamp>) {
        let mut missed = std::collections::BTreeMap::new();
        for (name, length) in seen {
            let over = is_over(&name, newest);
            let now = present.iter().find(|(n, _)| *n == name).map(|(_, length)| *length);
            match now {
                None if !over => missed.insert(name.clone(), format!("Segment {name} is missing.")),
                Some(now) if now < length => missed.insert(
                    name.clone(),
                    format!("Segment {name} has {now} bytes and once had at least {length}."),
                ),
                _ => None,
            };
        }
        self.gaps.extend(missed.into_values());
    }
}

/// The next record of a segment. On a fault `rest` stands where the frame began.
fn take_frame(rest: &mut ListReader<'_>, vault: &Vault, name: &str, place: u64) -> Result<Vec<u8>> {
    let mut ahead = ListReader::new(rest.rest());
    let length = ahead.number()? as usize;
    if length > FRAME_MAX {
        return Err(Fault::new("read a segment: a frame is too long").into());
    }
    let plain = vault.installation().open_secret(&purpose(name, place), ahead.bytes(length)?)?;
    *rest = ahead;
    Ok(plain)
}
