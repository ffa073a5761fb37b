//! GIF: pictures with their timing; comments, texts and programs' own blocks are left out, and so is
//! whatever follows the end. Re-encoding would spoil colours and cost seconds, so blocks are copied.

use super::picture::{self, PIXELS_MAX};
use super::{Cleaned, Refusal};
use image::AnimationDecoder;
use image::codecs::gif::GifDecoder;
use std::io::Cursor;

/// Most pictures of an animation.
const FRAMES_MAX: usize = 600;
/// Most pixels of all its pictures together: what every reader must unpack.
const FRAME_PIXELS_MAX: u64 = 10 * PIXELS_MAX;

/// Its pictures.
pub fn clean(bytes: Vec<u8>) -> Result<Cleaned, Refusal> {
    let (width, height) = picture::size(&bytes, image::ImageFormat::Gif)?;
    let (copy, frames) = copy(&bytes)?;
    if frames > FRAMES_MAX || frames as u64 * u64::from(width) * u64::from(height) > FRAME_PIXELS_MAX {
        let detail =
            format!("An animation has at most {FRAMES_MAX} pictures and not too many pixels in all.");
        return Err(Refusal::new("too_large", detail));
    }
    let decoder = GifDecoder::new(Cursor::new(&copy)).map_err(|_| Refusal::broken())?;
    let mut first = None;
    for frame in decoder.into_frames() {
        let frame = frame.map_err(|_| Refusal::broken())?;
        first.get_or_insert_with(|| image::DynamicImage::ImageRgba8(frame.into_buffer()));
    }
    let first = first.ok_or_else(Refusal::broken)?;
    picture::cleaned("image/gif", "gif", copy, &first)
}

/// True if a GIF has more than one picture.
pub fn is_animated(bytes: &[u8]) -> bool {
    copy(bytes).is_ok_and(|(_, frames)| frames > 1)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Refusal> {
        let piece = self.bytes.get(self.at..self.at + length).ok_or_else(Refusal::broken)?;
        self.at += length;
        Ok(piece)
    }

    /// Sub-blocks with the empty one at their end.
    fn blocks(&mut self) -> Result<&'a [u8], Refusal> {
        let start = self.at;
        loop {
            match self.take(1)? {
                [0] => return Ok(&self.bytes[start..self.at]),
                length => self.take(length[0].into())?,
            };
        }
    }
}

/// Bytes of a table of colours that flags speak of.
fn table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// The file with what is shown only, and how many pictures that are.
fn copy(bytes: &[u8]) -> Result<(Vec<u8>, usize), Refusal> {
    let mut reader = Reader { bytes, at: 0 };
    let mut out = Vec::with_capacity(bytes.len());
    let head = reader.take(13)?;
    out.extend_from_slice(head);
    out.extend_from_slice(reader.take(table(head[10]))?);
    let mut frames = 0;
    loop {
        let start = reader.at;
        match reader.take(1)? {
            b"," => {
                let descriptor = reader.take(9)?;
                reader.take(table(descriptor[8]) + 1)?;
                reader.blocks()?;
                out.extend_from_slice(&bytes[start..reader.at]);
                frames += 1;
            }
            b"!" => {
                let label = reader.take(1)?;
                let body = reader.blocks()?;
                let loops = label == b"\xff" && body.get(1..12) == Some(b"NETSCAPE2.0");
                if label == b"\xf9" || loops {
                    out.extend_from_slice(&bytes[start..reader.at]);
                }
            }
            b";" => {
                out.push(b';');
                return Ok((out, frames));
            }
            _ => return Err(Refusal::broken()),
        }
    }
}
