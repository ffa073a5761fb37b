//! Ogg with Opus or Vorbis inside (RFC 3533). Its comments are checksummed with the sound, so a file whose
//! comments name a place is refused rather than changed.

use super::super::model::Kind;
use super::{Cleaned, Refusal};

/// Longest comment header that is read, in bytes.
const COMMENTS_MAX: usize = 1024 * 1024;
/// Parts of names of comments that may say where it was, or hold a picture that does.
const PLACES: &[&str] = &["LOCATION", "GEO", "GPS", "LATITUDE", "LONGITUDE", "PICTURE", "COVERART"];

/// The same file, if nothing in it names a place.
pub fn clean(bytes: Vec<u8>) -> Result<Cleaned, Refusal> {
    let packets = first_packets(&bytes)?;
    let comments = match packets.as_slice() {
        [head, tags] if head.starts_with(b"OpusHead") => tags.strip_prefix(b"OpusTags".as_slice()),
        [head, tags] if head.starts_with(b"\x01vorbis") => tags.strip_prefix(b"\x03vorbis".as_slice()),
        _ => None,
    };
    let comments = comments.ok_or_else(|| Refusal::strange("something else than Opus or Vorbis sound"))?;
    for name in names(comments).ok_or_else(Refusal::broken)? {
        if PLACES.iter().any(|place| name.contains(place)) {
            return Err(Refusal::new(
                "place",
                "A comment in the file may say where it was recorded. Save it without comments and try again.",
            ));
        }
    }
    Ok(Cleaned::new(Kind::Audio, "audio/ogg", "ogg", bytes))
}

/// The first two packets of the only stream, after all pages were found whole.
fn first_packets(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Refusal> {
    let (mut at, mut serial) = (0, None);
    let mut packets: Vec<Vec<u8>> = vec![Vec::new()];
    while at < bytes.len() {
        let page = &bytes[at..];
        let head = page.get(..27).filter(|h| h.starts_with(b"OggS\0")).ok_or_else(Refusal::broken)?;
        let own: [u8; 4] = head[14..18].try_into().map_err(|_| Refusal::broken())?;
        if *serial.get_or_insert(own) != own {
            return Err(Refusal::strange("more than one stream"));
        }
        let segments = page.get(27..27 + usize::from(head[26])).ok_or_else(Refusal::broken)?;
        let mut body = 27 + segments.len();
        for lacing in segments {
            let piece = page.get(body..body + usize::from(*lacing)).ok_or_else(Refusal::broken)?;
            body += piece.len();
            if packets.len() > 2 {
                continue;
            }
            if let Some(packet) = packets.last_mut() {
                packet.extend_from_slice(piece);
                if packet.len() > COMMENTS_MAX {
                    return Err(Refusal::strange("very long comments"));
                }
            }
            if *lacing < 255 {
                packets.push(Vec::new());
            }
        }
        at += body;
    }
    packets.truncate(2);
    Ok(packets)
}

/// Names of the comments, in capitals.
fn names(comments: &[u8]) -> Option<Vec<String>> {
    let word = |at: usize| -> Option<usize> {
        Some(u32::from_le_bytes(comments.get(at..at.checked_add(4)?)?.try_into().ok()?) as usize)
    };
    let mut at = 4 + word(0)?;
    let count = word(at)?;
    at += 4;
    let mut found = Vec::new();
    for _ in 0..count {
        let length = word(at)?;
        let comment = comments.get(at + 4..(at + 4).checked_add(length)?)?;
        at += 4 + length;
        let name = comment.split(|b| *b == b'=').next()?;
        found.push(String::from_utf8_lossy(name).to_uppercase());
    }
    Some(found)
}
