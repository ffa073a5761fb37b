//! MP3: the frames, and nothing before or after them (tags hold names, pictures and places).

use super::super::model::Kind;
use super::{Cleaned, Refusal};

/// Fewer frames are no sound (a tenth of a second).
const FRAMES_MIN: usize = 4;
/// Kilobits a second by version and index (ISO/IEC 11172-3 and 13818-3, layer III).
const RATES_1: [u32; 14] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const RATES_2: [u32; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

/// Only the frames.
pub fn clean(bytes: Vec<u8>) -> Result<Cleaned, Refusal> {
    let start = after_tags(&bytes);
    let (mut at, mut frames) = (start, 0);
    while let Some(length) = frame_length(&bytes[at.min(bytes.len())..]) {
        if at + length > bytes.len() {
            break;
        }
        at += length;
        frames += 1;
    }
    let rest = &bytes[at.min(bytes.len())..];
    let tagged = rest.starts_with(b"TAG") || rest.starts_with(b"APETAGEX") || rest.starts_with(b"LYRICS");
    let cut = frame_length(rest).is_some();
    if frames < FRAMES_MIN || !(rest.is_empty() || tagged || cut) {
        return Err(Refusal::broken());
    }
    Ok(Cleaned::new(Kind::Audio, "audio/mpeg", "mp3", bytes[start..at].to_vec()))
}

/// Where the frames begin: after ID3v2 tags.
fn after_tags(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(tag) = bytes.get(at..).filter(|b| b.starts_with(b"ID3") && b.len() > 10) {
        let length = tag[6..10].iter().fold(0_usize, |n, b| n << 7 | usize::from(b & 0x7F));
        at += 10 + length + if tag[5] & 0x10 != 0 { 10 } else { 0 };
    }
    at
}

/// Bytes of the frame that begins here.
fn frame_length(bytes: &[u8]) -> Option<usize> {
    let head = bytes.get(..4)?;
    let (version, layer) = (head[1] >> 3 & 3, head[1] >> 1 & 3);
    if head[0] != 0xFF || head[1] & 0xE0 != 0xE0 || version == 1 || layer != 1 {
        return None;
    }
    let rate = usize::from(head[2] >> 4).checked_sub(1)?;
    let hertz = *[44_100, 48_000, 32_000].get(usize::from(head[2] >> 2 & 3))?;
    let padding = u32::from(head[2] >> 1 & 1);
    let length = match version {
        3 => 144_000 * RATES_1.get(rate)? / hertz,
        2 => 72_000 * RATES_2.get(rate)? / (hertz / 2),
        _ => 72_000 * RATES_2.get(rate)? / (hertz / 4),
    };
    Some((length + padding) as usize)
}
