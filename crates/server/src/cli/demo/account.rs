//! The demo's log-in, kept in a file that only its owner can read.

use kernel::{Fault, OrFault, Result};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Address of the owner.
pub const EMAIL: &str = "demo@shop.example";
/// Name of the store.
pub const STORE: &str = "Indigo & Wool";
const FILE: &str = "demo.txt";
/// Letters of passwords, without those that look alike.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567899";

/// What the file holds.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Password of [`EMAIL`].
    pub password: String,
    /// The store; empty until it is made.
    pub store: String,
    /// A key with every right in it.
    pub api_key: String,
    /// True once the story was told to its end.
    pub told: bool,
}

impl Account {
    /// With a new random password.
    pub fn invent() -> Result<Self> {
        let mut bytes = [0; 20];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Fault::new("no random bytes"))?;
        let letters: Vec<char> = bytes.iter().map(|b| char::from(LETTERS[usize::from(b % 32)])).collect();
        let groups: Vec<String> = letters.chunks(5).map(|c| c.iter().collect()).collect();
        Ok(Account { password: groups.join("-"), ..Account::default() })
    }

    /// The words of `smartpush setup` that make it.
    pub fn setup_words(&self) -> [&str; 7] {
        ["setup", "--email", EMAIL, "--password", &self.password, "--store", STORE]
    }

    /// Reads the file, if there is one.
    pub fn load(folder: &Path) -> Result<Option<Self>> {
        let text = match std::fs::read_to_string(folder.join(FILE)) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(e).or_fault("read the demo's log-in"),
        };
        let mut account = Account::default();
        for (name, value) in text.lines().filter_map(|line| line.split_once(' ')) {
            let value = value.trim().to_owned();
            match name {
                "password" => account.password = value,
                "store" => account.store = value,
                "api_key" => account.api_key = value,
                "told" => account.told = value == "yes",
                _ => {}
            }
        }
        Ok(Some(account))
    }

    /// Writes the file beside its place, then puts it there: a reader never sees half of it.
    pub fn save(&self, folder: &Path) -> Result<()> {
        let Account { password, store, api_key, told } = self;
        let told = if *told { "yes" } else { "no" };
        let text = format!(
            "# The log-in of the demo. Only you can read this file.\nemail    {EMAIL}\npassword {password}\n\
             store    {store}\napi_key  {api_key}\ntold     {told}\n"
        );
        let beside = folder.join("demo.txt.new");
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).mode(0o600).open(&beside);
        file.and_then(|mut f| f.write_all(text.as_bytes()).and_then(|()| f.sync_all()))
            .and_then(|()| std::fs::rename(&beside, folder.join(FILE)))
            .or_fault("write the demo's log-in")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_file_keeps_everything_and_is_private() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Account::load(dir.path()).unwrap().is_none());
        let account = Account { store: "sto_1".into(), api_key: "sp_1".into(), ..Account::invent().unwrap() };
        account.save(dir.path()).unwrap();
        Account { told: true, ..account.clone() }.save(dir.path()).unwrap();
        let read = Account::load(dir.path()).unwrap().unwrap();
        assert_eq!((read.password, read.store, read.told), (account.password.clone(), "sto_1".into(), true));
        assert!(account.password.len() >= 20 && account.password != Account::invent().unwrap().password);
        let mode = std::fs::metadata(dir.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
