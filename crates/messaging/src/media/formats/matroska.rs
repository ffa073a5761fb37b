//! WebM (RFC 9559, EBML RFC 8794). Tags, chapters and attachments are emptied where they stand; elements of
//! unknown length, as browsers record them, are walked through.

use super::super::model::Kind;
use super::{Cleaned, Refusal};

const EBML: u32 = 0x1A45_DFA3;
const SEGMENT: u32 = 0x1853_8067;
const CLUSTER: u32 = 0x1F43_B675;
const TRACKS: u32 = 0x1654_AE6B;
const VOID: u32 = 0xEC;
/// SeekHead, Info, Cues, Crc-32, Void.
const PLAIN: &[u32] = &[0x114D_9B74, 0x1549_A966, 0x1C53_BB6B, 0xBF, VOID];
/// Attachments, Chapters, Tags.
const DESCRIBES: &[u32] = &[0x1941_A469, 0x1043_A770, 0x1254_C367];
/// Timestamp, SimpleBlock, BlockGroup, PrevSize, Position, SilentTracks, EncryptedBlock, Crc-32, Void.
const OF_CLUSTER: &[u32] = &[0xE7, 0xA3, 0xA0, 0xAB, 0xA7, 0x5854, 0xAF, 0xBF, VOID];

struct Element {
    id: u32,
    start: usize,
    body: usize,
    /// Absent if its length is not known.
    end: Option<usize>,
}

impl Element {
    fn end(&self) -> Result<usize, Refusal> {
        self.end.ok_or_else(Refusal::broken)
    }
}

/// A number of variable length: value without its marker, bytes, and whether all its bits are set.
fn number(bytes: &[u8]) -> Option<(u64, usize, bool)> {
    let first = *bytes.first()?;
    let length = first.leading_zeros() as usize + 1;
    if length > 8 {
        return None;
    }
    let mask = if length == 8 { 0 } else { 0xFF_u8 >> length };
    let mut value = u64::from(first & mask);
    for byte in bytes.get(1..length)? {
        value = value << 8 | u64::from(*byte);
    }
    Some((value, length, value == (1_u64 << (7 * length)) - 1))
}

fn element(bytes: &[u8], at: usize, to: usize) -> Result<Element, Refusal> {
    let read = || {
        let rest = bytes.get(at..to)?;
        let id_length = rest.first()?.leading_zeros() as usize + 1;
        if id_length > 4 {
            return None;
        }
        let id = rest.get(..id_length)?.iter().fold(0_u32, |n, b| n << 8 | u32::from(*b));
        let (size, size_length, unknown) = number(rest.get(id_length..)?)?;
        let body = at + id_length + size_length;
        let end = body.checked_add(usize::try_from(size).ok()?).filter(|e| *e <= to);
        match (unknown, end) {
            (true, _) => Some(Element { id, start: at, body, end: None }),
            (false, Some(end)) => Some(Element { id, start: at, body, end: Some(end) }),
            (false, None) => None,
        }
    };
    read().ok_or_else(Refusal::broken)
}

/// Makes an element one of empty room.
fn empty(bytes: &mut [u8], start: usize, end: usize) {
    let length = end - start;
    bytes[start..end].fill(0);
    bytes[start] = VOID as u8;
    match length {
        0..9 => bytes[start + 1] = 0x80 | (length - 2) as u8,
        _ => {
            bytes[start + 1..start + 9].copy_from_slice(&((length - 9) as u64).to_be_bytes());
            bytes[start + 1] = 0x01;
        }
    }
}

#[derive(Default)]
struct Found {
    has_video: bool,
    has_audio: bool,
    size: (Option<u32>, Option<u32>),
}

