//! The policy's text cut into its parts, and its version. Pure.

use aws_lc_rs::digest::{SHA256, digest};
use std::sync::OnceLock;

/// The founding document, word for word.
pub const TEXT: &str = include_str!("privacy-policy.txt");

/// One part of the policy.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = PolicyPart)]
pub struct Part {
    /// `I` to `IX`.
    pub number: String,
    /// Its heading.
    pub title: String,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
}

/// The policy in its parts.
#[derive(Debug)]
pub struct Policy {
    /// First 16 hexadecimal digits of the text's SHA-256.
    pub version: String,
    /// As the text says.
    pub last_updated: String,
    /// What stands before part I.
    pub introduction: Vec<String>,
    /// Nine parts.
    pub parts: Vec<Part>,
}

/// The policy of this program.
pub fn policy() -> &'static Policy {
    static POLICY: OnceLock<Policy> = OnceLock::new();
    POLICY.get_or_init(|| parse(TEXT))
}

fn parse(text: &str) -> Policy {
    let hash = digest(&SHA256, text.as_bytes());
    let version = hash.as_ref()[..8].iter().map(|b| format!("{b:02x}")).collect();
    let mut policy =
        Policy { version, last_updated: String::new(), introduction: Vec::new(), parts: Vec::new() };
    for line in text.lines().map(tidy).filter(|l| !l.is_empty()) {
        if let Some(date) = line.strip_prefix("This Privacy Policy was last updated on ") {
            policy.last_updated = date.trim_end_matches('.').to_owned();
        }
        match (heading(&line, policy.parts.len()), policy.parts.last_mut()) {
            (Some((number, title)), _) => {
                policy.parts.push(Part { number, title, paragraphs: Vec::new() });
            }
            (None, Some(part)) => part.paragraphs.push(line),
            (None, None) => policy.introduction.push(line),
        }
    }
    policy
}

/// Without the hard spaces and runs of spaces of the original.
fn tidy(line: &str) -> String {
    line.split(|c: char| c.is_whitespace() || c == '\u{a0}' || c == '\u{feff}')
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The heading of the next part: its Roman number, a full stop, its title.
fn heading(line: &str, before: usize) -> Option<(String, String)> {
    const NUMBERS: [&str; 9] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];
    let number = NUMBERS.get(before)?;
    let title = line.strip_prefix(number)?.strip_prefix(". ")?;
    Some(((*number).to_owned(), title.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_has_nine_parts_a_date_and_a_version() {
        let policy = policy();
        assert_eq!(policy.parts.len(), 9);
        assert_eq!(policy.last_updated, "May 17 2024");
        assert_eq!(policy.version.len(), 16);
        assert!(policy.parts.iter().all(|p| !p.paragraphs.is_empty() && !p.title.is_empty()));
        assert_eq!(policy.parts[6].title, "How to contact us");
    }

    #[test]
    fn no_word_of_the_text_is_lost() {
        let words = |text: &str| tidy(text).split(' ').filter(|w| !w.is_empty()).count();
        let policy = policy();
        let shown: usize = policy.introduction.iter().map(|l| words(l)).sum::<usize>()
            + policy.parts.iter().map(|p| 1 + words(&p.title)).sum::<usize>()
            + policy.parts.iter().flat_map(|p| &p.paragraphs).map(|l| words(l)).sum::<usize>();
        assert_eq!(shown, TEXT.lines().map(words).sum::<usize>());
    }
}
