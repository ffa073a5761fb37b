//! Where public copies lie: `media/<store>/<hash>.<ending>` in the data folder, readable by the program only.
//! Machines that share a database share this folder too.

use kernel::ids::StoreId;
use kernel::{OrFault, Result};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Ending of small pictures, after the hash.
const THUMBNAIL: &str = "thumbnail";

/// Hash in hexadecimal digits.
pub fn hex(hash: &[u8; 32]) -> String {
    hash.iter().map(|b| format!("{b:02x}")).collect()
}

/// Folder of a store.
pub fn folder(data_dir: &Path, store: StoreId) -> PathBuf {
    data_dir.join("media").join(store.to_string())
}

/// A public copy.
pub fn copy(data_dir: &Path, store: StoreId, hash: &[u8; 32], extension: &str) -> PathBuf {
    folder(data_dir, store).join(format!("{}.{extension}", hex(hash)))
}

/// The small picture of a public copy.
pub fn thumbnail(data_dir: &Path, store: StoreId, hash: &[u8; 32]) -> PathBuf {
    folder(data_dir, store).join(format!("{}.{THUMBNAIL}", hex(hash)))
}

/// Writes a file whole or not at all; one that is there already is the same.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if path.exists() {
        return Ok(());
    }
    let folder = path.parent().or_fault("find the folder of media")?;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .or_fault("make the folder of media")?;
    let beside = folder.join(format!(".{:016x}", rand::random::<u64>()));
    let written = write_new(&beside, bytes)
        .and_then(|()| std::fs::rename(&beside, path).or_fault("name a file of media"));
    if written.is_err() {
        remove(&beside)?;
    }
    written
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = file.or_fault("make a file of media")?;
    file.write_all(bytes).or_fault("write a file of media")?;
    file.sync_all().or_fault("sync a file of media")
}

/// Removes a file that may be gone already.
pub fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e).or_fault("remove a file of media"),
        _ => Ok(()),
    }
}
