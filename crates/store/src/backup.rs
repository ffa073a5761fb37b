//! Sealed backups: a file that only its own key opens, and the key in a second small file.
//!
//! Every backup has a fresh random key. That key, sealed under the root key, is written to a file of its
//! own (`FILE.key`) and nowhere else: destroy it and the backup is gone, wherever copies of it lie. A
//! backup lives [`LIFE_MS`] (P-125): after that it is not opened any more, and [`destroy_expired`] destroys
//! keys whose time has come. The whole file is sealed, not only personal fields, because a contact's key
//! in an old copy could be unwrapped by whoever has the root key.
//!
//! What is backed up is a stream of bytes: a copy of the SQLite file made here, or what `pg_dump` writes.

use crate::vault::SealingKey;
use crate::{Database, Vault};
use kernel::{OrFault, Problem, Result, Timestamp};
use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// How long a backup can be restored: 35 days (P-125).
pub const LIFE_MS: i64 = 35 * 86_400_000;

const MAGIC: &[u8; 19] = b"SMARTPUSH BACKUP 1\n";
const KEY_MAGIC: &str = "SMARTPUSH BACKUP KEY 1";
const CHUNK: usize = 1 << 20;

/// A finished backup.
#[derive(Clone, Debug)]
pub struct Made {
    /// Bytes of the backup file.
    pub bytes: u64,
    /// File of its key.
    pub key_file: PathBuf,
    /// From then on it cannot be restored.
    pub expires_at: Timestamp,
}

/// Where a backup's key is expected: beside it, with `.key` appended.
pub fn key_file_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".key");
    PathBuf::from(name)
}

/// Copies the SQLite database while it is in use and seals the copy into a new file. Problem: it is not
/// SQLite, the file exists, or another backup is being made.
pub fn back_up(db: &Database, vault: &Vault, target: &Path) -> Result<Made> {
    let copy = crate::engines::sqlite::copy_for_backup(db)?;
    let sealed = File::open(&copy.path).or_fault("open the copy of the database");
    sealed.and_then(|file| seal(vault, db.now(), BufReader::new(file), target))
}

/// Seals a stream into a new file, and its key into a file beside it.
pub fn seal(vault: &Vault, now: Timestamp, input: impl Read, target: &Path) -> Result<Made> {
    let expires_at = now.plus_ms(LIFE_MS);
    let purpose = key_purpose(now, expires_at);
    let (key, wrapped) = vault.installation().new_sealing_key(&purpose)?;
    let key_file = key_file_of(target);
    let mut out = create(target)?;
    // The key first: a backup without one would look whole and be worthless.
    write_key(&key_file, now, expires_at, &wrapped)?;
    out.write_all(&head(now, expires_at)).or_fault("write the backup")?;
    seal_chunks(&key, input, &mut out)?;
    out.sync_all().or_fault("sync the backup")?;
    let bytes = out.metadata().or_fault("look at the backup")?.len();
    Ok(Made { bytes, key_file, expires_at })
}

fn create(path: &Path) -> Result<File> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    made.map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Problem::conflict(format!("{} exists already; name a new file.", path.display())).into()
        }
        _ => Problem::conflict(format!("{} cannot be written: {e}.", path.display())).into(),
    })
}

fn head(made_at: Timestamp, expires_at: Timestamp) -> Vec<u8> {
    [MAGIC.as_slice(), &made_at.0.to_le_bytes(), &expires_at.0.to_le_bytes()].concat()
}

/// Binds a key to the times of its backup, so that nobody gives a backup a longer life.
fn key_purpose(made_at: Timestamp, expires_at: Timestamp) -> String {
    format!("backup key {} {}", made_at.0, expires_at.0)
}

fn write_key(path: &Path, made_at: Timestamp, expires_at: Timestamp, wrapped: &[u8]) -> Result<()> {
    let hex: String = wrapped.iter().map(|b| format!("{b:02x}")).collect();
    let text = format!(
        "{KEY_MAGIC}\n{} {}\n{hex}\nWith root.key this opens the backup beside it. Destroy this file by {expires_at}.\n",
        made_at.0, expires_at.0
    );
    let mut file = create(path)?;
    file.write_all(text.as_bytes()).or_fault("write the backup's key")?;
    file.sync_all().or_fault("sync the backup's key")
}

fn chunk_purpose(place: u64, is_last: bool) -> String {
    format!("backup {place} {is_last}")
}

