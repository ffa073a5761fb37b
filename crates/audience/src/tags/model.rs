//! Rules of tag names. Pure.

use kernel::ids::TagId;

/// Most tags of one store, ever.
pub const STORE_MAX: i64 = 100_000;
/// Longest name, in characters.
pub const NAME_MAX: usize = 100;

/// A tag as the dictionary knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tag {
    /// Its number in the store; what facts hold.
    pub no: u32,
    /// Its public id.
    pub id: TagId,
    /// Its name.
    pub name: String,
}

/// Trims a name and checks it. Errors: a sentence that says what would be right.
pub fn parse_name(text: &str) -> Result<String, &'static str> {
    let name = text.trim();
    if name.is_empty() {
        return Err("a tag has at least one character");
    }
    if name.chars().count() > NAME_MAX {
        return Err("a tag has at most 100 characters");
    }
    if name.contains(|c: char| c.is_control() || c == ',') {
        return Err("a tag has no comma and no control characters");
    }
    Ok(name.to_owned())
}
