//! Transparency of the message body (RFC 5321 4.5.2): dots at line starts are doubled.
//!
//! A body that is not strictly CRLF is made so here, because a bare LF or CR on the wire is how one
//! message smuggles another past a relay. Signing happens before; a body that needed mending loses its
//! signature, which is the lesser harm.

/// Appends the body, stuffed and ending in CRLF, and the final dot.
pub fn push_stuffed(out: &mut Vec<u8>, body: &[u8]) {
    let begin = out.len();
    out.reserve(body.len() + 64);
    if !push_strict(out, body) {
        out.truncate(begin);
        push_mended(out, body);
    }
    if out.len() > begin && !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
}

/// The fast road: two passes of SIMD search, copies between the dots. False if a line end is not CRLF.
fn push_strict(out: &mut Vec<u8>, body: &[u8]) -> bool {
    if body.first() == Some(&b'.') {
        out.push(b'.');
    }
    let mut copied = 0;
    let mut line_feeds = 0_usize;
    for at in memchr::memchr_iter(b'\n', body) {
        line_feeds += 1;
        if at == 0 || body[at - 1] != b'\r' {
            return false;
        }
        if body.get(at + 1) == Some(&b'.') {
            out.extend_from_slice(&body[copied..=at]);
            out.push(b'.');
            copied = at + 1;
        }
    }
    out.extend_from_slice(&body[copied..]);
    memchr::memchr_iter(b'\r', body).count() == line_feeds
}

/// The slow road: every bare CR or LF becomes CRLF.
fn push_mended(out: &mut Vec<u8>, body: &[u8]) {
    let mut line_start = true;
    let mut bytes = body.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\r' | b'\n' => {
                if byte == b'\r' && bytes.peek() == Some(&b'\n') {
                    bytes.next();
                }
                out.extend_from_slice(b"\r\n");
                line_start = true;
            }
            _ => {
                if line_start && byte == b'.' {
                    out.push(b'.');
                }
                out.push(byte);
                line_start = false;
            }
        }
    }
}
