//! The byte form of a block, as kept in the database.
//!
//! Little-endian throughout: version, words in the block, kind, presence plane, base, planes, texts.
//! Reading checks every length, so damaged bytes end in a fault and never in a panic or a wrong answer
//! that went unnoticed: a check sum closes the form.

use super::block::{Block, Kind};
use super::plane::Plane;
use kernel::{Fault, Result};

const VERSION: u8 = 1;
const SUM_BYTES: usize = 4;

/// A block as bytes.
pub fn encode(block: &Block) -> Vec<u8> {
    let mut out = vec![VERSION];
    put_u32(&mut out, block.block_words as u32);
    out.push(match block.kind {
        Kind::Marks => 0,
        Kind::Numbers => 1,
        Kind::Texts(_) => 2,
    });
    put_plane(&mut out, &block.present);
    out.extend_from_slice(&block.base.to_le_bytes());
    out.push(block.planes.len() as u8);
    block.planes.iter().for_each(|plane| put_plane(&mut out, plane));
    if let Kind::Texts(texts) = &block.kind {
        put_u32(&mut out, texts.len() as u32);
        for text in texts {
            put_u32(&mut out, text.len() as u32);
            out.extend_from_slice(text.as_bytes());
        }
    }
    let sum = check_sum(&out);
    put_u32(&mut out, sum);
    out
}

/// A block from bytes. Fault: they are not what [`encode`] writes.
pub fn decode(bytes: &[u8]) -> Result<Block> {
    Ok(read_block(bytes).ok_or_else(|| Fault::new("read a column block: its bytes are damaged"))?)
}

fn read_block(bytes: &[u8]) -> Option<Block> {
    let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(SUM_BYTES)?)?;
    let mut reader = Reader(body);
    if u32::from_le_bytes(sum.try_into().ok()?) != check_sum(body) || reader.byte()? != VERSION {
        return None;
    }
    let block_words = reader.u32()? as usize;
    let kind = reader.byte()?;
    let present = reader.plane(block_words)?;
    let base = reader.u64()?;
    let count = reader.byte()?;
    let planes = (0..count).map(|_| reader.plane(block_words)).collect::<Option<Vec<_>>>()?;
    let kind = match kind {
        0 => Kind::Marks,
        1 => Kind::Numbers,
        2 => Kind::Texts(reader.texts()?),
        _ => return None,
    };
    (planes.len() <= 64 && reader.0.is_empty()).then_some(Block { block_words, present, base, planes, kind })
}

fn put_u32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put_plane(out: &mut Vec<u8>, plane: &Plane) {
    match plane {
        Plane::Zeros => out.push(0),
        Plane::Ones => out.push(1),
        Plane::List(list) => {
            out.push(2);
            put_u32(out, list.len() as u32);
            list.iter().for_each(|place| out.extend_from_slice(&place.to_le_bytes()));
        }
        Plane::Words(words) => {
            out.push(3);
            words.iter().for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
        }
    }
}

/// FNV-1a over 8 bytes at a time: finds damage at memory speed; it is no defence against malice.
fn check_sum(bytes: &[u8]) -> u32 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    for word in words {
        sum = (sum ^ u64::from_le_bytes(*word)).wrapping_mul(0x0100_0000_01b3).rotate_left(23);
    }
    for byte in rest {
        sum = (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    (sum ^ sum >> 32) as u32
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    fn byte(&mut self) -> Option<u8> {
        Some(self.take(1)?[0])
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn plane(&mut self, block_words: usize) -> Option<Plane> {
        Some(match self.byte()? {
            0 => Plane::Zeros,
            1 => Plane::Ones,
            2 => Plane::List(self.list(block_words)?),
            3 => {
                let (words, _) = self.take(block_words.checked_mul(8)?)?.as_chunks::<8>();
                Plane::Words(words.iter().map(|w| u64::from_le_bytes(*w)).collect())
            }
            _ => return None,
        })
    }

    fn list(&mut self, block_words: usize) -> Option<Box<[u16]>> {
        let count = self.u32()? as usize;
        let (places, _) = self.take(count.checked_mul(2)?)?.as_chunks::<2>();
        let list: Box<[u16]> = places.iter().map(|p| u16::from_le_bytes(*p)).collect();
        list.iter().all(|p| usize::from(*p) < block_words * 64).then_some(list)
    }

    fn texts(&mut self) -> Option<Vec<Box<str>>> {
        let count = self.u32()?;
        (0..count)
            .map(|_| {
                let length = self.u32()? as usize;
                Some(Box::from(std::str::from_utf8(self.take(length)?).ok()?))
            })
            .collect()
    }
}
