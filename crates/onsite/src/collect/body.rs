//! Bodies of calls: at most 500 KB of JSON, packed or not. Clients say `text/plain` or a form for what is JSON, and
//! some do not say that it is packed: what counts is what is there.

use flate2::read::GzDecoder;
use kernel::{Code, Problem};
use std::borrow::Cow;
use std::io::Read;

/// Largest body, unpacked, in bytes (Segment, tracking API).
pub const BODY_BYTES_MAX: usize = 500 * 1024;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The JSON text of a body. Problem: too large, or packed and damaged.
pub fn unpack(body: &[u8]) -> Result<Cow<'_, [u8]>, Problem> {
    let plain = if body.starts_with(&GZIP_MAGIC) { Cow::Owned(inflate(body)?) } else { Cow::Borrowed(body) };
    if plain.len() > BODY_BYTES_MAX {
        return Err(Problem::new(Code::TooLarge, "A call has at most 500 KB."));
    }
    Ok(plain)
}

/// Never makes more than one byte above the limit of a bomb.
fn inflate(body: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut plain = Vec::with_capacity((body.len() * 4).min(BODY_BYTES_MAX));
    GzDecoder::new(body)
        .take(BODY_BYTES_MAX as u64 + 1)
        .read_to_end(&mut plain)
        .map_err(|_| Problem::new(Code::BadRequest, "The body is packed by gzip, and damaged."))?;
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn packed(plain: &[u8]) -> Vec<u8> {
        let mut writer = GzEncoder::new(Vec::new(), Compression::default());
        writer.write_all(plain).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn packed_and_plain_bodies_are_the_same_and_a_bomb_stops_at_the_limit() {
        assert_eq!(unpack(b"{}").unwrap(), unpack(&packed(b"{}")).unwrap());
        let bomb = packed(&vec![b' '; 50 * BODY_BYTES_MAX]);
        assert!(bomb.len() < BODY_BYTES_MAX);
        assert_eq!(unpack(&bomb).unwrap_err().code, Code::TooLarge);
        assert_eq!(unpack(&vec![b' '; BODY_BYTES_MAX + 1]).unwrap_err().code, Code::TooLarge);
        assert_eq!(unpack(&packed(b"{}")[..12]).unwrap_err().code, Code::BadRequest);
    }
}