fn seal_chunks(key: &SealingKey, mut input: impl Read, out: &mut File) -> Result<()> {
    let mut ahead = read_chunk(&mut input)?;
    for place in 0.. {
        let chunk = std::mem::take(&mut ahead);
        ahead = read_chunk(&mut input)?;
        let sealed = key.seal(&chunk_purpose(place, ahead.is_empty()), &chunk)?;
        out.write_all(&(sealed.len() as u32).to_le_bytes()).or_fault("write the backup")?;
        out.write_all(&sealed).or_fault("write the backup")?;
        if ahead.is_empty() {
            break;
        }
    }
    Ok(())
}

fn read_chunk(input: &mut impl Read) -> Result<Vec<u8>> {
    let mut chunk = Vec::with_capacity(CHUNK);
    input.take(CHUNK as u64).read_to_end(&mut chunk).or_fault("read what is backed up")?;
    Ok(chunk)
}

/// An open backup that may still be restored.
pub struct Opened {
    key: SealingKey,
    input: BufReader<File>,
    file: PathBuf,
    /// When it was made.
    pub made_at: Timestamp,
}

/// Opens a backup with its key. Problem: it is none, its life is over, its key is not at hand or belongs
/// to another backup or root key.
pub fn open(vault: &Vault, now: Timestamp, file: &Path, key_file: &Path) -> Result<Opened> {
    let (made_at, expires_at, input) = open_head(file)?;
    if now >= expires_at {
        return Err(Problem::conflict(format!(
            "{} was made on {made_at} and could be restored until {expires_at}. People erased since are in it, and \
             the outside log does not reach back that far; destroy it.",
            file.display()
        ))
        .into());
    }
    let wrapped = read_key(key_file)?;
    let key = vault.installation().open_sealing_key(&key_purpose(made_at, expires_at), &wrapped);
    let key = key.map_err(|_| {
        Problem::conflict(format!(
            "{} does not open {}: it belongs to another backup, or root.key is not the one of that time.",
            key_file.display(),
            file.display()
        ))
    })?;
    Ok(Opened { key, input, file: file.to_owned(), made_at })
}

fn open_head(file: &Path) -> Result<(Timestamp, Timestamp, BufReader<File>)> {
    let unreadable = |e| Problem::conflict(format!("{} cannot be read: {e}.", file.display()));
    let mut input = BufReader::new(File::open(file).map_err(unreadable)?);
    let mut head = [0; MAGIC.len() + 16];
    let whole = input.read_exact(&mut head).is_ok() && head.starts_with(MAGIC);
    if !whole {
        return Err(Problem::conflict(format!("{} is no backup of SmartPush.", file.display())).into());
    }
    let time = |from: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&head[from..from + 8]);
        Timestamp(i64::from_le_bytes(bytes))
    };
    Ok((time(MAGIC.len()), time(MAGIC.len() + 8), input))
}

fn read_key(path: &Path) -> Result<Vec<u8>> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        Problem::conflict(format!(
            "The backup's key {} cannot be read: {e}. Without it nobody can open the backup; name it with --key.",
            path.display()
        ))
    })?;
    parse_key(&text)
        .map(|(_, wrapped)| wrapped)
        .ok_or_else(|| Problem::conflict(format!("{} is not the key of a backup.", path.display())).into())
}

/// When a key's backup expires, and the wrapped key.
fn parse_key(text: &str) -> Option<(Timestamp, Vec<u8>)> {
    let mut lines = text.lines();
    (lines.next()? == KEY_MAGIC).then_some(())?;
    let expires_at = lines.next()?.split_once(' ')?.1.parse().ok()?;
    let hex = lines.next()?;
    let digits = hex.len().is_multiple_of(2) && hex.is_ascii();
    digits.then_some(())?;
    let wrapped = (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).ok());
    Some((Timestamp(expires_at), wrapped.collect::<Option<_>>()?))
}

impl Opened {
    /// Writes what was backed up. Problem: the backup is damaged or cut.
    pub fn write_to(mut self, out: &mut impl Write) -> Result<()> {
        let damaged =
            |file: &Path| Problem::conflict(format!("{} is damaged; take another backup.", file.display()));
        for place in 0.. {
            let chunk = self.chunk().map_err(|_| damaged(&self.file))?;
            let is_last = self.input.fill_is_empty();
            let plain = self.key.open(&chunk_purpose(place, is_last), &chunk);
            out.write_all(&plain.map_err(|_| damaged(&self.file))?).or_fault("write the restored data")?;
            if is_last {
                break;
            }
        }
        Ok(())
    }

