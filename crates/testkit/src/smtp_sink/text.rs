//! Small readings of SMTP text.

/// What stands between the angle brackets.
pub(super) fn angled(argument: &str) -> &str {
    let from = argument.find('<').map_or(0, |at| at + 1);
    let to = argument.find('>').unwrap_or(argument.len());
    argument.get(from..to).unwrap_or_default()
}

/// Undoes dot-stuffing.
pub(super) fn unstuff(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut copied = usize::from(raw.first() == Some(&b'.'));
    for at in memchr::memmem::find_iter(raw, b"\r\n.") {
        out.extend_from_slice(&raw[copied..at + 2]);
        copied = at + 3;
    }
    out.extend_from_slice(&raw[copied..]);
    out
}

/// Base 64, for comparing credentials.
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |n, b| (n << 8) | u32::from(*b)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            match place <= chunk.len() {
                true => text.push(DIGITS[(group >> (18 - 6 * place)) as usize & 63] as char),
                false => text.push('='),
            }
        }
    }
    text
}
