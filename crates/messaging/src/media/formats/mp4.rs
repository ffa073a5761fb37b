//! MP4 (ISO/IEC 14496-12). Boxes that describe (places, names, owners) are emptied where they stand, so that
//! sound and picture keep their offsets. Tracks that are neither sound nor picture are refused: cameras keep
//! the way they went in them.

use super::super::model::Kind;
use super::{Cleaned, Refusal, Taken};

/// Seconds from 1904-01-01, from which MP4 counts, to 1970-01-01.
const EPOCH: u64 = 2_082_844_800;
/// First brands that browsers play.
const BRANDS: &[&[u8; 4]] = &[
    b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"MSNV", b"M4V ",
    b"M4A ", b"M4VP", b"iso3", b"iso7", b"iso8", b"iso9",
];

struct Part {
    kind: [u8; 4],
    start: usize,
    body: usize,
    end: usize,
}

/// Boxes that fill a range exactly. Refusal: they do not.
fn parts(bytes: &[u8], from: usize, to: usize) -> Result<Vec<Part>, Refusal> {
    let mut found = Vec::new();
    let mut at = from;
    while at < to {
        let head: [u8; 8] =
            bytes[..to].get(at..at + 8).and_then(|h| h.try_into().ok()).ok_or_else(Refusal::broken)?;
        let short = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let (body, length) = match short {
            0 => (at + 8, to - at),
            1 => {
                let long: [u8; 8] = bytes[..to]
                    .get(at + 8..at + 16)
                    .and_then(|h| h.try_into().ok())
                    .ok_or_else(Refusal::broken)?;
                (at + 16, usize::try_from(u64::from_be_bytes(long)).map_err(|_| Refusal::broken())?)
            }
            length => (at + 8, length),
        };
        let end = at.checked_add(length).filter(|e| *e <= to && *e >= body).ok_or_else(Refusal::broken)?;
        found.push(Part { kind: [head[4], head[5], head[6], head[7]], start: at, body, end });
        at = end;
    }
    Ok(found)
}

/// Makes a box one of empty room.
fn empty(bytes: &mut [u8], part: &Part) {
    bytes[part.start + 4..part.start + 8].copy_from_slice(b"free");
    bytes[part.body..part.end].fill(0);
}

fn describes(kind: &[u8; 4]) -> bool {
    matches!(kind, b"udta" | b"meta" | b"uuid" | b"free" | b"skip" | b"wide")
}

#[derive(Default)]
struct Found {
    has_video: bool,
    has_audio: bool,
    size: Option<(u32, u32)>,
    made: Option<u64>,
}

/// Sound and picture.
pub fn clean(mut bytes: Vec<u8>) -> Result<Cleaned, Refusal> {
    let end = bytes.len();
    let all = parts(&bytes, 0, end)?;
    let brand: Option<[u8; 4]> = all
        .first()
        .filter(|first| first.kind == *b"ftyp")
        .and_then(|first| bytes.get(first.body..first.body + 4)?.try_into().ok());
    if !brand.is_some_and(|b| BRANDS.contains(&&b)) {
        let detail =
            "This kind of video plays in few browsers. Save it as MP4 (H.264 and AAC) and try again.";
        return Err(Refusal::new("brand", detail));
    }
    let mut found = Found::default();
    for part in &all {
        match &part.kind {
            b"moov" => movie(&mut bytes, part, &mut found)?,
            b"moof" => fragment(&mut bytes, part)?,
            b"ftyp" | b"mdat" | b"sidx" | b"mfra" | b"styp" | b"pdin" | b"prft" => {}
            kind if describes(kind) => empty(&mut bytes, part),
            _ => return Err(Refusal::strange("parts that are neither sound nor picture")),
        }
    }
    let (kind, content_type, extension) = match (found.has_video, found.has_audio) {
        (true, _) => (Kind::Video, "video/mp4", "mp4"),
        (false, true) => (Kind::Audio, "audio/mp4", "m4a"),
        (false, false) => return Err(Refusal::broken()),
    };
    let mut cleaned = Cleaned::new(kind, content_type, extension, bytes);
    cleaned.width = found.size.map(|s| s.0);
    cleaned.height = found.size.map(|s| s.1);
    cleaned.taken = Taken { at: found.made.and_then(made_at), place: None };
    Ok(cleaned)
}

fn movie(bytes: &mut [u8], movie: &Part, found: &mut Found) -> Result<(), Refusal> {
    for part in parts(bytes, movie.body, movie.end)? {
        match &part.kind {
            b"trak" => track(bytes, &part, found)?,
            b"mvhd" => found.made = made(bytes, &part),
            kind if describes(kind) => empty(bytes, &part),
            _ => {}
        }
    }
    Ok(())
}

/// Seconds since 1904 from the movie's header.
fn made(bytes: &[u8], header: &Part) -> Option<u64> {
    let body = bytes.get(header.body..header.end)?;
    match body.first()? {
        1 => Some(u64::from_be_bytes(body.get(4..12)?.try_into().ok()?)),
        _ => Some(u32::from_be_bytes(body.get(4..8)?.try_into().ok()?).into()),
    }
}

fn made_at(seconds: u64) -> Option<(jiff::civil::DateTime, Option<i32>)> {
    let since = i64::try_from(seconds.checked_sub(EPOCH)?).ok()?;
    let at = jiff::Timestamp::from_second(since).ok()?;
    Some((jiff::tz::TimeZone::UTC.to_datetime(at), Some(0)))
}

fn fragment(bytes: &mut [u8], fragment: &Part) -> Result<(), Refusal> {
    for part in parts(bytes, fragment.body, fragment.end)? {
        if describes(&part.kind) {
            empty(bytes, &part);
        }
    }
    Ok(())
}

fn track(bytes: &mut [u8], track: &Part, found: &mut Found) -> Result<(), Refusal> {
    let (mut size, mut handler) = (None, None);
    for part in parts(bytes, track.body, track.end)? {
        match &part.kind {
            b"tkhd" => size = dimensions(&bytes[part.body..part.end]),
            b"mdia" => handler = media(bytes, &part)?,
            kind if describes(kind) => empty(bytes, &part),
            _ => {}
        }
    }
    match handler.as_ref() {
        Some(b"vide") => {
            found.has_video = true;
            found.size = found.size.or(size);
        }
        Some(b"soun") => found.has_audio = true,
        _ => {
            return Err(Refusal::strange(
                "a track that is neither sound nor picture; it may say where it was",
            ));
        }
    }
    Ok(())
}

/// Width and height, the last two numbers of the track's header, in 1/65536.
fn dimensions(header: &[u8]) -> Option<(u32, u32)> {
    let tail = header.get(header.len().checked_sub(8)?..)?;
    let number = |at: usize| Some(u32::from_be_bytes(tail.get(at..at + 4)?.try_into().ok()?) >> 16);
    Some((number(0)?, number(4)?)).filter(|(w, h)| *w > 0 && *h > 0)
}

/// What the track is, by its handler.
fn media(bytes: &mut [u8], media: &Part) -> Result<Option<[u8; 4]>, Refusal> {
    let mut handler = None;
    for part in parts(bytes, media.body, media.end)? {
        match &part.kind {
            b"hdlr" => handler = bytes.get(part.body + 8..part.body + 12).and_then(|h| h.try_into().ok()),
            kind if describes(kind) => empty(bytes, &part),
            _ => {}
        }
    }
    Ok(handler)
}