/// Sound and picture.
pub fn clean(mut bytes: Vec<u8>) -> Result<Cleaned, Refusal> {
    let whole = bytes.len();
    let head = element(&bytes, 0, whole)?;
    let segment = element(&bytes, head.end()?, whole)?;
    if head.id != EBML || segment.id != SEGMENT || !is_webm(&bytes, &head)? {
        let detail = "By its content this is Matroska, not WebM. Save it as WebM or MP4 and try again.";
        return Err(Refusal::new("format", detail));
    }
    let end = segment.end.unwrap_or(whole);
    if end != whole {
        return Err(Refusal::strange("something after its end"));
    }
    let (mut at, mut found) = (segment.body, Found::default());
    while at < end {
        let part = element(&bytes, at, end)?;
        at = match part.id {
            CLUSTER => cluster_end(&bytes, &part, end)?,
            TRACKS => {
                tracks(&bytes, &part, &mut found)?;
                part.end()?
            }
            id if PLAIN.contains(&id) => part.end()?,
            id if DESCRIBES.contains(&id) => {
                let to = part.end()?;
                empty(&mut bytes, part.start, to);
                to
            }
            _ => return Err(Refusal::strange("parts that are neither sound nor picture")),
        };
    }
    let (kind, content_type) = match (found.has_video, found.has_audio) {
        (true, _) => (Kind::Video, "video/webm"),
        (false, true) => (Kind::Audio, "audio/webm"),
        (false, false) => return Err(Refusal::broken()),
    };
    let mut cleaned = Cleaned::new(kind, content_type, "webm", bytes);
    (cleaned.width, cleaned.height) = found.size;
    Ok(cleaned)
}

fn children(bytes: &[u8], parent: &Element) -> Result<Vec<Element>, Refusal> {
    let (mut at, end, mut found) = (parent.body, parent.end()?, Vec::new());
    while at < end {
        let child = element(bytes, at, end)?;
        at = child.end()?;
        found.push(child);
    }
    Ok(found)
}

fn is_webm(bytes: &[u8], head: &Element) -> Result<bool, Refusal> {
    let all = children(bytes, head)?;
    let mut kinds = all.iter().filter(|e| e.id == 0x4282);
    Ok(kinds.any(|e| e.end.is_some_and(|end| bytes[e.body..end].starts_with(b"webm"))))
}

/// Where a cluster ends; one of unknown length ends before the next element that is not its own.
fn cluster_end(bytes: &[u8], cluster: &Element, end: usize) -> Result<usize, Refusal> {
    let (mut at, to) = (cluster.body, cluster.end.unwrap_or(end));
    while at < to {
        let child = element(bytes, at, to)?;
        match OF_CLUSTER.contains(&child.id) {
            true => at = child.end()?,
            false if cluster.end.is_none() => return Ok(at),
            false => return Err(Refusal::strange("parts that are neither sound nor picture")),
        }
    }
    Ok(to)
}

fn unsigned(bytes: &[u8], element: &Element) -> Option<u32> {
    let raw = bytes.get(element.body..element.end?).filter(|raw| raw.len() <= 8)?;
    u32::try_from(raw.iter().fold(0_u64, |n, b| n << 8 | u64::from(*b))).ok()
}

fn tracks(bytes: &[u8], all: &Element, found: &mut Found) -> Result<(), Refusal> {
    for track in children(bytes, all)?.iter().filter(|e| e.id == 0xAE) {
        let fields = children(bytes, track)?;
        let kind = fields.iter().find(|e| e.id == 0x83).and_then(|e| unsigned(bytes, e));
        match kind {
            Some(1) => found.has_video = true,
            Some(2) => found.has_audio = true,
            _ => return Err(Refusal::strange("a track that is neither sound nor picture")),
        }
        for video in fields.iter().filter(|e| e.id == 0xE0) {
            let sizes = children(bytes, video)?;
            let of = |id: u32| sizes.iter().find(|e| e.id == id).and_then(|e| unsigned(bytes, e));
            found.size = (of(0xB0), of(0xBA));
        }
    }
    Ok(())
}
