//! RIFF: chunks of WAV and WebP, written anew with those that are sound or picture and no others.

use super::super::model::Kind;
use super::{Cleaned, Refusal};

/// A chunk: its name and what is in it.
pub type Chunk<'a> = ([u8; 4], &'a [u8]);

/// Chunks of a RIFF file of a form, up to the length it declares; what follows is left out. Refusal: cut
/// off, or another form.
pub fn chunks<'a>(bytes: &'a [u8], form: &[u8; 4]) -> Result<Vec<Chunk<'a>>, Refusal> {
    let word = |at: usize| -> Option<[u8; 4]> { bytes.get(at..at + 4)?.try_into().ok() };
    let declared = word(4).map(u32::from_le_bytes).ok_or_else(Refusal::broken)? as usize;
    if word(0) != Some(*b"RIFF") || word(8) != Some(*form) || declared.saturating_add(8) > bytes.len() {
        return Err(Refusal::broken());
    }
    let (end, mut at, mut found) = (declared + 8, 12, Vec::new());
    while at + 8 <= end {
        let name = word(at).ok_or_else(Refusal::broken)?;
        let length = word(at + 4).map(u32::from_le_bytes).ok_or_else(Refusal::broken)? as usize;
        let body = bytes[..end].get(at + 8..(at + 8).saturating_add(length)).ok_or_else(Refusal::broken)?;
        found.push((name, body));
        at += 8 + length + length % 2;
    }
    Ok(found)
}

/// Writes a RIFF file.
pub fn write(form: &[u8; 4], chunks: &[([u8; 4], &[u8])]) -> Vec<u8> {
    let mut out = Vec::from(b"RIFF\0\0\0\0".as_slice());
    out.extend_from_slice(form);
    for (name, body) in chunks {
        out.extend_from_slice(name);
        out.extend_from_slice(&(body.len() as u32).to_le_bytes());
        out.extend_from_slice(body);
        if body.len() % 2 == 1 {
            out.push(0);
        }
    }
    let length = (out.len() - 8) as u32;
    out[4..8].copy_from_slice(&length.to_le_bytes());
    out
}

/// Sound and its form; names, notes and broadcasters' fields are left out.
pub fn clean_wav(bytes: Vec<u8>) -> Result<Cleaned, Refusal> {
    let mut kept = chunks(&bytes, b"WAVE")?;
    kept.retain(|(name, _)| [b"fmt ", b"fact", b"data"].contains(&name));
    let has = |wanted: &[u8; 4]| kept.iter().any(|(name, body)| name == wanted && !body.is_empty());
    if !has(b"fmt ") || !has(b"data") {
        return Err(Refusal::broken());
    }
    Ok(Cleaned::new(Kind::Audio, "audio/wav", "wav", write(b"WAVE", &kept)))
}
