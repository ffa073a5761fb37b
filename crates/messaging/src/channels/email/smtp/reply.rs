//! Replies of SMTP servers: `250-text`, several lines, enhanced status codes (RFC 2034, RFC 3463).
//!
//! Lenient in what real servers vary (bare LF, no text, foreign bytes, codes that differ between lines),
//! strict in what matters (three digits, a known class, limits). It says nothing about meaning; that is
//! the classifier's.

use super::outcome::Cause;
use std::borrow::Cow;
use std::fmt;

/// Longest line accepted; RFC 5321 allows 512, real servers write more.
pub(super) const LINE_BYTES_MAX: usize = 8 * 1024;
/// Longest reply accepted, all lines together.
pub(super) const REPLY_BYTES_MAX: usize = 64 * 1024;

/// An enhanced status code `class.subject.detail`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Enhanced {
    /// 2 success, 4 transient, 5 permanent.
    pub class: u8,
    /// What it is about: 1 address, 2 mailbox, 3 system, 4 network, 5 protocol, 6 content, 7 policy.
    pub subject: u16,
    /// The detail, registered at IANA or the server's own.
    pub detail: u16,
}

impl Enhanced {
    /// Shorthand for tables.
    pub const fn new(class: u8, subject: u16, detail: u16) -> Self {
        Enhanced { class, subject, detail }
    }

    /// Reads a code at the start of a text; answers it and its length.
    pub fn read(text: &[u8]) -> Option<(Self, usize)> {
        let class = *text.first().filter(|c| matches!(c, b'2' | b'4' | b'5'))? - b'0';
        let (subject, a) = number(text.get(1..)?)?;
        let (detail, b) = number(text.get(1 + a..)?)?;
        let length = 1 + a + b;
        match text.get(length) {
            Some(c)
                if c.is_ascii_digit()
                    || (*c == b'.' && text.get(length + 1).is_some_and(u8::is_ascii_digit)) =>
            {
                None
            }
            _ => Some((Enhanced { class, subject, detail }, length)),
        }
    }

    /// The first code anywhere in a text, as in `(#5.1.1)` or `said: 550 5.7.1 …`.
    pub fn find(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        (0..bytes.len())
            .filter(|i| *i == 0 || !(bytes[i - 1].is_ascii_alphanumeric() || bytes[i - 1] == b'.'))
            .find_map(|i| Enhanced::read(&bytes[i..]).map(|(code, _)| code))
    }
}

/// `.` and one to three digits.
fn number(text: &[u8]) -> Option<(u16, usize)> {
    let digits = text.strip_prefix(b".")?.iter().take(3).take_while(|b| b.is_ascii_digit()).count();
    let value = text[1..=digits].iter().fold(0, |n, d| n * 10 + u16::from(d - b'0'));
    (digits > 0).then_some((value, digits + 1))
}

impl fmt::Display for Enhanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// One reply. The text of a single line is borrowed from the connection's buffer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply<'a> {
    /// Three-digit code, 200 to 599.
    pub code: u16,
    /// Enhanced code, if one was given.
    pub enhanced: Option<Enhanced>,
    /// Text without codes; lines are joined by a space. From a stranger: may hold an address.
    pub text: Cow<'a, str>,
}

impl Reply<'_> {
    /// Reads a reply from text as found in logs and DSNs: `550 5.1.1 no such user`.
    pub fn of_text(text: &str) -> Option<Reply<'static>> {
        let text = text.trim().replace("\r\n", "\n");
        let first = text.lines().next()?.as_bytes();
        // Quoted replies are often cut after a line with a hyphen; what is there is read.
        is_last(first).is_ok().then(|| parse(text.as_bytes()).into_owned())
    }

    /// 2xx.
    pub fn is_positive(&self) -> bool {
        self.code / 100 == 2
    }

    /// 4xx.
    pub fn is_transient(&self) -> bool {
        self.code / 100 == 4
    }

    /// 5xx.
    pub fn is_permanent(&self) -> bool {
        self.code / 100 == 5
    }

    /// The server is about to close (RFC 5321 3.8).
    pub fn is_closing(&self) -> bool {
        self.code == 421
    }

    /// A reply that outlives the buffer.
    pub fn into_owned(self) -> Reply<'static> {
        Reply { code: self.code, enhanced: self.enhanced, text: Cow::Owned(self.text.into_owned()) }
    }
}

impl fmt::Display for Reply<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.enhanced {
            Some(enhanced) => write!(f, "{} {enhanced} {}", self.code, self.text),
            None => write!(f, "{} {}", self.code, self.text),
        }
    }
}

/// Length of the complete reply at the start of the buffer, or `None` if more must be read.
pub(super) fn scan(buffer: &[u8]) -> Result<Option<usize>, Cause> {
    let mut start = 0;
    while let Some(end) = memchr::memchr(b'\n', &buffer[start..]) {
        let line = &buffer[start..start + end];
        if end > LINE_BYTES_MAX || start + end > REPLY_BYTES_MAX {
            return Err(Cause::TooLong);
        }
        start += end + 1;
        if is_last(line)? {
            return Ok(Some(start));
        }
    }
    match buffer.len() - start > LINE_BYTES_MAX || buffer.len() > REPLY_BYTES_MAX {
        true => Err(Cause::TooLong),
        false => Ok(None),
    }
}

fn is_last(line: &[u8]) -> Result<bool, Cause> {
    let code = line.get(..3).filter(|c| matches!(c[0], b'2'..=b'5') && c.iter().all(u8::is_ascii_digit));
    if code.is_none() {
        return Err(Cause::Garbage("a line without a reply code"));
    }
    match line.get(3) {
        Some(b'-') => Ok(false),
        None | Some(b' ' | b'\t' | b'\r') => Ok(true),
        Some(_) => Err(Cause::Garbage("a reply code followed by neither space nor hyphen")),
    }
}

/// Reads a reply that [`scan`] found complete. The last line's code counts.
pub(super) fn parse(reply: &[u8]) -> Reply<'_> {
    let mut code = 0;
    let mut enhanced = None;
    let mut text: Option<Cow<'_, str>> = None;
    for line in reply.split(|b| *b == b'\n') {
        let Some(digits) = line.get(..3) else { continue };
        code = digits.iter().fold(0, |n, d| n * 10 + u16::from(d - b'0'));
        let (found, words) = split_enhanced(line.get(4..).unwrap_or_default());
        enhanced = enhanced.or(found);
        let words = String::from_utf8_lossy(words.trim_ascii());
        text = Some(match text {
            None => words,
            Some(before) if words.is_empty() => before,
            Some(before) => {
                let mut joined = before.into_owned();
                joined.push(' ');
                joined.push_str(&words);
                Cow::Owned(joined)
            }
        });
    }
    Reply { code, enhanced, text: text.unwrap_or_default() }
}

fn split_enhanced(text: &[u8]) -> (Option<Enhanced>, &[u8]) {
    let text = text.trim_ascii_start();
    match Enhanced::read(text) {
        Some((code, length)) => (Some(code), &text[length..]),
        None => (None, text),
    }
}
