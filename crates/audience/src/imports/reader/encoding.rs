//! Which characters the bytes of a file mean.
//!
//! A byte order mark decides. Otherwise a file that is valid UTF-8 to its end is UTF-8; zero bytes at
//! every other place are UTF-16; what is left is guessed from the bytes around the first one that is not
//! UTF-8 (Windows-1252, GB18030 and the other encodings of the web's list).

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};
use kernel::{OrFault, Problem, Result};
use std::io::Read;

/// An encoding of text, by its name in the web's list (WHATWG Encoding Standard).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextEncoding(pub(super) &'static Encoding);

/// Bytes given to the guess.
const SAMPLE_BYTES: usize = 256 * 1024;

impl TextEncoding {
    /// By name: `utf-8`, `utf-16le`, `windows-1252`, `gb18030`, … Problem: not in the list.
    pub fn named(name: &str) -> Result<Self> {
        let found = Encoding::for_label(name.trim().as_bytes()).map(widest);
        found.map(TextEncoding).ok_or_else(|| {
            Problem::field(
                "/encoding",
                "unknown",
                "The encoding is one of the web's list, like utf-8, utf-16le, windows-1252 or gb18030.",
            )
            .into()
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// Reads the whole input to find its encoding.
    pub(super) fn detect(mut input: impl Read) -> Result<Self> {
        let mut head = vec![0; SAMPLE_BYTES];
        let length = read_full(&mut input, &mut head)?;
        head.truncate(length);
        if let Some(certain) = certain(&head) {
            return Ok(TextEncoding(certain));
        }
        Ok(TextEncoding(match first_not_utf8(head, &mut input)? {
            None => UTF_8,
            Some(sample) => guess(&sample),
        }))
    }
}

/// GBK files may hold GB18030's four-byte characters; the reverse is never wrong.
fn widest(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == GBK { GB18030 } else { encoding }
}

/// From a byte order mark, or from zero bytes at every other place.
pub(super) fn certain(head: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return Some(encoding);
    }
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = head.len() / 2 * 3 / 10;
    if head.len() < 4 || even.max(odd) <= many {
        return None;
    }
    // Text of western letters has its zero bytes on one side only.
    if odd > even * 20 {
        Some(UTF_16LE)
    } else if even > odd * 20 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The bytes around the first place that is not UTF-8, or `None` if the input is UTF-8 to its end.
fn first_not_utf8(head: Vec<u8>, input: &mut impl Read) -> Result<Option<Vec<u8>>> {
    let mut chunk = head;
    loop {
        let valid = Encoding::utf8_valid_up_to(&chunk);
        let cut_character = chunk.len() - valid < 4 && could_continue(&chunk[valid..]);
        if valid < chunk.len() && !cut_character {
            let mut more = vec![0; SAMPLE_BYTES];
            let length = read_full(input, &mut more)?;
            chunk.extend_from_slice(&more[..length]);
            return Ok(Some(chunk));
        }
        let mut next = chunk.split_off(valid);
        let kept = next.len();
        next.resize(kept + SAMPLE_BYTES, 0);
        let length = read_full(input, &mut next[kept..])?;
        next.truncate(kept + length);
        if length == 0 {
            return Ok((!next.is_empty()).then_some(next));
        }
        chunk = next;
    }
}

/// True if bytes that are not a whole character may be the start of one.
fn could_continue(tail: &[u8]) -> bool {
    std::str::from_utf8(tail).is_err_and(|e| e.error_len().is_none())
}

fn guess(sample: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    widest(detector.guess(None, Utf8Detection::Deny))
}

/// Fills the buffer as far as the input reaches; answers how far.
pub(super) fn read_full(input: &mut impl Read, buffer: &mut [u8]) -> Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e).or_fault("read the import file"),
        }
    }
    Ok(filled)
}