    fn chunk(&mut self) -> std::io::Result<Vec<u8>> {
        let mut length = [0; 4];
        self.input.read_exact(&mut length)?;
        let length = u32::from_le_bytes(length) as usize;
        if length > CHUNK + 64 {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        let mut chunk = vec![0; length];
        self.input.read_exact(&mut chunk)?;
        Ok(chunk)
    }
}

/// Whether a reader is at its end.
trait AtEnd {
    fn fill_is_empty(&mut self) -> bool;
}

impl AtEnd for BufReader<File> {
    fn fill_is_empty(&mut self) -> bool {
        use std::io::BufRead;
        self.fill_buf().is_ok_and(<[u8]>::is_empty)
    }
}

/// Destroys the keys in a folder whose backups must not be restored any more; answers their paths. Other
/// files are left alone.
pub fn destroy_expired(folder: &Path, now: Timestamp) -> Result<Vec<PathBuf>> {
    let mut destroyed = Vec::new();
    for entry in std::fs::read_dir(folder).or_fault("list the folder of backups")? {
        let path = entry.or_fault("list the folder of backups")?.path();
        let is_small = path.metadata().is_ok_and(|m| m.is_file() && m.len() < 4_096);
        if !is_small || path.extension().is_none_or(|e| e != "key") {
            continue;
        }
        let expired = std::fs::read_to_string(&path)
            .ok()
            .and_then(|text| parse_key(&text))
            .is_some_and(|(at, _)| now >= at);
        if expired {
            destroy(&path)?;
            destroyed.push(path);
        }
    }
    Ok(destroyed)
}

/// Overwrites a small file, then removes it.
fn destroy(path: &Path) -> Result<()> {
    let mut file = OpenOptions::new().write(true).open(path).or_fault("open an expired key")?;
    let length = file.metadata().or_fault("look at an expired key")?.len();
    file.write_all(&vec![0; length as usize]).or_fault("overwrite an expired key")?;
    file.sync_all().or_fault("overwrite an expired key")?;
    std::fs::remove_file(path).or_fault("remove an expired key")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RootKey;

    const NOW: Timestamp = Timestamp(1_795_424_400_000);

    fn vault(byte: u8) -> Vault {
        Vault::new(RootKey::new(&[byte; 32]).unwrap())
    }

    fn sealed(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("monday.backup");
        seal(&vault(1), NOW, bytes, &file).unwrap();
        (dir, file)
    }

    fn opened(file: &Path, now: Timestamp, root: u8) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        open(&vault(root), now, file, &key_file_of(file))?.write_to(&mut out)?;
        Ok(out)
    }

    #[test]
    fn a_backup_of_any_length_comes_back_whole_and_shows_nothing_without_its_key() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let bytes: Vec<u8> = b"ana@shop.example ".iter().copied().cycle().take(length).collect();
            let (_dir, file) = sealed(&bytes);
            assert_eq!(opened(&file, NOW, 1).unwrap(), bytes, "{length} bytes");
            let on_disk = std::fs::read(&file).unwrap();
            assert!(!on_disk.windows(8).any(|w| w == b"ana@shop"), "{length} bytes");
            assert!(opened(&file, NOW, 2).is_err(), "another root key");
        }
    }

    #[test]
    fn a_backup_cut_or_changed_anywhere_is_refused() {
        let (_dir, file) = sealed(&vec![7; 2 * CHUNK + 9]);
        let whole = std::fs::read(&file).unwrap();
        for at in [MAGIC.len() + 3, MAGIC.len() + 12, 60, CHUNK, CHUNK + 100, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            std::fs::write(&file, &changed).unwrap();
            assert!(opened(&file, NOW, 1).is_err(), "changed at {at}");
            std::fs::write(&file, &whole[..at]).unwrap();
            assert!(opened(&file, NOW, 1).is_err(), "cut at {at}");
        }
        // Cut exactly between two chunks: the last one must say that it is the last.
        std::fs::write(&file, &whole[..MAGIC.len() + 16 + 4 + CHUNK + 28]).unwrap();
        assert!(opened(&file, NOW, 1).is_err());
    }

    #[test]
    fn a_backup_older_than_its_life_is_refused_and_its_key_is_destroyed() {
        let (dir, file) = sealed(b"people");
        let (other, text) = (dir.path().join("other.key"), "not a key of ours");
        std::fs::write(&other, text).unwrap();
        let last = NOW.plus_ms(LIFE_MS - 1);
        assert_eq!(opened(&file, last, 1).unwrap(), b"people");
        assert!(destroy_expired(dir.path(), last).unwrap().is_empty());
        let over = NOW.plus_ms(LIFE_MS);
        assert!(opened(&file, over, 1).unwrap_err().to_string().contains("destroy it"));
        assert_eq!(destroy_expired(dir.path(), over).unwrap(), [key_file_of(&file)]);
        assert_eq!(std::fs::read_to_string(other).unwrap(), text);
        // Even with the clock turned back nobody opens it now.
        assert!(opened(&file, NOW, 1).unwrap_err().to_string().contains("--key"));
    }
}
