//! Base 32 of RFC 4648 in lower case without padding: what survives systems that fold the case of
//! addresses.

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Appends the text form of bytes.
pub fn encode(bytes: &[u8], out: &mut String) {
    let mut bits: u32 = 0;
    let mut held = 0;
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            out.push(ALPHABET[((bits >> held) & 31) as usize] as char);
        }
    }
    if held > 0 {
        out.push(ALPHABET[((bits << (5 - held)) & 31) as usize] as char);
    }
}

/// Reads exactly `N` bytes, upper or lower case. `None`: another length, a foreign character, or bits
/// that an encoder would have left zero.
pub fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != (N * 8).div_ceil(5) {
        return None;
    }
    let mut out = [0; N];
    let (mut bits, mut held, mut filled): (u32, u32, usize) = (0, 0, 0);
    for byte in text.bytes() {
        bits = (bits << 5) | u32::from(digit(byte)?);
        held += 5;
        if held >= 8 {
            held -= 8;
            *out.get_mut(filled)? = (bits >> held) as u8;
            filled += 1;
            bits &= (1 << held) - 1;
        }
    }
    (filled == N && bits == 0).then_some(out)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'a'..=b'z' => Some(byte - b'a'),
        b'A'..=b'Z' => Some(byte - b'A'),
        b'2'..=b'7' => Some(byte - b'2' + 26),
        _ => None,
    }
}
